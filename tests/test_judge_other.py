"""The homework of another sheet is told by what it defines, and by what it trains."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.assignment import Seen, load_sheet
from grader.judge.identify.other import other_homework
from grader.model import FunctionFacts, Observation, Outcome, Reply, Run, SourceFacts, Submission

ASSIGNMENTS = Path(__file__).resolve().parents[1] / "assignments"
SHEET = load_sheet(ASSIGNMENTS / "unstable_gradients")
SUMS = load_sheet(ASSIGNMENTS / "integration_task")


def _function(name: str) -> FunctionFacts:
    return FunctionFacts(
        name=name,
        where="cell 1, line 1",
        arguments=(),
        annotated=(),
        returns_annotated=False,
        docstring="",
        is_generator=False,
        decorators=(),
    )


def facts(*names: str, functions: tuple[str, ...] = (), uses: tuple[str, ...] = ()) -> SourceFacts:
    return SourceFacts(
        assigned=dict.fromkeys(names, 1),
        functions=tuple(map(_function, functions)),
        uses=frozenset(uses),
    )


@pytest.mark.parametrize(
    ("source", "is_other"),
    [
        (facts("X", "model"), False),  # next to nothing: unfinished
        (facts("X", "model", uses=("model.fit", "fit")), True),  # a script that trains another model
        (facts("X", functions=("get_data", "plot")), True),
        (facts("exploding_model", uses=("fit",)), False),
        (facts("Exploding_Model", uses=("fit",)), False),
        (facts("model", functions=("gradient_norms",), uses=("fit",)), False),
    ],
)
def test_what_trains_without_any_name_of_the_sheet_is_another_homework(
    source: SourceFacts, is_other: bool
) -> None:
    seen = Seen(
        assignment=SHEET,
        submission=Submission(student="ada", source=source),
        run=Run(run_id="r", outcome=Outcome.COMPLETED),
    )
    assert bool(other_homework(seen)) is is_other


def batches(*sides: int) -> Observation:
    """The data sets, of which every batch has this shape, as the kernel tells of them; without one, of which
    every element is a triple."""
    triple = {"kind": "tuple", "length": 3, "parts": [{"kind": "tensor"}] * 3}
    found: dict[str, object] = {"batches": [[list(sides), [sides[0], 2]]] * 3, "seen": 3} if sides else {}
    found = found or {"batches": [], "seen": 0, "odd": triple}
    taken = {"my_integration_task": "numbers_and_queries", "train_ds": "train", "LSTM_Cell": "LSTM_cell"}
    answer = {"same_object": False, "train_ds": found, "test_ds": found, "taken": taken}
    return Observation(probe="pipeline", status=Reply.ANSWERED, question={"batches": 64}, answer=answer)


@pytest.mark.parametrize(
    ("names", "sides", "is_other"),
    [
        (("numbers_and_queries", "LSTM_cell"), (64, 23, 30), True),  # a generator, but of other data
        (("frames", "LSTM_Cell", "LSTM_Layer", "train_step"), (64, 6, 28, 28, 1), True),
        (("numbers_and_queries", "LSTM_cell"), (), True),  # sequence, query and label
        (("integration_task", "LSTM_cell"), (), False),
        (("numbers_and_queries", "LSTM_cell"), (64, 23, 1), False),
        (("numbers_and_queries", "LSTM_cell"), (64, 23), False),  # the axis may be added later
        (("integration_task", "LSTM_cell"), (64, 23, 30), False),  # a mistake in this homework
    ],
)
def test_what_behaves_alike_and_trains_with_other_data_is_another_homework(
    names: tuple[str, ...], sides: tuple[int, ...], is_other: bool
) -> None:
    seen = Seen(
        assignment=SUMS,
        submission=Submission(student="ada", source=facts(functions=names)),
        run=Run(run_id="r", outcome=Outcome.COMPLETED, observations={"pipeline": batches(*sides)}),
    )
    assert bool(other_homework(seen)) is is_other


@pytest.mark.parametrize(
    ("functions", "is_other"), [(("encoder", "decoder"), True), (("windowed_dataset",), False)]
)
def test_the_only_model_of_a_sheet_is_played_by_any_model(functions: tuple[str, ...], is_other: bool) -> None:
    sheet = load_sheet(ASSIGNMENTS / "time_series_forecast")
    answer = {"taken": {"forecaster": "model", "forecaster_history": "history"}}
    run = Run(
        run_id="r",
        outcome=Outcome.COMPLETED,
        observations={
            "fitted": Observation(probe="fitted", status=Reply.ANSWERED, question={}, answer=answer)
        },
    )
    source = facts("model", "history", functions=functions, uses=("fit",))
    seen = Seen(assignment=sheet, submission=Submission(student="ada", source=source), run=run)
    assert seen.own_names["forecaster"] == "model"
    assert bool(other_homework(seen)) is is_other
