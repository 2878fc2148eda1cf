"""The student's cell as the host knows it, from its answers to one step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from grader.assignment import Cell as CellRole
from grader.assignment import Seen
from grader.judge.identify.by_sequence import explain_layer
from grader.judge.identify.nesting import read_nesting
from grader.judge.identify.states import states_in
from grader.judge.identify.ways import States, read_way
from grader.model import Mistake, Observation
from grader.rnn.draws import fill
from grader.rnn.extended import extended
from grader.rnn.family import CellFamily
from grader.rnn.mapping import Asked, CellMapping, Draw
from grader.rnn.search import explain

PROBE = "one_step"
LAYER = "layer"  # the probe of what is asked where there is no class for one step
LETTERS = ("h", "c")  # of the states in a question


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What the host knows about the student's cell; `family` is the one that it should be of."""

    family: CellFamily
    units: int
    features: int
    shapes: tuple[tuple[int, ...], ...]
    paths: tuple[str, ...]
    mapping: CellMapping | None  # None: no known rule explains the answers
    initial: tuple[np.ndarray, ...]
    relative: Mistake | None = None  # another kind of cell, with more weights than the family has

    @property
    def is_right(self) -> bool:
        """The equations, in whatever layout and consistent order of the states."""
        return self.mapping is not None and self.mapping.is_right and self.mapping.family == self.family

    @property
    def mistaken(self) -> str:
        """The id of the known mistake; "" for a right or an unknown cell."""
        if self.mapping is None:
            return ""
        if not self.mapping.order.kept:
            return "states_swapped"
        right = self.mapping.variant in self.family.rules
        if self.mapping.layout.blind_gates and right:
            return "gate_without_h"
        return "" if right else self.mapping.variant.id


def draws_of(
    seen: Observation, family: CellFamily, units: int, features: int, shapes: tuple[tuple[int, ...], ...]
) -> list[Draw]:
    """The draws of a one_step observation, rows of all calls joined; a draw with tensors of other shapes is
    left out."""
    q = seen.question
    batch, rows = int(q["batch"]), len(q["x"])
    letters = LETTERS[: len(family.states)]
    found, given = [], 0 if starts_by_itself(seen) else 1  # a layer that starts by itself starts from zeros
    for index, pool in enumerate(q["pools"]):
        calls = [
            step_states(seen.answer, f"eager/{index}/{call}", batch, units, len(letters))
            for call in range(rows // batch)
        ]
        if len({len(call) for call in calls}) != 1 or not calls[0]:
            continue
        out = tuple(
            np.concatenate(parts)
            for parts in zip(*calls, strict=True)
            if all(p.shape == (batch, units) for p in parts)
        )
        if len(out) >= len(letters) or (out and seen.answer.get("of_layer") is True):
            found.append(
                Draw(
                    arrays=tuple(fill(shapes, pool, q["gain"])),
                    x=q["x"][:, :features],
                    states=tuple(given * q[letter][:, :units] for letter in letters),
                    out=out,
                )
            )
    return found


def tensors(answer: Mapping[str, Any], prefix: str) -> list[np.ndarray]:
    """The arrays prefix/0, prefix/1, ... of an answer."""
    found: list[np.ndarray] = []
    while isinstance(item := answer.get(f"{prefix}/{len(found)}"), np.ndarray):
        found.append(item)
    return found


def step_states(
    answer: Mapping[str, Any], prefix: str, batch: int, units: int, count: int = 2
) -> tuple[np.ndarray, ...]:
    """What one call returned, its states, so many, last."""
    return states_in(tensors(answer, prefix), read_nesting(answer.get("structure")), batch, units, count)


def identify(seen: Seen) -> Cell | None:
    """The student's cell, found once for all checks; None when the probe was not answered."""
    observation = seen.if_asked(PROBE)
    if observation is None or not observation.is_answered:
        return None
    family = family_of(seen)
    return seen.once(
        "cell", lambda: _identify(observation, seen.if_asked(LAYER), family), *asked_of_cell(seen)
    )


def asked_of_cell(seen: Seen) -> tuple[str, ...]:
    """The probes by which a cell is known: those of them that the check asks."""
    return tuple(probe for probe in (PROBE, LAYER) if seen.asks(probe))


def family_of(seen: Seen) -> CellFamily:
    """The family that the sheet asks for."""
    return seen.part(PROBE, "cell", CellRole).family


def starts_by_itself(observation: Observation) -> bool:
    """Whether there is no cell class, and the layer that does its work takes no states: then no single step
    can be asked."""
    return observation.answer.get("of_layer") is True and observation.answer.get("takes_states") is False


def takes_apart(observation: Observation) -> bool:
    """Whether the cell takes its states as arguments of their own."""
    return read_way(observation.answer.get("call")).states is States.APART


def _identify(observation: Observation, layer: Observation | None, family: CellFamily) -> Cell:
    answer = observation.answer
    units, features = int(answer["units"]), int(answer["features"])
    shapes = tuple(tuple(int(side) for side in v["shape"]) for v in answer["variables"])
    paths = tuple(str(v["path"]) for v in answer["variables"])
    initial = tuple(np.asarray(answer.get(f"initial/{index}")) for index in range(len(shapes)))
    known = partial(
        Cell, family=family, units=units, features=features, shapes=shapes, paths=paths, initial=initial
    )
    if starts_by_itself(observation):
        return known(
            mapping=explain_layer(layer, family) if layer is not None and layer.is_answered else None
        )
    draws = draws_of(observation, family, units, features, shapes)
    complete = len(draws) == len(observation.question["pools"]) and bool(shapes)
    asked = Asked(
        family=family,
        draws=draws,
        shapes=shapes,
        paths=paths,
        units=units,
        features=features,
        apart=takes_apart(observation),
    )
    mapping = explain(asked) if complete else None
    relative = extended(asked) if complete and mapping is None and len(family.states) > 1 else None
    return known(mapping=mapping, relative=relative)
