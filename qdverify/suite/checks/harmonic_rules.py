"""The rules of harmonic dots: what breaks one is refused, and what is unusual and valid is answered.

The inputs are the examples of `qdverify.protocol.harmonic_rules`; only implementations that take such dots are asked.
"""

from qdverify.protocol.harmonic_rules import HARMONIC_RULES
from qdverify.suite.checks.invalid_input import checks_of_dots

_FOUND = checks_of_dots("harmonic", "harmonic dots", "harmonic-2d", HARMONIC_RULES)
checks = {found.id: found for found in _FOUND}
