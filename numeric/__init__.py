"""The floating-point side: the quantum dot in numpy and scipy."""
