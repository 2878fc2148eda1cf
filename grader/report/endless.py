"""Loops that a cell itself runs into and that nothing in them leaves, read in its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from grader.assignment.gaps import statements

LEAVES = {"exit", "quit", "_exit"}  # calls that end the program, and the loop with it
OWN_BODY = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda


def endless_loops(text: str) -> list[int]:
    """The lines of such loops in a piece of code: `while True` without a way out. One in a function is not
    looked at: whoever calls it may stop, as with a generator."""
    found = (node for node in _run_at_once(statements(text)) if isinstance(node, ast.While))
    return sorted(loop.lineno for loop in found if _never_ends(loop))


def _run_at_once(body: Sequence[ast.AST]) -> Iterator[ast.AST]:
    """All that runs when these statements do; what a function or a class holds is left out."""
    for node in body:
        if not isinstance(node, OWN_BODY):
            yield node
            yield from _run_at_once(list(ast.iter_child_nodes(node)))


def _never_ends(loop: ast.While) -> bool:
    always = isinstance(loop.test, ast.Constant) and bool(loop.test.value)
    return always and not _breaks(loop.body) and not any(map(_may_leave, _run_at_once(loop.body)))


def _breaks(body: Sequence[ast.AST]) -> bool:
    """Whether a `break` in here ends the loop around it, and not one within."""
    for node in body:
        if isinstance(node, ast.Break):
            return True
        if isinstance(node, ast.For | ast.AsyncFor | ast.While):
            if _breaks(node.orelse):
                return True
        elif not isinstance(node, OWN_BODY) and _breaks(list(ast.iter_child_nodes(node))):
            return True
    return False


def _may_leave(node: ast.AST) -> bool:
    """Whether it leaves every loop around it: an error, an answer, the end of the program."""
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return name in LEAVES or name == "next"  # an iterator that is empty raises
    return isinstance(node, ast.Raise | ast.Return | ast.Yield | ast.YieldFrom | ast.Await | ast.Assert)
