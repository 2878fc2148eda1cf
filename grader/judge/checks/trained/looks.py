"""Looks at a model under given weights: how right it is with them, and how right it must be."""

from __future__ import annotations

import math
from collections.abc import Sequence

from grader.assignment import Seen
from grader.judge.identify.accuracy import SKILL, Measured, measured
from grader.judge.identify.causes import TRAINING
from grader.judge.identify.host_data import HostData
from grader.model import Evidence, Key
from grader.probes.notebook import read_training
from grader.rnn.network import Network
from grader.rnn.weights import Array

MARGIN = 0.05  # above what guessing earns, where there is room: else half the way to always right
BAR = 0.80


def bar_above(floor: float, wanted: float = BAR) -> float:
    """The accuracy that is asked for where guessing earns `floor`."""
    return max(wanted, floor + min(MARGIN, (1 - floor) / 2))


def told_of(found: Measured, bar: float) -> list[Evidence]:
    return [
        Evidence(
            what=f"accuracy on {found.sequences:,} fresh sequences",
            expected=f"at least {bar:.0%}",
            actual=f"{found.accuracy:.1%} (standard error {found.error:.1%})",
            key=Key.MEASURED_ACCURACY,
            value=found.accuracy,
        ),
        Evidence(what="guessing the more frequent label", actual=f"{found.floor:.1%}"),
        Evidence(
            what="skill of the probabilities (0: guessing, 1: certain and right)",
            expected=f"at least {SKILL}",
            actual=f"{found.skill:.2f}",
        ),
    ]


def looked_at(
    seen: Seen, network: Network, arrays: Sequence[Array], data: HostData, bar: float
) -> Measured | None:
    """What these weights give. None for weights that do not fit the network: the model was another one
    then."""
    try:
        found = measured(seen, network, arrays, data, bar)
    except (IndexError, ValueError):
        return None
    return found if math.isfinite(found.skill) else None


def reached_earlier(seen: Seen, network: Network, data: HostData, bar: float) -> float | None:
    """The accuracy that the model reached at two looks in a row while it was trained, which is what the sheet
    asks for; None when it did not. A look is taken after each pass over a data set."""
    kept = seen.observation(TRAINING)
    if kept is None or not kept.is_answered:
        return None
    before = 0.0
    for arrays in read_training(kept).passes:
        found = looked_at(seen, network, arrays, data, bar)
        now = found.accuracy if found is not None and found.skill >= SKILL else 0.0
        if min(before, now) >= bar:
            return min(before, now)
        before = now
    return None
