"""Sector vectors as amplitudes of actors and spectators."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numeric.basis import Strings, sectors
from numeric.spectators import TAUS, pair_amplitudes, string_amplitudes, unfolding


@given(M=st.integers(2, 6), data=st.data())
def test_every_pair_of_electrons_acts_once(M, data):
    """All pair amplitudes together hold every basis state n_up n_down times: U^T U of both taus is n_up n_down."""
    n_up, n_down = (data.draw(st.integers(1, M - 1)) for _ in range(2))
    for exchange in (False, True) if n_up == n_down else (False,):
        for sector in sectors(Strings(M, n_up), Strings(M, n_down), exchange=exchange):
            U = unfolding([pair_amplitudes(sector, tau) for tau in TAUS], sector.size)
            np.testing.assert_allclose((U.T @ U).toarray(), n_up * n_down * np.eye(sector.size), atol=1e-13)


@pytest.mark.parametrize(("exchange", "times"), [(False, 1.0), (True, 2.0)])
def test_every_string_acts_once(exchange, times):
    """The up strings of both parities hold every state once, with exchange symmetry for the down strings too."""
    for sector in sectors(Strings(5, 2), Strings(5, 2), exchange=exchange):
        U = unfolding([string_amplitudes(sector, parity) for parity in TAUS], sector.size)
        np.testing.assert_allclose((U.T @ U).toarray(), times * np.eye(sector.size), atol=1e-14)
