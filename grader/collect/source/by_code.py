"""What may stand for a cell, a layer, a model, a function or a class: by what its code does."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence

from grader.assignment import Class, Function
from grader.collect.source.own_code import OwnCode, bound
from grader.collect.source.scope import dotted

MODEL = r"(^|_)(model|net|network|lstm|rnn|nn|classifier)(_|\d|$)"
# in camel case: Rnn_Cell, RNN_Cell
_NEW_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
TRAINED = r"\b{}\.(fit|compile|train_on_batch|trainable_variables|trainable_weights|learn|train_step|train)\b"

TRAINS = {"gradienttape", "apply_gradients", "minimize", "fit"}  # in a step: that of a training


def cells_in(source: OwnCode, functions: Collection[str]) -> list[str]:
    """Classes with the family's activations; those without a loop first: the others may be layers that do all
    by themselves. Last those that have them in another class or a function, the nearest first: it may be a
    class for one gate, but also the cell."""
    wanted = set(functions)
    found = [one for one in source.classes() if one.runs and any(words >= wanted for words in one.helped)]
    return [one.name for one in sorted(found, key=lambda one: (_steps_to(wanted, one.helped), one.loops))]


def _steps_to(wanted: set[str], helped: Sequence[Collection[str]]) -> int:
    """How many steps from a class to the helper with the last of these words."""
    return next(number for number, words in enumerate(helped) if {*words} >= wanted)


def layers_in(source: OwnCode, functions: Collection[str]) -> list[str]:
    """Classes with a loop; those without the activations of a cell first."""
    found = [one for one in source.classes() if one.loops and one.runs]
    return [one.name for one in sorted(found, key=lambda one: one.words >= set(functions))]


def unrolled_in(source: OwnCode, functions: Collection[str]) -> str:
    """The first function that goes through a sequence with the family's activations in its steps, and trains
    nothing by that; "" where there is none."""
    found = (name for name, step in source.unrolling() if step >= {*functions} and not step & TRAINS)
    return next(found, "")


def models_in(source: OwnCode) -> list[str]:
    """Objects made of a class of the student's own, or called a model; what is trained first."""
    own = {one.name for one in source.classes()}
    made = [
        binding.name
        for piece in source.cells
        for binding in bound(piece)
        if isinstance(binding.value, ast.Call) and dotted(binding.value.func).rpartition(".")[2] in own
    ]
    likely = {*made, *source.called(MODEL, entries=True)} - own
    names = [name for name in (*source.names, *source.entries) if name in likely]
    text = source.text()
    times = {name: len(re.findall(TRAINED.format(re.escape(name)), text)) for name in names}
    mentions = {name: len(re.findall(rf"\b{re.escape(name)}\b", text)) for name in names}
    return sorted(names, key=lambda name: (-times[name], -mentions[name]))


def tasks_in(source: OwnCode) -> list[str]:
    """Generators of two arguments."""
    return [one.name for one in source.functions() if one.is_generator and len(one.arguments) >= 2]


def without_arguments(source: OwnCode, handed_on: str) -> list[str]:
    """Functions without arguments that yield samples, or hand on what a generator of the task yields."""
    tasks = {handed_on, *tasks_in(source)}
    found = [one for one in source.functions() if not one.arguments]
    text = {one.name: _body(source, one.name) for one in found}
    return [
        one.name
        for one in found
        if one.is_generator or any(re.search(rf"\b{task}\(", text[one.name]) for task in tasks)
    ]


def _body(source: OwnCode, name: str) -> str:
    nodes = [node for piece in (*source.cells, *source.modules) if piece.tree for node in piece.tree.body]
    return next(
        (ast.unparse(node) for node in nodes if isinstance(node, ast.FunctionDef) and node.name == name), ""
    )


def functions_in(source: OwnCode, role: Function) -> list[str]:
    """Functions that take at least half of the role's arguments, and no more other ones than those: those
    that take most of them, and little else, first; of several those whose names have most words in common
    with the sheet's: count_lstm for lstm_parameters."""
    wanted = {*role.arguments}
    taken = {one.name: {*one.arguments} for one in source.functions() if one.name in source.free}
    found = [
        name
        for name, own in taken.items()
        if own & wanted and 2 * len(own & wanted) >= max(len(wanted), len(own))
    ]
    return sorted(
        found,
        key=lambda name: (-len(taken[name] & wanted), len(taken[name] - wanted), -_alike(name, role.name)),
    )


def own_classes(source: OwnCode, role: Class) -> list[str]:
    """Classes with all methods of the role; those whose names have most words in common with the sheet's
    first."""
    nodes = [node for piece in source.cells for node in (piece.tree.body if piece.tree else ())]
    found = {
        node.name: {one.name for one in node.body if isinstance(one, ast.FunctionDef)}
        for node in nodes
        if isinstance(node, ast.ClassDef) and node.name in source.free
    }
    fitting = [name for name, methods in found.items() if methods >= {*role.methods}]
    return sorted(
        (name for name in fitting if _alike(name, role.name)), key=lambda name: -_alike(name, role.name)
    )


def _alike(name: str, wanted: str) -> float:
    """The share of the words of two names that are in both."""
    one, other = words_of(name), words_of(wanted)
    return len(one & other) / max(1, len(one | other))


def means(name: str, wanted: str, several: Collection[str]) -> bool:
    """Whether a name has a word of this one of several names that no other of them has: of several models
    that are missing, nobody can tell which of them `model` is."""
    others = {word for other in several if other != wanted for word in words_of(other)}
    return bool(words_of(name) & (words_of(wanted) - others))


def words_of(name: str) -> set[str]:
    """The words of a name, in small letters: those of RNNCell are "rnn" and "cell"."""
    return {*re.findall(r"[a-z0-9]+", re.sub(_NEW_WORD, "_", name).lower())}
