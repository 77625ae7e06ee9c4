"""A dot given by its integrals: any few-electron Hamiltonian of real orbitals, exactly.

H = E_0 + sum h_pq E_pq + 1/2 sum (pq|rs) (E_pq E_rs - delta_qr E_ps),   E_pq = sum over spin of c+_p c_q,

with rational or symbolic h_pq = h_qp and (pq|rs) = (qp|rs) = (pq|sr) = (rs|pq), orbitals numbered from 1. The irrep of
an orbital is a label 1..8; labels multiply by XOR of (label - 1), as ORBSYM of FCIDUMP files does, and an integral
vanishes unless its labels multiply to 1. The electron that a lead adds enters orbital p with the amplitude w_p:
D+ = sum w_p c+_p takes the place of the sum in [J96] Eq. (4).

`analytic.models` makes such integrals for the box of [J96] and for other models.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Any, TypeAlias

import sympy

from analytic.exact import ExactNumber, exact_rational, require_integer
from analytic.slater_condon import LinearForm, canonical

Exact: TypeAlias = ExactNumber | sympy.Expr
TwoBodyKey: TypeAlias = tuple[int, int, int, int]
MOST_IRREPS = 8


@dataclass(frozen=True, repr=False)
class IntegralDot:
    """Exact integrals of a dot; built and checked by `integral_dot`.

    Attributes
    ----------
    one_body
        h_pq, symmetric, shape (M, M).
    two_body
        (pq|rs) by canonical indices (`canonical`); what is not listed is zero.
    core
        E_0.
    irreps
        Label of each orbital, 1..8.

    >>> dimer = integral_dot([[0, -1], [-1, 0]], [[1, 1, 1, 1, 4], [2, 2, 2, 2, 4]])
    >>> dimer.orbitals, dimer.value({(1, 2): 2, (1, 1, 1, 1): 1})
    (2, 2)
    """

    one_body: sympy.ImmutableMatrix
    two_body: Mapping[TwoBodyKey, sympy.Expr]
    core: sympy.Expr
    irreps: tuple[int, ...]

    def __repr__(self) -> str:
        labels = sorted(set(self.irreps))
        return f"IntegralDot(orbitals={self.orbitals}, {len(self.two_body)} two-body integrals, irreps={labels})"

    @property
    def orbitals(self) -> int:
        """Number of orbitals M."""
        return int(self.one_body.rows)

    @property
    def free_symbols(self) -> frozenset[sympy.Basic]:
        """The symbols among the integrals."""
        values = (self.core, *self.one_body, *self.two_body.values())
        return frozenset().union(*(value.free_symbols for value in values))

    def irrep_of(self, orbitals: Iterable[int]) -> int:
        """Return the label of a product of orbitals."""
        return 1 + reduce(xor, (self.irreps[orbital - 1] - 1 for orbital in orbitals), 0)

    def value(self, form: LinearForm) -> sympy.Expr:
        """Return a linear form in h_pq, key (p, q), and (pq|rs) as an expression; E_0 is not part of it."""
        terms = []
        for key, coefficient in form.items():
            if len(key) == 2:
                terms.append(coefficient * self.one_body[key[0] - 1, key[1] - 1])
            else:
                terms.append(coefficient * self.two_body.get((key[0], key[1], key[2], key[3]), sympy.Integer(0)))
        return sympy.Add(*terms)


def integral_dot(
    one_body: Sequence[Sequence[Exact]],
    two_body: Iterable[Sequence[Any]] = (),
    *,
    core: Exact = 0,
    irreps: Sequence[int] | None = None,
) -> IntegralDot:
    """Return a dot with the given integrals, read exactly.

    Parameters
    ----------
    one_body
        M rows of M numbers h_pq. Numbers here and below are integers, doubles (their exact binary value), fractions,
        strings holding a decimal or a quotient, or sympy expressions.
    two_body
        Entries [p, q, r, s, value] of (pq|rs), chemists' order, indices from 1; one entry for each set of eight equal
        integrals is enough.
    core
        E_0, a constant added to every level.
    irreps
        Labels of the orbitals, 1 to 8; default: 1 each, no symmetry.

    Raises
    ------
    ValueError
        If a number is not real and finite, h is not square and symmetric, an index lies beyond M, two entries of one
        set of equal integrals differ, a label lies outside 1..8, or an integral that the labels forbid does not vanish.

    Examples
    --------
    >>> from sympy import symbols
    >>> from analytic import exact_levels, integral_dot
    >>> e, U = symbols("e U")
    >>> dot = integral_dot([[e]], [[1, 1, 1, 1, U]])
    >>> [exact_levels(dot, electrons)[0].energy for electrons in (0, 1, 2)]
    [0, e, U + 2*e]
    """
    size = len(one_body)
    if not size or any(len(row) != size for row in one_body):
        raise ValueError(f"one_body of {size} rows must have as many numbers in every row, at least one")
    labels = tuple(irreps) if irreps is not None else (1,) * size
    _check_labels(labels, size)
    rows = [[_number(f"h_{p + 1},{q + 1}", value) for q, value in enumerate(row)] for p, row in enumerate(one_body)]
    for p in range(size):
        for q in range(p):
            if rows[p][q] != rows[q][p]:
                raise ValueError(f"h_{p + 1},{q + 1}={rows[p][q]} must equal h_{q + 1},{p + 1}={rows[q][p]}")
            _check_allowed((p + 1, q + 1), rows[p][q], labels)
    found: dict[TwoBodyKey, sympy.Expr] = {}
    for entry in two_body:
        key, value = _entry(entry, size)
        _check_allowed(key, value, labels)
        if found.setdefault(key, value) != value:
            raise ValueError(f"{_name(key)}={value} and {found[key]}: equal integrals must have equal values")
    kept = {key: value for key, value in found.items() if value != 0}
    return IntegralDot(sympy.ImmutableMatrix(rows), kept, _number("core", core), labels)


def _number(name: str, value: Exact) -> sympy.Expr:
    if isinstance(value, sympy.Expr) and not value.is_Float:
        if value.is_real is False or value.is_finite is False or value is sympy.nan:
            raise ValueError(f"{name}={value} must be real and finite")
        return value
    return sympy.Rational(exact_rational(name, value))


def _entry(entry: Sequence[Any], size: int) -> tuple[TwoBodyKey, sympy.Expr]:
    if len(entry) != 5:
        raise ValueError(f"two_body entry {list(entry)} must hold four indices and a value")
    for index in entry[:4]:
        if require_integer("orbital index", index, minimum=1) > size:
            raise ValueError(f"orbital index={index} must be at most {size}")
    key = canonical(*(int(index) for index in entry[:4]))
    return key, _number(_name(key), entry[4])


def _check_labels(labels: tuple[int, ...], size: int) -> None:
    if len(labels) != size:
        raise ValueError(f"{len(labels)} irreps must be {size}, one for each orbital")
    for label in labels:
        if require_integer("irrep", label, minimum=1) > MOST_IRREPS:
            raise ValueError(f"irrep={label} must be at most {MOST_IRREPS}")


def _check_allowed(key: tuple[int, ...], value: sympy.Expr, labels: tuple[int, ...]) -> None:
    if value != 0 and reduce(xor, (labels[orbital - 1] - 1 for orbital in key)):
        raise ValueError(f"{_name(key)}={value} must vanish: its irreps {[labels[p - 1] for p in key]} forbid it")


def _name(key: tuple[int, ...]) -> str:
    return f"h_{key[0]},{key[1]}" if len(key) == 2 else f"({key[0]} {key[1]}|{key[2]} {key[3]})"
