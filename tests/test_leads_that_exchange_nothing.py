"""Leads between which no electron passes: all sides know it from the graph, where rates would never tell it."""

from random import Random

import numpy as np
import pytest

import qdverify
from analytic import lead_cumulants_exact
from numeric import Lead, LevelScheme, conductance_parts, cumulants, lead_cumulants, shot_noise, stability_diagram
from qdverify.implementations.builtin import Builtin
from qdverify.reference.answers.answer import Refusal

LEVELS = [(0, 0.0), (1, -0.1), (1, 0.05), (1, 0.2), (2, 0.3), (2, 0.1)]


def question(seed):
    """Return a connected case whose transitions belong to one lead each, most of them, and a set of counted leads."""
    choose = Random(seed)
    names, kept = ["L", "R", "probe"][: 2 + seed % 2], choose.randint(3, len(LEVELS))
    tree = [(0, j) for j in (1, 2, 3) if j < kept] + [(choose.choice([1, 2]), j) for j in range(4, kept)]
    more = [(i, j) for i in (1, 2, 3) for j in (4, 5) if j < kept and (i, j) not in tree and choose.random() < 0.5]
    edges = []
    for i, j in tree + more:
        few = [name for name in names if choose.random() < 0.2] or [choose.choice(names)]
        edges.append({"from": i, "to": j, "M": {name: choose.uniform(0.2, 1) * (name in few) for name in names}})
    asked = {
        "levels": [{"electrons": N, "energy": E, "two_S": N % 2} for N, E in LEVELS[:kept]],
        "transitions": edges,
        "leads": [{"name": name, "rate": choose.uniform(0.1, 1), "mu": choose.uniform(-0.3, 0.3)} for name in names],
        "kT": choose.choice([0.01, 0.05, 0.2]),
        "gate": choose.uniform(-0.2, 0.2),
    }
    if choose.random() < 0.3:
        asked["leads"][0]["kT"] = 0.1
    return asked, choose.sample(names, choose.randint(1, len(names)))


def exchanges(asked, counted):
    """Return whether no number of each level gives the counted electrons of every transition as a difference."""
    rows, steps = [], []
    for item in asked["transitions"]:
        for name, M in item["M"].items():
            if M:
                rows.append(np.eye(len(asked["levels"]))[item["to"]] - np.eye(len(asked["levels"]))[item["from"]])
                steps.append(float(name in counted))
    matrix = np.array(rows)
    return np.linalg.matrix_rank(np.column_stack([matrix, steps])) > np.linalg.matrix_rank(matrix)


def device(asked):
    """Return what `numeric` takes: scheme, leads and point."""
    levels, edges = asked["levels"], asked["transitions"]
    scheme = LevelScheme(
        *([level[key] for level in levels] for key in ("electrons", "energy", "two_S")),
        *([item[key] for item in edges] for key in ("from", "to")),
        [[*item["M"].values()] for item in edges],
    )
    return scheme, [Lead(**lead) for lead in asked["leads"]], {"kT": asked["kT"], "gate": asked["gate"]}


def test_all_sides_agree_with_the_rank_of_the_transitions():
    """Three exact zeros where the count is a function of the level, and noise where it is not."""
    seen = []
    for seed in range(60):
        asked, counted = question(seed)
        passes = exchanges(asked, counted)
        seen.append(passes)
        scheme, leads, point = device(asked)
        found = lead_cumulants(scheme, leads, counted, **point)
        values = [part.scaled.mantissa[0] for part in (found.current, found.noise, found.third)]
        assert (values[1] > 0) == passes, seed
        answers = [Builtin().lead_cumulants(**asked, counted=counted)["cumulants"]] if not passes else []
        answers.append([*map(float, lead_cumulants_exact(**asked, counted=counted, digits=8))])
        enclosed = qdverify.oracle("lead_cumulants", **asked, counted=counted, digits=8).values["cumulants"]
        if passes:
            assert answers[-1][1] > 0, seed
            assert enclosed[1].mid > enclosed[1].rad, seed
        else:
            assert values == [0.0, 0.0, 0.0], seed
            assert answers == [[0.0, 0.0, 0.0]] * 2, seed
            assert all(ball.mid == ball.rad == 0 for ball in enclosed), seed
    assert 10 < sum(seen) < 50


def test_two_leads_that_exchange_nothing_have_neither_noise_nor_conductance():
    """At any bias and at rest; a level each couples them to nothing but the dot. There is no Fano factor."""
    edges = [{"from": 0, "to": 1, "M": {"L": 0.5, "R": 0.0}}, {"from": 0, "to": 2, "M": {"L": 0.0, "R": 0.5}}]
    levels = [{"electrons": N, "energy": E, "two_S": N} for N, E in ((0, 0.0), (1, 0.1), (1, 0.3))]
    for mu in (0.0, 0.3):
        leads = [{"name": "L", "rate": 1.0, "mu": mu}, {"name": "R", "rate": 1.0, "mu": -mu}]
        scheme, *rest, point = device({"levels": levels, "transitions": edges, "leads": leads, "kT": 0.05, "gate": 0.0})
        noise, all_three = shot_noise(scheme, *rest, **point), cumulants(scheme, *rest, **point)
        zeros = noise.current, noise.noise, *(getattr(all_three, name) for name in ("current", "noise", "third"))
        assert [float(zero) for zero in zeros] == [0.0] * 5
        assert float(conductance_parts(scheme, *rest, **point).conductance) == 0.0
        with pytest.raises(ValueError, match=r"Fano factor .* must stay undefined"):
            noise.fano  # noqa: B018 - a property
    with pytest.raises(ValueError, match="must exchange electrons through the dot: there is no Fano factor"):
        stability_diagram(scheme, bias=[0.1], gate=[0.0], kT=0.05, noise=True)


def test_the_oracle_has_no_fano_factor_of_such_leads():
    """In words that say why."""
    asked = {
        "levels": [{"electrons": N, "energy": 0.1 * N, "two_S": N} for N in (0, 1)],
        "transitions": [{"from": 0, "to": 1, "M": 0.5}],
        "leads": [{"name": "L", "rate": 1.0, "mu": 0.1}, {"name": "R", "rate": 0.0, "mu": 0.0}],
        "kT": 0.05,
        "gate": 0.0,
    }
    with pytest.raises(Refusal, match="leads exchange no electrons"):
        qdverify.oracle("noise", **asked)
