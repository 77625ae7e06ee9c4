"""Mutations of `qdverify/reference/enclosure` that narrow a ball, weaken a proof or lose a level."""

# source text is quoted as it stands

from mutation import Table

TESTS = {
    "eigenpairs.py": ["test_rigour_eigenpairs", "test_enclosure_levels"],
    "eigenvalues.py": ["test_rigour_counts", "test_enclosure_eigenvalues"],
    "feshbach.py": ["test_rigour_counts", "test_enclosure_levels"],
    "fixed_point.py": ["test_rigour_model", "test_enclosure_hamiltonian"],
    "hamiltonian.py": ["test_rigour_model", "test_enclosure_hamiltonian"],
    "determinants.py": ["test_enclosure_growth", "test_enclosure_hamiltonian"],
    "strings.py": ["test_enclosure_basis", "test_enclosure_hamiltonian"],
    "basis.py": ["test_enclosure_basis", "test_enclosure_hamiltonian"],
    "interaction.py": ["test_enclosure_interaction"],
    "moments.py": ["test_rigour_model", "test_enclosure_moments"],
    "levels.py": ["test_rigour_enclosure", "test_enclosure_levels", "test_enclosure_transitions"],
    "order.py": ["test_rigour_enclosure", "test_oracle_order"],
    "spectrum.py": ["test_rigour_enclosure", "test_enclosure_levels"],
    "transitions.py": ["test_rigour_enclosure", "test_enclosure_transitions", "test_enclosure_hamiltonian"],
    "": [
        "test_enclosure_levels",
        "test_enclosure_transitions",
        "test_reference",
        "test_oracle_order",
        "test_rigour_answers",
    ],
}
TABLE = Table("qdverify/reference/enclosure", TESTS)
add = TABLE.add

# Eigenpairs: from a vector to a proven level
FILE = "eigenpairs.py"
add(FILE, "* unit + rounding\n", "* unit\n")
add(FILE, ".sqrt() * unit + rounding", " * unit + rounding")
add(
    FILE,
    'energy = arb(fmpz(quotient)) * unit + unit * arb("0.5 +/- 0.5") + arb(0, rounding.upper())',
    'energy = arb(fmpz(quotient)) * unit + unit * arb("0.5 +/- 0.5")',
)
add(FILE, ' + unit * arb("0.5 +/- 0.5")', "")
add(FILE, "common = lcm(*(int(value) for value in set(metric)))", "common = max(int(value) for value in set(metric))")
add(FILE, "(common // metric)).sum()", "common).sum()")
add(FILE, "arb(fmpz(norm * common))", "arb(fmpz(norm * norm * common))")
add(FILE, "size.upper()), residual", "size.lower() / 2), residual")
add(FILE, "norm = int(vector @ weighted)", "norm = int(vector @ vector)")
add(FILE, "reach = 4 * pair.residual", "reach = 0 * pair.residual")
add(FILE, "return (pair.quotient + 4 * pair.residual).upper()", "return pair.quotient.upper()")
add(FILE, "not max(_top(other) for other in groups[-1])", "not min(_top(other) for other in groups[-1])")
add(FILE, "if not cluster.upper < above:", "if not cluster.lower < above:")
add(FILE, "if not cluster.upper < above:", "if False:")
add(FILE, "below = clusters[i - 1].upper if i", "below = clusters[i - 1].lower if i")
add(FILE, "above = clusters[i + 1].lower if", "above = clusters[i + 1].upper if")
add(FILE, "if i + 1 < len(clusters) else ceiling", "if i + 1 < len(clusters) else arb.pos_inf()")
add(FILE, "if not defect < 1:", "if False:")
add(FILE, "(2 * total / (1 - defect)", "(total / (1 - defect)")
add(FILE, "total / (1 - defect).sqrt()).upper()", "total).upper()")
add(
    FILE,
    "total = sum((pair.residual * pair.residual for pair in pairs), arb(0)).sqrt()",
    "total = max(pair.residual for pair in pairs)",
)
add(FILE, "return min((pair.quotient - self.radius).lower()", "return max((pair.quotient - self.radius).lower()")
add(FILE, "return max((pair.quotient + self.radius).upper()", "return min((pair.quotient + self.radius).upper()")
add(FILE, "(pair.quotient - self.radius).lower()", "pair.quotient.lower()")
add(FILE, "gap = min((self.lower", "gap = max((self.lower")
add(FILE, "spread = self.defect + sum", "spread = sum")
add(
    FILE,
    "spread = self.defect + sum(((pair.residual / gap) * (pair.residual / gap) for pair in self.pairs), arb(0))",
    "spread = self.defect",
)
add(FILE, "(pair.residual / gap + spread).upper()", "spread.upper()")
add(FILE, "self.lower.union(self.upper),", "pair.quotient,")
add(FILE, "energy = (rho - r * down).union(rho + r * up)", "energy = (rho - r * up).union(rho + r * down)")
add(FILE, "energy = (rho - r * down).union(rho + r * up)", "energy = (rho - r * down).union(rho)")
add(FILE, "energy = (rho - r * down).union(rho + r * up)", "energy = rho.union(rho + r * up)")
add(FILE, "energy = (rho - r * down).union(rho + r * up)", "energy = rho")
add(FILE, "energy = (rho - r * down).union(rho + r * up)", "energy = (rho - r * down / 2).union(rho + r * up / 2)")
add(FILE, "sine = max(up.upper(), down.upper())", "sine = min(up.upper(), down.upper())")
add(FILE, "sine * arb(2).sqrt()", "sine")
add(FILE, "square += 2 * overlap * overlap", "square += overlap * overlap")
add(
    FILE,
    "overlap * overlap / (arb(fmpz(one.norm)) * arb(fmpz(two.norm)))",
    "overlap * overlap / arb(fmpz(one.norm)) ** 3",
)
add(FILE, "one.vector @ (metric * two.vector)", "one.vector @ two.vector")
add(FILE, "rho, r = pair.quotient, pair.residual", "rho, r = pair.quotient.mid(), pair.residual")

# All eigenvalues of a matrix
FILE = "eigenvalues.py"
add(FILE, " / (1 - defect).sqrt() + arb(error)", " / (1 - defect).sqrt()")
add(FILE, " / (1 - defect).sqrt() + arb(error)", " + arb(error)")
add(FILE, "if not defect < 1:", "if False:")
add(FILE, "* _slack(matrix.size) + arb(TINY)", "* _slack(matrix.size)")
add(FILE, "* _slack(matrix.size) + arb(TINY)", "+ arb(TINY)")
add(FILE, "return 1 + gamma(terms + 8)", "return 1 + gamma(1)")
add(FILE, "return n * arb(UNIT) / (1 - n * arb(UNIT))", "return arb(UNIT) / (1 - n * arb(UNIT))")
add(
    FILE,
    "return n * arb(UNIT) / (1 - n * arb(UNIT))",
    "return n * arb(UNIT)",
    equivalent="differs by n^2 u^2, and the number of terms is counted eight higher than the sum needs",
)
add(FILE, "frobenius(gram - np.eye(n)) + (gamma(n) * largest + arb(UNIT) * 2) * n", "frobenius(gram - np.eye(n))")
add(FILE, "(gamma(n) * largest + arb(UNIT) * 2) * n", "gamma(n) * largest + arb(UNIT) * 2")
add(FILE, "frobenius(gram - np.eye(n)) +", "")
add(FILE, "frobenius(residual) + rounding + rest_error * n", "frobenius(residual) + rounding")
add(FILE, "frobenius(residual) + rounding + rest_error * n", "frobenius(residual) + rest_error * n")
add(FILE, "return frobenius(residual) + rounding", "return rounding")
add(FILE, "(frobenius(residual) + frobenius(outer)", "(frobenius(outer)")
add(FILE, "rest = (h2 + a3) @ y2 + a3 @ y1 + matrix @ y3", "rest = (h2 + a3) @ y2 + a3 @ y1")
add(FILE, "rest = (h2 + a3) @ y2 + a3 @ y1 + matrix @ y3", "rest = (h2 + a3) @ y2 + matrix @ y3")
add(FILE, "rest = (h2 + a3) @ y2 + a3 @ y1", "rest = h2 @ y2 + a3 @ y1")
add(FILE, "middle = h1 @ y2 + h2 @ y1", "middle = h1 @ y2")
add(FILE, "inner = rest + (difference_error - product_error)", "inner = rest")
add(FILE, "(difference_error - product_error)", "(difference_error + product_error)")
add(FILE, "b = floor((53 - ceil(log2(n))) / 2)", "b = floor((53 + ceil(log2(n))) / 2)")
add(FILE, "** (1 - 2 * b)", "** (1 - 4 * b)")

# The count below a ceiling
FILE = "feshbach.py"
add(FILE, "delta = columns.error", "delta = arb(0)")
add(FILE, "delta + 2 * delta * norm / least.sqrt() + delta**2 / least", "delta")
add(FILE, "delta + 2 * delta * norm / least.sqrt() + delta**2 / least", "delta + 2 * delta * norm / least.sqrt()")
add(
    FILE,
    "delta + 2 * delta * norm / least.sqrt() + delta**2 / least",
    "2 * delta * norm / least.sqrt() + delta**2 / least",
)
add(FILE, "2 * delta * norm / least.sqrt()", "delta * norm / least.sqrt()")
add(FILE, "2 * delta * norm / least.sqrt()", "2 * delta * norm / least")
add(FILE, "error += (gamma(int(np.diff(coupling.indptr).max())) + 7 * arb(UNIT)) * norm**2", "pass")
add(FILE, "(gamma(int(np.diff(coupling.indptr).max())) + 7 * arb(UNIT)) * norm**2", "7 * arb(UNIT) * norm")
add(
    FILE,
    "error += 2 * arb(UNIT) * (frobenius(inner) + frobenius(square)",
    "error += 0 * (frobenius(inner) + frobenius(square)",
)
add(FILE, "error = delta + 2 * arb(UNIT) * (frobenius(inner) + abs(arb(sigma)) * arb(states).sqrt())", "error = delta")
add(FILE, "enclosed.values <= float(enclosed.radius.upper())", "enclosed.values <= 0")
add(FILE, "enclosed.values <= float(enclosed.radius.upper())", "enclosed.values <= -float(enclosed.radius.upper())")
add(FILE, "lowest = float(floor.lower()) - sigma", "lowest = -sigma")
add(FILE, "lowest = float(floor.lower()) - sigma", "lowest = abs(float(floor.lower())) - sigma")
add(FILE, "lowest = float(floor.lower()) - sigma", "lowest = float(floor.upper()) - sigma")
add(FILE, " - 8 * UNIT * (kinetic + abs(lowest) + abs(sigma))", "")
add(FILE, "effective = inner - square\n", "effective = inner + square\n")
add(FILE, "effective = inner - square\n", "effective = inner\n")
add(FILE, "effective = effective - sigma * identity", "effective = effective + sigma * identity")
add(FILE, "if not energies.min() > 0:", "if False:")
add(FILE, "(pi**2 / 2)\n        lowest", "(pi**2)\n        lowest")
add(FILE, "np.triu(effective) + np.triu(effective, 1).T", "np.triu(effective, 1) + np.triu(effective, 1).T")
add(FILE, "arb.pi() ** 2 * kinetic / 2 + floor - arb(sigma)", "arb.pi() ** 2 * kinetic + floor - arb(sigma)")
add(FILE, "kinetic[states])\n", "kinetic[-1])\n")
add(
    FILE,
    "_count(hamiltonian, states, sigma, floor or arb(0), expected) <= expected",
    "_count(hamiltonian, states, sigma, floor or arb(0), expected) <= expected + 1",
)
add(
    FILE,
    "best = min(best, _count(hamiltonian, states, sigma, floor, expected, columns=columns))",
    "best = min(best, expected, _count(hamiltonian, states, sigma, floor, expected, columns=columns))",
)
add(FILE, "if floor is not None else size", "if True else size")
add(FILE, "arb(nextafter(float(energies.min()), 0.0))", "arb(float(energies.max()))")

# The Hamiltonian as integers
FILE = "fixed_point.py"
add(FILE, "pairs = 4 * electrons", "pairs = electrons")
add(FILE, "electrons * (electrons - 1) * self.dot.orbitals**2", "electrons * (electrons - 1) * self.dot.orbitals")
add(FILE, "electrons * (electrons - 1) * self.dot.orbitals**2", "electrons * self.dot.orbitals**2")
add(FILE, "pairs * self.pair_error + electrons * self.kinetic_error", "pairs * self.pair_error")
add(FILE, "pairs * self.pair_error + electrons * self.kinetic_error", "electrons * self.kinetic_error")
add(FILE, "pairs * self.pair_error + electrons * self.kinetic_error", "pairs * self.pair_error + self.kinetic_error")
add(FILE, "arb(2) ** -self.bits", "arb(2) ** (-2 * self.bits)")
add(FILE, "self.pair_error * unit + half_unit", "self.pair_error * unit")
add(FILE, "self.pair_error * unit + half_unit", "half_unit")
add(FILE, "self.kinetic_error * unit + half_unit", "self.kinetic_error * unit")
add(FILE, "self.kinetic_error * unit + half_unit", "half_unit")
add(FILE, "unit = arb(2) ** -shift", "unit = arb(4) ** -shift")
add(
    FILE,
    "error = max(error, abs(value - arb(fmpz(nearest))).upper())",
    "error = abs(value - arb(fmpz(nearest))).upper()",
)
add(FILE, "abs(value - arb(fmpz(nearest))).upper()", "abs(value.mid() - arb(fmpz(nearest))).upper()")
add(FILE, "error = max(error, abs(value - arb(fmpz(nearest))).upper())", "error = max(error, value.rad())")
add(
    FILE,
    "(mantissa + (1 << (-exponent - 1))) >> -exponent",
    "mantissa >> -exponent",
    equivalent="rounds down in place of to the nearest; the error is measured, not assumed",
)
add(FILE, "half = (1 << shift) >> 1", "half = 0")
add(FILE, "return (longest + 1) // width + 1", "return longest // width + 1")
add(FILE, "value * scale / 2 for value in row", "value * scale for value in row")
add(FILE, "- pairs[t, d_] + pairs[t, t_]", "- pairs[t, d_] - pairs[t, t_]")

# The Hamiltonian on a block
FILE = "hamiltonian.py"
add(FILE, ' * arb("1.01") + model.rounding(self.block.electrons)', ' * arb("1.01")')
add(FILE, "(arb(row) * arb(column)).sqrt() * arb", "arb(0) * arb")
add(FILE, "elementwise = (rounded + 2 * abs(value)) * (1.01 * UNIT)", "elementwise = abs(value) * UNIT")
add(FILE, "elementwise = (rounded + 2 * abs(value)) * (1.01 * UNIT)", "elementwise = (2 * abs(value)) * (1.01 * UNIT)")
add(FILE, "elementwise = (rounded + 2 * abs(value)) * (1.01 * UNIT)", "elementwise = rounded * (1.01 * UNIT)")
add(FILE, "max(initial=0.0)) for axis in (0, 1))", "min(initial=1.0)) for axis in (0, 1))")
add(
    FILE,
    "rounded = rounded * 2.0**width + abs(value)",
    "rounded = abs(value)",
    equivalent="the last partial sum dominates: earlier ones are 2^-width smaller, within the factor 1.01",
)
add(FILE, "reach = float(abs(self.block.functions).sum(axis=0).max(initial=1.0)) ** 2", "reach = 1.0")
add(FILE, "sum(axis=0).max(initial=1.0)) ** 2", "sum(axis=0).max(initial=1.0))")
add(FILE, "floor(54 - log2(", "floor(60 - log2(")
add(FILE, "for width in range(24, 3, -1):", "for width in range(26, 3, -1):\n            return width")
add(FILE, "reach *= inward * (block.alpha.orbitals + 1) * outward + hops + 1", "reach *= inward")
add(FILE, "log2(self._reach * digits_needed(longest, width)) < 53", "log2(self._reach) < 60")
add(FILE, "self._integer_matrix @ vector", "self._integer_matrix.T[::-1] @ vector")
add(
    FILE,
    "FloatMatrix(self.matrix.values[:, chosen], self.matrix.error)",
    "FloatMatrix(self.matrix.values[:, chosen], arb(0))",
)
add(
    FILE,
    "self.block.metric[row] * self.block.metric[chosen][column]",
    "self.block.metric[row] * self.block.metric[column]",
)
add(
    FILE,
    "self.model.coarse(COARSE_BITS) if self.model.bits > COARSE_BITS else self.model",
    "self.model.coarse(20)",
    equivalent="the error of the coarser model is stated with it: wider, not wrong",
)
add(FILE, "return first + second.swapaxes(1, 2)", "return first")

# Determinants and strings
FILE = "determinants.py"
add(FILE, "4 * family.orbitals + 1", "family.orbitals + 1")
add(FILE, "8 * alpha.electrons * beta.electrons", "alpha.electrons * beta.electrons")
add(FILE, "values = 2 * sign", "values = sign")
add(FILE, "(pairs[np.abs(p - q)] - pairs[p + q])", "(pairs[np.abs(p - q)] + pairs[p + q])")
FILE = "strings.py"
add(FILE, "& ((np.int64(1) << p) - 1)) & 1)", "& ((np.int64(1) << p) - 1)) & 0)")
add(FILE, "values = np.concatenate([sign, -sign], axis=1)", "values = np.concatenate([sign, sign], axis=1)")
FILE = "basis.py"
add(FILE, "inversions += is_down *", "inversions += is_up *")
add(FILE, "(two_S + 1) * v, -_lower", "two_S * v, -_lower")
add(FILE, "numbers + 1)) % 2)", "numbers)) % 2)")

# Interaction and moments
FILE = "interaction.py"
add(FILE, "pairs = Fraction(electrons * (electrons - 1), 2)", "pairs = Fraction(electrons * (electrons - 1))")
add(FILE, "return g / (1 + beta * beta).sqrt() if dot.strength >= 0 else g / beta", "return g / beta")
add(
    FILE,
    "return g / (1 + beta * beta).sqrt() if dot.strength >= 0 else g / beta",
    "return g / (1 + beta * beta).sqrt()",
)
add(
    FILE,
    "return g / (1 + beta * beta).sqrt() if dot.strength >= 0 else g / beta",
    "return g / (1 + beta).sqrt() if dot.strength >= 0 else g / beta",
)
add(FILE, "return arb(0) if dot.strength >= 0 else None", "return arb(0)")
add(
    FILE,
    "return arb(0) if dot.strength >= 0 else None\n        return g",
    "return arb(0) if dot.strength >= 0 else None\n        return abs(g)",
)
add(FILE, "table[d][d_] - table[d][t_] - table[t][d_] + table[t][t_]", "table[d][d_] - table[d][t_] - table[t][d_]")
add(FILE, "(pi * (p * p - q * q))", "(pi * (p * p + q * q))")
FILE = "moments.py"
add(FILE, "return tail + _disc(first), weighted + _disc(second)", "return tail, weighted")
add(FILE, "return tail + _disc(first), weighted + _disc(second)", "return tail + _disc(first), weighted")
add(FILE, "bound = abs(coefficient)", "bound = abs(coefficient) ** 2")
add(FILE, "bound / (2 * terms), bound / (2 * terms - 1)", "bound / (2 * terms) ** 9, bound / (2 * terms - 1) ** 9")
add(FILE, "terms = 2 + ceil((bits + 8) / (2 * log2(1 / beta)))", "terms = 2")
add(FILE, "edge = arb(0, radius.upper())", "edge = arb(0, radius.lower() / 1000)")
add(FILE, "return acb(edge, edge)", "return acb(edge, 0)")

# Levels and their order
FILE = "levels.py"
add(FILE, "if count > expected:", "if False:")
add(FILE, "if count > expected:", "if count > expected + 1:")
add(FILE, "return arb.pos_inf() if levels == hamiltonian.block.size else arb(sigma)", "return arb.pos_inf()")
add(
    FILE,
    "_prove_count(found.hamiltonian, expected, sigma, floor)",
    "_prove_count(found.hamiltonian, expected, sigma, floor)\n            break",
)
add(FILE, "            if block.size\n", "            if block.size and block.parity > 0\n")
add(FILE, "spins = allowed_spins(dot.orbitals, electrons)\n", "spins = allowed_spins(dot.orbitals, electrons)[:1]\n")
add(FILE, "Level(pair.energy / square,", "Level(pair.energy.mid() / square,")
add(FILE, "known = values[values <= horizons[shortest]]", "known = values")
add(FILE, "bits = max(COARSE_BITS, 40 + int(3.33 * digits))", "bits = COARSE_BITS")
FILE = "order.py"
add(FILE, "if groups and not top < energies[position].lower():", "if groups and not top <= energies[position].lower():")
add(FILE, "if groups and not top < energies[position].lower():", "if groups and not top < energies[position].upper():")
add(FILE, "if groups and not top < energies[position].lower():", "if False:")
add(FILE, "top = max(top, energies[position].upper())", "top = energies[position].upper()")
add(FILE, "key=lambda k: energies[k].lower()", "key=lambda k: energies[k].mid()")
add(
    FILE,
    "while asked < most and any(_may_split(dot, levels[group.start : group.stop]) for group in groups):",
    "while False:",
)
add(FILE, "asked = min(2 * asked, most)", "asked = min(2 * asked, most)\n        break")
add(
    FILE,
    "return Ordered(levels, groups, asked + extra, asked > digits)",
    "return Ordered(levels, groups, asked + extra, False)",
)
add(
    FILE,
    "return enclose_located(locate(dot, electrons, count), digits)",
    "return enclose_located(locate(dot, electrons, count), 20)",
)
FILE = "spectrum.py"
add(FILE, "radius = enclosed.radius.upper()", "radius = 0")
add(FILE, "enclose_eigenvalues(matrix.values.toarray(), matrix.error)", "enclose_eigenvalues(matrix.values.toarray())")
add(FILE, "+ arb(0, radius)) / square", ") / square + arb(0, radius) / square**2")

# Transition probabilities
FILE = "transitions.py"
add(FILE, "ball(coupling.square).sqrt() * (", "(")
add(FILE, "(initial.deviation + final.deviation)", "initial.deviation")
add(FILE, "(initial.deviation + final.deviation)", "final.deviation")
add(FILE, "(initial.deviation + final.deviation)", "max(initial.deviation, final.deviation)")
add(FILE, "(initial.deviation + final.deviation)", "(initial.deviation * final.deviation)")
add(FILE, "return value + arb(0, error.upper())", "return value")
add(FILE, "(arb(fmpz(initial.norm)) * arb(fmpz(final.norm))).sqrt()", "arb(fmpz(initial.norm))")
add(FILE, "2 * (level.two_S + 1)) if change", "2 * (level.two_S + 2)) if change")
add(FILE, "else Fraction(1, 2)", "else Fraction(1)")
add(FILE, "DIGIT_BITS = 24", "DIGIT_BITS = 53")

# Columns that are known already
FILE = "feshbach.py"
add(FILE, "(known.error * known.error + more.error * more.error).sqrt()", "known.error")
add(FILE, "(known.error * known.error + more.error * more.error).sqrt()", "more.error")
add(FILE, "slice(known.values.shape[1], states)", "slice(0, states - known.values.shape[1])")
