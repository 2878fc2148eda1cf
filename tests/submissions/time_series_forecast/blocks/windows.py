# %% windows: by window and flat_map, as the public course does it.
def windowed_dataset(series, window_size, batch_size, shuffle_buffer):
    ds = tf.data.Dataset.from_tensor_slices(series)
    ds = ds.window(window_size + 1, shift=1, drop_remainder=True)
    ds = ds.flat_map(lambda w: w.batch(window_size + 1))
    ds = ds.shuffle(shuffle_buffer)
    ds = ds.map(lambda w: (w[:-1], w[-1]))
    ds = ds.batch(batch_size).prefetch(1)
    return ds


# %% with_axis: windows with an axis of one feature.
def windowed_dataset(series, window_size, batch_size, shuffle_buffer):
    ds = tf.data.Dataset.from_tensor_slices(tf.expand_dims(tf.cast(series, tf.float32), -1))
    ds = ds.window(window_size + 1, shift=1, drop_remainder=True).flat_map(lambda w: w.batch(window_size + 1))
    return ds.shuffle(shuffle_buffer).map(lambda w: (w[:-1], w[-1])).batch(batch_size)


# %% arrays: rows of an array, cut in NumPy.
def windowed_dataset(series, window_size, batch_size, shuffle_buffer=1000):
    values = np.array(series, dtype=np.float32)
    rows = np.array([values[i : i + window_size] for i in range(len(values) - window_size)])
    targets = values[window_size:, None]
    return tf.data.Dataset.from_tensor_slices((rows, targets)).shuffle(shuffle_buffer).batch(batch_size)


# %% keras_way: what Keras brings for it.
def windowed_dataset(series, window_size, batch_size, shuffle_buffer):
    series = np.asarray(series, dtype="float32")
    return tf.keras.utils.timeseries_dataset_from_array(
        series[:-1], series[window_size:], sequence_length=window_size, batch_size=batch_size, shuffle=True
    )
