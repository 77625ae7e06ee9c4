from collections import defaultdict
from importlib import import_module
from inspect import Parameter, signature
from pkgutil import iter_modules

import analytic
from analytic.charging import charging_levels
from analytic.heisenberg import fit_couplings
from analytic.integrals import Interaction
from analytic.quadrature import interaction_integral_by_quadrature


def public_callables():
    for module in (import_module(f"analytic.{info.name}") for info in iter_modules(analytic.__path__)):
        for name, member in vars(module).items():
            if callable(member) and not name.startswith("_") and member.__module__ == module.__name__:
                yield member
    yield Interaction.of


def test_what_is_not_named_is_the_same_everywhere():
    """Thirty digits, a box of length 1, unit strength; only the fit, the quadrature and the charging model differ."""
    apart = {fit_couplings: ("digits", 15), interaction_integral_by_quadrature: ("digits", 15)}
    apart[charging_levels] = ("strength", 0)
    defaults = defaultdict(set)
    for function in public_callables():
        for parameter in signature(function).parameters.values():
            if apart.get(function) == (parameter.name, parameter.default):
                continue
            if parameter.default is not Parameter.empty:
                defaults[parameter.name].add(parameter.default)
    numbers = {"digits": 30, "length": 1, "strength": 1, "cutoff": 0, "gate": 0, "index": 0, "spin_index": 0}
    numbers |= {"exact": False}
    assert {name: defaults[name] for name in numbers} == {name: {value} for name, value in numbers.items()}
