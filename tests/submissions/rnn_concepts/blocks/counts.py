# %% formulas: a formula each.
def simple_rnn_parameters(features, units):
    return units * (features + units + 1)


def lstm_parameters(features, units):
    return 4 * units * (features + units + 1)


def gru_parameters(features, units, reset_after):
    return 3 * units * (features + units + (2 if reset_after else 1))


def bidirectional_lstm_parameters(features, units):
    return 2 * lstm_parameters(features, units)

# %% arrays: the sizes of arrays that are made for it.
def _size(*shapes):
    return sum(np.zeros(shape).size for shape in shapes)


def simple_rnn_parameters(features, units):
    return _size((features, units), (units, units), (units,))


def lstm_parameters(features, units):
    return _size((features, 4 * units), (units, 4 * units), (4 * units,))


def gru_parameters(features, units, reset_after=True):
    biases = (2, 3 * units) if reset_after else (3 * units,)
    return _size((features, 3 * units), (units, 3 * units), biases)


def bidirectional_lstm_parameters(features, units):
    return lstm_parameters(features, units) + lstm_parameters(features, units)

# %% keras: Keras is asked.
def _count(layer, features):
    layer.build((None, None, features))
    return layer.count_params()


def simple_rnn_parameters(features, units):
    return _count(tf.keras.layers.SimpleRNN(units), features)


def lstm_parameters(features, units):
    return _count(tf.keras.layers.LSTM(units), features)


def gru_parameters(features, units, reset_after):
    return _count(tf.keras.layers.GRU(units, reset_after=bool(reset_after)), features)


def bidirectional_lstm_parameters(features, units):
    return 2 * lstm_parameters(features, units)
