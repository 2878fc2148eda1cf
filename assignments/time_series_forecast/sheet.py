"""Homework 9: forecast a time series with recurrent networks."""

from grader import Assignment, Level, checks, probes, roles

EMPTY = "*Write your answer here.*"  # in the student's template
BASELINES = ("persistence", "mean of 3", "mean of 5", "mean of the window")

hw = Assignment(
    "time_series_forecast",
    title="Homework 9: forecasting a time series",
    parameters={
        "SERIES_SEED": 1,
        "SPLIT_TIME": 1100,
        "WINDOW_SIZE": 20,
        "BATCH_SIZE": 32,
        "SHUFFLE_BUFFER": 1000,
        "SWEEP_EPOCHS": 25,
        "EPOCHS": 30,
    },
    recognised_by=("windowed_dataset", "forecaster", "sweep_history"),
    packages=("matplotlib", "tqdm", "pandas"),
)

# --- what a notebook has ------------------------------------------------------------------------------------

maker = hw.role(roles.function("make_series", ["seed"]))
windows = hw.role(
    roles.function("windowed_dataset", ["series", "window_size", "batch_size", "shuffle_buffer"])
)
shapes = hw.role(roles.function("output_shapes", ["batch", "time", "features", "units"]))
simple = hw.role(roles.function("build_simple_rnn", aliases=["create_uncompiled_model"]))
stacked = hw.role(roles.function("build_lstm", ["layers", "bidirectional"]))
model = hw.role(roles.model("forecaster", length="WINDOW_SIZE", answers="numbers", aliases=["model"]))
forecast = hw.role(roles.function("forecast", ["model", "series", "window_size"], aliases=["model_forecast"]))
sweep = hw.role(roles.thing("sweep_history", aliases=["lr_history"]))
trained = hw.role(roles.thing("forecaster_history", aliases=["history"]))
error = hw.role(roles.thing("forecast_mae", aliases=["mae"]))

task = checks.Forecasting(maker=maker, model=model, forecast=forecast)
one_model = probes.built(simple, length="WINDOW_SIZE")
SIX = [{"layers": layers, "bidirectional": both} for layers in (1, 2, 3) for both in (False, True)]
six_models = probes.built(stacked, SIX, length="WINDOW_SIZE")

count_simple = hw.number(
    "count_simple",
    "How many trainable parameters has the model of two SimpleRNN layers with 40 units each?",
    whole=True,
    names=["count_simple"],
    template_text=EMPTY,
)
count_two_way = hw.number(
    "count_two_way",
    "How many trainable parameters has the model of two two-way LSTM layers with 32 units each?",
    whole=True,
    names=["count_two_way"],
    template_text=EMPTY,
)

# --- what is checked ----------------------------------------------------------------------------------------

part = hw.task("1", "Windows: the values before, and the value after.", after_training=False)
part.check(checks.windows_before_targets(windows), points=6, level=Level.PASSED)
part.check(checks.window_batches(windows), points=2)

part = hw.task("2", "The shapes of what goes in and comes out.", after_training=False)
part.check(checks.sequence_shapes(shapes), points=3)

part = hw.task("3", "The models.", after_training=False)
part.check(checks.builds(simple, one_model, kind="SimpleRNN", units=[40, 40]), points=3, level=Level.PASSED)
part.check(checks.scales_its_output(simple, one_model), points=2)
part.check(checks.builds_each(stacked, six_models, kind="LSTM", units=32), points=4)
part.check(checks.returns_sequences_below(stacked, six_models), points=3, level=Level.PASSED)
part.check(checks.number(count_simple, right=4961), points=1, hidden=True)
part.check(checks.number(count_two_way, right=33_601), points=1, hidden=True)

part = hw.task("4", "The learning rate: a sweep.")
part.check(checks.sweeps_the_rate(sweep, decades=3), points=3)
part.check(checks.draws_sweep(sweep), points=2)
part.check(checks.rate_from_sweep(sweep, model), points=1)

part = hw.task("5", "Training.")
part.check(checks.compiled_with(model, loss="Huber"), points=1)
part.check(checks.trained_before(task), points=1)
part.check(checks.recorded_loss_falls(trained), points=1)

part = hw.task("6", "The forecast.")
part.check(checks.looks_back_only(task), points=6, level=Level.PASSED)
beats = checks.beats_by_weights(task, by=0.2, baselines=BASELINES, told=error)
part.check(beats, points=10, level=Level.PASSED)
part.check(checks.error_told(task, error), points=1)

part = hw.task("7", "The picture.")
part.check(checks.draws_forecast(task, told=error), points=3, level=Level.OUTSTANDING)

part = hw.task("8", "In words", after_training=False)
for key, title in {
    "why_return_sequences": (
        "Why do recurrent layers below others return sequences, and the uppermost does not?"
    ),
    "what_would_leak": (
        "What would have to go wrong for a forecast to know the future, and how would you notice it?"
    ),
}.items():
    part.check(
        checks.answered(hw.question(key, title, template_text=EMPTY)), points=3, level=Level.OUTSTANDING
    )
