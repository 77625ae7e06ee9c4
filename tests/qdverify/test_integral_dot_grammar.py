"""The rules of a dot given by its integrals in a certificate: each is refused for its own reason."""

import copy
import json
from fractions import Fraction

import pytest
from integral_certificates import LABELLED
from integral_forgeries_form import OF_THE_DOT
from rows import over

from qdverify.certificate.grammar import RejectedError
from qdverify.certificate.integral_dot import MOST_INTEGRALS, Weights, integral_dot, one_of_eight

REASONS = {
    "no kind": "kind is missing",
    "kind box": "kind=box must be integrals",
    "kind null": "kind=None must be integrals",
    "no orbitals": "orbitals is missing",
    "no one_body": "one_body is missing",
    "no two_body": "two_body is missing",
    "a length": "length is no field",
    "a kernel": "kernel is no field",
    "orbitals too few": "irreps must have 2 to 2 elements",
    "orbitals too many": "irreps must have 4 to 4 elements",
    "65 orbitals": "orbitals=65 must be between 1 and 62",
    "a row of h too few": "one_body must have 3 to 3 elements",
    "a row of h too many": "one_body must have 3 to 3 elements",
    "a short row of h": "a row of one_body must have 3 to 3 elements",
    "h as an object": "one_body must be a list",
    "h not symmetric": "one_body of orbitals 1, 3 is not symmetric",
    "h not symmetric in its last digit": "one_body of orbitals 1, 3 is not symmetric",
    "h that the irreps forbid": "one_body of orbitals 1, 2 must be 0: the irreps forbid it",
    "two_body as an object": "two_body must be a list",
    "an entry of four": "an entry of two_body must have 5 to 5 elements",
    "an entry of six": "an entry of two_body must have 5 to 5 elements",
    "orbital 0": "an orbital of two_body=0 must be between 1 and 3",
    "orbital 0, and its neighbour": "an orbital of two_body=0 must be between 1 and 3",
    "orbital 4": "an orbital of two_body=4 must be between 1 and 3",
    "orbital 4 four times": "an orbital of two_body=4 must be between 1 and 3",
    "an integral twice": "is listed twice",
    "an integral twice, p and q exchanged": "two_body of orbitals 1, 3, 2, 2 is listed twice",
    "an integral twice, r and s exchanged": "two_body of orbitals 3, 1, 2, 2 is listed twice",
    "an integral twice, pairs exchanged": "two_body of orbitals 2, 2, 3, 1 is listed twice",
    "an integral twice, another value": "is listed twice",
    "an integral that the irreps forbid": "two_body of orbitals 1, 1, 1, 2 must be 0: the irreps forbid it",
    "irreps too few": "irreps must have 3 to 3 elements",
    "irreps too many": "irreps must have 3 to 3 elements",
    "irreps as a string": "irreps must be a list",
    "irreps null": "irreps must be a list",
    "irrep 0": "irrep=0 must be between 1 and 8",
    "irrep 9": "irrep=9 must be between 1 and 8",
    "irreps 9 and 10": "irrep=9 must be between 1 and 8",
    "core null": "core=None must be a number",
    "weights null": "weights must be an object with a list for L, R or both",
    "weights as a list": "weights must be an object with a list for L, R or both",
    "weights as a number": "weights of lead L must be a list",
    "weights too few": "weights of lead L must have 3 to 3 elements",
    "weights too many": "weights of lead R must have 3 to 3 elements",
    "weights of a third lead": "weights must be an object with a list for L, R or both",
    "weights of a long denominator": "weights of lead R: the denominators are too large",
    "weights that span too much": "weights of lead R: weights differ too much in size",
}


def test_every_change_of_form_has_its_reason() -> None:
    """No rule of a dot is without an example."""
    assert set(REASONS) == set(OF_THE_DOT)


@over("name", REASONS)
def test_each_rule_is_refused_for_its_own_reason(name: str) -> None:
    """The message names the value and the rule, whatever else the certificate states."""
    dot = copy.deepcopy(LABELLED)
    OF_THE_DOT[name](dot)
    with pytest.raises(RejectedError) as rejected:
        integral_dot(json.loads(json.dumps(dot)))
    assert REASONS[name] in str(rejected.value)


def test_more_integrals_than_the_limit_are_refused_unread() -> None:
    """The length of the list is bounded before its entries are looked at."""
    with pytest.raises(RejectedError, match="two_body must have 0 to 10000 elements, not 10001"):
        integral_dot({**LABELLED, "two_body": [None] * (MOST_INTEGRALS + 1)})


def test_a_dot_is_read_exactly() -> None:
    """Doubles as the rational numbers that they are, decimals and fractions as written; what is absent by default."""
    dot = integral_dot({**LABELLED, "core": "-22/7", "weights": {"R": [0.1, "0.1", 1]}})
    assert dot.core == Fraction(-22, 7)
    R = dot.weights["R"]
    assert [Fraction(integer, R.denominator) for integer in R.integers] == [Fraction(0.1), Fraction(1, 10), 1]
    assert dot.weights["L"] == Weights((1, 1, 1), 1)
    plain = {name: LABELLED[name] for name in ("kind", "orbitals", "one_body", "two_body")}
    assert integral_dot(plain).irreps == (1, 1, 1)
    assert integral_dot(plain).core == 0


def test_one_of_eight_stands_for_all() -> None:
    """The eight equal integrals share one key, and no others do."""
    p, q, r, s = 4, 2, 3, 1
    equal = [(p, q, r, s), (q, p, r, s), (p, q, s, r), (q, p, s, r)]
    equal += [(c, d, a, b) for a, b, c, d in equal]
    assert {one_of_eight(*four) for four in equal} == {(4, 2, 3, 1)}
    assert one_of_eight(p, r, q, s) != one_of_eight(p, q, r, s)


@pytest.mark.parametrize("factor", [Fraction(1, 10**30), Fraction(3), Fraction(10**30)])
def test_the_scale_is_a_power_of_two_near_the_largest_integral(factor: Fraction) -> None:
    """Between half and twice the largest in magnitude; 1 if all vanish."""
    dot = integral_dot({"kind": "integrals", "orbitals": 1, "one_body": [[str(-factor)]], "two_body": []})
    numerator, denominator = dot.scale.as_integer_ratio()
    assert numerator & (numerator - 1) == 0
    assert denominator & (denominator - 1) == 0
    assert factor / 2 <= dot.scale <= 2 * factor
    assert integral_dot({"kind": "integrals", "orbitals": 1, "one_body": [[0]], "two_body": []}).scale == 1
