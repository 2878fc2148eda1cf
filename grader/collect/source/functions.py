"""Functions, methods and classes as written: arguments, types, docstrings."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator, Sequence

from grader.collect.reading.pieces import Piece
from grader.collect.reading.syntax import parse
from grader.collect.source.scope import FunctionDef, dotted, executed
from grader.collect.words import plain
from grader.model import FunctionFacts

LONGEST_DOCSTRING = 5000
COMMENT = re.compile(r"[ \t]*#")
COMMENT_AT_END = re.compile(r"(?:^|\s)#+[ \t]*(?P<said>.*)")
PUBLIC_SPECIAL = {"__init__", "__call__"}  # the double-underscored methods whose arguments a caller gives


def functions(piece: Piece) -> Iterator[FunctionFacts]:
    """Every function and method of a piece; "LSTM_Cell.call" for a method, "outer.inner" for a function in a
    function."""
    for node, owner in _definitions(piece):
        if isinstance(node, FunctionDef):
            yield _facts(piece, node, owner)


def functions_in_force(cells: Sequence[Piece]) -> Iterator[FunctionFacts]:
    """Those of all cells, without first attempts: what a later cell defines again under the same name is what
    counts."""
    last = {name: number for number, piece in enumerate(cells) for name in _replaced(piece)}
    for number, piece in enumerate(cells):
        yield from (one for one in functions(piece) if last.get(one.name.partition(".")[0], number) <= number)


def _replaced(piece: Piece) -> Iterator[str]:
    """The names that a cell defines anew at its top level: not a class that is made from the one of its own
    name."""
    for node in piece.tree.body if piece.tree else ():
        if isinstance(node, Definition) and node.name not in [
            dotted(base) for base in getattr(node, "bases", ())
        ]:
            yield node.name


def classes(piece: Piece) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every class of a piece with its bases as written."""
    for node, owner in _definitions(piece):
        if isinstance(node, ast.ClassDef):
            name = ".".join([*(one.name for one in owner), node.name])
            yield name, tuple(written(piece, base) for base in node.bases)


Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _definitions(piece: Piece) -> Iterator[tuple[Definition, tuple[Definition, ...]]]:
    """Every function and class with those around it, in the order of the text."""
    stack: list[tuple[ast.AST, tuple[Definition, ...]]] = [(piece.tree, ())] if piece.tree else []
    while stack:
        node, owner = stack.pop()
        if isinstance(node, Definition):
            yield node, owner
            owner = (*owner, node)
        stack += [(child, owner) for child in reversed(list(ast.iter_child_nodes(node)))]


def _facts(piece: Piece, node: FunctionDef, owner: tuple[Definition, ...]) -> FunctionFacts:
    decorators = tuple(written(piece, decorator) for decorator in node.decorator_list)
    # nobody explains *args and **kwargs
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    if owner and isinstance(owner[-1], ast.ClassDef) and "staticmethod" not in decorators:
        arguments = arguments[1:]
    return FunctionFacts(
        name=".".join([*(one.name for one in owner), node.name]),
        where=piece.at(node),
        arguments=tuple(argument.arg for argument in arguments),
        annotated=tuple(argument.arg for argument in arguments if argument.annotation),
        returns_annotated=node.returns is not None,
        docstring=(_docstring(node, owner) or _comments(piece, node))[:LONGEST_DOCSTRING],
        is_generator=any(
            isinstance(inner, ast.Yield | ast.YieldFrom) for inner in executed(node.body, classes=False)
        ),
        decorators=decorators,
        is_public=all(_is_public(one.name) for one in (*owner, node))
        and not any(isinstance(one, FunctionDef) for one in owner),
        explained=tuple(argument.arg for argument in arguments if _explains(argument.annotation)),
    )


def _explains(annotation: ast.expr | None) -> bool:
    """Whether an annotation says in words what an argument is: a sentence in quotes, or one beside the type,
    Annotated[tf.Tensor, "the input of one step"]."""
    match annotation:
        case ast.Constant(value=str(text)):
            return _is_prose(text)
        case ast.Subscript(value=kind, slice=ast.Tuple(elts=[_, *about])):
            texts = [
                inner.value for one in about for inner in ast.walk(one) if isinstance(inner, ast.Constant)
            ]
            is_annotated = (dotted(kind) or "").rpartition(".")[2] == "Annotated"
            return is_annotated and any(isinstance(text, str) and text.strip() for text in texts)
    return False


def _is_prose(text: str) -> bool:
    """Whether it is no name of a type in quotes."""
    return bool(parse(f"({text})").error)


def _docstring(node: FunctionDef, owner: tuple[Definition, ...]) -> str:
    """The docstring; that of the class counts for its __init__ too, for there the arguments are usually
    explained."""
    own = ast.get_docstring(node) or ""
    if node.name == "__init__" and owner:
        return f"{own}\n{ast.get_docstring(owner[-1]) or ''}".strip()
    return own


def _comments(piece: Piece, node: FunctionDef) -> str:
    """The comments that stand above a function, beside its arguments, and before its first statement: they
    count where there is no docstring."""
    lines, first = piece.text.splitlines(), min([node.lineno, *(one.lineno for one in node.decorator_list)])
    before = "\n".join(lines[: first - 1]).rstrip().splitlines()
    above = list(itertools.takewhile(COMMENT.match, reversed(before)))
    inside = lines[node.lineno - 1 : node.body[0].lineno - 1]
    found = (COMMENT_AT_END.search(line) for line in (*reversed(above), *inside))
    return "\n".join(one["said"] for one in found if one)


def _is_public(name: str) -> bool:
    return not name.startswith("_") or name in PUBLIC_SPECIAL


def written(piece: Piece, node: ast.AST, limit: int = 120) -> str:
    """An expression as the student wrote it, on one line. Never raises."""
    if name := dotted(node):
        return plain(name, limit)
    try:
        return plain(ast.unparse(node), limit)
    except (RecursionError, ValueError):
        return "…"
