"""One time step of an LSTM."""

import tensorflow as tf


class LSTM_Cell(tf.keras.layers.Layer):  # noqa: N801 (the homework's name)
    """One time step of an LSTM (Hochreiter & Schmidhuber 1997), with a forget gate (Gers et al. 2000).

    Args:
        units: the width of the hidden state and of the cell state.
    """

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = units
        ### BEGIN SOLUTION: one Dense layer for each of the four gates; the bias of the forget gate starts at one  # noqa: E501
        self.forget_gate = tf.keras.layers.Dense(units, activation="sigmoid", bias_initializer="ones")
        self.input_gate = tf.keras.layers.Dense(units, activation="sigmoid")
        self.candidate = tf.keras.layers.Dense(units, activation="tanh")
        self.output_gate = tf.keras.layers.Dense(units, activation="sigmoid")
        ### END SOLUTION

    def build(self, input_shape: tuple) -> None:
        """Create the weights of the gates, once the width of the input is known and before anything is
        traced.

        Args:
            input_shape: the shape of `x`, [batch, input].
        """
        ### BEGIN SOLUTION: build each gate for the input and the hidden state side by side
        for gate in (self.forget_gate, self.input_gate, self.candidate, self.output_gate):
            gate.build((None, input_shape[-1] + self.units))
        ### END SOLUTION
        self.built = True

    def call(self, x: tf.Tensor, states: tuple[tf.Tensor, tf.Tensor]) -> tuple[tf.Tensor, tf.Tensor]:
        """Compute one time step.

        Args:
            x: what comes in at this step, [batch, input].
            states: the hidden state and the cell state after the step before, each [batch, units].

        Returns:
            The new hidden state and the new cell state, each [batch, units].
        """
        ### BEGIN SOLUTION: the equations above, one line each
        hidden, cell = states
        seen = tf.concat([x, hidden], axis=-1)
        cell = self.forget_gate(seen) * cell + self.input_gate(seen) * self.candidate(seen)
        hidden = self.output_gate(seen) * tf.tanh(cell)
        return hidden, cell
        ### END SOLUTION
