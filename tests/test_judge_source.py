"""What is read in the source: which arguments somebody must explain, and what makes an efficient pipeline."""

from dataclasses import replace

import pytest

from grader.assignment import Seen
from grader.judge.checks.data.pipeline import judge_pipeline
from grader.judge.checks.layers.arguments import judge_arguments
from grader.judge.verdicts import judge_all
from grader.model import CellError, FunctionFacts, Observation, Reply, Run, SourceFacts, Status, Submission
from tests.made_up_sheet import SHEET, small


def seen_of(*functions, uses=(), observations=None):
    return Seen(
        assignment=small(),
        submission=Submission(student="ada", source=SourceFacts(functions=functions, uses=frozenset(uses))),
        run=Run(run_id="r", observations=observations or {}),
    )


def function(name, *arguments, annotated=(), docstring="", explained=()):
    return FunctionFacts(
        name=name,
        where="cell 2, line 1",
        arguments=arguments,
        annotated=annotated,
        explained=explained,
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
    assert judge_arguments(seen_of(CALL, other)).status is status


@pytest.mark.parametrize(("explained", "status"), [(("x",), Status.PASSED), ((), Status.FAILED)])
def test_an_annotation_may_be_the_explanation(explained, status):
    call = function("LSTM_Cell.call", "x", annotated=("x",), explained=explained)
    assert judge_arguments(seen_of(call)).status is status


@pytest.mark.parametrize(("one_by_one", "status"), [(True, Status.PASSED), (False, Status.FAILED)])
def test_a_task_that_returns_a_generator_expression_is_a_generator(one_by_one, status):
    calls = [{"type": "generator" if one_by_one else "list", "is_generator": one_by_one, "count": 3}] * 3
    question = {"calls": [[25, 3]] * 3}
    data = Observation(probe="data", status=Reply.ANSWERED, question=question, answer={"calls": calls})
    task = function("integration_task", "seq_len", "num_samples")
    seen = seen_of(task, uses=("from_generator", "prefetch"), observations={"data": data})
    assert judge_pipeline(seen, SHEET.source, SHEET.wrapped).status is status


NUMPY = """Split.

Parameters:
----------
  ds : tensorflow dataset
    data to split
  train_part, test_part : float
    shares
"""


@pytest.mark.parametrize(
    ("docstring", "status"),
    [
        (NUMPY, Status.PASSED),
        (NUMPY.replace("train_part, test_part : float", "train_part: the share to train on"), Status.FAILED),
        # "ds : anything" is a sentence elsewhere
        (NUMPY.replace("----------", "").replace("tensorflow dataset", "what is split"), Status.FAILED),
        ("ds: tf dataset\ntrain_part: the float share to train on\ntest_part: float", Status.PASSED),
        ("ds: what is in the dataset\ntrain_part: float\ntest_part: float", Status.FAILED),
        ("ds (MyData): all\ntrain_part, test_part (float): shares", Status.PASSED),
        ("ds (All of it): data\ntrain_part, test_part (float): shares", Status.FAILED),
        ("ds (Dataset): data\ntrain_part, test_part (float): shares", Status.PASSED),
        ("Args:\n  ds (Dataset): data\n  train_part, test_part: shares", Status.FAILED),
        ("Args: ds (Dataset): data; train_part (float) and test_part (float): shares", Status.PASSED),
        ("Input: ds <tf.data.Dataset>, train_part <float>, test_part <float>", Status.PASSED),
        (
            "ds...dataset, the samples\ntrain_part = float, the share\ntest_part - float, the rest",
            Status.PASSED,
        ),
        (
            "ds: all samples (Dataset)\ntrain_part: the share (float).\ntest_part: the rest (float)",
            Status.PASSED,
        ),
        ("ds: all samples (see below)\ntrain_part: float\ntest_part: float", Status.FAILED),
        ("Takes ds: a dataset. train_part: float, test_part: what is left of it", Status.FAILED),
    ],
)
def test_types_of_several_arguments_and_of_any_kind_may_stand_in_a_docstring(docstring, status):
    split = function("split", "ds", "train_part", "test_part", docstring=docstring)
    assert judge_arguments(seen_of(split)).status is status


@pytest.mark.parametrize(
    ("docstring", "status"),
    [
        (
            ":param model: it\n:type mdoel: a model\n:param num_len: rows\n:type num_len: integer",
            Status.PASSED,
        ),
        (":param model: it\n:type model: a model\n:param num_len: rows\n:type model: integer", Status.PASSED),
        ("Args:\n    modell (Model): it\n    num_sample (int): rows", Status.PASSED),
        (":param model: it\n:type mdoel: a model\n:param num_len: rows", Status.FAILED),
        (":param model: it\n:type model: a model\n:param num_len: rows", Status.FAILED),
        ("Args:\n    images (array): of cats\n    mean (float): of all images", Status.FAILED),
        ("Args:\n    model (Model): it\n    units (int): how wide it is", Status.FAILED),
    ],
)
def test_a_misspelt_argument_is_explained_all_the_same(docstring, status):
    step = function("train_step", "model", "num_samples", docstring=docstring)
    assert judge_arguments(seen_of(step)).status is status


@pytest.mark.parametrize(
    ("error", "status"),
    [
        ("TypeError", Status.PASSED),  # it is written, if wrongly: that is charged where it is asked
        ("NotImplementedError", Status.SKIPPED),  # the template's gap
    ],
)
def test_what_is_read_needs_a_cell_that_is_written_not_one_that_works(error, status):
    raised = Observation(
        probe="one_step",
        status=Reply.RAISED,
        error=CellError(name=error, message="no", traceback=""),
    )
    functions = (CALL, function("integration_task"))
    source = SourceFacts(functions=functions, text='# --- cell 1 ---\nraise NotImplementedError("no")')
    seen = replace(
        seen_of(observations={"one_step": raised}),
        assignment=SHEET.hw,
        submission=Submission(student="ada", source=source),
    )
    verdicts = {check.id: verdict for check, verdict in judge_all(seen)}
    assert verdicts["returns_states"].status is Status.FAILED
    assert verdicts["own_lstm"].status is status
    assert verdicts["arguments_explained"].status is status
