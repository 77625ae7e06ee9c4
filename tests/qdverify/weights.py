"""In-process implementations of one task, right or off by a given amount, for tests of what stands around the suite."""


class Weights:
    """Answers clebsch_gordan_weight."""

    name = "weights"
    version = "1"

    def __init__(self, off=0.0):
        self.off = off

    def clebsch_gordan_weight(self, *, two_S_i, two_S_j):
        right = (two_S_j + 1) / (2 * (two_S_i + 1)) if abs(two_S_i - two_S_j) == 1 else 0.0
        return {"C": right + self.off}


class Shifted(Weights):
    """Wrong by a hundredth."""

    version = "2"

    def __init__(self):
        super().__init__(0.01)


class Spectra:
    """Answers spectrum with fixed energies, off by a given amount."""

    name = "spectra"
    version = "1"

    def __init__(self, off=0.0):
        self.off = off

    def spectrum(self, *, dot, electrons, levels):
        return {"energies": [10.0 * (k + 1) + self.off for k in range(levels)], "two_S": [electrons % 2] * levels}


class Silent(Weights):
    """Answers nothing."""

    def clebsch_gordan_weight(self, *, two_S_i, two_S_j):
        raise RuntimeError("no answer")
