"""The task: noise goes in, and the question is whether its sum is above a threshold."""

from collections.abc import Iterator

import numpy as np

from reference.integration_task.parameters import NUM_SAMPLES, SEQ_LEN, THRESHOLD


def integration_task(seq_len: int, num_samples: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Draw sequences of noise, each with the answer to "is the sum above the threshold?".

    Args:
        seq_len: time steps in one sequence.
        num_samples: how many sequences to draw.

    Yields:
        noise [seq_len, 1] (float32) and label [1] (int32): 1 if the sum is above THRESHOLD, else 0.
    """
    ### BEGIN SOLUTION: for each sample, draw the noise, find its label, and yield both
    for _ in range(num_samples):
        noise = np.random.normal(size=(seq_len, 1)).astype(np.float32)
        label = np.array([noise.sum() > THRESHOLD], dtype=np.int32)
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
