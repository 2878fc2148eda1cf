"""Values that the source spells out, computed without running it: numbers, and texts put together from
pieces."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping

Constant = int | float | str
LARGEST_INTEGER = 2**63
LONGEST_TEXT = 1000


def constant(node: ast.AST, known: Mapping[str, Constant]) -> Constant | None:
    """The number or text that an expression of constants stands for; None when it is anything else."""
    match node:
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=int() | float() | str() as value):
            return _bounded(value)
        case ast.Name(id=name):
            return known.get(name)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
            number = constant(operand, known)
            return (
                None
                if number is None or isinstance(number, str)
                else -number
                if isinstance(sign, ast.USub)
                else number
            )
        case ast.BinOp(left=left, op=operator, right=right):
            return _combined(constant(left, known), operator, constant(right, known))
        case ast.Call(func=ast.Name(id="int" | "float" as name), args=[argument], keywords=[]):
            number = constant(argument, known)
            return (
                None
                if number is None or isinstance(number, str)
                else int(number)
                if name == "int"
                else float(number)
            )
        case _:
            return _computed_text(node, known)


def number(node: ast.AST, known: Mapping[str, Constant]) -> int | float | None:
    """The number that an expression of constants stands for; None when it is anything else."""
    value = constant(node, known)
    return None if isinstance(value, str) else value


def text(node: ast.AST, known: Mapping[str, Constant]) -> str | None:
    """The text that an expression of constants stands for; None when it is anything else."""
    value = constant(node, known)
    return value if isinstance(value, str) else None


def _bounded(value: Constant) -> Constant | None:
    if isinstance(value, str):
        return value if len(value) <= LONGEST_TEXT else None
    return value if abs(value) < LARGEST_INTEGER and math.isfinite(value) else None


def _combined(left: Constant | None, operator: ast.operator, right: Constant | None) -> Constant | None:
    if isinstance(left, str) and isinstance(right, str):
        return _bounded(left + right) if isinstance(operator, ast.Add) else None
    if left is None or right is None or isinstance(left, str) or isinstance(right, str):
        return None
    try:
        match operator:
            case ast.Add():
                value: int | float = left + right
            case ast.Sub():
                value = left - right
            case ast.Mult():
                value = left * right
            case ast.Div():
                value = left / right
            case ast.FloorDiv():
                value = left // right
            case ast.Mod():
                value = left % right
            case ast.Pow() if abs(right) <= 64 and (abs(left) >= 1 or right >= 0):
                value = left**right
            case _:
                return None
    except (ArithmeticError, ValueError):
        return None
    return None if isinstance(value, complex) else _bounded(value)


def _computed_text(node: ast.AST, known: Mapping[str, Constant]) -> Constant | None:
    """f"LS{x}", "".join(["LS", "TM"]), "MTSL"[::-1]."""
    match node:
        case ast.JoinedStr(values=values):
            parts = [text(value, known) for value in values]
        case ast.FormattedValue(value=value, format_spec=None):
            return text(value, known)
        case ast.Call(
            func=ast.Attribute(value=between, attr="join"), args=[ast.List(elts=elts) | ast.Tuple(elts=elts)]
        ):
            if text(between, known) != "":
                return None
            parts = [text(element, known) for element in elts]
        case ast.Subscript(
            value=value, slice=ast.Slice(lower=None, upper=None, step=ast.UnaryOp(op=ast.USub()))
        ):
            whole = text(value, known)
            return whole[::-1] if whole is not None else None
        case _:
            return None
    found = [part for part in parts if part is not None]
    return _bounded("".join(found)) if len(found) == len(parts) else None
