from fractions import Fraction
from functools import partial
from importlib import import_module
from inspect import Parameter, signature
from pkgutil import iter_modules

import pytest
import sympy
from mpmath import mp
from transport_chains import lead_pair, single_orbital

import analytic
from analytic.bethe import bethe_energy
from analytic.charging import charging_levels
from analytic.cramer import cramer_populations
from analytic.exact import to_digits
from analytic.heisenberg import fit_couplings
from analytic.integrals import Interaction, interaction_integral
from analytic.moments import KernelMoments
from analytic.transport import current_exact


def public_callables():
    for module in (import_module(f"analytic.{info.name}") for info in iter_modules(analytic.__path__)):
        for name, member in vars(module).items():
            if callable(member) and not name.startswith("_") and member.__module__ == module.__name__:
                yield member
    yield Interaction.of


def test_what_is_not_named_is_the_same_everywhere():
    """Thirty digits, a box of length 1, unit strength; only the fit and the charging model differ."""
    apart = {(fit_couplings, "digits"): 15, (charging_levels, "strength"): 0}
    usual = {
        "digits": 30,
        "length": 1,
        "strength": 1,
        "cutoff": 0,
        "gate": 0,
        "index": 0,
        "spin_index": 0,
        "exact": False,
    }
    found = {
        (function, parameter.name): parameter.default
        for function in public_callables()
        for parameter in signature(function).parameters.values()
        if parameter.name in usual and parameter.default is not Parameter.empty
    }
    assert found == {key: usual[key[1]] for key in found} | apart


@pytest.mark.parametrize(
    "ask",
    [
        partial(bethe_energy, 2, 0, strength=5),
        partial(cramer_populations, 2, {(0, 1): mp.one, (1, 0): mp.one}),
        partial(current_exact, *single_orbital(), lead_pair(1, 1, 1, 0), 1, 0),
        partial(interaction_integral, 1, 1, 2, 2, length=1, cutoff=1, kernel="soft-coulomb"),
        partial(to_digits, sympy.sqrt(2)),
        lambda digits: KernelMoments(Fraction(1), digits)(1),
    ],
)
def test_a_number_has_at_least_one_digit(ask):
    """One digit is the least that can be asked for, and it is given."""
    assert ask(digits=1)
    with pytest.raises(ValueError, match="digits=0 must be at least 1"):
        ask(digits=0)
