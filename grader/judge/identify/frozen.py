"""Weights that training cannot move: under Keras 3 a trace that is made before there are weights keeps their
first values for good."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from grader.assignment import Seen
from grader.judge.identify.identification import (
    PROBE,
    are_numbers,
    changes,
    identify_network,
    item_arrays,
    one_per_sequence,
    outputs_of,
)
from grader.model import Observation

SAME = 1e-5  # float32, 25 steps: a graph and eager code differ by less
DIFFERENT = 1e-3  # between answers that ought to be equal


def frozen_weights(seen: Seen) -> str:
    """Why some weights of the model cannot be trained, in words that follow "under Keras 3"; "" when all
    can."""
    observation = seen.if_asked(PROBE)
    if observation is None or not observation.is_answered:
        return ""
    untracked = [
        str(v["path"] or v["name"])
        for v in observation.answer["variables"]
        if v["trainable"] and not v["tracked"]
    ]
    if untracked:
        return f"{untracked[0]} is not among the variables that are trained"
    if _unmoved(observation, graph=False) or _unmoved(observation, graph=True):
        return "a tf.function keeps the weights it was first called with"
    if _out_of_reach(seen, observation):
        return "a tf.function that was called before its layers had weights keeps their first values"
    # else it answers differently each time
    if changes(observation) < SAME and (
        _graph_left_behind(observation) or _graph_of_other_weights(seen, observation)
    ):
        return "a tf.function answers with other weights than the same code outside of it"
    return ""


def _out_of_reach(seen: Seen, observation: Observation) -> bool:
    """Whether no weight of the student's cells has a gradient although the input, which comes through them,
    has one. Code that cuts gradients off itself cuts that of the input, too."""
    asked = seen.if_asked("gradients")
    of_input = asked.array("input_gradient") if asked is not None and asked.is_answered else None
    if asked is None or of_input is None or not np.any(of_input):
        return False
    inside = {place for cell in observation.answer["own_cells"] for place in cell["variables"]}
    return bool(inside) and all(asked.array(f"gradient/{place}") is None for place in inside)


def _answers(observation: Observation, *, graph: bool) -> Iterator[tuple[int, np.ndarray]]:
    for index, item in enumerate(observation.question["items"]):
        out = outputs_of(observation, index) if item["graph"] == graph else None
        if out is not None and np.all(np.isfinite(out)):
            yield index, out


def _unmoved(observation: Observation, *, graph: bool) -> bool:
    """Whether all answers are the same although the weights were not. A constant output is another
    mistake."""
    outs = [out for _, out in _answers(observation, graph=graph)]
    return (
        len(outs) > 1 and float(np.ptp(outs[0])) > SAME and all(_gap(outs[0], out) < SAME for out in outs[1:])
    )


def _graph_left_behind(observation: Observation) -> bool:
    """Whether a graph and eager code answer differently under the very same weights."""
    items = observation.question["items"]
    pairs = itertools.product(_answers(observation, graph=True), _answers(observation, graph=False))
    return any(
        _same_weights(observation, items[traced], items[eager]) and _gap(one, other) > DIFFERENT
        for (traced, one), (eager, other) in pairs
    )


def _graph_of_other_weights(seen: Seen, observation: Observation) -> bool:
    """Whether the network that explains what eager code answers does not explain what a graph does: where no
    training moved a weight, only weights that were drawn tell."""
    network = identify_network(seen).network
    if network is None:
        return False
    x = np.concatenate(list(observation.question["x"]))
    return any(
        are_numbers(weights) and _gap(one_per_sequence(out), network(weights, x[: len(out)])) > DIFFERENT
        for place, out in _answers(observation, graph=True)
        for weights in (item_arrays(observation, observation.question["items"][place]),)
    )


def _same_weights(observation: Observation, one: dict[str, object], other: dict[str, object]) -> bool:
    pairs = zip(item_arrays(observation, one), item_arrays(observation, other), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)


def _gap(one: np.ndarray, other: np.ndarray) -> float:
    """Between the answers to the sequences that both were asked, which come first."""
    both = min(len(one), len(other))
    one, other = one[:both], other[:both]
    return float(np.max(np.abs(one - other), initial=0.0)) if one.shape == other.shape else float("inf")
