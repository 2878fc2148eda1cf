"""Wrong submissions: mistakes in the model."""

from tests.corpus import swap, wrong
from tests.submissions.sum_sequence.checks import NO_LEARNING

SUBMISSIONS = [
    wrong(
        "random_states",
        "The model starts from random states.",
        "one_probability",
        may=f"zero_states {NO_LEARNING}",
        model=swap("self.lstm.zero_states(tf.shape(x)[0])", "[tf.random.normal((tf.shape(x)[0], UNITS)) for _ in range(2)]"),
    ),
    wrong(
        "states_kept",
        "The hidden state of one batch is where the next begins.",
        "one_probability",
        may=f"any_batch_and_length parameter_counts zero_states {NO_LEARNING}",
        model=(
            swap(
                "        self.read_out =",
                "        self.kept = tf.Variable(tf.zeros((BATCH_SIZE, UNITS)), trainable=False)\n        self.read_out =",
            ),
            swap(
                "states = self.lstm.zero_states(tf.shape(x)[0])", "states = tf.identity(self.kept), tf.zeros((BATCH_SIZE, UNITS))"
            ),
            swap("        return self.read_out", "        self.kept.assign(hidden[:, -1])\n        return self.read_out"),
        ),
    ),
    wrong(
        "softmax_on_one",
        "Softmax on a single unit: the answer is always 1.",
        f"one_probability {NO_LEARNING}",
        may="gradients_reach",
        model=swap('"sigmoid"', '"softmax"'),
    ),
    wrong(
        "sigmoid_on_sigmoid",
        "A sigmoid in the read-out and another one around it: the answer is never below one half.",
        "accuracy_80",
        may="it_learns",
        model=swap("self.read_out(hidden[:, -1])", "tf.sigmoid(self.read_out(hidden[:, -1]))"),
    ),
    wrong(
        "two_outputs",
        "Two outputs with softmax.",
        "one_probability parameter_counts",
        may=f"layer_shapes {NO_LEARNING}",
        model=swap('Dense(1, activation="sigmoid")', 'Dense(2, activation="softmax")'),
        training=(
            swap("BinaryCrossentropy()", "SparseCategoricalCrossentropy()"),
            swap("probability > 0.5", "probability[:, 1:] > 0.5"),
        ),
    ),
    wrong(
        "answer_per_step",
        "The model answers at every step; the loop picks the last.",
        "one_probability",
        may=f"layer_shapes {NO_LEARNING}",
        model=swap("hidden[:, -1]", "hidden"),
        training=swap("model(noise)", "model(noise)[:, -1]", every=True),
    ),
    wrong(
        "logits",
        "The model answers with a logit instead of a probability.",
        "one_probability",
        may=NO_LEARNING,
        model=swap('Dense(1, activation="sigmoid")', "Dense(1)"),
        training=(swap("BinaryCrossentropy()", "BinaryCrossentropy(from_logits=True)"), swap("> 0.5", "> 0.0")),
    ),
    wrong(
        "first_step_read",
        "The first step is read out, not the last.",
        NO_LEARNING,
        may="gradients_reach",
        model=swap("hidden[:, -1]", "hidden[:, 0]"),
        training=swap(
            "zip(gradients, model.trainable_variables)",
            "(g, v) for g, v in zip(gradients, model.trainable_variables) if g is not None",
        ),
    ),
    wrong(
        "extra_dense",
        "A further Dense layer stands before the read-out.",
        "parameter_counts",
        may="layer_shapes",
        model=(
            swap("        self.read_out =", "        self.extra = tf.keras.layers.Dense(UNITS)\n        self.read_out ="),
            swap("hidden[:, -1]", "self.extra(hidden[:, -1])"),
        ),
    ),
    wrong(
        "other_units",
        "The model's LSTM has 64 units although UNITS is 100.",
        "parameter_counts layer_shapes",
        model=swap("LSTM_Cell(UNITS)", "LSTM_Cell(64)"),
    ),
    wrong(
        "no_read_in",
        "The read-in layer is there and not used.",
        "parameter_counts layer_shapes",
        model=swap("self.lstm(self.read_in(x), states)", "self.lstm(x, states)"),
    ),
    wrong(
        "two_layers",
        "Two LSTM layers of 25 units, one on the other.",
        "parameter_counts layer_shapes",
        model=(
            swap(
                "self.lstm = LSTM_Layer(LSTM_Cell(UNITS))",
                "self.lower, self.lstm = LSTM_Layer(LSTM_Cell(25)), LSTM_Layer(LSTM_Cell(25))",
            ),
            swap("self.lstm(self.read_in(x), states)", "self.lstm(self.lower(self.read_in(x), states), states)"),
        ),
    ),
    wrong(
        "year_2021_stacked",
        "As in 2021: two traced LSTM layers of 25 units on the noise itself, 7,826 parameters; the sheet asks for a read-in and one layer.",
        "parameter_counts layer_shapes",
        parameters="narrow",
        cell="all_traced",
        layer="all_traced",
        model="stacked",
        training="classic",
        runtime="keras2",
    ),
    wrong(
        "year_2021_bare",
        "As in 2021: one traced LSTM layer of 25 units on the noise itself, 2,726 parameters; the sheet asks for a read-in.",
        "parameter_counts layer_shapes",
        parameters="narrow",
        cell="all_traced",
        layer="all_traced",
        model=("stacked", swap("[LSTM_Layer(LSTM_Cell(UNITS)), LSTM_Layer(LSTM_Cell(UNITS))]", "[LSTM_Layer(LSTM_Cell(UNITS))]")),
        training="classic",
        runtime="keras2",
    ),
    wrong(
        "keras_lstm",
        "The model uses Keras' LSTM; the own cell and layer are defined and idle.",
        "own_lstm",
        may="zero_states layer_shapes",
        model=(
            swap("LSTM_Layer(LSTM_Cell(UNITS))", "tf.keras.layers.LSTM(UNITS, return_sequences=True)"),
            swap("        states = self.lstm.zero_states(tf.shape(x)[0])\n", ""),
            swap("self.lstm(self.read_in(x), states)", "self.lstm(self.read_in(x))"),
        ),
    ),
    wrong(
        "keras_cell",
        "Keras' LSTMCell is imported under the name of the own cell.",
        "own_lstm",
        may="returns_states computes_lstm one_output_per_step",
        cell=swap("return hidden, cell", "return hidden, cell\n\n\nfrom tensorflow.keras.layers import LSTMCell as LSTM_Cell"),
        layer=(swap("states = self.cell(", "_, states = self.cell(")),
    ),
]
