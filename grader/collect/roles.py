"""Names of the sheet that a homework does not define, and what it may have instead: read in the source, by
what it does.

Where several are possible, the kernel takes the first that behaves like it (run/inside/roles.py).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.assignment import Cell, Class, DataSet, Function, Layer, Model, Numbers, Purpose, Recorded, Role
from grader.assignment.spelling import other_spellings
from grader.collect.entries import entries
from grader.collect.functions import functions
from grader.collect.pieces import Piece
from grader.collect.scope import Binding, bindings, dotted
from grader.model import FunctionFacts

MOST = 6  # names that are tried for one role
MOST_LISTS = 24  # the same for a list of numbers, which is known at a glance
LOOPS = (ast.For, ast.While, ast.comprehension)
UNROLLS = ("while_loop", "scan", "RNN")
MAKES = ("__init__", "build")  # methods in which a loop makes weights
TRAIN, TEST, VALIDATION = r"(^|_)tr(ai)?n|(^|_)tr(_|$)", r"(^|_)test|(^|_)te(_|$)", r"(^|_)(val|eval|dev)"
LOSS, ACCURACY = (
    r"loss|entropy|verlust|fehler|(^|_)(err|cost|bce|mse)",
    r"(^|_)(ac(_|$)|acc|hit|treffer)|accuracy|genauigkeit",
)
NOT_ACCURACY, NOT_TRAIN, NOT_TEST = (
    rf"^(?!.*({pattern}))" for pattern in (ACCURACY, TRAIN, rf"{TEST}|{VALIDATION}")
)
MODEL = r"(^|_)(model|net|network|lstm|rnn|nn|classifier)(_|\d|$)"
# in camel case: Rnn_Cell, RNN_Cell
_NEW_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
TRAINED = r"\b{}\.(fit|compile|train_on_batch|trainable_variables|trainable_weights|learn|train_step|train)\b"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFacts:
    """A class of the student's own, as far as it tells which part of the homework it is."""

    name: str  # as the notebook knows it
    words: frozenset[str]  # names and texts in it, in small letters
    # the same with those of the classes of the student's own that it makes: a class for one gate
    helped: frozenset[str]
    loops: bool  # over something, other than to make weights
    runs: bool  # has a method that could take a step or a sequence


def possible_names(
    contract: Collection[str],
    roles: Sequence[Role],
    cells: Sequence[Piece],
    modules: Sequence[Piece],
    assigned: Mapping[str, int],
    local: Collection[str] = (),
) -> dict[str, tuple[str, ...]]:
    """Contract name -> names that may be meant, the likeliest first, for every name that the homework does
    not define. `roles`: what the sheet says that stands under some of these names; `local`: names inside its
    functions, such as the model in main()."""
    spelled = other_spellings(contract, tuple(assigned))
    known = dict.fromkeys((*assigned, *local))
    kept = dict.fromkeys(
        name for name in entries((*cells, *modules)) if name.isidentifier() and name not in known
    )
    source = _Source(
        cells=cells,
        modules=modules,
        names=tuple(name for name in known if name not in contract),
        entries=tuple(kept),
        spelled=frozenset(spelled.values()),
    )
    declared = {role.name: role for role in roles}
    models = [role.name for role in roles if isinstance(role, Model) and role.name not in assigned]
    lost = {name for piece in (*cells, *modules) for name in piece.lost}
    found = {}
    for wanted in contract:
        if wanted in assigned or wanted in lost:  # its own syntax error is told, nothing else taken for it
            continue
        role = declared.get(wanted)
        aliases = tuple(alias for alias in role.aliases if alias in known) if role is not None else ()
        first = (*aliases, *((spelled[wanted],) if wanted in spelled else ()))
        others = tuple(_look_for(role, source)) if role is not None else ()
        if wanted in models and len(models) > 1:
            others = tuple(name for name in others if _means(name, wanted, models))
        most = MOST_LISTS if isinstance(role, Numbers) else MOST
        if names := tuple(dict.fromkeys((*first, *others)))[:most]:
            found[wanted] = names
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """The code of a homework; `names`: what it defines, also inside functions, and the sheet does not name;
    `entries`: under what it may keep lists of numbers in a dict, in an object of its own or in what `fit`
    returns."""

    cells: Sequence[Piece]
    modules: Sequence[Piece]
    names: Sequence[str]
    entries: Sequence[str] = ()
    # of the names: those that are another spelling of one that the sheet names
    spelled: frozenset[str] = frozenset()

    def classes(self) -> Iterator[ClassFacts]:
        """The classes at the top level of cells and modules, by the names under which the cells know them."""
        known_as = {
            one.origin[0].rpartition(".")[2]: one.name
            for piece in self.cells
            for one in _bound(piece)
            if one.origin[0]
        }
        trees = [
            (piece, node)
            for piece in (*self.cells, *self.modules)
            for node in (piece.tree.body if piece.tree else ())
        ]
        own = {node.name: _words(node) for _, node in trees if isinstance(node, ast.ClassDef)}
        for piece, node in trees:
            if isinstance(node, ast.ClassDef):
                name = node.name if piece.number else known_as.get(node.name, node.name)
                yield _class_facts(name, node, own)

    def functions(self) -> Iterator[FunctionFacts]:
        """The functions at the top level of cells and modules."""
        for piece in (*self.cells, *self.modules):
            yield from (function for function in functions(piece) if "." not in function.name)

    @property
    def free(self) -> frozenset[str]:
        """The names that stand for nothing of the sheet by how they are spelled."""
        return frozenset(self.names) - self.spelled

    def text(self) -> str:
        """All code."""
        return "\n".join(piece.text for piece in (*self.cells, *self.modules))

    def called(self, *wanted: str, entries: bool = False) -> Iterator[str]:
        """The names in which every pattern is found; with the entries, if these are asked for."""
        for name in (*self.names, *(self.entries if entries else ())):
            snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
            if all(re.search(pattern, snake) for pattern in wanted):
                yield name


def _bound(piece: Piece) -> Iterator[Binding]:
    yield from bindings(piece.tree.body) if piece.tree else ()


def _words(node: ast.ClassDef) -> set[str]:
    """The names and texts that occur in a class."""
    words = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    words |= {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    return words | {
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def _small(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word.lower() for word in words)


def _class_facts(name: str, node: ast.ClassDef, own: Mapping[str, Collection[str]]) -> ClassFacts:
    """`own`: the words of every class of the student's."""
    methods = [one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    running = [one for one in methods if one.name not in MAKES]
    inner = [part for one in running for part in ast.walk(one)]
    words = _words(node)
    unrolls = any(isinstance(part, ast.Attribute) and part.attr in UNROLLS for part in inner)
    return ClassFacts(
        name=name,
        words=_small(words),
        helped=_small([*words, *(word for helper in words for word in own.get(helper, ()))]),
        loops=unrolls or any(isinstance(part, LOOPS) for part in inner),
        runs=bool(running),
    )


def _cells(source: _Source, functions: Collection[str]) -> list[str]:
    """Classes with the family's activations; those without a loop first: the others may be layers that do all
    by themselves. Last those that have them in another class: it may be a class for one gate, but also the
    cell."""
    found = [one for one in source.classes() if one.helped >= set(functions) and one.runs]
    return [one.name for one in sorted(found, key=lambda one: (not one.words >= set(functions), one.loops))]


def _layers(source: _Source, functions: Collection[str]) -> list[str]:
    """Classes with a loop; those without the activations of a cell first."""
    found = [one for one in source.classes() if one.loops and one.runs]
    return [one.name for one in sorted(found, key=lambda one: one.words >= set(functions))]


def _models(source: _Source) -> list[str]:
    """Objects made of a class of the student's own, or called a model; what is trained first."""
    own = {one.name for one in source.classes()}
    made = [
        binding.name
        for piece in source.cells
        for binding in _bound(piece)
        if isinstance(binding.value, ast.Call) and dotted(binding.value.func).rpartition(".")[2] in own
    ]
    likely = {*made, *source.called(MODEL, entries=True)} - own
    names = [name for name in (*source.names, *source.entries) if name in likely]
    text = source.text()
    times = {name: len(re.findall(TRAINED.format(re.escape(name)), text)) for name in names}
    mentions = {name: len(re.findall(rf"\b{re.escape(name)}\b", text)) for name in names}
    return sorted(names, key=lambda name: (-times[name], -mentions[name]))


def _tasks(source: _Source) -> list[str]:
    """Generators of two arguments."""
    return [one.name for one in source.functions() if one.is_generator and len(one.arguments) >= 2]


def _without_arguments(source: _Source, handed_on: str) -> list[str]:
    """Functions without arguments that yield samples, or hand on what a generator of the task yields."""
    tasks = {handed_on, *_tasks(source)}
    found = [one for one in source.functions() if not one.arguments]
    text = {one.name: _body(source, one.name) for one in found}
    return [
        one.name
        for one in found
        if one.is_generator or any(re.search(rf"\b{task}\(", text[one.name]) for task in tasks)
    ]


def _body(source: _Source, name: str) -> str:
    nodes = [node for piece in (*source.cells, *source.modules) if piece.tree for node in piece.tree.body]
    return next(
        (ast.unparse(node) for node in nodes if isinstance(node, ast.FunctionDef) and node.name == name), ""
    )


def _given_to(method: str, argument: str) -> Callable[[_Source], list[str]]:
    """Names that are handed to a method such as `fit`, by position first or under the name of this
    argument."""

    def found(source: _Source) -> list[str]:
        pattern = rf"\.{method}\([^()]*?{argument}(?P<name>[A-Za-z_]\w*)"
        names = [match["name"] for match in re.finditer(pattern, source.text())]
        return [name for name in dict.fromkeys(names) if name in source.names]

    return found


def _of_two(place: int) -> Callable[[_Source], list[str]]:
    """The first or the second of two names to which what a function returns is assigned: `seen, unseen =
    build()`."""

    def found(source: _Source) -> Iterator[str]:
        for piece in (*source.cells, *source.modules):
            for node in ast.walk(piece.tree) if piece.tree else ():
                match node:
                    case ast.Assign(
                        targets=[ast.Tuple(elts=[ast.Name(), ast.Name()] as names)], value=ast.Call()
                    ):
                        yield from (
                            name.id for name in names[place : place + 1] if isinstance(name, ast.Name)
                        )

    return lambda source: [name for name in dict.fromkeys(found(source)) if name in source.names]


def _together(*looks: Callable[[_Source], list[str]]) -> Callable[[_Source], list[str]]:
    """What several looks find, one after the other."""
    return lambda source: list(dict.fromkeys(name for look in looks for name in look(source)))


def _first_of(*several: Sequence[str], entries: bool = False) -> Callable[[_Source], list[str]]:
    """Names in which all patterns of the first group are found, then those of the second."""
    return lambda source: [name for patterns in several for name in source.called(*patterns, entries=entries)]


def _functions(source: _Source, role: Function) -> list[str]:
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


def _own_classes(source: _Source, role: Class) -> list[str]:
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
    one, other = _words_of(name), _words_of(wanted)
    return len(one & other) / max(1, len(one | other))


def _means(name: str, wanted: str, several: Collection[str]) -> bool:
    """Whether a name has a word of this one of several names that no other of them has: of several models
    that are missing, nobody can tell which of them `model` is."""
    others = {word for other in several if other != wanted for word in _words_of(other)}
    return bool(_words_of(name) & (_words_of(wanted) - others))


def _words_of(name: str) -> set[str]:
    return {*re.findall(r"[a-z0-9]+", re.sub(_NEW_WORD, "_", name).lower())}


_DATA: Mapping[Purpose, Callable[[_Source], list[str]]] = {
    Purpose.TRAIN: _together(_first_of([TRAIN]), _given_to("fit", r"(?<=fit\()\s*(?:x\s*=\s*)?"), _of_two(0)),
    Purpose.TEST: _together(
        _first_of([TEST], [VALIDATION]),
        _given_to("fit", r"validation_data\s*=\s*"),
        _given_to("evaluate", r"(?<=evaluate\()\s*(?:x\s*=\s*)?"),
        _of_two(1),
    ),
}
_RECORDED: Mapping[tuple[Purpose, Recorded], Callable[[_Source], list[str]]] = {
    (Purpose.TRAIN, Recorded.LOSS): _first_of(
        [TRAIN, LOSS], [LOSS, NOT_TEST], [TRAIN, NOT_ACCURACY], entries=True
    ),
    (Purpose.TEST, Recorded.LOSS): _first_of(
        [TEST, LOSS], [VALIDATION, LOSS], [TEST, NOT_ACCURACY], entries=True
    ),
    (Purpose.TRAIN, Recorded.ACCURACY): _first_of([TRAIN, ACCURACY], [ACCURACY, NOT_TEST], entries=True),
    (Purpose.TEST, Recorded.ACCURACY): _first_of(
        [TEST, ACCURACY], [VALIDATION, ACCURACY], [ACCURACY, NOT_TRAIN], entries=True
    ),
}


def _look_for(role: Role, source: _Source) -> list[str]:
    """What may stand for a role in this homework."""
    match role:
        case Cell():
            return _cells(source, role.family.functions)
        case Layer():
            return _layers(source, role.cell.family.functions)
        case Model():
            return _models(source)
        case DataSet():
            return _DATA[role.purpose](source)
        case Numbers(holds=Recorded.OTHER):
            return []
        case Numbers():
            return _RECORDED[role.purpose, role.holds](source)
        case Function(hands_on=Function() as handed_on):
            return _without_arguments(source, handed_on.name)
        case Function(yields=True):
            return _tasks(source)
        case Function():
            return _functions(source, role)
        case Class():
            return _own_classes(source, role)
    return []
