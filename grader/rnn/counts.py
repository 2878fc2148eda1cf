"""How many parameters layers have, by formula, each count with the way it is reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.rnn.family import CellFamily
from grader.rnn.gru import GRU
from grader.rnn.lstm import LSTM
from grader.rnn.simple import SIMPLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A number of parameters, the formula with its numbers filled in, and the counts that it is the sum of
    (none: it is simple)."""

    what: str  # "an LSTM with 100 units on 32 features"
    formula: str  # "4 x ((32 + 100) x 100 + 100)"
    total: int
    parts: tuple[Count, ...] = ()

    def lines(self, indent: str = "") -> list[str]:
        """The derivation, a line for each count, those that make it up below."""
        own = f"{indent}{self.what}: {self.formula} = {self.total:,}"
        return [own, *(line for part in self.parts for line in part.lines(f"{indent}  "))]


def dense(inputs: int, outputs: int, *, bias: bool = True) -> Count:
    """A dense layer: a weight for each pair of input and output, and a bias for each output."""
    return Count(
        what=f"a dense layer from {inputs} to {outputs}",
        formula=f"{inputs} x {outputs}{f' + {outputs}' if bias else ''}",
        total=inputs * outputs + bias * outputs,
    )


def embedding(words: int, width: int) -> Count:
    """A table with a vector for each word."""
    return Count(
        what=f"a table of {words:,} words with vectors of {width}",
        formula=f"{words} x {width}",
        total=words * width,
    )


def recurrent(family: CellFamily, features: int, units: int, *, biases: int = 1) -> Count:
    """A recurrent layer: for each gate a kernel for the input, one for the hidden state, and so many
    biases."""
    gates = len(family.gates)
    added = {0: "", 1: f" + {units}"}.get(biases, f" + {biases} x {units}")
    each = f"({features} + {units}) x {units}{added}"
    return Count(
        what=f"{family.words} with {units} units on {features} {'feature' if features == 1 else 'features'}",
        formula=f"{gates} x ({each})" if gates > 1 else each,
        total=gates * ((features + units) * units + biases * units),
    )


def gru(features: int, units: int, *, reset_after: bool = True) -> Count:
    """A GRU as Keras counts it: where the reset comes after the recurrent product, each gate has two
    biases."""
    return recurrent(GRU, features, units, biases=2 if reset_after else 1)


def of_keras(
    kind: str, features: int, units: int, *, bias: bool = True, reset_after: bool = True
) -> Count | None:
    """A layer of Keras, "LSTM" or "Dense"; None of a kind whose formula is not known here."""
    match kind:
        case "Dense":
            return dense(features, units, bias=bias)
        case "SimpleRNN" | "LSTM":
            return recurrent(LSTM if kind == "LSTM" else SIMPLE, features, units, biases=int(bias))
        case "GRU" if bias:
            return gru(features, units, reset_after=reset_after)
    return None


def bidirectional(layer: Count) -> Count:
    """A layer and its like, which reads the sequence backwards."""
    return Count(
        what="in both directions", formula=f"2 x {layer.total:,}", total=2 * layer.total, parts=(layer,)
    )


def outputs_of(units: int, *, directions: int = 1) -> int:
    """The features that a recurrent layer hands to the next one: both directions side by side."""
    return units * directions


def added(what: str, parts: Sequence[Count]) -> Count:
    """Layers one after the other: the counts of all of them."""
    return Count(
        what=what,
        formula=" + ".join(f"{part.total:,}" for part in parts) or "0",
        total=sum(part.total for part in parts),
        parts=tuple(parts),
    )


def stacked(
    family: CellFamily, features: int, units: Sequence[int], *, biases: int = 1, directions: int = 1
) -> Count:
    """Recurrent layers one on top of the other; each takes what the one below it gives, from both directions
    side by side."""
    parts, inputs = [], features
    for size in units:
        layer = recurrent(family, inputs, size, biases=biases)
        parts.append(layer if directions == 1 else bidirectional(layer))
        inputs = outputs_of(size, directions=directions)
    return added(f"{len(units)} layers, one on top of the other", parts)
