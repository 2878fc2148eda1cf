# %% lambdas: Sequential, with a Lambda in front and one behind.
def build_simple_rnn():
    return tf.keras.models.Sequential(
        [
            tf.keras.layers.Lambda(lambda x: tf.expand_dims(x, axis=-1)),
            tf.keras.layers.SimpleRNN(40, return_sequences=True),
            tf.keras.layers.SimpleRNN(40),
            tf.keras.layers.Dense(1),
            tf.keras.layers.Lambda(lambda x: x * 100.0),
        ]
    )


def build_lstm(layers, bidirectional):
    model = tf.keras.models.Sequential([tf.keras.layers.Lambda(lambda x: tf.expand_dims(x, axis=-1))])
    for i in range(layers):
        lstm = tf.keras.layers.LSTM(32, return_sequences=i < layers - 1)
        model.add(tf.keras.layers.Bidirectional(lstm) if bidirectional else lstm)
    model.add(tf.keras.layers.Dense(1))
    model.add(tf.keras.layers.Lambda(lambda x: x * 100.0))
    return model


# %% functional: the functional way, scaled in front and behind.
def _around(stack, shape=(None,)):
    inputs = tf.keras.Input(shape=shape)
    x = tf.keras.layers.Reshape((-1, 1))(inputs)
    x = tf.keras.layers.Rescaling(1 / 25.0, offset=-2.0)(x)
    for layer in stack:
        x = layer(x)
    x = tf.keras.layers.Dense(1)(x)
    return tf.keras.Model(inputs, tf.keras.layers.Rescaling(25.0, offset=50.0)(x))


def build_simple_rnn():
    return _around([tf.keras.layers.SimpleRNN(40, return_sequences=True), tf.keras.layers.SimpleRNN(40)])


def build_lstm(layers, bidirectional):
    sequences = [True] * (layers - 1) + [False]
    stack = [tf.keras.layers.LSTM(32, return_sequences=one) for one in sequences]
    return _around([tf.keras.layers.Bidirectional(one) for one in stack] if bidirectional else stack)


# %% with_axis: the windows have their axis, and a fixed length.
def build_simple_rnn():
    return keras.Sequential(
        [
            keras.Input(shape=(WINDOW_SIZE, 1)),
            layers.SimpleRNN(40, return_sequences=True),
            layers.SimpleRNN(40),
            layers.Dense(1),
            layers.Lambda(lambda x: x * 100.0),
        ]
    )


def build_lstm(layers, bidirectional):
    stack = [keras.Input(shape=(WINDOW_SIZE, 1))]
    for number in range(layers):
        one = keras.layers.LSTM(32, return_sequences=number + 1 < layers)
        stack.append(keras.layers.Bidirectional(one) if bidirectional else one)
    return keras.Sequential([*stack, keras.layers.Dense(1), keras.layers.Rescaling(100.0)])


# %% classes: classes of the student's own, which scale in call().
class Around(tf.keras.Model):
    def __init__(self, stack):
        super().__init__()
        self.stack = stack
        self.out = tf.keras.layers.Dense(1)

    def call(self, x):
        x = (tf.reshape(x, [tf.shape(x)[0], -1, 1]) - 50.0) / 20.0
        for layer in self.stack:
            x = layer(x)
        return self.out(x) * 20.0 + 50.0


def build_simple_rnn():
    return Around([tf.keras.layers.SimpleRNN(40, return_sequences=True), tf.keras.layers.SimpleRNN(40)])


def build_lstm(layers, bidirectional=False):
    def one(top):
        lstm = tf.keras.layers.LSTM(32, return_sequences=not top)
        return tf.keras.layers.Bidirectional(lstm) if bidirectional else lstm

    return Around([one(i == layers - 1) for i in range(layers)])
