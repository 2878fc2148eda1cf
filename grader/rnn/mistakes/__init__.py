"""Known mistakes of recurrent cells, by family: small variations of the equations, each with the words that a
tutor would use."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from grader.rnn.family import CellFamily, Variant
from grader.rnn.gru import GRU
from grader.rnn.lstm import LSTM
from grader.rnn.mistakes.gru import MISTAKES as OF_GRU
from grader.rnn.mistakes.lstm import MISTAKES as OF_LSTM
from grader.rnn.mistakes.lstm import otherwise
from grader.rnn.mistakes.simple import MISTAKES as OF_SIMPLE
from grader.rnn.simple import SIMPLE
from grader.rnn.weights import Arrays, PreActivations

Otherwise = Callable[[PreActivations, Arrays, Arrays, float], Iterator[tuple[int, Variant]]]
KNOWN: dict[str, tuple[Variant, ...]] = {LSTM.name: OF_LSTM, GRU.name: OF_GRU, SIMPLE.name: OF_SIMPLE}
OTHERWISE: dict[str, Otherwise] = {LSTM.name: otherwise.written_otherwise}


def known_mistakes(family: CellFamily) -> tuple[Variant, ...]:
    """The library of a family; empty for one that has none."""
    return KNOWN.get(family.name, family.mistakes)


def written_otherwise(family: CellFamily) -> Otherwise | None:
    """Equations of the family's form with other operands, for cells that make none of the known mistakes;
    None where there are none."""
    return OTHERWISE.get(family.name)
