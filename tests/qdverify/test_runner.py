import re

import pytest

from qdverify.implementations.inprocess import InProcess
from qdverify.protocol.answers import AnswerError, Broken, Description, check_answer
from qdverify.report.document import Report
from qdverify.run.verify import verify
from qdverify.suite import declare
from qdverify.suite.comparators import close
from qdverify.suite.declare import Check, Scope, Trial, check, in_order, once
from qdverify.suite.finding import ErrorKind, Stage, Tolerance, Verdict, exact
from qdverify.suite.runner import run_checks
from qdverify.suite.subject import Subject


class Weights:
    """Answers one task, and counts how often it is asked."""

    def __init__(self, C=1.0):
        self.C = C
        self.asked = 0

    def clebsch_gordan_weight(self, *, two_S_i, two_S_j):
        self.asked += 1
        if callable(self.C):
            return self.C()
        return {"C": self.C}


def weight_check(name="spin.one@1", trials=once, requires=(), tasks=("clebsch_gordan_weight",)):
    @check(
        name,
        suite="spin",
        stage=Stage.SPIN,
        claim="the weight is 1",
        equation="test",
        tasks=tasks,
        trials=trials,
        requires=requires,
    )
    def judge(subject, trial):
        measured = subject.ask("clebsch_gordan_weight", two_S_i=0, two_S_j=1)["C"]
        yield close(measured, exact(1.0, "test"), Tolerance(1e-12, "test"))

    return judge


def verdicts(target, *checks):
    return [(finding.id, finding.verdict) for finding in run_checks(Subject(InProcess(target)), checks, Scope())]


def report(target, *checks):
    subject = Subject(InProcess(target))
    return Report(subject.description, Scope(), run_checks(subject, checks, Scope()), 0.0)


def test_a_right_answer_passes_and_a_wrong_one_fails():
    """The verdict follows the numbers; exit status 0 and 1."""
    assert report(Weights(1.0), weight_check()).exit_status == 0
    assert report(Weights(1.1), weight_check()).exit_status == 1


def fail():
    raise RuntimeError("out of memory")


@pytest.mark.parametrize(
    "answer", [lambda: {"C": float("nan")}, dict, lambda: 1.0, lambda: {"C": "1"}, lambda: {"C": None}, fail]
)
def test_an_answer_off_the_protocol_is_an_error_and_makes_the_run_incomplete(answer):
    """What is no answer never passes; exit status 3."""
    found = report(Weights(answer), weight_check())
    assert [finding.verdict for finding in found.findings] == [Verdict.ERROR]
    assert found.exit_status == 3
    assert not found.ok


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (-1e308, "cannot be judged: the answer holds a number of size 1e+308, too large to compute with"),
        (1e90, "the check could not judge the answer: OverflowError: too far"),
        (1.0, "cannot be compared: inf is not finite"),
    ],
)
def test_what_a_check_stumbles_over_is_told_by_its_cause(answer, said):
    """A number beyond all arithmetic is named, be it a sum or a comparison that fails; nothing else is blamed on it."""

    @check(
        "spin.sum@1",
        suite="spin",
        stage=Stage.SPIN,
        claim="c",
        equation="e",
        tasks=("clebsch_gordan_weight",),
        trials=once,
    )
    def total(subject, trial):
        C = subject.ask("clebsch_gordan_weight", two_S_i=0, two_S_j=1)["C"]
        if C == 1.0:
            yield close(float("inf"), exact(1.0, "test"), Tolerance(0.0, "test"))
        raise OverflowError("too far")

    class AnyWeight:
        """Answers one number, and another one to a question of another trial."""

        def clebsch_gordan_weight(self, *, two_S_i, two_S_j):
            return {"C": answer if two_S_i == 0 else 1e308}

    subject = Subject(InProcess(AnyWeight()))
    subject.ask("clebsch_gordan_weight", two_S_i=1, two_S_j=2)
    (finding,) = run_checks(subject, [total], Scope())
    assert (finding.verdict, finding.detail) == (Verdict.ERROR, said)


def test_what_rests_on_a_failure_is_blocked_by_its_root():
    """A failed prerequisite blocks, and the report names the first cause through any number of steps."""
    chain = (
        weight_check("spin.a@1"),
        weight_check("spin.b@1", requires=["spin.a"]),
        weight_check("spin.c@1", requires=["spin.b"]),
    )
    findings = run_checks(Subject(InProcess(Weights(2.0))), chain, Scope())
    assert [finding.verdict for finding in findings] == [Verdict.FAIL, Verdict.BLOCKED, Verdict.BLOCKED]
    assert [finding.blocked_by for finding in findings[1:]] == [("spin.a@1",), ("spin.a@1",)]
    assert [verdict for _, verdict in verdicts(Weights(1.0), *chain)] == [Verdict.PASS] * 3


def test_a_task_that_is_not_declared_is_unsupported_and_never_asked():
    """Only declared tasks are asked for."""
    target = Weights()
    found = verdicts(target, weight_check(tasks=("clebsch_gordan_weight", "spectrum")))
    assert found == [("spin.one@1", Verdict.UNSUPPORTED)]
    assert target.asked == 0


def test_a_case_beyond_a_declared_limit_is_unsupported():
    """Limits are the implementation's to declare."""

    class Small:
        limits = {"orbitals": 4}

        def spectrum(self, *, dot, electrons, levels):
            raise AssertionError("asked beyond its limit")

    @check(
        "spectrum.any@1",
        suite="spectrum",
        stage=Stage.SPECTRUM,
        claim="-",
        equation="-",
        tasks=("spectrum",),
        trials=once,
    )
    def judge(subject, trial):
        yield subject.ask("spectrum", dot={"orbitals": 5}, electrons=1, levels=1)

    assert verdicts(Small(), judge) == [("spectrum.any@1", Verdict.UNSUPPORTED)]


def test_a_question_is_put_once():
    """Ten checks of one answer cost one computation, whatever the answer was."""
    target = Weights()
    verdicts(target, *(weight_check(f"spin.n{n}@1") for n in range(10)))
    assert target.asked == 1


def test_a_check_that_compares_nothing_is_an_error():
    """Silence is no pass."""
    silent = Check("spin.silent@1", "spin", Stage.SPIN, "-", "-", ("clebsch_gordan_weight",), once, lambda *_: ())
    assert verdicts(Weights(), silent) == [("spin.silent@1", Verdict.ERROR)]


def test_findings_come_as_they_are_made():
    """A run that ends early has told what it found."""
    seen = []
    trials = [Trial("a"), Trial("b")]

    def interrupt_at_second(finding):
        seen.append(finding.case["label"])
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_checks(
            Subject(InProcess(Weights())),
            [weight_check(trials=lambda _: trials), weight_check("spin.two@1")],
            Scope(),
            interrupt_at_second,
        )
    assert seen == ["a", "b"]


def test_prerequisites_stand_first_and_circles_are_refused():
    """The order of the checks follows from what they require."""
    first, second = weight_check("spin.a@1"), weight_check("spin.b@1", requires=["spin.a"])
    assert [item.id for item in in_order([second, first])] == ["spin.a@1", "spin.b@1"]
    with pytest.raises(ValueError, match="circle"):
        in_order([weight_check("spin.a@1", requires=["spin.b"]), second])


def test_a_check_is_declared_by_the_rules():
    """Ids carry suite and version; tasks are the protocol's."""
    with pytest.raises(ValueError, match=r"must read 'spin\.name@version'"):
        weight_check("other.one@1")
    with pytest.raises(ValueError, match="must name tasks"):
        weight_check(tasks=("spectra",))


@pytest.mark.parametrize("accuracy", [1e-3, 0.0, -1e-9])
def test_a_claimed_accuracy_coarser_than_the_protocol_allows_is_refused(accuracy):
    """Nobody passes by claiming little."""
    with pytest.raises(Broken, match="accuracy"):
        Description("x", "1", frozenset({"spectrum"}), accuracy={"spectrum": accuracy})


@pytest.mark.parametrize(
    "answer",
    [
        {"energies": [1.0], "two_S": [0]},
        {"energies": [1.0, 2.0], "two_S": [0, -2]},
        {"energies": [1.0, 2.0]},
    ],
)
def test_a_spectrum_of_another_shape_is_off_the_protocol(answer):
    """Length and quantum numbers of a spectrum are the protocol's."""
    with pytest.raises(Broken):
        check_answer("spectrum", {"levels": 2}, answer)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"suites": "spin"}, "suites='spin' must be a list"), ({"seed": 1.5}, "seed=1.5 must be an integer")],
)
def test_a_scope_that_cannot_be_is_refused(wrong, message):
    """A name in place of a list of names, and a seed that is no integer, name value and rule."""
    with pytest.raises(ValueError, match=re.escape(message)):
        verify("builtin", **{"suites": ["spin"], **wrong})


def test_a_check_that_stumbles_is_an_error():
    """Whatever exception an answer makes a check raise, the claim was not judged: exit status 3."""

    def stumble(*_):
        raise ZeroDivisionError

    stumbling = Check("spin.any@1", "spin", Stage.SPIN, "-", "-", ("clebsch_gordan_weight",), once, stumble)
    found = report(Weights(), stumbling)
    assert [(finding.verdict, finding.error_kind) for finding in found.findings] == [
        (Verdict.ERROR, ErrorKind.NOT_JUDGED)
    ]
    assert found.exit_status == 3


def test_an_answer_that_cannot_be_compared_is_an_error():
    """A comparator that refuses gives no pass and nothing that is passed over."""

    def compare(*_):
        yield close([1.0], exact([1.0, 2.0], "test"), Tolerance(1.0, "test"))

    unlike = Check("spin.any@1", "spin", Stage.SPIN, "-", "-", ("clebsch_gordan_weight",), once, compare)
    found = report(Weights(), weight_check(), unlike)
    assert [finding.error_kind for finding in found.findings] == [None, ErrorKind.NOT_COMPARABLE]
    assert found.exit_status == 3


@pytest.mark.parametrize("code", [-32602, -32601, -32603])
def test_an_error_in_place_of_an_answer_is_an_error(code):
    """Whatever its code, if it does not decline: the run is incomplete, and nothing was declined or unsupported."""

    def refuse():
        raise AnswerError(code, "no")

    assert verdicts(Weights(refuse), weight_check()) == [("spin.one@1", Verdict.ERROR)]


def test_an_error_blocks_what_rests_on_it():
    """As a failure does; through a blocked check too."""
    chain = (weight_check("spin.a@1"), weight_check("spin.b@1", requires=["spin.a"]))
    chain += (weight_check("spin.c@1", requires=["spin.b"]),)
    assert [verdict for _, verdict in verdicts(Weights(fail), *chain)] == [
        Verdict.ERROR,
        Verdict.BLOCKED,
        Verdict.BLOCKED,
    ]


def test_every_trial_and_every_comparison_is_judged():
    """None hides behind another one, before or after it."""

    def judge(_, trial):
        for value in trial.inputs["values"]:
            yield close(value, exact(1.0, "test"), Tolerance(0.0, "test"))

    trials = [Trial("a", {"values": [2.0, 1.0]}), Trial("b", {"values": [1.0, 2.0]}), Trial("c", {"values": [2.0]})]
    many = Check("spin.any@1", "spin", Stage.SPIN, "-", "-", ("clebsch_gordan_weight",), lambda _: trials, judge)
    assert [str(verdict) for _, verdict in verdicts(Weights(), many)] == ["fail", "pass", "pass", "fail", "fail"]


def test_a_program_that_does_not_say_hello_leaves_the_run_incomplete():
    """Nothing was asked; the one finding is an error."""

    class Mute(Weights):
        limits = {"memory": 1}

    found = verify(Mute(), ["spin"])
    assert [finding.verdict for finding in found.findings] == [Verdict.ERROR]
    assert found.exit_status == 3
    assert not found.ok


def test_seed_and_level_reach_the_questions():
    """Another seed asks other questions, level full asks more."""

    def labels(**how):
        found = verify("builtin", ["integrals"], checks=["integrals.permutations"], **how)
        assert found.ok
        return [repr(finding.case) for finding in found.findings]

    first = labels()
    assert labels() == first
    for change in ({"seed": 1}, {"level": "full"}):
        assert set(labels(**change)) != set(first)


def test_each_name_has_random_choices_of_its_own():
    """They depend on the seed and on the name."""
    values = {(seed, name): Scope(seed=seed).random(name).random() for seed in (0, 1) for name in ("a", "b")}
    assert len(set(values.values())) == 4


def test_a_limit_shrinks_a_scope_no_further_than_it_must():
    """What is wanted is asked for as long as it lies within the limit."""
    scope = Scope(most_orbitals=5, most_electrons=3)
    assert [scope.orbitals(4), scope.orbitals(5), scope.orbitals(9)] == [4, 5, 5]
    assert [scope.electrons(2), scope.electrons(4)] == [2, 3]


def test_a_suite_or_a_check_that_does_not_exist_is_refused():
    """A misspelt name must not leave a run with less, or with nothing, to judge."""
    with pytest.raises(ValueError, match="suite='spinn' must be one of"):
        verify("builtin", ["spin", "spinn"])
    with pytest.raises(ValueError, match="must match a check"):
        verify("builtin", ["spin"], checks=["spin.*", "spinn.*"])


@pytest.mark.parametrize(
    ("task", "params", "answer"),
    [
        ("clebsch_gordan_weight", {}, {"C": True}),
        ("spectrum", {"levels": 1}, {"energies": [1.0, 2.0], "two_S": [0, 0]}),
        ("spectrum", {"levels": 1}, {"energies": [1.0], "two_S": [-1]}),
        ("transition_probabilities", {"levels_to": 1, "levels_from": 1}, {"M": [[0.5], [0.5]]}),
        ("transition_probabilities", {"levels_to": 1, "levels_from": 1}, {"M": [[0.5, 0.5]]}),
        ("stationary_state", {"levels": [1, 2]}, {"populations": [1.0]}),
        ("current", {}, {"I_L": 1.0}),
    ],
)
def test_an_answer_with_too_much_or_too_little_is_off_the_protocol(task, params, answer):
    """Shapes are those of the question; a boolean is no number."""
    with pytest.raises(Broken):
        check_answer(task, params, answer)


def test_a_requirement_that_no_check_meets_is_refused(monkeypatch):
    """A misspelt prerequisite would block nothing."""
    stray = weight_check("spin.stray@1", requires=["spin.no-such-check"])
    monkeypatch.setattr(declare, "_checks_in", lambda _: [stray])
    with pytest.raises(ValueError, match=r"requires .spin\.no-such-check., which no check is called"):
        declare.all_checks.__wrapped__()


def test_a_run_has_findings_of_every_check_that_was_chosen():
    """What cannot be asked is named, too."""
    found = verify(Weights(), ["spin"])
    assert {finding.id for finding in found.findings} == {item.id for item in declare.select(["spin"], "quick")}


MANY = [0.0] * 3000


@pytest.mark.parametrize(
    ("task", "params", "answer"),
    [
        ("charge_density", {"x": [0.0]}, {"density": MANY}),
        ("sector_energies", {"levels": 3}, {"energies": MANY}),
        ("expectations", {}, {"kinetic": 1.0, "interaction": [MANY]}),
        ("hamiltonian_matrix", {"dot": {"orbitals": 2}, "electrons": 1, "two_Sz": 1}, {"matrix": [MANY]}),
        ("leading_determinants", {"electrons": 2, "count": 4}, {"coefficients": [], "determinants": [[MANY], []]}),
        ("low_temperature", {"levels": [{}]}, {"populations": [MANY], "current": [0.0, 0.0]}),
    ],
)
def test_an_answer_is_no_longer_than_its_question_allows(task, params, answer):
    """The judge keeps every answer: one that is much too long is refused, and not kept."""
    with pytest.raises(Broken, match=r"more than .* numbers"):
        check_answer(task, params, answer)
