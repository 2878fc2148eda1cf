# %% four_dense: four Dense layers on input and hidden state side by side.
class LSTM_Cell(tf.keras.layers.Layer):
    """One step of an LSTM.

    Args:
        units: width of the hidden state and the cell state.
    """

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = units
        self.forget_gate = tf.keras.layers.Dense(units, activation="sigmoid", bias_initializer="ones")
        self.input_gate = tf.keras.layers.Dense(units, activation="sigmoid")
        self.candidate_gate = tf.keras.layers.Dense(units, activation="tanh")
        self.output_gate = tf.keras.layers.Dense(units, activation="sigmoid")

    def call(self, x: tf.Tensor, states: tuple[tf.Tensor, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
        """One step.

        Args:
            x: input of this step, [batch, input].
            states: hidden state and cell state, each [batch, units].

        Returns:
            the new hidden state and cell state.
        """
        hidden, cell = states
        seen = tf.concat([x, hidden], axis=-1)
        forget = self.forget_gate(seen)
        let_in = self.input_gate(seen)
        candidate = self.candidate_gate(seen)
        let_out = self.output_gate(seen)
        cell = forget * cell + let_in * candidate
        hidden = let_out * tf.tanh(cell)
        return hidden, cell

# %% eight_dense: a Dense layer for x (with bias) and one for h (without) in every gate.
class LSTM_Cell(tf.keras.layers.Layer):
    """LSTM cell with separate layers for input and recurrence.

    Args:
        units: number of units.
    """

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = units
        dense = tf.keras.layers.Dense
        self.f_x, self.f_h = dense(units, bias_initializer=tf.keras.initializers.Ones()), dense(units, use_bias=False)
        self.i_x, self.i_h = dense(units), dense(units, use_bias=False)
        self.c_x, self.c_h = dense(units), dense(units, use_bias=False)
        self.o_x, self.o_h = dense(units), dense(units, use_bias=False)

    def call(self, x: tf.Tensor, states: tuple[tf.Tensor, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
        """Computes one time step.

        Args:
            x: [batch, input].
            states: (hidden, cell), [batch, units] each.

        Returns:
            (hidden, cell) of this step.
        """
        h, c = states
        f = tf.nn.sigmoid(self.f_x(x) + self.f_h(h))
        i = tf.nn.sigmoid(self.i_x(x) + self.i_h(h))
        g = tf.nn.tanh(self.c_x(x) + self.c_h(h))
        o = tf.nn.sigmoid(self.o_x(x) + self.o_h(h))
        c = f * c + i * g
        return o * tf.nn.tanh(c), c

# %% fused: one raw matrix for all gates, in the order of Keras: input, forget, candidate, output.
class LSTM_Cell(tf.keras.layers.Layer):
    """LSTM cell with a single matrix multiplication per step.

    Args:
        units: width of the states.
    """

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = units

    def build(self, input_shape: tuple) -> None:
        """Create matrix and bias.

        Args:
            input_shape: shape of x.
        """
        rows, columns = input_shape[-1] + self.units, 4 * self.units
        self.matrix = self.add_weight(name="matrix", shape=(rows, columns), initializer="glorot_uniform", trainable=True)
        ones_for_forget = np.concatenate([np.zeros(self.units), np.ones(self.units), np.zeros(2 * self.units)])
        self.bias = self.add_weight(
            name="bias", shape=(columns,), initializer=tf.keras.initializers.Zeros(), trainable=True
        )
        self.bias.assign(ones_for_forget.astype("float32"))
        self.built = True

    def call(self, x: tf.Tensor, states: tuple[tf.Tensor, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
        """One step for all gates at once.

        Args:
            x: input of this step, [batch, input].
            states: hidden state and cell state.

        Returns:
            the new states.
        """
        hidden, cell = states
        i, f, g, o = tf.split(tf.concat([x, hidden], axis=1) @ self.matrix + self.bias, 4, axis=1)
        cell = tf.sigmoid(f) * cell + tf.sigmoid(i) * tf.tanh(g)
        hidden = tf.sigmoid(o) * tf.tanh(cell)
        return hidden, cell

# %% fused_two: kernel and recurrent kernel apart, gates in the order forget, output, candidate, input.
def start_of_bias(shape: tuple, dtype: str | None = None) -> tf.Tensor:
    """Ones for the forget gate, zeros for the others.

    Args:
        shape: four times the units.
        dtype: type of the numbers.
    """
    units = shape[0] // 4
    return tf.concat([tf.ones(units, dtype or "float32"), tf.zeros(3 * units, dtype or "float32")], 0)


class LSTM_Cell(tf.keras.layers.Layer):
    """LSTM cell with kernel and recurrent kernel.

    Args:
        units: width of the states.
    """

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = units

    def build(self, input_shape: tuple) -> None:
        """Create the weights.

        Args:
            input_shape: shape of x.
        """
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units * 4), initializer="glorot_uniform", name="kernel")
        self.recurrent = self.add_weight(shape=(self.units, self.units * 4), initializer="orthogonal", name="recurrent")
        self.bias = self.add_weight(shape=(self.units * 4,), initializer=start_of_bias, name="bias")
        self.built = True

    def call(self, x: tf.Tensor, states: tuple[tf.Tensor, tf.Tensor]) -> list[tf.Tensor]:
        """One step.

        Args:
            x: input, [batch, input].
            states: [hidden, cell].

        Returns:
            [hidden, cell] after the step, a list this time.
        """
        z = tf.matmul(x, self.kernel) + tf.matmul(states[0], self.recurrent) + self.bias
        u = self.units
        forget, output = tf.sigmoid(z[:, :u]), tf.sigmoid(z[:, u : 2 * u])
        candidate, write = tf.tanh(z[:, 2 * u : 3 * u]), tf.sigmoid(z[:, 3 * u :])
        cell = tf.multiply(forget, states[1]) + tf.multiply(write, candidate)
        return [tf.multiply(output, tf.tanh(cell)), cell]

# %% raw_weights: three raw weights for every gate.
class LSTM_Cell(tf.keras.layers.Layer):
    """LSTM cell from raw weights.

    Args:
        units: width of the states.
    """

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = units

    def gate_weights(self, gate: str, width: int, bias: str = "zeros") -> tuple[tf.Variable, tf.Variable, tf.Variable]:
        """Weights of one gate.

        Args:
            gate: its name.
            width: width of the input.
            bias: how its bias starts.
        """
        w = self.add_weight(name="W_" + gate, shape=(width, self.units), initializer="random_normal")
        u = self.add_weight(name="U_" + gate, shape=(self.units, self.units), initializer="random_normal")
        b = self.add_weight(name="b_" + gate, shape=(self.units,), initializer=bias)
        return w, u, b

    def build(self, input_shape: tuple) -> None:
        """Create the weights of all gates.

        Args:
            input_shape: shape of x.
        """
        self.W_i, self.U_i, self.b_i = self.gate_weights("i", input_shape[-1])
        self.W_f, self.U_f, self.b_f = self.gate_weights("f", input_shape[-1], bias="ones")
        self.W_o, self.U_o, self.b_o = self.gate_weights("o", input_shape[-1])
        self.W_c, self.U_c, self.b_c = self.gate_weights("c", input_shape[-1])
        self.built = True

    def call(self, x: tf.Tensor, states: tuple[tf.Tensor, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
        """One step.

        Args:
            x: [batch, input].
            states: hidden and cell state.
        """
        h, c = states
        i = tf.sigmoid(x @ self.W_i + h @ self.U_i + self.b_i)
        f = tf.sigmoid(x @ self.W_f + h @ self.U_f + self.b_f)
        o = tf.sigmoid(x @ self.W_o + h @ self.U_o + self.b_o)
        c_new = f * c + i * tf.tanh(x @ self.W_c + h @ self.U_c + self.b_c)
        h_new = o * tf.tanh(c_new)
        return h_new, c_new

# %% class_per_gate: a small layer class of its own, used four times.
class Gate(tf.keras.layers.Layer):
    """One gate of the cell.

    Args:
        units: width of the gate.
        squash: "sigmoid" or "tanh".
        bias: where its bias starts.
    """

    def __init__(self, units: int, squash: str, bias: str = "zeros") -> None:
        super().__init__()
        self.dense = tf.keras.layers.Dense(units, bias_initializer=bias)
        self.squash = tf.keras.layers.Activation(squash)

    def call(self, x: tf.Tensor, hidden: tf.Tensor) -> tf.Tensor:
        """Open the gate.

        Args:
            x: input of this step.
            hidden: hidden state before it.
        """
        return self.squash(self.dense(tf.concat([hidden, x], axis=-1)))


class LSTM_Cell(tf.keras.layers.Layer):
    """LSTM cell made of four gates.

    Args:
        units: width of the states.
    """

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = units
        self.gates = [Gate(units, "sigmoid", "ones"), Gate(units, "sigmoid"), Gate(units, "tanh"), Gate(units, "sigmoid")]

    def call(self, x: tf.Tensor, states: tuple[tf.Tensor, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
        """One step.

        Args:
            x: input of this step.
            states: hidden and cell state.
        """
        forget, write, new, show = (gate(x, states[0]) for gate in self.gates)
        cell = tf.add(forget * states[1], write * new)
        return show * tf.math.tanh(cell), cell

# %% with_build: as four_dense, but its layers are built in build.
class LSTM_Cell(tf.keras.layers.Layer):
    """One step of an LSTM.

    Args:
        units: width of the hidden state and the cell state.
    """

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = units
        self.forget_gate = tf.keras.layers.Dense(units, activation="sigmoid", bias_initializer="ones")
        self.input_gate = tf.keras.layers.Dense(units, activation="sigmoid")
        self.candidate_gate = tf.keras.layers.Dense(units, activation="tanh")
        self.output_gate = tf.keras.layers.Dense(units, activation="sigmoid")

    def build(self, input_shape: tuple) -> None:
        """Build the gates.

        Args:
            input_shape: shape of x.
        """
        for gate in [self.forget_gate, self.input_gate, self.candidate_gate, self.output_gate]:
            gate.build((None, input_shape[-1] + self.units))
        self.built = True

    def call(self, x: tf.Tensor, states: tuple[tf.Tensor, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
        """One step.

        Args:
            x: input of this step, [batch, input].
            states: hidden state and cell state, each [batch, units].
        """
        hidden, cell = states
        seen = tf.concat([x, hidden], axis=-1)
        cell = self.forget_gate(seen) * cell + self.input_gate(seen) * self.candidate_gate(seen)
        return self.output_gate(seen) * tf.tanh(cell), cell

# %% undocumented: nobody says what anything is.
class LSTM_Cell(tf.keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units
        self.a = tf.keras.layers.Dense(units, activation="sigmoid", bias_initializer="ones")
        self.b = tf.keras.layers.Dense(units, activation="sigmoid")
        self.d = tf.keras.layers.Dense(units, activation="tanh")
        self.e = tf.keras.layers.Dense(units, activation="sigmoid")

    def call(self, x, states):
        h, c = states
        z = tf.concat([x, h], 1)
        c = self.a(z) * c + self.b(z) * self.d(z)
        return self.e(z) * tf.tanh(c), c

# %% all_traced: as in 2021: call is a tf.function, and its layers are first built inside the trace.
class LSTM_Cell(tf.keras.layers.Layer):
    """One step of an LSTM, with a Dense layer for every gate.

    Args:
        units: number of units of the cell.
    """

    def __init__(self, units: int) -> None:
        super(LSTM_Cell, self).__init__()
        self.units = units
        self.dense_forget = tf.keras.layers.Dense(units, activation=tf.nn.sigmoid, bias_initializer="ones")
        self.dense_input = tf.keras.layers.Dense(units, activation=tf.nn.sigmoid)
        self.dense_candidates = tf.keras.layers.Dense(units, activation=tf.nn.tanh)
        self.dense_output = tf.keras.layers.Dense(units, activation=tf.nn.sigmoid)

    @tf.function
    def call(self, x: tf.Tensor, states: tuple[tf.Tensor, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
        """One step.

        Args:
            x: input of this step, [batch, input].
            states: hidden state and cell state, each [batch, units].
        """
        hidden_state, cell_state = states
        concatenated = tf.concat([hidden_state, x], axis=1)
        forget_filter = self.dense_forget(concatenated)
        input_filter = self.dense_input(concatenated)
        candidates = self.dense_candidates(concatenated)
        new_cell_state = tf.math.multiply(forget_filter, cell_state) + tf.math.multiply(input_filter, candidates)
        new_hidden_state = tf.math.multiply(self.dense_output(concatenated), tf.nn.tanh(new_cell_state))
        return new_hidden_state, new_cell_state

# %% no_cell: there is no class for one step.
# The steps are taken inside of the layer, below.

# %% like_keras: state_size and get_initial_state as Keras' own cells have them; returns (output, [output, cell state]).
class RecurrentCell(tf.keras.layers.Layer):
    """One time step of an LSTM, in the manner of Keras' own cells.

    Args:
        units: number of units.
    """

    def __init__(self, units: int, **options: object) -> None:
        super().__init__(**options)
        self.units = units
        self.all_gates = tf.keras.layers.Dense(3 * units, activation="sigmoid")
        self.proposal = tf.keras.layers.Dense(units, activation="tanh")

    def build(self, input_shape: tuple) -> None:
        """Make the weights.

        Args:
            input_shape: of one time step, (batch, features).
        """
        width = input_shape[-1] + self.units
        self.all_gates.build((None, width))
        self.proposal.build((None, width))
        self.all_gates.bias.assign(tf.repeat([0.0, 1.0, 0.0], self.units))  # the second is the forget gate

    @property
    def state_size(self) -> list[int]:
        """Sizes of both states."""
        return [self.units, self.units]

    def get_initial_state(self, batch_size: int) -> list[tf.Tensor]:
        """Zeros to start from.

        Args:
            batch_size: number of sequences.
        """
        return [tf.zeros((batch_size, size)) for size in self.state_size]

    def call(self, inputs: tf.Tensor, states: list[tf.Tensor]) -> tuple[tf.Tensor, list[tf.Tensor]]:
        """Take one step.

        Args:
            inputs: [batch, features].
            states: hidden state and memory, each [batch, units].
        """
        before, memory = states
        both = tf.concat([inputs, before], axis=-1)
        admit, keep, show = tf.split(self.all_gates(both), 3, axis=-1)
        memory = keep * memory + admit * self.proposal(both)
        output = show * tf.math.tanh(memory)
        return output, [output, memory]

# %% gate_class: a class for one gate with its sigmoid; the cell has no sigmoid of its own.
class Valve(tf.keras.layers.Layer):
    """A gate: how much of something passes.

    Args:
        width: number of units.
        at_first: what its bias starts at.
    """

    def __init__(self, width: int, at_first: float = 0.0) -> None:
        super().__init__()
        self.weigh = tf.keras.layers.Dense(width, bias_initializer=tf.keras.initializers.Constant(at_first))

    def call(self, signal: tf.Tensor, hidden: tf.Tensor) -> tf.Tensor:
        """Between zero and one.

        Args:
            signal: [batch, features].
            hidden: [batch, units].
        """
        return tf.nn.sigmoid(self.weigh(tf.concat([signal, hidden], axis=-1)))


class MemoryCell(tf.keras.layers.Layer):
    """One time step of an LSTM made of valves.

    Args:
        width: number of units.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width
        self.keep, self.admit, self.show = Valve(width, 1.0), Valve(width), Valve(width)
        self.news = tf.keras.layers.Dense(width, activation="tanh")

    def call(self, signal: tf.Tensor, states: tuple[tf.Tensor, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
        """Take one step.

        Args:
            signal: [batch, features].
            states: hidden state and memory, each [batch, units].
        """
        hidden, memory = states
        news = self.news(tf.concat([signal, hidden], axis=-1))
        memory = self.keep(signal, hidden) * memory + self.admit(signal, hidden) * news
        return self.show(signal, hidden) * tf.math.tanh(memory), memory

# %% one_beside: a tf.Module; one matrix multiplies [hidden state, input, 1], so that its last row holds the biases.
class LSTM_Cell(tf.Module):
    """One step of an LSTM, all of whose parameters are one matrix.

    Args:
        units: width of both states.
    """

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = units
        self.theta = None

    def make(self, width: int) -> None:
        """Create the matrix: columns for the output gate, the forget gate, the input gate and the candidate.

        Args:
            width: of the input.
        """
        kernel = tf.random.normal((self.units + width, 4 * self.units), stddev=0.1)
        bias = tf.repeat([0.0, 1.0, 0.0, 0.0], self.units)
        self.theta = tf.Variable(tf.concat([kernel, bias[tf.newaxis]], axis=0), name="theta")

    def __call__(self, x: tf.Tensor, states: tuple[tf.Tensor, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
        """One step.

        Args:
            x: [batch, input].
            states: hidden state and cell state, each [batch, units].
        """
        if self.theta is None:
            self.make(int(x.shape[-1]))
        hidden, cell = states
        o, f, i, g = tf.split(tf.concat([hidden, x, tf.ones_like(x[:, :1])], axis=1) @ self.theta, 4, axis=1)
        cell = tf.sigmoid(f) * cell + tf.sigmoid(i) * tf.tanh(g)
        return tf.sigmoid(o) * tf.tanh(cell), cell
