"""Checks, probes, roles and questions, one of each in a line of its own: docs/reference.md quotes them,
right.py does what they ask."""

import numpy as np

from grader import Assignment, Basis, checks, failed, passed, probes, roles

hw = Assignment(
    "examples",
    title="One of each",
    parameters={"SEQ_LEN": 8, "UNITS": 5, "READ_IN": 4, "BATCH_SIZE": 16},
    packages=("matplotlib",),
)

# --- roles --------------------------------------------------------------------------------------------------

source = hw.role(roles.generator("noise_task", ["seq_len", "num_samples"]))
train = hw.role(roles.data_set("train_ds", of="train"))
test = hw.role(roles.data_set("test_ds", of="test", aliases=["validation_ds"]))
cell = hw.role(roles.cell("RNN_Cell", family="simple_rnn", units="UNITS", features="READ_IN"))
layer = hw.role(roles.layer("RNN_Layer", cell))
model = hw.role(roles.model("model", layer=layer, made_by="MyModel", length="SEQ_LEN"))
forecaster = hw.role(roles.model("forecaster", length="SEQ_LEN", answers="numbers"))
losses = hw.role(roles.losses("train_losses", of="train"))
rates = hw.role(roles.accuracies("train_accuracies", of="train"))
norms = hw.role(roles.numbers("norms"))
record = hw.role(roles.thing("history"))
scaled = hw.role(roles.function("scaled", ["values", "factor"]))
counter = hw.role(roles.function("Counter", ["start"]))
shaken = hw.role(roles.function("shaken", ["values"]))
last_state = hw.role(roles.function("last_state", ["cell", "x", "state"]))

# --- questions ----------------------------------------------------------------------------------------------

total = hw.number(
    "total", "How many parameters has a SimpleRNN of 5 units on one feature?", whole=True, names=["total"]
)
shared = hw.choice(
    "shared", "What do all steps share?", options=["Inputs", "States", "Weights"], names=["shared"]
)
words = hw.question("why", "Why is the loss a mean over the batch?", wordings=["Why the mean?"])

# --- what is asked ------------------------------------------------------------------------------------------

called = probes.calls(scaled, draw=lambda rng, numbers: [probes.call(scaled, rng.normal(size=4), factor=2.0)])


def count_up(rng, numbers):
    """Make a counter, set where it stands, let it count, and read where it stands then."""
    made = probes.Result(0)
    return [
        probes.call(counter, 1),
        probes.set_to(made, "stands", int(rng.integers(10, 99))),
        probes.call(made, method="count"),
        probes.get(made, "stands"),
    ]


def drawn_inputs(rng, numbers):
    """Sequences, and their sums, which the kernel never sees."""
    steps = probes.length_for(forecaster, numbers)
    x = rng.normal(size=(4, steps, 1)).astype("float32")
    return {"x": x, "sums": x.sum(axis=(1, 2))}


def shake_twice(rng, numbers):
    """Shake from one seed, then shake what came of it and some more."""
    values = rng.normal(size=3)
    return [
        probes.seed(7),
        probes.call(shaken, values),
        probes.call(shaken, probes.Sum((values, probes.Result(1)))),
    ]


def step_ours(rng, numbers):
    """A cell of ours, whose step is the sine of [state, input] kernel + bias, and three inputs."""
    forward = probes.Method(step=("kernel", "bias"))
    arrays = {"kernel": rng.normal(size=(6, 4)), "bias": rng.normal(size=(1, 4))}
    return [
        probes.call(
            last_state,
            probes.StandIn(arrays=arrays, methods={"forward": forward}),
            rng.normal(size=(3, 5, 2)),
            np.zeros((5, 4)),
        )
    ]


counted = probes.calls(counter, draw=count_up)
shakes = probes.calls(shaken, draw=shake_twice)
stepped = probes.calls(last_state, draw=step_ours)
forecasts = probes.answers(forecaster, drawn_inputs)
layers = probes.keras_model(forecaster)
settings = probes.compiled(forecaster)
curves = probes.history(record)
drawings = probes.figures()
by_step = probes.gradient_by_step(forecaster)
held = probes.arrays(norms)
taken = probes.updates(forecaster, (1.0, 1000.0))
learned_from = probes.trained_on(forecaster)
one = probes.one_step(cell)
unrolled = probes.layer(layer)
started = probes.start(layer)
weights = probes.model(model)
arrives = probes.gradients(model)
other_lengths = probes.lengths(model)
samples = probes.data(source)
batches = probes.pipeline(train, test)
defined = probes.names(model, lists=(losses, norms))
trained = probes.training()
traced = probes.tracing()
UNDERLYING = (one, unrolled, started, weights, arrives, other_lengths, defined)
TYPED = (samples, batches, trained, traced)

# --- what is checked ----------------------------------------------------------------------------------------

part = hw.task("1", "By hand.", after_training=False)
part.check(checks.computes(cell, within=layer), points=10)
part.check(checks.unrolls_its_cell(layer, inside=model), points=6)


@part.own_check("scaled multiplies by its factor.", points=4, asks=called)
def multiplies(seen):
    """The arguments are in `given` and `named`, what was returned in `array`."""
    (one_call,) = seen[called]
    wanted = one_call.given[0] * one_call.named["factor"]
    return passed("It does.") if np.allclose(one_call.array, wanted) else failed("it gives something else")


@part.own_check("A Counter counts on from where it was set.", points=4, asks=counted)
def counts_on(seen):
    """Each step has an answer of its own; what step 0 returned never left the student's process."""
    _, _, counting, reading = seen[counted]
    return (
        passed("It does.") if np.array_equal(counting.array, reading.array) else failed("it stands elsewhere")
    )


@part.own_check("shaken adds normal noise.", points=1, asks=shakes)
def adds_noise(seen):
    """With a seed, what is drawn is known."""
    _, first, _ = seen[shakes]
    wanted = first.given[0] + np.random.RandomState(7).normal(size=3)
    return passed("It does.") if np.allclose(first.array, wanted) else failed("it gives something else")


@part.own_check("last_state steps any cell.", points=1, asks=stepped)
def steps_any_cell(seen):
    """The cell is right, whatever the student's own is."""
    (told,) = seen[stepped]
    arrays, x, state = told.given
    for now in x:
        state = np.sin(np.concatenate([state, now], axis=1) @ arrays["kernel"] + arrays["bias"])
    return passed("It does.") if np.allclose(told.part(0), state) else failed("it gives something else")


part = hw.task("2", "With Keras.")
part.check(checks.layers_are(forecaster, ["SimpleRNN", "Dense"]), points=1)
part.check(checks.counts_by_formula(forecaster), points=1)
part.check(checks.compiled_with(forecaster, loss="mse", optimizer="Adam"), points=1)
part.check(checks.answers_of_shape(forecaster), points=4)
part.check(checks.losses_fall(losses), points=1)


@part.own_check("The forecast has one number for each sequence.", points=4, asks=forecasts)
def one_each(seen):
    """`hidden` holds what was drawn beside the inputs."""
    answered = seen[forecasts]
    return passed("It has.") if answered.out.size == len(answered.hidden["sums"]) else failed("it has not")


@part.own_check(
    "The recurrent layer has as many units as the sheet says.", points=1, basis=Basis.REPORTED, asks=layers
)
def units(seen):
    """`seen.parameters` are those in force: the student's own, where the sheet allows them."""
    found = [each.settings["units"] for each in seen[layers].layers if each.kind == "SimpleRNN"]
    return (
        passed("It has.") if found == [seen.parameters["UNITS"]] else failed(f"the layers have {found} units")
    )


@part.own_check("The optimizer takes small steps.", points=1, basis=Basis.REPORTED, asks=settings)
def small_steps(seen):
    """`steps` is what a fresh optimizer makes of drawn gradients, the last of them huge."""
    farthest = max(abs(step).max() for step in seen[settings].steps)
    return passed("It does.") if farthest < 0.1 else failed(f"a step is {farthest:g} long")


@part.own_check(
    "The curve of the training is plotted.", points=1, basis=Basis.REPORTED, asks=[curves, drawings]
)
def plotted(seen):
    """What was drawn is compared with what was recorded."""
    wanted = seen[curves].curves["loss"]
    lines = [line.y for figure in seen[drawings] for axes in figure.axes for line in axes.lines]
    same = [y for y in lines if y.shape == wanted.shape and np.allclose(y, wanted)]
    return (
        passed("It is.")
        if same
        else failed("no line of a figure is the recorded loss", hint="Plot history.history['loss'].")
    )


@part.own_check("The gradient reaches the first step.", points=1, basis=Basis.REPORTED, asks=by_step)
def reaches(seen):
    """`norms` has one number for each step."""
    norms = seen[by_step].norms
    return passed("It does.") if norms is not None and norms[0] > 0 else failed("nothing arrives there")


@part.own_check("The norms are an array of numbers.", points=1, basis=Basis.REPORTED, asks=held)
def is_array(seen):
    """By the sheet's name, whatever the notebook calls it; what is no array is not there."""
    found = seen[held].get("norms")
    return (
        passed("They are.") if found is not None and found.size else failed("there is no array of that name")
    )


@part.own_check("A huge error makes no huge step.", points=1, asks=taken)
def bounded(seen):
    """`start` holds all drawn weights, `after` those that each step of its own training left."""
    before, after = seen[taken].after
    farthest = max(float(abs(new - old).max()) for old, new in zip(before, after, strict=True))
    return passed("It does not.") if farthest < 0.1 else failed(f"a weight moves by {farthest:g}")


@part.own_check("What the ready-made checks ask is answered.", points=8, asks=(*UNDERLYING, *TYPED))
def answered(seen):
    """`seen[probe]` is what its reader makes of an answer, such as `returned` of one step; `seen.answered`
    the observation behind it, None where nothing came."""
    quiet = [asked.name for asked in UNDERLYING if seen.answered(asked) is None]
    quiet += [] if seen[one].returned and seen[unrolled].cases else ["steps"]
    quiet += [] if seen[started].states else ["start states"]
    quiet += [
        asked.name
        for asked, found in ((samples, seen[samples].calls), (trained, seen[trained].passes))
        if not found
    ]
    return failed(f"no answer to {', '.join(quiet)}") if quiet else passed("All of it.")


part = hw.task("3", "Questions.", after_training=False)
part.check(checks.number(total, right=35), points=2, hidden=True)
part.check(checks.chosen(shared, right="C"), points=2, hidden=True)
part.check(checks.answered(words), points=4)
