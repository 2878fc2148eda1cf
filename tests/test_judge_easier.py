"""Easier work: which task a model is asked, and what is known of weights that no training made."""

from dataclasses import replace

import numpy as np
import pytest

from grader.assignment import Purpose
from grader.judge.checks.data import noise
from grader.judge.checks.data.labels import judge_labels, judge_labels_by_any_threshold
from grader.judge.checks.trained import curves
from grader.judge.identify.asked import asked, other_labels
from grader.judge.identify.easier import known_from
from grader.judge.identify.rules import find_rule
from grader.judge.identify.untrained import MANY_ASSIGNMENTS, never_trained, untrained
from grader.judge.remarks import remarks
from grader.model import CellRun, Observation, Reply, Run, Status
from grader.probes.model import read_model
from tests.made_up import logistic, lstm
from tests.made_up_data import SAMPLES, TIME, labels, normal, positive, seen_of, task_seen
from tests.made_up_model import Model
from tests.made_up_student import Student

RANDOM = np.random.default_rng(11)
MODEL = read_model(Model().seen().answer("model"))
LENGTH = MODEL.x.shape[2]


def two(values):
    return (values > 0).astype("int32").reshape(-1, 1)


@pytest.mark.parametrize("judge", [judge_labels, judge_labels_by_any_threshold, noise.judge_noise])
def test_a_task_that_yields_no_pairs_is_charged_once(judge):
    told = {"calls": [{"count": 1, "odd": "ndarray of 25"}]}
    asked_once = {"calls": [[TIME, SAMPLES]]}
    data = Observation(probe="data", status=Reply.ANSWERED, question=asked_once, answer=told)
    verdict = judge(seen_of(data))
    assert verdict.status is Status.NEEDS_REVIEW
    assert "yields no pairs" in verdict.message
    assert judge(task_seen(normal(), the_sum(normal()))).status is Status.PASSED


def the_sum(values):
    return labels(values, lambda s: s > 0)


# ── what little tells the labels ──


@pytest.mark.parametrize(
    ("steps", "share"), [(5, 0.5), (5, 0.3), (6, 0.5), (10, 0.25), (25, 0.5), (25, 0.1), (40, 0.25)]
)
@pytest.mark.parametrize(
    "draw",
    [
        RANDOM.standard_normal,
        lambda size: RANDOM.uniform(-1, 1, size),
        lambda size: RANDOM.laplace(size=size),
        lambda size: RANDOM.exponential(size=size),
        lambda size: RANDOM.choice([-1.0, 1.0], size),
        lambda size: RANDOM.integers(1, 7, size).astype(float),
    ],
    ids=["normal", "uniform", "laplace", "exponential", "signs", "dice"],
)
def test_independent_noise_of_any_kind_and_any_threshold_must_be_added_up(draw, steps, share):
    x = draw((SAMPLES, steps))
    assert known_from(x, x.sum(axis=1) > np.quantile(x.sum(axis=1), 1 - share)) == ""


@pytest.mark.parametrize(
    ("x", "rule", "words"),
    [
        (normal(), lambda x: x[:, -1] > 0, "the last value"),
        (normal(), lambda x: x[:, 0] > 0, "the first value"),
        (normal(), lambda x: x[:, 6] > 1, "the value of step 7 of 25"),
        (normal(), lambda x: np.abs(x[:, 6]) > 0.7, "the size of the value of step 7 of 25"),
        (normal(), lambda x: x.max(axis=1) > 2, "the largest value"),
        (normal(), lambda x: x[:, :3].sum(axis=1) > 0, "3 of the 25 values"),
        (np.repeat(normal(time=1), TIME, axis=1), lambda x: x.sum(axis=1) > 0, "the last value"),
        (
            np.repeat(normal(time=1), TIME, axis=1) + 0.1 * normal(),
            lambda x: x.sum(axis=1) > 0,
            "the last value",
        ),
        (np.cumsum(normal(), axis=1), lambda x: x.sum(axis=1) > 0, "the last value"),
        (normal(time=1), lambda x: x.sum(axis=1) > 0, "the last value"),
    ],
)
def test_labels_that_few_values_tell_are_found(x, rule, words):
    assert known_from(x[..., 0], rule(x[..., 0])) == words


def test_nothing_is_told_by_labels_that_are_all_the_same():
    x = normal()[..., 0]
    assert known_from(x, np.ones(len(x), dtype=bool)) == ""


# ── which task is asked ──


def task(x, y, least=LENGTH, *, is_normal=True, **more):
    return asked(task_seen(x, y, **more), MODEL, least, normal=is_normal)


def test_a_task_as_hard_as_the_sheets_is_the_students_own():
    for x, y in ((normal(), the_sum(normal())), (positive(), labels(positive(), lambda s: s > 12.5))):
        found = task(x, y)
        assert (found.own, found.easier, found.data.length) == (None, "", LENGTH)


@pytest.mark.parametrize(
    ("x", "y", "is_normal", "charged"),
    [
        (normal(), two(normal()[:, -1]), True, True),  # by the check of the labels
        # by the check of the noise
        (np.repeat(normal(time=1), TIME, axis=1), two(normal(time=1)), True, True),
        (normal(time=1), two(normal(time=1)), True, False),  # by nobody
        (np.concatenate([normal(time=24) / 1000, normal(time=1, seed=8)], axis=1), None, True, True),
        (np.concatenate([normal(time=24) / 1000, normal(time=1, seed=8)], axis=1), None, False, False),
    ],
)
def test_instead_of_an_easier_task_the_sheets_is_asked(x, y, is_normal, charged):
    found = task(x, the_sum(x) if y is None else y, 25, is_normal=is_normal)
    assert found.own is not None
    assert found.charged is charged
    assert found.data.noise == "standard normal noise"
    assert (found.data.length, found.data.rule.words) == (25, "1 when the sum is above 0")
    assert "tells the labels" in found.easier


@pytest.mark.parametrize(
    ("x", "trivial"),
    [
        (np.repeat(normal(time=1), TIME, axis=1), True),
        (np.cumsum(normal(), axis=1), False),
        (normal(time=2), True),
    ],
)
def test_who_learned_nearly_all_from_one_value_is_looked_at_even_when_the_sheets_task_is_done(x, trivial):
    found = task(x, the_sum(x), 25)
    assert found.own is not None
    assert found.trivial is trivial


def test_the_sheets_task_is_turned_round_where_the_students_is():
    # no rule that is known
    assert task(normal(), 1 - two(np.sin(9 * normal()[:, -1]))).data.rule.words == "1 when the sum is above 0"
    x = np.repeat(normal(time=1), TIME, axis=1)
    assert task(x, labels(x, lambda s: s < 0)).data.rule.words == "inverted: 1 when the sum is below 0"


@pytest.mark.parametrize(("least", "charged"), [(25, True), (LENGTH, None), (2, None)])
def test_sequences_have_at_least_the_sheets_length(least, charged):
    found = task(normal(), the_sum(normal()), least)
    assert found.data.length == max(least, LENGTH)
    assert (found.own is not None, found.charged or None) == (charged is not None, charged)


def test_labels_that_the_pipeline_alone_takes_from_one_value_are_not_the_tasks():
    x = normal()
    seen = task_seen(x, the_sum(x), pipeline=(normal(seed=9), two(normal(seed=9)[:, -1])))
    assert asked(seen, MODEL, LENGTH, normal=True).data.rule.words == "1 when the sum is above 0"
    assert other_labels(seen, Purpose.TRAIN).startswith(
        "in train_ds the label is 1 when the last value is above 0;"
    )
    assert remarks(seen) == (other_labels(seen, Purpose.TRAIN),)
    first_three = task_seen(x, the_sum(x), pipeline=(normal(seed=9), two(normal(seed=9)[:, :3].sum(axis=1))))
    assert "the sum of the first 3 of 25 values is above" in other_labels(first_three, Purpose.TRAIN)
    by_luck = task_seen(x, the_sum(x), pipeline=(normal(seed=9), two(normal(seed=8)[:, 0])))
    assert "% of the labels are those of the task" in other_labels(by_luck, Purpose.TRAIN)


RULES_OF_THEIR_OWN = {
    "the sum of the first 12 of 25 values": lambda x: x[:, :12].sum(axis=1) > 0,
    "the sum of the last 9 of 25 values": lambda x: x[:, -9:].sum(axis=1) > 1,
    "the sum of every other value": lambda x: x[:, 1::2].sum(axis=1) > 0.3,
    "the sum of squares": lambda x: (x * x).sum(axis=1) > 24,
    "the largest sum on the way": lambda x: x.cumsum(axis=1).max(axis=1) > 4,
    "how many values are above 0": lambda x: (x > 0).sum(axis=1) > 12,
    "the sum of 10 of the 25 values": lambda x: x[:, 5:15].sum(axis=1) > 0,
}


@pytest.mark.parametrize("words", RULES_OF_THEIR_OWN)
def test_labels_of_another_total_cost_their_own_check_and_a_model_is_asked_by_them(words):
    x = normal(samples=1000, seed=4)
    y = RULES_OF_THEIR_OWN[words](x[..., 0])[:, None].astype("int32")
    seen = task_seen(x, y)
    verdict = judge_labels_by_any_threshold(seen)
    assert verdict.status is Status.FAILED
    assert words in verdict.message
    assert asked(seen, MODEL, LENGTH, normal=False).own is None
    fresh, wanted = replace(asked(seen, MODEL, LENGTH, normal=False).data, length=TIME).block(0)
    assert np.mean(RULES_OF_THEIR_OWN[words](fresh) == wanted) > 0.97


def test_labels_of_a_rule_that_nobody_knows_are_asked_beside_the_sheets():
    x = normal(seed=4)
    seen = task_seen(x, two(np.sin(9 * x[..., 0]).sum(axis=1)))
    task = asked(seen, MODEL, TIME, normal=False)
    assert (task.charged, task.trivial) == (True, False)
    assert task.own.labels.sum() == seen.answer("data").array("y/0").sum()
    assert np.array_equal(task.own.block(0)[0], x[..., 0])


@pytest.mark.parametrize("rule", [lambda s: s > 0, lambda s: s <= 0, lambda s: s > 2])
def test_labels_of_the_sum_are_the_tasks_in_either_direction_and_with_any_threshold(rule):
    x, trained = normal(), normal(seed=9)
    assert remarks(task_seen(x, the_sum(x), pipeline=(trained, labels(trained, rule)))) == ()


@pytest.mark.parametrize("value", [0.0, 0.5, -2.0])
def test_noise_of_one_number_shows_no_rule(value):
    x = np.full((SAMPLES, TIME, 1), value)
    seen = task_seen(x, the_sum(x))
    assert find_rule(seen.answer("data")) is not None
    assert judge_labels(seen).status is Status.FAILED
    assert judge_labels_by_any_threshold(seen).status is Status.FAILED
    assert noise.judge_noise(seen).status is Status.FAILED


# ── who made the weights ──

GOOD, UNSURE, POOR = [np.ones(2)], [np.full(2, 0.5)], [np.zeros(2)]


def reaches(arrays, skill):
    """Weights of one are sure and right, those of a half right and not sure."""
    return bool(arrays[0][0] >= skill)


def told(**states):
    """What is seen of a notebook whose kernel told this of its training; arrays under their own names."""
    entries = {"gradients": 3, "bursts": 0, "assigned": [], "loaded": [], "known": True}
    for name, value in states.items():
        entries |= (
            {f"{name}/{k}": array for k, array in enumerate(value)}
            if name in ("first", "early")
            else {name: value}
        )
    seen = seen_of(Observation(probe="training", status="answered", answer=entries))
    cells = (CellRun(number=2, seconds=0.0), CellRun(number=7, seconds=0.0))
    return type(seen)(
        assignment=seen.assignment,
        submission=seen.submission,
        run=Run(run_id="r", cells=cells, observations=seen.run.observations),
    )


HERE = {"cell": 2, "line": 5}


def assigned(before, after, *, loaded=False, place=HERE, **more):
    seen = told(assigned=[{"place": place, "loaded": loaded}], **more)
    answer = seen.answer("training").answer
    for when, arrays in (("before", before), ("after", after)):
        answer.update({f"assigned/0/{when}/{k}": array for k, array in enumerate(arrays or ())})
    return seen


@pytest.mark.parametrize(
    ("seen", "decided"),
    [
        (told(gradients=0), True),
        (told(gradients=0, loaded=[{"cell": 1, "line": 3}]), False),
        (told(gradients=0, bursts=MANY_ASSIGNMENTS + 1), False),
        (told(first=GOOD), True),
        (told(first=GOOD, loaded=[{}]), False),
        (told(first=POOR, early=GOOD), False),
        (assigned(POOR, GOOD), True),
        (assigned(None, GOOD), True),
        (assigned(POOR, GOOD, loaded=True), False),
        (assigned(POOR, GOOD, bursts=MANY_ASSIGNMENTS + 1), False),
        # a state that no pass left, and no assignment
        (told(known=False, steps=[40], **{"snapshot/0/0": POOR[0]}), False),
    ],
)
def test_weights_that_no_training_made_are_told(seen, decided):
    found = untrained(seen, reaches)
    assert found is not None
    assert found.decided is decided
    verdict = found.verdict("so")
    assert verdict.status is (Status.FAILED if decided else Status.NEEDS_REVIEW)
    assert remarks(seen)[0].endswith(found.words)


def no_input_gate(w, x, h, c):
    """c' = f * c + g: it adds up what it sees, also before it is trained."""
    z = {gate: x @ kernel + h @ recurrent + bias for gate, (kernel, recurrent, bias) in w.items()}
    new = logistic(z["f"]) * c + np.tanh(z["g"])
    return logistic(z["o"]) * np.tanh(new), new


@pytest.mark.parametrize(("code", "decided"), [(lstm, True), (no_input_gate, False)])
def test_weights_of_other_equations_may_be_good_by_chance(code, decided):
    cell, training = Student(code=code).seen("one_step"), told(first=GOOD)
    observations = {**cell.run.observations, **training.run.observations}
    found = untrained(replace(training, run=replace(training.run, observations=observations)), reaches)
    assert found is not None
    assert found.decided is decided


@pytest.mark.parametrize(
    "seen",
    [
        seen_of(),
        # stored before this was asked
        seen_of(Observation(probe="training", status="answered", answer={"steps": []})),
        told(),
        told(first=POOR, early=POOR),
        told(first=POOR, early=UNSURE),  # a few batches may be enough to be right, never to be sure
        assigned(POOR, POOR),  # first weights set by hand
        assigned(GOOD, GOOD),  # an average, or the best ones put back
        assigned(GOOD, POOR),
        told(known=False, steps=[]),  # trained on arrays, without a data set
        told(known=False, steps=[40], **{"snapshot/0/0": GOOD[0]}),
        told(bursts=MANY_ASSIGNMENTS + 1, first=POOR),  # an optimizer written by hand
    ],
)
def test_weights_that_a_training_made_are_not(seen):
    assert untrained(seen, reaches) is None
    assert remarks(seen) == ()


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"cell": 2, "line": 5}, "cell 7, line 5"),
        ({"file": "train.py", "line": 12}, "train.py, line 12"),
        ({"cell": 3, "line": 5}, ""),
        ({"cell": 2, "line": "<b>"}, ""),
        ({"file": "../../etc/passwd", "line": 1}, ""),
        ({}, ""),
        ("cell 1", ""),
    ],
)
def test_a_place_is_told_as_far_as_it_is_one(place, words):
    found = untrained(assigned(POOR, GOOD, place=place), reaches)
    assert found is not None
    assert found.where == words
    assert remarks(assigned(POOR, GOOD, place=place, gradients=0))[0].startswith(words)


def test_recorded_numbers_of_no_training_earn_nothing():
    lists = {
        f"list/{name}": np.array(values)
        for name, values in (
            ("train_losses", [0.7, 0.1]),
            ("test_losses", [0.7, 0.1]),
            ("test_accuracies", [0.5, 0.9]),
        )
    }
    names = Observation(probe="names", status="answered", answer=lists)
    for gradients, status in ((0, Status.FAILED), (5, Status.PASSED)):
        training = told(gradients=gradients).answer("training")
        assert curves.judge_curves(seen_of(names, training)).status is status
        assert (never_trained(seen_of(training)) is None) == (status is Status.PASSED)
