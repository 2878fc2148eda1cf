"""The places of a homework that are still to be written, read in its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.assignment.template import NOT_WRITTEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A place that is still to be written: a statement that raises NOT_WRITTEN."""

    line: int
    message: str | None  # as it is raised; None: it is put together when it is raised
    always: (
        bool  # whoever runs the function or the cell around it comes to it: no branch, loop or return before
    )

    def may_have_raised(self, message: str) -> bool:
        """Whether an error with this message may come from here. Whoever hands it on may put words around
        it."""
        return not self.message or self.message in message

    def has_raised(self, message: str) -> bool:
        """Whether it came from here for certain: a library has other words."""
        return self.message in message if self.message else self.message == message


def gaps(text: str) -> list[Gap]:
    """The places in a piece of code that are still to be written, in their order; none in what Python cannot
    read."""
    return sorted(_gaps_in(statements(text), always=True), key=lambda gap: gap.line)


def statements(text: str) -> list[ast.stmt]:
    """The statements of a piece of code; none in what Python cannot read."""
    try:
        return ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _gaps_in(body: Sequence[ast.stmt], *, always: bool) -> Iterator[Gap]:
    for statement in body:
        if isinstance(statement, ast.Raise):
            if statement.exc is not None and NOT_WRITTEN in _names_in(statement.exc):
                yield Gap(line=statement.lineno, message=_literal(statement.exc), always=always)
        else:
            opens = isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            passes = isinstance(statement, ast.With | ast.AsyncWith) and always
            for inner in _bodies(statement):
                yield from _gaps_in(inner, always=opens or passes)
            always = always and (opens or not _may_leave(statement))


def _bodies(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The blocks of statements inside one, those of handlers and cases too."""
    for holder in (statement, *getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield from (getattr(holder, block, []) for block in ("body", "orelse", "finalbody"))


def _may_leave(statement: ast.stmt) -> bool:
    return any(isinstance(node, ast.Return | ast.Raise) for node in ast.walk(statement))


def _names_in(raised: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(raised) if isinstance(node, ast.Name)}


def _literal(raised: ast.expr) -> str | None:
    """The message of what is raised, as far as it stands there word for word."""
    given = raised.args if isinstance(raised, ast.Call) else []
    if not given:
        return ""
    return given[0].value if isinstance(given[0], ast.Constant) and isinstance(given[0].value, str) else None
