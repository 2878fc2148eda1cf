"""The regression that explodes, and its cure."""

import tensorflow as tf


def dense_model(clipvalue: float | None = None) -> tf.keras.Model:
    """Make the network for the regression, and compile it.

    Args:
        clipvalue: where the optimizer clips each gradient; None: nowhere.

    Returns:
        20 inputs, a Dense layer of 25 units (relu, he_uniform), a Dense layer of one;
        compiled with the mean squared error and SGD, learning rate 0.01 and momentum 0.9.
    """
    ### BEGIN SOLUTION: a Sequential of the two layers, then compile
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Input((20,)),
            tf.keras.layers.Dense(25, activation="relu", kernel_initializer="he_uniform"),
            tf.keras.layers.Dense(1),
        ]
    )
    clip = {} if clipvalue is None else {"clipvalue": clipvalue}
    model.compile(
        loss="mean_squared_error", optimizer=tf.keras.optimizers.SGD(learning_rate=0.01, momentum=0.9, **clip)
    )
    return model
    ### END SOLUTION
