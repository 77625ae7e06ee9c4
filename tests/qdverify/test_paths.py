"""No command writes a file twice, or over what it reads."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from qdverify.interfaces.cli import main
from qdverify.interfaces.commands.paths import require_apart
from qdverify.protocol.inputs import InvalidInput

COMMANDS = [
    ["verify", "--suite", "spin", "--json", "new", "--junit", "./new"],
    ["verify", "--suite", "spin", "--json", "input", "--expected-failures", "input"],
    ["verify", "--dot", "input", "--electrons", "1", "--json", "input"],
    ["oracle", "input", "-o", "new", "--certificate", "new"],
    ["oracle", "input", "-o", "link"],
    ["certificate", "write", "input", "-o", "input"],
    ["report", "input", "--out", "input"],
    ["sweep", "input", "--store", "input"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_file_is_not_written_over_another_one(tmp_path, monkeypatch, command):
    """Status 2 and one line that names both; the input is as it was, by whatever name it is called."""
    monkeypatch.chdir(tmp_path)
    plan = 'task = "spectrum"\nelectrons = 1\nlevels = 1\n[dot]\nkernel = "none"\nlength = 1.0\norbitals = 3\n'
    box = {"kernel": "none", "length": 1.0, "cutoff": 0.0, "orbitals": 3, "strength": 0.0}
    text = plan if command[0] == "sweep" else json.dumps(box if "--dot" in command else {"schema": "x"})
    text = "" if "--expected-failures" in command else text
    Path("input").write_text(text)
    Path("link").symlink_to("input")
    shown = CliRunner().invoke(main, command)
    assert (shown.exit_code, shown.output.count("\n")) == (2, 1), shown.output
    assert "must be different files" in shown.output
    assert Path("input").read_text() == text
    assert not Path("new").exists()


def test_a_device_may_be_named_twice():
    """What cannot be replaced is written to as it is."""
    require_apart([Path("/dev/null"), Path("/dev/null"), None])
    with pytest.raises(InvalidInput, match="must be different files"):
        require_apart([Path("a"), Path("b/../a")])
