"""Certificates are accepted as written and rejected when anything in them is changed, hashed anew or not."""

import copy
import json
import subprocess
import sys
from fractions import Fraction
from itertools import combinations

import pytest
from flint import arb, ctx
from fock_space import fock_hamiltonian
from hypothesis import given, settings
from hypothesis import strategies as st

from qdverify.case import Case
from qdverify.certificate.check import check, check_file, content_hash
from qdverify.certificate.proof import Model, RejectedError, determinants, has_spin, positive_definite
from qdverify.certificate.write import certificate
from qdverify.enclosure.fixed_point import fixed_point
from qdverify.enclosure.interaction import ExactDot
from qdverify.reference import Refusal

DOT = {"length": "19/2", "cutoff": "1/4", "orbitals": 3, "kernel": "soft-coulomb", "strength": "1"}
SPECTRUM = {"dot": DOT, "electrons": 2, "levels": 2}
TRANSITIONS = {"dot": DOT, "electrons": 2, "levels_from": 2, "levels_to": 2}


@pytest.fixture(scope="module")
def spectrum() -> dict:
    """Return a certificate of two levels."""
    return certificate(Case("spectrum", SPECTRUM), digits=12)


@pytest.fixture(scope="module")
def transitions() -> dict:
    """Return a certificate of four transition probabilities."""
    return certificate(Case("transition_probabilities", TRANSITIONS), digits=12)


def rehashed(document: dict) -> dict:
    """Return the document with a hash that fits its content."""
    return {**document, "sha256": content_hash(document)}


def rejected(document: dict) -> bool:
    """Tell whether the checker rejects a document."""
    try:
        check(json.loads(json.dumps(document)))
    except RejectedError:
        return True
    return False


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


def test_every_single_character_counts(spectrum: dict) -> None:
    """Exhaustively: changing any one character of the file is detected, by the hash if by nothing else."""
    text = json.dumps(spectrum)
    for position, character in enumerate(text):
        for other in {"0", "7", "a", "-", '"', " "} - {character}:
            broken = text[:position] + other + text[position + 1 :]
            try:
                document = json.loads(broken)
            except ValueError:
                continue
            # JSON without meaning of its own: white space that replaces white space cannot occur here
            assert document == spectrum or rejected(document), (position, character, other)


@given(st.data())
def test_random_corruption_is_detected(spectrum: dict, transitions: dict, data) -> None:
    """Deleting, doubling or replacing random stretches of the file is detected."""
    text = json.dumps(data.draw(st.sampled_from([spectrum, transitions])))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    middle = data.draw(st.sampled_from(["", text[start:end] * 2, "0" * (end - start), text[start:end][::-1]]))
    broken = text[:start] + middle + text[end:]
    try:
        document = json.loads(broken)
    except ValueError:
        return
    assert document in (spectrum, transitions) or not isinstance(document, dict) or rejected(document)


def test_statements_beyond_the_proof_are_rejected(spectrum: dict, transitions: dict) -> None:
    """With a fresh hash: any digit of a statement but the last one, a smaller radius, another spin or parity."""
    for document, path in ((spectrum, ("energies", 1)), (transitions, ("M", 1, 0)), (transitions, ("M", 0, 1))):
        digits = _at(document["values"], path)["mid"]
        for position, character in enumerate(digits[:-1]):
            if character.isdigit():
                changed = copy.deepcopy(document)
                other = str((int(character) + 1) % 10)
                _at(changed["values"], path)["mid"] = digits[:position] + other + digits[position + 1 :]
                assert rejected(rehashed(changed)), (path, position)
        changed = copy.deepcopy(document)
        _at(changed["values"], path)["rad"] = "0"
        assert rejected(rehashed(changed))
    for name in ("two_S", "parity"):
        changed = copy.deepcopy(spectrum)
        changed["values"][name].reverse()
        assert rejected(rehashed(changed))


def test_dropped_levels_are_noticed(spectrum: dict, transitions: dict) -> None:
    """With a fresh hash: the evidence without one eigenpair no longer proves completeness, whatever the statement."""
    for document in (spectrum, transitions):
        for part, evidence in enumerate(document["evidence"]):
            for index in range(len(evidence["levels"])):
                changed = copy.deepcopy(document)
                del changed["evidence"][part]["levels"][index]
                if document is spectrum:
                    changed["case"]["inputs"]["levels"] = 1
                    changed["values"] = {name: [v[1 - index]] for name, v in changed["values"].items()}
                assert rejected(rehashed(changed)), (part, index)


def test_a_level_listed_twice_is_noticed(spectrum: dict) -> None:
    """With a fresh hash: a copy of one eigenpair in place of another proves only one level."""
    changed = copy.deepcopy(spectrum)
    changed["evidence"][0]["levels"][1] = changed["evidence"][0]["levels"][0]
    assert rejected(rehashed(changed))


def test_other_inputs_are_noticed(spectrum: dict, transitions: dict) -> None:
    """With a fresh hash: swapping two inputs or changing one gives another problem, which is not the one proven."""
    inputs = spectrum["case"]["inputs"]
    swaps = [
        {"length": DOT["cutoff"], "cutoff": DOT["length"]},
        {"length": DOT["strength"], "strength": DOT["length"]},
        {"cutoff": DOT["strength"], "strength": DOT["cutoff"]},
        {"kernel": "contact"},
        {"kernel": "none"},
        {"orbitals": 4},
        {"cutoff": "250001/1000000"},
    ]
    for swap in swaps:
        changed = copy.deepcopy(spectrum)
        changed["case"]["inputs"] = {**inputs, "dot": {**DOT, **swap}}
        assert rejected(rehashed(changed)), swap
    for electrons, levels in ((3, 2), (2, 3), (1, 2)):
        changed = copy.deepcopy(spectrum)
        changed["case"]["inputs"] = {**inputs, "electrons": electrons, "levels": levels}
        assert rejected(rehashed(changed))
    changed = copy.deepcopy(transitions)
    changed["evidence"].reverse()
    assert rejected(rehashed(changed))
    changed = copy.deepcopy(transitions)
    changed["values"]["M"] = [list(column) for column in zip(*changed["values"]["M"], strict=True)]
    assert rejected(rehashed(changed))


def test_a_ceiling_that_hides_levels_is_rejected(spectrum: dict) -> None:
    """With a fresh hash: neither a higher ceiling nor a smaller model space proves anything."""
    evidence = spectrum["evidence"][0]
    ceiling = Fraction(evidence["ceiling"])
    for change in ({"ceiling": str(ceiling + 100)}, {"ceiling": None}, {"limit": 2}, {"ceiling": "51"}):
        changed = copy.deepcopy(spectrum)
        changed["evidence"][0].update(change)
        assert rejected(rehashed(changed)), change


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_changed_vectors_prove_no_wrong_statement(spectrum: dict, data) -> None:
    """With a fresh hash: a vector with one coefficient changed by more than a millionth is rejected."""
    level = data.draw(st.integers(0, 1))
    changed = copy.deepcopy(spectrum)
    numbers = changed["evidence"][0]["levels"][level]["vector"].split()
    index = data.draw(st.integers(0, len(numbers) - 1))
    largest = max(abs(int(number, 16)) for number in numbers)
    shift = data.draw(st.integers(largest // 10**6, largest)) * data.draw(st.sampled_from([1, -1]))
    numbers[index] = f"{int(numbers[index], 16) + shift:x}"
    changed["evidence"][0]["levels"][level]["vector"] = " ".join(numbers)
    assert rejected(rehashed(changed))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["spectrum", "transitions"])
def test_every_corruption_with_a_fresh_hash_is_detected(name: str, request: pytest.FixtureRequest) -> None:
    """Exhaustively: each digit that matters, each input or number for another, each eigenpair missing or elsewhere."""
    document = request.getfixturevalue(name)
    changes = [*_other_digits(document), *_swaps(document), *_missing(document)]
    assert len(changes) > 400
    for path, value in changes:
        changed = copy.deepcopy(document)
        for place, new in zip(path, value, strict=True):
            _at(changed, place[:-1])[place[-1]] = new
        assert rejected(rehashed(changed)), (path, value)


def _leaves(node, path=()):
    """Yield the path and value of every leaf."""
    if isinstance(node, dict | list):
        for step, item in node.items() if isinstance(node, dict) else enumerate(node):
            yield from _leaves(item, (*path, step))
    else:
        yield path, node


def _other_digits(document):
    """Yield every other digit at each place of inputs and statements, and of vectors down to a millionth."""
    for path, value in _leaves({"case": document["case"]["inputs"], "values": document["values"]}):
        where = ("case", "inputs", *path[1:]) if path[0] == "case" else path
        text = str(value)
        # the last digit of a statement lies within its radius; a larger radius is a weaker statement, and true
        for position, old in enumerate(text[:-1] if path[-1] == "mid" else "" if path[-1] == "rad" else text):
            for new in set("0123456789") - {old} if old.isdigit() else ():
                changed = text[:position] + new + text[position + 1 :]
                if not _same(changed, text):
                    yield (where,), (changed if isinstance(value, str) else int(changed),)
        if path[-1] == "rad" and Fraction(text):
            yield (where,), ("0",)
    for path, value in _leaves(document["evidence"]):
        if path[-1] == "vector":
            numbers = value.split()
            size = max(len(number.lstrip("-")) for number in numbers)
            for index, number in enumerate(numbers):
                digits = number.lstrip("-").zfill(size)
                for position in range(5):
                    other = digits[:position] + f"{int(digits[position], 16) ^ 1:x}" + digits[position + 1 :]
                    wrong = [*numbers[:index], ("-" if number[0] == "-" else "") + other, *numbers[index + 1 :]]
                    yield (("evidence", *path),), (" ".join(wrong),)


def _same(one: str, two: str) -> bool:
    try:
        return Fraction(one) == Fraction(two)
    except (ValueError, ZeroDivisionError):
        return False


def _swaps(document):
    """Yield every exchange of two inputs, two statements or two vectors that differ."""
    for part in (("case", "inputs"), ("values",), ("evidence",)):
        leaves = [
            ((*part, *path), value)
            for path, value in _leaves(_at(document, part))
            if path[-1] not in ("rad", "ceiling", "limit")
        ]
        for (one, a), (two, b) in combinations(leaves, 2):
            # an exchange inside one list of levels, or of equal numbers, states the same
            if a != b and type(a) is type(b) and (part != ("evidence",) or one[-1] == two[-1] == "vector"):
                yield (one, two), (b, a)


def _missing(document):
    """Yield every list without one of its elements."""
    for part in ("values", "evidence"):
        lists = {path[:k] for path, _ in _leaves(document[part]) for k in range(len(path) + 1)}
        for path in lists:
            found = _at(document, (part, *path))
            if isinstance(found, list):
                for index in range(len(found)):
                    yield ((part, *path),), (found[:index] + found[index + 1 :],)


def test_checker_s_hamiltonian_is_the_fock_space_s() -> None:
    """Slater-Condon rows with the checker's own integrals equal c+ c+ c c with the producer's, element by element."""
    dot = ExactDot(Fraction(19, 2), Fraction(1, 4), 3)
    model = fixed_point(dot, bits=96)
    fock = fock_hamiltonian(model)
    # Jordan-Wigner counts modes from the most significant bit of the row number
    with ctx.workprec(128):
        checker = Model(DOT)
        for electrons in range(7):
            for parity in (1, -1):
                for mask in determinants(3, electrons, parity):
                    row = dict(checker.row(mask))
                    for other in determinants(3, electrons, parity):
                        expected = arb(int(fock[_reversed(mask), _reversed(other)])) / arb(2) ** 96
                        assert abs(row.get(other, arb(0)) - expected) < arb("1e-26")


def _reversed(mask: int) -> int:
    return int(f"{mask:06b}"[::-1], 2)


def _at(values, path):
    for step in path:
        values = values[step]
    return values


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
    assert not {"numpy", "scipy", "qdverify.enclosure", "qdverify.answers"} & set(loaded)


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
    with pytest.raises(RejectedError, match="the file is no certificate"):
        check_file(file)


def test_what_cannot_be_certified_is_refused() -> None:
    """Other tasks, coinciding levels and impossible numbers of levels have no certificates, and the reason is given."""
    free = {"dot": {**DOT, "kernel": "none"}, "electrons": 2, "levels_from": 3, "levels_to": 3}
    with pytest.raises(Refusal, match="coincide"):
        certificate(Case("transition_probabilities", free))
    with pytest.raises(Refusal, match="levels=99 must be between"):
        certificate(Case("spectrum", {**SPECTRUM, "levels": 99}))


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
    "charging": Case("spectrum", {"dot": {**DOT, "kernel": "constant"}, "electrons": 3, "levels": 5}),
    "free": Case("spectrum", {"dot": {**DOT, "strength": "0"}, "electrons": 4, "levels": 4}),
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


@pytest.mark.slow
def test_the_paper_s_dot_is_certified() -> None:
    """All six levels of the lowest multiplet of four electrons at M = 13, rejected with any of them missing."""
    dot = {"length": "19/2", "cutoff": "19/10000", "orbitals": 13, "kernel": "soft-coulomb", "strength": "1"}
    document = certificate(Case("spectrum", {"dot": dot, "electrons": 4, "levels": 6}), digits=18)
    assert document["values"]["energies"][0]["mid"].startswith("3.95953119178435346")
    assert check(document) == {"energies": 6}
    del document["evidence"][0]["levels"][1]
    assert rejected(rehashed(document))
