"""Verify one implementation, as a whole or check by check."""
