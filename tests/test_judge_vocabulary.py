"""Models that read words as whole numbers: asked in this process, without a notebook."""

import numpy as np
import pytest

from grader import checks, probes
from grader.assignment import Assignment, Seen, roles
from grader.errors import AssignmentError
from grader.judge.checks.keras_models.wanted import counts_of, read_layer_words
from grader.model import Run, SourceFacts, Status, Submission
from grader.probes.keras_model import within

tf = pytest.importorskip("tensorflow")
pytestmark = pytest.mark.real

from grader.run.inside import walk  # noqa: E402
from grader.run.inside.asked import behaviours  # noqa: E402
from tests.asked_here import BY, asked_here  # noqa: E402

L = tf.keras.layers
HW = Assignment("any", title="Any")
READER = HW.role(roles.model("reader", vocabulary="WORDS", length="LENGTH"))
X, Y = HW.role(roles.thing("x")), HW.role(roles.thing("y"))
HELD = [HW.role(roles.thing(name)) for name in ("x0", "y0", "x1", "y1")]
NUMBERS = {"LENGTH": 9, "BATCH_SIZE": 8, "WORDS": 30}
TASK = checks.SequenceTask(
    words="whether the first word is a late one",
    draw=lambda rng, many, steps: rng.integers(1, 30, size=(many, steps, 1)).astype("f4"),
    label=lambda x: x[:, 0, 0] >= 15,
)
MADE_OF = checks.made_of(READER, ["Embedding 4", "LSTM 6", "Dense 1 sigmoid"])


@pytest.fixture(autouse=True)
def _ready():
    walk.prepare()
    yield
    tf.config.run_functions_eagerly(False)


def judged(criterion, model, **names):
    every = (*criterion.asks, *criterion.uses)
    names |= {"reader": model}
    answered = [probe for probe in every if probe.answered_by in BY]  # what watches a training has seen none
    run = Run(run_id="r", observations={probe.name: asked_here(probe, names, NUMBERS) for probe in answered})
    handed_in = Submission(student="ada", source=SourceFacts())
    return criterion.judge(Seen(assignment=HW, submission=handed_in, run=run, probes=every))


def reader(*above, words=30, masks=True):
    above = above or (L.LSTM(6),)
    model = tf.keras.Sequential(
        [L.Embedding(words, 4, mask_zero=masks), *above, L.Dense(1, activation="sigmoid")]
    )
    model.compile(loss="mse", optimizer=tf.keras.optimizers.SGD(0.1))
    model(tf.ones((2, 9), tf.int32))
    return model


class Written(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.table, self.state, self.out = L.Embedding(30, 4), L.LSTM(6), L.Dense(1, activation="sigmoid")

    def call(self, x):
        return self.out(self.state(self.table(x)))


@pytest.mark.parametrize(
    "model",
    [
        lambda: reader(),
        lambda: reader(masks=False),
        lambda: reader(words=500),
        lambda: reader(words=7),
        lambda: reader(L.SpatialDropout1D(0.2), L.LSTM(6)),
        Written,
    ],
    ids=["masked", "not masked", "more words", "fewer words", "with a dropout", "a class"],
)
def test_a_model_of_words_is_proven_with_as_many_as_it_has(model):
    assert judged(MADE_OF, model()).status is Status.PASSED


@pytest.mark.parametrize(
    ("above", "said"),
    [
        ((L.GRU(6),), "one layer is GRU(6), expected LSTM(6)"),
        ((L.Bidirectional(L.LSTM(3)),), "one layer is Bidirectional LSTM(3), expected LSTM(6)"),
        ((L.GlobalAveragePooling1D(),), "the model has 2 layers with weights"),
        ((L.LSTM(6, activation="relu"),), "the activation of LSTM(6) is relu, expected tanh"),
    ],
    ids=["GRU", "both ways", "a mean", "relu"],
)
def test_another_layer_is_named(above, said):
    verdict = judged(MADE_OF, reader(*above))
    assert verdict.status is Status.FAILED
    assert verdict.message.startswith(said)


def test_a_layer_that_is_described_as_another_goes_to_a_person():
    class Doubled(L.Embedding):
        def call(self, x):
            return 2 * super().call(x)

    model = tf.keras.Sequential([Doubled(30, 4), L.LSTM(6), L.Dense(1, activation="sigmoid")])
    assert judged(MADE_OF, model).status is Status.NEEDS_REVIEW


@pytest.mark.parametrize("above", [(L.LSTM(6),), (L.Bidirectional(L.GRU(3)),), (L.GlobalAveragePooling1D(),)])
def test_padding_is_ignored_where_it_is_masked(above):
    ignores = checks.ignores_padding(READER)
    assert judged(ignores, reader(*(type(one).from_config(one.get_config()) for one in above))).status is (
        Status.PASSED
    )
    seen = judged(ignores, reader(*(type(one).from_config(one.get_config()) for one in above), masks=False))
    assert seen.status is Status.FAILED
    assert "mask_zero=True" in seen.hint


def test_a_pooling_that_takes_padding_all_the_same_is_meant():
    model = reader(L.LSTM(6, return_sequences=True), L.GlobalMaxPooling1D())
    verdict = judged(checks.ignores_padding(READER), model)
    assert verdict.status is Status.FAILED
    assert "a layer above it takes them all the same" in verdict.hint


def test_every_layer_of_a_model_of_words_is_counted():
    verdict = judged(checks.counts_by_formula(READER), reader())
    assert verdict.status is Status.PASSED
    assert verdict.message.startswith(f"{30 * 4 + 4 * ((4 + 6) * 6 + 6) + 7:,} parameters in 3 layers")


def test_a_table_with_too_few_words_is_told():
    x, y = np.ones((4, 9)), np.ones(4)
    accuracy = checks.accuracy_on(READER, TASK, bar=0.8, train=checks.LabelledSequences(inputs=X, labels=Y))
    assert "has a table of 20 words" in judged(accuracy, reader(words=20), x=x, y=y).message
    assert "is right for" in judged(accuracy, reader(), x=x, y=y).message


THIRDS = checks.SequenceTask(
    words="in which third of the table its first word stands",
    draw=TASK.draw,
    label=lambda x: x[:, 0, 0] // 10,
    classes=3,
)


@pytest.mark.parametrize(
    ("task", "answers", "linear", "said"),
    [
        (THIRDS, [[0.1, 0.7, 0.2], [0.5, 0.2, 0.3]], False, [[1, 0]]),
        (THIRDS, [[0.7], [0.2]], False, []),
        (TASK, [[0.7], [0.2]], False, [[1, 0]]),
        (TASK, [[0.3], [-0.2]], True, [[0, 0], [1, 0]]),
        (TASK, [[0.3, 0.7], [0.9, 0.1]], False, [[1, 0]]),
        (TASK, [[0.3, 0.6, 0.1]], False, []),
        (TASK, [[[0.3], [0.6]]], False, []),
    ],
    ids=["three", "one for three", "a share", "a logit", "both shares", "too many", "at each step"],
)
def test_answers_are_read_as_the_classes_they_mean(task, answers, linear, said):
    x = np.zeros((len(answers), 9, 1))
    assert [found.tolist() for found in task.decided(np.array(answers), x, linear=linear)] == said


STEPS = checks.SequenceTask(
    words="in which third of the table each word stands",
    draw=lambda rng, many, steps: np.where(
        rng.random((many, steps, 1)) < 0.2, 0, TASK.draw(rng, many, steps)
    ),
    label=lambda x: np.where(x[..., 0] == 0, -1, x[..., 0] // 10),
    classes=3,
    each_step=True,
)
AT_EACH_STEP = checks.SequenceTask(
    words="whether each word is a late one", draw=TASK.draw, label=lambda x: x[..., 0] >= 15, each_step=True
)


@pytest.mark.parametrize(
    ("task", "shape", "said"),
    [
        (STEPS, (2, 4, 3), [(2, 4)]),
        (STEPS, (2, 3), []),
        (STEPS, (2, 4, 1), []),
        (AT_EACH_STEP, (2, 4, 1), [(2, 4)]),
        (AT_EACH_STEP, (2, 4), [(2, 4)]),
        (AT_EACH_STEP, (2, 4, 2), [(2, 4)]),
        (AT_EACH_STEP, (2, 1), []),
        (THIRDS, (2, 4, 3), []),
    ],
)
def test_answers_for_each_step_are_read_as_such(task, shape, said):
    answers = np.random.default_rng(0).random(shape)
    found = task.decided(answers, np.zeros((2, 4, 1)), linear=False)
    assert [one.shape for one in found] == said


def tags(model_of=lambda layer: layer, units=3):
    """A model that tells for each word its third, as its table has it: right, whatever stands around."""
    table, out = L.Embedding(30, 3, mask_zero=True), L.Dense(units, use_bias=False, activation="softmax")
    model = tf.keras.Sequential([table, model_of(out)])
    model(tf.ones((2, 9), tf.int32))
    table.set_weights([np.eye(3)[np.arange(30) // 10]])
    out.set_weights([9.0 * np.eye(3)])
    return model


@pytest.mark.parametrize("model_of", [lambda layer: layer, L.TimeDistributed], ids=["dense", "distributed"])
def test_a_model_that_tags_each_word_is_right_on_the_words_alone(model_of):
    labels = checks.LabelledSequences(inputs=X, labels=Y)
    accuracy = checks.accuracy_on(READER, STEPS, bar=0.99, train=labels)
    found = judged(accuracy, tags(model_of), x=np.ones((4, 9)), y=np.ones((4, 9)))
    assert found.status is Status.PASSED
    assert "100.0% of the steps of fresh sequences" in found.message
    made_of = checks.made_of(READER, ["Embedding 3", "Dense 3 softmax"])
    assert "softmax" not in judged(made_of, tags(model_of)).message
    for_sequences = judged(accuracy, reader(), x=np.ones((4, 9)), y=np.ones(4))
    assert "expected 3 numbers, one for each class, for each of its 9 steps" in for_sequences.message


@pytest.mark.parametrize("one_hot", [False, True], ids=["numbers", "one hot"])
def test_tags_of_padding_may_be_any(one_hot):
    rng = np.random.default_rng(1)
    x = [STEPS.draw(rng, 60, 9) for _ in range(2)]
    y = [np.maximum(STEPS.label(one), 0) for one in x]
    held = {f"x{k}": one for k, one in enumerate(x)}
    held |= {f"y{k}": np.eye(3)[one.astype(int)] if one_hot else one for k, one in enumerate(y)}
    train, test = (checks.LabelledSequences(inputs=a, labels=b) for a, b in (HELD[:2], HELD[2:]))
    assert judged(checks.sequences_of(STEPS, train=train, test=test), None, **held).status is Status.PASSED
    held["y0"] = np.roll(held["y0"], 1, axis=1)
    found = judged(checks.sequences_of(STEPS, train=train, test=test), None, **held)
    assert found.status is Status.FAILED
    assert "y0 does not tell in which third" in found.message


@pytest.mark.parametrize(
    ("loss", "status"),
    [
        ("categorical_crossentropy", Status.PASSED),
        ("sparse_categorical_crossentropy", Status.PASSED),
        ("binary_crossentropy", Status.FAILED),
    ],
)
def test_a_loss_of_numbered_labels_is_that_of_labels_with_a_one(loss, status):
    model = tags()
    model.compile(loss=loss, optimizer="adam")
    asked = checks.compiled_with(READER, loss="sparse_categorical_crossentropy", optimizer="Adam")
    assert judged(asked, model).status is status


class Writer(tf.keras.Model):
    """The way of many tutorials: the state goes in and comes out."""

    def __init__(self, start):
        super().__init__()
        self.start, self.table = start, L.Embedding(30, 4)
        self.gru = L.GRU(5, return_sequences=True, return_state=True)
        self.out = L.Dense(3, activation="softmax")

    def call(self, words, states=None, return_state=False, training=False):
        x = self.table(words)
        states = self.start * tf.ones((tf.shape(x)[0], 5)) if states is None else states
        x, states = self.gru(x, initial_state=[states])
        return (self.out(x), states) if return_state else self.out(x)


WRITES = checks.made_of(READER, ["Embedding 4", "GRU 5", "Dense 3 softmax"])


@pytest.mark.parametrize(("start", "status"), [(0.0, Status.PASSED), (1.0, Status.NEEDS_REVIEW)])
def test_a_model_that_gives_its_state_on_demand_is_computed_where_it_starts_from_zeros(start, status):
    model = Writer(start)
    model(tf.ones((2, 9), tf.int32))
    assert judged(WRITES, model).status is status


@pytest.mark.parametrize("at_once", [1, 3, 8, 32])
def test_a_model_that_keeps_its_states_is_asked_in_batches_of_its_own_and_from_the_start(at_once):
    model = tf.keras.Sequential(
        [
            L.Input((None,), batch_size=at_once),
            L.Embedding(30, 4),
            L.GRU(5, return_sequences=True, stateful=True),
            L.Dense(3, activation="softmax"),
        ]
    )
    model(tf.ones((at_once, 9), tf.int32))
    assert judged(WRITES, model).status is Status.PASSED
    labels = checks.LabelledSequences(inputs=X, labels=Y)
    accuracy = judged(
        checks.accuracy_on(READER, STEPS, bar=0.8, train=labels), model, x=np.ones((4, 9)), y=np.ones((4, 9))
    )
    assert accuracy.status is Status.NEEDS_REVIEW  # it may know more where it left off
    assert "asked from the start each time" in accuracy.message


def test_a_model_for_three_classes_is_held_against_the_tasks():
    labels = checks.LabelledSequences(inputs=X, labels=Y)
    model = tf.keras.Sequential([L.Embedding(30, 4), L.GRU(5), L.Dense(3, activation="softmax")])
    model(tf.ones((2, 9), tf.int32))
    accuracy = checks.accuracy_on(READER, THIRDS, bar=0.8, train=labels)
    verdict = judged(accuracy, model, x=np.ones((4, 9)), y=np.ones(4))
    assert verdict.status is Status.FAILED
    assert "guessing gives 3" in verdict.message
    reads_one = judged(accuracy, reader(), x=np.ones((4, 9)), y=np.ones(4))
    assert "gives (1,) for a sequence, expected 3 numbers" in reads_one.message


@pytest.mark.parametrize("one_hot", [False, True], ids=["numbers", "one hot"])
def test_data_of_three_classes_are_those_of_the_task(one_hot):
    rng = np.random.default_rng(1)
    x = [THIRDS.draw(rng, 60, 9) for _ in range(2)]
    y = [THIRDS.label(one) for one in x]
    held = {f"x{k}": one for k, one in enumerate(x)}
    held |= {f"y{k}": np.eye(3)[one.astype(int)] if one_hot else one for k, one in enumerate(y)}
    train, test = (checks.LabelledSequences(inputs=a, labels=b) for a, b in (HELD[:2], HELD[2:]))
    assert judged(checks.sequences_of(THIRDS, train=train, test=test), None, **held).status is Status.PASSED
    held["y0"] = np.roll(held["y0"], 1, axis=0)
    assert judged(checks.sequences_of(THIRDS, train=train, test=test), None, **held).status is Status.FAILED


def test_steps_of_a_training_on_words_are_those_of_the_rule():
    right = checks.steps_like(READER, rate=0.1, momentum=0.0)
    assert judged(right, reader(words=12)).status is Status.PASSED
    assert judged(checks.steps_like(READER, rate=0.2, momentum=0.0), reader()).status is Status.FAILED


def test_a_model_of_words_is_found_under_another_name():
    role = READER.told()
    assert behaviours.as_model(Written(), NUMBERS, role) is not None
    numbers = tf.keras.Sequential([L.Input((9, 1)), L.LSTM(3), L.Dense(1)])
    assert behaviours.as_model(numbers, NUMBERS, {**role, "vocabulary": ""}) is not None
    assert behaviours.as_model(Written(), NUMBERS, {**role, "vocabulary": ""}) is None


def test_words_beyond_a_table_are_taken_round_and_padding_stays():
    words = np.array([0.0, 1, 6, 7, 8, 29])
    assert within(words, 7).tolist() == [0, 1, 6, 1, 2, 5]
    assert within(words, 30).tolist() == within(words, 0).tolist() == words.tolist()


def test_counts_follow_from_what_stands_below():
    wanted = [read_layer_words(one) for one in ("Embedding 4", "Bidirectional LSTM 3", "GRU 5", "Dense 2")]
    assert [one and one.total for one in counts_of(wanted, 1)] == [
        None,
        2 * 4 * ((4 + 3) * 3 + 3),
        3 * ((6 + 5) * 5 + 2 * 5),
        12,
    ]
    assert [one.words for one in wanted] == ["Embedding(4)", "Bidirectional LSTM(3)", "GRU(5)", "Dense(2)"]


@pytest.mark.parametrize(
    "said", ["Embedding", "Embedding 4 relu", "Bidirectional Dense 3", "Conv1D 3", "LSTM x"]
)
def test_a_layer_that_is_written_otherwise_is_the_sheets_mistake(said):
    with pytest.raises(AssignmentError, match="a layer is written as"):
        read_layer_words(said)


@pytest.mark.parametrize(
    "mistake",
    [
        lambda: roles.model("m", vocabulary="WORDS", vectors=True),
        lambda: roles.model("m", vocabulary="WORDS", features=2),
        lambda: checks.ignores_padding(roles.model("m")),
        lambda: probes.gradient_by_step(READER),
    ],
    ids=["vectors", "features", "no words to pad", "no gradient"],
)
def test_what_makes_no_sense_with_words_is_the_sheets_mistake(mistake):
    with pytest.raises(AssignmentError, match="word"):
        mistake()
