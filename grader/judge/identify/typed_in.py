"""Numbers that stand in the source itself, where a training should have written them."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Sequence

from grader.judge.identify.lines import pieces

NO_NUMBERS = {"nan": math.nan, "inf": math.inf}


def where_typed(text: str, values: Sequence[float]) -> str:
    """Where SourceFacts.text lists exactly these numbers: "cell 4, line 12"; "" where it does not."""
    for where, piece in pieces(text):
        for node, numbers in _lists(piece):
            if len(numbers) == len(values) and all(map(_equal, numbers, values)):
                return f"{where}, line {node.lineno}"
    return ""


def _lists(piece: str) -> Iterator[tuple[ast.expr, list[float]]]:
    try:
        tree = ast.parse(piece)
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.List | ast.Tuple) and len(node.elts) > 1:
            numbers = [_number(one) for one in node.elts]
            if None not in numbers:
                yield node, [one for one in numbers if one is not None]


def _number(node: ast.expr) -> float | None:
    """The number that is written there, -2, np.nan and float("inf") among them; None for all else."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return float(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _number(operand)
            return None if inner is None else -inner
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return NO_NUMBERS.get(name.lower())
        case ast.Call(func=ast.Name(id="float"), args=[ast.Constant(value=str() as name)]):
            return NO_NUMBERS.get(name.strip().lower())
        case _:
            return None


def _equal(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(float(other)))
