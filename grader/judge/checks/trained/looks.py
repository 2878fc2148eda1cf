"""How right a model is under given weights, and how right it must be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from grader.assignment import Seen
from grader.judge.identify.accuracy import SKILL, Measured, floor_of, measure_once
from grader.judge.identify.causes import TRAINING
from grader.judge.identify.host_data import HostData
from grader.model import Evidence, Key
from grader.probes.notebook import read_training
from grader.rnn.network import Network
from grader.rnn.weights import Array

MARGIN = 0.05  # above what guessing earns, where there is room: else half the way to always right
ACCURACY_BAR = 0.80
NO_ROOM = 0.999  # a bar above it leaves no room between guessing and always right


def bar_above(floor: float, wanted: float = ACCURACY_BAR) -> float:
    """The accuracy that is asked for where guessing earns `floor`."""
    return max(wanted, floor + min(MARGIN, (1 - floor) / 2))


def told_of(found: Measured, bar: float) -> list[Evidence]:
    """What was measured beside what is wanted: accuracy, guessing, and the skill of the probabilities."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What weights are measured by: the network that they go into, sequences of the host's own, and the
    accuracy that is asked for on them."""

    seen: Seen
    network: Network
    data: HostData
    bar: float

    @property
    def floor(self) -> float:
        """The accuracy that guessing earns."""
        return floor_of(self.seen, self.data)

    @property
    def shows_nothing(self) -> bool:
        """Whether so many labels are the same that no accuracy tells a model that learned."""
        return self.bar > NO_ROOM

    def of(self, arrays: Sequence[Array]) -> Measured:
        """How right the network is with these weights, measured once.

        Raises:
            IndexError, ValueError: they do not fit the network.
        """
        return measure_once(self.seen, self.network, arrays, self.data, self.bar)

    def of_any(self, arrays: Sequence[Array]) -> Measured | None:
        """The same; None for weights that do not fit the network: the model was another one then."""
        try:
            found = self.of(arrays)
        except (IndexError, ValueError):
            return None
        return found if math.isfinite(found.skill) else None

    def reached_earlier(self) -> float | None:
        """The accuracy that the model reached at two looks in a row while it was trained, which is what the
        sheet asks for; None when it did not. A look is taken after each pass over a data set."""
        kept = self.seen.observation(TRAINING)
        if kept is None or not kept.is_answered:
            return None
        before = 0.0
        for arrays in read_training(kept).passes:
            found = self.of_any(arrays)
            now = found.accuracy if found is not None and found.skill >= SKILL else 0.0
            if min(before, now) >= self.bar:
                return min(before, now)
            before = now
        return None
