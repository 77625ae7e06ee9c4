"""The rules of dots given by their integrals: what breaks one is refused, and what is unusual and valid is answered.

The inputs are the examples of `qdverify.protocol.integral_rules`; only implementations that take such dots are asked.
"""

from qdverify.protocol.integral_rules import INTEGRAL_RULES
from qdverify.suite.checks.invalid_input import checks_of_dots

_FOUND = checks_of_dots("integral-dots", "dots given by integrals", "integrals", INTEGRAL_RULES)
checks = {found.id: found for found in _FOUND}
