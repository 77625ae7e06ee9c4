// A quantum-dot code behind the qdverify protocol, in C++17: one file, no dependency.
//
//     g++ -std=c++17 -O2 -o quantum_dot quantum_dot.cpp
//     qdverify verify --implementation "command:./quantum_dot"
//
// Copy it, replace the physics by calls of your own code, keep the two namespaces `json` and `protocol`. It answers all
// six tasks for up to eight orbitals and four electrons. Formulas: K. Jauregui et al., Phys. Rev. B 53, R1713 (1996),
// cited as [J96].

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

// ------------------------------------------------------------------------------------------------------------ errors

struct Refused : std::runtime_error {
    int code;
    Refused(int code_, const std::string& message) : std::runtime_error(message), code(code_) {}
};

static void require(bool holds, const std::string& message) {
    if (!holds) throw Refused(-32602, message);
}

// -------------------------------------------------------------------------------------------------------------- JSON

namespace json {

struct Value {
    enum Kind { null, boolean, integer, real, text, list, object } kind = null;
    double number = 0.0;
    std::string string;
    std::vector<Value> items;
    std::vector<std::pair<std::string, Value>> fields;

    const Value& operator[](const std::string& name) const {
        for (const auto& field : fields)
            if (field.first == name) return field.second;
        throw Refused(-32602, name + " is missing");
    }
    double as_number(const std::string& name) const {
        require(kind == integer || kind == real, name + " must be a number");
        return number;
    }
    int as_count(const std::string& name) const {
        require(kind == integer && number >= 0 && number < 1e9, name + " must be a non-negative integer");
        return static_cast<int>(number);
    }
    const std::string& as_text(const std::string& name) const {
        require(kind == text, name + " must be a string");
        return string;
    }
    const std::vector<Value>& as_list(const std::string& name) const {
        require(kind == list, name + " must be a list");
        return items;
    }
};

class Parser {
public:
    explicit Parser(const std::string& source) : text_(source) {}

    Value parse() {
        Value value = parse_value();
        skip();
        require(at_ == text_.size(), "the message must end after one JSON value");
        return value;
    }

private:
    void skip() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r')) ++at_;
    }
    char peek() {
        skip();
        require(at_ < text_.size(), "the message ends too early");
        return text_[at_];
    }
    void expect(char wanted) {
        require(peek() == wanted, std::string("expected ") + wanted);
        ++at_;
    }
    bool word(const char* wanted) {
        const std::string w(wanted);
        if (text_.compare(at_, w.size(), w) != 0) return false;
        at_ += w.size();
        return true;
    }
    Value parse_value() {
        Value value;
        const char first = peek();
        if (first == '{') return parse_object();
        if (first == '[') return parse_list();
        if (first == '"') {
            value.kind = Value::text;
            value.string = parse_string();
        } else if (word("true") || word("false")) {
            value.kind = Value::boolean;
        } else if (!word("null")) {
            return parse_number();
        }
        return value;
    }
    Value parse_object() {
        Value value;
        value.kind = Value::object;
        expect('{');
        while (peek() != '}') {
            if (!value.fields.empty()) expect(',');
            require(peek() == '"', "a field needs a name");
            std::string name = parse_string();
            expect(':');
            value.fields.emplace_back(name, parse_value());
        }
        ++at_;
        return value;
    }
    Value parse_list() {
        Value value;
        value.kind = Value::list;
        expect('[');
        while (peek() != ']') {
            if (!value.items.empty()) expect(',');
            value.items.push_back(parse_value());
        }
        ++at_;
        return value;
    }
    std::string parse_string() {
        std::string found;
        expect('"');
        while (at_ < text_.size() && text_[at_] != '"') {
            // names and kernels are plain words: an escape is kept as it is written
            if (text_[at_] == '\\') found += text_[at_++];
            require(at_ < text_.size(), "a string must end");
            found += text_[at_++];
        }
        require(at_ < text_.size(), "a string must end");
        ++at_;
        return found;
    }
    Value parse_number() {
        const char* start = text_.c_str() + at_;
        char* end = nullptr;
        Value value;
        value.number = std::strtod(start, &end);
        require(end != start && std::isfinite(value.number), "a JSON value was expected");
        const std::string written(start, static_cast<const char*>(end));
        const bool whole = written.find_first_not_of("-0123456789") == std::string::npos;
        value.kind = whole ? Value::integer : Value::real;
        at_ += written.size();
        return value;
    }

    const std::string& text_;
    std::size_t at_ = 0;
};

std::string number(double value) {
    if (!std::isfinite(value)) throw Refused(-32603, "a result is not finite");
    char text[32];
    std::snprintf(text, sizeof text, "%.17g", value);
    return text;
}

template <class T>
std::string numbers(const std::vector<T>& values) {
    std::string text = "[";
    for (const T& value : values) text += (text.size() > 1 ? "," : "") + number(value);
    return text + "]";
}

std::string quoted(const std::string& text) {
    std::string found = "\"";
    for (char c : text) found += (c == '"' || c == '\\' || static_cast<unsigned char>(c) < 32) ? '\'' : c;
    return found + "\"";
}

}  // namespace json

using json::Value;

// ----------------------------------------------------------------------------------------------------------- the dot

struct Dot {
    double length, cutoff, strength;
    int orbitals;
    std::string kernel;  // "given" for a dot that is given by its integrals
    double core = 0.0;
    std::vector<std::vector<double>> h{};
    std::map<std::array<int, 4>, double> g{};
    bool operator<(const Dot& o) const {
        return std::tie(length, cutoff, strength, orbitals, kernel, core, h, g) <
               std::tie(o.length, o.cutoff, o.strength, o.orbitals, o.kernel, o.core, o.h, o.g);
    }
    double one_body(int p, int q) const {
        const double root = p * std::acos(-1.0) / length;
        return kernel == "given" ? h[p - 1][q - 1] : p == q ? 0.5 * root * root : 0.0;
    }
};

constexpr int most_orbitals = 8, most_electrons = 4;

static std::vector<double> read_numbers(const Value& value, const std::string& name, int length) {
    const auto& items = value.as_list(name);
    require(static_cast<int>(items.size()) == length, name + " must hold a number for each orbital");
    std::vector<double> found;
    for (const Value& item : items) found.push_back(item.as_number(name));
    return found;
}

// A dot of kind "integrals": h_pq, (pq|rs) in all eight orders, the core energy; irreps are checked and not used.
static Dot read_integrals(const Value& value) {
    require(value["kind"].as_text("kind") == "integrals", "kind must be integrals");
    std::vector<int> irreps(static_cast<std::size_t>(value["orbitals"].as_count("orbitals")), 1);
    const int M = static_cast<int>(irreps.size());
    Dot dot{1.0, 0.0, 0.0, M, "given"};
    require(M >= 1 && M <= 256, "orbitals must be 1 to 256");
    for (const auto& [name, field] : value.fields) {
        if (name == "core") {
            dot.core = field.as_number(name);
        } else if (name == "irreps") {
            require(static_cast<int>(field.as_list(name).size()) == M, "irreps must be one label an orbital");
            for (int n = 0; n < M; ++n) irreps[n] = field.items[n].as_count(name);
        } else if (name == "weights") {
            require(field.kind == Value::object && !field.fields.empty(), "weights must be an object of leads");
            for (const auto& [lead, numbers] : field.fields) {
                require(lead == "L" || lead == "R", "weights must be of lead L or R");
                read_numbers(numbers, "weights", M);
            }
        } else {
            const bool known = name == "kind" || name == "orbitals" || name == "one_body" || name == "two_body";
            require(known, name + " is unknown");
        }
    }
    for (int label : irreps) require(label >= 1 && label <= 8, "an irrep must be 1 to 8");
    const auto& rows = value["one_body"].as_list("one_body");
    require(static_cast<int>(rows.size()) == M, "one_body must have a row for each orbital");
    for (const Value& row : rows) dot.h.push_back(read_numbers(row, "one_body", M));
    for (int p = 0; p < M; ++p)
        for (int q = 0; q < M; ++q) {
            require(dot.h[p][q] == dot.h[q][p], "one_body must be symmetric");
            require(dot.h[p][q] == 0.0 || irreps[p] == irreps[q], "the irreps forbid an integral of one_body");
        }
    for (const Value& entry : value["two_body"].as_list("two_body")) {
        const auto& items = entry.as_list("an entry of two_body");
        require(items.size() == 5, "an entry of two_body must be four orbitals and a value");
        int n[4], product = 0;
        for (int k = 0; k < 4; ++k) {
            n[k] = items[k].as_count("an orbital of two_body");
            require(n[k] >= 1 && n[k] <= M, "an orbital of two_body must lie between 1 and the number of orbitals");
            product ^= irreps[n[k] - 1] - 1;
        }
        const double number = items[4].as_number("a value of two_body");
        require(number == 0.0 || product == 0, "the irreps forbid an integral of two_body");
        const auto before = dot.g.find({n[0], n[1], n[2], n[3]});
        require(before == dot.g.end() || before->second == number, "entries of equal integrals must not differ");
        for (const auto& [p, q, r, s] : {std::array<int, 4>{n[0], n[1], n[2], n[3]}, {n[2], n[3], n[0], n[1]}})
            for (const auto& order : {std::array<int, 4>{p, q, r, s}, {q, p, r, s}, {p, q, s, r}, {q, p, s, r}})
                dot.g[order] = number;
    }
    if (M > most_orbitals) throw Refused(-32002, "there are at most 8 orbitals here");
    return dot;
}

static Dot read_dot(const Value& value) {
    for (const auto& field : value.fields)
        if (field.first == "kind" && !(field.second.kind == Value::text && field.second.string == "box"))
            return read_integrals(value);
    Dot dot{value["length"].as_number("length"), value["cutoff"].as_number("cutoff"),
            value["strength"].as_number("strength"), value["orbitals"].as_count("orbitals"),
            value["kernel"].as_text("kernel")};
    const bool coulomb = dot.kernel == "soft-coulomb";
    require(coulomb || dot.kernel == "contact" || dot.kernel == "constant" || dot.kernel == "none",
            "kernel " + dot.kernel + " is unknown");
    require(dot.length > 0, "length must be positive");
    require(coulomb ? dot.cutoff > 0 : dot.cutoff >= 0, "cutoff must be positive");
    require(dot.orbitals > 0, "orbitals must be positive");
    if (dot.orbitals > most_orbitals) throw Refused(-32002, "there are at most 8 orbitals here");
    return dot;
}

// ---------------------------------------------------------------------------------------------- task 2: the integrals

// Nodes and weights on [0, 1], by Newton's method on the Legendre polynomial.
static const std::vector<std::pair<double, double>>& gauss_legendre() {
    static std::vector<std::pair<double, double>> rule;
    constexpr int n = 128;
    for (int k = 1; rule.size() < n; ++k) {
        long double x = std::cos(std::acos(-1.0L) * (k - 0.25L) / (n + 0.5L)), slope = 0;
        for (int step = 0; step < 6; ++step) {
            long double low = 1, high = x;
            for (int degree = 2; degree <= n; ++degree) {
                const long double next = ((2 * degree - 1) * x * high - (degree - 1) * low) / degree;
                low = high;
                high = next;
            }
            slope = n * (x * high - low) / (x * x - 1);
            x -= high / slope;
        }
        rule.emplace_back((1 + x) / 2, 1 / ((1 - x * x) * slope * slope));
    }
    return rule;
}

class Integrals {
public:
    explicit Integrals(const Dot& dot) : dot_(dot) {
        if (dot.kernel == "given") return;
        const int most = 2 * dot.orbitals;
        pairs_.assign(most + 1, std::vector<double>(most + 1, 0.0));
        for (int p = 0; p <= most; ++p)
            for (int q = 0; q <= most; ++q) pairs_[p][q] = pair(p, q);
    }

    // (pq|rs): phi_p phi_q is a difference of two cosines, so four products of cosines remain.
    double operator()(int p, int q, int r, int s) const {
        if (dot_.kernel == "given") {
            const auto found = dot_.g.find({p, q, r, s});
            return found == dot_.g.end() ? 0.0 : found->second;
        }
        if (dot_.kernel == "none") return 0.0;
        if (dot_.kernel == "constant") return p == q && r == s ? dot_.strength : 0.0;
        const int d = std::abs(p - q), e = std::abs(r - s);
        return dot_.strength / dot_.length *
               (pairs_[d][e] - pairs_[d][r + s] - pairs_[p + q][e] + pairs_[p + q][r + s]);
    }

private:
    // Integral of cos(p pi x) cos(q pi y) times the kernel over the unit square.
    double pair(int p, int q) const {
        if (dot_.kernel == "contact") return p != q ? 0.0 : p == 0 ? 1.0 : 0.5;
        if (dot_.kernel != "soft-coulomb" || (p + q) % 2) return 0.0;
        const double pi = std::acos(-1.0), beta = dot_.cutoff / dot_.length;
        const auto sine = [&](int m) { return moment([=](double v) { return std::sin(m * pi * v); }); };
        if (p != q) return 2 / pi * (q * sine(q) - p * sine(p)) / (p * p - q * q);
        if (p == 0) return 2 * (std::asinh(1 / beta) - std::hypot(1.0, beta) + beta);
        return moment([=](double v) { return (1 - v) * std::cos(p * pi * v); }) - sine(p) / (p * pi);
    }
    // Integral over [0, 1] of f(v) / sqrt(v^2 + beta^2), smooth after v = beta sinh(t).
    double moment(const std::function<double(double)>& f) const {
        const double beta = dot_.cutoff / dot_.length, end = std::asinh(1 / beta);
        long double sum = 0;
        for (const auto& [x, w] : gauss_legendre()) sum += w * end * f(beta * std::sinh(end * x));
        return static_cast<double>(sum);
    }

    Dot dot_;
    std::vector<std::vector<double>> pairs_;
};

// ----------------------------------------------------------------------------------------------- task 3: the spectrum

// Orbitals of spin up in the low half of the bits, of spin down in the high half.
using Determinant = std::uint32_t;

struct Term {
    Determinant determinant;
    double amplitude;
};

static int bit(int spin, int n) { return spin * 16 + n - 1; }

static double sign_before(Determinant determinant, int at) {
    return __builtin_popcount(determinant & ((1u << at) - 1)) % 2 ? -1.0 : 1.0;
}

// c_n and c+_n; an amplitude of zero stands for nothing.
static Term destroy(Term term, int spin, int n) {
    const int at = bit(spin, n);
    if (!(term.determinant >> at & 1u)) return {0, 0.0};
    return {term.determinant & ~(1u << at), term.amplitude * sign_before(term.determinant, at)};
}

static Term create(Term term, int spin, int n) {
    const int at = bit(spin, n);
    if (term.determinant >> at & 1u) return {0, 0.0};
    return {term.determinant | (1u << at), term.amplitude * sign_before(term.determinant, at)};
}

struct Level {
    double energy;
    int two_S;
    std::map<Determinant, double> state;
};

using Matrix = std::vector<std::vector<double>>;

class Block {
public:
    Block(const Dot& dot, const Integrals& integrals, std::vector<Determinant> basis)
        : dot_(dot), integrals_(integrals), basis_(std::move(basis)) {
        for (std::size_t k = 0; k < basis_.size(); ++k) place_[basis_[k]] = k;
    }

    std::vector<Level> levels() const {
        const std::size_t size = basis_.size();
        Matrix hamiltonian(size, std::vector<double>(size)), spin = hamiltonian, mixed = hamiltonian;
        double scale = 1e-300;
        for (std::size_t k = 0; k < size; ++k) {
            add_hamiltonian(hamiltonian, k);
            add_spin(spin, k);
        }
        for (const auto& row : hamiltonian)
            for (double h : row) scale = std::max(scale, std::abs(h));
        // a little of S^2 tells apart levels that coincide in energy
        for (std::size_t k = 0; k < size; ++k)
            for (std::size_t l = 0; l < size; ++l) mixed[k][l] = hamiltonian[k][l] + 0.0123456789 * scale * spin[k][l];
        std::vector<Level> found;
        for (const auto& vector : eigenvectors(std::move(mixed))) {
            const double square = expectation(spin, vector);
            const int two_S = static_cast<int>(std::lround(std::sqrt(1 + 4 * std::max(square, 0.0)) - 1));
            if (std::abs(two_S * (two_S + 2) / 4.0 - square) > 1e-6) throw Refused(-32001, "a state has no total spin");
            Level level{expectation(hamiltonian, vector) + dot_.core, two_S, {}};
            for (std::size_t k = 0; k < size; ++k) level.state[basis_[k]] = vector[k];
            found.push_back(std::move(level));
        }
        return found;
    }

private:
    void add(Matrix& matrix, const Term& term, std::size_t column) const {
        if (term.amplitude != 0.0) matrix[place_.at(term.determinant)][column] += term.amplitude;
    }

    // Eq. (1): sum of h_pq c+_p c_q (in a box eps_n), and half the sum of (pq|rs) c+_p c+_r c_s c_q over both spins.
    void add_hamiltonian(Matrix& matrix, std::size_t k) const {
        const int M = dot_.orbitals;
        for (int sigma = 0; sigma < 2; ++sigma)
            for (int q = 1; q <= M; ++q) {
                if (!(basis_[k] >> bit(sigma, q) & 1u)) continue;
                const Term once = destroy({basis_[k], 1.0}, sigma, q);
                for (int p = 1; p <= M; ++p)
                    if (dot_.one_body(p, q) != 0.0) {
                        Term image = create(once, sigma, p);
                        image.amplitude *= dot_.one_body(p, q);
                        add(matrix, image, k);
                    }
                for (int tau = 0; tau < 2; ++tau)
                    for (int s = 1; s <= M; ++s) {
                        const Term removed = destroy(destroy({basis_[k], 0.5}, sigma, q), tau, s);
                        if (removed.amplitude == 0.0) continue;
                        for (int r = 1; r <= M; ++r)
                            for (int p = 1; p <= M; ++p) {
                                const double value = integrals_(p, q, r, s);
                                if (value == 0.0) continue;
                                Term image = create(create(removed, tau, r), sigma, p);
                                image.amplitude *= value;
                                add(matrix, image, k);
                            }
                    }
            }
    }

    // S^2 = S_z (S_z + 1) + S_- S_+.
    void add_spin(Matrix& matrix, std::size_t k) const {
        const int up = __builtin_popcount(basis_[k] & 0xffffu), down = __builtin_popcount(basis_[k] >> 16);
        const double z = (up - down) / 2.0;
        matrix[k][k] += z * (z + 1);
        for (int q = 1; q <= dot_.orbitals; ++q) {
            const Term raised = create(destroy({basis_[k], 1.0}, 1, q), 0, q);
            if (raised.amplitude == 0.0) continue;
            for (int p = 1; p <= dot_.orbitals; ++p) {
                const Term lowered = destroy(raised, 0, p);
                if (lowered.amplitude != 0.0) add(matrix, create(lowered, 1, p), k);
            }
        }
    }

    // One-sided Jacobi rotations Q: the rows of Q (A + shift) become orthogonal.
    static Matrix eigenvectors(Matrix rows) {
        const std::size_t size = rows.size();
        double shift = 0.0, diagonal = 0.0;
        for (std::size_t k = 0; k < size; ++k) {
            double radius = 0.0;
            for (std::size_t l = 0; l < size; ++l)
                if (l != k) radius += std::abs(rows[k][l]);
            shift = std::max(shift, radius - rows[k][k]);
            diagonal = std::max(diagonal, std::abs(rows[k][k]));
        }
        for (std::size_t k = 0; k < size; ++k) rows[k][k] += shift + diagonal / 8 + 1e-100;
        // convergence is quadratic: what is found below 1e-9 in one sweep is rounding after it
        for (double largest = 1.0; largest > 1e-9;) {
            largest = 0.0;
            for (std::size_t p = 0; p < size; ++p)
                for (std::size_t q = p + 1; q < size; ++q) largest = std::max(largest, rotate(rows[p], rows[q]));
        }
        for (auto& row : rows) {
            const double norm = std::sqrt(dot_product(row, row));
            for (double& x : row) x /= norm;
        }
        return rows;
    }

    static double rotate(std::vector<double>& a, std::vector<double>& b) {
        const double aa = dot_product(a, a), bb = dot_product(b, b), ab = dot_product(a, b);
        const double cosine = std::abs(ab) / (std::sqrt(aa) * std::sqrt(bb));  // the product of both may underflow
        if (cosine <= 1e-16) return cosine;
        const double zeta = (bb - aa) / (2 * ab);
        const double t = std::copysign(1 / (std::abs(zeta) + std::hypot(1.0, zeta)), zeta);
        const double c = 1 / std::hypot(1.0, t), s = c * t;
        for (std::size_t k = 0; k < a.size(); ++k) {
            const double x = a[k], y = b[k];
            a[k] = c * x - s * y;
            b[k] = s * x + c * y;
        }
        return cosine;
    }

    static double dot_product(const std::vector<double>& a, const std::vector<double>& b) {
        double sum = 0.0;
        for (std::size_t k = 0; k < a.size(); ++k) sum += a[k] * b[k];
        return sum;
    }

    static double expectation(const Matrix& matrix, const std::vector<double>& vector) {
        long double sum = 0.0;
        for (std::size_t k = 0; k < vector.size(); ++k) sum += vector[k] * dot_product(matrix[k], vector);
        return static_cast<double>(sum);
    }

    const Dot& dot_;
    const Integrals& integrals_;
    std::vector<Determinant> basis_;
    std::map<Determinant, std::size_t> place_;
};

// Every level of N electrons: the sector of the smallest S_z >= 0 has one state of each.
static const std::vector<Level>& all_levels(const Dot& dot, int electrons) {
    static std::map<std::pair<Dot, int>, std::vector<Level>> known;
    const auto key = std::make_pair(dot, electrons);
    const auto found = known.find(key);
    if (found != known.end()) return found->second;
    if (electrons > most_electrons) throw Refused(-32002, "there are at most 4 electrons here");
    const Integrals integrals(dot);
    std::array<std::vector<Determinant>, 2> by_parity;
    const Determinant strings = 1u << dot.orbitals;
    for (Determinant up = 0; up < strings; ++up)
        for (Determinant down = 0; down < strings; ++down) {
            if (__builtin_popcount(up) != electrons - electrons / 2) continue;
            if (__builtin_popcount(down) != electrons / 2) continue;
            int parity = 0;
            for (int n = 1; n <= dot.orbitals; ++n) parity += n * ((up >> (n - 1) & 1u) + (down >> (n - 1) & 1u));
            by_parity[dot.kernel == "given" ? 0 : parity % 2].push_back(up | down << 16);
        }
    std::vector<Level> levels;
    for (auto& basis : by_parity) {
        if (basis.empty()) continue;
        for (auto& level : Block(dot, integrals, basis).levels()) levels.push_back(std::move(level));
    }
    std::sort(levels.begin(), levels.end(), [](const Level& a, const Level& b) { return a.energy < b.energy; });
    if (known.size() > 40) known.clear();
    return known[key] = std::move(levels);
}

// ------------------------------------------------------------------------------- task 4: the transition probabilities

// M_ji = (2 S_j + 1) / (2 (2 S_i + 1)) * |amplitude|^2 / (Clebsch-Gordan coefficient)^2, from S_z = 0 -> 1/2 if the
// number of electrons is even, from 1/2 -> 0 if it is odd: neither coefficient can vanish.
static double weight(const Dot& dot, int electrons, const Level& initial, const Level& final,
                     const std::vector<double>& w) {
    if (std::abs(initial.two_S - final.two_S) != 1) return 0.0;
    const int spin = electrons % 2;
    long double amplitude = 0.0;
    for (const auto& [determinant, value] : initial.state)
        for (int n = 1; n <= dot.orbitals; ++n) {
            const Term image = create({determinant, value}, spin, n);
            if (image.amplitude == 0.0) continue;
            const auto at = final.state.find(image.determinant);
            if (at != final.state.end()) amplitude += w[n - 1] * image.amplitude * at->second;
        }
    const double two_S = initial.two_S;
    const double squared = spin ? 0.5 : (final.two_S > initial.two_S ? two_S + 2 : two_S) / (2 * (two_S + 1));
    return static_cast<double>((final.two_S + 1) / (2 * (two_S + 1)) * amplitude * amplitude / squared);
}

// ------------------------------------------------------------------------------------------ tasks 5 and 6: transport

// A non-negative number with an exponent of its own: deep in blockade rates span thousands of decades.
struct Wide {
    double mantissa = 0.0;  // 0, or in [1/2, 1)
    std::int64_t exponent = 0;

    Wide() = default;
    explicit Wide(double value, std::int64_t power = 0) {
        int shift = 0;
        mantissa = std::frexp(value, &shift);
        exponent = mantissa == 0.0 ? 0 : shift + power;
    }
    Wide operator*(const Wide& o) const { return Wide(mantissa * o.mantissa, exponent + o.exponent); }
    Wide operator/(const Wide& o) const { return Wide(mantissa / o.mantissa, exponent - o.exponent); }
    Wide operator+(const Wide& o) const {
        if (mantissa == 0.0) return o;
        if (o.mantissa == 0.0) return *this;
        if (exponent < o.exponent) return o + *this;
        return Wide(mantissa + std::ldexp(o.mantissa, clamp(o.exponent - exponent)), exponent);
    }
    double value() const { return std::ldexp(mantissa, clamp(exponent)); }

private:
    static int clamp(std::int64_t power) {
        return static_cast<int>(std::max<std::int64_t>(-5000, std::min<std::int64_t>(5000, power)));
    }
};

// 1 / (exp(x) + 1), both for x and for -x to full relative accuracy.
static Wide fermi(double x) {
    if (x <= 0.0) return Wide(1.0 / (std::exp(x) + 1.0));
    // exp(-x) = 2^-k exp(k ln 2 - x), with ln 2 in two parts so that the difference keeps its digits
    const double k = std::nearbyint(x / 0.69314718055994530942);
    if (!(k < 9e15)) throw Refused(-32002, "kT is too small for the exponents of this code");
    const double rest = std::fma(k, 2.3190468138462996e-17, std::fma(k, 0.69314718055994528623, -x));
    return Wide(std::exp(rest), -static_cast<std::int64_t>(k)) / Wide(1.0 + std::exp(-x));
}

struct Chain {
    struct Transition {
        int from, to;
        Wide in[2], out[2];  // by lead: i -> j and j -> i
    };
    std::size_t levels = 0;
    std::vector<Transition> transitions;
};

static Chain read_chain(const Value& params) {
    const double kT = params["kT"].as_number("kT"), gate = params["gate"].as_number("gate");
    require(kT > 0, "kT must be positive");
    std::vector<int> electrons, two_S;
    std::vector<double> energy;
    for (const Value& level : params["levels"].as_list("levels")) {
        electrons.push_back(level["electrons"].as_count("electrons"));
        two_S.push_back(level["two_S"].as_count("two_S"));
        energy.push_back(level["energy"].as_number("energy"));
    }
    require(!electrons.empty(), "levels must not be empty");
    double rate[2] = {-1, -1}, mu[2] = {0, 0};
    for (const Value& lead : params["leads"].as_list("leads")) {
        const std::string& name = lead["name"].as_text("name");
        require(name == "L" || name == "R", "a lead must be called L or R");
        const int k = name == "R";
        require(rate[k] < 0, "a lead is named twice");
        rate[k] = lead["rate"].as_number("rate");
        mu[k] = lead["mu"].as_number("mu");
        require(rate[k] >= 0, "rate must not be negative");
    }
    require(rate[0] >= 0 && rate[1] >= 0, "there must be a lead L and a lead R");
    Chain chain;
    chain.levels = electrons.size();
    std::set<std::pair<int, int>> listed;
    for (const Value& t : params["transitions"].as_list("transitions")) {
        const int i = t["from"].as_count("from"), j = t["to"].as_count("to");
        require(std::max(i, j) < static_cast<int>(chain.levels), "a transition must join two of the levels");
        require(electrons[j] == electrons[i] + 1, "a transition must add one electron");
        require(listed.emplace(i, j).second, "a transition must be listed once");
        const double M = t["M"].as_number("M");
        require(M >= 0, "M must not be negative");
        Chain::Transition transition{i, j, {}, {}};
        for (int k = 0; k < 2; ++k) {
            const long double addition = static_cast<long double>(energy[j]) - energy[i] - gate - mu[k];
            const double x = static_cast<double>(addition / kT);
            const Wide strength = Wide(2.0) * Wide(rate[k]) * Wide(M);
            transition.in[k] = strength * fermi(x);
            transition.out[k] = strength * Wide((two_S[i] + 1.0) / (two_S[j] + 1.0)) * fermi(-x);
        }
        chain.transitions.push_back(transition);
    }
    return chain;
}

// Stationary state by elimination without subtraction (Grassmann, Taksar and Heyman).
static std::vector<Wide> populations(const Chain& chain) {
    const std::size_t size = chain.levels;
    std::vector<std::vector<Wide>> rate(size, std::vector<Wide>(size));
    for (const auto& t : chain.transitions)
        for (int k = 0; k < 2; ++k) {
            rate[t.from][t.to] = rate[t.from][t.to] + t.in[k];
            rate[t.to][t.from] = rate[t.to][t.from] + t.out[k];
        }
    std::vector<std::size_t> reached = {0};
    for (std::size_t at = 0; at < reached.size(); ++at)
        for (std::size_t j = 0; j < size; ++j)
            if (rate[reached[at]][j].mantissa != 0.0 && std::find(reached.begin(), reached.end(), j) == reached.end())
                reached.push_back(j);
    require(reached.size() == size, "the levels must be connected: there are several stationary states");
    for (std::size_t k = size - 1; k > 0; --k) {
        Wide leaving;
        for (std::size_t j = 0; j < k; ++j) leaving = leaving + rate[k][j];
        for (std::size_t i = 0; i < k; ++i) {
            rate[i][k] = rate[i][k] / leaving;
            for (std::size_t j = 0; j < k; ++j)
                if (j != i) rate[i][j] = rate[i][j] + rate[i][k] * rate[k][j];
        }
    }
    std::vector<Wide> P = {Wide(1.0)};
    Wide total(1.0);
    for (std::size_t k = 1; k < size; ++k) {
        Wide sum;
        for (std::size_t i = 0; i < k; ++i) sum = sum + P[i] * rate[i][k];
        P.push_back(sum);
        total = total + sum;
    }
    for (Wide& p : P) p = p / total;
    return P;
}

// Net flow through one barrier. Both directions are summed before they are subtracted: the difference is as accurate
// as its terms are, which is what the conditioning of the case allows.
static double flow(const Chain& chain, const std::vector<Wide>& P, int lead) {
    Wide in, out;
    for (const auto& t : chain.transitions) {
        in = in + P[t.from] * t.in[lead];
        out = out + P[t.to] * t.out[lead];
    }
    const std::int64_t power = std::max(in.exponent, out.exponent);
    const double difference = (in / Wide(1.0, power)).value() - (out / Wide(1.0, power)).value();
    return difference < 0 ? -Wide(-difference, power).value() : Wide(difference, power).value();
}

// ------------------------------------------------------------------------------------------------------ the protocol

namespace protocol {

static std::string hello(const Value&) {
    return R"({"protocol":"1.1","dots":["box","integrals"],)"
           R"("implementation":{"name":"C++ starter kit","version":"1","language":"C++17"},)"
           R"("tasks":["clebsch_gordan_weight","interaction_integrals","spectrum","transition_probabilities",)"
           R"("stationary_state","current"],"limits":{"orbitals":8,"electrons":4}})";
}

static std::string clebsch_gordan_weight(const Value& params) {
    const int i = params["two_S_i"].as_count("two_S_i"), j = params["two_S_j"].as_count("two_S_j");
    return "{\"C\":" + json::number(std::abs(i - j) == 1 ? (j + 1.0) / (2.0 * (i + 1.0)) : 0.0) + "}";
}

static std::string interaction_integrals(const Value& params) {
    const Dot dot = read_dot(params["dot"]);
    const Integrals integrals(dot);
    std::vector<double> values;
    for (const Value& quadruple : params["indices"].as_list("indices")) {
        const auto& items = quadruple.as_list("indices entry");
        require(items.size() == 4, "an entry of indices must hold four orbitals");
        int n[4];
        for (int k = 0; k < 4; ++k) {
            n[k] = items[k].as_count("orbital");
            require(n[k] >= 1 && n[k] <= dot.orbitals, "an orbital must lie between 1 and the number of orbitals");
        }
        values.push_back(integrals(n[0], n[1], n[2], n[3]));
    }
    return "{\"values\":" + json::numbers(values) + "}";
}

static std::size_t level_count(const Value& params, const char* name, std::size_t most) {
    const int number = params[name].as_count(name);
    require(number > 0, std::string(name) + " must be positive");
    require(static_cast<std::size_t>(number) <= most, std::string(name) + " exceeds the number of levels");
    return number;
}

static std::string spectrum(const Value& params) {
    const Dot dot = read_dot(params["dot"]);
    const int electrons = params["electrons"].as_count("electrons");
    require(electrons <= 2 * dot.orbitals, "the orbitals hold no more than two electrons each");
    const auto& levels = all_levels(dot, electrons);
    std::vector<double> energies;
    std::vector<double> two_S;
    for (std::size_t k = 0; k < level_count(params, "levels", levels.size()); ++k) {
        energies.push_back(levels[k].energy);
        two_S.push_back(levels[k].two_S);
    }
    return "{\"energies\":" + json::numbers(energies) + ",\"two_S\":" + json::numbers(two_S) + "}";
}

static std::string transition_probabilities(const Value& params) {
    const Dot dot = read_dot(params["dot"]);
    const int electrons = params["electrons"].as_count("electrons");
    require(electrons < 2 * dot.orbitals, "there is no room for another electron");
    std::vector<double> w(static_cast<std::size_t>(dot.orbitals), 1.0);
    for (const auto& field : params.fields)
        if (field.first == "weights") w = read_numbers(field.second, "weights", dot.orbitals);
    const auto initial = all_levels(dot, electrons), final = all_levels(dot, electrons + 1);
    std::string text = "{\"M\":[";
    for (std::size_t j = 0; j < level_count(params, "levels_to", final.size()); ++j) {
        std::vector<double> row;
        for (std::size_t i = 0; i < level_count(params, "levels_from", initial.size()); ++i)
            row.push_back(weight(dot, electrons, initial[i], final[j], w));
        text += (j ? "," : "") + json::numbers(row);
    }
    return text + "]}";
}

static std::string stationary_state(const Value& params) {
    std::vector<double> values;
    for (const Wide& p : populations(read_chain(params))) values.push_back(p.value());
    return "{\"populations\":" + json::numbers(values) + "}";
}

static std::string current(const Value& params) {
    const Chain chain = read_chain(params);
    const auto P = populations(chain);
    return "{\"I_L\":" + json::number(flow(chain, P, 0)) + ",\"I_R\":" + json::number(-flow(chain, P, 1)) + "}";
}

static void serve() {
    const std::map<std::string, std::string (*)(const Value&)> methods = {
        {"hello", hello},
        {"clebsch_gordan_weight", clebsch_gordan_weight},
        {"interaction_integrals", interaction_integrals},
        {"spectrum", spectrum},
        {"transition_probabilities", transition_probabilities},
        {"stationary_state", stationary_state},
        {"current", current},
    };
    for (std::string line; std::getline(std::cin, line);) {
        std::string reply, id = "null";
        try {
            const Value request = json::Parser(line).parse();
            const std::string& method = request["method"].as_text("method");
            if (method == "shutdown") return;
            id = json::number(request["id"].as_number("id"));
            const auto found = methods.find(method);
            if (found == methods.end()) throw Refused(-32601, "there is no such task here");
            reply = "\"result\":" + found->second(request["params"]);
        } catch (const Refused& error) {
            reply = "\"error\":{\"code\":" + std::to_string(error.code) + ",\"message\":" + json::quoted(error.what()) + "}";
        } catch (const std::exception& error) {
            reply = "\"error\":{\"code\":-32603,\"message\":" + json::quoted(error.what()) + "}";
        }
        std::cout << "{\"jsonrpc\":\"2.0\",\"id\":" << id << "," << reply << "}" << std::endl;
    }
}

}  // namespace protocol

int main() {
    protocol::serve();
    return 0;
}
