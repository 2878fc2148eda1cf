"""The parts that a sheet asks for: declared once, with all that finds them in a notebook that calls them
otherwise.

A role is read in three places: collect looks in the source for what may be meant (collect/source/roles.py),
the kernel takes the first of these that behaves like it (run/inside/asked/roles.py), and a probe asks it.
Whoever adds a kind of role adds to these three.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from grader.rnn.family import CellFamily


class Purpose(enum.StrEnum):
    """What a data set, or a list of recorded numbers, is for."""

    TRAIN = "train"
    TEST = "test"


class Recorded(enum.StrEnum):
    """What a list of numbers holds, one for each epoch."""

    LOSS = "loss"
    ACCURACY = "accuracy"
    OTHER = "other"


class Answers(enum.StrEnum):
    """What a model answers for a sequence."""

    TWO_CLASSES = "two classes"  # a probability, those of both, or logits
    NUMBERS = "numbers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A part of the homework. `aliases`: names under which it is looked for first where the sheet's own is
    not there."""

    kind: ClassVar[str] = "anything"
    name: str
    aliases: tuple[str, ...] = ()
    place: str = ""  # of several of a kind on one sheet all but the first have one; see Assignment.role

    def told(self) -> dict[str, Any]:
        """What the kernel hears of it."""
        return {"name": self.name, "kind": self.kind}

    def names(self) -> Iterator[str]:
        """The names of the sheet that stand for it."""
        yield self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell(Role):
    """A class for one step of a recurrent network: (input, states) -> new states. `units` and `features`
    are the parameters of the sheet that say how large the student's own is."""

    kind: ClassVar[str] = "cell"
    family: CellFamily
    units: str = ""
    features: str = ""

    def told(self) -> dict[str, Any]:
        """With the number of states, and the words that a class of this family has in its name."""
        sizes = {"units": self.units, "features": self.features}
        sounds = ["cell", self.family.name]
        return {
            "name": self.name,
            "kind": self.kind,
            "states": len(self.family.states),
            "sounds": sounds,
            **sizes,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer(Role):
    """A class that steps a cell through whole sequences. `start`: its method that makes the start states
    of a batch."""

    kind: ClassVar[str] = "layer"
    cell: Cell
    start: str = "zero_states"

    def told(self) -> dict[str, Any]:
        """With its cell."""
        cell = self.cell.told()
        sounds = ["layer", "rnn", self.cell.family.name]
        return {
            **cell,
            "name": self.name,
            "kind": self.kind,
            "cell": cell,
            "start": self.start,
            "sounds": sounds,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Model(Role):
    """The object that is trained. `made_by`: the class that the sheet asks for; `length` and `batch` are
    the parameters of the sheet that say how long its sequences are, and how many it gets at once;
    `vocabulary`, of one that takes words as whole numbers, how many different ones there are."""

    kind: ClassVar[str] = "model"
    layer: Layer | None = None
    made_by: str = ""
    features: int = 1
    length: str = ""
    batch: str = "BATCH_SIZE"
    answers: Answers = Answers.TWO_CLASSES
    vectors: bool = False  # takes [batch, features], and no sequences
    vocabulary: str = ""  # takes words [batch, time]

    @property
    def cell(self) -> Cell | None:
        """The cell that is inside."""
        return self.layer.cell if self.layer is not None else None

    def told(self) -> dict[str, Any]:
        """With its layer and its cell, what it takes and what it answers."""
        return {
            "name": self.name,
            "kind": self.kind,
            "cell": self.cell.told() if self.cell is not None else None,
            "layer": self.layer.told() if self.layer is not None else None,
            "features": self.features,
            "length": self.length,
            "answers": self.answers.value,
            "vectors": self.vectors,
            "vocabulary": self.vocabulary,
            "sounds": ["model", "net"],
        }

    def names(self) -> Iterator[str]:
        """Its class first, as a notebook defines them."""
        yield from filter(None, (self.made_by, self.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet(Role):
    """What is iterated over in training, or to test."""

    kind: ClassVar[str] = "data set"
    purpose: Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Function(Role):
    """A function of named arguments. `yields`: a generator of samples; `hands_on`: it takes no arguments
    and yields what that one does."""

    kind: ClassVar[str] = "function"
    arguments: tuple[str, ...] = ()
    yields: bool = False
    hands_on: Function | None = None

    def told(self) -> dict[str, Any]:
        """With how it is called."""
        called = {
            "arguments": list(self.arguments),
            "yields": self.yields,
            "hands_on": self.hands_on is not None,
        }
        return {"name": self.name, "kind": self.kind, **called}


@dataclass(frozen=True, slots=True, kw_only=True)
class Class(Role):
    """A class of plain Python that is made with these arguments and has these methods."""

    kind: ClassVar[str] = "class"
    arguments: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        """With how it is made, and what it can do."""
        return {
            "name": self.name,
            "kind": self.kind,
            "arguments": list(self.arguments),
            "methods": list(self.methods),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers(Role):
    """A list of numbers that the training records, one for each epoch."""

    kind: ClassVar[str] = "numbers"
    holds: Recorded = Recorded.OTHER
    purpose: Purpose = Purpose.TRAIN

    def told(self) -> dict[str, Any]:
        """With what it holds, of which data."""
        return {"name": self.name, "kind": self.kind, "holds": self.holds.value, "of": self.purpose.value}
