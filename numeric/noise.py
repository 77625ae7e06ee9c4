"""Zero-frequency current noise and the Fano factor, as a sum of squares.

S is the rate at which the variance of the number of electrons counted through one barrier grows; it is the same at both
barriers of a two-terminal dot, S = |I| for independent electrons and S = 2 kT G at V = 0. (The spectral density of the
current is 2 e^2 S.) The Fano factor is S / |I|.

Let chi = +1, -1, 0 for a transition that takes an electron into the dot through the counted barrier, out through it, or
through another one, and let D_ij be the expected number of electrons that a start in state i counts more than
a start in state j in the long run. Then chi + D_ji is the surprise of a transition i -> j: its mean is I, surprises are
uncorrelated, and S = sum P_i W_{ji} (chi_{ji} + D_ji)^2. At V = 0 exactly, S = 2 kT G is used instead.

D comes out of the elimination that gives the populations. A state entered from an eliminated one takes over its count
c_k and its duration h_k; backwards, with s_k the rate out of k,

    D_kl = (c_k - I h_k) / s_k + sum_j (q_{j<-k} / s_k) D_jl.

The recursion runs on the differences D_ij, because single values have no meaning of their own: a dot with two currents
between which it hardly ever switches has huge D from one to the other and small ones within each. The most populated
state is kept to the end: its equation, the one in which large counts cancel, is redundant.
Compare D. A. Bagrets and Yu. V. Nazarov, Phys. Rev. B 67, 085316 (2003).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from numeric.arrays import FloatArray, IntArray
from numeric.chain import exchange_electrons
from numeric.current import flow_error_bound, small_bias_flows
from numeric.elimination import Quantities, Stage, SumPlan, eliminate, elimination_plan, quotient, sum_plan
from numeric.estimates import LARGEST_DOUBT, Estimate, least_of, most_of, ratio, zeros
from numeric.level_scheme import Lead, LevelScheme, as_two_leads, lead_temperatures
from numeric.local_counts import local_counts
from numeric.network import Network
from numeric.rates import LeadRates, total_rates
from numeric.scaled import (
    ONE,
    ZERO_EXPONENT,
    Scaled,
    added,
    divide,
    from_float,
    magnitude,
    multiply,
    normalise_signed,
    power_of_two,
    signed_sum,
    times,
)
from numeric.stationary import populations_at, rates_at_point
from numeric.transport import bias_over_temperature, currents, left_to_right
from numeric.validation import as_float


@dataclass(frozen=True, eq=False)
class Noise:
    """Current and noise at one point.

    Parameters
    ----------
    current
        From L to R.
    noise
        S, the growth rate of the variance of the number of electrons transferred, in the units of t.
    """

    current: Estimate
    noise: Estimate

    @property
    def fano(self) -> float:
        """Return S / abs(I); infinite if thermal noise remains without a current.

        Raises
        ------
        ValueError
            If there is neither current nor noise.
        """
        return self._fano[0]

    @property
    def fano_error(self) -> float:
        """Return a bound on the absolute error of `fano`.

        It is 0 where `fano` is infinite, and infinite where the current is lost to rounding: `fano` is then the least
        that it can be.

        Raises
        ------
        ValueError
            If there is neither current nor noise.

        Examples
        --------
        >>> from numeric import Lead, LevelScheme, shot_noise
        >>> scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
        >>> leads = [Lead("L", rate=1.0, mu=0.5), Lead("R", rate=1.0, mu=-0.5)]
        >>> 0 < shot_noise(scheme, leads, kT=0.01).fano_error < 1e-12
        True
        """
        return self._fano[1]

    @property
    def _fano(self) -> tuple[float, float]:
        if self.noise.scaled.mantissa[0] == 0:
            raise ValueError("the Fano factor of a dot without current and noise must stay undefined")
        value, error = fano_factor(self.noise, self.current)
        return float(value[0]), float(error[0])


def fano_factor(noise: Estimate, current: Estimate) -> tuple[FloatArray, FloatArray]:
    """Return S / abs(I) and a bound on its error, (points,): infinity and 0 for an exact zero of I.

    If the current is lost to rounding, the value is the least that it can be and the bound infinite.
    """
    value, error = np.full(current.scaled.mantissa.shape, np.inf), np.zeros(current.scaled.mantissa.shape)
    known = current.relative_error <= LARGEST_DOUBT
    flowing = np.flatnonzero(known & (current.scaled.mantissa != 0))
    size = Estimate(magnitude(current.scaled), current.error)
    value[flowing], error[flowing] = ratio(noise[flowing], size[flowing], "the current").in_floats()
    lost = np.flatnonzero(~known)
    share = from_float(np.maximum(1.0 - noise[lost].relative_error, 0.0) * (1.0 - 2.0**-40))
    value[lost] = multiply(divide(noise.scaled[lost], most_of(size[lost])), share).to_float()
    error[lost] = np.inf
    return value, error


def shot_noise(
    scheme: LevelScheme,
    leads: Sequence[Lead],
    *,
    kT: float,
    gate: float = 0.0,
    resolved: bool = False,
    zeeman: float = 0.0,
) -> Noise:
    """Return current and zero-frequency noise between the leads "L" and "R".

    Parameters and errors are those of `numeric.transport.currents`. Both are exactly zero if the leads exchange no
    electrons through the dot, whatever its rates.

    Examples
    --------
    >>> from numeric import Lead, LevelScheme, shot_noise
    >>> scheme = LevelScheme([0, 1], [0.0, 0.1], [0, 1], [0], [1], [0.5])
    >>> leads = [Lead("L", rate=1.0, mu=0.5), Lead("R", rate=1.0, mu=-0.5)]
    >>> round(shot_noise(scheme, leads, kT=0.01).fano, 6)
    0.555556
    """
    leads, kT = as_two_leads(leads), as_float("kT", kT, positive=True)
    options = {"kT": kT, "gate": gate, "zeeman": zeeman}
    network, rates = rates_at_point(scheme, leads, resolved=resolved, mu_slope=np.zeros(2), **options)
    if not exchange_electrons(network.chain):
        return Noise(zeros(1), zeros(1))
    flow = currents(scheme, leads, resolved=resolved, **options).best
    sign = 1 if leads[0].name == "L" else -1
    into_first = Estimate(Scaled(flow.scaled.mantissa * sign, flow.scaled.exponent), flow.error)
    first, second = lead_temperatures(leads, kT)
    # between different temperatures no bias is equilibrium
    v = bias_over_temperature(np.array([[leads[0].mu], [leads[1].mu]]), first) if first == second else ONE[0]
    return Noise(flow, noise_at(network, rates, populations_at(network, rates), into_first, v))


def noise_at(network: Network, rates: LeadRates, populations: Quantities, into_first: Estimate, v: Scaled) -> Estimate:
    """Return the noise, (points,), counted at the first lead.

    Parameters
    ----------
    network, rates, populations
        As `numeric.current.barrier_flows`.
    into_first
        Net flow into the dot through the first lead, (points,).
    v
        (mu_1 - mu_0) / kT, (points,).
    """
    points, zero_bias = v.mantissa.size, v.mantissa == 0
    value, error = (Scaled(np.zeros(points), np.full(points, ZERO_EXPONENT)) for _ in range(2))
    if not exchange_electrons(network.chain):
        return Estimate(value, error)

    def fill(chosen: IntArray, found: Estimate) -> None:
        for whole, piece in ((value, found.scaled), (error, found.error)):
            whole.mantissa[chosen], whole.exponent[chosen] = piece.mantissa, piece.exponent

    at_rest = np.flatnonzero(zero_bias)
    if at_rest.size:
        fill(at_rest, _thermal_noise(network, rates.at(at_rest)))
    dominant = np.where(zero_bias, -1, populations.scaled.log10().argmax(axis=0))
    for last in np.unique(dominant[dominant >= 0]):
        chosen = np.flatnonzero(dominant == last)
        fill(chosen, _noise(network, rates.at(chosen), populations.at(chosen), into_first[chosen], int(last)))
    return Estimate(value, error)


def _thermal_noise(network: Network, rates: LeadRates) -> Estimate:
    """Return 2 kT G at V = 0, where the sum of squares loses all digits between states that hardly ever exchange."""
    flows = small_bias_flows(network, rates, np.zeros(rates.data.shape[-1]))
    return left_to_right(flows, 1, from_float([[-2.0], [2.0]])).best


def _noise(network: Network, rates: LeadRates, populations: Quantities, into: Estimate, last: int) -> Estimate:
    """Sum the squared surprises for points that share their most populated state."""
    counts = local_counts(network, rates, populations, 1)
    ahead = advantages(network, rates, tally_of(network, rates, into, counts), last)
    return squared_surprises(network, surprises_of(network, rates, populations, ahead, counts))


def squared_surprises(network: Network, found: Surprises) -> Estimate:
    """Return the noise, sum P W xi^2, (points,)."""
    unit = flow_error_bound(network)
    surprise, slack, flow = found.surprise, found.slack, found.flow
    noise = signed_sum(multiply(flow, multiply(surprise, surprise)))
    twice = Scaled(2.0 * np.abs(surprise.mantissa), surprise.exponent)
    doubt = multiply(flow, multiply(slack, added(twice, slack)))
    own = Scaled(noise.mantissa * unit, noise.exponent)
    return Estimate(noise, added(signed_sum(doubt), own))


def magnitude_of_surprises(found: Surprises) -> Scaled:
    """Return sum P W abs(xi) or less, (points,): what relative errors of the rates are multiplied by in the current.

    The derivative of the current by the logarithm of a rate is P W xi. What of it is not known does not count.
    """
    return times(1.0 - 2.0**-20, signed_sum(multiply(found.flow, least_of(Estimate(found.surprise, found.slack)))))


@dataclass(frozen=True)
class Surprises:
    """Every way an electron passes: through each lead, along each edge, in and out, (2 leads edges, points).

    Parameters
    ----------
    surprise, slack
        chi + D, and a bound on its error.
    rate, flow
        Rate W, and W P.
    origin, target
        States that it joins, (2 leads edges,).
    """

    surprise: Scaled
    slack: Scaled
    rate: Scaled
    flow: Scaled
    origin: IntArray
    target: IntArray


def surprises_of(
    network: Network, rates: LeadRates, populations: Quantities, ahead: Scaled, counts: FloatArray
) -> Surprises:
    """Return the surprise of every passage, given its `local_counts` and the D of `advantages`."""
    leads = network.chain.leads
    origin, target = (np.tile(states, leads) for states in np.array(network.edges).T)
    points = rates.data.shape[-1]
    rate = Scaled(*(plane.reshape(-1, points) for plane in rates.data[[0, 2]]))
    chi = np.broadcast_to(counts, rates.data.shape[1:]).reshape(rate.mantissa.shape)
    step = ahead[:, target, origin]
    surprise = added(Scaled(chi, np.where(chi == 0, ZERO_EXPONENT, 0.0)), step[0])
    flow = multiply(rate, populations.scaled[origin])
    slack = Scaled(step.mantissa[1] * flow_error_bound(network), step.exponent[1])
    return Surprises(surprise, slack, rate, flow, origin, target)


def advantages(network: Network, rates: LeadRates, tally: Scaled, last: int) -> Scaled:
    """Return what a start in state i earns more than one in j in the long run, and magnitudes that bound its error.

    Parameters
    ----------
    tally
        What a stay in each state earns per time beyond the mean, and the sum of magnitudes in it, (2, states, points).
    last
        The state to be eliminated last.

    Returns
    -------
    Scaled
        D_ij and its magnitudes, (2, states, states, points).
    """
    states, points = network.chain.states, tally.mantissa.shape[-1]
    plan = elimination_plan(states, network.edges, last)
    rows = np.empty((3, plan.rows, points))
    rows[:, : len(network.edges)] = total_rates(rates).data
    tally = Scaled(tally.mantissa.copy(), tally.exponent.copy())
    steps = []
    for stage in plan.stages:
        exits, ratios = eliminate(stage, rows, None)
        onward = quotient(Quantities(rows[:, stage.leaving]), exits.take(stage.exits.total), None).scaled
        steps.append((stage, Scaled(1.0 / exits.mantissa, -exits.exponent), onward))
        passed = multiply(ratios.scaled, tally[:, stage.exits.labels[stage.exit]])
        _add(tally, sum_plan(stage.source.tolist()), passed)
    shape = (2, states, states, points)
    ahead = Scaled(np.zeros(shape), np.full(shape, ZERO_EXPONENT))
    known = np.array([last])
    for stage, dwell, onward in reversed(steps):
        known = _restore(ahead, stage, multiply(tally[:, stage.exits.labels], dwell), onward, known)
    return ahead


def tally_of(
    network: Network, rates: LeadRates, into: Estimate, counts: FloatArray, errors: FloatArray | None = None
) -> Scaled:
    """Return c_i - I and the sum of magnitudes in it for each state, given `local_counts`, (2, states, points).

    Counts and durations enter D only as c - I h, and both are passed on in the same way. Magnitudes are multiplied by
    `flow_error_bound` to bound errors: I counts with its own error over that, as it may be a small difference.
    """
    points = into.scaled.mantissa.size
    mean, unit = into.scaled, flow_error_bound(network)
    size = added(magnitude(mean), Scaled(into.error.mantissa / unit, into.error.exponent))
    shape = (2, network.chain.states, points)
    tally = Scaled(
        *(
            np.stack([np.broadcast_to(plane, shape[1:]) for plane in planes])
            for planes in ((-mean.mantissa, size.mantissa), (mean.exponent, size.exponent))
        )
    )
    sizes = np.abs(counts) + (0.0 if errors is None else errors / unit)
    per_lead = (rates.data.swapaxes(0, 1), counts, sizes)
    for (rate, _, exponent), chi, size_of in zip(*per_lead, strict=True):
        mantissa = np.stack([rate * chi, rate * size_of]).reshape(2, -1, points)
        # what counts nothing must not set the scale on which the rest would underflow
        exponents = np.stack([np.where(part == 0, ZERO_EXPONENT, exponent) for part in (chi, size_of)])
        passed = Scaled(mantissa, exponents.reshape(mantissa.shape))
        _add(tally, sum_plan([origin for origin, _ in network.edges]), passed)
    return tally


def _restore(ahead: Scaled, stage: Stage, start: Scaled, onward: Scaled, known: IntArray) -> IntArray:
    """Fill in D between the states of one step and the known ones, then among themselves; return what is known now."""
    new = stage.exits.labels
    share = Scaled(onward.mantissa[:, None], onward.exponent[:, None])
    base = Scaled(start.mantissa[:, :, None], start.exponent[:, :, None])
    for columns in (known, new):
        reached = ahead[:, stage.target[:, None], columns]
        found = _with_terms(base, stage.exits, multiply(share, reached))
        if columns is new:
            found.mantissa[:, np.arange(new.size), np.arange(new.size)] = 0.0
        for (rows, cols), sign in (((new[:, None], columns), 1.0), ((columns[:, None], new), -1.0)):
            part = found if sign > 0 else Scaled(found.mantissa.swapaxes(1, 2), found.exponent.swapaxes(1, 2))
            ahead.mantissa[:, rows, cols] = part.mantissa * np.array([sign, 1.0])[:, None, None, None]
            ahead.exponent[:, rows, cols] = np.where(part.mantissa == 0, ZERO_EXPONENT, part.exponent)
    return np.concatenate([known, new])


def _with_terms(base: Scaled, plan: SumPlan, terms: Scaled) -> Scaled:
    """Add terms, laid out by the plan along axis 1, to base, whose axis 1 are the plan's sums."""
    count = plan.labels.size
    shape = (*base.mantissa.shape[:1], count, *terms.mantissa.shape[2:])
    top = np.maximum(np.broadcast_to(base.exponent, shape), terms.exponent[:, :count])
    for head, part in plan.rounds:
        np.maximum(top[:, head], terms.exponent[:, part], out=top[:, head])
    aligned = terms.mantissa * power_of_two(terms.exponent, top[:, plan.total])
    total = base.mantissa * power_of_two(base.exponent, top)
    total += aligned[:, :count]
    for head, part in plan.rounds:
        total[:, head] += aligned[:, part]
    return normalise_signed(total, top)


def _add(tally: Scaled, plan: SumPlan, terms: Scaled) -> None:
    """Add terms, in the caller's order along axis 1, to the rows of tally that label them."""
    total = _with_terms(tally[:, plan.labels], plan, terms[:, plan.order])
    tally.mantissa[:, plan.labels], tally.exponent[:, plan.labels] = total.mantissa, total.exponent
