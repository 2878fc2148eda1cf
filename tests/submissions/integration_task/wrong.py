"""Wrong submissions: one mistake each, in what is not the student's choice. Mistakes within a cell have their corpus in sum_sequence."""

from tests.corpus import NO_LAYER, Rename, swap, wrong
from tests.submissions.integration_task.checks import NO_LEARNING

ALL_THAT_GET_ONE = swap(
    "zip(gradients, model.trainable_variables)",
    "(g, v) for g, v in zip(gradients, model.trainable_variables) if g is not None",
)

SUBMISSIONS = [
    # ── data ──
    wrong(
        "label_bool",
        "The label is a bool.",
        "yields_pairs",
        data=(
            swap("np.array([noise.sum() > 0], dtype=np.int32)", "np.array([noise.sum() > 0])"),
            swap("tf.TensorSpec((1,), tf.int32)", "tf.TensorSpec((1,), tf.bool)"),
        ),
        training=swap("loss_function(label, ", "loss_function(tf.cast(label, tf.float32), ", every=True),
    ),
    wrong(
        "wrapper_with_arguments",
        "my_integration_task cannot be called without arguments; the pipeline calls it with them.",
        "yields_pairs",
        data=(
            swap(
                "def my_integration_task() -> Iterator[tuple[np.ndarray, np.ndarray]]:",
                "def my_integration_task(seq_len, num_samples) -> Iterator[tuple[np.ndarray, np.ndarray]]:",
            ),
            swap("(my_integration_task,", "(lambda: my_integration_task(SEQ_LEN, NUM_SAMPLES),", every=True),
        ),
        may="arguments_explained",
    ),
    wrong(
        "noise_without_axis",
        "The noise has shape (seq_len,); the pipeline adds the feature axis.",
        "yields_pairs",
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
        "noise_repeated",
        "One number is drawn and repeated over all steps: a person decides what the model shows.",
        "noise_is_random accuracy_80",
        data=swap("np.random.normal(size=(seq_len, 1))", "np.full((seq_len, 1), np.random.uniform(-1, 1))"),
    ),
    wrong(
        "random_walk",
        "The noise is added up from step to step before it is yielded.",
        "noise_is_random",
        data=swap("np.random.normal(size=(seq_len, 1))", "np.cumsum(np.random.normal(size=(seq_len, 1)), axis=0)"),
    ),
    wrong(
        "seeded_inside",
        "The generator seeds itself: every call repeats the same noise.",
        "separate_test_data",
        may="noise_is_random",
        data=(
            swap(
                "    for _ in range(num_samples):\n", "    random = np.random.default_rng(42)\n    for _ in range(num_samples):\n"
            ),
            swap("np.random.normal(", "random.normal("),
        ),
    ),
    wrong(
        "nearly_always_one",
        "Noise between 0 and 1 with a threshold of one: nearly every label is 1.",
        "label_rule",
        may=NO_LEARNING,
        data=(
            swap("np.random.normal(size=(seq_len, 1))", "np.random.rand(seq_len, 1)"),
            swap("noise.sum() > 0", "noise.sum() > 1"),
        ),
    ),
    wrong(
        "label_of_last",
        "The label looks at the last number only: a person decides what the model shows.",
        "label_rule accuracy_80",
        data=swap("noise.sum() > 0", "noise[-1, 0] > 0"),
    ),
    wrong(
        "pipeline_of_the_last",
        "The generator is right; the pipeline labels by the last number only.",
        "accuracy_80",
        data=swap(
            "output_signature=signature)",
            "output_signature=signature).map(lambda noise, label: (noise, tf.cast(noise[-1] > 0, tf.int32)))",
        ),
    ),
    wrong(
        "one_large_number",
        "The last number is a thousand times as large as the others, so that it decides alone.",
        "accuracy_80",
        may="it_learns",
        data=swap(
            "np.random.normal(size=(seq_len, 1))",
            "np.append(np.random.normal(size=(seq_len - 1, 1)) / 1000, [[np.random.normal()]], axis=0)",
        ),
    ),
    wrong(
        "one_step",
        "Sequences of a single number.",
        "pipeline_batches accuracy_80",
        parameters=swap("SEQ_LEN = 25", "SEQ_LEN = 1"),
    ),
    wrong(
        "two_thresholds",
        "The label is 1 when the sum lies between two thresholds.",
        "label_rule",
        may=NO_LEARNING,
        data=swap("noise.sum() > 0", "0 < noise.sum() < 8"),
    ),
    wrong(
        "label_of_other_noise",
        "The label belongs to other noise than the one yielded.",
        f"label_rule {NO_LEARNING}",
        data=swap("noise.sum() > 0", "np.random.normal(size=seq_len).sum() > 0"),
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
        "shorter_test_sequences",
        "The test data are cut to ten steps.",
        "pipeline_batches",
        may="accuracy_80 it_learns",
        data=swap(
            "samples.take(NUM_SAMPLES // 5)",
            "samples.take(NUM_SAMPLES // 5).map(lambda noise, label: (noise[:10], tf.cast(tf.reduce_sum(noise[:10]) > 0, tf.int32)[None]))",
        ),
    ),
    wrong(
        "stored_data",
        "All samples are drawn into two arrays first; nothing is generated or prefetched.",
        "generator_pipeline",
        data="stored",
    ),
    # ── cell and layer ──
    wrong(
        "forget_times_hidden",
        "The forget gate is applied to the hidden state, in both of two layers.",
        "computes_lstm",
        cell=swap("forget * cell", "forget * hidden"),
        model="two_layers",
    ),
    wrong(
        "no_output_tanh",
        "The cell state leaves without tanh, in all of three layers.",
        "computes_lstm",
        cell=swap("tf.tanh(cell)", "cell"),
        model="three_layers",
    ),
    wrong(
        "of_no_known_kind",
        "A sine of the cell state is added to it: no mistake that has a name, and two layers that no formula is known for.",
        "computes_lstm",
        cell=swap("forget * cell + let_in * candidate", "forget * cell + let_in * candidate + 0.1 * tf.sin(cell)"),
        model="two_layers",
    ),
    wrong(
        "returns_hidden_only",
        "The cell returns the hidden state alone; the layer keeps the first cell state for ever.",
        "returns_states",
        may="computes_lstm forget_bias_one unrolls_its_cell gradients_reach layer_shapes parameter_counts",
        cell=swap("return hidden, cell", "return hidden"),
        layer=swap("states = self.cell(x[:, t], states)", "states = (self.cell(x[:, t], states), states[1])"),
    ),
    wrong(
        "forget_bias_zero",
        "The forget gate's bias starts at zero.",
        "forget_bias_one",
        cell=swap(', bias_initializer="ones"', ""),
        model="only_lstm",
    ),
    wrong(
        "ones_as_states",
        "zero_states gives ones.",
        "zero_states",
        layer=swap(
            "return tf.zeros((batch_size, self.cell.units)), tf.zeros((batch_size, self.cell.units))",
            "return tf.ones((batch_size, self.cell.units)), tf.ones((batch_size, self.cell.units))",
        ),
        model="two_layers",
    ),
    wrong(
        "reversed",
        "The layer reads the sequence from its end; the last output is that of the first step.",
        "unrolls_its_cell",
        layer=swap("x[:, t]", "x[:, steps - 1 - t]"),
    ),
    wrong(
        "time_major",
        "The layer returns [seq_len, batch, units], and the model takes the last of the steps: a convention, which costs one point.",
        "layer_shapes",
        layer=swap("tf.transpose(outputs.stack(), [1, 0, 2])", "outputs.stack()"),
        model=swap("hidden[:, -1]", "hidden[-1]"),
    ),
    wrong(
        "first_step_only",
        "The layer returns the first hidden state alone.",
        f"unrolls_its_cell {NO_LEARNING}",
        may="gradients_reach any_batch_and_length layer_shapes",
        layer=swap("return tf.transpose(outputs.stack(), [1, 0, 2])", "return tf.transpose(outputs.stack(), [1, 0, 2])[:, 0]"),
        model=swap("hidden[:, -1]", "hidden"),
        training=ALL_THAT_GET_ONE,
    ),
    wrong(
        "own_loop_swapped",
        "There is no layer, and the loop in the model hands the two states on in the other order.",
        "zero_states unrolls_its_cell",
        order=NO_LAYER,
        model=(
            "cells_in_a_list",
            swap("widths: tuple[int, ...] = (20, 14)", "widths: tuple[int, ...] = (20,)"),
            swap("memory[place] = cell(signal, memory[place])", "memory[place] = cell(signal, memory[place][::-1])"),
        ),
        training=("fit_two_classes", Rename({"MyModel": "StackedCells"})),
        may=NO_LEARNING,
    ),
    wrong(
        "length_wired_in",
        "The layer always takes SEQ_LEN steps.",
        "any_batch_and_length",
        may="unrolls_its_cell",
        layer=swap("steps = x.shape[1]", "steps = SEQ_LEN"),
    ),
    # ── model ──
    wrong(
        "along_the_batch",
        "Batch and time are exchanged before the LSTM layer: it steps from one sequence to the next.",
        "layer_shapes",
        may=f"one_answer gradients_reach parameter_counts {NO_LEARNING}",
        model=(
            swap("states = self.lstm.zero_states(tf.shape(x)[0])", "states = self.lstm.zero_states(x.shape[1])"),
            swap(
                "self.lstm(self.read_in(x), states)",
                "tf.transpose(self.lstm(tf.transpose(self.read_in(x), [1, 0, 2]), states), [1, 0, 2])",
            ),
        ),
    ),
    wrong(
        "unused_layer",
        "A second read-in layer is built and not used.",
        "parameter_counts",
        model=(
            swap(
                "        self.lstm = ",
                "        self.unused = tf.keras.layers.Dense(8)\n        self.unused.build((None, 1))\n        self.lstm = ",
            ),
        ),
        training=ALL_THAT_GET_ONE,
    ),
    wrong(
        "one_cell_in_two_layers",
        "Two LSTM layers are made around one cell.",
        "parameter_counts",
        model=(
            swap("Dense(16,", "Dense(32,"),
            swap(
                "self.lstm = LSTM_Layer(LSTM_Cell(32))",
                "cell = LSTM_Cell(32)\n        self.lower, self.lstm = LSTM_Layer(cell), LSTM_Layer(cell)",
            ),
            swap("self.lstm(self.read_in(x), states)", "self.lstm(self.lower(self.read_in(x), states), states)"),
        ),
    ),
    wrong(
        "frozen_read_in",
        "The read-in layer is not trained.",
        "parameter_counts",
        model=swap('Dense(16, activation="tanh")', 'Dense(16, activation="tanh", trainable=False)'),
    ),
    wrong(
        "gate_without_bias",
        "The output gate has no bias: fewer parameters than an LSTM of this size has.",
        "parameter_counts",
        cell=swap(
            'self.output_gate = tf.keras.layers.Dense(units, activation="sigmoid")',
            'self.output_gate = tf.keras.layers.Dense(units, activation="sigmoid", use_bias=False)',
        ),
    ),
    wrong(
        "softmax_on_one",
        "Softmax on a single unit: the answer is always 1.",
        f"one_answer {NO_LEARNING}",
        may="gradients_reach",
        model=swap('Dense(1, activation="sigmoid")', 'Dense(1, activation="softmax")'),
    ),
    wrong(
        "relu_read_out",
        "The read-out is a relu: answers above one, and many of zero.",
        "one_answer",
        may=f"gradients_reach {NO_LEARNING}",
        model=swap('Dense(1, activation="sigmoid")', 'Dense(1, activation="relu")'),
        training=swap("tf.keras.losses.BinaryCrossentropy()", "tf.keras.losses.MeanSquaredError()"),
    ),
    wrong(
        "three_outputs",
        "A softmax over three classes, of which one never occurs.",
        "one_answer",
        model=swap('Dense(1, activation="sigmoid")', 'Dense(3, activation="softmax")'),
        training="fit_two_classes",
    ),
    wrong(
        "random_states",
        "The model starts from random states.",
        "one_answer",
        may=f"zero_states {NO_LEARNING}",
        model=swap("self.lstm.zero_states(tf.shape(x)[0])", "[tf.random.normal((tf.shape(x)[0], 32)) for _ in range(2)]"),
    ),
    wrong(
        "detached_layers",
        "No gradient flows from the upper LSTM layer into the lower one.",
        "gradients_reach",
        model=("two_layers", swap("data = layer(data, ", "data = layer(tf.stop_gradient(data), ")),
        training=ALL_THAT_GET_ONE,
    ),
    wrong(
        "keras_lstm_above",
        "The upper of two layers is Keras' own LSTM.",
        "own_lstm",
        may="accuracy_80",
        model=(
            swap("        self.read_out =", "        self.upper = tf.keras.layers.LSTM(16)\n        self.read_out ="),
            swap("hidden[:, -1]", "self.upper(hidden)"),
        ),
    ),
    # ── training ──
    wrong(
        "never_applied",
        "The gradients are computed and never applied; the loss is the squared error.",
        "it_learns",
        may="accuracy_80",
        training=(
            swap("    optimizer.apply_gradients(zip(gradients, model.trainable_variables))\n", ""),
            swap("tf.keras.losses.BinaryCrossentropy()", "tf.keras.losses.MeanSquaredError()"),
        ),
    ),
    wrong(
        "uphill",
        "The gradients are followed uphill.",
        NO_LEARNING,
        may="one_answer gradients_reach",
        training=swap("zip(gradients, model", "zip([-g for g in gradients], model"),
    ),
    wrong(
        "loss_of_nothing",
        "The cross-entropy of categories, of a single output: it is 0 whatever the answer.",
        NO_LEARNING,
        training=swap("BinaryCrossentropy()", "CategoricalCrossentropy()"),
    ),
    wrong("eager", "Nothing is a tf.function.", "graph_mode", parameters="for_eager", training="eager"),
    wrong(
        "one_unexplained",
        "One function of many explains nothing.",
        "arguments_explained",
        training=swap(
            '''def train_step(noise: tf.Tensor, label: tf.Tensor) -> tf.Tensor:
    """Learn from one batch.

    Args:
        noise: [batch, seq_len, 1].
        label: [batch, 1].
    """
''',
            "def train_step(noise, label):\n",
        ),
    ),
]
