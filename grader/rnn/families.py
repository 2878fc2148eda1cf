"""All families that are known."""

from __future__ import annotations

from grader.rnn.family import CellFamily
from grader.rnn.gru import GRU
from grader.rnn.lstm import LSTM
from grader.rnn.simple import SIMPLE

FAMILIES: tuple[CellFamily, ...] = (LSTM, GRU, SIMPLE)


def relatives(family: CellFamily) -> tuple[CellFamily, ...]:
    """The other families with as many states: their cells can be asked the same questions."""
    return tuple(
        other for other in FAMILIES if other.name != family.name and len(other.states) == len(family.states)
    )
