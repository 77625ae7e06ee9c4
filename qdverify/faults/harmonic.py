"""Faults in harmonic dots: the field, the orbitals' length and phases, Coulomb integrals, labels of levels."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from functools import cached_property
from typing import Any, Final, Unpack

import numpy as np

from numeric import HarmonicDot, Spectrum, decompose
from numeric.spectrum import Level
from qdverify.faults import methods
from qdverify.faults.fault import Change, Fault, fault
from qdverify.implementations.builtin_answers import Floats
from qdverify.protocol import json_types as protocol
from qdverify.protocol.dots import is_harmonic
from qdverify.suite.finding import Stage


def _fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.SPECTRUM, "solve_harmonic", text)


class _WithoutDiamagnetic(HarmonicDot):
    @property
    def effective_omega(self) -> float:
        return self.omega


class _FullFieldInOmega(HarmonicDot):
    @property
    def effective_omega(self) -> float:
        return math.hypot(self.omega, self.field)


class _FullFieldOnMomentum(HarmonicDot):
    @property
    def orbital_energies(self) -> Floats:
        return super().orbital_energies - 0.5 * self.field * self.angular_momenta


class _RadialQuantaOnce(HarmonicDot):
    @property
    def orbital_energies(self) -> Floats:
        return super().orbital_energies - self.effective_omega * self.radial_numbers


class _NoZeroPoint(HarmonicDot):
    @property
    def orbital_energies(self) -> Floats:
        return super().orbital_energies - self.effective_omega


class _LengthWithoutField(HarmonicDot):
    @property
    def length(self) -> float:
        return 1.0 / math.sqrt(self.omega)


class _LengthOfVariance(HarmonicDot):
    @property
    def length(self) -> float:
        return 1.0 / math.sqrt(2.0 * self.effective_omega)


class _UnitLength(HarmonicDot):
    @property
    def length(self) -> float:
        return 1.0


class _HalvedRepulsion(HarmonicDot):
    @cached_property
    def two_body(self) -> Floats:
        return 0.5 * super().two_body


class _Flat(HarmonicDot):
    @cached_property
    def two_body(self) -> Floats:
        return HarmonicDot(**{**asdict(self), "thickness": 0.0}).two_body


class _ThicknessOfOne(HarmonicDot):
    @cached_property
    def two_body(self) -> Floats:
        return HarmonicDot(**{**asdict(self), "thickness": self.thickness / math.sqrt(2.0)}).two_body


class _RadialNorm(HarmonicDot):
    @cached_property
    def two_body(self) -> Floats:
        norm = (1.0 + self.radial_numbers) ** -0.25
        scaled: Floats = np.einsum("pqrs,p,q,r,s->pqrs", super().two_body, norm, norm, norm, norm)
        return scaled


class _RadialPhases(HarmonicDot):
    """Integrals with radial functions positive far from the centre in bra, near it in ket."""

    @cached_property
    def two_body(self) -> Floats:
        sign = (-1.0) ** self.radial_numbers
        signed: Floats = np.einsum("pqrs,p,q->pqrs", super().two_body, sign, sign)
        return 0.5 * (signed + signed.transpose(2, 3, 0, 1))


def _of_model(name: str, text: str, model: type[HarmonicDot]) -> Fault:
    """Return the fault of a program that solves a wrong model."""

    def change(right: methods.SolveHarmonic, dot: HarmonicDot, electrons: int, levels: int) -> Spectrum:
        return right(model(**asdict(dot)), electrons, levels)

    return Fault(name, Stage.SPECTRUM, "solve_harmonic", text, change)


MODELS: Final = {
    name: _of_model(name, text, model)
    for name, text, model in (
        ("diamagnetic-missing", "Omega = omega_0: the diamagnetic term omega_c^2/4 is missing", _WithoutDiamagnetic),
        ("diamagnetic-of-omega-c", "Omega^2 = omega_0^2 + omega_c^2, without the factor 1/4", _FullFieldInOmega),
        ("full-field-on-momentum", "orbitals are shifted by m omega_c, not by m omega_c/2", _FullFieldOnMomentum),
        ("radial-quanta-once", "orbitals have the energy (n_r + |m| + 1) Omega", _RadialQuantaOnce),
        ("zero-point-missing", "orbitals have the energy (2 n_r + |m|) Omega", _NoZeroPoint),
        ("length-without-field", "integrals are scaled by 1/sqrt(omega_0), not by 1/sqrt(Omega)", _LengthWithoutField),
        ("length-of-variance", "integrals are scaled by 1/sqrt(2 Omega), not by 1/sqrt(Omega)", _LengthOfVariance),
        ("unit-length", "integrals are those of oscillator length 1", _UnitLength),
        ("harmonic-repulsion-halved", "the factor 1/2 of the interaction is taken twice", _HalvedRepulsion),
        ("thickness-ignored", "the levels of a dot with a thickness are those of a flat one", _Flat),
        ("thickness-of-one", "z_1 - z_2 has the variance b^2 of one electron, not 2 b^2", _ThicknessOfOne),
        ("radial-norm", "radial functions with n_r > 0 are not normalised in the integrals", _RadialNorm),
        ("radial-phases", "signs of radial functions differ between densities in the integrals", _RadialPhases),
    )
}


def _with_levels(found: Spectrum, change: Callable[[Level], Level]) -> Spectrum:
    levels = sorted((change(level) for level in found.levels), key=lambda level: level.energy)
    return replace(found, levels=tuple(levels))


@_fault("singlets and triplets exchange their names: the sign of exchange is wrong")
def exchange_reversed(right: methods.SolveHarmonic, dot: HarmonicDot, electrons: int, levels: int) -> Spectrum:
    """Swap S = 0 and S = 1."""
    swapped = {0: 2, 2: 0}
    found = right(dot, electrons, levels)
    return _with_levels(found, lambda level: replace(level, two_S=swapped.get(level.two_S, level.two_S)))


@_fault("the Zeeman energy of g = 2 is added: levels are those of the lowest S_z")
def zeeman_included(right: methods.SolveHarmonic, dot: HarmonicDot, electrons: int, levels: int) -> Spectrum:
    """Lower each level by |omega_c| S."""
    found = right(dot, electrons, levels)
    return _with_levels(found, lambda level: replace(level, energy=level.energy - 0.5 * abs(dot.field) * level.two_S))


@_fault("the last shell is left out: n < K - 1")
def last_shell_missing(right: methods.SolveHarmonic, dot: HarmonicDot, electrons: int, levels: int) -> Spectrum:
    """Use one shell fewer, if that has as many levels."""
    try:
        return right(replace(dot, shells=dot.shells - 1), electrons, levels)
    except ValueError:  # there are fewer levels
        return right(dot, electrons, levels)


@_fault("levels of three parallel spins are told as doublets")
def quartets_as_doublets(right: methods.SolveHarmonic, dot: HarmonicDot, electrons: int, levels: int) -> Spectrum:
    """Tell 2S = 1 for 2S = 3."""
    found = right(dot, electrons, levels)
    return _with_levels(found, lambda level: replace(level, two_S=1 if level.two_S == 3 else level.two_S))


@_fault("only states of L >= 0 are looked for")
def negative_momenta_missed(right: methods.SolveHarmonic, dot: HarmonicDot, electrons: int, levels: int) -> Spectrum:
    """Leave out levels of L < 0, if enough others are there."""
    try:
        found = right(dot, electrons, 2 * levels)
    except ValueError:  # there are fewer levels
        found = right(dot, electrons, levels)
    momenta = found.angular_momenta
    order = sorted(range(len(momenta)), key=lambda k: (momenta[k] < 0, found.levels[k].energy))[:levels]
    chosen = sorted((found.levels[k] for k in order), key=lambda level: level.energy)
    return replace(found, levels=tuple(chosen))


def _of_momenta(name: str, text: str, change: Callable[[int], int]) -> Fault:
    """Return the fault of a program that tells other angular momenta."""

    def changed(right: methods.Spectrum, **question: Unpack[protocol.SpectrumQuestion]) -> methods.Answer:
        answer = right(**question)
        return {**answer, "L": [change(int(L)) for L in answer["L"]]} if "L" in answer else {**answer}

    return Fault(name, Stage.SPECTRUM, "spectrum", text, changed)


MOMENTA: Final = {
    name: _of_momenta(name, text, change)
    for name, text, change in (
        ("field-reversed", "the field points the other way: L has the wrong sign", lambda L: -L),
        ("momenta-without-sign", "the size of L is told for L", abs),
        ("momentum-parity-only", "of L only the parity is told", lambda L: L % 2),
    )
}


@_fault("each level is listed 2S + 1 times")
def every_state_listed(right: methods.SolveHarmonic, dot: HarmonicDot, electrons: int, levels: int) -> Spectrum:
    """Repeat levels."""
    found = right(dot, electrons, levels)

    def repeated() -> Iterator[Level]:
        for level in found.levels:
            yield from [level] * (level.two_S + 1)

    return replace(found, levels=tuple(repeated())[:levels])


def _values_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.INTEGRALS, "interaction_integrals", text)


@_values_fault("orbitals of a harmonic dot are taken to be real: (qp|rs) is told for (pq|rs)")
def orbitals_not_conjugated(right: methods.Values, **question: Unpack[protocol.IntegralsQuestion]) -> methods.Answer:
    """Exchange p and q."""
    if is_harmonic(question["dot"]):
        question = {**question, "indices": [[q, p, r, s] for p, q, r, s in question["indices"]]}
    return {**right(**question)}


@_values_fault("integrals of a harmonic dot are those without field")
def integrals_without_field(right: methods.Values, **question: Unpack[protocol.IntegralsQuestion]) -> methods.Answer:
    """Leave out the field."""
    dot = question["dot"]
    return {**right(**({**question, "dot": {**dot, "field": 0.0}} if is_harmonic(dot) else question))}


@_values_fault("integrals of a dot with a thickness are those of a flat one")
def integrals_without_thickness(
    right: methods.Values, **question: Unpack[protocol.IntegralsQuestion]
) -> methods.Answer:
    """Leave out the thickness."""
    dot = question["dot"]
    return {**right(**({**question, "dot": {**dot, "thickness": 0.0}} if is_harmonic(dot) else question))}


@_values_fault("integrals of a harmonic dot that change angular momenta are dropped")
def momentum_exchange_dropped(right: methods.Values, **question: Unpack[protocol.IntegralsQuestion]) -> methods.Answer:
    """Keep (pq|rs) with m_p = m_q only."""
    answer: dict[str, Any] = {**right(**question)}
    dot = question["dot"]
    if is_harmonic(dot):
        m = HarmonicDot(dot["omega"], dot["shells"]).angular_momenta
        kept = [m[p - 1] == m[q - 1] for p, q, _, _ in question["indices"]]
        answer["values"] = [value * keep for value, keep in zip(answer["values"], kept, strict=True)]
    return answer


def _probability_fault(text: str) -> Callable[[Change], Fault]:
    return fault(Stage.TRANSITIONS, "transition_probabilities", text)


@_probability_fault("radial functions are positive far from the centre, not near it, so weights have other signs")
def phases_at_the_edge(
    right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]
) -> methods.Answer:
    """Multiply weights by (-1)^n_r."""
    dot = question["dot"]
    if is_harmonic(dot):
        model = HarmonicDot(dot["omega"], dot["shells"])
        given = np.asarray(question.get("weights", np.ones(model.orbitals)))
        question = {**question, "weights": (given * (-1.0) ** model.radial_numbers).tolist()}
    return {**right(**question)}


@_probability_fault("the electron enters the harmonic dot with m = 0 only")
def without_momentum(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Keep the weights of orbitals without angular momentum."""
    dot = question["dot"]
    if is_harmonic(dot):
        model = HarmonicDot(dot["omega"], dot["shells"])
        given = np.asarray(question.get("weights", np.ones(model.orbitals)))
        question = {**question, "weights": np.where(model.angular_momenta == 0, given, 0.0).tolist()}
    return {**right(**question)}


@_probability_fault(
    "pairs of determinants add their squares, so that their signs do not matter: what [J96] says of Ref. 9"
)
def signs_neglected(right: methods.Probabilities, **question: Unpack[protocol.TransitionsQuestion]) -> methods.Answer:
    """Replace squares of sums by sums of squares."""
    M = np.array(right(**question)["M"], dtype=np.float64)
    if is_harmonic(question["dot"]):
        solved, electrons = right.__self__.spectrum_of, question["electrons"]
        initial = solved(question["dot"], electrons, question["levels_from"])
        final = solved(question["dot"], electrons + 1, question["levels_to"])
        for j, i in np.argwhere(M > 0.0).tolist():
            found = decompose(initial, i, final, j, weights=question.get("weights"))
            M[j, i] = found.factor * float(np.sum(found.contributions**2))
    return {"M": M}
