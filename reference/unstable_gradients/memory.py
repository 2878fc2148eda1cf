"""The long task, the two models, and how far a gradient reaches back."""

import numpy as np
import tensorflow as tf

from reference.unstable_gradients.parameters import GATED_UNITS


def make_digits(sequences: int, length: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw sequences of digits, each with the answer to "are they above 4.5 on average?".

    Args:
        sequences: how many to draw.
        length: digits in each.
        seed: another one gives other sequences.

    Returns:
        Digits from 0 to 9 [sequences, length, 1] and labels 0 or 1 [sequences, 1], both float32.
    """
    ### BEGIN SOLUTION: digits by np.random.default_rng(seed), and whether each sum is above 4.5 * length
    digits = np.random.default_rng(seed).integers(0, 10, size=(sequences, length, 1)).astype(np.float32)
    labels = (digits.sum(axis=1) > 4.5 * length).astype(np.float32)
    return digits, labels
    ### END SOLUTION


def make_simple_rnn() -> tf.keras.Model:
    """Make the network without gates, and compile it.

    Returns:
        A SimpleRNN of 600 units on sequences of any length, a Dense layer that gives one probability;
        compiled with binary cross-entropy, SGD (learning rate 0.01) and the accuracy.
    """
    ### BEGIN SOLUTION: Input((None, 1)), SimpleRNN, Dense, then compile
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Input((None, 1)),
            tf.keras.layers.SimpleRNN(600),
            tf.keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    optimizer = tf.keras.optimizers.SGD(learning_rate=0.01)
    model.compile(loss="binary_crossentropy", optimizer=optimizer, metrics=["accuracy"])
    return model
    ### END SOLUTION


def make_gated_model() -> tf.keras.Model:
    """Make a network with gates, and compile it.

    Returns:
        An LSTM or a GRU on sequences of any length, a Dense layer that gives one probability;
        compiled with binary cross-entropy, Adam and the accuracy.
    """
    ### BEGIN SOLUTION: the same with an LSTM or a GRU; Adam with learning rate 0.005 and clipnorm 1 does well
    model = tf.keras.Sequential(
        [
            tf.keras.layers.Input((None, 1)),
            tf.keras.layers.GRU(GATED_UNITS),
            tf.keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    optimizer = tf.keras.optimizers.Adam(learning_rate=0.005, clipnorm=1.0)
    model.compile(loss="binary_crossentropy", optimizer=optimizer, metrics=["accuracy"])
    return model
    ### END SOLUTION


def gradient_norms(model: tf.keras.Model, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Tell how large the gradient of the loss is by each step of the input.

    Args:
        model: gives a probability for each sequence.
        x: sequences, [batch, time, 1].
        y: their labels, [batch, 1].

    Returns:
        For each step the norm of the gradient of the binary cross-entropy by the input at that step,
        in the mean of the batch, [time]; the first number belongs to the first step.
    """
    ### BEGIN SOLUTION: a GradientTape that watches x, the gradient by x, and the norm over its last axis
    x = tf.convert_to_tensor(x, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_mean(tf.keras.losses.binary_crossentropy(y, model(x)))
    gradient = tape.gradient(loss, x)
    return tf.reduce_mean(tf.norm(gradient, axis=-1), axis=0).numpy()
    ### END SOLUTION
