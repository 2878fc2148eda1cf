"""Functions of a simple recurrent network and of an LSTM by hand: the forward pass, back-propagation through time, the states of an LSTM."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from grader.assignment import Criterion, Function, Probe, Seen
from grader.judge.checks.functions import Arguments, Array, Asked, Form, asking, best_form, by_form, unanswered
from grader.judge.words import counted
from grader.model import Basis, Evidence, Mistake, Verdict
from grader.model.verdict import failed, passed
from grader.rnn.taught import (
    FORWARD_MISTAKES,
    GRADIENT_MISTAKES,
    Forward,
    Gradients,
    Network,
    exact_gradients,
    forward,
    gradients,
)

WEIGHTS = ("U", "W", "V", "b", "c")
SIZES = (3, 4, 5, 6)  # of batch, features, units and outputs, each another: shapes tell the arrays apart
LENGTHS = (1, 2, 7)
OF_GRADIENTS = (2, 2, 3, 6)
NEAR = 1e-4  # of the largest number: float32, seven steps
APART = 0.05  # what a mistake must change at least, else the question is drawn again
TRIES = 200


def _one_sequence(arguments: Arguments) -> Arguments:
    """The first sequence of the batch, with the state that it starts from."""
    return {name: value if name in WEIGHTS else value[0] for name, value in arguments.items()}


FORMS = tuple(Form(by_name=by_name, changes=change) for change in (None, _one_sequence) for by_name in (False, True))


def forward_pass(role: Function) -> Criterion:
    """A function of (x, h0, U, W, V, b, c) gives all states and all outputs of a simple recurrent network, for a batch of sequences
    [batch, time, features] or for one [time, features]."""
    asked = _asks_forward(role)
    return Criterion(
        id=role.name,
        title=f"{role.name} computes all states and outputs of a simple recurrent network.",
        judge=lambda seen: best_form(by_form(seen, asked, role, FORMS), lambda group: _judge_forward(group, role.name)),
        basis=Basis.PROVEN,
        asks=(asked,),
        hint="Compare it with h_t = tanh(x_t U + h_{t-1} W + b) and y_t = h_t V + c, term by term.",
        forger_gains="nothing: inputs and weights are drawn",
    )


def through_time(role: Function, of: str, *, steps: int | None, along: Function) -> Criterion:
    """A function of (x, h0, U, W, V, b, c, y) gives the gradients by U and by W, here the one `of` "U" or "W" for sequences of so many
    `steps`; None: both, for longer ones. `along`: the student's forward pass, whose mistake was charged already."""
    asked, forwards = _asks_gradients(role), _asks_forward(along)
    names = (of,) if of else ("U", "W")
    which = f"dL/d{of} of {'two' if steps == 2 else steps} steps" if steps else "dL/dU and dL/dW of any number of steps"

    def judge(seen: Seen) -> Verdict:
        own = _own_forward(seen, forwards, along)
        return best_form(
            by_form(seen, asked, role, FORMS),
            lambda group: _judge_gradients([one for one in group if _fits(one, steps)], role.name, names, own),
        )

    return Criterion(
        id=f"{role.name}_{of}_{steps}" if steps else f"{role.name}_any",
        title=f"{role.name} gives {which}, by back-propagation through time.",
        judge=judge,
        basis=Basis.PROVEN,
        asks=(asked,),
        uses=(forwards,),
        hint="Go back from the last step: every step adds to the same U and W, and passes W^T times its own gradient on to the step before.",
        forger_gains="nothing: inputs and weights are drawn",
    )


def lstm_states(role: Function, of: str) -> Criterion:
    """A function of (f, i, g, o, c), the values of an LSTM's gates and its cell state, gives the new cell state and hidden state; here
    the one `of` "c" or "h"."""
    asked = _asks_states(role)
    words = "cell state, c' = f c + i g" if of == "c" else "hidden state, h' = o tanh(c')"
    return Criterion(
        id=f"{role.name}_{of}",
        title=f"{role.name} gives the new {words}.",
        judge=lambda seen: best_form(by_form(seen, asked, role), lambda group: _judge_states(group, role.name, of)),
        basis=Basis.PROVEN,
        asks=(asked,),
        hint="The forget gate f multiplies the old cell state c, the input gate i the new g.",
        forger_gains="nothing: the gates are drawn",
    )


# --- what is asked -------------------------------------------------------------------------------------------------------


@functools.cache
def _asks_forward(role: Function) -> Probe:
    return asking(role, lambda rng: [*(_drawn(rng, steps, targets=False) for steps in LENGTHS), _of_zeros(rng)], FORMS)


@functools.cache
def _asks_gradients(role: Function) -> Probe:
    return asking(role, lambda rng: [_drawn(rng, steps, targets=True) for steps in OF_GRADIENTS], FORMS)


@functools.cache
def _asks_states(role: Function) -> Probe:
    def draw(rng: np.random.Generator) -> list[Arguments]:
        shapes = ((4, 3), (2, 5), (6,))
        return [
            {name: _float(1 / (1 + np.exp(-rng.normal(size=shape)))) for name in ("f", "i")}
            | {"g": _float(np.tanh(rng.normal(size=shape)))}
            | {"o": _float(1 / (1 + np.exp(-rng.normal(size=shape)))), "c": _float(2 * rng.normal(size=shape))}
            for shape in shapes
        ]

    return asking(role, draw)


def _float(array: Array) -> Array:
    return np.asarray(array, dtype="<f4")


def _drawn(rng: np.random.Generator, steps: int, *, targets: bool) -> Arguments:
    """Inputs and weights under which every known mistake shows."""
    for _ in range(TRIES):
        made = _any(rng, steps, targets=targets)
        if _tells_apart(made, steps, targets=targets):
            return made
    return made


def _any(rng: np.random.Generator, steps: int, *, targets: bool) -> Arguments:
    batch, features, units, outputs = map(int, rng.permutation(SIZES))
    made = {
        "x": rng.normal(size=(batch, steps, features)),
        "h0": rng.normal(size=(batch, units)),
        "U": 0.7 * rng.normal(size=(features, units)),
        "W": 0.7 * rng.normal(size=(units, units)),
        "V": rng.normal(size=(units, outputs)),
        "b": rng.normal(size=units),
        "c": rng.normal(size=outputs),
    }
    made |= {"y": rng.normal(size=(batch, steps, outputs))} if targets else {}
    return {name: _float(value) for name, value in made.items()}


def _of_zeros(rng: np.random.Generator) -> Arguments:
    made = _any(rng, 2, targets=False)
    return {name: 0 * value if name in ("x", "h0", "b") else value for name, value in made.items()}


def _tells_apart(made: Arguments, steps: int, *, targets: bool) -> bool:
    """Whether every mistake that can show in so many steps does, in one sequence as in all."""
    for given in (made, _as_batch(_one_sequence(made))):
        x, n = given["x"].astype("f8"), _network(given)
        if targets:
            right = gradients(x, n, given["y"])
            wrong = [(one.computes(x, n, given["y"]), one.shows_in) for one in GRADIENT_MISTAKES]
            if any(_gap(found[name], right[name]) < APART for found, names in wrong for name in names):
                return False
        else:
            right_pass, one_step = forward(x, n), ("state_not_carried",) if steps == 1 else ()
            others = [one.computes(x, n) for one in FORWARD_MISTAKES if one.id not in one_step]
            if any(max(map(_gap, found, right_pass)) < APART for found in others):
                return False
    return True


def _gap(seen: Array, wanted: Array) -> float:
    """The largest difference, beside the largest number."""
    return float(np.max(np.abs(seen - wanted)) / max(np.max(np.abs(wanted)), 1e-6))


def _as_batch(arguments: Arguments) -> Arguments:
    """The arguments with a batch in front, where there is one sequence."""
    if arguments["x"].ndim == 3:
        return arguments
    return {name: value if name in WEIGHTS else value[None] for name, value in arguments.items()}


def _network(arguments: Arguments) -> Network:
    return Network(**{name: arguments[name].astype("f8") for name in ("h0", *WEIGHTS)})


# --- what is judged ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pass:
    """One forward pass, as it was asked and answered, in batches."""

    x: Array
    network: Network
    states: Array
    outputs: Array

    def is_that_of(self, computes: Forward) -> bool:
        """Whether this forward pass explains the answer."""
        return all(_near(a, b) for a, b in zip((self.states, self.outputs), computes(self.x, self.network), strict=True))


def _near(seen: Array, wanted: Array) -> bool:
    with np.errstate(all="ignore"):
        return seen.shape == wanted.shape and bool(
            np.all(np.abs(seen - wanted) <= NEAR * max(1.0, float(np.max(np.abs(wanted)))))
        )


def _read_pass(one: Asked) -> _Pass | str:
    """The states and outputs in the answer, whichever comes first; what is wrong with it where there are none."""
    given = _as_batch(one.arguments)
    x, n = given["x"].astype("f8"), _network(given)
    wanted = forward(x, n)
    single = one.arguments["x"].ndim == 2
    shapes = [array.shape[1:] if single else array.shape for array in wanted]
    arrays = _together(one.called.arrays, x.shape[1], len(shapes[0]))
    found = [next((array for array in arrays if array.shape == shape), None) for shape in shapes]
    if found[0] is None or found[1] is None:
        seen = ", ".join(str(array.shape) for array in one.called.arrays[:6]) or "nothing"
        return f"for x of shape {one.arguments['x'].shape} it gives {seen}, expected all states {shapes[0]} and all outputs {shapes[1]}"
    states, outputs = (array.astype("f8")[None] if single else array.astype("f8") for array in found if array is not None)
    return _Pass(x=x, network=n, states=states, outputs=outputs)


def _together(arrays: Sequence[Array], steps: int, dimensions: int) -> list[Array]:
    """The arrays; the states and outputs of single steps, a list of each, side by side along time. `dimensions`: of all steps'."""
    if len(arrays) != 2 * steps or any(array.ndim != dimensions - 1 for array in arrays):
        return list(arrays)
    alike = [[array for array in arrays if array.shape == shape] for shape in dict.fromkeys(array.shape for array in arrays)]
    return [np.stack(group, axis=-2) for group in alike]


def _judge_forward(group: Sequence[Asked], name: str) -> Verdict:
    if (verdict := unanswered(group, name)) is not None:
        return verdict
    read = [_read_pass(one) for one in group]
    if wrong := next((one for one in read if isinstance(one, str)), None):
        return failed(f"{name}: {wrong}")
    passes = [one for one in read if isinstance(one, _Pass)]
    if all(one.is_that_of(forward) for one in passes):
        return passed(f"{name} is right for sequences of {', '.join(str(one.x.shape[1]) for one in passes[:3])} steps.")
    known = _known(passes)
    bad = next(one for one in passes if not one.is_that_of(forward))
    states, outputs = forward(bad.x, bad.network)
    first = ("states", bad.states, states) if not _near(bad.states, states) else ("outputs", bad.outputs, outputs)
    return failed(
        f"{name}: the {first[0]} of {counted(bad.x.shape[1], 'step')} are off by {_most(first[1], first[2])}"
        + (f"; it behaves like a network {known.words}" if known else ""),
        evidence=[Evidence(what=f"largest difference of the {first[0]}", expected="0", actual=_most(first[1], first[2]))],
        mistake=known,
        undiagnosed=known is None,
    )


def _known(passes: Sequence[_Pass]) -> Mistake | None:
    """The known mistake that explains all passes."""
    for one in FORWARD_MISTAKES:
        if all(made.is_that_of(one.computes) for made in passes):
            return Mistake(id=one.id, confidence=1.0, words=one.words)
    return None


def _most(seen: Array, wanted: Array) -> str:
    difference = float(np.max(np.abs(seen - wanted)))
    return f"{difference:.2g}" if np.isfinite(difference) else "more than any number (NaN or infinite)"


def _own_forward(seen: Seen, asked: Probe, role: Function) -> Forward | None:
    """The wrong forward pass that the student has, where one is known and no form of asking finds a right one."""
    observation = seen.if_asked(asked)
    if observation is None or not observation.is_answered:
        return None
    for group in by_form(seen, asked, role, FORMS):
        read = [_read_pass(one) for one in group if one.called.error is None]
        passes = [one for one in read if isinstance(one, _Pass)]
        if len(passes) == len(group) and (known := _known(passes)) is not None:
            return next(one.computes for one in FORWARD_MISTAKES if one.id == known.id)
    return None


def _fits(one: Asked, steps: int | None) -> bool:
    length = one.arguments["x"].shape[-2]
    return bool(length == steps if steps else length > 2)


def _judge_gradients(group: Sequence[Asked], name: str, of: Sequence[str], own: Forward | None) -> Verdict:
    if (verdict := unanswered(group, name)) is not None:
        return verdict
    for part in of:
        found = [_part(one, part) for one in group]
        if any(array is None for array in found):
            wanted, one = group[0].arguments[part].shape, group[0]
            seen = ", ".join(str(array.shape) for array in one.called.arrays[:6]) or "nothing"
            return failed(f"{name} gives {seen}: no array of the shape of {part}, {wanted}, for dL/d{part}")
        arrays = [array.astype("f8") for array in found if array is not None]
        if _all_near(group, arrays, part, lambda x, n, y: gradients(x, n, y)):
            continue
        if own is not None and _all_near(group, arrays, part, lambda x, n, y: exact_gradients(x, n, y, own)):
            continue
        return _wrong_gradient(group, arrays, name, part)
    beside = " of your own forward pass" if own is not None else ""
    return passed(f"{name}: {' and '.join(f'dL/d{part}' for part in of)}{beside} agree with the exact derivative.")


def _part(one: Asked, part: str) -> Array | None:
    """The gradient by U or by W, told by its shape: features and units differ."""
    return next((array for array in one.called.arrays if array.shape == one.arguments[part].shape), None)


def _all_near(group: Sequence[Asked], arrays: Sequence[Array], part: str, computes: Gradients) -> bool:
    return all(_near(array, _computed(one, computes)[part]) for one, array in zip(group, arrays, strict=True))


def _computed(one: Asked, computes: Gradients) -> dict[str, Array]:
    given = _as_batch(one.arguments)
    return computes(given["x"].astype("f8"), _network(given), given["y"].astype("f8"))


def _wrong_gradient(group: Sequence[Asked], arrays: Sequence[Array], name: str, part: str) -> Verdict:
    known = next((one for one in GRADIENT_MISTAKES if _all_near(group, arrays, part, one.computes)), None)
    right = _computed(group[0], gradients)[part]
    off = _most(arrays[0], right)
    steps = group[0].arguments["x"].shape[-2]
    return failed(
        f"{name}: dL/d{part} of {steps} steps is off by {off}" + (f"; it behaves like a gradient {known.words}" if known else ""),
        evidence=[Evidence(what=f"largest difference of dL/d{part}", expected="0", actual=off)],
        mistake=Mistake(id=known.id, confidence=1.0, words=f"a gradient {known.words}") if known else None,
        undiagnosed=known is None,
    )


# --- the states of an LSTM -----------------------------------------------------------------------------------------------

StateMistake = tuple[
    str, str, Callable[[Arguments, Array], Array]
]  # id, what is computed, from the gates and the student's own c'
STATE_MISTAKES: dict[str, tuple[StateMistake, ...]] = {
    "c": (
        ("f_and_i_exchanged", "i c + f g", lambda a, own: a["i"] * a["c"] + a["f"] * a["g"]),
        ("no_forget_gate", "c + i g", lambda a, own: a["c"] + a["i"] * a["g"]),
        ("no_input_gate", "f c + g", lambda a, own: a["f"] * a["c"] + a["g"]),
        ("forget_for_input", "f c + (1 - f) g", lambda a, own: a["f"] * a["c"] + (1 - a["f"]) * a["g"]),
    ),
    "h": (
        ("no_output_tanh", "o c'", lambda a, own: a["o"] * own),
        ("no_output_gate", "tanh(c')", lambda a, own: np.tanh(own)),
        ("old_cell_state", "o tanh(c), of the old cell state", lambda a, own: a["o"] * np.tanh(a["c"])),
    ),
}  # fmt: skip
EQUATIONS = {"c": ("cell", "f c + i g"), "h": ("hidden", "o tanh(c')")}
Pair = tuple[Asked, Array, Array]  # with the new cell state, and the new hidden state


def _judge_states(group: Sequence[Asked], name: str, of: str) -> Verdict:
    if (verdict := unanswered(group, name)) is not None:
        return verdict
    if any(len(one.called.arrays) != 2 for one in group):
        count = len(group[0].called.arrays)
        return failed(f"{name} gives {count} array(s), expected two: the new cell state and the new hidden state")
    pairs = [(one, one.called.arrays[0], one.called.arrays[1]) for one in group]
    swapped = [(one, second, first) for one, first, second in pairs]
    state, equation = EQUATIONS[of]
    if _holds(pairs, of) or _holds(swapped, of):  # (hidden, cell) everywhere is no mistake
        return passed(f"{name} gives the right new {state} state.")
    known = next(
        (m for m in STATE_MISTAKES[of] if all(_near(h if of == "h" else c, m[2](a.arguments, c)) for a, c, h in pairs)), None
    )
    return failed(
        f"{name}: the new {state} state is not {equation}" + (f"; it is {known[1]}" if known else ""),
        mistake=Mistake(id=known[0], confidence=1.0, words=f"one that computes {known[1]}") if known else None,
        undiagnosed=known is None,
    )


def _holds(pairs: Sequence[Pair], of: str) -> bool:
    """Whether the equation holds; that of the hidden state with the student's own cell state, whose mistake is charged already."""
    if of == "h":
        return all(_near(hidden, one.arguments["o"] * np.tanh(cell)) for one, cell, hidden in pairs)
    return all(_near(cell, a["f"] * a["c"] + a["i"] * a["g"]) for a, cell in ((one.arguments, cell) for one, cell, _ in pairs))
