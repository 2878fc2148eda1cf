"""The networks: they take windows [batch, window], add the axis themselves, and give one value [batch, 1]."""

import tensorflow as tf


def build_simple_rnn() -> tf.keras.Model:
    """Build two SimpleRNN layers of 40 units each.

    Returns:
        A model, not compiled yet: windows [batch, window] -> forecasts [batch, 1].
    """
    ### BEGIN SOLUTION: the axis, two SimpleRNN layers, one output, and its scale
    return tf.keras.Sequential(
        [
            tf.keras.layers.Lambda(lambda x: tf.expand_dims(x, axis=-1)),
            tf.keras.layers.SimpleRNN(40, return_sequences=True),
            tf.keras.layers.SimpleRNN(40),
            tf.keras.layers.Dense(1),
            tf.keras.layers.Rescaling(100.0),
        ]
    )
    ### END SOLUTION


def build_lstm(layers: int, bidirectional: bool) -> tf.keras.Model:
    """Build LSTM layers of 32 units each, one above the other.

    Args:
        layers: how many, from one to three.
        bidirectional: whether each reads in both directions.

    Returns:
        A model, not compiled yet: windows [batch, window] -> forecasts [batch, 1].
    """
    ### BEGIN SOLUTION: as above; all layers but the uppermost give an output for every step
    model = tf.keras.Sequential([tf.keras.layers.Lambda(lambda x: tf.expand_dims(x, axis=-1))])
    for number in range(layers):
        lstm = tf.keras.layers.LSTM(32, return_sequences=number < layers - 1)
        model.add(tf.keras.layers.Bidirectional(lstm) if bidirectional else lstm)
    model.add(tf.keras.layers.Dense(1))
    model.add(tf.keras.layers.Rescaling(100.0))
    return model
    ### END SOLUTION
