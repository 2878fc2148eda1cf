"""A layer of Keras as a sheet writes it: "Dense 25 relu he_uniform", "Bidirectional LSTM 32" and the like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.errors import AssignmentError
from grader.probes.keras_model import KerasLayer
from grader.rnn.counts import Count, bidirectional, embedding, of_keras, outputs_of

USUAL = {"Dense": "linear", "SimpleRNN": "tanh", "LSTM": "tanh", "GRU": "tanh", "Embedding": ""}
RECURRENT = ("SimpleRNN", "LSTM", "GRU")
BOTH_WAYS = "Bidirectional"
EACH_STEP = "TimeDistributed"  # a Dense layer does so by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedLayer:
    """What the sheet asks of one layer. `units`: of a table of words how long its vectors are."""

    kind: str
    units: int
    activation: str
    initializer: str = ""
    both_ways: bool = False

    @property
    def words(self) -> str:
        """ "Dense(25, relu)"."""
        known = ("", "linear", *([] if self.kind == "SimpleRNN" else [USUAL[self.kind]]))
        said = [str(self.units), *([self.activation] if self.activation not in known else [])]
        return f"{BOTH_WAYS + ' ' if self.both_ways else ''}{self.kind}({', '.join(said)})"

    @property
    def gives(self) -> int:
        """How many features it hands on."""
        return outputs_of(self.units, directions=2 if self.both_ways else 1)

    def count(self, features: int, vocabulary: int = 0, *, reset_after: bool = True) -> Count | None:
        """Its parameters on so many inputs; None of a table for nobody knows how many words."""
        if self.kind == "Embedding":
            return embedding(vocabulary, self.units) if vocabulary else None
        one = of_keras(self.kind, features, self.units, reset_after=reset_after)
        return bidirectional(one) if self.both_ways and one is not None else one

    def differs(self, layer: KerasLayer) -> bool:
        """Whether it is another layer, or one of another size."""
        if self.both_ways != (layer.kind == BOTH_WAYS):
            return True
        inner = inner_of(layer)
        size = inner.settings.get("output_dim" if self.kind == "Embedding" else "units")
        merged = not self.both_ways or layer.settings.get("merge_mode", "concat") == "concat"
        return inner.kind != self.kind or size != self.units or not merged


def read_layer_words(said: str) -> WantedLayer:
    """The layer that a sheet writes.

    Raises:
        AssignmentError: it is written otherwise, or is of a kind that is not known here.
    """
    parts = said.split()
    both_ways = parts[:1] == [BOTH_WAYS]
    kind, *rest = parts[both_ways:] or [""]
    fits = kind in (RECURRENT if both_ways else USUAL) and rest and rest[0].isdigit()
    if not fits or len(rest) > (1 if kind == "Embedding" else 3):
        raise AssignmentError(
            "a layer is written as 'Dense 25 relu', 'SimpleRNN 600', 'Bidirectional LSTM 32' or"
            f" 'Embedding 16', not as {said!r}"
        )
    return WantedLayer(
        kind=kind,
        units=int(rest[0]),
        activation=rest[1] if len(rest) > 1 else USUAL[kind],
        initializer=rest[2] if len(rest) > 2 else "",
        both_ways=both_ways,
    )


def counts_of(
    wanted: Sequence[WantedLayer], features: int, layers: Sequence[KerasLayer] = ()
) -> list[Count | None]:
    """How many parameters each has, the first on so many features; with `layers` for the words that their
    tables have, and for GRUs that reset as theirs do."""
    counts: list[Count | None] = []
    for place, one in enumerate(wanted):
        layer = layers[place] if place < len(layers) else None
        resets = layer is None or inner_of(layer).settings.get("reset_after") is not False
        counts.append(one.count(features, layer.words if layer else 0, reset_after=resets))
        features = one.gives
    return counts


def inner_of(layer: KerasLayer) -> KerasLayer:
    """Of a layer in both directions the one that reads ahead, of one that is told to do the same at each step
    that one; any other is itself."""
    return layer.inside[0] if layer.kind in (BOTH_WAYS, EACH_STEP) and layer.inside else layer
