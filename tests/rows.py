"""Many rows in one test: pytest and its processes spend more on a test than a row of a table takes.

Rows that take long, or need fixtures, are parametrized by pytest itself.
"""

import pytest


def shown(row):
    """Return a row as text, if Python writes numbers of so many digits."""
    try:
        return repr(row)
    except ValueError as error:
        return str(error)


def over(names, rows, ids=shown):
    """Return a decorator by which one test calls a function with each row, and fails with the name of every wrong one.

    Parameters
    ----------
    names, rows
        As for `pytest.mark.parametrize`: a row holds as many arguments as there are names, or is the only one itself.
    ids
        What gives a row its name, or the list of names.
    """
    rows = list(rows)
    ids = [ids(row) for row in rows] if callable(ids) else ids
    assert rows, "no rows"
    alone = isinstance(names, str) and "," not in names

    def one_test(check):
        def test():
            wrong = []
            for name, row in zip(ids, rows, strict=True):
                try:
                    check(*([row] if alone else row))
                except (Exception, pytest.fail.Exception) as error:
                    wrong.append(f"{name}: {type(error).__name__}: {error}")
            assert not wrong, f"{len(wrong)} of {len(rows)} rows are wrong\n" + "\n".join(wrong)

        test.__name__, test.__doc__, test.__module__ = check.__name__, check.__doc__, check.__module__
        test.__qualname__ = check.__qualname__
        return test

    return one_test
