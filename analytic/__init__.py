"""The exact side: derivations in sympy and mpmath, with no floating-point linear algebra."""
