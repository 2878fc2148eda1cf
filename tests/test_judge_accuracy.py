"""The accuracy takes as many sequences as its answer needs, 20,000 at most, and gives the answer that all of
them give."""

import itertools
import json
import math
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.judge.identify.accuracy import (
    LOOKS,
    SKILL,
    SURE_ERRORS,
    TO_KNOW_AGAIN,
    Measured,
    measure,
    measure_once,
    score,
)
from grader.judge.identify.host_data import BLOCK, SEQUENCES, HostData
from grader.judge.identify.rules import RULES
from grader.record import load_measured, save_measured
from grader.rnn.pointwise import Dense
from tests.made_up_data import seen_of

BAR = 0.8
FIRST = LOOKS[0] * BLOCK
DATA = HostData(seed=1, length=3, noise="", rule=RULES[0])


class Guesser:
    """A network that is right in so many of a hundred sequences, and as sure as it likes; always the same for
    the same sequences."""

    read_out = ()

    def __init__(self, right, sure=0.99, seed=0):
        self.right, self.sure, self.asked, self.seed = right, sure, 0, seed

    def in_chunks(self, arrays, x):
        self.asked += len(x)
        label = x[..., 0].sum(axis=1) > 0
        luck = np.random.default_rng([self.seed, *np.frombuffer(x[0].tobytes(), "u1")]).random(len(x))
        return np.where(np.where(luck < self.right, label, ~label), self.sure, 1 - self.sure)[:, None]


@pytest.mark.parametrize(
    ("right", "most"), [(0.99, 500), (0.95, 500), (0.5, 500), (0.87, 8_000), (0.75, 20_000)]
)
def test_the_further_from_the_bar_the_shorter_a_first_look(right, most):
    guesser = Guesser(right)
    found = measure(guesser, [], DATA, BAR)
    assert found.sequences == guesser.asked <= most
    assert (found.accuracy >= BAR) == (right >= BAR)


def test_at_the_bar_even_a_first_look_takes_all():
    assert measure(Guesser(BAR), [], DATA, BAR).sequences == SEQUENCES


def test_a_model_with_hardly_any_skill_is_looked_at_closely():
    found = measure(Guesser(0.99, sure=0.554), [], DATA, BAR)
    assert found.skill == pytest.approx(SKILL, abs=0.03)
    assert found.sequences == SEQUENCES


@settings(max_examples=60, deadline=None)
@given(right=st.floats(0.6, 0.95), seed=st.integers(0, 10**6))
def test_a_first_look_says_what_all_sequences_say(right, seed):
    few, all_of_them = (measure(Guesser(right, seed=seed), [], DATA, bar) for bar in (BAR, None))
    assert all_of_them.sequences == SEQUENCES
    assert (few.accuracy >= BAR) == (all_of_them.accuracy >= BAR)


def test_at_the_bar_luck_does_not_decide_early():
    """A model that lies exactly at the bar, a thousand times: not once is it called clear before all
    sequences are seen."""
    rng = np.random.default_rng(2)
    shares = rng.binomial(FIRST, BAR, size=1000) / FIRST
    looks = [
        Measured(accuracy=share, skill=0.9, skill_error=0.01, sequences=FIRST, floor=0.5) for share in shares
    ]
    assert not any(look.is_clear(BAR) for look in looks)


@pytest.mark.parametrize("bar", [0.8, 0.85, 0.9, 0.95, 0.975])
def test_luck_decides_less_than_once_in_ten_million(bar):
    """Exactly: how likely a model that lies at the bar is called clear at any of the looks."""
    chance = 0.0
    for blocks in LOOKS:
        n = blocks * BLOCK
        right = np.arange(n + 1)
        share = right / n
        error = np.maximum(np.sqrt(np.maximum(share * (1 - share), 1e-9) / n), math.sqrt(bar * (1 - bar) / n))
        logs = [math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) for k in right]
        likely = np.exp(np.array(logs) + right * math.log(bar) + (n - right) * math.log(1 - bar))
        chance += likely[np.abs(share - bar) > SURE_ERRORS * error].sum()
    assert chance < 1e-7


def test_what_is_clear_takes_few_sequences_and_is_computed_once(tmp_path):
    seen, guesser = seen_of(), Guesser(0.97)
    found = measure_once(seen, guesser, [], DATA, BAR)
    assert found.sequences == FIRST
    save_measured(tmp_path, seen.measured)
    again = seen_of()
    again.measured.update(load_measured(tmp_path))
    guesser.asked = 0
    assert measure_once(again, guesser, [], DATA, BAR) == found
    assert guesser.asked < FIRST


@pytest.mark.parametrize(
    "other",
    [
        (Guesser(0.5), [np.zeros(3)], DATA),
        (Guesser(0.97), [np.ones(3)], DATA),
        (Guesser(0.97), [np.zeros(3)], HostData(seed=2, length=3, noise="", rule=RULES[0])),
        (Guesser(0.97), [np.zeros(3)], HostData(seed=1, length=4, noise="", rule=RULES[0])),
        (Guesser(0.97), [np.zeros(3)], HostData(seed=1, length=3, noise="", rule=RULES[1])),
    ],
    ids=["network", "weights", "seed", "length", "rule"],
)
def test_what_was_kept_holds_for_the_very_same_model_and_sequences(other):
    seen = seen_of()
    measure_once(seen, Guesser(0.97), [np.zeros(3)], DATA, BAR)
    measure_once(seen, *other, BAR)
    assert len(seen.measured) == 2


def test_what_was_kept_is_found_in_a_process_that_sums_in_another_order():
    class Rounded(Guesser):
        def in_chunks(self, arrays, x):
            return super().in_chunks(arrays, x) * (1 + 2e-7)

    seen = seen_of()
    first = measure_once(seen, Guesser(0.97), [np.zeros(3)], DATA, BAR)
    again = Rounded(0.97)
    assert measure_once(seen, again, [np.zeros(3)], DATA, BAR) == first
    assert (len(seen.measured), again.asked) == (1, TO_KNOW_AGAIN)


def test_what_is_kept_holds_for_its_bar():
    seen, guesser = seen_of(), Guesser(0.97)
    looks = [measure_once(seen, guesser, [], DATA, bar) for bar in (0.8, 0.8, 0.9)]
    assert looks[0] == looks[1]
    assert len(seen.measured) == 2


@pytest.mark.parametrize(
    "damaged", ["", "[]", "{", '{"accuracy x": 3}', '{"accuracy x": {"accuracy": "0.9"}}', "null"]
)
def test_a_damaged_file_is_computed_again(tmp_path, damaged):
    (tmp_path / "measured.json").write_text(damaged)
    assert load_measured(tmp_path) == {}


def test_what_is_kept_are_plain_numbers():
    found = measure(Guesser(0.9), [], DATA)
    assert Measured(**json.loads(json.dumps(asdict(found)))) == found


def test_blocks_are_drawn_anew_and_always_the_same():
    blocks = [DATA.block(number)[0] for number in range(DATA.blocks)]
    assert sum(map(len, blocks)) == SEQUENCES
    assert all(np.array_equal(block, DATA.block(number)[0]) for number, block in enumerate(blocks))
    assert not any(np.array_equal(one, other) for one, other in itertools.combinations(blocks, 2))


def test_sequences_that_cannot_be_drawn_again_are_all_taken():
    made = np.random.default_rng(3).standard_normal((1_200, 3))
    data = HostData(seed=1, length=3, noise="", rule=RULES[0], whole=made)
    assert np.array_equal(np.concatenate([data.block(number)[0] for number in range(data.blocks)]), made)
    assert measure(Guesser(0.81), [], data, BAR).sequences == 1_200


def test_errors_are_those_of_the_sample():
    labels = np.arange(1000) % 2 == 0
    out = np.where(np.arange(1000) % 10 == 0, ~labels, labels).astype(float)[:, None]
    found = score(Guesser(1), out, labels)
    assert found.accuracy == 0.9
    assert found.error == pytest.approx(np.sqrt(0.09 / 1000))
    assert found.skill_error == pytest.approx(4 * 0.3 / np.sqrt(1000))
    assert found.floor == 0.5


class TwoClasses:
    """A network that ends with two outputs."""

    def __init__(self, activation):
        self.read_out = (Dense(kernel=0, bias=None, activation=activation),)


def test_a_third_class_that_never_occurs_changes_nothing():
    labels = np.arange(1000) % 2 == 0
    sure = np.where(labels, 0.94, 0.05)
    out = np.stack([0.99 - sure, sure, np.full(1000, 0.01)], axis=1)
    assert score(TwoClasses("softmax"), out, labels).accuracy == 1.0


@pytest.mark.parametrize("activation", ["softmax", "linear"])
def test_of_two_outputs_the_second_is_that_of_the_label_one(activation):
    labels = np.arange(1000) % 2 == 0
    sure = np.where(labels, 0.95, 0.05)
    out = np.stack([1 - sure, sure], axis=1)
    out = np.log(out) - 7 if activation == "linear" else out
    found = score(TwoClasses(activation), out, labels)
    assert found.accuracy == 1.0
    assert found.skill == pytest.approx(1 - 4 * 0.05**2)
    assert score(TwoClasses(activation), out[:, ::-1], labels).accuracy == 0.0


@pytest.mark.parametrize(("lowest", "highest"), [(-0.9, 0.9), (0.05, 0.95)])
def test_a_tanh_at_the_end_may_mean_classes_of_minus_one_and_one(lowest, highest):
    labels = np.arange(1000) % 2 == 0
    found = score(TwoClasses("tanh"), np.where(labels, highest, lowest)[:, None], labels)
    assert found.accuracy == 1.0
    assert found.skill > 0.95


@pytest.mark.parametrize("activation", ["sigmoid", "linear"])
def test_two_outputs_that_say_the_same_are_one_answer(activation):
    rng = np.random.default_rng(3)
    labels = rng.random(2000) < 0.5
    logits = np.where(labels, 3.0, -3.0) + rng.normal(size=2000)
    one = logits if activation == "linear" else 1 / (1 + np.exp(-logits))
    twice = np.stack([one, one + 0.01 * rng.normal(size=2000)], axis=1)
    assert score(TwoClasses(activation), twice, labels).accuracy > 0.99
    assert score(TwoClasses(activation), twice, ~labels).accuracy < 0.01


def test_of_two_equal_answers_the_worse_counts():
    labels = np.arange(2000) % 2 == 1
    one = np.where(labels, 0.55, 0.45)
    twice = np.stack([one, one - 0.06], axis=1)  # the second is below one half for both
    assert score(TwoClasses("sigmoid"), twice, labels).accuracy == 0.5


def test_logits_of_two_classes_that_share_a_part_are_no_answer_given_twice():
    rng = np.random.default_rng(4)
    labels = rng.random(2000) < 0.5
    shared = 3 * rng.normal(size=2000)
    logits = np.stack([shared - np.where(labels, 1, -1), shared + np.where(labels, 1, -1)], axis=1)
    assert score(TwoClasses("linear"), logits, labels).accuracy == 1.0
    assert score(TwoClasses("linear"), logits[:, ::-1], labels).accuracy == 0.0
