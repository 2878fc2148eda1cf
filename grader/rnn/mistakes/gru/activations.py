"""Wrong activations in a GRU: missing, exchanged, or applied twice."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from grader.rnn.activations import Activation, linear, relu, sigmoid, softmax
from grader.rnn.family import Variant
from grader.rnn.mistakes.gru.pieces import changed, every_way
from grader.rnn.mistakes.pieces import clipped, hard_sigmoid, sigmoid_twice, tanh_twice

OF_GATES: dict[str, tuple[str, Activation]] = {
    "softmax": ("a softmax instead of a sigmoid", softmax),
    "tanh": ("a tanh instead of a sigmoid", np.tanh),
    "relu": ("a relu instead of a sigmoid", relu),
    "linear": ("no activation instead of a sigmoid", linear),
    "hard": ("a hard sigmoid (a broken line) instead of a sigmoid", hard_sigmoid),
    "twice": ("its sigmoid twice, in the layer and again around it", sigmoid_twice),
}
OF_CANDIDATE: dict[str, tuple[str, Activation]] = {
    "sigmoid": ("a sigmoid instead of a tanh", sigmoid),
    "linear": ("no tanh", linear),
    "relu": ("a relu instead of a tanh", relu),
    "softmax": ("a softmax instead of a tanh", softmax),
    "clipped": ("a broken line from -1 to 1 instead of a tanh", clipped),
    "tanh_twice": ("its tanh twice, in the layer and again around it", tanh_twice),
}


def _one_gate() -> Iterator[Variant]:
    for name, (what, function) in OF_GATES.items():
        yield from every_way(
            f"{name}_update_gate",
            f"whose update gate has {what}",
            changed(update=function),
        )
        yield from every_way(
            f"{name}_reset_gate",
            f"whose reset gate has {what}",
            changed(reset=function),
        )


def _both_gates() -> Iterator[Variant]:
    for name, (what, function) in OF_GATES.items():
        yield from every_way(
            f"{name}_gates",
            f"whose two gates have {what}",
            changed(update=function, reset=function),
        )


def _candidate() -> Iterator[Variant]:
    for name, (what, function) in OF_CANDIDATE.items():
        yield from every_way(
            f"{name}_candidate",
            f"whose candidate has {what}",
            changed(candidate=function),
        )


def _several() -> Iterator[Variant]:
    yield from every_way(
        "no_activations",
        "whose gates and candidate have no activation at all",
        changed(update=linear, reset=linear, candidate=linear),
    )
    yield from every_way(
        "activations_twice",
        "whose gates and candidate have their activation twice, in the layer and again around it",
        changed(update=sigmoid_twice, reset=sigmoid_twice, candidate=tanh_twice),
    )


VARIANTS = (*_candidate(), *_one_gate(), *_both_gates(), *_several())
