"""Contact gas between hard walls, exactly: the spin-1/2 Yang-Gaudin gas by Bethe's ansatz.

H = -1/2 sum d^2/dx_j^2 + g sum_{i<j} delta(x_i - x_j) on 0 < x < L (physics.md section 6).  E = sum k_j^2 / 2, and the
momenta k_1..k_N solve exp(2 i k_j L) Z_j(k) v = v with the commuting scattering operators of `analytic.scattering`.

Labels.  Every level has one label (I_1 < ... < I_N; S; r): positive integers I_j, and r = 0..f(N, S) - 1 counting the
spin functions of spin S by rising energy.  At g = infinity the phases vanish, k_j = pi I_j / L, and to order 1/g

    Z_j = 1 + (4 i k_j / g) sum_p P_s(p, p+1),    E = E_F - (4 E_F / g L) e,    E_F = sum (pi I_j / L)^2 / 2,

with P_s = 1/4 - S_p.S_{p+1} the projector on a singlet and e the eigenvalues of the uniform open Heisenberg chain.
They are all different for N <= 6, so each spin function has its starting point, and following it down in g gives the
level at every finite g.  The lowest multiplet is I = (1, .., N): sum over S of (2S+1) f(N, S) = 2^N states.

Completeness.  I distinct and r unrestricted: 2^N states for each set I, as many as spin configurations of N distinct
orbitals.  At g -> 0 each k_j tends to pi n_j / L with 0 <= I_j - n_j <= N/2 - S, a configuration in which an orbital
holds at most two electrons.  dE/dg >= 0 (Hellmann-Feynman), so sum (pi n_j / L)^2 / 2 with the smallest n_j that these
rules allow bounds every level of the set I and the spin S from below; `bethe_levels` searches the labels by that bound.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from numbers import Integral
from typing import Any

import mpmath

from analytic.continuation import Branch, follow, polish, reflection_parity
from analytic.dimensions import multiplet_count
from analytic.exact import require_above, require_integer
from analytic.young import check_spin

__all__ = ["BetheLevel", "bethe_energy", "bethe_level", "bethe_levels", "bethe_multiplet", "free_fermion_energy"]

Number = Any  # int, Fraction, float (its exact double), decimal string or mpmath.mpf
_Label = tuple[tuple[int, ...], int, int]
_LARGEST_N = 6
_GUARD_DIGITS = 12
_SAME_SOLUTION = 1e-12
_ROUNDING = 1e-12


@dataclass(frozen=True)
class BetheLevel:
    """One level of the contact gas: energy, spin, parity, label (I; r), momenta, and residual of the equations."""

    energy: Any
    two_S: int
    parity: int
    momentum_numbers: tuple[int, ...]
    spin_index: int
    momenta: tuple[Any, ...]
    residual: Any


def bethe_energy(
    electrons: int, two_S: int, *, strength: Number, length: Number = 1, index: int = 0, digits: int = 30
) -> Any:
    """Return the energy of one level of the lowest multiplet.

    Parameters
    ----------
    electrons, two_S
        N = 1..6 and 2S.
    strength
        g > 0, in E_H* a_B*; strings and Fractions are exact, a float stands for its exact double.
    length
        L > 0, in a_B*.
    index
        r = 0..f(N, S) - 1, by rising energy at strong repulsion.
    digits
        Decimal digits of the result.

    Returns
    -------
    mpmath.mpf
        The energy in E_H*.

    Raises
    ------
    ValueError
        If an argument breaks its rule.
    ArithmeticError
        If the equations are not solved to `digits` digits.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import bethe_energy
    >>> nstr(bethe_energy(2, 0, strength=1, length=1), 12)
    '11.2660685201'
    """
    return bethe_level(range(1, electrons + 1), two_S, index, strength=strength, length=length, digits=digits).energy


def bethe_multiplet(
    electrons: int, *, strength: Number, length: Number = 1, digits: int = 30
) -> tuple[BetheLevel, ...]:
    """Return all levels of the lowest multiplet, f(N, S) of every spin S, by rising energy.

    Raises
    ------
    ValueError, ArithmeticError
        As `bethe_energy`.
    """
    labels = _spin_labels(electrons)
    levels = [
        bethe_level(range(1, electrons + 1), two_S, index, strength=strength, length=length, digits=digits)
        for two_S, index in labels
    ]
    return _distinct(sorted(levels, key=lambda level: level.energy))


def bethe_level(
    momentum_numbers: Sequence[int],
    two_S: int,
    spin_index: int = 0,
    *,
    strength: Number,
    length: Number = 1,
    digits: int = 30,
) -> BetheLevel:
    """Solve Bethe's equations for one label (I; S; r).

    Parameters
    ----------
    momentum_numbers
        I_1 < I_2 < ... < I_N, positive integers, N = 1..6.
    two_S, spin_index
        2S and r = 0..f(N, S) - 1.
    strength, length, digits
        As `bethe_energy`.

    Returns
    -------
    BetheLevel
        Energy in E_H*, momenta in 1/a_B*.

    Raises
    ------
    ValueError
        If the label is not admissible, or strength, length or digits are not positive.
    ArithmeticError
        If the residual of exp(2 i k_j L) Z_j v = v exceeds 10^-digits.
    """
    numbers = tuple(momentum_numbers)
    _check_label(numbers, two_S, spin_index)
    if digits < 1:
        raise ValueError(f"digits={digits} must be at least 1")
    with mpmath.workdps(digits + _GUARD_DIGITS):
        coupling, scale = _coupling(strength, length)
        rough = follow(numbers, two_S, spin_index, float(coupling))
        return _polished((numbers, two_S, spin_index), rough, coupling, scale, digits)


def bethe_levels(
    electrons: int, count: int, *, strength: Number, length: Number = 1, two_S: int | None = None, digits: int = 30
) -> tuple[BetheLevel, ...]:
    """Return the `count` lowest levels, excited sets I included, none left out (module docstring).

    Parameters
    ----------
    electrons
        N = 1..6.
    count
        Number of levels; each counts once, not 2S+1 times.
    two_S
        Keep to this spin; None takes all.
    strength, length, digits
        As `bethe_energy`.

    Returns
    -------
    tuple of BetheLevel
        By rising energy.

    Raises
    ------
    ValueError, ArithmeticError
        As `bethe_energy`.

    Examples
    --------
    >>> from analytic import bethe_levels
    >>> [level.two_S for level in bethe_levels(2, 3, strength=1)]
    [0, 2, 0]
    """
    if count < 1:
        raise ValueError(f"count={count} must be at least 1")
    if two_S is not None:
        check_spin(electrons, two_S)
    spins = [spin for spin in _spin_labels(electrons) if two_S in {None, spin[0]}]
    with mpmath.workdps(digits + _GUARD_DIGITS):
        coupling, scale = _coupling(strength, length)
        found: list[tuple[float, _Label, Branch]] = []
        cutoff = math.inf
        for bound, label in _labels_by_bound(electrons, spins):
            if bound > cutoff:
                break
            rough = follow(*label, float(coupling))
            found.append((math.fsum(k * k for k in rough.momenta) / 2, label, rough))
            found.sort(key=lambda entry: entry[:2])
            cutoff = found[count - 1][0] if len(found) >= count else math.inf
        return _distinct(_polished(label, rough, coupling, scale, digits) for _, label, rough in found[:count])


def free_fermion_energy(momentum_numbers: Sequence[int], *, length: Number = 1, digits: int = 30) -> Any:
    """Return E_F = sum (pi I_j / L)^2 / 2: the levels of S = N/2 at every g, and all levels at g = infinity.

    Raises
    ------
    ValueError
        If the numbers are not positive integers, or length or digits are not positive.

    Examples
    --------
    >>> from mpmath import nstr
    >>> from analytic import free_fermion_energy
    >>> nstr(free_fermion_energy([1, 2], length=1), 12)
    '24.6740110027'
    """
    for number in momentum_numbers:
        require_integer("momentum_number", number, minimum=1)
    require_integer("digits", digits, minimum=1)
    require_above("length", length, 0)
    with mpmath.workdps(digits + _GUARD_DIGITS):
        return sum(number**2 for number in momentum_numbers) * (mpmath.pi / _exact(length)) ** 2 / 2


def _check_label(numbers: tuple[int, ...], two_S: int, spin_index: int) -> None:
    if not 1 <= len(numbers) <= _LARGEST_N:
        raise ValueError(f"electrons={len(numbers)} must be between 1 and {_LARGEST_N}")
    whole = all(isinstance(number, Integral) for number in numbers)
    if not whole or numbers[0] < 1 or any(a >= b for a, b in pairwise(numbers)):
        raise ValueError(f"momentum_numbers={numbers} must be positive integers in rising order")
    check_spin(len(numbers), two_S)
    if not 0 <= spin_index < multiplet_count(len(numbers), two_S):
        raise ValueError(f"spin_index={spin_index} must be below f(N, S) = {multiplet_count(len(numbers), two_S)}")


def _polished(label: _Label, rough: Branch, coupling: Any, scale: Any, digits: int) -> BetheLevel:
    numbers, two_S, spin_index = label
    momenta, residual = polish(rough, two_S, coupling, digits)
    return BetheLevel(
        energy=sum(k * k for k in momenta) / (2 * scale**2),
        two_S=two_S,
        parity=reflection_parity(numbers, two_S, spin_index),
        momentum_numbers=numbers,
        spin_index=spin_index,
        momenta=tuple(k / scale for k in momenta),
        residual=residual,
    )


def _distinct(levels: Iterable[BetheLevel]) -> tuple[BetheLevel, ...]:
    """Return the levels; raise ArithmeticError if two labels led to one solution, as a lost branch would."""
    found = tuple(levels)
    for below, above in pairwise(sorted(found, key=lambda level: (level.two_S, level.energy))):
        apart = max(abs(a - b) / b for a, b in zip(below.momenta, above.momenta, strict=True))
        if below.two_S == above.two_S and apart < _SAME_SOLUTION:
            raise ArithmeticError(f"labels {below.momentum_numbers} and {above.momentum_numbers} gave one solution")
    return found


def _spin_labels(electrons: int) -> list[tuple[int, int]]:
    if not 1 <= electrons <= _LARGEST_N:
        raise ValueError(f"electrons={electrons} must be between 1 and {_LARGEST_N}")
    return [
        (two_S, index)
        for two_S in range(electrons % 2, electrons + 1, 2)
        for index in range(multiplet_count(electrons, two_S))
    ]


def _exact(value: Number) -> Any:
    return mpmath.mpf(value.numerator) / value.denominator if isinstance(value, Fraction) else mpmath.mpf(value)


def _coupling(strength: Number, length: Number) -> tuple[Any, Any]:
    """Return g L and L in mpmath numbers."""
    g, scale = _exact(strength), _exact(length)
    if not (mpmath.isfinite(g) and g > 0):
        raise ValueError(f"strength={strength} must be positive and finite")
    if not (mpmath.isfinite(scale) and scale > 0):
        raise ValueError(f"length={length} must be positive and finite")
    return g * scale, scale


def _labels_by_bound(electrons: int, spins: Sequence[tuple[int, int]]) -> Iterator[tuple[float, _Label]]:
    """Yield the labels of some (2S, r) by rising lower bound of their energies (units 1/L^2), without end."""
    waiting: list[tuple[float, _Label]] = []
    for least, numbers in _sets_by_bound(electrons):
        while waiting and waiting[0][0] <= least:
            yield heapq.heappop(waiting)
        for two_S, index in spins:
            heapq.heappush(waiting, (_lower_bound(numbers, (electrons - two_S) // 2), (numbers, two_S, index)))


def _lower_bound(numbers: tuple[int, ...], largest_shift: int) -> float:
    """Return sum (pi n_j)^2 / 2 with the smallest n_j, a little below so that rounding leaves it a bound."""
    lowest = [max(number - largest_shift, place // 2 + 1) for place, number in enumerate(numbers)]
    return (1 - _ROUNDING) * math.pi**2 / 2 * sum(n * n for n in lowest)


def _sets_by_bound(electrons: int) -> Iterator[tuple[float, tuple[int, ...]]]:
    """Yield the sets I by rising lower bound of their levels' energies (units 1/L^2), without end."""
    pending = {tuple(range(1, electrons + 1))}
    seen = set(pending)

    def bound(numbers: tuple[int, ...]) -> float:
        return _lower_bound(numbers, electrons // 2)

    while True:
        numbers = min(pending, key=lambda candidate: (bound(candidate), candidate))
        pending.remove(numbers)
        yield bound(numbers), numbers
        for place in range(electrons):
            raised = (*numbers[:place], numbers[place] + 1, *numbers[place + 1 :])
            if raised not in seen and len(set(raised)) == electrons:
                seen.add(raised)
                pending.add(raised)
