"""The ids of the checks of time_series_forecast that a program decides, in the order of the sheet."""

CHECKS = (
    "windows_before_targets",
    "window_batches",
    "output_shapes",
    "build_simple_rnn",
    "scaled_output",
    "build_lstm_each",
    "sequences_below",
    "count_simple",
    "count_two_way",
    "sweeps_the_rate",
    "draws_sweep",
    "rate_from_sweep",
    "compiled_with",
    "trained_before_split",
    "recorded_loss_falls",
    "looks_back_only",
    "beats_by_weights",
    "forecast_mae",
    "draws_forecast",
)
FORECAST = "beats_by_weights forecast_mae draws_forecast"  # what a forecaster that has not learned may lose
SWEEP = "draws_sweep rate_from_sweep"
