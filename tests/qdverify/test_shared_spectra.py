"""Faults that share the spectra of the builtin implementation are judged as each is alone."""

import pytest

from qdverify.faults.fault import all_faults
from qdverify.faults.kill_table import kill
from qdverify.faults.shared_spectra import shared_spectra
from qdverify.implementations.builtin import Builtin
from qdverify.protocol.sample_dots import make_dot
from qdverify.suite.declare import Scope, select

SOLVERS = ("solve", "solve_integrals", "solve_harmonic")
CHECKS = select(None, "quick", ["noninteracting.levels", "harmonic.one-electron"])
FAULTS = {fault.name: fault for fault in all_faults()}
QUESTION = {"dot": make_dot("contact", 3), "electrons": 2, "levels": 2}


@pytest.fixture
def solved(monkeypatch):
    """The questions that the solvers of the builtin implementation compute."""
    asked = []
    for name in SOLVERS:
        solver = getattr(Builtin, name)

        def counted(self, dot, electrons, levels, solver=solver):
            asked.append((dot, electrons, levels))
            return solver(self, dot, electrons, levels)

        monkeypatch.setattr(Builtin, name, counted)
    return asked


def test_a_fault_above_the_spectrum_computes_none_that_is_known(solved):
    """The second one finds every spectrum that the first one was asked, and is caught as it is alone."""
    first, second = FAULTS["spins-exchanged"], FAULTS["spin-halved"]
    alone = kill(second, CHECKS, Scope()).checks
    asked = len(solved)
    assert alone
    with shared_spectra():
        kill(first, CHECKS, Scope())
        solved.clear()
        assert kill(second, CHECKS, Scope()).checks == alone
    assert len(solved) < asked / 20


def test_a_fault_below_the_spectrum_has_spectra_of_its_own():
    """Wrong integrals reach the levels though the right ones are known, and do not reach the next fault."""
    right, wrong = Builtin(), FAULTS["half-contact"].implementation()
    alone = [list(one.spectrum(**QUESTION)["energies"]) for one in (right, wrong)]
    assert alone[0] != alone[1]
    with shared_spectra():
        shared = [list(one.spectrum(**QUESTION)["energies"]) for one in (Builtin(), wrong, Builtin())]
    assert shared == [*alone, alone[0]]


def test_the_solvers_are_put_back_whatever_happens():
    """Outside a campaign every answer is computed."""
    before = [getattr(Builtin, name) for name in SOLVERS]

    def stop():
        with shared_spectra():
            assert all(getattr(Builtin, name) not in before for name in SOLVERS)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop()
    assert [getattr(Builtin, name) for name in SOLVERS] == before
