"""Right submissions: every check of their code passes, in whatever style it is written. A person reads the written answers.

`may` names a check on which the sheet decides: does a Python list count as unrolling in graph mode, do two biases count as one?
"""

import nbformat

from reference.build import ROOT, solution
from tests.corpus import NO_LAYER, Rename, right, swap, text
from tests.submissions.sum_sequence import styles, trained


def reference_notebook() -> dict:
    """The tutor's solution with the corpus' small numbers."""
    notebook = solution(ROOT / "reference" / "sum_sequence")
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = text("parameters")
    return nbformat.from_dict(notebook)


README = """# Homework 7

## Outstanding questions

### Can / should you use truncated BPTT here?

Possible, but unnecessary: 25 steps are short, and all of them count equally for the one label at the end.

### Should you rather take this as a regression, or a classification problem?

Classification, because the target is binary.
"""

CELL_FIRST_CELL = (
    swap("hidden, cell = states", "cell, hidden = states"),
    swap("return hidden, cell", "return cell, hidden"),
    swap("hidden state and cell state, each", "cell state and hidden state, each"),
    swap("the new hidden state and cell state", "the new cell state and hidden state"),
)

IN_DICT = Rename(
    {"SEQ_LEN": 'config["timesteps"]', "NUM_SAMPLES": 'config["n_train"]', "BATCH_SIZE": 'config["minibatch"]'}
    | {"EPOCHS": 'config["n_epochs"]', "LEARNING_RATE": 'config["lr"]'}
)
IN_CLASS = Rename(
    {"SEQ_LEN": "settings.n_steps", "NUM_SAMPLES": "settings.n_samples", "BATCH_SIZE": "settings.bs"}
    | {"EPOCHS": "settings.num_epochs", "LEARNING_RATE": "settings.lr", "READ_IN": "32", "UNITS": "100"}
)

SUBMISSIONS = [
    *styles.RIGHT,
    *trained.RIGHT,
    right("reference", "The tutor's solution.", notebook=reference_notebook),
    right("plain", "Four Dense layers, a Python range with a TensorArray, a custom loop with a traced step."),
    right(
        "own_loop",
        "There is no layer: the model holds the loop over the time steps itself.",
        order=NO_LAYER,
        model="own_loop",
        training=Rename({"MyModel": "NoiseNet"}),
        may="zero_states",
    ),
    right(
        "told_to_return_sequences",
        "A layer that gives all steps only when it is told to, around a cell in the manner of Keras' own.",
        cell="like_keras",
        layer="told_to",
        model="told",
        training=Rename({"MyModel": "NoiseNet"}),
    ),
    right(
        "valves",
        "The gates are a class of their own, the layer is German.",
        cell="gate_class",
        layer="nullzustaende",
        model="german",
        training=Rename({"MyModel": "Netz", "model": "netz", "train_losses": "trainingsverluste", "test_losses": "testverluste"}),
    ),
    right(
        "numbers_in_a_dict",
        "All numbers stand in a dict, under other names.",
        parameters="in_a_dict",
        data=IN_DICT,
        training=IN_DICT,
    ),
    right(
        "numbers_in_a_class",
        "All numbers are fields of a dataclass, a Trainer trains and keeps its record: 3,000 steps, of which a first run takes 600.",
        parameters="in_a_dataclass",
        data=IN_CLASS,
        model=IN_CLASS,
        training=("trainer", IN_CLASS),
    ),
    right("keras_fit", "Trained by compile and fit.", training="fit", layer="while_loop"),
    right(
        "eager_loop",
        "The training loop is eager, the unrolling is a tf.function.",
        parameters="for_eager",
        layer="traced_call",
        cell="with_build",
        model="with_build",
        training="eager",
    ),
    right(
        "eight_dense",
        "A Dense layer for x (with bias) and one for h (without) in every gate.",
        cell="eight_dense",
        layer="list_stack",
    ),
    right(
        "mixed_kernels",
        "Three gates have one Dense for both, the candidate two; a gelu at the read-in; larger batches to test with.",
        cell=(
            swap(
                'self.candidate_gate = tf.keras.layers.Dense(units, activation="tanh")',
                "self.candidate_x = tf.keras.layers.Dense(units, use_bias=False)\n"
                "        self.candidate_h = tf.keras.layers.Dense(units)",
            ),
            swap("self.candidate_gate(seen)", "tf.tanh(self.candidate_x(x) + self.candidate_h(hidden))"),
        ),
        model=swap("Dense(READ_IN)", 'Dense(READ_IN, activation="gelu")'),
        data=swap("take(NUM_SAMPLES // 5).batch(BATCH_SIZE)", "take(NUM_SAMPLES // 5).batch(4 * BATCH_SIZE)"),
    ),
    right(
        "only_modules",
        "Cell, layer, model and dense layers are tf.Modules; the cell's biases are a row of its only matrix.",
        cell="one_beside",
        layer=("while_loop", swap("(tf.keras.layers.Layer)", "(tf.Module)"), swap("def call(", "def __call__(")),
        model="modules",
    ),
    right("hidden_first", "Input and hidden state are joined as [h, x].", cell=swap("[x, hidden]", "[hidden, x]")),
    right("fused", "One raw matrix for all gates, in the order of Keras.", cell="fused", layer="while_loop"),
    right("fused_two", "Kernel and recurrent kernel apart, gates in an order of their own, a list returned.", cell="fused_two"),
    right("raw_weights", "Three raw weights for every gate.", cell="raw_weights"),
    right("class_per_gate", "Every gate is an object of a class of its own.", cell="class_per_gate", layer="scan"),
    right(
        "two_biases",
        "Dense for x and Dense for h, both with bias: 400 parameters more.",
        cell=("eight_dense", swap("use_bias=False", "use_bias=True", every=True)),
        may="parameter_counts",
    ),
    right(
        "model_as_cell",
        "The cell is a keras.Model.",
        cell=swap("class LSTM_Cell(tf.keras.layers.Layer)", "class LSTM_Cell(tf.keras.Model)"),
    ),
    right(
        "built_in_one",
        "The one of the forget bias is written into the equation: sigmoid(f + 1).",
        cell=(
            swap('Dense(units, activation="sigmoid", bias_initializer="ones")', "Dense(units)"),
            swap("self.forget_gate(seen)", "tf.sigmoid(self.forget_gate(seen) + 1.0)"),
        ),
    ),
    right("list_stack", "Unrolled with a Python list and tf.stack, inside a traced step.", layer="list_stack", may="graph_mode"),
    right("while_loop", "Unrolled with tf.while_loop and a TensorArray.", layer="while_loop", cell="with_build"),
    right("scan", "Unrolled with tf.scan.", layer="scan", may="graph_mode"),
    right(
        "traced_call",
        "LSTM_Layer.call is a tf.function with AutoGraph's tf.range; all is built in build.",
        layer="traced_call",
        cell="with_build",
        model="with_build",
    ),
    right(
        "metrics_in_model",
        "The model brings its steps and Keras metrics along; RMSprop, tanh read-in, shuffled, a plot.",
        imports="with_plots",
        data="new_generator",
        model="own_steps",
        training="own_steps",
    ),
    right("relu_read_in", "The read-in layer has a relu.", model=swap("Dense(READ_IN)", 'Dense(READ_IN, activation="relu")')),
    right("own_numbers", "Other lengths, widths, batches and rates than the sheet's.", parameters="own_numbers"),
    right("odd_parameters", "Parameters in annotated and unpacked assignments over two cells.", parameters="odd_style"),
    right(
        "threshold_one",
        "The label asks whether the sum is above one, as the sheet's text says.",
        data=swap("noise.sum() > 0", "noise.sum() > 1"),
    ),
    right("at_least", "The label uses >= instead of >.", data=swap("noise.sum() > 0", "noise.sum() >= 0")),
    right("tensorflow_noise", "Noise and label come from TensorFlow.", data="tensorflow_noise"),
    right(
        "cell_first",
        "The pair of states is (cell, hidden), everywhere.",
        cell=CELL_FIRST_CELL,
        layer=swap("states[0]", "states[1]"),
        may="returns_states",
    ),
    right("colab", "Saved by Colab: format 4.0 without ids, !pip, drive.mount, stored outputs.", style="colab", imports="colab"),
    right("noisy", "Warnings, stderr, 400 printed lines and progress bars.", imports="noisy", training="noisy"),
    right("readme_answers", "The written answers stand in README.md.", answers="elsewhere", files={"README.md": README}),
    right("answers_reordered", "The written answers stand under other headings, in the other order.", answers="reordered"),
    right("answers_terse", "The written answers are positions without reasons.", answers="terse"),
    right("answers_missing", "Below the written questions stands the template's text.", answers="missing"),
    right(
        "prints_wrong_accuracy",
        "The accuracy in its list compares (B,) with (B, 1) and shows .5; the model is right.",
        may="it_learns",
        training=swap(
            "tf.equal(tf.cast(probability > 0.5, tf.int32), tf.cast(label, tf.int32))",
            "tf.equal(tf.cast(probability[:, 0] > 0.5, tf.int32), tf.cast(label, tf.int32))",
        ),
    ),
    right(
        "plain_sgd",
        "Plain gradient descent: shows 80 % only after some 1,200 of its 2,400 steps.",
        parameters="for_plain_sgd",
        training="fit_sgd",
        layer="while_loop",
    ),
    right(
        "classic",
        "tf.range inside call without a decorator, nothing built before the traced step. Needs Keras 2.",
        layer="classic",
        training="classic",
        runtime="keras2",
    ),
    right(
        "built_in_trace",
        "Nothing is built before the traced step; works under both Keras generations.",
        training="classic",
    ),
    right(
        "frozen_decorator",
        "LSTM_Layer.call is a tf.function, and the model has no build; loses nothing under Keras 3, which builds it before the trace.",
        layer="traced_call",
        cell="with_build",
    ),
    right(
        "frozen_outside_fit",
        "The same, trained by fit: under Keras 3 an early trace keeps its first weights, but what is trained and asked is not that trace.",
        layer="traced_call",
        training="fit",
    ),
    right(
        "bare_variables",
        "Three plain tf.Variable objects for every gate: Keras 3 does not train them. Needs Keras 2.",
        cell=(
            "raw_weights",
            swap(
                'self.add_weight(name="W_" + gate, shape=(width, self.units), initializer="random_normal")',
                'tf.Variable(tf.random.normal((width, self.units), stddev=0.05), name="W_" + gate)',
            ),
            swap(
                'self.add_weight(name="U_" + gate, shape=(self.units, self.units), initializer="random_normal")',
                'tf.Variable(tf.random.normal((self.units, self.units), stddev=0.05), name="U_" + gate)',
            ),
            swap(
                'self.add_weight(name="b_" + gate, shape=(self.units,), initializer=bias)',
                'tf.Variable(getattr(tf, bias)((self.units,)), name="b_" + gate)',
            ),
        ),
        runtime="keras2",
    ),
    right(
        "year_2021",
        "As in 2021: cell, layer, model and steps are tf.functions, and every part is first built in a trace. Needs Keras 2.",
        cell="all_traced",
        layer="all_traced",
        model="all_traced",
        training="classic",
        runtime="keras2",
    ),
]
