"""The command `qdverify`, also as `python -m qdverify`: installed modules come before the user's files.

The current folder of `python -m` and the folders of PYTHONPATH hold code under test. A `json.py` there must not take
the place of a library of the judge, so they are searched last, and before anything else is imported.
"""

import os
import sys


def main() -> None:
    """Run the command line."""
    _search_installed_modules_first()
    from qdverify.interfaces.cli import main as command  # noqa: PLC0415  (imports what must be the installed one)

    command()


def _search_installed_modules_first() -> None:
    own = os.path.realpath(os.path.join(os.path.dirname(__file__), os.pardir))  # noqa: PTH118, PTH120  (see above)
    named = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    last = {os.path.realpath(folder) for folder in (os.curdir, *named)} - {own}
    sys.path.sort(key=lambda entry: os.path.realpath(entry or os.curdir) in last)


if __name__ == "__main__":
    main()
