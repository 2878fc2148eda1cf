"""The integration task as the course gave it: an LSTM by hand, of any size and depth, trained on whether a sum of noise is large."""

from collections.abc import Mapping

from grader import (
    Assignment,
    Basis,
    Budget,
    Level,
    Seen,
    Verdict,
    choices,
    data,
    graph,
    layer,
    learning,
    lstm,
    own_loop,
    prediction,
    probes,
    read_out,
    sizes,
    source,
    written,
)

Numbers = Mapping[str, float | int]


def training_steps(numbers: Numbers) -> float:
    """Steps of the whole training."""
    return numbers["NUM_SAMPLES"] / numbers["BATCH_SIZE"] * numbers["EPOCHS"]


def within(numbers: Numbers, steps: int) -> Numbers:
    """Fewer samples, so that as many epochs take at most so many steps."""
    each = max(2, steps // max(1, int(numbers["EPOCHS"])))
    return {"NUM_SAMPLES": each * int(numbers["BATCH_SIZE"])}


hw = Assignment(
    "integration_task",
    title="Homework 7: the integration task",
    contract=(
        "integration_task",
        "my_integration_task",
        "train_ds",
        "test_ds",
        "LSTM_Cell",
        "LSTM_Layer",
        "MyModel",
        "model",
        "train_losses",
        "test_losses",
        "test_accuracies",
    ),
    parameters={
        "SEQ_LEN": 25,
        "NUM_SAMPLES": 64_000,
        "BATCH_SIZE": 32,
        "EPOCHS": 3,
        "LEARNING_RATE": 1e-3,
    },
    signatures={
        "integration_task": ("seq_len", "num_samples"),
        "LSTM_Cell": ("units",),
        "LSTM_Layer": ("cell",),
        "LSTM_Layer.zero_states": ("batch_size",),
    },
    own_layers=True,
    packages=("matplotlib", "tqdm", "pandas"),
    budget=Budget(steps=600, wall_minutes=20),
    before_deadline="deviation",
    steps=training_steps,
    shrink=within,
)

ASKS_DATA = probes.data()
ASKS_PIPELINE = probes.pipeline()
ASKS_STEP = probes.one_step()
ASKS_LAYER = probes.layer()
ASKS_MODEL = probes.model()
ASKS_GRADIENTS = probes.gradients()
ASKS_TRACING = probes.tracing()
ASKS_LISTS = probes.names("model", lists=("train_losses", "test_losses", "test_accuracies"))

# --- 1 -----------------------------------------------------------------------------------------------------------------

task = hw.task("1", "The data: noise of your choice, and on which side of a threshold its sum lies.", after_training=False)


@task.check(
    "integration_task yields num_samples pairs: noise (seq_len, 1) and a label (1,), or (2,) for two classes.",
    points=1,
    basis=Basis.REPORTED,
    asks=ASKS_DATA,
    forger_gains="one point, for making up arrays of the right shape",
)
def yields_pairs(seen: Seen) -> Verdict:
    return data.yields_pairs(seen, labels=((1,), (2,)))


@task.check(
    "The noise has independent steps and is fresh at every call, whatever its distribution.",
    points=1,
    basis=Basis.REPORTED,
    asks=ASKS_DATA,
    forger_gains="one point, for making up noise: no less work than drawing it",
)
def noise_is_random(seen: Seen) -> Verdict:
    return data.noise_is_random(seen)


@task.check(
    "The label says on which side of one threshold the sum lies, and both labels occur.",
    points=2,
    basis=Basis.REPORTED,
    asks=ASKS_DATA,
    forger_gains="two points, for labels that do follow from the sum",
)
def label_rule(seen: Seen) -> Verdict:
    return choices.label_of_the_sum(seen)


@task.check(
    "train_ds and test_ds yield batches of sequences of one length, with their labels.",
    points=1,
    basis=Basis.REPORTED,
    asks=ASKS_PIPELINE,
    forger_gains="one point, for making up batches of the right shape",
    about=("SEQ_LEN", "NUM_SAMPLES", "BATCH_SIZE"),
)
def pipeline_batches(seen: Seen) -> Verdict:
    return choices.batches_of_pairs(seen)


@task.check(
    "Test sequences do not occur in the training data.",
    points=1,
    basis=Basis.REPORTED,
    asks=ASKS_PIPELINE,
    forger_gains="one point; the accuracy is measured on the host's own sequences in any case",
)
def separate_test_data(seen: Seen) -> Verdict:
    return data.separate_test_data(seen)


# --- 2 -----------------------------------------------------------------------------------------------------------------

task = hw.task("2", "LSTM_Cell: one time step and (hidden state, cell state) in, the new pair out.", after_training=False)


@task.check(
    "The cell returns both states, each of shape (batch, units).",
    points=2,
    basis=Basis.PROVEN,
    asks=ASKS_STEP,
    forger_gains="nothing beyond the shapes of two arrays",
)
def returns_states(seen: Seen) -> Verdict:
    return lstm.returns_states(seen)


@task.check(
    "The cell computes the LSTM equations.",
    points=12,
    basis=Basis.PROVEN,
    level=Level.PASSED,
    asks=ASKS_STEP,
    needs=["returns_states"],
    forger_gains="nothing: only a process that computes the equations with the drawn weights answers right",
)
def computes_lstm(seen: Seen) -> Verdict:
    return lstm.equivalent(seen)


@task.check(
    "The forget gate's bias starts at one.",
    points=1,
    basis=Basis.PROVEN,
    asks=ASKS_STEP,
    needs=["returns_states"],
    forger_gains="one point, for exporting a one",
)
def forget_bias_one(seen: Seen) -> Verdict:
    return lstm.forget_bias_one(seen)


# --- 3 -----------------------------------------------------------------------------------------------------------------

task = hw.task("3", "LSTM_Layer: the cell stepped through a whole sequence.", after_training=False)


@task.check(
    "zero_states gives two arrays of zeros of shape (batch, units).",
    points=1,
    basis=Basis.PROVEN,
    asks=ASKS_LAYER,
    instead=own_loop.no_layer,
    forger_gains="nothing beyond the arrays asked for",
)
def zero_states(seen: Seen) -> Verdict:
    return layer.zero_states(seen)


@task.check(
    "The layer gives the hidden states of its own cell, of every step or of the last.",
    points=6,
    basis=Basis.PROVEN,
    level=Level.PASSED,
    asks=(ASKS_STEP, ASKS_LAYER),
    instead=own_loop.unrolls_its_cell,
    forger_gains="nothing while the cell is known; with an unknown cell, six points for two forgeries that agree",
)
def unrolls_its_cell(seen: Seen) -> Verdict:
    return layer.every_or_last_step(seen)


@task.check(
    "The layer works for any batch size and any number of steps.",
    points=2,
    basis=Basis.PROVEN,
    asks=(ASKS_LAYER, probes.lengths()),
    instead=own_loop.any_batch_and_length,
    forger_gains="two points, for arrays of the right shape",
)
def any_batch_and_length(seen: Seen) -> Verdict:
    return layer.any_batch_and_length(seen)


# --- 4 -----------------------------------------------------------------------------------------------------------------

task = hw.task("4", "MyModel: read-in layers if you like, one or more LSTM layers, a read-out.", after_training=False)


@task.check(
    "Every LSTM layer takes (batch, time, features) and gives (batch, time, units), or the last step of it.",
    points=1,
    basis=Basis.REPORTED,
    asks=(ASKS_STEP, ASKS_MODEL),
    forger_gains="one point, for reporting shapes",
)
def layer_shapes(seen: Seen) -> Verdict:
    return sizes.lstm_shapes(seen)


@task.check(
    "The parameter counts are those that the sizes found demand: 4*((in+units)*units+units) for an LSTM layer.",
    points=1,
    basis=Basis.REPORTED,
    asks=(ASKS_STEP, ASKS_MODEL),
    forger_gains="one point, for reporting sizes",
)
def parameter_counts(seen: Seen) -> Verdict:
    return sizes.counts_of_the_sizes(seen)


@task.check(
    "The model gives one answer per sequence, or one at each step: a sigmoid, a softmax over two classes, or their logits.",
    points=1,
    basis=Basis.PROVEN,
    asks=ASKS_MODEL,
    forger_gains="one point, for numbers of the right shape",
)
def one_answer(seen: Seen) -> Verdict:
    return read_out.one_answer(seen)


@task.check(
    "Gradients reach every parameter and the first time step.",
    points=1,
    basis=Basis.REPORTED,
    asks=ASKS_GRADIENTS,
    forger_gains="one point, for reporting numbers that are not zero",
)
def gradients_reach(seen: Seen) -> Verdict:
    return prediction.gradients_reach(seen)


@task.check(
    "No ready-made LSTM, GRU or RNN is used, under any name.",
    points=3,
    basis=Basis.READ,
    level=Level.PASSED,
    asks=ASKS_STEP,  # there must be a cell of their own
    forger_gains="three points, by code that misleads those who watch what runs, or by machine code; both are flagged",
)
def own_lstm(seen: Seen) -> Verdict:
    return prediction.own_lstm(seen)


# --- 5 -----------------------------------------------------------------------------------------------------------------

task = hw.task("5", "Training.")


@task.check(
    "The recorded losses fall and the accuracy rises.",
    points=1,
    basis=Basis.REPORTED,
    asks=ASKS_LISTS,
    forger_gains="one point, for writing down numbers",
    about=("EPOCHS", "LEARNING_RATE"),
)
def it_learns(seen: Seen) -> Verdict:
    return learning.it_learns_by_any_loss(seen)


@task.check(
    "The trained model is right for at least 80 % of new sequences.",
    points=11,
    basis=Basis.PROVEN,
    level=Level.PASSED,
    asks=(ASKS_MODEL, probes.training()),
    forger_gains="little: noise and threshold are the notebook's word, but where few values tell the label, or steps are too few, other "
    "sequences are asked; that a training made the weights is the kernel's word",
)
def accuracy_80(seen: Seen) -> Verdict:
    return learning.accuracy(seen)


# --- 6 -----------------------------------------------------------------------------------------------------------------

task = hw.task("6", "Outstanding work.", after_training=False)


@task.check(
    "Every function's arguments are typed and explained.",
    points=1,
    basis=Basis.READ,
    level=Level.OUTSTANDING,
    asks=ASKS_STEP,  # the template's own types and sentences earn nothing
    forger_gains="one point, for types and sentences",
)
def arguments_explained(seen: Seen) -> Verdict:
    return source.arguments_explained(seen)


@task.check(
    "Training runs in graph mode, without a new trace per call.",
    points=1,
    basis=Basis.REPORTED,
    level=Level.OUTSTANDING,
    asks=(ASKS_MODEL, ASKS_TRACING),
    forger_gains="one point, for reporting a count",
)
def graph_mode(seen: Seen) -> Verdict:
    return graph.graph_mode(seen)


@task.check(
    "The data come from a generator through an efficient pipeline.",
    points=1,
    basis=Basis.READ,
    level=Level.OUTSTANDING,
    forger_gains="one point, for naming functions that are not used",
)
def generator_pipeline(seen: Seen) -> Verdict:
    return source.generator_pipeline(seen)


# --- 7 -----------------------------------------------------------------------------------------------------------------

task = hw.task("7", "Questions.")

PLACEHOLDER = "*Write your answer here.*"  # in the student's template

TBPTT = hw.question(
    "truncated_bptt",
    "Can / should you use truncated BPTT here?",
    wordings=("Can you use truncated BPTT?", "Should you use truncated backpropagation through time here?"),
    template_text=PLACEHOLDER,
)
PROBLEM = hw.question(
    "classification_or_regression",
    "Should you rather take this as a regression, or a classification problem?",
    wordings=("Is this a regression or a classification problem?", "Regression or classification?"),
    template_text=PLACEHOLDER,
)


@task.check(
    TBPTT.title, points=4, basis=Basis.JUDGED, level=Level.OUTSTANDING, question=TBPTT, forger_gains="nothing: a person reads it"
)
def truncated_bptt(seen: Seen) -> Verdict:
    return written.for_a_person(seen, TBPTT)


@task.check(
    PROBLEM.title,
    points=4,
    basis=Basis.JUDGED,
    level=Level.OUTSTANDING,
    question=PROBLEM,
    forger_gains="nothing: a person reads it",
)
def classification_or_regression(seen: Seen) -> Verdict:
    return written.for_a_person(seen, PROBLEM)
