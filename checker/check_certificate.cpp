// A second checker of qdverify certificates: C++17 and GMP, integers and rationals only.
//
//   g++ -std=c++17 -O2 -o check_certificate check_certificate.cpp -lgmpxx -lgmp
//   ./check_certificate [--seconds S] FILE
//
// Exit status: 0 every statement of the certificate is proven; 1 rejected; 2 the file cannot be read, or is not the
// strict JSON of section 1. One line says why. Nothing here was taken from the Python package, and no number is ever
// a floating-point number: what is irrational is enclosed between two dyadic rationals that are rounded outward.
//
// What is proven, section by section:
//
//   1. Text       strict JSON, every size bounded before it is used, and the SHA-256 of the content
//   2. Numbers    rationals, doubles as exact rationals, decimals with their power of ten kept apart
//   3. Intervals  dyadic rationals with outward rounding; pi, square root, logarithm, exponential
//   4. Claims     "mid +- rad" contains a proven interval; the claim itself is never rounded
//   5. Integrals  the one-dimensional moments of the soft-Coulomb kernel, by power series with a proven remainder
//   6. Dot        determinants, and an integer Hamiltonian K with |H - K/2^B| <= eta; a dot is a box, or given by its
//                 integrals
//   7. Levels     exact spin, exact residuals: at least these levels exist
//   8. Complete   at most these levels lie below the ceiling
//   9. Values     energies and transition probabilities
//  10. No evidence: spin weights, integrals, levels without interaction, stationary states and currents
//  11. Tasks      which fields a document must have, and nothing else: schema /1 states one thing each; schema /2 goes
//                 from the dot to levels (or clusters of them), M_ji, rates, populations and current; schema /3 does so
//                 for a dot given by its integrals
//
// Energies are in units of 1/L^2 (hbar = m = 1), or of a power of two near the largest integral and without E_0, unless
// a comment says otherwise.

#include <gmpxx.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace {

using std::string;
using std::vector;

// ---------------------------------------------------------------------------------------------------------------------
// Limits: everything that a file could ask for is bounded before work or memory is spent on it

constexpr std::size_t MOST_BYTES = std::size_t(64) << 20;  // of the file
constexpr int MOST_NESTING = 16;
constexpr std::size_t MOST_VALUES = 5000000;   // in the file; 120 bytes of memory each
constexpr std::size_t MOST_DIGITS = 4300;      // of one number
constexpr long MOST_EXPONENT_OF_INPUT = 9999;  // inputs are numbers that doubles can come near to
constexpr long MOST_COUNT = 1000000000L;
constexpr long MOST_EXPONENT_OF_CLAIM = 1000000000000000L;
constexpr long MOST_SPREAD_OF_CLAIM = 20000;       // between the powers of ten of midpoint and radius
constexpr long MOST_ORBITALS = 64;                 // two spin orbitals each, in a mask of 128 bits
constexpr long MOST_INDEX = 128;                   // of an orbital in interaction_integrals
constexpr std::size_t MOST_DETERMINANTS = 200000;  // of one parity
constexpr std::size_t MOST_MODEL_SPACE = 4000;
constexpr std::size_t MOST_ITEMS = 10000;  // of any list but a vector
constexpr std::size_t MOST_CHAIN_LEVELS = 400;
constexpr std::size_t MOST_BITS_OF_WEIGHTS = 4096;  // with a common denominator
constexpr long MOST_PRECISION = 1L << 15;
constexpr long DEFAULT_SECONDS = 600;

struct Unreadable : std::runtime_error {
    using std::runtime_error::runtime_error;
};
struct Rejected : std::runtime_error {
    using std::runtime_error::runtime_error;
};
// not proven with the precision at hand; more may help
struct Undecided : std::runtime_error {
    using std::runtime_error::runtime_error;
};

void require(bool condition, const string& complaint) {
    if (!condition) throw Rejected(complaint);
}

// When the alarm rings, whatever the program is doing: only calls that are safe in a signal's handler
extern "C" void time_is_up(int) {
    constexpr char line[] = "rejected: not proven within the time allowed (--seconds)\n";
    auto written = write(STDERR_FILENO, line, sizeof line - 1);
    _exit(written < 0 ? 2 : 1);
}

// ---------------------------------------------------------------------------------------------------------------------
// 1. Text: strict JSON. Strings are printable ASCII without escapes, since no field of a certificate needs more; no key
// occurs twice; nothing follows the document; a byte order mark is refused.

struct Json {
    enum Kind { null, boolean, integer, real, text, list, object } kind = null;
    string token;  // of a number or a string
    vector<Json> items;
    vector<std::pair<string, Json>> members;

    const Json* find(const string& name) const {
        for (const auto& [key, value] : members)
            if (key == name) return &value;
        return nullptr;
    }
};

class Parser {
  public:
    explicit Parser(const string& source) : source(source) {}

    Json document() {
        Json value = element(0);
        skip_space();
        if (at != source.size()) fail("something follows the document");
        return value;
    }

  private:
    const string& source;
    std::size_t at = 0, values = 0;

    [[noreturn]] void fail(const string& complaint) const {
        throw Unreadable(complaint + " (byte " + std::to_string(at) + ")");
    }

    char peek() const { return at < source.size() ? source[at] : '\0'; }

    bool accept(char wanted) {
        if (peek() != wanted || at >= source.size()) return false;
        ++at;
        return true;
    }

    void expect(char wanted) {
        if (!accept(wanted)) fail(string("expected '") + wanted + "'");
    }

    void skip_space() {
        while (at < source.size() && (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t')) ++at;
    }

    Json element(int depth) {
        if (depth > MOST_NESTING) fail("lists and objects are nested too deeply");
        if (++values > MOST_VALUES) fail("the file has too many values");
        skip_space();
        Json value;
        if (accept('{')) return members(depth);
        if (accept('[')) return items(depth);
        if (peek() == '"') {
            value.kind = Json::text;
            value.token = quoted();
            return value;
        }
        if (peek() == '-' || digit()) return number();
        for (const char* word : {"null", "true", "false"}) {
            if (source.compare(at, string(word).size(), word) == 0) {
                at += string(word).size();
                value.kind = word[0] == 'n' ? Json::null : Json::boolean;
                value.token = word;
                return value;
            }
        }
        fail("expected a JSON value");
    }

    Json members(int depth) {
        Json value;
        value.kind = Json::object;
        skip_space();
        if (accept('}')) return value;
        do {
            skip_space();
            string key = quoted();
            if (value.find(key)) fail("the key \"" + key + "\" occurs twice");
            if (value.members.size() >= 64) fail("an object has too many members");
            skip_space();
            expect(':');
            value.members.emplace_back(key, element(depth + 1));
            skip_space();
        } while (accept(','));
        expect('}');
        return value;
    }

    Json items(int depth) {
        Json value;
        value.kind = Json::list;
        skip_space();
        if (accept(']')) return value;
        do {
            if (value.items.size() >= MOST_ITEMS) fail("a list has too many items");
            value.items.push_back(element(depth + 1));
            skip_space();
        } while (accept(','));
        expect(']');
        return value;
    }

    string quoted() {
        expect('"');
        std::size_t start = at;
        while (at < source.size() && source[at] != '"') {
            unsigned char c = source[at];
            if (c < 0x20 || c > 0x7e || c == '\\') fail("strings must be printable ASCII without escapes");
            ++at;
        }
        string content = source.substr(start, at - start);
        expect('"');
        return content;
    }

    bool digit() const { return peek() >= '0' && peek() <= '9'; }

    void digits() {
        if (!digit()) fail("expected a digit");
        while (digit()) ++at;
    }

    Json number() {
        Json value;
        value.kind = Json::integer;
        std::size_t start = at;
        accept('-');
        if (accept('0')) {
            if (digit()) fail("a number must not begin with 0");
        } else {
            digits();
        }
        if (accept('.')) {
            value.kind = Json::real;
            digits();
        }
        if (peek() == 'e' || peek() == 'E') {
            value.kind = Json::real;
            ++at;
            if (!accept('+')) accept('-');
            digits();
        }
        value.token = source.substr(start, at - start);
        if (value.token.size() > MOST_DIGITS) fail("a number has too many digits");
        return value;
    }
};

string read_file(const string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw Unreadable("the file cannot be opened");
    string content;
    std::array<char, 1 << 16> piece;
    do {
        file.read(piece.data(), piece.size());
        content.append(piece.data(), static_cast<std::size_t>(file.gcount()));
        if (content.size() > MOST_BYTES) throw Unreadable("the file is larger than 64 MiB");
    } while (file);
    if (file.bad()) throw Unreadable("the file cannot be read");
    return content;
}

// SHA-256, FIPS 180-4. The constants are the first 32 bits of the fractional parts of square and cube roots of primes,
// here computed as floor(root of (prime * 2^64 or 2^96)) modulo 2^32

class Sha256 {
  public:
    static string hex(string message) {
        Sha256 state;
        std::uint64_t bits = std::uint64_t(message.size()) * 8;
        message += '\x80';
        while (message.size() % 64 != 56) message += '\0';
        for (int shift = 56; shift >= 0; shift -= 8) message += static_cast<char>(bits >> shift & 0xff);
        for (std::size_t block = 0; block < message.size(); block += 64) state.absorb(message.data() + block);
        string result;
        for (std::uint32_t word : state.hash)
            for (int shift = 28; shift >= 0; shift -= 4) result += "0123456789abcdef"[word >> shift & 15];
        return result;
    }

  private:
    std::array<std::uint32_t, 8> hash{};
    std::array<std::uint32_t, 64> constants{};

    Sha256() {
        int found = 0;
        for (unsigned prime = 2; found < 64; ++prime) {
            bool divided = false;
            for (unsigned d = 2; d * d <= prime; ++d) divided = divided || prime % d == 0;
            if (divided) continue;
            if (found < 8) hash[static_cast<std::size_t>(found)] = fraction_of_root(prime, 2);
            constants[static_cast<std::size_t>(found++)] = fraction_of_root(prime, 3);
        }
    }

    static std::uint32_t fraction_of_root(unsigned prime, unsigned degree) {
        mpz_class root = mpz_class(prime) << (32 * degree);
        mpz_root(root.get_mpz_t(), root.get_mpz_t(), degree);
        mpz_class low = root & mpz_class(0xffffffffUL);
        return static_cast<std::uint32_t>(low.get_ui());
    }

    static std::uint32_t turn(std::uint32_t x, int n) { return x >> n | x << (32 - n); }

    void absorb(const char* block) {
        std::array<std::uint32_t, 64> w{};
        for (std::size_t t = 0; t < 16; ++t)
            for (std::size_t k = 0; k < 4; ++k) w[t] = w[t] << 8 | static_cast<unsigned char>(block[4 * t + k]);
        for (std::size_t t = 16; t < 64; ++t) {
            std::uint32_t s0 = turn(w[t - 15], 7) ^ turn(w[t - 15], 18) ^ w[t - 15] >> 3;
            std::uint32_t s1 = turn(w[t - 2], 17) ^ turn(w[t - 2], 19) ^ w[t - 2] >> 10;
            w[t] = w[t - 16] + s0 + w[t - 7] + s1;
        }
        auto [a, b, c, d, e, f, g, h] = hash;
        for (std::size_t t = 0; t < 64; ++t) {
            std::uint32_t sum1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25), choice = (e & f) ^ (~e & g);
            std::uint32_t sum0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22), most = (a & b) ^ (a & c) ^ (b & c);
            std::uint32_t one = h + sum1 + choice + constants[t] + w[t], two = sum0 + most;
            h = g, g = f, f = e, e = d + one, d = c, c = b, b = a, a = one + two;
        }
        std::array<std::uint32_t, 8> added = {a, b, c, d, e, f, g, h};
        for (std::size_t i = 0; i < 8; ++i) hash[i] += added[i];
    }
};

// ---------------------------------------------------------------------------------------------------------------------
// 2. Numbers

std::size_t bits_of(const mpz_class& number) { return number == 0 ? 0 : mpz_sizeinbase(number.get_mpz_t(), 2); }

mpz_class power_of(unsigned long base, unsigned long exponent) {
    mpz_class result;
    mpz_ui_pow_ui(result.get_mpz_t(), base, exponent);
    return result;
}

mpz_class power_of_two(std::size_t exponent) { return mpz_class(1) << exponent; }

mpz_class floor_div(const mpz_class& a, const mpz_class& b) {
    mpz_class result;
    mpz_fdiv_q(result.get_mpz_t(), a.get_mpz_t(), b.get_mpz_t());
    return result;
}

mpz_class ceil_div(const mpz_class& a, const mpz_class& b) {
    mpz_class result;
    mpz_cdiv_q(result.get_mpz_t(), a.get_mpz_t(), b.get_mpz_t());
    return result;
}

mpz_class floor_of(const mpq_class& q) { return floor_div(q.get_num(), q.get_den()); }
mpz_class ceil_of(const mpq_class& q) { return ceil_div(q.get_num(), q.get_den()); }

mpq_class fraction(const mpz_class& numerator, const mpz_class& denominator) {
    mpq_class result(numerator, denominator);
    result.canonicalize();
    return result;
}

// m * 10^e, or a fraction with e = 0
struct Decimal {
    mpq_class mantissa;
    long exponent = 0;

    mpq_class exact() const {
        mpz_class power = power_of(10, static_cast<unsigned long>(exponent < 0 ? -exponent : exponent));
        return exponent < 0 ? mpq_class(mantissa / power) : mpq_class(mantissa * power);
    }
};

bool all_digits(const string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

long exponent_from(const string& text, long most, const string& shown) {
    string digits = text.substr(!text.empty() && (text[0] == '-' || text[0] == '+'));
    require(!digits.empty() && digits.size() <= 18 && all_digits(digits), shown + " is not a number within bounds");
    long value = std::stol(digits);
    require(value <= most, "the exponent of " + shown + " is too large");
    return text[0] == '-' ? -value : value;
}

string shortened(const string& text) { return text.size() <= 60 ? text : text.substr(0, 57) + "..."; }

// Read [+-]digits[.digits][e[+-]digits] or [+-]digits/digits
Decimal decimal_from(const string& text, long most_exponent) {
    const string shown = "\"" + shortened(text) + "\"", complaint = shown + " is not a number within bounds";
    require(text.size() <= 2 * MOST_DIGITS, complaint);
    bool negative = !text.empty() && text[0] == '-';
    string rest = text.substr(!text.empty() && (text[0] == '-' || text[0] == '+'));
    Decimal result;
    if (auto slash = rest.find('/'); slash != string::npos) {
        string above = rest.substr(0, slash), below = rest.substr(slash + 1);
        require(!above.empty() && !below.empty() && all_digits(above) && all_digits(below), complaint);
        require(above.size() <= MOST_DIGITS && below.size() <= MOST_DIGITS, complaint);
        mpz_class denominator(below, 10);
        require(denominator != 0, complaint);
        result.mantissa = fraction(mpz_class(above, 10), denominator);
    } else {
        auto e = rest.find_first_of("eE");
        if (e != string::npos) result.exponent = exponent_from(rest.substr(e + 1), most_exponent, shown);
        string digits = rest.substr(0, e);
        if (auto point = digits.find('.'); point != string::npos) {
            result.exponent -= static_cast<long>(digits.size() - point - 1);
            digits.erase(point, 1);
        }
        require(!digits.empty() && digits.size() <= MOST_DIGITS && all_digits(digits), complaint);
        result.mantissa = mpz_class(digits, 10);
    }
    if (negative) result.mantissa = -result.mantissa;
    return result;
}

// The double nearest to a positive rational (ties to even), as an exact rational; 0 if it is below all doubles
mpq_class nearest_double(const mpq_class& value) {
    // 2^(t-1) < value < 2^(t+1), so that value / 2^exponent begins above 2^53 or the exponent at its least value
    long t = static_cast<long>(bits_of(value.get_num())) - static_cast<long>(bits_of(value.get_den()));
    for (long exponent = std::max(t - 54, -1074L);; ++exponent) {
        mpz_class above = value.get_num(), below = value.get_den();
        exponent < 0 ? above <<= static_cast<std::size_t>(-exponent) : below <<= static_cast<std::size_t>(exponent);
        if (floor_div(above, below) >= power_of_two(53)) continue;
        mpz_class twice = 2 * above + below, nearest = floor_div(twice, 2 * below);  // ties upward
        if (nearest * 2 * below == twice && nearest % 2 != 0) nearest -= 1;
        require(exponent + static_cast<long>(bits_of(nearest)) <= 1024, "a number is too large for a double");
        mpz_class power = power_of_two(static_cast<std::size_t>(exponent < 0 ? -exponent : exponent));
        return exponent < 0 ? fraction(nearest, power) : mpq_class(nearest * power);
    }
}

// The exact value of a JSON number with a point or an exponent: the double that it is read as
mpq_class double_from(const string& token) {
    mpq_class exact = decimal_from(token, MOST_EXPONENT_OF_INPUT).exact();
    mpq_class magnitude = exact == 0 ? exact : nearest_double(abs(exact));
    return exact < 0 ? mpq_class(-magnitude) : magnitude;
}

// The shortest decimal that reads back as a double, as Python writes it
string shortest(const mpq_class& value, bool negative) {
    string sign = negative ? "-" : "";
    if (value == 0) return sign + "0.0";
    const mpq_class largest_double = (power_of_two(53) - 1) * power_of_two(971);
    long ten = 0;  // 10^ten <= value < 10^(ten+1)
    auto scaled = [&](long shift) {
        mpz_class power = power_of(10, static_cast<unsigned long>(shift < 0 ? -shift : shift));
        return shift < 0 ? mpq_class(value / power) : mpq_class(value * power);
    };
    while (scaled(-ten) >= 10) ++ten;
    while (scaled(-ten) < 1) --ten;
    string digits;
    for (long count = 1; digits.empty(); ++count) {
        mpq_class wanted = scaled(count - 1 - ten);
        mpz_class best = -1;
        for (mpz_class candidate : {floor_of(wanted), mpz_class(floor_of(wanted) + 1)}) {
            Decimal decimal{mpq_class(candidate), ten - count + 1};
            mpq_class rounded_to = decimal.exact();
            if (candidate == 0 || rounded_to > largest_double || nearest_double(rounded_to) != value) continue;
            if (best < 0 || abs(mpq_class(candidate - wanted)) < abs(mpq_class(best - wanted))) best = candidate;
        }
        if (best < 0) continue;
        digits = best.get_str();
        ten += static_cast<long>(digits.size()) - count;  // 9.99 may have become 10.0
    }
    while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
    long count = static_cast<long>(digits.size());
    if (ten < -4 || ten >= 16) {
        string tail = std::to_string(ten < 0 ? -ten : ten);
        return sign + digits.substr(0, 1) + (count > 1 ? "." + digits.substr(1) : "") + (ten < 0 ? "e-" : "e+") +
               (tail.size() < 2 ? "0" + tail : tail);
    }
    if (ten < 0) return sign + "0." + string(static_cast<std::size_t>(-ten - 1), '0') + digits;
    if (count <= ten + 1) return sign + digits + string(static_cast<std::size_t>(ten + 1 - count), '0') + ".0";
    return sign + digits.substr(0, static_cast<std::size_t>(ten + 1)) + "." +
           digits.substr(static_cast<std::size_t>(ten + 1));
}

// The text that is hashed: keys in order but the one left out, no spaces, numbers as Python's json writes them
void write_canonical(const Json& value, string& out, const string& without = "") {
    switch (value.kind) {
        case Json::null:
        case Json::boolean: out += value.token; break;
        case Json::integer: out += mpz_class(value.token, 10).get_str(); break;
        case Json::real: out += shortest(abs(double_from(value.token)), value.token[0] == '-'); break;
        case Json::text: out += '"' + value.token + '"'; break;
        case Json::list:
            out += '[';
            for (std::size_t i = 0; i < value.items.size(); ++i) {
                if (i) out += ',';
                write_canonical(value.items[i], out);
            }
            out += ']';
            break;
        case Json::object: {
            std::map<string, const Json*> sorted;
            for (const auto& [key, member] : value.members)
                if (without.empty() || key != without) sorted[key] = &member;
            out += '{';
            for (const auto& [key, member] : sorted) {
                if (out.back() != '{') out += ',';
                out += '"' + key + "\":";
                write_canonical(*member, out);
            }
            out += '}';
        }
    }
}

string content_hash(const Json& document) {
    string text;
    write_canonical(document, text, "sha256");
    return Sha256::hex(text);
}

// ---------------------------------------------------------------------------------------------------------------------
// 3. Intervals with ends m 2^e. Every operation returns an interval that contains all results; ends keep `precision`
// bits of mantissa.

long precision = 256;

class WithPrecision {
  public:
    explicit WithPrecision(long bits) : before(precision) {
        if (bits > 4 * MOST_PRECISION) throw Rejected("the proof needs more precision than is allowed");
        precision = bits;
    }
    ~WithPrecision() { precision = before; }
    WithPrecision(const WithPrecision&) = delete;
    WithPrecision& operator=(const WithPrecision&) = delete;

  private:
    long before;
};

enum Direction { down, up };

struct Dyadic {
    mpz_class m;
    long e = 0;

    int sign() const { return sgn(m); }
    // |x| < 2^top, and |x| >= 2^(top-1) unless x = 0
    long top() const { return static_cast<long>(bits_of(m)) + e; }
    Dyadic negative() const { return {-m, e}; }
};

constexpr long MOST_TOP = 1L << 60;

Dyadic rounded(Dyadic x, Direction direction) {
    if (x.m == 0) return {0, 0};
    long excess = static_cast<long>(bits_of(x.m)) - precision;
    if (excess > 0) {
        auto shift = static_cast<mp_bitcnt_t>(excess);
        if (direction == down) mpz_fdiv_q_2exp(x.m.get_mpz_t(), x.m.get_mpz_t(), shift);
        else mpz_cdiv_q_2exp(x.m.get_mpz_t(), x.m.get_mpz_t(), shift);
        x.e += excess;
    }
    if (x.top() > MOST_TOP || x.top() < -MOST_TOP)
        throw Rejected("a number is too large or too small for this checker");
    return x;
}

int compare(const Dyadic& x, const Dyadic& y) {
    if (x.sign() != y.sign() || x.sign() == 0) return x.sign() - y.sign();
    if (x.top() != y.top()) return (x.top() > y.top()) == (x.sign() > 0) ? 1 : -1;
    // equal tops: the exponents differ by no more than the lengths of the mantissas
    long low = std::min(x.e, y.e);
    mpz_class a = x.m << static_cast<std::size_t>(x.e - low), b = y.m << static_cast<std::size_t>(y.e - low);
    return cmp(a, b);
}

int compare(const Dyadic& x, const mpq_class& q) {
    if (x.sign() != sgn(q) || x.sign() == 0) return x.sign() - sgn(q);
    // 2^(t-1) < |q| < 2^(t+1)
    long t = static_cast<long>(bits_of(q.get_num())) - static_cast<long>(bits_of(q.get_den()));
    if (x.top() > t + 2 || x.top() < t - 1) return (x.top() > t) == (x.sign() > 0) ? 1 : -1;
    mpz_class a = x.m * q.get_den(), b = q.get_num();
    x.e < 0 ? b <<= static_cast<std::size_t>(-x.e) : a <<= static_cast<std::size_t>(x.e);
    return cmp(a, b);
}

Dyadic sum(Dyadic x, Dyadic y, Direction direction) {
    if (x.sign() == 0) return rounded(y, direction);
    if (y.sign() == 0) return rounded(x, direction);
    if (x.top() < y.top()) std::swap(x, y);
    long bottom = std::min(x.e, x.top() - precision - 8);
    if (y.top() < bottom) {  // y is smaller than the last place: nothing, or one such place, in the direction asked for
        bool outward = (y.sign() > 0) == (direction == up);
        y = {outward ? y.sign() : 0, bottom};
        if (!outward) return rounded(x, direction);
    }
    long low = std::min(x.e, y.e);
    mpz_class a = x.m << static_cast<std::size_t>(x.e - low), b = y.m << static_cast<std::size_t>(y.e - low);
    return rounded({a + b, low}, direction);
}

Dyadic product(const Dyadic& x, const Dyadic& y, Direction direction) {
    return rounded({x.m * y.m, x.e + y.e}, direction);
}

Dyadic quotient(const Dyadic& x, const Dyadic& y, Direction direction) {
    long shift = std::max(0L, precision + 2 + static_cast<long>(bits_of(y.m)) - static_cast<long>(bits_of(x.m)));
    mpz_class above = x.m << static_cast<std::size_t>(shift);
    return rounded({direction == down ? floor_div(above, y.m) : ceil_div(above, y.m), x.e - y.e - shift}, direction);
}

Dyadic root(const Dyadic& x, Direction direction) {
    long shift = std::max(0L, 2 * precision + 4 - static_cast<long>(bits_of(x.m)));
    if ((x.e - shift) % 2 != 0) ++shift;
    mpz_class above = x.m << static_cast<std::size_t>(shift), result = sqrt(above);
    if (direction == up && result * result != above) result += 1;
    return rounded({result, (x.e - shift) / 2}, direction);
}

class Interval {
  public:
    Dyadic low, high;

    Interval() = default;
    Interval(long number) : low{number, 0}, high{number, 0} {}  // NOLINT: numbers are intervals
    Interval(Dyadic low, Dyadic high) : low(std::move(low)), high(std::move(high)) {}
    explicit Interval(const mpq_class& q)
        : low(quotient({q.get_num(), 0}, {q.get_den(), 0}, down)),
          high(quotient({q.get_num(), 0}, {q.get_den(), 0}, up)) {}

    bool positive() const { return low.sign() > 0; }
    bool zero() const { return low.sign() == 0 && high.sign() == 0; }
};

const Dyadic& lesser(const Dyadic& x, const Dyadic& y) { return compare(x, y) <= 0 ? x : y; }
const Dyadic& greater(const Dyadic& x, const Dyadic& y) { return compare(x, y) >= 0 ? x : y; }

Interval operator-(const Interval& x) { return {x.high.negative(), x.low.negative()}; }
Interval operator+(const Interval& x, const Interval& y) { return {sum(x.low, y.low, down), sum(x.high, y.high, up)}; }
Interval operator-(const Interval& x, const Interval& y) { return x + -y; }

Interval operator*(const Interval& x, const Interval& y) {
    if (x.low.sign() >= 0 && y.low.sign() >= 0) return {product(x.low, y.low, down), product(x.high, y.high, up)};
    Interval result(product(x.low, y.low, down), product(x.low, y.low, up));
    for (auto [a, b] : {std::pair(&x.low, &y.high), std::pair(&x.high, &y.low), std::pair(&x.high, &y.high)}) {
        result.low = lesser(result.low, product(*a, *b, down));
        result.high = greater(result.high, product(*a, *b, up));
    }
    return result;
}

// y must be positive
Interval operator/(const Interval& x, const Interval& y) {
    if (!y.positive()) throw Undecided("a divisor is not proven positive");
    return {quotient(x.low, x.low.sign() >= 0 ? y.high : y.low, down),
            quotient(x.high, x.high.sign() >= 0 ? y.low : y.high, up)};
}

Interval square_root(const Interval& x) {
    if (x.low.sign() < 0) throw Undecided("a square root's argument is not proven positive");
    return {root(x.low, down), root(x.high, up)};
}

Interval times_power_of_two(Interval x, long exponent) {
    if (x.low.sign()) x.low.e += exponent;
    if (x.high.sign()) x.high.e += exponent;
    return {rounded(x.low, down), rounded(x.high, up)};
}

// |x| < 2^(the result)
long top_of(const Interval& x) {
    return std::max(x.low.sign() ? x.low.top() : -MOST_TOP, x.high.sign() ? x.high.top() : -MOST_TOP);
}

// [-2^exponent, 2^exponent]
Interval within(long exponent) { return {{-1, exponent}, {1, exponent}}; }

// pi = 16 arctan(1/5) - 4 arctan(1/239). In units of 2^-W each term of arctan(1/k) = sum (-1)^j / ((2j+1) k^(2j+1)) is
// rounded down, which costs less than one unit; the terms left out are together below one unit. There are fewer than W
// terms, so that the result is off by less than 20 (W + 2) units.
Interval pi() {
    static std::map<long, Interval> known;
    if (auto found = known.find(precision); found != known.end()) return found->second;
    long W = precision + 64;
    auto arctan_inverse = [W](unsigned long k) {
        mpz_class power = power_of_two(static_cast<std::size_t>(W)) / k, total = 0;
        for (unsigned long j = 0; power != 0; ++j, power /= k * k) {
            mpz_class term = power / (2 * j + 1);
            j % 2 ? total -= term : total += term;
        }
        return total;
    };
    mpz_class middle = 16 * arctan_inverse(5) - 4 * arctan_inverse(239), error = 20 * (W + 2);
    return known[precision] = {rounded({middle - error, -W}, down), rounded({middle + error, -W}, up)};
}

// artanh t = sum t^(2j+1)/(2j+1) for 0 <= t <= 1/2: what follows a term u is below u (t^2 + t^4 + ...) <= u / 3 < u
Interval artanh(const Interval& t) {
    if (t.zero()) return 0L;
    Interval total = 0L, power = t, square = t * t;
    for (long j = 0;; ++j) {
        Interval term = power / Interval(2 * j + 1);
        total = total + term;
        if (top_of(term) < top_of(t) - precision - 8) return total + Interval({0, 0}, term.high);
        power = power * square;
    }
}

Interval logarithm_of_two() {
    static std::map<long, Interval> known;
    if (auto found = known.find(precision); found != known.end()) return found->second;
    return known[precision] = Interval(2) * artanh(Interval(1) / Interval(3));
}

// ln(m 2^e) = k ln 2 + 2 artanh((y-1)/(y+1)) with y in [1, 2), so that the argument is at most 1/3
Interval logarithm(const Dyadic& x) {
    long k = x.top() - 1;
    Interval y({x.m, x.e - k}, {x.m, x.e - k});
    return Interval(k) * logarithm_of_two() + Interval(2) * artanh((y - Interval(1)) / (y + Interval(1)));
}

Interval logarithm(const Interval& x) {
    if (!x.positive()) throw Undecided("a logarithm's argument is not proven positive");
    return {logarithm(x.low).low, logarithm(x.high).high};
}

// e^x = 2^k (e^r)^256 with r = (x - k ln 2)/256, |r| < 1/128: what follows a term u of the series is below |u|
Interval exponential(const Dyadic& x) {
    if (x.sign() == 0) return 1L;
    if (x.top() > 50) throw Rejected("an energy is too many kT away from a chemical potential for this checker");
    Interval ratio = Interval(x, x) / logarithm_of_two() + Interval(mpq_class(1, 2));
    mpz_class k = ratio.low.e >= 0 ? mpz_class(ratio.low.m << static_cast<std::size_t>(ratio.low.e))
                                   : floor_div(ratio.low.m, power_of_two(static_cast<std::size_t>(-ratio.low.e)));
    Interval r = times_power_of_two(Interval(x, x) - Interval(k.get_si()) * logarithm_of_two(), -8);
    if (top_of(r) > -7) throw Undecided("an exponential's argument is not reduced");
    Interval total = 1L, term = 1L;
    for (long n = 1; top_of(term) > -precision - 8; ++n) {
        term = term * r / Interval(n);
        total = total + term;
        if (term.zero()) break;
    }
    total = total + within(top_of(term));
    for (int i = 0; i < 8; ++i) total = total * total;
    return times_power_of_two(total, k.get_si());
}

Interval exponential(const Interval& x) { return {exponential(x.low).low, exponential(x.high).high}; }

Interval power_of_ten(long exponent) {
    Interval result = 1L, base = 10L;
    for (unsigned long n = static_cast<unsigned long>(exponent < 0 ? -exponent : exponent); n; n >>= 1) {
        if (n & 1) result = result * base;
        if (n > 1) base = base * base;
    }
    return exponent < 0 ? Interval(1) / result : result;
}

// floor(2^bits x) for an x whose size is bounded
mpz_class floor_scaled(const Dyadic& x, long bits) {
    long shift = x.e + bits;
    if (shift >= 0) return x.m << static_cast<std::size_t>(shift);
    mpz_class result;
    mpz_fdiv_q_2exp(result.get_mpz_t(), x.m.get_mpz_t(), static_cast<mp_bitcnt_t>(-shift));
    return result;
}

// ---------------------------------------------------------------------------------------------------------------------
// 4. Claims

struct Claim {
    Decimal middle, radius;
    string shown;
};

[[noreturn]] void not_proven(const Claim& claim, const string& name) {
    throw Rejected(name + ": " + claim.shown + " is not proven");
}

// Verify low <= x <= high implies |x - mid| <= rad, exactly
void verify(const Claim& claim, const mpq_class& low, const mpq_class& high, const string& name) {
    require(std::max(std::labs(claim.middle.exponent), std::labs(claim.radius.exponent)) <= MOST_SPREAD_OF_CLAIM,
            name + ": the exponents of " + claim.shown + " are too large");
    mpq_class middle = claim.middle.exact(), radius = claim.radius.exact();
    if (low < middle - radius || high > middle + radius) {
        if (high < middle - radius || low > middle + radius) not_proven(claim, name);
        throw Undecided(name + ": " + claim.shown + " is not proven");
    }
}

// The same for an interval. Both sides are divided by the claim's own power of ten: the claim stays exact, and numbers
// like 1e-1000000000 are compared without ever being written out.
void verify(const Claim& claim, const Interval& proven, const string& name) {
    const Decimal &mid = claim.middle, &rad = claim.radius;
    long scale = mid.mantissa != 0 ? mid.exponent : rad.mantissa != 0 ? rad.exponent : 0;
    mpq_class middle = mid.mantissa, radius = 0;
    if (rad.mantissa != 0) {
        require(std::labs(rad.exponent - scale) <= MOST_SPREAD_OF_CLAIM,
                name + ": " + claim.shown + " spreads too wide");
        radius = Decimal{rad.mantissa, rad.exponent - scale}.exact();
    }
    Interval scaled = scale == 0 ? proven : proven * power_of_ten(-scale);
    mpq_class low = middle - radius, high = middle + radius;
    if (compare(scaled.low, low) < 0 || compare(scaled.high, high) > 0) {
        if (compare(scaled.high, low) < 0 || compare(scaled.low, high) > 0) not_proven(claim, name);
        throw Undecided(name + ": " + claim.shown + " is not proven");
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// 5. Integrals. With orbitals sqrt(2/L) sin(n pi x/L) and 2 sin A sin B = cos(A-B) - cos(A+B),
//
//   L^2 (pq|rs) = g [J(d,d') - J(d,t') - J(t,d') + J(t,t')],   d, t = |p-q|, p+q,   d', t' = |r-s|, r+s,
//   J(a,b) = integral over the unit square of cos(a pi u) cos(b pi u') w(u-u'),
//
// where L^2 V = g w: soft Coulomb g = s L, w(v) = 1/sqrt(v^2 + beta^2), beta = lambda/L; contact g = s L, w = delta;
// constant g = s L^2, w = 1; none w = 0. The substitution (u, u') -> (1-u, 1-u') shows J = 0 for odd a+b. For even a+b
// one integrates over u at fixed v = u - u' > 0 (w is even, the two signs of v exchange a and b) and finds, with
// S_m, C_m, D_m the integrals over 0 < v < 1 of sin(m pi v) w, cos(m pi v) w, v cos(m pi v) w,
//
//   J(a,b) = (2/pi) (b S_b - a S_a)/(a^2 - b^2)   (a != b),
//   J(m,m) = C_m - D_m - S_m/(m pi)   (m > 0),   J(0,0) = 2 (C_0 - D_0).
//
// Moments: the power series of sine and cosine converge everywhere, so that S, C and D are sums of (m pi)^k/k! times
// I_k = integral of v^k w. From d/dv [v^(k-1) sqrt(v^2+beta^2)] = [k v^k + (k-1) beta^2 v^(k-2)] w,
//
//   k I_k = sqrt(1+beta^2) - (k-1) beta^2 I_(k-2),   I_0 = arsinh(1/beta),   I_1 = sqrt(1+beta^2) - beta.
//
// Errors are multiplied by beta^2 (k-1)/k per step upward, so that upward is right for small beta, and downward for
// large beta from 0 <= I_k <= 1/(beta (k+1)). Interval arithmetic carries the errors along in either case.
// Remainder: I_k falls with k, and for k >= 2 m pi terms fall by 1/2 or more per step: what follows is below 2 |term|.

class SoftCoulombMoments {
  public:
    // For J(a,b) with a, b <= top, with about `bits` bits relative to J(0,0)
    SoftCoulombMoments(const mpq_class& beta, long top, long bits) : top(top) {
        long terms = std::max(20 * top, bits + 5 * top + 64) + 4;
        bool upward = beta <= mpq_class(3, 2);
        // the terms reach e^(m pi) = 2^(4.54 m); upward with beta > 1, errors reach (3/2)^terms < 2^(0.6 terms)
        WithPrecision guard(bits + 5 * top + 64 + (upward && beta > 1 ? 3 * terms / 5 : 0));
        upward ? recur_upward(Interval(beta), terms) : recur_downward(Interval(beta), terms + 4 * precision);
        for (long m = 0; m <= top; ++m) sum_series(m, terms, bits + 5 * top + 64);
    }

    Interval J(long a, long b) const {
        if (a != b)
            return Interval(2) * (Interval(b) * S(b) - Interval(a) * S(a)) /
                   (pi() * Interval(std::labs(a * a - b * b))) * Interval(a > b ? 1 : -1);
        if (a == 0) return Interval(2) * (C(0) - D(0));
        return C(a) - D(a) - S(a) / (Interval(a) * pi());
    }

  private:
    long top;
    vector<Interval> power_moments, sines, cosines, weighted;

    const Interval& S(long m) const { return sines[static_cast<std::size_t>(m)]; }
    const Interval& C(long m) const { return cosines[static_cast<std::size_t>(m)]; }
    const Interval& D(long m) const { return weighted[static_cast<std::size_t>(m)]; }
    Interval& I(long k) { return power_moments[static_cast<std::size_t>(k)]; }

    void recur_upward(const Interval& beta, long terms) {
        Interval square = beta * beta, edge = square_root(Interval(1) + square);
        power_moments.resize(static_cast<std::size_t>(terms + 1));
        I(0) = logarithm((Interval(1) + edge) / beta);
        I(1) = edge - beta;
        for (long k = 2; k <= terms; ++k) I(k) = (edge - Interval(k - 1) * square * I(k - 2)) / Interval(k);
    }

    void recur_downward(const Interval& beta, long terms) {
        Interval square = beta * beta, edge = square_root(Interval(1) + square);
        power_moments.resize(static_cast<std::size_t>(terms + 1));
        for (long k = terms; k >= 2; --k) {
            if (k > terms - 2) I(k) = {{0, 0}, (Interval(1) / (beta * Interval(k + 1))).high};
            I(k - 2) = (edge - Interval(k) * I(k)) / (Interval(k - 1) * square);
        }
    }

    void sum_series(long m, long terms, long goal) {
        Interval argument = Interval(m) * pi(), factor = 1L, sine = 0L, cosine = 0L, weighted_cosine = 0L;
        long k = 0;
        bool ended = m == 0;
        for (; k + 1 <= terms; ++k) {  // factor = (m pi)^k / k!
            long sign = k / 2 % 2 ? -1 : 1;
            if (k % 2) {
                sine = sine + Interval(sign) * factor * I(k);
            } else {
                cosine = cosine + Interval(sign) * factor * I(k);
                weighted_cosine = weighted_cosine + Interval(sign) * factor * I(k + 1);
            }
            if (m == 0) break;
            factor = factor * argument / Interval(k + 1);
            // 22/7 > pi; the factor is that of the first term left out
            if (7 * (k + 1) >= 44 * m && top_of(factor) < -goal) {
                ended = true;
                break;
            }
        }
        if (!ended) throw Undecided("a power series was cut off too early");
        // I_(k+1) <= I_0
        Interval rest = m == 0 ? Interval(0) : within(top_of(factor) + 1) * I(0);
        sines.push_back(sine + rest);
        cosines.push_back(cosine + rest);
        weighted.push_back(weighted_cosine + rest);
    }
};

// Amplitudes w_n = integers[n] / denominator with which the orbitals couple to a lead
struct Weights {
    vector<mpz_class> integers;
    mpz_class denominator = 1;

    bool operator==(const Weights& other) const {
        return integers == other.integers && denominator == other.denominator;
    }
};

// (pq|rs) = (qp|rs) = (rs|pq): the one of eight that stands for all, orbitals from 1
using Quadruple = std::array<long, 4>;

Quadruple one_of_eight(long p, long q, long r, long s) {
    if (p < q) std::swap(p, q);
    if (r < s) std::swap(r, s);
    return std::pair(p, q) < std::pair(r, s) ? Quadruple{r, s, p, q} : Quadruple{p, q, r, s};
}

// H = E_0 + sum h_pq E_pq + 1/2 sum (pq|rs) (E_pq E_rs - delta_qr E_ps), E_pq = sum over spin of c+_p c_q, real orbitals.
// `scale` is a power of two; h and (pq|rs) are divided by it.
struct Integrals {
    mpq_class core, scale;
    vector<vector<mpq_class>> one_body;
    std::map<Quadruple, mpq_class> two_body;  // what is not listed is zero
};

// A box, or a dot given by its integrals. H keeps the XOR over all electrons of an integer of three bits, the symmetry
// of their orbitals: of a box 1 for odd parity, else the label of the irrep less 1.
struct Dot {
    mpq_class length, cutoff, strength;
    long orbitals = 0;
    string kernel;
    vector<int> symmetry;
    std::shared_ptr<const Integrals> given;
    std::map<string, Weights> weights;  // by lead; empty: all are 1

    // Energies in the units in which levels are stated: effective Hartree, or those of the integrals
    mpq_class stated(const mpq_class& energy) const {
        return given ? mpq_class(energy * given->scale + given->core) : mpq_class(energy / (length * length));
    }
    mpq_class own(const mpq_class& ceiling) const {
        return given ? mpq_class((ceiling - given->core) / given->scale) : ceiling;
    }
    Weights weights_of(const string& lead) const {
        auto found = weights.find(lead);
        if (found != weights.end()) return found->second;
        return {vector<mpz_class>(static_cast<std::size_t>(orbitals), 1), 1};
    }

    // the kernel without the cases in which it does nothing
    bool soft() const { return kernel == "soft-coulomb" && strength != 0; }
    mpq_class coupling() const {
        return kernel == "none" ? mpq_class(0)
                                : mpq_class(strength * length * (kernel == "constant" ? length : mpq_class(1)));
    }
    bool rational() const { return !soft(); }

    // w of the text above, integrated: J(a,b) for the kernels where it is rational
    mpq_class rational_J(long a, long b) const {
        if (kernel == "none" || strength == 0 || a != b) return 0;
        if (kernel == "contact") return a == 0 ? mpq_class(1) : mpq_class(1, 2);
        return a == 0 ? 1 : 0;  // constant
    }
};

// Sum of the four J of an integral, from a function J(a, b)
template <class Number, class Function>
Number four_terms(const Function& J, long p, long q, long r, long s) {
    long d = std::labs(p - q), t = p + q, d2 = std::labs(r - s), t2 = r + s;
    return J(d, d2) - J(d, t2) - J(t, d2) + J(t, t2);
}

// ---------------------------------------------------------------------------------------------------------------------
// 6. Dot. Bit 2(p-1) of a mask is orbital p with spin up, bit 2p-1 with spin down; a determinant is the product of its
// creators, those of lower bits to the left. The interaction is sum over a<b, i<j of
// <ab||ij> c+_a c+_b c_j c_i, <ab||ij> = (ai|bj) - (aj|bi), which is applied as it stands.

__extension__ typedef unsigned __int128 Mask;

constexpr Mask ONE = 1;

int ones_below(Mask mask, int bit) {
    Mask below = mask & ((ONE << bit) - 1);
    return __builtin_popcountll(static_cast<std::uint64_t>(below)) +
           __builtin_popcountll(static_cast<std::uint64_t>(below >> 64));
}

vector<int> occupied_of(Mask mask) {
    vector<int> bits;
    for (int bit = 0; mask >> bit; ++bit) {
        if (mask >> bit & 1) bits.push_back(bit);
        if (bit == 127) break;
    }
    return bits;
}

long squares_of(Mask mask) {
    long total = 0;
    for (int bit : occupied_of(mask)) total += static_cast<long>(bit / 2 + 1) * (bit / 2 + 1);
    return total;
}

struct MaskHash {
    std::size_t operator()(Mask mask) const {
        std::uint64_t x =
            static_cast<std::uint64_t>(mask) * 0x9e3779b97f4a7c15ULL ^ static_cast<std::uint64_t>(mask >> 64);
        return static_cast<std::size_t>(x ^ x >> 29);
    }
};

// The number of ways to choose k of n, or MOST_DETERMINANTS + 1 if there are more
std::size_t choose(long n, long k) {
    mpz_class result;
    if (k < 0 || k > n) return 0;
    mpz_bin_uiui(result.get_mpz_t(), static_cast<unsigned long>(n), static_cast<unsigned long>(k));
    return result > MOST_DETERMINANTS ? MOST_DETERMINANTS + 1 : result.get_ui();
}

// Orbital p of a box has parity (-1)^(p+1)
vector<int> symmetry_of_box(long orbitals) {
    vector<int> symmetry;
    for (long p = 1; p <= orbitals; ++p) symmetry.push_back(p % 2 ? 0 : 1);
    return symmetry;
}

// The determinants of S_z = 0 or 1/2 and one symmetry, in ascending order
struct Basis {
    vector<Mask> masks;
    std::unordered_map<Mask, std::size_t, MaskHash> position;

    Basis(const vector<int>& symmetry, long electrons, int wanted) {
        auto orbitals = static_cast<long>(symmetry.size());
        vector<Mask> ups = strings(orbitals, electrons - electrons / 2), downs = strings(orbitals, electrons / 2);
        for (Mask a : ups)
            for (Mask b : downs)
                if ((product_of(a, symmetry) ^ product_of(b, symmetry)) == wanted) masks.push_back(a | b << 1);
        std::sort(masks.begin(), masks.end());
        for (std::size_t i = 0; i < masks.size(); ++i) position[masks[i]] = i;
    }

    Basis(long orbitals, long electrons, int parity)
        : Basis(symmetry_of_box(orbitals), electrons, parity == 1 ? 0 : 1) {}

    static int product_of(Mask mask, const vector<int>& symmetry) {
        int product = 0;
        for (int bit : occupied_of(mask)) product ^= symmetry[static_cast<std::size_t>(bit / 2)];
        return product;
    }

  private:
    static vector<Mask> strings(long orbitals, long electrons) {
        vector<Mask> result;
        std::function<void(long, long, Mask)> add = [&](long from, long left, Mask mask) {
            if (left == 0) {
                result.push_back(mask);
                return;
            }
            for (long p = from; p + left <= orbitals; ++p) add(p + 1, left - 1, mask | ONE << (2 * p));
        };
        add(0, electrons, 0);
        return result;
    }
};

// Elements of K, where |H - K/2^bits| <= eta/2^bits in every sector: every integral of K is off by at most 4 units,
// <ab||ij> by 8, and pi^2/2 by 1; a symmetric matrix is bounded by its largest sum of absolute values in a row. K is
// the Hamiltonian of real integrals with all their symmetries, so that it keeps spin and parity as H does. Given
// integrals are rounded down: each is off by less than 1 unit, <ab||ij> and h_pq too.
class Hamiltonian {
  public:
    const Dot dot;
    const long electrons, bits;
    mpz_class half_pi_squared;  // pi^2/2 in units of 2^-bits

    Hamiltonian(const Dot& dot, long electrons, long bits) : dot(dot), electrons(electrons), bits(bits) {
        top = 2 * dot.orbitals;
        row_terms = terms_in_row();
        if (dot.given) {
            fill_given();
            return;
        }
        WithPrecision guard(bits + 64);
        Interval kinetic = times_power_of_two(pi() * pi(), -1);
        half_pi_squared = floor_scaled(kinetic.low, bits);
        // the floor, and the width of the interval, cost less than 1 unit and 2^-40 units
        if (floor_scaled(kinetic.high, bits + 40) - floor_scaled(kinetic.low, bits + 40) > 1)
            throw Rejected("pi is too wide");
        table.resize(static_cast<std::size_t>((top + 1) * (top + 1)));
        dot.soft() ? fill_soft() : fill_rational();
    }

    // Call `use(position, element)` for each element of a row of K that may differ from 0
    template <class Use>
    void row(const Basis& basis, std::size_t index, const Use& use) {
        Mask mask = basis.masks[index];
        scratch.resize(basis.masks.size());
        marked.resize(basis.masks.size());
        vector<int> occupied = occupied_of(mask);
        if (dot.given) add_one_body(basis, index, occupied);
        else add(index, half_pi_squared * squares_of(mask));
        for (std::size_t y = 1; y < occupied.size(); ++y)
            for (std::size_t x = 0; x < y; ++x) scatter_pair(basis, mask, occupied[x], occupied[y]);
        for (std::size_t position : touched) {
            use(position, scratch[position]);
            scratch[position] = 0;
            marked[position] = 0;
        }
        touched.clear();
    }

    // A bound on the error of a row, in units of 2^-bits, once it was formed
    mpz_class row_error(Mask mask) const {
        return dot.given ? mpz_class(row_terms + electrons * dot.orbitals)
                         : mpz_class(8 * row_terms + 2 * squares_of(mask));
    }

    // The least value of the interaction, in units of 2^-bits, rounded down
    mpz_class interaction_floor() const {
        require(!dot.given, "no lower bound of the interaction is known");
        WithPrecision guard(bits + 64);
        mpq_class pairs = dot.coupling() * electrons * (electrons - 1) / 2;
        if (dot.kernel == "none" || pairs == 0) return 0;
        if (dot.kernel == "constant") return floor_of(pairs * power_of_two(static_cast<std::size_t>(bits)));
        if (dot.kernel == "contact") {
            require(dot.strength > 0, "an attractive contact interaction has no least value");
            return 0;
        }
        mpq_class beta = dot.cutoff / dot.length;
        if (pairs < 0) return floor_of(pairs / beta * power_of_two(static_cast<std::size_t>(bits)));
        mpq_class square = 1 + beta * beta;
        return floor_scaled((Interval(pairs) / square_root(Interval(square))).low, bits);
    }

  private:
    long top;
    mpz_class row_terms;
    vector<mpz_class> table;  // g J(a,b), each off by at most one unit
    vector<vector<mpz_class>> one_body, two_body;  // given h_pq; given (pq|rs), by the numbers of the pairs pq and rs
    vector<mpz_class> scratch;
    vector<std::size_t> touched;
    vector<char> marked;

    // The number of an unordered pair of orbitals, from 1
    static std::size_t pair_number(long p, long q) {
        return static_cast<std::size_t>(std::max(p, q) * (std::max(p, q) - 1) / 2 + std::min(p, q) - 1);
    }

    void fill_given() {
        mpz_class unit = power_of_two(static_cast<std::size_t>(bits));
        for (const auto& row : dot.given->one_body) {
            one_body.emplace_back();
            for (const mpq_class& value : row) one_body.back().push_back(floor_of(value * unit));
        }
        std::size_t pairs = pair_number(dot.orbitals, dot.orbitals) + 1;
        two_body.assign(pairs, vector<mpz_class>(pairs));
        for (const auto& [four, value] : dot.given->two_body) {
            std::size_t first = pair_number(four[0], four[1]), second = pair_number(four[2], four[3]);
            two_body[first][second] = two_body[second][first] = floor_of(value * unit);
        }
    }

    // The diagonal, and an electron of orbital i in orbital a of the same symmetry
    void add_one_body(const Basis& basis, std::size_t index, const vector<int>& occupied) {
        Mask mask = basis.masks[index];
        for (int i : occupied) {
            Mask rest = mask ^ ONE << i;
            for (int a = i % 2; a < 2 * dot.orbitals; a += 2) {
                auto from = static_cast<std::size_t>(i / 2), to = static_cast<std::size_t>(a / 2);
                if ((rest >> a & 1) || dot.symmetry[from] != dot.symmetry[to]) continue;
                const mpz_class& h = one_body[to][from];
                bool odd = (ones_below(rest, i) + ones_below(rest, a)) % 2;
                add(basis.position.at(rest | ONE << a), odd ? mpz_class(-h) : h);
            }
        }
    }

    mpz_class& J(long a, long b) { return table[static_cast<std::size_t>(a * (top + 1) + b)]; }

    void fill_rational() {
        mpz_class unit = power_of_two(static_cast<std::size_t>(bits));
        for (long a = 0; a <= top; ++a)
            for (long b = 0; b <= top; ++b) J(a, b) = floor_of(dot.coupling() * dot.rational_J(a, b) * unit);
    }

    void fill_soft() {
        mpq_class g = dot.coupling(), beta = dot.cutoff / dot.length;
        long size = static_cast<long>(bits_of(g.get_num())) - static_cast<long>(bits_of(g.get_den())) + 1;
        for (long extra = 64; extra <= 512; extra *= 2) {
            WithPrecision guard(bits + std::max(0L, size) + extra);
            SoftCoulombMoments moments(beta, top, precision);
            if (round_all(moments, Interval(g))) return;
        }
        throw Rejected("the integrals of this dot need more precision than is allowed");
    }

    // Round to the nearest unit; an interval narrower than one unit leaves an error of at most one
    bool round_all(const SoftCoulombMoments& moments, const Interval& g) {
        for (long a = 0; a <= top; ++a)
            for (long b = a % 2; b <= a; b += 2) {
                Interval value = g * moments.J(a, b);
                mpz_class low = floor_scaled(value.low, bits + 8), high = floor_scaled(value.high, bits + 8) + 1;
                if (high - low > 128) return false;
                J(a, b) = J(b, a) = floor_div(low + high + 256, 512);
            }
        return true;
    }

    // The most <ab||ij> that can enter a row: pairs i<j times pairs a<b of the same spins among what is then empty
    mpz_class terms_in_row() const {
        long up = electrons - electrons / 2, down = electrons / 2, M = dot.orbitals;
        auto pairs = [](long n) -> mpz_class { return mpz_class(n) * (n - 1) / 2; };
        mpz_class same_up = up > 1 ? mpz_class(pairs(up) * pairs(M - up + 2)) : mpz_class(0);
        mpz_class same_down = down > 1 ? mpz_class(pairs(down) * pairs(M - down + 2)) : mpz_class(0);
        return same_up + same_down + mpz_class(up) * down * (M - up + 1) * (M - down + 1);
    }

    mpz_class integral(int p, int q, int r, int s) {
        if (dot.given) return two_body[pair_number(p, q)][pair_number(r, s)];
        return four_terms<mpz_class>([this](long a, long b) -> const mpz_class& { return J(a, b); }, p, q, r, s);
    }

    void add(std::size_t position, const mpz_class& value) {
        if (!marked[position]) touched.push_back(position);
        marked[position] = 1;
        scratch[position] += value;
    }

    void scatter_pair(const Basis& basis, Mask mask, int i, int j) {
        int sign = ones_below(mask, i);
        Mask rest = mask ^ ONE << i;
        sign += ones_below(rest, j);
        rest ^= ONE << j;
        int spin_orbitals = static_cast<int>(2 * dot.orbitals);
        auto kind = [this](int bit) { return dot.symmetry[static_cast<std::size_t>(bit / 2)]; };
        for (int a = 0; a < spin_orbitals; ++a) {
            if (rest >> a & 1) continue;
            for (int b = a + 1; b < spin_orbitals; ++b) {
                bool spins = a % 2 + b % 2 == i % 2 + j % 2, symmetric = (kind(a) ^ kind(b)) == (kind(i) ^ kind(j));
                if (!spins || !symmetric || (rest >> b & 1)) continue;
                mpz_class element = 0;
                if (a % 2 == i % 2 && b % 2 == j % 2) element += integral(a / 2 + 1, i / 2 + 1, b / 2 + 1, j / 2 + 1);
                if (a % 2 == j % 2 && b % 2 == i % 2) element -= integral(a / 2 + 1, j / 2 + 1, b / 2 + 1, i / 2 + 1);
                int total = sign + ones_below(rest, b);
                Mask other = rest | ONE << b;
                total += ones_below(other, a);
                other |= ONE << a;
                add(basis.position.at(other), total % 2 ? mpz_class(-element) : element);
            }
        }
    }
};

// ---------------------------------------------------------------------------------------------------------------------
// 7. Levels. For a vector of integers x of spin S and one parity, a = x.Kx, n = x.x, and rho = a/(n 2^B),
//
//   |Kx/2^B - rho x|^2 / |x|^2 = (n |Kx|^2 - a^2) / (n^2 4^B)   exactly,
//
// so that the Rayleigh quotient of H lies within eta of rho and the residual r of H is at most the root of this plus
// eta. H has an eigenvalue of that spin and parity in [rho - r, rho + r]; disjoint intervals hold different ones. Each
// level has exactly one state of S_z = 0 or 1/2.

struct Level {
    long two_S = 0;
    int parity = 0;  // or the label of the irrep, 1 to 8
    const Basis* basis = nullptr;
    vector<mpz_class> vector_;
    mpz_class norm;
    mpq_class rho_low, rho_high, residual;  // residual: an upper bound
    mpq_class low, high;                    // of the energy
    mpq_class deviation;                    // bound on |x/|x| - eigenvector|, up to a sign
};

// Verify 4 S^2 x = 2S(2S+2) x in integers. S^2 of a determinant with m open orbitals is S_z^2 + m/2 times itself plus
// every determinant in which an up and a down spin of two open orbitals are exchanged; neighbouring bits are exchanged
// in pairs, so that no sign occurs.
bool has_spin(const Basis& basis, const vector<mpz_class>& x, long electrons, long two_S) {
    long two_Sz = electrons % 2;
    for (std::size_t i = 0; i < x.size(); ++i) {
        Mask mask = basis.masks[i];
        vector<int> ups, downs;
        for (int bit : occupied_of(mask)) {
            if (mask >> (bit ^ 1) & 1) continue;
            (bit % 2 ? downs : ups).push_back(bit);
        }
        mpz_class image = x[i] * (two_Sz * two_Sz + 2 * static_cast<long>(ups.size() + downs.size()));
        for (int u : ups)
            for (int d : downs) {
                Mask other = mask ^ (ONE << u | ONE << (u ^ 1)) ^ (ONE << d | ONE << (d ^ 1));
                image += 4 * x[basis.position.at(other)];
            }
        if (image != x[i] * two_S * (two_S + 2)) return false;
    }
    return true;
}

// An upper bound of the square root of q >= 0, with `bits` bits behind the point
mpq_class root_above(const mpq_class& q, long bits) {
    mpz_class scaled = ceil_of(q * power_of_two(static_cast<std::size_t>(2 * bits))), result = sqrt(scaled);
    return fraction(result + 1, power_of_two(static_cast<std::size_t>(bits)));
}

mpq_class root_below(const mpq_class& q, long bits) {
    mpz_class scaled = floor_of(q * power_of_two(static_cast<std::size_t>(2 * bits)));
    return fraction(sqrt(scaled), power_of_two(static_cast<std::size_t>(bits)));
}

// Add rho and the residual to levels of one parity
void add_residuals(Hamiltonian& H, const Basis& basis, const vector<Level*>& levels) {
    std::size_t count = levels.size();
    vector<mpz_class> a(count), square(count);
    vector<mpz_class> image(count);
    mpz_class worst = 0;
    for (std::size_t i = 0; i < basis.masks.size() && count; ++i) {
        for (auto& y : image) y = 0;
        H.row(basis, i, [&](std::size_t j, const mpz_class& element) {
            for (std::size_t k = 0; k < count; ++k)
                mpz_addmul(image[k].get_mpz_t(), element.get_mpz_t(), levels[k]->vector_[j].get_mpz_t());
        });
        for (std::size_t k = 0; k < count; ++k) {
            a[k] += image[k] * levels[k]->vector_[i];
            square[k] += image[k] * image[k];
        }
        worst = std::max(worst, H.row_error(basis.masks[i]));
    }
    mpz_class unit = power_of_two(static_cast<std::size_t>(H.bits));
    mpq_class eta = fraction(worst, unit);
    for (std::size_t k = 0; k < count; ++k) {
        Level& level = *levels[k];
        mpq_class rho = fraction(a[k], level.norm * unit);
        mpq_class residual = fraction(level.norm * square[k] - a[k] * a[k], level.norm * level.norm * unit * unit);
        level.rho_low = rho - eta, level.rho_high = rho + eta;
        level.residual = root_above(residual, H.bits + 32) + eta;
    }
}

// ---------------------------------------------------------------------------------------------------------------------
// 8. Complete. P: determinants with sum n^2 up to a limit; Q: the others. The interaction is at least v0, hence
// H_QQ >= T_Q + v0. With an integer matrix h, |H - h/2^q| <= eta/2^q, and any 0 < G <= T_Q + v0 - sigma - eta/2^q,
//
//   H - sigma >= [[h_PP/2^q - sigma - eta/2^q, h_PQ/2^q], [h_QP/2^q, G]],
//
// which is congruent to diag(Z, G), Z = h_PP/2^q - sigma - eta/2^q - h_PQ G^-1 h_QP/4^q. So H has at most as many
// eigenvalues below sigma as Z has negative ones, and these are at most k if Z + sum of c_i v_i v_i^T over k vectors,
// c_i > 0, is positive definite (v_i: the levels' own vectors, cut short). A larger 1/G is only a weaker bound.
//
// Of an interaction given by its integrals no bound v0 is known: P is everything, Z = h/2^q - sigma - eta/2^q.
//
// Positive definite: if A - c = L L^T + E and c > the largest sum of |E_ij| in a row, then A > 0. L is any lower
// triangular matrix; Cholesky's in integers is the one that makes E small.

// Two kinds of integers for this: machine words where all sums provably fit, and GMP's
__extension__ typedef __int128 Wide;

struct Native {
    using Entry = std::int64_t;
    using Sum = Wide;
    static Sum wide(const mpz_class& x) {
        mpz_class high = x >> 64, low = x - (high << 64);
        return static_cast<Sum>(high.get_si()) * (static_cast<Sum>(1) << 64) + static_cast<Sum>(low.get_ui());
    }
    static mpz_class exact(Sum x) {
        auto high = static_cast<long>(x >> 64);
        return (mpz_class(high) << 64) + mpz_class(static_cast<unsigned long>(x));
    }
    static void subtract_product(Sum& rest, Entry x, Entry y) { rest -= static_cast<Sum>(x) * y; }
    static Entry floor_quotient(Sum x, Entry y) {
        Sum q = x / y;
        return static_cast<Entry>(q - (q * y > x ? 1 : 0));
    }
    static bool exceeds(Sum x, Entry y, Entry bound) { return x / y >= bound || x / y <= -bound; }
};

struct Exact {
    using Entry = mpz_class;
    using Sum = mpz_class;
    static Sum wide(const mpz_class& x) { return x; }
    static mpz_class exact(const Sum& x) { return x; }
    static void subtract_product(Sum& rest, const Entry& x, const Entry& y) {
        mpz_submul(rest.get_mpz_t(), x.get_mpz_t(), y.get_mpz_t());
    }
    static Entry floor_quotient(const Sum& x, const Entry& y) { return floor_div(x, y); }
    static bool exceeds(const Sum&, const Entry&, const Entry&) { return false; }
};

// Lower triangle of A, in units of 4^-f for some f: those of L are 2^-f. `bound` is above the root of every element of
// the diagonal; in a positive definite matrix it is above every element of L, too, and if one exceeds it in machine
// words, the proof is given up. So every sum stays below (n + 1) bound^2.
template <class Numbers>
bool factorise(const vector<vector<mpz_class>>& A, const mpz_class& bound, const mpz_class& c) {
    using Entry = typename Numbers::Entry;
    std::size_t n = A.size();
    vector<vector<Entry>> L;
    vector<mpz_class> error(n);
    const Entry most = static_cast<Entry>(bound.get_si());
    for (std::size_t i = 0; i < n; ++i) {
        L.emplace_back(i + 1);
        for (std::size_t j = 0; j <= i; ++j) {
            typename Numbers::Sum rest = Numbers::wide(A[i][j]);
            for (std::size_t k = 0; k < j; ++k) Numbers::subtract_product(rest, L[i][k], L[j][k]);
            mpz_class missed;
            if (j < i) {
                if (Numbers::exceeds(rest, L[j][j], most)) return false;
                L[i][j] = Numbers::floor_quotient(rest, L[j][j]);
                Numbers::subtract_product(rest, L[i][j], L[j][j]);
                missed = Numbers::exact(rest);
                error[j] += abs(missed);
            } else {
                missed = Numbers::exact(rest) - c;
                if (missed <= 0) return false;
                mpz_class root = sqrt(missed);
                missed -= root * root;
                if constexpr (std::is_same_v<Entry, mpz_class>) L[i][i] = root;
                else L[i][i] = root.get_si();
            }
            error[i] += abs(missed);
        }
    }
    return std::all_of(error.begin(), error.end(), [&](const mpz_class& total) { return total < c; });
}

bool positive_definite(const vector<vector<mpz_class>>& A) {
    mpz_class largest = 0;
    for (std::size_t i = 0; i < A.size(); ++i) {
        if (A[i][i] <= 0) return false;
        largest = std::max(largest, A[i][i]);
    }
    for (const auto& row : A)
        for (const auto& element : row)
            if (abs(element) > largest)
                return false;  // a positive definite matrix has its largest element on the diagonal
    // a division by the diagonal of L misses less than that, hence less than the bound
    mpz_class bound = sqrt(largest) + 1, n = static_cast<unsigned long>(A.size()), c = 8 * n * bound;
    bool native = bound < power_of_two(62) && (n + 2) * bound * bound < power_of_two(126);
    return native ? factorise<Native>(A, bound, c) : factorise<Exact>(A, bound, c);
}

class Completeness {
  public:
    // q: binary digits behind the point that this proof works with; without a limit P is everything
    Completeness(Hamiltonian& H, const Basis& basis, const mpq_class& sigma, const std::optional<long>& limit, long q)
        : H(H), basis(basis), q(std::min(q, H.bits)), shift(static_cast<std::size_t>(H.bits - this->q)) {
        for (std::size_t i = 0; i < basis.masks.size(); ++i)
            if (!limit || squares_of(basis.masks[i]) <= *limit) model_space.push_back(i);
        require(model_space.size() <= MOST_MODEL_SPACE, "the model space is larger than this checker allows");
        size = model_space.size();
        ceiling = ceil_of(sigma * power_of_two(static_cast<std::size_t>(this->q)));
        form_rows();
        ceiling += eta;
        t = 64;
        if (size < basis.masks.size()) form_inverse_gaps();
    }

    // Verify that no more than these levels lie below sigma
    bool at_most(const vector<Level*>& levels, const mpq_class& sigma) {
        vector<vector<mpz_class>> A = schur_complement();
        for (const Level* level : levels) lift(A, *level, sigma);
        // from units of 2^-(2q+t) to 4^-q; the floor costs less than one unit an element, hence the smaller diagonal
        for (std::size_t i = 0; i < size; ++i) {
            for (std::size_t j = 0; j <= i; ++j) mpz_fdiv_q_2exp(A[i][j].get_mpz_t(), A[i][j].get_mpz_t(), t);
            A[i][i] -= static_cast<unsigned long>(size);
        }
        return positive_definite(A);
    }

  private:
    Hamiltonian& H;
    const Basis& basis;
    const long q;
    const std::size_t shift;
    std::size_t size = 0, t = 0;
    mpz_class ceiling, eta;
    vector<std::size_t> model_space;
    vector<vector<mpz_class>> inner;                                            // h_PP, lower triangle
    std::map<std::size_t, vector<std::pair<std::size_t, mpz_class>>> coupling;  // h_QP, by determinant of Q
    std::map<std::size_t, mpz_class> inverse_gap;                               // 1/G or more, in units of 2^-t

    void form_rows() {
        std::unordered_map<std::size_t, std::size_t> number;
        for (std::size_t i = 0; i < size; ++i) number[model_space[i]] = i;
        std::size_t longest = 0;
        mpz_class worst = 0, element;
        for (std::size_t i = 0; i < size; ++i) {
            inner.emplace_back(i + 1);
            std::size_t entries = 0;
            H.row(basis, model_space[i], [&](std::size_t j, const mpz_class& value) {
                mpz_fdiv_q_2exp(element.get_mpz_t(), value.get_mpz_t(), shift);
                ++entries;
                auto found = number.find(j);
                if (found == number.end()) coupling[j].emplace_back(i, element);
                else if (found->second <= i) inner[i][found->second] = element;
            });
            longest = std::max(longest, entries);
            worst = std::max(worst, H.row_error(basis.masks[model_space[i]]));
        }
        // a row of Q meets P in no more than all of P's rows do
        for (const auto& [j, column] : coupling) {
            longest = std::max(longest, column.size());
            worst = std::max(worst, H.row_error(basis.masks[j]));
        }
        // the floor costs less than one unit an element
        mpz_cdiv_q_2exp(eta.get_mpz_t(), worst.get_mpz_t(), shift);
        eta += static_cast<unsigned long>(longest + 1);
    }

    void form_inverse_gaps() {
        mpz_class floor;
        mpz_class exact_floor = H.interaction_floor();
        mpz_fdiv_q_2exp(floor.get_mpz_t(), exact_floor.get_mpz_t(), shift);
        vector<std::pair<std::size_t, mpz_class>> gaps;
        std::size_t most = 0;
        for (std::size_t j = 0, i = 0; j < basis.masks.size(); ++j) {
            if (i < size && model_space[i] == j) {
                ++i;
                continue;
            }
            mpz_class kinetic = H.half_pi_squared * squares_of(basis.masks[j]), G;  // rounded down
            mpz_fdiv_q_2exp(G.get_mpz_t(), kinetic.get_mpz_t(), shift);
            G += floor - ceiling;
            if (G <= 0) throw Undecided("the ceiling is too high for the model space");
            most = std::max(most, bits_of(G));
            gaps.emplace_back(j, G);
        }
        t = static_cast<std::size_t>(std::max(0L, static_cast<long>(most) - q)) + 64;
        for (const auto& [j, G] : gaps) inverse_gap[j] = ceil_div(power_of_two(t + static_cast<std::size_t>(q)), G);
    }

    vector<vector<mpz_class>> schur_complement() const {
        vector<vector<mpz_class>> Z = inner;
        std::size_t up = static_cast<std::size_t>(q) + t;
        for (std::size_t i = 0; i < size; ++i) {
            Z[i][i] -= ceiling;
            for (auto& element : Z[i]) element <<= up;
        }
        mpz_class share;
        for (const auto& [j, column] : coupling) {
            const mpz_class& gap = inverse_gap.at(j);
            for (const auto& [a, value] : column) {  // ascending
                share = value * gap;
                for (const auto& [b, other] : column) {
                    if (b > a) break;
                    mpz_submul(Z[a][b].get_mpz_t(), share.get_mpz_t(), other.get_mpz_t());
                }
            }
        }
        return Z;
    }

    // Add c v v^T with v of 24 bits and c = 2^20 (sigma - rho + 1)/|v|^2 or about that
    void lift(vector<vector<mpz_class>>& A, const Level& level, const mpq_class& sigma) const {
        std::size_t longest = 0;
        for (std::size_t i : model_space) longest = std::max(longest, bits_of(level.vector_[i]));
        vector<mpz_class> v;
        mpz_class norm = 0;
        for (std::size_t i : model_space) {
            mpz_class part = level.vector_[i];
            if (longest > 24) mpz_fdiv_q_2exp(part.get_mpz_t(), part.get_mpz_t(), longest - 24);
            norm += part * part;
            v.push_back(part);
        }
        mpq_class depth = sigma - level.rho_low + 1;
        if (norm == 0 || depth <= 0) return;
        mpz_class c = floor_of(depth * power_of_two(20 + 2 * static_cast<std::size_t>(q) + t) / norm);
        for (std::size_t i = 0; i < size; ++i)
            for (std::size_t j = 0; j <= i; ++j) A[i][j] += c * v[i] * v[j];
    }
};

// ---------------------------------------------------------------------------------------------------------------------
// 9. Values. If the only level of one spin and parity between a and b lies in the interval of rho, a < rho < b, then
//
//   rho - r^2/(b - rho) <= E <= rho + r^2/(rho - a)      (Kato, Temple)
//
// since (H - E)(H - b) >= 0 and (H - a)(H - E) >= 0 there; and from r^2 = sum over levels of (E_k - rho)^2 weight_k,
// the eigenvector is within sqrt(2) r/min(b - rho, rho - a) of x/|x|, up to its sign. Where nothing lies below or
// above, a or b is infinite and its term vanishes.

//
// Levels that may coincide (schema /2) are proven together. Let y_i = x_i/|x_i| be the m vectors of a run, Y the matrix
// of them, |Y^T Y - 1| <= Delta < 1/2, HY = Y diag(rho) + R, |R| <= R_F, c and h the middle and half the width of all
// rho. A unit vector z = Ya has |a| <= 1/sqrt(1-Delta), |Y| <= sqrt(1+Delta), hence |(H-c) z| <= omega,
//
//   omega = (h sqrt(1+Delta) + R_F)/sqrt(1-Delta),
//
// and by Courant and Fischer (H-c)^2 has m eigenvalues up to omega^2, H has m in [c-omega, c+omega]. If all others are
// a distance g or more from that interval, P projects on these m, |(1-P) y_i| <= r_i/g, and W = PY has
// |W^T W - 1| <= kappa = Delta + sum of (r_k/g)^2. If kappa < 1, U = W (W^T W)^(-1/2) is an orthonormal basis of
// eigenspaces with |u_i - y_i| <= kappa + r_i/g, since |s - 1| <= |s^2 - 1| for the singular values s of W.

struct Run {
    vector<Level*> members;
    mpq_class low, high;  // as many levels as members lie in here
    mpq_class defect;     // Delta
};

// Bound of the Frobenius norm of Y^T Y - 1
mpq_class gram_defect(const vector<Level*>& members, long bits) {
    mpq_class total = 0;
    for (std::size_t i = 0; i < members.size(); ++i)
        for (std::size_t k = 0; k < i; ++k) {
            mpz_class overlap = 0;
            for (std::size_t n = 0; n < members[i]->vector_.size(); ++n)
                mpz_addmul(overlap.get_mpz_t(), members[i]->vector_[n].get_mpz_t(), members[k]->vector_[n].get_mpz_t());
            total += 2 * fraction(overlap * overlap, members[i]->norm * members[k]->norm);
        }
    return root_above(total, bits);
}

void enclose_run(Run& run, long bits) {
    const Level &first = *run.members.front(), &last = *run.members.back();
    if (run.members.size() == 1) {
        run.low = first.rho_low - first.residual, run.high = first.rho_high + first.residual, run.defect = 0;
        return;
    }
    mpq_class least = first.rho_low, most = last.rho_high, square = 0;
    for (const Level* level : run.members) {
        least = std::min(least, level->rho_low), most = std::max(most, level->rho_high);
        mpq_class residual = level->residual + level->rho_high - level->rho_low;  // for any rho in its interval
        square += residual * residual;
    }
    run.defect = gram_defect(run.members, bits);
    if (run.defect >= fraction(1, 2)) throw Undecided("the vectors of levels that may coincide are not independent");
    mpq_class above = (most - least) / 2 * root_above(1 + run.defect, bits) + root_above(square, bits);
    mpq_class omega = above / root_below(1 - run.defect, bits), middle = (most + least) / 2;
    run.low = middle - omega, run.high = middle + omega;
}

// Levels of one spin and parity, ascending by rho, each a run of its own. With clusters, neighbours whose intervals meet
// are merged, until all intervals are apart.
vector<Run> runs_of(const vector<Level*>& group, bool clusters, long bits) {
    vector<Run> runs;
    for (Level* level : group) {
        runs.emplace_back();
        runs.back().members = {level};
        enclose_run(runs.back(), bits);
    }
    for (std::size_t i = 1; clusters && i < runs.size();) {
        if (runs[i].low > runs[i - 1].high) {
            ++i;
            continue;
        }
        Run& merged = runs[i - 1];
        merged.members.insert(merged.members.end(), runs[i].members.begin(), runs[i].members.end());
        runs.erase(runs.begin() + static_cast<std::ptrdiff_t>(i));
        enclose_run(merged, bits);
        if (i > 1) --i;  // the wider interval may meet the one before
    }
    return runs;
}

void enclose_single(Level& level, const std::optional<mpq_class>& a, const std::optional<mpq_class>& b) {
    const mpq_class &r = level.residual, root_of_two = root_above(2, 64);
    level.low = level.rho_low, level.high = level.rho_high, level.deviation = 0;
    if (b) {
        level.low -= r * r / (*b - level.rho_high);
        level.deviation = root_of_two * r / (*b - level.rho_high);
    }
    if (a) {
        level.high += r * r / (level.rho_low - *a);
        level.deviation = std::max(level.deviation, mpq_class(root_of_two * r / (level.rho_low - *a)));
    }
}

void enclose_together(const Run& run, const std::optional<mpq_class>& a, const std::optional<mpq_class>& b) {
    std::optional<mpq_class> gap;
    if (a) gap = run.low - *a;
    if (b) gap = gap ? std::min(*gap, mpq_class(*b - run.high)) : mpq_class(*b - run.high);
    mpq_class kappa = run.defect;
    for (const Level* level : run.members)
        if (gap) kappa += level->residual * level->residual / (*gap * *gap);
    if (kappa >= 1) throw Undecided("the vectors of levels that may coincide are not accurate enough");
    for (Level* level : run.members) {
        level->low = run.low, level->high = run.high;
        level->deviation = kappa;
        if (gap) level->deviation += level->residual / *gap;
    }
}

// Without runs (schema /1) every level must be told from the next
void enclose(const vector<Level*>& group, const std::optional<mpq_class>& ceiling, bool clusters, long bits) {
    vector<Run> runs = runs_of(group, clusters, bits);
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const Run& run = runs[i];
        std::optional<mpq_class> a, b = ceiling;
        if (i) a = runs[i - 1].high;
        if (i + 1 < runs.size()) b = runs[i + 1].low;
        if (a && *a >= run.low) throw Undecided("two vectors may prove the same level");
        if (b && *b <= run.high) throw Undecided("a level is not proven to lie below the next one or the ceiling");
        run.members.size() == 1 ? enclose_single(*run.members[0], a, b) : enclose_together(run, a, b);
    }
}

// M_ji = (2S_j+1)/(2(2S_i+1)) <j|D|i>^2/CG^2, D = sum over n of c+_n of one spin. D is sqrt(M) times one creator, so
// that |D| = sqrt(M), and <j|D|i> is off by no more than sqrt(M) times the two deviations. From S_z = 0 with spin up
// CG^2 = (S_i+1)/(2S_i+1) or S_i/(2S_i+1) for S_j = S_i + 1/2 or S_i - 1/2; from S_z = 1/2 with spin down it is 1/2.
// With weights D = sum over n of w_n c+_n is |w| times one creator.
std::pair<mpq_class, mpq_class> probability(const Dot& dot, long electrons, const Level& i, const Level& j, long bits,
                                            const string& lead = "L") {
    if (std::labs(i.two_S - j.two_S) != 1) return {0, 0};
    int spin = electrons % 2 ? 1 : 0;
    const Weights weights = dot.weights_of(lead);
    mpz_class overlap = 0, norm = 0;
    for (const mpz_class& weight : weights.integers) norm += weight * weight;
    for (std::size_t index = 0; index < i.vector_.size(); ++index) {
        Mask mask = i.basis->masks[index];
        for (int bit = spin; bit < 2 * dot.orbitals; bit += 2) {
            if (mask >> bit & 1) continue;
            auto found = j.basis->position.find(mask | ONE << bit);
            if (found == j.basis->position.end()) continue;
            mpz_class term = i.vector_[index] * j.vector_[found->second];
            term *= weights.integers[static_cast<std::size_t>(bit / 2)];
            ones_below(mask, bit) % 2 ? overlap -= term : overlap += term;
        }
    }
    mpq_class square = fraction(overlap * overlap, i.norm * j.norm);
    mpq_class error = root_above(norm, bits) * (i.deviation + j.deviation);
    mpq_class least = std::max(mpq_class(0), mpq_class(root_below(square, bits) - error));
    mpq_class most = root_above(square, bits) + error;
    mpq_class coefficient =
        spin ? fraction(1, 2) : fraction(j.two_S > i.two_S ? i.two_S + 2 : i.two_S, 2 * (i.two_S + 1));
    mpq_class factor = fraction(j.two_S + 1, 2 * (i.two_S + 1)) / coefficient;
    factor /= weights.denominator * weights.denominator;
    return {factor * least * least, factor * most * most};
}

// ---------------------------------------------------------------------------------------------------------------------
// 10. No evidence

// C_ji: the squared Clebsch-Gordan coefficients add up to 2S_j+1
mpq_class spin_weight(const mpz_class& two_S_i, const mpz_class& two_S_j) {
    if (abs(mpz_class(two_S_i - two_S_j)) != 1) return 0;
    return fraction(two_S_j + 1, 2 * (two_S_i + 1));
}

// Levels without interaction, or with a constant one: for each sum of n^2 the number of levels of each (2S, parity). k
// singly occupied orbitals have C(k, d) - C(k, d-1) levels of spin k/2 - d. Configurations are counted, not listed:
// orbital after orbital, by (electrons, sum, singles, parity), up to a largest sum that grows until there are enough.
using Labels = std::map<std::pair<long, int>, mpz_class>;

class FreeLevels {
  public:
    std::map<long, Labels> groups;

    FreeLevels(long orbitals, long electrons, std::size_t wanted) : orbitals(orbitals), electrons(electrons) {
        long ground = least_sum(1, electrons), complete = most_sum();
        for (long width = 8;; width *= 2) {
            long limit = std::min(complete, ground + width);
            if (count(limit) >= wanted || limit == complete) return;
        }
    }

  private:
    using State = std::array<long, 4>;  // electrons, sum, singles, parity
    const long orbitals, electrons;

    // The least sum that this number of electrons adds in orbitals from `first` on
    static long least_sum(long first, long number) {
        long total = 0;
        for (; number > 0; number -= 2, ++first) total += first * first * std::min(number, 2L);
        return total;
    }

    long most_sum() const {
        long total = 0, number = electrons;
        for (long n = orbitals; number > 0; number -= 2, --n) total += n * n * std::min(number, 2L);
        return total;
    }

    mpz_class count(long limit) {
        std::map<State, mpz_class> states = {{{0, 0, 0, 1}, 1}}, next;
        for (long n = 1; n <= orbitals && n * n <= limit; ++n) {
            next.clear();
            for (const auto& [state, ways] : states)
                for (long placed = 0; placed <= 2 && state[0] + placed <= electrons; ++placed) {
                    State to = {state[0] + placed, state[1] + placed * n * n, state[2] + placed % 2,
                                placed == 1 && n % 2 == 0 ? -state[3] : state[3]};
                    long left = electrons - to[0];
                    bool fits = left <= 2 * (orbitals - n) && to[1] + least_sum(n + 1, left) <= limit;
                    if (fits) next[to] += ways;
                }
            std::swap(states, next);
            require(states.size() <= 1000000, "too many configurations for this checker");
        }
        groups.clear();
        mpz_class total = 0;
        for (const auto& [state, ways] : states)
            if (state[0] == electrons) total += add_levels(state, ways);
        return total;
    }

    mpz_class add_levels(const State& state, const mpz_class& ways) {
        mpz_class total = 0;
        for (long d = 0; 2 * d <= state[2]; ++d) {
            mpz_class number, less = 0;
            mpz_bin_uiui(number.get_mpz_t(), static_cast<unsigned long>(state[2]), static_cast<unsigned long>(d));
            if (d)
                mpz_bin_uiui(less.get_mpz_t(), static_cast<unsigned long>(state[2]), static_cast<unsigned long>(d - 1));
            number = (number - less) * ways;
            groups[state[1]][{state[2] - 2 * d, static_cast<int>(state[3])}] += number;
            total += number;
        }
        return total;
    }
};

struct Range {
    mpq_class low, high;
};
struct ChainLevel {
    long electrons;
    Range energy;
    mpz_class two_S;
};
struct Transition {
    std::size_t from, to;
    Range M;
    std::optional<Range> right = std::nullopt;  // M of the right lead, if it is another

    const Range& of(const string& lead) const { return lead == "R" && right ? *right : M; }
};
struct Lead {
    string name;
    mpq_class rate, mu;
};
struct Chain {
    vector<ChainLevel> levels;
    vector<Transition> transitions;
    vector<Lead> leads;  // L and R, in either order
    mpq_class kT, gate;
};

Interval interval_of(const Range& range) { return {Interval(range.low).low, Interval(range.high).high}; }

// Rates 2 t M f(x) and 2 t M (2S_i+1)/(2S_j+1) f(-x), x = (E_j - E_i - gate - mu)/kT, f(x) = 1/(1 + e^x). Every edge
// with M > 0 is open in both directions, so that a connected graph has one stationary state. It is found by handing
// the flow through each state on to those that remain (Grassmann, Taksar, Heyman), without a subtraction.
class StationaryState {
  public:
    struct Flow {
        string name;
        std::size_t from, to;
        Interval into, out;
    };
    vector<Interval> populations;
    vector<Flow> flows;

    explicit StationaryState(const Chain& chain) : chain(chain), n(chain.levels.size()) {
        require_connected();
        rates.assign(n, vector<Interval>(n, Interval(0)));
        for (const Transition& edge : chain.transitions)
            for (const Lead& lead : chain.leads) add_edge(edge, lead);
        eliminate();
    }

    // The current from left to right through the barrier of one lead
    Interval current(const string& name) const {
        Interval total = 0L;
        // two reservoirs in equilibrium: no net flow along any edge, exactly
        if (chain.leads[0].mu == chain.leads[1].mu) return total;
        for (const Flow& flow : flows)
            if (flow.name == name) total = total + populations[flow.from] * flow.into - populations[flow.to] * flow.out;
        return name == "L" ? total : -total;
    }

  private:
    const Chain& chain;
    const std::size_t n;
    vector<vector<Interval>> rates;  // rates[i][j] from i to j

    void require_connected() const {
        vector<std::size_t> part(n);
        for (std::size_t i = 0; i < n; ++i) part[i] = i;
        for (const Transition& edge : chain.transitions) {
            auto open = [&edge](const Lead& lead) { return edge.of(lead.name).low > 0; };
            if (!open(chain.leads[0]) && !open(chain.leads[1])) continue;
            std::size_t old = part[edge.from], merged = part[edge.to];
            for (auto& p : part)
                if (p == old) p = merged;
        }
        for (std::size_t p : part) require(p == part[0], "the levels are not proven to form one class");
    }

    void add_edge(const Transition& edge, const Lead& lead) {
        const ChainLevel &i = chain.levels[edge.from], &j = chain.levels[edge.to];
        mpq_class shift = chain.gate + lead.mu;
        Interval x = interval_of(
            {(j.energy.low - i.energy.high - shift) / chain.kT, (j.energy.high - i.energy.low - shift) / chain.kT});
        const Range& M = edge.of(lead.name);
        Interval strength = interval_of({2 * lead.rate * M.low, 2 * lead.rate * M.high});
        Interval into = strength / (Interval(1) + exponential(x));
        Interval ratio(fraction(i.two_S + 1, j.two_S + 1));
        Interval out = strength * ratio / (Interval(1) + exponential(-x));
        rates[edge.from][edge.to] = rates[edge.from][edge.to] + into;
        rates[edge.to][edge.from] = rates[edge.to][edge.from] + out;
        flows.push_back({lead.name, edge.from, edge.to, into, out});
    }

    Interval exit_rate(std::size_t k) const {
        Interval total = 0L;
        for (std::size_t j = 0; j < k; ++j) total = total + rates[k][j];
        return total;
    }

    void eliminate() {
        vector<Interval> exits(n, Interval(0));
        for (std::size_t k = n; k-- > 1;) {
            exits[k] = exit_rate(k);
            for (std::size_t i = 0; i < k; ++i) {
                if (rates[i][k].zero()) continue;
                Interval share = rates[i][k] / exits[k];
                for (std::size_t j = 0; j < k; ++j)
                    if (i != j && !rates[k][j].zero()) rates[i][j] = rates[i][j] + share * rates[k][j];
            }
        }
        vector<Interval> weights(n, Interval(0));
        Interval total = weights[0] = 1L;
        for (std::size_t k = 1; k < n; ++k) {
            Interval flow = 0L;
            for (std::size_t i = 0; i < k; ++i) flow = flow + weights[i] * rates[i][k];
            weights[k] = flow / exits[k];
            total = total + weights[k];
        }
        for (const Interval& weight : weights) populations.push_back(weight / total);
    }
};

// ---------------------------------------------------------------------------------------------------------------------
// 11. Tasks. An object has exactly the fields named here; counts are JSON integers; real inputs are JSON numbers, taken
// as the exact double, or strings with an exact rational or decimal.

const Json& checked_kind(const Json& value, Json::Kind kind, const string& name, const string& wanted) {
    require(value.kind == kind, name + " must be " + wanted);
    return value;
}

class Fields {
  public:
    Fields(const Json& json, string name, const std::set<string>& expected) : json(json), name(std::move(name)) {
        checked_kind(json, Json::object, this->name, "an object");
        for (const auto& field : expected) require(json.find(field), this->name + ": \"" + field + "\" is missing");
        for (const auto& [key, value] : json.members)
            require(expected.count(key), this->name + ": \"" + shortened(key) + "\" is no field of it");
    }

    const Json& at(const string& field) const { return *json.find(field); }

    const vector<Json>& list(const string& field) const {
        return checked_kind(at(field), Json::list, field, "a list").items;
    }
    const string& text(const string& field) const {
        return checked_kind(at(field), Json::text, field, "a string").token;
    }
    mpz_class integer(const string& field, const mpz_class& least) const {
        return integer_from(at(field), field, least);
    }
    long count(const string& field, long least, long most) const { return count_from(at(field), field, least, most); }

    mpq_class real(const string& field) const { return real_from(at(field), field); }
    mpq_class positive(const string& field) const {
        mpq_class value = real(field);
        require(value > 0, field + " must be positive");
        return value;
    }
    mpq_class non_negative(const string& field) const {
        mpq_class value = real(field);
        require(value >= 0, field + " must not be negative");
        return value;
    }

    static mpz_class integer_from(const Json& value, const string& field, const mpz_class& least) {
        mpz_class number(checked_kind(value, Json::integer, field, "an integer").token, 10);
        require(number >= least, field + " must be at least " + least.get_str());
        return number;
    }

    static long count_from(const Json& value, const string& field, long least, long most) {
        mpz_class number = integer_from(value, field, least);
        require(number <= most, field + " must be at most " + std::to_string(most) + " for this checker");
        return number.get_si();
    }

    static mpq_class real_from(const Json& value, const string& field) {
        mpq_class number;
        if (value.kind == Json::integer) number = mpz_class(value.token, 10);
        else if (value.kind == Json::real) number = double_from(value.token);
        else
            number =
                decimal_from(checked_kind(value, Json::text, field, "a number").token, MOST_EXPONENT_OF_INPUT).exact();
        mpq_class least = fraction(1, power_of_two(1074)), most = (power_of_two(53) - 1) * power_of_two(971);
        require(number == 0 || (abs(number) >= least && abs(number) <= most),
                field + " must be within the range of doubles");
        return number;
    }

  private:
    const Json& json;
    const string name;
};

Claim claim_from(const Json& json, const string& name) {
    Fields fields(json, name, {"mid", "rad"});
    const string &mid = fields.text("mid"), &rad = fields.text("rad");
    Claim claim{decimal_from(mid, MOST_EXPONENT_OF_CLAIM), decimal_from(rad, MOST_EXPONENT_OF_CLAIM),
                shortened(mid) + " +- " + shortened(rad)};
    require(claim.radius.mantissa >= 0, name + ": a radius must not be negative");
    return claim;
}

vector<Claim> claims_from(const vector<Json>& items, const string& name) {
    vector<Claim> claims;
    for (const Json& item : items) claims.push_back(claim_from(item, name));
    return claims;
}

Dot dot_from(const Json& json) {
    Fields fields(json, "dot", {"length", "cutoff", "orbitals", "kernel", "strength"});
    Dot dot;
    dot.kernel = fields.text("kernel");
    const std::set<string> kernels = {"soft-coulomb", "contact", "constant", "none"};
    require(kernels.count(dot.kernel), "kernel must be soft-coulomb, contact, constant or none");
    dot.length = fields.positive("length");
    dot.cutoff = dot.kernel == "soft-coulomb" ? fields.positive("cutoff") : fields.non_negative("cutoff");
    dot.orbitals = fields.count("orbitals", 1, 1000000);
    dot.strength = fields.real("strength");
    if (dot.orbitals <= MOST_ORBITALS) dot.symmetry = symmetry_of_box(dot.orbitals);
    return dot;
}

// Every rule of a dot given by its integrals: symmetric, listed once, allowed by the irreps, within bounds

vector<int> irreps_from(const Json& json, long orbitals) {
    vector<int> symmetry;
    for (const Json& label : checked_kind(json, Json::list, "irreps", "a list").items)
        symmetry.push_back(static_cast<int>(Fields::count_from(label, "an irrep", 1, 8)) - 1);
    require(symmetry.size() == static_cast<std::size_t>(orbitals), "irreps must have a label for each orbital");
    return symmetry;
}

vector<vector<mpq_class>> one_body_from(const vector<Json>& rows, const vector<int>& symmetry) {
    std::size_t M = symmetry.size();
    vector<vector<mpq_class>> h;
    require(rows.size() == M, "one_body must have a row for each orbital");
    for (const Json& row : rows) {
        h.emplace_back();
        for (const Json& item : checked_kind(row, Json::list, "a row of one_body", "a list").items)
            h.back().push_back(Fields::real_from(item, "one_body"));
        require(h.back().size() == M, "a row of one_body must have a number for each orbital");
    }
    for (std::size_t p = 0; p < M; ++p)
        for (std::size_t q = 0; q < M; ++q) {
            require(h[p][q] == h[q][p], "one_body must be symmetric");
            require(symmetry[p] == symmetry[q] || h[p][q] == 0, "the irreps forbid a number of one_body");
        }
    return h;
}

std::map<Quadruple, mpq_class> two_body_from(const vector<Json>& entries, const vector<int>& symmetry) {
    std::map<Quadruple, mpq_class> found;
    for (const Json& entry : entries) {
        require(entry.kind == Json::list && entry.items.size() == 5, "two_body must have entries [p, q, r, s, value]");
        Quadruple four{};
        int product = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            four[k] =
                Fields::count_from(entry.items[k], "an orbital of two_body", 1, static_cast<long>(symmetry.size()));
            product ^= symmetry[static_cast<std::size_t>(four[k] - 1)];
        }
        mpq_class value = Fields::real_from(entry.items[4], "two_body");
        require(product == 0 || value == 0, "the irreps forbid an entry of two_body");
        bool fresh = found.emplace(one_of_eight(four[0], four[1], four[2], four[3]), value).second;
        require(fresh, "an integral is listed twice in two_body");
    }
    return found;
}

Weights weights_from(const vector<Json>& items, long orbitals) {
    require(items.size() == static_cast<std::size_t>(orbitals), "weights must have a number for each orbital");
    vector<mpq_class> amplitudes;
    Weights weights;
    for (const Json& item : items) {
        amplitudes.push_back(Fields::real_from(item, "weights"));
        weights.denominator = lcm(weights.denominator, amplitudes.back().get_den());
        require(bits_of(weights.denominator) <= MOST_BITS_OF_WEIGHTS, "the denominators of weights are too large");
    }
    for (const mpq_class& amplitude : amplitudes) {
        weights.integers.push_back(amplitude.get_num() * (weights.denominator / amplitude.get_den()));
        require(bits_of(weights.integers.back()) <= MOST_BITS_OF_WEIGHTS, "weights differ too much in size");
    }
    return weights;
}

Dot integral_dot_from(const Json& json) {
    std::set<string> names = {"kind", "orbitals", "one_body", "two_body"};
    for (const string name : {"core", "irreps", "weights"})
        if (checked_kind(json, Json::object, "dot", "an object").find(name)) names.insert(name);
    Fields fields(json, "dot", names);
    require(fields.text("kind") == "integrals", "kind must be integrals");
    Dot dot;
    dot.orbitals = fields.count("orbitals", 1, MOST_ORBITALS);
    dot.symmetry = names.count("irreps") ? irreps_from(fields.at("irreps"), dot.orbitals)
                                         : vector<int>(static_cast<std::size_t>(dot.orbitals), 0);
    Integrals given;
    given.core = names.count("core") ? fields.real("core") : mpq_class(0);
    given.one_body = one_body_from(fields.list("one_body"), dot.symmetry);
    given.two_body = two_body_from(fields.list("two_body"), dot.symmetry);
    mpq_class largest = 0;
    for (const auto& row : given.one_body)
        for (const mpq_class& value : row) largest = std::max(largest, mpq_class(abs(value)));
    for (const auto& [four, value] : given.two_body) largest = std::max(largest, mpq_class(abs(value)));
    given.scale = 1;
    while (given.scale < largest) given.scale *= 2;
    while (largest != 0 && given.scale >= 2 * largest) given.scale /= 2;
    for (auto& row : given.one_body)
        for (mpq_class& value : row) value /= given.scale;
    for (auto& [four, value] : given.two_body) value /= given.scale;
    dot.given = std::make_shared<const Integrals>(given);
    if (names.count("weights")) {
        const Json& weights = checked_kind(fields.at("weights"), Json::object, "weights", "an object");
        for (const auto& [lead, amplitudes] : weights.members) {
            require(lead == "L" || lead == "R", "weights must be those of L, R or both");
            dot.weights[lead] =
                weights_from(checked_kind(amplitudes, Json::list, "weights", "a list").items, dot.orbitals);
        }
    }
    return dot;
}

struct Document {
    Json inputs, values;
    vector<Json> evidence;
    string task, grade;
    long digits = 0;
    bool integrals = false;  // the dot is given by its integrals
    string proven;           // what an accepted certificate proves
};

// Run a proof with more and more precision until it decides
template <class Proof>
void with_growing_precision(long first, long factor, long most, const Proof& proof) {
    for (long bits = first;; bits *= factor) {
        try {
            WithPrecision guard(bits);
            proof(bits);
            return;
        } catch (const Undecided& undecided) {
            if (bits * factor > most) throw Rejected(undecided.what());
        }
    }
}

void require_path(const Document& document, const string& grade, std::size_t evidence) {
    require(document.evidence.size() == evidence, "the evidence must have " + std::to_string(evidence) + " parts");
    require(document.grade == grade, "the grade of this proof is " + grade);
}

struct LevelList {
    std::map<int, std::unique_ptr<Basis>> bases;  // by parity
    vector<Level> levels;                         // ascending
    bool whole = false;                           // no level of this number of electrons is missing
};

vector<mpz_class> vector_from(const string& text, std::size_t size) {
    vector<mpz_class> numbers;
    std::size_t at = 0;
    bool any = false;
    while (at <= text.size()) {
        std::size_t end = std::min(text.find(' ', at), text.size());
        string token = text.substr(at, end - at);
        std::size_t start = token[0] == '-' ? 1 : 0;
        bool hexadecimal = token.size() > start && token.find_first_not_of("0123456789abcdef", start) == string::npos;
        require(hexadecimal && token.size() <= MOST_DIGITS && numbers.size() < size,
                "a vector must have " + std::to_string(size) + " hexadecimal integers");
        numbers.emplace_back(token, 16);
        any = any || numbers.back() != 0;
        at = end + 1;
    }
    require(numbers.size() == size, "a vector must have " + std::to_string(size) + " hexadecimal integers");
    require(any, "a vector must not vanish");
    return numbers;
}

// A parity, 1 or -1, or the label of an irrep, 1 to 8
int label_from(const Json& json, const Dot& dot) {
    if (dot.given) return static_cast<int>(Fields::count_from(json, "irrep", 1, 8));
    int parity = static_cast<int>(Fields::count_from(json, "parity", -1, 1));
    require(parity != 0, "parity must be 1 or -1");
    return parity;
}

Level level_from(const Json& json, const LevelList& list, const Dot& dot, long electrons) {
    const string label = dot.given ? "irrep" : "parity";
    Fields fields(json, "level", {"two_S", label, "vector"});
    Level level;
    level.two_S = fields.count("two_S", 0, std::min(electrons, 2 * dot.orbitals - electrons));
    require((level.two_S - electrons) % 2 == 0, "two_S must be even or odd as the number of electrons is");
    level.parity = label_from(fields.at(label), dot);
    require(list.bases.count(level.parity), "no determinant has the irrep of a level");
    level.basis = list.bases.at(level.parity).get();
    level.vector_ = vector_from(fields.text("vector"), level.basis->masks.size());
    for (const mpz_class& x : level.vector_) level.norm += x * x;
    require(has_spin(*level.basis, level.vector_, electrons, level.two_S),
            "a vector is not of the spin that is stated");
    return level;
}

// Machine words prove it for most dots; the full precision decides
void require_complete(Hamiltonian& H, const Basis& basis, const vector<Level*>& mine,
                      const std::optional<mpq_class>& ceiling, const std::optional<long>& limit) {
    if (mine.size() == basis.masks.size()) return;
    require(mine.size() < basis.masks.size(), "there are more levels than states");
    require(ceiling.has_value(), "levels are missing, and no ceiling is stated");
    string complaint = "more levels than stated may lie below the ceiling";
    for (long q : {40L, H.bits}) {
        try {
            Completeness proof(H, basis, *ceiling, limit, q);
            if (proof.at_most(mine, *ceiling)) return;
        } catch (const Undecided& undecided) {
            complaint = undecided.what();
        }
    }
    throw Rejected(complaint);
}

// The determinants of both parities, or of every irrep that has any
std::map<int, std::unique_ptr<Basis>> bases_of(const Dot& dot, long electrons) {
    std::map<int, std::unique_ptr<Basis>> bases;
    for (int symmetry = 0; symmetry < (dot.given ? 8 : 2); ++symmetry) {
        auto basis = std::make_unique<Basis>(dot.symmetry, electrons, symmetry);
        if (!dot.given) bases[symmetry ? -1 : 1] = std::move(basis);
        else if (!basis->masks.empty()) bases[symmetry + 1] = std::move(basis);
    }
    return bases;
}

// Verify one list of levels
LevelList prove_levels(const Dot& dot, const Json& json, long electrons, long bits, bool clusters) {
    std::set<string> names = {"electrons", "ceiling", "levels"};
    if (!dot.given) names.insert("limit");
    Fields fields(json, "evidence", names);
    require(fields.count("electrons", 0, 2 * MOST_ORBITALS) == electrons, "the evidence is of other electrons");
    std::optional<long> limit;
    if (!dot.given) limit = fields.count("limit", 0, MOST_COUNT);
    std::optional<mpq_class> ceiling;
    if (fields.at("ceiling").kind != Json::null)
        ceiling = dot.own(decimal_from(fields.text("ceiling"), MOST_EXPONENT_OF_INPUT).exact());
    LevelList list;
    list.bases = bases_of(dot, electrons);
    for (const Json& item : fields.list("levels")) list.levels.push_back(level_from(item, list, dot, electrons));
    Hamiltonian H(dot, electrons, bits);
    for (const auto& [parity, basis] : list.bases) {
        vector<Level*> mine;
        for (Level& level : list.levels)
            if (level.parity == parity) mine.push_back(&level);
        add_residuals(H, *basis, mine);
        std::sort(mine.begin(), mine.end(), [](const Level* x, const Level* y) { return x->rho_low < y->rho_low; });
        std::map<long, vector<Level*>> by_spin;
        for (Level* level : mine) by_spin[level->two_S].push_back(level);
        for (const auto& [two_S, group] : by_spin) enclose(group, ceiling, clusters, bits);
        require_complete(H, *basis, mine, ceiling, limit);
    }
    std::sort(list.levels.begin(), list.levels.end(), [](const Level& x, const Level& y) { return x.low < y.low; });
    list.whole = !ceiling.has_value();
    return list;
}

// Schema /1: the lowest levels, each told from the next
LevelList prove_order(const Dot& dot, const Json& json, long electrons, std::size_t count, long bits) {
    LevelList list = prove_levels(dot, json, electrons, bits, false);
    require(list.levels.size() >= count, "levels are missing");
    for (std::size_t i = 0; i < count && i + 1 < list.levels.size(); ++i)
        if (list.levels[i].high >= list.levels[i + 1].low) throw Undecided("the order of two levels is not determined");
    return list;
}

// Bits behind the point, in units of 1/L^2: splittings by a weak interaction are proportional to it
long first_precision(const Dot& dot, long digits) {
    if (dot.given) return std::max(192L, 128 + 4 * digits);
    mpq_class g = abs(dot.coupling());
    long small = g == 0 ? 0 : static_cast<long>(bits_of(g.get_den())) - static_cast<long>(bits_of(g.get_num())) + 1;
    return std::max(192L, 128 + 4 * digits) + std::max(0L, small);
}

void require_small_enough(const Dot& dot, long electrons) {
    require(dot.orbitals <= MOST_ORBITALS, "there are more orbitals than this checker allows");
    std::size_t ups = choose(dot.orbitals, electrons - electrons / 2), downs = choose(dot.orbitals, electrons / 2);
    require(ups * downs <= 2 * MOST_DETERMINANTS, "there are more determinants than this checker allows");
}

long electrons_from(const Fields& inputs, const Dot& dot, long room) {
    long electrons = inputs.count("electrons", 0, 2 * MOST_ORBITALS);
    require(electrons + room <= 2 * dot.orbitals, "the orbitals do not hold that many electrons");
    return electrons;
}

void check_weight(Document& document) {
    require_path(document, "exact", 0);
    Fields inputs(document.inputs, "inputs", {"two_S_i", "two_S_j"}), values(document.values, "values", {"C"});
    mpq_class weight = spin_weight(inputs.integer("two_S_i", 0), inputs.integer("two_S_j", 0));
    Claim claim = claim_from(values.at("C"), "C");
    with_growing_precision(128, 2, 128, [&](long) { verify(claim, weight, weight, "C"); });
    document.proven = "1 C";
}

void check_integrals(Document& document) {
    Fields inputs(document.inputs, "inputs", {"dot", "indices"}), values(document.values, "values", {"values"});
    Dot dot = dot_from(inputs.at("dot"));
    require_path(document, dot.rational() ? "exact" : "enclosed", 0);
    vector<std::array<long, 4>> indices;
    long highest = 1;
    for (const Json& item : inputs.list("indices")) {
        require(item.kind == Json::list && item.items.size() == 4, "indices must be lists of four orbitals");
        std::array<long, 4> four{};
        for (std::size_t k = 0; k < 4; ++k) {
            four[k] = Fields::count_from(item.items[k], "an orbital", 1, std::min(dot.orbitals, MOST_INDEX));
            highest = std::max(highest, four[k]);
        }
        indices.push_back(four);
    }
    require(!indices.empty(), "indices must not be empty");
    vector<Claim> claims = claims_from(values.list("values"), "values");
    require(claims.size() == indices.size(), "values must have one number for each of the indices");
    mpq_class scale = dot.coupling() / (dot.length * dot.length);
    with_growing_precision(128 + 4 * document.digits, 2, MOST_PRECISION, [&](long bits) {
        std::unique_ptr<SoftCoulombMoments> moments;
        if (dot.soft()) moments = std::make_unique<SoftCoulombMoments>(dot.cutoff / dot.length, 2 * highest, bits);
        for (std::size_t i = 0; i < claims.size(); ++i) {
            auto [p, q, r, s] = indices[i];
            if (!dot.soft()) {
                mpq_class value =
                    scale * four_terms<mpq_class>([&](long a, long b) { return dot.rational_J(a, b); }, p, q, r, s);
                verify(claims[i], value, value, "values");
            } else {
                auto J = [&](long a, long b) { return (a + b) % 2 ? Interval(0) : moments->J(a, b); };
                verify(claims[i], Interval(scale) * four_terms<Interval>(J, p, q, r, s), "values");
            }
        }
    });
    document.proven = std::to_string(claims.size()) + " values";
}

struct StatedSpectrum {
    vector<Claim> energies;
    vector<mpz_class> two_S, parity;
};

StatedSpectrum stated_spectrum(const Document& document, std::size_t count) {
    Fields values(document.values, "values", {"energies", "two_S", "parity"});
    StatedSpectrum stated;
    stated.energies = claims_from(values.list("energies"), "energies");
    for (const Json& item : values.list("two_S")) stated.two_S.push_back(Fields::integer_from(item, "two_S", 0));
    for (const Json& item : values.list("parity")) stated.parity.push_back(Fields::integer_from(item, "parity", -1));
    require(stated.energies.size() == count && stated.two_S.size() == count && stated.parity.size() == count,
            "energies, two_S and parity must have as many items as there are levels asked for");
    return stated;
}

void check_free_spectrum(const Document& document, const Dot& dot, long electrons, const StatedSpectrum& stated) {
    require_path(document, "exact", 0);
    FreeLevels free(dot.orbitals, electrons, stated.energies.size());
    vector<long> sums;
    for (const auto& [sum, labels] : free.groups) {
        Labels left = labels;
        mpz_class total = 0;
        for (const auto& [label, number] : labels) total += number;
        for (; total > 0 && sums.size() < stated.energies.size(); total -= 1) {
            std::size_t i = sums.size();
            require(stated.two_S[i] <= electrons && stated.parity[i] <= 1,
                    "spins or parities are not those of the levels");
            mpz_class& number = left[{stated.two_S[i].get_si(), static_cast<int>(stated.parity[i].get_si())}];
            require(number > 0, "spins or parities are not those of the configurations");
            number -= 1;
            sums.push_back(sum);
        }
    }
    require(sums.size() == stated.energies.size(), "there are fewer levels than stated");
    mpq_class shift =
        dot.kernel == "constant" ? mpq_class(dot.strength * electrons * (electrons - 1) / 2) : mpq_class(0);
    with_growing_precision(128 + 4 * document.digits, 2, MOST_PRECISION, [&](long) {
        for (std::size_t i = 0; i < sums.size(); ++i) {
            Interval kinetic = Interval(mpq_class(sums[i] / (2 * dot.length * dot.length))) * pi() * pi();
            verify(stated.energies[i], kinetic + Interval(shift), "energies");
        }
    });
}

void check_spectrum(Document& document) {
    Fields inputs(document.inputs, "inputs", {"dot", "electrons", "levels"});
    Dot dot = dot_from(inputs.at("dot"));
    long electrons = electrons_from(inputs, dot, 0);
    auto count = static_cast<std::size_t>(inputs.count("levels", 1, MOST_ITEMS));
    StatedSpectrum stated = stated_spectrum(document, count);
    document.proven = std::to_string(count) + " energies";
    if (document.evidence.empty()) {
        require(dot.kernel == "constant" || dot.kernel == "none" || dot.strength == 0, "a spectrum needs evidence");
        check_free_spectrum(document, dot, electrons, stated);
        return;
    }
    require_path(document, "enclosed", 1);
    require_small_enough(dot, electrons);
    mpq_class square = dot.length * dot.length;
    long first = first_precision(dot, document.digits);
    with_growing_precision(first, 3, 3 * first, [&](long bits) {
        LevelList list = prove_order(dot, document.evidence[0], electrons, count, bits);
        for (std::size_t i = 0; i < count; ++i) {
            const Level& level = list.levels[i];
            require(stated.two_S[i] == level.two_S, "the spins are not those of the levels");
            require(stated.parity[i] == level.parity, "the parities are not those of the levels");
            verify(stated.energies[i], level.low / square, level.high / square, "energies");
        }
    });
}

void check_transitions(Document& document) {
    Fields inputs(document.inputs, "inputs", {"dot", "electrons", "levels_from", "levels_to"});
    Fields values(document.values, "values", {"M"});
    Dot dot = dot_from(inputs.at("dot"));
    require_path(document, "enclosed", 2);
    long electrons = electrons_from(inputs, dot, 1);
    require_small_enough(dot, electrons);
    require_small_enough(dot, electrons + 1);
    auto columns = static_cast<std::size_t>(inputs.count("levels_from", 1, MOST_ITEMS));
    auto rows = static_cast<std::size_t>(inputs.count("levels_to", 1, MOST_ITEMS));
    vector<vector<Claim>> M;
    for (const Json& row : values.list("M")) {
        M.push_back(claims_from(checked_kind(row, Json::list, "a row of M", "a list").items, "M"));
        require(M.back().size() == columns, "M must have a column for each level of N electrons");
    }
    require(M.size() == rows, "M must have a row for each level of N+1 electrons");
    long first = first_precision(dot, document.digits);
    with_growing_precision(first, 3, 3 * first, [&](long bits) {
        LevelList from = prove_order(dot, document.evidence[0], electrons, columns, bits);
        LevelList to = prove_order(dot, document.evidence[1], electrons + 1, rows, bits);
        for (std::size_t j = 0; j < rows; ++j)
            for (std::size_t i = 0; i < columns; ++i) {
                auto [low, high] = probability(dot, electrons, from.levels[i], to.levels[j], bits);
                verify(M[j][i], low, high, "M");
            }
    });
    document.proven = std::to_string(rows * columns) + " M";
}

void add_reservoirs(Chain& chain, const Fields& inputs) {
    const auto& leads = inputs.list("leads");
    require(leads.size() == 2, "the leads must be L and R");
    for (const Json& item : leads) {
        Fields lead(item, "lead", {"name", "rate", "mu"});
        chain.leads.push_back({lead.text("name"), lead.positive("rate"), lead.real("mu")});
    }
    require(std::set<string>{chain.leads[0].name, chain.leads[1].name} == std::set<string>{"L", "R"},
            "the leads must be L and R");
    chain.kT = inputs.positive("kT");
    chain.gate = inputs.real("gate");
}

Chain chain_from(const Json& json) {
    Fields inputs(json, "inputs", {"levels", "transitions", "leads", "kT", "gate"});
    Chain chain;
    for (const Json& item : inputs.list("levels")) {
        Fields level(item, "level", {"electrons", "energy", "two_S"});
        long electrons = level.count("electrons", 0, MOST_COUNT), two_S = level.count("two_S", 0, electrons);
        require((two_S - electrons) % 2 == 0, "two_S must be even or odd as the number of electrons is");
        mpq_class energy = level.real("energy");
        chain.levels.push_back({electrons, {energy, energy}, two_S});
    }
    require(!chain.levels.empty() && chain.levels.size() <= MOST_CHAIN_LEVELS, "there are no levels, or too many");
    long last = static_cast<long>(chain.levels.size()) - 1;
    std::set<std::pair<long, long>> known;
    for (const Json& item : inputs.list("transitions")) {
        Fields edge(item, "transition", {"from", "to", "M"});
        long from = edge.count("from", 0, last), to = edge.count("to", 0, last);
        auto i = static_cast<std::size_t>(from), j = static_cast<std::size_t>(to);
        require(chain.levels[j].electrons == chain.levels[i].electrons + 1, "a transition must add one electron");
        require(known.insert({from, to}).second, "a transition is listed twice");
        mpq_class M = edge.non_negative("M");
        chain.transitions.push_back({i, j, {M, M}});
    }
    add_reservoirs(chain, inputs);
    return chain;
}

void check_populations(Document& document) {
    require_path(document, "enclosed", 0);
    Chain chain = chain_from(document.inputs);
    Fields values(document.values, "values", {"populations"});
    vector<Claim> claims = claims_from(values.list("populations"), "populations");
    require(claims.size() == chain.levels.size(), "there must be one population for each level");
    with_growing_precision(192 + 4 * document.digits, 2, MOST_PRECISION, [&](long) {
        StationaryState state(chain);
        for (std::size_t i = 0; i < claims.size(); ++i) verify(claims[i], state.populations[i], "populations");
    });
    document.proven = std::to_string(claims.size()) + " populations";
}

void check_current(Document& document) {
    require_path(document, "enclosed", 0);
    Chain chain = chain_from(document.inputs);
    Fields values(document.values, "values", {"I_L", "I_R"});
    Claim left = claim_from(values.at("I_L"), "I_L"), right = claim_from(values.at("I_R"), "I_R");
    with_growing_precision(192 + 4 * document.digits, 2, MOST_PRECISION, [&](long) {
        StationaryState state(chain);
        verify(left, state.current("L"), "I_L");
        verify(right, state.current("R"), "I_R");
    });
    document.proven = "1 I_L, 1 I_R";
}

// Schemas /2 and /3: from the dot to the current. Every step is proven from the one before; the stated balls are only compared.

struct Entry {
    Claim energy;
    struct Member {
        long two_S;
        int parity;
        long count;
    };
    vector<Member> members;  // the groups of this entry
};

vector<Entry> entries_from(const Json& json, const Dot& dot) {
    vector<Entry> entries;
    for (const Json& item : checked_kind(json, Json::list, "a spectrum", "a list").items) {
        Fields fields(item, "entry", {"energy", "members"});
        Entry entry{claim_from(fields.at("energy"), "energy"), {}};
        for (const Json& member : fields.list("members")) {
            require(member.kind == Json::list && member.items.size() == 3, "a member must be [two_S, parity, count]");
            long two_S = Fields::count_from(member.items[0], "two_S", 0, 2 * MOST_ORBITALS);
            int parity = label_from(member.items[1], dot);
            bool ascending = entry.members.empty() || std::pair(entry.members.back().two_S,
                                                                entry.members.back().parity) < std::pair(two_S, parity);
            require(ascending, "members must ascend by two_S and parity, each once");
            entry.members.push_back({two_S, parity, Fields::count_from(member.items[2], "count", 1, MOST_ITEMS)});
        }
        require(!entry.members.empty(), "an entry must have members");
        entries.push_back(entry);
    }
    return entries;
}

// Levels of one entry with the same spin and parity
using Group = vector<const Level*>;

// Verify one spectrum; return its groups in order
vector<Group> verify_spectrum(const vector<Entry>& entries, const LevelList& list, const Json& asked, const Dot& dot) {
    std::size_t at = 0, n = list.levels.size();
    if (asked.kind == Json::text)
        require(asked.token == "all" && list.whole, "all levels are asked for: the list must be whole");
    else n = static_cast<std::size_t>(Fields::count_from(asked, "levels", 1, MOST_ITEMS));
    vector<Group> groups;
    for (const Entry& entry : entries) {
        mpq_class highest;
        std::map<std::pair<long, int>, Group> found;
        std::size_t size = 0;
        for (const auto& member : entry.members) size += static_cast<std::size_t>(member.count);
        require(size <= list.levels.size() - at, "levels are missing");
        for (std::size_t i = at; i < at + size; ++i) {
            const Level& level = list.levels[i];
            highest = i == at ? level.high : std::max(highest, level.high);
            found[{level.two_S, level.parity}].push_back(&level);
            verify(entry.energy, dot.stated(level.low), dot.stated(level.high), "energy");
        }
        for (const auto& member : entry.members) {
            Group& group = found[{member.two_S, member.parity}];
            require(group.size() == static_cast<std::size_t>(member.count), "the members are not those of the levels");
            groups.push_back(group);
        }
        at += size;
        // ascending by lower ends: the next level has the least of all that follow
        if (at < list.levels.size() && list.levels[at].low <= highest)
            throw Undecided("the order of two entries is not determined");
    }
    require(at == n, "the entries must have as many members as there are levels asked for");
    return groups;
}

const vector<Json>& list_of(const Json& json, std::size_t size, const string& name) {
    require(json.kind == Json::list && json.items.size() == size, name + " must be a list of " + std::to_string(size));
    return json.items;
}

struct Steps {
    const Document& document;
    Fields inputs, values;
    Dot dot;
    long electrons;
    vector<Json> asked;  // for each number of electrons
    vector<vector<Group>> groups;
    vector<LevelList> lists;
    Chain chain;
    vector<std::size_t> first;  // state of the first group of each list

    Steps(const Document& document, const std::set<string>& more_inputs, const std::set<string>& names)
        : document(document), inputs(document.inputs, "inputs", more_inputs), values(document.values, "values", names) {
        dot = document.integrals ? integral_dot_from(inputs.at("dot")) : dot_from(inputs.at("dot"));
        if (inputs.at("levels").kind == Json::list) asked = inputs.list("levels");
        else asked = {inputs.at("levels")};
        require(!asked.empty() && asked.size() <= 21, "levels must be asked for 1 to 21 numbers of electrons");
        electrons = electrons_from(inputs, dot, static_cast<long>(asked.size()) - 1);
        require_path(document, "enclosed", asked.size());
        for (std::size_t k = 0; k < asked.size(); ++k) require_small_enough(dot, electrons + static_cast<long>(k));
    }

    void prove_spectra(long bits) {
        lists.clear(), groups.clear();
        const auto& stated = list_of(values.at("spectra"), asked.size(), "spectra");
        for (std::size_t k = 0; k < asked.size(); ++k) {
            lists.push_back(prove_levels(dot, document.evidence[k], electrons + static_cast<long>(k), bits, true));
            groups.push_back(verify_spectrum(entries_from(stated[k], dot), lists.back(), asked[k], dot));
        }
    }

    // Sums of M_ji over the levels of two groups, each within its own bounds
    Range group_probability(std::size_t k, const Group& from, const Group& to, long bits, const string& lead) const {
        Range total{0, 0};
        for (const Level* i : from)
            for (const Level* j : to) {
                auto [low, high] = probability(dot, electrons + static_cast<long>(k), *i, *j, bits, lead);
                total.low += low, total.high += high;
            }
        return total;
    }

    // Verify M of one lead; the two of a box are the same
    vector<Transition> transitions_of(const Json& stated, long bits, const string& lead) const {
        vector<Transition> transitions;
        const auto& matrices = list_of(stated, asked.size() - 1, "M");
        for (std::size_t k = 0; k + 1 < asked.size(); ++k) {
            const auto& rows = list_of(matrices[k], groups[k + 1].size(), "a matrix of M");
            for (std::size_t j = 0; j < rows.size(); ++j) {
                const auto& row = list_of(rows[j], groups[k].size(), "a row of M");
                for (std::size_t i = 0; i < row.size(); ++i) {
                    Range M = group_probability(k, groups[k][i], groups[k + 1][j], bits, lead);
                    verify(claim_from(row[i], "M"), M.low, M.high, "M");
                    transitions.push_back({first[k] + i, first[k + 1] + j, M});
                }
            }
        }
        return transitions;
    }

    void prove_transitions(long bits) {
        chain = Chain();
        first = {0};
        for (const auto& list : groups) first.push_back(first.back() + list.size());
        if (!dot.given) {
            chain.transitions = transitions_of(values.at("M"), bits, "L");
            return;
        }
        Fields parts(values.at("M"), "M", {"L", "R"});
        chain.transitions = transitions_of(parts.at("L"), bits, "L");
        vector<Transition> right = transitions_of(parts.at("R"), bits, "R");
        for (std::size_t n = 0; n < right.size(); ++n) chain.transitions[n].right = right[n].M;
    }

    StationaryState prove_populations() {
        add_reservoirs(chain, inputs);
        for (std::size_t k = 0; k < groups.size(); ++k)
            for (const Group& group : groups[k]) {
                require(group.size() == 1, "levels that may coincide have no rates of their own");
                Range energy{dot.stated(group[0]->low), dot.stated(group[0]->high)};
                chain.levels.push_back({electrons + static_cast<long>(k), energy, group[0]->two_S});
            }
        require(chain.levels.size() <= MOST_CHAIN_LEVELS, "there are too many levels");
        StationaryState state(chain);
        verify_rates(state);
        const auto& stated = list_of(values.at("populations"), groups.size(), "populations");
        for (std::size_t k = 0; k < groups.size(); ++k) {
            const auto& balls = list_of(stated[k], groups[k].size(), "populations");
            for (std::size_t i = 0; i < balls.size(); ++i)
                verify(claim_from(balls[i], "populations"), state.populations[first[k] + i], "populations");
        }
        return state;
    }

    // The flows of a chain are in the order in which its transitions were added, two leads each
    void verify_rates(const StationaryState& state) const {
        const auto& matrices = list_of(values.at("rates"), groups.size() - 1, "rates");
        std::size_t flow = 0;
        for (std::size_t k = 0; k + 1 < groups.size(); ++k)
            for (const Json& row : list_of(matrices[k], groups[k + 1].size(), "a matrix of rates"))
                for (const Json& cell : list_of(row, groups[k].size(), "a row of rates")) {
                    Fields leads(cell, "rates", {"L", "R"});
                    for (std::size_t lead = 0; lead < 2; ++lead, ++flow) {
                        Fields rates(leads.at(state.flows[flow].name), "rates", {"in", "out"});
                        verify(claim_from(rates.at("in"), "rates"), state.flows[flow].into, "rates");
                        verify(claim_from(rates.at("out"), "rates"), state.flows[flow].out, "rates");
                    }
                }
    }
};

const std::set<string> DOT_INPUTS = {"dot", "electrons", "levels"};
const std::set<string> CHAIN_INPUTS = {"dot", "electrons", "levels", "leads", "kT", "gate"};

// Stop after the step that the task names
void check_steps(Document& document) {
    static const std::map<string, std::set<string>> names = {
        {"spectrum", {"spectra"}},
        {"transition_probabilities", {"spectra", "M"}},
        {"stationary_state", {"spectra", "M", "rates", "populations"}},
        {"current", {"spectra", "M", "rates", "populations", "I_L", "I_R"}},
    };
    const string& task = document.task;
    require(names.count(task), "task \"" + task + "\" has no certificates of this schema");
    bool chain = task == "stationary_state" || task == "current";
    Steps steps(document, chain ? CHAIN_INPUTS : DOT_INPUTS, names.at(task));
    bool one = steps.inputs.at("levels").kind != Json::list;
    require(one == (task == "spectrum"), "levels must be one count for a spectrum, and a list of counts otherwise");
    require(task != "transition_probabilities" || steps.asked.size() == 2, "levels must be a list of two");
    require(one || steps.asked.size() >= 2, "levels must be a list of two or more");
    long first = first_precision(steps.dot, document.digits);
    with_growing_precision(first, 3, 3 * first, [&](long bits) {
        steps.prove_spectra(bits);
        if (task == "spectrum") return;
        steps.prove_transitions(bits);
        if (task == "transition_probabilities") return;
        StationaryState state = steps.prove_populations();
        if (task == "stationary_state") return;
        for (const string name : {"L", "R"})
            verify(claim_from(steps.values.at("I_" + name), "I_" + name), state.current(name), "I_" + name);
    });
    document.proven = "every step up to " + task;
}

const std::map<string, std::function<void(Document&)>> TASKS = {
    {"clebsch_gordan_weight", check_weight},
    {"interaction_integrals", check_integrals},
    {"spectrum", check_spectrum},
    {"transition_probabilities", check_transitions},
    {"stationary_state", check_populations},
    {"current", check_current},
};

string check(const Json& json) {
    Fields fields(json, "certificate", {"schema", "case", "digits", "grade", "values", "evidence", "sha256"});
    const string& schema = fields.text("schema");
    const std::map<string, string> cases = {{"qdverify-certificate/1", "qdverify-case/1"},
                                            {"qdverify-certificate/2", "qdverify-case/2"},
                                            {"qdverify-certificate/3", "qdverify-case/3"}};
    auto family = cases.find(schema);
    require(family != cases.end(), "schema must be qdverify-certificate/1, /2 or /3");
    require(fields.text("sha256") == content_hash(json), "the content does not match its hash");
    Fields question(fields.at("case"), "case", {"schema", "task", "inputs"});
    require(question.text("schema") == family->second, "the schema of the case must be " + family->second);
    auto task = TASKS.find(question.text("task"));
    require(task != TASKS.end(), "task \"" + shortened(question.text("task")) + "\" has no certificates");
    Document document{question.at("inputs"),
                      fields.at("values"),
                      fields.list("evidence"),
                      task->first,
                      fields.text("grade"),
                      fields.count("digits", 1, 1000),
                      schema == "qdverify-certificate/3",
                      ""};
    schema == "qdverify-certificate/1" ? task->second(document) : check_steps(document);
    return document.proven;
}

int run(const vector<string>& arguments) {
    long seconds = DEFAULT_SECONDS;
    vector<string> rest = arguments;
    if (rest.size() == 3 && rest[0] == "--seconds" && !rest[1].empty() && rest[1].size() <= 6 && all_digits(rest[1])) {
        seconds = std::stol(rest[1]);
        rest.erase(rest.begin(), rest.begin() + 2);
    }
    if (rest.size() != 1 || rest[0].substr(0, 2) == "--") {
        std::cerr << "usage: check_certificate [--seconds S] FILE\n";
        return 2;
    }
    std::signal(SIGALRM, time_is_up);
    seconds == 0 ? time_is_up(SIGALRM) : static_cast<void>(alarm(static_cast<unsigned>(seconds)));
    try {
        Json document = Parser(read_file(rest[0])).document();
        string proven = check(document);
        std::cout << "proven: " << proven << "\n";
        return 0;
    } catch (const Unreadable& error) {
        std::cerr << "unreadable: " << error.what() << "\n";
        return 2;
    } catch (const std::exception& error) {
        std::cerr << "rejected: " << error.what() << "\n";
        return 1;
    }
}

}  // namespace

int main(int argc, char** argv) { return run(vector<string>(argv + 1, argv + argc)); }
