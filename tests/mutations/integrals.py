"""Mutations of the enclosures of dots given by integrals: balls too narrow, proofs too weak, wrong elements."""

# source text is quoted as it stands

from mutation import Table

TESTS = {
    "transitions.py": ["test_rigour_enclosure"],
    "harmonic_integrals.py": ["test_harmonic_enclosure"],
    "harmonic_model.py": ["test_harmonic_enclosure"],
    "harmonic_pair.py": ["test_harmonic_pair_enclosure"],
    "orbital_dots.py": ["test_harmonic_enclosure"],
    "": ["test_integral_enclosure", "test_integral_oracle"],
}
TABLE = Table("qdverify/reference/enclosure", TESTS)
add = TABLE.add

FILE = "integral_model.py"
add(FILE, "N * (N - 1) * M**2 * self.pair_error", "N * (N - 1) * self.pair_error / M**2")
add(FILE, "N * M * self.one_body_error + ", "")
add(FILE, "if candidate >= largest", "if candidate >= largest * 4")
add(FILE, "value / 2 / unit for", "value / unit for")
add(FILE, "one_body[p - 1, s - 1] -= sum(", "one_body[p - 1, s - 1] += sum(")
add(FILE, "max(errors, default=Fraction(0))", "min(errors, default=Fraction(0))")
add(
    FILE,
    "[round(value) for value in values]",
    "[int(value) for value in values]",
    equivalent="the error is measured, and then larger",
)
add(FILE, "tuple(irreps) if irreps is not None else", "tuple(irreps) if irreps is None else")

FILE = "integral_hamiltonian.py"
add(FILE, "if above else 1.0", "if above else 2.0", equivalent="what it multiplies is zero at first")
add(FILE, "(rounded + 2 * abs(value)) * (1.01 * UNIT)", "abs(value) * (0.01 * UNIT)")
add(FILE, "error + self.model.rounding(self.block.electrons)", "error")
add(FILE, "min(WIDEST, floor(54 - log2(reach * (hops**2 + hops + 1))))", "50")
add(FILE, "return min(width, 24)", "return 50")
add(FILE, "pairs[first, second] = pairs[second, first] = listed[number]", "pairs[first, second] = listed[number]")
add(FILE, "2 * paths.signs * pairs[", "paths.signs * pairs[")
add(FILE, "(down, paths.b, 1, paths.betas * paths.a)", "(down, paths.b, 1, paths.a)")
add(FILE, "total + one_body(self.family, single) if", "total if")
add(FILE, "product: Objects = total * scale", "product: Objects = total")
add(FILE, "(1 << place)", "(1 << place >> 1)")
add(
    FILE,
    "sign[source, i] * sign[target][kept]",
    "sign[source, i] * abs(sign[target][kept])",
)

FILE = "integral_levels.py"
add(FILE, "not values[below] - radius > ceiling", "not values[below] > ceiling")
add(FILE, "arb.pos_inf() if everything else", "arb.pos_inf() if True else")
add(FILE, "pair.energy * scale + core", "pair.energy * scale")
add(FILE, "pair.energy * scale + core", "pair.energy + core")
add(FILE, "if largest > MOST_ROWS:", "if False:")
add(FILE, "if rows > MOST_ROWS * labels or paths > MOST_PATHS * labels:", "if False:")
add(
    FILE,
    "for two_S in allowed_spins(dot.orbitals, electrons)",
    "for two_S in allowed_spins(dot.orbitals, electrons)[:1]",
)
add(FILE, "count_nonzero(values < ceiling)", "count_nonzero(values < ceiling - 1)")

FILE = "transitions.py"
add(FILE, "* (initial.deviation + final.deviation)", "* (initial.deviation - final.deviation)")
add(FILE, "ball(coupling.square).sqrt() *", "ball(coupling.square) * 0 *")
add(FILE, " / arb(fmpz(coupling.denominator))", "")
add(FILE, "integers * (1 << (WEIGHT_BITS * place))", "integers * (1 << (DIGIT_BITS * place))")

FILE = "basis.py"
add(FILE, "axis=1) + 1\n", "axis=1) // 2 + 1\n")

FILE = "order.py"
add(FILE, "most = max(FEWEST_DIGITS, 2 * digits)", "most = digits")

FILE = "harmonic_integrals.py"
add(FILE, "(2 * j + 1) * beta * spread.sqrt()", "(2 * j - 1) * beta * spread.sqrt()")
add(FILE, "(first.steps - second.steps) // 2 + sum(map(min", "(first.steps - second.steps) // 2 + 0 * sum(map(min")

FILE = "harmonic_model.py"
add(FILE, "numbers, Fraction(1), Fraction(1))", "numbers, Fraction(0), Fraction(0))")
add(FILE, "_nearest(value / (2 * unit))", "_nearest(value / unit)")

FILE = "orbital_dots.py"
add(FILE, "or dot.field:", "or False:")

FILE = "harmonic_pair.py"
add(FILE, "counts != [index, index + 1]", "counts[1] != index + 1")
add(FILE, "SPACING = 2.9", "SPACING = 6.5")
