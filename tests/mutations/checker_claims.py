"""Mutations of the checker in C++ in what rests on proven levels: M_ji, rates, populations, currents and stated claims.

They belong to the table of `checker`, behind its own.
"""

# source text is quoted as it stands

from mutation import Table

FILE = "check_certificate.cpp"


def add_to(table: Table) -> None:
    """Append them to a table."""
    add = table.add
    add(FILE, "j.two_S > i.two_S ? i.two_S + 2 : i.two_S", "i.two_S + 2")
    add(FILE, "abs(mpz_class(two_S_i - two_S_j)) != 1", "abs(mpz_class(two_S_i - two_S_j)) > 1")
    add(FILE, "placed == 1 && n % 2 == 0 ? -state[3] : state[3]", "n % 2 == 0 ? -state[3] : state[3]")
    add(FILE, "number = (number - less) * ways;", "number = number * ways;")
    add(
        FILE,
        "if (!open(chain.leads[0]) && !open(chain.leads[1])) continue;",
        ";",
        equivalent="some state then ends without an exit, and no division by that is done",
    )
    add(
        FILE,
        'for (std::size_t p : part) require(p == part[0], "the levels are not proven to form one class");',
        ";",
        equivalent="a class without the first level ends with a state without exit: no division by that is done",
    )
    add(FILE, "chain.gate + lead.mu", "chain.gate - lead.mu")
    add(FILE, "if (chain.leads[0].mu == chain.leads[1].mu) return total;", "return total;")
    add(FILE, "j.energy.high - i.energy.low - shift", "j.energy.low - i.energy.high - shift")
    add(FILE, "fraction(i.two_S + 1, j.two_S + 1)", "fraction(1, 1)")
    add(FILE, 'name == "L" ? total : -total', "total")
    add(FILE, 'lead.positive("rate")', 'lead.non_negative("rate")')
    add(FILE, "while (at <= text.size())", "while (at < text.size())")
    add(FILE, "if (++values > MOST_VALUES)", "if (false)")
    add(
        FILE,
        "populations[flow.from] * flow.into - populations[flow.to] * flow.out",
        "populations[flow.from] * flow.into",
    )
    add(
        FILE,
        "2 * lead.rate * M.low, 2 * lead.rate * M.high",
        "2 * lead.rate * M.low, 2 * lead.rate * M.low",
    )
    add(FILE, "share * rates[k][j]", "Interval(0)")
    add(FILE, 'require(json.find(field), this->name + ": \\"" + field + "\\" is missing");', ";")
    add(FILE, 'require(expected.count(key), this->name + ": \\"" + shortened(key) + "\\" is no field of it");', ";")
    add(
        FILE,
        'require(claim.radius.mantissa >= 0, name + ": a radius must not be negative");',
        ";",
        equivalent="a ball of negative radius holds no number",
    )
    add(FILE, 'require(document.grade == grade, "the grade of this proof is " + grade);', ";")
    add(
        FILE,
        "require(document.evidence.size() == evidence, "
        '"the evidence must have " + std::to_string(evidence) + " parts");',
        ";",
    )
    add(
        FILE,
        "require(has_spin(*level.basis, level.vector_, electrons, level.two_S),\n"
        '            "a vector is not of the spin that is stated");',
        ";",
    )
    add(FILE, 'require(any, "a vector must not vanish");', ";")
    add(
        FILE,
        'require(fields.count("electrons", 0, 2 * MOST_ORBITALS) == electrons, "the evidence is of other electrons");',
        ";",
    )
    add(
        FILE,
        'require(ceiling.has_value(), "levels are missing, and no ceiling is stated");',
        "if (!ceiling.has_value()) return;",
    )
    add(
        FILE,
        "if (list.levels[i].high >= list.levels[i + 1].low) "
        'throw Undecided("the order of two levels is not determined");',
        ";",
    )
    add(
        FILE,
        'require(mine.size() < basis.masks.size(), "there are more levels than states");',
        ";",
        equivalent="disjoint intervals that each hold an eigenvalue cannot be more than there are eigenvalues",
    )
    add(
        FILE,
        'require(dot.kernel == "constant" || dot.kernel == "none" || dot.strength == 0, "a spectrum needs evidence");',
        ";",
    )
    add(FILE, 'require(number > 0, "spins or parities are not those of the configurations");', ";")
    add(FILE, "number -= 1;", ";")
    add(
        FILE,
        "mpq_class(dot.strength * electrons * (electrons - 1) / 2)",
        "mpq_class(dot.strength * electrons * (electrons - 1))",
    )
    add(FILE, 'require(stated.two_S[i] == level.two_S, "the spins are not those of the levels");', ";")
    add(FILE, 'require(stated.parity[i] == level.parity, "the parities are not those of the levels");', ";")
    add(FILE, 'require(M.back().size() == columns, "M must have a column for each level of N electrons");', ";")
    add(FILE, 'require(M.size() == rows, "M must have a row for each level of N+1 electrons");', ";")
    add(
        FILE,
        'require(chain.levels[j].electrons == chain.levels[i].electrons + 1, "a transition must add one electron");',
        ";",
    )
    add(FILE, 'require(known.insert({from, to}).second, "a transition is listed twice");', ";")
    add(FILE, 'inputs.positive("kT")', 'inputs.real("kT")')
    add(FILE, 'require((two_S - electrons) % 2 == 0, "two_S must be even or odd as the number of electrons is");', ";")
    add(FILE, 'require(claims.size() == chain.levels.size(), "there must be one population for each level");', ";")
    add(FILE, 'require(asked.token == "all" && list.whole, "all levels are asked for: the list must be whole");', ";")
    add(FILE, "highest = i == at ? level.high : std::max(highest, level.high);", "highest = level.high;")
    add(FILE, 'throw Undecided("the order of two entries is not determined");', ";")
    add(
        FILE,
        'require(group.size() == static_cast<std::size_t>(member.count), "the members are not those of the levels");',
        ";",
    )
    add(FILE, 'require(at == n, "the entries must have as many members as there are levels asked for");', ";")
    add(FILE, 'require(ascending, "members must ascend by two_S and parity, each once");', ";")
    add(FILE, 'require(group.size() == 1, "levels that may coincide have no rates of their own");', ";")
    add(
        FILE,
        'verify(entry.energy, dot.stated(level.low), dot.stated(level.high), "energy");',
        'if (i == at) verify(entry.energy, dot.stated(level.low), dot.stated(level.high), "energy");',
    )
    add(FILE, 'verify(claim_from(row[i], "M"), M.low, M.high, "M");', ";")
    add(FILE, "verify_rates(state);", ";")
    add(FILE, 'verify(claim_from(rates.at("out"), "rates"), state.flows[flow].out, "rates");', ";")
    add(FILE, 'verify(claim_from(balls[i], "populations"), state.populations[first[k] + i], "populations");', ";")
    add(FILE, "total.low += low, total.high += high;", "total.low += low, total.high = high;")
    add(FILE, 'require(fields.text("sha256") == content_hash(json), "the content does not match its hash");', ";")
    add(FILE, 'require(question.text("schema") == family->second, "the schema', 'require(true, "the schema')
