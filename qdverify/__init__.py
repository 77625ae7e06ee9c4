"""Verify quantum-dot transport codes against exact and certified references.

`verify` puts an implementation under the suite, `oracle` answers a case with a proven value, `follow` traces the
levels of a dot from weak to full interaction, `read_fcidump` and `write_fcidump` read and write a dot of your own.
"""

from __future__ import annotations

import importlib

# as `typing` has it, which would load half of the standard library before `__main__` can order the search path
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Final

    from qdverify.interfaces.pytest_parameters import parametrize_with_checks
    from qdverify.paper.adiabatic_continuation import LostError, follow
    from qdverify.protocol.answers import Broken
    from qdverify.protocol.fcidump import read_fcidump
    from qdverify.protocol.inputs import InvalidInput
    from qdverify.records.integral_fcidump import write_fcidump
    from qdverify.reference import data
    from qdverify.reference.oracle import Refusal, oracle
    from qdverify.report.diff import compare_reports
    from qdverify.report.document import Report
    from qdverify.run.verify import verify

__all__ = [
    "Broken",
    "InvalidInput",
    "LostError",
    "Refusal",
    "Report",
    "compare_reports",
    "data",
    "follow",
    "oracle",
    "parametrize_with_checks",
    "read_fcidump",
    "verify",
    "write_fcidump",
]

_HOMES: Final = {
    "Broken": "qdverify.protocol.answers",
    "InvalidInput": "qdverify.protocol.inputs",
    "LostError": "qdverify.paper.adiabatic_continuation",
    "Refusal": "qdverify.reference.oracle",
    "Report": "qdverify.report.document",
    "compare_reports": "qdverify.report.diff",
    "follow": "qdverify.paper.adiabatic_continuation",
    "oracle": "qdverify.reference.oracle",
    "parametrize_with_checks": "qdverify.interfaces.pytest_parameters",
    "read_fcidump": "qdverify.protocol.fcidump",
    "verify": "qdverify.run.verify",
    "write_fcidump": "qdverify.records.integral_fcidump",
}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used: `import qdverify` alone takes no time."""
    if name == "data":
        return importlib.import_module("qdverify.reference.data")
    if name == "__version__":
        return importlib.import_module("qdverify.protocol.version").suite_version()
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    importlib.import_module("qdverify.protocol.installation").refuse_shadows()
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted([*__all__, "__version__"])
