# %% fit: a SimpleRNN model, compile and fit.
forecaster = build_simple_rnn()
forecaster.compile(loss=tf.keras.losses.Huber(), optimizer=tf.keras.optimizers.Adam(3e-3))
train_set = windowed_dataset(train_series, WINDOW_SIZE, BATCH_SIZE, SHUFFLE_BUFFER)
forecaster_history = forecaster.fit(train_set, epochs=EPOCHS, verbose=0)

# %% two_way: two two-way LSTM layers.
forecaster = build_lstm(2, True)
forecaster.compile(loss="huber", optimizer=tf.keras.optimizers.Adam(learning_rate=3e-3), metrics=["mae"])
forecaster_history = forecaster.fit(
    windowed_dataset(train_series, WINDOW_SIZE, BATCH_SIZE, SHUFFLE_BUFFER), epochs=EPOCHS, verbose=0
)

# %% gru: a model of another kind, made of GRU layers.
forecaster = keras.Sequential(
    [
        keras.Input(shape=(WINDOW_SIZE, 1)),
        layers.GRU(40, return_sequences=True),
        layers.BatchNormalization(),
        layers.GRU(40),
        layers.Dropout(0.05),
        layers.Dense(1),
        layers.Lambda(lambda x: x * 100.0),
    ]
)
forecaster.compile(loss=keras.losses.Huber(), optimizer=keras.optimizers.Adam(learning_rate=4e-3))
forecaster_history = forecaster.fit(
    windowed_dataset(train_series, WINDOW_SIZE, BATCH_SIZE, SHUFFLE_BUFFER), epochs=2 * EPOCHS, verbose=0
)

# %% loop: a loop of the student's own.
forecaster = build_simple_rnn()
forecaster_history = {"loss": []}
optimizer, huber = tf.keras.optimizers.Adam(3e-3), tf.keras.losses.Huber()


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = huber(y[:, None], forecaster(x, training=True))
    gradients = tape.gradient(loss, forecaster.trainable_variables)
    optimizer.apply_gradients(zip(gradients, forecaster.trainable_variables))
    return loss


for epoch in range(EPOCHS):
    losses = [float(train_step(x, y)) for x, y in windowed_dataset(train_series, WINDOW_SIZE, BATCH_SIZE, SHUFFLE_BUFFER)]
    forecaster_history["loss"].append(np.mean(losses))

# %% rows: arrays that are scaled by the training part alone; the days after the split are there to look at.
def rows_of(values):
    rows = np.lib.stride_tricks.sliding_window_view(values.astype("float32"), WINDOW_SIZE + 1)
    return (rows[:, :-1, None] - mean) / spread, rows[:, -1:]


mean, spread = train_series.mean().astype("float32"), train_series.std().astype("float32")
inner = tf.keras.Sequential(
    [
        tf.keras.Input((WINDOW_SIZE, 1)),
        tf.keras.layers.LSTM(32),
        tf.keras.layers.Dense(1),
        tf.keras.layers.Rescaling(float(spread), offset=float(mean)),
    ]
)
inner.compile(loss=tf.keras.losses.Huber(), optimizer=tf.keras.optimizers.Adam(1e-2))
x, y = rows_of(train_series)
forecaster_history = inner.fit(
    x, y, validation_data=rows_of(series[SPLIT_TIME - WINDOW_SIZE :]), batch_size=BATCH_SIZE, epochs=2 * EPOCHS, verbose=0
)
forecaster = tf.keras.Sequential(
    [
        tf.keras.layers.Lambda(lambda x: tf.reshape(tf.cast(x, tf.float32), [-1, WINDOW_SIZE, 1])),
        tf.keras.layers.Rescaling(1 / float(spread), offset=-float(mean / spread)),
        inner,
    ]
)
forecaster.compile(loss=tf.keras.losses.Huber(), optimizer=tf.keras.optimizers.Adam(1e-2))

# %% legacy: as old notebooks have it, with lr for the learning rate.
forecaster = build_simple_rnn()
forecaster.compile(loss=tf.keras.losses.Huber(), optimizer=tf.keras.optimizers.Adam(lr=3e-3))
forecaster_history = forecaster.fit(
    windowed_dataset(train_series, WINDOW_SIZE, BATCH_SIZE, SHUFFLE_BUFFER), epochs=EPOCHS, verbose=0
)

# %% dense: a network without any memory.
forecaster = tf.keras.Sequential([tf.keras.Input(shape=(WINDOW_SIZE,)), tf.keras.layers.Dense(1)])
forecaster.compile(loss=tf.keras.losses.Huber(), optimizer=tf.keras.optimizers.Adam(3e-3))
forecaster_history = forecaster.fit(
    windowed_dataset(train_series, WINDOW_SIZE, BATCH_SIZE, SHUFFLE_BUFFER), epochs=EPOCHS, verbose=0
)


# %% last_value: repeats the last value, and lets an LSTM run beside it for nothing.
class Forecaster(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.lstm, self.out = tf.keras.layers.LSTM(32), tf.keras.layers.Dense(1)

    def call(self, x):
        x = tf.reshape(x, [tf.shape(x)[0], -1])
        return x[:, -1:] + 0.0 * self.out(self.lstm(x[:, :, None]))


forecaster = Forecaster()
forecaster.compile(loss=tf.keras.losses.Huber(), optimizer=tf.keras.optimizers.Adam(3e-3))
forecaster_history = forecaster.fit(
    windowed_dataset(train_series, WINDOW_SIZE, BATCH_SIZE, SHUFFLE_BUFFER), epochs=EPOCHS, verbose=0
)
forecaster_history.history["loss"].sort(reverse=True)


# %% linear: a linear autoregression, fitted by least squares, beside an LSTM that does nothing.
class Forecaster(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.lstm, self.out = tf.keras.layers.LSTM(32), tf.keras.layers.Dense(1)
        rows = np.lib.stride_tricks.sliding_window_view(train_series, WINDOW_SIZE + 1)
        with_one = np.c_[rows[:, :-1], np.ones(len(rows))]
        self.fitted = np.linalg.lstsq(with_one, rows[:, -1], rcond=None)[0].astype("float32")

    def call(self, x):
        x = tf.reshape(tf.cast(x, tf.float32), [tf.shape(x)[0], WINDOW_SIZE])
        return x @ self.fitted[:-1, None] + self.fitted[-1] + 0.0 * self.out(self.lstm(x[:, :, None]))


forecaster = Forecaster()
forecaster.compile(loss=tf.keras.losses.Huber(), optimizer=tf.keras.optimizers.Adam(3e-3))
forecaster_history = forecaster.fit(windowed_dataset(train_series, WINDOW_SIZE, BATCH_SIZE, SHUFFLE_BUFFER), epochs=2, verbose=0)
forecaster_history.history["loss"][0] += 1.0
