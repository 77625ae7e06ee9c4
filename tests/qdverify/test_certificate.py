"""Certificates are accepted as written, by a checker that shares nothing with their writer."""

import copy
import json
import subprocess
import sys
from fractions import Fraction

import pytest
from certificate_samples import (
    DOT,
    rehashed,
    rejected,
    spectrum_certificate,
    transitions_certificate,
)
from flint import arb, ctx
from fock_space import fock_hamiltonian
from second_checker import judge_document

from qdverify.certificate.check import check, check_file
from qdverify.certificate.grammar import RejectedError, dot
from qdverify.certificate.model import Model, determinants
from qdverify.certificate.proof import has_spin, positive_definite
from qdverify.protocol.case import Case
from qdverify.reference import data
from qdverify.reference.enclosure.fixed_point import fixed_point
from qdverify.reference.enclosure.interaction import ExactDot
from qdverify.reference.oracle import Refusal
from qdverify.reference.write_certificate import certificate


@pytest.fixture(scope="module")
def spectrum() -> dict:
    return spectrum_certificate()


@pytest.fixture(scope="module")
def transitions() -> dict:
    return transitions_certificate()


def test_certificates_are_accepted(spectrum: dict, transitions: dict) -> None:
    """What was written is proven, number by number."""
    assert check(spectrum) == {"energies": 2}
    assert check(transitions) == {"M": 4}


@pytest.mark.parametrize("kernel", ["soft-coulomb", "contact"])
@pytest.mark.parametrize("electrons", [1, 2, 3, 4])
def test_every_kernel_and_electron_number_can_be_certified(kernel: str, electrons: int) -> None:
    """Writer and checker agree on the model for even and odd numbers of electrons."""
    inputs = {"dot": {**DOT, "kernel": kernel, "strength": "5/4"}, "electrons": electrons, "levels": 2}
    assert check(certificate(Case("spectrum", inputs), digits=14)) == {"energies": 2}


def test_checker_s_hamiltonian_is_the_fock_space_s() -> None:
    """Slater-Condon rows with the checker's own integrals equal c+ c+ c c with the producer's, element by element."""
    model = fixed_point(ExactDot(Fraction(19, 2), Fraction(1, 4), 3), bits=96)
    fock = fock_hamiltonian(model)
    # Jordan-Wigner counts modes from the most significant bit of the row number
    with ctx.workprec(128):
        checker = Model(dot(DOT))
        for electrons in range(7):
            for parity in (1, -1):
                for mask in determinants(3, electrons, parity):
                    row = dict(checker.row(mask))
                    for other in determinants(3, electrons, parity):
                        expected = arb(int(fock[_reversed(mask), _reversed(other)])) / arb(2) ** 96
                        assert abs(row.get(other, arb(0)) - expected) < arb("1e-26")


def _reversed(mask: int) -> int:
    return int(f"{mask:06b}"[::-1], 2)


def test_spin_is_told_exactly() -> None:
    """Singlet and triplet of two electrons differ by a sign, and a mixture of them is neither."""
    singlet, triplet, mixture = ({0b0110: 1, 0b1001: sign} for sign in (-1, 1, 2))
    assert has_spin(singlet, 2, 0) != has_spin(singlet, 2, 2)
    assert has_spin(triplet, 2, 0) != has_spin(triplet, 2, 2)
    assert has_spin(singlet, 2, 0) != has_spin(triplet, 2, 0)
    assert not has_spin(mixture, 2, 0)
    assert not has_spin(mixture, 2, 2)


@pytest.mark.parametrize("n", [1, 2, 5, 30])
def test_positive_definiteness_is_proven_only_where_it_holds(n: int) -> None:
    """The second-difference matrix is positive definite; moved down by its least eigenvalue it is not."""
    with ctx.workprec(128):
        least = 2 - 2 * (arb.pi() / (n + 1)).cos()
        for shift, expected in ((arb(0), True), (least * arb("0.999"), True), (least * arb("1.001"), False)):
            matrix = [[arb(0)] * n for _ in range(n)]
            for i in range(n):
                matrix[i][i] = 2 - shift
                if i:
                    matrix[i][i - 1] = matrix[i - 1][i] = arb(-1)
            assert positive_definite(matrix) == expected
        wide = [[arb("1 +/- 1.5") if i == j else arb(0) for j in range(n)] for i in range(n)]
        assert not positive_definite(wide)


def test_checker_shares_nothing_with_the_producer() -> None:
    """Checking loads neither numpy nor scipy nor the enclosures."""
    code = "import sys, qdverify.certificate.check; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"numpy", "scipy", "qdverify.reference.enclosure", "qdverify.reference.answers"} & set(loaded)


def test_a_file_is_checked_from_the_command_line(spectrum: dict, tmp_path) -> None:
    """The checker runs on its own, and says what it rejects."""
    file = tmp_path / "certificate.json"
    file.write_text(json.dumps(spectrum))
    assert check_file(file) == {"energies": 2}
    command = [sys.executable, "-m", "qdverify.certificate.check", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "proven: {'energies': 2}\n")
    file.write_text(json.dumps({**spectrum, "grade": "exact"}))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "does not match its hash" in done.stderr
    file.write_text("[]")
    with pytest.raises(RejectedError, match="must be an object"):
        check_file(file)


def test_what_cannot_be_certified_is_refused() -> None:
    """Levels that coincide have no certificate of their M_ji, and the reason is given."""
    free = {"dot": {**DOT, "kernel": "none"}, "electrons": 2, "levels_from": 3, "levels_to": 3}
    with pytest.raises(Refusal, match="coincide"):
        certificate(Case("transition_probabilities", free))


CHAIN = {
    "levels": [
        {"electrons": 0, "energy": 0.0, "two_S": 0},
        {"electrons": 1, "energy": 0.125, "two_S": 1},
        {"electrons": 2, "energy": 1.0, "two_S": 0},
        {"electrons": 2, "energy": 1.0625, "two_S": 2},
    ],
    "transitions": [{"from": 0, "to": 1, "M": 1.0}, {"from": 1, "to": 2, "M": 0.4}, {"from": 1, "to": 3, "M": 0.8}],
    "leads": [{"name": "L", "rate": 1.0, "mu": 0.25}, {"name": "R", "rate": 2.0, "mu": -0.25}],
    "kT": 7e-5,
    "gate": 0.5,
}
RECOMPUTED = {
    "weight": Case("clebsch_gordan_weight", {"two_S_i": 3, "two_S_j": 2}),
    "no weight": Case("clebsch_gordan_weight", {"two_S_i": 3, "two_S_j": 3}),
    "integrals": Case("interaction_integrals", {"dot": DOT, "indices": [[1, 1, 2, 2], [1, 2, 1, 2], [1, 2, 2, 2]]}),
    "contact": Case(
        "interaction_integrals", {"dot": {**DOT, "kernel": "contact"}, "indices": [[1, 1, 3, 3], [1, 2, 2, 3]]}
    ),
    "charging": Case("spectrum", {"dot": {**DOT, "kernel": "constant"}, "electrons": 3, "levels": 6}),
    "free": Case("spectrum", {"dot": {**DOT, "strength": "0"}, "electrons": 4, "levels": 5}),
    "populations": Case("stationary_state", CHAIN),
    "current": Case("current", {**CHAIN, "gate": 0.25}),
    "equilibrium": Case("current", {**CHAIN, "leads": [{**lead, "mu": 0.25} for lead in CHAIN["leads"]]}),
}


@pytest.mark.parametrize("name", list(RECOMPUTED))
def test_the_other_tasks_are_computed_anew(name: str) -> None:
    """What needs no evidence is certified too; with a fresh hash another leading digit is rejected."""
    document = certificate(RECOMPUTED[name], digits=20)
    assert sum(check(document).values()) >= 1
    for key, value in document["values"].items():
        if key not in ("two_S", "parity"):
            changed = copy.deepcopy(document)
            numbers = value if isinstance(value, list) else [value]
            wrong = [
                {**number, "mid": f"{Fraction(number['mid']) * Fraction(1001, 1000) + Fraction(1, 10**40)}"}
                for number in numbers
            ]
            changed["values"][key] = wrong if isinstance(value, list) else wrong[0]
            assert rejected(rehashed(changed))
    for key in ("two_S", "parity"):
        if key in document["values"]:
            changed = copy.deepcopy(document)
            changed["values"][key][0] += 2
            assert rejected(rehashed(changed))


def test_interaction_cannot_be_denied() -> None:
    """With a fresh hash: an interacting spectrum without evidence is rejected, and so are levels that are left out."""
    document = certificate(RECOMPUTED["charging"])
    for change in ({"kernel": "soft-coulomb"}, {"strength": "2"}, {"orbitals": 2}, {"length": "9"}):
        changed = copy.deepcopy(document)
        changed["case"]["inputs"]["dot"].update(change)
        assert rejected(rehashed(changed))
    for values in ({name: value[1:] for name, value in document["values"].items()},):
        assert rejected(rehashed({**document, "values": values}))


def test_inputs_of_a_chain_cannot_be_swapped() -> None:
    """With a fresh hash: other leads, temperature, gate or energies give other populations."""
    document = certificate(RECOMPUTED["populations"], digits=20)
    changes = [
        {"kT": CHAIN["gate"], "gate": CHAIN["kT"]},
        {"leads": [{**CHAIN["leads"][0], "rate": 2.0}, {**CHAIN["leads"][1], "rate": 1.0}]},
        {"levels": [*CHAIN["levels"][:2], CHAIN["levels"][3], CHAIN["levels"][2]]},
        {"transitions": CHAIN["transitions"][:2]},
    ]
    for change in changes:
        changed = copy.deepcopy(document)
        changed["case"]["inputs"].update(change)
        assert rejected(rehashed(changed)), change


@pytest.mark.long
@pytest.mark.slow
def test_the_paper_s_dot_is_certified() -> None:
    """All six levels of the lowest multiplet of four electrons at M = 13, as shipped; the second checker accepts them.

    The first checker takes as long as it takes to write them, and is shown at this size in `test_data`.
    """
    paper = {"length": "19/2", "cutoff": "19/10000", "orbitals": 13, "kernel": "soft-coulomb", "strength": "1"}
    document = certificate(Case("spectrum", {"dot": paper, "electrons": 4, "levels": 6}), digits=18)
    assert document["values"]["energies"][0]["mid"].startswith("3.95953119178435346")
    shipped = json.loads((data.folder() / "certificate-paper-N4.json").read_text())
    assert (document["case"], document["values"]) == (shipped["case"], shipped["values"])
    assert judge_document(document).status == 0


@pytest.mark.slow
def test_no_level_of_the_paper_s_dot_can_be_left_out() -> None:
    """Three electrons at M = 13: rejected with any of the levels missing."""
    (file,) = (file for file in data.certificates() if file.name == "certificate-paper-N3.json")
    document = json.loads(file.read_text())
    for missing in range(len(document["evidence"][0]["levels"])):
        changed = copy.deepcopy(document)
        del changed["evidence"][0]["levels"][missing]
        assert rejected(rehashed(changed))
