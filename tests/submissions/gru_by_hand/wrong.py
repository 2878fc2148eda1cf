"""Wrong submissions: one mistake each, most of them known to the library of a GRU's mistakes."""

from tests.corpus import swap, wrong
from tests.submissions.gru_by_hand.checks import NO_LEARNING

CELL = "computes_gru"

SUBMISSIONS = [
    wrong(
        "no_reset",
        "The candidate sees the whole hidden state: the reset gate is never used.",
        CELL,
        may="gradients_reach",
        cell=swap("reset * hidden", "hidden"),
    ),
    wrong(
        "update_by_tanh",
        "The update gate has a tanh.",
        CELL,
        may=NO_LEARNING,
        cell=swap(
            'self.update_gate = tf.keras.layers.Dense(units, activation="sigmoid")',
            'self.update_gate = tf.keras.layers.Dense(units, activation="tanh")',
        ),
    ),
    wrong(
        "candidate_by_sigmoid",
        "The candidate has a sigmoid.",
        CELL,
        may=NO_LEARNING,
        cell=swap('activation="tanh"', 'activation="sigmoid"'),
    ),
    wrong(
        "adds_up",
        "The candidate is added to all of the old state.",
        CELL,
        may=f"{NO_LEARNING} gradients_reach",
        cell=swap("update * hidden + (1 - update) * new", "hidden + (1 - update) * new"),
    ),
    wrong(
        "simple",
        "A simple recurrent cell under the name of a GRU: its counts follow from it, and are charged once.",
        CELL,
        may=NO_LEARNING,
        cell="simple",
    ),
    wrong(
        "returns_candidate",
        "The candidate is returned, not the new hidden state.",
        CELL,
        may=f"{NO_LEARNING} gradients_reach",
        cell=swap("return update * hidden + (1 - update) * new", "return new"),
    ),
    wrong(
        "no_batch",
        "The cell returns the mean over the batch.",
        "returns_states",
        may=f"{CELL} one_output_per_step any_batch_and_length layer_shapes parameter_counts one_probability gradients_reach graph_mode zero_states {NO_LEARNING}",
        cell=swap(
            "return update * hidden + (1 - update) * new", "return tf.reduce_mean(update * hidden + (1 - update) * new, axis=0)"
        ),
    ),
    wrong(
        "not_carried",
        "Every step starts from the same state.",
        "one_output_per_step",
        may=f"{NO_LEARNING} gradients_reach",
        layer=swap(
            "            hidden = self.cell(x[:, t], hidden)\n            outputs = outputs.write(t, hidden)",
            "            outputs = outputs.write(t, self.cell(x[:, t], hidden))",
        ),
    ),
    wrong(
        "time_major",
        "Time comes first in what the layer gives.",
        "one_output_per_step",
        may=f"{NO_LEARNING} any_batch_and_length layer_shapes one_probability gradients_reach graph_mode",
        layer=swap("return tf.transpose(outputs.stack(), [1, 0, 2])", "return outputs.stack()"),
    ),
    wrong(
        "steps_by_heart",
        "The layer takes as many steps as the sheet's sequences have.",
        "any_batch_and_length",
        layer=swap("steps = x.shape[1]", "steps = SEQ_LEN"),
    ),
    wrong(
        "same_noise",
        "Every pass begins at the same seed, so the test is on what was learned.",
        "separate_test_data",
        may=NO_LEARNING,
        data=swap("    for _ in range(num_samples):", "    np.random.seed(1)\n    for _ in range(num_samples):"),
    ),
    wrong(
        "nothing_explained",
        "The layer's arguments have neither types nor words.",
        "arguments_explained",
        layer=(
            swap("def call(self, x: tf.Tensor, hidden: tf.Tensor) -> tf.Tensor:", "def call(self, x, hidden):"),
            swap("        Args:\n            x: the sequence, [batch, seq_len, input].\n            hidden: hidden state before the first step.\n\n", ""),
        ),
    ),
    wrong(
        "starts_at_one",
        "zero_states gives ones.",
        "zero_states",
        layer=swap("tf.zeros((batch_size, self.cell.units))", "tf.ones((batch_size, self.cell.units))"),
    ),
    wrong(
        "ready_made",
        "Keras' own GRU does the work in the model.",
        "own_gru",
        may="parameter_counts layer_shapes gradients_reach one_probability accuracy_80 it_learns graph_mode",
        model=(
            swap("self.gru = GRU_Layer(GRU_Cell(GRU_UNITS))", "self.gru = tf.keras.layers.GRU(GRU_UNITS)"),
            swap(
                "        start = self.gru.zero_states(tf.shape(x)[0])\n        hidden = self.gru(self.read_in(x), start)\n        return self.read_out(hidden[:, -1])",
                "        return self.read_out(self.gru(self.read_in(x)))",
            ),
        ),
    ),
    wrong(
        "one_layer_more",
        "A Dense layer more before the read-out.",
        "parameter_counts",
        may="it_learns",
        model=(
            swap('self.read_out = tf', 'self.between = tf.keras.layers.Dense(8, activation="tanh")\n        self.read_out = tf'),
            swap("self.read_out(hidden[:, -1])", "self.read_out(self.between(hidden[:, -1]))"),
        ),
    ),
    wrong(
        "no_sigmoid",
        "The read-out has no sigmoid.",
        "one_probability",
        may=NO_LEARNING,
        model=swap('Dense(1, activation="sigmoid")', "Dense(1)"),
    ),
    wrong(
        "detached",
        "No gradient passes from step to step.",
        "gradients_reach",
        may=NO_LEARNING,
        layer=swap("self.cell(x[:, t], hidden)", "self.cell(x[:, t], tf.stop_gradient(hidden))"),
    ),
    wrong(
        "labels_of_last",
        "The label looks at the last value alone.",
        "label_rule",
        may=NO_LEARNING,
        data=swap("noise.sum() > 0", "noise[-1].sum() > 0"),
    ),
]
