"""Known mistakes of a simple recurrent cell: h' = tanh(x W + h U + b) with another activation, another
operand, or a piece left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from grader.rnn.activations import ACTIVATIONS, Activation, sigmoid, softmax
from grader.rnn.family import UpdateRule, Variant
from grader.rnn.mistake_place import MistakePlace
from grader.rnn.mistakes.operands import Operands
from grader.rnn.mistakes.pieces import clipped, hard_sigmoid, sigmoid_twice, tanh_twice
from grader.rnn.simple import SIMPLE, USUAL, simple_step
from grader.rnn.weights import Array, Arrays, Feed, PreActivations

ALL = 0  # the place of the only gate
# (activation, what goes into it, h, pre-activations) -> h'
New = Callable[[Activation, Feed, Array, PreActivations], Array]


def _new(
    id: str,
    words: str,
    new: New,
    *,
    activations: tuple[str, ...] = ("tanh",),
    place: MistakePlace = MistakePlace.GATES,
) -> Iterator[Variant]:
    """The mistake with each of these activations."""
    for name in activations:
        yield Variant(id=id, words=words, rule=_rule(ACTIVATIONS[name], new), place=place)


def _rule(function: Activation, new: New) -> UpdateRule:
    def rule(z: PreActivations, h: Array) -> Arrays:
        return (new(function, z.feed(ALL), h, z),)

    return rule


def _activated(id: str, words: str, function: Activation) -> Variant:
    return Variant(id=id, words=words, rule=_rule(function, lambda f, feed, h, z: f(feed.total)))


ACTIVATED = (
    _activated("sigmoid_activation", "whose activation is a sigmoid instead of a tanh", sigmoid),
    _activated("softmax_activation", "whose activation is a softmax instead of a tanh", softmax),
    _activated(
        "clipped_activation", "whose activation is a broken line from -1 to 1 instead of a tanh", clipped
    ),
    _activated(
        "hard_sigmoid_activation",
        "whose activation is a hard sigmoid (a broken line) instead of a tanh",
        hard_sigmoid,
    ),
    _activated("tanh_twice", "that has its tanh twice, in the layer and again around it", tanh_twice),
    _activated("sigmoid_twice", "that has a sigmoid twice, in the layer and again around it", sigmoid_twice),
)
MADE = (
    *_new(
        "activations_apart",
        "that has one activation around the part from the input and another around the hidden state's, and"
        " adds the two",
        lambda f, feed, h, z: f(feed.from_input + feed.bias) + f(feed.from_hidden),
        activations=("tanh", "relu"),
    ),
    *_new(
        "activations_apart",
        "that has one activation around the part from the input and another around the hidden state's, and"
        " adds the two",
        lambda f, feed, h, z: f(feed.from_input) + f(feed.from_hidden + feed.bias),
        activations=("tanh", "relu"),
    ),
    *_new(
        "h_outside_activation",
        "that has its activation around the part from the input alone, and adds the hidden state's part"
        " outside",
        lambda f, feed, h, z: f(feed.from_input + feed.bias) + feed.from_hidden,
        activations=("tanh", "relu"),
    ),
    *_new(
        "x_outside_activation",
        "that has its activation around the hidden state's part alone, and adds the part from the input"
        " outside",
        lambda f, feed, h, z: f(feed.from_hidden) + feed.from_input + feed.bias,
        activations=("tanh", "relu"),
    ),
    *_new(
        "x_outside_activation",
        "that has its activation around the hidden state's part alone, and adds the part from the input"
        " outside",
        lambda f, feed, h, z: f(feed.from_hidden + feed.bias) + feed.from_input,
        activations=("tanh", "relu"),
    ),
    *_new(
        "bias_outside_activation",
        "that adds its bias behind the activation",
        lambda f, feed, h, z: f(feed.from_input + feed.from_hidden) + feed.bias,
        activations=("tanh", "relu"),
    ),
    *_new(
        "parts_multiplied",
        "that multiplies the part from the input and the part from the hidden state instead of adding them",
        lambda f, feed, h, z: f(feed.from_input * feed.from_hidden + feed.bias),
        activations=USUAL,
    ),
    *_new(
        "hidden_subtracted",
        "that subtracts the hidden state's part instead of adding it",
        lambda f, feed, h, z: f(feed.total - 2 * feed.from_hidden),
        activations=USUAL,
    ),
    *_new(
        "state_squashed_again",
        "that puts the old hidden state through its activation once more before it is multiplied",
        lambda f, feed, h, z: f(feed.total - feed.from_hidden + z.product(ALL, f(h))),
        activations=("tanh", "relu"),
    ),
    *_new(
        "hidden_without_kernel",
        "that adds the old hidden state itself, without its weights",
        lambda f, feed, h, z: f(feed.total - feed.from_hidden + h),
        activations=USUAL,
    ),
)
STATES = (
    *_new(
        "hidden_added",
        "that adds the old hidden state: h' = h + tanh(x W + h U + b)",
        lambda f, feed, h, z: h + f(feed.total),
        activations=USUAL,
        place=MistakePlace.HIDDEN_STATE,
    ),
    *_new(
        "hidden_multiplied",
        "that multiplies by the old hidden state: h' = h * tanh(x W + h U + b)",
        lambda f, feed, h, z: h * f(feed.total),
        activations=USUAL,
        place=MistakePlace.HIDDEN_STATE,
    ),
    *_new(
        "averaged",
        "that takes the mean of the old and the new hidden state",
        lambda f, feed, h, z: (h + f(feed.total)) / 2,
        activations=USUAL,
        place=MistakePlace.HIDDEN_STATE,
    ),
    *_new(
        "hidden_unchanged",
        "that returns the old hidden state",
        lambda f, feed, h, z: h,
        place=MistakePlace.RETURN,
    ),
)
OPERANDS = tuple(
    variant
    for activation in USUAL
    for variant in Operands(family=SIMPLE, rule=simple_step(activation)).one_gate()
)
MISTAKES: tuple[Variant, ...] = (*ACTIVATED, *MADE, *STATES, *OPERANDS)
