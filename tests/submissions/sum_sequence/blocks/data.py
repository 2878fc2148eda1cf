# %% plain: NumPy's global generator, from_generator, batch, prefetch.
def integration_task(seq_len: int, num_samples: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Draw noise and say whether its sum is above zero.

    Args:
        seq_len: number of time steps.
        num_samples: number of sequences.

    Yields:
        noise (seq_len, 1) and label (1,).
    """
    for _ in range(num_samples):
        noise = np.random.normal(size=(seq_len, 1)).astype(np.float32)
        label = np.array([noise.sum() > 0], dtype=np.int32)
        yield noise, label


def my_integration_task() -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The task with the numbers from above."""
    yield from integration_task(SEQ_LEN, NUM_SAMPLES)


signature = (tf.TensorSpec((SEQ_LEN, 1), tf.float32), tf.TensorSpec((1,), tf.int32))
samples = tf.data.Dataset.from_generator(my_integration_task, output_signature=signature)
train_ds = samples.batch(BATCH_SIZE).prefetch(tf.data.AUTOTUNE)
test_ds = samples.take(NUM_SAMPLES // 5).batch(BATCH_SIZE).prefetch(tf.data.AUTOTUNE)

# %% new_generator: a random generator of the notebook's own, reST docstrings, two generators, shuffled.
RANDOM = np.random.default_rng()


def integration_task(seq_len: int, num_samples: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """
    Yields random sequences and their targets.

    :param seq_len: length of one sequence
    :param num_samples: how many sequences are generated
    :return: tuples of noise, shape (seq_len, 1), and target, shape (1,)
    """
    for _ in range(num_samples):
        noise = RANDOM.standard_normal((seq_len, 1), dtype=np.float32)
        yield noise, np.int64(np.sum(noise, axis=0) > 0)


def my_integration_task() -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Training data."""
    return integration_task(SEQ_LEN, NUM_SAMPLES)


def my_test_task() -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Test data."""
    return integration_task(SEQ_LEN, NUM_SAMPLES // 5)


def prepare(dataset: tf.data.Dataset) -> tf.data.Dataset:
    """
    Makes batches.

    :param dataset: single samples
    :return: shuffled batches
    """
    dataset = dataset.map(lambda noise, target: (noise, tf.cast(target, tf.float32)))
    return dataset.shuffle(500).batch(BATCH_SIZE).prefetch(tf.data.experimental.AUTOTUNE)


types, shapes = (tf.float32, tf.int64), ((SEQ_LEN, 1), (1,))
train_ds = prepare(tf.data.Dataset.from_generator(my_integration_task, types, shapes))
test_ds = prepare(tf.data.Dataset.from_generator(my_test_task, types, shapes))

# %% tensorflow_noise: tf.random draws, NumPy-style docstring.
def integration_task(seq_len: int, num_samples: int) -> Iterator[tuple[tf.Tensor, tf.Tensor]]:
    """Generate noise signals with targets.

    Parameters
    ----------
    seq_len : int
        Number of steps.
    num_samples : int
        Number of signals.

    Yields
    ------
    tuple
        Signal of shape (seq_len, 1) and target of shape (1,).
    """
    for i in range(num_samples):
        signal = tf.random.normal((seq_len, 1))
        target = tf.cast(tf.reduce_sum(signal, axis=0) > 0.0, tf.int32)
        yield signal, target


def my_integration_task() -> Iterator[tuple[tf.Tensor, tf.Tensor]]:
    """Wrapper for from_generator."""
    for pair in integration_task(SEQ_LEN, NUM_SAMPLES):
        yield pair


def make_ds() -> tf.data.Dataset:
    """Return an endless supply of fresh samples."""
    return tf.data.Dataset.from_generator(
        my_integration_task,
        output_signature=(tf.TensorSpec(shape=(SEQ_LEN, 1), dtype=tf.float32), tf.TensorSpec(shape=(1,), dtype=tf.int32)),
    )


train_ds = make_ds().batch(BATCH_SIZE).prefetch(4)
test_ds = make_ds().take(NUM_SAMPLES // 5).cache().batch(BATCH_SIZE).prefetch(4)

# %% stored: everything is drawn into two large arrays first.
def integration_task(seq_len: int, num_samples: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Draw noise and say whether its sum is above zero.

    Args:
        seq_len: number of time steps.
        num_samples: number of sequences.

    Yields:
        noise (seq_len, 1) and label (1,).
    """
    for _ in range(num_samples):
        noise = np.random.normal(size=(seq_len, 1)).astype(np.float32)
        label = np.array([noise.sum() > 0], dtype=np.int32)
        yield noise, label


def my_integration_task() -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The task with the numbers from above."""
    return integration_task(SEQ_LEN, NUM_SAMPLES)


def make_lists() -> tuple[np.ndarray, np.ndarray]:
    """Draw all samples at once."""
    inputs, targets = [], []
    for noise, label in my_integration_task():
        inputs.append(noise)
        targets.append(label)
    return np.array(inputs), np.array(targets)


train_ds = tf.data.Dataset.from_tensor_slices(make_lists()).batch(BATCH_SIZE)
test_ds = tf.data.Dataset.from_tensor_slices(make_lists()).take(NUM_SAMPLES // 5).batch(BATCH_SIZE)
