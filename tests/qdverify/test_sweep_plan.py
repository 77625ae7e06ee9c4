import json
import re
from copy import deepcopy
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rows import over

from qdverify.protocol.inputs import InvalidInput
from qdverify.protocol.sample_dots import INTEGRAL_DOT
from qdverify.sweep.axis_values import MOST_POINTS
from qdverify.sweep.plan import Plan, dot_of, leads_of, make_plan, read_plan

DOT = {"kernel": "soft-coulomb", "length": 9.5, "cutoff_ratio": 2e-4, "orbitals": 6, "strength": [0.5, 1.0, 2.0]}
SPECTRUM = {"task": "spectrum", "electrons": [1, 2], "levels": 3, "dot": DOT}
CURRENT = {
    "task": "current",
    "dot": {**DOT, "strength": 1.0},
    "level_scheme": {"levels": [1, 1, 2]},
    "transport": {"kT": [1e-4, 1e-3], "gate": {"from": 0.0, "to": 2.0, "count": 5}, "bias": 1e-5},
}
HARMONIC = {
    "task": "spectrum",
    "dot": {"kind": "harmonic-2d", "omega": 1.0, "shells": 3, "field": {"from": 0.0, "to": 2.0, "count": 3}},
    "electrons": 2,
    "levels": 4,
}


def changed(document, **changes):
    """Return a document with other entries; None takes one away."""
    return {key: value for key, value in {**document, **changes}.items() if value is not None}


def test_every_combination_is_a_point_once():
    """The points run through the grid, the last axis fastest."""
    plan = make_plan(SPECTRUM)
    assert plan.shape == (3, 2)
    points = [(plan.point(k)["strength"], plan.point(k)["electrons"]) for k in range(plan.size)]
    assert points == [(0.5, 1), (0.5, 2), (1.0, 1), (1.0, 2), (2.0, 1), (2.0, 2)]


def test_a_plan_survives_its_document():
    """What the store writes is the plan that it reads."""
    for document in (SPECTRUM, CURRENT):
        plan = make_plan(document)
        again = Plan.from_document(json.loads(json.dumps(plan.document())))
        assert again.key == plan.key
        assert again.point(plan.size - 1) == plan.point(plan.size - 1)


def test_slow_axes_stand_first():
    """Neighbouring points share the dot, in whatever order the file names the axes."""
    plan = make_plan(changed(CURRENT, dot={**DOT, "strength": [1.0, 2.0]}))
    assert list(plan.axes) == ["strength", "kT", "gate"]


@given(st.floats(-1e3, 1e3), st.floats(1e-3, 1e3), st.integers(2, 50), st.sampled_from(["linear", "log"]))
def test_a_range_reaches_both_ends_exactly(start, width, count, spacing):
    """The first and the last value are those of the file, and the values ascend."""
    start = abs(start) + 1e-3 if spacing == "log" else start
    value = {"from": start, "to": start + width, "count": count, "spacing": spacing}
    values = make_plan(changed(SPECTRUM, dot={**DOT, "strength": value})).axes["strength"]
    assert (values[0], values[-1], len(values)) == (start, start + width, count)
    assert list(values) == sorted(values)


def test_the_cutoff_may_follow_the_length():
    """A ratio keeps lambda/L while L varies; an absolute cutoff stays."""
    ratio = make_plan(changed(SPECTRUM, dot={**DOT, "length": [5.0, 10.0]}))
    assert [dot_of(ratio.point(k))["cutoff"] for k in (0, ratio.size - 1)] == [2e-4 * 5.0, 2e-4 * 10.0]
    fixed = {**DOT, "cutoff": 0.1}
    del fixed["cutoff_ratio"]
    assert dot_of(make_plan(changed(SPECTRUM, dot=fixed)).point(0))["cutoff"] == 0.1


def test_the_bias_is_applied_half_to_each_side():
    """mu_L = V/2, mu_R = -V/2, with the rates beside them."""
    leads = leads_of({"bias": 0.2, "rate_L": 1.0, "rate_R": 0.5, "kT": 0.01, "gate": 1.0})
    assert leads["leads"] == [{"name": "L", "rate": 1.0, "mu": 0.1}, {"name": "R", "rate": 0.5, "mu": -0.1}]
    assert (leads["kT"], leads["gate"]) == (0.01, 1.0)


BAD = {
    "task='noise' must be one of": changed(SPECTRUM, task="noise"),
    "'elektrons' is no input": changed(SPECTRUM, elektrons=3),
    "electrons is missing": changed(SPECTRUM, electrons=None),
    "levels=[1, 2] must be one number": changed(SPECTRUM, levels=[1, 2]),
    "electrons='two' must be a number": changed(SPECTRUM, electrons="two"),
    "length=1/3 must be a number, as int or float": changed(SPECTRUM, dot={**DOT, "length": Fraction(1, 3)}),
    "kind='integrals' of the dot must be 'box' or 'harmonic-2d': name the file": changed(
        SPECTRUM, dot=dict(INTEGRAL_DOT)
    ),
    "kind='fcidump' of the dot must be 'box' or 'harmonic-2d'": changed(SPECTRUM, dot={**DOT, "kind": "fcidump"}),
    "field is missing": changed(HARMONIC, dot=changed(HARMONIC["dot"], field=None)),
    "omega=0.0 must be positive": changed(HARMONIC, dot={**HARMONIC["dot"], "omega": [0.0, 1.0]}),
    "'length' is no input": changed(HARMONIC, dot={**HARMONIC["dot"], "length": 1.0}),
    "electrons=[1, 1] must list": changed(SPECTRUM, electrons=[1, 1]),
    "electrons=[] must list": changed(SPECTRUM, electrons=[]),
    "electrons=13 must be at most 12": changed(SPECTRUM, electrons=[1, 13]),
    "dot=3 must be a table": changed(SPECTRUM, dot=3),
    "kernel='yukawa' must be one of": changed(SPECTRUM, dot={**DOT, "kernel": ["contact", "yukawa"]}),
    "length=-1.0 must be positive": changed(SPECTRUM, dot={**DOT, "length": [1.0, -1.0]}),
    "cutoff and cutoff_ratio must not": changed(SPECTRUM, dot={**DOT, "cutoff": 1.0}),
    "cutoff=0.0 must be positive": changed(SPECTRUM, dot=changed(DOT, cutoff_ratio=None)),
    "must have from, to and count": changed(SPECTRUM, dot={**DOT, "strength": {"from": 1.0, "to": 2.0}}),
    "strength.count=1 must be an integer, and at least 2": changed(
        SPECTRUM, dot={**DOT, "strength": {"from": 1, "to": 2, "count": 1}}
    ),
    "strength.from=1.0 and strength.to=1.0 must differ": changed(
        SPECTRUM, dot={**DOT, "strength": {"from": 1, "to": 1, "count": 2}}
    ),
    "or 'log' between positive": changed(
        SPECTRUM, dot={**DOT, "strength": {"from": 0, "to": 2, "count": 3, "spacing": "log"}}
    ),
    "kT=0.0 must be positive": changed(CURRENT, transport={**CURRENT["transport"], "kT": [0.0, 1.0]}),
    "bias is missing": changed(CURRENT, transport={"kT": 1.0, "gate": 0.0}),
    "must count the levels of 0, 1, 2": changed(CURRENT, level_scheme=None),
    "must begin with 1": changed(CURRENT, level_scheme={"levels": [2, 2]}),
    "weights='B' must be one of M, C": changed(CURRENT, level_scheme={"levels": [1, 1], "weights": "B"}),
}


@over("rule", BAD)
def test_a_plan_that_breaks_a_rule_is_refused_before_anything_is_asked(rule):
    """The message names the value and the rule."""
    with pytest.raises(InvalidInput) as refusal:
        make_plan(BAD[rule])
    assert rule in str(refusal.value)


def test_a_file_that_is_no_toml_is_refused(tmp_path):
    """The message names the file."""
    (tmp_path / "plan.toml").write_text("task = ")
    with pytest.raises(InvalidInput, match=r"plan\.toml must be TOML"):
        read_plan(tmp_path / "plan.toml")


def test_the_implementation_of_the_command_line_comes_first(tmp_path):
    """The option takes the place of what the file says."""
    (tmp_path / "plan.toml").write_text(
        'task = "spectrum"\nimplementation = "a"\nelectrons = 1\nlevels = 1\n'
        '[dot]\nkernel = "none"\nlength = 1.0\norbitals = 2\n'
    )
    assert read_plan(tmp_path / "plan.toml").implementation == "a"
    assert read_plan(tmp_path / "plan.toml", "b").implementation == "b"


def test_plans_of_the_first_release_are_read():
    """They call the table of levels a chain."""
    first = {("chain" if name == "level_scheme" else name): value for name, value in CURRENT.items()}
    assert make_plan(first) == make_plan(CURRENT)


@pytest.mark.parametrize("count", [10**12, 1e12, 2_000_001, 2_000_001.0, 10**390, 1e300])
def test_a_grid_that_nobody_can_wait_for_is_refused_with_the_estimate(count):
    """Before its values are formed: one axis, and the product of several."""
    strength = {"from": 0.0, "to": 1.0, "count": count}
    with pytest.raises(InvalidInput, match=r"at most 2000000: they would take about .* GB of disk and, .* days"):
        make_plan(changed(SPECTRUM, dot={**DOT, "strength": strength}))
    wide = {"from": 1.0, "to": 2.0, "count": 10_000}
    with pytest.raises(InvalidInput, match=r"the plan has 2e\+08 points"):
        make_plan(changed(SPECTRUM, dot={**DOT, "strength": wide, "length": wide}))


@pytest.mark.parametrize(
    "strength",
    [
        [[1.0]],
        [{}],
        ["a"],
        [True],
        10**390,
        {"from": "a", "to": 1.0, "count": 3},
        {"from": 0, "to": 10**390, "count": 3},
        {"from": -1.7e308, "to": 1.7e308, "count": 5},
        {"from": 1.0, "to": 2.0, "count": True},
        {"from": 1, "to": []},
    ],
)
def test_values_of_a_wrong_kind_are_refused(strength):
    """Whatever stands where a number belongs: one line."""
    with pytest.raises(InvalidInput, match="strength"):
        make_plan(changed(SPECTRUM, dot={**DOT, "strength": strength}))


def test_a_plan_may_begin_with_a_byte_order_mark(tmp_path):
    """As some editors write it."""
    path = tmp_path / "plan.toml"
    path.write_text(
        'task = "spectrum"\nelectrons = 1\nlevels = 1\n[dot]\nkernel = "none"\nlength = 1.0\norbitals = 3\n',
        "utf-8-sig",
    )
    assert read_plan(path).size == 1


RANGE = {"from": 1.0, "to": 2.0, "count": 3}
STRANGE = [
    *(10**399, 1e308, -1, -1.0, 0.5, True, "a", "", None, [], {}, ["a"], [True], [[1]], [{}], [1, 1], [1.0, 10**400]),
    *(float("nan"), float("inf"), {"from": 1}, {**RANGE, "step": 1}),
    *({**RANGE, "count": n} for n in (2.5, -1, 0, True, "3", None, [1], {}, float("nan"), float("inf"), 1e12, 10**399)),
    *({**RANGE, "to": n} for n in (None, "2", [2], True, 10**400, float("nan"), 1.0)),
    *({**RANGE, "spacing": n} for n in (3, [1], {}, "square", None)),
]


def places(document, way=()):
    """Yield the way to each value of a plan, tables included."""
    for name, value in document.items():
        yield (*way, name)
        if isinstance(value, dict) and not {"from", "to"} & set(value):
            yield from places(value, (*way, name))


@pytest.mark.parametrize("document", [SPECTRUM, CURRENT], ids=["spectrum", "current"])
def test_no_value_of_a_plan_is_taken_for_something_else(document):
    """Every value replaced by every strange one: a plan that can be asked, or one line that names the rule."""
    for way in places(document):
        for strange in STRANGE:
            plan = deepcopy(document)
            table = plan
            for name in way[:-1]:
                table = table[name]
            table[way[-1]] = strange
            said = refusal_of(plan)
            assert not said or re.search("must|missing|no input", said), (way, strange)
            assert len(said) < 1500


def refusal_of(document):
    """Return the refusal of a plan, or an empty text if it can be asked."""
    try:
        assert make_plan(document).size <= MOST_POINTS
    except InvalidInput as refusal:
        return str(refusal)
    return ""
