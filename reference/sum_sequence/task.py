"""The task: noise goes in, and the question is whether its sum is above zero."""

from collections.abc import Iterator

import numpy as np
import tensorflow as tf

from reference.sum_sequence.parameters import BATCH_SIZE, NUM_SAMPLES, SEQ_LEN


def integration_task(seq_len: int, num_samples: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Draw sequences of standard normal noise, each with the answer to "is the sum above zero?".

    Args:
        seq_len: time steps in one sequence.
        num_samples: how many sequences to draw.

    Yields:
        noise [seq_len, 1] (float32) and label [1] (int32): 1 if the sum is above zero, else 0.
    """
    ### BEGIN SOLUTION: for each sample, draw the noise, find its label, and yield both
    for _ in range(num_samples):
        # NumPy's global generator goes on from call to call: every epoch brings new noise, and
        # np.random.seed repeats a run.
        noise = np.random.normal(size=(seq_len, 1)).astype(np.float32)
        label = np.array([noise.sum() > 0], dtype=np.int32)
        yield noise, label
    ### END SOLUTION


def my_integration_task() -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Call `integration_task` with the numbers of this notebook:
    from_generator wants a function without arguments.

    Yields:
        NUM_SAMPLES pairs of noise [SEQ_LEN, 1] and label [1].
    """
    ### BEGIN SOLUTION: hand on what integration_task yields
    yield from integration_task(SEQ_LEN, NUM_SAMPLES)
    ### END SOLUTION


def make_dataset(num_samples: int) -> tf.data.Dataset:
    """Turn the generator into batches for the network.

    Args:
        num_samples: how many sequences to take from the generator, at most NUM_SAMPLES.

    Returns:
        A dataset of noise [BATCH_SIZE, SEQ_LEN, 1] and labels [BATCH_SIZE, 1],
        prepared while the network computes.
    """
    ### BEGIN SOLUTION: from_generator with an output_signature, then batch and prefetch
    signature = (
        tf.TensorSpec(shape=(SEQ_LEN, 1), dtype=tf.float32),
        tf.TensorSpec(shape=(1,), dtype=tf.int32),
    )
    dataset = tf.data.Dataset.from_generator(my_integration_task, output_signature=signature)
    return dataset.take(num_samples).batch(BATCH_SIZE).prefetch(tf.data.AUTOTUNE)
    ### END SOLUTION
