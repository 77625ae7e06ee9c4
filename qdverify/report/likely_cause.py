"""The one mistake that explains most of a run: the hints of its checks, put together.

Each check finds its hint by itself, from its own numbers, and may leave some mistakes open, or name one in words of its
own task. So the same mistake is counted wherever it is among those named, and it speaks for the run if it explains a
large share of what fails, and no other mistake explains half as much of the rest.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from qdverify.protocol.grade import Grade
from qdverify.report.document_types import FindingDocument
from qdverify.report.shown import count, visible
from qdverify.suite.finding import Verdict
from qdverify.suite.hints.history import MEMORY
from qdverify.suite.hints.stale import EARLIER

_ALTERNATIVE: Final = "; or "
_CONDITION: Final = re.compile(r"all \d+ (failing|wrong) ")
"""How a hint begins that tells where it fails, which is of one check alone."""
_DIGITS: Final = re.compile(r"(?<=right to )[\d.]+ ")
_SHARE: Final = 0.25
"""Part of the failing checks that a mistake must explain to speak for a run."""
_FEWEST: Final = 3
"""Fewest checks in which it must be found, if it does not explain most of the first stage."""
_FROM_THE_PAST: Final = f"answers depend on what was asked before: is something kept of {EARLIER}, or left to chance?"


@dataclass(frozen=True)
class LikelyCause:
    """What the verdict names as the most likely cause.

    Attributes
    ----------
    hint
        The sentence; empty if nothing explains enough.
    explains
        How many of the failing checks it explains, in words; empty if it explains all.
    of_memory
        Whether it says that answers depend on what was asked before.
    """

    hint: str = ""
    explains: str = ""
    of_memory: bool = False


def about_memory(finding: FindingDocument) -> bool:
    """Tell whether the claim of a finding is one about memory: its numbers may be wrong for another reason."""
    return finding["suite"] == MEMORY


def depends_on_the_past(finding: FindingDocument) -> bool:
    """Tell whether a failure shows that the answer depends on what was asked before, and is not wrong each time.

    Two things show it: another answer to the same question than the implementation's own first one, or a hint that all
    answers of the check, wrong and right, follow from earlier questions.
    """
    if finding["verdict"] != Verdict.FAIL or not about_memory(finding):
        return False
    return finding.get("reference", {}).get("grade") == Grade.REPORTED or EARLIER in finding.get("hint", "")


def likely_cause(there: Sequence[FindingDocument], everywhere: Iterable[FindingDocument]) -> LikelyCause:
    """Return what explains most failures, at the first stage that fails or in the whole run.

    Parameters
    ----------
    there
        The wrong findings of the first stage with any.
    everywhere
        The wrong findings of all stages.
    """
    checks, sentences = _named_by_check(everywhere)
    told = Counter(key for finding in there for key in _alternatives(finding))
    best = max(told, key=lambda key: (told[key], len(checks[key])), default="")
    if best and 2 * told[best] >= len(there):
        return _cause(best, checks, sentences)
    past = [finding for finding in there if depends_on_the_past(finding)]
    if past:
        hints = Counter(hint for finding in past if EARLIER in (hint := finding.get("hint", "")))
        return LikelyCause(visible(hints.most_common(1)[0][0]) if hints else _FROM_THE_PAST, of_memory=True)
    best = max((key for key in checks if key), key=lambda key: len(checks[key]), default="")
    if best and len(checks[best]) >= max(_FEWEST, _SHARE * len(checks[""])) and not _rivals(best, checks):
        return _cause(best, checks, sentences)
    return LikelyCause()


def _rivals(best: str, checks: Mapping[str, set[str]]) -> bool:
    """Tell whether another mistake explains half as much, or more, of what the best one leaves open."""
    return any(2 * len(found - checks[best]) >= len(checks[best]) for key, found in checks.items() if key)


def _cause(key: str, checks: Mapping[str, set[str]], sentences: Mapping[str, Counter[str]]) -> LikelyCause:
    number, total = len(checks[key]), len(checks[""])
    sentence = sentences[key].most_common(1)[0][0]
    explains = "" if number == total else f"explains {number} of {count(total, 'failing check')}"
    return LikelyCause(visible(sentence), explains, EARLIER in sentence)


def _named_by_check(findings: Iterable[FindingDocument]) -> tuple[dict[str, set[str]], dict[str, Counter[str]]]:
    """Return which checks name each mistake, those that fail under an empty key, and in which words they do."""
    checks: dict[str, set[str]] = defaultdict(set)
    sentences: dict[str, Counter[str]] = defaultdict(Counter)
    for finding in findings:
        new = finding["id"] not in checks[""]
        checks[""].add(finding["id"])
        for key, sentence in _alternatives(finding).items():
            checks[key].add(finding["id"])
            sentences[key][sentence] += new
    return checks, sentences


def _alternatives(finding: FindingDocument) -> dict[str, str]:
    """Return the mistakes that a hint names, with its words: what follows a colon may differ from task to task."""
    hint = finding.get("hint", "")
    if not hint or _CONDITION.match(hint):
        return {hint: hint} if hint else {}
    parts = [part if part.endswith((".", "?")) else f"{part}?" for part in hint.split(_ALTERNATIVE)]
    return {_mistake(part): part for part in parts}


def _mistake(sentence: str) -> str:
    """Return what two sentences about one mistake have in common.

    >>> _mistake("the factor is 0.5 everywhere: a spin factor or a 1/2 too many?")
    'the factor is 0.5'
    >>> _mistake("right to 6.7 digits and no further: is the limit a threshold?")
    'right to digits and no further'
    """
    words = sentence.partition(":")[0].rstrip(".?").removesuffix(" everywhere")
    return _DIGITS.sub("", words)
