"""QmeQ as a peer for heat, leads with temperatures and polarisation of their own, and a Zeeman field."""

import json
import os
import subprocess
from pathlib import Path
from random import Random

import numpy as np
import pytest

import numeric
from qdverify.implementations import peers
from qdverify.implementations.builtin import Builtin
from qdverify.suite.exact.spin_cases import as_levels, random_spin_case

ROOT = Path(__file__).parents[2]
PROGRAM = """
import json, sys
import numpy as np
import qmeq
case = json.load(sys.stdin)
found = []
for one in case:
    count = len(one["leads"])
    system = qmeq.BuilderManyBody(
        Ea=np.array(one["Ea"]), Na=np.array(one["Na"]), Tba=np.array(one["Tba"]).astype(complex),
        mulst=dict(enumerate(one["mu"])), tlst=dict(enumerate(one["kT"])),
        dband=dict.fromkeys(range(count), 1e6), kerntype="pyPauli", itype=3,
    )
    system.solve(qdq=False)
    found.append({"current": system.current.tolist(), "heat": system.heat_current.tolist()})
print(json.dumps(found))
"""
"""What QmeQ makes of amplitudes, given as it wants them."""


def as_qmeq(case):
    """Return a case resolved by S_z as QmeQ takes it: a channel for each lead and spin, T = sqrt(t / 2 pi) A."""
    flat = as_levels(case)
    # states in the order of their numbers of electrons, which are counted from the smallest one
    electrons = [level["electrons"] for level in flat["levels"]]
    order = sorted(range(len(electrons)), key=lambda k: electrons[k])
    place = {k: new for new, k in enumerate(order)}
    amplitudes = np.zeros((len(flat["leads"]), len(order), len(order)))
    for item in flat["transitions"]:
        i, j = place[item["from"]], place[item["to"]]
        for channel, lead in enumerate(flat["leads"]):
            squared = 2 * item["M"][lead["name"]]
            amplitudes[channel, [i, j], [j, i]] = np.sqrt(lead["rate"] * squared / (2 * np.pi))
    return {
        "leads": [lead["name"] for lead in flat["leads"]],
        "Ea": [flat["levels"][k]["energy"] for k in order],
        "Na": [electrons[k] - min(electrons) for k in order],
        "Tba": amplitudes.tolist(),
        # the gate is a common shift of all potentials
        "mu": [lead["mu"] + case["gate"] for lead in flat["leads"]],
        "kT": [lead.get("kT", case["kT"]) for lead in flat["leads"]],
    }


def warm(seed):
    """Return a random case whose populations are not too small for a plain linear solver."""
    case = random_spin_case(Random(seed), per_lead=seed % 2 == 1)
    return {
        **case,
        "kT": 0.5,
        "leads": [{k: v for k, v in one.items() if k != "kT"} for one in case["leads"][1:]]
        + [{**case["leads"][0], "kT": 0.75}],
    }


def heat(case):
    """Return the heat out of each lead, both spins together."""
    builtin = Builtin()
    scheme = builtin.lead_scheme(case["levels"], case["transitions"], case["leads"])
    point = builtin.spin_point(**{name: case[name] for name in ("leads", "kT", "gate", "zeeman")})
    return numeric.heat_currents(scheme, **point, resolved=True).value


@pytest.mark.peers
def test_qmeq_agrees_on_spins_and_heat_in_a_field():
    """Random chains, most leads polarised, one with its own temperature: currents of either spin, and heat."""
    cases = [warm(seed) for seed in range(12)]
    folder = Path(os.environ.get(peers.FOLDER_VARIABLE, ROOT / ".peers"))
    command = [folder / "qmeq" / "bin" / "python", "-W", "ignore", "-c", PROGRAM]
    asked = json.dumps([as_qmeq(case) for case in cases])
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True, timeout=120)
    for case, answer in zip(cases, json.loads(done.stdout.splitlines()[-1]), strict=True):
        names = [lead["name"] for lead in case["leads"]]
        mine = Builtin().spin_currents(**case)
        expected = [mine[spin][name] for spin in ("up", "down") for name in names]
        assert answer["current"] == pytest.approx(expected, rel=1e-8, abs=1e-10)
        up, down = np.reshape(answer["heat"], (2, -1))
        assert up + down == pytest.approx(heat(case), rel=1e-7, abs=1e-9)
