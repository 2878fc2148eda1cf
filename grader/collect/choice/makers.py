"""Scripts that nobody starts and that make what another one reads: `np.load("data.npz")` here,
`np.savez("data.npz", ...)` there, and the file itself was not handed in."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import PurePosixPath

from grader.collect.choice.opened import OpenedFile, without_problem
from grader.collect.choice.parts import defines
from grader.collect.files.order import order_of
from grader.collect.reading.pieces import Piece

WRITES = ("save", "dump", "write", "to_", "tofile")  # how functions begin that write a file
READS = ("load", "read", "open", "from_", "genfromtxt")
LONGEST_NAME = 200
ENDING = re.compile(r"\.[A-Za-z]\w{0,9}")  # of a file: not "utf-8", nor "float32"


def makers_of(script: OpenedFile, others: Sequence[OpenedFile], files: Collection[str]) -> list[OpenedFile]:
    """The scripts that write what this one, or a module of it, reads and what is not among the `files`."""
    wanted = set(_named(_pieces(script), READS)) - set(_named(_pieces(script), WRITES))
    there = {PurePosixPath(file).name for file in files}
    wanted = {name for name in wanted if PurePosixPath(name).name not in there}
    own = {script.file, *(piece.where for piece in script.modules)}
    found = [
        other
        for other in without_problem(others)
        if other.file not in own
        and not _classes(other) & _classes(script)  # else it is another version
        and wanted & set(_named(_pieces(other), WRITES))
    ]
    return sorted(found, key=lambda one: order_of(one.file))


def _classes(one: OpenedFile) -> set[str]:
    return {name for name, methods in defines(one.cells).items() if methods}


def _pieces(one: OpenedFile) -> tuple[Piece, ...]:
    return (*one.cells, *one.modules)


def _named(pieces: Sequence[Piece], how: tuple[str, ...]) -> Iterator[str]:
    """The names of files, and of folders, that stand in calls of functions which begin so: what has an
    ending, and the first text that is handed on as it is."""
    for piece in pieces:
        for node in ast.walk(piece.tree) if piece.tree else ():
            if isinstance(node, ast.Call) and _begins(node, how):
                given = (*node.args, *(keyword.value for keyword in node.keywords))
                texts = [text for one in given for text in _texts(one)]
                yield from (text for text in texts if ENDING.fullmatch(PurePosixPath(text).suffix))
                yield from [
                    text for one in node.args if isinstance(one, ast.Constant) for text in _texts(one)
                ][:1]


def _begins(call: ast.Call, how: tuple[str, ...]) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name == "open":  # for writing, where its mode says so
        modes = [*call.args[1:2], *(one.value for one in call.keywords if one.arg == "mode")]
        said = [one.value for one in modes if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        return any(mode.startswith(("w", "a", "x")) for mode in said) == (how is WRITES)
    return name.startswith(how)


def _texts(node: ast.expr) -> Iterator[str]:
    for one in ast.walk(node):
        if (
            isinstance(one, ast.Constant)
            and isinstance(one.value, str)
            and 2 < len(one.value) <= LONGEST_NAME
        ):
            yield one.value
