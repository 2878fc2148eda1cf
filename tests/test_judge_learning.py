"""The accuracy is computed on as many sequences as the answer needs, and the answer is the one that all of them would give."""

import numpy as np
import pytest

from grader.judge.learning import SEQUENCES, SKILL, Measured, _bar, _earlier, _measure, _score, it_learns, it_learns_by_any_loss
from grader.judge.network import Dense
from grader.model import Observation, Status
from tests.made_up_data import seen_of

BAR = 0.8


class Guesser:
    """A network that is right in so many of a hundred sequences, and as sure as it likes."""

    read_out = ()

    def __init__(self, right, sure=0.99, seed=0):
        self.right, self.sure, self.seen = right, sure, 0
        self.rng = np.random.default_rng(seed)

    def in_chunks(self, arrays, x):
        self.seen += len(x)
        label = x[:, 0, 0] > 0
        says = np.where(self.rng.random(len(x)) < self.right, label, ~label)
        return np.where(says, self.sure, 1 - self.sure)[:, None]


def measured(guesser, count=20_000):
    x = np.random.default_rng(1).standard_normal((count, 3))
    return _measure(guesser, [], x, x[:, 0] > 0, BAR)


@pytest.mark.parametrize(("right", "most"), [(0.99, 500), (0.95, 500), (0.5, 500), (0.87, 8_000), (0.75, 20_000)])
def test_the_further_from_the_bar_the_fewer_sequences(right, most):
    guesser = Guesser(right)
    found = measured(guesser)
    assert found.sequences == guesser.seen <= most
    assert (found.accuracy >= BAR) == (right >= BAR)


def test_at_the_bar_all_sequences_count():
    assert measured(Guesser(BAR)).sequences == SEQUENCES[-1]


def test_a_model_with_hardly_any_skill_is_looked_at_closely():
    found = measured(Guesser(0.99, sure=0.554))
    assert found.skill == pytest.approx(SKILL, abs=0.03)
    assert found.sequences == SEQUENCES[-1]


def test_fewer_sequences_than_wished_for_are_all_taken():
    assert measured(Guesser(0.81), count=400).sequences == 400


def test_at_the_bar_luck_does_not_decide_early():
    """A model that lies exactly at the bar, a thousand times: not once is it called clear before all sequences are seen."""
    rng = np.random.default_rng(2)
    early = 0
    for share in rng.binomial(SEQUENCES[0], BAR, size=1000) / SEQUENCES[0]:
        early += Measured(accuracy=share, skill=0.9, skill_error=0.01, sequences=SEQUENCES[0]).is_clear(BAR)
    assert early == 0


def test_errors_are_those_of_the_sample():
    labels = np.arange(1000) % 2 == 0
    out = np.where(np.arange(1000) % 10 == 0, ~labels, labels).astype(float)[:, None]
    found = _score(Guesser(1), out, labels)
    assert found.accuracy == 0.9
    assert found.error == pytest.approx(np.sqrt(0.09 / 1000))
    assert found.skill_error == pytest.approx(4 * 0.3 / np.sqrt(1000))


class TwoClasses:
    """A network that ends with two outputs."""

    def __init__(self, activation):
        self.read_out = (Dense(kernel=0, bias=None, activation=activation),)


def test_a_third_class_that_never_occurs_changes_nothing():
    labels = np.arange(1000) % 2 == 0
    sure = np.where(labels, 0.94, 0.05)
    out = np.stack([0.99 - sure, sure, np.full(1000, 0.01)], axis=1)
    assert _score(TwoClasses("softmax"), out, labels).accuracy == 1.0


@pytest.mark.parametrize("activation", ["softmax", "linear"])
def test_of_two_outputs_the_second_is_that_of_the_label_one(activation):
    labels = np.arange(1000) % 2 == 0
    sure = np.where(labels, 0.95, 0.05)
    out = np.stack([1 - sure, sure], axis=1)
    out = np.log(out) - 7 if activation == "linear" else out
    found = _score(TwoClasses(activation), out, labels)
    assert found.accuracy == 1.0
    assert found.skill == pytest.approx(1 - 4 * 0.05**2)
    assert _score(TwoClasses(activation), out[:, ::-1], labels).accuracy == 0.0


@pytest.mark.parametrize(("floor", "bar"), [(0.5, 0.8), (0.75, 0.8), (0.8, 0.85), (0.9, 0.95), (0.96, 0.98), (1.0, 1.0)])
def test_the_bar_lies_above_guessing_and_can_be_reached(floor, bar):
    assert _bar(floor) == pytest.approx(bar)


def recorded(losses, accuracies):
    """A notebook that recorded these numbers."""
    lists = {"list/train_losses": np.array(losses), "list/test_losses": np.array(losses)}
    return seen_of(Observation(probe="names", status="answered", answer=lists | {"list/test_accuracies": np.array(accuracies)}))


RISES, LOW_THROUGHOUT, IN_PERCENT = (0.5, 0.6), (0.5, 0.52), (50.0, 90.0)


@pytest.mark.parametrize(
    ("losses", "accuracies", "cross_entropy", "any_loss"),
    [
        ((0.69, 0.3), RISES, Status.PASSED, Status.PASSED),
        ((0.25, 0.249), RISES, Status.PASSED, Status.FAILED),  # of squared errors, a quarter is what guessing costs
        ((0.25, 0.06), RISES, Status.PASSED, Status.PASSED),
        ((0.06, 0.06), RISES, Status.PASSED, Status.PASSED),
        ((0.17, 0.168), (0.91, 0.93), Status.PASSED, Status.PASSED),  # learned before the first epoch had ended
        ((0.17, 0.168), IN_PERCENT, Status.PASSED, Status.PASSED),
        ((0.25, 0.249), (0.82, 0.82), Status.PASSED, Status.FAILED),  # a squared error, and right by luck before any training
        ((0.7, 0.7), RISES, Status.FAILED, Status.FAILED),
        ((0.25, 0.25), LOW_THROUGHOUT, Status.PARTIAL, Status.FAILED),
    ],
)
def test_how_low_a_loss_must_be_depends_on_its_kind(losses, accuracies, cross_entropy, any_loss):
    seen = recorded(losses, accuracies)
    assert it_learns(seen).status is cross_entropy
    assert it_learns_by_any_loss(seen).status is any_loss


class Seen:
    """A notebook whose weights were kept after each pass: one number, how often the model was right then."""

    def __init__(self, *looks):
        arrays = {f"snapshot/{k}/0": np.array([right]) for k, right in enumerate(looks)}
        self.kept = Observation(probe="training", status="answered", answer={"steps": list(range(len(looks)))} | arrays)

    def observation(self, probe):
        return self.kept


class AsTrained(Guesser):
    """Is right as often as its one weight says."""

    def __init__(self):
        super().__init__(0.5)

    def in_chunks(self, arrays, x):
        self.right = float(arrays[0][0])
        return super().in_chunks(arrays, x)


@pytest.mark.parametrize(
    ("looks", "reached"),
    [
        ((0.5, 0.95, 0.96, 0.5), 0.95),  # good for two passes, then spoiled
        ((0.5, 0.95, 0.5, 0.95, 0.5), None),  # never twice in a row
        ((0.95,), None),
        ((), None),
        ((0.6, np.nan, 0.9, 0.9), 0.9),
    ],
)
def test_what_was_reached_twice_in_a_row_during_training_counts(looks, reached):
    x = np.random.default_rng(1).standard_normal((20_000, 3))
    found = _earlier(Seen(*looks), AsTrained(), x, x[:, 0] > 0, BAR)
    assert found == (None if reached is None else pytest.approx(reached, abs=0.02))


def test_weights_of_another_model_are_passed_over():
    x = np.random.default_rng(1).standard_normal((2_000, 3))
    seen = Seen(0.95, 0.95)
    seen.kept = Observation(probe="training", status="answered", answer={"steps": [1, 2]})
    assert _earlier(seen, AsTrained(), x, x[:, 0] > 0, BAR) is None
