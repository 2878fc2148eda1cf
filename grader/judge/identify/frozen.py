"""Weights that training cannot move: under Keras 3 a trace that is made before there are weights keeps their
first values for good."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from grader.assignment import Seen
from grader.judge.identify.identification import (
    are_numbers,
    changes,
    identify_network,
    model_of,
    one_per_sequence,
    outputs_of,
)
from grader.model.runtime import KERAS3
from grader.probes.gradients import read_gradients
from grader.probes.model import Item, ModelAnswer

GRAPH_ROUNDING = 1e-5  # float32, 25 steps: a graph and eager code differ by less
OTHER_WEIGHTS = 1e-3  # answers under the same weights that lie farther apart are no rounding


def frozen_here(seen: Seen) -> str:
    """The same as below where it can be: under Keras 3, and of answers that are what was asked for."""
    if seen.run.runtime != KERAS3:
        return ""
    try:
        return frozen_weights(seen)
    # an answer that is not what was asked for: its own checks say so
    except (LookupError, TypeError, ValueError):
        return ""


def frozen_weights(seen: Seen) -> str:
    """Why some weights of the model cannot be trained, in words that follow "under Keras 3"; "" when all
    can."""
    model = model_of(seen)
    if model is None:
        return ""
    untracked = [v.title for v in model.variables if v.trainable and not v.tracked]
    if untracked:
        return f"{untracked[0]} is not among the variables that are trained"
    if _unmoved(model, graph=False) or _unmoved(model, graph=True):
        return "a tf.function keeps the weights it was first called with"
    if _out_of_reach(seen, model):
        return "a tf.function that was called before its layers had weights keeps their first values"
    # else it answers differently each time
    if changes(model) < GRAPH_ROUNDING and (
        _graph_left_behind(model) or _graph_of_other_weights(seen, model)
    ):
        return "a tf.function answers with other weights than the same code outside of it"
    return ""


def _out_of_reach(seen: Seen, model: ModelAnswer) -> bool:
    """Whether no weight of the student's cells has a gradient although the input, which comes through them,
    has one. Code that cuts gradients off itself cuts that of the input, too."""
    asked = seen.if_asked("gradients")
    if asked is None or not asked.is_answered:
        return False
    found = read_gradients(asked)
    if found.by_input is None or not np.any(found.by_input):
        return False
    arrived = {place for place, gradient in enumerate(found.by_variable) if gradient is not None}
    return bool(model.inside_cells) and not model.inside_cells & arrived


def _answers(model: ModelAnswer, *, graph: bool) -> Iterator[tuple[Item, np.ndarray]]:
    for item in model.items:
        out = outputs_of(model, item) if item.graph == graph else None
        if out is not None and np.all(np.isfinite(out)):
            yield item, out


def _unmoved(model: ModelAnswer, *, graph: bool) -> bool:
    """Whether all answers are the same although the weights were not. A constant output is another
    mistake."""
    outs = [out for _, out in _answers(model, graph=graph)]
    return (
        len(outs) > 1
        and float(np.ptp(outs[0])) > GRAPH_ROUNDING
        and all(_gap(outs[0], out) < GRAPH_ROUNDING for out in outs[1:])
    )


def _graph_left_behind(model: ModelAnswer) -> bool:
    """Whether a graph and eager code answer differently under the very same weights."""
    pairs = itertools.product(_answers(model, graph=True), _answers(model, graph=False))
    return any(
        _same_weights(model, traced, eager) and _gap(one, other) > OTHER_WEIGHTS
        for (traced, one), (eager, other) in pairs
    )


def _graph_of_other_weights(seen: Seen, model: ModelAnswer) -> bool:
    """Whether the network that explains what eager code answers does not explain what a graph does under
    weights that no eager code was asked with: where no training moved a weight, only such ones tell."""
    network = identify_network(seen).network
    if network is None:
        return False
    x, eager = np.concatenate(list(model.x)), [item for item, _ in _answers(model, graph=False)]
    return any(
        are_numbers(weights) and _gap(one_per_sequence(out), network(weights, x[: len(out)])) > OTHER_WEIGHTS
        for item, out in _answers(model, graph=True)
        if not any(_same_weights(model, item, other) for other in eager)
        for weights in (model.weights(item),)
    )


def _same_weights(model: ModelAnswer, one: Item, other: Item) -> bool:
    pairs = zip(model.weights(one), model.weights(other), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


def _gap(one: np.ndarray, other: np.ndarray) -> float:
    """Between the answers to the sequences that both were asked, which come first."""
    both = min(len(one), len(other))
    one, other = one[:both], other[:both]
    return float(np.max(np.abs(one - other), initial=0.0)) if one.shape == other.shape else float("inf")
