"""What a notebook says of itself: names, recorded numbers, the course of its training, what was traced.
Answered by run/inside/asked/of_notebook.py and governor.py."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.assignment import Model, Numbers, Probe, Role
from grader.model import Observation
from grader.probes.form import Form, count, each, either, flag, none, number, record, text, values
from grader.probes.reading import Array, tensors


@dataclass(frozen=True, slots=True, kw_only=True)
class CodePlace:
    """Where something was done: the number of a cell among those that ran, or a file, and the line in it."""

    cell: int | None = None
    line: int | None = None
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """Weights that were written by no optimizer, `loaded` from a file or not, with all weights `before` and
    `after`; none where they were not kept."""

    place: CodePlace
    loaded: bool
    before: tuple[Array, ...] = ()
    after: tuple[Array, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """How the weights came about. Numbers are None where the kernel did not count.

    `first`: the weights before the first gradient was computed; `early`: after three batches; `passes`: after
    each pass over a data set. `loaded`: where a whole model was loaded. `followed`: every change of the
    weights was seen, as far as is known.
    """

    gradients: int | None
    updates: int | None
    bursts: int  # assignments with nothing between them
    assigned: tuple[Assigned, ...]
    loaded: CodePlace | None
    followed: bool
    first: tuple[Array, ...]
    early: tuple[Array, ...]
    passes: tuple[tuple[Array, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """A tf.function, and how often it was traced."""

    name: str
    traces: int


OF_NAMES = Form(optional={"kinds": values(text), "numbers": values(number)})
PLACE = record({}, {"cell": count, "line": count, "file": text})
OF_TRAINING = Form(
    required={"steps": each(count)},
    optional={
        "updates": either(none, count),
        "gradients": count,
        "bursts": count,
        "assigned": each(record({"place": PLACE, "loaded": flag})),
        "loaded": each(PLACE),
        "known": flag,
    },
)
OF_TRACING = Form(required={"functions": each(record({"name": text, "traces": count}))})


@functools.cache
def names(*wanted: str | Role, lists: tuple[str | Numbers, ...] = (), called: str = "names") -> Probe:
    """What the notebook defines: kinds and numbers, and lists of numbers such as losses. `called`: the
    probe's name, where a sheet asks several."""
    named = [one if isinstance(one, str) else one.name for one in lists]
    asked = {
        "names": [*(one if isinstance(one, str) else one.name for one in wanted), *named],
        "lists": named,
    }
    parts = tuple((f"{one.purpose} {one.holds}", one) for one in lists if isinstance(one, Numbers))
    return Probe(
        name=called,
        answered_by="names",
        parts=parts,
        draw=lambda rng, parameters: asked,
        early=False,
        form=OF_NAMES,
    )


@functools.cache
def arrays(*things: Role, called: str = "", of: Model | None = None) -> Probe:
    """What stands under these names, as arrays; `seen[...]` gives those that are there, by the sheet's
    names. `of`: what this model was handed under them, where they were bound again after its training."""
    wanted = [thing.name for thing in things]
    beside = (("model", of),) if of is not None else ()
    return Probe(
        name=called or "_".join(["arrays", *wanted, *([f"of_{of.name}"] if of is not None else [])]),
        answered_by="arrays",
        parts=(*((thing.name, thing) for thing in things), *beside),
        draw=lambda rng, parameters: {"names": wanted},
        early=False,
        reads=lambda observation: read_arrays(observation, wanted),
    )


def read_arrays(observation: Observation, wanted: list[str]) -> Mapping[str, np.ndarray]:
    """The arrays that were found, by name."""
    found = {name: observation.array(f"array/{name}") for name in wanted}
    return {name: array for name, array in found.items() if array is not None}


@functools.cache
def training() -> Probe:
    """The weights after each pass over a data set, as the training went, and who changed them."""
    return Probe(name="training", answered_by="training", early=False, form=OF_TRAINING, reads=read_training)


@functools.cache
def tracing() -> Probe:
    """How often each tf.function was traced."""
    return Probe(name="tracing", answered_by="tracing", early=False, form=OF_TRACING, reads=read_tracing)


def read_list(observation: Observation, name: str) -> Array | None:
    """The numbers [n] that were recorded under a name of the sheet; None when no list of numbers was
    found."""
    found = observation.array(f"list/{name}")
    return found if found is not None and found.ndim == 1 and len(found) else None


def read_number(observation: Observation, name: str) -> float | None:
    """The number under a name of the sheet; None where there is none."""
    told = observation.answer.get("numbers")
    given = told.get(name) if isinstance(told, Mapping) else None
    return given if number(given) else None


def read_training(observation: Observation) -> Trained:
    """The changes of the weights, and their states around them."""
    told = observation.answer
    assigned, loaded, passes = (_listed(told.get(name)) for name in ("assigned", "loaded", "steps"))
    return Trained(
        gradients=_count(told.get("gradients")),
        updates=_count(told.get("updates")),
        bursts=_count(told.get("bursts")) or 0,
        assigned=tuple(
            _assigned(observation, number, one)
            for number, one in enumerate(assigned)
            if isinstance(one, Mapping)
        ),
        loaded=_place(loaded[0]) if loaded else None,
        followed=told.get("known") is not False,
        first=tensors(observation, "first"),
        early=tensors(observation, "early"),
        passes=tuple(tensors(observation, f"snapshot/{number}") for number in range(len(passes))),
    )


def read_tracing(observation: Observation) -> tuple[Traced, ...]:
    """Every tf.function that was traced at least once."""
    told = observation.answer["functions"]
    return tuple(
        Traced(name=str(one["name"]), traces=int(one["traces"])) for one in told if int(one["traces"]) > 0
    )


def _assigned(observation: Observation, number: int, told: Mapping[str, Any]) -> Assigned:
    before, after = (tensors(observation, f"assigned/{number}/{when}") for when in ("before", "after"))
    return Assigned(
        place=_place(told.get("place")), loaded=told.get("loaded") is True, before=before, after=after
    )


def _place(told: object) -> CodePlace:
    if not isinstance(told, Mapping):
        return CodePlace()
    file = told.get("file")
    return CodePlace(
        cell=_count(told.get("cell")),
        line=_count(told.get("line")),
        file=file if isinstance(file, str) else "",
    )


def _count(told: object) -> int | None:
    return told if isinstance(told, int) else None


def _listed(told: object) -> list[Any]:
    return told if isinstance(told, list) else []
