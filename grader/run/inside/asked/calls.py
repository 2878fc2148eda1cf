"""Take apart what the student's cell or layer returns."""

from __future__ import annotations

import collections
import dataclasses
import re

import numpy as np
import tensorflow as tf

from .. import errors

MAX_TENSORS = 8
STATES = ("h", "c")  # names of the states in a question, in the order of their family
MORE_THAN_STATES = 5  # tensors of one shape: an output and two states beside it are three
MAX_DEPTH = 6  # of lists in lists: a list may hold itself
MAX_STORED = 1_000_000  # numbers of one array
MOST_SAID = 600  # characters of an error
# in names of arguments and keys, in small letters
CELL_STATE = re.compile(r"(^|_)(c|ct|c\d|cell\w*|long\w*|mem\w*|carry)(_|$)")
HIDDEN_STATE = re.compile(r"(^|_)(h|ht|h\d|hid\w*|short\w*)(_|$)")
# an argument that takes the input, or its size
NAMES_INPUT = re.compile(r"(^|_)(x|xt|in|inp|input\w*|seq\w*|feature\w*|dim\w*)(_|$)")

# Of ours, and calls nothing of the student's: AutoGraph would take a tenth of a second to rewrite each such
# function for the first graph.
untranslated = tf.autograph.experimental.do_not_convert


def fields_of(kind):
    """The names of what a named tuple or a dataclass holds; none for other classes."""
    return getattr(kind, "_fields", None) or tuple(getattr(kind, "__dataclass_fields__", ()))


@untranslated
def unpacked(value):
    """A result in which dataclasses, which TensorFlow does not take apart, are tuples, and so is a dict of
    two states, hidden first where the names tell which that is, else in its own order."""
    if isinstance(value, (list, tuple)):
        parts = [unpacked(part) for part in value]
        return parts if isinstance(value, list) else tuple(parts)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return tuple(unpacked(getattr(value, name)) for name in fields_of(type(value)))
    if isinstance(value, dict) and (keys := pair_of_keys(value) or (len(value) == 2 and [*value])):
        return tuple(unpacked(value[key]) for key in keys)
    return value


def pair_of_keys(names):
    """(the name of the hidden state, that of the cell state) among these; None when they are not two such
    names. Of two names one tells both."""
    said = [name for name in names if isinstance(name, str)]
    hidden, cell = (
        [name for name in said if what.search(name.lower())] for what in (HIDDEN_STATE, CELL_STATE)
    )
    if len(said) == 2 and len({*hidden, *cell}) == 1 and (not hidden or not cell):
        other = next(name for name in said if name not in (*hidden, *cell))
        return (hidden[0], other) if hidden else (other, cell[0])
    return (hidden[0], cell[0]) if len(hidden) == len(cell) == 1 and hidden != cell else None


def cell_state_first(names):
    """Whether the cell state's name comes before the hidden state's: of two states one name tells both."""
    states = [name.lower() for name in names if not NAMES_INPUT.search(name.lower())]
    cell = [place for place, name in enumerate(states) if CELL_STATE.search(name)]
    hidden = [place for place, name in enumerate(states) if HIDDEN_STATE.search(name)]
    if len(states) == 2 and len(cell) + len(hidden) == 1:
        return cell == [0] or hidden == [1]
    return bool(cell and hidden and cell[0] < hidden[0])


def states_first(names):
    """Whether the input's name comes after the states'. Shapes alone do not tell: where input and hidden
    state are joined, a call with the two exchanged may run as well."""
    given = [place for place, name in enumerate(names) if NAMES_INPUT.search(name.lower())]
    first = names[0].lower() if names else ""
    return bool(given and given[0] > 0) or (
        not given and bool(CELL_STATE.search(first) or HIDDEN_STATE.search(first))
    )


def nesting_of(value, depth=MAX_DEPTH):
    """How tensors are nested, as it travels: of a list or a tuple its length and its parts, of a long one the
    first."""
    if isinstance(value, (list, tuple)) and depth:
        parts = [
            nesting_of(item, depth - 1) for item in value[: 1 if len(value) > MAX_TENSORS else MAX_TENSORS]
        ]
        return {"kind": "list" if isinstance(value, list) else "tuple", "length": len(value), "parts": parts}
    if tf.is_tensor(value):
        return {"kind": "tensor"}
    return {"kind": "other", "name": type(value).__name__}


def tensors_of(value, prefix, each_step=()):
    """The tensors of a result, flat: {prefix/0: array, ...}. The lists at the places `each_step` are stacked
    along a new first axis."""
    arrays = [np.asarray(item) for item in tensors_in(_stacked(unpacked(value), set(each_step)))]
    return {
        f"{prefix}/{index}": array
        for index, array in enumerate(arrays[: 2 * MAX_TENSORS])
        if array.size <= MAX_STORED and array.dtype.kind in "fiub"
    }


def each_step_in(answers, own=0):
    """The places at which every answer has a list with a tensor, or a pair of such, for each step, all of one
    shape, as the indices on the way there; () is the whole answer. `answers`: [(what was returned, steps of
    the input)] of sequences of several lengths, which tell such a list from a pair of states where there are
    two steps. `own`: the steps of the homework's own sequences; written into the code, they are the length of
    the list whatever is asked, and more than states could be."""
    found = [_few_beside(_lists_of(unpacked(value), steps)) for value, steps in answers]
    every = set.intersection(*found) if found else set()
    if every or own < MORE_THAN_STATES or all(steps != own for _, steps in answers):
        return sorted(every)
    return sorted(set.intersection(*(_few_beside(_lists_of(unpacked(value), own)) for value, _ in answers)))


def _few_beside(places):
    """Those that lie beside one other at most, as the lists of two states do: more are a list for each
    sequence, in which nobody finds the steps of all."""
    beside = collections.defaultdict(set)
    for place in places:
        beside[place[:-1] if place else None].add(place)
    return {place for some in beside.values() if len(some) <= len(STATES) for place in some}


def _lists_of(value, steps, place=()):
    if not isinstance(value, (list, tuple)) or len(place) == MAX_DEPTH:
        return
    if len(value) == steps and len(forms := set(map(_form_of, value))) == 1 and None not in forms:
        yield place
    for index, item in enumerate(value[:MAX_TENSORS]):
        yield from _lists_of(item, steps, (*place, index))


def _stacked(value, places, place=()):
    if place in places:
        return tf.stack([_alone(item) for item in value])
    if not places or not isinstance(value, (list, tuple)):
        return value
    return [_stacked(item, places, (*place, index)) for index, item in enumerate(value)]


def last_step(value, x):
    """What a model gives for each sequence of x [batch, time, features]: [batch, outputs]; of an answer at
    every step, the last, whichever axis comes first. Answers to something else than the sequences, which
    their own check tells: [1, all of them]."""
    batch, time, _ = x.shape
    value = unpacked(value)
    if () in each_step_in([(value, time)]):
        return tf.reshape(value[-1], [batch, -1])
    out = tensors_in(value)[0]
    if len(out.shape) == 3:
        out = out[-1] if out.shape[0] != batch == out.shape[1] else out[:, -1]
    return tf.reshape(out, [batch if int(tf.size(out)) % batch == 0 else 1, -1])


def failure(problem):
    """What is told of an error of the student's code, where the rest of an answer goes on without it. What
    nobody answers at the keyboard, and a package that is not here, end the whole answer, which then stays
    open."""
    if any(errors.fields_of(problem)[what] for what in ("missing_answer", "missing_package")):
        raise problem
    message = str(problem)
    if len(message) > MOST_SAID:  # what was raised inside a graph stands at the end
        message = f"{message[: MOST_SAID // 2]}\n{message[-MOST_SAID // 2 :]}"
    return {"name": type(problem).__name__, "message": message}


def in_graph(thing, call, states=2):
    if states == 1:
        return tf.function(lambda x, h: unpacked(call(thing, x, h)), reduce_retracing=False)
    return tf.function(lambda x, h, c: unpacked(call(thing, x, h, c)), reduce_retracing=False)


def differs_in_graph(answer):
    """Whether a layer raises in a graph, or gives other numbers there."""
    pairs = [(array, answer.get(f"out{name[5:]}")) for name, array in answer.items() if name[:6] == "graph/"]
    return "graph_error" in answer or any(
        other is not None and (array.shape != other.shape or not np.allclose(array, other, atol=1e-3))
        for array, other in pairs
    )


def tensors_in(value):
    return [item for item in tf.nest.flatten(unpacked(value)) if _is_array(item)]


def _alone(item):
    """What stands by itself in a list, or in a list in a list."""
    for _ in range(MAX_DEPTH):
        if not isinstance(item, (list, tuple)) or len(item) != 1:
            break
        item = item[0]
    return item


def _form_of(item):
    """The shape and type of a tensor, of two alike in a pair those of both; None of anything else."""
    item = _alone(item)
    if isinstance(item, (list, tuple)):
        forms = {*map(_form_of, item)} if len(item) == 2 else {None}
        return None if len(forms) > 1 or None in forms else ("pair", *forms)
    return (tuple(item.shape), item.dtype.name) if _is_array(item) else None


def _is_array(item):
    return tf.is_tensor(item) or isinstance(item, np.ndarray)


def states_in(value, batch, units, count):
    """So many states in what one step returned; None when there are none. The one state of a cell is the last
    tensor: an output may stand before it."""
    if count == 2:
        return pair_in(value, batch, units)
    found = [tensor for tensor in tensors_in(value) if tuple(tensor.shape) == (batch, units)]
    return found[-1:] or None


def pair_in(value, batch, units):
    """The two states in what one step returned, in their order there: the last two tensors, a pair before an
    output, or one tensor that holds both. None when there are none."""
    value = unpacked(value)
    if (
        isinstance(value, (list, tuple))
        and len(value) == 2
        and isinstance(value[0], (list, tuple))
        and len(value[0]) == 2
    ):
        value = value[0]
    tensors = tensors_in(value)
    if len(tensors) >= 2:
        pair = tensors[-2:]
    elif tensors and tuple(tensors[0].shape) == (2, batch, units):
        pair = tf.unstack(tensors[0])
    elif tensors and tuple(tensors[0].shape) == (batch, 2, units):
        pair = tf.unstack(tensors[0], axis=1)
    elif tensors and tuple(tensors[0].shape) == (batch, 2 * units):
        pair = tf.split(tensors[0], 2, axis=1)
    else:
        return None
    return pair if all(tuple(state.shape) == (batch, units) for state in pair) else None
