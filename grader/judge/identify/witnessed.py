"""What the kernel saw run while the homework was asked, and what it executed that nobody can read.

The kernel says so, and could be made to say otherwise: it accuses nobody by itself. But a library's own LSTM
that was seen at work inside the student's call is no matter of names.
"""

from __future__ import annotations

from collections.abc import Mapping

from grader.assignment import Assignment, Cell, Layer
from grader.model import Run
from grader.probes.sightings import AtWork, Executed, Sighting, read_at_work, read_executed

MOST_REMARKS = 12  # that an instructor reads of one homework
# probe -> what it calls, from the inside out
PARTS = {"one_step": "the cell", "layer": "the layer", "model": "the model"}

WHILE_ASKED = {
    AtWork.RECURRENT: "{part} runs a ready-made recurrent network: {what}",
    AtWork.UNREAD: "{part} runs code that stands in no cell and no file: {what}",
    AtWork.OTHER: "{part} runs other code than what stands there: {what}",
    AtWork.RESTORED: "{part} runs a stored program, which nobody can read: {what}",
    AtWork.ELSEWHERE: "{part} has its work done by another thread or process: {what}",
    AtWork.BLINDED: "{part} ends what watches it: {what}",
}
EXECUTED = {
    Executed.EXEC: "executes text that is put together while the code runs: {what}",
    Executed.RUN: "runs {what}, which stands in no cell and in no Python file that was handed in",
    Executed.POSING: "compiles text under the name of a library's file: {what}",
    Executed.MARSHAL: "makes code out of bytes: {what}",
    Executed.CODE: "puts a code object together: {what}",
    Executed.NATIVE: "loads machine code that belongs to no library: {what}",
    Executed.PICKLE: "gets a ready-made recurrent layer out of a pickle: {what}",
}


def flags_of(run: Run | None, assignment: Assignment | None = None) -> tuple[str, ...]:
    """What an instructor should look at, one line each. On a sheet that wants no layers of the student's own
    a ready-made one is what it is about."""
    if run is None:
        return ()
    running = seen_running(run)
    if assignment is not None and not _wants_own_layers(assignment):
        running = {one: part for one, part in running.items() if one.kind is not AtWork.RECURRENT}
    told = {(one.what, one.place) for one in running}  # the same text, at work
    executed = [one for one in seen_executed(run) if (one.what, one.place) not in told]
    lines = [
        *(_line(one.place, WHILE_ASKED[one.kind], one.what, part) for one, part in running.items()),
        *(_line(one.place, EXECUTED[one.kind], one.what) for one in executed),
    ]
    lines = list(dict.fromkeys(lines))
    if len(lines) <= MOST_REMARKS:
        return tuple(lines)
    return (*lines[: MOST_REMARKS - 1], f"{len(lines) - MOST_REMARKS + 1} more like these")


def _wants_own_layers(assignment: Assignment) -> bool:
    return assignment.own_layers or any(isinstance(role, Cell | Layer) for role in assignment.roles)


def seen_running(run: Run, *kinds: AtWork) -> Mapping[Sighting[AtWork], str]:
    """What ran while cell, layer and model were asked, of these kinds or of all, each with the innermost part
    that it was seen in."""
    found: dict[Sighting[AtWork], str] = {}
    for probe, part in PARTS.items():
        for name, observation in run.observations.items():
            if asks_such(name, probe) and observation.is_answered:
                found |= {one: part for one in read_at_work(observation) if one not in found}
    return {one: part for one, part in found.items() if not kinds or one.kind in kinds}


def asks_such(name: str, probe: str) -> bool:
    """Whether a probe of this name asks such a part; of several parts on one sheet each has a name behind."""
    return name == probe or name.startswith(f"{probe}_")


def seen_executed(run: Run) -> tuple[Sighting[Executed], ...]:
    """What was executed that nobody can read, from the first cell to the last question."""
    answered = (observation for observation in run.observations.values() if observation.is_answered)
    return tuple(dict.fromkeys(one for observation in answered for one in read_executed(observation)))


def _line(place: str, how: str, what: str, part: str = "") -> str:
    """One line, the place first as in all flags."""
    said = how.format(part=part, what=what)
    return f"{place}: {said}" if place else said
