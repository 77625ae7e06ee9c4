"""FCIDUMP: another reader finds the same Hamiltonian in it."""

import io
import re
from functools import reduce
from itertools import combinations, permutations, product
from operator import xor

import numpy as np
import pytest
from click.testing import CliRunner

from qdverify.implementations.builtin import Builtin
from qdverify.implementations.inprocess import InProcess
from qdverify.interfaces.cli import main
from qdverify.protocol.fcidump import read_fcidump
from qdverify.protocol.inputs import InvalidInput, number_of_levels
from qdverify.protocol.sample_dots import make_dot
from qdverify.records.fcidump import number_of_integrals, unique_integrals, write_fcidump
from qdverify.suite.subject import Subject

SUBJECT = Subject(InProcess(Builtin()))
DOTS = [
    make_dot("soft-coulomb", 5, length=9.5, cutoff=1.9e-3),
    make_dot("contact", 4, strength=5.0),
    make_dot("constant", 3, strength=2.0),
    make_dot("none", 3),
]


def dump(dot, electrons=2, two_Sz=0, parity=None):
    file = io.StringIO()
    write_fcidump(file, SUBJECT, dot, electrons=electrons, two_Sz=two_Sz, parity=parity)
    return file.getvalue()


def read(text):
    """Return header, one-body matrix, all (pq|rs) and the constant, as a reader that knows the format does."""
    head, body = re.split(r"&END|^\s*/\s*$", text, maxsplit=1, flags=re.MULTILINE)
    header = {
        name: [int(number) for number in numbers.rstrip(", \n").split(",")]
        for name, numbers in re.findall(r"(\w+)=([-\d,\s]+)", head)
    }
    M = header["NORB"][0]
    one, two, constant = np.zeros((M, M)), np.zeros((M, M, M, M)), 0.0
    for line in body.split("\n"):
        if not line.strip():
            continue
        value, *indices = line.split()
        p, q, r, s = (int(index) - 1 for index in indices)
        if r >= 0:
            for a, b, c, d in ((p, q, r, s), (r, s, p, q)):
                two[[a, b, a, b], [b, a, b, a], [c, c, d, d], [d, d, c, c]] = float(value)
        elif p >= 0:
            one[p, q] = one[q, p] = float(value)
        else:
            constant = float(value)
    return header, one, two, constant


@pytest.mark.parametrize("dot", DOTS, ids=lambda dot: dot["kernel"])
def test_another_reader_finds_the_levels_of_two_electrons(dot):
    """Two distinguishable electrons: the symmetric states are the singlets, the antisymmetric ones the triplets."""
    M = dot["orbitals"]
    _, one, two, constant = read(dump(dot))
    # p, r: orbitals of the first and the second electron before, q, s: after
    H = np.einsum("pq,rs->prqs", one, np.eye(M)) + np.einsum("pq,rs->prqs", np.eye(M), one) + two.transpose(0, 2, 1, 3)
    swap = np.eye(M * M).reshape(M, M, M, M).transpose(0, 1, 3, 2).reshape(M * M, M * M)
    found = []
    for two_S, sign in ((0, 1), (2, -1)):
        basis = np.linalg.eigh(swap)[1][:, np.isclose(np.linalg.eigh(swap)[0], sign)]
        found += [(e + constant, two_S) for e in np.linalg.eigvalsh(basis.T @ H.reshape(M * M, M * M) @ basis)]
    levels = SUBJECT.ask("spectrum", dot=dot, electrons=2, levels=len(found))
    assert sorted(found)[0][0] == pytest.approx(levels["energies"][0], rel=1e-12)
    assert sorted(e for e, _ in found) == pytest.approx(levels["energies"], rel=1e-11)
    assert sorted(s for _, s in found) == sorted(levels["two_S"])


def test_the_header_names_the_problem():
    """Orbitals, electrons, S_z, the parity of each orbital and the one asked for."""
    header, *_ = read(dump(DOTS[0], electrons=3, two_Sz=-1, parity="odd"))
    assert header == {"NORB": [5], "NELEC": [3], "MS2": [-1], "ORBSYM": [1, 2, 1, 2, 1], "ISYM": [2]}


def test_every_integral_is_written_once_and_exactly():
    """Of eight equal integrals one, with all its digits; none that parity makes vanish."""
    dot = DOTS[0]
    _, _, two, _ = read(dump(dot))
    indices = [[p, q, r, s] for p in range(1, 6) for q in range(1, 6) for r in range(1, 6) for s in range(1, 6)]
    values = SUBJECT.ask("interaction_integrals", dot=dot, indices=indices)["values"]
    assert two.ravel() == pytest.approx(values, abs=1e-14, rel=0)
    unique = list(unique_integrals(5))
    assert len({frozenset([frozenset([p, q]), frozenset([r, s])]) for p, q, r, s in unique}) == len(unique)


@pytest.mark.parametrize(
    ("electrons", "two_Sz", "rule"),
    [(11, 1, "electrons=11"), (2, 1, "two_Sz=1"), (2, 4, "two_Sz=4"), (8, 8, "two_Sz=8")],
)
def test_what_does_not_exist_is_refused(electrons, two_Sz, rule):
    """More electrons than places, or an S_z that they cannot have."""
    with pytest.raises(InvalidInput, match=rule):
        dump(DOTS[0], electrons=electrons, two_Sz=two_Sz)


def test_the_command_writes_a_file(tmp_path):
    """To a file, or to the terminal, with the parity asked for; wrong usage ends with one line."""
    file = tmp_path / "FCIDUMP"
    options = ["export", "fcidump", "--orbitals", "4", "--electrons", "3"]
    assert CliRunner().invoke(main, [*options, "-o", str(file)]).exit_code == 0
    assert read(file.read_text())[0]["MS2"] == [1]
    assert CliRunner().invoke(main, options).output == file.read_text()
    odd = read(CliRunner().invoke(main, [*options, "--parity", "odd"]).output)[0]
    assert (odd["ORBSYM"], odd["ISYM"]) == ([1, 2, 1, 2], [2])
    wrong = CliRunner().invoke(main, [*options, "--length", "-1"])
    assert wrong.exit_code == 2
    assert "length=-1.0 must be positive" in wrong.output


@pytest.mark.parametrize("dot", [*DOTS, make_dot("soft-coulomb", 6, length=60.0, strength=-0.5)], ids=str)
@pytest.mark.parametrize("electrons", [2, 3])
def test_a_reader_that_obeys_the_header_finds_the_levels_asked_for(dot, electrons, tmp_path):
    """Those of the parity in ISYM; the lowest of both parities if none is asked for."""
    count = min(12, number_of_levels(dot["orbitals"], electrons, 12))
    levels = SUBJECT.ask("spectrum", dot=dot, electrons=electrons, levels=count)["energies"]
    parities = SUBJECT.ask("parities", dot=dot, electrons=electrons, levels=count)["parity"]
    for parity, sign in (("even", 1), ("odd", -1), (None, 0)):
        expected = [energy for energy, found in zip(levels, parities, strict=True) if sign in (0, found)]
        file = tmp_path / "FCIDUMP"
        file.write_text(dump(dot, electrons=electrons, two_Sz=electrons % 2, parity=parity))
        assert lowest_by_determinants(file) == pytest.approx(expected[0], rel=1e-11)


def lowest_by_determinants(path):
    """Return the lowest energy of the irrep in the header, from all determinants of N electrons with that S_z."""
    found = read_fcidump(path, irreps=False)
    header, M = read(path.read_text())[0], found.header.orbitals
    symmetry = header["ORBSYM"]
    up, down = (combinations(range(M), (found.electrons + sign * found.header.two_Sz) // 2) for sign in (1, -1))
    states = [(*a, *(M + n for n in b)) for a, b in product(up, down)]
    states = [state for state in states if irrep_of(state, symmetry, M) == header["ISYM"][0]]
    return np.linalg.eigvalsh(determinant_matrix(found.dot, states))[0]


def irrep_of(state, symmetry, M):
    return reduce(xor, (symmetry[n % M] - 1 for n in state), 0) + 1


def determinant_matrix(dot, states):
    """Return H between determinants, as lists of spin orbitals, by the action of pairs of operators."""
    M = dot["orbitals"]
    h, g = np.array(dot["one_body"]), np.zeros((M,) * 4)
    for *indices, value in dot["two_body"]:
        p, q, r, s = (index - 1 for index in indices)
        for a, b, c, d in ((p, q, r, s), (r, s, p, q)):
            g[[a, b, a, b], [b, a, b, a], [c, c, d, d], [d, d, c, c]] = value
    place = {state: number for number, state in enumerate(states)}
    H = dot["core"] * np.eye(len(states))
    for state, column in place.items():
        terms = [((k,), (k // M * M + p,), h[p, k % M]) for k in state for p in range(M)]
        terms += [
            ((k, m), (k // M * M + p, m // M * M + r), g[p, k % M, r, m % M] / 2)
            for k, m in permutations(state, 2)
            for p, r in product(range(M), repeat=2)
        ]
        for removed, created, value in terms:
            reached, sign = applied(state, removed, created)
            if reached in place:
                H[place[reached], column] += sign * value
    return H


def applied(state, removed, created):
    """Return the determinant that c+_created ... c_removed makes of one, innermost first, and the sign."""
    left, sign = list(state), 1
    for k in removed:
        sign *= (-1) ** left.index(k)
        left.remove(k)
    for k in reversed(created):
        if k in left:
            return None, 0
        sign *= (-1) ** sum(other < k for other in left)
        left = sorted([*left, k])
    return tuple(left), sign


def test_without_a_parity_the_header_names_no_symmetry():
    """All labels are 1, so that the irrep 1 holds every level."""
    header, *_ = read(dump(DOTS[0], electrons=3, two_Sz=1))
    assert (header["ORBSYM"], header["ISYM"]) == ([1] * 5, [1])


@pytest.mark.parametrize(
    ("orbitals", "electrons", "two_Sz", "parity"),
    [(3, 0, 0, "odd"), (3, 6, 0, "odd"), (3, 3, 3, "even"), (2, 2, 2, "even"), (2, 4, 0, "odd"), (1, 1, 1, "odd")],
)
def test_a_parity_that_no_state_has_is_refused(orbitals, electrons, two_Sz, parity):
    """Filled and empty shells have one parity only; the other one exists."""
    dot, other = make_dot("contact", orbitals), {"even": "odd", "odd": "even"}[parity]
    with pytest.raises(InvalidInput, match=f"parity={parity} must be that of a state"):
        dump(dot, electrons=electrons, two_Sz=two_Sz, parity=parity)
    assert read(dump(dot, electrons=electrons, two_Sz=two_Sz, parity=other))[0]["NORB"] == [orbitals]


@pytest.mark.parametrize("orbitals", range(1, 8))
def test_the_number_of_integrals_is_known_before_they_are_asked_for(orbitals):
    """The estimate is the count."""
    assert number_of_integrals(orbitals) == sum(1 for _ in unique_integrals(orbitals))


@pytest.mark.parametrize("orbitals", [200, 10**6, 10**30])
def test_an_export_that_no_disk_holds_is_refused_with_the_estimate(tmp_path, orbitals):
    """One line and status 2, and no file."""
    file = tmp_path / "FCIDUMP"
    options = ["export", "fcidump", "--orbitals", str(orbitals), "--electrons", "2", "-o", str(file)]
    shown = CliRunner().invoke(main, options)
    assert shown.exit_code == 2
    assert re.search(r"must be fewer: at most 10000000 integrals are written, and these are .* GB\n$", shown.output)
    assert not list(tmp_path.iterdir())


class Overflowing:
    """Integrals that are no numbers."""

    def interaction_integrals(self, *, dot, indices):
        return {"values": [float("inf")] * len(indices)}


def test_integrals_that_are_not_finite_are_not_written(tmp_path):
    """One line, and the file that was there stays."""
    file = tmp_path / "FCIDUMP"
    file.write_text("old")
    options = ["export", "fcidump", "--orbitals", "3", "--electrons", "2", "--strength", "1e308", "-o", str(file)]
    shown = CliRunner().invoke(main, [*options, "--implementation", f"python:{__name__}:Overflowing"])
    assert shown.exit_code == 2
    assert shown.output.count("\n") == 1
    assert file.read_text() == "old"
