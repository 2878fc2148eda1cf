"""A training of some epochs over so many samples: how many steps it takes, and how to make it shorter."""

from __future__ import annotations

from dataclasses import dataclass

from grader.assignment.numbers import NamedNumbers

FEWEST_BATCHES = 2  # of an epoch


@dataclass(frozen=True, slots=True, kw_only=True)
class Epochs:
    """Which parameters of a sheet say how long its training is: samples of an epoch, samples of a batch,
    epochs."""

    samples: str
    batch: str
    epochs: str

    def steps(self, numbers: NamedNumbers) -> float:
        """Steps of the whole training."""
        return numbers[self.samples] / numbers[self.batch] * numbers[self.epochs]

    def shrink(self, numbers: NamedNumbers, steps: int) -> NamedNumbers:
        """Fewer samples, so that as many epochs take at most so many steps."""
        each = max(FEWEST_BATCHES, steps // max(1, int(numbers[self.epochs])))
        return {self.samples: each * int(numbers[self.batch])}
