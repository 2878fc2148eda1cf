"""Replace the values of parameters in the student's own text, so that line numbers stay what the student
wrote."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from grader.assignment.parameters import assigned, option_defaults, settings, top_level
from grader.assignment.spelling import folded
from grader.model import CellSource

NOTHING: Mapping[str, str] = MappingProxyType({})
MAGIC = re.compile(r"^(\s*)[%!?].*$", re.MULTILINE)


def override(
    cells: Sequence[CellSource], values: Mapping[str, float | int], spelled: Mapping[str, str] = NOTHING
) -> tuple[tuple[CellSource, ...], dict[str, float | int]]:
    """The cells with every top-level constant assignment to these names changed, and the values that took
    effect. `spelled`: the names that stand for some of them."""
    done: dict[str, float | int] = {}
    changed = []
    for cell in cells:
        text, names = override_text(cell.text, values, spelled)
        done |= {name: values[name] for name in names}
        changed.append(replace(cell, text=text))
    return tuple(changed), done


def override_text(
    text: str, values: Mapping[str, float | int], spelled: Mapping[str, str] = NOTHING
) -> tuple[str, set[str]]:
    """The text with these parameters changed, and which of them it holds: constants assigned at top level,
    also below `if __name__ == "__main__"`, and the defaults of argparse's options; under a name of the
    student's own, wherever it gets a value."""
    if not any(spelled.get(name, name).lower() in text.lower().replace("-", "_") for name in values):
        return text, set()
    try:
        tree = ast.parse(MAGIC.sub(r"\1pass", text))
    except (SyntaxError, ValueError, RecursionError):
        return text, set()
    spots = [spot for statement in top_level(tree.body) for spot in _spots(statement, values)]
    spots += [(name, node) for name, node in option_defaults(tree) if name in values and _is_constant(node)]
    meant = {folded(own): name for name, own in spelled.items() if name in values}
    spots += [
        (meant[folded(own)], node)
        for own, node in _all_values(tree)
        if folded(own) in meant and _is_constant(node)
    ]
    lines = text.encode().split(b"\n")
    once = {(node.lineno, node.col_offset): (name, node) for name, node in spots}
    for _, (name, node) in sorted(once.items(), reverse=True):
        if node.end_lineno != node.lineno or node.end_col_offset is None:
            return text, set()
        line = lines[node.lineno - 1]
        lines[node.lineno - 1] = (
            line[: node.col_offset] + repr(values[name]).encode() + line[node.end_col_offset :]
        )
    return b"\n".join(lines).decode(), {name for name, _ in spots}


def _spots(statement: ast.stmt, values: Mapping[str, float | int]) -> list[tuple[str, ast.expr]]:
    """(name, the expression to replace) of one statement."""
    return [(name, value) for name, value in assigned([statement]) if name in values and _is_constant(value)]


def _all_values(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Every name of the text with an expression that it gets, at top level and elsewhere."""
    yield from assigned(top_level(tree.body))
    yield from settings(tree)


def _is_constant(node: ast.expr) -> bool:
    """Numbers and arithmetic of numbers: anything else may mean more than a value."""
    allowed = (ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop)
    return all(isinstance(part, allowed) or _is_number(part) for part in ast.walk(node))


def _is_number(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
    )
