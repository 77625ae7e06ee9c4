"""`qdverify oracle` and `qdverify certificate check` as a user meets them."""

import json
import time
from decimal import Decimal

import pytest
from click.testing import CliRunner

from qdverify.interfaces.cli import main

DOT = {"length": "1", "cutoff": "1/10", "orbitals": 3, "kernel": "soft-coulomb", "strength": 1}
CHAIN = {
    "levels": [{"electrons": 0, "energy": 0, "two_S": 0}, {"electrons": 1, "energy": "1/8", "two_S": 1}],
    "transitions": [{"from": 0, "to": 1, "M": 1}],
    "leads": [{"name": "L", "rate": 1, "mu": 0.25}, {"name": "R", "rate": 2, "mu": -0.25}],
    "kT": 0.0625,
    "gate": 0,
}
TASKS = {
    "clebsch_gordan_weight": {"two_S_i": 1, "two_S_j": 2},
    "interaction_integrals": {"dot": DOT, "indices": [[1, 1, 2, 2]]},
    "spectrum": {"dot": DOT, "electrons": 2, "levels": 3},
    "transition_probabilities": {"dot": DOT, "electrons": 2, "levels_from": 1, "levels_to": 1},
    "stationary_state": CHAIN,
    "current": CHAIN,
}
QUESTIONS = [
    (task, kernel)
    for task, inputs in TASKS.items()
    for kernel in (("soft-coulomb", "contact", "constant", "none") if "dot" in inputs else ("",))
]


def run(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)))


def case(folder, task, inputs):
    file = folder / "case.json"
    file.write_text(json.dumps({"schema": "qdverify-case/1", "task": task, "inputs": inputs}))
    return file


def spectrum_of(**changes):
    inputs = {**TASKS["spectrum"], **changes}
    return json.dumps({"schema": "qdverify-case/1", "task": "spectrum", "inputs": inputs})


@pytest.mark.parametrize(("task", "kernel"), QUESTIONS)
def test_every_task_and_kernel_is_answered_and_certified(task, kernel, tmp_path):
    """Each answer has the digits asked for; its certificate is accepted as written and rejected once changed."""
    inputs = dict(TASKS[task])
    if kernel:
        inputs["dot"] = {**DOT, "kernel": kernel}
    proof = tmp_path / "proof.json"
    shown = run("oracle", case(tmp_path, task, inputs), "--digits", 15, "--certificate", proof)
    assert shown.exit_code == 0, shown.output
    document = json.loads(shown.output)
    assert document["schema"] == "qdverify-reference/1"
    assert document["grade"] in ("exact", "enclosed")
    numbers = list(_balls(document["values"]))
    assert numbers
    assert all(Decimal(n["rad"]) <= Decimal("1e-15") * abs(Decimal(n["mid"])) for n in numbers)
    assert document["certificate"] == "proof.json"
    accepted = run("certificate", "check", proof)
    assert accepted.exit_code == 0
    assert accepted.output.startswith("proven ")
    proof.write_text(proof.read_text().replace('"digits": 15', '"digits": 16'))
    rejected = run("certificate", "check", proof)
    assert rejected.exit_code == 1
    assert "does not match its hash" in rejected.output


def _balls(value):
    if isinstance(value, dict) and "mid" in value:
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _balls(item)


def test_a_reference_can_go_to_a_file(tmp_path):
    """-o writes what the terminal would show, and `compare` reads it back."""
    file = case(tmp_path, "spectrum", TASKS["spectrum"])
    assert run("oracle", file, "-o", tmp_path / "one.json").output == ""
    (tmp_path / "two.json").write_text(run("oracle", file, "--digits", 20).output)
    compared = run("compare", tmp_path / "one.json", tmp_path / "two.json")
    assert compared.exit_code == 0
    assert "agree" in compared.output


@pytest.mark.parametrize(
    ("task", "inputs", "reason"),
    [
        ("spectrum", {"dot": {**DOT, "orbitals": 40}, "electrons": 6, "levels": 1}, "determinants of one S_z"),
        ("current", {**CHAIN, "transitions": []}, "2 closed classes"),
    ],
)
def test_refusals_say_why_and_end_with_1(task, inputs, reason, tmp_path):
    """One line with the reason, no number and no traceback."""
    shown = run("oracle", case(tmp_path, task, inputs))
    assert shown.exit_code == 1
    assert shown.stdout == ""
    assert shown.stderr.startswith("qdverify: refused: ")
    assert reason in shown.stderr
    assert shown.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "must be JSON"),
        ("[]", "a case must be a JSON object, not a list"),
        ("null", "a case must be a JSON object, not null"),
        (spectrum_of(levels=100), "levels=100 must be at most 9: 3 orbitals have no more levels of 2 electrons"),
        (spectrum_of(dot={**DOT, "length": "1e400"}), "length='1e400' must be zero or between"),
        (spectrum_of(dot={**DOT, "cutoff": "1e-999999999"}), "cutoff='1e-999999999' must be zero or between"),
        ('{"schema": "qdverify-case/1", "task": "spectra", "inputs": {}}', "'spectra'"),
        (
            '{"schema": "qdverify-case/1", "task": "clebsch_gordan_weight", "inputs": {"two_S_i": -1, "two_S_j": 0}}',
            "two_S_i=-1",
        ),
    ],
)
def test_invalid_cases_end_with_2(text, message, tmp_path):
    """What is no case is wrong usage, named in one line."""
    file = tmp_path / "case.json"
    file.write_text(text)
    shown = run("oracle", file)
    assert shown.exit_code == 2
    assert message in shown.stderr
    assert shown.stderr.count("\n") == 1


def test_digits_out_of_range_end_with_2(tmp_path):
    """So does a number of digits that nobody can ask for."""
    shown = run("oracle", case(tmp_path, "spectrum", TASKS["spectrum"]), "--digits", 0)
    assert shown.exit_code == 2
    assert "digits=0 must be an integer between 1 and 1000" in shown.stderr


def test_a_file_that_is_no_certificate_is_rejected(tmp_path):
    """Every file is judged, and one that proves nothing spoils the exit status."""
    file = tmp_path / "case.json"
    file.write_text("[]")
    shown = run("certificate", "check", file)
    assert shown.exit_code == 1
    assert "rejected" in shown.output
    assert "must be an object, not list" in shown.output
    file.write_text('{"schema": "qdverify-certificate/1"}')
    assert "sha256, values is missing" in run("certificate", "check", file).output


def test_a_budget_covers_answer_and_certificate(tmp_path):
    """`--seconds` ends both commands with one line and status 1, and leaves no file behind."""
    proof, question = tmp_path / "proof.json", tmp_path / "question.json"
    inputs = {"dot": {**DOT, "strength": "1"}, "electrons": 2, "levels": 2}
    question.write_text(json.dumps({"schema": "qdverify-case/2", "task": "spectrum", "inputs": inputs}))
    for arguments in (
        ("oracle", case(tmp_path, "spectrum", TASKS["spectrum"]), "--certificate", proof),
        ("certificate", "write", question, "-o", proof),
    ):
        shown = run(*arguments, "--seconds", "1e-6")
        assert shown.exit_code == 1
        assert "qdverify: refused: seconds=1e-06 do not suffice: more than" in shown.output
        assert not proof.exists()
    assert run("certificate", "write", question, "-o", proof, "--seconds", "1000").exit_code == 0


def test_a_refusal_of_the_certificate_names_the_budget_that_was_given(tmp_path, monkeypatch):
    """Reference and certificate share the seconds: the refusal tells what both need, not what was left."""
    question, proof = case(tmp_path, "spectrum", TASKS["spectrum"]), tmp_path / "proof.json"
    monkeypatch.setattr("qdverify.interfaces.commands.oracle.monotonic", lambda: time.monotonic() - 1000)
    shown = run("oracle", question, "--certificate", proof, "--seconds", "900")
    assert shown.exit_code == 1
    assert "qdverify: refused: seconds=900 do not suffice: more than 1e+03 are needed" in shown.output
    assert not proof.exists()
