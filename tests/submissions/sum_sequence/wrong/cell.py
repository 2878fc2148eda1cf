"""Wrong submissions: mistakes in one step."""

from tests.corpus import swap, wrong

# what nobody can see of a model that cannot be called
IN_THE_MODEL = "layer_shapes parameter_counts one_probability gradients_reach graph_mode it_learns accuracy_80"

SUBMISSIONS = [
    wrong(
        "forget_times_hidden",
        "The forget gate is applied to the hidden state.",
        "computes_lstm",
        cell=swap("forget * cell", "forget * hidden"),
    ),
    wrong("no_output_tanh", "The cell state leaves without tanh.", "computes_lstm", cell=swap("tf.tanh(cell)", "cell")),
    wrong(
        "candidate_sigmoid",
        "The candidate goes through a sigmoid.",
        "computes_lstm",
        cell=swap('Dense(units, activation="tanh")', 'Dense(units, activation="sigmoid")'),
    ),
    wrong("candidate_relu", "The candidate goes through a relu.", "computes_lstm", cell=swap('"tanh"', '"relu"')),
    wrong(
        "gate_softmax",
        "The input gate is a softmax over the units.",
        "computes_lstm",
        cell=swap(
            'self.input_gate = tf.keras.layers.Dense(units, activation="sigmoid")',
            'self.input_gate = tf.keras.layers.Dense(units, activation="softmax")',
        ),
    ),
    wrong(
        "cell_not_carried",
        "The old cell state is dropped.",
        "computes_lstm",
        may="gradients_reach",
        cell=swap("forget * cell + let_in * candidate", "let_in * candidate"),
    ),
    wrong(
        "output_sees_no_hidden",
        "The output gate gets zeros in place of the hidden state.",
        "computes_lstm",
        cell=swap("self.output_gate(seen)", "self.output_gate(tf.concat([x, tf.zeros_like(hidden)], axis=-1))"),
    ),
    # The gate's weights are there and never used: a missing gradient is the same mistake seen from another side.
    wrong(
        "no_input_gate",
        "The input gate is computed and not used.",
        "computes_lstm",
        may="gradients_reach",
        cell=swap("let_in * candidate", "candidate"),
    ),
    wrong(
        "no_output_gate",
        "The output gate is computed and not used.",
        "computes_lstm",
        may="gradients_reach",
        cell=swap("let_out * tf.tanh(cell)", "tf.tanh(cell)"),
    ),
    wrong(
        "coupled_gates",
        "The input gate is one minus the forget gate, three gates in all.",
        "computes_lstm",
        may="forget_bias_one",
        cell=(
            swap("self.input_gate(seen)", "1.0 - forget"),
            swap('        self.input_gate = tf.keras.layers.Dense(units, activation="sigmoid")\n', ""),
        ),
    ),
    wrong(
        "old_cell_shown",
        "The hidden state is made from the cell state before the step.",
        "computes_lstm",
        cell=(
            swap("cell = forget * cell + let_in * candidate", "new_cell = forget * cell + let_in * candidate"),
            swap("return hidden, cell", "return hidden, new_cell"),
        ),
    ),
    wrong(
        "adds_gates",
        "The forget gate is added to the cell state, not multiplied.",
        "computes_lstm",
        cell=swap("forget * cell", "forget + cell"),
        may="accuracy_80 it_learns",  # such a cell learns from some first weights, not from all
    ),
    wrong(
        "candidate_of_cell",
        "The candidate looks at the cell state instead of the hidden state.",
        "computes_lstm",
        cell=swap("self.candidate_gate(seen)", "self.candidate_gate(tf.concat([x, cell], axis=-1))"),
    ),
    # Read as (hidden, cell), returned as (cell, hidden): no consistent order explains it.
    wrong(
        "swapped_return",
        "The pair is read as (hidden, cell) and returned as (cell, hidden).",
        "computes_lstm",
        may="returns_states",
        cell=swap("return hidden, cell", "return cell, hidden"),
    ),
    wrong(
        "returns_hidden_only",
        "The cell returns the hidden state alone; the layer keeps the first cell state for ever.",
        "returns_states",
        may="computes_lstm forget_bias_one one_output_per_step gradients_reach",
        cell=swap("return hidden, cell", "return hidden"),
        layer=swap("states = self.cell(x[:, t], states)", "states = (self.cell(x[:, t], states), states[1])"),
    ),
    wrong(
        "no_return",
        "The cell's call has no return statement; the layer is right.",
        "returns_states",
        may=f"computes_lstm forget_bias_one {IN_THE_MODEL}",
        cell=swap("\n        return hidden, cell", ""),
    ),
    wrong(
        "unknown_name",
        "The cell's call uses a name that is defined nowhere; the layer is right.",
        "returns_states",
        may=f"computes_lstm forget_bias_one {IN_THE_MODEL}",
        cell=swap("return hidden, cell", "return hidden, cel"),
    ),
    wrong(
        "forget_bias_zero",
        "The forget gate's bias starts at zero.",
        "forget_bias_one",
        cell=swap(', bias_initializer="ones"', ""),
    ),
    wrong(
        "one_at_input_gate",
        "The bias that starts at one is the input gate's.",
        "forget_bias_one",
        cell=(
            swap(', bias_initializer="ones"', ""),
            swap(
                'self.input_gate = tf.keras.layers.Dense(units, activation="sigmoid")',
                'self.input_gate = tf.keras.layers.Dense(units, activation="sigmoid", bias_initializer="ones")',
            ),
        ),
    ),
    wrong(
        "numpy_in_cell",
        "np.tanh inside the cell cuts the gradient and runs only eagerly.",
        "gradients_reach graph_mode",
        may="computes_lstm one_output_per_step",
        parameters="for_eager",
        training="eager",
        cell=swap("tf.tanh(cell)", "np.tanh(cell)"),
    ),
    wrong(
        "numpy_function",
        "tf.numpy_function inside the cell runs in a graph and cuts the gradient.",
        "gradients_reach",
        cell=swap("tf.tanh(cell)", "tf.ensure_shape(tf.numpy_function(np.tanh, [cell], tf.float32), (None, self.units))"),
        training=swap(
            "zip(gradients, model.trainable_variables)",
            "(g, v) for g, v in zip(gradients, model.trainable_variables) if g is not None",
        ),
    ),
    wrong(
        "stop_gradient",
        "The gradient stops at the states: nothing is learned through time.",
        "gradients_reach",
        cell=swap("hidden, cell = states", "hidden, cell = tf.stop_gradient(states[0]), tf.stop_gradient(states[1])"),
    ),
    wrong(
        "cell_state_detached",
        "The gradient stops at the cell state alone: every variable still gets some, through the hidden state.",
        "gradients_reach",
        cell=swap("hidden, cell = states", "hidden, cell = states[0], tf.stop_gradient(states[1])"),
    ),
    wrong(
        "copied_gate",
        "The input gate's line was copied from the forget gate: one gate stands in both places.",
        "computes_lstm",
        may="forget_bias_one parameter_counts gradients_reach",
        cell=swap("let_in = self.input_gate(seen)", "let_in = self.forget_gate(seen)"),
    ),
]
