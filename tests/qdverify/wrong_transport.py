"""Single faults in a right transport code, each with the checks that must catch it."""

import math
from decimal import Decimal

from transport_implementations import Sound, number
from wrong_parts import FAULTS as OF_PARTS


class MissingDegeneracy(Sound):
    def strength(self, item, low, high):
        return 2 * number(item["M"]), 2 * number(item["M"])


class InverseDegeneracy(Sound):
    def strength(self, item, low, high):
        up = 2 * number(item["M"])
        return up, up * (high["two_S"] + 1) / (low["two_S"] + 1)


class MissingSpinFactor(Sound):
    def strength(self, item, low, high):
        return tuple(rate / 2 for rate in super().strength(item, low, high))


class DoubledSpinFactor(Sound):
    def strength(self, item, low, high):
        return tuple(rate * 2 for rate in super().strength(item, low, high))


class AveragedOverFinal(Sound):
    def strength(self, item, low, high):
        return tuple(rate * (low["two_S"] + 1) / (high["two_S"] + 1) for rate in super().strength(item, low, high))


class SpinlessLevels(Sound):
    """The factor 2 M without any degeneracy: C_ji taken for the rate of every single state."""

    def strength(self, item, low, high):
        return number(item["M"]), number(item["M"])


class WeakTransitionsDropped(Sound):
    def hops(self, levels, transitions, leads, kT, gate):
        strongest = max(item["M"] for item in transitions)
        strong = [{**item, "M": item["M"] if item["M"] > strongest / 50 else 1e-9} for item in transitions]
        return super().hops(levels, strong, leads, kT, gate)


class SwappedPotentials(Sound):
    def prepared(self, leads, kT, gate):
        by_name, kT, gate = super().prepared(leads, kT, gate)
        (t_L, mu_L), (t_R, mu_R) = by_name["L"], by_name["R"]
        return {"L": (t_L, mu_R), "R": (t_R, mu_L)}, kT, gate


class SwappedRates(Sound):
    def prepared(self, leads, kT, gate):
        by_name, kT, gate = super().prepared(leads, kT, gate)
        (t_L, mu_L), (t_R, mu_R) = by_name["L"], by_name["R"]
        return {"L": (t_R, mu_L), "R": (t_L, mu_R)}, kT, gate


class LeadsByPlace(Sound):
    def prepared(self, leads, kT, gate):
        return super().prepared([{**lead, "name": name} for name, lead in zip("LR", leads, strict=True)], kT, gate)


class BiasOnOneLead(Sound):
    def prepared(self, leads, kT, gate):
        by_name, kT, gate = super().prepared(leads, kT, gate)
        return {**by_name, "R": (by_name["R"][0], Decimal(0))}, kT, gate


class SquaredRate(Sound):
    def prepared(self, leads, kT, gate):
        by_name, kT, gate = super().prepared(leads, kT, gate)
        return {name: (t * t, mu) for name, (t, mu) in by_name.items()}, kT, gate


class GateSign(Sound):
    def prepared(self, leads, kT, gate):
        by_name, kT, gate = super().prepared(leads, kT, gate)
        return by_name, kT, -gate


class GateLeverArm(Sound):
    def prepared(self, leads, kT, gate):
        by_name, kT, gate = super().prepared(leads, kT, gate)
        return by_name, kT, gate * Decimal("0.9")


class KelvinTemperature(Sound):
    def prepared(self, leads, kT, gate):
        by_name, kT, gate = super().prepared(leads, kT, gate)
        return by_name, kT * Decimal("8.617333262e-5"), gate


class TemperatureOffByAThousandth(Sound):
    def prepared(self, leads, kT, gate):
        by_name, kT, gate = super().prepared(leads, kT, gate)
        return by_name, kT * Decimal("1.001"), gate


class TemperatureFloor(Sound):
    def prepared(self, leads, kT, gate):
        by_name, kT, gate = super().prepared(leads, kT, gate)
        return by_name, max(kT, Decimal("1e-4")), gate


class MisreadHole(Sound):
    """1 - f(-E), which is f(E), where 1 - f(E) is meant."""

    def fermi(self, x):
        f, _ = super().fermi(x)
        return f, f


class StepAtThreshold(Sound):
    def fermi(self, x):
        return (Decimal(1), Decimal("1e-99")) if x == 0 else super().fermi(x)


class ClippedFermi(Sound):
    def fermi(self, x):
        return tuple(max(f, Decimal("1e-12")) for f in super().fermi(x))


class ClippedArgument(Sound):
    def fermi(self, x):
        return super().fermi(max(Decimal(-700), min(Decimal(700), x)))


class DoublePrecisionFermi(Sound):
    """1/(1+exp(x)) and 1 minus it, in doubles."""

    def fermi(self, x):
        f = 1 / (1 + math.exp(min(float(x), 709.0)))
        return Decimal(f), Decimal(1 - f)


class UnderflowingFermi(Sound):
    """Both functions with full relative accuracy, but in doubles: 0 below e^-745."""

    def fermi(self, x):
        return tuple(Decimal(float(f)) for f in super().fermi(x))


class RegularisedRates(Sound):
    def hops(self, *case):
        return [(*hop[:-1], hop[-1] + Decimal("1e-30")) for hop in super().hops(*case)]


class LinearSolve(Sound):
    """Gaussian elimination with pivoting in doubles, the last equation replaced by the normalisation."""

    def solve(self, W):
        n = len(W)
        A = [[float(W[i][j]) for j in range(n)] + [0.0] for i in range(n)]
        for j in range(n):
            A[j][j] = -sum(float(W[i][j]) for i in range(n) if i != j)
        A[-1] = [1.0] * (n + 1)
        for k in range(n):
            pivot = max(range(k, n), key=lambda i: abs(A[i][k]))
            A[k], A[pivot] = A[pivot], A[k]
            for i in range(n):
                if i != k:
                    factor = A[i][k] / A[k][k]
                    A[i] = [a - factor * b for a, b in zip(A[i], A[k], strict=True)]
        return [Decimal(A[k][-1] / A[k][k]) for k in range(n)]


class NotNormalised(Sound):
    def solve(self, W):
        P = super().solve(W)
        return [p / max(P) for p in P]


class SlightlyNegative(Sound):
    def stationary_state(self, **case):
        return {"populations": [p - 1e-18 for p in super().stationary_state(**case)["populations"]]}


class PopulationsPerState(Sound):
    def stationary_state(self, **case):
        populations = super().stationary_state(**case)["populations"]
        return {"populations": [p / (i["two_S"] + 1) for p, i in zip(populations, case["levels"], strict=True)]}


class PopulationsSorted(Sound):
    def stationary_state(self, **case):
        populations = super().stationary_state(**case)["populations"]
        order = sorted(range(len(populations)), key=lambda k: case["levels"][k]["electrons"])
        return {"populations": [populations[k] for k in order]}


class DisconnectedLevelsUniform(Sound):
    """Answer a singular equation with equal populations."""

    def stationary_state(self, **case):
        try:
            return super().stationary_state(**case)
        except ValueError:
            return {"populations": [1 / len(case["levels"])] * len(case["levels"])}


class DisconnectedLevelsNaN(Sound):
    def stationary_state(self, **case):
        try:
            return super().stationary_state(**case)
        except ValueError:
            return {"populations": [math.nan] * len(case["levels"])}


class CollidingKeys(Sound):
    """Rates kept in a table by electron number and energy: among degenerate levels the last M stands for all."""

    def hops(self, levels, transitions, leads, kT, gate):
        def key(item):
            low, high = levels[item["from"]], levels[item["to"]]
            return low["electrons"], low["energy"], high["energy"]

        table = {key(item): item["M"] for item in transitions}
        return super().hops(levels, [{**item, "M": table[key(item)]} for item in transitions], leads, kT, gate)


class CountedBackwards(Sound):
    def current(self, **case):
        return {name: -value for name, value in super().current(**case).items()}


class CountedPerSpin(Sound):
    def current(self, **case):
        return {name: value / 2 for name, value in super().current(**case).items()}


class BothBarriersAdded(Sound):
    def current(self, **case):
        return {name: 2 * value for name, value in super().current(**case).items()}


class RightSign(Sound):
    def current(self, **case):
        answer = super().current(**case)
        return {**answer, "I_R": -answer["I_R"]}


class NoBackFlow(Sound):
    def current(self, *, levels, transitions, leads, kT, gate):
        hops = self.hops(levels, transitions, leads, kT, gate)
        P = self.populations(levels, hops)
        into = {name: sum(r * P[i] for _, i, lead, e, r in hops if lead == name and e > 0) for name in "LR"}
        out = {name: sum(r * P[i] for _, i, lead, e, r in hops if lead == name and e < 0) for name in "LR"}
        return {"I_L": float(into["L"]), "I_R": float(out["R"])}


class LooseSolve(Sound):
    """Populations good to 1e-6, so that both barriers disagree by as much."""

    def solve(self, W):
        P = super().solve(W)
        return [p * (1 + Decimal(f"{1e-6 * math.cos(k):.3e}")) for k, p in enumerate(P)]


class AbsoluteCurrent(Sound):
    def current(self, **case):
        return {name: value + 1e-14 for name, value in super().current(**case).items()}


class SmallCurrentsDropped(Sound):
    def current(self, **case):
        return {name: value if abs(value) > 1e-12 else 0.0 for name, value in super().current(**case).items()}


class GroundStatesOnly(Sound):
    def hops(self, levels, transitions, leads, kT, gate):
        lowest = {}
        for item in levels:
            N = item["electrons"]
            lowest[N] = min(item["energy"], lowest.get(N, item["energy"]))
        ground = [item["energy"] == lowest[item["electrons"]] for item in levels]
        weak = [
            {**item, "M": item["M"] if ground[item["from"]] and ground[item["to"]] else 1e-6} for item in transitions
        ]
        return super().hops(levels, weak, leads, kT, gate)


class ResolvedWithoutCoefficients(Sound):
    def share(self, two_S, two_m, sigma, two_S_to, electrons):
        return Decimal("0.5") if abs(two_m + sigma) <= two_S_to else 0


class SlopeOverOneLead(Sound):
    def differential_conductance(self, **case):
        return {"dI_dV": 2 * super().differential_conductance(**case)["dI_dV"]}


class ForwardDifference(Sound):
    """(I(V + kT/100) - I(V)) 100/kT: a derivative by finite differences."""

    def differential_conductance(self, *, leads, kT, **case):
        step = kT / 100
        moved = [{**lead, "mu": lead["mu"] + (step if lead["name"] == "L" else -step) / 2} for lead in leads]
        here = self.current(leads=leads, kT=kT, **case)["I_L"]
        return {"dI_dV": (self.current(leads=moved, kT=kT, **case)["I_L"] - here) / step}


class DoubledNoise(Sound):
    """S in the convention 2 e I F, taken for F."""

    def noise(self, **case):
        return {name: value and 2 * value for name, value in super().noise(**case).items()}


class ShotNoiseOnly(Sound):
    """Counts no electrons that go back: right at full bias, wrong at any temperature."""

    def noise(self, **case):
        return super().noise(**{**case, "kT": case["kT"] / 1000})


FAULTS = [
    (MissingDegeneracy, "rates.detailed-balance stationary.one-transition stationary.grand-canonical"),
    (MissingDegeneracy, "stationary.zero-temperature conductance.peak-position"),
    (MissingDegeneracy, "stationary.range stationary.relations stationary.equal-levels"),
    (MissingSpinFactor, "current.range current.relations"),
    (InverseDegeneracy, "rates.detailed-balance rates.one-barrier conductance.peak conductance.peak-position"),
    (MissingSpinFactor, "rates.one-barrier current.one-transition plateaux.current conductance.peak"),
    (DoubledSpinFactor, "rates.one-barrier current.one-transition current.populations"),
    (AveragedOverFinal, "rates.one-barrier current.one-transition"),
    (SpinlessLevels, "plateaux.spin-blockade plateaux.blocking-level noise.full-bias"),
    (WeakTransitionsDropped, "stationary.matrix-tree current.matrix-tree current.deep-blockade"),
    (SwappedPotentials, "rates.detailed-balance rates.chemical-potential current.direction current.one-transition"),
    (SwappedRates, "rates.detailed-balance rates.chemical-potential rates.one-barrier"),
    (LeadsByPlace, "rates.lead-names current.order"),
    (BiasOnOneLead, "current.bias-reversal rates.chemical-potential current.units stationary.units"),
    (SquaredRate, "rates.one-barrier current.units stationary.units"),
    (GateSign, "rates.gate stationary.deep-blockade current.deep-blockade"),
    (GateLeverArm, "stationary.units current.units rates.detailed-balance"),
    (KelvinTemperature, "rates.temperature rates.detailed-balance noise.temperature conductance.linear-response"),
    (TemperatureOffByAThousandth, "rates.temperature plateaux.activation conductance.peak"),
    (TemperatureFloor, "rates.temperature stationary.deep-blockade"),
    (MisreadHole, "rates.detailed-balance stationary.one-transition current.zero plateaux.current"),
    (StepAtThreshold, "plateaux.current stationary.zero-temperature rates.chemical-potential"),
    (ClippedFermi, "rates.detailed-balance stationary.matrix-tree current.matrix-tree plateaux.activation"),
    (ClippedArgument, "stationary.deep-blockade current.deep-blockade"),
    (DoublePrecisionFermi, "stationary.matrix-tree current.matrix-tree stationary.grand-canonical"),
    (UnderflowingFermi, "stationary.deep-blockade current.deep-blockade"),
    (RegularisedRates, "stationary.matrix-tree stationary.grand-canonical current.matrix-tree"),
    (LinearSolve, "stationary.matrix-tree stationary.deep-blockade stationary.grand-canonical"),
    (NotNormalised, "stationary.probabilities stationary.one-transition current.one-transition"),
    (SlightlyNegative, "stationary.probabilities"),
    (PopulationsPerState, "stationary.one-transition stationary.probabilities current.populations"),
    (PopulationsSorted, "stationary.order"),
    (DisconnectedLevelsUniform, "stationary.reducible"),
    (DisconnectedLevelsNaN, "stationary.reducible"),
    (CollidingKeys, "stationary.resolved current.resolved"),
    (CountedBackwards, "current.direction current.one-transition"),
    (CountedPerSpin, "current.one-transition current.populations"),
    (BothBarriersAdded, "current.one-transition current.populations current.drawn-current"),
    (RightSign, "current.conservation current.direction"),
    (NoBackFlow, "current.conservation current.zero"),
    (LooseSolve, "current.conservation stationary.probabilities current.matrix-tree"),
    (AbsoluteCurrent, "current.zero current.matrix-tree plateaux.activation"),
    (SmallCurrentsDropped, "current.matrix-tree plateaux.activation"),
    (GroundStatesOnly, "conductance.linear-response current.matrix-tree"),
    (ResolvedWithoutCoefficients, "current.resolved-equation"),
    (SlopeOverOneLead, "conductance.differential conductance.drawn-differential-conductance"),
    (ForwardDifference, "conductance.differential"),
    *OF_PARTS,
    (DoubledNoise, "noise.full-bias noise.temperature noise.drawn-noise"),
    (ShotNoiseOnly, "noise.temperature"),
]
