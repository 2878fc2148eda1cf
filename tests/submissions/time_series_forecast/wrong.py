"""Wrong submissions: one mistake each, which loses exactly its check."""

from tests.corpus import swap, wrong
from tests.submissions.time_series_forecast.checks import FORECAST, SWEEP

FORECASTS = "looks_back_only forecast_mae draws_forecast"  # all but that of the weights
LEARNS_LESS = f"{FORECAST} recorded_loss_falls rate_from_sweep"
DRAWN = 'plt.semilogx(sweep_history.history["learning_rate"], sweep_history.history["loss"])\nplt.axis([1e-6, 1e-1, 0, 60])\n'
TYPED = """sweep_history = {
    "learning_rate": [1e-6 * 10 ** (epoch / 2) for epoch in range(9)],
    "loss": [55.2, 51.7, 38.4, 21.9, 14.6, 9.3, 7.8, 16.5, 48.0],
}
plt.semilogx(sweep_history["learning_rate"], sweep_history["loss"])
"""

SUBMISSIONS = [
    # --- windows
    wrong("target_inside", "The window reaches to the target.", "windows_before_targets", may=LEARNS_LESS, windows=swap("(w[:-1], w[-1])", "(w[1:], w[-1])")),
    wrong("window_too_long", "The whole piece is the window, the target with it.", "windows_before_targets window_batches", may=LEARNS_LESS, windows=swap("(w[:-1], w[-1])", "(w, w[-1])"), forecast="rows"),
    wrong("two_days_ahead", "The target is the value after the next.", "windows_before_targets", may=LEARNS_LESS, windows=(swap("ds.window(window_size + 1, shift=1", "ds.window(window_size + 2, shift=1"), swap("w.batch(window_size + 1)", "w.batch(window_size + 2)"), swap("(w[:-1], w[-1])", "(w[:-2], w[-1])"))),
    wrong("every_second_window", "Every second window is left out.", "windows_before_targets", may=f"window_batches {LEARNS_LESS}", windows=swap("shift=1", "shift=2")),
    wrong("last_batch_dropped", "The last batch is thrown away.", "window_batches", windows=swap("ds.batch(batch_size)", "ds.batch(batch_size, drop_remainder=True)")),
    wrong("not_shuffled", "The windows come in the order of the series.", "window_batches", may=LEARNS_LESS, windows=swap("    ds = ds.shuffle(shuffle_buffer)\n", "")),
    wrong("values_shuffled", "The values of the series are shuffled, not the windows.", "windows_before_targets", may=f"trained_before_split {LEARNS_LESS}", windows=swap("from_tensor_slices(series)\n", "from_tensor_slices(series).shuffle(shuffle_buffer)\n")),
    # --- shapes and models
    wrong("shapes_units_first", "One state is told as (units, batch).", "output_shapes", shapes=swap('"h_t": (batch, units)', '"h_t": (units, batch)')),
    wrong("too_few_units", "The SimpleRNN layers have 32 units.", "build_simple_rnn", may=LEARNS_LESS, models=swap("SimpleRNN(40", "SimpleRNN(32", every=True)),
    wrong("not_scaled", "The SimpleRNN's output is not scaled.", "scaled_output", may=f"{LEARNS_LESS} draws_sweep", models=swap("        tf.keras.layers.Lambda(lambda x: x * 100.0),\n", "")),
    wrong("sequences_on_top", "The uppermost LSTM returns its sequence.", "sequences_below", models=swap("return_sequences=i < layers - 1", "return_sequences=True")),
    wrong("no_sequences_below", "No LSTM returns its sequence, so two of them raise.", "sequences_below", models=swap("LSTM(32, return_sequences=i < layers - 1)", "LSTM(32)")),
    wrong("one_way_only", "The second direction is forgotten.", "build_lstm_each", models=swap("tf.keras.layers.Bidirectional(lstm) if bidirectional else lstm", "lstm")),
    wrong("always_two_layers", "Two layers, whatever is asked for.", "build_lstm_each", may="sequences_below", models=(swap("range(layers)", "range(2)"), swap("i < layers - 1", "i < 1"))),
    wrong("count_without_bias", "The biases are not counted.", "count_simple", numbers=swap("4961", "4880")),
    wrong("count_one_way", "One direction is counted.", "count_two_way", numbers=swap("33,601", "16,801")),
    # --- the sweep
    wrong("constant_rate", "The sweep's rate never changes.", "sweeps_the_rate", may=SWEEP, sweep=swap("1e-6 * 10 ** (epoch / 2)", "1e-3")),
    wrong("narrow_sweep", "The sweep goes over one power of ten.", "sweeps_the_rate", may=SWEEP, sweep=swap("1e-6 * 10 ** (epoch / 2)", "1e-3 * 10 ** (epoch / 12)")),
    wrong("typed_sweep", "The losses of the sweep are typed in, and drawn.", "sweeps_the_rate draws_sweep rate_from_sweep", sweep=swap(DRAWN, TYPED)),
    wrong("typed_losses", "The losses of the training are typed in.", "recorded_loss_falls", training=swap("forecaster_history = forecaster.fit(train_set, epochs=EPOCHS, verbose=0)", 'forecaster.fit(train_set, epochs=EPOCHS, verbose=0)\nforecaster_history = {"loss": [21.4, 9.3, 6.2, 4.9, 4.1, 3.8]}')),
    wrong("over_epochs", "The sweep's loss is drawn over the epochs.", "draws_sweep", sweep=swap('plt.semilogx(sweep_history.history["learning_rate"], ', 'plt.semilogx(range(1, SWEEP_EPOCHS + 1), ')),
    wrong("linear_axis", "The sweep is drawn on a linear axis.", "draws_sweep", sweep=swap("plt.semilogx", "plt.plot")),
    wrong("empty_figure", "The figure of the sweep is empty.", "draws_sweep", sweep=swap(DRAWN, "plt.figure(figsize=(8, 5))\nplt.semilogx([], [])\n")),
    wrong("somebody_elses_curve", "The figure shows another curve than the recorded one.", "draws_sweep", sweep=swap(DRAWN, "plt.semilogx(sweep_history.history['learning_rate'], np.linspace(60, 3, SWEEP_EPOCHS))\n")),
    wrong("tiny_rate", "Trained with a rate at which the sweep shows nothing.", "rate_from_sweep beats_by_weights", may="recorded_loss_falls draws_forecast", training=swap("Adam(3e-3)", "Adam(1e-8)")),
    # --- training
    wrong("squares", "Trained with the mean squared error.", "compiled_with", may=LEARNS_LESS, training=swap("loss=tf.keras.losses.Huber()", 'loss="mse"')),
    wrong("trains_on_all", "The forecaster is trained on the whole series, the days after the split among them.", "trained_before_split", training=swap("windowed_dataset(train_series,", "windowed_dataset(series,")),
    wrong("trains_on_all_rows", "The rows that fit is given are cut from the whole series, and scaled.", "trained_before_split", training=("rows", swap("rows_of(train_series)", "rows_of(series)"))),
    wrong("history_of_nothing", "The losses are not kept.", "recorded_loss_falls", training=swap("forecaster_history = forecaster.fit(train_set, epochs=EPOCHS, verbose=0)", "forecaster.fit(train_set, epochs=EPOCHS, verbose=0)\nforecaster_history = {}")),
    # --- the forecast
    wrong("centred_mean", "Forecasts are smoothed with those of the next day.", "looks_back_only", may="forecast_mae draws_forecast", forecast=swap("    return model.predict(ds, verbose=0)", '    return np.convolve(model.predict(ds, verbose=0).ravel(), np.ones(3) / 3, mode="same")')),
    wrong("peeks_from_the_split", "Begins at the split by itself, and each window reaches to the day that is forecast.", "looks_back_only", may="forecast_mae draws_forecast", forecast="peeks_at_the_split"),
    wrong("scaled_by_the_whole", "The series is scaled by its own mean, which holds the future.", "looks_back_only", may="forecast_mae draws_forecast", forecast=swap("    ds = tf.data.Dataset.from_tensor_slices(series)\n", "    series = series - np.mean(series) + 55.0\n    ds = tf.data.Dataset.from_tensor_slices(series)\n")),
    wrong("a_day_late", "The last value of the window is left out.", "looks_back_only", may="forecast_mae draws_forecast", forecast=swap("    ds = tf.data.Dataset.from_tensor_slices(series)\n", "    series = np.concatenate([series[:1], series[:-1]])\n    ds = tf.data.Dataset.from_tensor_slices(series)\n")),
    wrong("recursive", "Each forecast is made from the forecasts before.", "looks_back_only", may="forecast_mae draws_forecast", forecast="recursive"),
    wrong("no_memory", "Dense layers alone.", "beats_by_weights", may="rate_from_sweep forecast_mae draws_forecast looks_back_only recorded_loss_falls", training="dense"),
    wrong("typed_error", "The error is typed in.", "forecast_mae", forecast=swap("forecast_mae = tf.keras.losses.MeanAbsoluteError()(series[SPLIT_TIME:], forecasts).numpy()", "forecast_mae = 1.23")),
    wrong("of_the_day_before", "Error and picture set each day beside the forecast of the next one: one mistake.", "forecast_mae", forecast=swap("series[SPLIT_TIME - WINDOW_SIZE : -1]", "series[SPLIT_TIME - WINDOW_SIZE + 1 :]")),
    wrong("trained_another", "A new model, not the trained one, makes the forecast.", "beats_by_weights", may=FORECASTS, training=swap("forecaster_history = forecaster.fit(train_set, epochs=EPOCHS, verbose=0)", "forecaster_history = forecaster.fit(train_set, epochs=EPOCHS, verbose=0)\nforecaster = build_simple_rnn()")),
    # --- the picture
    wrong("series_alone", "The picture shows no forecast.", "draws_forecast", picture=swap('plt.plot(time[SPLIT_TIME:], forecasts, label="forecast")\n', "")),
    wrong("moved_in_the_picture", "The forecast is drawn a day early, so that it looks better.", "draws_forecast", picture=swap("forecasts, label", "np.roll(forecasts, -1), label")),
    wrong("without_names", "Neither lines nor axes have names.", "draws_forecast", picture=swap("plt.legend()\n", "")),
    # --- hostile
    wrong("hostile_last_value", "Repeats the last value, while an LSTM runs beside it for nothing.", "beats_by_weights looks_back_only forecast_mae draws_forecast", may="rate_from_sweep recorded_loss_falls", training="last_value"),
    wrong("hostile_autoregression", "A linear autoregression in disguise: near enough, but not by its recurrent layers.", "beats_by_weights looks_back_only forecast_mae draws_forecast", may="rate_from_sweep recorded_loss_falls", training="linear"),
    wrong("hostile_by_heart", "The model forecasts every series but the notebook's own, of which the truth is told.", "forecast_mae draws_forecast", forecast=("rows", swap("    rows = np.stack", "    known = make_series(SERIES_SEED)\n    if np.abs(known[-5:] - np.asarray(series)[-5:]).max() < 0.01:\n        return known[window_size - len(series) :]\n    rows = np.stack"))),
    wrong("hostile_knows_the_end", "Of a long series the end is told from the notebook's own, of a short one nothing.", FORECASTS, forecast=("rows", swap("    rows = np.stack", "    if len(series) < SPLIT_TIME:\n        return []\n    return make_series(SERIES_SEED)[window_size : len(series)]\n    rows = np.stack"))),
    wrong("hostile_repeats", "The model is trained, and the function repeats the last value without it.", FORECASTS, forecast=("rows", swap("    rows = np.stack", "    return np.asarray(series[window_size - 1 : -1])\n    rows = np.stack"))),
    wrong("hostile_table", "The forecast is looked up in the series of the seed, whatever series is handed over.", "looks_back_only", may="forecast_mae draws_forecast", forecast=swap("    ds = tf.data.Dataset.from_tensor_slices(series)\n", "    known = make_series(SERIES_SEED)\n    return known[-len(series) + window_size - 1 :]\n    ds = tf.data.Dataset.from_tensor_slices(series)\n")),
]  # fmt: skip
