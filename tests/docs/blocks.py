"""The code blocks of a documentation page, run in order in one folder, as a reader would run them.

This file imports the standard library only: `run_page` has it run by the interpreter of the installed wheel.

```python   is executed; the names that it defines are there for the next block of the page
```console  lines after "$ " are run by a shell; what stands below them must be what they print, with "..." for what
            may differ; "# status N" behind a command is the status that it must end with (0 otherwise)
```toml, json, cpp, yaml, or python   under a line "**NAME**" is written to the file of that name
"""

import contextlib
import doctest
import io
import re
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(
    r"^(?:\*\*(?P<file>[\w./-]+)\*\*\n+)?```(?P<language>[a-z]+)\n(?P<code>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
RUN = frozenset({"python", "console"})
WRITTEN = frozenset({"toml", "json", "cpp", "yaml", "text", "python"})
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, the file that it is to be written to, and the line it begins at."""

    language: str
    code: str
    file: str
    line: int


def blocks_of(page):
    """Return the blocks of a page; raise if one is of a kind that cannot be run or written."""
    text = Path(page).read_text(encoding="utf-8")
    found = []
    for match in FENCE.finditer(text):
        block = Block(match["language"], match["code"], match["file"] or "", text.count("\n", 0, match.start()) + 1)
        if block.language not in (WRITTEN if block.file else RUN):
            raise ValueError(f"{page}:{block.line}: a block of {block.language} must be run or name its file")
        found.append(block)
    return found


def run_page(page, folder, warm):
    """Run the blocks of a page in a folder by the installed wheel; raise `AssertionError` if one does not do its part.

    The current folder is the first on the search path, as for a reader who types the blocks into `python`.
    """
    start = f"import runpy; runpy.run_path({__file__!r}, run_name='__main__')"
    done = warm.python(start, page, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr


def run_here(page):
    """Run the blocks of a page in the current folder, with what this process finds around it."""
    names = {"__name__": "page"}
    for block in blocks_of(page):
        where = f"{page}:{block.line}"
        if block.file:
            target = Path(block.file)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.code, encoding="utf-8")
        elif block.language == "python":
            with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
                warnings.simplefilter("error")
                exec(compile(block.code, where, "exec"), names)
        else:
            _run_console(block.code, where)


def _run_console(code, where):
    for part in re.split(r"^\$ ", code, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        command, _, status = command.partition("# status ")
        done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=900, check=False)
        said = f"{where}: $ {command}\nstatus {done.returncode}\n{done.stdout}{done.stderr}"
        assert done.returncode == int(status or 0), said
        if expected.strip():
            assert doctest.OutputChecker().check_output(expected, done.stdout, FLAGS), said


if __name__ == "__main__":
    run_here(sys.argv[1])
