"""The exception that a proof raises if it fails."""


class Unresolved(ArithmeticError):
    """Levels that the precision at hand cannot tell apart or prove complete; the message says which."""
