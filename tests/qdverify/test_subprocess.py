"""Programs under test: what they answer, on the protocol and off it, and what becomes of a run."""

import re
import time
from dataclasses import replace

import pytest
from programs import QUICK, gone

from qdverify.implementations.subprocess import Program
from qdverify.protocol.answers import AnswerError, Broken
from qdverify.protocol.inputs import InvalidInput
from qdverify.run.verify import judge
from qdverify.suite.declare import Scope, all_checks
from qdverify.suite.expected_failures import ExpectedFailures

TASK = "clebsch_gordan_weight"
UP = {"two_S_i": 1, "two_S_j": 2}
HALF_A_SECOND = replace(QUICK, request_seconds=0.5)


def test_a_program_is_asked_and_answers(program):
    """Description and answers come through."""
    under_test = program()
    assert under_test.describe().name == "weights"
    assert under_test.describe().tasks == {TASK}
    assert under_test.answer(TASK, UP) == {"C": 0.75}
    assert under_test.answer(TASK, {"two_S_i": 1, "two_S_j": 0}) == {"C": 0.25}


def test_a_program_is_asked_for_a_further_task_that_it_offers(program):
    """An optional task is asked of a program as of a Python object, and judged."""
    offered = "HELLO['tasks'] = ['noise']\ndef ask(request): respond(request, {'S': 1.0, 'fano': %s})"
    checks = [item for item in all_checks() if item.id == "noise.full-bias@1"]
    report = judge(program(offered % 0.5), checks, Scope(), lambda _: None, expected=ExpectedFailures())
    assert report.description.tasks == {"noise"}
    assert [finding.comparison.measured for finding in report.findings] == [0.5] * len(report.findings)
    assert report.counts["fail"] > 0


def test_inputs_round_trip(program):
    """A program reads the very double that the reference is computed for."""
    under_test = program("def ask(request): respond(request, {'hex': float(request['params']['x']).hex()})")
    for x in (0.1, 1e-310, 1 / 3, 9.5 * 2e-4):
        assert under_test.answer(TASK, {"x": x}) == {"hex": x.hex()}


def test_an_error_is_an_answer(program):
    """An error object is handed on with its code, and the program goes on."""
    error = '{"code": -32602, "message": "no"}'
    under_test = program(
        "def ask(request):\n"
        "    if request['params']['two_S_i'] < 0:\n"
        f"        say(json.dumps({{'jsonrpc': '2.0', 'id': request['id'], 'error': {error}}}))\n"
        "    else: right(request)"
    )
    with pytest.raises(AnswerError, match="no") as caught:
        under_test.answer(TASK, {"two_S_i": -1, "two_S_j": 0})
    assert caught.value.code == -32602
    assert under_test.answer(TASK, UP) == {"C": 0.75}


OFF_PROTOCOL = {
    "NaN": ('say(\'{"jsonrpc": "2.0", "id": %d, "result": {"C": NaN}}\' % request[\'id\'])', "NaN is no JSON"),
    "Infinity": ('say(\'{"jsonrpc": "2.0", "id": %d, "result": {"C": -Infinity}}\' % request[\'id\'])', "Infinity"),
    "overflow": ('say(\'{"jsonrpc": "2.0", "id": %d, "result": {"C": 1e999}}\' % request[\'id\'])', "beyond the range"),
    "huge integer": (
        'say(\'{"jsonrpc": "2.0", "id": %d, "result": {"C": 1%s}}\' % (request[\'id\'], \'0\' * 400))',
        "beyond the range",
    ),
    "no JSON": ("say('0.75')", "no JSON-RPC"),
    "text": ("say('the weight is 0.75')", "which is not JSON"),
    "empty line": ("say('')", "which is not JSON"),
    "not UTF-8": ("sys.stdout.buffer.write(b'\\xff\\n'); sys.stdout.flush()", "which is not JSON"),
    "too deep": ("say('[' * 100000)", "which is not JSON"),
    "no version": ("say(json.dumps({'id': request['id'], 'result': {'C': 0.75}}))", "no JSON-RPC"),
    "wrong id": (
        "say(json.dumps({'jsonrpc': '2.0', 'id': request['id'] + 1, 'result': {'C': 0.75}}))",
        r"answered request (\d+) when asked request (?!\1)\d",
    ),
    "id as text": (
        "say(json.dumps({'jsonrpc': '2.0', 'id': str(request['id']), 'result': {'C': 0.75}}))",
        r"answered request '(\d+)' when asked request \1",
    ),
    "no id": ("say(json.dumps({'jsonrpc': '2.0', 'result': {'C': 0.75}}))", "request None"),
    "both": (
        "say(json.dumps({'jsonrpc': '2.0', 'id': request['id'], 'result': {'C': 0.75}, 'error': None}))",
        "either a result or an error",
    ),
    "neither": ("say(json.dumps({'jsonrpc': '2.0', 'id': request['id']}))", "either a result or an error"),
    "shapeless error": ("say(json.dumps({'jsonrpc': '2.0', 'id': request['id'], 'error': 'no'}))", "integer code"),
    "twice the same field": (
        'say(\'{"jsonrpc": "2.0", "id": %d, "result": {"C": 0, "C": 0.75}}\' % request[\'id\'])',
        "names a field twice",
    ),
    "dies": ("sys.exit(7)", "ended with exit status 7"),
    "dies in mid-answer": (
        'say(\'{"jsonrpc": "2.0", "id"\', end=\'\'); os._exit(0)',
        "status 0, having written '{\"json",
    ),
    "is killed": ("os.kill(os.getpid(), signal.SIGSEGV)", "ended by signal 11"),
    "closes its output": ("os.close(1); time.sleep(60)", "closed its standard output"),
}


def test_an_answer_off_the_protocol_is_no_answer(program):
    """Every way to leave the protocol is named, and costs the question at hand only: the next one is answered."""
    ways = "".join(f"    if way == {way!r}: {action}; return\n" for way, (action, _) in OFF_PROTOCOL.items())
    code = f"def ask(request):\n    way = request['params'].pop('way', None)\n{ways}    right(request)"
    under_test = program(code, replace(QUICK, restarts=len(OFF_PROTOCOL)))
    wrong = []
    for way, (_, message) in OFF_PROTOCOL.items():
        try:
            wrong.append((way, under_test.answer(TASK, {**UP, "way": way})))
        except Broken as error:
            if not re.search(message, str(error)):
                wrong.append((way, str(error)))
    assert wrong == []
    assert under_test.answer(TASK, UP) == {"C": 0.75}


def test_a_program_that_hangs_is_ended(program):
    """The budget of a request is kept, the process is gone, and what it had written is told."""
    under_test = program(
        "def ask(request): say('{\"jsonrpc\": ', end=''); sys.stderr.write(str(os.getpid())); sys.stderr.flush(); "
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)",
        HALF_A_SECOND,
    )
    under_test.describe()
    start = time.monotonic()
    with pytest.raises(Broken, match=r"no answer within 0.5 s, having written '\{\"jsonrpc\": '"):
        under_test.answer(TASK, UP)
    assert time.monotonic() - start < 5.0
    assert gone(int(under_test.stderr))


def test_a_silent_hello_is_not_waited_for(program):
    """The first message has a budget of its own."""
    under_test = program("def hello(request): time.sleep(600)", replace(QUICK, hello_seconds=0.5))
    with pytest.raises(Broken, match=r"no answer within 0.5 s"):
        under_test.describe()


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("'hello'", "must be an object"),
        ("{**HELLO, 'protocol': '2'}", "protocol='2'"),
        ("{**HELLO, 'tasks': []}", "tasks=\\[\\]"),
        ("{**HELLO, 'tasks': ['weight']}", "tasks=\\['weight'\\]"),
        ("{**HELLO, 'tasks': [['spectrum']]}", "tasks="),
        ("{**HELLO, 'implementation': {'name': 1, 'version': '1'}}", "name=1"),
        ("{**HELLO, 'implementation': {'name': 'x'}}", "implementation="),
        ("{**HELLO, 'limits': {'orbitals': 'many'}}", "orbitals='many'"),
        ("{**HELLO, 'limits': {'memory': 1}}", "limits="),
        ("{**HELLO, 'accuracy': {'clebsch_gordan_weight': 1e-3}}", "no coarser than"),
        ("{**HELLO, 'accuracy': {'clebsch_gordan_weight': -1}}", "must be positive"),
        ("{**HELLO, 'accuracy': {'clebsch_gordan_weight': 'good'}}", "must be a number"),
        ("{**HELLO, 'accuracy': {'weight': 1e-6}}", "accuracy="),
        ("{**HELLO, 'more': 1}", "hello="),
    ],
)
def test_a_wrong_hello_is_refused(program, said, message):
    """What a program says of itself obeys the protocol."""
    with pytest.raises(Broken, match=message):
        program(f"def hello(request): respond(request, {said})").describe()


def spin_report(under_test):
    checks = [check for check in all_checks() if check.suite == "spin"]
    try:
        return judge(under_test, checks, Scope(), lambda _: None, expected=ExpectedFailures())
    finally:
        under_test.close()


def test_a_right_program_passes_the_suite(program):
    """An implementation that the suite has never seen passes what it declares, with exit status 0."""
    report = spin_report(program())
    assert report.exit_status == 0
    assert report.counts["pass"] > 20


def test_a_breakdown_costs_one_trial(program):
    """One crash in the middle is one error; all other trials keep their verdicts, and the run is incomplete."""
    report = spin_report(
        program(
            "def ask(request):\n"
            "    if request['params'] == {'two_S_i': 3, 'two_S_j': 4}: os._exit(9)\n"
            "    right(request)"
        )
    )
    assert report.exit_status == 3
    assert 0 < report.counts["error"] <= 5
    assert report.counts["pass"] > 10
    assert "exit status 9" in next(f.detail for f in report.findings if f.verdict == "error")


def test_a_failure_outranks_a_breakdown(program):
    """A program that is wrong and crashes is wrong."""
    report = spin_report(
        program(
            "def ask(request):\n    if request['params']['two_S_i'] == 3: os._exit(9)\n    respond(request, {'C': 0.1})"
        )
    )
    assert report.exit_status == 1


def test_an_implementation_without_hello_is_incomplete(program):
    """If nothing can be asked, that is the one finding, and the exit status is 3."""
    report = spin_report(program("sys.exit('no licence')"))
    assert report.exit_status == 3
    assert [(finding.id, finding.verdict) for finding in report.findings] == [("protocol.hello@1", "error")]
    assert report.document()["implementation"]["stderr"] == "no licence\n"


def test_program_needs_a_command():
    """An empty command is refused."""
    with pytest.raises(InvalidInput):
        Program([], suite="test")
