# %% range_array: a Python range and a TensorArray.
class GRU_Layer(tf.keras.layers.Layer):
    """Steps a cell along a sequence.

    Args:
        cell: computes one step.
    """

    def __init__(self, cell: GRU_Cell) -> None:
        super().__init__()
        self.cell = cell

    def call(self, x: tf.Tensor, hidden: tf.Tensor) -> tf.Tensor:
        """All steps.

        Args:
            x: the sequence, [batch, seq_len, input].
            hidden: hidden state before the first step.

        Returns:
            hidden states, [batch, seq_len, units].
        """
        steps = x.shape[1]
        outputs = tf.TensorArray(tf.float32, size=steps)
        for t in range(steps):
            hidden = self.cell(x[:, t], hidden)
            outputs = outputs.write(t, hidden)
        return tf.transpose(outputs.stack(), [1, 0, 2])

    def zero_states(self, batch_size: int) -> tf.Tensor:
        """Where to start.

        Args:
            batch_size: number of sequences.

        Returns:
            a hidden state of zeros.
        """
        return tf.zeros((batch_size, self.cell.units))

# %% of_lists: steps a cell that takes and returns a list of states.
class GRU_Layer(tf.keras.layers.Layer):
    """Unrolls the cell with a list.

    Args:
        cell: computes one step.
    """

    def __init__(self, cell: GRU_Cell) -> None:
        super().__init__()
        self.cell = cell

    def call(self, x: tf.Tensor, hidden: tf.Tensor) -> tf.Tensor:
        """All steps.

        Args:
            x: the sequence, [batch, seq_len, input].
            hidden: hidden state before the first step.
        """
        states, outputs = [hidden], []
        for t in range(x.shape[1]):
            output, states = self.cell(x[:, t], states)
            outputs.append(output)
        return tf.stack(outputs, axis=1)

    def zero_states(self, batch_size: int) -> tf.Tensor:
        """Where to start.

        Args:
            batch_size: number of sequences.
        """
        return tf.zeros((batch_size, self.cell.units))

# %% scan: by tf.scan.
class GRU_Layer(tf.keras.layers.Layer):
    """Steps a cell along a sequence.

    Args:
        cell: computes one step.
    """

    def __init__(self, cell: tf.keras.layers.Layer) -> None:
        super().__init__()
        self.one_step = cell

    def build(self, shape: tuple) -> None:
        """Build the cell.

        Args:
            shape: [batch, time, input].
        """
        self.one_step.build((shape[0], shape[-1]))

    def zero_states(self, batch_size: int) -> tf.Tensor:
        """Zeros to start from.

        Args:
            batch_size: how many sequences.
        """
        return tf.zeros([batch_size, self.one_step.units])

    def call(self, x: tf.Tensor, hidden: tf.Tensor) -> tf.Tensor:
        """All steps.

        Args:
            x: sequences, [batch, time, input].
            hidden: the state to start from.
        """
        steps = tf.scan(lambda h, now: self.one_step(now, h), tf.transpose(x, (1, 0, 2)), initializer=hidden)
        return tf.transpose(steps, (1, 0, 2))
