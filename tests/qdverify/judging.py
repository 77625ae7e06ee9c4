"""Try single checks on an implementation: what the tests of the check files share."""

from qdverify.implementations.inprocess import InProcess
from qdverify.suite.declare import Scope
from qdverify.suite.finding import Verdict
from qdverify.suite.runner import run_checks, try_check
from qdverify.suite.subject import Subject


def findings(implementation, check, *, seed=0, only=""):
    """Yield the findings of every trial whose label holds `only`, as they are made."""
    subject = Subject(InProcess(implementation))
    trials = [trial for trial in check.trials(Scope(seed=seed)) if only in trial.label]
    assert trials, f"no trial of {check.id} is called {only!r}"
    for trial in trials:
        yield from try_check(subject, check, trial)


def outcomes(implementation, check, scope):
    """Return the verdicts of all findings, trial after trial."""
    subject = Subject(InProcess(implementation))
    return [finding.verdict for trial in check.trials(scope) for finding in try_check(subject, check, trial)]


def caught_and_hinted(implementation, checks):
    """Return the ids of the checks that do not pass, and the hint of every one that fails and gets one."""
    found = run_checks(Subject(InProcess(implementation)), checks, Scope())
    not_passed = {item.id for item in found if item.verdict in {Verdict.FAIL, Verdict.ERROR, Verdict.DECLINED}}
    return not_passed, {item.id: item.hint for item in found if item.verdict is Verdict.FAIL and item.hint}


def passes(implementation, check, **which):
    """Tell whether every finding is a pass."""
    return all(finding.verdict is Verdict.PASS for finding in findings(implementation, check, **which))


def caught(implementation, check, **which):
    """Tell whether a trial fails or is an error; stop at the first that does."""
    return any(finding.verdict in {Verdict.FAIL, Verdict.ERROR} for finding in findings(implementation, check, **which))


def fails(implementation, check, **which):
    """Tell whether a trial fails by its numbers, not by an error; stop at the first that does."""
    return any(finding.verdict is Verdict.FAIL for finding in findings(implementation, check, **which))
