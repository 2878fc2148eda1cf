"""Replace the values of parameters in the student's own text, so that line numbers stay what the student
wrote."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from grader.assignment.parameters import assigned, not_to_train_with, option_defaults, settings, top_level
from grader.assignment.spelling import folded
from grader.model import CellSource

Values = Mapping[str, float | int]
Spelled = Mapping[str, str]
Spot = tuple[str, ast.expr]  # a parameter, and an expression that it gets
NOTHING: Spelled = MappingProxyType({})
MAGIC = re.compile(r"^(\s*)[%!?].*$", re.MULTILINE)


def override(
    cells: Sequence[CellSource],
    values: Values,
    spelled: Spelled = NOTHING,
    by: Callable[[str, Values, Spelled], tuple[str, set[str]]] | None = None,
) -> tuple[tuple[CellSource, ...], dict[str, float | int]]:
    """The cells with these parameters changed `by` override_text, or by correct_text, and the values that
    took effect. `spelled`: the names that stand for some of them."""
    done: dict[str, float | int] = {}
    changed = []
    for cell in cells:
        text, names = (by or override_text)(cell.text, values, spelled)
        done |= {name: values[name] for name in names}
        changed.append(replace(cell, text=text))
    return tuple(changed), done


def override_text(text: str, values: Values, spelled: Spelled = NOTHING) -> tuple[str, set[str]]:
    """The text with these parameters changed, and which of them it holds: constants assigned at top level,
    also below `if __name__ == "__main__"`, and the defaults of argparse's options; under a name of the
    student's own, wherever it gets a value."""

    def spots(tree: ast.Module) -> Iterator[Spot]:
        yield from _under_their_names(tree, values)
        yield from _under_own_names([*assigned(top_level(tree.body)), *settings(tree)], values, spelled)

    return _changed(text, values, spelled, lambda tree: [s for s in spots(tree) if _is_number_made(s[1])])


def correct_text(text: str, values: Values, spelled: Spelled = NOTHING) -> tuple[str, set[str]]:
    """The same for parameters that are no number one can use, whatever is written there: where the code's own
    statements assign them, and where a setting or a call has such a value. A keyword that is None may mean
    something else."""

    def spots(tree: ast.Module) -> Iterator[Spot]:
        yield from _under_their_names(tree, values)
        stated = (
            *assigned(top_level(tree.body)),
            *not_to_train_with(tree, set(map(folded, spelled.values()))),
        )
        yield from _under_own_names(stated, values, spelled)

    return _changed(text, values, spelled, lambda tree: [s for s in spots(tree) if _is_literal(s[1])])


def _changed(
    text: str, values: Values, spelled: Spelled, find: Callable[[ast.Module], list[Spot]]
) -> tuple[str, set[str]]:
    if not any(spelled.get(name, name).lower() in text.lower().replace("-", "_") for name in values):
        return text, set()
    try:
        tree = ast.parse(MAGIC.sub(r"\1pass", text))
    except (SyntaxError, ValueError, RecursionError):
        return text, set()
    spots = find(tree)
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


def _under_their_names(tree: ast.Module, values: Values) -> Iterator[Spot]:
    """(name, the expression to replace), where statements and options have the sheet's names."""
    for name, value in (*assigned(top_level(tree.body)), *option_defaults(tree)):
        if name in values:
            yield name, value


def _under_own_names(stated: Iterable[Spot], values: Values, spelled: Spelled) -> Iterator[Spot]:
    meant = {folded(own): name for name, own in spelled.items() if name in values}
    for own, value in stated:
        if folded(own) in meant:
            yield meant[folded(own)], value


def _is_number_made(node: ast.expr) -> bool:
    """Numbers and arithmetic of numbers: anything else may mean more than a value."""
    allowed = (ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop)
    return all(isinstance(part, allowed) or _is_number(part) for part in ast.walk(node))


def _is_number(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
    )


def _is_literal(node: ast.expr) -> bool:
    """Whether it is a value that is written out, of whatever type, or arithmetic of numbers."""
    allowed = (ast.Constant, ast.Tuple, ast.List, ast.UnaryOp, ast.unaryop, ast.expr_context)
    return _is_number_made(node) or all(isinstance(part, allowed) for part in ast.walk(node))
