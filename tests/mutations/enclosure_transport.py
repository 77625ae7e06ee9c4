"""Mutations of the balls of a rate equation in `qdverify/reference/enclosure`: too narrow, or of something else."""

# source text is quoted as it stands

import enclosure
from mutation import Table

TESTS = {
    "transport.py": ["test_rigour_enclosure", "test_enclosure_transport"],
    "elimination.py": ["test_enclosure_transport"],
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
add(FILE, "if reached >= 3.33 * digits:", "if reached >= digits:")
add(
    FILE,
    "(value.rel_accuracy_bits() for value in result.populations), *of_flows)",
    "(value.rel_accuracy_bits() for value in result.populations))",
)
add(FILE, "reached = min(", "reached = max(")
add(FILE, "if reached >= 3.33 * digits:", "if reached >= 0:")
add(FILE, "len({(leads[place].mu, leads[place].kT or kT)", "len({round(leads[place].mu, 9)")
add(FILE, "(self.two_S[i] + 1) / (self.two_S[j] + 1)", "(self.two_S[j] + 1) / (self.two_S[i] + 1)")
add(FILE, "as_ball(2 * lead.rate)", "as_ball(lead.rate)")
add(FILE, "energies[j] - energies[i] - shift", "energies[j] - energies[i] + shift")
add(
    FILE,
    "ball(number) if isinstance(number, Fraction) else number",
    "ball(number) if isinstance(number, Fraction) else number.mid()",
)
add(FILE, "net[way.lead] += into - out", "net[way.lead] += into + out")
add(
    FILE,
    "number == 0 if isinstance(number, Fraction) else bool(number.is_zero())",
    "number == 0 if isinstance(number, Fraction) else bool(number.contains(0))",
)

# Elimination
FILE = "elimination.py"
add(FILE, "if j != i:", "if True:", equivalent="rates from a state to itself are never read")

# Full counting statistics
FILE = "counting.py"
add(FILE, "max(lower, min(q.lower() for q in quotients))", "max(lower, max(q.lower() for q in quotients))")
add(FILE, "min(upper, max(q.upper() for q in quotients))", "min(upper, min(q.upper() for q in quotients))")
add(FILE, "rates[a, a] = -rate", "rates[a, a] = arb(0)")
add(FILE, "if len({fields[item.lead] for item in passages}) <= 1:", "if len({*fields}) <= 2:")

# Cumulants
FILE = "cumulants.py"
add(FILE, "growth[m] - own[m]", "growth[m]")
add(FILE, "growth[m] - own[m]", "own[m]")
add(FILE, "if item.lead in counted else 0", "")
add(FILE, "count**order / FACTORIALS[order]", "count**order")
add(FILE, "2 * found[0][0], arb(0)", "found[0][0], arb(0)")
add(FILE, "remaining[highest] * populations[order[0]]", "remaining[highest]")

# Linear response
FILE = "network.py"
add(FILE, "one.conductance * other.conductance / total", "one.conductance * other.conductance")
add(FILE, "large.more + towards * share", "large.more")
add(FILE, "-self.x, -self.more", "self.x, self.more")
add(FILE, "(new.x - old.x) + (new.more - old.more)", "new.x - old.x")
add(FILE, "all(edge.shares == first for edge in edges)", "True")
FILE = "lead_response.py"
add(FILE, "entries[a + first][b + second] -= value", "entries[a + first][b + second] += value")
FILE = "linear_response.py"
add(FILE, "-beyond * unit", "0 * unit")
add(FILE, "b - beyond * a", "b")
add(FILE, "mean = start + beyond", "mean = start")

# Slopes with the bias
FILE = "bias_slope.py"
add(FILE, "(way.leaving, -ratio * way.entering", "(way.leaving, ratio * way.entering")
add(FILE, "(slope + minus * share * change) / out", "slope / out")
add(FILE, "(-into[1], gross[1])", "(into[1], gross[1])")
