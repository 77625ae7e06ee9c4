"""A user's own script passes mypy --strict, with lists where arrays are meant and without casts."""

import pytest
from user_script import SCRIPT, WRONG, mypy_says

pytestmark = pytest.mark.slow


def test_a_users_script_passes_strict_mypy(tmp_path):
    """From another folder, by the editable install: LevelScheme and others take what numpy calls array-like."""
    assert mypy_says(tmp_path, SCRIPT).startswith("Success")


def test_mistakes_of_a_user_are_found(tmp_path):
    """The types say something: each of three mistakes is an error."""
    found = mypy_says(tmp_path, SCRIPT + WRONG)
    assert found.count("error:") == 3, found
