# %% gru: A GRU.
gated_model = tf.keras.Sequential(
    [tf.keras.layers.Input((None, 1)), tf.keras.layers.GRU(GATED_UNITS), tf.keras.layers.Dense(1, activation="sigmoid")]
)
gated_model.compile(loss="binary_crossentropy", optimizer=tf.keras.optimizers.Adam(0.005, clipnorm=1.0), metrics=["accuracy"])
gated_history = gated_model.fit(
    digits_train, labels_train, validation_data=(digits_test, labels_test), epochs=EPOCHS_GATED, batch_size=BATCH_SIZE, verbose=0
)

# %% lstm: An LSTM, behind a layer that scales the digits.
inputs = Input((None, 1))
scaled = tf.keras.layers.Rescaling(1 / 4.5, offset=-1.0)(inputs)
gated_model = Model(inputs, Dense(1, activation="sigmoid")(LSTM(GATED_UNITS)(scaled)))
gated_model.compile(loss="binary_crossentropy", optimizer=Adam(0.005), metrics=["acc"])
gated_history = gated_model.fit(digits_train, labels_train, validation_data=(digits_test, labels_test), epochs=EPOCHS_GATED, verbose=0)

# %% two_way: In both directions, with dropout.
gated_model = Sequential()
gated_model.add(Input((None, 1)))
gated_model.add(Bidirectional(GRU(16, reset_after=False)))
gated_model.add(tf.keras.layers.Dropout(0.1))
gated_model.add(Dense(8, activation="relu"))
gated_model.add(Dense(1, activation="sigmoid"))
gated_model.compile(loss="binary_crossentropy", optimizer=Adam(0.005, clipnorm=1.0), metrics=["accuracy"])
gated_history = gated_model.fit(digits_train, labels_train, validation_data=(digits_test, labels_test), epochs=EPOCHS_GATED, verbose=0)

# %% loop: A class that reads the last of all outputs, trained by the loop above.
class Gated(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.rnn = tf.keras.layers.GRU(GATED_UNITS, return_sequences=True)
        self.out = tf.keras.layers.Dense(1, activation="sigmoid")

    def call(self, x):
        return self.out(self.rnn(x / 9.0)[:, -1])


gated_model = Gated()
gated_model.build((None, None, 1))
gated_history = trained(gated_model, tf.keras.optimizers.Adam(0.005), digits_train, labels_train, EPOCHS_GATED)

# %% pooled: The mean of a GRU's outputs.
gated_model = tf.keras.Sequential(
    [tf.keras.layers.Input((None, 1)), tf.keras.layers.GRU(GATED_UNITS, return_sequences=True), tf.keras.layers.GlobalAveragePooling1D(), tf.keras.layers.Dense(1, activation="sigmoid")]
)
gated_model.compile(loss="binary_crossentropy", optimizer=tf.keras.optimizers.Adam(0.005, clipnorm=1.0), metrics=["accuracy"])
gated_history = gated_model.fit(
    digits_train, labels_train, validation_data=(digits_test, labels_test), epochs=EPOCHS_GATED, batch_size=BATCH_SIZE, verbose=0
)
