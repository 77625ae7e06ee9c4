"""What a program under test finds around it: few environment variables, and a folder of its own as home.

Its working directory stays the user's: a command line names files relative to it. Everything else that may differ
between two machines, or hold a secret, is left out unless the user names it.
"""

from __future__ import annotations

import os
import site
from collections.abc import Iterable
from typing import Final

KEPT: Final = frozenset(
    {
        *("PATH", "LANG", "LANGUAGE", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV", "CONDA_PREFIX"),
        *("JULIA_DEPOT_PATH", "JULIA_LOAD_PATH", "JULIA_PROJECT", "R_LIBS", "PERL5LIB", "JAVA_HOME"),
    }
)
KEPT_PREFIXES: Final = ("LC_", "PYTHON", "OMP_", "OPENBLAS_", "MKL_", "BLIS_", "NUMEXPR_", "VECLIB_")


def environment(folder: str, passed: Iterable[str] = ()) -> dict[str, str]:
    """Return the environment of a program.

    Parameters
    ----------
    folder
        The program's own folder, for HOME and temporary files.
    passed
        Names of further variables that it gets as the user has them, HOME among them if it is named.

    Examples
    --------
    >>> environment("/tmp/own")["HOME"]
    '/tmp/own'
    """
    own = {"HOME": folder, "TMPDIR": folder, "TEMP": folder, "TMP": folder}
    base = site.getuserbase()
    # packages installed with `pip install --user` lie below the home that is hidden
    own |= {"PYTHONUSERBASE": base} if base else {}
    kept = {name: value for name, value in os.environ.items() if name in KEPT or name.startswith(KEPT_PREFIXES)}
    named = {name: os.environ[name] for name in passed if name in os.environ}
    return {**own, **kept, **named}
