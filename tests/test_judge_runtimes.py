"""Which runtime a notebook gets, from stored facts: no kernel, no TensorFlow."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from test_points import a_check, a_verdict

from grader.assignment import Assignment, Seen
from grader.judge.checks.trained.looks import told_of
from grader.judge.checks.trained.measured import right_before
from grader.judge.identify.accuracy import Measured
from grader.judge.identify.frozen import frozen_weights
from grader.judge.runtimes import first_runtime, second_runtime
from grader.keras.symptoms import SYMPTOMS, symptom
from grader.model import (
    Basis,
    CellError,
    CellRun,
    Key,
    Observation,
    Outcome,
    Reply,
    Run,
    RuntimeSign,
    SourceFacts,
    Status,
    Submission,
)
from grader.model.runtime import KERAS2, KERAS3, ChosenBy
from grader.probes.model import read_model
from tests.made_up_sheet import small
from tests.made_up_student import Student

SHEET = small()
LOST = [(a_check(), a_verdict(Status.FAILED))]
TRACED_TOO_EARLY = "ValueError: No gradients provided for any variable."


def source(*runtimes):
    signs = tuple(
        RuntimeSign(runtime=runtime, says=f"sign {k}", where=f"cell {k}")
        for k, runtime in enumerate(runtimes)
    )
    return SourceFacts(runtime_signs=signs)


def a_run(error="", runtime=KERAS3, **more):
    name, _, message = error.partition(": ")
    raised = CellError(name=name, message=message, traceback="") if error else None
    return Run(run_id="r", runtime=runtime, cells=(CellRun(number=3, seconds=1.0, error=raised),), **more)


def second(run, verdicts=LOST):
    return second_runtime(Seen(assignment=SHEET, submission=Submission(student="ada"), run=run), verdicts)


# ── the first run
# ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("asked", "signs", "runtime", "reason"),
    [
        ("", (), KERAS3, ""),
        ("", (KERAS3,), KERAS3, ""),
        ("", (KERAS2, KERAS2), KERAS2, "the source is for Keras 2: sign 0 (cell 0)"),
        ("", (KERAS2, KERAS3), KERAS3, ""),
        (KERAS3, (KERAS2,), KERAS3, ChosenBy.OPTION),
        (KERAS2, (), KERAS2, ChosenBy.OPTION),
    ],
)
def test_the_first_run_is_where_somebody_or_the_source_wants_it(asked, signs, runtime, reason):
    choice = first_runtime(asked, SHEET, source(*signs))
    assert (choice.name, choice.reason) == (runtime, reason)


def test_a_sheet_for_keras_2_has_it_without_a_reason():
    sheet = Assignment("old", title="An old sheet", runtime=KERAS2)
    assert first_runtime("", sheet, source()).name == KERAS2
    assert first_runtime("", sheet, source(KERAS2)).reason == ""
    assert first_runtime("", sheet, source(KERAS3)).reason == "the source is for Keras 3: sign 0 (cell 0)"


# ── a second try
# ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_only_the_other_has_is_reason_for_a_second_try():
    choice = second(a_run(TRACED_TOO_EARLY))
    assert choice.name == KERAS2
    assert choice.reason.startswith(
        "under Keras 3 a tf.function that was called before its layers had weights"
    )
    choice = second(a_run("AttributeError: module 'tensorflow.keras' has no attribute 'ops'", KERAS2))
    assert (choice.name, choice.reason) == (KERAS3, "under Keras 2 tf.keras lacks a name that Keras 3 has")


@pytest.mark.parametrize(
    "run",
    [
        a_run(),
        a_run("NameError: name 'x' is not defined"),
        a_run("AttributeError: module 'numpy' has no attribute 'int'"),
        a_run("AttributeError: 'MyModel' object has no attribute 'lstm'"),
        a_run(TRACED_TOO_EARLY, KERAS2),
        a_run(TRACED_TOO_EARLY, runtime_by=ChosenBy.OPTION),
        a_run(TRACED_TOO_EARLY, outcome=Outcome.UNAVAILABLE),
    ],
    ids=["none", "own", "numpy", "own class", "other runtime", "asked", "not run"],
)
def test_other_errors_are_none(run):
    assert second(run) is None


def test_where_nothing_is_lost_nothing_is_tried_again():
    run = a_run(TRACED_TOO_EARLY)
    assert second(run, [(a_check(), a_verdict(Status.PASSED))]) is None
    assert second(run, [(a_check(basis=Basis.READ), a_verdict(Status.FAILED))]) is None
    assert second(run, [(a_check(basis=Basis.JUDGED), a_verdict(Status.NEEDS_REVIEW))]) is None
    assert second(run, [(a_check(), a_verdict(Status.INCONCLUSIVE))]) is not None


def test_the_end_of_a_long_error_is_read_in_its_traceback():
    error = CellError(
        name="ValueError",
        message="in user code: ...",
        traceback=f"...\nValueError: in user code\n{TRACED_TOO_EARLY}",
    )
    assert second(Run(run_id="r", cells=(CellRun(number=1, seconds=1.0, error=error),))) is not None


@pytest.mark.parametrize("where", ["graph_error", "errors", "raised"])
def test_errors_of_questions_count_like_those_of_cells(where):
    error = {
        "name": "OperatorNotAllowedInGraphError",
        "message": "Iterating over a symbolic `tf.Tensor` is not allowed.",
    }
    answer = {"graph_error": error} if where == "graph_error" else {"errors": {"0": error}}
    answered = Observation(probe="layer", status=Reply.ANSWERED, answer=answer)
    raised = Observation(probe="layer", status=Reply.RAISED, error=CellError(**error, traceback=""))
    assert second(a_run(observations={"layer": raised if where == "raised" else answered})).name == KERAS2


@pytest.mark.parametrize(
    "answer", [{}, {"variables": 3}, {"errors": [1], "graph_error": "x"}, {"variables": [{"tracked": True}]}]
)
def test_an_answer_that_makes_no_sense_is_no_reason(answer):
    assert (
        second(
            a_run(observations={"model": Observation(probe="model", status=Reply.ANSWERED, answer=answer)})
        )
        is None
    )


@pytest.mark.parametrize("one", SYMPTOMS, ids=lambda one: one.says.pattern[:40])
def test_every_row_has_a_meaning_and_a_source(one):
    assert one.under in (KERAS2, KERAS3)
    assert not one.means.endswith(".")
    assert one.source.startswith(("https://", "tests/"))
    assert symptom(one.under, "ValueError: shapes (3,) and (4,) are not compatible") is None


# ── frozen weights
# ───────────────────────────────────────────────────────────────────────────────────────────────────────

ITEMS = [
    {"start": 1, "noise": 0.0, "pool": 0, "graph": False, "batches": 1},
    {"start": 0, "noise": 1.0, "pool": 0, "graph": False, "batches": 1},
    {"start": 1, "noise": 0.0, "pool": 1, "graph": True, "batches": 1},
    {"start": 0, "noise": 1.0, "pool": 1, "graph": True, "batches": 1},
]


def model_that(answers, tracked=True):
    """What a model with one weight answered: `answers` maps (weight, whether in a graph) to the weight that
    it used."""
    rng = np.random.default_rng(0)
    question = {
        "x": rng.standard_normal((1, 8, 3, 1)).astype("f4"),
        "pools": rng.standard_normal((2, 4)),
        "gain": 1.0,
        "items": ITEMS,
    }
    variables = [
        {"path": "dense.kernel", "name": "kernel", "shape": [1, 1], "trainable": True, "tracked": tracked}
    ]
    answer = {"variables": variables, "trained/0": np.full((1, 1), 2.0, "f4")}
    asked = Observation(probe="model", status=Reply.ANSWERED, question=question, answer=answer)
    for index, item in enumerate(ITEMS):
        (kernel,) = read_model(asked).weights(read_model(asked).items[index])
        weight = answers(float(kernel[0, 0]), item["graph"])
        answer[f"out/{index}/0/0"] = (question["x"][0].sum(axis=1) * weight).astype("f4")
    return replace(asked)  # an answer is read once


def frozen(observation):
    run = a_run(observations={"model": replace(observation)})
    return frozen_weights(Seen(assignment=SHEET, submission=Submission(student="ada"), run=run))


def test_a_model_that_follows_its_weights_is_not_frozen():
    assert frozen(model_that(lambda weight, graph: weight)) == ""


def test_a_constant_output_is_another_mistake():
    assert frozen(model_that(lambda weight, graph: 0.0)) == ""


def test_a_model_that_answers_differently_each_time_is_not_frozen():
    observation = model_that(lambda weight, graph: weight + 0.5 * graph)
    observation.answer["again/0/0"] = observation.answer["out/0/0/0"] + 1
    assert "answers with other weights" in frozen(observation)  # of another batch
    observation.answer["again/0/0/0"] = observation.answer["out/0/0/0"] + 1
    assert frozen(observation) == ""


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        (lambda weight, graph: 2.0, "keeps the weights it was first called with"),
        (lambda weight, graph: 2.0 if graph else weight, "keeps the weights it was first called with"),
        (lambda weight, graph: weight + 0.5 * graph, "answers with other weights"),
    ],
    ids=["everywhere", "in the graph", "in part"],
)
def test_weights_that_a_trace_keeps_are_found(answers, words):
    assert words in frozen(model_that(answers))
    run = a_run(observations={"model": model_that(answers)})
    assert second(run).reason.startswith("under Keras 3 a tf.function")
    assert second(a_run(runtime=KERAS2, observations=run.observations)) is None


def test_a_variable_that_keras_does_not_train_is_found():
    assert (
        frozen(model_that(lambda weight, graph: weight, tracked=False))
        == "dense.kernel is not among the variables that are trained"
    )


@pytest.mark.parametrize(
    ("of_input", "of_the_cell", "frozen_so"),
    [(1.0, None, True), (1.0, 1.0, False), (0.0, None, False), (None, None, False)],
)
def test_cells_that_only_the_input_comes_through_are_found(of_input, of_the_cell, frozen_so):
    observation = model_that(lambda weight, graph: weight)
    observation.answer["own_cells"] = [{"path": "cell", "variables": [0]}]
    given = {"input_gradient": of_input, "gradient/0": of_the_cell}
    answer = {name: np.full((1, 1), value, "f4") for name, value in given.items() if value is not None}
    asked = {"x": observation.question["x"][0], "weights": np.ones((8, 2), "f4")}
    described = {"variables": observation.answer["variables"]}
    gradients = Observation(
        probe="gradients", status=Reply.ANSWERED, question=asked, answer=answer | described
    )
    run = a_run(observations={"model": observation, "gradients": gradients})
    seen = Seen(assignment=SHEET, submission=Submission(student="ada"), run=run)
    assert bool(frozen_weights(seen)) is frozen_so


@pytest.mark.parametrize("kept", [False, True])
def test_a_graph_that_keeps_weights_which_no_training_moved_is_found_under_drawn_ones(kept):
    seen = Student().seen("one_step", "layer", "model")
    observation = seen.answer("model")
    items = observation.question["items"]
    drawn = [k for k, item in enumerate(items) if item["graph"] and not item["start"]]
    for place, batch in itertools.product(drawn, range(items[drawn[0]]["batches"])):
        observation.answer[f"out/{place}/{batch}/0"] += 0.05 * kept  # some of its weights are not those
    assert ("answers with other weights" in frozen_weights(seen)) is kept
    found = Measured(accuracy=0.76, skill=0.3, skill_error=0.01, sequences=8_000, floor=0.5)
    verdict = right_before(seen, 0.84, found, told_of(found, 0.8))
    keys = {row.key for row in verdict.evidence}
    assert (Key.MEASURED_ACCURACY in keys) is not kept, "what its weights do says nothing of what it reports"
    assert ("76.0%" in verdict.message, "other" in verdict.staff_note) == (not kept, kept)


def test_without_an_answer_there_is_nothing_to_say():
    assert frozen(Observation(probe="model", status=Reply.MISSING)) == ""
