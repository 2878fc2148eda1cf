"""What is read in the source: which arguments somebody must explain."""

import pytest

from grader.assignment import Assignment, Seen
from grader.judge.source import arguments_explained
from grader.model import FunctionFacts, Run, SourceFacts, Status, Submission


def seen_of(*functions):
    return Seen(
        assignment=Assignment("small", title="A small sheet"),
        submission=Submission(student="ada", source=SourceFacts(functions=functions)),
        run=Run(run_id="r"),
    )


def function(name, *arguments, annotated=(), docstring=""):
    return FunctionFacts(
        name=name,
        where="cell 2, line 1",
        arguments=arguments,
        annotated=annotated,
        docstring=docstring,
        returns_annotated=True,
        is_generator=False,
        decorators=(),
    )


CALL = function("LSTM_Cell.call", "x", annotated=("x",), docstring="x: the input")


@pytest.mark.parametrize(
    ("other", "status"),
    [
        (function("LSTM_Cell.build", "shape"), Status.PASSED),  # Keras hands it over, whatever it is called
        (function("Gate.build", "x_shape", "h_shape"), Status.PASSED),
        (function("build", "length"), Status.FAILED),
        (function("LSTM_Cell.grow", "shape"), Status.FAILED),
    ],
)
def test_what_keras_hands_to_build_needs_no_explanation(other, status):
    assert arguments_explained(seen_of(CALL, other)).status is status
