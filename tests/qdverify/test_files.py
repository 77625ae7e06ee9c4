"""Files written whole: a full disk, a failure and a kill leave the old file or the new one."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qdverify.protocol.files import write_whole, written_whole

FULL = (
    # else the limit would cut the bytecode of whatever is imported first, and leave it to all who come after
    "import sys; sys.dont_write_bytecode = True;"
    "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
    "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100));"
)
RUN = "from qdverify.interfaces.cli import main; main()"


def test_a_new_file_is_as_any_other_program_makes_it(tmp_path):
    """Its permissions follow the umask; those of an old file are kept."""
    (tmp_path / "plain").touch()
    write_whole(tmp_path / "new", "text")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode
    (tmp_path / "new").chmod(0o640)
    write_whole(tmp_path / "new", "other")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    assert (tmp_path / "new").read_text() == "other"


def test_a_link_stays_a_link(tmp_path):
    """The file that it names gets the text."""
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_whole(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_links_in_a_circle_are_an_error_of_the_system(tmp_path):
    """`OSError`, which commands show in one line, and not another type that older Pythons raise."""
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(OSError, match="loop"):
        write_whole(tmp_path / "loop", "text")


def test_a_device_is_written_to_and_not_replaced():
    """`-o /dev/null` leaves the device as it was."""
    write_whole(Path("/dev/null"), "text")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()])
def test_a_failure_in_between_leaves_the_old_file_alone(tmp_path, error):
    """Whatever ends the writing, no draft stays."""
    (tmp_path / "a").write_text("old")

    def fail():
        with written_whole(tmp_path / "a") as file:
            file.write("half")
            raise error

    with pytest.raises(type(error)):
        fail()
    assert (tmp_path / "a").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_kill_in_between_leaves_the_old_file(tmp_path):
    """The name always holds a whole file."""
    path = tmp_path / "a"
    path.write_text("old")
    program = f"""
import time
from pathlib import Path
from qdverify.protocol.files import written_whole
with written_whole(Path({str(path)!r})) as file:
    file.write("half"); file.flush(); print("now", flush=True); time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        process.kill()
    assert path.read_text() == "old"


@pytest.mark.parametrize(
    "command",
    [
        ["baseline", "update", "file", "--reason", "why", "--implementation", "python:weights:Weights"],
        ["verify", "--suite", "spin", "--json", "file"],
        ["verify", "--suite", "spin", "--junit", "file"],
        ["export", "fcidump", "--orbitals", "8", "--electrons", "2", "-o", "file"],
    ],
    ids=lambda command: " ".join(command[:5]),
)
def test_a_full_disk_leaves_the_old_file(loaded, recorded_baseline, tmp_path, command):
    """Status 2 and one line that names the file; what it held is still there."""
    shutil.copy(Path(__file__).parent / "weights.py", tmp_path)
    shutil.copy(recorded_baseline, tmp_path / "file")
    old = (tmp_path / "file").read_text()
    done = loaded.python(FULL + RUN, *command, cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert (tmp_path / "file").read_text() == old


def test_what_a_power_switch_must_not_reorder_is_in_order(tmp_path, monkeypatch):
    """The draft reaches the disk before it takes the name, and the name reaches the disk before the writing is over."""
    order = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda fd: (order.append(stat.S_IFMT(os.fstat(fd).st_mode)), fsync(fd)))
    monkeypatch.setattr(Path, "replace", lambda *paths: (order.append("replace"), replace(*paths)))
    write_whole(tmp_path / "a", "text")
    assert order == [stat.S_IFREG, "replace", stat.S_IFDIR]


WRITERS = """
import itertools, os, sys
from pathlib import Path
from qdverify.protocol.files import write_whole
for _ in sys.stdin:
    pid = os.fork()
    if pid:
        os.waitpid(pid, 0)
        print("ended", flush=True)
    else:
        print(os.getpid(), flush=True)
        for letter in itertools.cycle("ab"):
            write_whole(Path({path!r}), letter * 1_000_000)
"""


def test_a_kill_at_any_moment_leaves_a_whole_file(tmp_path):
    """Twenty kills, at moments that differ: the file is always one of the two that were written, from end to end."""
    path = tmp_path / "a"
    path.write_text("a" * 1_000_000)
    program = [sys.executable, "-c", WRITERS.format(path=str(path))]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    with subprocess.Popen(program, **pipes) as forking:
        for run in range(20):
            forking.stdin.write("\n")
            writer = int(forking.stdout.readline())
            time.sleep(0.002 * run)
            os.kill(writer, signal.SIGKILL)
            assert forking.stdout.readline() == "ended\n"
            text = path.read_text()
            assert len(text) == 1_000_000
            assert len(set(text)) == 1
