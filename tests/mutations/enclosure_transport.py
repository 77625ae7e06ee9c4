"""Mutations of the balls of a rate equation in `qdverify/reference/enclosure`: too narrow, or of something else."""

# source text is quoted as it stands

import enclosure
from mutation import Table

TESTS = {
    "transport.py": ["test_rigour_enclosure", "test_enclosure_transport", "test_enclosure_leads"],
    "elimination.py": ["test_enclosure_bias_slope", "test_enclosure_transport", "test_enclosure_leads"],
    "counting.py": ["test_enclosure_counting", "test_enclosure_leads"],
    "cumulants.py": ["test_enclosure_cold_response", "test_enclosure_leads"],
    "network.py": ["test_enclosure_cold_response", "test_enclosure_leads"],
    "lead_response.py": ["test_enclosure_leads"],
    "linear_response.py": ["test_enclosure_leads"],
    "bias_slope.py": ["test_enclosure_bias_slope"],
    "": enclosure.TESTS[""],
}
TABLE = Table("qdverify/reference/enclosure", TESTS)
add = TABLE.add

# Rate equation
FILE = "transport.py"
add(FILE, "if reached >= BITS_A_DIGIT * digits:", "if reached >= digits:")
add(FILE, "float(min(populations, *(value.rel_accuracy_bits() for value in flows)))", "float(populations)")
add(FILE, "reached = min(populations, *of_flows)", "reached = max(populations, *of_flows)")
add(FILE, "if reached >= BITS_A_DIGIT * digits:", "if reached >= 0:")
add(FILE, "len({(self.leads[place].mu, self.temperatures[place])", "len({round(self.leads[place].mu, 9)")
add(FILE, "(equation.two_S[i] + 1) / (equation.two_S[j] + 1)", "(equation.two_S[j] + 1) / (equation.two_S[i] + 1)")
add(FILE, "if M[place] is not given:", "if False:")
add(FILE, "self.leads[first].mu - lead.mu", "lead.mu - self.leads[first].mu")
add(FILE, "kT == self.temperatures[first] and abs", "abs")
add(FILE, "as_ball(2 * lead.rate)", "as_ball(lead.rate)")
add(FILE, "energies[j] - energies[i] - shift", "energies[j] - energies[i] + shift")
add(
    FILE,
    "ball(number) if isinstance(number, Fraction) else number",
    "ball(number) if isinstance(number, Fraction) else number.mid()",
)
add(FILE, "passed = into + out if gross else into - out", "passed = into + out")
add(
    FILE,
    "not number if isinstance(number, Fraction) else bool(number.is_zero())",
    "not number if isinstance(number, Fraction) else bool(number.contains(0))",
)

# Elimination
FILE = "elimination.py"
add(FILE, "if j != i or returns:", "if True:", equivalent="rates from a state to itself are read by cumulants alone")
add(FILE, "if j != i or returns:", "if j != i:")
add(FILE, "change * rate + share * of_row[j]", "share * of_row[j]")
add(FILE, "change * rate + share * of_row[j]", "change * rate")
add(FILE, "1 if gross else -1", "1")
add(FILE, "1 if gross else -1", "-1")

# Full counting statistics
FILE = "counting.py"
add(FILE, "max(lower, min(q.lower() for q in quotients))", "max(lower, max(q.lower() for q in quotients))")
add(FILE, "min(upper, max(q.upper() for q in quotients))", "min(upper, min(q.upper() for q in quotients))")
add(FILE, "rates[a, a] = -rate", "rates[a, a] = arb(0)")
add(FILE, "if len({fields[item.lead] for item in passages}) <= 1:", "if len({*fields}) <= 2:")

# Cumulants
FILE = "cumulants.py"
add(FILE, "growth[m] - counted[m]", "growth[m]")
add(FILE, "growth[m] - counted[m]", "counted[m]")
add(FILE, "if way.lead in counted:", "if True:")
add(FILE, "sign**order * part / FACTORIALS[order]", "sign**order * part")
add(FILE, "sign**order * part / FACTORIALS[order]", "part / FACTORIALS[order]")
add(FILE, "2 * found[0][0], arb(0)", "found[0][0], arb(0)")
add(FILE, "[order] * populations[last]", "[order]")
add(FILE, "reached = min(noise.rel_accuracy_bits(), accurate", "reached = max(noise.rel_accuracy_bits(), accurate")

# Linear response
FILE = "network.py"
add(FILE, "share * other.conductance", "one.conductance * other.conductance")
add(FILE, "weights[level] * there / back", "weights[level] * back / there")
add(FILE, "large.more + towards * share", "large.more")
add(FILE, "-self.x, -self.more", "self.x, self.more")
add(FILE, "(new.x - old.x) + (new.more - old.more)", "new.x - old.x")
add(FILE, "all(edge.shares.exact == first for edge in edges)", "True")
FILE = "lead_response.py"
add(FILE, "entries[a + first][b + second] -= value", "entries[a + first][b + second] += value")
add(FILE, "else (0, -1)", "else (0, 1)")
FILE = "linear_response.py"
add(FILE, "-beyond * unit", "0 * unit")
add(FILE, "b - beyond * a", "b")
add(FILE, "mean = start + beyond", "mean = start")

# Slopes with the bias
FILE = "bias_slope.py"
add(FILE, "-way.leaving * way.filled", "way.leaving * way.filled")
add(FILE, "way.entering * way.empty", "way.entering")
add(FILE, "-slope if self._barrier else slope", "slope")
add(FILE, "passed[j] - leaving", "passed[j] + leaving")
