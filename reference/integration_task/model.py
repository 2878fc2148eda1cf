"""The whole network: read-in layers, LSTM layers one on top of the other, read-out."""

from collections.abc import Sequence

import tensorflow as tf

from reference.integration_task.parameters import LSTM_SIZES, READ_IN_SIZES
from reference.sum_sequence.cell import LSTM_Cell
from reference.sum_sequence.layer import LSTM_Layer


class MyModel(tf.keras.Model):
    """Reads a sequence and gives the probability that its sum is above the threshold.

    Args:
        read_in: units of the read-in layers, from the input on.
        units: units of the LSTM layers, from the bottom to the top.
    """

    def __init__(self, read_in: Sequence[int] = READ_IN_SIZES, units: Sequence[int] = LSTM_SIZES) -> None:
        super().__init__()
        ### BEGIN SOLUTION: read-in Dense layers if you like, your LSTM_Layer around your LSTM_Cell as often as you like, a read-out  # noqa: E501
        self.read_in = [tf.keras.layers.Dense(size, activation="tanh") for size in read_in]
        self.lstm_layers = [LSTM_Layer(LSTM_Cell(size)) for size in units]
        self.read_out = tf.keras.layers.Dense(1, activation="sigmoid")
        ### END SOLUTION

    def build(self, input_shape: tuple) -> None:
        """Create the weights of all parts.

        Args:
            input_shape: the shape of `x`, [batch, seq_len, 1].
        """
        ### BEGIN SOLUTION: build each part for the width that the one below it gives
        width = input_shape[-1]
        for layer in self.read_in:
            layer.build((None, None, width))
            width = layer.units
        for layer in self.lstm_layers:
            layer.build((None, None, width))
            width = layer.cell.units
        self.read_out.build((None, width))
        ### END SOLUTION
        self.built = True

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Judge a batch of sequences, each from a fresh start.

        Args:
            x: noise, [batch, seq_len, 1].

        Returns:
            One probability per sequence, [batch, 1].
        """
        ### BEGIN SOLUTION: start the states of every LSTM layer at zero, and read out the last time step only
        for layer in self.read_in:
            x = layer(x)
        for layer in self.lstm_layers:
            x = layer(x, layer.zero_states(tf.shape(x)[0]))
        return self.read_out(x[:, -1])
        ### END SOLUTION
