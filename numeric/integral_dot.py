"""A dot given by its one- and two-electron integrals between M real orbitals, whatever they describe.

    H = core + sum h_pq E_pq + 1/2 sum (pq|rs) (E_pq E_rs - delta_qr E_ps),   E_pq = sum over sigma of c+_p c_q,

with (pq|rs) in chemists' order. The unit of energy is the caller's. Irreps 1..8 of an abelian group of order at most 8
multiply by XOR of (label - 1), as ORBSYM in FCIDUMP files.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from numeric.arrays import FloatArray, IntArray
from numeric.dot import LARGEST_ENERGY, Dot
from numeric.feasible import TooLargeError
from numeric.integrals import interaction_integrals
from numeric.symmetry import IRREPS, Combination
from numeric.validation import as_float, as_floats, as_instance, as_integer, shown

MOST_INTEGRAL_ORBITALS = 64
"""The M^4 two-electron integrals of 64 orbitals take 134 MB."""
ROUNDING = 1e-12
"""How far equal integrals may differ, and forbidden ones may be from 0, relative to the largest."""
MOST_IRREPS = 8


@dataclass(frozen=True, eq=False, repr=False)
class IntegralDot:
    """A dot given by its integrals.

    Parameters
    ----------
    one_body : array_like, shape (M, M)
        h_pq, symmetric to rounding.
    two_body : array_like, shape (M, M, M, M)
        (pq|rs), with (pq|rs) = (qp|rs) = (rs|pq) to rounding: 1e-12 of the largest integral. Of equal ones the mean is
        taken.
    core : float
        Constant energy.
    irreps : sequence of int, shape (M,), optional
        Irrep 1..8 of every orbital; integrals that they forbid must vanish to rounding.
    weights : mapping of str to array_like, shape (M,), optional
        By the name of each lead, whatever the names, the amplitudes w_n with which the orbitals couple to it: data for
        `transition_probabilities` and `LevelScheme.from_spectra`. A dot that `qdverify.verify` and `qdverify.oracle`
        are given names the leads L and R only; a lead that it leaves out couples to every orbital with 1.

    Raises
    ------
    ValueError
        If a shape, a symmetry or a number is wrong, or an energy exceeds 1e120 or all lie below 1e-120; the message
        names value and rule.
    TooLargeError
        If there are more than 64 orbitals.

    Examples
    --------
    Two sites with one level each, joined by hopping, and a repulsion of 4 on each of them:

    >>> import numpy as np
    >>> from numeric import IntegralDot, solve
    >>> repulsion = np.zeros((2, 2, 2, 2))
    >>> repulsion[0, 0, 0, 0] = repulsion[1, 1, 1, 1] = 4.0
    >>> dot = IntegralDot(one_body=[[0.0, -1.0], [-1.0, 0.0]], two_body=repulsion)
    >>> found = solve(dot, electrons=2, levels=4)
    >>> found.energies.round(6) + 0.0, found.two_S
    (array([-0.828427,  0.      ,  4.      ,  4.828427]), array([0, 2, 0, 0]))
    """

    one_body: FloatArray
    two_body: FloatArray
    core: float
    irreps: IntArray | None
    weights: Mapping[str, FloatArray]

    def __init__(
        self,
        one_body: ArrayLike,
        two_body: ArrayLike,
        core: float = 0.0,
        irreps: Sequence[int] | IntArray | None = None,
        weights: Mapping[str, ArrayLike] = MappingProxyType({}),
    ) -> None:
        h = as_floats("one_body", one_body)
        if h.ndim != 2 or h.shape[0] != h.shape[1] or not h.size:
            raise ValueError(f"one_body of shape {h.shape} must have shape (M, M)")
        M = len(h)
        _require_orbitals(M)
        g = as_floats("two_body", two_body, shape=(M,) * 4)
        labels = None if irreps is None else _labels(irreps, M)
        object.__setattr__(self, "core", as_float("core", core))
        by_lead = {_name(lead): as_floats(f"weights of {lead}", w, shape=(M,)) for lead, w in _items(weights)}
        _require_moderate(h, g, np.array(self.core))
        self._store(_symmetric_one_body(h), _symmetric_two_body(g), labels, by_lead)

    def _store(self, h: FloatArray, g: FloatArray, labels: IntArray | None, weights: Mapping[str, FloatArray]) -> None:
        if labels is not None:
            _clear_forbidden("one_body", h, labels)
            _clear_forbidden("two_body", g, labels)
            labels.setflags(write=False)
        for array in (h, g, *weights.values()):
            array.setflags(write=False)
        object.__setattr__(self, "one_body", h)
        object.__setattr__(self, "two_body", g)
        object.__setattr__(self, "irreps", labels)
        object.__setattr__(self, "weights", MappingProxyType(dict(weights)))
        parts = (h, g, np.float64(self.core), np.zeros(0) if labels is None else labels)
        digest = sha256(b"".join(np.asarray(part).tobytes() for part in parts)).hexdigest()
        object.__setattr__(self, "_digest", digest)

    def __repr__(self) -> str:
        symmetry = "" if self.irreps is None else f", irreps={sorted({*self.irreps.tolist()})}"
        leads = f", weights of {', '.join(self.weights)}" if self.weights else ""
        return f"IntegralDot(orbitals={self.orbitals}, core={self.core:.6g}{symmetry}{leads})"

    def __eq__(self, other: object) -> bool:
        """Return whether two dots have the same integrals and irreps; weights of leads make no difference."""
        return isinstance(other, IntegralDot) and vars(self)["_digest"] == vars(other)["_digest"]

    def __hash__(self) -> int:
        return hash(vars(self)["_digest"])

    @property
    def orbitals(self) -> int:
        """Number M of orbitals."""
        return len(self.one_body)

    @property
    def labels(self) -> IntArray:
        """Irreps of the orbitals less 1, shape (M,); 0 without irreps."""
        return np.zeros(self.orbitals, dtype=np.int64) if self.irreps is None else self.irreps - 1

    @property
    def combination(self) -> Combination:
        """How labels combine: by XOR."""
        return IRREPS

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Return the dot of a document as the protocol of qdverify and `qdverify.read_fcidump` write it.

        Raises
        ------
        ValueError
            As for the class, or if a field is missing or unknown, an entry is no [p, q, r, s, value], or two entries of
            one integral differ.
        TooLargeError
            If there are more than 64 orbitals.

        Examples
        --------
        >>> from numeric import IntegralDot
        >>> entries = [[1, 1, 1, 1, 0.5]]
        >>> IntegralDot.from_document({"kind": "integrals", "orbitals": 1, "one_body": [[-1]], "two_body": entries})
        IntegralDot(orbitals=1, core=0)
        """
        known = {"kind", "orbitals", "one_body", "two_body", "core", "irreps", "weights"}
        given: object = document  # whatever an untyped caller gives
        if not isinstance(given, Mapping) or given.get("kind") != "integrals":
            raise ValueError(f"dot={shown(document)} must be an object whose kind is 'integrals'")
        for name in ("orbitals", "one_body", "two_body"):
            if name not in document:
                raise ValueError(f"{name} of the dot is missing")
        if not set(document) <= known:
            raise ValueError(f"{min(set(document) - known)!r} is no field of a dot given by integrals")
        M = as_integer("orbitals", document["orbitals"], minimum=1)
        _require_orbitals(M)
        h = as_floats("one_body", document["one_body"], shape=(M, M))
        optional = {name: document[name] for name in ("core", "irreps", "weights") if name in document}
        return cls(h, _tensor(document["two_body"], M), **optional)

    @classmethod
    def from_box(cls, dot: Dot) -> Self:
        """Return the box as a dot given by its integrals, with reflection parity as irreps 1 (even) and 2 (odd).

        Examples
        --------
        >>> from numeric import Dot, IntegralDot, solve
        >>> box = Dot(length=9.5, cutoff=1.9e-3, orbitals=5)
        >>> solve(box, 3, 2)
        Spectrum(electrons=3, energies=[1.82591, 1.83433], two_S=[3, 1])
        >>> solve(IntegralDot.from_box(box), 3, 2)
        Spectrum(electrons=3, energies=[1.82591, 1.83433], two_S=[3, 1])
        """
        as_instance("dot", dot, Dot)
        _require_orbitals(dot.orbitals)
        parity = 1 + np.arange(dot.orbitals) % 2
        return cls(np.diag(dot.orbital_energies), interaction_integrals(dot).tensor(), irreps=parity)


def _require_orbitals(orbitals: int) -> None:
    if orbitals > MOST_INTEGRAL_ORBITALS:
        raise TooLargeError(
            f"orbitals={orbitals} must be at most {MOST_INTEGRAL_ORBITALS}: the integrals of more would take "
            f"{8e-9 * orbitals**4:.3g} GB"
        )


def _require_moderate(*integrals: FloatArray) -> None:
    """Refuse energies so large that sums overflow, or all so small that products vanish."""
    largest = max(float(np.max(np.abs(part))) for part in integrals)
    if largest and not 1.0 / LARGEST_ENERGY <= largest <= LARGEST_ENERGY:
        raise ValueError(
            f"integrals of up to {largest:g} must lie between {1 / LARGEST_ENERGY:g} and {LARGEST_ENERGY:g}"
        )


def _items(weights: object) -> Sequence[tuple[object, ArrayLike]]:
    if not isinstance(weights, Mapping):
        raise ValueError(f"weights={shown(weights)} must be a mapping from lead to weights")  # noqa: TRY004 - see validation
    return [*weights.items()]


def _name(lead: object) -> str:
    if not isinstance(lead, str) or not lead:
        raise ValueError(f"lead {shown(lead)} of the weights must be a name, a text that is not empty")
    return lead


def _labels(irreps: object, orbitals: int) -> IntArray:
    if not isinstance(irreps, Sequence | np.ndarray) or len(irreps) != orbitals:
        raise ValueError(f"irreps={shown(irreps)} must be {orbitals} labels, one for each orbital")
    return np.array([as_integer("irrep", label, minimum=1, maximum=MOST_IRREPS) for label in irreps], dtype=np.int64)


def _symmetric_one_body(h: FloatArray) -> FloatArray:
    _require_equal("one_body", h, h.T, "h_pq = h_qp")
    return 0.5 * (h + h.T)


def _symmetric_two_body(g: FloatArray) -> FloatArray:
    for axes, rule in (((1, 0, 2, 3), "(pq|rs) = (qp|rs)"), ((2, 3, 0, 1), "(pq|rs) = (rs|pq)")):
        _require_equal("two_body", g, g.transpose(axes), rule)
    g = 0.5 * (g + g.transpose(1, 0, 2, 3))
    g = 0.5 * (g + g.transpose(0, 1, 3, 2))
    return 0.5 * (g + g.transpose(2, 3, 0, 1))


def _require_equal(name: str, array: FloatArray, other: FloatArray, rule: str) -> None:
    """Refuse an array that differs from its transpose by more than rounding."""
    difference = np.abs(array - other)
    worst = np.unravel_index(int(np.argmax(difference)), array.shape)
    if difference[worst] > ROUNDING * np.max(np.abs(array)):
        place = ", ".join(str(int(index) + 1) for index in worst)
        raise ValueError(f"{name} of orbitals {place} = {array[worst]} must be {other[worst]}: {rule}")


def _clear_forbidden(name: str, array: FloatArray, irreps: IntArray) -> None:
    """Set what the irreps forbid to 0; refuse it if it is larger than rounding."""
    product = np.zeros(array.shape, dtype=np.int64)
    for axis in range(array.ndim):
        shape = [1] * array.ndim
        shape[axis] = -1
        product ^= (irreps - 1).reshape(shape)
    forbidden = np.where(product != 0, np.abs(array), 0.0)
    worst = np.unravel_index(int(np.argmax(forbidden)), array.shape)
    if forbidden[worst] > ROUNDING * np.max(np.abs(array)):
        place = ", ".join(str(int(index) + 1) for index in worst)
        labels = ", ".join(str(irreps[index]) for index in worst)
        raise ValueError(
            f"{name} of orbitals {place} = {array[worst]} must be 0: their irreps {labels} do not multiply to 1"
        )
    array[product != 0] = 0.0


def _tensor(entries: object, orbitals: int) -> FloatArray:
    """Return all (pq|rs) of a list of entries [p, q, r, s, value]; those not listed are 0."""
    g = np.zeros((orbitals,) * 4)
    if isinstance(entries, Sequence) and not len(entries):
        return g
    table = as_floats("two_body", entries)
    if table.ndim != 2 or table.shape[1] != 5:
        raise ValueError(f"two_body of shape {table.shape} must be a list of entries [p, q, r, s, value]")
    index = table[:, :4]
    if np.any((index != np.rint(index)) | (index < 1) | (index > orbitals)):
        raise ValueError(f"two_body entries must name orbitals from 1 to {orbitals}")
    p, q, r, s = index.astype(np.int64).T - 1
    value = table[:, 4]
    orders = [(p, q, r, s), (q, p, r, s), (p, q, s, r), (q, p, s, r)]
    for order in [*orders, *((c, d, a, b) for a, b, c, d in orders)]:
        g[order] = value
    # the last of two entries that differ has overwritten the first
    wrong = np.flatnonzero(g[p, q, r, s] != value)
    if wrong.size:
        first = int(wrong[0])
        place = ", ".join(str(int(n)) for n in index[first])
        raise ValueError(
            f"two_body of orbitals {place} = {value[first]} must be {g[p, q, r, s][first]} as in another entry"
        )
    return g
