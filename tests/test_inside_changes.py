"""Who changed the weights, as the kernel notices it: each case in a process of its own, since TensorFlow is
changed for good there. They are forked from one that has imported TensorFlow, as kernels are."""

import pytest

from tests.forked import told_by

pytest.importorskip("tensorflow")

BEGIN = """
import json, numpy as np, tensorflow as tf
from grader.run.inside import modules, walk
from grader.run.inside.seen import governor
walk.prepare()
watch = governor.Governor(0)
watch.install()
modules.prepare("/nowhere")
names = globals()
watch.namespace = lambda: dict(names)
model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(3), tf.keras.layers.Dense(1)])
x, y = np.random.default_rng(0).standard_normal((64, 4)).astype("f4"), np.zeros((64, 1), "f4")
data = tf.data.Dataset.from_tensor_slices((x, y)).batch(8)
sgd = tf.keras.optimizers.SGD(0.1)
def slopes(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x) - y) ** 2)
    return tape.gradient(loss, model.trainable_variables)
def put(value):
    for variable in model.variables:
        variable.assign(tf.fill(variable.shape, value))
def train(epochs=1):
    for _ in range(epochs):
        for a, b in data:
            sgd.apply_gradients(zip(slopes(a, b), model.trainable_variables))
"""
END = """
watch.changes.settle()
told = watch.changes.answer()
print(json.dumps({"gradients": told["gradients"] > 0, "bursts": told["bursts"], "loaded": len(told["loaded"]),
                  "of_files": sum(one["loaded"] for one in told["assigned"]), "known": told["known"],
                  "states": sorted({name.rpartition("/")[0] for name in told if "/" in name})}))
"""
TRAINED = {
    "gradients": True,
    "bursts": 0,
    "loaded": 0,
    "of_files": 0,
    "known": True,
    "states": ["early", "first"],
}
PUT = {"bursts": 1, "states": ["assigned/0/after", "assigned/0/before"]}
FIT = "model.compile(sgd, 'mse')\nmodel.fit(data, epochs=2, verbose=0"

LISTED = "unseen, data = data, list(data)\n"

CASES = {
    "a loop": ("train(2)", TRAINED),
    "batches in a list, whose number nobody sees": (
        f"{LISTED}train()\nfor a, b in unseen: pass",
        {**TRAINED, "states": ["first"]},
    ),
    "the same in a graph": (
        f"slopes = tf.function(slopes)\n{LISTED}train()\nfor a, b in unseen: pass",
        {**TRAINED, "states": ["first"]},
    ),
    "few batches in a list": (f"{LISTED}data = data[:2]\ntrain()\nfor a, b in unseen: pass", TRAINED),
    "a traced loop": ("slopes = tf.function(slopes)\ntrain(2)", TRAINED),
    "fit": (f"{FIT})", TRAINED),
    "best weights put back by Keras": (
        (
            f"{FIT}, callbacks=[tf.keras.callbacks.EarlyStopping('loss', patience=0,"
            " restore_best_weights=True, mode='max')])"
        ),
        TRAINED,
    ),
    "best weights put back by hand": (
        "train()\nbest = model.get_weights()\ntrain()\nmodel.set_weights(best)",
        TRAINED,
    ),
    "a checkpoint of its own": (
        (
            "import os, tempfile\nfile = os.path.join(tempfile.mkdtemp(), 'w.weights.h5')\n"
            "train()\nmodel.save_weights(file)\ntrain()\nmodel.load_weights(file)"
        ),
        TRAINED,
    ),
    "a metric, a counter and a rate": (
        (
            "count = tf.Variable(0.0)\nmean = tf.keras.metrics.Mean()\nfor a, b in data:\n   "
            " count.assign_add(1.0)\n    mean.update_state(a)\n    sgd.learning_rate.assign(0.05)\n   "
            " sgd.apply_gradients(zip(slopes(a, b), model.trainable_variables))"
        ),
        TRAINED,
    ),
    "descent by hand": (
        (
            "for _ in range(5):\n    for a, b in data:\n        for v, g in zip(model.trainable_variables,"
            " slopes(a, b)):\n            v.assign_sub(0.1 * g)"
        ),
        {"gradients": True, "bursts": 21},
    ),
    "nothing": ("", {"gradients": False, "bursts": 0, "states": []}),
    "assigned": ("put(1.0)", {"gradients": False, **PUT}),
    "assigned at once": (
        "model.set_weights([np.ones(v.shape) for v in model.variables])",
        {"gradients": False, **PUT},
    ),
    "assigned, then trained": (
        "put(1.0)\ntrain()",
        {"gradients": True, "bursts": 1, "states": [*PUT["states"], "early", "first"]},
    ),
    "trained, then assigned": ("train()\nput(1.0)", {"gradients": True, "bursts": 1, "known": False}),
    "assigned by a callback": (
        f"{FIT}, callbacks=[tf.keras.callbacks.LambdaCallback(on_train_end=lambda logs: put(1.0))])",
        {"gradients": True, "bursts": 1},
    ),
    "loaded from a file of somebody else's": (
        (
            "import os, tempfile\nfile = os.path.join(tempfile.mkdtemp(), 'w.weights.h5')\nwith"
            " watch.changes.paused():\n    old = model.get_weights()\n    put(1.0)\n   "
            " model.save_weights(file)\n    model.set_weights(old)\nmodel.load_weights(file)"
        ),
        {"gradients": False, "bursts": 1, "of_files": 1},
    ),
    "another model of this shape, loaded from a file": (
        (
            "import os, tempfile\nfile = os.path.join(tempfile.mkdtemp(), 'm.keras')\n"
            "with watch.changes.paused():\n    tf.keras.models.clone_model(model).save(file)\n"
            "train()\nmodel, sgd = tf.keras.models.load_model(file), tf.keras.optimizers.SGD(0.1)\ntrain()"
        ),
        {"gradients": True, "loaded": 1, "of_files": 1, "known": True},
    ),
    "another model's best weights, saved here": (
        (
            "import os, tempfile\nfile = os.path.join(tempfile.mkdtemp(), 'm.keras')\n"
            "train()\nmodel.save(file)\ntrain()\nbest = tf.keras.models.load_model(file)"
        ),
        {"gradients": True, "loaded": 1, "of_files": 0, "known": True},
    ),
    "another kind of model, loaded from a file": (
        (
            "import os, tempfile\nfile = os.path.join(tempfile.mkdtemp(), 'w.weights.h5')\n"
            "other = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(7)])\n"
            "with watch.changes.paused():\n    other.save_weights(file)\n"
            "other.set_weights([np.ones(v.shape) for v in other.variables])\ntrain()\n"
            "other.load_weights(file)"
        ),
        {"gradients": True, "of_files": 0, "known": True},
    ),
    "assigned in part": (
        "getattr(model.variables[0], '_value', model.variables[0])[0, 1].assign(5.0)",
        {"gradients": False, **PUT},
    ),
    "assigned by a bare operation": (
        (
            "train()\nfor v in model.variables:\n    v = getattr(v, '_value', v)\n"
            "    tf.raw_ops.AssignVariableOp(resource=v.handle, value=tf.ones(v.shape))"
        ),
        {"gradients": True, "bursts": 0, "known": False},  # not seen, and not known either
    ),
    "put by our own probes": (
        "with watch.changes.paused():\n    put(1.0)\n    slopes(x, y)",
        {"gradients": False, "bursts": 0},
    ),
}


@pytest.fixture(scope="module")
def told():
    """Name of a case -> what was told of it."""
    return told_by({name: BEGIN + code + END for name, (code, _) in CASES.items()})


@pytest.mark.parametrize("case", CASES)
def test_who_changed_the_weights(case, told):
    _, wanted = CASES[case]
    assert told[case] | wanted == told[case]
