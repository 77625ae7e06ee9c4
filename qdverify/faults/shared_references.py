"""References of the checks, computed once for several programs that are asked the same questions.

Most of the time of a run goes into references, and they are the same whoever is asked. `SharedReferences` puts a memory
before each function that a check, or the search for a hint, takes from `analytic`, from `qdverify.reference` or from
the exact models beside the checks. It is for campaigns over many programs, such as the kill table: the judge itself
remembers nothing of one program when it judges the next.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from fractions import Fraction
from functools import wraps
from typing import Any

_PACKAGES = ("qdverify.suite.checks", "qdverify.suite.exact", "qdverify.suite.hints")
_SOURCES = (
    "analytic",
    "qdverify.reference",
    "qdverify.suite.certified",
    "qdverify.suite.exact.integrals",
    "qdverify.suite.exact.small_basis",
)


class SharedReferences:
    """A memory before the references of all checks, from `install` to `remove`.

    Arguments are told apart by their JSON; a rational and a frozen dataclass count by their values. A call with any
    other argument, such as a generator of random numbers, is computed anew.

    Parameters
    ----------
    worth_keeping
        CPU seconds from which a result is remembered.
    """

    def __init__(self, worth_keeping: float = 1e-3) -> None:
        self._worth_keeping = worth_keeping
        self._known: dict[str, Any] = {}
        self._replaced: list[tuple[Any, str, Any]] = []
        self.computed = self.found = 0

    def install(self) -> None:
        """Put the memory before every reference that a module of checks holds."""
        before: dict[Any, Callable[..., Any]] = {}
        for module in _modules():
            for name, value in list(vars(module).items()):
                if _is_reference(value):
                    wrapper = before.setdefault(value, self._remembering(value))
                    self._replaced.append((module, name, value))
                    setattr(module, name, wrapper)

    def remove(self) -> None:
        """Give every module its own functions back, and forget all."""
        for module, name, value in self._replaced:
            setattr(module, name, value)
        self._replaced.clear()
        self.forget()

    def forget(self) -> None:
        """Forget all results: the next questions are others."""
        self._known.clear()

    def _remembering(self, function: Callable[..., Any]) -> Callable[..., Any]:
        place = f"{function.__module__}.{function.__name__}"

        @wraps(function)
        def remembered(*arguments: Any, **named: Any) -> Any:
            try:
                key = place + json.dumps([arguments, named], sort_keys=True, default=_encoded)
            except TypeError:
                return function(*arguments, **named)
            if key in self._known:
                self.found += 1
                return self._known[key]
            before = time.process_time()
            result = function(*arguments, **named)
            if time.process_time() - before >= self._worth_keeping and not isinstance(result, Iterator):
                self.computed += 1
                self._known[key] = result
            return result

        return remembered


@contextmanager
def shared_references() -> Iterator[SharedReferences]:
    """Install a memory before the references of all checks while the context lasts."""
    references = SharedReferences()
    references.install()
    try:
        yield references
    finally:
        references.remove()


def _modules() -> Iterator[Any]:
    for name in _PACKAGES:
        package = importlib.import_module(name)
        for info in pkgutil.iter_modules(package.__path__):
            yield importlib.import_module(f"{name}.{info.name}")


def _is_reference(value: object) -> bool:
    """Tell whether a value is a function of the exact side, and gives its result at once."""
    if inspect.isclass(value) or not callable(value) or inspect.isgeneratorfunction(inspect.unwrap(value)):
        return False
    module = getattr(value, "__module__", None) or ""
    return hasattr(value, "__name__") and any(module == name or module.startswith(f"{name}.") for name in _SOURCES)


def _encoded(value: object) -> object:
    """Return a rational or a frozen dataclass as JSON values; any other object has no key."""
    if isinstance(value, Fraction):
        return [str(value)]
    if is_dataclass(value) and getattr(type(value), "__dataclass_params__").frozen:  # noqa: B009  (no stub has it)
        return [type(value).__qualname__, {field.name: getattr(value, field.name) for field in fields(value)}]
    raise TypeError(f"{value!r} has no key")
