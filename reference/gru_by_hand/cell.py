"""One time step of a GRU."""

import tensorflow as tf


class GRU_Cell(tf.keras.layers.Layer):  # noqa: N801 (the homework's name)
    """One time step of a gated recurrent unit (Cho et al. 2014).

    Args:
        units: the width of the hidden state.
    """

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = units
        ### BEGIN SOLUTION: one Dense layer for each of the two gates and one for the candidate
        self.update_gate = tf.keras.layers.Dense(units, activation="sigmoid")
        self.reset_gate = tf.keras.layers.Dense(units, activation="sigmoid")
        self.candidate = tf.keras.layers.Dense(units, activation="tanh")
        ### END SOLUTION

    def build(self, input_shape: tuple) -> None:
        """Create the weights, once the width of the input is known and before anything is traced.

        Args:
            input_shape: the shape of `x`, [batch, input].
        """
        ### BEGIN SOLUTION: build each of them for the input and the hidden state side by side
        for part in (self.update_gate, self.reset_gate, self.candidate):
            part.build((None, input_shape[-1] + self.units))
        ### END SOLUTION
        self.built = True

    def call(self, x: tf.Tensor, hidden: tf.Tensor) -> tf.Tensor:
        """Compute one time step.

        Args:
            x: what comes in at this step, [batch, input].
            hidden: the hidden state after the step before, [batch, units].

        Returns:
            The new hidden state, [batch, units].
        """
        ### BEGIN SOLUTION: the equations above, one line each
        seen = tf.concat([x, hidden], axis=-1)
        update, reset = self.update_gate(seen), self.reset_gate(seen)
        candidate = self.candidate(tf.concat([x, reset * hidden], axis=-1))
        return update * hidden + (1 - update) * candidate
        ### END SOLUTION
