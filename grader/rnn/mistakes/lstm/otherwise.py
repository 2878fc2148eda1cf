"""Equations of the LSTM's form with other operands, for cells that make none of the named mistakes: c' = f *
c + i * h, h' = i * tanh(c')."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.rnn.activations import Activation, linear, sigmoid
from grader.rnn.family import Variant
from grader.rnn.mistake_place import MistakePlace
from grader.rnn.weights import Array, Arrays, PreActivations

NEW = "c'"
OPERANDS = ("f", "i", "o", "g", "h", "c")  # the order in which they are written
SQUASHINGS: dict[str, Activation] = {"tanh": np.tanh, "sigmoid": sigmoid, "": linear}
Values = Mapping[str, Array]
Term = tuple[str, ...]  # a product of operands


def values_of(z: PreActivations, h: Array, c: Array) -> dict[str, Array]:
    """The operands by their names in the equations."""
    i, f, g, o = z.gates
    return {"f": sigmoid(f), "i": sigmoid(i), "o": sigmoid(o), "g": np.tanh(g), "h": h, "c": c}


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A new cell state: a sum of products."""

    terms: tuple[Term, ...]

    def __call__(self, values: Values) -> Array:
        """The sum of the products."""
        return np.asarray(sum(_product(term, values) for term in self.terms))

    def __str__(self) -> str:
        return " + ".join(" * ".join(term) for term in self.terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """A new hidden state: an operand, squashed or not, alone or times another one or plus another one."""

    of: str
    squashed: str = "tanh"  # "tanh", "sigmoid" or ""
    by: str = ""
    sign: str = "*"

    def __call__(self, values: Values) -> Array:
        """The hidden state."""
        shown = SQUASHINGS[self.squashed](values[self.of])
        if not self.by:
            return np.asarray(shown)
        return np.asarray(values[self.by] * shown if self.sign == "*" else values[self.by] + shown)

    def __str__(self) -> str:
        shown = f"{self.squashed}({self.of})" if self.squashed else self.of
        return f"{self.by} {self.sign} {shown}" if self.by else shown


RIGHT_UPDATE = Update(terms=(("f", "c"), ("i", "g")))
RIGHT_SHOW = Show(of=NEW, by="o")
TERMS: tuple[Term, ...] = (
    *itertools.combinations_with_replacement(OPERANDS, 2),
    *((name,) for name in OPERANDS),
)
UPDATES = (
    RIGHT_UPDATE,
    *(Update(terms=terms) for terms in itertools.combinations(TERMS, 2) if terms != RIGHT_UPDATE.terms),
    *(Update(terms=(term,)) for term in TERMS),
)
SHOWS = (
    RIGHT_SHOW,
    *(
        Show(of=of, squashed=squashed, by=by, sign=sign)
        for of in (NEW, *OPERANDS)
        for squashed in ("tanh", "", "sigmoid")
        for by, sign in (("", "*"), *itertools.product((*OPERANDS, NEW), "*+"))
    ),
)


def _product(term: Term, values: Values) -> Array:
    return values[term[0]] * values[term[1]] if len(term) == 2 else values[term[0]]


def written_otherwise(
    z: PreActivations, states: Arrays, got: Arrays, near: float
) -> Iterator[tuple[int, Variant]]:
    """(place, variant) of every pair of equations that gives the answers `got` in one of the layouts stacked
    in `z`; those that differ from the right ones in one equation first."""
    values = values_of(z, *states)
    terms = {term: _product(term, values) for term in TERMS}
    for update in UPDATES:
        with np.errstate(invalid="ignore"):
            gaps = np.abs(np.asarray(sum(terms[term] for term in update.terms)) - got[1]).max(axis=(-2, -1))
        places = np.flatnonzero(np.broadcast_to(gaps, len(z.gates[0])) < near)
        for place in map(int, places):
            here = {name: value[place] if value.ndim == 3 else value for name, value in values.items()} | {
                NEW: got[1]
            }
            yield from (
                (place, _variant(update, show)) for show in SHOWS if np.abs(show(here) - got[0]).max() < near
            )


def _variant(update: Update, show: Show) -> Variant:
    def rule(z: PreActivations, h: Array, c: Array) -> Arrays:
        values = values_of(z, h, c)
        values[NEW] = update(values)
        return show(values), values[NEW]

    differ: Sequence[str] = [
        f"{state} = {made}"
        for state, made, right in ((NEW, update, RIGHT_UPDATE), ("h'", show, RIGHT_SHOW))
        if made != right
    ]
    return Variant(
        id="other_equation" if len(differ) == 1 else "other_equations",
        words=f"that computes {' and '.join(differ)}",
        rule=rule,
        place=MistakePlace.CELL_STATE if update != RIGHT_UPDATE else MistakePlace.HIDDEN_STATE,
    )
