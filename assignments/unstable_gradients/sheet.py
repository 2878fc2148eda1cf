"""Exploding and vanishing gradients: a regression that blows up, and a memory that does not reach back."""

from typing import Any

from grader import Assignment, Level, Range, checks, roles

hw = Assignment(
    "unstable_gradients",
    title="Exploding and vanishing gradients",
    recognised_by=("exploding_model", "clipped_model", "gradient_norms", "gated_model"),
    parameters={
        "EPOCHS_REGRESSION": 40,
        "LENGTH": 80,
        "BATCH_SIZE": 32,
        "TRAIN_SIMPLE": 800,
        "EPOCHS_SIMPLE": 3,
        "TRAIN_GATED": 3200,
        "EPOCHS_GATED": 6,
        "GATED_UNITS": 32,
    },
    ranges={"LENGTH": Range(least=60, most=120, whole=True)},
    packages=("matplotlib", "sklearn", "pandas"),
)

# --- what a notebook has ------------------------------------------------------------------------------------

exploding = hw.role(roles.model("exploding_model", features=20, vectors=True, answers="numbers"))
exploding_history = hw.role(roles.thing("exploding_history"))
clipped = hw.role(roles.model("clipped_model", features=20, vectors=True, answers="numbers"))
train_mse, test_mse = hw.role(roles.thing("train_mse")), hw.role(roles.thing("test_mse"))
train_rows = checks.Rows(
    inputs=hw.role(roles.thing("X_train", aliases=["x_train", "train_x", "trainX"])),
    targets=hw.role(roles.thing("y_train", aliases=["Y_train", "train_y", "trainy"])),
)
test_rows = checks.Rows(
    inputs=hw.role(roles.thing("X_test", aliases=["x_test", "test_x", "testX"])),
    targets=hw.role(roles.thing("y_test", aliases=["Y_test", "test_y", "testy"])),
)

simple = hw.role(roles.model("simple_rnn", length="LENGTH"))
simple_history = hw.role(roles.thing("simple_history"))
gated = hw.role(roles.model("gated_model", length="LENGTH"))
gated_history = hw.role(roles.thing("gated_history"))
norms = hw.role(roles.function("gradient_norms", ["model", "x", "y"]))
x_probe, y_probe = hw.role(roles.thing("x_probe")), hw.role(roles.thing("y_probe"))
digits_train = checks.LabelledSequences(
    inputs=hw.role(roles.thing("digits_train")), labels=hw.role(roles.thing("labels_train"))
)
digits_test = checks.LabelledSequences(
    inputs=hw.role(roles.thing("digits_test")), labels=hw.role(roles.thing("labels_test"))
)


def digits(rng: Any, sequences: int, steps: int) -> Any:
    """Whole digits from 0 to 9, [sequences, steps, 1]."""
    return rng.integers(0, 10, size=(sequences, steps, 1)).astype("float32")


task = checks.SequenceTask(
    words="whether its digits are above 4.5 on average",
    draw=digits,
    label=lambda x: x.sum(axis=(1, 2)) > 4.5 * x.shape[1],
)

# --- what is checked ----------------------------------------------------------------------------------------

part = hw.task("1", "Gradients that explode.")
dense = ["Dense 25 relu he_uniform", "Dense 1"]
part.check(checks.made_of(exploding, dense), points=3)
part.check(checks.steps_like(exploding, rate=0.01, momentum=0.9), points=4, level=Level.PASSED)
part.check(checks.blows_up(exploding_history), points=2)

part = hw.task("2", "Gradients that are clipped.")
part.check(checks.steps_like(clipped, rate=0.01, momentum=0.9, clipvalue=3.0), points=6, level=Level.PASSED)
part.check(checks.fits_linear_data(clipped, train=train_rows, below=0.05), points=6, level=Level.PASSED)
part.check(checks.errors_agree(clipped, {train_mse: train_rows, test_mse: test_rows}), points=1)

part = hw.task("3", "Gradients that vanish.")
part.check(checks.sequences_of(task, train=digits_train, test=digits_test), points=1)
part.check(checks.made_of(simple, ["SimpleRNN 600", "Dense 1 sigmoid"]), points=3)
part.check(checks.norms_by_step(norms, [simple, gated], digits), points=8, level=Level.PASSED)
part.check(checks.norms_plotted(checks.Shown(model=simple, inputs=x_probe, targets=y_probe)), points=3)

part = hw.task("4", "Gates.")
part.check(checks.remembers_by(gated, ["LSTM", "GRU"]), points=2)
part.check(
    checks.accuracy_on(gated, task, bar=0.75, train=digits_train, record=gated_history),
    points=10,
    level=Level.PASSED,
)
part.check(checks.gradient_arrives(gated, share=0.1, draw=digits, train=digits_train), points=1)

part = hw.task("5", "What was seen.")
part.check(checks.curves_plotted(simple_history, gated_history), points=4, level=Level.OUTSTANDING)

part = hw.task("6", "In words.")
for key, title in {
    "why_vanish": "Why does the gradient vanish on the way back through many steps?",
    "does_clipping_help": "Does clipping help against vanishing gradients, too?",
    "why_gated": "Why does a gated network learn what the simple one does not?",
}.items():
    question = hw.question(key, title, template_text="*Write your answer here.*")
    part.check(checks.answered(question), points=2, level=Level.OUTSTANDING)
