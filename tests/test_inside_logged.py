"""What a notebook calls its history is known by whether a training was seen to write it: by `fit`, a loop of
one's own, or steps over arrays; what is typed in is not."""

import pytest

from grader.judge.identify.typed_in import where_typed
from tests.forked import told_by
from tests.test_inside_records import BEGIN

pytest.importorskip("tensorflow")
pytestmark = pytest.mark.real

END = """
watch.records.look()  # the cell ends
with watch.changes.paused():
    print(json.dumps(1.0 if watch.logged.knows(curve) else 0.5 if watch.logged.may_know(curve) else 0.0))
"""
COMPILED = "watch.records.look()\nmodel.compile(sgd, bce, metrics=['accuracy'])\n"
FITTED = COMPILED + "h = model.fit(data, validation_data=unseen, epochs=4, verbose=0).history\n"
BROKEN_OFF = """
class Stop(tf.keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 3:
            raise KeyboardInterrupt
try:
    model.fit(data, epochs=4, verbose=0, callbacks=[Stop()])
except KeyboardInterrupt:
    curve = model.history.history["loss"]
"""
FUNCTION = """
def trained():
    d = {"acc": []}
    for _ in range(4):
        learn()
        d["acc"].append(look()[1])
    return d
curve = trained()["acc"]
"""
EVALUATED = """
curve = []
for _ in range(4):
    model.fit(data, epochs=1, verbose=0)
    curve.append(model.evaluate(unseen, verbose=0)[1])
"""
ARRAYS = """
curve = []
for _ in range(4):
    for k in range(0, 192, 16):
        loss = step(_x[k : k + 16], _y[k : k + 16], model, sgd)
    curve.append(float(loss))
"""
BATCHES = """
curve = []
for k in range(0, 192, 16):
    curve.append(float(model.train_on_batch(_x[k : k + 16], _y[k : k + 16])[0]))
"""
BY_EPOCH = """
curve = []
for _ in range(4):
    curve += model.fit(data, epochs=1, verbose=0).history["accuracy"]
"""
NEXT_CELL = "watch.records.look()\n"
WRITTEN = {
    "what fit returned": FITTED + "curve = h['val_accuracy']",
    "the same in percent": FITTED + "curve = [100 * one for one in h['accuracy']]",
    "a fit for each epoch": COMPILED + BY_EPOCH,
    "evaluated after each epoch": COMPILED + EVALUATED,
    "a training that is broken off": COMPILED + BROKEN_OFF,
    "a loop of one's own": "curve = []\nfor _ in range(4):\n    curve.append(learn())",
    "a dict that a function returns": FUNCTION,
}
BESIDE = {
    "a loop over arrays": NEXT_CELL + ARRAYS,
    "steps of train_on_batch": COMPILED + BATCHES,
    "typed in, in the cell of a training": f"{COMPILED}curve = [0.51, 0.74]\nmodel.fit(_x, _y, verbose=0)",
}
PUT = "h['accuracy'] = list(np.linspace(.5, .97, 4))\n"
NOT_WRITTEN = {
    "typed in, and nothing trained": "curve = [0.51, 0.74, 0.88, 0.96]",
    "typed in after a training": FITTED + NEXT_CELL + "curve = [0.51, 0.74, 0.88, 0.96]",
    "made by a formula": FITTED + NEXT_CELL + "curve = list(1 - 0.5 * np.exp(-np.arange(4.0)))",
    "put into what fit returned": f"{FITTED}{NEXT_CELL}{PUT}{NEXT_CELL}curve = h['accuracy']",
    "nothing": "curve = []",
}


@pytest.fixture(scope="module")
def told():
    """Name of a case -> how surely its curve is known."""
    return told_by({name: BEGIN + code + END for name, code in (WRITTEN | BESIDE | NOT_WRITTEN).items()})


@pytest.mark.parametrize("case", WRITTEN)
def test_what_a_training_writes_is_known(case, told):
    assert told[case] == 1.0


@pytest.mark.parametrize("case", BESIDE)
def test_what_came_to_be_in_a_cell_that_trained_may_be_known(case, told):
    assert told[case] == 0.5


@pytest.mark.parametrize("case", NOT_WRITTEN)
def test_what_no_training_wrote_is_not_known(case, told):
    assert told[case] == 0.0


@pytest.mark.parametrize(
    ("source", "values", "place"),
    [
        ("h = {'acc': [.5, 0.75],\n 'val': (1, -2)}", [1.0, -2.0], "cell 3, line 2"),
        ("h = [3.0, float('nan'), np.inf]", [3.0, float("nan"), float("inf")], "cell 3, line 1"),
        ("h = [.5, x, 1]", [0.5, 0.7, 1.0], ""),
        ("h = [.5, .6", [0.5, 0.6], ""),
        ("h = [.5, .6]", [0.5, 0.61], ""),
    ],
)
def test_where_numbers_are_typed_in_is_read(source, values, place):
    assert where_typed(f"# --- cell 3 ---\n{source}", values) == place
