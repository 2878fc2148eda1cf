"""A cell, unrolled along the time axis."""

import tensorflow as tf

from reference.sum_sequence.cell import LSTM_Cell


class LSTM_Layer(tf.keras.layers.Layer):  # noqa: N801 (the homework's name)
    """Steps a cell along a sequence of any length.

    Args:
        cell: computes one step; called as cell(x, states).
    """

    def __init__(self, cell: LSTM_Cell) -> None:
        super().__init__()
        self.cell = cell

    def build(self, input_shape: tuple) -> None:
        """Create the weights of the cell.

        Args:
            input_shape: the shape of `x`, [batch, seq_len, input].
        """
        ### BEGIN SOLUTION: build the cell for one time step
        self.cell.build((input_shape[0], input_shape[-1]))
        ### END SOLUTION
        self.built = True

    def call(self, x: tf.Tensor, states: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
        """Unroll the cell over all time steps.

        Args:
            x: the whole sequence, [batch, seq_len, input].
            states: the hidden state and the cell state before the first step, each [batch, units].

        Returns:
            The hidden state after every step, [batch, seq_len, units].
        """
        ### BEGIN SOLUTION: write the hidden state of every step into a tf.TensorArray, in a loop that a graph understands  # noqa: E501
        seq_len = tf.shape(x)[1]
        steps = tf.transpose(x, [1, 0, 2])  # time first, so that steps[t] is one step of the whole batch

        def one_step(t: tf.Tensor, states: tuple, outputs: tf.TensorArray) -> tuple:
            """Take step number `t` from `states`, and write its hidden state into `outputs`."""
            states = self.cell(steps[t], states)
            return t + 1, states, outputs.write(t, states[0])

        outputs = tf.TensorArray(x.dtype, size=seq_len, element_shape=(x.shape[0], self.cell.units))
        _, _, outputs = tf.while_loop(lambda t, *_: t < seq_len, one_step, (0, tuple(states), outputs))
        return tf.transpose(outputs.stack(), [1, 0, 2])
        ### END SOLUTION

    def zero_states(self, batch_size: int) -> tuple[tf.Tensor, tf.Tensor]:
        """Make the states to start from.

        Args:
            batch_size: how many sequences are worked on at once.

        Returns:
            A hidden state and a cell state of zeros, each [batch_size, units].
        """
        ### BEGIN SOLUTION: a pair of zeros
        zeros = tf.zeros((batch_size, self.cell.units))
        return zeros, zeros
        ### END SOLUTION
