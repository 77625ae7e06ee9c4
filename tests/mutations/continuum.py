"""Mutations of the enclosures at M = infinity that narrow a bound, miscount levels or leave part of the tail out."""

# source text is quoted as it stands

from mutation import Table

MATRICES = "test_enclosure_continuum_matrices"
BOTH = ["test_enclosure_continuum_errors", MATRICES, "test_enclosure_three_electrons", "test_enclosure_continuum"]
BRUTE_FORCE = ["test_enclosure_four_electrons", "test_enclosure_four_electrons_errors"]
FOUR = ["test_enclosure_continuum_of_four", "test_enclosure_continuum_of_four_errors"]
TESTS = {
    "continuum.py": [MATRICES, "test_enclosure_continuum_errors", "test_enclosure_continuum"],
    "continuum_of_three.py": [MATRICES, "test_enclosure_continuum_errors", "test_enclosure_three_electrons"],
    "level_counts.py": BOTH,
    "float_tables.py": BOTH,
    "four_electrons.py": [*BRUTE_FORCE, *FOUR],
    "beyond_the_model.py": [*BRUTE_FORCE, *FOUR],
    "trial_states.py": FOUR,
    "continuum_of_four.py": [*FOUR, MATRICES],
    "": [],
}
TABLE = Table("qdverify/reference/enclosure", TESTS)
add = TABLE.add

# Levels counted by the reduced matrix
FILE = "level_counts.py"
add(FILE, "(arb(low) / square).lower(), (upper / square).upper()", "arb(low).lower(), upper.upper()")
add(FILE, "square = ball(dot.length) ** 2", "square = ball(dot.length)")
add(FILE, "(self.listed**2 + 1)", "(self.listed + 1) ** 2")
add(FILE, "(self.listed**2 + 1)", "(2 * self.listed**2 + 1)")
add(FILE, "gap = arb.pi() ** 2 / 2 * (", "gap = arb.pi() ** 2 * (")
add(FILE, "+ arb(self.floor) - arb(sigma)\n        if", "+ arb(self.floor)\n        if")
add(FILE, "+ arb(self.floor) - arb(sigma)\n        if", "+ abs(arb(self.floor)) - arb(sigma)\n        if")
add(FILE, "if not gap > 0:", "if False:")
add(FILE, "nextafter(float((1 / gap).upper()), inf)", "float((1 / gap).lower())")
add(FILE, "if self.count_below(below) <= k:", "if self.count_below(below) <= k + 1:")
add(FILE, "if self.count_below(below) <= k:", "if True:")
add(FILE, "below = sigma - margin * radius", "below = sigma + margin * radius")
add(FILE, "enclosed.values <= nextafter(float(enclosed.radius.upper()), inf)", "enclosed.values < 0")
add(
    FILE,
    "enclosed.values <= nextafter(float(enclosed.radius.upper()), inf)",
    "enclosed.values <= -float(enclosed.radius.upper())",
)
add(FILE, "enclosed = enclose_eigenvalues(matrix, error)\n", "enclosed = enclose_eigenvalues(matrix)\n")
add(FILE, "kinetic = squares.astype(np.float64) * (pi**2 / 2)", "kinetic = squares.astype(np.float64) * pi**2")
add(FILE, "lowest = floor - sigma", "lowest = -sigma")
add(FILE, "lowest = floor - sigma", "lowest = abs(floor) - sigma")
add(FILE, " - 8 * UNIT * (kinetic + abs(lowest) + abs(sigma))", "")
add(
    FILE,
    "(kinetic + abs(lowest) + abs(sigma))",
    "abs(lowest)",
    equivalent="kinetic is at most the gap and |lowest|; what is relative to the gap is covered by the last line",
)
add(FILE, "if len(gaps) and not gaps.min() > 0:", "if False:")
add(
    FILE,
    " + 8 * UNIT * (inverse + theta), 0.0)",
    ", 0.0)",
    equivalent="each gap is lowered by 4 u more than it is rounded, which covers the two roundings of its inverse",
)
add(FILE, "np.maximum((inverse - theta)", "np.minimum((inverse - theta)")
add(FILE, "np.maximum((inverse - theta)", "np.maximum((inverse - 2 * theta)")
add(FILE, "scaled = coupling * np.sqrt(weights)", "scaled = coupling * weights")
add(FILE, "delta = frobenius(scaled), arb(coupling.size).sqrt() * arb(", "delta = frobenius(scaled), arb(")
add(FILE, "weights.max(initial=0.0)", "weights.min(initial=9e9)")
add(FILE, "2 * delta * widest.sqrt() * norm", "delta * widest.sqrt() * norm")
add(FILE, "2 * delta * widest.sqrt() * norm", "2 * delta * norm")
add(FILE, " + delta**2 * widest", "")
add(FILE, "delta**2 * widest", "delta**2")
add(FILE, "error += (gamma(max(1, len(weights))) + 8 * arb(UNIT)) * norm**2", "pass")
add(FILE, "(matrix + matrix.T) / 2", "(matrix - matrix.T) / 2")

# Tables as floats
FILE = "float_tables.py"
add(FILE, "(8 * self.error + 80", "(self.error + 80")
add(FILE, " + 80 * UNIT * float(np.abs(self.values).max())", "")
add(FILE, "max(d_error, x_error / 2 + 3", "min(d_error, x_error / 2 + 3")
add(FILE, "x_error / 2 + 3 * UNIT * largest)", "x_error / 2)")
add(FILE, "max(d_error, x_error / 2 + 3 * UNIT * largest)", "(x_error / 2 + 3 * UNIT * largest)")
add(FILE, "nextafter(max(errors), inf)", "min(errors)")
add(FILE, "float(abs(number - arb(value)).upper())", "float(abs(number - arb(value)).mid() / 2)")
add(FILE, "values[(row + column) % 2 == 1] = 0", "pass")
add(FILE, "x[None, :] - x[:, None]", "x[None, :] + x[:, None]")
add(FILE, "J[d, d_] - J[d, t_] - J[t, d_] + J[t, t_]", "J[d, d_] - J[d, t_] - J[t, d_]")

# Two electrons
FILE = "continuum.py"
add(FILE, "self.sign = 1 if two_S == 0 else -1", "self.sign = 1")
add(
    FILE,
    "self.table = float_table(enclosed_moments(beta, 2 * explicit, bits=BITS), g)",
    "self.table = float_table(enclosed_moments(beta, 2 * explicit, bits=BITS), abs(g))",
)
add(FILE, "squared_moments(beta, 2 * model, bits=BITS), g**2)", "squared_moments(beta, 2 * model, bits=BITS), g)")
add(FILE, "nextafter(float(floor.lower()), -inf)", "nextafter(float(floor.upper()), inf)")
add(FILE, "interaction_floor(dot, 2, bits=BITS)", "interaction_floor(dot, 3, bits=BITS)")
add(FILE, "np.where(r == s, sqrt(0.5), 1.0)", "np.where(r == s, 1.0, 1.0)")
add(FILE, "(sqrt(0.5) if p == q else 1.0)", "1.0")
add(FILE, "(direct + self.sign * exchanged)", "direct")
add(FILE, "product = self.interaction @ self.interaction\n", "product = 2 * self.interaction @ self.interaction\n")
add(FILE, "error = size * arb(self.square_table.element_error) + 2", "error = 2")
add(FILE, "2 * delta * norm + delta**2 + gamma", "delta * norm + delta**2 + gamma")
add(FILE, "2 * delta * norm + delta**2 + gamma", "2 * delta * norm + gamma")
add(FILE, " + gamma(size) * norm**2", "")
add(FILE, "return difference, error + arb(UNIT) * (frobenius(square) + frobenius(product))", "return difference, error")
add(FILE, "return len(self.inner) * arb(self.table.element_error)", "return arb(self.table.element_error)")
add(FILE, ".astype(np.float64) * (pi**2 / 2)\n", ".astype(np.float64) * (pi**2)\n")
add(FILE, "rounding = 2 * frobenius(matrix) + 6 * arb(float(kinetic.max()))", "rounding = 0")
add(FILE, "self.inner_error + arb(UNIT) * rounding", "arb(UNIT) * rounding")
add(FILE, "+ enclosed.radius.upper() for", "- enclosed.radius.upper() for")
add(FILE, "+ enclosed.radius.upper() for", "+ 0 for")
add(FILE, "enclose_eigenvalues(matrix, error)", "enclose_eigenvalues(matrix)")
add(FILE, "(shifted - square) - theta * tail", "(shifted - square)")
add(FILE, "(shifted - square) - theta * tail", "(shifted - square) + theta * tail")
add(FILE, "(shifted - square) - theta * tail", "shifted - theta * tail")
add(FILE, "matrix - sigma * np.eye(len(matrix))", "matrix + sigma * np.eye(len(matrix))")
add(FILE, "error += matrix_error + arb(theta) * tail_error", "error += matrix_error")
add(FILE, "error += matrix_error + arb(theta) * tail_error", "error += arb(theta) * tail_error")
add(
    FILE,
    "square, error = weighted_square(self.coupling, weights, self.table.element_error)",
    "square, error = weighted_square(self.coupling, weights, 0.0)",
)
add(
    FILE,
    "error += arb(UNIT) * (2 * frobenius(shifted) + 2 * frobenius(square) + 3 * arb(theta) * frobenius(tail))",
    "error += 3 * arb(UNIT) * arb(theta) * frobenius(tail)",
    equivalent="the shifted matrix is at most the result, the square and the tail, whose bounds leave 3 u each; it is "
    "rounded on the diagonal only, and the mean with the transpose off it",
)
add(
    FILE,
    "inverse_gaps((self.outer**2).sum(axis=1), self.floor, sigma, theta)",
    "inverse_gaps(self.outer[:, 1] ** 2 * 2, self.floor, sigma, theta)",
)
add(FILE, "(p <= q) if two_S == 0 else (p < q)", "(p <= q)")
add(FILE, "(p <= q) if two_S == 0 else (p < q)", "(p < q)")
add(FILE, "((-1) ** (p + q) == parity)", "((-1) ** (p + q) == -parity)")

# Three electrons
FILE = "continuum_of_three.py"
add(FILE, "LOWEST_QUARTET: Final = 14", "LOWEST_QUARTET: Final = 140")
add(FILE, "PAIRS: Final = 3", "PAIRS: Final = 1")
add(FILE, "PAIRS: Final = 3", "PAIRS: Final = 2")
add(FILE, "SIGNS: Final = (1, -1, 1)", "SIGNS: Final = (1, 1, 1)")
add(FILE, "squared_moments(beta, 2 * model, bits=BITS), g**2)", "squared_moments(beta, 2 * model, bits=BITS), g)")
add(FILE, "interaction_floor(dot, 3, bits=BITS)", "interaction_floor(dot, 4, bits=BITS)")
add(FILE, "nextafter(float(floor.lower()), -inf)", "nextafter(float(floor.upper()), inf)")
add(
    FILE,
    "return ((0, 1), (2,)) if self.two_S == 1 else ((0, 1, 2),)",
    "return ((0, 1),) if self.two_S == 1 else ((0, 1, 2),)",
)
add(FILE, "return kind != (0, 1)", "return True")
add(FILE, "return kind != (0, 1)", "return kind == (2,)")
add(FILE, "(3 * self.table.element_error + 48 * UNIT * largest)", "(self.table.element_error + 48 * UNIT * largest)")
add(
    FILE,
    "(3 * self.table.element_error + 48 * UNIT * largest)",
    "(3 * self.table.element_error)",
    equivalent="of the 80 u in each of three elements, 26 u are needed: what is left is more than 48 u",
)
add(FILE, "parity = self.parity * (-1) ** (k + 1)", "parity = self.parity")
add(FILE, "squares = (partners**2).sum(axis=1) + k**2", "squares = (partners**2).sum(axis=1)")
add(FILE, "near = squares <= self.explicit**2", "near = squares < 2 * self.explicit**2")
add(FILE, "self.listed**2 - k**2", "self.explicit**2 - k**2")
add(FILE, "explained = inner @ inner.T", "explained = 2 * inner @ inner.T")
add(FILE, "explained = inner @ inner.T", "explained = products @ products.T")
add(FILE, "error = len(square) * arb(self.square_table.element_error) + 2", "error = 2")
add(FILE, "2 * delta * norm + delta**2\n        error += gamma", "delta * norm + delta**2\n        error += gamma")
add(FILE, "2 * delta * norm + delta**2\n        error += gamma", "2 * delta * norm\n        error += gamma")
add(FILE, "arb(max(1, inner.size)).sqrt() * arb(self", "arb(self")
add(FILE, "error += gamma(max(1, inner.shape[1])) * norm**2 + ", "error += ")
add(FILE, " + arb(UNIT) * (frobenius(square) + frobenius(explained))", "")
add(FILE, "return len(self.inner) * arb(self.element_error)", "return arb(self.element_error)")
add(FILE, "signs = np.array([1.0, -1.0, 1.0])", "signs = np.array([1.0, 1.0, 1.0])")
add(FILE, "len(self.inner) - round(float(np.trace(self.quartets)) / 3)", "len(self.inner)")
add(FILE, "raised = matrix + self.penalty * self.quartets", "raised = matrix")
add(FILE, ".astype(np.float64) * (pi**2 / 2)\n", ".astype(np.float64) * (pi**2)\n")
add(FILE, "self.inner_error + arb(UNIT) * rounding", "arb(UNIT) * rounding")
add(FILE, "self.inner_error + arb(UNIT) * rounding", "self.inner_error")
add(FILE, "+ enclosed.radius.upper() for", "- enclosed.radius.upper() for")
add(FILE, "3 * arb(self.penalty) + arb(self.floor)", "30 * arb(self.penalty) + arb(self.floor)")
add(FILE, "all(upper < lowest_quartet for upper in uppers)", "any(upper < lowest_quartet for upper in uppers)")
add(
    FILE,
    "inverse_gaps((self.outer**2).sum(axis=1), self.floor, sigma, 0.0)",
    "inverse_gaps((self.outer**2).sum(axis=1), self.floor, sigma, self.largest_inverse(sigma))",
)
add(FILE, "weighted_square(self.coupling, weights, self.element_error)", "weighted_square(self.coupling, weights, 0.0)")
add(FILE, "(shifted - square) - PAIRS * tail", "(shifted - square) - tail")
add(FILE, "(shifted - square) - PAIRS * tail", "shifted - PAIRS * tail")
add(FILE, "error += matrix_error + PAIRS * tail_error", "error += matrix_error + tail_error")
add(FILE, "error += matrix_error + PAIRS * tail_error", "error += PAIRS * tail_error")
add(FILE, "error += arb(UNIT) * (2 * frobenius(shifted) + 2 * frobenius(square) + 3 * PAIRS * frobenius(tail))", "pass")
add(FILE, "block = theta * part.rest + square", "block = square")
add(FILE, "block = theta * part.rest + square", "block = theta * part.rest")
add(FILE, "error += arb(theta) * part.rest_error", "pass")
add(
    FILE,
    "weighted_square(part.coupling, weights, self.table.element_error)",
    "weighted_square(part.coupling, weights, 0.0)",
)
add(FILE, "largest = max(largest, error.upper())", "largest = error.upper()")
add(FILE, "return total, PAIRS * largest + 3", "return total, largest + 3")
add(
    FILE,
    " + 3 * arb(UNIT) * frobenius(magnitude)",
    "",
    equivalent="sums of at most three blocks are rounded by 6 u of the largest: less than the blocks' own bounds leave",
)
add(FILE, "total[place] += signs[:, None] * block * signs[None, :]", "total[place] += block")
add(FILE, "((q < r) if two_S == 3 else True)", "True")
add(FILE, "((-1) ** (p + q + r + 1) == parity)", "((-1) ** (p + q + r) == parity)")
add(FILE, "((p < q) if alike else True)", "(p < q)")
add(FILE, "((p < q) if alike else True)", "(p <= q)")
add(
    FILE,
    "(p**2 + q**2 <= square) & ((-1) ** (p + q) == parity)",
    "(p**2 + q**2 <= square) & ((-1) ** (p + q) == -parity)",
)
add(FILE, "return direct - integral(table.values, p, s, q, r) if alike else direct", "return direct")
add(
    FILE,
    "return direct - integral(table.values, p, s, q, r) if alike else direct",
    "return direct + integral(table.values, p, s, q, r) if alike else direct",
)

# Four electrons: states and operators
FILE = "four_electrons.py"
add(FILE, "0 if self.exchange == 1 else 1", "0")
add(FILE, "sign[:, None] * sign[None, :] == self.parity", "sign[:, None] * sign[None, :] == -self.parity")
add(FILE, "pair = self.first**2 + self.second**2", "pair = self.first + self.second**2")
add(FILE, "self.exchange * (vector * self._weights)", "vector * self._weights")
add(
    FILE,
    "return equal + self.exchange * equal.T + self._antisymmetric(turned)",
    "return equal + self._antisymmetric(turned)",
)
add(
    FILE,
    "return equal + self.exchange * equal.T + self._antisymmetric(turned)",
    "return equal + self.exchange * equal.T",
)
add(FILE, "difference[:, p, q] - difference[:, q, p]", "difference[:, p, q]")
add(FILE, "for chosen in (even, ~even):", "for chosen in (even, even):")
add(FILE, "result: Floats = 2 * matrix - (", "result: Floats = matrix - (")
add(FILE, "(3, 1, 2, 0), (0, 2, 1, 3)", "(3, 1, 2, 0), (0, 3, 2, 1)")
add(FILE, "return 2 * frobenius(self._equal) + 4 * frobenius(self._opposite)", "return arb(0)")
add(FILE, "equal = element * pairs + (", "equal = (")
add(FILE, "opposite = element * n + (", "opposite = (")
add(FILE, "equal = element * pairs + (", "equal = element + (")
add(FILE, "opposite = element * n + (", "opposite = element * self.orbitals + (")
add(FILE, "return 2 * equal + 4 * opposite", "return 2 * equal")
add(FILE, "return 2 * equal + 4 * opposite", "return 4 * opposite")
add(FILE, "return 2 * equal + 4 * opposite", "return equal + 2 * opposite")
add(FILE, "(gamma(pairs) + 6 * arb(UNIT)) * frobenius(self._equal)", "arb(0)")
add(FILE, "(gamma(n) + 6 * arb(UNIT)) * frobenius(self._opposite)", "arb(0)")
add(FILE, "return direct - integral(table.values, p, s, q, r) if equal else direct", "return direct")
add(FILE, "wanted = p < q if ordered", "wanted = p <= q if ordered")

# Four electrons: beyond the model
FILE = "beyond_the_model.py"
add(FILE, "WAYS: Final = 3", "WAYS: Final = 1")
add(FILE, "WAYS: Final = 3", "WAYS: Final = 2")
add(
    FILE, "self.error += error + arb(UNIT) * frobenius(self.matrix)", "self.error += arb(UNIT) * frobenius(self.matrix)"
)
add(FILE, "self.error += error + arb(UNIT) * frobenius(self.matrix)", "self.error += error")
add(FILE, "range(model.orbitals + 1, beyond.explicit + 1)", "range(model.orbitals + 2, beyond.explicit + 1)")
add(FILE, "range(model.orbitals + 1, beyond.explicit + 1)", "range(model.orbitals + 1, beyond.explicit)")
add(FILE, "total.add(2 * matrix, 2 * error)", "total.add(matrix, error)")
add(FILE, "total.add(2 * matrix, 2 * error)", "total.add(2 * matrix, 0 * error)")
add(FILE, "((True, trial, 2), (False, opposite, 1))", "((True, trial, 1), (False, opposite, 1))")
add(FILE, "((True, trial, 2), (False, opposite, 1))", "((True, trial, 2),)")
add(FILE, "((True, trial, 2), (False, opposite, 1))", "((False, opposite, 1),)")
add(FILE, "for odd in (False, True):", "for odd in (False,):")
add(FILE, "for odd in (False, True):", "for odd in (True,):")
add(FILE, "(odd == (model.parity == 1))", "(odd != (model.parity == 1))")
add(FILE, "total.add(times * matrix, times * error)", "total.add(times * matrix, arb(0))")
add(FILE, "moved + other.transpose(1, 2, 0)", "moved")
add(FILE, "moved + other.transpose(1, 2, 0)", "moved - other.transpose(1, 2, 0)")
add(FILE, "moved + other.transpose(1, 2, 0)", "other.transpose(1, 2, 0) + 0 * moved")
add(FILE, "turned[:, q, :, p] - turned[:, p, :, q]", "turned[:, q, :, p]")
add(FILE, "[None, :] + orbital**2", "[None, :] + 2 * orbital**2")
add(FILE, "off = element * arb(from_equal.size).sqrt() + (", "off = (")
add(FILE, "off += 4 * (element * arb(from_opposite.size).sqrt() + (", "off += 4 * ((")
add(FILE, "off += 4 * (element", "off += (element")
add(FILE, "(gamma(len(p)) + 3 * arb(UNIT)) * frobenius(from_equal)", "arb(0)")
add(FILE, "(gamma(n * n) + 3 * arb(UNIT)) * frobenius(from_opposite)", "arb(0)")
add(FILE, "off * frobenius(trial)", "off")
add(FILE, "error / arb(found.size).sqrt()", "error / arb(found.size)")
add(FILE, "int(spectators[group].min())", "int(spectators[group].max())")
add(FILE, "matrix = gram.matrix + factor * rest.matrix", "matrix = gram.matrix")
add(FILE, "matrix = gram.matrix + factor * rest.matrix", "matrix = factor * rest.matrix")
add(FILE, "error = gram.error + arb(factor) * rest.error", "error = gram.error")
add(FILE, "error = gram.error + arb(factor) * rest.error", "error = arb(factor) * rest.error")
add(FILE, "error += arb(UNIT) * (2 * arb(factor) * frobenius(rest.matrix) + frobenius(matrix))", "pass")
add(FILE, "size * arb(beyond.squared.element_error)", "arb(0)")
add(FILE, "size * arb(beyond.squared.element_error)", "arb(beyond.squared.element_error)")
add(FILE, "(int(left[0][0] + left[1][0]) % 2 if size else 0)", "0")
add(FILE, "rest.add(-product, error)", "rest.add(-2 * product, error)")
add(FILE, "rest.add(-product, error)", "rest.add(-product, arb(0))")
add(FILE, "+ columns[1][used] ** 2 + spectator", "+ columns[1][used] ** 2 + 20 * spectator")
add(FILE, "weights = np.nextafter(ways[used] * inverse, inf)", "weights = inverse")
add(FILE, "elements[:, used], weights, beyond.table.element_error", "elements[:, used], weights, 0.0")
add(FILE, "np.minimum(r, s) > model.orbitals", "np.minimum(r, s) > model.orbitals + 1")
add(FILE, "np.maximum(r, s) > beyond.explicit", "np.maximum(r, s) > beyond.explicit + 1")
add(FILE, "float(WAYS), 0.0)", "1.0, 0.0)")
add(
    FILE,
    "(error + rounding * frobenius(matrix)) * frobenius(parts) ** 2",
    "rounding * frobenius(matrix) * frobenius(parts) ** 2",
)
add(FILE, "(error + rounding * frobenius(matrix)) * frobenius(parts) ** 2", "error * frobenius(parts) ** 2")
add(FILE, "(error + rounding * frobenius(matrix)) * frobenius(parts) ** 2", "error + rounding * frobenius(matrix)")

# Four electrons: trial states
FILE = "trial_states.py"
add(FILE, "self.image_error = image_error * self.norm", "self.image_error = image_error")
add(FILE, "error = self.norm * self.image_error + self._rounding", "error = self._rounding")
add(FILE, " + self._rounding * self.norm * frobenius(self.images)", "")
add(FILE, "if not distance < 1:", "if False:")
add(FILE, "- np.eye(len(overlap))) + rounding", "- np.eye(len(overlap)))")
add(
    FILE,
    "moving = self.states * (self.squares * (pi**2 / 2))",
    "moving = self.states * (self.squares * (pi**2 / 2.02))",
)
add(FILE, " + self.floor * overlap)", ")")
add(
    FILE,
    "interaction, error = self._interaction\n        matrix",
    "interaction, error = self._interaction[0], arb(0)\n        matrix",
)
add(FILE, "error += (self._rounding + 8 * arb(UNIT)) * self.norm", "0 * self.norm")
add(FILE, "+ enclosed.radius.upper() for", "- enclosed.radius.upper() for")
add(
    FILE,
    "[max((upper / (1 - distance)).upper(), (upper / (1 + distance)).upper()) for",
    "[(upper / (1 + distance)).upper() for",
)
add(FILE, "lowest = self.floor - sigma", "lowest = abs(self.floor) - sigma")
add(FILE, "below, above = gaps < -slack, gaps > slack", "below, above = gaps < 0, gaps > 0")
add(FILE, "if not np.all(below | above):", "if False:")
add(
    FILE,
    "self._square(below, (1 - 8 * UNIT) / (slack - gaps)[below])",
    "self._square(below, 2 / (slack - gaps)[below])",
)
add(FILE, "((interaction - lowering) + raising) + beyond", "(interaction - lowering) + beyond")
add(FILE, "((interaction - lowering) + raising) + beyond", "(interaction - lowering) + raising")
add(FILE, "((interaction - lowering) + raising) + beyond", "(raising - lowering) + beyond")
add(FILE, "error += lowering_error + interaction_error + beyond_error", "error += interaction_error + beyond_error")
add(FILE, "error += lowering_error + interaction_error + beyond_error", "error += lowering_error + beyond_error")
add(FILE, "error += lowering_error + interaction_error + beyond_error", "error += lowering_error + interaction_error")
add(FILE, "error + 2 * arb(UNIT) * sizes, int(negative)", "error, int(negative)")
add(FILE, "<= edge)", "< edge)")
add(FILE, "edge = self.squares[below].max(initial=0)", "edge = self.squares[below].max(initial=0) - 1")
add(FILE, "weighted_square(images, weights, nextafter(float(each), inf))", "weighted_square(images, weights, 0.0)")
add(FILE, "arb(max(1, images.size)).sqrt()", "arb(max(1, images.size))")
add(FILE, "enclosed.values < -nextafter(float(enclosed.radius.upper()), inf)", "enclosed.values < 0")
add(FILE, "enclosed.values < -nextafter(float(enclosed.radius.upper()), inf)", "enclosed.values < 1e-3")
add(FILE, "return self.count_below(sigma) <= k", "return self.count_below(sigma) <= k + 1")
add(FILE, "except ArithmeticError:\n            return False", "except ArithmeticError:\n            return True")
add(FILE, "low, high = (middle, high) if self._proves(middle, k) else (low, middle)", "low = middle")

# Four electrons: levels
FILE = "continuum_of_four.py"
add(FILE, "SINGLET: Final = 10", "SINGLET: Final = 30")
add(FILE, "QUINTET: Final = 30", "QUINTET: Final = 60")
add(FILE, "THREE: Final = 6", "THREE: Final = 60")
add(
    FILE,
    "float_table(enclosed_moments(beta, model + listed, bits=BITS), g)",
    "float_table(enclosed_moments(beta, model + listed, bits=BITS), abs(g))",
)
add(FILE, "squared_moments(beta, 2 * model, bits=BITS), g**2)", "squared_moments(beta, 2 * model, bits=BITS), g)")
add(FILE, "interaction_floor(dot, 4, bits=BITS)", "interaction_floor(dot, 5, bits=BITS)")
add(FILE, "nextafter(float(floor.lower()), -inf)", "nextafter(float(floor.upper()), inf)")
add(FILE, "-1 if two_S == 2 else 1)", "1)")
add(FILE, "self.require_spin(uppers)", "len(uppers)")
add(FILE, "nextafter(float(uppers[-1].upper()), inf)", "float(uppers[0].upper()) - 50")
add(FILE, "(arb(low) / square).lower(), (upper / square).upper()", "arb(low).lower(), upper.upper()")
add(FILE, "0: states - quintets, 2: states, 4: quintets", "0: states, 2: states, 4: states")
add(FILE, "((0, 2, 4) if self.parity == 1 else (1, 3))", "((1, 3) if self.parity == 1 else (0, 2, 4))")
add(FILE, "6 * arb(self.penalty) + arb(self.floor) + arb.pi()", "60 * arb(self.penalty) + arb(self.floor) + arb.pi()")
add(FILE, "(SINGLET if self.two_S else QUINTET)", "QUINTET")
add(FILE, "all(upper < other for upper in uppers)", "any(upper < other for upper in uppers)")
add(FILE, "(square if self.two_S == 0 else 6 * X - square)", "square")
add(FILE, "(square if self.two_S == 0 else 6 * X - square)", "-(square if self.two_S == 0 else 6 * X - square)")
add(FILE, "return self.model.interaction_error + arb(UNIT)", "return arb(UNIT)")
add(FILE, " + arb(UNIT) * (64 * arb(self.penalty) + 4 * sizes)", "")
add(FILE, "self.raised(X) - self.floor * X", "self.raised(X)")
add(FILE, "self.raised(X) - self.floor * X", "self.raised(X) + self.floor * X")
add(FILE, "((self.listed + 1) ** 2 + THREE)", "(2 * self.listed**2 + THREE)")
add(FILE, "if not gap > 0:", "if False:")
add(FILE, "nextafter(float((1 / gap).upper()), inf)", "nextafter(float((1 / gap).lower() / 2), inf)")
