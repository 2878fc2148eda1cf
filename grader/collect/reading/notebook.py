"""Read a notebook of any format and state of repair into cells. Cell numbers count all cells from 1."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from grader.assignment.newer_python import NEW_STRING, NEW_STRINGS, as_older_python
from grader.collect import words
from grader.collect.reading.decode import LARGEST_NOTEBOOK, load
from grader.collect.reading.magics import readable
from grader.collect.reading.stored import printed, stored_marks
from grader.collect.words import plain
from grader.model import Repair, RepairKind

MOST_CELLS = 5000
CELL_ID = re.compile(r"[a-zA-Z0-9-_]{1,64}")
PYTHON = {"", "python", "python2", "python3", "ipython", "ipython3"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookCell:
    """One cell as the student wrote it; `kind` is "code", "markdown" or "raw". Of a script it is a piece:
    `where` says which."""

    number: int
    kind: str
    text: str
    tags: tuple[str, ...] = ()
    id: str = ""
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    where: str = ""  # "main.py, lines 12 to 40"
    shown: str = ""  # what it printed when it was run before, as the notebook stores it


@dataclass(frozen=True, slots=True, kw_only=True)
class Notebook:
    """A notebook that was read, or a `problem`: one line that names the file."""

    cells: tuple[NotebookCell, ...] = ()
    repairs: tuple[Repair, ...] = ()
    notices: tuple[str, ...] = ()
    problem: str = ""
    stored: tuple[str, ...] = ()  # what its stored outputs hold that tells two people's apart


class Repairs:
    """What was repaired, each kind once with the numbers of its cells."""

    def __init__(self) -> None:
        self._cells: dict[tuple[RepairKind, str], list[int]] = {}

    def add(self, kind: RepairKind, what: str, number: int) -> None:
        """Note a repair of one cell: `what` is said after the cells."""
        self._cells.setdefault((kind, what), []).append(number)

    def all(self) -> Iterator[Repair]:
        """Each thing that was repaired once, with its cells."""
        for (kind, what), numbers in self._cells.items():
            yield of_cells(kind, words.cells(numbers), what)


def of_cells(kind: RepairKind, cells: str, what: str) -> Repair:
    """A repair of some cells."""
    return Repair(kind=kind, text=f"{cells}: {what}", about=what)


def read_notebook(path: Path, name: str) -> Notebook:
    """Read the file at `path`, called `name` in messages. Never raises for anything that a file can hold."""
    try:
        if path.stat().st_size > LARGEST_NOTEBOOK:
            return Notebook(
                problem=(
                    f"{plain(name)} is not read: it has more than 50 MB; clear its outputs and save it again"
                )
            )
        data = path.read_bytes()
    except OSError as problem:
        return Notebook(problem=f"{plain(name)} cannot be read: {problem.strerror or 'an error of the disk'}")
    return parse_notebook(data, name)


def parse_notebook(data: bytes, name: str) -> Notebook:
    """Read a notebook from bytes. Never raises."""
    loaded = load(data)
    problem = loaded.problem or _no_notebook(loaded.value)
    if problem:
        return Notebook(problem=f"{plain(name)} is not a notebook: {problem}")
    value: dict[str, Any] = loaded.value
    raw = _raw_cells(value)
    if len(raw) > MOST_CELLS:
        return Notebook(
            problem=f"{plain(name)} is not read: it has {len(raw):,} cells, at most {MOST_CELLS:,} are"
        )
    repairs = Repairs()
    minor = _minor(value)
    cells = tuple(_cell(cell, number, repairs) for number, cell in enumerate(raw, 1))
    cells = _with_ids(cells, repairs, had_ids=minor >= 5)
    cells = tuple(_of_this_python(cell, repairs) for cell in cells)
    whole = [*loaded.repairs, *_format_repairs(value, minor), *_kernel_repairs(value)]
    return Notebook(
        cells=cells,
        repairs=(*whole, *repairs.all()),
        notices=tuple(_language_notices(value)),
        stored=stored_marks(raw),
    )


def _no_notebook(value: Any) -> str:
    if not isinstance(value, dict):
        return "it is JSON, but no notebook"
    if not isinstance(value.get("cells"), list) and not isinstance(value.get("worksheets"), list):
        return "it is JSON, but without cells"
    return ""


def _raw_cells(value: dict[str, Any]) -> list[Any]:
    if isinstance(value.get("cells"), list):
        return list(value["cells"])
    # nbformat 3 and before
    sheets = [sheet.get("cells") for sheet in value["worksheets"] if isinstance(sheet, dict)]
    return [cell for sheet in sheets if isinstance(sheet, list) for cell in sheet]


def _minor(value: dict[str, Any]) -> int:
    minor = value.get("nbformat_minor")
    return minor if isinstance(minor, int) and value.get("nbformat") == 4 else 0


def _format_repairs(value: dict[str, Any], minor: int) -> Iterator[Repair]:
    major = value.get("nbformat")
    if not isinstance(major, int) or isinstance(major, bool):
        yield Repair(kind=RepairKind.FORMAT, text="the notebook did not say its format: read as 4.5")
    elif major != 4 or "cells" not in value:
        yield Repair(kind=RepairKind.FORMAT, text=f"notebook format {plain(str(major), 10)} turned into 4.5")
    elif minor < 5:
        yield Repair(kind=RepairKind.FORMAT, text=f"notebook format 4.{minor} raised to 4.5")
    elif minor > 5:
        yield Repair(kind=RepairKind.FORMAT, text=f"notebook format 4.{plain(str(minor), 10)} read as 4.5")


def _kernelspec(value: dict[str, Any], key: str) -> str:
    """A field of the kernelspec, or the language's name."""
    metadata = value.get("metadata")
    spec = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    found = spec.get(key) if isinstance(spec, dict) else None
    return found if isinstance(found, str) else ""


def _kernel_repairs(value: dict[str, Any]) -> Iterator[Repair]:
    name = _kernelspec(value, "name")
    if not name:
        yield Repair(
            kind=RepairKind.KERNEL, text="the notebook names no kernel: the grader's own Python is used"
        )
    elif name not in PYTHON:
        yield Repair(
            kind=RepairKind.KERNEL,
            text=f"the kernel {plain(name, 40)!r} is set aside: the grader's own Python is used",
        )


def _language_notices(value: dict[str, Any]) -> Iterator[str]:
    metadata = value.get("metadata")
    info = metadata.get("language_info") if isinstance(metadata, dict) else None
    told = info.get("name") if isinstance(info, dict) else None
    language = told if isinstance(told, str) and told else _kernelspec(value, "language")
    if language.lower() not in PYTHON:
        yield f"the notebook says it is written in {plain(language, 40)}; it is run as Python"


def _cell(cell: Any, number: int, repairs: Repairs) -> NotebookCell:
    if not isinstance(cell, dict):
        repairs.add(RepairKind.CELL, "not a cell, left empty", number)
        return NotebookCell(number=number, kind="raw", text="")
    kind, prefix = _kind(cell, number, repairs)
    text = _source(cell, number, repairs)
    metadata = cell.get("metadata")
    lacking = not isinstance(metadata, dict) or (kind == "code" and not isinstance(cell.get("outputs"), list))
    if lacking:
        repairs.add(RepairKind.FIELDS, "fields that the format asks for were missing and filled in", number)
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    clean = (
        dict.fromkeys(tag for tag in tags if isinstance(tag, str) and tag.isprintable())
        if isinstance(tags, list)
        else {}
    )
    given = cell.get("id")
    return NotebookCell(
        number=number,
        kind=kind,
        text=prefix + text,
        tags=tuple(tag for tag in clean if tag and "," not in tag),  # what the format allows
        id=given if isinstance(given, str) else "",
        attachments=_attachments(cell.get("attachments")) if kind == "markdown" else {},
        shown=printed(cell),
    )


def _kind(cell: dict[str, Any], number: int, repairs: Repairs) -> tuple[str, str]:
    """The kind of a cell and what to put before its text; headings were cells of their own in format 3."""
    kind = cell.get("cell_type")
    if kind in ("code", "markdown", "raw"):
        return str(kind), ""
    if kind == "heading":
        level = cell.get("level")
        return "markdown", "#" * (level if isinstance(level, int) and 1 <= level <= 6 else 1) + " "
    if kind == "html":
        return "markdown", ""
    repairs.add(RepairKind.CELL, "unknown kind of cell, kept as plain text", number)
    return "raw", ""


def _source(cell: dict[str, Any], number: int, repairs: Repairs) -> str:
    source = cell.get("source", cell.get("input"))  # "input" until format 3
    if isinstance(source, list):
        parts = [part for part in source if isinstance(part, str)]
        unended = len(parts) > 1 and not any("\n" in part for part in parts)
        if unended:  # a broken writer: joined as they are, the lines would run into each other
            repairs.add(RepairKind.LINES, "line ends were missing between the lines and put back", number)
        source = ("\n" if unended else "").join(parts)
    if not isinstance(source, str):
        repairs.add(RepairKind.CELL, "no source, read as empty", number)
        return ""
    if "\r" in source:
        repairs.add(RepairKind.LINE_ENDS, "Windows line ends replaced", number)
        source = source.replace("\r\n", "\n").replace("\r", "\n")
    if any("\ud800" <= char <= "\udfff" for char in source):
        repairs.add(RepairKind.ENCODING, "half characters, which no file can hold, replaced", number)
        source = source.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return source


def _attachments(value: Any) -> dict[str, dict[str, str]]:
    if not isinstance(value, dict):
        return {}
    return {
        name: {kind: data for kind, data in bundle.items() if isinstance(data, str)}
        for name, bundle in value.items()
        if isinstance(bundle, dict)
    }


def _of_this_python(cell: NotebookCell, repairs: Repairs) -> NotebookCell:
    """The cell, with strings as this Python reads them; lines with a magic stay as they are."""
    if cell.kind != "code" or not NEW_STRING.search(cell.text):
        return cell
    code, lines = readable(cell.text).code, cell.text.split("\n")
    before, after = code.split("\n"), as_older_python(code).split("\n")
    if before == after or len(after) != len(lines):
        return cell
    repairs.add(RepairKind.STRINGS, NEW_STRINGS, cell.number)
    kept = [new if line == old else line for line, old, new in zip(lines, before, after, strict=True)]
    return replace(cell, text="\n".join(kept))


def _with_ids(
    cells: tuple[NotebookCell, ...], repairs: Repairs, *, had_ids: bool
) -> tuple[NotebookCell, ...]:
    """The cells with an id each; ids that are allowed and first of their kind stay."""
    taken = {cell.id for cell in cells}
    used: set[str] = set()
    renewed = []
    for cell in cells:
        good = CELL_ID.fullmatch(cell.id) is not None and cell.id not in used
        if not good and had_ids:
            repairs.add(
                RepairKind.CELL_IDS, "new cell ids: some were missing, repeated or not allowed", cell.number
            )
        new, extra = f"cell-{cell.number}", 2
        while not good and (new in taken or new in used):
            new, extra = f"cell-{cell.number}-{extra}", extra + 1
        name = cell.id if good else new
        used.add(name)
        renewed.append(replace(cell, id=name))
    return tuple(renewed)
