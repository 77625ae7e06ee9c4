"""Forged certificates: semantic changes of true ones, each with its hash made anew.

`forgeries` yields pairs of a label and a document, for any checker. The label begins with the kind:

form
    The document breaks the grammar; it must be rejected, whatever it states.
statement, question, evidence, mixture
    Values, inputs or evidence are changed, or several of them together; it may be accepted only if what it states is
    still true.

`forged_files` yields what a document cannot hold: bytes of files, all of which must be rejected.
"""

import copy
import json
from collections.abc import Iterator
from random import Random

from forgery_bases import bases
from forgery_evidence import EVIDENCE
from forgery_form import FORM
from forgery_mixtures import MIXTURE
from forgery_statements import QUESTION, STATEMENT
from forgery_tools import Document

from qdverify.certificate.check import content_hash

TRIES = 4
KINDS = {"form": FORM, "statement": STATEMENT, "question": QUESTION, "evidence": EVIDENCE, "mixture": MIXTURE}


def forgeries(seed: int = 0, tries: int = TRIES) -> Iterator[tuple[str, Document]]:
    """Yield labels and forged documents, the same for the same seed; `tries` variants of each change that varies."""
    random = Random(seed)
    for name, base in bases().items():
        seen = {_text(base)}
        for kind, changes in KINDS.items():
            for change in changes:
                for _ in range(tries):
                    document = copy.deepcopy(base)
                    what = change(document, random)
                    if what is None or _text(document) in seen:
                        continue
                    seen.add(_text(document))
                    yield f"{_kind(kind, base, document)}: {what} ({name})", signed(document)


def _kind(kind: str, base: Document, document: Document) -> str:
    """Return the kind of a change; a spin of a weight that became another integer, however large, is a question."""
    if kind != "form" or base["case"]["task"] != "clebsch_gordan_weight" or not isinstance(document.get("case"), dict):
        return kind
    inputs, right = document["case"].get("inputs"), base["case"]["inputs"]
    untouched = {**document, "case": {**document["case"], "inputs": right}} == base
    spins = untouched and isinstance(inputs, dict) and inputs.keys() == right.keys()
    return "question" if spins and all(type(two_S) is int and two_S >= 0 for two_S in inputs.values()) else kind


def signed(document: Document) -> Document:
    """Return the document with a hash that fits its content."""
    return {**document, "sha256": content_hash(document)}


def _text(document: Document) -> str:
    return json.dumps({key: value for key, value in document.items() if key != "sha256"}, sort_keys=True)


# Files


def forged_files() -> Iterator[tuple[str, bytes]]:
    """Yield labels and contents of files that no JSON document can stand for; all must be rejected."""
    text = json.dumps(bases()["soft spectrum"])
    weight = json.dumps(bases()["weight"])
    for key in ("values", "energies", "mid", "electrons", "levels", "sha256", "schema", "grade", "parity"):
        place = text.index(f'"{key}": ')
        value = json.dumps(json.JSONDecoder().raw_decode(text[place + len(key) + 4 :])[0])
        yield f"{key} twice", (text[:place] + f'"{key}": {value}, ' + text[place:]).encode()
    current = json.dumps(bases()["current"])
    for key, other in (("mu", '"9"'), ("rate", '"2"'), ("kT", '"1"'), ("energy", "5"), ("M", "0.4"), ("mid", '"1"')):
        place = current.index(f'"{key}": ')
        yield (
            f"{key} twice, the first of another value",
            (current[:place] + f'"{key}": {other}, ' + current[place:]).encode(),
        )
    place = text.index('"vector": ')
    yield "vector twice", (text[:place] + '"vector": "1", ' + text[place:]).encode()
    yield "a key twice, once with an escape", current.replace('"mu": ', '"\\u006du": "9", "mu": ', 1).encode()
    for old in ('"energy": 0', '"two_S": 0', '"from": 0', '"gate": "1/2"'):
        for new in ("NaN", "-Infinity", "1e999", "00", "+0", "0x0", "0.", ".0", "\u0660", "0_0", "- 0"):
            yield f"{old} is {new}", current.replace(old, f"{old.partition(':')[0]}: {new}", 1).encode()
    yield "nested 200000 deep", b"[" * 200_000 + b"]" * 200_000
    yield "objects nested deep", b'{"a":' * 5000 + b"1" + b"}" * 5000
    yield "nested in a value", text.replace('"digits": ', '"digits": ' + "[" * 500 + "]" * 500 + ', "x": ', 1).encode()
    yield "NaN", text.replace('"digits": 10', '"digits": NaN').encode()
    yield "infinity", text.replace('"digits": 10', '"digits": 1e999').encode()
    yield "an integer of 100000 digits", text.replace('"digits": 10', '"digits": ' + "1" * 100_000).encode()
    yield "UTF-16", text.encode("utf-16")
    yield "a byte order mark", b"\xef\xbb\xbf" + text.encode()
    yield "Latin-1", weight.replace("exact", "ex\u00e4ct").encode("latin-1")
    yield "two documents", (text + text).encode()
    yield "half a document", text[: len(text) // 2].encode()
    yield "nothing", b""
    yield "zeros", b"\0" * 1000
