"""Dots as users have them become documents of the protocol: arrays, rounding that differs, masks and names of leads."""

import json

import numpy as np
import pytest

import qdverify
from numeric import IntegralDot
from qdverify.protocol.dot_files import read_dot
from qdverify.protocol.dot_objects import document_of
from qdverify.protocol.dots import check_dot
from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.user_arrays import ROUNDING, symmetrised

UNIT = 2.0**-52


def dot_with(rows, entries=(), **more):
    return {"kind": "integrals", "orbitals": len(rows), "one_body": rows, "two_body": [*map(list, entries)], **more}


@pytest.mark.parametrize("ulp", [1, 3, 8])
def test_rounding_of_a_user_s_arrays_is_evened_out(ulp):
    """h_pq and h_qp that differ by units in the last place of the largest become their mean, entries the first one."""
    h = np.array([[1.0, 0.1], [0.1 + ulp * UNIT, 0.5]])
    entries = [[1, 1, 1, 1, 2.0], [1, 2, 1, 2, 0.3], [2, 1, 1, 2, 0.3 + 2 * ulp * UNIT]]
    given = dot_with(h, entries)
    with pytest.raises(InvalidInput):
        check_dot({**given, "one_body": h.tolist()})
    found = document_of(given)
    check_dot(found)
    assert found["one_body"][0][1] == found["one_body"][1][0] == 0.5 * h[0, 1] + 0.5 * h[1, 0]
    assert [entry[4] for entry in found["two_body"]] == [2.0, 0.3, 0.3]
    assert given["one_body"] is h
    assert given["two_body"][2][4] != 0.3
    assert symmetrised(found) == found


def test_what_differs_by_more_is_refused_with_its_values():
    """Beyond the rounding of the largest integral nothing is guessed."""
    wrong = 0.1 + 1.01 * ROUNDING
    with pytest.raises(InvalidInput, match=rf"one_body of orbitals 1, 2=0.1 must equal {wrong} of 2, 1"):
        check_dot(document_of(dot_with([[1.0, 0.1], [wrong, 0.5]])))
    with pytest.raises(InvalidInput, match=r"must be 0.1 as before"):
        check_dot(document_of(dot_with([[1.0]], [[1, 1, 1, 1, 0.1], [1, 1, 1, 1, wrong]])))


@pytest.mark.parametrize(
    "rows", [[[1.0, 10**400], [10**400, 1.0]], [[float("nan")]], [["1/3"]], [[1.0], [2.0]], [1.0], "rows", None]
)
def test_what_is_no_matrix_of_numbers_is_left_for_the_rules(rows):
    """No input ends in anything but a document or a refusal."""
    given = {"kind": "integrals", "orbitals": 1, "one_body": rows, "two_body": [[1, 1, 1, 1]]}
    assert document_of(given)["one_body"] == rows


def test_verify_oracle_and_files_take_such_dots(tmp_path):
    """The same document by each way in."""
    given = dot_with([[1.0, 0.1], [0.1 + UNIT, 0.5]], [[1, 1, 1, 1, 2.0]])
    (tmp_path / "dot.json").write_text(json.dumps(given))
    assert read_dot(tmp_path / "dot.json") == document_of(given)
    assert qdverify.verify(dot=given, electrons=[1], checks=["own-dot.levels"]).ok
    assert qdverify.oracle("spectrum", dot=given, electrons=1).values["two_S"] == [1]


@pytest.mark.parametrize("name", ["one_body", "weights"])
def test_an_array_with_a_mask_is_refused(name):
    """Its masked numbers would be taken."""
    masked = np.ma.masked_array(np.eye(1)[0] if name == "weights" else np.eye(1), mask=False)
    given = dot_with(np.eye(1), weights={"L": np.ones(1)})
    given[name] = {"L": masked} if name == "weights" else masked
    with pytest.raises(InvalidInput, match=rf"{name}.* must be an array without a mask"):
        qdverify.verify(dot=given, electrons=[1])


def test_leads_of_other_names_are_refused_where_the_protocol_knows_two():
    """Data for transport with numeric; the suite and the oracle ask about L and R."""
    dot = IntegralDot([[1.0]], np.zeros((1,) * 4), weights={"Q": [1.0]})
    for ask in (
        lambda: qdverify.verify(dot=dot, electrons=[1]),
        lambda: qdverify.oracle("spectrum", dot=dot, electrons=1),
    ):
        with pytest.raises(InvalidInput, match=r"weights=\{'Q': \[1.0\]\} must be .+ one or each of L, R"):
            ask()


def test_a_lead_without_weights_is_named():
    """The check of currents says that it couples to every orbital with 1."""
    dot = dot_with([[1.0, 0.0], [0.0, 2.0]], weights={"L": [1.0, 0.5]})
    (currents,) = qdverify.verify(dot=dot, electrons=[1], checks=["own-dot.lead-currents"]).findings[:1]
    assert currents.claim.endswith("; lead R has no weights: 1 for every orbital")
    both = {**dot, "weights": {"L": [1.0, 0.5], "R": [1.0, 1.0]}}
    (currents,) = qdverify.verify(dot=both, electrons=[1], checks=["own-dot.lead-currents"]).findings[:1]
    assert "has no weights" not in currents.claim
