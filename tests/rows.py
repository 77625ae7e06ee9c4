"""Many rows in one test: pytest and its processes spend more on a test than a row of a table takes.

A test that must be seen to pass row by row, or takes long, is parametrized by pytest itself.
"""

from collections.abc import Mapping

import pytest


def over(rows, ids=repr):
    """Return a decorator by which one test calls a function with each row, and fails with the name of every wrong one.

    Parameters
    ----------
    rows
        A mapping of names to rows, or rows: a tuple holds the arguments, anything else is the only one.
    ids
        What gives a row its name, or the list of names.
    """
    if isinstance(rows, Mapping):
        rows, ids = list(rows.values()), list(rows)
    else:
        rows = list(rows)
        ids = [ids(row) for row in rows] if callable(ids) else ids
    assert rows, "no rows"

    def one_test(check):
        def test():
            wrong = []
            for name, row in zip(ids, rows, strict=True):
                try:
                    check(*(row if isinstance(row, tuple) else (row,)))
                except (Exception, pytest.fail.Exception) as error:
                    wrong.append(f"{name}: {type(error).__name__}: {error}")
            assert not wrong, f"{len(wrong)} of {len(rows)} rows are wrong\n" + "\n".join(wrong)

        test.__name__, test.__doc__, test.__module__ = check.__name__, check.__doc__, check.__module__
        test.__qualname__ = check.__qualname__
        return test

    return one_test
