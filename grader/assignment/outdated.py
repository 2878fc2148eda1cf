"""Why a sheet that was written for another version of the grader does not load: read in its text, said in one
line."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator

import grader

NOW = "sheets now declare roles and one-line checks: docs/sheets.md shows how"


def what_changed(text: str) -> str:
    """What a sheet names that there is no more; "" where it names nothing of the kind, and fails for a reason
    of its own."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return ""
    if gone := list(dict.fromkeys(_gone(tree))):
        names = " and ".join([", ".join(gone[:-1]), gone[-1]] if len(gone) > 1 else gone)
        return f"is written for another version of the grader, which had {names}: {NOW}"
    if functions := [
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and _is_declared_so(node)
    ]:
        return (
            f"is written for another version of the grader: {functions[0]} is a check of its own, declared"
            f" with own_check: {NOW}"
        )
    return ""


def _gone(tree: ast.Module) -> Iterator[str]:
    """What it imports from the grader that is not there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "grader" and not node.level:
            yield from (
                alias.name
                for alias in node.names
                if alias.name not in (*grader.__all__, "*") and not _is_module(alias.name)
            )
        elif (
            isinstance(node, ast.ImportFrom)
            and (node.module or "").startswith("grader.")
            and not _is_there(node.module or "")
        ):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.startswith("grader.") and not _is_there(a.name))


def _is_module(name: str) -> bool:
    return _is_there(f"grader.{name}")


def _is_there(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _is_declared_so(node: ast.FunctionDef) -> bool:
    """Whether a function is declared as a check by `@task.check("...")`, which today takes a criterion."""
    return any(
        isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr == "check"
        for each in node.decorator_list
    )
