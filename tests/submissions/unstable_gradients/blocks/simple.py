# %% sequential: A Sequential.
simple_rnn = tf.keras.Sequential(
    [tf.keras.layers.Input((None, 1)), tf.keras.layers.SimpleRNN(600), tf.keras.layers.Dense(1, activation="sigmoid")]
)
simple_rnn.compile(loss="binary_crossentropy", optimizer=tf.keras.optimizers.SGD(0.01), metrics=["accuracy"])
simple_history = simple_rnn.fit(
    digits_train[:TRAIN_SIMPLE],
    labels_train[:TRAIN_SIMPLE],
    validation_data=(digits_test, labels_test),
    epochs=EPOCHS_SIMPLE,
    batch_size=BATCH_SIZE,
    verbose=0,
)

# %% added: As the course has it.
simple_rnn = Sequential()
simple_rnn.add(Input(shape=(None, 1)))
simple_rnn.add(SimpleRNN(units=600))
simple_rnn.add(Dense(1, activation="sigmoid"))
simple_rnn.compile(loss="binary_crossentropy", optimizer="sgd", metrics=["acc"])
simple_history = simple_rnn.fit(
    digits_train[:TRAIN_SIMPLE], labels_train[:TRAIN_SIMPLE], validation_data=(digits_test, labels_test), epochs=EPOCHS_SIMPLE, verbose=0
)

# %% loop: A class and a loop of the student's own, which keeps a dict.
class Simple(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.rnn = tf.keras.layers.SimpleRNN(600)
        self.out = tf.keras.layers.Dense(1, activation="sigmoid")

    def call(self, x):
        return self.out(self.rnn(x))


def trained(model, optimizer, x, y, epochs):
    curves, run = {"accuracy": [], "val_accuracy": []}, tf.function(step)
    for _ in range(epochs):
        hits = []
        for start in range(0, len(x), BATCH_SIZE):
            batch, labels = tf.constant(x[start : start + BATCH_SIZE]), tf.constant(y[start : start + BATCH_SIZE])
            hits.append(float(run(model, optimizer, batch, labels)))
        curves["accuracy"].append(float(np.mean(hits)))
        curves["val_accuracy"].append(float(np.mean((model(digits_test).numpy() > 0.5) == labels_test)))
    return curves


def step(model, optimizer, batch, labels):
    with tf.GradientTape() as tape:
        p = model(batch)
        loss = tf.reduce_mean(tf.keras.losses.binary_crossentropy(labels, p))
    gradients, _ = tf.clip_by_global_norm(tape.gradient(loss, model.trainable_variables), 1.0)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return tf.reduce_mean(tf.cast((p > 0.5) == (labels > 0.5), tf.float32))


simple_rnn = Simple()
simple_history = trained(simple_rnn, tf.keras.optimizers.SGD(0.01), digits_train[:TRAIN_SIMPLE], labels_train[:TRAIN_SIMPLE], EPOCHS_SIMPLE)

# %% apart: The sigmoid is a layer of its own.
simple_rnn = tf.keras.Sequential(
    [tf.keras.layers.Input((None, 1)), tf.keras.layers.SimpleRNN(600), tf.keras.layers.Dense(1), tf.keras.layers.Activation("sigmoid")]
)
simple_rnn.compile(loss="binary_crossentropy", optimizer=tf.keras.optimizers.SGD(0.01), metrics=["accuracy"])
simple_history = simple_rnn.fit(
    digits_train[:TRAIN_SIMPLE],
    labels_train[:TRAIN_SIMPLE],
    validation_data=(digits_test, labels_test),
    epochs=EPOCHS_SIMPLE,
    batch_size=BATCH_SIZE,
    verbose=0,
)
