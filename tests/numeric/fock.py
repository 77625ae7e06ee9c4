"""Second quantisation spelled out, determinant by determinant: slow, and independent of the package's tables."""

from itertools import combinations

import numpy as np


def annihilate(state, orbital):
    """Return c_orbital |state> as (occupied, sign), or None; creators stand in the order of `occupied`."""
    if state is None or orbital not in state[0]:
        return None
    place = state[0].index(orbital)
    return state[0][:place] + state[0][place + 1 :], state[1] * (-1) ** place


def create(state, orbital):
    """Return c+_orbital |state>."""
    if state is None or orbital in state[0]:
        return None
    place = sum(occupied < orbital for occupied in state[0])
    return (*state[0][:place], orbital, *state[0][place:]), state[1] * (-1) ** place


def determinants(M, N):
    """All sets of N spin orbitals, up being 0..M-1 and down M..2M-1."""
    return list(combinations(range(2 * M), N))


def dense_hamiltonian(dot, N, g):
    """H = sum eps n + 1/2 sum (pq|rs) c+_{p,s} c+_{r,s'} c_{s,s'} c_{q,s} between all determinants of N electrons."""
    M = dot.orbitals
    states = determinants(M, N)
    number = {occupied: place for place, occupied in enumerate(states)}
    H = np.zeros((len(states), len(states)))
    for column, occupied in enumerate(states):
        H[column, column] += sum(dot.orbital_energies[k % M] for k in occupied)
        for q, s in ((q, s) for q in occupied for s in occupied if q != s):
            rest = annihilate(annihilate((occupied, 1), q), s)
            for p, r in np.ndindex(M, M):
                final = create(create(rest, r + M * (s // M)), p + M * (q // M))
                if final is not None:
                    H[number[final[0]], column] += 0.5 * final[1] * g[p, q % M, r, s % M]
    return H


def dense(dot, N):
    """Return H between all determinants of N electrons, of every S_z, and these determinants."""
    M, states = dot.orbitals, determinants(dot.orbitals, N)
    number = {occupied: place for place, occupied in enumerate(states)}
    H = dot.core * np.eye(len(states))
    for column, occupied in enumerate(states):
        for q in occupied:
            for p in range(M):
                final = create(annihilate((occupied, 1), q), p + M * (q // M))
                if final is not None:
                    H[number[final[0]], column] += final[1] * dot.one_body[p, q % M]
        for q, s in ((q, s) for q in occupied for s in occupied if q != s):
            rest = annihilate(annihilate((occupied, 1), q), s)
            for p, r in np.ndindex(M, M):
                final = create(create(rest, r + M * (s // M)), p + M * (q // M))
                if final is not None:
                    H[number[final[0]], column] += 0.5 * final[1] * dot.two_body[p, q % M, r, s % M]
    return H, states
