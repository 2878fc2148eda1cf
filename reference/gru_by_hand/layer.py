"""The cell stepped through a whole sequence."""

import tensorflow as tf


class GRU_Layer(tf.keras.layers.Layer):  # noqa: N801 (the homework's name)
    """Steps a cell through a sequence, and keeps the hidden state of every step.

    Args:
        cell: takes one step: (x, hidden) -> the new hidden state.
    """

    def __init__(self, cell: tf.keras.layers.Layer) -> None:
        super().__init__()
        self.cell = cell

    def build(self, input_shape: tuple) -> None:
        """Create the weights of the cell.

        Args:
            input_shape: the shape of `x`, [batch, seq_len, input].
        """
        self.cell.build((input_shape[0], input_shape[-1]))
        self.built = True

    def call(self, x: tf.Tensor, hidden: tf.Tensor) -> tf.Tensor:
        """Unroll the cell over all time steps.

        Args:
            x: the whole sequence, [batch, seq_len, input].
            hidden: the hidden state before the first step, [batch, units].

        Returns:
            The hidden state after every step, [batch, seq_len, units].
        """
        ### BEGIN SOLUTION: write the hidden state of every step into a tf.TensorArray, in a loop that a graph understands  # noqa: E501
        seq_len = tf.shape(x)[1]
        steps = tf.transpose(x, [1, 0, 2])  # time first, so that steps[t] is one step of the whole batch

        def one_step(t: tf.Tensor, hidden: tf.Tensor, outputs: tf.TensorArray) -> tuple:
            """Take step number `t` from `hidden`, and write the new hidden state into `outputs`."""
            hidden = self.cell(steps[t], hidden)
            return t + 1, hidden, outputs.write(t, hidden)

        outputs = tf.TensorArray(x.dtype, size=seq_len, element_shape=(x.shape[0], self.cell.units))
        _, _, outputs = tf.while_loop(lambda t, *_: t < seq_len, one_step, (0, hidden, outputs))
        return tf.transpose(outputs.stack(), [1, 0, 2])
        ### END SOLUTION

    def zero_states(self, batch_size: int) -> tf.Tensor:
        """Make the state to start from.

        Args:
            batch_size: how many sequences are worked on at once.

        Returns:
            A hidden state of zeros, [batch_size, units].
        """
        ### BEGIN SOLUTION: zeros
        return tf.zeros((batch_size, self.cell.units))
        ### END SOLUTION
