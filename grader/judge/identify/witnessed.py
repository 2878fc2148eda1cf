"""What the kernel saw run while the homework was asked, and what it executed that nobody can read.

The kernel says so, and could be made to say otherwise: it accuses nobody by itself. But a library's own LSTM
that was seen at work inside the student's call is no matter of names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grader.model import Observation, Run

MOST = 12  # that an instructor reads of one homework
LONGEST = 120  # characters of what was seen
PLACE = re.compile(r"[\w ,./()-]{1,100}")
# probe -> what it calls, from the inside out
PARTS = {"one_step": "the cell", "layer": "the layer", "model": "the model"}

RECURRENT = "recurrent"
WHILE_ASKED = {
    RECURRENT: "{part} runs a ready-made recurrent network: {what}",
    "unread": "{part} runs code that stands in no cell and no file: {what}",
    "other": "{part} runs other code than what stands there: {what}",
    "restored": "{part} runs a stored program, which nobody can read: {what}",
    "elsewhere": "{part} has its work done by another thread or process: {what}",
    "blinded": "{part} ends what watches it: {what}",
}
EXECUTED = {
    "exec": "executes text that is put together while the code runs: {what}",
    "run": "runs {what}, which stands in no cell and in no Python file that was handed in",
    "posing": "compiles text under the name of a library's file: {what}",
    "marshal": "makes code out of bytes: {what}",
    "code": "puts a code object together: {what}",
    "native": "loads machine code that belongs to no library: {what}",
    "pickle": "gets a ready-made recurrent layer out of a pickle: {what}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One thing that the kernel saw."""

    kind: str
    what: str
    place: str  # "cell 4, line 2"; "" when it is not known
    part: str = ""  # "the cell": what was asked meanwhile

    def told(self, how: Mapping[str, str]) -> str:
        """One line, the place first as in all flags."""
        said = how[self.kind].format(part=self.part, what=self.what)
        return f"{self.place}: {said}" if self.place else said


def flags_of(run: Run | None) -> tuple[str, ...]:
    """What an instructor should look at, one line each."""
    if run is None:
        return ()
    running = seen_running(run)
    told = {(one.what, one.place) for one in running}  # the same text, at work
    executed = [one for one in seen_executed(run) if (one.what, one.place) not in told]
    lines = [*(one.told(WHILE_ASKED) for one in running), *(one.told(EXECUTED) for one in executed)]
    lines = list(dict.fromkeys(lines))
    return tuple(
        lines if len(lines) <= MOST else [*lines[: MOST - 1], f"{len(lines) - MOST + 1} more like these"]
    )


def seen_running(run: Run, *kinds: str) -> tuple[Sighting, ...]:
    """What ran while cell, layer and model were asked, of these kinds or of all; the innermost part that it
    was seen in tells it."""
    found: dict[tuple[str, str, str], Sighting] = {}
    for kind, part in PARTS.items():
        for name, observation in run.observations.items():
            for one in _read(observation, "ran", WHILE_ASKED, part) if is_of_kind(name, kind) else ():
                found.setdefault((one.kind, one.what, one.place), one)
    return tuple(one for one in found.values() if not kinds or one.kind in kinds)


def is_of_kind(probe: str, kind: str) -> bool:
    """Whether a probe of this name asks such a part; of several parts on one sheet each has a name behind."""
    return probe == kind or probe.startswith(f"{kind}_")


def seen_executed(run: Run) -> tuple[Sighting, ...]:
    """What was executed that nobody can read, from the first cell to the last question."""
    found = (
        one for observation in run.observations.values() for one in _read(observation, "executed", EXECUTED)
    )
    return tuple(dict.fromkeys(found))


def _read(
    observation: Observation | None, name: str, kinds: Mapping[str, str], part: str = ""
) -> Iterator[Sighting]:
    """The entries of an answer that are what they should be: the kernel can write anything."""
    told = observation.answer.get(name) if observation is not None and observation.is_answered else None
    for entry in told[: 4 * MOST] if isinstance(told, list) else ():
        kind, place = _text(entry, "kind"), _text(entry, "place")
        if kind in kinds:
            yield Sighting(
                kind=kind, what=_text(entry, "what"), place=place if PLACE.fullmatch(place) else "", part=part
            )


def _text(entry: Any, key: str) -> str:
    value = entry.get(key) if isinstance(entry, dict) else ""
    shown = (
        "".join(char if char.isprintable() else " " for char in value[: 2 * LONGEST])
        if isinstance(value, str)
        else ""
    )
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"
