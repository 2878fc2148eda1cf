"""The states in what one call of a cell returned, in whatever form they come: a pair, a pair beside an
output, one tensor with both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from grader.probes.nesting import Nesting
from grader.probes.reading import Shape
from grader.rnn.weights import Array


def states_in(
    returned: Sequence[Array], structure: Nesting, batch: int, units: int, count: int = 2
) -> tuple[Array, ...]:
    """The tensors that were returned, taken apart and ordered so that the last `count` are the states; each
    [batch, units] where the cell is right. `structure`: how they were nested."""
    if count == 1:
        return tuple(returned)
    if len(returned) == 1:
        return _both(returned[0], batch, units)
    # ((hidden, cell), output): the states, then an output
    if len(returned) > 2 and structure.parts and structure.parts[0].is_pair:
        return (*returned[2:], *returned[:2])
    return tuple(returned)


def _both(array: Array, batch: int, units: int) -> tuple[Array, ...]:
    """The two states in one tensor; the tensor alone when it holds only one."""
    if array.shape == (2, batch, units):
        return array[0], array[1]
    if array.shape == (batch, 2, units):
        return array[:, 0], array[:, 1]
    if array.shape == (batch, 2 * units):
        first, second = np.split(array, 2, axis=1)
        return first, second
    return (array,)


def halves_of(array: Array, shape: Shape) -> Iterator[Array]:
    """Of an output that holds both states, stacked along an axis of its own or side by side, each of the two;
    nothing of any other. `shape` [batch, time, units]: of the hidden states of every step; an output may have
    the time first, or be that of the last step alone."""
    batch, time, units = shape
    alone = {shape, (time, batch, units), (batch, units)}
    if array.shape in alone:
        return
    for axis, side in enumerate(array.shape):
        rest = (*array.shape[:axis], *array.shape[axis + 1 :])
        if side == 2 and rest in alone:
            yield from np.moveaxis(array, axis, 0)
    if array.ndim and array.shape[-1] == 2 * units and (*array.shape[:-1], units) in alone:
        yield from np.split(array, 2, axis=-1)
