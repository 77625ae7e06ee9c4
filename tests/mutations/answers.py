"""Mutations of `qdverify/reference/answers` and `qdverify/reference/oracle.py` that overstate what is proven."""

# source text is quoted as it stands

from mutation import Table

TESTS = {"": ["test_rigour_answers", "test_rigour_enclosed_answers", "test_oracle_order", "test_reference"]}
TABLE = Table("qdverify/reference", TESTS)
add = TABLE.add

FILE = "answers/answer.py"
add(
    FILE,
    "size = max(abs(value).lower(), arb(scale).upper())",
    "size = max(abs(value).upper(), arb(scale).upper(), arb(1))",
)
add(FILE, "arb(10) ** -digits", "arb(10) ** (-digits // 2)")
add(FILE, "return bool(value.rad() <=", "return bool(value.rad() >=")

FILE = "answers/clusters.py"
add(FILE, "if group.start < count < group.stop:", "if False:")
add(FILE, "if group.start < count < group.stop:", "if group.start < count < group.stop - 1:")
add(FILE, "if group.start < count < group.stop:", "if group.start + 1 < count < group.stop:")
add(FILE, "hull = hull.union(energy)", "pass")
add(FILE, "hull = hull.union(energy)", "hull = energy")
add(FILE, "self.energies[group.start + 1 : group.stop]", "self.energies[group.start + 1 : group.stop - 1]")
add(FILE, "if len(group) > 1:", "if len(group) > 2:")
add(FILE, "members = tuple((two_S, parity, counts[two_S, parity])", "members = tuple((two_S, parity, 1)")
add(FILE, "start += count\n", "start += 1\n")
add(FILE, "range(start, start + count)))", "range(start, start + 1)))")
add(
    FILE,
    "if len(after.positions) == len(before.positions) == 1:",
    "if len(after.positions) == 1 or len(before.positions) == 1:",
)
add(FILE, "(rows[j][i] for j in js for i in columns)", "(rows[j][i] for j in js[:1] for i in columns)")
add(FILE, "(rows[j][i] for j in js for i in columns)", "(rows[j][i] for j in js for i in columns[:1])")
add(FILE, "max(tops.get(key, arb(0)), total.upper())", "total.upper()")
add(FILE, "max(tops.get(key, arb(0)), total.upper())", "max(tops.get(key, arb(0)), total.lower())")
add(FILE, "arb(0).union(top) if top > 0", "top if top > 0")
add(FILE, "arb(0).union(top) if top > 0", "arb(0).union(top / 2) if top > 0")
add(FILE, "for (js, columns), top in tops.items():", "for (js, columns), top in ():")
add(FILE, "key = after.positions, before.positions", "key = after.positions, range(1)")

FILE = "answers/enclosed.py"
add(FILE, "if all(accurate(value, digits) for value in values if not value.is_zero()):", "if True:")
add(FILE, "bits = working_bits(digits) << attempt", "bits = working_bits(digits)")
add(FILE, "square = ball(dot.length**2)", "square = ball(dot.length)")
add(FILE, "known = all(accurate(", "known = any(accurate(")
add(
    FILE,
    "known = all(accurate(value, digits, least) for value in (*single, *(part.value for part in sums)))",
    "known = True",
)
add(FILE, "for value in (*single, *(part.value for part in sums)))", "for value in single)")
add(FILE, "least = _absolute(attempt, digits)", "least = arb(1)")
add(FILE, "if all(accurate(level.energy, digits, unit) for level in found.levels[:count]):", "if True:")
add(FILE, "else 1 / dot.length**2)", "else 10**20 / dot.length**2)")
add(FILE, "_listing(part, electrons + k).cut(counts[k], name)", "_listing(part, electrons + k)")
add(FILE, '["electrons"]).cut(inputs["levels"], "levels")', '["electrons"])')
FILE = "answers/enclosed_transport.py"
add(FILE, 'lead.get("kT")) for lead in inputs["leads"]]', 'lead.get("kT")) for lead in inputs["leads"][::-1]]')
add(
    FILE,
    '"I_L": solution.current_left, "I_R": solution.current_right',
    '"I_L": solution.current_right, "I_R": solution.current_left',
    equivalent="both are balls of one and the same current",
)
FILE = "answers/enclosed.py"
add(FILE, 'return Answer(Grade.ENCLOSED, {"M": stated}', 'return Answer(Grade.EXACT, {"M": stated}')
add(
    FILE,
    "return Answer(Grade.ENCLOSED, values, method + _told(found), clusters, (), _caveat(clusters, [found]))",
    "return Answer(Grade.EXACT, values, method + _told(found), clusters, (), _caveat(clusters, [found]))",
)
add(
    FILE,
    '{"M": stated}, method, clusters, sums, _caveat(clusters, found))',
    '{"M": rows}, method, clusters, sums, _caveat(clusters, found))',
)
add(
    FILE,
    '{"M": stated}, method, clusters, sums, _caveat(clusters, found))',
    '{"M": stated}, method, clusters, sums, "")',
)
add(FILE, "clusters, (), _caveat(clusters, [found])", '(), (), ""')
add(FILE, '"energies": listing.stated_energies(),', '"energies": list(listing.energies),')
add(FILE, "except Unresolved as error:", "except ZeroDivisionError as error:")

FILE = "answers/exact.py"
add(FILE, 'if dot["kernel"] == "soft-coulomb" and dot["strength"] != 0:', "if False:")
add(
    FILE,
    'if dot["kernel"] == "soft-coulomb" and dot["strength"] != 0:',
    'if dot["kernel"] == "soft-coulomb" and dot["strength"] > 0:',
)
add(FILE, "if electrons >= 2 and not constant", "if electrons > 2 and not constant")
add(
    FILE,
    'and dot["kernel"] != "none" and dot["strength"] != 0:',
    'and dot["kernel"] == "soft-coulomb" and dot["strength"] != 0:',
)
add(FILE, 'strength = dot["strength"] if constant else 0', 'strength = dot["strength"]')
add(FILE, 'strength = dot["strength"] if constant else 0', "strength = 0")
add(FILE, 'inputs["electrons"] + count)', 'inputs["electrons"])')
add(FILE, "highest = electrons + 1 + max(counts)", "highest = electrons + 1")
add(FILE, "if groups and level.energy == levels[groups[-1].start].energy:", "if False:")
add(
    FILE,
    "if groups and level.energy == levels[groups[-1].start].energy:",
    "if groups and level.two_S == levels[groups[-1].start].two_S and level.energy == levels[groups[-1].start].energy:",
)
add(FILE, "if all(low == high or low_ball < high_ball", "if any(low == high or low_ball < high_ball")
add(
    FILE,
    "if all(low == high or low_ball < high_ball for (low, high), (low_ball, high_ball) in neighbours):",
    "if True:",
)
add(FILE, '.cut(count, "levels")', "")
add(FILE, "_listing(levels, electrons + k).cut(counts[k], name)", "_listing(levels, electrons + k)")
add(
    FILE,
    "return _by_label(levels)",
    "return tuple(levels)",
    equivalent="`analytic` sorts levels of one energy by spin, and equal sums of n^2 have equal parity",
)
add(FILE, "return terms[0] ** int(expression.exp)", "return terms[0]")
add(FILE, "return sum(terms, arb(0))", "return terms[0]")
add(FILE, "Fraction(int(expression.p), int(expression.q))", "Fraction(float(expression))")
add(
    FILE,
    '{"M": stated}, method, clusters, sums, _caveat(clusters))',
    '{"M": [[as_ball(value) for value in row] for row in exact]}, method, clusters, sums, _caveat(clusters))',
)
add(FILE, "_symbolic_weight(change).subs", "_symbolic_weight(-change).subs")
add(FILE, "if abs(change) == 1 else sympy.Integer(0)", "if abs(change) <= 2 else sympy.Integer(0)")
add(
    FILE,
    'kernel = "none" if dot["strength"] == 0 else dot["kernel"]',
    'kernel = dot["kernel"]',
    equivalent="the rational integrals of a kernel of strength zero are zero, and soft Coulomb has none",
)

FILE = "oracle.py"
add(FILE, "-(-(radius + abs(rounded * unit - middle)) // unit)", "(radius + abs(rounded * unit - middle)) // unit")
add(FILE, "radius + abs(rounded * unit - middle)", "radius")
add(FILE, "radius + abs(rounded * unit - middle)", "abs(rounded * unit - middle)")
add(
    FILE,
    "rounded = (middle + unit // 2) // unit",
    "rounded = middle // unit",
    equivalent="rounds down in place of to the nearest; the radius covers the measured difference",
)
add(FILE, "total = self.rad + abs(Decimal(float(self.mid)) - self.mid)", "total = self.rad")
add(
    FILE,
    "total = self.rad + abs(Decimal(float(self.mid)) - self.mid)",
    "total = abs(Decimal(float(self.mid)) - self.mid)",
)
add(FILE, "nextafter(float(total) * (1 + 2**-50), inf) if total else 0.0", "float(total)")
add(FILE, "nextafter(float(total) * (1 + 2**-50), inf) if total else 0.0", "float(total) * (1 + 2**-50)")
add(FILE, "return max((number.bound for number in numbers", "return min((number.bound for number in numbers")
add(FILE, "for number in numbers if isinstance(number, Enclosed)", "for number in list(numbers)[:1]")
add(FILE, "not _below(*printed[low : low + 2]):", "False:")
add(FILE, "return low.mid + low.rad < high.mid - high.rad", "return low.mid < high.mid")
add(
    FILE,
    "return low.mid + low.rad < high.mid - high.rad",
    "return low.mid + low.rad <= high.mid - high.rad",
    equivalent="printed decimals whose ends coincide are not met: the balls behind them are disjoint by more",
)
add(
    FILE,
    "best = min((printed[position] for position in positions), key=lambda number: number.rad)",
    "best = Enclosed(printed[positions.start].mid, Decimal(0))",
)
add(FILE, "if value.is_zero():", "if value.contains(0):")
add(FILE, "answer = exact_answer(case) or enclosed_answer(case, digits)", "answer = enclosed_answer(case, digits)")
add(FILE, "return OracleReference(case, answer.grade,", "return OracleReference(case, Grade.EXACT,")
