"""How large a question is: as the student's own numbers say, within what a kernel and a host can take.

Every size that comes from a student is capped here, whatever it is: a number of theirs is read defensively
(assignment/numbers.py), and none makes an answer that is too large to be judged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.assignment import Cell, Model

NamedNumbers = Mapping[str, float | int]
# of drawn kernels: larger saturates gates and hides mistakes (at unit variance a clip passes for a tanh)
GAIN = 1.5
# (units, features): never equal, so that shapes tell the operands apart
SMALL = (
    (7, 3),
    (5, 4),
    (6, 4),
    (9, 5),
    (7, 4),
)
# of a question about cell or layer: up to here the student's own, which may be wired into the code
LARGEST_BATCH = 256
LARGEST_OF_MODEL = 1024  # of one about the model, which is asked less
# units and features: of a cell twice as wide the weights alone are more than an answer may hold
LARGEST_SIZE = 1024
# numbers with which a question goes on where the notebook's own sequences are larger than its text says
CONTINUED = 65_536
# sides that follow the notebook
BATCH, TIME, UNITS, FEATURES = (["batch", 0], ["time", 0], ["units", 0], ["features", 0])
MOST_STEPS = 400  # steps of a sequence
MOST_OWN_STEPS = 100  # steps of the student's own length
LARGEST_VOCABULARY = 2**24  # words: beyond it float32 has no room for every whole number
USUAL = {
    "batch": 32,
    "length": 25,
    "units": 100,
    "features": 32,
    "vocabulary": 1000,
}  # where a sheet has no parameter of that meaning


def batch_of(parameters: NamedNumbers, largest: int = LARGEST_BATCH, name: str = "BATCH_SIZE") -> int:
    """How many sequences are asked at once."""
    return _within(parameters, name, USUAL["batch"], largest)


def length_of(parameters: NamedNumbers, longest: int, name: str = "SEQ_LEN") -> int:
    """How many steps a sequence has."""
    return _within(parameters, name or "SEQ_LEN", USUAL["length"], longest)


def length_for(model: Model, parameters: NamedNumbers, longest: int = MOST_STEPS) -> int:
    """How many steps the sequences of a model have."""
    return length_of(parameters, longest, model.length)


def words_of(rng: np.random.Generator, model: Model, parameters: NamedNumbers, *sides: int) -> np.ndarray:
    """Drawn words of a model: whole numbers [*sides, 1] from 1, so none that stands for padding."""
    many = _within(parameters, model.vocabulary, USUAL["vocabulary"], LARGEST_VOCABULARY)
    return rng.integers(1, max(many, 2), size=(*sides, 1)).astype("<f4")


def sizes_of(cell: Cell, rng: np.random.Generator, parameters: NamedNumbers) -> list[list[int]]:
    """(units, features): small ones first; the student's own for a cell that only works with those."""
    own = [
        _within(parameters, cell.units, USUAL["units"], LARGEST_SIZE),
        _within(parameters, cell.features, USUAL["features"], LARGEST_SIZE),
    ]
    return [list(SMALL[int(rng.integers(len(SMALL)))]), own]


def asked_smaller(parameters: NamedNumbers, names: tuple[str, ...]) -> list[str]:
    """What a student should know about sizes, `names`, that no question has: "UNITS is 600,000: the checks
    ask with 1,024 at most"."""
    large = {name: parameters[name] for name in names if parameters.get(name, 0) > LARGEST_SIZE}
    return [
        f"{name} is {size:,}: questions to the cell and the layer use at most {LARGEST_SIZE:,}"
        for name, size in large.items()
    ]


def following(
    rng: np.random.Generator,
    question: dict[str, Any],
    own: Mapping[str, int],
    most: Mapping[str, int],
    axes: Mapping[str, list[Any]],
) -> Mapping[str, Any]:
    """The question, with what it takes to ask it in the sizes that the notebook was seen to use
    (run/inside/sized.py)."""
    return question | {
        "own": dict(own),
        "most": dict(most),
        "axes": dict(axes),
        "more": normal(rng, CONTINUED),
    }


def widths(sizes: list[list[int]]) -> dict[str, int]:
    """The widest of the (units, features) that are tried."""
    return {"units": max(units for units, _ in sizes), "features": max(features for _, features in sizes)}


def normal(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Standard normal numbers in float32."""
    return rng.standard_normal(shape).astype("<f4")


def _within(parameters: NamedNumbers, name: str, usual: int, most: int) -> int:
    return max(1, min(int(parameters.get(name, usual)), most))
