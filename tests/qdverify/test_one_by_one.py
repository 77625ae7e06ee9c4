"""Single trials get the verdicts that a whole run gives them."""

import pytest

from qdverify.run.one_by_one import Conformance
from qdverify.run.verify import verify
from qdverify.suite.comparators import close
from qdverify.suite.declare import Check, once
from qdverify.suite.expected_failures import State
from qdverify.suite.finding import Stage, Tolerance, exact


class Weights:
    """Spin weights with an optional mistake, and nothing else; the third call raises if it is told to."""

    def __init__(self, factor=1.0, error=False):
        self.factor, self.error = factor, error

    def clebsch_gordan_weight(self, *, two_S_i, two_S_j):
        if self.error:
            raise RuntimeError("no")
        allowed = abs(two_S_i - two_S_j) == 1 and min(two_S_i, two_S_j) >= 0
        return {"C": self.factor * (two_S_j + 1) / (2 * (two_S_i + 1)) if allowed else 0.0}


def entry(check, expires="never", case="*"):
    return f'[[expected]]\ncheck = "{check}"\ncase = "{case}"\nreason = "known"\nlink = "here"\n' + (
        f"expires = {expires}\n" if expires != "never" else 'expires = "never"\n'
    )


def one_by_one(target, expected=None, **how):
    found = {}
    for trial in reversed(Conformance(target, ["spin"], expected=expected, **how).trials()):
        found[trial.id] = [(finding.id, str(finding.verdict)) for finding in trial.findings()]
    return sorted(item for findings in found.values() for item in findings)


def whole(target, expected=None, **how):
    findings = verify(target, ["spin"], expected=expected, **how).findings
    return sorted((finding.id, str(finding.verdict)) for finding in findings if finding.verdict != "blocked")


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("target", [Weights(), Weights(2.0), Weights(error=True)])
def test_in_any_order_trials_end_as_in_a_whole_run(target, seed):
    """From the last one to the first, right, wrong or without an answer."""
    single = one_by_one(target, seed=seed)
    assert [item for item in single if item[1] != "blocked"] == whole(target, seed=seed)


def resting(target):
    """Return the trials of two checks, of which the second rests on the first."""

    def judge(subject, _):
        yield close(
            subject.ask("clebsch_gordan_weight", two_S_i=0, two_S_j=1)["C"], exact(1.0, "test"), Tolerance(0.0, "-")
        )

    conformance = Conformance(target, ["spin"])
    made = [Check(f"spin.{name}@1", "spin", Stage.SPIN, "-", "-", ("clebsch_gordan_weight",), once, judge, requires)
            for name, requires in (("a", ()), ("b", ("spin.a",)), ("c", ("spin.b",)))]  # fmt: skip
    conformance._checks = tuple(made)
    return conformance.trials()


@pytest.mark.parametrize("target", [Weights(2.0), Weights(error=True)])
def test_what_rests_on_a_failure_or_an_error_is_blocked(target):
    """By its root, though nothing was judged before it; nothing is blocked by a pass."""
    (last,) = resting(target)[2].findings()
    assert (str(last.verdict), last.blocked_by) == ("blocked", ("spin.a@1",))
    assert [str(finding.verdict) for trial in resting(Weights())[::-1] for finding in trial.findings()] == ["pass"] * 3


def test_another_seed_asks_other_trials():
    """The seed of the run reaches its trials."""
    trials = [
        [(trial.id, repr(trial.trial.inputs)) for trial in Conformance("builtin", ["integrals"], seed=seed).trials()]
        for seed in (0, 0, 1)
    ]
    assert trials[0] == trials[1] != trials[2]


def test_expected_failures_are_those_of_a_whole_run(tmp_path):
    """Excused where it fails; a pass that is unexpected is one in single trials too."""
    file = tmp_path / "expected.toml"
    file.write_text(entry("spin.clebsch-gordan"))
    for target in (Weights(), Weights(2.0)):
        assert [item for item in one_by_one(target, file) if item[1] != "blocked"] == whole(target, file)
    assert ("spin.clebsch-gordan@1", "unexpected-pass") in one_by_one(Weights(), file)


def test_outdated_entries_are_told(tmp_path):
    """Those that name nothing, and those whose day has passed."""
    file = tmp_path / "expected.toml"
    file.write_text(entry("spin.no-such-check") + entry("spin.clebsch-gordan", expires="2020-01-31"))
    outdated = Conformance(Weights(2.0), ["spin"], expected=file).outdated()
    assert {(item.check, state) for item, state in outdated} == {
        ("spin.no-such-check", State.STALE),
        ("spin.clebsch-gordan", State.EXPIRED),
    }
