"""What was taken for what, and how the student's parts are made and called where the sheet says otherwise:
told, and charged nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from grader.assignment import Assignment, Cell, Layer, Probe, Role, names_taken
from grader.model import Run, SourceFacts
from grader.model.run import LONGEST_NAME, file_of
from grader.probes.data import read_data
from grader.probes.handling import Handling, read_handling
from grader.probes.ways import LIKE_THE_SHEETS, Argument, made_in_words

SHEETS_MAKING = {"one_step": (Argument(gives="units"),), "layer": (Argument(gives="cell"),)}
PARTS = {"one_step": "cell", "layer": "layer"}  # probe -> the part that it asks
LAYER = re.compile(r"(.*\.)?Layer")


def recognised(assignment: Assignment, source: SourceFacts, run: Run | None) -> tuple[str, ...]:
    """Sentences for the report."""
    return tuple(_sentences(tuple(assignment.probes()), source, run)) if run is not None else ()


def _sentences(probes: tuple[Probe, ...], source: SourceFacts, run: Run) -> Iterator[str]:
    yield from run.notices
    yield from (
        f"{file_of(module)} was not handed in, and the code uses it: what needs it could not run"
        for module in run.forgotten_modules
    )
    taken = names_taken(run)
    asked_for_its_cell = [probe for probe in probes if _is_asked_for_its_cell(probe, run)]
    cells = {role.name for probe in asked_for_its_cell if (role := probe.part("cell")) is not None}
    yield from (
        f"{own} is taken for {name}, the name on the sheet"
        if own != name
        else f"{own} is taken as the training used it: its name stands for something else since then"
        for name, own in sorted(taken.items())
        if name not in cells
    )
    for name in sorted(cells):
        yield (
            f"there is no class for one step: {taken.get(name, 'the layer')} is asked in its place, one step"
            " at a time"
        )
    for probe in probes:
        observation = run.observations.get(probe.name)
        if observation is None or not observation.is_answered:
            continue
        handling = read_handling(observation)
        if handling.of_layer:
            continue
        role = probe.part(PARTS.get(probe.answered_by, ""))
        if isinstance(role, (Cell, Layer)):
            yield from _of_part(probe, role, handling, source, taken)
        if probe.answered_by == "data" and read_data(observation).number_first:
            task = probe.part("task")
            own = taken.get(task.name, task.name) if task is not None else "the task"
            yield (
                f"{own} is called with (num_samples, seq_len), as its arguments are named; the sheet says"
                " (seq_len, num_samples)"
            )


def _of_part(
    probe: Probe, role: Role, handling: Handling, source: SourceFacts, taken: Mapping[str, str]
) -> Iterator[str]:
    """How a cell or a layer is declared, made and called."""
    own, cell = taken.get(role.name, role.name), probe.part("cell")
    yield from _of_base(source.classes.get(own), own)
    yield from _of_making(handling, SHEETS_MAKING[probe.answered_by], own)
    if isinstance(cell, Cell):
        yield from _of_calling(handling, own, role.kind, len(cell.family.states))


def _is_asked_for_its_cell(probe: Probe, run: Run) -> bool:
    observation = run.observations.get(probe.name)
    return probe.answered_by == "one_step" and observation is not None and read_handling(observation).of_layer


def _of_base(bases: tuple[str, ...] | None, own: str) -> Iterator[str]:
    if bases == ():
        yield f"{own} is a plain class, not a Keras layer; it is checked all the same"
    elif bases and not LAYER.fullmatch(bases[0]):
        yield f"{own} is a {bases[0][:LONGEST_NAME]}, not a Keras layer; it is checked all the same"


def _of_making(handling: Handling, sheets: tuple[Argument, ...], own: str) -> Iterator[str]:
    made = handling.made
    if made is not None and made != sheets:
        yield f"{own} is made by {own}{made_in_words(made)}; the sheet says {own}{made_in_words(sheets)}"


def _of_calling(handling: Handling, own: str, word: str, states: int) -> Iterator[str]:
    way, sheets = handling.call, LIKE_THE_SHEETS[states]
    if way not in sheets:
        yield f"the {word} {own} is called with {way.told(states)}; the sheet says {sheets[0].told(states)}"
