"""The whole network: read-in, GRU, read-out."""

import tensorflow as tf

from reference.gru_by_hand.cell import GRU_Cell
from reference.gru_by_hand.layer import GRU_Layer
from reference.gru_by_hand.parameters import GRU_UNITS, READ_IN


class MyModel(tf.keras.Model):
    """Reads a sequence and gives the probability that its sum is above zero."""

    def __init__(self) -> None:
        super().__init__()
        ### BEGIN SOLUTION: a read-in Dense layer, your GRU_Layer around your GRU_Cell, and a read-out Dense layer  # noqa: E501
        self.read_in = tf.keras.layers.Dense(READ_IN)
        self.gru = GRU_Layer(GRU_Cell(GRU_UNITS))
        self.read_out = tf.keras.layers.Dense(1, activation="sigmoid")
        ### END SOLUTION

    def build(self, input_shape: tuple) -> None:
        """Create the weights of all parts.

        Args:
            input_shape: the shape of `x`, [batch, seq_len, 1].
        """
        ### BEGIN SOLUTION: build each part for the shape that it will see
        self.read_in.build(input_shape)
        self.gru.build((None, None, READ_IN))
        self.read_out.build((None, GRU_UNITS))
        ### END SOLUTION
        self.built = True

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Judge a batch of sequences, each from a fresh start.

        Args:
            x: noise, [batch, seq_len, 1].

        Returns:
            One probability per sequence, [batch, 1].
        """
        ### BEGIN SOLUTION: start from zeros, and read out the last time step only
        start = self.gru.zero_states(tf.shape(x)[0])
        hidden = self.gru(self.read_in(x), start)
        return self.read_out(hidden[:, -1])
        ### END SOLUTION
