"""What a run works out, sends and writes is worked out, sent and written once: counted, not timed."""

import io
import os
import threading
from fractions import Fraction

import pytest
from forgotten_references import forget_references
from report_samples import sample_report
from rich.console import Console

import qdverify.reference.enclosure.hamiltonian as enclosed
import qdverify.report.document as documents
from qdverify.protocol.nested import PLAIN, items, mapped, matching_numbers, numbers
from qdverify.reference.enclosure import determinants, levels
from qdverify.reference.enclosure.fixed_point import fixed_point
from qdverify.reference.enclosure.interaction import ExactDot
from qdverify.report import groups
from qdverify.report.aside import Aside
from qdverify.report.figures.questions import GATHERERS, TOGETHER, joined
from qdverify.report.junit import junit_xml
from qdverify.report.terminal import print_report
from qdverify.run.judging_process import Done, JudgingProcess
from qdverify.run.verify import verify
from qdverify.suite.finding import Finding, Verdict


def counted(monkeypatch, module, name):
    """Return a list that grows by the arguments of every call of a function of a module."""
    calls, function = [], getattr(module, name)

    def call(*arguments, **named):
        calls.append(arguments)
        return function(*arguments, **named)

    monkeypatch.setattr(module, name, call)
    return calls


@pytest.mark.skipif(os.name != "posix", reason="several processes are for Linux")
def test_a_finding_is_sent_once(monkeypatch):
    """The message that ends a check holds only what has changed since: nothing, if all passed."""
    messages, receive = [], JudgingProcess.receive

    def noted(process):
        messages.append(receive(process))
        return messages[-1]

    monkeypatch.setattr(JudgingProcess, "receive", noted)
    report = verify("builtin", ["spin", "rates"], jobs=2)
    done = [message for message in messages if isinstance(message, Done)]
    assert sum(isinstance(message, Finding) for message in messages) == len(report.findings)
    assert len({message.position for message in done}) == len(done) == len({f.id for f in report.findings})
    assert not any(message.changed for message in done)
    # what a check has asked is only passed on
    assert all(isinstance(message.asked, bytes) for message in done)


def test_the_document_of_a_report_is_made_once(monkeypatch):
    """Terminal, JSON and JUnit look at the same one: a finding is put into words once."""
    report = sample_report(faulty=True, trials=3)
    calls = counted(monkeypatch, documents, "finding_document")
    for _ in range(2):
        print_report(report, Console(file=io.StringIO()))
        report.to_json()
        junit_xml(report)
    assert len(calls) == len(report.findings)


@pytest.mark.parametrize("faulty", [False, True])
def test_the_terminal_puts_only_into_words_what_it_prints(monkeypatch, faulty):
    """Of checks that passed, a line a suite: none of their findings is prepared for a reader."""
    report = sample_report(faulty=faulty, trials=3)
    told = {Verdict.FAIL, Verdict.UNEXPECTED_PASS, Verdict.ERROR, Verdict.DECLINED, Verdict.EXPECTED_FAILURE}
    names = {finding.id for finding in report.findings if finding.verdict in told}
    calls = counted(monkeypatch, groups, "_row")
    print_report(report, Console(file=io.StringIO()))
    assert len(calls) == sum(finding.id in names for finding in report.findings)
    assert bool(calls) is faulty or names


def test_a_report_is_written_a_finding_a_line():
    """Text that looks like the frame of the findings stays what it is."""
    report = sample_report(trials=2)
    lines = report.to_json().split("\n")
    assert sum(line.startswith('  {"id": ') for line in lines) == len(report.findings)


def test_the_matrix_on_one_spin_is_formed_once_a_digit(monkeypatch):
    """Both parities share those of either spin; each block formed both of them for every digit."""
    forget_references()
    blocks = counted(monkeypatch, enclosed, "determinant_rows")
    rows = counted(monkeypatch, enclosed, "one_spin_rows")
    inner = counted(monkeypatch, determinants, "one_spin_rows")
    dot = ExactDot(Fraction(19, 2), Fraction(1, 4), 5)
    levels.enclose_located(levels.locate(dot, 3, 4), 20)
    assert inner == []
    assert len({(family, pairs.tobytes()) for family, _, pairs, _ in rows}) == len(rows)
    assert len(rows) == len(blocks)


def test_a_dot_is_rounded_once_for_all_numbers_of_electrons():
    """To the same number of bits."""
    dot = ExactDot(Fraction(3), Fraction(1, 7), 4)
    assert fixed_point(dot, bits=64) is fixed_point(ExactDot(Fraction(3), Fraction(1, 7), 4), bits=64)
    assert fixed_point(dot, bits=80) is not fixed_point(dot, bits=64)


def test_two_copies_are_asked_for_all_that_the_figures_need():
    """Each thing once; together they are one copy's, in its order."""
    assert sorted(name for names in TOGETHER for name in names) == sorted(GATHERERS)
    parts = [{"data": dict.fromkeys(names, 1), "left_out": {}} for names in TOGETHER]
    assert list(joined(parts)["data"]) == list(GATHERERS)
    assert joined(parts[:1])["data"].keys() == set(TOGETHER[0])


def test_work_aside_is_done_in_a_copy_of_this_process(monkeypatch):
    """Its result and its error come back; nothing else of it does."""
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    changed = []
    aside = Aside(lambda: (changed.append(1), os.getpid())[1])
    assert aside.result() == aside.result() != os.getpid()
    assert not changed
    with pytest.raises(ZeroDivisionError):
        Aside(lambda: 1 // 0).result()


def test_work_aside_is_done_here_if_the_copy_is_ended(monkeypatch):
    """Or if there is no second core, or this process has threads."""
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    own = os.getpid()
    assert Aside(lambda: os.getpid() if os.getpid() == own else os._exit(9)).result() == own
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert Aside(os.getpid).result() == own
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    assert Aside(os.getpid).result() == own


def test_plain_values_are_told_by_their_type():
    """A shortcut of the walks through nested values, which changes nothing of what they yield."""
    value = {"a": [1, 2.5, True, None, "x", (3,)], "b": {"c": []}}
    assert all(type(item) in PLAIN for _, item in items(value))
    assert list(numbers(value)) == [1.0, 2.5, 3.0]
    assert mapped(value, lambda item, place: (place, item))["a"][5] == [(("a", 5, 0), 3)]
    assert list(matching_numbers(True, True)) == []
    assert list(matching_numbers([1, True], [1, True])) == []
