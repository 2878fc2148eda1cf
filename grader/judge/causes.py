"""Why a training learned nothing, as far as it can be told from labels, answers and recorded losses."""

from __future__ import annotations

import numpy as np

from grader.assignment import Seen
from grader.judge.equations import Array
from grader.judge.identification import PROBE
from grader.judge.rules import find_rule, more_than_two

NOTHING = 1e-6  # a loss that Keras clips at 1e-7; one that was learned is larger
NO_RULE = "The labels do not follow from the sum, see the check of the labels: repair them first. A model learns what it is told."
ALWAYS_ZERO = (
    "A loss that is 0 from the start measures nothing, and nothing is learned from it. CategoricalCrossentropy takes its classes from the "
    "columns of the output, and with a single one every answer is right: use BinaryCrossentropy, or two outputs with one-hot labels."
)


def why_nothing_is_learned(seen: Seen) -> str:
    """What is said beside an accuracy that is too low; "" when no cause is seen."""
    return spread_out(seen) or always_zero(seen) or without_rule(seen)


def spread_out(seen: Seen) -> str:
    """What is to be said when labels and predictions have shapes that NumPy's rules spread to every pair of them, as (32,) and (32, 1);
    "" when they have not: a loss that subtracts them learns nothing then."""
    pipeline, model = seen.observation("pipeline"), seen.observation(PROBE)
    if pipeline is None or pipeline.status != "answered" or model is None or model.status != "answered":
        return ""
    batches, out = pipeline.answer["train_ds"].get("batches"), model.array("out/0/0/0")
    if not batches or not batches[0][1] or out is None:
        return ""
    labels = tuple(batches[0][1])
    answers = (labels[0], *out.shape[1:])
    try:
        both = np.broadcast_shapes(labels, answers)
    except ValueError:
        return ""
    if both in (labels, answers):
        return ""
    return (
        f"The labels have shape {labels} and the model's answers {answers}: subtracting or comparing them gives {both}, every answer beside "
        "every label. Give both one shape."
    )


def always_zero(seen: Seen) -> str:
    """What is said when the losses that the notebook recorded are 0 from the first number on; "" when they are not."""
    recorded = seen.observation("names")
    if recorded is None or recorded.status != "answered":
        return ""
    lists = [recorded.array(f"list/{name}") for name in ("train_losses", "test_losses")]
    return ALWAYS_ZERO if all(is_nothing(values) for values in lists) else ""


def is_nothing(values: Array | None) -> bool:
    """Whether a recorded loss is 0 from its first number on, as one that cannot tell right from wrong."""
    return values is not None and len(values) > 0 and bool(np.max(np.abs(values)) <= NOTHING)


def without_rule(seen: Seen) -> str:
    """What is said when the task gives labels by no rule that is known; "" when it does."""
    task = seen.observation("data")
    if task is None or task.status != "answered":
        return ""
    return NO_RULE if find_rule(task) is None or more_than_two(task) else ""
