"""Homework 7: write an LSTM by hand and train it on the sign of a sum."""

from collections.abc import Mapping

from grader import (
    Assignment,
    Basis,
    Budget,
    Level,
    Seen,
    Verdict,
    counts,
    data,
    graph,
    layer,
    learning,
    lstm,
    own_loop,
    prediction,
    probes,
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
    "sum_sequence",
    title="Homework 7: the sum of a sequence",
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
        "READ_IN": 32,
        "UNITS": 100,
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

task = hw.task("1", "The data: sequences of noise, and whether their sum is above the threshold.", after_training=False)


@task.check(
    "integration_task yields num_samples pairs of shapes (seq_len, 1) and (1,).",
    points=1,
    basis=Basis.REPORTED,
    asks=ASKS_DATA,
    forger_gains="one point, for making up arrays of the right shape",
)
def yields_pairs(seen: Seen) -> Verdict:
    return data.yields_pairs(seen)


@task.check(
    "The noise is standard normal and fresh at every call.",
    points=1,
    basis=Basis.REPORTED,
    asks=ASKS_DATA,
    forger_gains="one point, for making up normal noise: no less work than drawing it",
)
def noise_is_normal(seen: Seen) -> Verdict:
    return data.noise_is_normal(seen)


@task.check(
    "The label says whether the sum is above the threshold.",
    points=2,
    basis=Basis.REPORTED,
    asks=ASKS_DATA,
    forger_gains="two points, for labels that do follow from the sum",
)
def label_rule(seen: Seen) -> Verdict:
    return data.label_rule(seen)


@task.check(
    "train_ds and test_ds yield batches of sequences and labels.",
    points=1,
    basis=Basis.REPORTED,
    asks=ASKS_PIPELINE,
    forger_gains="one point, for making up batches of the right shape",
    about=("SEQ_LEN", "NUM_SAMPLES", "BATCH_SIZE"),
)
def pipeline_batches(seen: Seen) -> Verdict:
    return data.pipeline_batches(seen)


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
    "The layer gives one output per time step, the hidden states of its own cell.",
    points=6,
    basis=Basis.PROVEN,
    level=Level.PASSED,
    asks=(ASKS_STEP, ASKS_LAYER),
    instead=own_loop.unrolls_its_cell,
    forger_gains="nothing while the cell is known; with an unknown cell, six points for two forgeries that agree",
)
def one_output_per_step(seen: Seen) -> Verdict:
    return layer.one_output_per_step(seen)


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

task = hw.task("4", "MyModel: read-in, the LSTM, read-out.", after_training=False)


@task.check(
    "The layers have the shapes (batch, time, READ_IN) and (batch, time, UNITS).",
    points=1,
    basis=Basis.REPORTED,
    asks=ASKS_MODEL,
    forger_gains="one point, for reporting shapes",
    about=("READ_IN", "UNITS"),
)
def layer_shapes(seen: Seen) -> Verdict:
    return counts.layer_shapes(seen)


@task.check(
    "The parameter counts are those that the sizes demand (53,365 with the sheet's).",
    points=1,
    basis=Basis.REPORTED,
    asks=ASKS_MODEL,
    forger_gains="one point, for reporting sizes",
)
def parameter_counts(seen: Seen) -> Verdict:
    return counts.parameter_counts(seen)


@task.check(
    "The model gives one probability per sequence.",
    points=1,
    basis=Basis.PROVEN,
    asks=ASKS_MODEL,
    forger_gains="one point, for numbers between 0 and 1",
)
def one_probability(seen: Seen) -> Verdict:
    return prediction.one_probability(seen)


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
    return learning.it_learns(seen)


@task.check(
    "The trained model is right for at least 80 % of new sequences.",
    points=11,
    basis=Basis.PROVEN,
    level=Level.PASSED,
    asks=(ASKS_MODEL, probes.training()),
    forger_gains="no accuracy: the host computes it with the exported weights, which must explain the model's own answers; that a "
    "training made them is the kernel's word",
)
def accuracy_80(seen: Seen) -> Verdict:
    return learning.accuracy(seen, steps=25, normal=True)


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
