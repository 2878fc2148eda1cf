"""The homework of another sheet is told by what it defines, and by what it trains."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.assignment import Seen, load_sheet
from grader.judge.identify.other import other_homework
from grader.model import FunctionFacts, Outcome, Run, SourceFacts, Submission

SHEET = load_sheet(Path(__file__).resolve().parents[1] / "assignments" / "unstable_gradients")


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
