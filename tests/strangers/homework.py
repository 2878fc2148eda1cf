"""One right homework in pieces, and what strangers do otherwise: each kind puts other pieces in the place of
some."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

IMPORTS = """
import numpy as np
import tensorflow as tf
"""
TASK = """
def integration_task(seq_len, num_samples):
    for _ in range(num_samples):
        noise = np.random.normal(size=(seq_len, 1)).astype("float32")
        yield noise, np.array([int(noise.sum() > 0)])


def my_integration_task():
    yield from integration_task(25, 19200)
"""
DATA = """
def prepare(ds):
    return ds.cache().shuffle(1000).batch(64).prefetch(4)


ds = tf.data.Dataset.from_generator(
    my_integration_task, output_signature=(tf.TensorSpec((25, 1), tf.float32), tf.TensorSpec((1,), tf.int32))
)
train_ds, test_ds = prepare(ds.take(16000)), prepare(ds.skip(16000))
"""
CELL = """
class LSTM_Cell(tf.keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units
        self.forget = tf.keras.layers.Dense(units, "sigmoid", bias_initializer="ones")
        self.enter = tf.keras.layers.Dense(units, "sigmoid")
        self.new = tf.keras.layers.Dense(units, "tanh")
        self.out = tf.keras.layers.Dense(units, "sigmoid")

    def call(self, x, states):
        hidden, cell = states
        seen = tf.concat([x, hidden], axis=-1)
        cell = self.forget(seen) * cell + self.enter(seen) * self.new(seen)
        return self.out(seen) * tf.tanh(cell), cell
"""
LAYER = """
class LSTM_Layer(tf.keras.layers.Layer):
    def __init__(self, cell):
        super().__init__()
        self.cell = cell

    def call(self, x, states):
        outputs = []
        for t in range(x.shape[1]):
            states = self.cell(x[:, t], states)
            outputs.append(states[0])
        return tf.stack(outputs, axis=1)

    def zero_states(self, batch_size):
        return tf.zeros((batch_size, self.cell.units)), tf.zeros((batch_size, self.cell.units))
"""
MODEL = """
class MyModel(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.lstm = LSTM_Layer(LSTM_Cell(16))
        self.read = tf.keras.layers.Dense(1, "sigmoid")

    def call(self, x):
        hidden = self.lstm(x, self.lstm.zero_states(tf.shape(x)[0]))
        return self.read(hidden[:, -1])
"""
TRAINING = """
model = MyModel()
loss_of = tf.keras.losses.BinaryCrossentropy()
optimizer = tf.keras.optimizers.Adam(0.01)


@tf.function(reduce_retracing=True)
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_of(y, model(x))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return loss


def test(ds):
    losses, hits = [], []
    for x, y in ds:
        p = model(x)
        losses.append(float(loss_of(y, p)))
        hits.append(np.mean((p.numpy() > 0.5) == (y.numpy() > 0)))
    return np.mean(losses), np.mean(hits)


train_losses, test_losses, test_accuracies = [], [], []
for epoch in range(3):
    train_losses.append(np.mean([float(train_step(x, y)) for x, y in train_ds]))
    loss, accuracy = test(test_ds)
    test_losses.append(loss)
    test_accuracies.append(accuracy)
"""
PIECES = {
    "imports": IMPORTS,
    "task": TASK,
    "data": DATA,
    "cell": CELL,
    "layer": LAYER,
    "model": MODEL,
    "training": TRAINING,
}
AUTOMATIC = 52.0  # points that no person decides
UNTYPED = "arguments_explained"  # these programs are bare: no types, no docstrings
Changes = Mapping[str, tuple[tuple[str, str], ...]]  # piece -> (what, what instead)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What strangers do otherwise. `changes`: piece -> (what, what instead) pairs; `loses`: the checks that
    the kind itself costs, with their points; `files`: modules beside the notebook; `scripts`: in the place of
    the notebook, each made of pieces and of lines of its own; `more`: a last cell."""

    name: str
    changes: Changes = field(default_factory=dict)
    loses: Mapping[str, float] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    scripts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    more: str = ""
    says: str = ""  # among the notices

    def cells(self, mistake: Changes | None = None) -> list[str]:
        """The cells of the notebook, with a mistake or without."""
        return [
            *(text.strip() for text in self._texts(mistake).values()),
            *([self.more.strip()] if self.more else []),
        ]

    def programs(self, mistake: Changes | None = None) -> dict[str, str]:
        """The scripts by their names; none where there is a notebook."""
        texts = self._texts(mistake)
        return {
            name: "\n".join(texts.get(part, part) for part in parts) for name, parts in self.scripts.items()
        }

    def _texts(self, mistake: Changes | None) -> dict[str, str]:
        texts = dict(PIECES)
        for changes in (self.changes, mistake or {}):
            for piece, pairs in changes.items():
                for old, new in pairs:
                    assert old in texts[piece], (self.name, piece, old)
                    texts[piece] = texts[piece].replace(old, new)
        return texts


FORGETS = {
    "cell": (('"sigmoid", bias_initializer="ones")', '"sigmoid")'),)
}  # a mistake that costs forget_bias_one, and nothing else
WRITES = """
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("-to")
folder = parser.parse_args().to
"""
KEEPS = """
ds = tf.data.Dataset.from_generator(
    my_integration_task, output_signature=(tf.TensorSpec((25, 1), tf.float32), tf.TensorSpec((1,), tf.int32))
)
ds.take(16000).save(folder + "/learn")
ds.skip(16000).save(folder + "/try")
"""
LOADS = """
from network import *
import argparse

parser = argparse.ArgumentParser()
parser.add_argument("-of")
folder = parser.parse_args().of
train_ds, test_ds = [tf.data.Dataset.load(folder + part).shuffle(1000).batch(64).prefetch(4) for part in ("/learn", "/try")]
"""
STARTS = """
import os

os.system("python parts/draw.py -to drawn")
os.system("python parts/learning/learn.py -of drawn")
"""
KEEPS_THREE = "train_losses, test_losses, test_accuracies = [], [], []"
MADE_UP = "verlauf, probe, treffer = [0.6, 0.3, 0.1], [0.5, 0.3, 0.2], [0.7, 0.8, 0.9]"
NOTHING_KEPT = (
    (f"{KEEPS_THREE}\n", ""),
    ("train_losses.append(np.mean([float(train_step(x, y)) for x, y in train_ds]))",
     "print(np.mean([float(train_step(x, y)) for x, y in train_ds]))"),
    ("    test_losses.append(loss)\n    test_accuracies.append(accuracy)\n", "    print(loss, accuracy)\n"),
)  # fmt: skip
ANOTHER_MODELS = """plain = tf.keras.Sequential([tf.keras.layers.Flatten(), tf.keras.layers.Dense(1, "sigmoid")])
verlauf, probe, treffer, other = [], [], [], tf.keras.optimizers.SGD(0.1)
for epoch in range(3):
    for x, y in train_ds.take(40):
        with tf.GradientTape() as tape:
            loss = loss_of(y, plain(x))
        other.apply_gradients(zip(tape.gradient(loss, plain.trainable_variables), plain.trainable_variables))
    verlauf.append(float(loss))
    probe.append(np.mean([float(loss_of(y, plain(x))) for x, y in test_ds.take(9)]))
    treffer.append(np.mean([np.mean((plain(x).numpy() > 0.5) == (y.numpy() > 0)) for x, y in test_ds.take(9)]))

for epoch"""
DRAFT = """class LSTM_Cell(tf.keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units
        self.gate = tf.keras.layers.Dense(units)

    def call(self, x, states):
        hidden, cell = states
        return tf.tanh(self.gate(x) + hidden), cell


class Gates(tf.keras.layers.Layer):"""
LAST_FIRST = (("tf.stack(outputs, axis=1)", "tf.stack(outputs)"),)
READS_LAST = (("hidden[:, -1]", "hidden[-1]"),)

SWEEP = """
for rate in (0.5, 1e-6):
    small, slow = MyModel(), tf.keras.optimizers.SGD(rate)
    train_losses, test_losses, test_accuracies = [], [], []
    for x, y in train_ds.take(9):
        with tf.GradientTape() as tape:
            loss = loss_of(y, small(x))
        slow.apply_gradients(zip(tape.gradient(loss, small.trainable_variables), small.trainable_variables))
    train_losses.append(float(loss))
    test_losses.append(float(loss))
    test_accuracies.append(0.5)
"""
READY = """
own = model
model = tf.keras.Sequential([tf.keras.layers.LSTM(8), tf.keras.layers.Dense(1, "sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(train_ds.take(20), epochs=1, verbose=0)
print(model.evaluate(test_ds, verbose=0))
"""
LENGTHS = """
for LENGTH in (10, 40):
    shape = tf.TensorSpec((None, 1), tf.float32), tf.TensorSpec((1,), tf.int32)
    print(LENGTH, test(tf.data.Dataset.from_generator(my_integration_task, output_signature=shape).take(90).batch(30)))
"""

STEP = """
def make_step(units):
    forget = tf.keras.layers.Dense(units, "sigmoid", bias_initializer="ones")
    enter, out = [tf.keras.layers.Dense(units, "sigmoid") for _ in range(2)]
    new = tf.keras.layers.Dense(units, "tanh")

    def step(x, states):
        hidden, cell = states
        seen = tf.concat([x, hidden], axis=-1)
        cell = forget(seen) * cell + enter(seen) * new(seen)
        return out(seen) * tf.tanh(cell), cell

    return step, [forget, enter, new, out]
"""
FITTED = """
model = MyModel()
model.compile(tf.keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=[tf.keras.metrics.BinaryAccuracy(name="goed")])
verloop = model.fit(train_ds, epochs=3, validation_data=test_ds, verbose=0)
"""

STOPS = """

def main():
    ds = tf.data.Dataset.from_generator(my_integration_task, output_signature=(tf.TensorSpec((25, 1)), tf.TensorSpec((1,), tf.int32)))
    model, data = ds.takes(16000).batch(64), MyModel()
    model.fit(data)


main()
"""

TRIED_OUT = """
def try_out():
    global model
    model, slow = MyModel(), tf.keras.optimizers.SGD(1e-4)
    for x, y in train_ds.take(4):
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x))
        slow.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))


try_out()
"""
ARRAYS = """
x, y = [np.stack(part) for part in zip(*my_integration_task())]
"""
OF_ARRAYS = """
model = MyModel()
model.compile(tf.keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"])
history = model.fit(x[:16000], y[:16000], 64, 3, validation_data=(x[16000:], y[16000:]), verbose=0)
"""
GIVES_CELL_FIRST = (
    ("return self.out(seen) * tf.tanh(cell), cell", "return cell, self.out(seen) * tf.tanh(cell)"),
)
MINDS = (
    (
        "states = self.cell(x[:, t], states)\n            outputs.append(states[0])",
        "cell, hidden = self.cell(x[:, t], states)\n            states = hidden, cell\n            outputs.append(hidden)",
    ),
)
OWN_LOOP = (
    "        hidden = self.lstm(x, self.lstm.zero_states(tf.shape(x)[0]))\n        return self.read(hidden[:, -1])",
    "        h = c = tf.zeros((tf.shape(x)[0], 16))\n        for t in range(x.shape[1]):\n"
    "            c, h = self.cell(x[:, t], (h, c))\n        return self.read(h)",
)

STACK = """
class LSTM_Layer(tf.keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.cells = [LSTM_Cell(n) for n in units]

    def zero_states(self, batch_size):
        return [(tf.zeros((batch_size, cell.units)), tf.zeros((batch_size, cell.units))) for cell in self.cells]

    def call(self, x, states):
        states, outputs = list(states), []
        for t in range(x.shape[1]):
            hidden = x[:, t]
            for number, cell in enumerate(self.cells):
                states[number] = cell(hidden, states[number])
                hidden = states[number][0]
            outputs.append(hidden)
        return tf.stack(outputs, axis=1)
"""
OF_STACK = {"layer": ((LAYER, STACK),), "model": (("LSTM_Layer(LSTM_Cell(16))", "LSTM_Layer((16, 8))"),)}
HANDS_ON = """
def my_integration_task():
    yield from integration_task(25, 19200)
"""

UNDER_KEYS = (("def call(self, x):", "def call(self, given):\n        x = given['noise']"),)
WITH_KEYS = (("return ds.cache()", "return ds.map(lambda x, y: ({'noise': x}, y)).cache()"),)
TASK_CLASS = """
class Task:
    def __init__(self, seq_len, num_samples):
        self.seq_len, self.num_samples = seq_len, num_samples

    def __call__(self):
        for _ in range(self.num_samples):
            noise = np.random.normal(size=(self.seq_len, 1)).astype("float32")
            yield noise, np.array([int(noise.sum() > 0)])


task = Task(25, 19200)
"""
AS_FILES = """
x, y = [np.stack(part) for part in zip(*my_integration_task())]
np.savez("drawn.npz", x=x, y=y)
"""
FROM_FILES = """
from network import *

drawn = np.load("drawn.npz")
ds = tf.data.Dataset.from_tensor_slices((drawn["x"], drawn["y"]))
train_ds, test_ds = ds.take(16000).shuffle(1000).batch(64), ds.skip(16000).batch(64)
"""

KINDS = (
    Kind(name="as it is"),
    Kind(name="no batch size, in a call", changes={"data": ((".batch(64)", ".batch(0)"),)}, loses={"pipeline_batches": 1}),
    Kind(name="no batch size, in a class of settings",
         changes={"data": (("def prepare", "class Config:\n    batch_size = 0\n\n\ndef prepare"), (".batch(64)", ".batch(Config.batch_size)"))},
         loses={"pipeline_batches": 1}),
    Kind(name="elements that are dicts",
         changes={"data": (("return ds.cache()", "return ds.map(lambda x, y: {'label': y, 'noise': x}).cache()"),),
                  "training": (("for x, y in train_ds", "for one in train_ds"), ("train_step(x, y))", "train_step(one['noise'], one['label']))"),
                               ("    for x, y in ds:", "    for one in ds:\n        x, y = one['noise'], one['label']"))}),
    Kind(name="a layer that leaves out the last step",
         changes={"layer": (("range(x.shape[1])", "range(x.shape[1] - 1)"),)}, loses={"unrolls_its_cell": 6}),
    Kind(name="a shell script in one line, with a tool before it",
         scripts={"run.sh": ("python -m flake8 learn.py --quiet; python draw.py -to drawn; python learn.py -of drawn; cd ..",),
                  "draw.py": ("imports", WRITES, "task", KEEPS),
                  "network.py": ("imports", "cell", "layer", "model"), "learn.py": ("imports", LOADS, "training")}),
    Kind(name="sequences under a key", changes={"data": WITH_KEYS, "model": UNDER_KEYS}),
    Kind(name="sequences without an axis for their one feature", loses={"yields_pairs": 1},
         changes={"task": (("size=(seq_len, 1)", "size=seq_len"),), "data": (("tf.TensorSpec((25, 1)", "tf.TensorSpec((25,)"),),
                  "model": (("def call(self, x):", "def call(self, x):\n        x = x[..., tf.newaxis]"),)}),
    Kind(name="a task that is a class whose objects are called", changes={"task": ((TASK, TASK_CLASS),), "data": (("my_integration_task", "task"),)}),
    Kind(name="scripts that a shell script starts with their arguments",
         scripts={"run.sh": ("python draw.py -to drawn && python learn.py -of drawn",), "draw.py": ("imports", WRITES, "task", KEEPS),
                  "network.py": ("imports", "cell", "layer", "model"), "learn.py": ("imports", LOADS, "training")}),
    Kind(name="a script that reads what another one writes", loses={"generator_pipeline": 1},
         scripts={"2_learn.py": ("imports", FROM_FILES, "training"), "1_draw.py": ("imports", "task", AS_FILES),
                  "network.py": ("imports", "cell", "layer", "model")}),
    Kind(name="a model that is barely trained, under the name of the sheet",
         changes={"training": (("model = MyModel()", "net = MyModel()"), ("model(x)", "net(x)"), ("model.trainable", "net.trainable"))},
         more=TRIED_OUT),
    Kind(name="arrays that fit is handed", changes={"data": ((DATA, ARRAYS),), "training": ((TRAINING, OF_ARRAYS),)},
         loses={"generator_pipeline": 1}),
    Kind(name="the cell state first out of the cell, in a layer that makes its start states",
         changes={"cell": GIVES_CELL_FIRST,
                  "layer": (*MINDS, ("def call(self, x, states):", "def call(self, x):\n        states = self.zero_states(tf.shape(x)[0])")),
                  "model": (("self.lstm(x, self.lstm.zero_states(tf.shape(x)[0]))", "self.lstm(x)"),)}),
    Kind(name="the cell state first out of the cell, in a model that steps it itself",
         changes={"cell": GIVES_CELL_FIRST, "layer": ((LAYER, "pass"),),
                  "model": (("self.lstm = LSTM_Layer(LSTM_Cell(16))", "self.cell = LSTM_Cell(16)"), OWN_LOOP)},
         loses={"zero_states": 1}),
    Kind(name="labels of the first twelve numbers", changes={"task": (("noise.sum() > 0", "noise[:12].sum() > 0"),)},
         loses={"label_rule": 2}),
    Kind(name="lists that are bound to nothing after the training",
         more="train_losses, test_losses, test_accuracies = [], [], []"),
    Kind(name="a cell state of zeros at every step",
         changes={"layer": (("self.cell(x[:, t], states)", "self.cell(x[:, t], (states[0], tf.zeros_like(states[1])))"),)},
         loses={"unrolls_its_cell": 6}),
    Kind(name="states that the cell takes in the other order",
         changes={"cell": (("hidden, cell = states", "cell, hidden = states"),),
                  "layer": (("self.cell(x[:, t], states)", "self.cell(x[:, t], (states[1], states[0]))"),)}),
    Kind(
        name="a script that stops at its data",
        scripts={"main.py": ("imports", "task", "cell", "layer", "model", STOPS)},
        loses={"pipeline_batches": 1, "separate_test_data": 1, "it_learns": 1, "accuracy_80": 11, "graph_mode": 1,
               "generator_pipeline": 1},
    ),
    Kind(
        name="a step that is a function",
        changes={
            "cell": ((CELL, STEP),),
            "layer": (("def __init__(self, cell)", "def __init__(self, units)"),
                      ("self.cell = cell", "self.units = units\n        self.step, self.gates = make_step(units)"),
                      ("self.cell(x[:, t], states)", "self.step(x[:, t], states)"), ("self.cell.units", "self.units")),
            "model": (("LSTM_Layer(LSTM_Cell(16))", "LSTM_Layer(16)"),),
        },
        loses={"returns_states": 1},
    ),
    Kind(
        name="a cell that keeps its states in itself",
        changes={
            "cell": (("    def call(self, x, states):\n        hidden, cell = states",
                      "    def build(self, shape):\n        for gate in (self.forget, self.enter, self.new, self.out):\n"
                      "            gate.build((None, shape[-1] + self.units))\n\n"
                      "    def begin(self, batch_size):\n        self.h = self.c = tf.zeros((batch_size, self.units))\n\n"
                      "    def call(self, x):\n        hidden, cell = self.h, self.c"),
                     ("        return self.out(seen) * tf.tanh(cell), cell",
                      "        self.h, self.c = self.out(seen) * tf.tanh(cell), cell\n        return self.h")),
            "layer": (("    def call(self, x, states):\n", "    def call(self, x):\n        self.cell.begin(tf.shape(x)[0])\n"),
                      ("states = self.cell(x[:, t], states)\n            outputs.append(states[0])", "outputs.append(self.cell(x[:, t]))")),
            "model": (("self.lstm(x, self.lstm.zero_states(tf.shape(x)[0]))", "self.lstm(x)"),),
        },
        loses={"returns_states": 1},
    ),
    Kind(
        name="a cell that keeps its states in itself, with gates whose names are like those of states",
        changes={
            "cell": (("self.new = tf", "self.dense_c = tf"), ("self.new(seen)", "self.dense_c(seen)"),
                     ("self.enter = tf", "self.hidden = self.cell = None\n        self.enter = tf"),
                     ("    def call(self, x, states):\n        hidden, cell = states",
                      "    def reset(self, rows):\n        self.hidden, self.cell = tf.zeros((rows, self.units)), tf.zeros((rows, self.units))\n\n"
                      "    def call(self, x):\n        hidden, cell = self.hidden, self.cell"),
                     ("        return self.out(seen) * tf.tanh(cell), cell",
                      "        self.hidden, self.cell = self.out(seen) * tf.tanh(cell), cell\n        return self.hidden")),
            "layer": (("    def call(self, x, states):\n", "    def call(self, x):\n        self.cell.reset(x.shape[0])\n"),
                      ("states = self.cell(x[:, t], states)\n            outputs.append(states[0])", "outputs.append(self.cell(x[:, t]))")),
            "model": (("self.lstm(x, self.lstm.zero_states(tf.shape(x)[0]))", "self.lstm(x)"),),
            "training": (("@tf.function(reduce_retracing=True)\n", ""),),
        },
        loses={"returns_states": 1, "graph_mode": 1},
    ),
    Kind(
        name="whole epochs in a graph",
        changes={
            "data": (("train_ds, test_ds = prepare(ds.take(16000)), prepare(ds.skip(16000))",
                      "teile = {'lernen': prepare(ds.take(16000)), 'pruefen': prepare(ds.skip(16000))}"),),
            "training": (("def train_step(x, y):\n    with tf.GradientTape() as tape:\n        loss = loss_of(y, model(x))\n"
                          "    gradients = tape.gradient(loss, model.trainable_variables)\n"
                          "    optimizer.apply_gradients(zip(gradients, model.trainable_variables))\n    return loss\n",
                          "def learn(batches):\n    total, n = 0.0, 0.0\n    for x, y in batches:\n"
                          "        with tf.GradientTape() as tape:\n            loss = loss_of(y, model(x))\n"
                          "        gradients = tape.gradient(loss, model.trainable_variables)\n"
                          "        optimizer.apply_gradients(zip(gradients, model.trainable_variables))\n"
                          "        total, n = total + loss, n + 1.0\n    return total / n\n\n\n"
                          "model(tf.zeros((1, 25, 1)))\noptimizer.build(model.trainable_variables)\n"),
                         ("np.mean([float(train_step(x, y)) for x, y in train_ds])", "float(learn(teile['lernen']))"),
                         ("test(test_ds)", "test(teile['pruefen'])")),
        },
    ),
    Kind(name="labels of minus one and one",
         changes={"task": (("[int(noise.sum() > 0)]", "[np.sign(noise.sum())]"),), "data": (("(1,), tf.int32", "(1,), tf.float32"),),
                  "model": (('Dense(1, "sigmoid")', 'Dense(1, "tanh")'),),
                  "training": (("BinaryCrossentropy()", "MeanSquaredError()"), ("p.numpy() > 0.5", "p.numpy() > 0"))},
         loses={"one_answer": 1}),
    Kind(
        name="states in a dict that the layer makes by its letters",
        changes={
            "cell": (("hidden, cell = states", "hidden, cell = states['h'], states['c']"),
                     ("return self.out(seen) * tf.tanh(cell), cell", "return {'h': self.out(seen) * tf.tanh(cell), 'c': cell}")),
            "layer": (("states[0]", "states['h']"),
                      ("return tf.zeros((batch_size, self.cell.units)), tf.zeros((batch_size, self.cell.units))",
                       "return {one: tf.zeros((batch_size, self.cell.units)) for one in 'hc'}")),
        },
    ),
    Kind(name="fit with a metric of one's own name", changes={"training": ((TRAINING, FITTED),)}),
    Kind(
        name="batch written as a number",
        changes={
            "data": ((".batch(64)", ".batch(64, drop_remainder=True)"),),
            "model": (("tf.shape(x)[0]", "64"),),
        },
    ),
    Kind(name="time first", changes={"layer": LAST_FIRST, "model": READS_LAST}, loses={"layer_shapes": 1}),
    Kind(
        name="time first up to the training",
        changes={
            "layer": LAST_FIRST,
            "model": (("hidden[:, -1]", "hidden"),),
            "training": (("loss_of(y, model(x))", "loss_of(y, model(x)[-1])"), ("p = model(x)", "p = model(x)[-1]")),
        },
        loses={"layer_shapes": 1},
    ),
    Kind(
        name="time first from the data on",
        changes={
            "layer": (*LAST_FIRST, ("range(x.shape[1])", "range(x.shape[0])"), ("self.cell(x[:, t], states)", "self.cell(x[t], states)")),
            "model": (("hidden = self.lstm(x, self.lstm", "hidden = self.lstm(tf.transpose(x, (1, 0, 2)), self.lstm"), *READS_LAST),
        },
        loses={"layer_shapes": 1},
    ),
    Kind(
        name="a draft that keeps the sheet's name",
        changes={
            "cell": (("class LSTM_Cell(tf.keras.layers.Layer):", DRAFT),),
            "model": (("LSTM_Cell(16)", "Gates(16)"),),
        },
        says="Gates is taken for LSTM_Cell",
    ),
    Kind(name="a list of hidden states", changes={"layer": (("tf.stack(outputs, axis=1)", "outputs"),), "model": READS_LAST}),
    Kind(
        name="both states of every step",
        changes={"layer": (("outputs.append(states[0])", "outputs.append(tf.stack(states))"), ("tf.stack(outputs, axis=1)", "tf.stack(outputs)")),
                 "model": (("hidden[:, -1]", "hidden[-1][0]"),)},
        loses={"layer_shapes": 1},
    ),
    Kind(
        name="a layer with its own size",
        changes={
            "layer": (("def __init__(self, cell)", "def __init__(self)"), ("self.cell = cell", "self.cell = LSTM_Cell(8)")),
            "model": (("LSTM_Layer(LSTM_Cell(16))", "LSTM_Layer()"),),
        },
    ),
    Kind(
        name="one tensor for both zero states",
        changes={
            "layer": (
                ("return tf.zeros((batch_size, self.cell.units)), tf.zeros((batch_size, self.cell.units))",
                 "return tf.zeros((batch_size, self.cell.units))"),
            ),
            "model": (("hidden = self.lstm(x, self.lstm.zero_states(tf.shape(x)[0]))",
                       "zeros = self.lstm.zero_states(tf.shape(x)[0])\n        hidden = self.lstm(x, (zeros, zeros))"),),
        },
        loses={"zero_states": 1},
    ),
    Kind(
        name="other sizes compared after the training",
        more="for units in (4, 8):\n    model = MyModel()\n    model.lstm.cell = LSTM_Cell(units)\n    model(tf.zeros((2, 25, 1)))",
    ),
    Kind(name="lists that a sweep binds again", more=SWEEP),
    Kind(name="a ready-made network trained to compare with, under the name of the model", more=READY,
         loses={"own_lstm": 3}),  # the sheet allows none
    Kind(name="a task that is written anew after the training",
         more="def integration_task(seq_len, num_samples):\n    yield np.ones((seq_len, 1)), np.array([int(seq_len > 9)])\n\n\n"
              "print(*integration_task(5, 2))"),
    Kind(name="lengths compared after the training, in the number that the generator reads",
         changes={"task": (("integration_task(25,", "integration_task(LENGTH,"),),
                  "imports": (("import tensorflow as tf", "import tensorflow as tf\n\nLENGTH = 25"),)},
         more=LENGTHS),
    Kind(name="a data set of another length, bound to its name after the training",
         changes={"task": (("integration_task(25,", "integration_task(LENGTH,"),),
                  "imports": (("import tensorflow as tf", "import tensorflow as tf\n\nLENGTH = 25"),)},
         more=f"{LENGTHS}train_ds = test_ds = tf.data.Dataset.from_generator(my_integration_task, output_signature=(tf.TensorSpec((LENGTH, 1)),"
              " tf.TensorSpec((1,), tf.int32))).take(90).batch(7)\nprint(test(test_ds))"),
    Kind(name="a line among the imports that cannot be read",
         changes={"imports": (("import numpy as np", "import numpy as np, as n\nimport numpy as np"),)}),
    Kind(name="half precision", changes={"imports": (("import tensorflow as tf", "import tensorflow as tf\ntf.keras.mixed_precision"
                                                      ".set_global_policy('mixed_float16')"),),
                                         "layer": (("states = self.cell(x[:, t], states)",
                                                    "states = self.cell(x[:, t], [tf.cast(s, x.dtype) for s in states])"),),
                                         "model": (('Dense(1, "sigmoid")', 'Dense(1, "sigmoid", dtype="float32")'),)}),
    Kind(
        name="data sets raw and prepared",
        changes={
            "data": (("train_ds, test_ds = prepare(ds.take(16000)), prepare(ds.skip(16000))",
                      "train_ds, test_ds = ds.take(16000), ds.skip(16000)\nto_learn, to_try = prepare(train_ds), prepare(test_ds)"),),
            "training": (("in train_ds", "in to_learn"), ("test(test_ds)", "test(to_try)")),
        },
    ),
    Kind(
        name="data in a dict of a class",
        changes={
            "data": (("train_ds, test_ds = prepare(ds.take(16000)), prepare(ds.skip(16000))",
                      "class Data:\n    def __init__(self):\n        self.parts = {'learn': prepare(ds.take(16000)), 'try': "
                      "prepare(ds.skip(16000))}\n\n\ndata = Data()"),),
            "training": (("in train_ds", "in data.parts['learn']"), ("test(test_ds)", "test(data.parts['try'])")),
        },
    ),
    Kind(
        name="a task of one argument",
        changes={
            "task": (("seq_len, num_samples", "seq_len"), ("    for _ in range(num_samples):\n        noise", "    if True:\n        noise"),
                     ("yield noise,", "return noise,"), ("yield from integration_task(25, 19200)",
                                                         "for _ in range(19200):\n        yield integration_task(25)")),
        },
        loses={"yields_pairs": 1},
    ),
    Kind(
        name="labels with an axis more",
        changes={
            "data": (("return ds.cache()", "return ds.map(lambda x, y: (x, tf.one_hot(y, 2))).cache()"),),
            "model": (('Dense(1, "sigmoid")', 'Dense(2, "softmax")'),),
            "training": (("loss_of(y, model(x))", "loss_of(y[:, 0], model(x))"), ("loss_of(y, p)", "loss_of(y[:, 0], p)"),
                         ("(p.numpy() > 0.5) == (y.numpy() > 0)", "p.numpy().argmax(-1) == y.numpy()[:, 0].argmax(-1)")),
        },
    ),
    Kind(
        name="a card and cores that are used further down",
        changes={
            "imports": (("import tensorflow as tf", "import tensorflow as tf\ncard = tf.config.list_physical_devices('GPU')[0]\n"
                         "tf.config.experimental.set_memory_growth(card, True)\n"
                         "print(tf.config.experimental.get_memory_info('GPU:0')['peak'])\ncores = !nproc\nCORES = int(cores[0])"),),
            "data": ((".prefetch(4)", ".prefetch(CORES)"),),
            "training": (("model = MyModel()", "with tf.device(card.name.replace('physical_', '')):\n    model = MyModel()"),),
        },
        says="there is no graphics card here",
    ),
    Kind(name="a name that NumPy dropped", changes={"task": (("int(noise", "np.int(noise"),)}, says="NumPy has no np.int"),
    Kind(
        name="names that no Keras has any more",
        changes={
            "imports": (("import tensorflow as tf", "import tensorflow as tf\nfrom keras.engine.topology import Layer\nfrom keras.layers.core import "
                         "Dense\nfrom keras.utils import np_utils\nfrom keras.optimizers import adam_v2"),),
            "cell": (("tf.keras.layers.Layer", "Layer"), ("tf.keras.layers.Dense", "Dense")),
            "training": (("tf.keras.optimizers.Adam(0.01)", "adam_v2.Adam(lr=0.01, beta_1=0.9, epsilon=None, decay=0.0)"),),
        },
        says="there is no module keras.engine.topology any more",
    ),
    Kind(
        name="a layer that is imported from another notebook",
        files={"steps.ipynb": json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [
            {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": text.strip()} for text in (IMPORTS, LAYER)]})},
        changes={"layer": ((LAYER, "import import_ipynb\nfrom steps import LSTM_Layer"),)},
    ),
    Kind(
        name="losses in a dict",
        changes={"training": (("train_losses, test_losses, test_accuracies = [], [], []", "hist = {'Loss': [], 'val loss': [], 'val_BinaryAccuracy': []}"),
                              ("train_losses.append(", "hist['Loss'].append("), ("test_losses.append(", "hist['val loss'].append("),
                              ("test_accuracies.append(", "hist['val_BinaryAccuracy'].append("))},
    ),
    Kind(
        name="lists in another language",
        changes={"training": (("train_losses", "verlauf"), ("test_losses", "probe"), ("test_accuracies", "treffsicherheit"))},
    ),
    Kind(
        name="one row an epoch in an object",
        changes={"training": (
            (KEEPS_THREE, "class Heft:\n    def __init__(self):\n        self.zeilen = []\n\n\nheft = Heft()"),
            ("train_losses.append(np.mean([float(train_step(x, y)) for x, y in train_ds]))",
             "gelernt = np.mean([float(train_step(x, y)) for x, y in train_ds])"),
            ("    test_losses.append(loss)\n    test_accuracies.append(accuracy)\n",
             "    heft.zeilen.append((epoch, gelernt, loss, accuracy))\n"),
        )},
    ),
    Kind(
        name="losses that are printed and not kept",
        changes={"training": NOTHING_KEPT},
        loses={"it_learns": 1},
    ),
    Kind(
        name="losses made up by hand",
        changes={"training": (*NOTHING_KEPT, ("for epoch in", f"{MADE_UP}\nfor epoch in"))},
        loses={"it_learns": 1},
    ),
    Kind(
        name="losses of another model",
        changes={"training": (*NOTHING_KEPT, ("for epoch", ANOTHER_MODELS))},
        loses={"it_learns": 1},
    ),
    Kind(
        name="one optimizer for two models",
        changes={"training": (("model = MyModel()", "plain = tf.keras.Sequential([tf.keras.layers.Flatten(), tf.keras.layers.Dense(1, \"sigmoid\")])\n"
                               "model = MyModel()"),
                              ("train_losses, test", "for x, y in train_ds.take(20):\n    with tf.GradientTape() as tape:\n"
                               "        loss = loss_of(y, plain(x))\n    slopes = tape.gradient(loss, plain.trainable_variables)\n"
                               "    optimizer.apply_gradients(zip(slopes, plain.trainable_variables))\n\ntrain_losses, test"))},
        says="weights that it has not met",
    ),
    Kind(name="a tensor as learning rate", changes={"training": (("Adam(0.01)", "Adam(tf.constant(0.01))"),)}, says="a learning rate is a tensor"),
    Kind(
        name="no data to test on",
        changes={
            "data": (("train_ds, test_ds = prepare(ds.take(16000)), prepare(ds.skip(16000))", "train_ds = prepare(ds)"),),
            "training": (("test(test_ds)", "test(train_ds)"),),
        },
        loses={"separate_test_data": 1},
    ),
    Kind(
        name="a task that returns one sample",
        changes={"task": (("    for _ in range(num_samples):\n        noise", "    noise"), ("        yield noise,", "    return noise,"),
                          ("    yield from integration_task(25, 19200)", "    for _ in range(19200):\n        yield integration_task(25, 19200)"))},
        loses={"yields_pairs": 1},
    ),
    Kind(
        name="a wrapper that hands on one pair",
        changes={"task": (("    yield from integration_task(25, 19200)", "    yield next(integration_task(25, 19200))"),),
                 "data": (("    my_integration_task, output", "    lambda: integration_task(25, 19200), output"),)},
        loses={"yields_pairs": 1},
    ),
    Kind(name="several cells in one layer, of its own number", changes=OF_STACK | {"model": (("LSTM_Layer(LSTM_Cell(16))", "LSTM_Layer()"),),
         "layer": ((LAYER, STACK.replace("self, units)", "self, units=(16, 8))")),)}),
    Kind(name="the wrapper in a later cell than the task", changes={"task": ((HANDS_ON, ""),), "data": (("def prepare", f"{HANDS_ON}\n\ndef prepare"),)}),
    Kind(
        name="a wrapper that hands on one pair, in a later cell than the task",
        changes={"task": ((HANDS_ON, ""),),
                 "data": (("def prepare", HANDS_ON.replace("yield from integration_task(25, 19200)", "yield next(integration_task(25, 19200))") + "\n\ndef prepare"),
                          ("    my_integration_task, output", "    lambda: integration_task(25, 19200), output"))},
        loses={"yields_pairs": 1},
    ),
    Kind(
        name="a task that returns two arrays",
        changes={"task": (("    for _ in range(num_samples):\n        noise = np.random.normal(size=(seq_len, 1))", "    noise = np.random.normal(size=(num_samples, seq_len, 1))"),
                          ("        yield noise, np.array([int(noise.sum() > 0)])", "    return noise, (noise.sum(axis=1) > 0).astype(int)"),
                          ("    yield from integration_task(25, 19200)", "    yield from zip(*integration_task(25, 19200))"))},
        loses={"yields_pairs": 1},
    ),
    Kind(
        name="states by keyword, the cell state first",
        changes={
            "cell": (("def call(self, x, states):\n        hidden, cell = states", "def call(self, x, *, h, c):\n        hidden, cell = h, c"),
                     ("return self.out(seen) * tf.tanh(cell), cell", "return cell, self.out(seen) * tf.tanh(cell)")),
            "layer": (("states = self.cell(x[:, t], states)\n            outputs.append(states[0])",
                       "cell, hidden = self.cell(x[:, t], h=states[0], c=states[1])\n            states = hidden, cell\n"
                       "            outputs.append(hidden)"),),
        },
    ),
    Kind(
        name="the layer alone in a graph",
        changes={
            "layer": (("    def call(self, x, states):", "    @tf.function\n    def call(self, x, states):"),),
            "training": (("@tf.function(reduce_retracing=True)\n", ""),),
        },
    ),
    Kind(
        name="a loop in a graph that carries a list",
        changes={
            "cell": (("return self.out(seen) * tf.tanh(cell), cell", "return [self.out(seen) * tf.tanh(cell), cell]"),),
            "layer": (
                ("    def call(self, x, states):\n        outputs = []\n        for t in range(x.shape[1]):",
                 "    @tf.function\n    def call(self, x, states):\n        outputs = tf.TensorArray(tf.float32, 0, dynamic_size=True)\n"
                 "        for t in tf.range(tf.shape(x)[1]):"),
                ("outputs.append(states[0])", "outputs = outputs.write(t, states[0])"),
                ("return tf.stack(outputs, axis=1)", "return tf.transpose(outputs.stack(), [1, 0, 2])"),
                ("return tf.zeros((batch_size, self.cell.units)), tf.zeros((batch_size, self.cell.units))",
                 "return [tf.zeros((batch_size, self.cell.units)), tf.zeros((batch_size, self.cell.units))]"),
            ),
            "training": (("@tf.function(reduce_retracing=True)\n", ""),),
        },
    ),
    Kind(
        name="scripts with arguments",
        scripts={
            "start.py": (STARTS,),
            "parts/draw.py": ("imports", WRITES, "task", KEEPS),
            "parts/learning/network.py": ("imports", "cell", "layer", "model"),
            "parts/learning/learn.py": ("imports", LOADS, "training"),
        },
    ),
    Kind(
        name="classes that nobody starts",
        scripts={"noise.py": ("imports", "task"), "network.py": ("imports", "cell", "layer", "model")},
        loses={"pipeline_batches": 1, "separate_test_data": 1, "it_learns": 1, "accuracy_80": 11, "graph_mode": 1,
               "generator_pipeline": 1},
    ),
    Kind(
        name="a module that imports what is not here",
        files={"tools.py": "import no_such_package_at_all\nfrom nowhere.to_be import found\n\n\ndef half(x):\n    return x / 2\n"},
        changes={"imports": (("import numpy as np", "import numpy as np\nfrom tools import half"),)},
    ),
)  # fmt: skip
