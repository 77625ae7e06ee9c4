"""What a newcomer sees at a prompt or in a notebook: short objects, a list of names, and errors that say what to do."""

from pathlib import Path

import pytest
from report_samples import sample_report

import numeric
import qdverify
from qdverify import sweep


def test_a_report_is_one_line_and_a_page():
    """Its repr names the code and counts verdicts; a notebook shows the page in a frame."""
    report = sample_report(trials=2)
    assert len(repr(report)) < 200
    assert report.description.name in repr(report)
    assert report._repr_html_().startswith("<iframe srcdoc=")


@pytest.mark.parametrize("kind", [str, Path])
def test_a_path_is_a_string_or_a_path(kind, tmp_path):
    """Wherever a user names a file, either will do."""
    missing = kind(tmp_path / "missing.toml")
    for use in (lambda: qdverify.verify("builtin", expected=missing), lambda: sweep.read_plan(missing)):
        with pytest.raises((qdverify.InvalidInput, FileNotFoundError), match=r"missing\.toml"):
            use()


def test_the_public_names_are_listed():
    """`dir` lists what there is, each name exists, and the version is a string."""
    assert set(qdverify.__all__) <= set(dir(qdverify))
    assert all(getattr(qdverify, name) is not None for name in dir(qdverify))
    assert qdverify.__version__[0].isdigit()


def test_all_public_names_are_there_without_pytest(warm_here):
    """`from qdverify import *` needs none of the tools of a developer."""
    code = "import sys; sys.modules['pytest'] = None; from qdverify import *; print(parametrize_with_checks.__name__)"
    done = warm_here.python(code)
    assert done.stdout == "parametrize_with_checks\n", done.stderr


def test_the_short_form_asks_for_the_lowest_level():
    """Without a number of levels the oracle gives the ground state, and the M_ji between two of them."""
    dot = numeric.Dot(1.0, 0.1, 3, "contact", 2.0)
    lowest = qdverify.oracle("spectrum", dot=dot, electrons=2)
    assert lowest.values == qdverify.oracle("spectrum", dot=dot, electrons=2, levels=1).values
    between = qdverify.oracle("transition_probabilities", dot=dot, electrons=1)
    assert between.case.inputs == {**between.case.inputs, "electrons": 1, "levels_from": 1, "levels_to": 1}


def test_the_oracle_takes_a_task_and_its_inputs():
    """The short form gives what the document form gives; a dot of the numeric side is taken as it is."""
    dot = numeric.Dot(1.0, 0.1, 3, "contact", 2.0)
    plain = {"length": 1.0, "cutoff": 0.1, "orbitals": 3, "kernel": "contact", "strength": 2.0}
    short = qdverify.oracle("spectrum", dot=dot, electrons=2, levels=2)
    case = {"schema": "qdverify-case/1", "task": "spectrum", "inputs": {"dot": plain, "electrons": 2, "levels": 2}}
    assert short.values == qdverify.oracle(case).values
    assert repr(short).startswith("OracleReference(spectrum, enclosed: energies=[")
    assert " ± " in repr(short)
    assert len(repr(short)) < 300
    with pytest.raises(qdverify.InvalidInput, match="electrons is missing"):
        qdverify.oracle("spectrum", dot=dot)
    with pytest.raises(qdverify.InvalidInput, match="'dot' goes with the name of a task"):
        qdverify.oracle(case, dot=dot)
