"""Wrong activations: missing, exchanged, or applied twice."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from grader.rnn.activations import Activation, linear, relu, sigmoid, softmax
from grader.rnn.family import UpdateRule, Variant
from grader.rnn.lstm import CANDIDATE, FORGET, INPUT, OUTPUT
from grader.rnn.mistake_place import MistakePlace
from grader.rnn.mistakes.lstm.pieces import activated
from grader.rnn.mistakes.pieces import clipped, hard_sigmoid, sigmoid_twice, tanh_twice
from grader.rnn.weights import Array, Arrays, PreActivations

SQUASHINGS: dict[str, tuple[str, Activation]] = {
    "softmax": ("a softmax instead of a sigmoid", softmax),
    "tanh": ("a tanh instead of a sigmoid", np.tanh),
    "relu": ("a relu instead of a sigmoid", relu),
    "linear": ("no activation instead of a sigmoid", linear),
    "twice": ("its sigmoid twice, in the layer and again around it", sigmoid_twice),
}
PLACES = (("i", "input"), ("f", "forget"), ("o", "output"))


def _one_gate() -> tuple[Variant, ...]:
    return tuple(
        Variant(
            id=f"{name}_{gate}_gate", words=f"whose {gate} gate has {what}", rule=activated(**{place: squash})
        )
        for name, (what, squash) in SQUASHINGS.items()
        for place, gate in PLACES
    )


OF_CANDIDATE = (
    Variant(
        id="sigmoid_candidate",
        words="whose candidate has a sigmoid instead of a tanh",
        rule=activated(g=sigmoid),
    ),
    Variant(id="linear_candidate", words="whose candidate has no tanh", rule=activated(g=linear)),
    Variant(
        id="relu_candidate", words="whose candidate has a relu instead of a tanh", rule=activated(g=relu)
    ),
    Variant(
        id="softmax_candidate",
        words="whose candidate has a softmax instead of a tanh",
        rule=activated(g=softmax),
    ),
    Variant(
        id="clipped_candidate",
        words="whose candidate is clipped to -1 and 1 instead of a tanh",
        rule=activated(g=clipped),
    ),
    Variant(
        id="tanh_twice_candidate",
        words="whose candidate has its tanh twice, in the layer and again around it",
        rule=activated(g=tanh_twice),
    ),
)
SHOWN = tuple(
    Variant(id=name, words=words, rule=activated(shown=squash), place=MistakePlace.HIDDEN_STATE)
    for name, words, squash in (
        ("no_tanh_on_output", "without the tanh around the cell state: h' = o * c'", linear),
        ("sigmoid_on_output", "with a sigmoid where h' = o * tanh(c') has a tanh", sigmoid),
        ("relu_on_output", "with a relu where h' = o * tanh(c') has a tanh", relu),
        ("softmax_on_output", "with a softmax where h' = o * tanh(c') has a tanh", softmax),
        ("clipped_on_output", "that clips the cell state where h' = o * tanh(c') has a tanh", clipped),
    )
)
SEVERAL = (
    Variant(
        id="softmax_gates",
        words="whose three gates have a softmax instead of a sigmoid",
        rule=activated(i=softmax, f=softmax, o=softmax),
    ),
    Variant(
        id="tanh_gates",
        words="whose three gates have a tanh instead of a sigmoid",
        rule=activated(i=np.tanh, f=np.tanh, o=np.tanh),
    ),
    Variant(
        id="relu_gates",
        words="whose three gates have a relu instead of a sigmoid",
        rule=activated(i=relu, f=relu, o=relu),
    ),
    Variant(
        id="no_gate_activations",
        words="whose three gates have no activation at all",
        rule=activated(i=linear, f=linear, o=linear),
    ),
    Variant(
        id="no_activations_in_gates_and_candidate",
        words="whose gates and candidate have no activation at all",
        rule=activated(i=linear, f=linear, g=linear, o=linear),
    ),
    Variant(
        id="hard_gates",
        words="whose three gates have a hard sigmoid (a broken line) instead of a sigmoid",
        rule=activated(i=hard_sigmoid, f=hard_sigmoid, o=hard_sigmoid),
    ),
    Variant(
        id="sigmoid_twice",
        words="whose three gates have their sigmoid twice, in the layer and again around it",
        rule=activated(i=sigmoid_twice, f=sigmoid_twice, o=sigmoid_twice),
    ),
    Variant(
        id="activations_twice",
        words="whose gates and candidate have their activation twice, in the layer and again around it",
        rule=activated(i=sigmoid_twice, f=sigmoid_twice, g=tanh_twice, o=sigmoid_twice),
    ),
    Variant(
        id="sigmoid_everywhere",
        words="with sigmoids where the candidate and the cell state have a tanh",
        rule=activated(g=sigmoid, shown=sigmoid),
    ),
    Variant(
        id="tanh_nowhere",
        words="without any tanh, neither in the candidate nor on the cell state",
        rule=activated(g=linear, shown=linear),
    ),
)


def _h_outside(act: Activation, z: Array, from_h: Array) -> Array:
    out: Array = act(z - from_h) + from_h
    return out


def _x_outside(act: Activation, z: Array, from_h: Array) -> Array:
    out: Array = act(from_h) + (z - from_h)
    return out


def _each_inside(act: Activation, z: Array, from_h: Array) -> Array:
    out: Array = act(z - from_h) + act(from_h)
    return out


Apart = Callable[[Activation, Array, Array], Array]
APART: dict[str, tuple[str, Apart]] = {
    "h_outside_activation": (
        "have their activation around the part from the input alone, and add the hidden state's part outside",
        _h_outside,
    ),
    "x_outside_activation": (
        "have their activation around the hidden state's part alone, and add the part from the input outside",
        _x_outside,
    ),
    "activations_apart": (
        (
            "have one activation around the part from the input and another around the hidden state's, and"
            " add the two"
        ),
        _each_inside,
    ),
}


def _in_parts(part: Apart, *, candidate: bool) -> UpdateRule:
    """The equations with gates, or gates and candidate, that apply their activation to one part of their
    pre-activation."""

    def rule(z: PreActivations, h: Array, c: Array) -> Arrays:
        i, f, o = (part(sigmoid, z.gates[gate], z.from_hidden[gate]) for gate in (INPUT, FORGET, OUTPUT))
        seen = z.gates[CANDIDATE]
        g = part(np.tanh, seen, z.from_hidden[CANDIDATE]) if candidate else np.tanh(seen)
        new_c = f * c + i * g
        return o * np.tanh(new_c), new_c

    return rule


PARTS = tuple(
    Variant(id=name, words=f"whose {who} {what}", rule=_in_parts(part, candidate=candidate))
    for name, (what, part) in APART.items()
    for who, candidate in (("gates and candidate", True), ("three gates", False))
)
VARIANTS = (*OF_CANDIDATE, *SHOWN, *SEVERAL, *_one_gate(), *PARTS)
