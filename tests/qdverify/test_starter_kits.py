"""The starter kits: they pass the suite as they stand, and a fault in them is found in the stage where it was made."""

import re
import shlex
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from qdverify.implementations.resolve import resolve
from qdverify.run.verify import verify
from qdverify.suite.finding import Verdict

EXAMPLES = Path(__file__).parents[2] / "examples"
PYTHON_KIT = EXAMPLES / "plain_python" / "quantum_dot.py"
QUICK_SUITES = ["spin", "integrals", "small-basis", "rates", "stationary", "invalid-input", "determinism"]


def python_program(path):
    return f"command:{shlex.quote(sys.executable)} {shlex.quote(str(path))}"


@pytest.fixture(scope="module")
def cpp_program(tmp_path_factory):
    """Compile the C++ kit, warnings being errors."""
    program = tmp_path_factory.mktemp("cpp") / "quantum_dot"
    source = EXAMPLES / "cpp" / "quantum_dot.cpp"
    flags = ["-std=c++17", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
    subprocess.run(["g++", *flags, "-o", str(program), str(source)], check=True)
    return f"command:{shlex.quote(str(program))}"


def assert_no_failure(report):
    """All that applies passed."""
    wrong = [finding for finding in report.findings if finding.verdict in (Verdict.FAIL, Verdict.ERROR)]
    assert not wrong, wrong[0]
    assert report.exit_status == 0


def assert_sound(report):
    """All that applies passed, and something of every task was verified."""
    assert_no_failure(report)
    passed = {task for finding in report.findings if finding.verdict is Verdict.PASS for task in finding.tasks}
    assert passed >= report.description.tasks


def test_the_python_kit_passes():
    """Plain Python, standard library only."""
    assert_sound(verify(python_program(PYTHON_KIT), [*QUICK_SUITES, "current"]))


def test_the_python_kit_for_integrals_passes():
    """It is asked about every dot by the dot's integrals, boxes too."""
    report = verify(python_program(PYTHON_KIT.with_name("integral_dot.py")), ["integral-dots", "small-basis"])
    assert_no_failure(report)
    passed = {finding.suite for finding in report.findings if finding.verdict is Verdict.PASS}
    assert passed == {"integral-dots", "small-basis"}


@pytest.mark.slow
def test_the_python_kit_for_devices_passes():
    """Any number of leads, heat, response, blockade and counting, and states in a field between polarised leads."""
    suites = {"leads", "heat", "thermoelectric", "conductance", "counting", "zeeman"}
    report = verify(python_program(PYTHON_KIT.with_name("devices.py")), sorted(suites))
    assert_sound(report)
    passed = {finding.suite for finding in report.findings if finding.verdict is Verdict.PASS}
    assert passed == suites


@pytest.mark.slow
def test_the_cpp_kit_passes(cpp_program):
    """One file of C++17, boxes and dots given by integrals."""
    assert_sound(verify(cpp_program, [*QUICK_SUITES, "current", "integral-dots"]))


def solves_a_dot_without_any_energy(program):
    """Its shift against underflow is not squared into an underflow."""
    dot = {"kind": "integrals", "orbitals": 3, "core": 0.25, "one_body": [[0.0] * 3] * 3, "two_body": []}
    with closing(resolve(program)) as kit:
        found = kit.answer("spectrum", {"dot": dot, "electrons": 1, "levels": 3})
    return found == {"energies": [0.25] * 3, "two_S": [1] * 3}


def test_the_python_kit_for_integrals_solves_a_dot_without_any_energy():
    """All levels coincide."""
    assert solves_a_dot_without_any_energy(python_program(PYTHON_KIT.with_name("integral_dot.py")))


@pytest.mark.slow
def test_the_cpp_kit_solves_a_dot_without_any_energy(cpp_program):
    """The same in C++, which takes seconds to compile."""
    assert solves_a_dot_without_any_energy(cpp_program)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_the_kits_pass_the_whole_suite(cpp_program, seed):
    """Every suite, with other random cases for another seed."""
    assert_sound(verify(cpp_program, seed=seed))
    assert_sound(verify(python_program(PYTHON_KIT), seed=seed))


def test_the_python_kit_needs_nothing_but_python():
    """It runs in an interpreter that sees no installed package."""
    hello = '{"jsonrpc": "2.0", "id": 1, "method": "hello", "params": {"protocol": "1", "suite": "0"}}\n'
    answer = subprocess.check_output([sys.executable, "-I", "-S", str(PYTHON_KIT)], input=hello, text=True)
    assert '"protocol": "1"' in answer


FAULTS = {
    "spin": ('"C": (two_S_j + 1) / (2', '"C": (two_S_j + 1) / (1'),
    "integrals": ("return strength / length * sum(", "return strength * sum("),
    "integrals of one parity": ("    if p != q:\n        sines", "    if p != q and p + q > 4:\n        sines"),
    "spectrum": ("yield image[0], 0.5 * image[1]", "yield image[0], image[1]"),
    "spectrum, spins": ("found.append((energy, two_S,", "found.append((energy, two_S + 2 * (two_S > 1),"),
    "transitions": ("return (two_S_j + 1) / (2 * (two_S_i + 1)) * amplitude", "return 0.5 * amplitude"),
    "transitions, phases": ("image[made[0]] += made[1] * amplitude", "image[made[0]] += amplitude"),
    "rates": ("strength * degeneracy * fermi(-x)", "strength * fermi(-x)"),
    "rates, chemical potential": ('(energy - Decimal(lead["mu"])) / Decimal(kT)', "energy / Decimal(kT)"),
    "current": ('"I_R": float(-flow["R"])', '"I_R": float(flow["R"])'),
    "current, way back": ("sum(P[i] * into - P[j] * out", "sum(P[i] * into + P[j] * out"),
}


OF_A_DOT = ("spin", "integrals", "small-basis")
OF_TRANSPORT = ("spin", "rates", "stationary", "current")
# what stands behind the faulty stage would be blocked
SUITES_UP_TO = {
    "spin": OF_A_DOT[:1],
    "integrals": OF_A_DOT[:2],
    "spectrum": OF_A_DOT,
    "transitions": OF_A_DOT,
    "rates": OF_TRANSPORT,
    "current": OF_TRANSPORT,
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name == "current, way back" else name for name in FAULTS]
)
def test_a_fault_is_found_in_its_stage(tmp_path, name):
    """A program with one fault gets exit status 1; the first failure that is reported is of the faulty stage."""
    right, wrong = FAULTS[name]
    source = PYTHON_KIT.read_text()
    assert source.count(right) == 1
    small = source.replace('LIMITS = {"orbitals": 5, "electrons": 4}', 'LIMITS = {"orbitals": 3, "electrons": 3}')
    program = tmp_path / "faulty.py"
    program.write_text(small.replace(right, wrong))
    report = verify(python_program(program), SUITES_UP_TO[name.partition(",")[0].split()[0]])
    assert report.exit_status == 1
    first = next(finding for finding in report.findings if finding.verdict is Verdict.FAIL)
    assert name.startswith(str(first.stage)), first


def test_a_missed_level_is_found(tmp_path):
    """A program that lists the level above in place of the second one, where it has more than it is asked for."""
    right = '    return {"energies": [level[0] for level in found[:levels]]'
    source = PYTHON_KIT.read_text()
    assert source.count(right) == 1
    program = tmp_path / "faulty.py"
    program.write_text(
        source.replace(right, f"    found = found[:1] + found[2:] if levels < len(found) else found\n{right}")
    )
    report = verify(python_program(program), ["spin", "integrals", "small-basis", "noninteracting"])
    assert report.exit_status == 1
    wrong = [finding for finding in report.findings if finding.verdict in (Verdict.FAIL, Verdict.ERROR)]
    assert {str(finding.stage) for finding in wrong} == {"spectrum"}
    assert any("level 1 is missing" in finding.hint for finding in wrong)


@pytest.fixture
def template(tmp_path):
    """Copy the template repository."""
    folder = tmp_path / "template"
    shutil.copytree(EXAMPLES / "template", folder)
    return folder


def recipe(folder):
    """Return the commands of the CI recipe, line breaks folded."""
    text = (folder / ".github" / "workflows" / "conformance.yml").read_text()
    steps = re.split(r"\n      - ", text)
    runs = [step.removeprefix("run:").removeprefix(" ") for step in steps if step.startswith("run:")]
    return [" ".join(run.removeprefix(">-").split()) for run in runs]


@pytest.mark.slow
def test_the_recipe_of_the_template_runs(template, installed):
    """Every command of the recipe but the installation runs as it stands, by the wheel, with exit status 0."""
    install, *commands = recipe(template)
    assert install == 'pip install ".[test]"'
    assert [command.split()[0] for command in commands] == ["pytest", "qdverify"]
    for command in commands:
        done = installed.run(*shlex.split(command), cwd=template)
        assert done.returncode == 0, done.stdout + done.stderr
    assert (template / "qdverify-report" / "index.html").exists()
    assert (template / "pytest.xml").exists()


def test_the_template_notices_a_fault(template, loaded):
    """The same test run fails when the code is wrong."""
    code = template / "my_code.py"
    text = code.read_text()
    code.write_text(text.replace("/ (2 * (two_S_i + 1))", "/ (two_S_i + 1)"))
    assert code.read_text() != text
    result = loaded.pytest("--assert=plain", "-q", cwd=template)
    assert result.returncode == 1
    assert "spin.clebsch-gordan@1" in result.stdout
    assert re.search(r"measured +2\.0\n.*reference +1\.0", result.stdout)
