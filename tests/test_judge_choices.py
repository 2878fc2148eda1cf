"""Data of the student's choice: noise of any distribution, a threshold of their own, labels turned round, any
length and batch size."""

import numpy as np
import pytest

from grader.judge.checks.data import data_sets, noise, pairs
from grader.judge.checks.data.labels import judge_labels, judge_labels_by_any_threshold
from grader.judge.identify.host_data import host_data, is_standard_normal, learned_rule, trained_length
from grader.model import Observation, Reply, Status
from grader.probes.data import Batches
from grader.probes.model import read_model
from tests.made_up_data import (
    SAMPLES,
    TIME,
    batches_seen,
    labels,
    normal,
    positive,
    seen_of,
    task_seen,
    training_data,
)
from tests.made_up_model import Model

RANDOM = np.random.default_rng(3)


@pytest.mark.parametrize(
    ("x", "rule", "said"),
    [
        (normal(), lambda s: s > 0, "1 when the sum is above 0"),
        (normal(), lambda s: s >= 1, "1 when the sum is above 1"),
        (normal(), lambda s: s > 2.5, "1 when the sum is above about 2."),
        (normal(), lambda s: s < 0, "inverted: 1 when the sum is below 0"),
        (normal(), lambda s: s < -3.2, "inverted: 1 when the sum is below about -3."),
        (positive(), lambda s: s > 12.5, "1 when the sum is above about 12."),
        (0.01 * normal(), lambda s: s > 0.02, "1 when the sum is above about 0.0"),
    ],
)
def test_any_threshold_of_the_sum_is_found(x, rule, said):
    verdict = judge_labels_by_any_threshold(task_seen(x, labels(x, rule)))
    assert verdict.status is Status.PASSED
    assert verdict.message.startswith(f"The label is {said}")


def test_the_integral_by_trapezoids_is_as_good_as_the_sum():
    x = normal()
    total = np.trapezoid(x[..., 0], axis=1)
    verdict = judge_labels_by_any_threshold(task_seen(x, np.where(total < 0, -1, 1)[:, None]))
    assert verdict.status is Status.PASSED
    assert verdict.message.startswith("The label is 1 when the integral by trapezoids is above about")
    # whose sheet says the sum
    assert judge_labels(task_seen(x, (total > 0).astype("int32")[:, None])).status is Status.FAILED


def test_one_hot_labels_have_a_rule_too():
    x = normal()
    verdict = judge_labels_by_any_threshold(
        task_seen(x, np.eye(2, dtype="int32")[labels(x, lambda s: s > 4)[:, 0]])
    )
    assert verdict.status is Status.PASSED


@pytest.mark.parametrize(
    ("x", "rule", "said"),
    [
        (
            normal(),
            lambda s: np.abs(s) < 3,
            "the label is inverted: 1 when the absolute sum is below about",
        ),
        (normal(), lambda s: RANDOM.random(len(s)) < 0.5, "no threshold of the sum separates the two labels"),
        (positive(), lambda s: s > 1, "100.0% of the labels are 1, so there is next to nothing"),
        (normal(), lambda s: s > 100, "0.0% of the labels are 1"),
    ],
)
def test_labels_that_do_not_follow_from_the_sum_or_hardly_differ(x, rule, said):
    verdict = judge_labels_by_any_threshold(task_seen(x, labels(x, rule)))
    assert verdict.status is Status.FAILED
    assert verdict.message.startswith(said)


def test_labels_of_something_else_than_the_sum_are_named():
    x = normal()
    last = (x[:, -1, 0] > 0).astype("int32")[:, None]
    assert judge_labels_by_any_threshold(task_seen(x, last)).message.startswith(
        "the label is 1 when the last value is above 0"
    )


@pytest.mark.parametrize(
    ("x", "said"),
    [
        (normal(), "standard normal values"),
        (positive(), "all values lie between 0 and 1"),
        (3 * normal() + 1, "mean 1.0"),
        (RANDOM.choice([-1.0, 1.0], (SAMPLES, TIME, 1)), "all values lie between -1 and 1"),
        # of 32 sequences some come again
        (RANDOM.choice([-1.0, 1.0], (SAMPLES, 5, 1)), "all values lie between -1 and 1"),
    ],
)
def test_fresh_noise_of_any_distribution_is_right(x, said):
    verdict = noise.judge_noise(task_seen(x, labels(x, lambda s: s > 0)))
    assert verdict.status is Status.PASSED
    assert said in verdict.message


def test_noise_that_is_not_fresh_or_not_independent():
    x = normal()
    y = labels(x, lambda s: s > 0)
    assert (
        "two calls of integration_task yield the same noise"
        in noise.judge_noise(task_seen(x, y, again=x[:20])).message
    )
    twice = np.concatenate([x[:200], x[:200]])
    assert "the same sequence more than once" in noise.judge_noise(task_seen(twice, y)).message
    assert "are correlated" in noise.judge_noise(task_seen(np.cumsum(x, axis=1), y)).message
    assert "are correlated" in noise.judge_noise(task_seen(np.ones_like(x), y)).message


def test_labels_may_have_the_shapes_that_a_sheet_allows():
    x = normal(3)
    one_hot = task_seen(x, np.eye(2, dtype="int32")[[0, 1, 1]])
    assert pairs.judge_pairs(one_hot, labels=((1,), (2,))).status is Status.PASSED
    assert "expected (1,)" in pairs.judge_pairs(one_hot).message


# ── batches ──


@pytest.mark.parametrize("label", [[32], [32, 1], [32, 2]])
def test_batches_of_any_size_and_length(label):
    seen = batches_seen([[32, 17, 1], label], [[8, 17, 1], [8, *label[1:]]])
    assert data_sets.judge_batches_of_any_size(seen).status is Status.PASSED


@pytest.mark.parametrize("check", [judge_labels_by_any_threshold, judge_labels])
def test_labels_that_count_are_told_as_what_they_are(check):
    x = normal()
    verdict = check(task_seen(x, (x > 0).sum(axis=1).astype("int32")))
    assert verdict.status is Status.FAILED
    assert "different numbers from" in verdict.message
    assert "counts" in verdict.hint


GOOD = [[32, 17, 1], [32, 1]]


@pytest.mark.parametrize(
    ("train", "test", "said"),
    [
        ("tensor", GOOD, "train_ds yields one tensor, expected pairs"),
        (GOOD, [], "test_ds is empty"),
        ([[17, 1], [1]], GOOD, "the first batch of train_ds has shapes (17, 1) and (1,)"),
        ([[32, 17], [32, 1]], GOOD, "the first batch of train_ds has shapes (32, 17) and (32, 1)"),
        (GOOD, [[32, 17, 1], [32, 3]], "the first batch of test_ds has shapes (32, 17, 1) and (32, 3)"),
        ([[32, 1, 1], [32, 1]], [[32, 1, 1], [32, 1]], "the sequences have 1 step, expected at least 5"),
        (
            GOOD,
            [[32, 10, 1], [32, 1]],
            "train_ds yields sequences of 17 steps and test_ds of 10, expected the same length in both",
        ),
    ],
)
def test_batches_of_other_shapes_are_told(train, test, said):
    verdict = data_sets.judge_batches_of_any_size(batches_seen(train, test))
    assert verdict.status is Status.FAILED
    assert verdict.message.startswith(said)


@pytest.mark.parametrize(
    ("noise", "label", "batch", "status"),
    [
        ([10], [], [[64, 17], [64]], Status.PASSED),  # no axis of features: the task's own check tells it
        ([10, 1], [10, 1], [[64, 17, 1], [64, 17, 1]], Status.PASSED),  # a label for every step, likewise
        ([10, 1], [1], [[64, 17], [64, 1]], Status.FAILED),  # lost on the way
        ([10, 1], [10, 1], [[17, 1], [17, 1]], Status.FAILED),  # no batches
    ],
)
def test_what_the_task_yields_in_other_shapes_is_charged_there_alone(noise, label, batch, status):
    call = {"type": "generator", "count": 3, "x_shape": noise, "y_shape": label}
    data = Observation(
        probe="data", status=Reply.ANSWERED, question={"calls": [[10, 3]]}, answer={"calls": [call]}
    )
    (pipeline,) = batches_seen(batch, batch).run.observations.values()
    assert data_sets.judge_batches_of_any_size(seen_of(pipeline, data)).status is status


@pytest.mark.parametrize(
    ("train", "test", "status"),
    [
        (GOOD, GOOD, Status.PASSED),
        (GOOD, [[128, 17, 1], [128, 1]], Status.PASSED),  # a larger batch saves time, and changes nothing
        (GOOD, [[128, 17, 1], [32, 1]], Status.FAILED),
        (GOOD, [[17, 1], [1]], Status.FAILED),
        ([[128, 17, 1], [128, 1]], GOOD, Status.FAILED),
    ],
)
def test_only_training_has_batches_of_the_size_that_is_asked_for(train, test, status):
    seen = batches_seen(train, test, seen=9, parameters={"BATCH_SIZE": 32, "SEQ_LEN": 17})
    assert data_sets.judge_batches(seen).status is status


@pytest.mark.parametrize(
    ("batch", "status"),
    [
        ([[32, 10, 1], [32]], Status.PASSED),  # a label without an axis is charged where it is yielded
        ([[64, 10, 1], [64]], Status.FAILED),  # of another size
        ([[32, 17, 1], [32]], Status.FAILED),  # of another length
        ([[32, 10, 1], [32, 2]], Status.FAILED),  # of another shape than the task's
    ],
)
def test_batches_of_the_sizes_that_are_asked_for_hold_what_the_task_yields(batch, status):
    call = {"type": "generator", "count": 3, "x_shape": [10, 1], "y_shape": []}
    data = Observation(
        probe="data", status=Reply.ANSWERED, question={"calls": [[10, 3]]}, answer={"calls": [call]}
    )
    seen = batches_seen(batch, batch, seen=9)
    (pipeline,) = seen.run.observations.values()
    asked = seen_of(pipeline, data, parameters={"BATCH_SIZE": 32, "SEQ_LEN": 10})
    assert data_sets.judge_batches(asked).status is status


def keys(x):
    return np.concatenate([np.zeros((len(x), 3)), x[:, :3, 0], x.sum(axis=(1, 2))[:, None]], axis=1)[:, -4:]


def overlapping(train, test):
    sets = {name: {"batches": [[[32, 25, 1], [32, 1]]], "seen": 1} for name in ("train_ds", "test_ds")}
    answer = sets | {
        "keys/train_ds": keys(train),
        "keys/test_ds": keys(test),
        "x/train_ds": train,
        "same_object": False,
    }
    return data_sets.judge_separation(
        seen_of(Observation(probe="pipeline", status=Reply.ANSWERED, question={}, answer=answer))
    )


@pytest.mark.parametrize(
    ("uses", "said"),
    [
        ({"shuffle", "take", "skip"}, "split first"),
        ({"shuffle", "take"}, "a second call"),  # a look at the first batch
        ({"take", "skip"}, "a second call"),
        ({"shuffle"}, "a second call"),
    ],
)
def test_a_new_order_at_every_pass_mixes_what_was_divided(uses, said):
    assert said in data_sets._apart(uses)


@pytest.mark.parametrize(
    ("uses", "said"),
    [({"take", "skip"}, "Check take()"), (set(), "the generator"), ({"shuffle"}, "the generator")],
)
def test_who_divided_nothing_is_not_told_to_look_at_the_dividing(uses, said):
    empty = Batches(is_absent=False, shapes=(), seen=0, odd=None, x=None, y=None, keys=None)
    assert said in data_sets.no_pairs("train_ds", empty, uses).hint


def test_of_few_possible_sequences_some_occur_in_both_data_sets_by_chance():
    coins = RANDOM.choice([-1.0, 1.0], (600, 8, 1))
    assert overlapping(coins[:300], coins[300:]).message.startswith(
        "Of the 256 sequences that can be made of such noise"
    )
    x = normal(600)
    assert overlapping(x[:300], x[300:]).status is Status.PASSED
    assert overlapping(x[:300], x[200:]).status is Status.FAILED
    zeros = np.zeros((100, 8, 1))
    # nothing was drawn, so nothing comes again by chance
    assert overlapping(zeros, zeros).status is Status.FAILED
    # of no steps: all are alike, and that is told where the length is
    nothing = np.zeros((100, 0, 1))
    assert overlapping(nothing, nothing).status is Status.SKIPPED
    long = normal(60, 300)
    assert overlapping(long[:30], long[30:]).status is Status.PASSED  # more sequences than a float can count


# ── what the host measures with ──


def test_the_rule_is_that_of_the_labels_which_training_is_given():
    x = normal()
    y, trained = labels(x, lambda s: s > 1), normal(200, seed=6)
    assert learned_rule(task_seen(x, y)).words == "1 when the sum is above 1"
    same = task_seen(x, y, pipeline=(trained, labels(trained, lambda s: s > 1)))
    assert learned_rule(same).words == "1 when the sum is above 1"
    turned = task_seen(x, y, pipeline=(trained, labels(trained, lambda s: s <= 1)))
    assert learned_rule(turned).words == "the opposite of: 1 when the sum is above 1"
    np.testing.assert_array_equal(
        learned_rule(turned).of(trained[..., 0]), labels(trained, lambda s: s <= 1)[:, 0] > 0
    )
    two = task_seen(x, y, pipeline=(trained, np.eye(2)[labels(trained, lambda s: s <= 1)[:, 0]]))
    assert learned_rule(two).words.startswith("the opposite of")
    other = task_seen(x, y, pipeline=(trained, labels(trained, lambda s: s > 4)))
    assert learned_rule(other).words.startswith("1 when the sum is above about ")
    none = task_seen(x, y, pipeline=(trained, RANDOM.integers(0, 2, (200, 1))))
    assert learned_rule(none).words == "1 when the sum is above 1"
    assert learned_rule(seen_of()).words == "1 when the sum is above 0"


def test_the_length_is_the_students_and_without_that_name_that_of_the_training_data():
    model = read_model(Model().seen().answer("model"))
    asked = model.x.shape[2]
    assert trained_length(seen_of(), model) == asked
    assert trained_length(seen_of(training_data(normal(60, 40), np.ones((60, 1)))), model) == 40
    assert trained_length(seen_of(training_data(normal(60, 900), np.ones((60, 1)))), model) == 400
    assert trained_length(seen_of(training_data(normal(60, 2), np.ones((60, 1)))), model) == 5
    named = seen_of(training_data(normal(60, 40), np.ones((60, 1))), parameters={"SEQ_LEN": asked})
    assert trained_length(named, model) == asked
    assert trained_length(seen_of(training_data(normal(60, 40)[..., 0], np.ones((60, 1)))), model) == asked


@pytest.mark.parametrize(
    ("x", "noise", "same"),
    [
        (normal(), "standard normal noise", True),
        (positive(), "noise like the notebook's own", False),
        (
            np.cumsum(normal(SAMPLES, 6), axis=1),
            "the notebook's own sequences, whose steps depend on each other",
            False,
        ),
    ],
)
def test_the_host_draws_noise_like_the_students(x, noise, same):
    seen = task_seen(x, labels(x, lambda s: s > np.median(s)))
    drawn, again = (host_data(seen, read_model(Model().seen().answer("model"))) for _ in range(2))
    assert drawn.noise == noise
    assert is_standard_normal(seen) == same
    shares = []
    for number in range(drawn.blocks):
        made, given = drawn.block(number)
        np.testing.assert_array_equal(given, drawn.rule.of(made))
        np.testing.assert_array_equal(made, again.block(number)[0])
        shares.extend(given)
    assert drawn.floor() == max(np.mean(shares), 1 - np.mean(shares))
