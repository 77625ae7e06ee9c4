"""One test over many rows tries all of them, and names those that are wrong."""

import pytest
from rows import over


def test_every_wrong_row_is_named():
    """An assertion, another exception, and one that is missing; the rows between them are tried."""
    tried = []

    rows = {"right": (1, 2), "unequal": (1, 3), "an error": (0, 1), "no error": (2, 4), "right again": (3, 6)}

    @over(("one", "two"), rows.values(), ids=[*rows])
    def test_halves(one, two):
        """What is tried."""
        tried.append(one)
        if one == 2:
            with pytest.raises(ZeroDivisionError):
                assert two / one
        assert two / one == 2

    with pytest.raises(AssertionError) as failure:
        test_halves()
    assert tried == [1, 1, 0, 2, 3]
    first, *named = str(failure.value).splitlines()
    assert first.startswith("3 of 5 rows are wrong")
    said = [
        line for line in named if line.startswith(("unequal: AssertionError", "an error: Zero", "no error: Failed"))
    ]
    assert len(said) == 3
    assert (test_halves.__name__, test_halves.__doc__) == ("test_halves", "What is tried.")


@pytest.mark.parametrize(("options", "name"), [({}, "[4]"), ({"ids": sum}, "4"), ({"ids": ["four"]}, "four")])
def test_a_row_that_is_no_tuple_is_the_only_argument(options, name):
    """It is named as asked for, and by what it is if nothing is said."""

    @over("row", [[4]], **options)
    def test_lists(row):
        assert row != [4]

    with pytest.raises(AssertionError) as failure:
        test_lists()
    assert str(failure.value).splitlines()[1].startswith(f"{name}: AssertionError")


def test_no_rows_are_no_test():
    """A table that was emptied is noticed."""
    with pytest.raises(AssertionError, match="no rows"):
        over("row", [])
