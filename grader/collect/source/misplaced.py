"""Methods that stand one level too far to the right, inside of another one, or to the left, outside of their
class. Python runs such code without a word, and Keras then says that a layer has no `call`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TypeGuard

from grader.collect.reading.pieces import Piece
from grader.model import Misplaced

MOST_TOLD = 10  # that are told of one homework


def misplaced(pieces: Sequence[Piece]) -> tuple[Misplaced, ...]:
    """The methods that are none because of where they stand."""
    used = {name for piece in pieces if piece.tree for name in _names_in(piece.tree)}
    found = (*(one for piece in pieces for one in _inside(piece)), *_outside(pieces))
    return tuple(one for one in found if one.name not in used)[:MOST_TOLD]


def _names_in(tree: ast.AST) -> Iterator[str]:
    """Names that are read: a function whose name is read may be meant to stand where it stands."""
    return (
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    )


def _inside(piece: Piece) -> Iterator[Misplaced]:
    """Methods that are defined inside of a method."""
    nodes = piece.tree.body if piece.tree else ()
    for kind in (node for node in nodes if isinstance(node, ast.ClassDef)):
        for method in _methods(kind):
            for inner in method.body:
                if _is_method(inner) and inner.name not in _names_of(kind):
                    yield Misplaced(
                        name=inner.name, kind=kind.name, within=method.name, where=piece.at(inner)
                    )


def _outside(pieces: Sequence[Piece]) -> Iterator[Misplaced]:
    """Functions that take `self` and follow on a class, also as the next cell of the notebook."""
    kind: ast.ClassDef | None = None
    for piece in pieces:
        kind = kind if piece.number is not None else None
        for node in piece.tree.body if piece.tree else ():
            if isinstance(node, ast.ClassDef):
                kind = node
            elif not _is_method(node):
                kind = None
            elif kind is not None and node.name not in _names_of(kind):
                yield Misplaced(name=node.name, kind=kind.name, within="", where=piece.at(node))


def _methods(kind: ast.ClassDef) -> Iterator[ast.FunctionDef]:
    return (one for one in kind.body if _is_method(one))


def _names_of(kind: ast.ClassDef) -> set[str]:
    """The methods that a class has."""
    return {method.name for method in _methods(kind)}


def _is_method(node: ast.AST) -> TypeGuard[ast.FunctionDef]:
    """Whether a function takes `self`."""
    if not isinstance(node, ast.FunctionDef):
        return False
    arguments = [*node.args.posonlyargs, *node.args.args]
    return bool(arguments) and arguments[0].arg == "self"
