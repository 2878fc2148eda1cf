# %% plain: read-in, LSTM, read-out.
class MyModel(tf.keras.Model):
    """Reads noise, answers with a probability."""

    def __init__(self) -> None:
        super().__init__()
        self.read_in = tf.keras.layers.Dense(READ_IN)
        self.lstm = LSTM_Layer(LSTM_Cell(UNITS))
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

# %% with_build: as plain, but its parts are built in build.
class MyModel(tf.keras.Model):
    """Reads noise, answers with a probability."""

    def __init__(self) -> None:
        super().__init__()
        self.read_in = tf.keras.layers.Dense(READ_IN)
        self.lstm = LSTM_Layer(LSTM_Cell(UNITS))
        self.read_out = tf.keras.layers.Dense(1, activation="sigmoid")

    def build(self, input_shape: tuple) -> None:
        """Build the parts.

        Args:
            input_shape: shape of the noise.
        """
        self.read_in.build(input_shape)
        self.lstm.build((None, None, READ_IN))
        self.read_out.build((None, UNITS))
        self.built = True

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Answer for a batch.

        Args:
            x: noise, [batch, seq_len, 1].

        Returns:
            probabilities, [batch, 1].
        """
        hidden = self.lstm(self.read_in(x), self.lstm.zero_states(tf.shape(x)[0]))
        return self.read_out(hidden[:, -1])

# %% own_steps: the model brings its training and testing steps and its metrics along.
class MyModel(tf.keras.Model):
    """Network with everything it needs for training."""

    def __init__(self) -> None:
        super().__init__()
        self.read_in = tf.keras.layers.Dense(READ_IN, activation="tanh")
        self.lstm_layer = LSTM_Layer(LSTM_Cell(UNITS))
        self.read_out = tf.keras.layers.Dense(1, activation=tf.nn.sigmoid)
        self.my_optimizer = tf.keras.optimizers.RMSprop(LEARNING_RATE)
        self.my_loss = tf.keras.losses.BinaryCrossentropy()
        self.mean_loss = tf.keras.metrics.Mean(name="mean_loss")
        self.hits = tf.keras.metrics.BinaryAccuracy(name="hits")

    def call(self, x: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Forward pass.

        Args:
            x: noise, [batch, seq_len, 1].
            training: there is no dropout, so it does not matter.
        """
        x = self.read_in(x)
        x = self.lstm_layer(x, self.lstm_layer.zero_states(tf.shape(x)[0]))
        return self.read_out(x[:, -1, :])

    @tf.function
    def learn(self, x: tf.Tensor, t: tf.Tensor) -> None:
        """One step of training.

        Args:
            x: noise.
            t: targets.
        """
        with tf.GradientTape() as tape:
            prediction = self(x, training=True)
            loss = self.my_loss(t, prediction)
        gradients = tape.gradient(loss, self.trainable_variables)
        self.my_optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        self.mean_loss.update_state(loss)

    @tf.function
    def look(self, x: tf.Tensor, t: tf.Tensor) -> None:
        """One step of testing.

        Args:
            x: noise.
            t: targets.
        """
        prediction = self(x)
        self.mean_loss.update_state(self.my_loss(t, prediction))
        self.hits.update_state(t, prediction)

# %% undocumented: nobody says what anything is.
class MyModel(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.read_in = tf.keras.layers.Dense(READ_IN)
        self.lstm = LSTM_Layer(LSTM_Cell(UNITS))
        self.read_out = tf.keras.layers.Dense(1, activation="sigmoid")

    def call(self, x):
        h = self.lstm(self.read_in(x), self.lstm.zero_states(tf.shape(x)[0]))
        return self.read_out(h[:, -1])

# %% all_traced: as in 2021: call is a tf.function.
class MyModel(tf.keras.Model):
    """Read-in layer, LSTM, read-out layer."""

    def __init__(self) -> None:
        super(MyModel, self).__init__()
        self.read_in = tf.keras.layers.Dense(READ_IN, activation=tf.nn.relu)
        self.lstm = LSTM_Layer(LSTM_Cell(UNITS))
        self.read_out = tf.keras.layers.Dense(1, activation=tf.nn.sigmoid)

    @tf.function
    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Answer for a batch.

        Args:
            x: noise, [batch, seq_len, 1].
        """
        x = self.read_in(x)
        x = self.lstm(x, self.lstm.zero_states(tf.shape(x)[0]))
        return self.read_out(x[:, -1, :])

# %% stacked: as in 2021: two LSTM layers on the noise itself, no read-in; call is a tf.function.
class MyModel(tf.keras.Model):
    """Two LSTM layers, one on top of the other, and a read-out layer."""

    def __init__(self) -> None:
        super(MyModel, self).__init__()
        self.lstm_layers = [LSTM_Layer(LSTM_Cell(UNITS)), LSTM_Layer(LSTM_Cell(UNITS))]
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

# %% own_loop: the time loop stands in the model, around a cell.
class NoiseNet(tf.keras.Model):
    """Reads noise step by step, answers with a probability."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = tf.keras.layers.Dense(READ_IN)
        self.memory = LSTM_Cell(UNITS)
        self.decide = tf.keras.layers.Dense(1, activation="sigmoid")

    def call(self, noise: tf.Tensor) -> tf.Tensor:
        """Answer for a batch.

        Args:
            noise: [batch, seq_len, 1].
        """
        embedded = self.embed(noise)
        hidden = carried = tf.zeros((tf.shape(noise)[0], UNITS))
        for moment in range(noise.shape[1]):
            hidden, carried = self.memory(embedded[:, moment], (hidden, carried))
        return self.decide(hidden)

# %% told: a layer that is told to return sequences.
class NoiseNet(tf.keras.Model):
    """Read-in, LSTM, read-out."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = tf.keras.layers.Dense(32)
        self.recurrent = Unroller(RecurrentCell(100), return_sequences=True)
        self.decide = tf.keras.layers.Dense(1, activation="sigmoid")

    def call(self, noise: tf.Tensor) -> tf.Tensor:
        """Answer for a batch.

        Args:
            noise: [batch, seq_len, 1].
        """
        states = self.recurrent.zero_states(tf.shape(noise)[0])
        return self.decide(self.recurrent(self.embed(noise), states)[:, -1, :])

# %% german: a read-in, the German layer, a read-out.
class Netz(tf.keras.Model):
    """Liest Rauschen, antwortet mit einer Wahrscheinlichkeit."""

    def __init__(self) -> None:
        super().__init__()
        self.rein = tf.keras.layers.Dense(32)
        self.abwickler = Abwickler(MemoryCell(100))
        self.raus = tf.keras.layers.Dense(1, activation="sigmoid")

    def call(self, rauschen: tf.Tensor) -> tf.Tensor:
        """Antwort auf einen Batch.

        Args:
            rauschen: [batch, seq_len, 1].
        """
        alle = self.abwickler(self.rein(rauschen), self.abwickler.nullzustaende(tf.shape(rauschen)[0]))
        return self.raus(alle[:, -1])

# %% modules: no Keras layer anywhere, a dense layer is a tf.Module, too.
class Affine(tf.Module):
    """A matrix and a bias.

    Args:
        width_in: width of what comes in.
        width_out: width of what goes out.
    """

    def __init__(self, width_in: int, width_out: int) -> None:
        super().__init__()
        self.w = tf.Variable(tf.random.normal((width_in, width_out)) * width_out**-0.5)
        self.b = tf.Variable(tf.zeros(width_out))

    def __call__(self, x: tf.Tensor) -> tf.Tensor:
        """Apply it.

        Args:
            x: [..., width_in].
        """
        return tf.tensordot(x, self.w, axes=1) + self.b


class MyModel(tf.Module):
    """Reads noise, answers with a probability."""

    def __init__(self) -> None:
        super().__init__()
        self.read_in = Affine(1, READ_IN)
        self.lstm = LSTM_Layer(LSTM_Cell(UNITS))
        self.read_out = Affine(UNITS, 1)

    def __call__(self, x: tf.Tensor) -> tf.Tensor:
        """Answer for a batch.

        Args:
            x: noise, [batch, seq_len, 1].
        """
        hidden = self.lstm(self.read_in(x), self.lstm.zero_states(tf.shape(x)[0]))
        return tf.sigmoid(self.read_out(hidden[:, -1]))
