"""What errors of the rates do to noise and Fano factor, derived case by case from those of the cumulants."""

from __future__ import annotations

from qdverify.suite.exact.counting import sensitivities
from qdverify.suite.exact.transport_cases import Case


def noise_scales(case: Case, fano: float, current: float) -> tuple[float, float]:
    """Return what relative errors of the rates are multiplied by in S and in F = S/abs(I); nothing in F without I."""
    of_current, of_noise, _ = sensitivities(case)
    return of_noise, (of_noise + fano * of_current) / abs(current) if current else 0.0
