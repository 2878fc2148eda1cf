"""Where in the student's code a state is computed: read in the source, by what is returned and where that
comes from."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.assignment.spelling import folded
from grader.rnn.mistake_place import MistakePlace

MARK = re.compile(r"^# --- (?P<where>.+) ---\n", re.MULTILINE)  # between the pieces of SourceFacts.text
LONGEST_LINE = 100  # characters of a line that is shown
LOOPS = (ast.For, ast.While)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLine:
    """One line of the student's code."""

    where: str  # "cell 4, line 12"
    code: str

    def __str__(self) -> str:
        return f"{self.where}: {self.code}"


def line_of(text: str, of_class: str, place: str) -> OwnLine | None:
    """The line of `of_class`.call in that place; a state is made by the last assignment to what is returned
    first or second. None where it cannot be told."""
    for where, piece in pieces(text):
        call = _method(piece, of_class)
        node = _node(call, place) if call is not None else None
        if node is not None:
            code = piece.splitlines()[node.lineno - 1].strip()
            return OwnLine(where=f"{where}, line {node.lineno}", code=code[:LONGEST_LINE])
    return None


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """Where each piece of SourceFacts.text stands, and its code."""
    parts = MARK.split(text)
    yield from zip(parts[1::2], parts[2::2], strict=True)


def _method(piece: str, of_class: str) -> ast.FunctionDef | None:
    try:
        tree = ast.parse(piece)
    except SyntaxError:
        return None
    classes = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and folded(node.name) == folded(of_class)
    ]
    methods = [
        node
        for one in classes
        for node in one.body
        if isinstance(node, ast.FunctionDef) and node.name == "call"
    ]
    return methods[-1] if methods else None


def _node(call: ast.FunctionDef, place: str) -> ast.stmt | None:
    statements = sorted(
        (node for node in ast.walk(call) if isinstance(node, ast.stmt)), key=lambda node: node.lineno
    )
    last = next((node for node in reversed(statements) if isinstance(node, ast.Return)), None)
    match place:
        case MistakePlace.RETURN:
            return last
        case MistakePlace.LOOP:
            return next((node for node in statements if isinstance(node, LOOPS)), None)
        case MistakePlace.STEP:
            return next((node for node in reversed(statements) if _calls_cell(node)), None)
        case MistakePlace.HIDDEN_STATE | MistakePlace.CELL_STATE if last is not None:
            return _made(statements, last, int(place == MistakePlace.CELL_STATE))
    return None


def _calls_cell(node: ast.stmt) -> bool:
    """Whether a simple statement calls an attribute that is named like a cell."""
    if isinstance(node, LOOPS) or hasattr(node, "body"):
        return False
    calls = (part.func for part in ast.walk(node) if isinstance(part, ast.Call))
    return any(isinstance(func, ast.Attribute) and "cell" in func.attr.lower() for func in calls)


def _made(statements: Sequence[ast.stmt], last: ast.Return, position: int) -> ast.stmt | None:
    """The statement that makes what is returned in this position: the last assignment to that name, else the
    return itself."""
    pair = last.value
    if not isinstance(pair, ast.Tuple | ast.List) or len(pair.elts) != 2:
        return None
    value = pair.elts[position]
    if not isinstance(value, ast.Name):
        return last
    made = [node for node in statements if isinstance(node, ast.Assign) and _assigns(node, value.id)]
    return made[-1] if made else None


def _assigns(node: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
