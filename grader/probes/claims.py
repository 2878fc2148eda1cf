"""What an answer says of itself, held against what was sent: nothing is computed with shapes, places and
counts before they agree.

A kernel may write any JSON beside its arrays. An answer that contradicts itself was not made by our own code:
the notebook spoiled it. One that is larger than homework is goes to a person.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from grader.assignment import Assignment
from grader.assignment.probe import HasForm
from grader.model import CellError, Observation, Reply
from grader.probes.form import MOST_VARIABLES

DEEPEST = 12  # lists and objects within each other
MOST_ITEMS = 200_000  # of all lists and objects together
LONGEST_TEXT = 20_000
LARGEST_INTEGER = 2**63
MOST_NUMBERS = 16 << 20  # in all variables together: in float32, an answer holds no more
MOST_RANK = 8
MOST_LISTED = {"own_cells": 64, "dense": 128, "normalised": 128, "shapes": 1000, "ready_made": 20}


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """Why an answer is not judged: it contradicts itself, or it is too large."""

    words: str
    too_large: bool = False


def all_held(assignment: Assignment, observations: Mapping[str, Observation]) -> dict[str, Observation]:
    """Every observation of a run, each held against the form that its probe declares."""
    forms = {probe.name: probe.form for probe in assignment.probes()}
    return {name: held(observation, forms.get(name)) for name, observation in observations.items()}


def held(observation: Observation, form: HasForm | None = None) -> Observation:
    """The observation, without its answer where that cannot be taken at its word."""
    if not observation.is_answered or (problem := objection(observation, form)) is None:
        return observation
    status = Reply.UNJUDGED if problem.too_large else Reply.CONTRADICTS
    return replace(
        observation,
        status=status,
        answer={},
        error=CellError(name=status, message=problem.words, traceback=""),
    )


def objection(observation: Observation, form: HasForm | None = None) -> Objection | None:
    """The first thing in an answer that does not agree with the rest of it or with its question; None when
    all does."""
    plain = {name: value for name, value in observation.answer.items() if observation.array(name) is None}
    looks = (
        _of_json(plain),
        _of_sizes(observation, form),
        _of_variables(observation, form),
        _of_form(observation, form),
    )
    return next((found for look in looks for found in look), None)


def _of_json(plain: Mapping[str, Any]) -> Iterator[Objection]:
    """What is said, whatever it means: depth, length and size."""
    seen = 0
    level: list[Any] = [plain]
    for _ in range(DEEPEST):
        values = [value for one in level for value in (one.values() if isinstance(one, Mapping) else one)]
        keys = [key for one in level if isinstance(one, Mapping) for key in one]
        seen += len(values)
        if seen > MOST_ITEMS:
            yield Objection(words=f"it holds more than {MOST_ITEMS:,} items", too_large=True)
            return
        if any(isinstance(text, str) and len(text) > LONGEST_TEXT for text in (*keys, *values)):
            yield Objection(words=f"it holds a text of more than {LONGEST_TEXT:,} characters", too_large=True)
        if any(isinstance(value, int) and abs(value) >= LARGEST_INTEGER for value in values):
            yield Objection(words="it holds an integer of more than 64 bits")
        level = [value for value in values if isinstance(value, (dict, list))]
        if not level:
            return
    yield Objection(words=f"it holds lists within each other more than {DEEPEST} deep")


def _of_form(observation: Observation, form: HasForm | None) -> Iterator[Objection]:
    """What our own code gives in another form, or always."""
    for name in form.misshapen(observation) if form is not None else ():
        yield Objection(words=f"{name} is not as it should be")


def _of_sizes(observation: Observation, form: HasForm | None) -> Iterator[Objection]:
    if form is None or not form.of_sizes or "sizes" not in observation.question:
        return
    said = [observation.answer.get("units"), observation.answer.get("features")]
    widest = [max(sizes) for sizes in zip(*observation.question["sizes"], strict=True)]
    # with the sizes of the notebook's own cells, where it writes them into its code
    own = observation.question.get("own", {})
    widest = [max(size, own.get(name, 0)) for size, name in zip(widest, ("units", "features"), strict=True)]
    if not all(type(size) is int and 1 <= size <= most for size, most in zip(said, widest, strict=True)):
        yield Objection(words="its units and features are none of those that were asked for")


def _of_variables(observation: Observation, form: HasForm | None) -> Iterator[Objection]:
    """Variables, and the lists that name their places."""
    listed = observation.answer.get("variables")
    if listed is None:
        return
    if not isinstance(listed, list) or not all(_is_variable(entry) for entry in listed):
        yield Objection(words="its variables are not described as they should be")
        return
    most = form.most_variables if form is not None else MOST_VARIABLES
    if len(listed) > most:
        yield Objection(
            words=f"it has {len(listed):,} variables, more than the {most} that are looked at", too_large=True
        )
    if sum(math.prod(entry["shape"]) for entry in listed) > MOST_NUMBERS:
        yield Objection(words=f"its variables would hold more than {MOST_NUMBERS:,} numbers", too_large=True)
    yield from _of_values(observation, listed, form.sends if form is not None else "")
    yield from _of_places(observation.answer, len(listed))


def _of_values(
    observation: Observation, listed: Sequence[Mapping[str, Any]], prefix: str
) -> Iterator[Objection]:
    """The variables whose values were sent."""
    for place, entry in enumerate(listed if prefix else ()):
        sent = observation.array(f"{prefix}/{place}")
        if sent is None or list(sent.shape) != entry["shape"]:
            what = "none was sent" if sent is None else f"one of shape {sent.shape} was sent"
            yield Objection(words=f"a variable of shape {tuple(entry['shape'])} is described, and {what}")


def _of_places(answer: Mapping[str, Any], count: int) -> Iterator[Objection]:
    """Lists of parts, each with the places of its variables."""
    for name, most in MOST_LISTED.items():
        entries = answer.get(name, [])
        if not isinstance(entries, list):
            yield Objection(words=f"{name} is no list")
        elif len(entries) > most:
            yield Objection(
                words=f"{name} has {len(entries):,} entries, more than the {most} that are looked at",
                too_large=True,
            )
    parts = [entry for name in ("own_cells", "dense", "normalised") for entry in answer.get(name, [])]
    if not all(isinstance(part, dict) and _are_places(part.get("variables"), count) for part in parts):
        yield Objection(words="a part of it has variables that are not in its list")
    if not _are_places(answer.get("cell_variables", []), count):
        yield Objection(words="its cell has variables that are not in its list")


def _is_variable(entry: object) -> bool:
    if (
        not isinstance(entry, dict)
        or not isinstance(shape := entry.get("shape"), list)
        or len(shape) > MOST_RANK
    ):
        return False
    sides = all(type(side) is int and side >= 0 for side in shape)
    return (
        sides
        and isinstance(entry.get("path"), str)
        and all(isinstance(entry.get(n), bool) for n in ("tracked", "trainable"))
    )


def _are_places(places: object, count: int) -> bool:
    """Each once, and each of a variable that there is."""
    if not isinstance(places, list) or not all(type(place) is int and 0 <= place < count for place in places):
        return False
    return len(set(places)) == len(places)
