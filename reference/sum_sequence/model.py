"""The whole network: read-in, LSTM, read-out."""

import tensorflow as tf

from reference.sum_sequence.cell import LSTM_Cell
from reference.sum_sequence.layer import LSTM_Layer
from reference.sum_sequence.parameters import READ_IN, UNITS


class MyModel(tf.keras.Model):
    """Reads a sequence and gives the probability that its sum is above zero."""

    def __init__(self) -> None:
        super().__init__()
        ### BEGIN SOLUTION: a read-in Dense layer, your LSTM_Layer around your LSTM_Cell, and a read-out Dense layer  # noqa: E501
        self.read_in = tf.keras.layers.Dense(READ_IN)
        self.lstm = LSTM_Layer(LSTM_Cell(UNITS))
        self.read_out = tf.keras.layers.Dense(1, activation="sigmoid")
        ### END SOLUTION

    def build(self, input_shape: tuple) -> None:
        """Create the weights of all parts.

        Args:
            input_shape: the shape of `x`, [batch, seq_len, 1].
        """
        ### BEGIN SOLUTION: build each part for the shape that it will see
        self.read_in.build(input_shape)
        self.lstm.build((None, None, READ_IN))
        self.read_out.build((None, UNITS))
        ### END SOLUTION
        self.built = True

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Judge a batch of sequences, each from a fresh start.

        Args:
            x: noise, [batch, seq_len, 1].

        Returns:
            One probability per sequence, [batch, 1].
        """
        ### BEGIN SOLUTION: start the states at zero, and read out the last time step only
        states = self.lstm.zero_states(tf.shape(x)[0])
        hidden = self.lstm(self.read_in(x), states)
        return self.read_out(hidden[:, -1])
        ### END SOLUTION
