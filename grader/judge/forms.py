"""The form of every probe's answer: what our own code in the kernel gives beside arrays. What has another was not made by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from grader.model import Observation

Form = Callable[[object], bool]


def text(value: object) -> bool:
    """A text."""
    return isinstance(value, str)


def flag(value: object) -> bool:
    """True or false."""
    return isinstance(value, bool)


def count(value: object) -> bool:
    """A whole number that counts something."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def number(value: object) -> bool:
    """Any number, which may be none that one can count with."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def anything(value: object) -> bool:
    """Whatever it is: whoever reads it takes nothing for granted."""
    return True


def either(*forms: Form) -> Form:
    """One of several."""
    return lambda value: any(form(value) for form in forms)


def none(value: object) -> bool:
    """Nothing."""
    return value is None


def each(form: Form) -> Form:
    """A list of things of one form."""
    return lambda value: isinstance(value, list) and all(form(item) for item in value)


def values(form: Form) -> Form:
    """Names with things of one form."""
    return lambda value: isinstance(value, Mapping) and all(isinstance(name, str) and form(item) for name, item in value.items())


def record(required: Mapping[str, Form], optional: Mapping[str, Form] | None = None) -> Form:
    """Names that must be there, and some that may."""

    def fits(value: object) -> bool:
        if not isinstance(value, Mapping):
            return False
        there = all(name in value and form(value[name]) for name, form in required.items())
        return there and all(form(value[name]) for name, form in (optional or {}).items() if name in value)

    return fits


SIDES = each(count)
ERRORS = values(record({"name": text, "message": text}))
PLACE = record({}, {"cell": count, "line": count, "file": text})
SAMPLES = record(
    {"count": count},
    {
        "x_shape": SIDES,
        "y_shape": SIDES,
        "x_dtype": text,
        "y_dtype": text,
        "shapes": each(text),
        "odd": text,
        "is_generator": flag,
    }
    | {"error": record({"name": text, "message": text})},
)
DATA_SET = record({"batches": each(each(SIDES)), "seen": count}, {"odd": anything, "absent": flag, "is_dataset": flag})
SHAPES = either(SIDES, each(SIDES))
LAYER = record({"path": text, "class": text, "input": SHAPES, "output": SHAPES}, {"role": text, "parameters": count})
PART = record({"path": text, "variables": each(count)}, {"activation": text})
ASSIGNED = record({"place": PLACE, "loaded": flag})

FORMS: Mapping[str, tuple[Mapping[str, Form], Mapping[str, Form]]] = {  # probe -> (what must be there, what may)
    "one_step": ({"units": count, "features": count, "variables": each(anything)}, {"of_layer": flag, "takes_states": flag}),
    "layer": (
        {"units": count, "features": count, "variables": each(anything), "cell_variables": each(count), "errors": ERRORS}
        | {"structures": values(anything)},
        {"start": text, "start_error": record({"name": text, "message": text})},
    ),
    "model": (
        {"variables": each(anything), "own_cells": each(PART), "dense": each(PART), "ready_made": each(text), "errors": ERRORS}
        | {"shapes": each(LAYER)},
        {"time_first": flag},
    ),
    "gradients": ({"variables": each(anything)}, {}),
    "lengths": ({"errors": ERRORS}, {}),
    "data": ({"calls": each(SAMPLES)}, {"wrapped": SAMPLES, "takes": count, "number_first": flag}),
    "pipeline": ({"same_object": flag}, {}),
    "names": ({}, {"kinds": values(text), "numbers": values(number)}),
    "training": (
        {"steps": each(count)},
        {"updates": either(none, count), "gradients": count, "bursts": count, "assigned": each(ASSIGNED), "loaded": each(PLACE)}
        | {"known": flag},
    ),
    "tracing": ({"functions": each(record({"name": text, "traces": count}))}, {}),
}


def misshapen(observation: Observation) -> Iterator[str]:
    """The names in an answer that are not there or have another form."""
    kind = next(
        (kind for kind in FORMS if observation.probe.startswith(kind)), ""
    )  # of several parts of a kind, each has its place
    required, optional = FORMS.get(kind, ({}, {}))
    answer: Mapping[str, Any] = observation.answer
    if kind == "pipeline":
        sets = {name: value for name, value in answer.items() if isinstance(value, Mapping) and name != "taken"}
        yield from (name for name, value in sets.items() if not DATA_SET(value))
    yield from (name for name, form in required.items() if name not in answer or not form(answer[name]))
    yield from (name for name, form in optional.items() if name in answer and not form(answer[name]))
    if kind == "data" and "takes" not in answer and len(answer["calls"]) != len(observation.question.get("calls", ())):
        yield "calls"
