"""The package as a reader has it: its wheel, in an environment of its own, used from another folder.

The dependencies are the ones of the environment that runs the tests, found through a `.pth` file. Python does not
follow the `.pth` files of a folder that it finds in this way, so that an editable install there stays out of sight.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

from qdverify.protocol.files import alone_in

ROOT = Path(__file__).parent.parent
SOURCES = ("analytic", "numeric", "qdverify")
FILES = ("pyproject.toml", "README.md", "LICENSE")
SYSTEM_PATH = ("/usr/local/bin", "/usr/bin", "/bin")
PYTEST = "#!{python}\nimport sys\nfrom pytest import console_main\nsys.exit(console_main())\n"


@dataclass(frozen=True)
class Installed:
    """An environment that holds the wheel."""

    folder: Path

    @property
    def bin(self):
        """The folder of its commands."""
        return self.folder / "bin"

    @property
    def python(self):
        """Its interpreter."""
        return self.bin / "python"

    def environment(self, **more):
        """Return what a reader's shell has once the environment is activated, and nothing that only tests set."""
        kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
        path = os.pathsep.join((str(self.bin), *SYSTEM_PATH))
        return {**kept, "PATH": path, "VIRTUAL_ENV": str(self.folder), "COLUMNS": "120", **more}

    def run(self, *command, cwd, more=None, **options):
        """Run one of its commands from a folder, and return what came of it with its output as text."""
        program = self.bin / command[0] if (self.bin / command[0]).exists() else command[0]
        settings = {"capture_output": True, "text": True, "timeout": 900, **options}
        arguments = [str(part) for part in (program, *command[1:])]
        return subprocess.run(arguments, cwd=cwd, env=self.environment(**(more or {})), check=False, **settings)


def build(folder):
    """Build the wheel from a copy of the sources, in which no earlier build has left anything; return its path."""
    source = folder / "source"
    for package in SOURCES:
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, source / name)
    # with the setuptools of this environment; the source distribution is built in one of its own
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation")
    completed(*build, "--outdir", folder / "dist", source, cwd=folder)
    shutil.rmtree(source)
    return wheel_in(folder)


def wheel_in(folder):
    """Return the wheel that `build` left in a folder."""
    (wheel,) = (folder / "dist").glob("qdverify-*.whl")
    return wheel


def with_dependencies(folder):
    """Let an environment see the dependencies of this one, pip among them, and return it."""
    (packages,) = folder.glob("lib/python3*/site-packages")
    dependencies = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
    (packages / "dependencies.pth").write_text("\n".join(dependencies) + "\n", encoding="utf-8")
    return Installed(folder)


def install(wheel, folder):
    """Make an environment that holds the wheel and sees the dependencies of this one."""
    venv.create(folder, with_pip=False, symlinks=True)
    pip = (sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "install", "--quiet")
    # what is not imported need not be compiled
    completed(*pip, "--no-deps", "--no-index", "--no-compile", wheel, cwd=folder)
    installed = with_dependencies(folder)
    command = installed.bin / "pytest"
    command.write_text(PYTEST.format(python=installed.python), encoding="utf-8")
    command.chmod(0o755)
    return installed


def shared(root):
    """Return the environment below a folder that all test processes of a session share; the first one makes it."""
    folder = once(root / "installed", lambda folder: install(build(folder), folder / "environment"))
    return Installed(folder / "environment")


def once(folder, make):
    """Return a folder that all test processes of a session share, after the first one has called `make` with it."""
    folder.mkdir(exist_ok=True)
    with alone_in(folder):
        if not (folder / "ready").exists():
            for left in folder.iterdir():
                if left.is_dir():  # of a process that was ended in the middle
                    shutil.rmtree(left)
            make(folder)
            (folder / "ready").touch()
    return folder


def completed(*command, cwd):
    """Run a command to its good end."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
