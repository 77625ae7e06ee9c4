"""A third route to the levels of a dot given by integrals: ladder operators on occupation bits, one after another.

Neither Slater-Condon rules nor spin-adapted functions: H and D+ act on bit strings of spin-orbitals (all spins up, then
all spins down), and levels come from the determinants of each S_z.
"""

from itertools import product

import mpmath
import sympy


def states(orbitals, electrons, two_Sz):
    """Return the bit strings of N electrons with one S_z."""
    found = []
    for bits in range(4**orbitals):
        up, down = bits & (2**orbitals - 1), bits >> orbitals
        if up.bit_count() + down.bit_count() == electrons and up.bit_count() - down.bit_count() == two_Sz:
            found.append(bits)
    return found


def annihilate(vector, mode):
    return _act(vector, mode, occupied=True)


def create(vector, mode):
    return _act(vector, mode, occupied=False)


def _act(vector, mode, *, occupied):
    result = {}
    for bits, value in vector.items():
        if bool(bits >> mode & 1) is occupied:
            sign = (-1) ** (bits & ((1 << mode) - 1)).bit_count()
            result[bits ^ (1 << mode)] = sign * value
    return result


def add(total, vector, factor):
    for bits, value in vector.items():
        total[bits] = total.get(bits, 0) + factor * value


def apply_hamiltonian(vector, h, V, core):
    """Apply E_0 + sum h_pq c+_p c_q + 1/2 sum (pq|rs) c+_p c+_r c_s c_q; h rows and V[p][q][r][s] count from 0."""
    size = len(h)
    total = {}
    add(total, vector, core)
    for p, q, spin in product(range(size), range(size), (0, size)):
        add(total, create(annihilate(vector, q + spin), p + spin), h[p][q])
    for p, q, r, s in product(range(size), repeat=4):
        if V[p][q][r][s] == 0:
            continue
        for one, two in product((0, size), repeat=2):
            removed = annihilate(annihilate(vector, q + one), s + two)
            add(total, create(create(removed, r + two), p + one), V[p][q][r][s] / 2)
    return total


def matrix(h, V, core, electrons, two_Sz):
    """Return H between the states of one S_z."""
    basis = states(len(h), electrons, two_Sz)
    columns = [apply_hamiltonian({bits: sympy.Integer(1)}, h, V, core) for bits in basis]
    return sympy.Matrix(len(basis), len(basis), lambda a, b: columns[b].get(basis[a], 0))


def transition_probabilities(h, V, electrons, *, weights, initial, final):
    """Return M[j][i] of [J96] Eq. (4) from every S_z of non-degenerate multiplets, by mpmath.

    `initial` and `final` are (energy, two_S) of the levels, whose states are found by their energies.
    """
    size = len(h)
    found = [[mpmath.mpf(0) for _ in initial] for _ in final]
    vectors = {}
    for number, levels in ((electrons, initial), (electrons + 1, final)):
        for two_Sz in {m for _, two_S in levels for m in range(-two_S, two_S + 1, 2)}:
            numbers = matrix(h, V, 0, number, two_Sz)
            rows = [[mpmath.mpf(int(x.p)) / int(x.q) for x in numbers.row(k)] for k in range(numbers.rows)]
            energies, columns = mpmath.eigsy(mpmath.matrix(rows))
            for level, (energy, two_S) in enumerate(levels):
                if abs(two_Sz) <= two_S:
                    (k,) = [k for k in range(len(energies)) if abs(energies[k] - energy) < mpmath.mpf(10) ** -20]
                    basis = states(size, number, two_Sz)
                    vectors[number, level, two_Sz] = {bits: columns[n, k] for n, bits in enumerate(basis)}
    for (number, i, two_Sz), vector in vectors.items():
        if number == electrons:
            for sigma, spin in ((1, 0), (-1, size)):
                raised = {}
                for p in range(size):
                    add(raised, create(vector, p + spin), weights[p])
                for j in range(len(final)):
                    target = vectors.get((number + 1, j, two_Sz + sigma), {})
                    amplitude = sum(value * target.get(bits, 0) for bits, value in raised.items())
                    found[j][i] += amplitude**2 / (2 * (initial[i][1] + 1))
    return found
