"""Mutations of `qdverify/certificate`, the checker in Python, that accept more than is proven."""

# source text is quoted as it stands

from mutation import Table

TESTS = {
    "grammar.py": ["test_certificate_grammar", "test_certificate_limits"],
    "claims.py": ["test_certificate_grammar", "test_certificate_recompute"],
    "proof.py": ["test_certificate_proof", "test_certificate_completeness"],
    "levels.py": ["test_certificate_completeness"],
    "model.py": ["test_certificate_completeness", "test_certificate_proof"],
    "recompute.py": ["test_certificate_recompute"],
    "from_dot.py": ["test_certificate_from_dot"],
    "given_levels.py": ["test_certificate_grammar", "test_certificate_forgeries"],
    "check.py": ["test_certificate_forgeries"],
    "": [
        "test_certificate_recompute",
        "test_certificate_forgeries",
        "test_certificate_limits",
        "test_certificate_from_dot",
        "test_certificate_proof",
        "test_certificate_completeness",
    ],
}
TABLE = Table("qdverify/certificate", TESTS)
add = TABLE.add


FILE = "proof.py"
add(FILE, "raised = exchange_spin(exchange_spin(vector, 1), 0)", "raised = exchange_spin(exchange_spin(vector, 0), 1)")
add(FILE, "return all(4 * raised", "return any(4 * raised")
add(FILE, "factor = two_S * (two_S + 2) - two_Sz * (two_Sz + 2)", "factor = two_S * (two_S + 2)")
add(
    FILE,
    'require(has_spin(vector, electrons, item.two_S), f"a vector is not of spin {Fraction(item.two_S, 2)}")',
    "pass",
)
add(FILE, "errors = [image[mask] - rho * value", "errors = [image[mask].mid() - (rho * value).mid()")
add(FILE, "residual = (square / norm).upper().sqrt().upper()", "residual = (square / norm).lower().sqrt().upper()")
add(FILE, "residual = (square / norm).upper().sqrt().upper()", "residual = (square / norm / 2).upper().sqrt().upper()")
add(FILE, "residual = (square / norm).upper().sqrt().upper()", "residual = (square / norm**2).upper().sqrt().upper()")
add(FILE, 'require(defect < 1, "two vectors prove the same level")', "pass")
add(FILE, "reach = (2 * total /", "reach = (total /")
add(FILE, "/ (1 - defect).sqrt()).upper()", ").upper()")
add(
    FILE,
    "total = sum((level.residual * level.residual for level in levels), arb(0)).sqrt()",
    "total = max(level.residual for level in levels)",
)
add(
    FILE,
    "lower = min((level.rho - reach).lower() for level in levels)",
    "lower = max((level.rho - reach).lower() for level in levels)",
)
add(
    FILE, "max((level.rho + reach).upper() for level in levels)", "min((level.rho + reach).upper() for level in levels)"
)
add(
    FILE,
    "lower = min((level.rho - reach).lower() for level in levels)",
    "lower = min((level.rho - reach).upper() for level in levels)",
)
add(FILE, "while runs and not runs[-1].upper < new.lower:", "while runs and not runs[-1].lower < new.upper:")
add(FILE, "while runs and not runs[-1].upper < new.lower:", "while False:")
add(FILE, "while runs and not runs[-1].upper < new.lower:", "if runs and not runs[-1].upper < new.lower:")
add(FILE, "for level in sorted(levels, key=lambda level: level.rho.mid()):", "for level in levels:")
add(FILE, "Z = effective_matrix(model, sigma, inner, outer)", "Z = effective_matrix(model, sigma - 10, inner, outer)")
add(FILE, "for level in levels:\n        v", "for level in []:\n        v")
add(FILE, "Z[max(i, j)][min(i, j)]", "Z[min(i, j)][max(i, j)]")
add(FILE, 'require(positive_definite(Z), f"more', 'require(True, f"more')
add(FILE, "Z[i][i] -= sigma", "Z[i][i] += sigma")
add(FILE, "Z[i][i] -= sigma", "pass")
add(FILE, "coupling[other].append((i, value))", "pass")
add(FILE, "G = kinetic_energy(mask) + model.floor(mask.bit_count()) - sigma", "G = kinetic_energy(mask) - sigma")
add(
    FILE,
    "G = kinetic_energy(mask) + model.floor(mask.bit_count()) - sigma",
    "G = kinetic_energy(mask) + 2 * model.floor(mask.bit_count()) - sigma",
)
add(
    FILE,
    "G = kinetic_energy(mask) + model.floor(mask.bit_count()) - sigma",
    "G = kinetic_energy(mask) + model.floor(mask.bit_count())",
)
add(FILE, 'require(G > 0, "the ceiling is too high for the model space")', "pass")
add(FILE, "Z[i][j] -= share * other_value", "Z[i][j] += share * other_value")
add(FILE, "for j, other_value in column[:number]:", "for j, other_value in column[: number - 1]:")
add(FILE, "if not pivot > 0:\n            return False", "if not pivot > 0:\n            return True")
add(FILE, "row[i] > sum((abs(value) for j, value in enumerate(row) if j != i), arb(0)) for", "row[i] > 0 for")
add(FILE, "row[i] > sum((abs(value) for", "row[i] > sum((value for")
add(FILE, "return all(\n        row[i] >", "return any(\n        row[i] >")
add(FILE, "row[i] > sum((abs(value) for", "row[i].mid() > sum((abs(value.mid()) for")
add(
    FILE,
    "row[i] > sum((abs(value) for j, value in enumerate(row) if j != i), arb(0)) for",
    "row[i] > max((abs(value) for j, value in enumerate(row) if j != i), default=arb(0)) for",
)
add(FILE, "[*(run.lower for run in runs[1:]), ceiling]", "[*(run.upper for run in runs[1:]), ceiling]")
add(FILE, "[arb.neg_inf(), *(run.upper for run in runs)]", "[arb.neg_inf(), *(run.lower for run in runs)]")
add(FILE, "[*(run.lower for run in runs[1:]), ceiling]", "[*(run.lower for run in runs[1:]), arb.pos_inf()]")
add(FILE, 'require(a < run.lower and run.upper < b, "a', 'require(True, "a')
add(FILE, 'require(a < run.lower and run.upper < b, "a', 'require(a < run.lower, "a')
add(FILE, "require(a < run.lower and run.upper < b", "require(a < run.lower and run.lower < b")
add(
    FILE,
    "energy = (rho - r * r / (b - rho)).union(rho + r * r / (rho - a))",
    "energy = rho.union(rho + r * r / (rho - a))",
)
add(
    FILE,
    "energy = (rho - r * r / (b - rho)).union(rho + r * r / (rho - a))",
    "energy = (rho - r * r / (b - rho)).union(rho)",
)
add(
    FILE,
    "energy = (rho - r * r / (b - rho)).union(rho + r * r / (rho - a))",
    "energy = (rho - r * r / (b - rho)).intersection(rho + r * r / (rho - a)) if False else rho",
)
add(
    FILE,
    "energy = (rho - r * r / (b - rho)).union(rho + r * r / (rho - a))",
    "energy = (rho - r * r / (rho - a)).union(rho + r * r / (b - rho))",
)
add(
    FILE,
    "energy = (rho - r * r / (b - rho)).union(rho + r * r / (rho - a))",
    "energy = (rho - r * r / (b - rho) / 2).union(rho + r * r / (rho - a) / 2)",
)
add(FILE, "deviation = (arb(2).sqrt() * r *", "deviation = (r *")
add(
    FILE,
    "r * max((1 / (b - rho)).upper(), (1 / (rho - a)).upper())",
    "r * min((1 / (b - rho)).upper(), (1 / (rho - a)).upper())",
)
add(FILE, "r * max((1 / (b - rho)).upper(), (1 / (rho - a)).upper())", "r * (1 / (b - rho)).upper()")
add(FILE, "r * max((1 / (b - rho)).upper(), (1 / (rho - a)).upper())", "r * (1 / (rho - a)).upper()")
add(
    FILE,
    "gap = min((run.lower - a).lower(), (b - run.upper).lower())",
    "gap = max((run.lower - a).lower(), (b - run.upper).lower())",
)
add(
    FILE,
    "gap = min((run.lower - a).lower(), (b - run.upper).lower())",
    "gap = min((run.upper - a).lower(), (b - run.lower).lower())",
)
add(FILE, "spread = run.defect + sum(", "spread = sum(")
add(
    FILE,
    "spread = run.defect + sum(((level.residual / gap) * (level.residual / gap) for level in run.levels), arb(0))",
    "spread = run.defect",
)
add(FILE, 'require(spread < 1, "levels', 'require(True, "levels')
add(FILE, "energy=run.lower.union(run.upper)", "energy=level.rho")
add(FILE, "deviation=(level.residual / gap + spread).upper()", "deviation=spread.upper()")
add(FILE, "deviation=(level.residual / gap + spread).upper()", "deviation=(level.residual / gap).upper()")
add(FILE, "companions=companions,", "companions=0,")
add(FILE, "if abs(two_S - other_S) != 1:", "if abs(two_S - other_S) > 1:")
add(FILE, "Fraction(1, 2) if electrons % 2 else", "Fraction(1, 2) if not electrons % 2 else")
add(FILE, "(i.deviation + j.deviation)", "i.deviation")
add(FILE, "(i.deviation + j.deviation)", "j.deviation")
add(FILE, "(i.deviation + j.deviation)", "(0 * i.deviation)")
add(FILE, "(size * (", "((")
add(FILE, "sign = (-1) ** (mask & (1 << bit) - 1).bit_count()", "sign = 1")
add(FILE, "two_S + 2 if other_S > two_S else two_S, 2", "two_S + 2 if other_S < two_S else two_S, 2")
add(FILE, "Fraction(other_S + 1, 2 * (two_S + 1))", "Fraction(1, 2)")

FILE = "model.py"
add(FILE, '"none": Fraction(0)}', '"none": length}')
add(FILE, "self.coupling * electrons * (electrons - 1) / 2)", "self.coupling * electrons * (electrons - 1))")
add(FILE, "self.coupling * electrons * (electrons - 1) / 2)", "self.coupling * electrons * electrons / 2)")
add(FILE, "if self.coupling >= 0 else g / rational(self.beta)", "")
add(
    FILE,
    "return g / (1 + rational(self.beta) ** 2).sqrt() if self.coupling >= 0 else g / rational(self.beta)",
    "return g / rational(self.beta)",
)
add(FILE, "(1 + rational(self.beta) ** 2).sqrt()", "rational(self.beta)")
add(FILE, 'if self.kernel == "contact" and self.coupling < 0:', "if False:")
add(FILE, 'return arb(0) if self.kernel == "contact" else g', "return g")
add(FILE, "value -= self.integral", "value += self.integral")
add(FILE, "return g * same / (2 if a else 1)", "return g * same / 2")
add(FILE, "return squares(mask) * arb.pi() ** 2 / 2", "return squares(mask) * arb.pi() ** 2")
add(FILE, "return 1 + sum(singles) + doubles + singles[0] * singles[1]", "return 1 + sum(singles)")

FILE = "recompute.py"
add(FILE, "if abs(step) != 1:", "if abs(step) > 1:")
add(FILE, "two_S_i + 2 if step == 1 else two_S_i", "two_S_i + 2")
add(FILE, "/ rational(model.length**2)", "/ rational(model.length)")
add(FILE, "highest = min(dot.orbitals, electrons + levels)", "highest = min(dot.orbitals, electrons)")
add(FILE, "highest = min(dot.orbitals, electrons + levels)", "highest = electrons + levels")
add(
    FILE,
    "    require(\n        comb(highest + electrons - 1, electrons) <= MOST_CONFIGURATIONS,",
    "    require(\n        True,",
)
add(FILE, 'strength = dot.strength if dot.kernel == "constant" else Fraction(0)', "strength = dot.strength")
add(FILE, "if all(number <= 2 for", "if all(number <= 3 for")
add(FILE, "- (comb(k, down - 1) if down else 0)", "")
add(FILE, 'require(mine <= group, "spins', 'require(True, "spins')
add(FILE, 'require(len(energies) == len(labels), "there', 'require(True, "there')
add(
    FILE,
    "shift = rational(strength * electrons * (electrons - 1) / Fraction(2))",
    "shift = rational(strength * electrons * (electrons - 1))",
)
add(FILE, "back = rational(Fraction(chain.two_S[i] + 1, chain.two_S[j] + 1))", "back = arb(1)")
add(FILE, "lead.mu + chain.gate", "lead.mu - chain.gate")
add(FILE, "for sign in (1, -1))\n", "for sign in (-1, 1))\n")
add(FILE, "return rational(upper - lower - shift)", "return rational(upper - lower)")
add(
    FILE,
    "return _ball(upper) - _ball(lower) - rational(shift)",
    "return _ball(upper).mid() - _ball(lower).mid() - rational(shift)",
)
add(
    FILE,
    "return rational(number) if isinstance(number, Fraction) else number",
    "return rational(number) if isinstance(number, Fraction) else number.mid()",
)
add(FILE, "matrix[j][i] += out", "pass")
add(FILE, "if chain.leads[0].mu == chain.leads[1].mu:", "if True:")
add(FILE, "if chain.leads[0].mu == chain.leads[1].mu:", "if chain.leads[0].rate == chain.leads[1].rate:")
add(FILE, '(1 if name == "L" else -1)', "1")
add(FILE, "(occupied[i] * into - occupied[j] * out)", "(occupied[i] * into)")
add(FILE, 'require(exit_rate > 0, "that the levels', 'require(True, "the levels')
add(FILE, "work[i][j] += share * work[k][j] if i != j else 0", "work[i][j] += 0")
add(FILE, "return [weight / total for weight in weights]", "return weights")

FILE = "levels.py"
add(FILE, "0 < number <= MOST_DETERMINANTS", "True")
add(FILE, "    _require_few_steps(model, stated, number,", "    0 and _require_few_steps(model, stated, number,")
add(FILE, 'require(stated.ceiling is not None, "levels are missing, and no ceiling is stated")', "pass")
add(FILE, "complete(model, mine, stated.ceiling or Fraction(0), *split[parity])", "pass")
add(FILE, "if len(mine) < len(masks):", "if len(mine) < len(masks) - 1:")
add(
    FILE,
    "for parity, masks in basis.items():\n        mine",
    "for parity, masks in list(basis.items())[:1]:\n        mine",
)
add(FILE, "require(len(inner) <= MOST_IN_MODEL_SPACE", "require(True")
add("model.py", "return energy / rational(self.length**2)", "return energy / rational(self.length)")
add(FILE, "squares(mask) > stated.limit]", "squares(mask) > stated.limit + 10]")
add(FILE, 'require(below.energy < above.energy, "the order', 'require(True, "the order')
add(FILE, "require(below.energy < above.energy", "require(below.energy.mid() < above.energy.mid()")

FILE = "claims.py"
add(
    FILE,
    "return claim.mid - claim.rad <= low and high <= claim.mid + claim.rad",
    "return claim.mid - claim.rad <= high and low <= claim.mid + claim.rad",
)
add(FILE, "return claim.mid - claim.rad <= low and", "return")
add(FILE, "and high <= claim.mid + claim.rad", "")
add(FILE, "if not proven.is_finite():\n            return False", "pass")
add(FILE, "if mantissa and magnitude > LARGEST:", "if False:")
add(FILE, "outside = (mantissa > 0) == up", "outside = False")
add(FILE, "outside = (mantissa > 0) == up", "outside = True")
add(FILE, 'require(contains(claim, proven), f"', 'require(True, f"')
add(
    FILE,
    "lower, upper = _exact(proven.lower(), up=False), _exact(proven.upper(), up=True)",
    "lower = upper = _exact(proven.mid(), up=True)",
)
add(FILE, 'require(len(stated) == len(proven), f"', 'require(True, f"')

FILE = "grammar.py"
add(FILE, "require(len(content) <= MOST_BYTES,", "require(True or len(content) <= MOST_BYTES,")
add(FILE, "require(deepest <= DEEPEST,", "require(True or deepest <= DEEPEST,")
add(FILE, "require(len(result) == len(pairs),", "require(True or len(result) == len(pairs),")
add(FILE, 'require(len(text) <= MOST_CHARACTERS, f"an', 'require(True or len(text) <= MOST_CHARACTERS, f"an,')
add(FILE, "require(not missing,", "require(True or not missing,")
add(FILE, "require(not unknown,", "require(True or not unknown,")
add(FILE, "require(least <= len(value) <= most,", "require(True or least <= len(value) <= most,")
add(FILE, "if type(value) is not int:\n", "if False:\n")
add(FILE, "require(least <= value <= most,", "require(True or least <= value <= most,")
add(FILE, "if type(value) is not int and type(value) is not float:", "if False:")
add(
    FILE,
    "require(not isinstance(value, float) or math.isfinite(value),",
    "require(True or not isinstance(value, float) or math.isfinite(value),",
)
add(FILE, "require(number == 0 or 1 <=", "require(True or number == 0 or 1 <=")
add(FILE, "require(number > 0,", "require(True or number > 0,")
add(FILE, "require(number >= 0,", "require(True or number >= 0,")
add(FILE, 'require(len(text) <= MOST_CHARACTERS, f"{name}', 'require(True or len(text) <= MOST_CHARACTERS, f"{name},')
add(FILE, "require(match or _FRACTION.fullmatch(text),", "require(True or match or _FRACTION.fullmatch(text),")
add(FILE, "require(small,", "require(True or small,")
add(FILE, "require(rad >= 0,", "require(True or rad >= 0,")
add(FILE, "if not isinstance(kernel, str) or kernel not in KERNELS:", "if False:")
add(FILE, 'if not isinstance(name, str) or name not in ("L", "R"):', "if False:")
add(FILE, "require(len(read_leads) == 2,", "require(True or len(read_leads) == 2,")
add(FILE, "require((two_S - electrons) % 2 == 0,", "require(True or (two_S - electrons) % 2 == 0,")
add(FILE, "if type(value) is not int or value not in (1, -1):", "if False:")
add(
    FILE,
    'require(count(value["electrons"], "electrons") == electrons,',
    'require(True or count(value["electrons"], "electrons") == electrons,',
)
add(FILE, "require(len(words) == sizes[own_parity],", "require(True or len(words) == sizes[own_parity],")
add(FILE, "require(any(numbers),", "require(True or any(numbers),")
add(FILE, 'raise RejectedError(f"{name} is no number")', "return 0")
add(FILE, "MOST_EXPONENT: Final = 20_000", "MOST_EXPONENT: Final = 10**12")
add(FILE, "MOST_HEXADECIMALS: Final = 1500", "MOST_HEXADECIMALS: Final = 15000")
add(FILE, 'two_S = count(value, "two_S", 0, most)', 'two_S = count(value, "two_S", -10, most)')
add(FILE, 'two_S = count(value, "two_S", 0, most)', 'two_S = count(value, "two_S", 0)')
add(FILE, 'count(value["limit"], "limit")', 'count(value["limit"], "limit", -5)')
add(FILE, 'positive(lead["rate"], "rate")', 'non_negative(lead["rate"], "rate")')
add(FILE, 'positive(value["length"], "length")', 'real(value["length"], "length")')
add(FILE, 'cutoff = (positive if kernel == "soft-coulomb" else non_negative)(', "cutoff = real(")

FILE = "check.py"
add(FILE, 'require(certificate["sha256"] == content_hash(certificate),', "require(True,")
add(FILE, 'require(case["schema"] == case_schema,', "require(True,")
add(FILE, 'require(certificate["grade"] == proven.grade,', "require(True,")
add(FILE, 'count(certificate["digits"], "digits", 1, MOST_DIGITS)', "12")
add(
    FILE,
    "if not isinstance(schema, str) or schema not in _FAMILIES:",
    "if False:",
    equivalent="the look-up that follows fails, and `check` turns that into a rejection",
)

FILE = "given_levels.py"
add(FILE, 'require(not the_dot.interacts, "a spectrum needs evidence")', "pass")
add(FILE, "require(labels == [(level.two_S, level.parity) for level in levels],", "require(True,")
add(FILE, "_none(evidence)", "pass")
add(FILE, "_none(evidence)", "pass", 1)
add(FILE, "_none(evidence)", "pass", 2)
add(FILE, "_none(evidence)", "pass", 3)
add(FILE, "    in_order(levels)\n", "")
add(
    FILE,
    'require(len(levels) >= number, "levels are missing")',
    "pass",
    equivalent="every list of values is compared in length with what is proven, and a shorter proof is refused there",
)
add(
    FILE,
    'rows = [items(row, "a row of M", numbers[0], numbers[0]) for row in stated]',
    "rows = stated",
    equivalent="what is no list holds no balls, and each row is compared in length with what is proven",
)
add(FILE, "require(electrons[j] == electrons[i] + 1,", "require(True,")
add(FILE, "require((i, j) not in transitions,", "require(True,")
add(FILE, 'non_negative(edge["M"], "M")', 'real(edge["M"], "M")')
add(FILE, 'spin(level["two_S"], electrons[-1], electrons[-1])', 'count(level["two_S"], "two_S")')
add(FILE, 'positive(inputs["kT"], "kT")', 'real(inputs["kT"], "kT")')
add(FILE, "for i in first]", "for i in first[:1] * len(first)]")
add(FILE, 'exact = the_dot.kernel != "soft-coulomb" or the_dot.strength == 0', "exact = True")
add(FILE, "return levels[:number]", "return levels[-number:]")
add(FILE, 'for name in ("L", "R"):\n        check_ball(values', 'for name in ("L",):\n        check_ball(values')

FILE = "from_dot.py"
add(
    FILE,
    'require(number != "all" or len(levels) == all_levels, "levels are missing")',
    "pass",
    equivalent="the entries have no more members than levels are listed, and are compared with the number of all",
)
add(FILE, 'require(found == labels, "spins', 'require(True, "spins')
add(
    FILE,
    "all(contains(claim, level.energy) for level in members)",
    "any(contains(claim, level.energy) for level in members)",
)
add(FILE, "all(one.energy < other.energy for one in members for other in levels[done:])", "True")
add(
    FILE,
    "all(one.energy < other.energy for one in members for other in levels[done:])",
    "all(one.energy < other.energy for one in members[:1] for other in levels[done:])",
)
add(FILE, "require(done == wanted,", "require(True,")
add(FILE, "require(labels == sorted(set(labels)),", "require(True,")
add(FILE, "require(all(len(group) == 1 for group in flat),", "require(True,")
add(FILE, "require(len(flat) <= MOST_STATES,", "require(True,")
add(FILE, 'check_balls([both["in"], both["out"]], proven, "rates")', "pass")
add(FILE, 'check_balls(items(row, "a row of M", len(values), len(values)), values, "M")', "pass")
add(FILE, 'check_balls(items(stated, "populations", len(part), len(part)), part, "populations")', "pass")
add(FILE, 'require(not isinstance(inputs["levels"], list),', "require(True,")
add(FILE, 'items(inputs["levels"], "levels", 2, 2)', "pass")
add(FILE, 'check_ball(values[f"I_{name}"], current[name], f"I_{name}")', "pass")
