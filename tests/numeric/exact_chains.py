"""Transport at as many digits as asked for, straight from the definitions; and random chains to try it on.

Written for the tests alone: dense elimination in mpmath or fractions, Fermi functions by their formula, no exponents
kept apart, no tangents, derivatives by difference at a step that the working precision swallows.
"""

from fractions import Fraction

import mpmath
from hypothesis import strategies as st

from numeric import Lead, LevelScheme

DIGITS = 120


def stationary(rates, n):
    """Return the stationary distribution of rates[j, i] from i to j in the arithmetic of their values."""
    q = {edge: rate for edge, rate in rates.items() if rate}
    zero = type(next(iter(q.values())))(0) if q else Fraction(0)
    exits = {}
    for k in range(n - 1, 0, -1):
        exits[k] = sum((q.get((i, k), zero) for i in range(k)), zero)
        for i in range(k):
            for j in range(k):
                through = q.get((i, k), zero) * q.get((k, j), zero)
                if i != j and through:
                    q[i, j] = q.get((i, j), zero) + through / exits[k]
    p = [zero + 1]
    for k in range(1, n):
        p.append(sum((q.get((k, j), zero) * p[j] for j in range(k)), zero) / exits[k])
    total = sum(p, zero)
    return [value / total for value in p]


def lead_rates(scheme, leads, kT, gate):
    """Return {(j, i, lead): W_{j<-i}} with N_j = N_i +- 1, aggregated over S_z, as mpf."""
    rates = {}
    for edge, (i, j) in enumerate(zip(scheme.lower.tolist(), scheme.upper.tolist(), strict=True)):
        g_i, g_j = int(scheme.two_S[i]) + 1, int(scheme.two_S[j]) + 1
        for number, lead in enumerate(leads):
            M = scheme.M[edge] if scheme.M.ndim == 1 else scheme.M[edge, number]
            E = mpmath.mpf(float(scheme.energies[j])) - mpmath.mpf(float(scheme.energies[i]))
            y = mpmath.exp((E - mpmath.mpf(gate) - mpmath.mpf(lead.mu)) / mpmath.mpf(getattr(lead, "kT", None) or kT))
            weight = 2 * mpmath.mpf(lead.rate) * mpmath.mpf(float(M))
            rates[j, i, number] = weight / (1 + y)
            rates[i, j, number] = weight * y / (1 + y) * g_i / g_j
    return rates


def populations(scheme, leads, kT, gate):
    """Return the population of each level as mpf."""
    return populations_of(scheme, lead_rates(scheme, leads, kT, gate))


def populations_of(scheme, rates):
    """Return the same from the rates through each lead."""
    total = {}
    for (j, i, _), rate in rates.items():
        total[j, i] = total.get((j, i), mpmath.mpf(0)) + rate
    return stationary(total, scheme.energies.size)


def current(scheme, leads, kT, gate):
    """Return the flow into the dot through each lead as mpf, and the rounding error of the digits in use."""
    rates = lead_rates(scheme, leads, kT, gate)
    P = populations_of(scheme, rates)
    flows, gross = [mpmath.mpf(0)] * len(leads), mpmath.mpf(0)
    for (j, i, lead), rate in rates.items():
        flows[lead] += rate * P[i] * int(scheme.electrons[j] - scheme.electrons[i])
        gross += rate * P[i]
    return flows, gross * mpmath.mpf(10) ** (6 - mpmath.mp.dps)


def heat(scheme, leads, kT, gate):
    """Return the heat out of each lead as mpf, and the rounding error of the digits in use."""
    rates = lead_rates(scheme, leads, kT, gate)
    P = populations_of(scheme, rates)
    flows, gross = [mpmath.mpf(0)] * len(leads), mpmath.mpf(0)
    for (j, i, lead), rate in rates.items():
        step = int(scheme.electrons[j] - scheme.electrons[i])
        difference = mpmath.mpf(float(scheme.energies[j])) - mpmath.mpf(float(scheme.energies[i]))
        carried = difference - step * (mpmath.mpf(gate) + mpmath.mpf(leads[lead].mu))
        flows[lead] += rate * P[i] * carried
        gross += rate * P[i] * abs(carried)
    return flows, gross * mpmath.mpf(10) ** (6 - mpmath.mp.dps)


def noise(scheme, leads, kT, gate):
    """Return the zero-frequency noise counted at the first lead as mpf, from the group inverse of the generator."""
    n, rates = scheme.energies.size, lead_rates(scheme, leads, kT, gate)
    P, (flows, _) = populations_of(scheme, rates), current(scheme, leads, kT, gate)
    generator, counted, gross = mpmath.zeros(n), mpmath.zeros(n), mpmath.mpf(0)
    for (j, i, lead), rate in rates.items():
        generator[j, i] += rate
        generator[i, i] -= rate
        if lead == 0:
            counted[j, i] += rate * int(scheme.electrons[j] - scheme.electrons[i])
            gross += rate * P[i]
    source = counted * mpmath.matrix(P) - flows[0] * mpmath.matrix(P)
    for column in range(n):
        generator[0, column] = 1
    source[0] = 0
    response = mpmath.lu_solve(generator, -source)
    return gross + 2 * mpmath.fsum((counted * response)[k] - flows[0] * response[k] for k in range(n))


def biased(rates, V, split=0.5):
    """Return leads L and R under a bias V."""
    return [Lead("L", rates[0], split * V), Lead("R", rates[1], (split - 1) * V)]


def conductance(scheme, rates, V, kT, gate):
    """Return dI/dV at split 1/2 by a central difference of step 1e-30."""
    step = mpmath.mpf(10) ** -30

    class Shifted:
        def __init__(self, rate, mu):
            self.rate, self.mu = rate, mu

    def flow(V):
        return current(scheme, [Shifted(rates[0], V / 2), Shifted(rates[1], -V / 2)], kT, gate)[0][0]

    return (flow(mpmath.mpf(V) + step) - flow(mpmath.mpf(V) - step)) / (2 * step)


def three_level_scheme(M=(0.4, 0.3)):
    """Return N = 0 and the two levels S = 0 and S = 1 of N = 2 around one doublet of N = 1."""
    return LevelScheme([0, 1, 2, 2], [0.0, 0.1, 0.75, 0.8], [0, 1, 0, 2], [0, 1, 1], [1, 2, 3], [0.5, *M])


@st.composite
def schemes(draw, most_electrons=3, per_lead=False):
    """Draw a connected level scheme in which spins differ by 1/2 along every transition."""
    top = draw(st.integers(1, most_electrons))
    electrons, two_S = [0], [0]
    for N in range(1, top + 1):
        spins = sorted({abs(S + step) for S in two_S[-1:] for step in (-1, 1)} & set(range(N + 1)))
        chosen = draw(st.lists(st.sampled_from(spins), min_size=1, max_size=3))
        electrons += [N] * len(chosen)
        two_S += chosen
    energies = [draw(st.floats(-2, 2)) for _ in electrons]
    pairs = [
        (i, j)
        for i in range(len(electrons))
        for j in range(len(electrons))
        if electrons[j] == electrons[i] + 1 and abs(two_S[j] - two_S[i]) == 1
    ]
    weight = st.floats(1e-3, 1)
    M = [[draw(weight), draw(weight)] if per_lead else draw(weight) for _ in pairs]
    return LevelScheme(electrons, energies, two_S, [i for i, _ in pairs], [j for _, j in pairs], M)
