"""Small chains that the tests of the exact transport share."""

from fractions import Fraction


def lead_pair(t_L=1, t_R=1, mu_L=0, mu_R=0):
    return [{"name": "L", "rate": t_L, "mu": mu_L}, {"name": "R", "rate": t_R, "mu": mu_R}]


def single_orbital(energy=Fraction(1, 2), repulsion=Fraction(1, 2), M_10=1, M_21=Fraction(1, 2)):
    """Return one spin-degenerate orbital with 0, 1 or 2 electrons."""
    levels = [
        {"electrons": 0, "energy": 0, "two_S": 0},
        {"electrons": 1, "energy": energy, "two_S": 1},
        {"electrons": 2, "energy": 2 * energy + repulsion, "two_S": 0},
    ]
    return levels, [{"from": 0, "to": 1, "M": M_10}, {"from": 1, "to": 2, "M": M_21}]


def random_chain(random, most=7, scale=1.0):
    """Draw a connected chain of levels with spins that one electron can connect, as protocol inputs in doubles."""
    levels = [{"electrons": 0, "energy": 0.0, "two_S": 0}]
    transitions = []
    for _ in range(random.randint(1, most - 1)):
        electrons = random.randint(1, max(level["electrons"] for level in levels) + 1)
        spins = {level["two_S"] + d for level in levels if level["electrons"] == electrons - 1 for d in (-1, 1)} - {-1}
        two_S = random.choice(sorted(spins))
        levels.append({"electrons": electrons, "energy": scale * random.uniform(-1, 1) * electrons, "two_S": two_S})
    for i, low in enumerate(levels):
        for j, high in enumerate(levels):
            if high["electrons"] == low["electrons"] + 1 and abs(high["two_S"] - low["two_S"]) == 1:
                transitions.append({"from": i, "to": j, "M": random.uniform(0.01, 1.0)})
    return levels, transitions
