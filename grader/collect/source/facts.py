"""All that the source of one homework says without being run."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from grader.collect.reading.pieces import Piece
from grader.collect.source.definitions import (
    assigned,
    elsewhere,
    files_missing,
    local_in,
    used_before_defined,
)
from grader.collect.source.flags import flags
from grader.collect.source.functions import classes, functions, functions_in_force
from grader.collect.source.generation import runtime_signs
from grader.collect.source.misplaced import misplaced
from grader.collect.source.origins import Origins
from grader.collect.source.parameters import (
    decimal_points,
    known_constants,
    parameters,
    parameters_cell,
)
from grader.collect.source.recurrent import builtin_recurrent
from grader.collect.source.scope import dotted
from grader.model import SourceFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What was read: facts for everybody, flags for the instructor, notices for the student."""

    facts: SourceFacts
    flags: tuple[str, ...]
    notices: tuple[str, ...] = ()


def read_source(
    cells: Sequence[Piece], modules: Sequence[Piece], names: Collection[str], tagged: Collection[int] = ()
) -> Read:
    """Read the cells and the student's own modules. `names` are the sheet's parameters, `tagged` the cells
    tagged as theirs."""
    pieces = [*cells, *modules]
    own = {piece.module: piece for piece in pieces if piece.module}
    origins = Origins(cells, modules, known_constants(pieces))
    found = parameters(pieces, names)
    facts = SourceFacts(
        functions=(*functions_in_force(cells), *(one for piece in modules for one in functions(piece))),
        classes={name: bases for piece in pieces for name, bases in classes(piece)},
        imports=tuple(sorted(set(_imports(pieces)) - {name.partition(".")[0] for name in own})),
        assigned=assigned(cells, own),
        elsewhere=elsewhere(cells, modules),
        local_in=local_in(pieces),
        parameters=found.values,
        no_numbers=found.no_numbers,
        files_missing=files_missing(cells, modules),
        spelled=found.spelled,
        parameters_cell=parameters_cell(cells, names, tagged),
        builtin_recurrent=builtin_recurrent(origins),
        uses=frozenset(_uses(pieces, origins)),
        used_before_defined=tuple(used_before_defined(cells, own)),
        misplaced=misplaced(pieces),
        runtime_signs=runtime_signs(pieces, origins),
        refused=tuple(piece.refused for piece in pieces if piece.refused),
        syntax_errors=tuple(piece.error for piece in pieces if piece.error),
        text="\n".join(
            f"# --- {piece.where} ---\n{piece.text}" for piece in pieces if piece.text or not piece.file
        ),
    )
    unread = tuple(piece.unread for piece in pieces if piece.unread)
    notices = (
        *(f"{place}: Python does not run this line" for place in facts.refused),
        *decimal_points(pieces, names),
    )
    return Read(facts=facts, flags=(*unread, *flags(origins)), notices=notices)


def _imports(pieces: Sequence[Piece]) -> Iterator[str]:
    """Top-level packages that import statements name, wherever they stand."""
    for piece in pieces:
        for node in ast.walk(piece.tree) if piece.tree else ():
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]


def _uses(pieces: Sequence[Piece], origins: Origins) -> Iterator[str]:
    """Every dotted name as written, its last part alone, and what it stands for, TensorFlow's also as
    "tf..."."""
    for piece in pieces:
        for node in ast.walk(piece.tree) if piece.tree else ():
            if isinstance(node, ast.Attribute):
                yield node.attr
                yield dotted(node) or node.attr
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                yield node.id
    for use in origins.uses():
        library, _, name = use.origin.partition(".")
        if library not in ("", "builtins"):
            yield use.origin
            yield use.origin.rpartition(".")[2]
        if library == "tensorflow" and name:
            yield f"tf.{name}"
