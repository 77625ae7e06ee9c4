"""Mutations of `checker/check_certificate.cpp`, the checker in C++, that accept more than is proven."""

# source text is quoted as it stands

import checker_claims
from mutation import Table

PARTS = ["test_second_checker_numbers", "test_second_checker_model", "test_second_checker_proof"]
TESTS = {
    "": [
        *PARTS,
        "test_second_checker_clusters",
        "test_rigour_certificates",
        "test_second_checker_lies",
        "test_second_checker_steps",
        "test_second_checker",
        "test_second_checker_input",
    ]
}
TABLE = Table("checker", TESTS)
add = TABLE.add
FILE = "check_certificate.cpp"

add(FILE, 'if (value.find(key)) fail("the key \\"" + key + "\\" occurs twice");', ";")
add(FILE, "depth > MOST_NESTING", "false")
add(FILE, "at != source.size()", "false")
add(FILE, "c < 0x20 || c > 0x7e || c == '\\\\'", "c < 0x20")
add(
    FILE,
    'if (digit()) fail("a number must not begin with 0");',
    ";",
    equivalent="the digit that follows the 0 is then no comma, bracket or end, and fails as such",
)
add(FILE, "value.token.size() > MOST_DIGITS", "false")
add(FILE, "message += static_cast<char>(bits >> shift & 0xff)", "message += static_cast<char>(0)")
add(FILE, "require(denominator != 0, complaint);", ";")
add(FILE, 'require(value <= most, "the exponent of " + shown + " is too large");', ";")
add(FILE, "result.exponent -= static_cast<long>(digits.size() - point - 1);", ";")
add(FILE, "if (negative) result.mantissa = -result.mantissa;", ";")
add(FILE, "if (nearest * 2 * below == twice && nearest % 2 != 0) nearest -= 1;", ";")
add(FILE, "rounded(y, direction)", "Dyadic(y)", equivalent="rounding less keeps the number exact")
add(FILE, "direction == down", "true")
add(FILE, "bool outward = (y.sign() > 0) == (direction == up);", "bool outward = false;")
add(FILE, "direction == down ? floor_div(above, y.m) : ceil_div(above, y.m)", "floor_div(above, y.m)")
add(FILE, "if (direction == up && result * result != above) result += 1;", ";")
add(
    FILE,
    "Interval operator-(const Interval& x) { return {x.high.negative(), x.low.negative()}; }",
    "Interval operator-(const Interval& x) { return {x.low.negative(), x.high.negative()}; }",
)
add(FILE, "sum(x.low, y.low, down), sum(x.high, y.high, up)", "sum(x.low, y.low, down), sum(x.high, y.high, down)")
add(FILE, "result.low = lesser(result.low, product(*a, *b, down));", ";")
add(
    FILE,
    "result.high = greater(result.high, product(*a, *b, up));",
    "result.high = lesser(result.high, product(*a, *b, up));",
)
add(FILE, "quotient(x.low, x.low.sign() >= 0 ? y.high : y.low, down)", "quotient(x.low, y.low, down)")
add(FILE, "quotient(x.high, x.high.sign() >= 0 ? y.low : y.high, up)", "quotient(x.high, y.high, up)")
add(FILE, 'if (!y.positive()) throw Undecided("a divisor is not proven positive");', ";")
add(
    FILE,
    "error = 20 * (W + 2)",
    "error = 0",
    equivalent="64 more bits are rounded away, and no 20 of the first 131,000 bits of pi in a row are equal",
)
add(
    FILE,
    "return total + Interval({0, 0}, term.high);",
    "return total;",
    equivalent="to add the last term raises the upper end by a whole last place, 256 times that term or more",
)
add(
    FILE,
    "total = total + within(top_of(term));",
    ";",
    equivalent="to add the last term moves the end on its side by a whole last place; what follows is smaller than it",
)
add(FILE, "logarithm(x.low).low, logarithm(x.high).high", "logarithm(x.high).low, logarithm(x.high).high")
add(FILE, "exponential(x.low).low, exponential(x.high).high", "exponential(x.low).low, exponential(x.low).high")
add(FILE, "low < middle - radius || high > middle + radius", "high < middle - radius || low > middle + radius")
add(FILE, "low < middle - radius || high > middle + radius", "low < middle - radius")
add(FILE, "low < middle - radius || high > middle + radius", "high > middle + radius")
add(
    FILE,
    "compare(scaled.low, low) < 0 || compare(scaled.high, high) > 0",
    "compare(scaled.high, low) < 0 || compare(scaled.low, high) > 0",
)
add(FILE, "compare(scaled.low, low) < 0 || compare(scaled.high, high) > 0", "compare(scaled.low, low) < 0")
add(FILE, "radius = Decimal{rad.mantissa, rad.exponent - scale}.exact()", "radius = rad.mantissa")
add(FILE, "(pi() * Interval(std::labs(a * a - b * b)))", "(pi() * Interval(a * a + b * b))")
add(FILE, "Interval(2) * (C(0) - D(0))", "Interval(1) * (C(0) - D(0))")
add(FILE, "C(a) - D(a) - S(a) / (Interval(a) * pi())", "C(a) - D(a)")
add(
    FILE,
    "m == 0 ? Interval(0) : within(top_of(factor) + 1) * I(0)",
    "Interval(0)",
    equivalent="what is left out is below 2^-goal; rounding the largest term widens both ends by more",
)
add(
    FILE,
    "within(top_of(factor) + 1) * I(0)",
    "within(top_of(factor) - 12) * I(0)",
    equivalent="what is left out is below 2^-goal; rounding the largest term widens both ends by more",
)
add(
    FILE,
    'if (!ended) throw Undecided("a power series was cut off too early");',
    ";",
    equivalent="never reached: for k >= 20 top and k >= goal, (m pi)^k/k! < (pi e/20)^k < 2^-goal",
)
add(FILE, "7 * (k + 1) >= 44 * m && top_of(factor) < -goal", "7 * (k + 1) >= 44 * m")
add(
    FILE,
    "if (k > terms - 2) I(k) = {{0, 0}, (Interval(1) / (beta * Interval(k + 1))).high};",
    "if (k > terms - 2) I(k) = Interval(0);",
    equivalent="2 * precision steps divide the error of the start by beta^2 > 2 each; rounding is larger",
)
add(FILE, "J(d, d2) - J(d, t2) - J(t, d2) + J(t, t2)", "J(d, d2) - J(d, t2) - J(t, d2)")
add(FILE, "symmetry.push_back(p % 2 ? 0 : 1);", "symmetry.push_back(p % 2 ? 1 : 0);")
add(FILE, "8 * row_terms + 2 * squares_of(mask)", "mpz_class(0)")
add(FILE, "8 * row_terms + 2 * squares_of(mask)", "8 * row_terms")
add(FILE, "8 * row_terms + 2 * squares_of(mask)", "2 * squares_of(mask)")
add(FILE, "dot.coupling() * electrons * (electrons - 1) / 2", "dot.coupling() * electrons * (electrons - 1)")
add(FILE, 'require(dot.strength > 0, "an attractive contact interaction has no least value");', ";")
add(
    FILE,
    "floor_of(pairs / beta * power_of_two(static_cast<std::size_t>(bits)))",
    "floor_scaled((Interval(pairs) / square_root(Interval(mpq_class(1 + beta * beta)))).low, bits)",
)
add(
    FILE,
    "floor_scaled((Interval(pairs) / square_root(Interval(square))).low, bits)",
    "floor_of(pairs / beta * power_of_two(static_cast<std::size_t>(bits)))",
)
add(
    FILE,
    "if (high - low > 128) return false;",
    ";",
    equivalent="never reached: the moments carry 64 bits more than a unit of the table",
)
add(
    FILE,
    "floor_div(low + high + 256, 512)",
    "floor_div(low + high, 512)",
    equivalent="J off by -1/4 to 5/4 makes integrals off by less than 3 units, and 4 are allowed",
)
add(FILE, "same_up + same_down + mpz_class(up) * down * (M - up + 1) * (M - down + 1)", "mpz_class(1)")
add(
    FILE,
    "element -= integral(a / 2 + 1, j / 2 + 1, b / 2 + 1, i / 2 + 1)",
    "element += integral(a / 2 + 1, j / 2 + 1, b / 2 + 1, i / 2 + 1)",
)
add(FILE, "total += ones_below(other, a);", ";")
add(FILE, "if (image != x[i] * two_S * (two_S + 2)) return false;", ";")
add(
    FILE,
    "two_Sz * two_Sz + 2 * static_cast<long>(ups.size() + downs.size())",
    "2 * static_cast<long>(ups.size() + downs.size())",
)
add(
    FILE,
    "fraction(result + 1, power_of_two(static_cast<std::size_t>(bits)))",
    "fraction(result - 1, power_of_two(static_cast<std::size_t>(bits)))",
)
add(FILE, "level.rho_low = rho - eta, level.rho_high = rho + eta;", "level.rho_low = rho, level.rho_high = rho;")
add(
    FILE,
    "level.residual = root_above(residual, H.bits + 32) + eta;",
    "level.residual = root_above(residual, H.bits + 32);",
)
add(
    FILE,
    "level.residual = root_above(residual, H.bits + 32) + eta;",
    "level.residual = root_above(residual, H.bits + 32) / 2 + eta;",
)
add(FILE, "level.residual = root_above(residual, H.bits + 32) + eta;", "level.residual = eta;")
add(
    FILE,
    "worst = std::max(worst, H.row_error(basis.masks[i]));",
    "worst = H.row_error(basis.masks[i]);",
    equivalent="the last determinant has the highest orbitals and the largest error (counted to M = 7)",
)
add(FILE, "level.norm * square[k] - a[k] * a[k]", "level.norm * square[k] - a[k] * a[k] * 2")
add(
    FILE,
    "if (!limit || squares_of(basis.masks[i]) <= *limit) model_space.push_back(i);",
    "if (!limit || squares_of(basis.masks[i]) < *limit) model_space.push_back(i);",
)
add(FILE, "ceiling += eta;", ";")
add(FILE, "ceiling += eta;", "ceiling -= eta;")
add(
    FILE,
    "ceil_of(sigma * power_of_two(static_cast<std::size_t>(this->q)))",
    "ceil_of((sigma - 5) * power_of_two(static_cast<std::size_t>(this->q)))",
)
add(
    FILE,
    "A[i][i] -= static_cast<unsigned long>(size);",
    ";",
    equivalent="positive_definite leaves 8 n bound less (n + 1) bound, which is more than n",
)
add(FILE, "return positive_definite(A);", "return true;")
add(FILE, 'if (G <= 0) throw Undecided("the ceiling is too high for the model space");', "if (G <= 0) G = 1000;")
add(FILE, "G += floor - ceiling;", "G -= ceiling;")
add(FILE, "G += floor - ceiling;", "G += floor;")
add(FILE, "Z[i][i] -= ceiling;", ";")
add(FILE, "Z[i][i] -= ceiling;", "Z[i][i] += ceiling;")
add(
    FILE,
    "mpz_submul(Z[a][b].get_mpz_t(), share.get_mpz_t(), other.get_mpz_t());",
    "mpz_addmul(Z[a][b].get_mpz_t(), share.get_mpz_t(), other.get_mpz_t());",
)
add(FILE, "mpz_submul(Z[a][b].get_mpz_t(), share.get_mpz_t(), other.get_mpz_t());", ";")
add(FILE, "if (missed <= 0) return false;", "if (missed <= 0) missed = 1;")
add(
    FILE,
    "return std::all_of(error.begin(), error.end(), [&](const mpz_class& total) { return total < c; });",
    "return true;",
    equivalent="remainders are below bound, on the diagonal below 2 bound: a row stays below (n + 1) bound",
)
add(FILE, "if (A[i][i] <= 0) return false;", ";", equivalent="its pivot is then at most -c, and refused")
add(FILE, "if (abs(element) > largest)\n                return false;", "if (false) return false;")
add(
    FILE,
    "error[i] += abs(missed);",
    "error[i] += missed;",
    equivalent="remainders of floored quotients and of roots are not negative",
)
add(FILE, "c = 8 * n * bound", "c = 0 * n")
add(FILE, "A[i][j] += c * v[i] * v[j]", "A[i][j] += i == j ? mpz_class(c * v[i] * v[j]) : mpz_class(0)")
add(FILE, "eta += static_cast<unsigned long>(longest + 1);", ";")
add(
    FILE,
    "total += 2 * fraction(overlap * overlap, members[i]->norm * members[k]->norm);",
    "total += fraction(overlap * overlap, members[i]->norm * members[k]->norm);",
)
add(FILE, "total += 2 * fraction(overlap * overlap, members[i]->norm * members[k]->norm);", ";")
add(
    FILE,
    "run.low = first.rho_low - first.residual, run.high = first.rho_high + first.residual, run.defect = 0;",
    "run.low = first.rho_low, run.high = first.rho_high, run.defect = 0;",
)
add(
    FILE,
    'if (run.defect >= fraction(1, 2)) throw Undecided("the vectors of levels that may coincide are not independent");',
    ";",
)
add(FILE, "above / root_below(1 - run.defect, bits)", "above")
add(
    FILE, "(most - least) / 2 * root_above(1 + run.defect, bits) + root_above(square, bits)", "root_above(square, bits)"
)
add(
    FILE,
    "(most - least) / 2 * root_above(1 + run.defect, bits) + root_above(square, bits)",
    "(most - least) / 2 * root_above(1 + run.defect, bits)",
)
add(
    FILE,
    "run.low = middle - omega, run.high = middle + omega;",
    "run.low = middle - omega / 2, run.high = middle + omega / 2;",
)
add(FILE, "runs[i].low > runs[i - 1].high", "runs[i].high > runs[i - 1].low")
add(FILE, "level.low -= r * r / (*b - level.rho_high);", ";")
add(FILE, "level.low -= r * r / (*b - level.rho_high);", "level.low -= r * r / (*b - level.rho_high) / 2;")
add(FILE, "level.high += r * r / (level.rho_low - *a);", ";")
add(FILE, "level.deviation = root_of_two * r / (*b - level.rho_high);", "level.deviation = r / (*b - level.rho_high);")
add(FILE, "level.deviation = root_of_two * r / (*b - level.rho_high);", "level.deviation = 0;")
add(FILE, "std::max(level.deviation, mpq_class(root_of_two * r / (level.rho_low - *a)))", "level.deviation")
add(FILE, "kappa += level->residual * level->residual / (*gap * *gap)", "kappa += 0")
add(FILE, "level->deviation = kappa;", "level->deviation = 0;")
add(FILE, "if (gap) level->deviation += level->residual / *gap;", ";")
add(
    FILE, "level->low = run.low, level->high = run.high;", "level->low = level->rho_low, level->high = level->rho_high;"
)
add(FILE, "std::min(*gap, mpq_class(*b - run.high))", "std::max(*gap, mpq_class(*b - run.high))")
add(FILE, "if (i) a = runs[i - 1].high;", "if (i) a = runs[i - 1].low;")
add(FILE, "if (i + 1 < runs.size()) b = runs[i + 1].low;", ";")
add(FILE, "if (i + 1 < runs.size()) b = runs[i + 1].low;", "if (i + 1 < runs.size()) b = runs[i + 1].high;")
add(
    FILE,
    'if (a && *a >= run.low) throw Undecided("two vectors may prove the same level");',
    ";",
    equivalent="the check of b of the run before is the same inequality and comes first",
)
add(
    FILE,
    'if (b && *b <= run.high) throw Undecided("a level is not proven to lie below the next one or the ceiling");',
    ";",
)
add(
    FILE,
    "std::labs(i.two_S - j.two_S) != 1",
    "std::labs(i.two_S - j.two_S) > 1",
    equivalent="two_S of N and of N+1 electrons differ by an odd number",
)
add(FILE, "root_above(norm, bits) * (i.deviation + j.deviation)", "(i.deviation + j.deviation)")
add(FILE, "root_above(norm, bits) * (i.deviation + j.deviation)", "root_above(norm, bits) * i.deviation")
add(FILE, "root_above(norm, bits) * (i.deviation + j.deviation)", "root_above(norm, bits) * j.deviation")
add(FILE, "root_above(square, bits) + error", "root_above(square, bits)")
add(FILE, "std::max(mpq_class(0), mpq_class(root_below(square, bits) - error))", "root_below(square, bits)")
checker_claims.add_to(TABLE)
