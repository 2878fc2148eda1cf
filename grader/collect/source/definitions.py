"""What the cells define at their top level, and in which order."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from grader.assignment.spelling import folded
from grader.collect.reading.pieces import Piece, module_run
from grader.collect.source.scope import bindings, dotted, executed
from grader.model import UseBeforeDefinition
from grader.model.submission import DYNAMIC

# What IPython puts into every namespace besides the builtins.
GIVEN = {*dir(builtins), "get_ipython", "display", "In", "Out", "exit", "quit", "__file__", "__annotations__"}
OUTPUT = re.compile(r"_+\d*|_i+\d*|_oh|_ih|_dh")


def assigned(cells: Sequence[Piece], modules: Mapping[str, Piece]) -> dict[str, int]:
    """Every name that the cells define at top level, with the number of the first such cell."""
    found: dict[str, int] = {}
    for piece in cells:
        for name in sorted(_defines(piece, modules)):
            found.setdefault(name, piece.number or 0)
    return found


def elsewhere(cells: Sequence[Piece], modules: Sequence[Piece]) -> dict[str, int]:
    """The names that stand in the student's modules, with the first cell that leads there, and those that are
    local to a function such as main(), with the last cell. Of the local ones none that differs from another
    name only in capitals and underscores."""
    top = assigned(cells, {piece.module: piece for piece in (*cells, *modules) if piece.module})
    last = max((piece.number or 0 for piece in cells), default=0)
    found: dict[str, int] = {}
    for module in modules:
        names = {binding.name for binding in bindings(module.tree.body)} if module.tree else set()
        for name in sorted(names - {"*"} - set(top)):
            found.setdefault(name, _first_importing(cells, module.module, last))
    known = {folded(name) for name in (*top, *found)}
    return found | {name: last for name in local_in((*cells, *modules)) if folded(name) not in known}


def local_in(pieces: Iterable[Piece]) -> dict[str, str]:
    """Every name that a function or method binds, with the first that does: "main" or "Trainer.run"; but none
    that a layer's call does."""
    found: dict[str, str] = {}
    for piece in pieces:
        for owner, function in _functions(piece.tree.body if piece.tree else ()):
            of_a_layer = owner and function.name == "call"
            for binding in bindings(function.body) if not of_a_layer else ():
                found.setdefault(binding.name, f"{owner}.{function.name}" if owner else function.name)
    return found


def _functions(body: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.FunctionDef]]:
    """(the class that it is a method of, or "", the function) for all that stand at the top or in a class."""
    for statement in body:
        inside = statement.body if isinstance(statement, ast.ClassDef) else [statement]
        owner = statement.name if isinstance(statement, ast.ClassDef) else ""
        yield from ((owner, node) for node in inside if isinstance(node, ast.FunctionDef))


def _first_importing(cells: Sequence[Piece], module: str, last: int) -> int:
    """The first cell that imports a module or one of its package; the last cell when other modules lead to
    it."""
    top = module.partition(".")[0]
    for piece in cells:
        if module in map(module_run, piece.runs):
            return piece.number or last
        for node in ast.walk(piece.tree) if piece.tree else ():
            named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                named = [node.module or alias.name for alias in node.names]
            if any(name.partition(".")[0] in (top, module.rpartition(".")[2]) for name in named):
                return piece.number or last
    return last


def _defines(piece: Piece, modules: Mapping[str, Piece]) -> set[str]:
    """The names a cell defines; a star import of the student's own module brings the names of that module."""
    if piece.tree is None or piece.module:
        return set()
    names = set()
    for binding in bindings(piece.tree.body):
        module = modules.get(binding.origin[0]) if binding.name == "*" else None
        if module is not None and module.tree is not None:
            names |= {inner.name for inner in bindings(module.tree.body) if not inner.name.startswith("_")}
        elif binding.name != "*":
            names.add(binding.name)
    for file in piece.runs:
        others = dict(modules)  # each is gone through once, however they run each other
        module = others.pop(module_run(file), None)
        names |= _defines(replace(module, module=""), others) if module is not None else set()
    return names - {"*"}


def files_missing(cells: Sequence[Piece], modules: Sequence[Piece]) -> dict[str, int]:
    """The files that cells run for their names and that nobody handed in, with the first such cell."""
    written = {piece.module for piece in cells if piece.module}
    there = {piece.module for piece in modules}
    found: dict[str, int] = {}
    for piece in cells:
        for file in piece.runs:
            if module_run(file) not in there and PurePosixPath(file).stem not in written:
                found.setdefault(file, piece.number or 0)
    return found


def used_before_defined(
    cells: Sequence[Piece], modules: Mapping[str, Piece]
) -> Iterator[UseBeforeDefinition]:
    """Names that a cell uses when it runs although only a later cell defines them: the cells ran in another
    order.

    Nothing is said after a cell that may define names nobody can read: a syntax error, a star import, exec,
    %run.
    """
    defined_in = assigned(cells, modules)
    for piece in cells:
        if piece.tree is None or piece.star or _is_dynamic(piece.tree, modules):
            return
        if piece.module:
            continue
        for name in sorted(_used(piece.tree) - GIVEN):
            later = defined_in.get(name, 0)
            if piece.number and later > piece.number and not OUTPUT.fullmatch(name):
                yield UseBeforeDefinition(name=name, used_in=piece.number, defined_in=later)


def _is_dynamic(tree: ast.Module, modules: Mapping[str, Piece]) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            module = modules.get(node.module or "")
            if module is None or module.tree is None or _is_dynamic(module.tree, {}):
                return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in DYNAMIC:
            return True
        if isinstance(node, ast.Global):  # a function that was called defines the name
            return True
    return False


def _used(tree: ast.Module) -> set[str]:
    """The names that must exist when the cell starts to run: read at top level and not bound by the cell
    itself."""
    names: set[str] = set()
    shielded = set(_shielded(tree))
    for node in executed(tree.body, classes=True):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in shielded:
            names.add(node.id)
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return names - _bound_anywhere(tree)


def _bound_anywhere(tree: ast.Module) -> set[str]:
    """Names that the cell binds at top level, in a class body or in a comprehension."""
    names = {binding.name for binding in bindings(tree.body)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            names |= {binding.name for binding in bindings(node.body)}
        elif isinstance(node, ast.comprehension):
            names |= {inner.id for inner in ast.walk(node.target) if isinstance(inner, ast.Name)}
    return names


def _shielded(tree: ast.Module) -> Iterator[int]:
    """Nodes inside a `try` that catches a NameError: whoever wrote it knows that the name may be missing."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) and any(_catches_name_error(handler) for handler in node.handlers):
            yield from (id(inner) for statement in node.body for inner in ast.walk(statement))


def _catches_name_error(handler: ast.ExceptHandler) -> bool:
    kinds = (
        handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type] if handler.type else []
    )
    return handler.type is None or any(
        dotted(kind) in ("NameError", "Exception", "BaseException") for kind in kinds
    )
