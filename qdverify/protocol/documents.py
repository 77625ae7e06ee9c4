"""Documents from outside: JSON and TOML read within bounds, each mistake as one `InvalidInput`.

A case, a plan, a baseline or a report may come from anybody. What is read here is a regular file of limited size, in
UTF-8 (a byte order mark is dropped), nested to a limited depth, with numbers that are finite and of limited length,
and in which no key occurs twice. Whatever breaks one of these rules is refused with the file and the rule; nothing
else can go wrong.
"""

from __future__ import annotations

import codecs
import json
import math
import re
import stat
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from qdverify.protocol.inputs import InvalidInput

MOST_BYTES: Final = 64 * 2**20
MOST_TOML_BYTES: Final = 2**20
MOST_DEPTH: Final = 64
MOST_DIGITS: Final = 400
"""The longest integer that is read; the largest double has 309 digits."""
_MOST_SHOWN: Final = 200
_UTF_16_32: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
_PACKED: Final = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"PK\x03\x04": "zip",
}
# a string that is not closed extends to the end, and nothing is tried twice: time and memory stay linear
_JSON_TOKEN: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{}]', re.DOTALL)
# a string of either kind, in three quotes or one, a comment, or what opens, closes, joins and separates
_TOML_TOKEN: Final = re.compile(
    r'"""(?:[^"\\]++|\\(?:.|\Z)|"(?!""))*+(?:"{3,5}+)?'
    r"|'''(?:[^']++|'(?!''))*+(?:'{3,5}+)?"
    r'|"(?:[^"\\\n]++|\\.)*+"?'
    r"|'[^'\n]*+'?|#[^\n]*+|[\[\]{}.,=\n]",
    re.DOTALL,
)


def read_json(path: Path) -> Any:
    """Return the value of a JSON file: `Any`, since its form is only known once its schema or its reader checked it.

    Raises
    ------
    InvalidInput
        If the file breaks one of the rules of this module; the message names the file and the rule.
    """
    return json_value(read_text(path), str(path))


def read_toml(path: Path) -> dict[str, object]:
    """Return the table of a TOML file; raise `InvalidInput` as `read_json` does."""
    return toml_table(read_text(path, MOST_TOML_BYTES), str(path))


def read_text(path: Path, most_bytes: int = MOST_BYTES) -> str:
    """Return the text of a regular file of UTF-8; raise `InvalidInput` if it is something else or too large."""
    require_regular(path)
    with path.open("rb") as file:
        content = file.read(most_bytes + 1)
    if len(content) > most_bytes:
        raise InvalidInput(f"{path} must have at most {most_bytes // 2**20} MiB")
    return _decoded(content, str(path))


def require_regular(path: Path) -> None:
    """Raise `InvalidInput` for a device, a pipe or a folder: it may never end, or hold nothing."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise InvalidInput(f"{path} must be a regular file, not a folder, a pipe or a device")


def json_value(text: str, source: str) -> Any:
    """Return the value that a JSON text from outside stands for.

    >>> json_value('{"levels": [1, 2]}', "plan.json")
    {'levels': [1, 2]}
    """
    _require_shallow(text, _JSON_TOKEN, source)
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_int=_integer, parse_float=_finite, parse_constant=_finite
        )
    except InvalidInput as error:
        raise InvalidInput(f"{source}: {error}") from None
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{source} must be JSON: {one_line(error)}") from None
    return _whole_characters(value) if re.search(r"\\u[dD][89a-fA-F]", text) else value


def toml_table(text: str, source: str) -> dict[str, object]:
    """Return the table that a TOML text from outside stands for.

    >>> toml_table("levels = [1, 2]", "plan.toml")
    {'levels': [1, 2]}
    """
    _require_shallow(text, _TOML_TOKEN, source)
    try:
        table = tomllib.loads(text, parse_float=_finite)
        _require_short_integers(table)
    except InvalidInput as error:
        raise InvalidInput(f"{source}: {error}") from None
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{source} must be TOML: {one_line(error)}") from None
    return table


def require_schema(document: object, schema: Mapping[str, object], source: str) -> None:
    """Raise `InvalidInput` unless a document follows a JSON Schema."""
    # takes a tenth of a second to load: only those who read such a document wait for it
    from jsonschema import Draft202012Validator  # noqa: PLC0415

    wrong = next(Draft202012Validator(schema).iter_errors(document), None)
    if wrong is not None:
        raise InvalidInput(f"{source} breaks its schema at {one_line(wrong.json_path)}: {one_line(wrong.message)}")


def _whole_characters(value: object) -> object:
    """Replace each half of a surrogate pair, which no terminal and no file can take, by U+FFFD."""
    text = json.dumps(value, ensure_ascii=False)
    return json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _decoded(content: bytes, source: str) -> str:
    for mark, packer in _PACKED.items():
        if content.startswith(mark):
            raise InvalidInput(f"{source} must be a text, not one packed by {packer}: unpack it first")
    if content.startswith(_UTF_16_32) or (b"\0" in content[:4] and len(content) > 1):
        raise InvalidInput(f"{source} must be UTF-8 text, not UTF-16 or UTF-32")
    if b"\0" in content:
        place = content.index(b"\0")
        line = content.count(b"\n", 0, place) + 1
        raise InvalidInput(f"{source}, line {line}: a text must hold no NUL, byte {place} is one")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        byte = content[error.start]
        raise InvalidInput(
            f"{source} must be UTF-8 text, not Latin-1 or another encoding: byte 0x{byte:02x} at {error.start}"
        ) from None


def _require_shallow(text: str, token: re.Pattern[str], source: str) -> None:
    """Count brackets, and in TOML the dots of keys, before a parser follows them into the depth."""
    depth = dots = 0
    for found in token.finditer(text):
        kind = found[0]
        if kind in "[{":
            depth, dots = depth + 1, 0
        elif kind in "]}":
            depth, dots = max(0, depth - 1), 0
        elif kind in ",=\n":
            dots = 0
        elif kind == ".":
            dots += 1
        if depth + dots > MOST_DEPTH:
            raise InvalidInput(f"{source} must be nested at most {MOST_DEPTH} deep")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        ((twice, _),) = Counter(key for key, _ in pairs).most_common(1)
        raise InvalidInput(f"the key {one_line(repr(twice))} must occur once in an object")
    return found


def _integer(text: str) -> int:
    if len(text) > MOST_DIGITS:
        raise InvalidInput(f"the integer {text[:8]}... must have at most {MOST_DIGITS} digits")
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise InvalidInput(f"the number {one_line(text)} must be finite")
    return number


def _require_short_integers(table: dict[str, object]) -> None:
    # TOML also writes integers in base 16, of any length
    waiting: list[object] = [table]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, int) and value.bit_length() > MOST_DIGITS * 3.32:
            raise InvalidInput(f"an integer must have at most {MOST_DIGITS} digits")


def one_line(text: object, most: int = _MOST_SHOWN) -> str:
    r"""Return a text in one line, its middle left out if it is longer than `most` characters.

    >>> one_line("ten bytes\nand ten more", most=10)
    'ten b ...  more'
    """
    line = " ".join(str(text).split())
    return line if len(line) <= most else f"{line[: most // 2]} ... {line[-most // 2 :]}"
