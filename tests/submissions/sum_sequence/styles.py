"""Other signatures, other returns, other constructors, other names, other bases: composed, in right submissions and in wrong ones.

Each part of a style is written once; `styled` joins them. What the sheet leaves free costs nothing; what it does not leave free
trips the one check it belongs to (`may`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tests.corpus import Rename, Swap, right, swap, text, wrong

Swaps = tuple[Swap, ...]
TENSOR = "tf.Tensor"
PAIR = "states: tuple[tf.Tensor, tf.Tensor]"
TAKES = f"x: {TENSOR}, {PAIR})"
EXPLAINS = "states: hidden state and cell state, each [batch, units]."
READS = "        hidden, cell = states\n"
STEPS = "states = self.cell(x[:, t], states)"


def taking(arguments: str, reads: str = "") -> Swaps:
    """The cell's call takes these arguments; `reads`: how it unpacks them."""
    named = ", ".join(one.partition(":")[0] for one in arguments.split(", ") if ":" in one and not one.startswith("x:"))
    return (swap(TAKES, f"{arguments})"), swap(EXPLAINS, f"{named}: hidden state and cell state."), swap(READS, reads))


# how the cell is called: (changes to the cell, the call in the layer)
SIGNATURES: Mapping[str, tuple[Swaps, str]] = {
    "pair": ((), "self.cell(x[:, t], states)"),
    "x_h_c": (taking(f"x: {TENSOR}, hidden: {TENSOR}, cell: {TENSOR}"), "self.cell(x[:, t], states[0], states[1])"),
    "x_c_h": (taking(f"x: {TENSOR}, cell: {TENSOR}, hidden: {TENSOR}"), "self.cell(x[:, t], states[1], states[0])"),
    "c_h_x": (taking(f"cell: {TENSOR}, hidden: {TENSOR}, x: {TENSOR}"), "self.cell(states[1], states[0], x[:, t])"),
    "h_c_x": (taking(f"hidden: {TENSOR}, cell: {TENSOR}, x: {TENSOR}"), "self.cell(states[0], states[1], x[:, t])"),
    "states_first": (taking(f"states: tuple, x: {TENSOR}", READS), "self.cell(states, x[:, t])"),
    "one_list": (taking("inputs: list", "        x, hidden, cell = inputs\n"), "self.cell([x[:, t], states[0], states[1]])"),
    "nested": (taking("inputs: tuple", "        x, (hidden, cell) = inputs\n"), "self.cell((x[:, t], (states[0], states[1])))"),
    "stacked": (
        taking(f"x: {TENSOR}, states: {TENSOR}", "        hidden, cell = states[0, :, :], states[1, :, :]\n"),
        "self.cell(x[:, t], tf.stack([states[0], states[1]]))",
    ),
    "stacked_inside": (
        taking(f"x: {TENSOR}, states: {TENSOR}", "        hidden, cell = states[:, 0, :], states[:, 1, :]\n"),
        "self.cell(x[:, t], tf.stack([states[0], states[1]], axis=1))",
    ),
    "side_by_side": (
        taking(f"x: {TENSOR}, states: {TENSOR}", "        hidden, cell = states[:, : self.units], states[:, self.units :]\n"),
        "self.cell(x[:, t], tf.concat([states[0], states[1]], axis=-1))",
    ),
    "keyword": (taking(f"x: {TENSOR}, *, states: tuple", READS), "self.cell(x[:, t], states=states)"),
    "keywords": (
        taking(
            f"x: {TENSOR}, *, cell_state: {TENSOR}, hidden_state: {TENSOR}", "        hidden, cell = hidden_state, cell_state\n"
        ),
        "self.cell(x[:, t], cell_state=states[1], hidden_state=states[0])",
    ),
    "keywords_like_words": (
        taking(f"x: {TENSOR}, *, tensor_h: {TENSOR}, tensor_c: {TENSOR}", "        hidden, cell = tensor_h, tensor_c\n"),
        "self.cell(x[:, t], tensor_h=states[0], tensor_c=states[1])",
    ),
}

# what the cell returns: (in place of `return hidden, cell`, the statement in the layer around the call)
RETURNS: Mapping[str, tuple[str, str]] = {
    "pair": ("return hidden, cell", "states = {}"),
    "list": ("return [hidden, cell]", "states = {}"),
    "cell_hidden": ("return cell, hidden", "states = {}[::-1]"),
    "out_pair": ("return hidden, (hidden, cell)", "_, states = {}"),
    "out_list": ("return hidden, [hidden, cell]", "_, states = {}"),
    "pair_out": ("return (hidden, cell), hidden", "states, _ = {}"),
    "three": ("return hidden, hidden, cell", "states = {}[1:]"),
    "stacked": ("return tf.stack([hidden, cell])", "states = tf.unstack({})"),
    "side_by_side": ("return tf.concat([hidden, cell], axis=1)", "states = tf.split({}, 2, axis=1)"),
}

# how the cell is made: (changes to the cell, the call)
UNITS_ARGUMENT = "def __init__(self, units: int) -> None:"
CELLS: Mapping[str, tuple[Swaps, str]] = {
    "units": ((), "LSTM_Cell(UNITS)"),
    "nothing": (
        (swap(UNITS_ARGUMENT, "def __init__(self) -> None:"), swap("self.units = units", "self.units = units = UNITS")),
        "LSTM_Cell()",
    ),
    "units_input": (
        (
            swap(UNITS_ARGUMENT, "def __init__(self, units: int, input_size: int) -> None:"),
            swap("units: width of", "units, input_size: widths of the input and"),
            swap("self.units = units", "self.units, self.input_size = units, input_size"),
            swap(
                "        hidden, cell = states\n",
                "        hidden, cell = states\n        x = tf.ensure_shape(x, (None, self.input_size))\n",
            ),
        ),
        "LSTM_Cell(UNITS, READ_IN)",
    ),
    "input_units": (
        (
            swap(UNITS_ARGUMENT, "def __init__(self, input_dim: int, hidden_dim: int) -> None:"),
            swap("units: width of", "input_dim, hidden_dim: widths of the input and"),
            swap("self.units = units", "self.units, self.input_dim, units = hidden_dim, input_dim, hidden_dim"),
        ),
        "LSTM_Cell(READ_IN, UNITS)",
    ),
    "keyword": ((swap(UNITS_ARGUMENT, "def __init__(self, *, units: int) -> None:"),), "LSTM_Cell(units=UNITS)"),
}

# how the layer is made: (changes to the layer, the call; {} is the cell)
CELL_ARGUMENT = "def __init__(self, cell: LSTM_Cell) -> None:"
LAYERS: Mapping[str, tuple[Swaps, str]] = {
    "cell": ((), "LSTM_Layer({})"),
    "units": (
        (
            swap(CELL_ARGUMENT, "def __init__(self, units: int) -> None:"),
            swap("cell: computes one step", "units: width of its cell"),
            swap("self.cell = cell", "self.cell = LSTM_Cell(units)"),
        ),
        "LSTM_Layer(UNITS)",
    ),
    "nothing": (
        (swap(CELL_ARGUMENT, "def __init__(self) -> None:"), swap("self.cell = cell", "self.cell = LSTM_Cell(UNITS)")),
        "LSTM_Layer()",
    ),
    "cell_units": (
        (
            swap(CELL_ARGUMENT, "def __init__(self, cell: LSTM_Cell, units: int) -> None:"),
            swap("cell: computes one step", "cell, units: computes one step, and its width"),
            swap("self.cell = cell", "self.cell, self.units = cell, units"),
        ),
        "LSTM_Layer({}, UNITS)",
    ),
    "keyword": ((swap(CELL_ARGUMENT, "def __init__(self, *, cell: LSTM_Cell) -> None:"),), "LSTM_Layer(cell={})"),
}

# what the layer gives and takes: (changes to the layer, changes to the model)
STACK = "return tf.transpose(outputs.stack(), [1, 0, 2])"
CALL = "hidden = self.lstm(self.read_in(x), states)"
START = "        states = self.lstm.zero_states(tf.shape(x)[0])\n"


def without_start(block: str) -> Swap:
    """Leaves zero_states, the last method of a layer, out."""
    code = text("layer", block)
    return swap(code[code.index("\n    def zero_states") :], "")


OUTPUTS: Mapping[str, tuple[Swaps, Swaps]] = {
    "each_step": ((), ()),
    "with_states": (
        (swap(STACK, "return tf.transpose(outputs.stack(), [1, 0, 2]), states"), swap("-> tf.Tensor:", "-> tuple:")),
        (swap(CALL, "hidden, _ = self.lstm(self.read_in(x), states)"),),
    ),
    "other_name": (
        (swap("def zero_states(self, batch_size: int)", "def initial_state(self, batch: int)"), swap("batch_size:", "batch:"))
        + (swap("(batch_size, self.cell.units)", "(batch, self.cell.units)", every=True),),
        (swap("zero_states(", "initial_state("),),
    ),
    "starts_by_itself": (
        (
            swap("x: tf.Tensor, states: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:", "x: tf.Tensor) -> tf.Tensor:"),
            swap("            states: hidden state and cell state before the first step.\n", ""),
            swap("steps = x.shape[1]", "steps, states = x.shape[1], (tf.zeros((tf.shape(x)[0], self.cell.units)),) * 2"),
            without_start("range_array"),
        ),
        (swap(START, ""), swap(CALL, "hidden = self.lstm(self.read_in(x))")),
    ),
    "states_apart": (
        (
            swap(
                "x: tf.Tensor, states: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:",
                "x: tf.Tensor, hidden: tf.Tensor, cell: tf.Tensor) -> tf.Tensor:",
            ),
            swap("states: hidden state and cell state before", "hidden, cell: states before"),
            swap("steps = x.shape[1]", "steps, states = x.shape[1], (hidden, cell)"),
        ),
        (swap(CALL, "hidden = self.lstm(self.read_in(x), *states)"),),
    ),
}

NAMES: Mapping[str, Mapping[str, str]] = {
    "sheet": {},
    "camel": {"LSTM_Cell": "LSTMcell", "LSTM_Layer": "LSTMLayer", "MyModel": "LSTMModel"},
    "german": {
        "LSTM_Cell": "Zelle",
        "LSTM_Layer": "Schicht",
        "MyModel": "Netz",
        "model": "netz",
        "integration_task": "rauschen",
        "my_integration_task": "mein_rauschen",
        "train_ds": "trainingsdaten",
        "test_ds": "testdaten",
        "train_losses": "loss_train",
        "test_losses": "loss_test",
        "test_accuracies": "accuracy_test",
    },
    "short": {
        "LSTM_Cell": "Step",
        "LSTM_Layer": "Unroll",
        "MyModel": "Net",
        "model": "net",
        "train_ds": "ds_train",
        "test_ds": "ds_val",
    },
}
BASES = {
    "layer": "tf.keras.layers.Layer",
    "model": "tf.keras.Model",
    "module": "tf.Module",
    "rnn_cell": "tf.keras.layers.AbstractRNNCell",
    "plain": "",
}


CALLABLE = {"cell": (swap("def call(", "def __call__("),)}
TRAINED_BY_NAME = {
    **CALLABLE,
    "training": (
        swap(
            "optimizer = tf.keras", "variables = [*model.trainable_variables, *model.lstm.cell.variables()]\noptimizer = tf.keras"
        ),
        swap("tape.gradient(loss, model.trainable_variables)", "tape.gradient(loss, variables)"),
        swap("zip(gradients, model.trainable_variables)", "zip(gradients, variables)"),
    ),
}
TRAINED_BY_NAME["cell"] = (
    *CALLABLE["cell"],
    swap(
        "    def __call__(",
        "    def variables(self) -> list:\n"
        '        """The weights of all gates."""\n'
        "        gates = (self.forget_gate, self.input_gate, self.candidate_gate, self.output_gate)\n"
        "        return [weight for gate in gates for weight in gate.trainable_weights]\n\n"
        "    def __call__(",
    ),
)
SIZES = {
    "cell": (
        swap(
            "    def call(",
            "    @property\n    def state_size(self) -> list[int]:\n        return [self.units, self.units]\n\n    def call(",
        ),
    )
}
OWN_UNITS = swap("LSTM_Layer(LSTM_Cell(UNITS))", "LSTM_Layer(UNITS)")
ONE_ALONE = (
    without_start("one_class"),
    swap("x: tf.Tensor, states: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:", "x: tf.Tensor) -> tf.Tensor:"),
    swap("            states: hidden state and cell state before the first step.\n", ""),
    swap("hidden, cell = states", "hidden = cell = tf.zeros((tf.shape(x)[0], self.units))"),
)


def styled(
    *,
    takes: str = "pair",
    returns: str = "pair",
    cell: str = "units",
    layer: str = "cell",
    outputs: str = "each_step",
    names: str = "sheet",
    base: str = "layer",
    mistake: Mapping[str, tuple[str | Swap, ...]] | None = None,
    loop: tuple[str, str] = ("", ""),
) -> dict[str, Any]:
    """The parts of a notebook in this style; `mistake`: further changes by part; `loop`: one in the statement that calls the cell."""
    (signature, call), (gives, around) = SIGNATURES[takes], RETURNS[returns]
    (making_cell, new_cell), (making_layer, new_layer) = CELLS[cell], LAYERS[layer]
    making_layer = tuple(replace(one, new=one.new.replace("LSTM_Cell(UNITS)", new_cell)) for one in making_layer)
    of_layer, of_model = OUTPUTS[outputs]
    base_swap = () if base == "layer" else (swap(f"class LSTM_Cell({BASES['layer']})", f"class LSTM_Cell({BASES[base]})"),)
    parts: dict[str, tuple[str | Swap, ...]] = {
        "cell": (*base_swap, *making_cell, *signature, *((swap("return hidden, cell", gives),) if returns != "pair" else ())),
        "layer": (*making_layer, *of_layer, swap(STEPS, around.format(call).replace(*loop))),
        "model": (swap("LSTM_Layer(LSTM_Cell(UNITS))", new_layer.format(new_cell)), *of_model),
        "data": (),
        "training": (),
    }
    for part, swaps in (mistake or {}).items():
        parts[part] = (*swaps, *parts[part])
    return {part: (*swaps, Rename(NAMES[names])) for part, swaps in parts.items()}


RIGHT = [
    right("takes_x_h_c", "The cell takes (x, h, c) and returns a list.", **styled(takes="x_h_c", returns="list")),
    right("takes_x_c_h", "The cell takes (x, c, h) and returns (c, h).", **styled(takes="x_c_h", returns="cell_hidden")),
    right("takes_c_h_x", "The cell takes (c, h, x) and returns (c, h).", **styled(takes="c_h_x", returns="cell_hidden")),
    right("takes_c_h_x_german", "The same in German, (h, c) returned.", **styled(takes="c_h_x", names="german")),
    right("takes_h_c_x", "The cell takes (h, c, x) and returns (output, h, c).", **styled(takes="h_c_x", returns="three")),
    right("takes_states_first", "The cell takes (states, x).", **styled(takes="states_first", returns="out_pair")),
    right("takes_one_list", "The cell takes one list [x, h, c].", **styled(takes="one_list", names="camel")),
    right("takes_nested", "The cell takes one tuple (x, (h, c)).", **styled(takes="nested", returns="out_list")),
    right("takes_stacked", "Both states in one tensor [2, batch, units].", **styled(takes="stacked", returns="stacked")),
    right("takes_stacked_inside", "Both states in one tensor [batch, 2, units].", **styled(takes="stacked_inside")),
    right("takes_side_by_side", "One tensor [batch, 2 units].", **styled(takes="side_by_side", returns="side_by_side")),
    right("takes_keyword", "The states are a keyword.", **styled(takes="keyword", returns="pair_out", names="short")),
    right("takes_keywords", "Both states are keywords.", **styled(takes="keywords", returns="three", layer="units")),
    right(
        "takes_keywords_like_words",
        "The keywords are words by which ways of calling were told apart.",
        **styled(takes="keywords_like_words", returns="cell_hidden"),
    ),
    right("returns_out_pair", "The cell returns (output, (h, c)).", **styled(returns="out_pair", names="german")),
    right("returns_out_list", "As AbstractRNNCell wants it, but a Layer.", **styled(returns="out_list", layer="keyword")),
    right("returns_stacked", "The cell returns one tensor [2, batch, units].", **styled(returns="stacked", layer="nothing")),
    right("made_of_nothing", "Cell and layer take no sizes.", **styled(cell="nothing", layer="nothing", names="camel")),
    right("made_of_both", "The cell takes its units and those of its input.", **styled(cell="units_input", layer="cell_units")),
    right("made_input_first", "The cell takes the input's size first.", **styled(cell="input_units", takes="x_h_c")),
    right("made_by_keyword", "The cell takes its units as a keyword.", **styled(cell="keyword", layer="keyword", names="short")),
    right("layer_takes_units", "The layer makes its cell itself.", **styled(layer="units", names="german", returns="list")),
    right("layer_gives_states", "The layer returns (outputs, states).", **styled(outputs="with_states", layer="units")),
    right("layer_states_apart", "The layer takes (x, h, c).", **styled(outputs="states_apart", takes="x_h_c", names="short")),
    right("other_start", "zero_states has another name.", **styled(outputs="other_name", names="camel")),
    right(
        "starts_by_itself",
        "The layer takes x alone and starts from zeros by itself.",
        may="zero_states",
        **styled(outputs="starts_by_itself"),
    ),
    right(
        "starts_by_itself_german",
        "The same in German, the layer makes its cell.",
        may="zero_states",
        **styled(outputs="starts_by_itself", names="german", layer="units", takes="x_h_c"),
    ),
    right("model_takes_c_h_x", "The cell is a keras.Model.", **styled(base="model", takes="c_h_x", returns="three")),
    right("module", "The cell is a tf.Module.", **styled(base="module", mistake=CALLABLE)),
    right(
        "plain_class",
        "The cell is a class without a base: Keras does not count its weights, the training step names them.",
        may="parameter_counts",
        **styled(base="plain", takes="x_h_c", mistake=TRAINED_BY_NAME),
    ),
    right(
        "rnn_cell",
        "The cell is an AbstractRNNCell. Needs Keras 2.",
        runtime="keras2",
        **styled(base="rnn_cell", returns="out_list", mistake=SIZES),
    ),
    right("one_class", "One class is cell and layer.", may="returns_states", cell="no_cell", layer="one_class", model=OWN_UNITS),
    right(
        "one_class_alone",
        "One class is cell and layer, and starts from zeros by itself.",
        may="returns_states zero_states",
        cell="no_cell",
        layer=("one_class", *ONE_ALONE),
        model=(OWN_UNITS, *OUTPUTS["starts_by_itself"][1]),
    ),
    right(
        "one_class_with_states",
        "One class is cell and layer, and returns its states.",
        cell="no_cell",
        layer=(
            "one_class",
            swap(STACK, "return tf.transpose(outputs.stack(), [1, 0, 2]), (hidden, cell)"),
            swap("-> tf.Tensor:", "-> tuple:"),
        ),
        model=(OWN_UNITS, swap(CALL, "hidden, _ = self.lstm(self.read_in(x), states)")),
    ),
    right("one_class_step", "One class with a method for one step.", cell="no_cell", layer="with_step", model=OWN_UNITS),
]


def broken_cell(old: str, new: str) -> dict[str, Swaps]:
    """A mistake in the cell."""
    return {"cell": (swap(old, new),)}


WRONG = [
    wrong(
        "no_tanh_x_h_c",
        "Leaves without tanh, takes (x, h, c).",
        "computes_lstm",
        **styled(takes="x_h_c", mistake=broken_cell("tf.tanh(cell)", "cell")),
    ),
    wrong(
        "forget_hidden_c_h_x",
        "Forgets the hidden state, takes (c, h, x).",
        "computes_lstm",
        **styled(takes="c_h_x", mistake=broken_cell("forget * cell", "forget * hidden")),
    ),
    wrong(
        "adds_german",
        "Adds the gate, in German.",
        "computes_lstm",
        **styled(names="german", mistake=broken_cell("forget * cell", "forget + cell")),
    ),
    wrong(
        "relu_one_list",
        "The candidate is a relu, one list is taken.",
        "computes_lstm",
        **styled(takes="one_list", mistake=broken_cell('"tanh"', '"relu"')),
    ),
    wrong(
        "old_cell_stacked",
        "Shows the old cell state, stacked.",
        "computes_lstm",
        **styled(
            takes="stacked",
            returns="stacked",
            mistake={
                "cell": (
                    swap("hidden = let_out * tf.tanh(cell)", "hidden = let_out * tf.tanh((cell - let_in * candidate) / forget)"),
                )
            },
        ),
    ),
    wrong(
        "no_tanh_keywords",
        "Leaves without tanh; the states are keywords, and come back the other way round.",
        "computes_lstm",
        **styled(takes="keywords_like_words", returns="cell_hidden", mistake=broken_cell("tf.tanh(cell)", "cell")),
    ),
    wrong(
        "not_carried_nothing",
        "The cell state is dropped; made of nothing.",
        "computes_lstm",
        may="gradients_reach",
        **styled(
            cell="nothing", layer="nothing", mistake=broken_cell("forget * cell + let_in * candidate", "let_in * candidate")
        ),
    ),
    wrong(
        "swapped_in_layer",
        "Cell (x, h, c) -> (c, h), the layer takes them the wrong way round.",
        "one_output_per_step",
        may="it_learns accuracy_80",
        **styled(takes="x_h_c", mistake=broken_cell("return hidden, cell", "return cell, hidden")),
    ),
    wrong(
        "bias_zero_out_list",
        "The forget bias is zero, (output, [h, c]).",
        "forget_bias_one",
        **styled(returns="out_list", names="short", mistake=broken_cell(', bias_initializer="ones"', "")),
    ),
    wrong(
        "reversed_by_itself",
        "Reads backwards and starts by itself.",
        "one_output_per_step zero_states",
        **styled(outputs="starts_by_itself", loop=("t]", "steps - 1 - t]")),
    ),
    wrong(
        "restarts_with_states",
        "Every step starts from zeros; the states come out, too.",
        "one_output_per_step",
        may="it_learns accuracy_80 gradients_reach",
        **styled(outputs="with_states", names="camel", loop=(", states)", ", self.zero_states(tf.shape(x)[0]))")),
    ),
    wrong(
        "python_list",
        "The layer returns a Python list.",
        "one_output_per_step",
        layer=swap(STACK, "return [outputs.read(t) for t in range(steps)]"),
        model=swap("hidden[:, -1]", "hidden[-1]"),
    ),
    wrong(
        "no_tanh_one_class",
        "One class for all; leaves without tanh.",
        "computes_lstm",
        may="returns_states",
        cell="no_cell",
        layer=("one_class", swap("tf.tanh(cell)", "cell")),
        model=OWN_UNITS,
    ),
    wrong(
        "no_tanh_alone",
        "One class that starts by itself; leaves without tanh.",
        "computes_lstm",
        may="returns_states zero_states one_output_per_step",
        cell="no_cell",
        layer=("one_class", *ONE_ALONE, swap("tf.tanh(cell)", "cell")),
        model=(OWN_UNITS, *OUTPUTS["starts_by_itself"][1]),
    ),
]
