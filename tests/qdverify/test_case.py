import json
from fractions import Fraction

import pytest
from rows import over

from qdverify.protocol.case import Case, exact_number
from qdverify.protocol.inputs import InvalidInput, number_of_levels
from qdverify.reference.enclosure.basis import allowed_spins, blocks

DOT = {"length": "19/2", "cutoff": "0.0019", "orbitals": 13, "kernel": "soft-coulomb", "strength": 1}
LEVELS = [{"electrons": 0, "energy": 0.0, "two_S": 0}, {"electrons": 1, "energy": 0.5, "two_S": 1}]
LEADS = [{"name": "L", "rate": 1.0, "mu": 0.1}, {"name": "R", "rate": 1.0, "mu": -0.1}]
CHAIN = {"levels": LEVELS, "transitions": [{"from": 0, "to": 1, "M": 1.0}], "leads": LEADS, "kT": 0.01, "gate": 0.0}


def spectrum(**changes):
    return {"dot": {**DOT, **changes.pop("dot", {})}, "electrons": 4, "levels": 6, **changes}


def test_numbers_are_taken_exactly():
    """A string holds an exact rational, a JSON number the exact double."""
    case = Case("spectrum", spectrum())
    assert case.exact["dot"]["cutoff"] == Fraction(19, 10000)
    assert case.params["dot"]["cutoff"] == 0.0019
    assert case.params["dot"]["kernel"] == "soft-coulomb"
    assert case.exact["electrons"] == 4
    assert exact_number(0.1) == Fraction(0.1) != exact_number("0.1")


def test_equal_problems_have_equal_keys():
    """The key depends on the problem, not on how its numbers were written."""
    assert Case("spectrum", spectrum()).key == Case("spectrum", spectrum(dot={"length": 9.5, "cutoff": "19/10000"})).key
    assert Case("spectrum", spectrum()).key != Case("spectrum", spectrum(dot={"cutoff": 0.0019})).key


def test_a_document_reads_back_as_the_same_case():
    """Writing and reading a case changes nothing."""
    case = Case("spectrum", spectrum())
    assert Case.from_document(json.loads(json.dumps(case.to_document()))) == case


@over(
    ("task", "inputs", "message"),
    [
        ("spectra", {}, "task='spectra' must be one of"),
        ("spectrum", spectrum(dot={"length": 0}), "length=0.0 must be positive"),
        ("spectrum", spectrum(dot={"length": "-1/2"}), "length=-0.5 must be positive"),
        ("spectrum", spectrum(dot={"cutoff": 0.0}), "cutoff=0.0 must be positive"),
        ("spectrum", spectrum(dot={"cutoff": "nan"}), "cutoff='nan' must be a finite number"),
        ("spectrum", spectrum(dot={"cutoff": float("nan")}), "cutoff=nan must be a finite number"),
        ("spectrum", spectrum(dot={"orbitals": 0}), "orbitals=0 must be an integer of at least 1"),
        ("spectrum", spectrum(dot={"orbitals": True}), "orbitals=True must be an integer"),
        ("spectrum", spectrum(dot={"orbitals": 1}), "electrons=4 must be at most 2"),
        ("spectrum", spectrum(dot={"kernel": "yukawa"}), "kernel='yukawa' must be one of soft-coulomb"),
        ("spectrum", spectrum(levels=0), "levels=0 must be an integer of at least 1"),
        ("spectrum", {"dot": DOT, "electrons": 4}, "levels is missing"),
        ("spectrum", spectrum(spin=0), "'spin' is no input of spectrum"),
        (
            "interaction_integrals",
            {"dot": DOT, "indices": [[1, 1, 1, 14]]},
            "orbital index 14 must be at most orbitals=13",
        ),
        (
            "interaction_integrals",
            {"dot": DOT, "indices": [[0, 1, 1, 1]]},
            "orbital index=0 must be an integer of at least 1",
        ),
        ("interaction_integrals", {"dot": DOT, "indices": []}, "indices=[] must be a non-empty list"),
        ("clebsch_gordan_weight", {"two_S_i": -1, "two_S_j": 0}, "two_S_i=-1 must be an integer of at least 0"),
        ("clebsch_gordan_weight", {"two_S_i": 0.5, "two_S_j": 0}, "two_S_i=0.5 must be an integer"),
        ("clebsch_gordan_weight", {"two_S_i": "3", "two_S_j": 0}, "two_S_i='3' must be an integer"),
        ("clebsch_gordan_weight", {"two_S_i": None, "two_S_j": 0}, "two_S_i=None must be an integer"),
        ("interaction_integrals", {"dot": DOT, "indices": [[1.5, 1, 1, 1]]}, "orbital index=1.5 must be an integer"),
        ("spectrum", spectrum(dot={"strength": None}), "strength=None must be a number, finite"),
        (
            "spectrum",
            spectrum(dot={"strength": "1e400"}),
            "strength='1e400' must be zero or between 4.9e-324 and 1.8e+308",
        ),
        ("spectrum", spectrum(dot={"strength": 10**400}), "must be zero or between"),
        ("spectrum", spectrum(dot={"length": "1e-400"}), "length='1e-400' must be zero or between"),
        ("spectrum", spectrum(dot={"length": "1e999999999"}), "length='1e999999999' must be zero or between"),
        ("spectrum", spectrum(dot={"length": "-2E-999999999"}), "length='-2E-999999999' must be zero or between"),
        ("spectrum", spectrum(dot={"orbitals": 10**400}, levels=10**4000), "levels="),
        (
            "spectrum",
            spectrum(dot={"orbitals": 2}, electrons=2, levels=5),
            "levels=5 must be at most 4: 2 orbitals have no",
        ),
        ("spectrum", spectrum(electrons=26, levels=2), "levels=2 must be at most 1: 13 orbitals have no more levels"),
        (
            "transition_probabilities",
            {"dot": {**DOT, "orbitals": 2}, "electrons": 2, "levels_from": 4, "levels_to": 3},
            "levels_to=3 must be at most 2: 2 orbitals have no more levels of 3 electrons",
        ),
        (
            "transition_probabilities",
            {"dot": {**DOT, "orbitals": 2}, "electrons": 0, "levels_from": 2, "levels_to": 1},
            "levels_from=2 must be at most 1",
        ),
        (
            "current",
            {**CHAIN, "transitions": [{"from": 0}]},
            "transition={'from': 0} must be an object with M, from, to",
        ),
        (
            "transition_probabilities",
            {"dot": DOT, "electrons": 26, "levels_from": 1, "levels_to": 1},
            "electrons=26 must be at most 25",
        ),
        ("current", {**CHAIN, "kT": -1.0}, "kT=-1.0 must be positive"),
        ("current", {**CHAIN, "kT": 0}, "kT=0.0 must be positive"),
        ("current", {**CHAIN, "levels": []}, "levels=[] must be a non-empty list"),
        (
            "current",
            {**CHAIN, "transitions": [{"from": 1, "to": 0, "M": 1.0}]},
            "must add one electron, not go from 1 to 0",
        ),
        ("current", {**CHAIN, "transitions": [{"from": 0, "to": 2, "M": 1.0}]}, "must join two of the 2 levels"),
        ("current", {**CHAIN, "transitions": [{"from": 0, "to": 1, "M": -0.5}]}, "M=-0.5 must be non-negative"),
        ("current", {**CHAIN, "leads": LEADS[:1]}, "must be named 'L' and 'R'"),
    ],
)
def test_an_invalid_input_is_refused_with_its_value_and_the_rule(task, inputs, message):
    """Bad input gets one clear line."""
    with pytest.raises(InvalidInput) as raised:
        Case(task, inputs)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("orbitals", [1, 2, 3, 5])
def test_as_many_levels_exist_as_the_rule_says(orbitals):
    """The number of levels is that of the symmetry blocks' functions, for every number of electrons."""
    for electrons in range(2 * orbitals + 1):
        spins = allowed_spins(orbitals, electrons)
        exist = sum(block.size for two_S in spins for block in blocks(orbitals, electrons, two_S))
        assert number_of_levels(orbitals, electrons, 10**9) == exist
        case = {"dot": {**DOT, "orbitals": orbitals}, "electrons": electrons, "levels": exist}
        Case("spectrum", case)
        with pytest.raises(InvalidInput, match=f"must be at most {exist}:"):
            Case("spectrum", {**case, "levels": exist + 1})


def test_numbers_at_the_ends_of_the_doubles_are_valid():
    """The largest and the smallest double, and zero however it is written."""
    for number in (5e-324, 1.7976931348623157e308, "1e308", "1e-323", 0, "0e9999", "1e00000000003"):
        float(Case("spectrum", spectrum(dot={"strength": number})).params["dot"]["strength"])


@pytest.mark.parametrize(
    "document",
    [
        [],
        None,
        {"schema": "other"},
        {"schema": "qdverify-case/1", "task": "spectrum"},
        {"schema": "qdverify-case/1", "task": "spectrum", "inputs": spectrum(), "more": 1},
    ],
)
def test_a_document_of_another_shape_is_refused(document):
    """Only a case document is read as a case."""
    with pytest.raises(InvalidInput) as raised:
        Case.from_document(document)
    assert "NoneType" not in str(raised.value)


def test_spins_of_equal_parity_are_valid_and_chains_are_accepted():
    """What the protocol calls valid is not refused."""
    Case("clebsch_gordan_weight", {"two_S_i": 2, "two_S_j": 2})
    Case("current", CHAIN)
    Case("stationary_state", {**CHAIN, "kT": "1/100"})


def test_a_real_number_may_be_written_as_an_integer():
    """1, 1.0 and "1" are one problem, exact on one side and a double on the other; counts stay counts."""
    forms = [Case("spectrum", spectrum(dot={**DOT, "strength": one, "cutoff": one})) for one in (1, 1.0, "1")]
    assert len({case.key for case in forms}) == 1
    for case in forms:
        assert isinstance(case.exact["dot"]["strength"], Fraction)
        assert isinstance(case.params["dot"]["strength"], float)
        assert isinstance(case.exact["dot"]["orbitals"], int)
    for gate in (1, 1.0, "1"):
        assert isinstance(Case("current", {**CHAIN, "gate": gate}).exact["gate"], Fraction)
