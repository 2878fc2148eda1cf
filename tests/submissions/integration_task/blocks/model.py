# %% plain: a read-in, one LSTM layer, a sigmoid.
class MyModel(tf.keras.Model):
    """Reads noise, answers with a probability."""

    def __init__(self) -> None:
        super().__init__()
        self.read_in = tf.keras.layers.Dense(16, activation="tanh")
        self.lstm = LSTM_Layer(LSTM_Cell(32))
        self.read_out = tf.keras.layers.Dense(1, activation="sigmoid")

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Answer for a batch.

        Args:
            x: noise, [batch, seq_len, 1].

        Returns:
            probabilities, [batch, 1].
        """
        states = self.lstm.zero_states(tf.shape(x)[0])
        hidden = self.lstm(self.read_in(x), states)
        return self.read_out(hidden[:, -1])

# %% only_lstm: 25 units on the noise itself, 2,726 parameters.
class MyModel(tf.keras.Model):
    """LSTM layer and output layer, nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm_layer = LSTM_Layer(LSTM_Cell(25))
        self.output_layer = tf.keras.layers.Dense(units=1, activation="sigmoid")

    def call(self, data: tf.Tensor) -> tf.Tensor:
        """Forward step.

        Args:
            data: batch of sequences, [batch, seq_len, 1].
        """
        zero_states = self.lstm_layer.zero_states(data.shape[0])
        output = self.lstm_layer(data, zero_states)
        last_output = output[:, -1, :]
        return self.output_layer(last_output)

# %% two_layers: 25 units on 25 units on the noise itself, 7,826 parameters; the upper layer is created first.
class MyModel(tf.keras.Model):
    """Two LSTM layers, one on top of the other."""

    def __init__(self) -> None:
        super().__init__()
        self.upper = LSTM_Layer(LSTM_Cell(25))
        self.lower = LSTM_Layer(LSTM_Cell(25))
        self.out = tf.keras.layers.Dense(1, activation=tf.nn.sigmoid)

    def call(self, data: tf.Tensor) -> tf.Tensor:
        """Forward step.

        Args:
            data: batch of sequences, [batch, seq_len, 1].
        """
        for layer in (self.lower, self.upper):
            data = layer(data, layer.zero_states(tf.shape(data)[0]))
        return self.out(data[:, -1, :])

# %% three_layers: three LSTM layers of different widths in a list.
class MyModel(tf.keras.Model):
    """A read-in layer and a stack of LSTM layers.

    Args:
        units: widths of the LSTM layers, from the bottom to the top.
    """

    def __init__(self, units: tuple[int, ...] = (12, 20, 16)) -> None:
        super().__init__()
        self.read_in = tf.keras.layers.Dense(8)
        self.stack = [LSTM_Layer(LSTM_Cell(width)) for width in units]
        self.read_out = tf.keras.layers.Dense(1, activation="sigmoid")

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Answer for a batch.

        Args:
            x: noise, [batch, seq_len, 1].
        """
        x = self.read_in(x)
        for lstm in self.stack:
            x = lstm(x, lstm.zero_states(tf.shape(x)[0]))
        return self.read_out(x[:, -1])

# %% deep: three read-in layers and two read-out layers around one LSTM layer.
class MyModel(tf.keras.Model):
    """Many dense layers around an LSTM."""

    def __init__(self) -> None:
        super().__init__()
        self.dense_1 = tf.keras.layers.Dense(24, activation="relu")
        self.dense_2 = tf.keras.layers.Dense(16, activation="tanh")
        self.dense_3 = tf.keras.layers.Dense(8, use_bias=False)
        self.lstm = LSTM_Layer(LSTM_Cell(20))
        self.dense_4 = tf.keras.layers.Dense(10, activation="elu")
        self.dense_5 = tf.keras.layers.Dense(1, activation="sigmoid")

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Answer for a batch.

        Args:
            x: noise, [batch, seq_len, 1].
        """
        x = self.dense_3(self.dense_2(self.dense_1(x)))
        x = self.lstm(x, self.lstm.zero_states(tf.shape(x)[0]))
        return self.dense_5(self.dense_4(x[:, -1]))

# %% wide: 32 units read in, an LSTM of 100, 53,365 parameters.
class MyModel(tf.keras.Model):
    """Dense layer, LSTM layer, dense layer."""

    def __init__(self) -> None:
        super().__init__()
        self.dense_in = tf.keras.layers.Dense(32)
        self.LSTM = LSTM_Layer(LSTM_Cell(100))
        self.dense_out = tf.keras.layers.Dense(1, activation=tf.keras.activations.sigmoid)

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Forward pass.

        Args:
            inputs: sequences, [batch, seq_len, 1].
        """
        embedded = self.dense_in(inputs)
        states = self.LSTM.zero_states(tf.shape(inputs)[0])
        return self.dense_out(self.LSTM(embedded, states)[:, -1, :])

# %% wide_traced: the same as in 2021: call is a tf.function.
class MyModel(tf.keras.Model):
    """Dense layer, LSTM layer, dense layer."""

    def __init__(self) -> None:
        super(MyModel, self).__init__()
        self.dense_in = tf.keras.layers.Dense(32)
        self.lstm = LSTM_Layer(LSTM_Cell(100))
        self.dense_out = tf.keras.layers.Dense(1, activation=tf.keras.activations.sigmoid)

    @tf.function
    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        """Forward pass.

        Args:
            inputs: sequences, [batch, seq_len, 1].
        """
        embedded = self.dense_in(inputs)
        states = self.lstm.zero_states(tf.shape(inputs)[0])
        return self.dense_out(self.lstm(embedded, states)[:, -1, :])

# %% stacked_traced: two LSTM layers of 25 units as in 2021: call is a tf.function.
class MyModel(tf.keras.Model):
    """Two LSTM layers, one on top of the other, and a read-out layer."""

    def __init__(self) -> None:
        super(MyModel, self).__init__()
        self.lstm_layers = [LSTM_Layer(LSTM_Cell(25)), LSTM_Layer(LSTM_Cell(25))]
        self.read_out = tf.keras.layers.Dense(1, activation=tf.nn.sigmoid)

    @tf.function
    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Answer for a batch.

        Args:
            x: noise, [batch, seq_len, 1].
        """
        for layer in self.lstm_layers:
            x = layer(x, layer.zero_states(tf.shape(x)[0]))
        return self.read_out(x[:, -1, :])

# %% outer_activations: activations are functions around layers without any.
class MyModel(tf.keras.Model):
    """Two read-in layers with activations of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.first = tf.keras.layers.Dense(12)
        self.second = tf.keras.layers.Dense(12)
        self.lstm = LSTM_Layer(LSTM_Cell(24))
        self.last = tf.keras.layers.Dense(1)

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Answer for a batch.

        Args:
            x: noise, [batch, seq_len, 1].
        """
        x = tf.nn.tanh(self.second(tf.nn.relu(self.first(x))))
        x = self.lstm(x, self.lstm.zero_states(tf.shape(x)[0]))
        return tf.sigmoid(self.last(x[:, -1]))

# %% sequence_of_layers: the dense layers stand in a tf.keras.Sequential.
class MyModel(tf.keras.Model):
    """Layers in groups."""

    def __init__(self) -> None:
        super().__init__()
        self.before = tf.keras.Sequential([tf.keras.layers.Dense(20, activation="relu"), tf.keras.layers.Dense(10)])
        self.lstm = LSTM_Layer(LSTM_Cell(30))
        self.after = tf.keras.Sequential([tf.keras.layers.Dense(1, activation="sigmoid")])

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Answer for a batch.

        Args:
            x: noise, [batch, seq_len, 1].
        """
        x = self.before(x)
        return self.after(self.lstm(x, self.lstm.zero_states(tf.shape(x)[0]))[:, -1])

# %% functional: layers joined with the functional API, the LSTM layer starts from zeros by itself.
def MyModel() -> tf.keras.Model:
    """Joins the layers of the network."""
    noise = tf.keras.Input((SEQ_LEN, 1))
    hidden = LSTM_Layer(LSTM_Cell(24))(tf.keras.layers.Dense(12, activation="tanh")(noise))
    return tf.keras.Model(noise, tf.keras.layers.Dense(1, activation="sigmoid")(hidden[:, -1]))

# %% cells_in_a_list: there is no layer; every time step goes through all cells of a list. A softmax over two classes.
class StackedCells(tf.keras.Model):
    """Cells on top of each other.

    Args:
        widths: units of the cells, from the bottom to the top.
    """

    def __init__(self, widths: tuple[int, ...] = (20, 14)) -> None:
        super().__init__()
        self.cells = [LSTM_Cell(width) for width in widths]
        self.vote = tf.keras.layers.Dense(2, activation="softmax")

    def call(self, sequences: tf.Tensor) -> tf.Tensor:
        """One probability for each of two classes.

        Args:
            sequences: noise, [batch, seq_len, 1].
        """
        count = tf.shape(sequences)[0]
        memory = [(tf.zeros((count, cell.units)), tf.zeros((count, cell.units))) for cell in self.cells]
        for moment in range(sequences.shape[1]):
            signal = sequences[:, moment]
            for place, cell in enumerate(self.cells):
                memory[place] = cell(signal, memory[place])
                signal = memory[place][0]
        return self.vote(signal)
