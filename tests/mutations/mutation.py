"""A mutation: one change of the source that makes a proof weaker, and the table that collects those of one area."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Mutation:
    """Replace one occurrence of a text in a file.

    Attributes
    ----------
    file
        Path from the root of the repository.
    equivalent
        Why no test can tell the changed code from the right one; empty for a mutation that must be noticed.
    """

    file: str
    old: str
    new: str
    occurrence: int = 0
    equivalent: str = ""

    def applied(self, source: str) -> str:
        """Return the changed source; raise `LookupError` if the text does not occur that often."""
        parts = source.split(self.old)
        if len(parts) < self.occurrence + 2:
            raise LookupError(f"{self.file} does not contain {self.old!r} {self.occurrence + 1} times")
        cut = self.occurrence + 1
        return self.old.join(parts[:cut]) + self.new + self.old.join(parts[cut:])


@dataclass
class Table:
    """The mutations of one area, in the order in which they are numbered.

    Attributes
    ----------
    tests
        Test modules to run, by the file that was changed; those under "" are run afterwards for every file.
    """

    folder: str
    tests: dict[str, list[str]] = field(default_factory=dict)
    mutations: list[Mutation] = field(default_factory=list)

    def add(self, file: str, old: str, new: str, occurrence: int = 0, *, equivalent: str = "") -> None:
        """Append a mutation; `file` is relative to the folder of the table."""
        self.mutations.append(Mutation(f"{self.folder}/{file}", old, new, occurrence, equivalent))

    def tests_for(self, mutation: Mutation) -> list[str]:
        """Return the tests to run for a mutation, most telling first."""
        first = self.tests.get(mutation.file.removeprefix(f"{self.folder}/"), [])
        return [*first, *(name for name in self.tests[""] if name not in first)]
