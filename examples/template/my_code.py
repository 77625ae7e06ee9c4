"""The adapter: what the suite asks, answered by my code."""


class MyCode:
    """Answers the tasks that have a method here; the suite reports the others as not verified."""

    name = "my code"
    version = "0.1"
    # limits = {"orbitals": 13, "electrons": 4}      # larger cases are not asked for
    # accuracy = {"spectrum": 1e-8}                  # what the code is held to, if not the default

    def clebsch_gordan_weight(self, *, two_S_i, two_S_j):
        """Return C_ji; a ValueError refuses an invalid input."""
        if not all(type(two_S) is int and two_S >= 0 for two_S in (two_S_i, two_S_j)):  # True is no spin
            raise ValueError(f"two_S_i={two_S_i}, two_S_j={two_S_j} must be non-negative integers")
        return {"C": (two_S_j + 1) / (2 * (two_S_i + 1)) if abs(two_S_j - two_S_i) == 1 else 0.0}

    # def interaction_integrals(self, *, dot, indices): ...
    # def spectrum(self, *, dot, electrons, levels): ...
    # def transition_probabilities(self, *, dot, electrons, levels_from, levels_to): ...
    # def stationary_state(self, *, levels, transitions, leads, kT, gate): ...
    # def current(self, *, levels, transitions, leads, kT, gate): ...
