"""Wrong submissions: mistakes in the loop over the steps."""

from tests.corpus import NO_LAYER, Rename, swap, wrong
from tests.submissions.sum_sequence.checks import NO_LEARNING

SUBMISSIONS = [
    wrong(
        "last_output_only",
        "The layer returns the last hidden state alone.",
        "one_output_per_step",
        may="any_batch_and_length layer_shapes",
        layer=swap("return tf.transpose(outputs.stack(), [1, 0, 2])", "return states[0]"),
        model=swap("hidden[:, -1]", "hidden"),
    ),
    wrong(
        "time_major",
        "The layer returns [seq_len, batch, units].",
        "one_output_per_step",
        may="any_batch_and_length layer_shapes",
        layer=swap("tf.transpose(outputs.stack(), [1, 0, 2])", "outputs.stack()"),
        model=swap("hidden[:, -1]", "hidden[-1]"),
    ),
    wrong(
        "returns_cell_states",
        "The layer writes down the cell states, not the hidden states.",
        "one_output_per_step",
        layer=swap("states[0]", "states[1]"),
    ),
    wrong(
        "dropped_write",
        "The result of TensorArray.write is thrown away: right eagerly, zeros in a graph.",
        "one_output_per_step it_learns",
        may="accuracy_80 gradients_reach any_batch_and_length graph_mode",
        layer=(
            swap("size=steps)", "size=steps, element_shape=(None, self.cell.units))"),
            swap("outputs = outputs.write(", "outputs.write("),
        ),
        training=swap(
            "zip(gradients, model.trainable_variables)",
            "(g, v) for g, v in zip(gradients, model.trainable_variables) if g is not None",
        ),
    ),
    wrong(
        "ones_as_states",
        "zero_states gives ones.",
        "zero_states",
        layer=swap("tf.zeros((batch_size", "tf.ones((batch_size", every=True),
    ),
    wrong(
        "length_wired_in",
        "The layer always takes SEQ_LEN steps.",
        "any_batch_and_length",
        may="one_output_per_step",
        layer=swap("steps = x.shape[1]", "steps = SEQ_LEN"),
    ),
    wrong(
        "batch_wired_in",
        "The layer's output is reshaped to the one batch size.",
        "any_batch_and_length",
        layer=swap(
            "tf.transpose(outputs.stack(), [1, 0, 2])",
            "tf.reshape(tf.transpose(outputs.stack(), [1, 0, 2]), (BATCH_SIZE, -1, self.cell.units))",
        ),
    ),
    wrong(
        "restarts_each_step",
        "Every step starts from the first states again.",
        f"one_output_per_step {NO_LEARNING}",
        may="gradients_reach",
        layer=(
            swap("states = self.cell(x[:, t], states)", "hidden, cell = self.cell(x[:, t], states)"),
            swap("states[0]", "hidden"),
        ),
    ),
    wrong(
        "reversed",
        "The layer reads the sequence from its end.",
        "one_output_per_step",
        layer=swap("x[:, t]", "x[:, steps - 1 - t]"),
    ),
    wrong(
        "skips_first_step",
        "The loop begins with the second step.",
        "one_output_per_step",
        may="any_batch_and_length layer_shapes gradients_reach",
        layer=(swap("size=steps)", "size=steps - 1)"), swap("range(steps)", "range(1, steps)"), swap("write(t,", "write(t - 1,")),
    ),
    wrong(
        "ignores_states",
        "The layer starts from zeros whatever it is given.",
        "one_output_per_step",
        may="zero_states",
        layer=swap("steps = x.shape[1]", "steps, states = x.shape[1], self.zero_states(tf.shape(x)[0])"),
    ),
    wrong(
        "own_loop_cell_not_carried",
        "There is no layer, and the loop in the model forgets the cell state.",
        "zero_states one_output_per_step",
        order=NO_LAYER,
        model=("own_loop", swap("hidden, carried = self.memory", "hidden, _ = self.memory")),
        training=Rename({"MyModel": "NoiseNet"}),
    ),
    wrong(
        "rows_shifted",
        "Step t + 1 begins with the states of the neighbour in the batch.",
        "one_output_per_step",
        may=f"any_batch_and_length gradients_reach {NO_LEARNING}",
        layer=swap(
            "states = self.cell(x[:, t], states)", "states = [tf.roll(state, 1, axis=0) for state in self.cell(x[:, t], states)]"
        ),
    ),
]
