"""Homework 7: write an LSTM by hand and train it on the sign of a sum."""

from grader import Assignment, Budget, Epochs, Level, checks, roles

length = Epochs(samples="NUM_SAMPLES", batch="BATCH_SIZE", epochs="EPOCHS")

hw = Assignment(
    "sum_sequence",
    title="Homework 7: the sum of a sequence",
    recognised_by=("integration_task", "my_integration_task"),
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
        "LSTM_Cell": ("units",),
        "LSTM_Layer": ("cell",),
        "LSTM_Layer.zero_states": ("batch_size",),
    },
    own_layers=True,
    packages=("matplotlib", "tqdm", "pandas"),
    budget=Budget(steps=600, wall_minutes=20),
    before_deadline="deviation",
    steps=length.steps,
    shrink=length.shrink,
)

# --- what a notebook has ------------------------------------------------------------------------------

source = hw.role(roles.generator("integration_task", ["seq_len", "num_samples"]))
wrapped = hw.role(roles.generator("my_integration_task", hands_on=source))
train = hw.role(roles.data_set("train_ds", of="train"))
test = hw.role(roles.data_set("test_ds", of="test"))
cell = hw.role(roles.cell("LSTM_Cell", family="lstm", units="UNITS", features="READ_IN"))
layer = hw.role(roles.layer("LSTM_Layer", cell))
model = hw.role(roles.model("model", layer=layer, made_by="MyModel", length="SEQ_LEN"))
lists = (
    hw.role(roles.losses("train_losses", of="train")),
    hw.role(roles.losses("test_losses", of="test")),
    hw.role(roles.accuracies("test_accuracies")),
)
training = checks.training(model, task=source, wrapped=wrapped, train=train, test=test, lists=lists)

# --- what is checked ----------------------------------------------------------------------------------

DATA = "The data: sequences of noise, and whether their sum is above the threshold."
part = hw.task("1", DATA, after_training=False)
part.check(checks.yields_pairs(source, wrapped), points=1)
part.check(checks.fresh_noise(source, wrapped, normal=True), points=1)
part.check(checks.label_of_the_sum(source, wrapped), points=2)
about = ["SEQ_LEN", "NUM_SAMPLES", "BATCH_SIZE"]
part.check(checks.batches(train, test, about=about, task=source, wrapped=wrapped), points=1)
part.check(checks.separate_test_data(train, test), points=1)

ONE_STEP = "LSTM_Cell: one time step and (hidden state, cell state) in, the new pair out."
part = hw.task("2", ONE_STEP, after_training=False)
states = part.check(checks.returns_states(cell, within=layer), points=2)
part.check(checks.computes(cell, within=layer, inside=model), points=12, level=Level.PASSED, needs=states)
part.check(checks.forget_bias(cell, starts_at=1, within=layer), points=1)

part = hw.task("3", "LSTM_Layer: the cell stepped through a whole sequence.", after_training=False)
part.check(checks.zero_states(layer, inside=model), points=1)
part.check(checks.unrolls_its_cell(layer, inside=model), points=6, level=Level.PASSED)
part.check(checks.any_batch_and_length(layer, inside=model), points=2)

part = hw.task("4", "MyModel: read-in, the LSTM, read-out.", after_training=False)
part.check(checks.layer_shapes(model), points=1)
part.check(checks.parameter_counts(model, with_the_sheets=hw.parameters), points=1)
part.check(checks.one_answer(model), points=1)
part.check(checks.gradients_reach(model), points=1)
part.check(checks.nothing_ready_made(model, cell, layer=layer), points=3, level=Level.PASSED)

part = hw.task("5", "Training.")
part.check(checks.it_learns(training, about=["EPOCHS", "LEARNING_RATE"]), points=1)
part.check(checks.accuracy(training, bar=0.80, steps=25, normal=True), points=11, level=Level.PASSED)

part = hw.task("6", "Outstanding work.", after_training=False)
part.check(checks.arguments_explained(cell), points=1, level=Level.OUTSTANDING)
part.check(checks.graph_mode(model), points=1, level=Level.OUTSTANDING)
part.check(checks.generator_pipeline(source, wrapped), points=1, level=Level.OUTSTANDING)

part = hw.task("7", "Questions.")
PLACEHOLDER = "*Write your answer here.*"  # in the student's template
tbptt = hw.question(
    "truncated_bptt",
    "Can / should you use truncated BPTT here?",
    wordings=("Can you use truncated BPTT?", "Should you use truncated backpropagation through time here?"),
    template_text=PLACEHOLDER,
)
problem = hw.question(
    "classification_or_regression",
    "Should you rather take this as a regression, or a classification problem?",
    wordings=("Is this a regression or a classification problem?", "Regression or classification?"),
    template_text=PLACEHOLDER,
)
part.check(checks.answered(tbptt), points=4, level=Level.OUTSTANDING)
part.check(checks.answered(problem), points=4, level=Level.OUTSTANDING)
