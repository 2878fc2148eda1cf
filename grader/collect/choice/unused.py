"""Files beside a script that nothing imports yet, as half-done homework has them: a cell and a layer that are
written, and a main script that so far makes the data."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from grader.assignment import Cell, Function, Layer, Model, Role
from grader.collect.choice.chain import only_defines
from grader.collect.choice.opened import OpenedFile, without_problem
from grader.collect.files.order import order_of
from grader.collect.reading.notebook import NotebookCell
from grader.collect.reading.pieces import Piece, local_modules
from grader.collect.source.roles import possible_names

Unused = dict[str, tuple[str, ...]]  # file -> what is taken from it


def unused_parts(
    script: OpenedFile, others: Sequence[OpenedFile], names: Collection[str], roles: Sequence[Role]
) -> Unused:
    """The files that the script does not use although they have what it lacks, with the names of that. None
    where it has a cell or a model of its own, under whatever name: then they may be drafts."""
    lacking = _lacking(script, names, roles)
    if not any(isinstance(role, Cell) for role in lacking) or not _lacks_all(roles, lacking, Model):
        return {}
    found: Unused = {}
    for other in sorted(without_problem(others), key=lambda one: order_of(one.file)):
        if not _is_unused(other, script) or not only_defines(other.cells):
            continue
        own = {role: name for role in lacking if (name := _what_plays(role, other, names, roles)) is not None}
        lacking = [role for role in lacking if role not in own]
        if own:
            found[other.file] = tuple(dict.fromkeys(own.values()))
    return found


def with_unused(script: OpenedFile, unused: Unused, root: Path, files: Sequence[str]) -> OpenedFile:
    """The script, and after it the import of what it does not use."""
    cells, pieces = list(script.notebook.cells), list(script.cells)
    for file, names in unused.items():
        text = f"from {PurePosixPath(file).stem} import {', '.join(names)}"
        number = len(cells) + 1
        cells.append(NotebookCell(number=number, kind="code", text=text, id=f"piece-{number}", where=file))
        tree = ast.parse(text)
        pieces.append(Piece(where=file, text=text, number=number, tree=tree))
    return replace(
        script,
        notebook=replace(script.notebook, cells=tuple(cells)),
        cells=tuple(pieces),
        modules=tuple(local_modules(pieces, root, files, script.file)),
    )


def _lacking(script: OpenedFile, names: Collection[str], roles: Sequence[Role]) -> list[Role]:
    """The cells, layers, models and functions for which the script has nothing."""
    found = _played(script, names, roles)
    return [
        role
        for role in roles
        if isinstance(role, Cell | Layer | Model | Function)
        and role.name not in script.defined - _to_be_written(script)
        and role.name not in found
    ]


def _to_be_written(script: OpenedFile) -> set[str]:
    """The names that are None wherever the script binds them: `model = None  # TODO`."""
    bound: dict[str, bool] = {}
    trees = [piece.tree for piece in script.cells if piece.tree is not None]
    for node in (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Assign)):
        is_none = isinstance(node.value, ast.Constant) and node.value.value is None
        for target in node.targets:
            if isinstance(target, ast.Name):
                bound[target.id] = bound.get(target.id, True) and is_none
    return {name for name, is_none in bound.items() if is_none}


def _lacks_all(roles: Sequence[Role], lacking: Sequence[Role], kind: type[Role]) -> bool:
    return all(role in lacking for role in roles if isinstance(role, kind))


def _played(script: OpenedFile, names: Collection[str], roles: Sequence[Role]) -> dict[str, tuple[str, ...]]:
    return possible_names(names, roles, script.cells, script.modules, dict.fromkeys(script.defined, 0))


def _is_unused(other: OpenedFile, script: OpenedFile) -> bool:
    """Whether the script could import this file, and does not."""
    path, home = PurePosixPath(other.file), PurePosixPath(script.file).parent
    used = {script.file, *(piece.where for piece in script.modules)}
    return other.file not in used and path.parent == home and path.stem.isidentifier()


def _what_plays(role: Role, other: OpenedFile, names: Collection[str], roles: Sequence[Role]) -> str | None:
    """What this file itself defines for a role, or would if Python could read it."""
    own = {
        node.name
        for piece in other.cells
        for node in (piece.tree.body if piece.tree else ())
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
    }.union(*(piece.lost for piece in other.cells))
    likely = (role.name, *_played(other, names, roles).get(role.name, ()))
    return next((name for name in likely if name in own), None)
