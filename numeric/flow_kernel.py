"""Compiled loops: the flows through all barriers at many points of a diagram, from exponentials to sums.

The algorithm is that of `numeric.jump_chain` in the order of `numeric.route_elimination`, with a few points side by
side, the *lanes*, along the last axis of every array, so that all numbers of a step stay in the cache. Rates of each
lead are divided by the total rate out of the state that they leave, J^a_ki = W^a_ki / s_i, and stay plain numbers from
there on: with pi_i = p_i s_i the flow through lead a is a sum of terms J^a_ki pi_i. Nothing is subtracted before the
last step, in minus out.

*Roundings*, in units of 2**-53, to first order; `numeric.fast_flows.population_error_bound` adds them up. A rate of a
lead has RATE_ROUNDINGS - 1 (`numeric.network`). Powers of two are exact; what they underflow is counted by
`numeric.jump_chain`. Let every state be joined to at most w others, by l leads.

- 1 / s_i has an error of its own, but p_i is the weight pi_i times this same number: if J were products without
  rounding, it would cancel. Their rounding and the sum over leads are l, so that a rate of the jump chain is known to
  RATE_ROUNDINGS + l.
- States of one parity are dropped as if their J added up to 1. They do to l (w + 1): l w - 1 in the sum s_i, one each
  in its inverse and the product, l - 1 in the sum over leads. That is a relative change of all rates into the state.
- A rate between kept states is a sum over at most t dropped states of products of two rates: 1 + t, and l (w + 1) by
  the dropped states.
- A kept state with k states after it is eliminated by an inverse of a sum of k terms, k, a product with it, 1, a
  product with a rate, 1, and a sum, 1: the rates of the chain of k states change by k + 3.
- Backwards, its weight is a sum of k products of such quotients, k + 1, with later weights: 2 k + 1; a dropped state
  has a sum of w products of a rate with a weight, w, and l (w + 1) as above.
- p_i takes one product, the total of all n - 1 sums, and the division by it 1.

A relative change e of the rates of a chain of k states changes no weight's share by more than 2 (k - 1) e. A flow
through a barrier adds what `numeric.current.flow_error_bound` counts: the rate, its two products, the sum over edges
and the division by the total.

*Tangents* are derivatives, not logarithmic ones. Logarithmic derivatives of the rates of a lead are f or 1 - f times
d mu / dV, at most 1, and the largest is at least 1/2, so that no common factor is needed if the leads' tunnelling
weights do not differ too much (`numeric.fast_flows`).
"""

from __future__ import annotations

from numeric.arrays import IntArray
from numeric.compiled import compiled
from numeric.flow_tables import Found, Order, Points, Tunnelling, Work

NOWHERE = -(1 << 60)
"""Exponent below all others."""
BIAS, BITS = 1023, 52
"""Exponent of 1 in the representation of float64, and the number of bits that follow an exponent."""
TILE = 32_768
"""Numbers of the chain, as many of its tangents, that the second cache holds: 512 KiB."""


@compiled
def flows_of_points(tunnelling: Tunnelling, order: Order, points: Points, work: Work, found: Found) -> None:
    """Write the flows of all points; those of heat if there is room for them."""
    count, lanes = points.gate.size, work.last.size
    for start in range(0, count, lanes):
        size = min(lanes, count - start)
        for lead in range(points.mu.shape[0]):
            for lane in range(lanes):
                point = start + min(lane, size - 1)  # lanes left over repeat the last point
                work.lane_potential[lead, lane] = points.potential[lead, point]
                work.lane_exponent[lead, lane] = int(points.exponent[lead, point])
        _lead_rates(tunnelling, work)
        _stays(tunnelling, work)
        _jumps(tunnelling, work)
        _drop_first(order, work)
        _put_often_visited_last(work)
        _eliminate(work)
        _all_states(order, work)
        span = (start, size)
        _total(work, found, span)
        _flows(tunnelling, work, found, span)
        if found.heat.size > 0:
            _heat(tunnelling, points, work, found, span)


@compiled
def _lead_rates(tunnelling: Tunnelling, work: Work) -> None:
    """Evaluate the rates of each lead and their logarithmic derivatives by the Fermi factors of `numeric.rates`."""
    leads, _, edges, lanes = work.rate.shape
    bits, power = work.row_bits, work.row
    work.top.fill(NOWHERE)
    for lead in range(leads):
        potential, shift = work.lane_potential[lead], work.lane_exponent[lead]
        slope = tunnelling.mu_slope[lead]
        for edge in range(edges):
            low, high = tunnelling.lower[edge], tunnelling.upper[edge]
            factor, power_of_factor = tunnelling.edge[lead, edge], tunnelling.edge_exponent[lead, edge]
            up, down = tunnelling.weight[lead, 0, edge], tunnelling.weight[lead, 1, edge]
            up_power, down_power = tunnelling.weight_exponent[lead, 0, edge], tunnelling.weight_exponent[lead, 1, edge]
            for lane in range(lanes):
                y = power_of_factor + shift[lane]
                below = min(y, 0)
                bits[0, lane] = max(below - y + BIAS, 0) << BITS
                bits[1, lane] = max(below + BIAS, 0) << BITS
                work.exponent[lead, 0, edge, lane] = below - y + up_power
                work.exponent[lead, 1, edge, lane] = below + down_power
                work.top[low, lane] = max(work.top[low, lane], below - y + up_power)
                work.top[high, lane] = max(work.top[high, lane], below + down_power)
            for lane in range(lanes):
                mantissa = factor * potential[lane]
                one, other = power[0, lane], power[1, lane] * mantissa
                inverse = 1.0 / (one + other)
                work.rate[lead, 0, edge, lane] = inverse * up
                work.rate[lead, 1, edge, lane] = mantissa * inverse * down
                work.slope[lead, 0, edge, lane] = other * inverse * slope
                work.slope[lead, 1, edge, lane] = -(one * inverse * slope)


@compiled
def _stays(tunnelling: Tunnelling, work: Work) -> None:
    """Add up the rates out of each state; bring them to one exponent and invert the sum."""
    leads, _, edges, lanes = work.rate.shape
    bits, power = work.row_bits[0], work.row[0]
    work.stay.fill(0.0)
    work.stay_slope.fill(0.0)
    for lead in range(leads):
        for way in range(2):
            sources = tunnelling.lower if way == 0 else tunnelling.upper
            for edge in range(edges):
                state, rate = sources[edge], work.rate[lead, way, edge]
                exponent, slope = work.exponent[lead, way, edge], work.slope[lead, way, edge]
                for lane in range(lanes):
                    bits[lane] = max(exponent[lane] - work.top[state, lane] + BIAS, 0) << BITS
                for lane in range(lanes):
                    rate[lane] *= power[lane]
                    work.stay[state, lane] += rate[lane]
                    work.stay_slope[state, lane] += rate[lane] * slope[lane]
    for state in range(work.stay.shape[0]):
        for lane in range(lanes):
            work.stay[state, lane] = 1.0 / work.stay[state, lane]
            work.stay_slope[state, lane] *= work.stay[state, lane]


@compiled
def _jumps(tunnelling: Tunnelling, work: Work) -> None:
    """Divide each rate by the total rate out of its state, its tangent too, and add up the leads."""
    leads, _, edges, lanes = work.rate.shape
    work.jump.fill(0.0)
    work.jump_slope.fill(0.0)
    for lead in range(leads):
        for way in range(2):
            sources = tunnelling.lower if way == 0 else tunnelling.upper
            for edge in range(edges):
                state, number, rate = sources[edge], way * edges + edge, work.rate[lead, way, edge]
                slope = work.slope[lead, way, edge]
                for lane in range(lanes):
                    rate[lane] *= work.stay[state, lane]
                    slope[lane] -= work.stay_slope[state, lane]
                    work.jump[number, lane] += rate[lane]
                    work.jump_slope[number, lane] += rate[lane] * slope[lane]


@compiled
def _drop_first(order: Order, work: Work) -> None:
    """Write down the rates between kept states, each a sum over the states that are dropped."""
    lanes = work.last.size
    chain, chain_slope, jump, jump_slope = work.chain, work.chain_slope, work.jump, work.jump_slope
    chain.fill(0.0)
    chain_slope.fill(0.0)
    m = order.kept.size
    rows = max(TILE // (m * lanes), 1)
    # rows of the chain that stay in the cache while all dropped states are added to them
    for low in range(0, m, rows):
        for dropped in range(order.first.size):
            for a in range(order.start[dropped], order.start[dropped + 1]):
                to, out = order.neighbour[a], order.leaving[a]
                if to < low or to >= low + rows:
                    continue
                for b in range(order.start[dropped], order.start[dropped + 1]):
                    source, into = order.neighbour[b], order.entering[b]
                    for lane in range(lanes):
                        chain[to, source, lane] += jump[out, lane] * jump[into, lane]
                        chain_slope[to, source, lane] += (
                            jump[out, lane] * jump_slope[into, lane] + jump_slope[out, lane] * jump[into, lane]
                        )


@compiled
def _put_often_visited_last(work: Work) -> None:
    """Exchange the last kept state, in each lane, with one that is often visited."""
    m, lanes = work.kept.shape
    visits, later = work.kept, work.time
    visits.fill(1.0)
    for _ in range(3):
        later.fill(0.0)
        for to in range(m):
            for source in range(m):
                for lane in range(lanes):
                    later[to, lane] += work.chain[to, source, lane] * visits[source, lane]
        visits, later = later, visits
    for lane in range(lanes):
        last = 0
        for state in range(1, m):
            if visits[state, lane] > visits[last, lane]:
                last = state
        work.last[lane] = last
        _exchange(work, last, lane)


@compiled
def _exchange(work: Work, state: int, lane: int) -> None:
    """Exchange the row and the column of a state with the last ones, in one lane."""
    chain, slope = work.chain, work.chain_slope
    end = work.kept.shape[0] - 1
    for other in range(end + 1):
        chain[state, other, lane], chain[end, other, lane] = chain[end, other, lane], chain[state, other, lane]
        slope[state, other, lane], slope[end, other, lane] = slope[end, other, lane], slope[state, other, lane]
    for other in range(end + 1):
        chain[other, state, lane], chain[other, end, lane] = chain[other, end, lane], chain[other, state, lane]
        slope[other, state, lane], slope[other, end, lane] = slope[other, end, lane], slope[other, state, lane]


@compiled
def _eliminate(work: Work) -> None:
    """Eliminate the kept states one by one; write their pi and the bound on h."""
    chain, chain_slope = work.chain, work.chain_slope
    m, lanes = work.kept.shape
    inverse, relative, longest = work.row[0], work.row[1], work.hitting
    work.time.fill(2.0)
    longest.fill(1.0)
    for k in range(m - 1):
        inverse.fill(0.0)
        relative.fill(0.0)
        for to in range(k + 1, m):
            for lane in range(lanes):
                inverse[lane] += chain[to, k, lane]
                relative[lane] += chain_slope[to, k, lane]
        for lane in range(lanes):
            inverse[lane] = 1.0 / inverse[lane]
            relative[lane] *= inverse[lane]
            longest[lane] += work.time[k, lane] * inverse[lane]
        for source in range(k + 1, m):
            for lane in range(lanes):
                chain[k, source, lane] *= inverse[lane]
                chain_slope[k, source, lane] *= inverse[lane]
                chain_slope[k, source, lane] -= chain[k, source, lane] * relative[lane]
                work.time[source, lane] += work.time[k, lane] * chain[k, source, lane]
        _reroute(work, k)
    _backwards(work)


@compiled
def _reroute(work: Work, k: int) -> None:
    """Add to the rates between later states what passes through state k."""
    chain, chain_slope = work.chain, work.chain_slope
    m, lanes = work.kept.shape
    for to in range(k + 1, m):
        for source in range(k + 1, m):
            for lane in range(lanes):
                chain[to, source, lane] += chain[to, k, lane] * chain[k, source, lane]
                chain_slope[to, source, lane] += (
                    chain[to, k, lane] * chain_slope[k, source, lane]
                    + chain_slope[to, k, lane] * chain[k, source, lane]
                )


@compiled
def _backwards(work: Work) -> None:
    """Write pi of the kept states, and take back the exchange."""
    m, lanes = work.kept.shape
    kept, kept_slope = work.kept, work.kept_slope
    kept.fill(0.0)
    kept_slope.fill(0.0)
    kept[m - 1] = 1.0
    for k in range(m - 2, -1, -1):
        for source in range(k + 1, m):
            for lane in range(lanes):
                kept[k, lane] += work.chain[k, source, lane] * kept[source, lane]
                kept_slope[k, lane] += (
                    work.chain[k, source, lane] * kept_slope[source, lane]
                    + work.chain_slope[k, source, lane] * kept[source, lane]
                )
    for lane in range(lanes):
        last = work.last[lane]
        kept[last, lane], kept[m - 1, lane] = kept[m - 1, lane], kept[last, lane]
        kept_slope[last, lane], kept_slope[m - 1, lane] = kept_slope[m - 1, lane], kept_slope[last, lane]


@compiled
def _all_states(order: Order, work: Work) -> None:
    """Write pi of all states."""
    lanes, pi, pi_slope = work.last.size, work.pi, work.pi_slope
    for position in range(order.kept.size):
        for lane in range(lanes):
            pi[order.kept[position], lane] = work.kept[position, lane]
            pi_slope[order.kept[position], lane] = work.kept_slope[position, lane]
    for dropped in range(order.first.size):
        state = order.first[dropped]
        pi[state] = 0.0
        pi_slope[state] = 0.0
        for b in range(order.start[dropped], order.start[dropped + 1]):
            source, into = order.neighbour[b], order.entering[b]
            for lane in range(lanes):
                pi[state, lane] += work.jump[into, lane] * work.kept[source, lane]
                pi_slope[state, lane] += (
                    work.jump[into, lane] * work.kept_slope[source, lane]
                    + work.jump_slope[into, lane] * work.kept[source, lane]
                )


@compiled
def _total(work: Work, found: Found, span: tuple[int, int]) -> None:
    """Add up the weights pi / s, and make the tangents of pi those of pi over the sum."""
    states, lanes = work.pi.shape
    power, total, relative = work.row[0], work.row[1], work.row[2]
    bits, top, held = work.row_bits[0], work.row_bits[3], work.row_bits[4]
    _largest_exponents(work, top, held)
    total.fill(0.0)
    relative.fill(0.0)
    for state in range(states):
        for lane in range(lanes):
            bits[lane] = max(-work.top[state, lane] - top[lane] + BIAS, 0) << BITS
        for lane in range(lanes):
            total[lane] += work.weight[state, lane] * power[lane]
            tangent = work.pi_slope[state, lane] - work.pi[state, lane] * work.stay_slope[state, lane]
            relative[lane] += work.stay[state, lane] * power[lane] * tangent
    for state in range(states):
        for lane in range(lanes):
            work.pi_slope[state, lane] -= work.pi[state, lane] * (relative[lane] / total[lane])
    start, size = span
    for lane in range(size):
        found.total[start + lane] = total[lane]
        found.exponent[start + lane] = top[lane]
        found.held[start + lane] = held[lane]
        found.hitting[start + lane] = work.hitting[lane]


@compiled
def _largest_exponents(work: Work, top: IntArray, held: IntArray) -> None:
    """Write pi / s of each state, and the largest exponents of them and of the times 1 / s, rounded up."""
    states, lanes = work.pi.shape
    top.fill(NOWHERE)
    held.fill(NOWHERE)
    for state in range(states):
        for lane in range(lanes):
            work.weight[state, lane] = work.pi[state, lane] * work.stay[state, lane]
        for lane in range(lanes):
            top[lane] = max(top[lane], (work.weight_bits[state, lane] >> BITS) - BIAS - work.top[state, lane])
            held[lane] = max(held[lane], (work.stay_bits[state, lane] >> BITS) - BIAS + 1 - work.top[state, lane])


@compiled
def _flows(tunnelling: Tunnelling, work: Work, found: Found, span: tuple[int, int]) -> None:
    """Write the flows through each barrier."""
    leads, _, edges, lanes = work.rate.shape
    net, slope, gross = work.row[0], work.row[1], work.row[2]
    start, size = span
    pi, pi_slope = work.pi, work.pi_slope
    for lead in range(leads):
        net.fill(0.0)
        slope.fill(0.0)
        gross.fill(0.0)
        for edge in range(edges):
            low, high = tunnelling.lower[edge], tunnelling.upper[edge]
            enter, leave = work.rate[lead, 0, edge], work.rate[lead, 1, edge]
            enter_slope, leave_slope = work.slope[lead, 0, edge], work.slope[lead, 1, edge]
            for lane in range(lanes):
                up, down = enter[lane] * pi[low, lane], leave[lane] * pi[high, lane]
                net[lane] += up - down
                gross[lane] += up + down
                slope[lane] += (enter[lane] * pi_slope[low, lane] + up * enter_slope[lane]) - (
                    leave[lane] * pi_slope[high, lane] + down * leave_slope[lane]
                )
        for lane in range(size):
            found.net[lead, start + lane] = net[lane]
            found.slope[lead, start + lane] = slope[lane]
            found.gross[lead, start + lane] = gross[lane]


@compiled
def _heat(tunnelling: Tunnelling, points: Points, work: Work, found: Found, span: tuple[int, int]) -> None:
    """Write the flows of heat through each barrier; E - gate - mu is summed as by `numeric.scaled.exact_sum`."""
    leads, _, edges, _ = work.rate.shape
    net, gross = work.row[0], work.row[1]
    start, size = span
    for lead in range(leads):
        net.fill(0.0)
        gross.fill(0.0)
        for edge in range(edges):
            low, high = tunnelling.lower[edge], tunnelling.upper[edge]
            enter, leave = work.rate[lead, 0, edge], work.rate[lead, 1, edge]
            energy_hi, energy_lo = tunnelling.energy_hi[edge], tunnelling.energy_lo[edge]
            for lane in range(size):
                gate, mu = points.gate[start + lane], points.mu[lead, start + lane]
                first = energy_hi + energy_lo
                second = first - gate
                third = second - mu
                lost = _rounding(energy_hi, energy_lo, first) + _rounding(first, -gate, second)
                heat = third + (lost + _rounding(second, -mu, third))
                up, down = enter[lane] * work.pi[low, lane], leave[lane] * work.pi[high, lane]
                net[lane] += (up - down) * heat
                gross[lane] += (up + down) * abs(heat)
        for lane in range(size):
            found.heat[lead, start + lane] = net[lane]
            found.heat_gross[lead, start + lane] = gross[lane]


@compiled
def _rounding(a: float, b: float, total: float) -> float:
    """Return what a + b lost when it was rounded to the total."""
    back = total - a
    return (a - (total - back)) + (b - back)
