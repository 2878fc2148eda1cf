"""Windows of a series, each with the value after it."""

import numpy as np
import tensorflow as tf


def windowed_dataset(
    series: np.ndarray, window_size: int, batch_size: int, shuffle_buffer: int
) -> tf.data.Dataset:
    """Cut a series into windows and the values that follow them.

    Args:
        series: the values, [time].
        window_size: how many values a window holds.
        batch_size: how many windows a batch holds.
        shuffle_buffer: among how many windows the next one is drawn.

    Returns:
        Shuffled batches of windows [batch, window_size] and targets [batch]; the last batch may be smaller.
    """
    ### BEGIN SOLUTION: windows of window_size + 1 values, taken apart, shuffled, and put into batches
    dataset = tf.data.Dataset.from_tensor_slices(np.asarray(series, dtype="float32"))
    dataset = dataset.window(window_size + 1, shift=1, drop_remainder=True)
    dataset = dataset.flat_map(lambda window: window.batch(window_size + 1))
    dataset = dataset.map(lambda window: (window[:-1], window[-1]))
    return dataset.shuffle(shuffle_buffer).batch(batch_size).prefetch(1)
    ### END SOLUTION
