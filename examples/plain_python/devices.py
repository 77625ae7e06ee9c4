"""The starter kit for devices: any number of leads, heat, response, blockade, counting, and polarised leads in a field.

It keeps what `quantum_dot.py` beside it has for the protocol and for elimination. Eleven optional tasks are answered by
one rate equation between states |level, S_z>: without a field its sums over S_z are those between levels.

    qdverify verify --implementation "command:python3 devices.py" --check "leads.*"
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction

import quantum_dot as kit
from quantum_dot import fermi, is_number, require

SPINS = {"up": 1, "down": -1}
CLOSE = Decimal("1e-20")
"""How far apart the bounds of an eigenvalue may be, in units of the largest rate."""
SOLVING = 250
"""Decimals for linear systems, whose solutions are differences of rates that span many decades."""
DEEPEST = 700
"""The same where the difference itself is asked for 305 decades below the rates."""


def lead_currents(levels, transitions, leads, kT, gate):
    """Electrons per time from each lead into the dot."""
    passing = flows(levels, transitions, leads, kT, gate)
    return {"currents": {name: float(sum(net for _, net, _ in found)) for name, found in passing.items()}}


def heat_currents(levels, transitions, leads, kT, gate):
    """Heat per time out of each lead: every electron takes E_j - E_i - gate - mu along."""
    passing = flows(levels, transitions, leads, kT, gate)
    return {"heat": {name: float(sum(net * heat for _, net, heat in found)) for name, found in passing.items()}}


def spin_currents(levels, transitions, leads, kT, *, gate, zeeman):
    """Electrons of either spin per time from each lead into the dot."""
    passing = flows(levels, transitions, leads, kT, gate, zeeman=zeeman)
    return {
        spin: {name: float(sum(net for sigma, net, _ in found if sigma == spin)) for name, found in passing.items()}
        for spin in SPINS
    }


def spin_heat(levels, transitions, leads, kT, *, gate, zeeman):
    """Heat of both spins per time out of each lead: every electron takes E_j - E_i + b sigma/2 - gate - mu along."""
    passing = flows(levels, transitions, leads, kT, gate, zeeman=zeeman)
    return {"heat": {name: float(sum(net * heat for _, net, heat in found)) for name, found in passing.items()}}


def spin_populations(levels, transitions, leads, kT, *, gate, zeeman):
    """Of each level the populations from S_z = -S to S."""
    P = iter(kit.populations(rates(levels, transitions, leads, kT, gate, zeeman=zeeman)[0]))
    return {"populations": [[float(next(P)) for _ in range(level["two_S"] + 1)] for level in levels]}


def linear_response(levels, transitions, leads, kT, gate):
    """From L to R: Onsager's matrix, thermopower, heat conductance at no current, and ZT, null if it is infinite."""
    check(levels, transitions, leads, kT, gate=gate, zeeman=None)
    names = [lead["name"] for lead in leads]
    require(sorted(names) == ["L", "R"], "the leads must be L and R")
    require(all(is_number(item["M"]) for item in transitions), "M must be a number")
    coupled = all(lead["rate"] for lead in leads) and any(item["M"] for item in transitions)
    require(coupled, "both leads must be coupled: without a current there is no thermopower")
    rows, left = response(levels, transitions, leads, kT, gate, zeeman=None), names.index("L")
    L11, L12, L22 = rows[left][left], rows[left][2 + left], rows[2 + left][2 + left]
    kT, mean = Decimal(kT), L12 / L11
    # electrons of one energy carry no heat without a current; rounding would leave some
    energies = {
        Fraction(levels[item["to"]]["energy"]) - Fraction(levels[item["from"]]["energy"]) for item in transitions
    }
    K = (L22 - mean * L12) / kT**2 if len(energies) > 1 else Decimal(0)
    return {
        "onsager": [[float(L11), float(L12)], [float(L12), float(L22)]],
        "thermopower": float(mean / kT),
        "heat_conductance": float(K),
        "figure_of_merit": float((mean / kT) ** 2 * L11 / K) if K > 0 else None,
    }


def lead_response(levels, transitions, leads, kT, gate):
    """Currents and heat of each lead that small forces drive."""
    return {"onsager": floats(response(levels, transitions, leads, kT, gate, zeeman=None))}


def spin_response(levels, transitions, leads, kT, *, gate, zeeman):
    """Currents and heat of both spins that small forces on both spins drive, in a field."""
    return {"onsager": floats(response(levels, transitions, leads, kT, gate, zeeman=zeeman))}


def floats(rows):
    """Return the rows of a matrix as numbers of JSON."""
    return [[float(entry) for entry in row] for row in rows]


def response(levels, transitions, leads, kT, gate, *, zeeman):
    """Currents, then heat, by row; the forces d mu/kT of each lead, then dT/kT^2, by column: W P' = -W' P."""
    require(len({lead["mu"] for lead in leads}) == 1, "the leads must have one chemical potential in linear response")
    require(not any("kT" in lead for lead in leads), "the leads must have no temperature of their own")
    every, told = rates(levels, transitions, leads, kT, gate, zeeman=zeeman)
    P, n = kit.populations(every), len(leads)
    sources, driven = [], []
    for power in (0, 1):
        for k in range(n):
            # f changes by f (1 - f) for each unit of force, and 1 - f by as much the other way
            moved = [
                (i, j, into * out / (into + out) * (P[i] + P[j]) * (heat if power else 1))
                for ((i, j), into, out), (_, heat) in zip(every[k], told[k], strict=True)
            ]
            source = [Decimal(0)] * every["levels"]
            for i, j, flow in moved:
                source[i] += flow
                source[j] -= flow
            sources.append(source)
            driven.append((k, moved))
    matrix = [[Decimal(0)] * (2 * n) for _ in range(2 * n)]
    for column, (shift, (forced, moved)) in enumerate(zip(solved(every, sources), driven, strict=True)):
        for lead in range(n):
            nets = [shift[i] * into - shift[j] * out for (i, j), into, out in every[lead]]
            if lead == forced:
                nets = [net + flow for net, (_, _, flow) in zip(nets, moved, strict=True)]
            matrix[lead][column] = sum(nets)
            matrix[n + lead][column] = sum(net * heat for net, (_, heat) in zip(nets, told[lead], strict=True))
    return matrix


def conductance_parts(levels, transitions, leads, kT, gate):
    """dI/dV, with |V| the growth of each level's population, and its part in what that does to the current."""
    names = [lead["name"] for lead in leads]
    require(sorted(names) == ["L", "R"], "the leads must be L and R")
    every, _ = rates(levels, transitions, leads, kT, gate, zeeman=None)
    P, size = kit.populations(every), every["levels"]
    source, c, added = [Decimal(0)] * size, [Decimal(0)] * size, Decimal(0)
    with localcontext() as context:
        context.prec = DEEPEST
        for k, lead in enumerate(leads):
            # +V/2 at L and -V/2 at R; of what passes from L to R each barrier counts half
            half = Decimal(1 if lead["name"] == "L" else -1) / 2
            for (i, j), into, out in every[k]:
                moved = into * out / (into + out) * (P[i] + P[j]) * half / Decimal(lead.get("kT", kT))
                source[i] += moved
                source[j] -= moved
                c[i] += into * half
                c[j] -= out * half
                added += moved * half
    slope = solved_alike(every, source, levels)
    mu = {lead["name"]: lead["mu"] for lead in leads}
    growth = [change if mu["L"] >= mu["R"] else -change for change in slope]
    lost = [max(-gain, Decimal(0)) for gain in growth]
    mean = sum(loss * passed for loss, passed in zip(lost, c, strict=True)) / sum(lost) if any(lost) else Decimal(0)
    parts = [
        change * (passed - mean) if gain > 0 else Decimal(0)
        for change, gain, passed in zip(slope, growth, c, strict=True)
    ]
    return {
        "dI_dV": float(added + sum(change * passed for change, passed in zip(slope, c, strict=True))),
        "growth": [float(value) for value in of_levels(growth, levels)],
        "parts": [float(value) for value in of_levels(parts, levels)],
    }


def solved_alike(every, source, levels):
    """For a source that is the same for all states of a level the x with W x = b, as `solved` gives it."""
    with localcontext() as context:
        # what rounding told of states that are alike would grow where little else moves
        context.prec = DEEPEST
        totals, alike = of_levels(source, levels), []
        for total, level in zip(totals, levels, strict=True):
            alike += [total / (level["two_S"] + 1)] * (level["two_S"] + 1)
        return solved(every, [alike], DEEPEST)[0]


def of_levels(values, levels):
    """Return the sums of values over the states of each level."""
    states = iter(values)
    return [sum(next(states) for _ in range(level["two_S"] + 1)) for level in levels]


def lead_cumulants(levels, transitions, leads, kT, *, gate, counted):
    """Three cumulants of the electrons that enter through the counted leads: current, noise and the third.

    With e^theta for each of them the rates are W + theta W_1 + theta^2/2 W_2 + ..., W_1 = in - out, W_2 = in + out and
    W_3 = W_1. Their eigenvalue is Lambda = c_1 theta + c_2 theta^2/2 + ... and its vector P + theta v + ..., by orders.
    """
    names = [lead["name"] for lead in leads]
    require(isinstance(counted, list) and counted, f"counted={counted!r} must be a list of one or more leads")
    known = all(name in names for name in counted)
    require(known and len(set(counted)) == len(counted), f"counted={counted!r} must name leads, each once")
    every, _ = rates(levels, transitions, leads, kT, gate, zeeman=None)
    chosen = [names.index(name) for name in counted]
    with localcontext() as context:
        context.prec = SOLVING
        vectors, found = [kit.populations(every)], []
        for order in (1, 2, 3):
            pushed = [Decimal(0)] * every["levels"]
            for m in range(1, order + 1):
                weight = (1, 1, Decimal(1) / 2, Decimal(1) / 6)[m]
                for j, value in enumerate(weighted(every, chosen, vectors[order - m], sign=(-1) ** m)):
                    pushed[j] += weight * value
            found.append(sum(pushed))
            source = [
                sum(value * vectors[order - m][j] for m, value in enumerate(found, start=1)) - pushed[j]
                for j in range(every["levels"])
            ]
            vectors += solved(every, [source])
        return {"cumulants": [float(found[0]), float(2 * found[1]), float(6 * found[2])]}


def lead_generating_function(levels, transitions, leads, kT, *, gate, theta):
    """Growth rate if every electron weighs e^theta of its lead into the dot, and e^-theta out of it."""
    names = [lead["name"] for lead in leads]
    require(isinstance(theta, list) and 1 <= len(theta) <= 64, "theta must be a list of 1 to 64 objects")
    for row in theta:
        require(isinstance(row, dict) and set(row) == set(names), f"{row!r} must have a field of each lead")
        for field in row.values():
            require(is_number(field) and -100 <= field <= 100, f"theta={field!r} must be between -100 and 100")
    every, _ = rates(levels, transitions, leads, kT, gate, zeeman=None)
    start = kit.populations(every)
    with localcontext() as context:
        context.prec = SOLVING
        weights = [[Decimal(row[name]).exp() for name in names] for row in theta]
        return {"values": [float(largest_eigenvalue(every, weight, start)) for weight in weights]}


def largest_eigenvalue(every, weights, x):
    """Between the smallest and the largest (A x)_k / x_k, which x = (s - A)^-1 x brings together, s the largest."""
    size = every["levels"]
    A, exits = [[Decimal(0)] * size for _ in range(size)], [Decimal(0)] * size
    for k, weight in enumerate(weights):
        for (i, j), into, out in every[k]:
            A[j][i] += into * weight
            A[i][j] += out / weight
            exits[i] += into
            exits[j] += out
    while True:
        quotients = [sum(a * b for a, b in zip(A[k], x, strict=True)) / x[k] - exits[k] for k in range(size)]
        lower, upper = min(quotients), max(quotients)
        if upper - lower <= CLOSE * (abs(upper) + max(exits)):
            return (lower + upper) / 2
        rows = [[-a for a in A[k]] + [x[k]] for k in range(size)]
        for k in range(size):
            rows[k][k] += upper + exits[k]
        found = [abs(row[size]) for row in reduced(rows)]
        x = [value / sum(found) for value in found]


def weighted(every, chosen, vector, *, sign):
    """Electrons that enter through the chosen leads, plus or minus those that leave, by the state they lead to."""
    found = [Decimal(0)] * every["levels"]
    for k in chosen:
        for (i, j), into, out in every[k]:
            found[j] += into * vector[i]
            found[i] += sign * out * vector[j]
    return found


def solved(every, sources, decimals=SOLVING):
    """For each source b the x with W x = b and sum x = 0, by elimination with pivots; b adds up to 0."""
    size = every["levels"]
    with localcontext() as context:
        context.prec = decimals
        rows = [[Decimal(0)] * size + [source[k] for source in sources] for k in range(size)]
        for lead in (name for name in every if name != "levels"):
            for (i, j), into, out in every[lead]:
                for start, end, rate in ((i, j, into), (j, i, out)):
                    rows[end][start] += rate
                    rows[start][start] -= rate
        # one equation follows from the others: the sum takes its place
        rows[0] = [Decimal(1)] * size + [Decimal(0)] * len(sources)
        rows = reduced(rows)
        return [[row[size + number] for row in rows] for number in range(len(sources))]


def reduced(rows):
    """Eliminate with pivots in the rows of a linear system, its sides behind: there stand the solutions."""
    for k in range(len(rows)):
        best = max(range(k, len(rows)), key=lambda row: abs(rows[row][k]))
        rows[k], rows[best] = rows[best], rows[k]
        rows[k] = [value / rows[k][k] for value in rows[k]]
        for row in range(len(rows)):
            if row != k and rows[row][k]:
                factor = rows[row][k]
                rows[row] = [value - factor * pivot for value, pivot in zip(rows[row], rows[k], strict=True)]
    return rows


def flows(levels, transitions, leads, kT, gate, *, zeeman=None):
    """For each lead (spin, electrons in minus out, heat of one electron) of every pair of states."""
    every, told = rates(levels, transitions, leads, kT, gate, zeeman=zeeman)
    P = kit.populations(every)
    return {
        lead["name"]: [
            (spin, P[i] * into - P[j] * out, heat)
            for ((i, j), into, out), (spin, heat) in zip(every[k], told[k], strict=True)
        ]
        for k, lead in enumerate(leads)
    }


def rates(levels, transitions, leads, kT, gate, *, zeeman):
    """For each lead by its place, ((i, j), rate i -> j, rate j -> i) of all pairs of states, and (spin, heat)."""
    check(levels, transitions, leads, kT, gate=gate, zeeman=zeeman)
    place = {}
    for k, level in enumerate(levels):
        for two_m in range(-level["two_S"], level["two_S"] + 1, 2):
            place[k, two_m] = len(place)
    every, told = {"levels": len(place)}, []
    for k, lead in enumerate(leads):
        every[k], about = [], []
        for item in transitions:
            low, high = levels[item["from"]], levels[item["to"]]
            M = item["M"][lead["name"]] if isinstance(item["M"], dict) else item["M"]
            for two_m in range(-low["two_S"], low["two_S"] + 1, 2):
                for spin, sigma in SPINS.items():
                    end = place.get((item["to"], two_m + sigma))
                    t = lead["rate"][spin] if isinstance(lead["rate"], dict) else lead["rate"]
                    if end is None or not Decimal(M) * Decimal(t):
                        continue
                    energy = Decimal(high["energy"]) - Decimal(low["energy"]) - Decimal(gate)
                    heat = energy + Decimal(zeeman or 0) * sigma / 2 - Decimal(lead["mu"])
                    x = heat / Decimal(lead.get("kT", kT))
                    strength = Decimal(M) * Decimal(t) * squared_amplitude(low["two_S"], two_m, sigma, high["two_S"])
                    every[k].append(((place[item["from"], two_m], end), strength * fermi(x), strength * fermi(-x)))
                    about.append((spin, heat))
        told.append(about)
    return every, told


def squared_amplitude(two_S_i, two_m, sigma, two_S_j):
    """|A_ji|^2 / M_ji = 2 (2S_i+1)/(2S_j+1) CG^2 of [J96] Eqs. (3) and (4)."""
    turned = sigma * (two_m + sigma) * (two_S_j - two_S_i)
    return Decimal(two_S_i + 1 + turned) / Decimal(two_S_j + 1)


def check(levels, transitions, leads, kT, *, gate, zeeman):
    """Refuse what does not exist; M_ji and rates may be objects."""
    names = [lead["name"] for lead in leads]
    for lead in leads:
        name = lead["name"]
        require(isinstance(name, str) and 1 <= len(name) <= 40, f"name={name!r} must be a text of 1 to 40 characters")
        require("kT" not in lead or (is_number(lead["kT"]) and lead["kT"] > 0), f"kT of {name!r} must be positive")
        require(is_number(lead["mu"]), f"mu={lead['mu']!r} must be a number")
        kinds = SPINS if zeeman is not None else None
        require_rates("rate", lead["rate"], kinds)
    require(2 <= len(names) <= 32 and len(set(names)) == len(names), "there must be 2 to 32 leads of different names")
    require(zeeman is None or is_number(zeeman), f"zeeman={zeeman!r} must be a number")
    for item in transitions:
        require_rates("M", item["M"], names)
    plain = [{**item, "M": 0} for item in transitions]
    kit.check_chain(levels, plain, [{"name": name, "rate": 0, "mu": 0} for name in "LR"], kT, gate)
    for item in transitions:
        apart = abs(levels[item["to"]]["two_S"] - levels[item["from"]]["two_S"])
        M = item["M"].values() if isinstance(item["M"], dict) else [item["M"]]
        require(apart == 1 or not any(M), f"{item!r} must join spins that differ by 1/2")


def require_rates(name, value, keys):
    """Refuse all but a number that is not negative or, if keys are given, an object with one for each."""
    if keys is not None and isinstance(value, dict):
        require(set(value) == set(keys), f"{name}={value!r} must have one number for each of {', '.join(keys)}")
    else:
        value = {"": value}
    for number in value.values():
        require(is_number(number) and number >= 0, f"{name}={number!r} must not be negative")


def hello(protocol, suite):
    """Say which tasks there are, and that every value has nine digits."""
    who = {"name": "plain Python starter kit for devices", "version": "1", "language": "Python"}
    tasks = [task.__name__ for task in kit.TASKS]
    return {"protocol": "1.1", "implementation": who, "tasks": tasks, "accuracy": dict.fromkeys(tasks, 1e-9)}


if __name__ == "__main__":
    kit.hello = hello
    kit.TASKS = (
        lead_currents,
        heat_currents,
        linear_response,
        lead_response,
        conductance_parts,
        lead_cumulants,
        lead_generating_function,
        spin_currents,
        spin_heat,
        spin_populations,
        spin_response,
    )
    kit.start()
