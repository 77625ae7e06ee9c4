"""Whatever puts the protocol's tasks to an implementation: each task with the types of its question and its answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Literal, Protocol, Unpack, overload

from qdverify.protocol import json_types as protocol
from qdverify.protocol.lead_fields import LeadFieldsQuestion


class Ask(Protocol):
    """The method `ask` of an `Asking`, as far as a function needs it that gathers answers for a figure."""

    @overload
    def __call__(
        self, task: Literal["clebsch_gordan_weight"], **params: Unpack[protocol.WeightQuestion]
    ) -> protocol.WeightAnswer: ...
    @overload
    def __call__(
        self, task: Literal["spectrum"], **params: Unpack[protocol.SpectrumQuestion]
    ) -> protocol.SpectrumAnswer: ...
    @overload
    def __call__(
        self, task: Literal["transition_probabilities"], **params: Unpack[protocol.TransitionsQuestion]
    ) -> protocol.TransitionsAnswer: ...
    @overload
    def __call__(
        self, task: Literal["stationary_state"], **params: Unpack[protocol.TransportQuestion]
    ) -> protocol.PopulationsAnswer: ...
    @overload
    def __call__(
        self, task: Literal["current"], **params: Unpack[protocol.TransportQuestion]
    ) -> protocol.CurrentAnswer: ...


class Asking(ABC):
    """One method, `ask`, with the types of every task."""

    @overload
    def ask(
        self, task: Literal["clebsch_gordan_weight"], **params: Unpack[protocol.WeightQuestion]
    ) -> protocol.WeightAnswer: ...
    @overload
    def ask(
        self, task: Literal["interaction_integrals"], **params: Unpack[protocol.IntegralsQuestion]
    ) -> protocol.IntegralsAnswer: ...
    @overload
    def ask(
        self, task: Literal["spectrum"], **params: Unpack[protocol.SpectrumQuestion]
    ) -> protocol.SpectrumAnswer: ...
    @overload
    def ask(
        self, task: Literal["transition_probabilities"], **params: Unpack[protocol.TransitionsQuestion]
    ) -> protocol.TransitionsAnswer: ...
    @overload
    def ask(
        self, task: Literal["stationary_state"], **params: Unpack[protocol.TransportQuestion]
    ) -> protocol.PopulationsAnswer: ...
    @overload
    def ask(
        self, task: Literal["current", "resolved_current"], **params: Unpack[protocol.TransportQuestion]
    ) -> protocol.CurrentAnswer: ...
    @overload
    def ask(
        self, task: Literal["sector_energies"], **params: Unpack[protocol.SectorEnergiesQuestion]
    ) -> protocol.EnergiesAnswer: ...
    @overload
    def ask(
        self, task: Literal["transition_amplitudes"], **params: Unpack[protocol.AmplitudesQuestion]
    ) -> protocol.AmplitudesAnswer: ...
    @overload
    def ask(
        self, task: Literal["hamiltonian_matrix"], **params: Unpack[protocol.SectorQuestion]
    ) -> protocol.MatrixAnswer: ...
    @overload
    def ask(
        self, task: Literal["expectations"], **params: Unpack[protocol.LevelQuestion]
    ) -> protocol.ExpectationsAnswer: ...
    @overload
    def ask(
        self, task: Literal["leading_determinants"], **params: Unpack[protocol.DeterminantsQuestion]
    ) -> protocol.DeterminantsAnswer: ...
    @overload
    def ask(
        self, task: Literal["charge_density"], **params: Unpack[protocol.DensityQuestion]
    ) -> protocol.DensityAnswer: ...
    @overload
    def ask(
        self, task: Literal["parities"], **params: Unpack[protocol.SpectrumQuestion]
    ) -> protocol.ParitiesAnswer: ...
    @overload
    def ask(
        self, task: Literal["projected_levels"], **params: Unpack[protocol.ProjectedQuestion]
    ) -> protocol.ProjectedAnswer: ...
    @overload
    def ask(
        self, task: Literal["differential_conductance"], **params: Unpack[protocol.TransportQuestion]
    ) -> protocol.ConductanceAnswer: ...
    @overload
    def ask(
        self, task: Literal["lead_currents"], **params: Unpack[protocol.LeadsQuestion]
    ) -> protocol.LeadCurrentsAnswer: ...
    @overload
    def ask(self, task: Literal["heat_currents"], **params: Unpack[protocol.LeadsQuestion]) -> protocol.HeatAnswer: ...
    @overload
    def ask(
        self, task: Literal["spin_currents"], **params: Unpack[protocol.SpinQuestion]
    ) -> protocol.SpinCurrentsAnswer: ...
    @overload
    def ask(self, task: Literal["spin_heat"], **params: Unpack[protocol.SpinQuestion]) -> protocol.HeatAnswer: ...
    @overload
    def ask(
        self, task: Literal["spin_populations"], **params: Unpack[protocol.SpinQuestion]
    ) -> protocol.SpinPopulationsAnswer: ...
    @overload
    def ask(
        self, task: Literal["linear_response"], **params: Unpack[protocol.TransportQuestion]
    ) -> protocol.ResponseAnswer: ...
    @overload
    def ask(
        self, task: Literal["lead_response"], **params: Unpack[protocol.LeadsQuestion]
    ) -> protocol.LeadResponseAnswer: ...
    @overload
    def ask(
        self, task: Literal["spin_response"], **params: Unpack[protocol.SpinQuestion]
    ) -> protocol.LeadResponseAnswer: ...
    @overload
    def ask(
        self, task: Literal["conductance_parts"], **params: Unpack[protocol.LeadsQuestion]
    ) -> protocol.ConductancePartsAnswer: ...
    @overload
    def ask(
        self, task: Literal["cumulants"], **params: Unpack[protocol.TransportQuestion]
    ) -> protocol.CumulantsAnswer: ...
    @overload
    def ask(
        self, task: Literal["lead_cumulants"], **params: Unpack[protocol.CountedQuestion]
    ) -> protocol.CumulantsAnswer: ...
    @overload
    def ask(
        self, task: Literal["generating_function"], **params: Unpack[protocol.CountingQuestion]
    ) -> protocol.GeneratingAnswer: ...
    @overload
    def ask(
        self, task: Literal["lead_generating_function"], **params: Unpack[LeadFieldsQuestion]
    ) -> protocol.GeneratingAnswer: ...
    @overload
    def ask(self, task: Literal["noise"], **params: Unpack[protocol.TransportQuestion]) -> protocol.NoiseAnswer: ...
    @overload
    def ask(self, task: str, **params: object) -> protocol.Answer: ...
    def ask(self, task: str, **params: object) -> object:
        """Return the answer to a task.

        Raises
        ------
        Unsupported
            If the task is not declared or the case lies beyond a declared limit.
        AnswerError
            If the implementation returned an error.
        Broken
            If it crashed, hung or answered off the protocol.
        """
        return self.put(task, params)

    @abstractmethod
    def put(self, task: str, params: Mapping[str, object]) -> protocol.Answer:
        """Return the answer to a task of any name, as `ask` does."""
