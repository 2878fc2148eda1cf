"""The student's cell as the host knows it, from its answers to one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from grader.assignment import Cell, Seen
from grader.judge.identify.by_sequence import explain_layer, sequence_of
from grader.judge.identify.states import states_in
from grader.model import Mistake, Observation
from grader.probes.layer import LayerAnswer, read_layer
from grader.probes.one_step import StepAnswer, read_one_step
from grader.probes.variables import shapes_of
from grader.rnn.extended import extended
from grader.rnn.family import CellFamily
from grader.rnn.mapping import CellDraw, CellDraws, CellMapping, StateOrder
from grader.rnn.search import explain
from grader.rnn.weights import Arrays

PROBE = "one_step"
SAME_STATES = 1e-3  # between a layer and its cell stepped here, float32: other orders lie far apart
LAYER = "layer"  # the probe of what is asked where there is no class for one step


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifiedCell:
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


def draws_of(step: StepAnswer, family: CellFamily) -> list[CellDraw]:
    """The draws of what one step returned, rows of all calls joined; a draw with tensors of other shapes is
    left out."""
    count = len(family.states)
    found, given = [], 0 if step.handling.starts_by_itself else 1  # then it starts from zeros
    for draw, returned in enumerate(step.returned):
        calls = [states_of(step, tensors, count) for tensors in returned.eager]
        if len({len(call) for call in calls}) != 1 or not calls[0]:
            continue
        out = tuple(
            np.concatenate(parts)
            for parts in zip(*calls, strict=True)
            if all(p.shape == (step.batch, step.units) for p in parts)
        )
        if len(out) >= count or (out and step.handling.of_layer):
            states = tuple(given * state for state in step.states)
            found.append(CellDraw(arrays=step.weights(draw), x=step.x, states=states, out=out))
    return found


def states_of(step: StepAnswer, tensors: Arrays, count: int = 2) -> Arrays:
    """What one call returned, its states, so many, last."""
    return states_in(tensors, step.nesting, step.batch, step.units, count)


def asked_of(step: StepAnswer, family: CellFamily, draws: Sequence[CellDraw]) -> CellDraws:
    """What the search for the equations starts from."""
    return CellDraws(
        family=family,
        draws=draws,
        shapes=shapes_of(step.variables),
        paths=tuple(variable.path for variable in step.variables),
        units=step.units,
        features=step.features,
        apart=step.handling.takes_apart,
    )


def identify(seen: Seen) -> IdentifiedCell | None:
    """The student's cell, found once for all checks; None when the probe was not answered."""
    observation = seen.if_asked(PROBE)
    if observation is None or not observation.is_answered:
        return None
    family = family_of(seen)
    return seen.once(
        "cell",
        lambda: _identify(read_one_step(observation), seen.if_asked(LAYER), family),
        *asked_of_cell(seen),
    )


def asked_of_cell(seen: Seen) -> tuple[str, ...]:
    """The probes by which a cell is known: those of them that the check asks."""
    return tuple(probe for probe in (PROBE, LAYER) if seen.asks(probe))


def family_of(seen: Seen) -> CellFamily:
    """The family that the sheet asks for."""
    return seen.part(PROBE, "cell", Cell).family


def name_of(seen: Seen) -> str:
    """What the sheet calls the cell."""
    return seen.part(PROBE, "cell", Cell).name


def _identify(step: StepAnswer, layer: Observation | None, family: CellFamily) -> IdentifiedCell:
    known = partial(
        IdentifiedCell,
        family=family,
        units=step.units,
        features=step.features,
        shapes=shapes_of(step.variables),
        paths=tuple(variable.path for variable in step.variables),
        initial=step.initial,
    )
    if step.handling.starts_by_itself:
        asked_whole = read_layer(layer) if layer is not None and layer.is_answered else None
        return known(mapping=explain_layer(asked_whole, family) if asked_whole is not None else None)
    draws = draws_of(step, family)
    asked = asked_of(step, family, draws)
    complete = len(draws) == len(step.pools) and bool(step.variables)
    mapping = _as_it_is_stepped(explain(asked) if complete else None, layer)
    relative = extended(asked) if complete and mapping is None and len(family.states) > 1 else None
    return known(mapping=mapping, relative=relative)


def _as_it_is_stepped(mapping: CellMapping | None, layer: Observation | None) -> CellMapping | None:
    """The mapping; where the states come back in another order than they went in, and the layer around the
    cell minds that, the order in which the layer has them: kept everywhere, it is no mistake."""
    if mapping is None or mapping.order.kept or layer is None or not layer.is_answered:
        return mapping
    answer = read_layer(layer)
    return next((one for one in as_minded(mapping) if _is_what_it_gives(one, answer)), mapping)


def as_minded(mapping: CellMapping) -> tuple[CellMapping, ...]:
    """The ways in which whoever steps a cell may mind that its states come back in another order: they have
    the order kept that comes out, or the one that goes in."""
    orders = (mapping.order.returned, mapping.order.passed)
    return tuple(replace(mapping, order=StateOrder(passed=one, returned=one)) for one in orders)


def _is_what_it_gives(mapping: CellMapping, layer: LayerAnswer) -> bool:
    """Whether a layer steps the cell so, in every case that tells: of several steps, from drawn states, or
    from zeros where it takes none."""
    drawn = layer.weights(0)
    own = [drawn[place] for place in layer.of_cell]
    alone = layer.handling.takes_input_alone
    told = [case for case in layer.cases if case.time > 1 and case.out and (case.from_drawn or alone)]
    shapes = [array.shape for array in own]
    if layer.cell_of_ours or not told or not mapping.layout.fits(shapes, layer.units, layer.features):
        return False
    weights = mapping.layout.weights(own, layer.units, layer.features)
    for case in told:
        states = tuple((0 if alone else 1) * one.astype("f8") for one in case.states)
        wanted = mapping.chain(weights, case.x.astype("f8"), states)
        out = sequence_of(case, case.out, layer.units)
        if out is None or not np.allclose(out, wanted[:, -out.shape[1] :], atol=SAME_STATES):
            return False
    return True
