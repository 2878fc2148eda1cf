"""One line of an answer taken apart: box, bullet, letter, text, and every mark that sets it off from other
lines."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.judge.checks.quiz.plain import BOLD, COLOURED, HIGHLIGHTED, ITALIC, STRUCK, UNDERLINED

TICKS, ARROWS_IN, ARROWS_OUT, CROSSES = "✓✔✅√🗸☑", "→⇒➜➔👉►▶", "←⇐⟵👈◄", "✗✘❌✕☒⨯"
EMPTY_BOXES, DOTS = "☐⬜🔲◻○◯", "●◉⦿🔘"
BOX = re.compile(r"(?:\[(?P<square>[^\[\]]{0,3})\]|\((?P<round>[ xX✓✔•*·●]{0,3})\))(?!\()")
LONE = re.compile(r"\[(?P<letter>[A-L])\]")  # a line of its own: the answer, and no box
BULLET = re.compile(r"(?P<bullet>[-+•·]|\*(?!\*)|\d{1,2}[.)])(?:\s+|$)")
LABEL = r"(?:\((?P<a>[A-La-l])\)|(?P<b>[A-La-l])\s*[.):]|(?P<c>[A-L])(?=\s+[-–—=]\s|\s*$))"
LETTER = re.compile(rf"{LABEL}\s*")
MARKS = {
    BOLD: "bold",
    ITALIC: "italic",
    STRUCK: "struck",
    UNDERLINED: "underlined",
    HIGHLIGHTED: "highlighted",
    COLOURED: "coloured",
}
DELIMITERS = ("***", "___", "**", "~~", "==", "__", UNDERLINED, HIGHLIGHTED, COLOURED, "*", "_", "~")
NAMES = {
    "***": ("bold", "italic"),
    "___": ("bold", "italic"),
    "==": ("highlighted",),
    "*": ("italic",),
    "_": ("italic",),
    "~": ("struck",),
}
LETTER_INSIDE = re.compile(r"[\"'“]?[A-L][\"'”]?")  # ["B"]: a list, and no box
# cells of a table that judge the option beside them
YES = re.compile(r"(?:yes|true|correct|right|ja|wahr|richtig|stimmt|trifft zu)[.!]?", re.IGNORECASE)
NO = re.compile(r"(?:no|false|incorrect|wrong|nein|falsch|stimmt nicht|trifft nicht zu)[.!]?", re.IGNORECASE)
LABELLED = re.compile(r"[A-L][.)]?")
FILLED = "xX✓✔√✅*•·●☑"


@dataclass(slots=True)
class ListedLine:
    """A line, taken apart. `marks` are names such as "bold", "tick", "struck"; a mark of the letter alone is
    "letter bold"."""

    raw: str
    box: bool | None = None  # ticked, empty, or no box
    bullet: str = ""
    quoted: bool = False
    letter: str = ""
    text: str = ""
    tail: str = ""  # what stands behind emphasised words
    marks: frozenset[str] = frozenset()
    column: int | None = None  # of a row of a table: where its tick stands
    odd_box: bool = False  # a box with something in it that is neither a tick nor nothing


def item(line: str) -> ListedLine:
    """The line taken apart, from both of its ends inwards."""
    found = ListedLine(raw=line)
    rest = _row(found, line.strip()) if line.count("|") >= 2 else line.strip()
    before = None
    while rest != before:
        before = rest
        rest = _from_the_left(found, rest)
        rest = _from_the_right(found, rest)
        rest = _unwrapped(found, rest)
        rest = _lettered(found, rest)
    found.text = rest
    return found


def _note(found: ListedLine, *names: str) -> None:
    found.marks = found.marks | set(names)


def _row(found: ListedLine, line: str) -> str:
    """A row of a table: its cells side by side, where a cell with a tick, a verdict or nothing is a box."""
    cells = [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]
    marks = [cell for cell in cells if cell and all(c in FILLED for c in cell)]
    words = [cell for cell in cells if cell and cell not in marks]
    verdicts = [cell for cell in words if YES.fullmatch(cell) or NO.fullmatch(cell)]
    if all(cell in verdicts or LABELLED.fullmatch(cell) for cell in words):
        verdicts = []  # the option itself is "Yes"
    ticked = [*marks, *(cell for cell in verdicts if YES.fullmatch(cell))]
    if ticked or verdicts or not all(cells):
        found.box = bool(ticked)
        found.odd_box = len(verdicts) > 1 or bool(verdicts and marks)
        found.column = next((number for number, cell in enumerate(cells) if cell in ticked), None)
    said = [cell for cell in words if cell not in verdicts]
    return (
        ") ".join([said[0].rstrip(".)"), " ".join(said[1:])])
        if len(said) > 1 and LABELLED.fullmatch(said[0])
        else " ".join(said)
    )


def _from_the_left(found: ListedLine, rest: str) -> str:
    if rest.startswith(">") and not rest.startswith(">="):
        found.quoted = True
        return rest.lstrip("> ")
    if arrow := re.match(r"(?:-+>|=+>)\s*", rest):
        _note(found, "arrow")
        return rest[arrow.end() :]
    if heading := re.match(r"#{1,6}\s+", rest):
        _note(found, "heading")
        return rest[heading.end() :]
    if (bullet := BULLET.match(rest)) and not (found.bullet or found.letter or found.box is not None):
        found.bullet = bullet["bullet"]
        return rest[bullet.end() :]
    if lone := LONE.fullmatch(rest):
        return lone["letter"]
    if (box := BOX.match(rest)) and not found.text:
        return _boxed(found, box, rest[box.end() :].strip())
    return _symbol(found, rest, rest[:1], rest[1:].strip())


def _from_the_right(found: ListedLine, rest: str) -> str:
    if (arrow := re.search(r"\s*(?:<-+|<=+)\s*$", rest)) and arrow.start():
        _note(found, "arrow")
        return rest[: arrow.start()]
    box = re.search(r"\s\[(?P<square>[^\[\]]{0,3})\]$", rest)
    if box and not LETTER_INSIDE.fullmatch(box["square"]):
        return _boxed(found, box, rest[: box.start()].rstrip())
    return _symbol(found, rest, rest[-1:], rest[:-1].rstrip())


def _boxed(found: ListedLine, box: re.Match[str], rest: str) -> str:
    inside = (box["square"] if box["square"] is not None else box.groupdict().get("round") or "").strip()
    found.box = bool(inside) and all(c in FILLED for c in inside)
    found.odd_box = bool(inside.strip("_")) and not found.box
    return rest


def _symbol(found: ListedLine, rest: str, symbol: str, without: str) -> str:
    """The rest without a tick, arrow, star, cross or drawn box at one of its ends."""
    if not symbol or not without:
        return rest
    if symbol in TICKS:
        _note(found, "tick")
    elif symbol in ARROWS_IN + ARROWS_OUT:
        _note(found, "arrow")
    elif symbol in "★⭐":
        _note(found, "star")
    elif symbol in CROSSES:
        _note(found, "cross")
    elif symbol in EMPTY_BOXES:
        found.box = bool(found.box)
    elif symbol in DOTS:
        found.box = True
    elif symbol == "*" and rest.count("*") % 2 and not rest.startswith("**") and not rest.endswith("**"):
        _note(found, "star")
    else:
        return rest
    return without


def _unwrapped(found: ListedLine, rest: str) -> str:
    """Without a pair of delimiters around everything, or around words behind which only a remark stands."""
    if len(rest) > 2 and rest[0] == rest[-1] == "`" and rest.count("`") == 2:
        return rest[1:-1].strip()
    for mark in DELIMITERS:
        if not rest.startswith(mark) or len(rest) <= 2 * len(mark):
            continue
        end = rest.find(mark, len(mark))
        inner, tail = rest[len(mark) : end].strip(), rest[end + len(mark) :]
        if end < 0 or not inner:
            continue
        names = NAMES.get(mark) or (MARKS.get(mark, "bold"),)
        if not tail.strip():
            _note(found, *names, *(f"letter {name}" for name in names))
            return inner
        if LETTER.fullmatch(inner) or re.fullmatch(r"[A-L]", inner):
            return _emphasised_letter(found, inner, tail, names)
        if not tail[0].isalnum() and LETTER.match(inner) and not found.tail:
            _note(found, *names, *(f"letter {name}" for name in names))
            found.tail = tail.strip()
            return inner
        break
    return rest


def _emphasised_letter(found: ListedLine, inner: str, tail: str, names: tuple[str, ...]) -> str:
    if found.letter:
        return f"{inner}{tail}"
    _note(found, *(f"letter {name}" for name in names))
    found.letter = inner.strip("().: ").upper()
    return re.sub(r"^[.):]?\s*(?:[-–—=]\s)?", "", tail)


def _lettered(found: ListedLine, rest: str) -> str:
    """Without "B)", "(b)", "B." or "B -" at its start. A letter alone is left, for it may be the whole
    answer."""
    label = LETTER.match(rest)
    if label is None or found.letter or not rest[label.end() :].strip():
        return rest
    found.letter = next(group for group in label.groups() if group).upper()
    return re.sub(r"^[-–—=]\s+", "", rest[label.end() :]).strip()
