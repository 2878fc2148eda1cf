"""Which generation of Keras a homework is written for, where its source says so plainly. Code that tries both
says nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from grader.collect.reading.escapes import escapes
from grader.collect.reading.pieces import Piece
from grader.collect.source import constants
from grader.collect.source.functions import written
from grader.collect.source.origins import Origins, Where
from grader.keras.generations import BY_SWITCH, SWITCH
from grader.keras.names import OPTIMIZERS, RATE, installed_by, needed_by
from grader.model import RuntimeSign
from grader.model.runtime import KERAS2, KERAS3

MOST_SIGNS = 20


ENV_MAGIC = re.compile(rf"{SWITCH}(?:=|\s+)[\"']?(?P<value>\w*)")
VERSION = re.compile(r"(?:tensorflow\.)?keras\.__version__|tf_keras\.__version__")
FROM_3 = {ast.GtE: KERAS3, ast.Lt: KERAS2}  # version >= "3", version < "3"
FoundSign = tuple[int, int, RuntimeSign]


def runtime_signs(pieces: Sequence[Piece], origins: Origins) -> tuple[RuntimeSign, ...]:
    """Every plain sign, in the order of the code, at most 20."""
    order = {piece.where: index for index, piece in enumerate(pieces)}
    passed_over = _tolerant(pieces) | _of_own_rates(pieces)
    found: list[FoundSign] = [
        (
            order[piece.where],
            node.lineno,
            RuntimeSign(runtime=runtime, says=written(piece, node, 80), where=piece.at(node)),
        )
        for piece, node, where in origins.walk()
        if isinstance(node, ast.stmt | ast.expr)
        and id(node) not in passed_over
        and (runtime := _runtime_of(node, where, origins))
    ]
    found += [sign for piece in pieces for sign in _in_commands(piece, order[piece.where])]
    # of a line: the whole statement is walked before its parts
    first: dict[tuple[int, int, str], RuntimeSign] = {}
    for cell, line, sign in found:
        first.setdefault((cell, line, sign.runtime), sign)
    return tuple(first[place] for place in sorted(first))[:MOST_SIGNS]


def _tolerant(pieces: Sequence[Piece]) -> set[int]:
    """Nodes (by id) inside `try` and `if`: such code is ready for either generation."""
    branches = [
        node
        for piece in pieces
        if piece.tree
        for node in ast.walk(piece.tree)
        if isinstance(node, ast.Try | ast.If | ast.IfExp)
    ]
    return {id(inner) for branch in branches for inner in ast.walk(branch)}


def _of_own_rates(pieces: Sequence[Piece]) -> set[int]:
    """Nodes (by id) that read `history["lr"]` where the homework keeps rates under that name itself."""
    nodes = [node for piece in pieces if piece.tree for node in ast.walk(piece.tree)]
    keeps = any(
        (isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and _says(node.slice))
        or (isinstance(node, ast.Dict) and any(map(_says, node.keys)))
        for node in nodes
    )
    return {id(node) for node in nodes if isinstance(node, ast.Subscript) and keeps}


def _says(key: ast.expr | None) -> bool:
    return isinstance(key, ast.Constant) and key.value == RATE


def _runtime_of(node: ast.stmt | ast.expr, where: Where, origins: Origins) -> str:
    """The runtime that a node is sure to need; "" for nearly all."""
    match node:
        case ast.Import(names=names):
            return needed_by([alias.name for alias in names])
        case ast.ImportFrom(module=str() as module, level=0, names=names):
            return needed_by([f"{module}.{alias.name}" for alias in names])
        case ast.Assert(test=test):
            return _of_version(test, where, origins)
        case ast.Assign(targets=[ast.Subscript(slice=key)], value=value):
            return _of_variable([(key, value)])
        case ast.Call(args=[key, value, *_]) if constants.text(key, {}) == SWITCH:
            return _of_variable([(key, value)])
        case ast.Call(keywords=[*keywords]) if origins.of(node.func, where) == "os.environ.update":
            return BY_SWITCH.get(
                next((constants.text(k.value, {}) or "?" for k in keywords if k.arg == SWITCH), "?"), ""
            )
        case ast.Call(keywords=[*keywords]) if OPTIMIZERS.fullmatch(origins.of(node.func, where)) and any(
            keyword.arg == RATE for keyword in keywords
        ):
            return KERAS2
        case ast.Subscript(value=ast.Attribute(attr="history"), ctx=ast.Load()) if _says(node.slice):
            return KERAS2
        case ast.Dict(keys=keys, values=values):
            return _of_variable(
                [(key, value) for key, value in zip(keys, values, strict=True) if key is not None]
            )
        case ast.Attribute() | ast.Name() | ast.Subscript():
            return needed_by([origins.of(node, where)])
    return ""


def _of_variable(pairs: Sequence[tuple[ast.expr, ast.expr]]) -> str:
    """Of TF_USE_BY_SWITCH_KERAS and its value, as in os.environ["TF_USE_BY_SWITCH_KERAS"] = "1"."""
    values = [constants.text(value, {}) for key, value in pairs if constants.text(key, {}) == SWITCH]
    return next((BY_SWITCH[value] for value in values if value in BY_SWITCH), "")


def _of_version(test: ast.expr, where: Where, origins: Origins) -> str:
    """Of an assertion about Keras' version: it starts with, equals, is below or is at least a text."""
    match test:
        case ast.Call(func=ast.Attribute(value=asked, attr="startswith"), args=[text]):
            return _starts(asked, text, where, origins)
        case ast.Compare(left=ast.Subscript(value=asked), ops=[ast.Eq()], comparators=[text]):
            return _starts(asked, text, where, origins)
        case ast.Compare(left=asked, ops=[ast.Eq()], comparators=[text]):
            return _starts(asked, text, where, origins)
        case ast.Compare(left=asked, ops=[op], comparators=[text]):
            return FROM_3.get(type(op), "") if _starts(asked, text, where, origins) == KERAS3 else ""
    return ""


def _starts(asked: ast.expr, text: ast.expr, where: Where, origins: Origins) -> str:
    if not VERSION.fullmatch(origins.of(asked, where)):
        return ""
    major = (constants.text(text, {}) or "").partition(".")[0]
    return {"2": KERAS2, "3": KERAS3}.get(major, "")


def _in_commands(piece: Piece, order: int) -> Iterator[FoundSign]:
    """%env TF_USE_BY_SWITCH_KERAS=1, and installed versions: such lines are no Python."""
    for escape in escapes(piece.text) if piece.number is not None else ():
        said = f"{escape.mark}{escape.body}"
        runtime = installed_by(escape.body) if "install" in escape.body else ""
        if escape.magic in ("env", "set_env") and (found := ENV_MAGIC.match(escape.rest)):
            runtime = BY_SWITCH.get(found["value"], "")
        if runtime:
            where = f"{piece.where}, line {escape.first + 1}"
            yield order, escape.first + 1, RuntimeSign(runtime=runtime, says=said[:80], where=where)
