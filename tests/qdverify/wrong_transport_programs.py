"""Programs that are wrong in the rates, populations or currents."""

from functools import partial
from itertools import permutations

import mpmath
import numpy as np
from wrong_program import DIGITS, EV, add, noise

from qdverify.suite.finding import Stage

PROGRAMS = {}
points = partial(add, PROGRAMS, Stage.RATES, "point")
populations = partial(add, PROGRAMS, Stage.RATES, "stationary_state")
currents = partial(add, PROGRAMS, Stage.CURRENT, "current")

# rates and populations


@points("kT is far too small")
def temperature_in_electronvolts(right, **point):
    """kT is converted from electronvolts, but a Hartree energy already."""
    return right(**{**point, "kT": point["kT"] / EV})


@points()
def lever_arm(right, **point):
    """The gate acts with a tenth of its strength."""
    return right(**{**point, "gate": 0.1 * point["gate"]})


@points()
def left_rate_off(right, **point):
    """The left rate is off by a hundredth."""
    leads = [{**lead, "rate": lead["rate"] * (1.01 if lead["name"] == "L" else 1)} for lead in point["leads"]]
    return right(**{**point, "leads": leads})


@points("negative gate")
def negative_gate_ignored(right, **point):
    """A negative gate is taken for 0."""
    return right(**{**point, "gate": max(0.0, point["gate"])})


@points("1 - f", "gate has the wrong sign", "chemical potentials have the wrong sign")
def both_signs_wrong(right, **point):
    """Gate and chemical potentials have the wrong sign."""
    leads = [{**lead, "mu": -lead["mu"]} for lead in point["leads"]]
    return right(**{**point, "gate": -point["gate"], "leads": leads})


@populations("only small values", "argument of f >=")
def populations_with_a_floor(right, **question):
    """1e-12 is added to every population."""
    return {"populations": right(**question)["populations"] + 1e-12}


def with_constant(question, constant, between):
    """Return the populations if a constant joins levels i and j as often as `between` says, by LU at 50 digits."""
    levels, kT, gate = question["levels"], question["kT"], question["gate"]
    size = len(levels)
    with mpmath.workdps(50):
        W = mpmath.matrix(size, size)
        for step in question["transitions"]:
            i, j = step["from"], step["to"]
            back = mpmath.mpf(levels[i]["two_S"] + 1) / (levels[j]["two_S"] + 1)
            for lead in question["leads"]:
                x = (mpmath.mpf(levels[j]["energy"]) - levels[i]["energy"] - gate - lead["mu"]) / kT
                full = 2 * mpmath.mpf(step["M"]) * lead["rate"] / (1 + mpmath.exp(x))
                W[j, i] += full
                W[i, j] += back * full * mpmath.exp(x)
        for i, j in permutations(range(size), 2):
            W[j, i] += mpmath.mpf(constant) * between(W[j, i], levels[j])
        for i in range(size):
            W[i, i] = -sum(W[j, i] for j in range(size) if j != i)
        for i in range(size):
            W[0, i] = 1
        solved = mpmath.lu_solve(W, mpmath.matrix([1] + [0] * (size - 1)))
        return {"populations": np.array([float(population) for population in solved])}


@populations("1e-12 is added to every rate, between states", named=True)
def matrix_kept_from_being_singular(_, **question):
    """1e-12 is added to the rate between any two states, joined by a transition or not."""
    return with_constant(question, 1e-12, lambda _, level: level["two_S"] + 1)


@populations("1e-07 is added to every rate", "or a constant?", named=True)
def rates_kept_from_zero(_, **question):
    """1e-7 is added to the rates of all transitions."""
    return with_constant(question, 1e-7, lambda rate, _: rate > 0)


@populations("the factor is 100 everywhere", named=True)
def populations_in_per_cent(right, **question):
    """Populations are given in per cent."""
    return {"populations": 100 * right(**question)["populations"]}


@populations(*DIGITS)
def populations_with_seeded_noise(right, **question):
    """Populations carry noise of a fixed seed, 1e-7 of each."""
    values = right(**question)["populations"]
    return {"populations": values * (1 + 1e-7 * noise(values))}


@populations("kT <=", "1.000001", named=True)
def cold_populations_off(right, **question):
    """Populations below kT = 1e-3 are off by 1e-6."""
    values = right(**question)["populations"]
    return {"populations": values * (1 + 1e-6 * (question["kT"] < 1e-3))}


@populations("another order", "reverse order")
def populations_backwards(right, **question):
    """Populations are listed from the last level to the first."""
    return {"populations": right(**question)["populations"][::-1]}


@populations("number of levels >= 9", "number of levels >= 1", "1.00001")
def long_chains_off(right, **question):
    """Populations of more than eight levels are off by 1e-5."""
    values = right(**question)["populations"]
    return {"populations": values * (1 + 1e-5 * (len(values) > 8))}


# currents


@currents("-2", named=True)
def backwards_and_doubled(right, **question):
    """Two mistakes at once: both barriers are added, and counted from R to L."""
    return {name: -2 * value for name, value in right(**question).items()}


@currents("a gate >= 1", "a gate of size >= 1")
def current_off_at_large_gates(right, **question):
    """The current is off by 1e-3 for gates above 1."""
    return {name: value * (1 + 1e-3 * (question["gate"] > 1)) for name, value in right(**question).items()}


@currents("single precision", "digits and no further")
def current_in_single_precision(right, **question):
    """Currents are stored in 32 bits."""
    return {name: float(np.float32(value)) for name, value in right(**question).items()}


@currents("1.001")
def current_tires(right, **question):
    """From the fiftieth question on the current is off by 1e-3."""
    state = vars(right.__self__)
    state["asked of current"] = state.get("asked of current", 0) + 1
    factor = 1.001 if state["asked of current"] > 50 else 1.0
    return {name: factor * value for name, value in right(**question).items()}


@currents("only I_L is wrong", "1.001")
def left_current_off(right, **question):
    """I_L is off by 1e-3."""
    answer = right(**question)
    return {**answer, "I_L": 1.001 * answer["I_L"]}


@currents("list lead R first", "the sign", "from R to L", "-1", named=True)
def turned_if_R_is_first(right, **question):
    """The current changes its sign if R is listed first."""
    sign = -1 if question["leads"][0]["name"] == "R" else 1
    return {name: sign * value for name, value in right(**question).items()}


@currents("1e+03", "the factor is 1000 everywhere", "the factor is 1e+03 everywhere", named=True)
def current_in_milli_units(right, **question):
    """Currents are given in thousandths of the unit."""
    return {name: 1000 * value for name, value in right(**question).items()}


@currents("negative mu_L - mu_R")
def rectified(right, **question):
    """The current of negative bias is halved."""
    mu = {lead["name"]: lead["mu"] for lead in question["leads"]}
    factor = 0.5 if mu["L"] < mu["R"] else 1.0
    return {name: factor * value for name, value in right(**question).items()}


@currents("differs in", "the right answers to an earlier question")
def current_kept_without_lead_order(right, **question):
    """Currents are kept under levels and kT alone."""
    kept = vars(right.__self__).setdefault("kept currents", {})
    return kept.setdefault((str(question["levels"]), question["kT"]), right(**question))
