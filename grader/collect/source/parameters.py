"""The values of the sheet's parameters, as they are written."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.assignment.parameters import (
    not_to_train_with,
    option_defaults,
    own_settings,
    settings,
    sweeping,
    top_level,
)
from grader.assignment.spelling import folded, number_meant, setting_meant, synonyms
from grader.collect.reading.pieces import Piece
from grader.collect.source import constants
from grader.collect.source.scope import bindings

GROUPED = re.compile(r"[1-9]\d{0,2}\.\d{3}")  # 64.000; 0.001 is a learning rate


def _assignments(piece: Piece) -> Iterator[tuple[str, ast.expr]]:
    """Names and what is assigned to them by the piece's own statements, tuples taken apart; no branches and
    loops."""
    for statement in top_level(piece.tree.body) if piece.tree and not (piece.module and piece.number) else ():
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            found = [binding for binding in bindings([statement]) if binding.value is not None]
            yield from (
                (binding.name, binding.value) for binding in reversed(found) if binding.value is not None
            )


def known_constants(pieces: Iterable[Piece]) -> dict[str, constants.Constant]:
    """Names that are assigned once, by the code's own statements, and stand for a number or a text."""
    known: dict[str, constants.Constant] = {}
    trees = [piece.tree for piece in pieces if piece.tree]
    times = Counter(binding.name for tree in trees for binding in bindings(tree.body))
    for piece in pieces:
        for name, value in _assignments(piece):
            found = constants.constant(value, known)
            if found is not None and times[name] == 1:
                known[name] = found
    return known


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """The values of the sheet's parameters, and the names that some of them have instead."""

    values: Mapping[str, float | int]
    spelled: Mapping[str, str]
    no_numbers: Mapping[str, str]  # what stands there instead, as it is written


def parameters(pieces: Sequence[Piece], names: Collection[str]) -> Parameters:
    """The values of the sheet's parameters as the student first wrote them, those that need running left out;
    argparse's defaults last.

    Those on which questions and the budget depend may have another name, and may stand in a dict, in a class
    or in a call; all may be settings of a class, a dict or an object under their own name. Of two numbers of
    epochs the one of a sweep of rates does not count.
    """
    own = _first_written(pieces, names)
    trees = [piece.tree for piece in pieces if piece.tree]
    found = _of_options(trees, set(names) - set(own.values), own.known) | own.values
    open_ones = {name for name in names if name not in found and name not in own.bound}
    meant = _meant(trees, open_ones, own.known)
    # also of a name that is bound to what stands in a setting, BATCH_SIZE = config.batch
    odd = _odd_ones(pieces, set(names) - found.keys() - own.odd.keys() - meant.keys())
    every = {**meant, **odd}
    return Parameters(
        values=found | {name: value for name, (_, value) in every.items() if not isinstance(value, str)},
        spelled={name: spelled for name, (spelled, _) in every.items()},
        no_numbers={name: text for name, text in own.odd.items() if name not in found}
        | {name: text for name, (_, text) in odd.items() if isinstance(text, str)},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _FirstValues:
    """What assignments say: `values` of the parameters under their own names, `odd`, what is no number there,
    all names that are `bound`, and the constants that are `known` at the end."""

    values: dict[str, float | int]
    odd: dict[str, str]
    bound: set[str]
    known: dict[str, constants.Constant]


def _first_written(pieces: Iterable[Piece], names: Collection[str]) -> _FirstValues:
    """Only the first assignment of a parameter counts."""
    found = _FirstValues(values={}, odd={}, bound=set(), known={})
    for piece in pieces:
        for name, value in _assignments(piece):
            constant = constants.constant(value, found.known)
            if constant is None:
                found.known.pop(name, None)
            else:
                found.known[name] = constant
            if name in names and name not in found.bound and isinstance(constant, int | float):
                found.values[name] = constant
            elif name in names and name not in found.bound and _is_literal(value):
                found.odd[name] = ast.unparse(value)
            found.bound.add(name)
    return found


def _is_literal(value: ast.expr) -> bool:
    """Whether a value is written out: also of `LEARNING_RATE = 1e-3,`, which is a tuple."""
    parts = value.elts if isinstance(value, ast.Tuple | ast.List) else [value]
    return all(
        isinstance(part.operand if isinstance(part, ast.UnaryOp) else part, ast.Constant) for part in parts
    )


def _odd_ones(pieces: Sequence[Piece], names: Collection[str]) -> dict[str, tuple[str, str | int | float]]:
    """(the student's name, the number or what is written) of the parameters in another spelling with which
    nobody can count, as `batch_size = None`, or `batch_size = 0` where a whole number is meant, and of
    settings and calls, as `Config(batch=0)` and `ds.batch(0)`. A name that stands alone is bound once; none
    is counted up: `epochs = 0` may be a counter's start."""
    trees = [piece.tree for piece in pieces if piece.tree]
    times = Counter(binding.name for tree in trees for binding in bindings(tree.body))
    counted = _counted_up(trees)
    wanted = {folded(other): name for name in names for other in synonyms(name)}
    named = {folded(name): name for name in names}
    own = ((name, value) for piece in pieces for name, value in _assignments(piece) if times[name] == 1)
    found: dict[str, tuple[str, str | int | float]] = {}
    for spelled, value in (*own, *(stated for tree in trees for stated in not_to_train_with(tree, named))):
        name = (wanted | named).get(folded(spelled))
        if name is None or spelled in counted or not _is_literal(value):
            continue
        number = constants.number(value, {})
        is_usable = isinstance(number, int) and number > 0  # of two such ones nobody knows which is meant
        if number is None or (synonyms(name) and not is_usable):
            found.setdefault(name, (spelled, ast.unparse(value) if number is None else number))
    return found


def _counted_up(trees: Iterable[ast.Module]) -> set[str]:
    """The names, attributes and keys to which something is added, the keys that are set again, and the
    attributes that a loop sets: {"epochs": 0} may be how far a training got."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    loops = [node for node in nodes if isinstance(node, ast.For | ast.While)]
    in_loops = [one for loop in loops for node in ast.walk(loop) for one in _targets(node, ast.Attribute)]
    targets = [
        *(node.target for node in nodes if isinstance(node, ast.AugAssign)),
        *(one for node in nodes for one in _targets(node, ast.Subscript)),
        *in_loops,
    ]
    return {name for one in targets for name in (_set_name(one),) if name}


def _targets(node: ast.AST, kind: type[ast.expr]) -> list[ast.expr]:
    return [one for one in node.targets if isinstance(one, kind)] if isinstance(node, ast.Assign) else []


def _set_name(target: ast.expr) -> str:
    """The name, attribute or key that is set; "" where a key is computed."""
    match target:
        case (
            ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str(name)))
        ):
            return name
        case _:
            return ""


def _of_options(
    trees: Iterable[ast.Module], names: Collection[str], known: Mapping[str, constants.Constant]
) -> dict[str, float | int]:
    """argparse's defaults; the first of a name counts."""
    found: dict[str, float | int] = {}
    for tree in trees:
        for name, value in option_defaults(tree):
            number = constants.number(value, known)
            if name in names and number is not None:
                found.setdefault(name, number)
    return found


def _meant(
    trees: Sequence[ast.Module], names: Collection[str], known: Mapping[str, constants.Constant]
) -> dict[str, tuple[str, float | int]]:
    """(the student's name, the value) of the parameters that stand under another name, or as a setting."""
    tried_out = set(map(id, sweeping(trees)))
    stated = [
        (name, value, constants.number(value, known)) for tree in trees for name, value in settings(tree)
    ]
    every = [(name, number) for name, _, number in stated]
    trained = [(name, number) for name, value, number in stated if id(value) not in tried_out]
    set_down = [
        (name, constants.number(value, known)) for tree in trees for name, value in own_settings(tree)
    ]
    found: dict[str, tuple[str, float | int]] = {}
    for name in sorted(names):
        meant = (
            number_meant(name, known.items()) or number_meant(name, every) or number_meant(name, trained)
            if synonyms(name)
            else setting_meant(name, set_down)
        )
        if meant is not None:
            found[name] = meant
    return found


def decimal_points(pieces: Sequence[Piece], names: Collection[str]) -> Iterator[str]:
    """What is to be said of numbers such as `NUM_SAMPLES = 64.000`: in many languages the point groups
    thousands, in Python it does not."""
    whole = {folded(name) for name in (*names, *(one for name in names for one in synonyms(name)))}
    scripts = {piece.file: piece.text for piece in pieces if piece.file and piece.text}
    for piece in pieces:
        for name, value in _assignments(piece) if piece.text or piece.file in scripts else ():
            text = ast.get_source_segment(piece.text or scripts[piece.file], value) or ""
            if folded(name) in whole and GROUPED.fullmatch(text):
                yield (
                    f"{piece.at(value)}: {name} = {text} is the number {float(text):g} in Python, where a"
                    f" point begins the decimals; if {text.replace('.', '')} is meant, write"
                    f" {text.replace('.', '_')}"
                )


def parameters_cell(cells: Sequence[Piece], names: Collection[str], tagged: Collection[int]) -> int | None:
    """The cell that assigns most parameters; of several the one tagged `parameters`, then the first. None: no
    cell does."""
    count = {
        piece.number: len({name for name, _ in _assignments(piece)} & set(names))
        for piece in cells
        if piece.number
    }
    best = max(count, key=lambda number: (count[number], number in tagged, -(number or 0)), default=None)
    return best if best is not None and count[best] else None
