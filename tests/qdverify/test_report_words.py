import json
import re

from click.testing import CliRunner

from qdverify.interfaces.cli import main


def run(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments))).output


def test_one_thing_is_not_called_several():
    """A suite of one check has "1 check"."""
    listed = run("list", "suites")
    assert "(1 check)" in listed
    assert not re.search(r"\b1 checks", listed)


def test_a_value_beyond_its_bound_is_not_said_to_be_within_it(tmp_path):
    """What changed lies beyond its bound, what did not is equal or within it."""
    case = {"schema": "qdverify-case/1", "task": "clebsch_gordan_weight", "inputs": {"two_S_i": 1, "two_S_j": 2}}
    (tmp_path / "case.json").write_text(json.dumps(case))
    baseline = tmp_path / "baseline.json"
    run("baseline", "record", baseline, tmp_path / "case.json")
    assert run("baseline", "check", baseline).endswith(": equal\n")
    baseline.write_text(baseline.read_text().replace("0.75", "0.5"))
    (line,) = run("baseline", "check", baseline).splitlines()
    assert line.startswith("changed")
    assert "beyond its bound" in line
