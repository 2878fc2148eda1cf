"""What functions compute that step cells through sequences [time, batch, features], right and wrong.

The cells are anything that takes a step: `step(method, state, x)` gives the new state, `shown(method, state)`
its output.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from grader.rnn.weights import Array


class SteppedCell(Protocol):
    """A cell, by its methods."""

    def step(self, method: str, state: Array, x: Array) -> Array:
        """The new state [batch, units]."""

    def shown(self, method: str, state: Array) -> Array:
        """The output of states."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SteppedSequences:
    """What such a function is given: its cells, x [time, batch, features] and the states to start from."""

    cells: tuple[SteppedCell, ...]
    x: Array
    starts: tuple[Array, ...]


SteppedWay = Callable[[SteppedSequences], tuple[Array, Array]]  # -> (all states, all outputs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrolling:
    """All states and all outputs, computed in one way. `words` complete "it behaves like one ..."."""

    id: str
    words: str
    gives: SteppedWay


def states_of(cell: SteppedCell, x: Array, start: Array, method: str = "forward") -> Array:
    """The states after each step [time, batch, units]."""
    found = []
    for now in x:
        start = cell.step(method, start, now)
        found.append(start)
    return np.stack(found)


def _without_start(gives: SteppedWay) -> SteppedWay:
    def computed(s: SteppedSequences) -> tuple[Array, Array]:
        states, outputs = gives(s)
        return states[1:], outputs

    return computed


def _zero_first(gives: SteppedWay) -> SteppedWay:
    def computed(s: SteppedSequences) -> tuple[Array, Array]:
        states, outputs = gives(s)
        return np.concatenate([0 * states[:1], states[1:]]), outputs

    return computed


def _from_zeros(gives: SteppedWay) -> SteppedWay:
    return lambda s: gives(replace(s, starts=tuple(0 * start for start in s.starts)))


def _one(s: SteppedSequences) -> tuple[Array, Array]:
    (cell,), (start,) = s.cells, s.starts
    states = states_of(cell, s.x, start)
    return np.concatenate([start[None], states]), cell.shown("forward", states)


def _not_carried(s: SteppedSequences) -> tuple[Array, Array]:
    (cell,), (start,) = s.cells, s.starts
    states = np.stack([cell.step("forward", start, now) for now in s.x])
    return np.concatenate([start[None], states]), cell.shown("forward", states)


def _kept_start(s: SteppedSequences) -> tuple[Array, Array]:
    states, outputs = _from_zeros(_one)(s)
    return np.concatenate([s.starts[0][None], states[1:]]), outputs


def _turned(s: SteppedSequences) -> tuple[Array, Array]:
    return _one(replace(s, x=s.x[::-1]))


def _of_before(s: SteppedSequences) -> tuple[Array, Array]:
    states, _ = _one(s)
    return states, s.cells[0].shown("forward", states[:-1])


def _batch_first(s: SteppedSequences) -> tuple[Array, Array]:
    states, outputs = _one(s)
    return states.swapaxes(0, 1), outputs.swapaxes(0, 1)


def _last_missing(s: SteppedSequences) -> tuple[Array, Array]:
    states, outputs = _one(s)
    return np.concatenate([states[:-1], 0 * states[-1:]]), np.concatenate([outputs[:-1], 0 * outputs[-1:]])


ONE = (
    Unrolling(id="right", words="that is right", gives=_one),
    Unrolling(id="without_start", words="whose H lacks h_0", gives=_without_start(_one)),
    Unrolling(id="not_carried", words="that starts every step from h_0", gives=_not_carried),
    Unrolling(id="zero_first", words="whose H begins with zeros in place of h_0", gives=_zero_first(_one)),
    Unrolling(id="start_ignored", words="that starts from zeros and ignores h_0", gives=_from_zeros(_one)),
    Unrolling(id="start_ignored", words="that writes h_0 down but starts from zeros", gives=_kept_start),
    Unrolling(id="time_reversed", words="that reads the sequence backwards", gives=_turned),
    Unrolling(
        id="output_of_before",
        words="whose outputs are those of the states before each step",
        gives=_of_before,
    ),
    Unrolling(id="batch_first", words="that gives the batch before the time", gives=_batch_first),
    Unrolling(id="last_step_empty", words="that leaves the last step zero", gives=_last_missing),
)


def _deep(
    s: SteppedSequences,
    *,
    carried: bool = True,
    reads_below: bool = True,
    new_below: bool = True,
    layer: int = -1,
) -> tuple[Array, Array]:
    """Every layer's states, and the outputs of one. `reads_below`: the state of the layer below, not the
    input; `new_below`: of this step, not of the one before."""
    (start,) = s.starts
    states = [start]
    for now in s.x:
        before, below, new = states[-1] if carried else start, now, []
        for place, cell in enumerate(s.cells):
            new.append(cell.step("forward", before[place], below))
            below = (new[-1] if new_below else before[place]) if reads_below else now
        states.append(np.stack(new))
    every = np.stack(states)
    return every, s.cells[layer].shown("forward", every[1:, layer])


def _layers_first(s: SteppedSequences) -> tuple[Array, Array]:
    states, outputs = _deep(s)
    return states.swapaxes(0, 1), outputs


def _only_where_it_fits(gives: SteppedWay) -> SteppedWay:
    """Nothing where the cells do not take what they are given: the input is wider than a state."""

    def computed(s: SteppedSequences) -> tuple[Array, Array]:
        try:
            return gives(s)
        except ValueError:
            return np.zeros(0), np.zeros(0)

    return computed


DEEP = (
    Unrolling(id="right", words="that is right", gives=_deep),
    Unrolling(id="without_start", words="whose H lacks h_0", gives=_without_start(_deep)),
    Unrolling(
        id="not_carried", words="that starts every step from h_0", gives=lambda s: _deep(s, carried=False)
    ),
    Unrolling(
        id="reads_the_input",
        words="whose layers all read the input",
        gives=_only_where_it_fits(lambda s: _deep(s, reads_below=False)),
    ),
    Unrolling(
        id="old_state_below",
        words="whose layers read the state that the layer below had before this step",
        gives=lambda s: _deep(s, new_below=False),
    ),
    Unrolling(
        id="output_of_first",
        words="that gives the outputs of the first layer",
        gives=lambda s: _deep(s, layer=0),
    ),
    Unrolling(id="start_ignored", words="that starts from zeros and ignores h_0", gives=_from_zeros(_deep)),
    Unrolling(id="zero_first", words="whose H begins with zeros in place of h_0", gives=_zero_first(_deep)),
    Unrolling(id="layers_first", words="whose H has the layers before the time", gives=_layers_first),
)


def _halves(s: SteppedSequences, *, turned: bool = True, back: bool = True) -> tuple[Array, Array]:
    """The states forward and backward. `turned`: the second reads from the end; `back`: its states stand at
    their own steps."""
    (cell,), (first, last) = s.cells, s.starts
    ahead = states_of(cell, s.x, first)
    behind = states_of(cell, s.x[::-1] if turned else s.x, last, "backward")
    return ahead, behind[::-1] if turned and back else behind


def _side_by_side(s: SteppedSequences, halves: Sequence[Array]) -> tuple[Array, Array]:
    states = np.concatenate(halves, axis=-1)
    return states, s.cells[0].shown("output", states)


def _both(s: SteppedSequences) -> tuple[Array, Array]:
    return _side_by_side(s, _halves(s))


def _backward_first(s: SteppedSequences) -> tuple[Array, Array]:
    return _side_by_side(s, _halves(s)[::-1])


def _starts_exchanged(s: SteppedSequences) -> tuple[Array, Array]:
    return _both(replace(s, starts=s.starts[::-1]))


def _from(first: float, last: float) -> SteppedWay:
    """From these shares of the two states."""
    return lambda s: _both(replace(s, starts=(first * s.starts[0], last * s.starts[1])))


def _starts_kept(s: SteppedSequences) -> tuple[Array, Array]:
    (cell,), (first, last) = s.cells, s.starts
    ahead = np.concatenate([first[None], *([states_of(cell, s.x[1:], first)] if len(s.x) > 1 else [])])
    rest = [states_of(cell, s.x[-2::-1], last, "backward")[::-1]] if len(s.x) > 1 else []
    return _side_by_side(s, (ahead, np.concatenate([*rest, last[None]])))


def _forward_twice(s: SteppedSequences) -> tuple[Array, Array]:
    (cell,), (_, last) = s.cells, s.starts
    return _side_by_side(s, (_halves(s)[0], states_of(cell, s.x[::-1], last)[::-1]))


BOTH_WAYS = (
    Unrolling(id="right", words="that is right", gives=_both),
    Unrolling(
        id="not_turned",
        words="whose backward states are those of the steps turned round",
        gives=lambda s: _side_by_side(s, _halves(s, back=False)),
    ),
    Unrolling(
        id="both_forward",
        words="that reads from the first step to the last in both halves",
        gives=lambda s: _side_by_side(s, _halves(s, turned=False)),
    ),
    Unrolling(id="backward_first", words="whose backward half comes first", gives=_backward_first),
    Unrolling(id="starts_exchanged", words="that exchanges h_0 and h_t", gives=_starts_exchanged),
    Unrolling(
        id="start_ignored", words="whose way back starts from zeros and ignores h_t", gives=_from(1, 0)
    ),
    Unrolling(
        id="start_ignored", words="whose way forward starts from zeros and ignores h_0", gives=_from(0, 1)
    ),
    Unrolling(id="start_ignored", words="that starts from zeros in both directions", gives=_from(0, 0)),
    Unrolling(
        id="starts_kept",
        words="that writes h_0 down as the first state and h_t as the last",
        gives=_starts_kept,
    ),
    Unrolling(id="forward_twice", words="that never calls backward", gives=_forward_twice),
)
