r"""Open Hubbard chain, exactly: Lieb and Wu's equations between walls, and how many levels they give.

H = -t sum_p (c+_p c_{p+1} + h.c.) + U sum_p n_{p,up} n_{p,down} on L sites, p = 1..L. Bethe's wave function vanishes at
the sites 0 and L + 1, the energy is E = -2t sum cos k_j, and two electrons scatter as in the contact gas
(`analytic.scattering`) with sin k in place of k and g = U/2t [E. H. Lieb, F. Y. Wu, Phys. Rev. Lett. 20, 1445 (1968);
H. Schulz, J. Phys. C 18, 581 (1985) for the walls]:

    exp(2 i k_j (L + 1)) Z_j(sin k_1, ..., sin k_N) v = v,   j = 1..N.

v lives in the space of the f(N, S) spin functions, so no rapidities and no strings of them are needed. At U = infinity
k_j = pi I_j/(L + 1) with integers 1 <= I_1 < ... < I_N <= L, and v is one of the states of a Heisenberg chain, r = 0..
f(N, S) - 1; each label (I; S; r) is followed down to U. These are the levels without doubly occupied sites at U =
infinity, the *lower band*: C(L, N) f(N, S) of spin S. In all others some momenta are complex (bound pairs).

Two symmetries of the chain give more levels, again exactly. A level has a spin S and a pseudospin eta, whose raising
operator adds a pair of electrons and the energy U [C. N. Yang, Phys. Rev. Lett. 63, 2144 (1989)]; with N electrons a
level of the lower band has eta = (L - N)/2 >= 0, and reappears with N + 2 m electrons at E + m U, m <= 2 eta. Second,
exchanging electrons and holes of one spin, with a sign on every other site, turns H into U N_up - H and exchanges S and
eta. In terms of w = E - U N/2 + U L/4, which all members of a multiplet (S, eta) share,

    the levels w of the multiplets (S, eta) are the levels -w of the multiplets (eta, S).

Completeness. Of multiplets (S, eta) there are K(S, eta), from the number of states with given N and S_z; the lower band
and its mirror image give C(L, L - 2 eta) f(L - 2 eta, S) + C(L, L - 2 S) f(L - 2 S, eta) of them, or half of that sum
where S + eta = L/2, where both are the same levels. That is all if S + eta >= L/2 - 1, and less otherwise: then a
whole spectrum is refused. It is complete for any N up to three sites, and for four sites unless S = 0 and N = 4.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

import mpmath

from analytic.continuation import heisenberg_vector
from analytic.dimensions import multiplet_count, weyl_paldus_dimension
from analytic.exact import ExactNumber, as_mpf, exact_rational, positive_rational, require_integer
from analytic.scattering import joint_eigenvector, linear_solve, numeric_exchanges, round_trips
from analytic.young import check_spin, neighbour_exchanges

__all__ = ["HubbardLevel", "hubbard_band", "hubbard_levels", "hubbard_multiplets"]

_LARGEST_N = 6
_GUARD_DIGITS = 15
_NEWTON_STEPS = 30
_SMALLEST_STEP = 1e-4
_SAME_SOLUTION = 1e-10


@dataclass(frozen=True)
class HubbardLevel:
    """One level of the open chain.

    Attributes
    ----------
    energy
        In the units of t and U.
    two_S, two_eta
        Twice the spin and twice the pseudospin.
    momentum_numbers, spin_index
        The label (I; r) of this level if it is in the lower band, else of the level there that a symmetry takes to it.
    """

    energy: Any
    two_S: int
    two_eta: int
    momentum_numbers: tuple[int, ...]
    spin_index: int


def hubbard_multiplets(sites: int, two_S: int, two_eta: int) -> tuple[int, int]:
    """Return (all, found): the number of multiplets (S, eta), and how many of them Bethe's equations give here.

    Examples
    --------
    >>> from analytic import hubbard_multiplets
    >>> hubbard_multiplets(4, 2, 0), hubbard_multiplets(4, 0, 0)
    ((9, 9), (10, 4))
    """
    require_integer("sites", sites, minimum=1)
    require_integer("two_S", two_S, minimum=0)
    require_integer("two_eta", two_eta, minimum=0)
    if two_S + two_eta > sites or (sites - two_S - two_eta) % 2:
        return 0, 0
    electrons = sites - two_eta
    fewer = weyl_paldus_dimension(electrons - 2, sites, two_S) if electrons - 2 >= two_S else 0
    everything = weyl_paldus_dimension(electrons, sites, two_S) - fewer
    lower = math.comb(sites, electrons) * multiplet_count(electrons, two_S)
    if two_S + two_eta == sites:
        return everything, lower
    return everything, lower + math.comb(sites, sites - two_S) * multiplet_count(sites - two_S, two_eta)


def hubbard_band(
    sites: int, electrons: int, two_S: int, *, hopping: ExactNumber = 1, repulsion: ExactNumber, digits: int = 30
) -> tuple[HubbardLevel, ...]:
    """Return the C(L, N) f(N, S) levels of the lower band with spin S, by rising energy.

    Parameters
    ----------
    sites, electrons, two_S
        L, N <= L and at most 6, and 2S.
    hopping, repulsion
        t > 0 and U > 0, read exactly.
    digits
        Decimal digits of Bethe's equations.

    Raises
    ------
    ValueError
        If an argument breaks its rule.
    ArithmeticError
        If a label is lost on the way from U = infinity, or two labels lead to one solution.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import hubbard_band
    >>> [nstr(level.energy, 12) for level in hubbard_band(2, 2, 0, repulsion=4)]  # U/2 - sqrt(U^2/4 + 4 t^2)
    ['-0.828427124746']
    """
    require_integer("sites", sites, minimum=1)
    require_integer("electrons", electrons, minimum=0)
    require_integer("digits", digits, minimum=1)
    if electrons > min(sites, _LARGEST_N):
        raise ValueError(f"electrons={electrons} must not exceed sites={sites}, nor {_LARGEST_N}")
    t, U = positive_rational("hopping", hopping), positive_rational("repulsion", repulsion)
    if electrons == 0:
        return (HubbardLevel(mpmath.mpf(0), 0, sites, (), 0),) if two_S == 0 else ()
    check_spin(electrons, two_S)
    found = []
    with mpmath.workdps(digits + _GUARD_DIGITS):
        for numbers in combinations(range(1, sites + 1), electrons):
            for index in range(multiplet_count(electrons, two_S)):
                momenta = _solve(_Label(sites, numbers, two_S, index), U / t / 2, digits)
                energy = -2 * as_mpf(t) * mpmath.fsum(mpmath.cos(k) for k in momenta)
                found.append((energy, momenta, HubbardLevel(energy, two_S, sites - electrons, numbers, index)))
        _require_different([momenta for _, momenta, _ in found])
    return tuple(level for _, _, level in sorted(found, key=lambda entry: entry[0]))


def hubbard_levels(
    sites: int,
    electrons: int,
    *,
    two_S: int | None = None,
    hopping: ExactNumber = 1,
    repulsion: ExactNumber,
    digits: int = 30,
) -> tuple[HubbardLevel, ...]:
    """Return all levels of N electrons, or all of spin S, by rising energy; each counts once, not 2S+1 times.

    Parameters
    ----------
    sites, electrons
        L = 1..6 and N = 0..2L.
    two_S
        Keep to this spin; None takes all.
    hopping, repulsion, digits
        t, not 0, and U, not 0, read exactly; attraction follows from repulsion by H(t, -U) = -H(-t, U).

    Raises
    ------
    ValueError
        If an argument breaks its rule, or levels are asked for that Bethe's equations with real momenta and the
        symmetries do not give; the message counts them.
    ArithmeticError
        As `hubbard_band`.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import hubbard_levels
    >>> [(nstr(level.energy, 8), level.two_S) for level in hubbard_levels(2, 2, repulsion=3)]
    [('-1.0', 0), ('0.0', 2), ('3.0', 0), ('4.0', 0)]
    """
    if require_integer("sites", sites, minimum=1) > _LARGEST_N:
        raise ValueError(f"sites={sites} must be at most {_LARGEST_N}")
    if require_integer("electrons", electrons, minimum=0) > 2 * sites:
        raise ValueError(f"electrons={electrons} must not exceed 2*sites={2 * sites}")
    t, U = abs(exact_rational("hopping", hopping)), exact_rational("repulsion", repulsion)
    if t == 0 or U == 0:
        raise ValueError(f"hopping={hopping} and repulsion={repulsion} must not be 0: there is nothing to solve then")
    sectors = list(_sectors(sites, electrons, two_S))
    _require_complete(sites, electrons, sectors)
    found = []
    with mpmath.workdps(digits + _GUARD_DIGITS):
        shift = as_mpf(abs(U) * (Fraction(electrons, 2) - Fraction(sites, 4)))
        for spin, eta in sectors:
            for level in _multiplets(sites, spin, eta, hopping=t, repulsion=abs(U), digits=digits):
                energy = level.energy + shift
                found.append(
                    HubbardLevel(energy if U > 0 else -energy, spin, eta, level.momentum_numbers, level.spin_index)
                )
    return tuple(sorted(found, key=lambda level: (level.energy, level.two_S)))


def _sectors(sites: int, electrons: int, two_S: int | None) -> Iterator[tuple[int, int]]:
    """Yield (2S, 2 eta) of all multiplets that have a member of N electrons."""
    for spin in range(electrons % 2, min(electrons, 2 * sites - electrons) + 1, 2):
        if two_S in {None, spin}:
            for eta in range(abs(sites - electrons), sites - spin + 1, 2):
                yield spin, eta


def _require_complete(sites: int, electrons: int, sectors: list[tuple[int, int]]) -> None:
    for spin, eta in sectors:
        everything, found = hubbard_multiplets(sites, spin, eta)
        if found < everything:
            raise ValueError(
                f"sites={sites}, electrons={electrons}, two_S={spin}: {everything - found} of {everything} levels with "
                f"pseudospin {Fraction(eta, 2)} have complex momenta (bound pairs), which are not solved for; "
                "hubbard_band gives the levels without them"
            )


def _multiplets(
    sites: int, two_S: int, two_eta: int, *, hopping: Fraction, repulsion: Fraction, digits: int
) -> Iterator[HubbardLevel]:
    """Yield the multiplets (S, eta) with w = E - U N/2 + U L/4 as energy."""
    U = as_mpf(repulsion)
    for spin, eta, sign in ((two_S, two_eta, 1), (two_eta, two_S, -1)):
        if sign == -1 and two_S + two_eta == sites:
            return  # both are the same levels
        electrons = sites - eta
        for level in hubbard_band(sites, electrons, spin, hopping=hopping, repulsion=repulsion, digits=digits):
            w = sign * (level.energy - U * electrons / 2 + U * sites / 4)
            yield HubbardLevel(w, two_S, two_eta, level.momentum_numbers, level.spin_index)


@dataclass(frozen=True)
class _Label:
    """One label (I; S; r) of the chain of L sites."""

    sites: int
    numbers: tuple[int, ...]
    two_S: int
    spin_index: int

    def bonds(self, number: Any, root: Any) -> Any:
        """Return the exchange operators of the spin functions in the arithmetic of `number` and `root`."""
        return numeric_exchanges(neighbour_exchanges(len(self.numbers), self.two_S), number, root)


def _solve(label: _Label, coupling: Fraction, digits: int) -> list[Any]:
    """Return the momenta of a label to the working precision, from double precision on the way down in g = U/2t."""
    momenta, vector = _follow(label, float(coupling))
    bonds = label.bonds(mpmath.mpf, mpmath.sqrt)
    g, tolerance = as_mpf(coupling), mpmath.mpf(10) ** (-digits - _GUARD_DIGITS + 5)
    momenta, vector = [mpmath.mpf(k) for k in momenta], [mpmath.mpc(entry) for entry in vector]
    for _ in range(_NEWTON_STEPS):
        vector, step, mismatch = _newton_step(label, (momenta, vector), g, bonds, mpmath.mp, tolerance=tolerance)
        momenta = [k - change for k, change in zip(momenta, step, strict=True)]
        if max(map(abs, step)) < tolerance and max(map(abs, mismatch)) < tolerance:
            return momenta
    raise ArithmeticError(f"{label} does not solve Bethe's equations to {digits} digits at U/2t={float(coupling):g}")


def _follow(label: _Label, coupling: float) -> tuple[list[Any], list[Any]]:
    """Follow a label from strong repulsion down to g, in double precision, with steps in log g."""
    bonds = label.bonds(float, math.sqrt)
    momenta: list[Any] = [math.pi * number / (label.sites + 1) for number in label.numbers]
    vector: list[Any] = list(heisenberg_vector(len(label.numbers), label.two_S, label.spin_index))
    here, target, step = math.log(500.0 * max(1.0, coupling)), math.log(coupling), 0.5
    momenta, vector = _newton(label, momenta, vector, math.exp(here), bonds)
    before: tuple[float, list[Any]] | None = None
    while here > target:
        step = min(step, here - target)
        weight = 0.0 if before is None else -step / (here - before[0])
        old = momenta if before is None else before[1]
        guess = [k + weight * (k - earlier) for k, earlier in zip(momenta, old, strict=True)]
        try:
            found = _newton(label, guess, vector, math.exp(here - step), bonds)
            smooth = _is_close(momenta, vector, *found)
        except ArithmeticError:
            smooth = False
        if smooth:
            before, here, step = (here, momenta), here - step, 1.5 * step
            momenta, vector = found
        elif step < _SMALLEST_STEP:
            raise ArithmeticError(f"{label} is lost at U/2t={math.exp(here):g}")
        else:
            step /= 3
    return momenta, vector


def _is_close(momenta: list[Any], vector: list[Any], new_momenta: list[Any], new_vector: list[Any]) -> bool:
    overlap = abs(sum(a.conjugate() * b for a, b in zip(vector, new_vector, strict=True)))
    shift = max(abs(a - b) for a, b in zip(momenta, new_momenta, strict=True))
    inside = all(0 < k < math.pi for k in new_momenta) and new_momenta == sorted(set(new_momenta))
    return inside and overlap > 0.95 and shift < 0.1


def _newton(
    label: _Label, momenta: list[Any], vector: list[Any], coupling: float, bonds: Any
) -> tuple[list[Any], list[Any]]:
    """Solve Bethe's equations in double precision from a guess."""
    for _ in range(_NEWTON_STEPS):
        vector, step, _ = _newton_step(label, (momenta, vector), coupling, bonds, cmath, tolerance=1e-12)
        momenta = [k - change for k, change in zip(momenta, step, strict=True)]
        if max(map(abs, step)) < 1e-9:
            return momenta, vector
    raise ArithmeticError(f"Newton's iteration does not converge at U/2t={coupling}")


def _newton_step(
    label: _Label, guess: tuple[list[Any], list[Any]], coupling: Any, bonds: Any, functions: Any, *, tolerance: Any
) -> tuple[list[Any], list[Any], list[Any]]:
    """Return v, the change of the momenta, and the mismatch of 2 k_j (L + 1) + arg <v|Z_j|v> modulo 2 pi."""
    momenta, vector = guess
    sines, cosines = ([f(k).real for k in momenta] for f in (functions.sin, functions.cos))
    phase = functions.phase if functions is cmath else functions.arg
    trips = round_trips(sines, coupling, bonds)
    vector = joint_eigenvector(trips, vector, tolerance)
    mismatch, jacobian = [], []
    for place, trip in enumerate(trips):
        value, gradient = trip.expectation(vector)
        mismatch.append(phase(functions.exp(2j * (label.sites + 1) * momenta[place]) * value))
        row = [(slope / value).imag * cosine for slope, cosine in zip(gradient, cosines, strict=True)]
        row[place] += 2 * (label.sites + 1)
        jacobian.append(row)
    return vector, linear_solve(jacobian, mismatch), mismatch


def _require_different(solutions: list[list[Any]]) -> None:
    """Raise if two labels led to the same momenta: one of the two was then lost on the way."""
    for one, other in combinations(solutions, 2):
        if max(abs(a - b) for a, b in zip(one, other, strict=True)) < _SAME_SOLUTION:
            raise ArithmeticError(f"two labels gave the momenta {[mpmath.nstr(k, 8) for k in one]}")
