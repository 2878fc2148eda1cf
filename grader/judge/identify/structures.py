"""Which networks a student's model may be, the likeliest first: its recurrent, dense and normalising layers,
found in its variables and its calls."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from grader.probes.model import ModelAnswer, ModelPart
from grader.probes.variables import shapes_of
from grader.rnn.activations import ACTIVATIONS, THEN
from grader.rnn.layouts import Layout
from grader.rnn.network import Recurrent
from grader.rnn.pointwise import Dense, Normalised, Pointwise
from grader.rnn.pooling import Pooling

MOST_STRUCTURES = 1_000  # structures that are looked at, which takes some seconds
MAX_LAYERS = 6  # outside of the cells
MAX_STACK = 4  # LSTM layers, one on top of the other
MOST_SEARCHED = 4  # layers around which activations are searched
USUAL = ("linear", "sigmoid", "tanh", "relu", "softmax")
RARE = ("gelu", "softsign", "hard_sigmoid", "relu6", "mish", "exponential")  # where a layer tells them
SEARCHED = tuple(name for name in ACTIVATIONS if name not in RARE)
ALIASES = {"softmax_v2": "softmax", "swish": "silu"}  # what TensorFlow calls some activations


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """Layers of fitting sizes, from the input to the output, and what the read-out reads of the last LSTM
    layer."""

    read_in: tuple[Pointwise, ...]
    recurrent: tuple[Recurrent, ...]
    read_out: tuple[Pointwise, ...]
    pooling: Pooling


def structures(model: ModelAnswer, found: Sequence[Recurrent]) -> Iterator[Structure]:
    """What the model may be, given its LSTM layers: with the layers as they were called, then in any order
    and without some."""
    return itertools.islice(_likeliest_first(model, found), MOST_STRUCTURES)


def _likeliest_first(model: ModelAnswer, found: Sequence[Recurrent]) -> Iterator[Structure]:
    stacks, free = list(_stacks(found)), _free_layers(model)
    called = [one for one in free if one.turn is not None] or free
    below = sum(one.turn is not None and one.turn < _first_cell(model) for one in called)
    as_called = [plan for stack in stacks[:1] for plan in _plans(model, stack, [[d.layer for d in called]])]
    as_called.sort(key=lambda plan: (len(plan.read_in) != below, list(Pooling).index(plan.pooling)))
    orders = [
        [d.layer for d in order]
        for n in range(len(free), -1, -1)
        for order in itertools.permutations(free, n)
    ]
    for plans in (as_called, [plan for stack in stacks for plan in _plans(model, stack, orders)]):
        for activations in (_reported, _others):
            yield from _with(activations, plans)


def recurrent_layers(model: ModelAnswer, layout: Layout) -> tuple[Recurrent, ...]:
    """The student's cells within the model, in the order in which they were called; those without variables,
    which were not called, are left out. None at all when one of them does not fit the layout."""
    shapes = shapes_of(model.variables)
    found = []
    for entry in _in_turn(model, model.own_cells):
        if not entry.variables:
            continue
        sizes = layout.sizes([shapes[k] for k in entry.variables])
        if sizes is None:
            return ()
        units, features = sizes
        found.append(Recurrent(variables=entry.variables, units=units, features=features, path=entry.path))
    return tuple(found)


def last_activation(model: ModelAnswer) -> str:
    """The activation that the dense layer called last tells; "" when there is none."""
    called = [entry for entry in model.dense if _turn(model, entry) is not None]
    return _in_turn(model, called)[-1].activation if called else ""


def _turn(model: ModelAnswer, entry: ModelPart) -> int | None:
    """When a layer was called, among those that a call of the model reached; None when it is not known."""
    paths = [layer.path for layer in model.layers]
    return paths.index(entry.path) if entry.path in paths else None


def _in_turn(model: ModelAnswer, entries: Iterable[ModelPart]) -> list[ModelPart]:
    """The layers as they were called; those of which that is not known come last."""
    unknown = len(model.layers)
    return sorted(entries, key=lambda entry: unknown if (turn := _turn(model, entry)) is None else turn)


def _first_cell(model: ModelAnswer) -> int:
    """When the first cell was called; 0 when that is not known."""
    turns = (_turn(model, cell) for cell in model.own_cells)
    return min((turn for turn in turns if turn is not None), default=0)


def _stacks(found: Sequence[Recurrent]) -> Iterator[tuple[Recurrent, ...]]:
    """The LSTM layers one on top of the other, in every order in which each takes what the one below it
    gives: first as called, then without some of them, last with one cell in all of several layers."""
    known = found[:MAX_STACK]
    orders = itertools.chain.from_iterable(itertools.permutations(known, n) for n in range(len(known), 0, -1))
    shared = ((cell,) * n for cell in known for n in range(2, MAX_STACK + 1))
    for order in itertools.chain(orders, shared):
        if all(above.features == below.units for below, above in itertools.pairwise(order)):
            yield order


@dataclass(frozen=True, slots=True, kw_only=True)
class _Free:
    """A layer that is not part of a cell; `turn`: when it was called, None when that is not known."""

    layer: Pointwise
    turn: int | None


def _free_layers(model: ModelAnswer) -> list[_Free]:
    """The dense and normalising layers outside of the cells, in the order in which they were called; last
    dense ones of other classes than Keras' own."""
    shapes, inside = shapes_of(model.variables), set(model.inside_cells)
    free = []
    for entry in _in_turn(model, (*model.dense, *model.normalised)):
        places = set(entry.variables)
        if not inside & places and (layer := _as_told(entry, shapes)) is not None:
            free.append(_Free(layer=layer, turn=_turn(model, entry)))
            inside |= places
    left = [k for k in range(len(shapes)) if k not in inside]
    return [*free, *(_Free(layer=dense, turn=None) for dense in _by_hand(model, left))][:MAX_LAYERS]


def _as_told(entry: ModelPart, shapes: Sequence[Sequence[int]]) -> Pointwise | None:
    """A layer of Keras' own; None where its variables are not those of one."""
    if entry.normal is not None:
        if not 0 <= entry.normal.epsilon < 1:
            return None
        place = dict(zip(entry.normal.holds, entry.variables, strict=False))
        return Normalised(
            scale=place.get("scale"),
            shift=place.get("shift"),
            mean=place.get("mean"),
            variance=place.get("variance"),
            epsilon=entry.normal.epsilon,
        )
    kernel, *bias = entry.variables or (None,)
    if kernel is None or len(shapes[kernel]) != 2:
        return None
    activation = ALIASES.get(entry.activation, entry.activation)
    return Dense(kernel=kernel, bias=bias[0] if bias else None, activation=activation)


def _by_hand(model: ModelAnswer, left: Sequence[int]) -> Iterator[Dense]:
    """A dense layer for every matrix among these variables, its bias a vector or a row as wide as it: the one
    kept beside it, else the next one, else any. What is done to their sum, code alone knows."""
    shapes = shapes_of(model.variables)
    home = [variable.path.rpartition(".")[0] for variable in model.variables]
    free = dict.fromkeys(left)
    for kernel in left:
        if kernel not in free or len(shapes[kernel]) != 2:
            continue
        wide = [
            k for k in free if k != kernel and shapes[k] in (shapes[kernel][1:], (1, *shapes[kernel][1:]))
        ]
        bias = min(wide, key=lambda k: (home[k] != home[kernel], k < kernel, k), default=None)
        for k in (kernel, *([] if bias is None else [bias])):
            del free[k]
        yield Dense(kernel=kernel, bias=bias, activation="")


def _plans(
    model: ModelAnswer, stack: tuple[Recurrent, ...], orders: Iterable[Sequence[Pointwise]]
) -> Iterator[Structure]:
    """The layers in these orders, some of them below the LSTM layers and the others above, where the
    sizes fit."""
    shapes, (*_, time, features) = shapes_of(model.variables), model.x.shape
    for order in orders:
        for cut in range(len(order) + 1):
            if not _fit(order[:cut], shapes, features, stack[0].features):
                continue
            read_in, read_out = tuple(order[:cut]), tuple(order[cut:])
            for pooling in Pooling:
                if _fit(read_out, shapes, pooling.width(stack[-1].units, time), None):
                    yield Structure(read_in=read_in, recurrent=stack, read_out=read_out, pooling=pooling)


def _fit(chain: Sequence[Pointwise], shapes: Sequence[Sequence[int]], start: int, end: int | None) -> bool:
    size = start
    for layer in chain:
        given = layer.gives(size, shapes)
        if given is None:
            return False
        size = given
    return end is None or size == end


Activations = Callable[[Sequence[str]], Iterator[tuple[str, ...]]]


def _with(activations: Activations, plans: Iterable[Structure]) -> Iterator[Structure]:
    """The same layers with other activations."""
    for plan in plans:
        below = len(plan.read_in)
        layers = (*plan.read_in, *plan.read_out)
        for names in activations([layer.activation for layer in layers]):
            chosen = tuple(replace(layer, activation=name) for layer, name in zip(layers, names, strict=True))
            yield replace(plan, read_in=chosen[:below], read_out=chosen[below:])


def _reported(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Those that the layers tell."""
    if all(name in ACTIVATIONS for name in names):
        yield tuple(names)


def _others(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Those that code applies to what a layer gives: any of them around two layers, the usual ones around
    more; and the usual ones on top of what one layer tells."""
    if len(names) <= 2:
        yield from itertools.product(*((*SEARCHED, *({name} & {*RARE})) for name in names))
    elif len(names) <= MOST_SEARCHED:
        yield from itertools.product(USUAL, repeat=len(names))
    if all(name in ACTIVATIONS for name in names):
        for place, name in itertools.product(reversed(range(len(names))), USUAL):
            yield (*names[:place], f"{names[place]}{THEN}{name}", *names[place + 1 :])
