"""Functions of plain NumPy that step cells through sequences: one cell, a stack of them, or one in each
direction.

They are given cells of ours, which are right whatever the student's own are: a mistake in a cell costs
nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader import probes
from grader.assignment import Criterion, Function
from grader.errors import AssignmentError
from grader.judge.checks.by_hand.said import best, changed_too, difference, how_it_failed, seen_shape
from grader.model import Basis, Evidence, Mistake, Verdict
from grader.model.verdict import failed, passed
from grader.rnn.by_hand import near
from grader.rnn.stepped import BOTH_WAYS, DEEP, ONE, SteppedSequences, Unrolling
from grader.rnn.weights import Array

SIDES = (3, 4, 5, 6)  # of input, state, output and batch
LENGTHS = (3, 1)  # steps
GAIN = 0.7
LAYERS = 3
PLAIN = {"forward": probes.Method(step=("Wh", "bh"), shows=("Wy", "by"))}
TURNED = {
    "forward": probes.Method(step=("Whf", "bhf")),
    "backward": probes.Method(step=("Whb", "bhb")),
    "output": probes.Method(shows=("Wy", "by")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stepping:
    """How a function steps cells: what it computes, what else may explain it, in words, and the cells it is
    given."""

    right: Unrolling
    others: tuple[Unrolling, ...]
    title: str
    hint: str
    layout: str  # the hint where the shape is wrong
    # of sides, and the outputs of each layer
    cells: Callable[[np.random.Generator, int, int, Sequence[int]], Any]
    starts: Callable[[np.random.Generator, int, int], list[Array]]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnrolledCall:
    """One call and what came of it."""

    sequences: SteppedSequences
    called: probes.Called


def steps_cells(role: Function, how: str) -> Criterion:
    """A function of a cell (or a list of cells), X [time, batch, features] and the states to start from gives
    all states H and all outputs Y; `how`: "one", "deep" or "both ways".

    Raises:
        AssignmentError: there is no such way, or the function takes other arguments.
    """
    if how not in KINDS:
        raise AssignmentError(
            f"{role.name}: cells are stepped in one of the ways {', '.join(map(repr, KINDS))}, not {how!r}"
        )
    kind = KINDS[how]
    asked = probes.calls(
        role, draw=lambda rng, numbers: list(_questions(role, kind, rng)), called=f"calls_{role.name}"
    )

    def judge(seen: Any) -> Verdict:
        told = [_read(role, one) for one in seen[asked]]
        return best([_judge(role.name, kind, group) for group in (told[0::2], told[1::2])])

    return Criterion(
        id=role.name,
        title=f"{role.name} {kind.title}",
        judge=judge,
        basis=Basis.PROVEN,
        asks=(asked,),
        hint=kind.hint,
        forger_gains="nothing: the cells, the states and the inputs are drawn",
    )


# --- what is asked ------------------------------------------------------------------------------------------


def _drawn(rng: np.random.Generator, **shapes: tuple[int, ...]) -> dict[str, Array]:
    return {name: GAIN * rng.normal(size=shape) for name, shape in shapes.items()}


def _one_cell(rng: np.random.Generator, i: int, h: int, outputs: Sequence[int]) -> probes.StandIn:
    o = outputs[-1]
    return probes.StandIn(arrays=_drawn(rng, Wh=(i + h, h), Wy=(h, o), bh=(1, h), by=(1, o)), methods=PLAIN)


def _stack(rng: np.random.Generator, i: int, h: int, outputs: Sequence[int]) -> list[probes.StandIn]:
    widths = [i, *[h] * (LAYERS - 1)]
    return [_one_cell(rng, wide, h, [o]) for wide, o in zip(widths, outputs, strict=True)]


def _both(rng: np.random.Generator, i: int, h: int, outputs: Sequence[int]) -> probes.StandIn:
    o = outputs[-1]
    shapes = {
        "Whf": (i + h, h),
        "Whb": (i + h, h),
        "Wy": (2 * h, o),
        "bhf": (1, h),
        "bhb": (1, h),
        "by": (1, o),
    }
    return probes.StandIn(arrays=_drawn(rng, **shapes), methods=TURNED)


def _questions(role: Function, kind: Stepping, rng: np.random.Generator) -> Iterator[Any]:
    """Every case by position and by name."""
    drawn = [(length, tuple(map(int, rng.permutation(SIDES)))) for length in LENGTHS]
    for place, (length, (i, h, o, batch)) in enumerate([*drawn, (2, (2, 3, 2, 1))]):
        # layers with an output of one number beside others, once
        outputs = [o if place != 1 else 1] * (LAYERS - 1) + [o]
        given = [
            kind.cells(rng, i, h, outputs),
            rng.normal(size=(length, batch, i)),
            *kind.starts(rng, batch, h),
        ]
        yield probes.call(role, *given)
        yield probes.call(role, **dict(zip(role.arguments, given, strict=True)))


# --- what is judged -----------------------------------------------------------------------------------------


def _read(role: Function, one: probes.Called) -> UnrolledCall:
    given = list(one.given) or [one.named[name] for name in role.arguments]
    held, x, *starts = given
    cells = [_again(arrays) for arrays in (held if isinstance(held, list) else [held])]
    return UnrolledCall(sequences=SteppedSequences(cells=tuple(cells), x=x, starts=tuple(starts)), called=one)


def _again(arrays: Mapping[str, Array]) -> probes.StandIn:
    """The cell of ours that was handed over."""
    return probes.StandIn(arrays=arrays, methods=TURNED if "Whf" in arrays else PLAIN)


def _judge(name: str, kind: Stepping, group: Sequence[UnrolledCall]) -> Verdict:
    if wrong := next((one for one in group if one.called.error is not None), None):
        return how_it_failed(name, wrong.called.error or {})
    if _explains(kind.right, group):
        lengths = " and ".join(str(len(one.sequences.x)) for one in group)
        return passed(
            f"{name} is right for sequences of {lengths} steps.{changed_too([one.called for one in group])}"
        )
    known = next((one for one in kind.others if _explains(one, group)), None)
    first = next(one for one in group if not _explains(kind.right, [one]))
    wanted = kind.right.gives(first.sequences)
    for place, (letter, array) in enumerate(zip("HY", wanted, strict=True)):
        found = first.called.part(place)
        if found is None or found.shape != array.shape:
            what = (
                f"{name} gives {seen_shape(first.called, place)} for {letter}, expected shape {array.shape}"
            )
            return _wrong(what, known, [], hint="" if known else kind.layout)
    gaps = {
        letter: difference(first.called.part(place), array)
        for place, (letter, array) in enumerate(zip("HY", wanted, strict=True))
        if not near(first.called.part(place), array)
    }
    evidence = [
        Evidence(what=f"largest difference of {letter}", expected="0", actual=gap)
        for letter, gap in gaps.items()
    ]
    told = " and ".join(f"{letter} is off by {gap}" for letter, gap in gaps.items())
    return _wrong(f"{name}: {told}", known, evidence)


def _wrong(message: str, known: Unrolling | None, evidence: list[Evidence], hint: str = "") -> Verdict:
    return failed(
        message,
        hint=hint,
        evidence=evidence,
        mistake=Mistake(id=known.id, confidence=1.0, words=f"one {known.words}") if known else None,
        undiagnosed=known is None and bool(evidence),
    )


def _explains(unrolling: Unrolling, group: Sequence[UnrolledCall]) -> bool:
    return all(
        near(one.called.part(place), array)
        for one in group
        for place, array in enumerate(unrolling.gives(one.sequences))
    )


KINDS: Mapping[str, Stepping] = {
    "one": Stepping(
        right=ONE[0],
        others=ONE[1:],
        title=(
            "steps its cell through the sequence: H [time + 1, batch, h] with h_0 first, Y [time, batch, o]."
        ),
        hint="H begins with h_0; step t takes X[t] and H[t], and gives H[t + 1] and Y[t].",
        layout=(
            "One entry for each step, along axis 0: H [time + 1, batch, h] with h_0 first, and"
            " Y [time, batch, o]."
        ),
        cells=_one_cell,
        starts=lambda rng, batch, h: [rng.normal(size=(batch, h))],
    ),
    "deep": Stepping(
        right=DEEP[0],
        others=DEEP[1:],
        title="steps a stack of cells: H [time + 1, layers, batch, h] with h_0 first, Y of the last layer.",
        hint="At each step layer k reads the new state of layer k - 1, and its own state of the step before.",
        layout=(
            "One entry for each step, along axis 0: H [time + 1, layers, batch, h] with h_0 first, and of the"
            " last layer Y [time, batch, o]."
        ),
        cells=_stack,
        starts=lambda rng, batch, h: [rng.normal(size=(LAYERS, batch, h))],
    ),
    "both ways": Stepping(
        right=BOTH_WAYS[0],
        others=BOTH_WAYS[1:],
        title="reads the sequence in both directions: H [time, batch, 2 h], the forward half first, and Y.",
        hint=(
            "Forward from h_0 over X[0], X[1], ...; backward from h_t over X[-1], X[-2], ...; both states of"
            " one step side by side."
        ),
        layout="One entry for each step, along axis 0: H [time, batch, 2 h] and Y [time, batch, o].",
        cells=_both,
        starts=lambda rng, batch, h: [rng.normal(size=(batch, h)), rng.normal(size=(batch, h))],
    ),
}
