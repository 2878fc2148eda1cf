"""Names of the sheet that a homework does not define, and what it may have instead: read in the source, by what it does.

Where several are possible, the kernel takes the first that behaves like it (run/inside/roles.py).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.assignment.spelling import other_spellings
from grader.collect.functions import functions
from grader.collect.pieces import Piece
from grader.collect.scope import Binding, bindings, dotted
from grader.model import FunctionFacts

MOST = 6  # names that are tried for one role
LOOPS = (ast.For, ast.While, ast.comprehension)
UNROLLS = ("while_loop", "scan", "RNN")
MAKES = ("__init__", "build")  # methods in which a loop makes weights
TRAIN, TEST, VALIDATION = r"(^|_)tr(ai)?n", r"(^|_)test", r"(^|_)(val|eval|dev)"
LOSS, ACCURACY = r"loss", r"(^|_)(acc|hit)"
MODEL = r"(^|_)(model|net|network|lstm|rnn|nn|classifier)(_|\d|$)"
TRAINED = r"\b{}\.(fit|compile|train_on_batch|trainable_variables|trainable_weights|learn|train_step|train)\b"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFacts:
    """A class of the student's own, as far as it tells which part of the homework it is."""

    name: str  # as the notebook knows it
    gates: bool  # there is a sigmoid and a tanh in it
    loops: bool  # over something, other than to make weights
    runs: bool  # has a method that could take a step or a sequence


def possible_names(
    contract: Collection[str],
    cells: Sequence[Piece],
    modules: Sequence[Piece],
    assigned: Mapping[str, int],
    local: Collection[str] = (),
) -> dict[str, tuple[str, ...]]:
    """Contract name -> names that may be meant, the likeliest first, for every name that the homework does not define. `local`:
    names inside its functions, such as the model in main()."""
    spelled = other_spellings(contract, tuple(assigned))
    known = dict.fromkeys((*assigned, *local))
    source = _Source(cells=cells, modules=modules, names=tuple(name for name in known if name not in contract))
    found = {}
    for wanted in contract:
        if wanted in assigned:
            continue
        first = (spelled[wanted],) if wanted in spelled else ()
        others = tuple(LOOKS[wanted](source)) if wanted in LOOKS else ()
        if names := tuple(dict.fromkeys((*first, *others)))[:MOST]:
            found[wanted] = names
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """The code of a homework; `names`: what it defines, also inside functions, and the sheet does not name."""

    cells: Sequence[Piece]
    modules: Sequence[Piece]
    names: Sequence[str]

    def classes(self) -> Iterator[ClassFacts]:
        """The classes at the top level of cells and modules, by the names under which the cells know them."""
        known_as = {one.origin[0].rpartition(".")[2]: one.name for piece in self.cells for one in _bound(piece) if one.origin[0]}
        for piece in (*self.cells, *self.modules):
            for node in piece.tree.body if piece.tree else ():
                if isinstance(node, ast.ClassDef):
                    name = node.name if piece.number else known_as.get(node.name, node.name)
                    yield _class_facts(name, node)

    def functions(self) -> Iterator[FunctionFacts]:
        """The functions at the top level of cells and modules."""
        for piece in (*self.cells, *self.modules):
            yield from (function for function in functions(piece) if "." not in function.name)

    def text(self) -> str:
        """All code."""
        return "\n".join(piece.text for piece in (*self.cells, *self.modules))

    def called(self, *wanted: str) -> Iterator[str]:
        """The names in which every pattern is found."""
        for name in self.names:
            snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
            if all(re.search(pattern, snake) for pattern in wanted):
                yield name


def _bound(piece: Piece) -> Iterator[Binding]:
    yield from bindings(piece.tree.body) if piece.tree else ()


def _class_facts(name: str, node: ast.ClassDef) -> ClassFacts:
    methods = [one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    running = [one for one in methods if one.name not in MAKES]
    inner = [part for one in running for part in ast.walk(one)]
    words = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    words |= {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    words |= {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    unrolls = any(isinstance(part, ast.Attribute) and part.attr in UNROLLS for part in inner)
    return ClassFacts(
        name=name,
        gates={"sigmoid", "tanh"} <= {word.lower() for word in words},
        loops=unrolls or any(isinstance(part, LOOPS) for part in inner),
        runs=bool(running),
    )


def _cells(source: _Source) -> list[str]:
    """Classes with gates; those without a loop first: the others may be layers that do all by themselves."""
    found = [one for one in source.classes() if one.gates and one.runs]
    return [one.name for one in sorted(found, key=lambda one: one.loops)]


def _layers(source: _Source) -> list[str]:
    """Classes with a loop; those without gates of their own first."""
    found = [one for one in source.classes() if one.loops and one.runs]
    return [one.name for one in sorted(found, key=lambda one: one.gates)]


def _models(source: _Source) -> list[str]:
    """Objects made of a class of the student's own, or called a model; what is trained first."""
    own = {one.name for one in source.classes()}
    made = [
        binding.name
        for piece in source.cells
        for binding in _bound(piece)
        if isinstance(binding.value, ast.Call) and dotted(binding.value.func).rpartition(".")[2] in own
    ]
    likely = {*made, *source.called(MODEL)} - own
    names = [name for name in source.names if name in likely]
    text = source.text()
    times = {name: len(re.findall(TRAINED.format(re.escape(name)), text)) for name in names}
    mentions = {name: len(re.findall(rf"\b{re.escape(name)}\b", text)) for name in names}
    return sorted(names, key=lambda name: (-times[name], -mentions[name]))


def _tasks(source: _Source) -> list[str]:
    """Generators of two arguments."""
    return [one.name for one in source.functions() if one.is_generator and len(one.arguments) >= 2]


def _tasks_without_arguments(source: _Source) -> list[str]:
    """Functions without arguments that yield samples, or hand on what a generator of the task yields."""
    tasks = {"integration_task", *_tasks(source)}
    found = [one for one in source.functions() if not one.arguments]
    text = {one.name: _body(source, one.name) for one in found}
    return [one.name for one in found if one.is_generator or any(re.search(rf"\b{task}\(", text[one.name]) for task in tasks)]


def _body(source: _Source, name: str) -> str:
    nodes = [node for piece in (*source.cells, *source.modules) if piece.tree for node in piece.tree.body]
    return next((ast.unparse(node) for node in nodes if isinstance(node, ast.FunctionDef) and node.name == name), "")


def _first_of(*several: Sequence[str]) -> Callable[[_Source], list[str]]:
    """Names in which all patterns of the first group are found, then those of the second."""
    return lambda source: [name for patterns in several for name in source.called(*patterns)]


LOOKS: Mapping[str, Callable[[_Source], list[str]]] = {
    "LSTM_Cell": _cells,
    "LSTM_Layer": _layers,
    "model": _models,
    "integration_task": _tasks,
    "my_integration_task": _tasks_without_arguments,
    "train_ds": _first_of([TRAIN]),
    "test_ds": _first_of([TEST], [VALIDATION]),
    "train_losses": _first_of([TRAIN, LOSS]),
    "test_losses": _first_of([TEST, LOSS], [VALIDATION, LOSS]),
    "test_accuracies": _first_of([TEST, ACCURACY], [VALIDATION, ACCURACY]),
}
