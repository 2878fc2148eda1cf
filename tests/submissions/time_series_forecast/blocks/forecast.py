# %% dataset: a data set of windows, and predict, as the public course does it.
def forecast(model, series, window_size):
    ds = tf.data.Dataset.from_tensor_slices(series)
    ds = ds.window(window_size, shift=1, drop_remainder=True)
    ds = ds.flat_map(lambda w: w.batch(window_size))
    ds = ds.batch(32).prefetch(1)
    return model.predict(ds, verbose=0)


# -- next cell --
forecasts = forecast(forecaster, series[SPLIT_TIME - WINDOW_SIZE : -1], WINDOW_SIZE).squeeze()
forecast_mae = tf.keras.losses.MeanAbsoluteError()(series[SPLIT_TIME:], forecasts).numpy()


# %% rows: rows of an array.
def forecast(model, series, window_size):
    rows = np.stack([series[i : i + window_size] for i in range(len(series) - window_size)]).astype("float32")
    return model(rows[..., None]).numpy().ravel()


# -- next cell --
forecasts = forecast(forecaster, series, WINDOW_SIZE)[SPLIT_TIME - WINDOW_SIZE :]
forecast_mae = np.mean(np.abs(series[SPLIT_TIME:] - forecasts))


# %% one_by_one: a list, one window after the other.
def forecast(model, series, window_size):
    found = []
    for t in range(len(series) - window_size):
        found.append(model(np.asarray(series[t : t + window_size], "float32")[np.newaxis]))
    return np.array(found)[:, 0, 0]


# -- next cell --
forecasts = forecast(forecaster, series[SPLIT_TIME - WINDOW_SIZE :], WINDOW_SIZE)
errors = tf.abs(tf.cast(series[SPLIT_TIME:], tf.float32) - forecasts)
forecast_mae = tf.reduce_mean(errors)


# %% recursive: from the first window alone, each forecast from the forecasts before.
def forecast(model, series, window_size):
    values = list(np.asarray(series[:window_size], "float32"))
    for t in range(window_size, len(series)):
        values.append(float(model(np.array([values[-window_size:]], "float32"))[0, 0]))
    return np.array(values[window_size:])


# -- next cell --
forecasts = forecast(forecaster, series[SPLIT_TIME - WINDOW_SIZE :], WINDOW_SIZE)
forecast_mae = float(np.mean(np.abs(series[SPLIT_TIME:] - forecasts)))

# %% from_the_split: by itself it begins at SPLIT_TIME, one value after the other.
def forecast(model, series, window_size):
    found = []
    for day in range(SPLIT_TIME, len(series)):
        answer = model(np.asarray(series[day - window_size : day], "float32")[np.newaxis])
        found.append(float(answer[0, 0]))
    return found


# -- next cell --
forecasts = forecast(forecaster, series, WINDOW_SIZE)
forecast_mae = np.mean(np.abs(series[SPLIT_TIME:] - forecasts))

# %% peeks_at_the_split: by itself it begins at SPLIT_TIME, and looks at the day itself.
def forecast(model, series, window_size):
    days = range(SPLIT_TIME, len(series))
    rows = np.stack([series[day - window_size + 1 : day + 1] for day in days]).astype("float32")
    return model(rows).numpy().ravel()


# -- next cell --
forecasts = forecast(forecaster, series, WINDOW_SIZE)
forecast_mae = tf.keras.losses.MeanAbsoluteError()(series[SPLIT_TIME:], forecasts).numpy()
