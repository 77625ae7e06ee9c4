"""A user's own script passes mypy --strict, with lists where arrays are meant and without casts."""

import pytest
from user_script import SCRIPT, WRONG, mypy_says

pytestmark = [pytest.mark.slow, pytest.mark.long]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder in which mypy remembers what it read of the libraries."""
    return tmp_path_factory.mktemp("script")


def test_a_users_script_passes_strict_mypy(folder):
    """From another folder, by the editable install: LevelScheme and others take what numpy calls array-like."""
    assert mypy_says(folder, SCRIPT).startswith("Success")


def test_mistakes_of_a_user_are_found(folder):
    """The types say something: each of three mistakes is an error."""
    found = mypy_says(folder, SCRIPT + WRONG)
    assert found.count("error:") == 3, found
