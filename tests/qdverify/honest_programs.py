"""Honest programs that are not the builtin one: a solver that knows its limits, and levels in any order."""

import random
import warnings
from functools import cache
from itertools import combinations, pairwise
from math import sqrt

import numpy as np
from device_programs import TASKS, DevicesInDoubles
from scipy import sparse
from scipy.linalg import LinAlgWarning, lu, lu_factor, lu_solve
from scipy.special import expit

import numeric
from qdverify.protocol.accuracy import natural_size
from qdverify.protocol.answers import NOT_CONVERGED, AnswerError
from qdverify.protocol.inputs import check_inputs

CLAIMED = 1e-9


class CarefulLU:
    """Rate equations by LU to an absolute 1e-9; a case whose condition allows no such answer is declined."""

    name = "careful-lu"
    accuracy = {"stationary_state": {"absolute": CLAIMED}, "current": {"absolute": CLAIMED}}

    def rates(self, levels, transitions, leads, kT, gate):
        """Return, by lead, the rates [to, from] at which electrons enter and leave."""
        n = len(levels)
        rates = {lead["name"]: (np.zeros((n, n)), np.zeros((n, n))) for lead in leads}
        for item in transitions:
            low, high = levels[item["from"]], levels[item["to"]]
            for lead in leads:
                x = (high["energy"] - low["energy"] - gate - lead["mu"]) / kT
                size = 2 * item["M"] * lead["rate"]
                share = (low["two_S"] + 1) / (high["two_S"] + 1)
                entering, leaving = rates[lead["name"]]
                entering[item["to"], item["from"]] += size * expit(-x)
                leaving[item["from"], item["to"]] += size * share * expit(x)
        return rates

    def solve(self, rates, allowed):
        """Return the populations, or decline if rounding may put them off by more than is allowed."""
        W = sum(entering + leaving for entering, leaving in rates.values())
        W = W / W.max() if W.max() > 0 else W
        n = len(W)
        A = W - np.diag(W.sum(axis=0))
        A[-1] = 1.0
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LinAlgWarning)
            permutation, L, U = lu(A)
            inverse = lu_solve(lu_factor(A), np.eye(n))
        P = inverse[:, -1]
        # N. J. Higham, Accuracy and Stability of Numerical Algorithms, Theorem 9.4, and the rounding of A itself
        rounding = 4 * n * np.finfo(float).eps * (np.abs(permutation @ L) @ np.abs(U) + np.abs(A))
        with np.errstate(over="ignore", invalid="ignore"):
            spread = np.abs(inverse) @ rounding
            error = (spread @ np.abs(P)).max()
        # the estimate is of first order: it says nothing of a matrix that rounding can make singular
        known = np.isfinite(spread).all() and np.abs(np.linalg.eigvals(spread)).max() < 0.1
        if not known or not error < allowed:
            raise AnswerError(NOT_CONVERGED, f"populations may be off by {error if known else 1.0:.1e}")
        return P

    def stationary_state(self, **params):
        """Answer task 5."""
        check_inputs("stationary_state", params)
        return {"populations": self.solve(self.rates(**params), 0.1 * CLAIMED)}

    def current(self, **params):
        """Answer task 6; a population counts as much as the rates out of it are larger than the natural size."""
        check_inputs("current", params)
        rates = self.rates(**params)
        natural = max(lead["rate"] for lead in params["leads"]) * max(
            (item["M"] for item in params["transitions"]), default=0.0
        )
        gross = max((entering + leaving).sum() for entering, leaving in rates.values())
        P = self.solve(rates, 0.1 * CLAIMED * min(1.0, natural / gross) if gross else CLAIMED)
        flow = {name: float((entering - leaving).sum(axis=0) @ P) for name, (entering, leaving) in rates.items()}
        return {"I_L": flow["L"], "I_R": -flow["R"]}


class SpinLU(CarefulLU):
    """The same for states of one S_z in a field, between polarised leads."""

    name = "spin-lu"
    accuracy = {task: {"absolute": CLAIMED} for task in ("spin_currents", "spin_heat", "spin_populations")}
    stationary_state = current = None

    def of_spins(self, *, levels, transitions, leads, kT, gate, zeeman):
        """Return the states, by lead and spin the rates [to, from] of electrons in and out, and their heat."""
        states = [(k, m / 2) for k, level in enumerate(levels) for m in range(-level["two_S"], level["two_S"] + 1, 2)]
        place, n = {state: k for k, state in enumerate(states)}, len(states)
        rates = {(lead["name"], s): (np.zeros((n, n)), np.zeros((n, n))) for lead in leads for s in ("up", "down")}
        carried = {place: np.zeros((n, n)) for place in rates}
        for item in transitions:
            low, high = levels[item["from"]], levels[item["to"]]
            S, sign = low["two_S"] / 2, high["two_S"] - low["two_S"]
            for spin, sigma in (("up", 0.5), ("down", -0.5)):
                for (k, m), start in place.items():
                    if k != item["from"] or (item["to"], m + sigma) not in place:
                        continue
                    end = place[item["to"], m + sigma]
                    share = (0.5 + sign * 2 * sigma * (m + sigma) / (2 * S + 1)) * (2 * S + 1) / (high["two_S"] + 1)
                    for lead in leads:
                        t = lead["rate"][spin] if isinstance(lead["rate"], dict) else lead["rate"]
                        M = item["M"][lead["name"]] if isinstance(item["M"], dict) else item["M"]
                        energy = high["energy"] - low["energy"] + zeeman * sigma - gate - lead["mu"]
                        x = energy / lead.get("kT", kT)
                        carried[lead["name"], spin][start, end] = carried[lead["name"], spin][end, start] = energy
                        entering, leaving = rates[lead["name"], spin]
                        entering[end, start] += 2 * M * share * t * expit(-x)
                        leaving[start, end] += 2 * M * share * t * expit(x)
        return states, rates, carried

    def spin_populations(self, **params):
        """Answer the task of that name."""
        check_inputs("spin_populations", params)
        states, rates, _ = self.of_spins(**params)
        P = self.solve(rates, 0.1 * CLAIMED)
        return {
            "populations": [
                [float(P[j]) for j, (k, _) in enumerate(states) if k == level] for level in range(len(params["levels"]))
            ]
        }

    def spin_currents(self, **params):
        """Answer the task of that name, as `current`."""
        check_inputs("spin_currents", params)
        _, rates, _ = self.of_spins(**params)
        natural = natural_size("spin_currents", params)
        gross = max((entering + leaving).sum() for entering, leaving in rates.values())
        P = self.solve(rates, 0.1 * CLAIMED * min(1.0, natural / gross) if gross else CLAIMED)
        flow = {place: float((entering - leaving).sum(axis=0) @ P) for place, (entering, leaving) in rates.items()}
        names = [lead["name"] for lead in params["leads"]]
        return {spin: {name: flow[name, spin] for name in names} for spin in ("up", "down")}

    def spin_heat(self, **params):
        """Answer the task of that name, as `current`."""
        check_inputs("spin_heat", params)
        _, rates, carried = self.of_spins(**params)
        natural = natural_size("spin_heat", params)
        gross = max((abs(carried[place]) * (entering + leaving)).sum() for place, (entering, leaving) in rates.items())
        P = self.solve(rates, 0.1 * CLAIMED * min(1.0, natural / gross) if gross else CLAIMED)
        flow = {place: (carried[place] * (one - other)).sum(axis=0) @ P for place, (one, other) in rates.items()}
        names = [lead["name"] for lead in params["leads"]]
        return {"heat": {name: float(flow[name, "up"] + flow[name, "down"]) for name in names}}


class ResponseLU(CarefulLU):
    """Linear response of leads by LU, in a field too: first-order perturbation theory of the populations."""

    name = "response-lu"
    accuracy = {task: {"absolute": CLAIMED} for task in ("linear_response", "lead_response", "spin_response")}
    stationary_state = current = None

    def lead_response(self, levels, transitions, leads, kT, gate):
        """Answer the task of that name."""
        check_inputs(
            "lead_response", {"levels": levels, "transitions": transitions, "leads": leads, "kT": kT, "gate": gate}
        )
        n = len(levels)
        rates = {lead["name"]: (np.zeros((n, n)), np.zeros((n, n))) for lead in leads}
        heat = np.zeros((n, n))
        for item in transitions:
            low, high = levels[item["from"]], levels[item["to"]]
            start, end, share = item["from"], item["to"], (low["two_S"] + 1) / (high["two_S"] + 1)
            energy = high["energy"] - low["energy"] - gate - leads[0]["mu"]
            heat[start, end] = heat[end, start] = energy
            for lead in leads:
                M = item["M"][lead["name"]] if isinstance(item["M"], dict) else item["M"]
                entering, leaving = rates[lead["name"]]
                entering[end, start] = 2 * M * lead["rate"] * expit(-energy / kT)
                leaving[start, end] = 2 * M * lead["rate"] * share * expit(energy / kT)
        return {"onsager": self.response(rates, dict.fromkeys(rates, heat), kT)}

    def linear_response(self, **params):
        """Answer the task of that name; of a heat conductance that may be rounding alone ZT is called infinite."""
        check_inputs("linear_response", params)
        matrix, kT = self.lead_response(**params)["onsager"], params["kT"]
        left = [lead["name"] for lead in params["leads"]].index("L")
        onsager = matrix[np.ix_([left, 2 + left], [left, 2 + left])]
        (L11, L12), (L21, L22) = onsager
        heat = L22 - L12 * L21 / L11
        return {
            "onsager": onsager,
            "thermopower": L12 / L11 / kT,
            "heat_conductance": heat / kT**2,
            "figure_of_merit": L12 * L12 / L11 / heat if heat > 1e-12 * L22 else None,
        }

    def spin_response(self, **params):
        """Answer the task of that name: every force acts on both spins, and every current is that of both."""
        check_inputs("spin_response", params)
        _, rates, heat = SpinLU().of_spins(**params)
        names = [lead["name"] for lead in params["leads"]]
        ordered = {(name, spin): rates[name, spin] for spin in ("up", "down") for name in names}
        n, matrix = len(names), self.response(ordered, heat, params["kT"])
        return {"onsager": matrix.reshape(2, 2, n, 2, 2, n).sum(axis=(1, 4)).reshape(2 * n, 2 * n)}

    def response(self, rates, heat, kT):
        """Return the matrix of as many leads; every population and its shift may be off by less than is claimed.

        `rates` holds the rates [to, from] in and out of each lead, and `heat` what an electron carries on the way.
        """
        P, places = self.solve(rates, 1e-3 * CLAIMED), [*rates]
        W = sum(entering + leaving for entering, leaving in rates.values())
        A = W - np.diag(W.sum(axis=0))
        A[-1] = 1.0
        rows = np.zeros((2 * len(places), 2 * len(places)))
        for column, (q, forced) in enumerate((q, place) for q in (0, 1) for place in places):
            (entering, leaving), x = rates[forced], heat[forced] / kT
            # d ln f / dx = f - 1 and d ln (1 - f) / dx = f
            up, down = entering * expit(x) * heat[forced] ** q, -leaving * expit(-x) * heat[forced] ** q
            source = (up + down).sum(axis=0) * P - (up + down) @ P
            source[-1] = 0.0
            shift = np.linalg.solve(A, source)
            for row, (p, place) in enumerate((p, place) for p in (0, 1) for place in places):
                into, out = rates[place]
                net = ((into - out) * heat[place] ** p).sum(axis=0) @ shift
                if place == forced:
                    net += ((up - down) * heat[place] ** p).sum(axis=0) @ P
                rows[row, column] = net
        return rows


class AnyOrder:
    """Dense diagonalisation; levels that coincide are mixed by a random rotation and listed in random order."""

    name = "any-order"
    limits = {"orbitals": 6, "electrons": 5}

    def __init__(self, seed=0):
        self.choose, self.known = random.Random(seed), {}

    def clebsch_gordan_weight(self, **params):
        """Answer task 1."""
        check_inputs("clebsch_gordan_weight", params)
        i, j = params["two_S_i"], params["two_S_j"]
        return {"C": (j + 1) / (2 * (i + 1)) if abs(i - j) == 1 else 0.0}

    def interaction_integrals(self, **params):
        """Answer task 2: the integrals are not what this program is about."""
        check_inputs("interaction_integrals", params)
        p, q, r, s = np.asarray(params["indices"]).T
        return {"values": numeric.interaction_integrals(numeric.Dot(**params["dot"])).value(p, q, r, s)}

    def spectrum(self, **params):
        """Answer task 3."""
        check_inputs("spectrum", params)
        energies, two_S, _ = self.solved(params["dot"], params["electrons"])
        return {"energies": energies[: params["levels"]], "two_S": two_S[: params["levels"]]}

    def transition_probabilities(self, **params):
        """Answer task 4 from amplitudes between the states of least |S_z|, by the theorem of Wigner and Eckart."""
        check_inputs("transition_probabilities", params)
        dot, N = params["dot"], params["electrons"]
        (_, initial, states), (_, final, reached) = self.solved(dot, N), self.solved(dot, N + 1)
        sigma, m = (1, 0) if N % 2 == 0 else (-1, 1)
        amplitudes = reached.T @ (added(dot["orbitals"], N, sigma) @ states)
        M = np.zeros((params["levels_to"], params["levels_from"]))
        for j, i in np.ndindex(*M.shape):
            if abs(final[j] - initial[i]) == 1:
                up = initial[i] + 2 + sigma * m if final[j] > initial[i] else initial[i] - sigma * m
                squared = up / (2 * (initial[i] + 1))
                M[j, i] = amplitudes[j, i] ** 2 * (final[j] + 1) / (2 * (initial[i] + 1) * squared)
        return {"M": M}

    def solved(self, dot, electrons):
        """Return energies, doubled spins and states of all levels."""
        key = (*sorted(dot.items()), electrons)
        if key not in self.known:
            self.known[key] = self.diagonalised(dot, electrons)
        return self.known[key]

    def diagonalised(self, dot, electrons):
        """Solve the sector of least |S_z|, which holds every level once."""
        H = hamiltonian(dot, electrons)
        S2 = spin_squared(dot["orbitals"], electrons)
        values, vectors = np.linalg.eigh(H)
        width = 1e-11 * np.abs(values[: min(len(values), 12)]).max()
        cuts = [0, *(k for k in range(1, len(values)) if values[k] - values[k - 1] > width), len(values)]
        energies, spins, columns = [], [], []
        generator = np.random.default_rng(self.choose.getrandbits(32))
        for start, end in pairwise(cuts):
            inside = vectors[:, start:end] @ np.linalg.qr(generator.normal(size=(end - start, end - start)))[0]
            squares, turn = np.linalg.eigh(inside.T @ (S2 @ inside))
            inside = inside @ turn
            for two_S in sorted({round(sqrt(1 + 4 * square) - 1) for square in squares}):
                same = [k for k, square in enumerate(squares) if round(sqrt(1 + 4 * square) - 1) == two_S]
                mixed = inside[:, same] @ np.linalg.qr(generator.normal(size=(len(same), len(same))))[0]
                inside[:, same] = mixed
            order = generator.permutation(end - start)
            energies += list(np.einsum("ak,ab,bk->k", inside, H, inside)[order])
            spins += [round(sqrt(1 + 4 * squares[k]) - 1) for k in order]
            columns.append(inside[:, order])
        return energies, spins, np.hstack(columns)


def basis(orbitals, electrons):
    """Return (up, down) of every determinant with the least |S_z|, as tuples of orbitals from 0."""
    up = (electrons + 1) // 2
    return [
        (ups, downs)
        for ups in combinations(range(orbitals), up)
        for downs in combinations(range(orbitals), electrons - up)
    ]


def placed(occupied, orbital):
    """Return the tuple with an orbital added and the sign of moving it there."""
    below = sum(other < orbital for other in occupied)
    return (*occupied[:below], orbital, *occupied[below:]), (-1) ** below


def taken(occupied, orbital):
    """Return the tuple without an orbital and the sign of moving it to the front."""
    at = occupied.index(orbital)
    return (*occupied[:at], *occupied[at + 1 :]), (-1) ** at


def excitation(orbitals, electrons, p, q):
    """Return E_pq = sum over both spins of c+_p c_q."""
    states = basis(orbitals, electrons)
    place = {state: k for k, state in enumerate(states)}
    entries = []
    for column, pair in enumerate(states):
        for spin in (0, 1):
            if q in pair[spin]:
                without, one = taken(pair[spin], q)
                if p not in without:
                    into, two = placed(without, p)
                    entries.append((place[(into, pair[1]) if spin == 0 else (pair[0], into)], column, one * two))
    rows, columns, values = zip(*entries, strict=True) if entries else ((), (), ())
    return sparse.csr_array((np.array(values, float), (rows, columns)), shape=(len(states), len(states)))


def hamiltonian(dot, electrons):
    """Return H = sum eps_p E_pp + 1/2 sum (pq|rs) (E_pq E_rs - delta_qr E_ps)."""
    M = dot["orbitals"]
    side_by_side, flat = excitations(M, electrons)
    states = side_by_side.shape[0]
    number = np.arange(1, M + 1)
    V = numeric.interaction_integrals(numeric.Dot(**dot)).value(
        *np.meshgrid(number, number, number, number, indexing="ij")
    )
    one_body = np.diag((number * np.pi / dot["length"]) ** 2 / 2) - 0.5 * np.einsum("prrq->pq", V)
    mean = (flat.T @ V.reshape(M * M, M * M).T).T.reshape(M * M * states, states)  # sum_rs (pq|rs) E_rs, for every pq
    return (flat.T @ one_body.ravel()).reshape(states, states) + 0.5 * side_by_side @ mean


@cache
def excitations(orbitals, electrons):
    """Return all E_pq side by side, and each as one row."""
    every = [excitation(orbitals, electrons, p, q) for p in range(orbitals) for q in range(orbitals)]
    return sparse.hstack(every).tocsr(), sparse.vstack([one.reshape((1, -1)) for one in every]).tocsr()


@cache
def spin_squared(orbitals, electrons):
    """Return S^2 = N - N^2/4 + N/2 ... of both spins, by exchange: -1/2 sum E_pq E_qp + N (2 M + 4 - N)/4."""
    pairs = [(p, q) for p in range(orbitals) for q in range(orbitals)]
    E = {pair: excitation(orbitals, electrons, *pair) for pair in pairs}
    exchange = sum(E[p, q] @ E[q, p] for p, q in pairs)
    one = sparse.eye_array(exchange.shape[0])
    return sparse.csr_array(-0.5 * exchange + electrons * (2 * orbitals + 4 - electrons) / 4 * one)


@cache
def added(orbitals, electrons, sigma):
    """Return sum_p c+_{p,sigma} between the sectors of least |S_z| of N and N + 1 electrons."""
    start, end = basis(orbitals, electrons), basis(orbitals, electrons + 1)
    place = {state: k for k, state in enumerate(end)}
    entries = []
    for column, (ups, downs) in enumerate(start):
        for p in range(orbitals):
            if p not in (ups if sigma == 1 else downs):
                into, sign = placed(ups if sigma == 1 else downs, p)
                state, sign = ((into, downs), sign) if sigma == 1 else ((ups, into), sign * (-1) ** len(ups))
                entries.append((place[state], column, sign))
    rows, columns, values = zip(*entries, strict=True)
    return sparse.csr_array((np.array(values, float), (rows, columns)), shape=(len(end), len(start)))


ON_DEVICES = (
    (DevicesInDoubles, TASKS),
    (SpinLU, ("spin_currents", "spin_heat", "spin_populations")),
    (ResponseLU, ("linear_response", "lead_response", "spin_response")),
)
"""Programs that answer about devices, and the tasks that each of them is asked."""
