"""Where a program's text gives a parameter its value, besides a cell's own assignments: below the main guard, and in argparse."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator


def is_main_guard(statement: ast.AST) -> bool:
    """True for `if __name__ == "__main__":`, written either way round."""
    match statement:
        case ast.If(test=ast.Compare(left=left, ops=[ast.Eq()], comparators=[right])):
            sides = {node.id if isinstance(node, ast.Name) else getattr(node, "value", None) for node in (left, right)}
            return sides == {"__name__", "__main__"}
        case _:
            return False


def top_level(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run one after the other when a script runs, those below its main guard included."""
    for statement in body:
        if isinstance(statement, ast.If) and is_main_guard(statement):
            yield from statement.body
        else:
            yield statement


def option_defaults(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """("BATCH_SIZE", the expression 32) for every `add_argument("--batch-size", default=32)`."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "add_argument":
            continue
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        name = given.get("dest") or next((one for one in node.args if _is_long(one)), None)
        if isinstance(name, ast.Constant) and isinstance(name.value, str) and "default" in given:
            yield name.value.lstrip("-").replace("-", "_").upper(), given["default"]


def _is_long(argument: ast.expr) -> bool:
    return isinstance(argument, ast.Constant) and isinstance(argument.value, str) and argument.value.startswith("--")
