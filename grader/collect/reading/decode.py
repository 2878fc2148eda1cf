"""From the bytes of a file called .ipynb to JSON, or one clear line about what the file is instead."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from grader.collect.reading.syntax import CONFLICT, PROGRAM, parse
from grader.collect.words import plain
from grader.model import Repair, RepairKind

LARGEST_NOTEBOOK = 50 * 1024**2  # bytes of one notebook
AROUND = 30  # characters before and after the place where JSON is damaged
AFTER_THE_END = "text after the end of the notebook was ignored"
BINARY = {
    b"PK\x03\x04": "a zip archive",
    b"%PDF": "a PDF file",
    b"\x89PNG": "a picture",
    b"\x1f\x8b": "an archive",
}
OTHER_COPY = (
    "hand in another copy: Jupyter keeps one in .ipynb_checkpoints, Colab under File, Revision history"
)
BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """`problem` is empty, and `value` is what the JSON says; or `problem` completes "x.ipynb is not a
    notebook: ..."."""

    value: Any = None
    repairs: tuple[Repair, ...] = ()
    problem: str = ""


def load(data: bytes) -> Loaded:
    """Read JSON out of bytes in any of the encodings that editors write. Never raises."""
    if len(data) > LARGEST_NOTEBOOK:
        return Loaded(
            problem=(
                f"it has {len(data) / 1024**2:.0f} MB, more than 50 MB; clear its outputs and save it again"
            )
        )
    if not data.strip():
        return Loaded(problem="the file is empty")
    if what := _binary(data):
        return Loaded(problem=f"it is {what}")
    text, repairs = to_text(data)
    if problem := _something_else(text):
        return Loaded(problem=problem)
    return _parse(text, repairs)


def to_text(data: bytes) -> tuple[str, list[Repair]]:
    """Bytes as text, and the repairs this took. Never fails: Latin-1 gives every byte a letter."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            try:
                return data.decode(encoding), [_of_encoding("the byte order mark at the start was removed")]
            except UnicodeDecodeError:
                break
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding), (
                []
                if encoding == "utf-8"
                else [_of_encoding("read as Windows text (cp1252): the file is not UTF-8")]
            )
        except UnicodeDecodeError:  # the next encoding; the last one reads every byte
            continue
    return data.decode("latin-1"), [_of_encoding("read as Latin-1 text: the file is not UTF-8")]


def _of_encoding(text: str) -> Repair:
    return Repair(kind=RepairKind.ENCODING, text=text)


def _binary(data: bytes) -> str:
    for start, what in BINARY.items():
        if data.startswith(start):
            return what
    utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if b"\0" not in data[:10_000] or utf16:
        return ""
    if not data.strip(b"\0") or data.lstrip().startswith(b"{"):
        return f"overwritten with zero bytes, as after a crash or on a full disk; {OTHER_COPY}"
    return "a binary file"


def _something_else(text: str) -> str:
    start = text[:2000].lstrip("\ufeff \t\r\n").lower()
    if start.startswith("version https://git-lfs.github.com/spec"):
        return "it is a Git LFS pointer; the notebook itself was not uploaded (git lfs push)"
    if start.startswith(("<!doctype html", "<html", "<?xml")) or ("<html" in start and start.startswith("<")):
        return "it is a web page; download the notebook itself instead of the page that shows it"
    return ""


def _parse(text: str, repairs: list[Repair]) -> Loaded:
    stripped = text.strip("\ufeff \t\r\n")
    before = text.count("\n", 0, text.find(stripped))  # lines
    try:
        value, end = json.JSONDecoder(strict=False).raw_decode(stripped)
    except json.JSONDecodeError as problem:
        return Loaded(problem=_broken(stripped, problem, before))
    except RecursionError:
        return Loaded(problem="its JSON is nested too deeply")
    except (ValueError, MemoryError):  # a number of more than 4,300 digits
        return Loaded(problem="its JSON holds a number that cannot be read")
    if end < len(stripped):
        if not isinstance(value, dict):
            return Loaded(problem="it is not JSON")
        line = before + stripped.count("\n", 0, end) + 1
        repairs = [*repairs, Repair(kind=RepairKind.LOST, text=f"{AFTER_THE_END} (line {line} of the file)")]
    return Loaded(value=value, repairs=tuple(repairs))


def _broken(text: str, problem: json.JSONDecodeError, before: int) -> str:
    if any(CONFLICT.match(line) for line in text.split("\n")):
        return "it holds merge conflict markers (<<<<<<<); resolve the conflict and save it again"
    if not text.startswith("{"):
        program = parse(text).tree
        if program is not None and any(isinstance(one, PROGRAM) for one in program.body):
            return "it is a Python program; its name should end with .py"
        return "it is not JSON"
    if problem.msg.startswith("Unterminated string") or problem.pos >= len(text):
        return "it ends too early, as after an upload that broke off"
    near = plain(text[max(0, problem.pos - AROUND) : problem.pos + AROUND])
    return (
        f"its JSON is damaged at line {before + problem.lineno}, near `{near}`; mend it in a text editor, or"
        f" {OTHER_COPY}"
    )
