"""Eigenvalues and eigenvectors of small symmetric rational matrices with a diagonal metric, in exact algebra.

G y = lambda N y with G rational symmetric and N rational, diagonal and positive: R = N^-1 G is rational, so its
characteristic polynomial factors over the rationals, each irreducible factor p collecting eigenvalues that are
conjugate. Faddeev and LeVerrier's recurrence gives the polynomial and the adjugate of t - R together,

    adj(t - R) = sum_k t^(n-1-k) B_k ,   B_0 = 1,  c_k = -tr(R B_(k-1))/k,  B_k = R B_(k-1) + c_k,

and for a simple root any column of the adjugate, taken modulo p, is the eigenvector in the field of its eigenvalue.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy

t = sympy.Symbol("t")


def eigenspaces(G: sympy.Matrix, metric: Sequence[sympy.Rational]) -> list[tuple[sympy.Expr, list[sympy.Matrix]]]:
    """Return (eigenvalue, vectors orthogonal in the metric) for each different eigenvalue of G y = lambda N y.

    Parameters
    ----------
    G
        Symmetric rational matrix.
    metric
        The positive diagonal of N.

    Returns
    -------
    Eigenvalues as rationals, quadratic radicals or isolated roots of their polynomial; vectors are not normalised.

    Raises
    ------
    ArithmeticError
        If an irrational eigenvalue is degenerate: its eigenspace needs algebra over a number field.
    """
    R = sympy.diag(*metric).inv() * G
    polynomial, adjugate = _faddeev_leverrier(R)
    found: list[tuple[sympy.Expr, list[sympy.Matrix]]] = []
    for factor, multiplicity in polynomial.factor_list()[1]:
        if factor.degree() == 1:
            root = -factor.coeff_monomial(1) / factor.coeff_monomial(t)
            found.append((root, _orthogonal((R - root * sympy.eye(R.rows)).nullspace(), metric)))
        elif multiplicity == 1:
            found += [(root, [_column(adjugate, factor, root)]) for root in _real_roots(factor)]
        else:
            roots = factor.as_expr()
            raise ArithmeticError(f"the roots of {roots} are {multiplicity}-fold: their vectors are not rational")
    return found


def _faddeev_leverrier(R: sympy.Matrix) -> tuple[sympy.Poly, list[sympy.Matrix]]:
    """Return det(t - R) and the coefficient matrices of adj(t - R), highest power of t first."""
    adjugate, coefficients = [sympy.eye(R.rows)], [sympy.Integer(1)]
    for k in range(1, R.rows + 1):
        product = R * adjugate[-1]
        coefficients.append(-product.trace() / k)
        adjugate.append(product + coefficients[-1] * sympy.eye(R.rows))
    return sympy.Poly(coefficients, t), adjugate[:-1]


def _column(adjugate: list[sympy.Matrix], factor: sympy.Poly, root: sympy.Expr) -> sympy.Matrix:
    """Return a column of adj(t - R) modulo the factor, at t = root, that is not zero."""
    size = adjugate[0].rows
    for column in range(size):
        entries = [
            sympy.Poly([B[row, column] for B in adjugate], t, domain="QQ").rem(factor).as_expr() for row in range(size)
        ]
        if any(entry != 0 for entry in entries):
            return sympy.Matrix([sympy.expand(entry.subs(t, root)) for entry in entries])
    raise ArithmeticError(f"adjugate vanishes at a simple root of {factor.as_expr()}")


def _real_roots(factor: sympy.Poly) -> list[sympy.Expr]:
    """Return the roots of an irreducible factor, all real: by radicals if it is quadratic, else isolated."""
    if factor.degree() == 2:
        return sorted(sympy.roots(factor, t), key=sympy.N)
    return list(factor.real_roots(radicals=False))


def _orthogonal(vectors: list[sympy.Matrix], metric: Sequence[sympy.Rational]) -> list[sympy.Matrix]:
    """Orthogonalise rational vectors in the metric, without normalising (Gram and Schmidt)."""
    N = sympy.diag(*metric)
    done: list[sympy.Matrix] = []
    for vector in vectors:
        for other in done:
            vector = vector - other * (other.T * N * vector)[0] / (other.T * N * other)[0]  # noqa: PLW2901
        done.append(vector)
    return done
