"""Mutations of both checkers in what they do for dots given by integrals: rules left out, elements and bounds wrong."""

# source text is quoted as it stands

from mutation import Table

TESTS = {"": ["test_integral_dot_grammar", "test_certificate_of_integrals"]}
TABLE = Table(".", TESTS)
add = TABLE.add

FILE = "qdverify/certificate/integral_dot.py"
add(FILE, "require(denominator.bit_length() <= MOST_BITS_OF_WEIGHTS,", "require(True,")
add(FILE, "require(longest <= MOST_BITS_OF_WEIGHTS,", "require(True,")
add(FILE, 'require(given["kind"] == "integrals",', "require(True,")
add(FILE, 'count(given["orbitals"], "orbitals", 1, MOST_ORBITALS)', 'len(given["one_body"])')
add(FILE, 'require(not unknown, f"dot', 'require(True, f"dot')
add(FILE, 'items(value, "irreps", orbitals, orbitals)', 'items(value, "irreps", 0, 99)')
add(FILE, 'count(value, "irrep", 1, IRREPS)', 'count(value, "irrep", 0, 99)')
add(FILE, "require(rows[p][q] == rows[q][p],", "require(True,")
add(FILE, "require(allowed or not rows[p][q],", "require(True,")
add(FILE, "require(allowed or not found[key],", "require(True,")
add(FILE, 'require(key not in found, f"{name} is listed twice")', "pass")
add(FILE, 'items(value, "two_body", 0, MOST_INTEGRALS)', 'items(value, "two_body", 0, 10**9)')
add(FILE, 'count(index, "an orbital of two_body", 1, len(irreps))', 'count(index, "an orbital of two_body", 0, 99)')
add(FILE, "items(value.get(lead, [1] * orbitals), name, orbitals, orbitals)", "value.get(lead, [1] * orbitals)")
add(FILE, "not set(value) <= set(LEADS)", "False")
add(FILE, "for lead in LEADS:", 'for lead in ("L", "L"):')
add(FILE, 'real(given.get("core", 0), "core")', "Fraction(0)")

FILE = "qdverify/certificate/integral_model.py"
add(FILE, "return (energy - self.dot.core) / self.scale", "return energy / self.scale")
add(FILE, "return (energy - self.dot.core) / self.scale", "return energy - self.dot.core")
add(FILE, "energy * rational(self.scale) + rational(self.dot.core)", "energy + rational(self.dot.core)")
add(FILE, "self.one_body(a // 2, i // 2)", "ZERO if a != i else self.one_body(a // 2, i // 2)")
add(FILE, "sum((self.hopping(bit, bit) for bit in bits_of(mask)), ZERO)", "ZERO")
add(FILE, "self.dot.two_body.get(one_of_eight(p, q, r, s)", "self.dot.two_body.get(one_of_eight(p, r, q, s)")
add(FILE, "dict(dot.weights)", "dict.fromkeys('LR', dot.weights['L'])")

FILE = "qdverify/certificate/proof.py"
add(FILE, "overlap += sign * weight * value", "overlap += sign * value")
add(
    FILE,
    "return (value_of_vectors + arb(0, error)) / arb(fmpz(weights.denominator))",
    "return value_of_vectors + arb(0, error)",
)
add(FILE, "sum(weight * weight for weight in weights.integers)", "len(weights.integers)")

FILE = "qdverify/certificate/from_dot.py"
add(FILE, '{"L": left, "R": left if same else', '{"L": left, "R": left if True else')
add(
    FILE,
    "return sum(_check_matrices(parts[lead], M) for lead, M in proof.M.items())",
    'return _check_matrices(parts["L"], proof.M["L"])',
)

FILE = "qdverify/certificate/recompute.py"
add(FILE, "chain.of_lead.get(lead.name, chain.transitions)[i, j]", "chain.transitions[i, j]")

FILE = "qdverify/certificate/levels.py"
add(FILE, "inner, outer = list(masks), []", "inner, outer = list(masks)[:1], []")

FILE = "checker/check_certificate.cpp"
add(
    FILE,
    "return std::pair(p, q) < std::pair(r, s) ? Quadruple{r, s, p, q} : Quadruple{p, q, r, s};",
    "return {p, q, r, s};",
)
add(FILE, "energy * given->scale + given->core", "energy * given->scale")
add(FILE, "(ceiling - given->core) / given->scale", "ceiling / given->scale")
add(FILE, "mpz_class(row_terms + electrons * dot.orbitals)", "mpz_class(0)")
add(FILE, "mpz_class(row_terms + electrons * dot.orbitals)", "mpz_class(row_terms)")
add(FILE, "bool odd = (ones_below(rest, i) + ones_below(rest, a)) % 2;", "bool odd = false;")
add(FILE, "(kind(a) ^ kind(b)) == (kind(i) ^ kind(j))", "kind(a) + kind(b) == kind(i) + kind(j)")
add(FILE, 'require(symmetry[p] == symmetry[q] || h[p][q] == 0, "the', 'require(true, "the')
add(FILE, 'require(h[p][q] == h[q][p], "one_body', 'require(true, "one_body')
add(FILE, 'require(product == 0 || value == 0, "the', 'require(true, "the')
add(FILE, 'require(fresh, "an integral', 'require(true, "an integral')
add(FILE, 'require(symmetry.size() == static_cast<std::size_t>(orbitals), "irreps', 'require(true, "irreps')
add(FILE, 'require(fields.text("kind") == "integrals", "kind', 'require(true, "kind')
add(FILE, 'require(lead == "L" || lead == "R", "weights', 'require(true, "weights')
add(
    FILE,
    'require(list.bases.count(level.parity), "no',
    'require(true, "no',
    equivalent="the look-up that follows throws",
)
add(FILE, "chain.transitions[n].right = right[n].M;", ";")
add(FILE, "term *= weights.integers[static_cast<std::size_t>(bit / 2)];", ";")
add(FILE, "factor /= weights.denominator * weights.denominator;", ";")
add(FILE, "for (const mpz_class& weight : weights.integers) norm += weight * weight;", ";")
add(FILE, "for (mpq_class& value : row) value /= given.scale;", ";")
add(FILE, "const Range& M = edge.of(lead.name);", "const Range& M = edge.M;")
