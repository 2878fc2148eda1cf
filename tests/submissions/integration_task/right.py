"""Right submissions: sizes, depth, noise, length, loss and read-out are the student's choice, and every one earns all automatic points."""

import nbformat

from reference.build import ROOT, solution
from tests.corpus import NO_LAYER, Rename, Swap, right, swap, text


def reference_notebook() -> dict:
    """The tutor's solution, with fewer sequences."""
    notebook = solution(ROOT / "reference" / "integration_task")
    numbers = text("parameters", homework="integration_task")
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = f"{numbers}\nTHRESHOLD = 1.0\nREAD_IN_SIZES = ()\nLSTM_SIZES = (25, 25)"
    return nbformat.from_dict(notebook)


def noise(drawn: str) -> Swap:
    """Noise drawn by another expression."""
    return swap("np.random.normal(size=(seq_len, 1))", drawn)


def label(rule: str) -> Swap:
    """Another rule of the labels."""
    return swap("noise.sum() > 0", rule)


MSE = swap("tf.keras.losses.BinaryCrossentropy()", "tf.keras.losses.MeanSquaredError()")
TWO = swap('Dense(1, activation="sigmoid")', 'Dense(2, activation="softmax")')
PIPELINE = "samples = tf.data.Dataset.from_generator(my_integration_task, output_signature=signature)"
CELL_FIRST_CELL = (
    swap("hidden, cell = states", "cell, hidden = states"),
    swap("return hidden, cell", "return cell, hidden"),
    swap("hidden state and cell state, each", "cell state and hidden state, each"),
    swap("the new hidden state and cell state", "the new cell state and hidden state"),
)

SUBMISSIONS = [
    right("reference", "The tutor's solution: two LSTM layers of 25 units, a threshold of one.", notebook=reference_notebook),
    right("one_layer", "A read-in with tanh, one LSTM layer, a sigmoid."),
    # ── sizes and depth ──
    right("wide", "53,365 parameters, trained by fit.", model="wide", parameters=swap("3e-3", "1e-3"), training="fit"),
    right(
        "wide_2021",
        "53,365 parameters as in 2021: cell, layer, model and steps are tf.functions. Needs Keras 2.",
        parameters=swap("3e-3", "1e-3"),
        cell="all_traced",
        layer="all_traced",
        model="wide_traced",
        training="classic",
        runtime="keras2",
    ),
    right("only_lstm", "One LSTM layer of 25 units on the noise itself: 2,726 parameters.", model="only_lstm"),
    right("two_layers", "Two LSTM layers of 25 units on the noise itself: 7,826 parameters.", model="two_layers", training="fit"),
    right(
        "two_layers_2021",
        "7,826 parameters as in 2021: cell, layer, model and steps are tf.functions. Needs Keras 2.",
        cell="all_traced",
        layer="all_traced",
        model="stacked_traced",
        training="classic",
        runtime="keras2",
    ),
    right("three_layers", "Three LSTM layers of different widths in a list.", model="three_layers", layer="while_loop"),
    right("three_fused", "Three LSTM layers whose gates share one matrix.", model="three_layers", cell="fused", layer="while_loop"),
    right(
        "stack_with_two_biases",
        "Two LSTM layers with two biases in every gate.",
        cell=("eight_dense", swap("use_bias=False", "use_bias=True", every=True)),
        model="two_layers",
    ),
    right("deep", "Three read-in layers, one without a bias, and two read-out layers.", model="deep"),
    right("outer_activations", "Activations are functions around the layers.", model="outer_activations"),
    right("sequence_of_layers", "The dense layers stand in tf.keras.Sequential.", model="sequence_of_layers"),
    right(
        "functional",
        "The model is made with the functional API.",
        cell="with_build",
        layer=(
            "list_stack",
            swap(
                "states: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:", "states: tuple[tf.Tensor, tf.Tensor] | None = None) -> tf.Tensor:"
            ),
            swap("hidden_states = []", "hidden_states, states = [], states or self.zero_states(tf.shape(x)[0])"),
        ),
        model="functional",
        may="graph_mode",
    ),
    right(
        "cells_in_a_list",
        "No layer: the model steps a list of cells itself, answers with a softmax over two classes; cryptic names.",
        order=NO_LAYER,
        cell="gate_class",
        data=Rename({"train_ds": "ds_tr", "test_ds": "ds_te"}),
        model=("cells_in_a_list", Rename({"LSTM_Cell": "MemoryCell", "units": "width"})),
        training=("fit_two_classes", Rename({"MyModel": "StackedCells", "model": "net", "train_ds": "ds_tr", "test_ds": "ds_te"})),
        may="zero_states",
    ),
    right("own_metric", "A metric of the student's own; the numbers stay in what fit returns.", training="fit_own_metric"),
    right("one_unit_more", "101 units on one feature.", model=("only_lstm", swap("LSTM_Cell(25)", "LSTM_Cell(101)"))),
    right(
        "by_hand_for_one_batch_size",
        "The read-out is a matrix and a vector of the model's own, and the model takes batches of 128 alone.",
        parameters=(swap("BATCH_SIZE = 32", "BATCH_SIZE = 128"), swap("6_400", "19_200"), swap("3e-3", "5e-3")),
        data=swap(".batch(BATCH_SIZE)", ".batch(BATCH_SIZE, drop_remainder=True)", every=True),
        model=(
            swap(
                'self.read_out = tf.keras.layers.Dense(1, activation="sigmoid")',
                'self.weight, self.bias = self.add_weight(name="weight", shape=(32, 1)), self.add_weight(name="bias", shape=(1,), initializer="zeros")',
            ),
            swap("zero_states(tf.shape(x)[0])", "zero_states(BATCH_SIZE)"),
            swap("self.read_out(hidden[:, -1])", "tf.sigmoid(hidden[:, -1] @ self.weight + self.bias)"),
        ),
    ),
    right(
        "named_states",
        "The two states are the fields of a named tuple, by whose names cell and layer take them.",
        cell=(
            swap("class LSTM_Cell(", "from typing import NamedTuple\n\n\nclass Memory(NamedTuple):\n    hidden: tf.Tensor\n    cell: tf.Tensor\n\n\nclass LSTM_Cell("),
            swap("hidden, cell = states", "hidden, cell = states.hidden, states.cell"),
            swap("return hidden, cell", "return Memory(hidden, cell)"),
        ),
        layer=(
            swap("states[0]", "states.hidden"),
            swap(
                "return tf.zeros((batch_size, self.cell.units)), tf.zeros((batch_size, self.cell.units))",
                "return Memory(tf.zeros((batch_size, self.cell.units)), tf.zeros((batch_size, self.cell.units)))",
            ),
        ),
    ),
    # ── read-out and loss ──
    right(
        "two_classes",
        "A softmax over two classes; the pipeline makes one-hot targets.",
        data=swap(PIPELINE, f"{PIPELINE}.map(lambda noise, label: (noise, tf.one_hot(label[0], 2)))"),
        model=TWO,
        training="two_classes",
    ),
    right(
        "one_hot_labels",
        "A softmax over two classes; the generator yields one-hot labels.",
        data=(
            swap("np.array([noise.sum() > 0], dtype=np.int32)", "np.eye(2, dtype=np.int32)[int(noise.sum() > 0)]"),
            swap("tf.TensorSpec((1,), tf.int32)", "tf.TensorSpec((2,), tf.int32)"),
        ),
        model=TWO,
        training="two_classes",
    ),
    right(
        "one_hot_other_way_round",
        "The first of two classes is that of the large sums, everywhere.",
        data=swap(PIPELINE, f"{PIPELINE}.map(lambda noise, label: (noise, tf.one_hot(1 - label[0], 2)))"),
        model=TWO,
        training="two_classes",
    ),
    right("sparse_classes", "A softmax over two classes, classes as numbers, trained by fit.", model=TWO, training="fit_two_classes"),
    right(
        "answer_per_step",
        "The model answers at every step; the loop takes the last.",
        model=swap("hidden[:, -1]", "hidden"),
        training=swap("model(noise)", "model(noise)[:, -1]", every=True),
    ),
    right(
        "classes_per_step",
        "A softmax over two classes at every step; the loop takes the last.",
        data=swap(PIPELINE, f"{PIPELINE}.map(lambda noise, label: (noise, tf.one_hot(label[0], 2)))"),
        model=(TWO, swap("hidden[:, -1]", "hidden")),
        training=("two_classes", swap("model(noise)", "model(noise)[:, -1]", every=True)),
    ),
    right(
        "last_step_layer",
        "The layer returns the last hidden state alone.",
        layer=swap("return tf.transpose(outputs.stack(), [1, 0, 2])", "return states[0]"),
        model=swap("hidden[:, -1]", "hidden"),
    ),
    right(
        "logits",
        "The model answers with a logit, and the loss knows.",
        model=swap('Dense(1, activation="sigmoid")', "Dense(1)"),
        training=(swap("BinaryCrossentropy()", "BinaryCrossentropy(from_logits=True)"), swap("> 0.5", "> 0.0")),
    ),
    right("squared_error", "The loss is the mean squared error.", training=MSE),
    right("rmsprop", "Trained by fit with RMSprop; no values from before the training.", training="fit_rmsprop"),
    # ── noise, threshold, length ──
    right("threshold_one", "The label asks whether the sum is above one.", data=label("noise.sum() > 1")),
    right("threshold_of_their_own", "The label asks whether the sum is at least two and a half.", data=label("noise.sum() >= 2.5")),
    right("uniform", "Noise between -1 and 1, and the mean squared error.", data=noise("np.random.uniform(-1, 1, (seq_len, 1))"), training=MSE),
    right(
        "uniform_positive",
        "Noise between 0 and 1, the threshold is half the length.",
        data=(noise("np.random.rand(seq_len, 1)"), label("noise.sum() > seq_len / 2")),
        parameters=swap("NUM_SAMPLES = 6_400", "NUM_SAMPLES = 16_000"),
    ),
    right(
        "scaled_up",
        "Noise with a standard deviation of three, a threshold of five.",
        data=(noise("np.random.normal(0.0, 3.0, (seq_len, 1))"), label("noise.sum() > 5")),
    ),
    right(
        "scaled_down",
        "Noise with a standard deviation of a tenth.",
        data=noise("np.random.normal(scale=0.1, size=(seq_len, 1))"),
        parameters=swap("3e-3", "1e-2"),
    ),
    right(
        "dice",
        "The noise is a die, which the model brings near zero first; some of the hidden state is dropped while training.",
        data=(noise("np.random.randint(1, 7, (seq_len, 1))"), label("noise.sum() > 3.5 * seq_len")),
        parameters=swap("NUM_SAMPLES = 6_400", "NUM_SAMPLES = 9_600"),
        model=(
            swap("self.read_in(x)", "self.read_in((x - 3.5) / 1.7)"),
            swap("        self.read_out =", "        self.dropout = tf.keras.layers.Dropout(0.1)\n        self.read_out ="),
            swap("hidden[:, -1]", "self.dropout(hidden[:, -1])"),
        ),
    ),
    right("signs", "The noise is minus one or one.", data=noise("np.random.choice([-1.0, 1.0], (seq_len, 1))")),
    right(
        "short", "Sequences of ten steps in batches of fifty; two LSTM layers.", parameters="short", model="two_layers", cell="raw_weights"
    ),
    right("long", "Sequences of forty steps in batches of 64.", parameters="long", layer="while_loop"),
    right("own_names", "The numbers have names of the student's own.", parameters="own_names", model="only_lstm"),
    right("inverted", "The label is 1 when the sum is below zero, everywhere.", data=label("noise.sum() < 0")),
    right(
        "inverted_in_the_pipeline",
        "The pipeline turns the labels round; the model learns what it is given.",
        data=swap(PIPELINE, f"{PIPELINE}.map(lambda noise, label: (noise, 1 - label))"),
    ),
    right(
        "cell_first",
        "The pair of states is (cell, hidden), everywhere, in two layers.",
        cell=CELL_FIRST_CELL,
        layer=swap("states[0]", "states[1]"),
        model="two_layers",
        may="returns_states",
    ),
    right("eight_dense", "Dense for x and Dense for h in every gate; a list of outputs.", cell="eight_dense", layer="list_stack", may="graph_mode"),
]
