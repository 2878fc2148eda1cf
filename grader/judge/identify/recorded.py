"""The lists of numbers that a training recorded: which the sheet asks for, and what the notebook has under
their names."""

from __future__ import annotations

from grader.assignment import Numbers, Purpose, Recorded, Seen
from grader.probes.notebook import read_list
from grader.rnn.weights import Array

PROBE = "names"


def lists_of(seen: Seen, holds: Recorded | None = None) -> list[Numbers]:
    """The lists that this check asks for, in the order in which it names them; none when it asks for no
    lists."""
    if not seen.asks(PROBE):
        return []
    parts = [role for _, role in seen.probe(PROBE).parts if isinstance(role, Numbers)]
    return [role for role in parts if holds is None or role.holds is holds]


def values_of(seen: Seen, role: Numbers) -> Array | None:
    """The numbers that were recorded; None when no list of numbers was found."""
    observation = seen.answered(PROBE)
    return read_list(observation, role.name) if observation is not None else None


def losses(seen: Seen) -> list[Array | None]:
    """The recorded losses, those of the training first; none at all where the notebook was not asked or
    did not answer."""
    if not seen.asks(PROBE) or seen.answered(PROBE) is None:
        return []
    return [values_of(seen, role) for role in lists_of(seen, Recorded.LOSS)]


def of_training(seen: Seen) -> Numbers | None:
    """The list of the training's own losses."""
    return next((role for role in lists_of(seen, Recorded.LOSS) if role.purpose is Purpose.TRAIN), None)


def last_accuracy(seen: Seen) -> tuple[Numbers, Array] | None:
    """The recorded accuracies with their role; None where there are none."""
    for role in lists_of(seen, Recorded.ACCURACY):
        values = values_of(seen, role)
        if values is not None:
            return role, values
    return None
