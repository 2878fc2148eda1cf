"""All that belongs to a training, for the checks that look at what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader import probes
from grader.assignment import DataSet, Function, Model, Numbers, Probe


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """All that belongs to the training of a model: what it is trained on, and the lists that it records."""

    model: Model
    task: Function
    wrapped: Function | None
    train: DataSet
    test: DataSet
    lists: tuple[Numbers, ...]

    @property
    def recorded(self) -> Probe:
        """The probe of the lists."""
        return probes.names(self.model.name, lists=self.lists)

    @property
    def data(self) -> tuple[Probe, ...]:
        """The probes of the data."""
        return probes.data(self.task, self.wrapped), probes.pipeline(self.train, self.test)

    @property
    def inside(self) -> tuple[Probe, ...]:
        """The probes of what the model holds."""
        layer = self.model.layer
        return (probes.one_step(layer.cell), probes.layer(layer)) if layer is not None else ()


def training(
    model: Model,
    *,
    task: Function,
    train: DataSet,
    test: DataSet,
    lists: Sequence[Numbers],
    wrapped: Function | None = None,
) -> Training:
    """What the checks of a training look at: of sequences that `task` yields, and of the `lists` that are
    recorded."""
    return Training(model=model, task=task, wrapped=wrapped, train=train, test=test, lists=tuple(lists))
