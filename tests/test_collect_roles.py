"""Names that stand for those of the sheet, as far as the source tells: by what a class does, not by what it
is called."""

import pytest

from grader.assignment import roles
from grader.collect.reading.notebook import NotebookCell
from grader.collect.reading.pieces import cell_pieces, local_modules
from grader.collect.source.definitions import assigned, local_in
from grader.collect.source.roles import in_a_function, possible_names
from tests.made_up_sheet import SHEET

CELL = """
class {name}(tf.keras.layers.Layer):
    def __init__(self, units):
        self.gates = [Dense(units, activation="sigmoid") for _ in range(3)]
    def call(self, x, h, c):
        return o * tf.tanh(c), c
"""
LAYER = """
class {name}(tf.keras.layers.Layer):
    def call(self, x, states):
        for t in range(x.shape[1]):
            states = self.cell(x[:, t], states)
"""
MODEL = """
class {name}(tf.keras.Model):
    def call(self, x):
        return self.out(self.lstm(x))
"""


def names(*texts, root=None, files=()):
    pieces = cell_pieces([NotebookCell(number=n, kind="code", text=text) for n, text in enumerate(texts, 1)])
    modules = local_modules(pieces, root, files, "hw.ipynb") if root else []
    defined = assigned(pieces, {piece.module: piece for piece in (*pieces, *modules) if piece.module})
    return possible_names(SHEET.hw.names, SHEET.hw.roles, pieces, modules, defined, local_in(pieces))


def test_what_the_sheet_names_is_not_looked_for():
    assert "LSTM_Cell" not in names(CELL.format(name="LSTM_Cell"))


def test_a_class_with_gates_is_a_cell_and_one_with_a_loop_a_layer():
    found = names(CELL.format(name="Zelle"), LAYER.format(name="Schicht"), MODEL.format(name="Netz"))
    assert found["LSTM_Cell"] == ("Zelle",)
    assert found["LSTM_Layer"] == ("Schicht",)


def test_the_other_spelling_comes_first():
    assert names(CELL.format(name="Helper"), CELL.format(name="LSTMCell"))["LSTM_Cell"] == (
        "LSTMCell",
        "Helper",
    )


def test_one_class_with_gates_and_loop_may_be_both():
    both = (
        CELL.format(name="LSTM").rstrip() + LAYER.partition("\n    def")[1] + LAYER.partition("\n    def")[2]
    )
    found = names(both)
    assert found["LSTM_Cell"] == found["LSTM_Layer"] == ("LSTM",)


def test_a_layer_of_the_sheets_name_may_stand_for_the_missing_cell():
    both = CELL.format(name="LSTM_Layer").rstrip() + "\n    def run(self, x):\n        while True: pass\n"
    assert names(both)["LSTM_Cell"] == ("LSTM_Layer",)


def test_the_model_that_is_trained_comes_first():
    found = names(
        MODEL.format(name="Net"), "small = Net()\nsmall(x)\nsmall(x)\nsmall(x)\nbig = Net()\nbig.fit(train)"
    )
    assert found["model"] == ("big", "small")


@pytest.mark.parametrize(
    ("code", "wanted", "own"),
    [
        ("def noise(length, count):\n    yield 1", "integration_task", ("noise",)),
        (
            "def noise(length, count):\n    yield 1\ndef mine():\n    return noise(25, 10)",
            "my_integration_task",
            ("mine",),
        ),
        ("ds_train = make()", "train_ds", ("ds_train",)),
        ("trainData = make()", "train_ds", ("trainData",)),
        ("val = make()\ntesting = make()", "test_ds", ("testing", "val")),
        ("trainLoss = []", "train_losses", ("trainLoss",)),
        ("val_acc = []\nlatest_acc = []", "test_accuracies", ("val_acc", "latest_acc")),
        ("trainingsverluste = []\nverluste = []", "train_losses", ("trainingsverluste", "verluste")),
        ("testgenauigkeiten = []", "test_accuracies", ("testgenauigkeiten",)),
        ("train_curve, accuracies = run()", "test_accuracies", ("accuracies",)),
        ("tr, te, ac = [], [], []", "test_losses", ("te",)),
        ("ds_tr = make()", "train_ds", ("ds_tr",)),
        ("a = make()\nb = make()\nnet.fit(a, epochs=3, validation_data=b)", "train_ds", ("a",)),
        ("a = make()\nb = make()\nnet.fit(x=a, epochs=3, validation_data=b)", "test_ds", ("b",)),
        ("a = make()\nnet.evaluate(a, verbose=0)", "test_ds", ("a",)),
        ("seen, unseen = build()", "train_ds", ("seen",)),
        ("def main():\n    seen, unseen = build()", "test_ds", ("unseen",)),
        ('log = {"train_loss": [], "test_acc": []}', "train_losses", ("train_loss", "log_train_loss")),
        ('a = {"train": {"loss": []}, "test": {"loss": []}}', "test_losses", ("test_loss", "test", "a_test")),
        ('a = defaultdict(list)\na["train_loss"].append(1)', "train_losses", ("train_loss", "a_train_loss")),
        ('loss = 1\nhist = {"loss": [], "binary_accuracy": []}', "train_losses", ("loss", "hist_loss")),
        (
            'acc = 1\nhist = {"BinaryAccuracy": []}',
            "test_accuracies",
            ("acc", "BinaryAccuracy", "hist_BinaryAccuracy"),
        ),
        ("h = dict(Loss=[], val_Loss=[])", "test_losses", ("val_Loss", "h_val_Loss")),
        ('h = {"val loss": [], "binaryaccuracy": []}', "test_losses", ("val_loss", "h_val_loss")),
        ('h = []\nh.append({"loss": 1, "acc": 2})', "train_losses", ("h_loss", "loss")),
        ('h = {"binary_crossentropy": []}', "train_losses", ("binary_crossentropy", "h_binary_crossentropy")),
        ('h = {"binaryaccuracy": []}', "test_accuracies", ("binaryaccuracy", "h_binaryaccuracy")),
        ('class T:\n  def run(self):\n    self.log = {"loss": []}', "train_losses", ("loss", "log_loss")),
        ('log = make()\nlog["test"]["acc"].append(1)', "test_accuracies", ("test_acc",)),
        ("history = net.fit(x)", "test_losses", ("val_loss",)),
        ("class T:\n    def run(self):\n        self.hits = []", "test_accuracies", ("hits",)),
        (
            "class T:\n    def __init__(self, n):\n        self.net = n\n        self.other = n",
            "model",
            ("net",),
        ),
    ],
)
def test_other_names(code, wanted, own):
    assert names(code)[wanted] == own


def test_a_class_of_an_imported_module_goes_by_the_name_it_is_imported_under(tmp_path):
    (tmp_path / "parts.py").write_text(CELL.format(name="Zelle"))
    assert names("from parts import Zelle as Z", root=tmp_path, files=("parts.py",))["LSTM_Cell"] == ("Z",)


def test_code_that_cannot_be_parsed_has_no_roles():
    assert names("class Zelle(:") == {}


def test_a_model_inside_a_function_is_found_although_its_class_is_spelled_alike():
    found = names(MODEL.format(name="Net"), "def main():\n    net = Net()\n    net.fit(data)\n\nmain()\n")
    assert found["model"] == ("net",)


def test_a_cell_may_have_its_gates_in_a_class_of_their_own():
    gate = """
class Tor(tf.keras.layers.Layer):
    def call(self, x, h):
        return tf.nn.sigmoid(self.dense(tf.concat([x, h], -1)))
"""
    cell = """
class Zelle(tf.keras.layers.Layer):
    def __init__(self, units):
        self.oeffnen = Tor(units)
    def call(self, x, states):
        return self.oeffnen(x, states[0]) * tf.tanh(states[1]), states[1]
"""
    assert names(gate, cell, LAYER.format(name="Schicht"))["LSTM_Cell"] == ("Zelle",)


def test_a_layer_may_have_its_step_in_functions():
    step = (
        "def squash(x):\n    return tf.sigmoid(x)\ndef step(x, h, c):\n    return squash(x) * tf.tanh(c), c\n"
    )
    layer = LAYER.format(name="Schicht").replace("self.cell(x[:, t], states)", "step(x[:, t], *states)")
    model = MODEL.format(name="Netz").replace("self.lstm(x)", "Schicht()(x, None)")
    assert names(step, layer, model)["LSTM_Cell"] == ("Schicht", "Netz")  # the nearest to the step first


def test_a_data_set_is_found_behind_many_other_names_of_the_test():
    others = [f"test_{number}th = {number}" for number in range(9)]
    assert "test_dataset" in names(*others, "test_dataset = all_of_it.take(5)")["test_ds"]


MODELS = [roles.model(name) for name in ("exploding_model", "clipped_model", "simple_rnn", "gated_model")]
DEFINED = {role.name: f"{role.name} = keras.Sequential([])" for role in MODELS}


def models(*texts):
    pieces = cell_pieces([NotebookCell(number=n, kind="code", text=text) for n, text in enumerate(texts, 1)])
    defined = assigned(pieces, {})
    return possible_names([role.name for role in MODELS], MODELS, pieces, [], defined, local_in(pieces))


def test_of_several_missing_models_each_is_looked_for_under_names_that_mean_it_alone():
    assert models("model = keras.Sequential([])") == {}
    found = models("model_clipped = keras.Sequential([])", "rnn_model = keras.Sequential([])")
    assert found == {"clipped_model": ("model_clipped",), "simple_rnn": ("rnn_model",)}


def test_the_last_missing_model_may_have_any_name():
    rest = [DEFINED[name] for name in ("exploding_model", "clipped_model", "simple_rnn")]
    assert models(*rest, "lstm_net = keras.Sequential([])\nlstm_net.fit(x)") == {"gated_model": ("lstm_net",)}


def test_a_function_with_more_other_arguments_is_not_meant():
    maker = roles.function("make_series", ["seed"])
    texts = "def noise(time, level=1, seed=None): return 0", "def toy(seed, length=9): return 0"
    pieces = cell_pieces([NotebookCell(number=n, kind="code", text=text) for n, text in enumerate(texts, 1)])
    found = possible_names(["make_series"], [maker], pieces, [], assigned(pieces, {}), ())
    assert found == {"make_series": ("toy",)}


FORECAST = roles.function("forecast", ["model", "series"], aliases=["model_forecast"])


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (
            ["def model_forecast(m, s):\n    forecast = m(s)\n    return forecast"],
            {"forecast": ("model_forecast",)},
        ),
        (
            [
                "def model_forecast(m, s):\n    forecast = m(s)\n    return forecast",
                "def forecast(m, s): pass",
            ],
            {},
        ),
        (["def model_forecast(m, s):\n    forecast = m(s)", "forecast = model_forecast"], {}),
    ],
    ids=["inside alone", "and a function", "and another name for it"],
)
def test_what_a_function_has_inside_is_not_the_function_of_that_name(texts, found):
    pieces = cell_pieces([NotebookCell(number=n, kind="code", text=text) for n, text in enumerate(texts, 1)])
    inner = local_in(pieces)
    defined = {**dict.fromkeys(inner, 1), **assigned(pieces, {})}
    assert possible_names(["forecast"], [FORECAST], pieces, [], defined, inner) == found


def test_what_a_layer_computes_in_its_call_is_none_of_its_parts():
    text = "class Net:\n    def call(self, x):\n        lstm = x\n    def run(self):\n        model = Net()"
    assert local_in(cell_pieces([NotebookCell(number=1, kind="code", text=text)])) == {"model": "Net.run"}


STEP = """
def step(x, h, c):
    gate = lambda k: x @ w[k]
    return tf.sigmoid(gate("o")) * tf.tanh(c), c
"""
LOOP = """
def lstm(xs, h, c):
    for x in xs:
        h, c = step(x, h, c)
    return h
"""
INLINE = """
def lstm(xs, h, c):
    for x in xs:
        c = tf.sigmoid(x @ w) * c + tf.tanh(x @ u)
    return c
"""
SCANNED = """
def lstm(xs, start):
    return tf.scan(lambda s, x: step(x, *s), xs, start)
"""
TRAINS = """
def train(model, ds):
    for x, y in ds:
        with tf.GradientTape() as tape:
            loss = tf.tanh(tf.sigmoid(model(x)))
"""


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        ((STEP, LOOP), "lstm"),
        ((LOOP, STEP), "lstm"),
        ((INLINE,), "lstm"),
        ((STEP, SCANNED), "lstm"),
        ((LOOP,), ""),  # nobody knows what a step is
        ((STEP,), ""),  # nothing goes through a sequence
        ((TRAINS,), ""),
        (("for x in xs:\n    print(tf.sigmoid(tf.tanh(x)))",), ""),
    ],
)
def test_a_function_that_goes_through_a_sequence_by_itself_is_found(texts, name):
    pieces = cell_pieces([NotebookCell(number=n, kind="code", text=text) for n, text in enumerate(texts, 1)])
    assert in_a_function(SHEET.hw.roles, pieces, []) == name
