"""The student's functions and classes, called with drawn arguments. Answered by run/inside/asked/of_calls.py.

A question is a list of instructions: call a function or construct a class, call a method of what an earlier
one returned, set an attribute, read one. What comes back stays in the student's process and can be handed on
to later instructions (a cache, a cell): only numbers travel. Every array is copied for the call it is handed
to, and an argument that the call changes is remarked, not punished. Where a function of the student's takes
an object, such as a cell, it can be given one of ours (stand_ins.py).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.assignment import Probe, Role
from grader.model import Observation
from grader.probes.reading import text
from grader.probes.stand_ins import StandIn

MOST_ITEMS = 200  # of what a call returns to be iterated over, unless a probe says otherwise
MOST_INSTRUCTIONS = 400
LONGEST_WORDS = 300  # characters of what the kernel says of a kind, an error or a changed argument
# an array, a number, a text, a list of these, a Result, a Sum, a StandIn, or a role: what stands for it
DrawnValue = Any
DrawCalls = Callable[[np.random.Generator, Mapping[str, float | int]], Sequence["Instruction"]]


@dataclass(frozen=True, slots=True)
class Result:
    """What an earlier instruction returned, or one part of it: `Result(0)`, `Result(0, part=1)`."""

    step: int
    part: int | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """An argument that is the sum of drawn arrays and of what earlier instructions returned."""

    terms: tuple[DrawnValue, ...]


@dataclass(frozen=True, kw_only=True)
class Instruction:
    """One thing to do in the student's process; `of` is a role of the sheet, or what an earlier instruction
    returned; None: neither."""

    of: Role | Result | None
    do: str  # "call", "set", "get", "seed", or "steps" and "answer" (stand_in_steps.py)
    name: str = ""  # of the method or the attribute
    given: tuple[DrawnValue, ...] = ()
    named: Mapping[str, DrawnValue] = field(default_factory=dict)
    within: Result | None = (
        None  # steps or an answer of ours, found by the call in the place of the student's
    )
    bare: bool = False  # where a class cannot be constructed, an object of it that nothing was done to
    otherwise: tuple[DrawnValue, ...] = ()  # given where what is `given` brings no numbers


def call(of: Role | Result, *given: DrawnValue, method: str = "", **named: DrawnValue) -> Instruction:
    """Call a function, construct a class, or call a `method` of what an earlier instruction returned."""
    return Instruction(of=of, do="call", name=method, given=given, named=named)


def set_to(of: Result, attribute: str, value: DrawnValue) -> Instruction:
    """Set an attribute of what an earlier instruction returned."""
    return Instruction(of=of, do="set", name=attribute, given=(value,))


def get(of: Result, attribute: str) -> Instruction:
    """Read an attribute of what an earlier instruction returned."""
    return Instruction(of=of, do="get", name=attribute)


def seed(number: int) -> Instruction:
    """Put NumPy's random numbers at this seed, as `np.random.seed(number)` does; afterwards all is as
    before."""
    return Instruction(of=None, do="seed", given=(number,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What came of one instruction. `given`: what it was handed, or what was given otherwise, where only that
    brought numbers; `arrays`: all numbers in what it returned, flat and in order; `parts`: the same, part by
    part of a tuple or list, of anything else as its only part; of something to be iterated over (a data set,
    a generator) `items` are those of each item, and `arrays` is empty."""

    step: Mapping[str, Any]
    given: tuple[Any, ...] = ()
    named: Mapping[str, Any] = field(default_factory=dict)
    arrays: tuple[np.ndarray, ...] = ()
    parts: tuple[tuple[np.ndarray, ...], ...] = ()
    items: tuple[tuple[np.ndarray, ...], ...] | None = None
    kind: str = ""  # the type of what was returned, by name
    error: Mapping[str, str] | None = None  # "name" and "message" of what was raised
    changed: tuple[str, ...] = ()  # arguments that the call changed in place

    @property
    def array(self) -> np.ndarray | None:
        """The one array that was returned; None when there were none or several."""
        return self.arrays[0] if len(self.arrays) == 1 else None

    def part(self, place: int) -> np.ndarray | None:
        """The one array in this part of what was returned; None when there is none there, or several."""
        found = self.parts[place] if place < len(self.parts) else ()
        return found[0] if len(found) == 1 else None


def calls(
    *roles: Role, draw: DrawCalls, called: str = "", items: int = MOST_ITEMS, early: bool = True
) -> Probe:
    """Ask these roles to do what `draw(rng, parameters)` gives: a list of `call(...)`, `set_to(...)` and
    `get(...)`.

    `called`: the probe's name, where a sheet asks one role several times; `items`: how many are read of
    what is iterated over."""
    names = [role.name for role in roles]

    def drawn(rng: np.random.Generator, parameters: Mapping[str, float | int]) -> Mapping[str, Any]:
        question: dict[str, Any] = {"items": items, "steps": []}
        for number, step in enumerate(list(draw(rng, parameters))[:MOST_INSTRUCTIONS]):
            question["steps"].append(_sent(step, number, question))
        return question

    return Probe(
        name=called or "_".join(["calls", *names]),
        answered_by="calls",
        needs=tuple(names),
        parts=tuple((role.name, role) for role in roles),
        draw=drawn,
        early=early,
        reads=read_calls,
    )


def read_calls(observation: Observation) -> list[Called]:
    """What came of every instruction, read with care: one of which nothing readable came has an error that
    says so."""
    told = observation.answer.get("steps")
    steps = observation.question["steps"]
    listed = told if isinstance(told, list) and len(told) == len(steps) else [None] * len(steps)
    return [
        _read(observation, number, step, one)
        for number, (step, one) in enumerate(zip(steps, listed, strict=True))
    ]


def raised_by(observation: Observation) -> tuple[str, ...]:
    """The name of what each instruction raised, "" for one that did not; none where nothing was called."""
    told = observation.answer.get("steps")
    errors = (
        [step.get("error") for step in told if isinstance(step, Mapping)] if isinstance(told, list) else []
    )
    return tuple(text(error.get("name")) if isinstance(error, Mapping) else "" for error in errors)


def _sent(step: Instruction, number: int, question: dict[str, Any]) -> dict[str, Any]:
    """An instruction as it travels; arrays go beside it into the question."""

    def value(given: DrawnValue, path: str) -> Any:
        match given:
            case Result(step=earlier, part=part):
                return {"result": earlier, "part": part}
            case Role():
                return {"role": given.name}
            case Sum(terms=terms):
                return {"sum": [value(one, f"{path}+{k}") for k, one in enumerate(terms)]}
            case StandIn():
                held = {name: value(array, f"{path}.{name}") for name, array in given.arrays.items()}
                return {"stand_in": given.told(), "held": held}
            case np.ndarray():
                question[path] = given
                return {"array": path}
            case list() | tuple():
                return {"list": [value(one, f"{path}/{k}") for k, one in enumerate(given)]}
            case np.generic():
                return {"plain": given.item()}
        return {"plain": given}

    of = {} if step.of is None else value(step.of, "")
    given = [value(one, f"a/{number}/{k}") for k, one in enumerate(step.given)]
    named = {name: value(one, f"a/{number}/{name}") for name, one in step.named.items()}
    sent = {"of": of, "do": step.do, "name": step.name, "given": given, "named": named}
    within = {} if step.within is None else {"within": step.within.step}
    others = [value(one, f"o/{number}/{k}") for k, one in enumerate(step.otherwise)]
    return sent | within | ({"bare": True} if step.bare else {}) | ({"otherwise": others} if others else {})


def _back(question: Mapping[str, Any], sent: Mapping[str, Any]) -> Any:
    """An argument as it was drawn; None for what an earlier instruction had returned. Of an object of ours
    its arrays."""
    if "array" in sent:
        return question[sent["array"]]
    if "held" in sent:
        return {name: _back(question, one) for name, one in sent["held"].items()}
    return [_back(question, one) for one in sent["list"]] if "list" in sent else sent.get("plain")


def _read(observation: Observation, number: int, step: Mapping[str, Any], told: object) -> Called:
    q = observation.question
    otherwise = isinstance(told, Mapping) and told.get("otherwise") is True
    given = tuple(_back(q, one) for one in step.get("otherwise" if otherwise else "given", step["given"]))
    named = {name: _back(q, one) for name, one in step["named"].items()}
    if not isinstance(told, Mapping):
        nothing = {"name": "NoAnswer", "message": "nothing was answered"}
        return Called(step=step, given=given, named=named, error=nothing)
    items, error = told.get("items"), told.get("error")
    counted = items if type(items) is int and 0 <= items <= int(q["items"]) else None
    arrays = _arrays(observation, f"r/{number}")
    return Called(
        step=step,
        given=given,
        named=named,
        arrays=arrays,
        parts=_parts(arrays, told.get("parts")),
        items=None
        if counted is None
        else tuple(_arrays(observation, f"r/{number}/{k}") for k in range(counted)),
        kind=text(told.get("kind"), LONGEST_WORDS),
        error={key: text(error.get(key), LONGEST_WORDS) for key in ("name", "message")}
        if isinstance(error, Mapping)
        else None,
        changed=tuple(text(one, LONGEST_WORDS) for one in told.get("changed", ()) if isinstance(one, str))[
            :20
        ]
        if isinstance(told.get("changed"), list)
        else (),
    )


def _arrays(observation: Observation, prefix: str) -> tuple[np.ndarray, ...]:
    found: list[np.ndarray] = []
    while (array := observation.array(f"{prefix}.{len(found)}")) is not None:
        found.append(array)
    return tuple(found)


def _parts(arrays: tuple[np.ndarray, ...], told: object) -> tuple[tuple[np.ndarray, ...], ...]:
    """The arrays of each part, by the numbers of them that were told; none where these make no sense."""
    counts = (
        told if isinstance(told, list) and all(type(count) is int and count >= 0 for count in told) else []
    )
    if sum(counts) != len(arrays):
        return ()
    ends = list(itertools.accumulate(counts))
    return tuple(arrays[end - count : end] for count, end in zip(counts, ends, strict=True))
