# %% before: three Dense layers, reset before the product, the update gate keeps.
class GRU_Cell(tf.keras.layers.Layer):
    """One step of a GRU.

    Args:
        units: width of the hidden state.
    """

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = units
        self.update_gate = tf.keras.layers.Dense(units, activation="sigmoid")
        self.reset_gate = tf.keras.layers.Dense(units, activation="sigmoid")
        self.candidate = tf.keras.layers.Dense(units, activation="tanh")

    def call(self, x: tf.Tensor, hidden: tf.Tensor) -> tf.Tensor:
        """One step.

        Args:
            x: input of this step, [batch, input].
            hidden: the hidden state, [batch, units].

        Returns:
            the new hidden state.
        """
        seen = tf.concat([x, hidden], axis=-1)
        update = self.update_gate(seen)
        reset = self.reset_gate(seen)
        new = self.candidate(tf.concat([x, reset * hidden], axis=-1))
        return update * hidden + (1 - update) * new

# %% after: fused kernels with two biases, reset after the product, as Keras and PyTorch keep them.
class GRU_Cell(tf.keras.layers.Layer):
    """A GRU with fused kernels.

    Args:
        units: width of the hidden state.
    """

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = units

    def build(self, input_shape: tuple) -> None:
        """Make the weights.

        Args:
            input_shape: [batch, input].
        """
        self.kernel = self.add_weight(name="kernel", shape=(input_shape[-1], 3 * self.units), initializer="glorot_uniform")
        self.recurrent = self.add_weight(name="recurrent", shape=(self.units, 3 * self.units), initializer="orthogonal")
        self.bias_x = self.add_weight(name="bias_x", shape=(3 * self.units,), initializer="zeros")
        self.bias_h = self.add_weight(name="bias_h", shape=(3 * self.units,), initializer="zeros")

    def call(self, x: tf.Tensor, hidden: tf.Tensor) -> tf.Tensor:
        """One step.

        Args:
            x: input of this step, [batch, input].
            hidden: the hidden state, [batch, units].
        """
        zx, rx, nx = tf.split(x @ self.kernel + self.bias_x, 3, axis=1)
        zh, rh, nh = tf.split(hidden @ self.recurrent + self.bias_h, 3, axis=1)
        update, reset = tf.sigmoid(zx + zh), tf.sigmoid(rx + rh)
        new = tf.tanh(nx + reset * nh)
        return update * hidden + (1 - update) * new

# %% renews: a Dense layer for x and one for h in every gate; the update gate says what is renewed.
class GRU_Cell(tf.keras.layers.Layer):
    """A GRU with separate layers for input and recurrence.

    Args:
        units: width of the hidden state.
    """

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = units
        self.of_x = [tf.keras.layers.Dense(units) for _ in range(3)]
        self.of_h = [tf.keras.layers.Dense(units, use_bias=False) for _ in range(3)]

    def call(self, x: tf.Tensor, hidden: tf.Tensor) -> tf.Tensor:
        """One step.

        Args:
            x: input of this step, [batch, input].
            hidden: the hidden state, [batch, units].
        """
        update = tf.sigmoid(self.of_x[0](x) + self.of_h[0](hidden))
        reset = tf.sigmoid(self.of_x[1](x) + self.of_h[1](hidden))
        new = tf.tanh(self.of_x[2](x) + self.of_h[2](reset * hidden))
        return (1 - update) * hidden + update * new

# %% kerass_way: takes and returns a list of states, as Keras' own cells do.
class GRU_Cell(tf.keras.layers.Layer):
    """A GRU that could be given to tf.keras.layers.RNN.

    Args:
        units: width of the hidden state.
    """

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = units
        self.state_size = units
        self.gates = tf.keras.layers.Dense(2 * units, activation="sigmoid")
        self.candidate = tf.keras.layers.Dense(units, activation="tanh")

    def call(self, x: tf.Tensor, states: list) -> tuple:
        """One step.

        Args:
            x: input of this step, [batch, input].
            states: a list with the hidden state, [batch, units].
        """
        hidden = states[0]
        update, reset = tf.split(self.gates(tf.concat([hidden, x], axis=1)), 2, axis=1)
        new = self.candidate(tf.concat([reset * hidden, x], axis=1))
        hidden = update * hidden + (1 - update) * new
        return hidden, [hidden]

# %% simple: a simple recurrent cell, without gates.
class GRU_Cell(tf.keras.layers.Layer):
    """One step, without a reset gate.

    Args:
        units: width of the hidden state.
    """

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = units
        self.dense = tf.keras.layers.Dense(units, activation="tanh")

    def call(self, x: tf.Tensor, hidden: tf.Tensor) -> tf.Tensor:
        """One step.

        Args:
            x: input of this step, [batch, input].
            hidden: the hidden state, [batch, units].
        """
        return self.dense(tf.concat([x, hidden], axis=-1))

# %% own_weights: matrices of the student's own; the new state lies between the old one and the candidate.
class GRU_Cell(tf.keras.layers.Layer):
    """A GRU with matrices W and U.

    Args:
        units: width of the hidden state.
    """

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = units

    def build(self, shape: tuple) -> None:
        """Make the weights.

        Args:
            shape: [batch, input].
        """
        def matrix(name: str, rows: int, start: str) -> tf.Variable:
            """A matrix for both gates and the candidate.

            Args:
                name: what it is called.
                rows: how many rows it has.
                start: how it starts.
            """
            return self.add_weight(name=name, shape=(rows, 3 * self.units), initializer=start)

        self.W, self.U = matrix("W", shape[-1], "glorot_uniform"), matrix("U", self.units, "orthogonal")
        self.b = self.add_weight(name="b", shape=(3 * self.units,), initializer="zeros")

    def call(self, x: tf.Tensor, hidden: tf.Tensor) -> tf.Tensor:
        """One step.

        Args:
            x: input of this step, [batch, input].
            hidden: the hidden state, [batch, units].
        """
        n, seen = self.units, tf.linalg.matmul(x, self.W) + self.b
        update = tf.nn.sigmoid(seen[:, :n] + hidden @ self.U[:, :n])
        reset = tf.nn.sigmoid(seen[:, n : 2 * n] + hidden @ self.U[:, n : 2 * n])
        new = tf.nn.tanh(seen[:, 2 * n :] + (reset * hidden) @ self.U[:, 2 * n :])
        return hidden + update * (new - hidden)
