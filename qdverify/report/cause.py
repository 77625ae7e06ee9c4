"""What went wrong in a run, in words that are true of it: a wrong number, no answer at all, or an unexpected success.

One kind of trouble names the run: failures before unexpected passes before questions without an answer. An
implementation that does not even say hello is no stage of the model: nothing of the model was asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from qdverify.report.document_types import FindingDocument, ReportDocument
from qdverify.report.likely_cause import depends_on_the_past
from qdverify.report.shown import count, visible
from qdverify.suite.finding import ErrorKind, Verdict

Findings = Sequence[FindingDocument]
HELLO: Final = "hello"
_LONGEST_REASON: Final = 240


@dataclass(frozen=True)
class Kind:
    """One kind of trouble and how it is told.

    Attributes
    ----------
    verdict
        The verdict of its findings.
    one, many
        What is said of one such finding, or of several.
    first
        What the first stage with such findings is called.
    title, lead
        Heading and first sentences of the section that lists them.
    """

    verdict: Verdict
    one: str
    many: str
    first: str
    title: str
    lead: str

    def outcome(self, number: int, tried: int) -> str:
        """Return how many findings of a claim are of this kind, in words."""
        return f"{number} of {tried} {self.one if tried == 1 else self.many}"


_FLOW: Final = "Stages in the order in which data flows."
FAILED: Final = Kind(
    Verdict.FAIL,
    "case fails",
    "cases fail",
    "the first stage that fails",
    "Failures, in the order of harm",
    "The largest deviation stands first, in units of the natural size of the quantity; among those of one order of "
    "magnitude, the first stage in the order in which data flows.",
)
UNEXPECTED: Final = Kind(
    Verdict.UNEXPECTED_PASS,
    "case passes, though a failure is expected",
    "cases pass, though a failure is expected",
    "the first stage with an unexpected pass",
    "Not as expected",
    f"{_FLOW} If a case passes although a failure is expected, its entry in the file of expected failures is outdated.",
)
UNANSWERED: Final = Kind(
    Verdict.ERROR,
    "case got no usable answer",
    "cases got no usable answer",
    "the first stage without an answer",
    "Questions without an answer",
    f"{_FLOW} No usable number came back from these questions: they are neither right nor wrong.",
)
DECLINED: Final = Kind(
    Verdict.DECLINED,
    "case was declined",
    "cases were declined",
    "the first stage with a declined question",
    "Declined questions",
    f"{_FLOW} The implementation answered that it did not converge or that the case is beyond its limits.",
)
SILENT: Final = Kind(
    Verdict.ERROR,
    "case got no usable answer",
    "cases got no usable answer",
    "",
    "No hello",
    "The implementation must start and say hello before anything of the model can be asked.",
)


def said_hello(document: ReportDocument) -> bool:
    """Tell whether the implementation of a report introduced itself."""
    return all(stage_of(finding) != HELLO for finding in document["findings"])


def stage_of(finding: FindingDocument) -> str:
    """Return the stage of a finding, or `HELLO` if the implementation did not get that far."""
    return HELLO if finding.get("error_kind") == ErrorKind.NO_HELLO else str(finding["stage"])


def kind_of(findings: Findings) -> Kind | None:
    """Return the kind of trouble that names a run, or None if there is none."""
    if any(stage_of(finding) == HELLO for finding in findings):
        return SILENT
    verdicts = {finding["verdict"] for finding in findings}
    return next((kind for kind in (FAILED, UNEXPECTED, UNANSWERED, DECLINED) if kind.verdict in verdicts), None)


def cause(findings: Findings, kind: Kind, broken: str, before: Sequence[str]) -> str:
    """Return what went wrong, in a few sentences.

    Parameters
    ----------
    findings
        All of the run.
    kind
        The trouble that names it.
    broken
        The first stage with such trouble.
    before
        The stages before it that agree.
    """
    if kind is SILENT:
        return _reason(findings, kind.verdict, "What happened")
    reason = _reason(findings, Verdict.DECLINED if kind is DECLINED else Verdict.ERROR, "The first")
    told = {
        Verdict.FAIL: _failed,
        Verdict.UNEXPECTED_PASS: _unexpected,
        Verdict.ERROR: _unanswered,
        Verdict.DECLINED: _declined,
    }[kind.verdict]
    sentences = [told(findings, broken)]
    if before:
        sentences.append(f"Before it, {_joined(before)} {'agrees' if len(before) == 1 else 'agree'}.")
    behind = {finding["id"] for finding in findings if finding["verdict"] == Verdict.BLOCKED}
    if behind:
        sentences.append(f"{count(len(behind), 'check')} behind it could not be judged.")
    counts = Counter(finding["verdict"] for finding in findings)
    passes, errors = counts[Verdict.UNEXPECTED_PASS], counts[Verdict.ERROR]
    if passes and kind is FAILED:
        sentences.append(f"{count(passes, 'finding')} passed although a failure is expected.")
    past = {finding["id"] for finding in findings if depends_on_the_past(finding)}
    if past:
        shown = f"{count(len(past), 'check')} {'shows' if len(past) == 1 else 'show'} it"
        sentences.append(f"Answers depend on what was asked before: {shown}.")
    if errors and kind is not UNANSWERED:
        sentences.append(f"{count(errors, 'question')} got no usable answer.")
    declined = counts[Verdict.DECLINED]
    if declined and kind is not DECLINED:
        sentences.append(f"{count(declined, 'question')} {'was' if declined == 1 else 'were'} declined.")
    return " ".join([*sentences, reason] if reason else sentences)


def _failed(findings: Findings, broken: str) -> str:
    there = [finding for finding in findings if stage_of(finding) == broken]
    wrong = {finding["id"] for finding in there if finding["verdict"] == Verdict.FAIL}
    tried = {finding["id"] for finding in there}
    verb = "fails" if len(wrong) == 1 else "fail"
    return f"The first stage that fails is {broken}: {len(wrong)} of {count(len(tried), 'check')} there {verb}."


def _unexpected(findings: Findings, broken: str) -> str:
    passed = [finding for finding in findings if finding["verdict"] == Verdict.UNEXPECTED_PASS]
    checks = {finding["id"] for finding in passed}
    verb = "passes" if len(passed) == 1 else "pass"
    return (
        f"Nothing fails, but {count(len(passed), 'finding')} of {count(len(checks), 'check')} {verb} although a "
        f"failure is expected, the first at the stage {broken}."
    )


def _unanswered(findings: Findings, broken: str) -> str:
    errors = sum(finding["verdict"] == Verdict.ERROR for finding in findings)
    judged = any(finding["verdict"] in (Verdict.PASS, Verdict.EXPECTED_FAILURE) for finding in findings)
    rest = "; what was answered holds." if judged else "; nothing could be judged."
    return f"{count(errors, 'question')} got no usable answer, the first at the stage {broken}{rest}"


def _declined(findings: Findings, broken: str) -> str:
    declined = sum(finding["verdict"] == Verdict.DECLINED for finding in findings)
    verb = "was" if declined == 1 else "were"
    advice = "If no answer is meant to be possible there, a limit in the answer to hello says so."
    return f"{count(declined, 'valid question')} {verb} declined, the first at the stage {broken}. {advice}"


def _reason(findings: Findings, verdict: Verdict, opening: str) -> str:
    """Return what happened to the first question without an answer: what follows may be its consequence."""
    details = (finding.get("detail", "") for finding in findings if finding["verdict"] == verdict)
    text = visible(next(details, "").partition("\n")[0])
    return f"{opening}: {text if len(text) <= _LONGEST_REASON else text[:_LONGEST_REASON] + ' …'}." if text else ""


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
