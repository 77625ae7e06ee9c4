"""Fixtures that several files of these tests share."""

import pytest
from programs import QUICK, start


@pytest.fixture
def program(tmp_path):
    """Start programs that are ended with the test."""
    started = []

    def begin(faults="", budgets=QUICK):
        started.append(start(tmp_path, faults, budgets))
        return started[-1]

    yield begin
    for one in started:
        one.close()
