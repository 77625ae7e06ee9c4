"""A program that answers one task on devices with what the oracle encloses."""

from qdverify.suite.certified import proven


def floats(value):
    """Return balls, nested as they are, as their midpoints."""
    if isinstance(value, dict):
        return {name: floats(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [floats(item) for item in value]
    return float(value.mid)


class FromTheOracle:
    """Answers one task with what the oracle encloses."""

    name = "from-the-oracle"

    def __init__(self, task):
        self.accuracy = {task: 1e-11}
        self.task = task
        setattr(self, task, self.answer)

    def answer(self, **question):
        values = proven(self.task, question, 16).values
        # ZT is optional, and infinite where all electrons carry one energy
        return {name: floats(value) for name, value in values.items() if name != "figure_of_merit"}
