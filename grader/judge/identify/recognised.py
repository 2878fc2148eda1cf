"""What was taken for what, and how the student's parts are made and called where the sheet says otherwise: told, and charged nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.assignment import names_taken
from grader.judge.identify.ways import LIKE_THE_SHEETS, SHEETS, Argument, made_in_words, read_making, read_way
from grader.model import Observation, Run, SourceFacts

SHEETS_MAKING = {"one_step": (Argument(gives="units"),), "layer": (Argument(gives="cell"),)}
PARTS = {"one_step": ("LSTM_Cell", "cell"), "layer": ("LSTM_Layer", "layer")}
LAYER = re.compile(r"(.*\.)?Layer")
LONGEST = 60


def recognised(source: SourceFacts, run: Run | None) -> tuple[str, ...]:
    """Sentences for the report."""
    return tuple(_sentences(source, run)) if run is not None else ()


def _sentences(source: SourceFacts, run: Run) -> Iterator[str]:
    taken = names_taken(run)
    yield from run.notices
    for module in run.forgotten_modules:
        yield f"{module}.py was not handed in, and the code uses it: what needs it could not run"
    asked_for_its_cell = _is_asked_for_its_cell(run)
    for name, own in sorted(taken.items()):
        if not (name == "LSTM_Cell" and asked_for_its_cell):
            yield f"{own} is taken for {name}, the name on the sheet"
    if asked_for_its_cell:
        yield f"there is no class for one step: {taken.get('LSTM_Cell', 'LSTM_Layer')} is asked for it, one step at a time"
    for probe, (name, word) in PARTS.items():
        observation = run.observations.get(probe)
        if observation is not None and observation.is_answered and observation.answer.get("of_layer") is not True:
            own = taken.get(name, name)
            yield from _of_base(source.classes.get(own), own)
            yield from _of_making(observation, SHEETS_MAKING[probe], own)
            yield from _of_calling(observation, own, word)
    task = run.observations.get("data")
    if task is not None and task.is_answered and task.answer.get("number_first") is True:
        yield (
            f"{taken.get('integration_task', 'integration_task')} is called with (num_samples, seq_len), "
            "as its arguments are named; the sheet says (seq_len, num_samples)"
        )


def _is_asked_for_its_cell(run: Run) -> bool:
    observation = run.observations.get("one_step")
    return observation is not None and observation.answer.get("of_layer") is True


def _of_base(bases: tuple[str, ...] | None, own: str) -> Iterator[str]:
    if bases == ():
        yield f"{own} is a plain class, no Keras layer; it is asked all the same"
    elif bases and not LAYER.fullmatch(bases[0]):
        yield f"{own} is a {bases[0][:LONGEST]}, no Keras layer; it is asked all the same"


def _of_making(observation: Observation, sheets: tuple[Argument, ...], own: str) -> Iterator[str]:
    making = read_making(observation.answer.get("made"))
    if making is not None and making != sheets:
        yield f"{own} is made by {own}{made_in_words(making)}; the sheet says {own}{made_in_words(sheets)}"


def _of_calling(observation: Observation, own: str, word: str) -> Iterator[str]:
    way = read_way(observation.answer.get("call"))
    if way not in LIKE_THE_SHEETS:
        yield f"the {word} {own} is called with {way.words}; the sheet says {SHEETS.words}"
