"""Mutations of the enclosures of dots given by integrals: balls too narrow, proofs too weak, wrong elements."""

# source text is quoted as it stands

from mutation import Table

TESTS = {
    "transitions.py": ["test_rigour_enclosure"],
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
add(FILE, "values = 2 * paths.signs", "values = paths.signs")
add(FILE, "two + one_body(family, single)", "two")
add(FILE, "product: Objects = total * scale", "product: Objects = total")
add(FILE, "(1 << place)", "(1 << place >> 1)")
add(
    FILE,
    "second_target, second_pair, second_sign = target[target], pair[target], sign[target]",
    "second_target, second_pair, second_sign = target[target], pair[target], abs(sign[target])",
)

FILE = "integral_levels.py"
add(FILE, "not values[below] - radius > ceiling", "not values[below] > ceiling")
add(FILE, "arb.pos_inf() if everything else", "arb.pos_inf() if True else")
add(FILE, "pair.energy * scale + core", "pair.energy * scale")
add(FILE, "pair.energy * scale + core", "pair.energy + core")
add(FILE, "if largest > MOST_ROWS:", "if False:")
add(FILE, "if rows > MOST_ROWS * max(1, labels) or paths > MOST_PATHS:", "if False:")
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
