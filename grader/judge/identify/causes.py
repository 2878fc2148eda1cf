"""Why a training learned nothing, as far as it can be told from labels, answers and recorded losses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.assignment import DataSet, Seen
from grader.judge.identify.identification import PROBE, identify_network, model_of, outputs_of
from grader.judge.identify.recorded import losses, of_training, values_of
from grader.judge.identify.rules import find_rule, more_than_two
from grader.judge.identify.training_cells import raised_training
from grader.judge.unfinished import why_unfinished
from grader.model import CellRun, Evidence
from grader.model.quantities import counted
from grader.probes.data import read_set
from grader.probes.notebook import read_training
from grader.rnn.activations import THEN
from grader.rnn.pooling import Pooling
from grader.rnn.weights import Array

PIPELINE = "pipeline"  # the probe of the data sets
TRAINING = "training"  # the probe that gives the weights after each pass, and counts the updates
# of those that the notebook's numbers ask for: who trains less than that meant something else
FEW_UPDATES = 0.1
SAME_ANSWER = 1e-6  # answers that differ less are one, which is told elsewhere
ZERO_LOSS = 1e-6  # a loss that Keras clips at 1e-7; one that was learned is larger
NO_RULE = (
    "The labels do not follow from the sum, see the check of the labels: fix them first. A model learns what"
    " it is told."
)
ALWAYS_ZERO = (
    "A loss that is 0 from the start measures nothing, and nothing is learned from it."
    " CategoricalCrossentropy takes its classes from the columns of the output, and with a single one every"
    " answer is right: use BinaryCrossentropy, or two outputs with one-hot labels."
)


def why_nothing_is_learned(seen: Seen) -> str:
    """What is said beside an accuracy that is too low; "" when no cause is seen."""
    causes = (stopped, spread_out, always_zero, without_rule, one_sided, read_too_early, hardly_trained)
    return next((said for cause in causes if (said := cause(seen))), "")


def _is_answered(seen: Seen, probe: str) -> bool:
    observation = seen.if_asked(probe)
    return observation is not None and observation.is_answered


def read_too_early(seen: Seen) -> str:
    """What is said when the answer comes from the state after the first time step; "" when it does not."""
    network = identify_network(seen).network if _is_answered(seen, PROBE) else None
    if network is None or network.pooling is not Pooling.FIRST:
        return ""
    return (
        "The read-out gets the state after the first time step, which has seen one number only: take that"
        " after the last step, outputs[:, -1, :]."
    )


def spread_out(seen: Seen) -> str:
    """What is to be said when labels and predictions have shapes that NumPy's rules spread to every pair of
    them, as (32,) and (32, 1); "" when they have not: a loss that subtracts them learns nothing then."""
    pipeline, model = seen.if_asked(PIPELINE), model_of(seen)
    if pipeline is None or model is None or not pipeline.is_answered:
        return ""
    train = seen.part(PIPELINE, "train", DataSet).name
    batches, out = read_set(pipeline, train).shapes, model.first
    if not batches or not batches[0][1] or out is None:
        return ""
    labels = batches[0][1]
    answers = (labels[0], *out.shape[1:])
    try:
        both = np.broadcast_shapes(labels, answers)
    except ValueError:
        return ""
    if both in (labels, answers):
        return ""
    return (
        f"The labels have shape {labels} and the model's answers {answers}: subtracting or comparing them"
        f" gives {both}, every answer against every label. Give both the same shape."
    )


def always_zero(seen: Seen) -> str:
    """What is said when the losses that the notebook recorded are 0 from the first number on; "" when they
    are not."""
    found = losses(seen)
    return ALWAYS_ZERO if found and all(is_nothing(values) for values in found) else ""


def is_nothing(values: Array | None) -> bool:
    """Whether a recorded loss is 0 from its first number on, as one that cannot tell right from wrong."""
    return values is not None and len(values) > 0 and bool(np.max(np.abs(values)) <= ZERO_LOSS)


def without_rule(seen: Seen) -> str:
    """What is said when the task gives labels by no rule that is known; "" when it does."""
    task = seen.if_asked("data")
    if task is None or not task.is_answered:
        return ""
    return NO_RULE if find_rule(task) is None or more_than_two(task) else ""


def stopped(seen: Seen) -> str:
    """What is to be said when the cell that should record the losses did not come to its end, and they are
    not there; "" else."""
    cell = stopped_cell(seen)
    return (
        f"{cell.place}, which should record the training, {why_unfinished(cell, seen)}."
        if cell is not None
        else ""
    )


def stopped_cell(seen: Seen) -> CellRun | None:
    """The cell that should record the losses, where it did not come to its end and they are not there."""
    role = of_training(seen)
    values = values_of(seen, role) if role is not None else None
    if role is None or (values is not None and len(values) > 1):
        return None
    number = seen.source.names.get(seen.own_name(role.name))
    broken = (cell for cell in seen.run.cells if cell.error is not None or cell.timed_out)
    return next((cell for cell in broken if cell.number == number), None)


def _updates(seen: Seen) -> tuple[int, int] | None:
    """(how often the weights were changed, how often EPOCHS, NUM_SAMPLES and BATCH_SIZE ask for); None when
    it is not known."""
    kept, steps = seen.if_asked(TRAINING), seen.assignment.steps
    made = read_training(kept).updates if kept is not None and kept.is_answered else None
    if (
        made is None
        or steps is None
        or seen.budgeted
        or not seen.source.parameters.keys() >= set(_asked_for(seen))
    ):
        return None
    return made, round(steps(seen.parameters))


def _asked_for(seen: Seen) -> tuple[str, ...]:
    """The parameters by which the sheet tells how often the weights are to be changed."""
    return seen.assignment.steps_from


def _listed(names: Sequence[str]) -> str:
    """ "EPOCHS, NUM_SAMPLES and BATCH_SIZE"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def counted_updates(seen: Seen) -> list[Evidence]:
    """How often the weights were changed, where that is far too seldom."""
    if not hardly_trained(seen) or (updates := _updates(seen)) is None:
        return []
    return [
        Evidence(
            what="changes of the weights in the whole training",
            expected=f"about {updates[1]:,}",
            actual=f"{updates[0]:,}",
        )
    ]


def hardly_trained(seen: Seen) -> str:
    """What is to be said when the weights were changed far less often than the numbers of the notebook ask
    for; "" when they were not."""
    updates = _updates(seen)
    if updates is None or updates[0] > FEW_UPDATES * updates[1]:
        return ""
    made, wanted = updates
    if made:
        return (
            f"The weights were changed {counted(made, 'time')}; {_listed(_asked_for(seen))} ask for"
            f" {wanted:,} times. Does a break or a return leave the loop early?"
        )
    if (cell := raised_training(seen)) is not None:
        return f"Nothing was trained: {cell.place} {why_unfinished(cell, seen)}."
    return (
        f"Nothing was trained: the weights were never changed, where {_listed(_asked_for(seen))} ask for"
        f" {wanted:,} changes. Is optimizer.apply_gradients called?"
    )


def one_sided(seen: Seen) -> str:
    """What is to be said when all answers lie on one side of one half, under the trained and under drawn
    weights; "" when they do not."""
    model = model_of(seen)
    if model is None:
        return ""
    answers = (outputs_of(model, item) for item in model.items)
    outs = [out for out in answers if out is not None and out[0].size == 1]
    low = min((float(out.min()) for out in outs), default=0.0)
    high = max((float(out.max()) for out in outs), default=1.0)
    if not high - low > SAME_ANSWER or low < 0.5 <= high:
        return ""
    said = (
        f"Whatever its weights, the model's answers lie between {low:.2f} and {high:.2f}: it always answers"
        f" {int(low >= 0.5)}."
    )
    network = identify_network(seen).network
    last = network.read_out[-1].activation.split(THEN) if network is not None and network.read_out else []
    if len(last) > 1:
        return (
            f"{said} The read-out has a {last[0]} already, and a {last[1]} follows it: remove one of the two."
        )
    return f"{said} Look at the activation of the read-out, and at what follows it."
