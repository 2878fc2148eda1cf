"""Numbers as people write them: 53,365 and 53.365 and 53 365, products such as 4*((1+32)*32+32), never
anything that is run."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

LARGEST_VALUE = 1e18
LONGEST_EXPRESSION = 200  # characters of an expression
GROUP = r"[.,'’_ \u00a0\u2009\u202f]"
GROUPED = re.compile(rf"[1-9]\d{{0,2}}(?P<by>{GROUP})\d{{3}}(?:(?P=by)\d{{3}})*")
LITERAL = re.compile(
    rf"(?P<grouped>[1-9]\d{{0,2}}(?P<by>{GROUP})\d{{3}}(?:(?P=by)\d{{3}})*(?:[.,]\d+)?)(?![\d])|(?P<plain>\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?)"
)
ROUNDED = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>k|thousand|tsd\.?|tausend|m|mio\.?|million)\b", re.IGNORECASE
)
UNITS = {"k": 1e3, "thousand": 1e3, "tsd": 1e3, "tausend": 1e3, "m": 1e6, "mio": 1e6, "million": 1e6}
OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Pow: operator.pow,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What a text can mean as a number; `rounded` where it is said in thousands."""

    meanings: tuple[float, ...]
    rounded: bool = False


def value_of(text: str, *, whole: bool) -> Value | None:
    """The number or product that the whole of `text` is; None when it is anything else."""
    text = text.strip().strip("\"'“”()[]`").strip() if _is_quoted(text) else text.strip()
    text = re.sub(r"^(?:~|≈|about|approximately|approx\.?|ca\.?|etwa|rund)\s*", "", text, flags=re.IGNORECASE)
    if short := ROUNDED.fullmatch(text):
        number = float(short["number"].replace(",", "."))
        return Value(meanings=(number * UNITS[short["unit"].lower().rstrip(".")],), rounded=True)
    meanings = {found for read in _readings(text, whole=whole) if (found := _computed(read)) is not None}
    kept = sorted(number for number in meanings if not whole or number == int(number))  # "53,36" is no count
    return Value(meanings=tuple(kept)) if kept else None


def _is_quoted(text: str) -> bool:
    bare = text.strip()
    return len(bare) > 2 and bare[0] + bare[-1] in ('""', "''", "“”", "``", "[]")


def _readings(text: str, *, whole: bool) -> Iterator[str]:
    """`text` as expressions of Python: a point or comma before three digits groups them, or begins the
    decimals."""
    if len(text) > LONGEST_EXPRESSION or not re.search(r"\d", text):
        return
    plain = re.sub(r"(?<=[\d)])\s*[xX×·⋅∙](?=\s*[\d(])", "*", text)
    plain = plain.replace("÷", "/").replace("−", "-").replace("^", "**").replace("[", "(").replace("]", ")")
    if re.search(r"[^\d\s.,'’_+\-*/()eE\u00a0\u2009\u202f]", plain):
        return
    together = LITERAL.sub(lambda found: _literal(found, grouped=True), plain)
    yield together
    if not whole:
        yield LITERAL.sub(lambda found: _literal(found, grouped=False), plain)


def _literal(found: re.Match[str], *, grouped: bool) -> str:
    """One number as Python writes it."""
    if found["plain"]:
        return _without_zeros(found["plain"].replace(",", "."))
    by, text = found["by"], found["grouped"]
    if (
        not grouped
        and by in ".,"
        and text.count(by) == 1
        and not re.search(r"[.,]\d+$", text.replace(by, "", 1))
    ):
        return _without_zeros(text.replace(",", "."))
    head = GROUPED.match(text)
    digits = re.sub(r"\D", "", head[0]) if head else text
    return _without_zeros(digits + (text[head.end() :].replace(",", ".") if head else ""))


def _without_zeros(text: str) -> str:
    return re.sub(r"^0+(?=\d)", "", text)


def _computed(text: str) -> float | None:
    try:
        number = _value(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, ArithmeticError, RecursionError, MemoryError):
        return None
    return number if math.isfinite(number) and abs(number) <= LARGEST_VALUE else None


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _value(operand)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            first, second = _value(left), _value(right)
            if isinstance(op, ast.Pow) and (abs(second) > 64 or abs(first) > 1e6):
                raise ValueError("too large a power")
            result = OPERATORS[type(op)](first, second)
            if isinstance(result, complex) or abs(result) > LARGEST_VALUE:
                raise ValueError("no number to go on with")
            return result
        case _:
            raise ValueError("not a number")
