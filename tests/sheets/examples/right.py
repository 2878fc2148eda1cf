import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf

SEQ_LEN = 8
UNITS = 5
READ_IN = 4
BATCH_SIZE = 16

total = 35
shared = "C"


def scaled(values, factor):
    return values * factor


def shaken(values):
    return values + np.random.normal(size=values.shape)


def last_state(cell, x, state):
    for now in x:
        state = cell.forward(state, now)
    return state


class Counter:
    def __init__(self, start):
        self.stands = start

    def count(self):
        self.stands += 1
        return self.stands


def noise_task(seq_len, num_samples):
    for _ in range(num_samples):
        noise = np.random.normal(size=(seq_len, 1)).astype("float32")
        yield noise, np.array([int(noise.sum() > 0)])


def data(samples):
    signature = (tf.TensorSpec((SEQ_LEN, 1), tf.float32), tf.TensorSpec((1,), tf.int64))
    made = tf.data.Dataset.from_generator(lambda: noise_task(SEQ_LEN, samples), output_signature=signature)
    return made.cache().batch(BATCH_SIZE).prefetch(1)


train_ds, test_ds = data(320), data(64)


class RNN_Cell(tf.keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units
        self.dense = tf.keras.layers.Dense(units, activation="tanh")

    def call(self, x, hidden):
        return self.dense(tf.concat([x, hidden], axis=-1))


class RNN_Layer(tf.keras.layers.Layer):
    def __init__(self, cell):
        super().__init__()
        self.cell = cell

    def zero_states(self, batch_size):
        return tf.zeros((batch_size, self.cell.units))

    def call(self, x, hidden):
        outputs = []
        for t in range(x.shape[1]):
            hidden = self.cell(x[:, t], hidden)
            outputs.append(hidden)
        return tf.stack(outputs, axis=1)


class MyModel(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.read_in = tf.keras.layers.Dense(READ_IN, activation="relu")
        self.layer = RNN_Layer(RNN_Cell(UNITS))
        self.read_out = tf.keras.layers.Dense(1, activation="sigmoid")

    def call(self, x):
        states = self.layer.zero_states(tf.shape(x)[0])
        return self.read_out(self.layer(self.read_in(x), states)[:, -1])


model = MyModel()
model(tf.zeros((1, SEQ_LEN, 1)))
optimizer, loss_function = tf.keras.optimizers.Adam(1e-2), tf.keras.losses.BinaryCrossentropy()


@tf.function
def train_step(noise, label):
    with tf.GradientTape() as tape:
        loss = loss_function(label, model(noise))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
    return loss


train_losses, norms = [], []
for _ in range(3):
    train_losses.append(float(np.mean([train_step(noise, label) for noise, label in train_ds])))
    norms.append(float(tf.linalg.global_norm(model.trainable_variables)))
train_accuracies = [0.5, 0.6, 0.7]

forecaster = tf.keras.Sequential(
    [tf.keras.Input((SEQ_LEN, 1)), tf.keras.layers.SimpleRNN(UNITS), tf.keras.layers.Dense(1)]
)
forecaster.compile(loss="mse", optimizer=tf.keras.optimizers.Adam(1e-2))
x = np.random.normal(size=(256, SEQ_LEN, 1)).astype("float32")
history = forecaster.fit(x, x.mean(axis=1), epochs=3, verbose=0)
plt.plot(history.history["loss"], label="training")
plt.legend()
plt.show()
