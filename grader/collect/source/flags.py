"""What an instructor should look at: code that could fool a grader. Flags accuse nobody and cost nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from grader.collect.reading.pieces import Piece
from grader.collect.source import constants
from grader.collect.source.functions import written
from grader.collect.source.origins import Origins, Where
from grader.collect.source.scope import dotted

MOST_FLAGS = 20
CALLS = re.compile(
    r"builtins\.(exec|eval|compile|__import__|setattr|delattr)|importlib\.(import_module|reload)|sys\.(_\w+|settrace|setprofile)|"
    r"inspect\.(currentframe|stack|getouterframes|trace)|gc\.get_\w+|os\._exit|types\.(FunctionType|CodeType)"
)
MODULES = re.compile(
    r"(base64|marshal|ctypes|cffi|grader|keras\.src|tensorflow\.(\w+\.)*raw_ops|_frozen_importlib)(\..*)?"
)
GRADER_NAMES = re.compile(
    r"CI|(GITHUB|GITLAB|GRADE|GRADER|GRADESCOPE|CLASSROOM|NBGRADER|AUTOGRAD|JENKINS|CODESPACE)\w*"
)
PATCHED = {
    "tensorflow",
    "keras",
    "tf_keras",
    "numpy",
    "builtins",
    "IPython",
    "ipykernel",
    "sys",
    "os",
    "time",
    "random",
}
FlagRule = Callable[[Piece, ast.AST, Where, Origins], str]


def flags(origins: Origins) -> tuple[str, ...]:
    """One line each, "cell 4, line 2: exec(...)", in the order of the code, at most 20."""
    found: dict[tuple[int, int, str], str] = {}
    order: dict[str, int] = {}
    for piece, node, where in origins.walk():
        index = order.setdefault(piece.where, len(order))
        for rule in RULES:
            if what := rule(piece, node, where, origins):
                found.setdefault((index, getattr(node, "lineno", 1), what), f"{piece.at(node)}: {what}")
    lines = [found[place] for place in sorted(found)]
    if origins.gave_up:
        lines.insert(0, "too many names to follow: ready-made layers may be hidden, please read the code")
    return tuple(
        lines
        if len(lines) <= MOST_FLAGS
        else [*lines[: MOST_FLAGS - 1], f"{len(lines) - MOST_FLAGS + 1} more like these"]
    )


def _call(piece: Piece, node: ast.AST, where: Where, origins: Origins) -> str:
    """exec, eval, compile, __import__, frames; getattr with a name that is put together, or on a library."""
    if not isinstance(node, ast.Call):
        return ""
    origin = origins.of(node.func, where)
    if CALLS.fullmatch(origin):
        return f"{written(piece, node.func, 60)}(...)"
    if origin == "builtins.getattr" and len(node.args) > 1:
        spelled = isinstance(node.args[1], ast.Constant)
        if not spelled or origins.of(node.args[0], where).partition(".")[0] in (
            "tensorflow",
            "keras",
            "builtins",
        ):
            return written(piece, node, 80)
    return ""


def _module(piece: Piece, node: ast.AST, where: Where, origins: Origins) -> str:
    """base64, marshal, ctypes, raw_ops, keras.src: imported or reached by a dotted name."""
    names: list[str] = []
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and not node.level:
        names = [f"{node.module}.{alias.name}" for alias in node.names]
    elif isinstance(node, ast.Attribute) and not MODULES.fullmatch(origins.of(node.value, where)):
        names = [origins.of(node, where)]
    found = next((name for name in names if MODULES.fullmatch(name)), "")
    return (
        (written(piece, node, 80) if isinstance(node, ast.Attribute) else f"import of {found}")
        if found
        else ""
    )


def _patch(piece: Piece, node: ast.AST, where: Where, origins: Origins) -> str:
    """Something of a library, or get_ipython, replaced."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == "get_ipython":
        return "get_ipython is replaced"
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == "get_ipython":
        return "get_ipython is replaced"
    if not isinstance(node, ast.Attribute):
        return ""
    stored = isinstance(node.ctx, ast.Store)
    if isinstance(node.value, ast.Call) and dotted(node.value.func) == "get_ipython":
        usual = node.attr.startswith(("run_", "magic", "system")) and not stored
        return "" if usual else written(piece, node, 80) + " = ..." * stored
    if stored and origins.of(node.value, where).partition(".")[0] in PATCHED:
        return f"{written(piece, node, 80)} = ..."
    return ""


def _namespace(piece: Piece, node: ast.AST, where: Where, origins: Origins) -> str:
    """globals()["name"], globals().update, __builtins__, sys.modules."""
    if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.value, ast.Call):
        function = dotted(node.value.func)
        if function in ("globals", "locals", "vars") and not node.value.args:
            return f"{function}()[...]" if isinstance(node, ast.Subscript) else f"{function}().{node.attr}"
    if isinstance(node, ast.Name | ast.Attribute) and dotted(node) in ("__builtins__", "__builtin__"):
        return "__builtins__"
    if isinstance(node, ast.Attribute) and origins.of(node, where) == "sys.modules":
        return "sys.modules"
    return ""


def _surroundings(piece: Piece, node: ast.AST, where: Where, origins: Origins) -> str:
    """Looking for a grader: os.environ["CI"], /proc."""
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search(r"/proc(/|$)", node.value)
    ):
        return "names /proc"
    key: ast.AST | None = None
    if (
        isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Load)
        and origins.of(node.value, where) == "os.environ"
    ):
        key = node.slice
    elif (
        isinstance(node, ast.Call)
        and node.args
        and origins.of(node.func, where) in ("os.getenv", "os.environ.get")
    ):
        key = node.args[0]
    elif isinstance(node, ast.Compare) and any(
        origins.of(one, where) == "os.environ" for one in node.comparators
    ):
        key = node.left
    name = constants.text(key, {}) if key is not None else None
    return f"reads the environment variable {name}" if name and GRADER_NAMES.fullmatch(name) else ""


RULES: tuple[FlagRule, ...] = (_call, _module, _patch, _namespace, _surroundings)
