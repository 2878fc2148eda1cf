"""What a network decides about a sequence, or about each step of it, and how its answers and a notebook's
labels tell it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from grader.rnn.weights import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceTask:
    """What is decided: `draw(rng, sequences, steps)` gives x [sequences, steps, 1] of whole numbers,
    `label(x)` whether each is of the second of two classes, or the number from 0 of its class, of so many
    `classes`. `words` say it: "whether the sum of digits is above 4.5 per step".

    `each_step`: `label(x)` gives the class of every step [sequences, steps]; a step that counts for nothing,
    such as padding, has -1.
    """

    words: str
    draw: Callable[[np.random.Generator, int, int], Array]
    label: Callable[[Array], Array]
    classes: int = 2
    each_step: bool = False

    @property
    def asked(self) -> str:
        """What answers are counted of."""
        return "the steps of fresh sequences" if self.each_step else "fresh sequences"

    def labels(self, x: Array) -> tuple[Array, Array]:
        """(the right class of each sequence or step of x, which of them count), both [sequences] or
        [sequences, steps]."""
        right = np.asarray(self.label(x)).astype("i8").reshape(self._shape(x))
        return right, right >= 0

    def decided(self, answers: Array, x: Array, *, linear: bool) -> list[Array]:
        """The classes as the answers to x may be meant: the largest of as many numbers as there are classes,
        or of one number whether it is above a half; one that no sigmoid made (`linear`) may be a logit as
        well, which is above 0. Empty where they are no such answers."""
        shape = self._shape(x)
        if answers.shape == (*shape, self.classes):
            return [answers.argmax(axis=-1)]
        if self.classes != 2 or answers.size != np.prod(shape):
            return []
        return [(answers.reshape(shape) > bar).astype("i8") for bar in (0.5, *([0.0] if linear else []))]

    def said(self, labels: Array, x: Array) -> Array | None:
        """The classes that a notebook's labels are: numbers, or a one in the place of each class; None where
        they are of another shape."""
        shape = self._shape(x)
        if labels.shape == (*shape, self.classes):
            return np.asarray(labels.argmax(axis=-1))
        if labels.size != np.prod(shape):
            return None
        numbers = labels.reshape(shape)
        return np.asarray(numbers > 0.5 if self.classes == 2 else np.rint(numbers))

    def _shape(self, x: Array) -> tuple[int, ...]:
        return x.shape[:2] if self.each_step else x.shape[:1]
