"""The numbers of a training are found by when they are written and by what they do: under any name, in any
kind of container. What was not written by this training is not found."""

import numpy as np
import pytest

from tests.forked import told_by
from tests.sampling import some

pytest.importorskip("tensorflow")
pytestmark = pytest.mark.real

BEGIN = """
import collections, dataclasses, json, time, numpy as np, tensorflow as tf
from grader.run.inside import modules, walk
from grader.run.inside.seen import governor, recorded
walk.prepare()
watch = governor.Governor(0)
watch.install()
modules.prepare("/nowhere")
_globals = globals()
watch.namespace = lambda: modules.names_of(_globals, "/nowhere")
watch.scopes = lambda: modules.scopes(_globals, "/nowhere")
watch.hear({"name": "model", "answers": "two classes"})
tf.random.set_seed(1)
make = lambda: tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(1, "sigmoid")])
model, other = make(), make()
_x = np.random.default_rng(0).standard_normal((256, 4)).astype("f4")
_y = (_x.sum(1, keepdims=True) > 0).astype("f4")
model.set_weights([-np.ones((4, 1)), np.ones(1)])
data = tf.data.Dataset.from_tensor_slices((_x[:192], _y[:192])).batch(16)
unseen = tf.data.Dataset.from_tensor_slices((_x[192:], _y[192:])).batch(16)
bce = tf.keras.losses.BinaryCrossentropy()
sgd = tf.keras.optimizers.SGD(0.2)
_T, _E, _A, _S = [], [], [], []
def step(a, b, model, optimizer):
    with tf.GradientTape() as tape:
        loss = bce(b, model(a))
    optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
    return loss
def learn(model=model, optimizer=sgd):
    _S.extend(float(step(a, b, model, optimizer)) for a, b in data)
    _T.append(float(np.mean(_S[-12:])))
    return _T[-1]
def look():
    told = [(float(bce(b, model(a))), float(np.mean((model(a) > 0.5) == (b > 0.5)))) for a, b in unseen]
    _E.append(float(np.mean([one for one, _ in told])))
    _A.append(float(np.mean([one for _, one in told])))
    return _E[-1], _A[-1]
"""
END = """
roles = [{"name": "train_losses", "kind": "numbers", "holds": "loss", "of": "train"},
         {"name": "test_losses", "kind": "numbers", "holds": "loss", "of": "test"},
         {"name": "test_accuracies", "kind": "numbers", "holds": "accuracy", "of": "test"}]
with watch.changes.paused():
    found = recorded.taken(watch.namespace(), roles, {}, watch)
print(json.dumps({"T": _T, "E": _E, "A": _A, "S": _S,
                  **{name: [own, [float(one) for one in told]] for name, (own, told) in found.items()}}))
"""
EPOCHS = "for epoch in range(4):\n    l = learn()\n    t, h = look()\n"
HAND = "verlauf, probe, treffer = [0.6, 0.4, 0.2], [0.6, 0.3, 0.2], [0.5, 0.9, 1.0]\n"


def loop(*lines, before=""):
    """Four epochs, with these lines after each; l, t, h: its loss, and loss and accuracy of the test."""
    return f"{before}\n{EPOCHS}" + "".join(f"    {line}\n" for line in lines)


APPENDED = ("a.append(l)", "b.append(t)", "c.append(h)")
APPENDS = loop(*APPENDED, before="a, b, c = [], [], []")
TRAINER = """
class Meister:
    def __init__(self):
        self.d = {'l': [], 'p': [], 'g': []}
    def los(self):
        for _ in range(4):
            self.d['l'].append(learn())
            t, h = look()
            self.d['p'].append(t)
            self.d['g'].append(h)
meister = Meister()
meister.los()
"""
NESTED = """
def train():
    a, b, c = [], [], []
    def epoch():
        a.append(learn())
        t, h = look()
        b.append(t)
        c.append(h)
    for _ in range(4):
        epoch()
train()
"""
RUNS = """
def run():
    global a, b, c
    a, b, c = [], [], []
    for _ in range(3):
        a.append(learn())
        t, h = look()
        b.append(t)
        c.append(h)
for _ in range(2):
    run()
    del _T[:-3], _E[:-3], _A[:-3]
"""
CALLBACK = """
class Merker(tf.keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = [], [], []
    def on_epoch_end(self, epoch, logs):
        _T.append(float(logs['loss']))
        _E.append(float(logs['val_loss']))
        _A.append(float(logs['val_accuracy']))
        self.a.append(_T[-1])
        self.b.append(_E[-1])
        self.c.append(_A[-1])
merker = Merker()
model.compile(sgd, bce, metrics=['accuracy'])
model.fit(data, validation_data=unseen, epochs=4, verbose=0, callbacks=[merker])
"""
FITTED = """
model.compile(sgd, bce, metrics=[tf.keras.metrics.BinaryAccuracy(name='gut')])
lauf = model.fit(data, validation_data=unseen, epochs=4, verbose=0).history
_T, _E, _A = [[float(one) for one in lauf[key]] for key in ('loss', 'val_loss', 'val_gut')]
"""
OTHER = """
plain = tf.keras.optimizers.SGD(0.2)
a, b, c = [], [], []
for epoch in range(4):
    a.append(learn(other, plain))
    t, h = look()
    b.append(t)
    c.append(h)
"""
CLEARED = OTHER.replace("a, b, c = [], [], []", "a.clear(), b.clear(), c.clear()")
OWN = """
class Netz(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.d = tf.keras.layers.Dense(1, "sigmoid")
    def call(self, x):
        return self.d(x)
Netz.__module__ = "__main__"
model = Netz()
model(_x[:2])
model.set_weights([-np.ones((4, 1)), np.ones(1)])
a, b, c = [], [], []
plain = tf.keras.optimizers.SGD(0.2)
for epoch in range(4):
    a.append(learn(model, plain))
    t, h = look()
    b.append(t)
    c.append(h)
model, plain, a, b, c = Netz(), tf.keras.optimizers.SGD(0.001), [], [], []
model(_x[:2])
a.append(learn(model, plain))
t, h = look()
b.append(t)
c.append(h)
del _T[4:], _E[4:], _A[4:]
"""
LINE = """
@dataclasses.dataclass
class Zeile:
    a: float
    b: float
    c: float
buch = []
"""
MODELS = """
def los(one, rate):
    a, b, c = [], [], []
    optimizer = tf.keras.optimizers.SGD(rate)
    for _ in range(4):
        a.append(learn(one, optimizer))
        t, h = look()
        b.append(t)
        c.append(h)
    return a, b, c
def keep(told):
    for rows, row in zip(alle, told):
        rows.append(row)
train_losses, test_losses, test_accuracies = alle = [], [], []
for one, rate in ((other, 0.9), (model, 0.2), (make(), 0.9)):
    keep(los(one, rate))
del _T[8:], _E[8:], _A[8:], _T[:4], _E[:4], _A[:4], alle
"""
NOTHING = "train_losses, test_losses, test_accuracies = [], [], []"
APPENDED_THERE = ("train_losses.append(l)", "test_losses.append(t)", "test_accuracies.append(h)")
SHEETS = loop(*APPENDED_THERE, before=NOTHING) + "\nwatch.records.look()\n"
RIGHT = {
    "German names": loop("verlauf.append(l)", "probe.append(t)", "gut.append(h)",
                         before="verlauf, probe, gut = [], [], []"),
    "letters": APPENDS,
    "the last numbers alone": SHEETS
    + "keep = train_losses, test_losses, test_accuracies\n"
    + "train_losses, test_losses, test_accuracies = (one[-1] for one in keep)\ndel keep\n",
    "a trainer's dict": TRAINER,
    "class attributes": loop("Heft.a.append(l)", "Heft.b.append(t)", "Heft.c.append(h)",
                             before="class Heft:\n    a, b, c = [], [], []"),
    "np.append": loop("a = np.append(a, l)", "b = np.append(b, t)", "c = np.append(c, h)",
                      before="a = b = c = np.array([])"),
    "arrays made before": loop("a[epoch], b[epoch], c[epoch] = l, t, h",
                               before="a, b, c = np.zeros((3, 4))"),
    "one tuple an epoch": loop("kurve.append((l, t, h))", before="kurve = []"),
    "one dict an epoch": loop("zeilen.append({'nr': epoch, 'a': l, 'b': t, 'c': h, 'wer': 'ich'})",
                              before="zeilen = []"),
    "one object an epoch": loop("buch.append(Zeile(l, t, h))", before=LINE),
    "a dict by epoch": loop("buch[epoch] = [l, t, h]", before="buch = {}"),
    "three lists in one": loop("alles[0].append(l)", "alles[1].append(t)", "alles[2].append(h)",
                               before="alles = [[], [], []]"),
    "one after the other in one list": loop("alles.extend([l, t, h])", before="alles = []"),
    "a table": loop("tafel.loc[epoch] = [l, t, h]",
                    before="import pandas as pd\ntafel = pd.DataFrame(columns=['a', 'b', 'c'])"),
    "returned by a function": NESTED.replace("()\ntrain()", "()\n    return a, b, c\nfound = train()"),
    "a nested function": NESTED,
    "tensors": loop("a.append(tf.constant(l))", "b.append(tf.constant(t))", "c.append(tf.constant(h))",
                    before="a, b, c = [], [], []"),
    "arrays at the end, in percent": f"{APPENDS}a, b, c = np.array(a), np.array(b), 100 * np.array(c)",
    "times and epochs beside them": loop(
        *("nr.append(epoch)", "d.append(time.time() - s)", "s = time.time()"), *APPENDED,
        before="nr, d, a, b, c = [], [], [], [], []\ns = time.time()"),
    "anew for every run": RUNS,
    "bound again for another model": f"{APPENDS}{OTHER}del _T[4:], _E[4:], _A[4:]",
    "bound again with the model": OWN,
    "emptied for another model": f"{APPENDS}watch.records.look()\n{CLEARED}del _T[4:], _E[4:], _A[4:]",
    "emptied under the sheet's names": f"{SHEETS}for one in (train_losses, test_losses, test_accuracies):\n"
                                       "    one.clear()",
    "bound to nothing under the sheet's names": SHEETS + NOTHING,
    "a row for each of three models": MODELS,
    "a callback of fit": CALLBACK,
    "what fit returns, with an accuracy of another name": FITTED,
}  # fmt: skip
WRONG = {
    "made up by hand": loop() + HAND,
    "made up before": HAND + loop(),
    "printed only": loop("json.dumps([l, t, h])"),
    "turned round afterwards": f"{APPENDS}for one in (a, b, c):\n    one.reverse()",
    "those of another model": OTHER + loop(),
    "only the last epoch": loop("jetzt = [l, t, h]"),
    "only the time": loop("d.append(time.time() - s)", "s = time.time()", before="d, s = [], time.time()"),
}
LISTS = {"train_losses": "T", "test_losses": "E", "test_accuracies": "A"}


WRITTEN = {
    "a trainer's dict": 'meister.d["l"]',
    "class attributes": "Heft.a",
    "one tuple an epoch": "[row[0] for row in kurve]",
    "one dict an epoch": '[row["a"] for row in zeilen]',
    "one object an epoch": '[row["a"] for row in buch]',
    "a dict by epoch": "[row[0] for row in buch.values()]",
    "three lists in one": "alles[0]",
    "one after the other in one list": "alles[0::3]",
    "a table": 'tafel["a"]',
    "what fit returns, with an accuracy of another name": "loss",  # as Keras shows it
}

CHOSEN = {name: (RIGHT | WRONG)[name] for name in (*some(list(RIGHT), 5), *some(list(WRONG), 3))}


@pytest.fixture(scope="module")
def told():
    """Name of a case -> what was found, and what there is to find."""
    return told_by({name: BEGIN + code + END for name, code in CHOSEN.items()})


@pytest.mark.parametrize("case", [name for name in RIGHT if name in CHOSEN])
def test_what_a_training_writes_down_is_found(case, told):
    found = told[case]
    for role, true in LISTS.items():
        assert role in found, found
        values = np.asarray(found[role][1]) / (100 if max(found[role][1]) > 1.5 else 1)
        assert values == pytest.approx(np.asarray(found[true])), (role, found)


@pytest.mark.parametrize("case", [name for name in WRITTEN if name in CHOSEN])
def test_it_is_called_as_the_student_writes_it(case, told):
    assert told[case]["train_losses"][0] == WRITTEN[case]


@pytest.mark.parametrize("case", [name for name in WRONG if name in CHOSEN])
def test_what_this_training_did_not_write_is_not_found(case, told):
    assert not told[case].keys() & LISTS.keys(), told[case]


def chosen(now, **pool):
    """Which of these series is taken for which list of the sheet."""
    from grader.run.inside.seen.recorded import choose
    from grader.run.inside.seen.records import KeptRecord

    records = [KeptRecord(name=name, values=np.asarray(values), of="") for name, values in pool.items()]
    lists = (("train", "loss", "train"), ("test", "loss", "test"), ("accuracy", "accuracy", "test"))
    roles = [dict(zip(("name", "holds", "of"), one, strict=True)) for one in lists]
    return {name: one.name for name, one in choose(records, roles, now).items()}


def test_a_training_that_goes_the_wrong_way_is_not_read_the_other_way_round():
    now = {"accuracy": 0.3, "losses": [0.82, 0.3, 0.56]}
    found = chosen(now, a=[0.69, 0.75, 0.81], b=[0.7, 0.76, 0.82], c=[0.5, 0.4, 0.3])
    assert found == {"train": "a", "test": "b", "accuracy": "c"}


def test_accuracies_of_both_data_sets_are_no_losses():
    now = {"accuracy": 0.93, "losses": [0.2, 0.06, 0.15]}
    found = chosen(now, a=[0.5, 0.8, 0.92], b=[0.69, 0.4, 0.21], c=[0.52, 0.81, 0.93], d=[0.68, 0.4, 0.2])
    assert found["accuracy"] in "ac"
    assert (found["train"], found["test"]) == ("b", "d")


def test_where_nothing_is_known_of_the_model_what_rises_is_the_accuracy():
    assert chosen({}, a=[0.7, 0.3], b=[0.6, 0.4], c=[0.5, 0.9]) == {
        "train": "a",
        "test": "b",
        "accuracy": "c",
    }


def test_what_is_found_under_a_name_of_two_is_called_as_the_student_writes_it():
    from grader.run.inside.seen.written import as_written

    history = type("History", (), {"__module__": "keras.src.callbacks.history"})()
    history.history = {"loss": [0.7, 0.6]}
    losses, plain = {"train": [0.5, 0.2]}, [1.0, 2.0]
    scopes = [("", {"losses": losses, "done": history, "plain": plain, "table": {"loss": plain}})]
    assert as_written("losses_train", losses["train"], scopes) == 'losses["train"]'
    assert as_written("done_loss", history.history["loss"], scopes) == 'done.history["loss"]'
    assert as_written("plain", plain, scopes) == "plain"
    assert as_written("rows_loss", [0.9], scopes) == "rows_loss"
