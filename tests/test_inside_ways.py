"""How a cell is made and called is found whatever its signature: small fake cells in NumPy, in styles drawn
at random."""

import collections
import dataclasses
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("tensorflow")

import tensorflow as tf

from grader.assignment import load_sheet
from grader.probes.handling import read_making, read_way
from grader.probes.nesting import read_nesting
from grader.probes.ways import SHEETS, States, made_in_words
from grader.run.inside.asked import calls, makings, of_data, roles, start_states, step_of_layer, ways

pytestmark = pytest.mark.real  # TensorFlow is imported, no kernel is needed

BATCH, UNITS, FEATURES = 3, 5, 4
X, H, C = np.ones((BATCH, FEATURES)), np.full((BATCH, UNITS), 2.0), np.full((BATCH, UNITS), 3.0)
HIDDEN = ("h", "hidden", "hidden_state", "h_prev", "short_term", "tensor_h", "dict_h")
CELL = ("c", "cell", "cell_state", "c_prev", "long_term", "memory", "tensor_c")

State = collections.namedtuple("State", "short long", module="__main__")
Memory = dataclasses.make_dataclass("Memory", ["short", "long"], namespace={"__module__": "__main__"})
TAKES = {  # how the two states and the input arrive: the source of a method that gives x, h and c
    "pair": "def call(self, x, states):\n    {h}, {c} = states",
    "pair first": "def call(self, states, x):\n    {h}, {c} = states",
    "x h c": "def call(self, x, {h}, {c}): pass",
    "x c h": "def call(self, x, {c}, {h}): pass",
    "h c x": "def call(self, {h}, {c}, x): pass",
    "c h x": "def call(self, {c}, {h}, x): pass",
    "list": "def call(self, inputs):\n    x, {h}, {c} = inputs",
    "nested": "def call(self, inputs):\n    x, ({h}, {c}) = inputs",
    "keyword": "def call(self, x, *, state):\n    {h}, {c} = state",
    "keywords": "def call(self, x, *, {c}, {h}): pass",
    "all by keyword": "def call(self, *, {h}, x, {c}): pass",
    "pair by keyword": "def call(self, *, x, states):\n    {h}, {c} = states",
    "one tensor": (
        "def call(self, x, state):\n    {h}, {c} = np.asarray(state)[0, :, :], np.asarray(state)[1, :, :]"
    ),
    "inside": (
        "def call(self, x, state):\n    {h}, {c} = np.asarray(state)[:, 0, :], np.asarray(state)[:, 1, :]"
    ),
    "side by side": "def call(self, x, state):\n    {h}, {c} = np.hsplit(np.asarray(state), [self.units])",
    "named tuple": "def call(self, x, states: State):\n    {h}, {c} = states.short, states.long",
    "dataclass": (
        "def call(self, x, memory):\n    {h}, {c} = Memory(memory.short, memory.long).short, memory.long"
    ),
    "dict": 'def call(self, x, states):\n    {h}, {c} = states["h"], states["carry"]',
    "training, too": "def call(self, x, states, training=False):\n    {h}, {c} = states",
}
GIVES = {
    "pair": lambda h, c: (h, c),
    "list": lambda h, c: [h, c],
    "out and pair": lambda h, c: (h, (h, c)),
    "out and list": lambda h, c: (h, [h, c]),
    "three": lambda h, c: (h, h, c),
    "pair and out": lambda h, c: ((h, c), h),
    "stacked": lambda h, c: np.stack([h, c]),
    "inside": lambda h, c: np.stack([h, c], axis=1),
    "side by side": lambda h, c: np.concatenate([h, c], axis=1),
    "named tuple": State,
    "dict": lambda h, c: {"carry": c, "h": h},
    "out and dataclass": lambda h, c: (h, Memory(h, c)),
}
MADE = {
    "units": "self, units",
    "nothing": "self",
    "units, input": "self, units, input_size",
    "input, units": "self, features, units",
    "keyword": "self, *, units",
    "keywords": "self, *, input_dim, units",
    "with a default": "self, units, activation='tanh'",
}


def a_cell(takes, gives, made, hidden, cell):
    """A class in this style. Its step adds 10 to h and 20 to c; it raises where the shapes of a real cell
    would not fit: it joins x and h, so that it does not notice when the two are exchanged."""
    code = TAKES[takes].format(h=hidden, c=cell).removesuffix(" pass")
    run = f"{code}\n    return self.step(x, {hidden}, {cell})"
    space = {"np": np, "State": State, "Memory": Memory}
    exec(
        f"def __init__({MADE[made]}):\n    self.units = {UNITS if made == 'nothing' else 'units'}\n{run}",
        space,
    )

    def step(self, x, h, c):
        x, h, c = np.asarray(x), np.asarray(h), np.asarray(c)
        if np.concatenate([x, h], axis=1).shape != (BATCH, FEATURES + self.units) or c.shape != (
            BATCH,
            self.units,
        ):
            raise ValueError("the shapes do not fit")
        return GIVES[gives](0 * c + h.mean() + 10, c + 20)

    members = {"__init__": space["__init__"], "call": space["call"], "step": step, "__module__": "__main__"}
    return type("Fake", (), members)


styles = st.tuples(
    *(st.sampled_from(sorted(some)) for some in (TAKES, GIVES, MADE)),
    st.sampled_from(HIDDEN),
    st.sampled_from(CELL),
)


def made(found):
    """How it was made, in words, which read back as they were told."""
    making = read_making(found.make.told())
    assert read_making(made_in_words(making)) == making  # as runs were stored before
    return made_in_words(making)


def search(kind):
    return makings.find(
        makings.of_making(kind, UNITS, FEATURES),
        (X, H, C),
        lambda out: calls.pair_in(out, BATCH, UNITS) is not None,
    )


@settings(max_examples=300, deadline=None)
@given(styles)
def test_every_style_is_found_and_nothing_is_mixed_up(style):
    found, fits, _ = search(a_cell(*style))
    assert fits, style
    first, second = calls.pair_in(found.returned, BATCH, UNITS)
    np.testing.assert_array_equal(first, H + 10)
    np.testing.assert_array_equal(second, C + 20)
    way = read_way(found.call.told())
    assert (way.states is States.APART) == (
        style[0] in ("x h c", "x c h", "h c x", "c h x", "list", "keywords", "all by keyword")
    )
    assert read_way(way.words) == way  # as runs were stored before


def test_the_sheets_own_way_comes_first():
    found, _, _ = search(a_cell("pair", "pair", "units", "h", "c"))
    assert (made(found), found.call) == ("(units)", ways.SHEETS)
    assert read_way(found.call.told()) == SHEETS


def test_the_error_of_the_sheets_own_way_is_shown():
    class Fake:
        def __init__(self, units):
            pass

        def call(self, x, states):
            raise NotImplementedError("to be written")

    found, fits, problem = search(Fake)
    assert (found, fits) == (None, False)
    assert isinstance(problem, NotImplementedError)


def test_what_gives_one_state_is_kept_when_nothing_fits():
    found, fits, _ = search(a_cell("pair", "pair", "units", "h", "c"))
    assert fits
    kind = type("Half", (), {"__init__": lambda self, units: None, "call": lambda self, x, states: states[0]})
    found, fits, _ = search(kind)
    assert not fits
    assert found.call == ways.SHEETS


@pytest.mark.parametrize(
    ("names", "first"),
    [
        (["x", "h", "c"], False),
        (["h", "c", "x"], True),
        (["a", "b", "inputs"], True),
        (["c_prev", "h_prev", "data"], True),
        (["data", "h", "c"], False),
        (["a", "b", "c"], False),
        ([], False),
    ],
)
def test_names_tell_whether_the_states_come_before_the_input(names, first):
    assert ways.states_first(names) == first


@pytest.mark.parametrize(
    ("names", "turned"),
    [
        (["x", "h", "c"], False),
        (["x", "c", "h"], True),
        (["cell_state", "hidden_state", "x"], True),
        (["cell_input", "h", "c"], False),
        (["x", "a", "b"], False),
        (["c_t", "h_t", "x_t"], True),
        (["memory", "output"], True),  # of two, one name tells both
        (["x", "output", "memory"], False),
        (["cell", "out"], True),
        (["out", "hidden"], True),
    ],
)
def test_names_tell_which_state_comes_first(names, turned):
    assert ways.cell_state_first(names) == turned


class _TakesKeywords:
    """One step whose states go under keywords alone; the hidden state doubles, the cell state halves."""

    def __init__(self, units):
        """Of any width."""

    def __init_subclass__(cls):
        cls.__module__ = "__main__"  # of a notebook


class _ByNamedTuple(_TakesKeywords):
    def call(self, x, *, state):
        return State(2 * state.short, state.long / 2)


class _ByOneDict(_TakesKeywords):
    def call(self, x, *, state):
        return {"hidden": 2 * state["hidden"], "cell": state["cell"] / 2}


class _NamelessKeywords(_TakesKeywords):
    def call(self, x, *, zustand, gedaechtnis):
        return {"gedaechtnis": gedaechtnis / 2, "zustand": 2 * zustand}


class _OneTells(_TakesKeywords):
    def call(self, x, *, memory, output):
        return {"output": 2 * output, "memory": memory / 2}


class _AllByName(_TakesKeywords):
    def call(self, *, inputs, state):
        return State(2 * state.short, state.long / 2)


@pytest.mark.parametrize("kind", _TakesKeywords.__subclasses__())
def test_states_under_keywords_come_back_in_the_order_in_which_they_were_given(kind):
    x, h, c = tf.zeros((4, 3)), tf.ones((4, 5)), tf.ones((4, 5))
    found, fits, _ = makings.find(
        makings.of_making(kind, 5, 3), [x, h, c], lambda gives: calls.states_in(gives, 4, 5, 2) is not None
    )
    assert fits
    new = calls.states_in(found.call(found.thing, x, h, c), 4, 5, 2)
    assert [float(one[0, 0]) for one in new] == [2.0, 0.5]


LAYERS = {
    "(cell)": ("self, cell", "cell"),
    "(units)": ("self, units", "make(units)"),
    "()": ("self", "make(UNITS)"),
    "(units, input)": ("self, units, width", "make(units)"),
    "(input, units)": ("self, width, units", "make(units)"),
    "(cell, units)": ("self, cell, units", "cell"),
    "(units, cell)": ("self, units, cell", "cell"),
    "([cell])": ("self, cells", "cells[0]"),
    "(units=)": ("self, *, units", "make(units)"),
    "(cell=cell)": ("self, *, cell", "cell"),
}


@pytest.mark.parametrize("making", LAYERS)
def test_a_layer_is_made_in_every_way(making):
    cell = a_cell("pair", "pair", "units", "h", "c")
    takes, own = LAYERS[making]
    space = {"make": cell, "UNITS": UNITS}
    exec(f"def __init__({takes}):\n    self.cell = {own}", space)

    def call(self, x, states):
        out = []
        for t in range(x.shape[1]):
            states = self.cell.call(x[:, t], states)
            out.append(states[0])
        return np.stack(out, axis=1)

    kind = type("Layer", (), {"__init__": space["__init__"], "call": call})
    inputs = np.ones((BATCH, 2, FEATURES)), H, C
    found, fits, _ = makings.find(
        makings.of_wrapping(kind, lambda: cell(UNITS), UNITS, FEATURES),
        inputs,
        lambda out: out.shape == (BATCH, 2, UNITS),
        alone=True,
    )
    assert fits
    assert made(found) == making


def test_a_layer_that_gives_all_steps_when_it_is_told_to_is_told():
    class Layer:
        def __init__(self, cell, return_sequences=False):
            self.all = return_sequences

        def call(self, x, states):
            return np.ones((BATCH, 2, UNITS)) if self.all else np.ones((BATCH, UNITS))

    class Other(Layer):
        def __init__(self, cell, trainable=False):
            super().__init__(cell)

    fits = lambda out: out.shape in ((BATCH, 2, UNITS), (BATCH, UNITS))  # noqa: E731
    for kind, making in ((Layer, "(cell, return_sequences=True)"), (Other, "(cell)")):
        makers = makings.of_wrapping(kind, object, UNITS, FEATURES)
        found, _, _ = makings.find(makers, (np.ones((BATCH, 2, FEATURES)), H, C), fits, alone=True)
        assert made(found) == making


def test_a_model_is_tried_with_a_length_that_its_data_have():
    class Net:
        __module__ = "__main__"

        def __call__(self, x):
            return tf.add_n([x[:, t] for t in range(9)])

    data = tf.data.Dataset.from_tensors((tf.zeros((2, 9, 1)), tf.zeros((2, 1))))
    assert finder({"m": Net(), "data": data}, model=["m"]) == {"model": "m"}
    assert finder({"m": Net(), "SEQ_LEN": 9}, model=["m"]) == {"model": "m"}
    assert finder({"m": Net()}, model=["m"]) == {}


def test_a_class_of_which_there_is_a_model_is_no_layer_that_failed():
    class LSTMNet(tf.keras.Model):
        __module__ = "__main__"

        def __init__(self):
            super().__init__()

        def call(self, x):
            return tf.reduce_sum(x)

    assert finder({"LSTMNet": LSTMNet}, LSTM_Layer=["LSTMNet"]) == {"LSTM_Layer": "LSTMNet"}
    assert finder({"LSTMNet": LSTMNet, "net": LSTMNet()}, LSTM_Layer=["LSTMNet"]) == {}


SHEET = load_sheet(Path(__file__).resolve().parents[1] / "assignments" / "sum_sequence")
DECLARED = {name: role.told() for role in SHEET.roles for name in role.names()}


def taken(namespace, candidates):
    return roles.Finder().taken(namespace, candidates, DECLARED)


def finder(namespace, **candidates):
    return {name: own for name, (own, _) in taken(namespace, candidates).items()}


def test_lists_as_long_as_the_others_come_before_those_of_the_batches():
    held = {"curve": [0.7, 0.5, 0.4], "test_loss_agg": [0.6] * 54, "losses_valid": [0.8, 0.6, 0.5, 0.5]}
    wanted = ["test_loss_agg", "losses_valid"]
    assert finder(held, train_losses=["curve"], test_losses=wanted)["test_losses"] == "losses_valid"
    assert finder({**held, "train_losses": [0.7, 0.5]}, test_losses=wanted) == {
        "test_losses": "test_loss_agg"
    }


def test_lists_of_numbers_are_told_from_other_things():
    namespace = {"train_loss_function": len, "train_loss_text": ["a"], "train_loss": [0.7, 0.6]}
    assert finder(namespace, train_losses=list(namespace)) == {"train_losses": "train_loss"}


def test_a_task_is_known_by_its_samples():
    def pairs(length, count):
        for _ in range(count):
            yield np.zeros((length, 1)), np.ones(1)

    def batches(length, count):
        yield np.zeros((length, count, 9)), np.ones(1)

    assert finder({"a": batches, "b": pairs, "c": len}, integration_task=["c", "a", "b"]) == {
        "integration_task": "b"
    }


def test_the_sheets_own_name_is_never_replaced():
    assert finder({"LSTM_Cell": int, "Zelle": int}, LSTM_Cell=["Zelle"]) == {}


def test_what_does_not_behave_is_taken_only_when_it_sounds_like_it():
    class Zelle:
        pass

    class MyLSTMCell:
        pass

    assert finder({"Zelle": Zelle}, LSTM_Cell=["Zelle"]) == {}
    assert finder({"MyLSTMCell": MyLSTMCell}, LSTM_Cell=["MyLSTMCell"]) == {"LSTM_Cell": "MyLSTMCell"}


def test_start_states_are_found_under_any_name_and_in_a_graph():
    class Layer(tf.keras.layers.Layer):
        @tf.function
        def zero_states(self, batch_size):
            return tf.zeros((batch_size, 5)), tf.zeros((batch_size, 5))

    class Other(tf.keras.layers.Layer):
        def reset_metrics_of_mine(self):
            return None

        def initial_state(self, size):
            return np.zeros((2, size, 5))

    class German(tf.keras.layers.Layer):
        def nullzustaende(self, size):
            return tf.zeros((size, 5)), tf.zeros((size, 5))

    class Named(tf.keras.layers.Layer):
        def zero_states(self, *, batch_size):
            return tf.zeros((batch_size, 5)), tf.zeros((batch_size, 5))

    class Meaningless(tf.keras.layers.Layer):
        def call(self, x):
            return tf.zeros((3, 5))

        def birne(self, x):
            return x[:, 0]

        def apfel(self, size):
            return tf.zeros((size, 5)), tf.zeros((size, 5))

    class Without(tf.keras.layers.Layer):
        def gate(self, x):
            return 2 * x

    for kind, name in (
        (Named, "zero_states"),
        (Layer, "zero_states"),
        (Other, "initial_state"),
        (German, "nullzustaende"),
        (Meaningless, "apfel"),
        (Without, ""),
    ):
        kind.__module__ = "__main__"
        assert start_states.start_states(kind(), 3)[0] == name


def test_a_method_that_raises_is_not_taken_for_another_name():
    class Layer(tf.keras.layers.Layer):
        def zero_states(self, batch_size):
            raise ValueError("no")

    Layer.__module__ = "__main__"
    with pytest.raises(ValueError, match="no"):
        start_states.start_states(Layer(), 3)


class Gate(tf.keras.layers.Layer):
    """Gives an output for every step and carries nothing."""

    def __init__(self, units):
        super().__init__()
        self.dense = tf.keras.layers.Dense(units)

    def call(self, x):
        return self.dense(x)


class Everything(tf.keras.layers.Layer):
    """Carries what it saw from step to step, in one class."""

    def __init__(self, units):
        super().__init__()
        self.dense = tf.keras.layers.Dense(units, activation="tanh")

    def call(self, x):
        h, out = self.dense(x[:, 0]), []
        for step in tf.unstack(x, axis=1):
            h = h + self.dense(step)
            out.append(h)
        return tf.stack(out, axis=1)


def test_a_class_that_carries_something_from_step_to_step_is_asked_for_the_missing_cell():
    Gate.__module__ = Everything.__module__ = "__main__"
    namespace, names = {"Gate": Gate, "Everything": Everything}, ["Gate", "Everything"]
    _, made = taken(namespace, {"LSTM_Cell": names})["LSTM_Cell"]
    assert isinstance(made, step_of_layer.StepOfLayer)
    assert made.kind is Everything


class Zelle:
    """Takes one step."""

    def __init__(self, units):
        self.units = units

    def __call__(self, x, states):
        h, c = states
        return h + tf.reduce_sum(x), c


def test_a_class_for_one_step_comes_before_one_for_everything():
    Zelle.__module__ = Everything.__module__ = "__main__"
    assert finder({"Everything": Everything, "Zelle": Zelle}, LSTM_Cell=["Everything", "Zelle"]) == {
        "LSTM_Cell": "Zelle"
    }


@pytest.mark.parametrize(
    ("arguments", "turned"),
    [
        ("seq_len, num_samples", False),
        ("num_samples, seq_len", True),
        ("n, length", True),
        ("num_steps, num_samples", False),
        ("samples, time_steps", True),
        ("a, b", False),
        ("seq_len", False),
        ("*sizes", False),
    ],
)
def test_the_order_of_length_and_number_is_read_from_their_names(arguments, turned):
    names = {}
    exec(f"def task({arguments}): yield", names)
    assert of_data.number_first(names["task"]) is turned


def test_a_task_that_takes_the_number_first_is_asked_in_its_own_order():
    def task(num_samples, seq_len):
        for _ in range(num_samples):
            yield np.ones((seq_len, 1)), np.array([1])

    answer = of_data.data(
        {"integration_task": task}, {"calls": [[7, 3]]}, {"task": DECLARED["integration_task"]}
    )
    assert (answer["number_first"], answer["x/0"].shape) == (True, (3, 7, 1))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ((X, H), "(ndarray, ndarray)"),
        ((tf.ones(2), [tf.ones(2), tf.ones(2)]), "(tensor, [tensor, tensor])"),
        (((tf.ones(2), tf.ones(2)), tf.ones(2)), "((tensor, tensor), tensor)"),
        ([tf.ones(2)] * 25, "[25 x tensor]"),
        ([], "[]"),
    ],
)
def test_how_a_result_is_nested_is_told_and_read_back(value, words):
    nesting = read_nesting(calls.nesting_of(value))
    assert nesting.words == words
    assert read_nesting(words) == nesting  # as runs were stored before


def test_what_lacks_its_return_statement_is_told():
    nesting = read_nesting(calls.nesting_of(None))
    assert (nesting.words, nesting.is_nothing) == ("None", True)
    assert read_nesting("NoneType") == nesting  # as runs were stored before


def test_a_list_that_holds_itself_is_told():
    endless = [tf.ones(1)]
    endless.append(endless)
    assert read_nesting(calls.nesting_of(endless)).length == 2


def test_a_model_that_stands_for_one_of_the_sheets_models_stands_for_no_other():
    def network():
        return tf.keras.Sequential([tf.keras.layers.Dense(1, activation="sigmoid")])

    declared = {name: {**DECLARED["model"], "name": name, "cell": None} for name in ("first", "second")}
    one, other = network(), network()
    find = roles.Finder().taken
    assert find({"first": one, "model": one}, {"second": ["model"]}, declared) == {}
    assert find({"first": one, "model": other}, {"second": ["model"]}, declared)["second"][1] is other
    assert list(find({"model": one}, {"first": ["model"], "second": ["model"]}, declared)) == ["first"]


def test_a_layer_of_keras_without_call_is_no_cell_in_either_generation(monkeypatch):
    hands_on = lambda self, x, *args: x  # noqa: E731 as Keras 2 has it
    monkeypatch.setattr(tf.keras.layers.Layer, "call", hands_on)
    kind = type("Cell", (tf.keras.layers.Layer,), {"cal": lambda self, x, states: states})
    with pytest.raises(NotImplementedError):
        ways.runner(kind())
    steps = type("Cell", (tf.keras.layers.Layer,), {"step": lambda self, x, states: states})()
    assert ways.runner(steps) == steps.step
    assert ways.arguments(ways.runner(steps)) == (["x", "states"], [])
    dense = tf.keras.layers.Dense(1)
    assert ways.runner(dense) is dense


@pytest.mark.parametrize(
    ("takes", "starts", "states"),
    [
        ("x, states=None", "np.zeros(UNITS)", ways.ALONE),  # for show
        ("x, states=None", "0 if states is None else states[0]", ways.TOGETHER),
        ("x, states", "np.zeros(UNITS)", ways.TOGETHER),  # a mistake: it wants them
        ("x", "np.zeros(UNITS)", ways.ALONE),
    ],
)
def test_a_layer_that_makes_nothing_of_states_that_it_need_not_have_takes_the_input_alone(
    takes, starts, states
):
    code = (
        "class Layer:\n    def __init__(self, cell):\n        pass\n"
        f"    def call(self, {takes}):\n        return tf.ones((BATCH, 2, UNITS)) + {starts}\n"
    )
    space = {"tf": tf, "np": np, "BATCH": BATCH, "UNITS": UNITS}
    exec(code, space)
    inputs = np.ones((BATCH, 2, FEATURES)), H, C
    found, fits, _ = makings.found_layer(space["Layer"], object, inputs, UNITS, FEATURES)
    assert fits
    assert found.call.states == states


def test_a_cell_that_keeps_its_states_in_itself_is_asked_from_given_ones():
    class Cell:
        def __init__(self, units):
            self.hidden_size, self.gate = units, np.ones((FEATURES, units))
            self.dense_c, self.dense_h = self.gate, self.gate  # no states: a step does not write them

        def begin(self, batch):
            self.h = self.c = np.zeros((batch, self.hidden_size))

        def step(self, x):
            self.c = self.c + x @ self.gate
            self.h = np.tanh(self.c) + self.h
            return self.h

    def gives(out):
        return calls.states_in(out, BATCH, UNITS, 2) is not None

    Cell.__module__ = "__main__"
    x = np.ones((BATCH, FEATURES))
    found, fits, _ = makings.find(makings.of_making(Cell, UNITS, FEATURES), (x, H, C), gives)
    assert fits
    hidden, cell = found.call(found.thing, x, H, C)
    assert np.allclose(cell, C + FEATURES)
    assert np.allclose(hidden, np.tanh(cell) + H)
    told = read_way(found.call.told())
    assert (told.states, told.keywords, told.words) == (States.KEPT, ("h", "c"), "(x)")
