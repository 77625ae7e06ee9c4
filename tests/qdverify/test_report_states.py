import io

from rich.console import Console

from qdverify.report.states import print_states

LEVELS = [(0, 0.0, 0), (1, 0.05, 1), (2, 0.56, 0), (2, 0.57, 2)]
TRANSITIONS = [(0, 1, 1.0), (1, 2, 0.4841), (1, 3, 0.8162)]
CHAIN = {
    "levels": [{"electrons": N, "energy": energy, "two_S": two_S} for N, energy, two_S in LEVELS],
    "transitions": [{"from": i, "to": j, "M": M} for i, j, M in TRANSITIONS],
}


def printed(illustrations):
    out = io.StringIO()
    print_states(illustrations, Console(file=out, width=80))
    return out.getvalue()


def test_each_level_stands_with_its_weights():
    """C_ji of [J96] Eq. (5) as a fraction beside the implementation's M_ji, both from the ground state below."""
    rows = [line.split() for line in printed({"data": {"level_scheme": CHAIN}}).splitlines()]
    assert ["1", "1/2", "0.050000", "1", "1.0000"] in rows
    assert ["2", "0", "0.560000", "1/4", "0.4841"] in rows
    assert ["1", "0.570000", "3/4", "0.8162"] in rows


def test_nothing_is_printed_where_nothing_was_drawn():
    """An implementation without spectra has no table."""
    assert printed({"data": {}, "left_out": {"level_scheme": "unsupported"}}) == ""
    assert printed({}) == ""
