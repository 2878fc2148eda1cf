"""Replace the values of parameters in the student's own text, so that line numbers stay what the student wrote."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader.assignment.parameters import option_defaults, top_level
from grader.model import CellSource

MAGIC = re.compile(r"^(\s*)[%!?].*$", re.MULTILINE)


def override(
    cells: Sequence[CellSource], values: Mapping[str, float | int]
) -> tuple[tuple[CellSource, ...], dict[str, float | int]]:
    """The cells with every top-level constant assignment to these names changed, and the values that took effect."""
    done: dict[str, float | int] = {}
    changed = []
    for cell in cells:
        text, names = override_text(cell.text, values)
        done |= {name: values[name] for name in names}
        changed.append(replace(cell, text=text))
    return tuple(changed), done


def override_text(text: str, values: Mapping[str, float | int]) -> tuple[str, set[str]]:
    """The text with these parameters changed, and which of them it holds: constants assigned at top level, also below
    `if __name__ == "__main__"`, and the defaults of argparse's options."""
    if not any(name.lower() in text.lower().replace("-", "_") for name in values):
        return text, set()
    try:
        tree = ast.parse(MAGIC.sub(r"\1pass", text))
    except (SyntaxError, ValueError, RecursionError):
        return text, set()
    spots = [spot for statement in top_level(tree.body) for spot in _spots(statement, values)]
    spots += [(name, node) for name, node in option_defaults(tree) if name in values and _is_constant(node)]
    lines = text.encode().split(b"\n")
    for name, node in sorted(spots, key=lambda spot: (spot[1].lineno, spot[1].col_offset), reverse=True):
        if node.end_lineno != node.lineno or node.end_col_offset is None:
            return text, set()
        line = lines[node.lineno - 1]
        lines[node.lineno - 1] = line[: node.col_offset] + repr(values[name]).encode() + line[node.end_col_offset :]
    return b"\n".join(lines).decode(), {name for name, _ in spots}


def _spots(statement: ast.stmt, values: Mapping[str, float | int]) -> list[tuple[str, ast.expr]]:
    """(name, the expression to replace) of one statement: `A = 1`, `A: int = 1`, `A, B = 1, 2`."""
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value is not None:
        pairs: list[tuple[ast.expr, ast.expr]] = [(statement.target, statement.value)]
    elif isinstance(statement, ast.Assign):
        pairs = []
        for target in statement.targets:
            if isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple):
                if len(target.elts) == len(statement.value.elts):
                    pairs += zip(target.elts, statement.value.elts, strict=True)
            else:
                pairs.append((target, statement.value))
    else:
        return []
    return [(t.id, v) for t, v in pairs if isinstance(t, ast.Name) and t.id in values and _is_constant(v)]


def _is_constant(node: ast.expr) -> bool:
    """Numbers and arithmetic of numbers: anything else may mean more than a value."""
    allowed = (ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop)
    return all(isinstance(part, allowed) or _is_number(part) for part in ast.walk(node))


def _is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)
