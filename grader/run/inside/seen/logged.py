"""Which numbers a training of this notebook wrote down: those that an epoch of `fit` ended with, and those of
lists that were written while weights changed."""

from __future__ import annotations

import contextlib

import numpy as np

MOST_NUMBERS = 100_000
PERCENT = 100.0


class Logged:
    """Hears what each epoch of `fit` ends with. `records`: the lists that were written meanwhile."""

    def __init__(self, records):
        self._records = records
        self._numbers = set()

    def epoch(self, logs):
        """Keep the numbers that an epoch ends with; also of a training that is broken off."""
        with contextlib.suppress(Exception):  # a callback may put anything into them
            if len(self._numbers) < MOST_NUMBERS:
                self._numbers.update(
                    _short(value) for value in dict(logs or {}).values() if np.size(value) == 1
                )

    def knows(self, values):
        """Whether a training wrote these numbers, as they are or as shares of the percent that they tell."""
        values = np.asarray(values, "float64")
        if not len(values):
            return False
        told = any(all(_short(one / unit) in self._numbers for one in values) for unit in (1.0, PERCENT))
        return told or self._records.wrote(values)

    def may_know(self, values):
        """Whether nobody can tell: they came to stand there in a cell that trained."""
        return len(values) > 0 and self._records.wrote(np.asarray(values, "float64"), at_once=True)


def _short(value):
    """A number as Keras computes it, whoever holds it; one text for all that are no numbers."""
    number = np.float32(np.mean(np.asarray(value, "float64")))
    return float(number) if np.isfinite(number) else str(abs(number))
