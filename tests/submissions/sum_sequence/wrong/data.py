"""Wrong submissions: mistakes in the data."""

from tests.corpus import swap, wrong
from tests.submissions.sum_sequence.checks import NO_LEARNING

SUBMISSIONS = [
    wrong(
        "label_first",
        "The generator yields (label, noise); the pipeline turns them round.",
        "yields_pairs",
        may="noise_is_normal label_rule",
        data=(
            swap("yield noise, label", "yield label, noise"),
            swap(
                "(tf.TensorSpec((SEQ_LEN, 1), tf.float32), tf.TensorSpec((1,), tf.int32))",
                "(tf.TensorSpec((1,), tf.int32), tf.TensorSpec((SEQ_LEN, 1), tf.float32))",
            ),
            swap("output_signature=signature)", "output_signature=signature).map(lambda label, noise: (noise, label))"),
        ),
    ),
    wrong(
        "noise_without_axis",
        "The noise has shape (seq_len,); the pipeline adds the feature axis.",
        "yields_pairs",
        may="noise_is_normal label_rule",
        data=(
            swap("size=(seq_len, 1)", "size=seq_len"),
            swap("tf.TensorSpec((SEQ_LEN, 1), tf.float32)", "tf.TensorSpec((SEQ_LEN,), tf.float32)"),
            swap(
                "output_signature=signature)",
                "output_signature=signature).map(lambda noise, label: (noise[:, tf.newaxis], label))",
            ),
        ),
    ),
    wrong(
        "label_scalar",
        "The label is a plain number, not an array of shape (1,).",
        "yields_pairs",
        may="label_rule",
        data=(
            swap("np.array([noise.sum() > 0], dtype=np.int32)", "np.int32(noise.sum() > 0)"),
            swap("tf.TensorSpec((1,), tf.int32)", "tf.TensorSpec((), tf.int32)"),
            swap(
                "output_signature=signature)",
                "output_signature=signature).map(lambda noise, label: (noise, tf.reshape(label, (1,))))",
            ),
        ),
    ),
    wrong(
        "labels_spread",
        "Labels of shape (batch,) beside answers (batch, 1): the hand-written loss takes every pair of them.",
        "yields_pairs it_learns",
        may="label_rule accuracy_80",
        data=(
            swap("np.array([noise.sum() > 0], dtype=np.int32)", "np.int32(noise.sum() > 0)"),
            swap("tf.TensorSpec((1,), tf.int32)", "tf.TensorSpec((), tf.int32)"),
        ),
        training=swap(
            "loss_function = tf.keras.losses.BinaryCrossentropy()",
            "loss_function = lambda label, answer: tf.reduce_mean((tf.cast(label, tf.float32) - answer) ** 2)",
        ),
    ),
    wrong(
        "label_bool",
        "The label is a bool, the sheet asks for an integer.",
        "yields_pairs",
        may="pipeline_batches",
        data=(
            swap("np.array([noise.sum() > 0], dtype=np.int32)", "np.array([noise.sum() > 0])"),
            swap("tf.TensorSpec((1,), tf.int32)", "tf.TensorSpec((1,), tf.bool)"),
        ),
        training=swap("loss_function(label, ", "loss_function(tf.cast(label, tf.float32), ", every=True),
    ),
    wrong(
        "noise_uniform",
        "The noise is uniform between -1 and 1.",
        "noise_is_normal",
        data=swap("np.random.normal(size=(seq_len, 1))", "np.random.uniform(-1, 1, size=(seq_len, 1))"),
    ),
    wrong(
        "noise_repeated",
        "One number is drawn and repeated over all steps: a person decides what the model shows.",
        "noise_is_normal accuracy_80",
        data=swap("np.random.normal(size=(seq_len, 1))", "np.full((seq_len, 1), np.random.normal())"),
    ),
    wrong(
        "noise_positive",
        "The noise is drawn around one, not zero: the label is nearly always 1.",
        "noise_is_normal",
        may=NO_LEARNING,
        data=swap("normal(size", "normal(loc=1.0, size"),
    ),
    # The same sequences come at every call, so the test data are the first fifth of the training data: which check says so?
    wrong(
        "seeded_inside",
        "The generator seeds itself: every call repeats the same noise.",
        "separate_test_data",
        may="noise_is_normal",
        data=(
            swap(
                "    for _ in range(num_samples):\n", "    random = np.random.default_rng(42)\n    for _ in range(num_samples):\n"
            ),
            swap("np.random.normal(", "random.normal("),
        ),
    ),
    wrong(
        "label_of_last",
        "The label looks at the last number only: a person decides what the model shows.",
        "label_rule accuracy_80",
        data=swap("noise.sum() > 0", "noise[-1, 0] > 0"),
    ),
    wrong(
        "label_of_largest",
        "The label asks whether the largest number is above two.",
        "label_rule",
        may=NO_LEARNING,
        data=swap("noise.sum() > 0", "noise.max() > 2"),
    ),
    wrong(
        "label_inverted",
        "The label is 1 when the sum is below zero, everywhere.",
        "label_rule",
        data=swap("noise.sum() > 0", "noise.sum() < 0"),
    ),
    wrong(
        "label_unrelated",
        "The label belongs to other noise than the one yielded.",
        f"label_rule {NO_LEARNING}",
        data=swap("noise.sum() > 0", "np.random.normal(size=seq_len).sum() > 0"),
    ),
    wrong(
        "unbatched",
        "The pipeline yields single sequences; the loop adds the batch axis.",
        "pipeline_batches",
        parameters="one_by_one",
        data=swap(".batch(BATCH_SIZE)", "", every=True),
        training=swap("step(noise, label) for", "step(noise[tf.newaxis], label[tf.newaxis]) for", every=True),
    ),
    wrong(
        "tests_on_training_data",
        "The test data are taken from the cached training data.",
        "separate_test_data",
        data=(
            swap("train_ds = samples.batch", "train_ds = samples.cache().batch"),
            swap(
                "samples.take(NUM_SAMPLES // 5).batch(BATCH_SIZE).prefetch(tf.data.AUTOTUNE)",
                "train_ds.take(NUM_SAMPLES // 5 // BATCH_SIZE)",
            ),
        ),
    ),
    wrong(
        "divided_after_shuffling",
        "shuffle() brings a new order at every pass, and take() and skip() divide that.",
        "separate_test_data",
        data=(
            swap("output_signature=signature)", "output_signature=signature).cache().shuffle(NUM_SAMPLES)"),
            swap("train_ds = samples.batch", "train_ds = samples.skip(NUM_SAMPLES // 5).batch"),
        ),
    ),
    wrong(
        "stored_data",
        "All samples are drawn into two arrays first; nothing is generated or prefetched.",
        "generator_pipeline",
        data="stored",
    ),
]
