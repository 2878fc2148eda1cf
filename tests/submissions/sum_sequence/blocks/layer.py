# %% range_array: a Python range and a TensorArray.
class LSTM_Layer(tf.keras.layers.Layer):
    """Steps a cell along a sequence.

    Args:
        cell: computes one step.
    """

    def __init__(self, cell: LSTM_Cell) -> None:
        super().__init__()
        self.cell = cell

    def call(self, x: tf.Tensor, states: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
        """All steps.

        Args:
            x: the sequence, [batch, seq_len, input].
            states: hidden state and cell state before the first step.

        Returns:
            hidden states, [batch, seq_len, units].
        """
        steps = x.shape[1]
        outputs = tf.TensorArray(tf.float32, size=steps)
        for t in range(steps):
            states = self.cell(x[:, t], states)
            outputs = outputs.write(t, states[0])
        return tf.transpose(outputs.stack(), [1, 0, 2])

    def zero_states(self, batch_size: int) -> tuple[tf.Tensor, tf.Tensor]:
        """Where to start.

        Args:
            batch_size: number of sequences.

        Returns:
            hidden state and cell state of zeros.
        """
        return tf.zeros((batch_size, self.cell.units)), tf.zeros((batch_size, self.cell.units))

# %% list_stack: a Python list and tf.stack.
class LSTM_Layer(tf.keras.layers.Layer):
    """Unrolls the cell with a list.

    Args:
        cell: the LSTM cell.
    """

    def __init__(self, cell: LSTM_Cell) -> None:
        super().__init__()
        self.cell = cell

    def call(self, x: tf.Tensor, states: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
        """Go through the sequence.

        Args:
            x: [batch, seq_len, input].
            states: (hidden, cell).
        """
        hidden_states = []
        for step in tf.unstack(x, axis=1):
            states = self.cell(step, states)
            hidden_states.append(states[0])
        return tf.stack(hidden_states, axis=1)

    def zero_states(self, batch_size: int) -> tuple[tf.Tensor, tf.Tensor]:
        """Zeros to start from.

        Args:
            batch_size: size of the batch.
        """
        zeros = tf.zeros([batch_size, self.cell.units], tf.float32)
        return (zeros, zeros)

# %% while_loop: tf.while_loop with a TensorArray, any length in one trace.
class LSTM_Layer(tf.keras.layers.Layer):
    """Unrolls the cell in a loop of the graph.

    Args:
        cell: the LSTM cell.
    """

    def __init__(self, cell: LSTM_Cell) -> None:
        super().__init__()
        self.cell = cell

    def call(self, x: tf.Tensor, states: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
        """Go through the sequence.

        Args:
            x: [batch, seq_len, input].
            states: (hidden, cell).
        """
        length = tf.shape(x)[1]

        def body(t: tf.Tensor, h: tf.Tensor, c: tf.Tensor, written: tf.TensorArray) -> tuple:
            """One turn of the loop: t counts, h and c are the states, written collects the hidden states."""
            h, c = self.cell(tf.gather(x, t, axis=1), (h, c))
            return t + 1, h, c, written.write(t, h)

        written = tf.TensorArray(tf.float32, size=length)
        _, _, _, written = tf.while_loop(lambda t, *rest: t < length, body, [0, *states, written])
        return tf.transpose(written.stack(), perm=[1, 0, 2])

    def zero_states(self, batch_size: int) -> tuple[tf.Tensor, tf.Tensor]:
        """Zeros to start from.

        Args:
            batch_size: size of the batch.
        """
        return tuple(tf.zeros((batch_size, self.cell.units)) for _ in range(2))

# %% scan: tf.scan.
class LSTM_Layer(tf.keras.layers.Layer):
    """Unrolls the cell with tf.scan, which keeps a tf.TensorArray inside.

    Args:
        cell: the LSTM cell.
    """

    def __init__(self, cell: LSTM_Cell) -> None:
        super().__init__()
        self.cell = cell

    def call(self, x: tf.Tensor, states: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
        """Go through the sequence.

        Args:
            x: [batch, seq_len, input].
            states: (hidden, cell).
        """
        time_first = tf.transpose(x, [1, 0, 2])
        hidden, _ = tf.scan(lambda before, step: self.cell(step, before), time_first, initializer=states)
        return tf.transpose(hidden, [1, 0, 2])

    def zero_states(self, batch_size: int) -> tuple[tf.Tensor, tf.Tensor]:
        """Zeros to start from.

        Args:
            batch_size: size of the batch.
        """
        return tf.zeros((batch_size, self.cell.units)), tf.zeros((batch_size, self.cell.units))

# %% traced_call: call is itself a tf.function, with AutoGraph's tf.range. A model without build freezes it under Keras 3.
class LSTM_Layer(tf.keras.layers.Layer):
    """Unrolls the cell in graph mode, whoever calls.

    Args:
        cell: the LSTM cell.
    """

    def __init__(self, cell: LSTM_Cell) -> None:
        super().__init__()
        self.cell = cell

    def build(self, input_shape: tuple) -> None:
        """Build the cell.

        Args:
            input_shape: shape of the sequence.
        """
        self.cell.build((None, input_shape[-1]))
        self.built = True

    @tf.function
    def call(self, x: tf.Tensor, states: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
        """Go through the sequence.

        Args:
            x: [batch, seq_len, input].
            states: (hidden, cell).
        """
        length = tf.shape(x)[1]
        hs = tf.TensorArray(tf.float32, size=length)
        h, c = states
        for t in tf.range(length):
            h, c = self.cell(x[:, t, :], (h, c))
            hs = hs.write(t, h)
        return tf.transpose(hs.stack(), [1, 0, 2])

    def zero_states(self, batch_size: int) -> tuple[tf.Tensor, tf.Tensor]:
        """Zeros to start from.

        Args:
            batch_size: size of the batch.
        """
        return tf.zeros((batch_size, self.cell.units)), tf.zeros((batch_size, self.cell.units))

# %% classic: tf.range inside call without a decorator: AutoGraph of Keras 2 only.
class LSTM_Layer(tf.keras.layers.Layer):
    """Unrolls the cell in graph mode.

    Args:
        cell: the LSTM cell.
    """

    def __init__(self, cell: LSTM_Cell) -> None:
        super().__init__()
        self.cell = cell

    def call(self, x: tf.Tensor, states: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
        """Go through the sequence.

        Args:
            x: [batch, seq_len, input].
            states: (hidden, cell).
        """
        length = tf.shape(x)[1]
        hs = tf.TensorArray(tf.float32, size=length)
        h, c = states
        for t in tf.range(length):
            h, c = self.cell(x[:, t, :], (h, c))
            hs = hs.write(t, h)
        return tf.transpose(hs.stack(), [1, 0, 2])

    def zero_states(self, batch_size: int) -> tuple[tf.Tensor, tf.Tensor]:
        """Zeros to start from.

        Args:
            batch_size: size of the batch.
        """
        return tf.zeros((batch_size, self.cell.units)), tf.zeros((batch_size, self.cell.units))

# %% undocumented: nobody says what anything is.
class LSTM_Layer(tf.keras.layers.Layer):
    def __init__(self, cell):
        super().__init__()
        self.cell = cell

    def call(self, x, states):
        ys = tf.TensorArray(tf.float32, size=x.shape[1])
        for t in range(x.shape[1]):
            states = self.cell(x[:, t], states)
            ys = ys.write(t, states[0])
        return tf.transpose(ys.stack(), [1, 0, 2])

    def zero_states(self, batch_size):
        return tf.zeros((batch_size, self.cell.units)), tf.zeros((batch_size, self.cell.units))

# %% all_traced: as in 2021: call is a tf.function with AutoGraph's tf.range, and nothing is built before.
class LSTM_Layer(tf.keras.layers.Layer):
    """Unrolls the cell over a sequence.

    Args:
        cell: the LSTM cell.
    """

    def __init__(self, cell: LSTM_Cell) -> None:
        super(LSTM_Layer, self).__init__()
        self.cell = cell

    @tf.function
    def call(self, x: tf.Tensor, states: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
        """Go through the sequence.

        Args:
            x: [batch, seq_len, input].
            states: hidden state and cell state before the first step.
        """
        sequence_length = tf.shape(x)[1]
        hidden_states = tf.TensorArray(dtype=tf.float32, size=sequence_length)
        hidden_state, cell_state = states
        for t in tf.range(sequence_length):
            hidden_state, cell_state = self.cell(x[:, t, :], (hidden_state, cell_state))
            hidden_states = hidden_states.write(t, hidden_state)
        return tf.transpose(hidden_states.stack(), perm=[1, 0, 2])

    def zero_states(self, batch_size: int) -> tuple[tf.Tensor, tf.Tensor]:
        """Zeros to start from.

        Args:
            batch_size: size of the batch.
        """
        return tf.zeros((batch_size, self.cell.units)), tf.zeros((batch_size, self.cell.units))

# %% one_class: the gates and the loop in one class.
class LSTM_Layer(tf.keras.layers.Layer):
    """An LSTM in one class.

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

    def call(self, x: tf.Tensor, states: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
        """All steps.

        Args:
            x: the sequence, [batch, seq_len, input].
            states: hidden state and cell state before the first step.
        """
        steps = x.shape[1]
        hidden, cell = states
        outputs = tf.TensorArray(tf.float32, size=steps)
        for t in range(steps):
            seen = tf.concat([x[:, t], hidden], axis=-1)
            cell = self.forget_gate(seen) * cell + self.input_gate(seen) * self.candidate_gate(seen)
            hidden = self.output_gate(seen) * tf.tanh(cell)
            outputs = outputs.write(t, hidden)
        return tf.transpose(outputs.stack(), [1, 0, 2])

    def zero_states(self, batch_size: int) -> tuple[tf.Tensor, tf.Tensor]:
        """Where to start.

        Args:
            batch_size: number of sequences.
        """
        return tf.zeros((batch_size, self.units)), tf.zeros((batch_size, self.units))

# %% with_step: the gates and the loop in one class, with a method for one step.
class LSTM_Layer(tf.keras.layers.Layer):
    """An LSTM in one class.

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

    def one_step(self, x: tf.Tensor, hidden: tf.Tensor, cell: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """One step.

        Args:
            x: input of this step, [batch, input].
            hidden, cell: the states before it.
        """
        seen = tf.concat([x, hidden], axis=-1)
        cell = self.forget_gate(seen) * cell + self.input_gate(seen) * self.candidate_gate(seen)
        return self.output_gate(seen) * tf.tanh(cell), cell

    def call(self, x: tf.Tensor, states: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
        """All steps.

        Args:
            x: the sequence, [batch, seq_len, input].
            states: hidden state and cell state before the first step.
        """
        steps = x.shape[1]
        hidden, cell = states
        outputs = tf.TensorArray(tf.float32, size=steps)
        for t in range(steps):
            hidden, cell = self.one_step(x[:, t], hidden, cell)
            outputs = outputs.write(t, hidden)
        return tf.transpose(outputs.stack(), [1, 0, 2])

    def zero_states(self, batch_size: int) -> tuple[tf.Tensor, tf.Tensor]:
        """Where to start.

        Args:
            batch_size: number of sequences.
        """
        return tf.zeros((batch_size, self.units)), tf.zeros((batch_size, self.units))

# %% told_to: gives the last step alone, unless it is told to return sequences; starts from its cell's own initial state.
class Unroller(tf.keras.layers.Layer):
    """Steps a cell through a sequence.

    Args:
        cell: takes one step.
        return_sequences: whether the output of every step comes back, or the last one alone.
    """

    def __init__(self, cell: RecurrentCell, return_sequences: bool = False) -> None:
        super().__init__()
        self.cell = cell
        self.return_sequences = return_sequences

    def zero_states(self, batch_size: int) -> list[tf.Tensor]:
        """Zeros to start from.

        Args:
            batch_size: number of sequences.
        """
        return self.cell.get_initial_state(batch_size)

    def call(self, inputs: tf.Tensor, states: list[tf.Tensor]) -> tf.Tensor:
        """Go through the sequence.

        Args:
            inputs: [batch, time, features].
            states: hidden state and memory, each [batch, units].
        """
        outputs = []
        for step in range(inputs.shape[1]):
            output, states = self.cell(inputs[:, step, :], states)
            outputs.append(output)
        return tf.stack(outputs, axis=1) if self.return_sequences else output

# %% nullzustaende: a German layer; its method for the start is called otherwise.
class Abwickler(tf.keras.layers.Layer):
    """Geht mit einer Zelle durch eine Folge.

    Args:
        zelle: macht einen Schritt.
    """

    def __init__(self, zelle: MemoryCell) -> None:
        super().__init__()
        self.zelle = zelle

    def nullzustaende(self, anzahl: int) -> tuple[tf.Tensor, tf.Tensor]:
        """Womit die Folge beginnt.

        Args:
            anzahl: wie viele Folgen.
        """
        return tf.zeros((anzahl, self.zelle.width)), tf.zeros((anzahl, self.zelle.width))

    def call(self, folge: tf.Tensor, zustaende: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
        """Alle Schritte.

        Args:
            folge: [batch, time, features].
            zustaende: beide Zustände, je [batch, units].
        """
        gesammelt = []
        for schritt in tf.unstack(folge, axis=1):
            zustaende = self.zelle(schritt, zustaende)
            gesammelt.append(zustaende[0])
        return tf.stack(gesammelt, axis=1)
