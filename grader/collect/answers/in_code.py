"""Answers that code gives by a variable of an agreed name: `q3 = "B"`, `answers = {"q3": ["A", "C"]}`. Read,
never run."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from grader.assignment import Question
from grader.assignment.parameters import assigned as assigned_by
from grader.assignment.parameters import settings, top_level
from grader.collect.reading.pieces import Piece
from grader.collect.source import constants
from grader.collect.source.parameters import known_constants
from grader.model import Answer

LONGEST_VALUE = 400  # characters of a value


def answers_in_code(
    questions: Sequence[Question], pieces: Sequence[Piece], notebook: str
) -> tuple[Answer, ...]:
    """For each question the last value that code gives it, as a line `q3 = "B"`; nothing for `q3 = ""`,
    `None` and `...`."""
    meant = {
        name.casefold(): question
        for question in questions
        for name in (question.names and (question.id, *question.names))
    }
    if not meant:
        return ()
    known = known_constants(pieces)
    found: dict[tuple[str, str], Answer] = {}
    for piece in pieces:
        where = f"{notebook}, cell {piece.number}" if piece.number and not piece.file else piece.where
        for name, value in _given(piece):
            question = meant.get(name.casefold())
            if question is not None and (text := _said(value, known)):
                found[question.id, piece.file or piece.module] = Answer(
                    question=question.id, text=f"{name} = {text}"[:LONGEST_VALUE], where=where
                )
    return tuple(found.values())


def _given(piece: Piece) -> Iterator[tuple[str, ast.expr]]:
    """Names and values: of dicts, classes and calls first, for a plain assignment counts more; items of dicts
    such as `a["q3"] = "B"`."""
    if piece.tree is None:
        return
    yield from settings(piece.tree)
    for statement in top_level(piece.tree.body):
        yield from assigned_by([statement])
        match statement:
            case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value=str() as name))], value=value):
                yield name, value


def _said(value: ast.expr, known: Mapping[str, constants.Constant]) -> str:
    """The value in one line; "" when it is none yet."""
    match value:
        case ast.Constant(value=None) | ast.Constant(value=bool()):
            return ""
        case ast.Constant() if value.value is ...:
            return ""
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            return ", ".join(said for element in elements if (said := _said(element, known)))
        case ast.BinOp() if not any(isinstance(node, ast.Name | ast.Call) for node in ast.walk(value)):
            return ast.unparse(value)
        case _:
            found = constants.constant(value, known)
            return f"{found}".strip() if found is not None else ast.unparse(value)
