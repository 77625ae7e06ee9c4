"""Implementations under test: the builtin one, any Python object, any program."""
