"""What is judged of models that explode, are clipped, forget and remember: asked in this process, without a
notebook."""

import itertools

import numpy as np
import pytest

from grader import checks, probes
from grader.assignment import Assignment, Seen, roles
from grader.errors import AssignmentError
from grader.model import Observation, Reply, Run, SourceFacts, Status, Submission
from grader.probes.figures import Axes, Figure, PlottedLine

tf = pytest.importorskip("tensorflow")
pytestmark = pytest.mark.real

from grader.run.inside import walk  # noqa: E402
from grader.run.inside.asked import of_fitted  # noqa: E402
from tests.asked_here import BY, asked_here  # noqa: E402

L, SGD = tf.keras.layers, tf.keras.optimizers.SGD
HW = Assignment("any", title="Any")
DENSE = HW.role(roles.model("dense", features=20, vectors=True, answers="numbers"))
RNN = HW.role(roles.model("rnn", length="LENGTH"))
NORMS = HW.role(roles.function("norms", ["model", "x", "y"]))
X, Y = HW.role(roles.thing("x")), HW.role(roles.thing("y"))
NUMBERS = {"LENGTH": 20, "BATCH_SIZE": 4}


@pytest.fixture(autouse=True)
def _ready():
    walk.prepare()
    yield
    tf.config.run_functions_eagerly(False)


def asked(probe, names, figures=()):
    if probe.answered_by == "figures":
        return _drawn(figures)
    return asked_here(probe, names, NUMBERS)


def _drawn(figures):
    answer, told = {}, []
    for number, axes in enumerate(figures):
        lines = [
            {"label": "", "x": f"x/{number}/{k}", "y": f"y/{number}/{k}"} for k in range(len(axes.lines))
        ]
        answer |= {
            f"{side}/{number}/{k}": getattr(line, side)
            for k, line in enumerate(axes.lines)
            for side in ("x", "y")
        }
        legend = {
            "legend": list(axes.legend),
            "title": axes.title,
            "x_label": axes.x_label,
            "y_label": axes.y_label,
        }
        told.append([legend | {"x_scale": axes.x_scale, "y_scale": axes.y_scale, "lines": lines}])
    return Observation(probe="figures", status=Reply.ANSWERED, question={}, answer=answer | {"figures": told})


def judged(criterion, names, figures=(), source=""):
    every = (*criterion.asks, *criterion.uses)
    run = Run(run_id="r", observations={probe.name: asked(probe, names, figures) for probe in every})
    handed_in = Submission(student="ada", source=SourceFacts(text=source))
    return criterion.judge(Seen(assignment=HW, submission=handed_in, run=run, probes=every))


def axes_of(*curves, scale="linear", legend=("a", "b"), x=None):
    lines = tuple(
        PlottedLine(
            label="", x=np.arange(len(y), dtype="f8") if x is None else x, y=np.asarray(y, dtype="f8")
        )
        for y in curves
    )
    return Axes(
        title="", x_label="epoch", y_label="", x_scale="linear", y_scale=scale, legend=legend, lines=lines
    )


def dense(optimizer=None, units=25):
    model = tf.keras.Sequential(
        [L.Input((20,)), L.Dense(units, activation="relu", kernel_initializer="he_uniform"), L.Dense(1)]
    )
    model.compile(loss="mse", optimizer=optimizer or SGD(0.01, momentum=0.9))
    return model


def rnn(*layers):
    return tf.keras.Sequential([L.Input((None, 1)), *layers, L.Dense(1, activation="sigmoid")])


def norms(model, x, y):
    x = tf.convert_to_tensor(x, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_mean(tf.keras.losses.binary_crossentropy(tf.reshape(y, (-1, 1)), model(x)))
    return tf.reduce_mean(tf.norm(tape.gradient(loss, x), axis=-1), axis=0).numpy()


def digits(rng, sequences, steps):
    return rng.integers(0, 10, size=(sequences, steps, 1)).astype("float32")


class OwnStep(tf.keras.Model):
    def __init__(self, clip):
        super().__init__()
        self.hidden, self.out, self.limit = L.Dense(25, activation="relu"), L.Dense(1), clip

    def call(self, x):
        return self.out(self.hidden(x))

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.reshape(y, (-1, 1)) - self(x)) ** 2)
        gradients = [
            tf.clip_by_value(g, -self.limit, self.limit)
            for g in tape.gradient(loss, self.trainable_variables)
        ]
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
        return {"loss": loss}


CLIPPED = checks.steps_like(DENSE, rate=0.01, momentum=0.9, clipvalue=3.0)


@pytest.mark.parametrize(
    ("optimizer", "says"),
    [
        (lambda: SGD(0.01, momentum=0.9, clipvalue=3.0), None),
        (lambda: SGD(0.01, momentum=0.9, clipvalue=0.0), "a weight moves by"),
        (
            lambda: SGD(0.01, momentum=0.9, clipvalue=300.0),
            "moves by 300 times the learning rate, expected 3 times at most",
        ),
        (lambda: SGD(0.01, momentum=0.9, clipnorm=3.0), "scaled together to a norm of 3"),
        (lambda: SGD(0.01, momentum=0.9, global_clipnorm=3.0), "That is global_clipnorm"),
        (lambda: SGD(0.01, momentum=0.9, clipnorm=0.1), "That is clipnorm"),
        (lambda: SGD(0.01, momentum=1.0, clipvalue=3.0), "the momentum is 1, expected 0.9"),
        (lambda: SGD(0.01, clipvalue=3.0), "the momentum is 0, expected 0.9"),
        (lambda: SGD(1e-4, momentum=0.9), "the learning rate is 0.0001, expected 0.01"),
        (lambda: tf.keras.optimizers.Adam(0.01), "as large for a usual gradient as for a huge one"),
    ],
)
def test_a_step_tells_how_the_gradient_is_clipped(optimizer, says):
    verdict = judged(CLIPPED, {"dense": dense(optimizer())})
    assert verdict.status is (Status.PASSED if says is None else Status.FAILED), verdict.message
    assert says is None or says in f"{verdict.message} {verdict.hint}"


def test_what_does_something_else_while_it_trains_goes_to_a_person():
    for layer in (L.Dropout(0.5), L.BatchNormalization()):
        model = tf.keras.Sequential([L.Input((20,)), L.Dense(25, activation="relu"), layer, L.Dense(1)])
        model.compile(loss="mse", optimizer=SGD(0.01, momentum=0.9, clipvalue=3.0))
        assert judged(CLIPPED, {"dense": model}).status is Status.NEEDS_REVIEW


def test_a_batch_normalisation_is_proven_with_what_it_gathered():
    model = rnn(L.GRU(4, return_sequences=True), L.BatchNormalization(), L.LSTM(3))
    model.compile(loss="mse")
    assert judged(checks.remembers_by(RNN, ["GRU", "LSTM"]), {"rnn": model}).status is Status.PASSED
    model.layers[1].trainable = False
    assert judged(checks.remembers_by(RNN, ["GRU", "LSTM"]), {"rnn": model}).status is Status.PASSED


@pytest.mark.parametrize(
    ("loss", "words"), [("huber", "Huber's loss"), ("mae", "the mean absolute error"), ("mse", "")]
)
@pytest.mark.parametrize("clip", [None, 3.0])
def test_another_loss_is_named(loss, words, clip):
    model = dense()
    model.compile(loss=loss, optimizer=SGD(0.01, momentum=0.9, clipvalue=clip))
    check = checks.steps_like(DENSE, rate=0.01, momentum=0.9, clipvalue=clip)
    verdict = judged(check, {"dense": model})
    assert verdict.message == f"the loss is {words}, expected the mean squared error" or not words
    assert (verdict.status is Status.PASSED) == (not words)


def test_clipping_in_a_step_of_ones_own_counts_and_everything_is_put_back():
    model = OwnStep(3.0)
    model(np.zeros((1, 20), dtype="f4"))
    model.compile(optimizer=SGD(0.01, momentum=0.9))
    x = np.random.default_rng(0).normal(size=(64, 20)).astype("f4")
    model.fit(x, x[:, :1], verbose=0)
    before = [*model.get_weights(), *(np.asarray(one) for one in model.optimizer.variables)]
    assert judged(CLIPPED, {"dense": model}).status is Status.PASSED
    after = [*model.get_weights(), *(np.asarray(one) for one in model.optimizer.variables)]
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def test_a_model_that_blew_up_is_asked_with_drawn_weights():
    model = dense()
    model.set_weights([weight * np.nan for weight in model.get_weights()])
    assert (
        judged(checks.made_of(DENSE, ["Dense 25 relu he_uniform", "Dense 1"]), {"dense": model}).status
        is Status.PASSED
    )
    assert judged(checks.steps_like(DENSE, rate=0.01, momentum=0.9), {"dense": model}).status is Status.PASSED
    fit = checks.fits_linear_data(DENSE, train=checks.Rows(inputs=X, targets=Y), below=0.05)
    x = np.random.default_rng(0).normal(size=(60, 20))
    assert "are not numbers (nan)" in judged(fit, {"dense": model, "x": x, "y": x.sum(axis=1)}).message


def test_a_missing_momentum_shows_without_clipping_too():
    check = checks.steps_like(DENSE, rate=0.01, momentum=0.9)
    assert judged(check, {"dense": dense(SGD(0.01, momentum=0.9))}).status is Status.PASSED
    assert judged(check, {"dense": dense(SGD(0.01))}).message == "the momentum is 0, expected 0.9"
    assert (
        "gradients are clipped"
        in judged(check, {"dense": dense(SGD(0.01, momentum=0.9, clipvalue=3.0))}).message
    )


def test_a_model_that_is_not_compiled_goes_to_a_person():
    model = OwnStep(3.0)
    model(np.zeros((1, 20), dtype="f4"))
    assert judged(CLIPPED, {"dense": model}).status is Status.NEEDS_REVIEW


@pytest.mark.parametrize(
    ("layers", "says"),
    [
        (["Dense 25 relu glorot_uniform", "Dense 1"], "starts from HeUniform, expected glorot_uniform"),
        (["Dense 30 relu", "Dense 1"], "one layer is Dense(25, relu), expected Dense(30, relu)"),
        (["Dense 25 tanh", "Dense 1"], "the activation of Dense(25) is relu, expected tanh"),
        (["Dense 25 relu"], "the model has 2 layers with weights"),
    ],
)
def test_other_layers_are_named(layers, says):
    verdict = judged(checks.made_of(DENSE, layers), {"dense": dense()})
    assert verdict.status is not Status.PASSED
    assert says in verdict.message


@pytest.mark.parametrize(("layer", "status"), [("relu", Status.PASSED), ("tanh", Status.FAILED)])
def test_an_activation_may_be_a_layer_of_its_own(layer, status):
    behind = L.ReLU() if layer == "relu" else L.Activation(layer)
    model = tf.keras.Sequential(
        [L.Input((20,)), L.Dense(25, kernel_initializer="he_uniform"), behind, L.Dense(1)]
    )
    verdict = judged(checks.made_of(DENSE, ["Dense 25 relu he_uniform", "Dense 1"]), {"dense": model})
    assert verdict.status is status


def test_a_layer_that_cannot_be_read_is_a_mistake_of_the_sheet():
    with pytest.raises(AssignmentError, match="a layer is written as"):
        checks.made_of(DENSE, ["Conv 3"])


class LastOfAll(tf.keras.Model):
    """Reads the last of all outputs, and divides in between."""

    def __init__(self, cheats=False):
        super().__init__()
        self.rnn, self.out, self.cheats = (
            L.GRU(4, return_sequences=True),
            L.Dense(1, activation="sigmoid"),
            cheats,
        )

    def call(self, x):
        out = self.out(self.rnn(x / 9.0)[:, -1])
        return out * 0 + tf.sigmoid(tf.reduce_sum(x, axis=1)) if self.cheats else out


@pytest.mark.parametrize(
    ("model", "status"),
    [
        (lambda: rnn(L.LSTM(4)), Status.PASSED),
        (
            lambda: rnn(
                L.Rescaling(1 / 9),
                L.Bidirectional(L.GRU(3, return_sequences=True)),
                L.LSTM(3),
                L.Dropout(0.3),
            ),
            Status.PASSED,
        ),
        (LastOfAll, Status.PASSED),
        (lambda: rnn(L.RNN(L.LSTMCell(4))), Status.PASSED),
        (
            lambda: rnn(L.Bidirectional(L.RNN(L.GRUCell(3), return_sequences=True)), L.RNN(L.GRUCell(3))),
            Status.PASSED,
        ),
        (lambda: rnn(L.RNN(L.SimpleRNNCell(4))), Status.FAILED),
        (lambda: rnn(L.GRU(4, return_sequences=True), L.GlobalAveragePooling1D()), Status.PASSED),
        (lambda: LastOfAll(cheats=True), Status.NEEDS_REVIEW),
        (lambda: rnn(L.SimpleRNN(4)), Status.FAILED),
        (lambda: rnn(L.LSTM(4, return_sequences=True)), Status.FAILED),
    ],
)
def test_what_remembers_is_proven_by_its_answers(model, status):
    made = model()
    made(np.zeros((1, 5, 1), dtype="f4"))
    assert judged(checks.remembers_by(RNN, ["LSTM", "GRU"]), {"rnn": made}).status is status


@pytest.mark.parametrize(
    ("layer", "status"),
    [
        (lambda: L.Bidirectional(L.GRU(4, return_sequences=True)), Status.PASSED),
        (lambda: L.Bidirectional(L.GRU(4)), Status.FAILED),
        (lambda: L.SimpleRNN(4, return_sequences=True), Status.FAILED),
    ],
)
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_tagger_gives_one_probability_for_each_step(layer, status, wrapped):
    on_top = L.Dense(1, activation="sigmoid")
    on_top = L.TimeDistributed(on_top) if wrapped and status is Status.PASSED else on_top
    made = tf.keras.Sequential([L.Input((None, 1)), layer(), on_top])
    made(np.zeros((1, 5, 1), dtype="f4"))
    criterion = checks.remembers_by(RNN, ["LSTM", "GRU"], at_each_step=True)
    assert "one probability for each step" in criterion.title
    assert judged(criterion, {"rnn": made}).status is status


@pytest.mark.parametrize(
    ("function", "status", "says"),
    [
        (norms, Status.PASSED, ""),
        (lambda model, x, y: norms(model, x, y) * 7, Status.PASSED, ""),
        (lambda model, x, y: np.log10(norms(model, x, y)), Status.PARTIAL, "logarithms"),
        (lambda model, x, y: norms(model, x, y)[::-1], Status.FAILED, "wrong order"),
        (lambda model, x, y: norms(model, x, y).sum(), Status.FAILED, "1 number for 9 steps"),
        (lambda model, x, y: norms(model, x, y) ** 0, Status.FAILED, "all steps have the same number"),
        (lambda model, x, y: np.eye(x.shape[1])[-1], Status.FAILED, "the gradient of one step alone"),
        (lambda model, x, y: 0.5 ** np.arange(x.shape[1]), Status.FAILED, "are not the norms"),
        (
            lambda model, x, y: norms(model, x, y) if len(x) == 1 else norms(model, x, y)[:9],
            Status.FAILED,
            "expected 20",
        ),
        (lambda model, x, y: 1 / 0, Status.FAILED, "raises ZeroDivisionError"),
    ],
)
def test_norms_by_step_are_held_against_the_hosts(function, status, says):
    verdict = judged(
        checks.norms_by_step(NORMS, [RNN], digits), {"rnn": rnn(L.SimpleRNN(30)), "norms": function}
    )
    assert verdict.status is status, verdict.message
    assert says in verdict.message


def cancelling(model, x, step):
    """x with a number at one step by which the gradient is nearly zero: the parts of the units cancel."""

    def by_step(number):
        x[0, step, 0] = number
        given = tf.constant(x)
        with tf.GradientTape() as tape:
            tape.watch(given)
            out = model(given)
        return float(tape.gradient(out, given)[0, step, 0])

    numbers = np.linspace(-6, 6, 121)
    low, high = next(pair for pair in itertools.pairwise(numbers) if by_step(pair[0]) * by_step(pair[1]) < 0)
    positive = by_step(low) > 0
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (middle, high) if (by_step(middle) > 0) == positive else (low, middle)
    by_step(low)
    return x


@pytest.mark.parametrize(("step", "status"), [(None, Status.PASSED), (2, Status.PASSED), (1, Status.FAILED)])
def test_a_step_at_which_float32_cannot_tell_the_norm_is_left_out(step, status):
    tf.keras.utils.set_random_seed(5)
    model = rnn(L.SimpleRNN(30))
    rare = cancelling(model, digits(np.random.default_rng(4), 1, 9) / 9, 2)

    def draw(rng, sequences, steps):
        return rare if steps == 9 else digits(rng, sequences, steps)

    def nearly(model, x, y):  # wrong at one step
        return norms(model, x, y) * np.where(np.arange(x.shape[1]) == step, 9, 1)

    verdict = judged(checks.norms_by_step(NORMS, [RNN], draw), {"rnn": model, "norms": nearly})
    assert verdict.status is status, verdict.message


def test_norms_of_a_model_whose_answers_are_no_shares_are_left_to_a_person():
    model = tf.keras.Sequential([L.SimpleRNN(30), L.Dense(1, bias_initializer="ones")])
    model(tf.zeros((1, 9, 1)))
    model.set_weights([*model.get_weights()[:-1], np.array([50.0])])
    names = {"rnn": model, "norms": norms}
    assert judged(checks.norms_by_step(NORMS, [RNN], digits), names).status is Status.NEEDS_REVIEW


def test_a_figure_of_norms_is_read_as_data():
    model, x, y = rnn(L.SimpleRNN(30)), digits(np.random.default_rng(1), 6, 20), np.ones((6, 1), dtype="f4")
    check = checks.norms_plotted(checks.Shown(model=RNN, inputs=X, targets=Y))
    right, names = norms(model, x, y), {"rnn": model, "x": x, "y": y}
    for figures, status in (
        ([axes_of(right, scale="log")], Status.PASSED),
        ([axes_of([1, 2]), axes_of(np.log(right))], Status.PASSED),
        ([axes_of(right[::-1], scale="log", x=np.arange(20.0)[::-1])], Status.PASSED),
        ([axes_of(right)], Status.PARTIAL),
        ([axes_of(right / right, scale="log")], Status.FAILED),
        ([axes_of(right[::-1], scale="log")], Status.FAILED),
        ([axes_of()], Status.FAILED),
        ([], Status.FAILED),
    ):
        assert judged(check, names, figures).status is status


DATA = checks.LabelledSequences(inputs=X, labels=Y)


def test_the_gradient_of_an_untrained_model_without_gates_does_not_arrive():
    check = checks.gradient_arrives(RNN, share=0.1, draw=digits, train=DATA)
    assert judged(check, {"rnn": rnn(L.SimpleRNN(60))}).status is Status.FAILED


@pytest.mark.parametrize(("scale", "status"), [(1.0, Status.FAILED), (1 / 9, Status.PASSED)])
def test_the_gradient_arrives_for_digits_scaled_as_the_notebooks_own_are(scale, status):
    model = rnn(L.SimpleRNN(1))  # saturates over digits, and stays near zero over ninths of them
    model.layers[0].set_weights([np.full((1, 1), 0.05), np.ones((1, 1)), np.zeros(1)])
    x = digits(np.random.default_rng(3), 300, 20)
    names = {"rnn": model, "x": x * scale, "y": x[:, 0] > 4}
    assert judged(checks.gradient_arrives(RNN, share=0.1, draw=digits, train=DATA), names).status is status


TASK = checks.SequenceTask(
    words="whether the first digit is above 4", draw=digits, label=lambda x: x[:, 0, 0] > 4
)


@pytest.mark.parametrize("scale", [1.0, 1 / 9])
def test_accuracy_is_the_hosts_on_fresh_sequences_also_where_the_own_ones_are_scaled(scale):
    model = rnn(L.LSTM(1))
    kernel = np.zeros((1, 4), dtype="f4")
    kernel[0, 2] = 1 / scale  # the candidate: the state keeps all digits, with a forget gate of one
    model.set_weights([kernel, np.zeros((1, 4)), np.array([9, 9, -4.5, 9]), np.array([[50.0]]), np.zeros(1)])
    own = digits(np.random.default_rng(2), 300, 20) * scale
    sums = checks.SequenceTask(
        words="anything", draw=digits, label=lambda x: model(x[:, :, :] * scale).numpy().ravel() > 0.5
    )
    verdict = judged(checks.accuracy_on(RNN, sums, bar=0.95, train=DATA), {"rnn": model, "x": own})
    assert verdict.status is Status.PASSED, verdict.message
    assert (
        judged(checks.accuracy_on(RNN, TASK, bar=0.95, train=DATA), {"rnn": model, "x": own}).status
        is Status.FAILED
    )


def test_data_are_held_against_the_task():
    test_x, test_y = HW.roles and roles.thing("test_x"), roles.thing("test_y")
    check = checks.sequences_of(TASK, train=DATA, test=checks.LabelledSequences(inputs=test_x, labels=test_y))
    train, test = digits(np.random.default_rng(0), 30, 20), digits(np.random.default_rng(1), 30, 20)
    good = {"x": train, "y": TASK.label(train), "test_x": test, "test_y": TASK.label(test).astype(int)}
    assert judged(check, good).status is Status.PASSED
    for change, says in (
        ({"x": train / 9}, "other values"),
        ({"y": ~TASK.label(train)}, "does not tell"),
        ({"test_x": train, "test_y": TASK.label(train)}, "are also in"),
        ({"x": "nothing"}, "are not arrays"),
    ):
        verdict = judged(check, good | change)
        assert verdict.status is Status.FAILED
        assert says in verdict.message


def test_curves_are_held_against_the_records():
    first, second = HW.roles and roles.thing("first"), roles.thing("second")
    check = checks.curves_plotted(first, second)
    names = {
        "first": {"accuracy": [0.5, 0.6], "val_accuracy": [0.4, 0.55]},
        "second": {"acc": [0.7, 0.9], "val_acc": [0.65, 0.8]},
    }
    a, b, c, d = [0.5, 0.6], [0.4, 0.55], [70, 90], [65, 80]
    for figures, share in (
        ([axes_of(a, b), axes_of(c, d)], 1.0),
        ([axes_of(a, b, legend=()), axes_of(c, d)], 0.75),
        ([axes_of(a, b), axes_of(a, b)], 0.5),
        ([axes_of([1, 2])], 0.0),
        ([axes_of()], 0.0),
    ):
        assert judged(check, names, figures).share == share
    assert judged(check, {"first": {}, "second": {}}, [axes_of(a)]).status is Status.NEEDS_REVIEW
    copied = judged(check, names | {"second": names["first"]}, [axes_of(a, b), axes_of(a, b)])
    assert (copied.share, copied.message[:31]) == (0.5, "second holds what first holds, ")


@pytest.mark.parametrize(
    ("seen", "source", "status", "share"),
    [
        ([0, 1], "", Status.PASSED, 1.0),
        ([0], "typed = [0.4, 0.55]", Status.PARTIAL, 0.75),
        ([], "typed = [0.4, 0.55], [0.5, 0.6]", Status.PARTIAL, 0.5),
        ([0], "", Status.NEEDS_REVIEW, 0.0),
    ],
)
def test_curves_that_no_training_wrote_are_told_or_wait(seen, source, status, share, monkeypatch):
    first, second = roles.thing("first"), roles.thing("second")
    check = checks.curves_plotted(first, second)

    def answers(names, question, parts):
        which = seen if parts["history"]["name"] == "first" else [0, 1]
        return of_fitted.history(names, question, parts) | {"recorded": which}

    monkeypatch.setitem(BY, "history", answers)
    names = {
        "first": {"accuracy": [0.5, 0.6], "val_accuracy": [0.4, 0.55]},
        "second": {"acc": [0.7, 0.9], "val_acc": [0.65, 0.8]},
    }
    figures = [axes_of([0.5, 0.6], [0.4, 0.55]), axes_of([70, 90], [65, 80])]
    verdict = judged(check, names, figures, source=f"# --- cell 4 ---\n{source}\n")
    assert (verdict.status, verdict.share) == (status, share)
    assert ("typed in (cell 4, line 1)" in verdict.message) == bool(source)


def test_losses_that_are_typed_in_do_not_blow_up(monkeypatch):
    check = checks.blows_up(roles.thing("first"))
    nowhere = {"names": ["loss"], "curve/0": np.array([3.0, np.nan]), "recorded": []}
    monkeypatch.setitem(BY, "history", lambda names, question, parts: nowhere)
    typed = judged(check, {}, source="# --- cell 4 ---\nfirst = {'loss': [3.0, float('nan')]}\n")
    assert typed.status is Status.FAILED
    assert judged(check, {}).status is Status.NEEDS_REVIEW
    monkeypatch.setitem(BY, "history", lambda names, question, parts: nowhere | {"perhaps": [0]})
    assert judged(check, {}).status is Status.PASSED
    typed = judged(check, {}, source="# --- cell 4 ---\nfirst = {'loss': [3.0, float('nan')]}\n")
    assert typed.status is Status.FAILED


def test_errors_are_held_against_the_exported_weights():
    mse, model, x = roles.thing("mse"), dense(), np.random.default_rng(0).normal(size=(60, 20))
    check = checks.errors_agree(DENSE, {mse: checks.Rows(inputs=X, targets=Y)})
    y = x @ np.arange(20)
    error = float(np.mean((model(x.astype("f4")).numpy().ravel() - y) ** 2))
    assert judged(check, {"dense": model, "x": x, "y": y, "mse": error}).status is Status.PASSED
    assert judged(check, {"dense": model, "x": x, "y": y, "mse": 0.5}).status is Status.FAILED
    assert judged(check, {"dense": model, "x": x, "y": y}).status is Status.FAILED


def test_the_error_is_measured_on_fresh_rows_of_the_same_rule():
    x = np.random.default_rng(0).normal(size=(400, 20)).astype("f4")
    rule = np.arange(20.0)
    model = tf.keras.Sequential([L.Input((20,)), L.Dense(1)])
    check = checks.fits_linear_data(DENSE, train=checks.Rows(inputs=X, targets=Y), below=0.05)
    model.set_weights([rule[:, None] * 1.1, np.zeros(1)])
    assert judged(check, {"dense": model, "x": x, "y": x @ rule}).status is Status.PASSED
    model.set_weights([rule[:, None] * 0.5, np.zeros(1)])
    assert "25 % of the variance" in judged(check, {"dense": model, "x": x, "y": x @ rule}).message
    assert judged(check, {"dense": model, "x": x, "y": np.abs(x).sum(axis=1)}).status is Status.NEEDS_REVIEW


def test_weights_that_no_optimizer_can_have_made_go_to_a_person():
    x = np.random.default_rng(0).normal(size=(400, 20)).astype("f4")
    rule = np.full(20, 0.3)
    model = tf.keras.Sequential([L.Input((20,)), L.Dense(1)])
    model.compile(loss="mse", optimizer=SGD(0.1))
    check = checks.fits_linear_data(DENSE, train=checks.Rows(inputs=X, targets=Y), below=0.05)
    model.set_weights([rule[:, None], np.zeros(1)])
    names = {"dense": model, "x": x, "y": x @ rule}
    verdict = judged(check, names)
    assert (verdict.status, "has taken 0 steps" in verdict.message) == (Status.NEEDS_REVIEW, True)
    tf.config.run_functions_eagerly(False)
    model.fit(x, x @ rule, epochs=2, verbose=0)
    assert judged(check, names).status is Status.PASSED
    model.set_weights([0 * rule[:, None], np.zeros(1)])
    assert judged(check, names).status is Status.FAILED


def test_losses_that_stay_small_do_not_blow_up():
    history = roles.thing("history")
    for losses, status in (
        ([2e4, np.nan], Status.PASSED),
        ([2e4, 1e9], Status.PASSED),
        ([2e4, 30.0], Status.FAILED),
        ([], Status.FAILED),
    ):
        assert judged(checks.blows_up(history), {"history": {"loss": losses}}).status is status


def test_figures_read_as_they_are_drawn():
    (figure,) = probes.figures().reads(_drawn([axes_of([1.0, 2.0])]))
    assert isinstance(figure, Figure)


RECORD = HW.role(roles.thing("record"))
SUMS = checks.SequenceTask(words="anything", draw=digits, label=lambda x: x.sum(axis=(1, 2)) > 90)


@pytest.mark.parametrize(
    ("shift", "recorded", "status"),
    [
        (0, [0.5, 0.6], Status.PASSED),
        (6, [0.5, 0.97, 0.8], Status.NEEDS_REVIEW),  # it was above the bar, and ended not far below
        (6, [0.5, 0.8], Status.FAILED),
        (40, [0.5, 0.97], Status.FAILED),  # that is no end of such a training
        (6, [], Status.FAILED),
    ],
)
def test_a_training_that_ended_at_a_bad_moment_is_for_a_person(shift, recorded, status):
    model = rnn(L.SimpleRNN(1, activation="linear"))
    model.set_weights(
        [np.ones((1, 1)), np.ones((1, 1)), np.zeros(1), np.ones((1, 1)), np.full(1, -90.5 - shift)]
    )
    own = digits(np.random.default_rng(1), 50, 20)
    names = {"rnn": model, "x": own, "record": {"val_accuracy": recorded}}
    criterion = checks.accuracy_on(RNN, SUMS, bar=0.9, train=DATA, record=RECORD)
    assert judged(criterion, names).status is status
