// Single functions of checker/check_certificate.cpp, asked for by lines of text and answered by a line each.
//
// Dyadic numbers m 2^e are written "m:e", strings as pairs of hexadecimal digits after an x. An exception is answered by
// its kind: unreadable, rejected, undecided.

#define main check_certificate_main
#include "../../checker/check_certificate.cpp"
#undef main

namespace {

string from_hex(const string& hex) {
    string text;
    for (std::size_t i = 1; i + 1 < hex.size(); i += 2)
        text += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
    return text;
}

Dyadic dyadic_from(const string& text) {
    auto colon = text.find(':');
    return {mpz_class(text.substr(0, colon), 10), std::stol(text.substr(colon + 1))};
}

string shown(const Dyadic& x) { return x.m.get_str() + ":" + std::to_string(x.e); }
string shown(const Interval& x) { return shown(x.low) + " " + shown(x.high); }
string shown(const mpq_class& q) { return q.get_str(); }

class Question {
  public:
    explicit Question(const string& line) : in(line) {}

    string word() {
        string result;
        if (!(in >> result)) throw std::logic_error("the question is too short");
        return result;
    }
    long number() { return std::stol(word()); }
    Dyadic dyadic() { return dyadic_from(word()); }
    mpq_class rational() { return mpq_class(word(), 10); }
    Interval interval() {
        Dyadic low = dyadic(), high = dyadic();
        return {low, high};
    }
    Direction direction() { return word() == "down" ? down : up; }
    Claim claim() {
        Decimal middle = decimal_from(word(), MOST_EXPONENT_OF_CLAIM), radius = decimal_from(word(), MOST_EXPONENT_OF_CLAIM);
        return {middle, radius, ""};
    }
    Dot dot() {
        Dot result;
        result.kernel = word();
        result.length = rational(), result.cutoff = rational(), result.strength = rational();
        result.orbitals = number();
        result.symmetry = symmetry_of_box(result.orbitals);
        return result;
    }

  private:
    std::istringstream in;
};

string of_numbers(const string& what, Question& ask) {
    if (what == "rounded") {
        Direction direction = ask.direction();
        return shown(rounded(ask.dyadic(), direction));
    }
    Direction direction = ask.direction();
    Dyadic x = ask.dyadic();
    if (what == "root") return shown(root(x, direction));
    Dyadic y = ask.dyadic();
    if (what == "sum") return shown(sum(x, y, direction));
    if (what == "product") return shown(product(x, y, direction));
    if (what == "quotient") return shown(quotient(x, y, direction));
    throw std::logic_error("unknown: " + what);
}

string of_intervals(const string& what, Question& ask) {
    if (what == "pi") return shown(pi());
    if (what == "fraction") return shown(Interval(ask.rational()));
    if (what == "ten") return shown(power_of_ten(ask.number()));
    Interval x = ask.interval();
    if (what == "negative") return shown(-x);
    if (what == "square-root") return shown(square_root(x));
    if (what == "logarithm") return shown(logarithm(x));
    if (what == "exponential") return shown(exponential(x));
    if (what == "shift") return shown(times_power_of_two(x, ask.number()));
    if (what == "top") return std::to_string(top_of(x));
    Interval y = ask.interval();
    if (what == "plus") return shown(x + y);
    if (what == "minus") return shown(x - y);
    if (what == "times") return shown(x * y);
    if (what == "over") return shown(x / y);
    throw std::logic_error("unknown: " + what);
}

string of_integrals(Question& ask) {
    mpq_class beta = ask.rational();
    long top = ask.number(), bits = ask.number();
    SoftCoulombMoments moments(beta, top, bits);
    WithPrecision guard(bits);
    string result;
    for (long a = 0; a <= top; ++a)
        for (long b = a % 2; b <= a; b += 2) result += shown(moments.J(a, b)) + " ";
    return result;
}

// for every row its mask, its error and its elements
string rows_of(Hamiltonian& H, const Basis& basis) {
    string result;
    for (std::size_t i = 0; i < basis.masks.size(); ++i) {
        vector<mpz_class> row(basis.masks.size());
        H.row(basis, i, [&](std::size_t j, const mpz_class& element) { row[j] = element; });
        result += " | " + std::to_string(static_cast<std::uint64_t>(basis.masks[i])) + " " +
                  H.row_error(basis.masks[i]).get_str();
        for (const auto& element : row) result += " " + element.get_str();
    }
    return result;
}

// floor, half of pi squared, and for every row its mask, its error and its elements
string of_hamiltonian(Question& ask) {
    Dot dot = ask.dot();
    long electrons = ask.number(), parity = ask.number(), bits = ask.number();
    Basis basis(dot.orbitals, electrons, static_cast<int>(parity));
    Hamiltonian H(dot, electrons, bits);
    return H.interaction_floor().get_str() + " " + H.half_pi_squared.get_str() + rows_of(H, basis);
}

// a dot given by its integrals as JSON in hexadecimal digits, electrons, irrep, bits: for every row as above
string of_given_integrals(Question& ask) {
    string source = from_hex(ask.word());
    Dot dot = integral_dot_from(Parser(source).document());
    long electrons = ask.number(), irrep = ask.number(), bits = ask.number();
    Basis basis(dot.symmetry, electrons, static_cast<int>(irrep - 1));
    Hamiltonian H(dot, electrons, bits);
    return rows_of(H, basis);
}

string of_matrices(Question& ask) {
    std::size_t n = static_cast<std::size_t>(ask.number());
    vector<vector<mpz_class>> A(n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j) A[i].emplace_back(ask.word(), 10);
    return positive_definite(A) ? "positive" : "not proven";
}

string of_spins(Question& ask) {
    long orbitals = ask.number(), electrons = ask.number(), parity = ask.number(), two_S = ask.number();
    Basis basis(orbitals, electrons, static_cast<int>(parity));
    vector<mpz_class> x;
    for (std::size_t i = 0; i < basis.masks.size(); ++i) x.emplace_back(ask.word(), 10);
    return has_spin(basis, x, electrons, two_S) ? "yes" : "no";
}

// levels of one basis with the vectors that follow, rho and residuals added
vector<Level> levels_of(Question& ask, Hamiltonian& H, const Basis& basis, long count) {
    vector<Level> levels(static_cast<std::size_t>(count));
    vector<Level*> all;
    for (Level& level : levels) {
        level.basis = &basis;
        for (std::size_t i = 0; i < basis.masks.size(); ++i) {
            level.vector_.emplace_back(ask.word(), 10);
            level.norm += level.vector_.back() * level.vector_.back();
        }
        all.push_back(&level);
    }
    add_residuals(H, basis, all);
    return levels;
}

string of_residuals(Question& ask) {
    Dot dot = ask.dot();
    long electrons = ask.number(), parity = ask.number(), bits = ask.number();
    Basis basis(dot.orbitals, electrons, static_cast<int>(parity));
    Hamiltonian H(dot, electrons, bits);
    vector<Level> levels = levels_of(ask, H, basis, 1);
    return shown(levels[0].rho_low) + " " + shown(levels[0].rho_high) + " " + shown(levels[0].residual);
}

string of_completeness(Question& ask) {
    Dot dot = ask.dot();
    long electrons = ask.number(), parity = ask.number(), bits = ask.number(), q = ask.number(), limit = ask.number();
    mpq_class sigma = ask.rational();
    Basis basis(dot.orbitals, electrons, static_cast<int>(parity));
    Hamiltonian H(dot, electrons, bits);
    vector<Level> levels = levels_of(ask, H, basis, ask.number());
    vector<Level*> all;
    for (Level& level : levels) all.push_back(&level);
    Completeness proof(H, basis, sigma, limit, q);
    return proof.at_most(all, sigma) ? "proven" : "not proven";
}

// low, high and deviation of each level, from rho, residuals and vectors as they are given
string of_enclosure(Question& ask) {
    bool clusters = ask.word() == "clusters";
    long bits = ask.number(), count = ask.number(), size = ask.number();
    string word = ask.word();
    std::optional<mpq_class> ceiling;
    if (word != "none") ceiling = mpq_class(word, 10);
    vector<Level> levels(static_cast<std::size_t>(count));
    vector<Level*> group;
    for (Level& level : levels) {
        level.rho_low = ask.rational(), level.rho_high = ask.rational(), level.residual = ask.rational();
        for (long i = 0; i < size; ++i) {
            level.vector_.emplace_back(ask.word(), 10);
            level.norm += level.vector_.back() * level.vector_.back();
        }
        group.push_back(&level);
    }
    enclose(group, ceiling, clusters, bits);
    string result;
    for (const Level& level : levels) result += shown(level.low) + " " + shown(level.high) + " " + shown(level.deviation) + " ";
    return result;
}

string answer(Question& ask) {
    string what = ask.word();
    if (what == "canonical" || what == "hash") {
        string source = from_hex(ask.word()), text;
        Json document = Parser(source).document();
        if (what == "hash") return content_hash(document);
        write_canonical(document, text);
        return text;
    }
    if (what == "decimal") return shown(decimal_from(from_hex(ask.word()), ask.number()).exact());
    if (what == "double") return shown(double_from(from_hex(ask.word())));
    if (what == "floor") {
        Dyadic x = ask.dyadic();
        return floor_scaled(x, ask.number()).get_str();
    }
    if (what == "compare") {
        Dyadic x = ask.dyadic();
        string other = ask.word();
        int order = other.find(':') == string::npos ? compare(x, mpq_class(other, 10)) : compare(x, dyadic_from(other));
        return std::to_string((order > 0) - (order < 0));
    }
    if (what == "roots") {
        mpq_class q = ask.rational();
        long bits = ask.number();
        return shown(root_below(q, bits)) + " " + shown(root_above(q, bits));
    }
    if (what == "claim") {
        Claim claim = ask.claim();
        Interval proven = ask.interval();
        verify(claim, proven, "");
        return "proven";
    }
    if (what == "exact-claim") {
        Claim claim = ask.claim();
        mpq_class low = ask.rational(), high = ask.rational();
        verify(claim, low, high, "");
        return "proven";
    }
    if (what == "integrals") return of_integrals(ask);
    if (what == "hamiltonian") return of_hamiltonian(ask);
    if (what == "given") return of_given_integrals(ask);
    if (what == "positive") return of_matrices(ask);
    if (what == "spin") return of_spins(ask);
    if (what == "residuals") return of_residuals(ask);
    if (what == "completeness") return of_completeness(ask);
    if (what == "enclosure") return of_enclosure(ask);
    WithPrecision guard(ask.number());
    return what == "number" ? of_numbers(ask.word(), ask) : of_intervals(ask.word(), ask);
}

}  // namespace

int main() {
    for (string line; std::getline(std::cin, line);) {
        Question ask(line);
        try {
            std::cout << answer(ask) << "\n";
        } catch (const Unreadable&) {
            std::cout << "unreadable\n";
        } catch (const Rejected&) {
            std::cout << "rejected\n";
        } catch (const Undecided&) {
            std::cout << "undecided\n";
        }
    }
}
