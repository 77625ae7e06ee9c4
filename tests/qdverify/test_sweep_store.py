import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

import qdverify.sweep.store as store_module
from qdverify.protocol.inputs import InvalidInput
from qdverify.sweep.plan import make_plan
from qdverify.sweep.store import read_store, write_store

DOT = {"kernel": "none", "length": 1.0, "orbitals": 4}


def make(electrons=(1, 2, 3)):
    """Return a small plan."""
    return make_plan({"task": "spectrum", "electrons": list(electrons), "levels": 1, "dot": DOT})


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_back_to_the_last_bit(tmp_path_factory, number):
    """An answer is kept exactly."""
    path = tmp_path_factory.mktemp("store") / "a.sqlite"
    with write_store(path, make()) as store:
        store.add(0, {"answer": {"energies": [number]}})
    with read_store(path) as store:
        ((_, answer),) = store.answers()
    assert answer["energies"][0].hex() == number.hex()


def test_a_store_says_what_it_holds(tmp_path):
    """Answers and errors are told apart, and the plan is in the file."""
    plan = make()
    with write_store(tmp_path / "a", plan) as store:
        store.add(2, {"error": "too large"})
        store.add(0, {"answer": {"energies": [1.0]}})
    with read_store(tmp_path / "a") as store:
        assert store.done() == {0, 2}
        assert store.errors() == {2: "too large"}
        assert store.plan.key == plan.key
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_no_point_is_taken_twice(tmp_path):
    """A second outcome of a point is a mistake of the caller, not an update."""
    with write_store(tmp_path / "a", make()) as store:
        store.add(0, {"answer": {}})
        with pytest.raises(Exception, match="UNIQUE"):
            store.add(0, {"answer": {}})
        assert store.done() == {0}


def test_numbers_that_are_not_finite_are_refused(tmp_path):
    """A store holds JSON, which has no NaN."""
    with write_store(tmp_path / "a", make()) as store, pytest.raises(ValueError, match="not JSON compliant"):
        store.add(0, {"answer": {"energies": [float("nan")]}})


def test_a_store_belongs_to_one_plan(tmp_path):
    """Another plan is refused, the same one goes on."""
    with write_store(tmp_path / "a", make()) as store:
        store.add(0, {"answer": {}})
    with pytest.raises(InvalidInput, match="another plan"), write_store(tmp_path / "a", make((1, 2))):
        pass
    with write_store(tmp_path / "a", make()) as store:
        assert store.done() == {0}


def test_a_store_belongs_to_one_implementation(tmp_path):
    """Results of two implementations are not mixed."""
    with write_store(tmp_path / "a", make()) as store:
        store.describe({"name": "x", "version": "1"})
        store.describe({"name": "x", "version": "1"})
        with pytest.raises(InvalidInput, match="'version': '2'"):
            store.describe({"name": "x", "version": "2"})


def test_a_store_is_written_by_one_sweep_at_a_time_and_read_meanwhile(tmp_path):
    """A second writer is refused while the first one lives; a reader is not."""
    with write_store(tmp_path / "a", make()) as store:
        store.add(1, {"answer": {}})
        with pytest.raises(InvalidInput, match="being written by another sweep"), write_store(tmp_path / "a", make()):
            pass
        with read_store(tmp_path / "a") as reader:
            assert reader.done() == {1}


@pytest.mark.parametrize("content", [b"", b"no database at all, but quite some text" * 40])
def test_what_is_no_store_is_refused(tmp_path, content):
    """The message names the file; the file is left as it was."""
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=r"notes\.txt"), read_store(path):
        pass
    if content:
        with pytest.raises(InvalidInput, match=r"notes\.txt"), write_store(path, make()):
            pass
    assert path.read_bytes() == content


def test_a_file_that_is_not_there_is_not_made_by_reading(tmp_path):
    """Reading leaves no trace."""
    with pytest.raises(InvalidInput, match="must be a file"), read_store(tmp_path / "none"):
        pass
    assert not list(tmp_path.iterdir())


def test_a_sweep_ends_while_its_store_is_read(tmp_path, monkeypatch):
    """A reader that stays open delays nothing but the return to one file; all points are there."""
    monkeypatch.setattr(store_module, "_READERS_MILLISECONDS", 50)
    path = tmp_path / "a"
    with write_store(path, make()) as store:
        store.add(0, {"answer": {"x": 1}})
        reader = sqlite3.connect(path)
        cursor = reader.execute("SELECT point FROM results")
        cursor.fetchone()
        store.add(1, {"answer": {"x": 2}})
    reader.close()
    with read_store(path) as store:
        assert store.done() == {0, 1}
    with write_store(path, make()):
        pass
    assert [file.name for file in tmp_path.iterdir()] == ["a"]


def test_torn_pages_are_told_in_one_line(tmp_path):
    """A store whose pages are damaged behind the first is no traceback."""
    path = tmp_path / "a"
    with write_store(path, make()) as store:
        for point in range(make().size):
            store.add(point, {"error": "x" * 2000})
    content = path.read_bytes()
    path.write_bytes(content[:4096] + bytes(4096) + content[8192:12288] + b"\xff" * (len(content) - 12288))
    with pytest.raises(InvalidInput, match="a must hold"), read_store(path) as store:
        store.errors()


def fill_up(path):
    """Add a point, and one for which the disk has no room."""
    with write_store(path, make()) as store:
        store.add(0, {"answer": {"energies": [1.0]}})
        (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
        store._connection.execute(f"PRAGMA max_page_count={pages}")
        store.add(1, {"answer": {"energies": [1.0] * 10_000}})


def test_a_disk_that_fills_up_keeps_the_points_so_far(tmp_path):
    """One line that says so, and the same sweep goes on where it was when there is room again."""
    path = tmp_path / "a"
    with pytest.raises(InvalidInput, match="takes no more: database or disk is full"):
        fill_up(path)
    with write_store(path, make()) as store:
        assert store.done() == {0}
        store.add(1, {"answer": {"energies": [1.0] * 10_000}})
        assert store.done() == {0, 1}
