"""What a proof raises if it does not come about."""


class Unresolved(ArithmeticError):
    """Levels that the precision at hand cannot tell apart or prove complete; the message says which."""
