"""What Keras and TensorFlow dropped is what it was, in either generation of Keras, for a homework of its
time."""

import json
import os
import subprocess
import sys

import pytest

pytest.importorskip("tensorflow")

pytestmark = pytest.mark.real
LINES = {  # what a notebook of 2017 to 2021 says -> what it is today
    "from keras.utils.np_utils import to_categorical as x": "tf.keras.utils.to_categorical",
    "from keras.utils import np_utils; x = np_utils.to_categorical": "tf.keras.utils.to_categorical",
    "from keras.optimizers import adam_v2; x = adam_v2.Adam": "tf.keras.optimizers.Adam",
    "from keras.optimizer_v2.adam import Adam as x": "tf.keras.optimizers.Adam",
    "from keras.engine.topology import Layer as x": "tf.keras.layers.Layer",
    "from keras.engine import Input as x": "tf.keras.layers.Input",
    "from keras.engine.training import Model as x": "tf.keras.models.Model",
    "import keras.layers.core as core; x = core.Dense": "tf.keras.layers.Dense",
    "from keras.layers.recurrent import LSTM as x": "tf.keras.layers.LSTM",
    "from tensorflow.keras.layers.recurrent import GRU as x": "tf.keras.layers.GRU",
    "from keras.layers import CuDNNLSTM as x": "tf.keras.layers.LSTM",
    "x = tf.keras.layers.CuDNNGRU": "tf.keras.layers.GRU",
    "from tensorflow.python.keras.layers import LSTM as x": "tf.keras.layers.LSTM",
    "from tensorflow.python.keras.layers import Dense as x": "tf.keras.layers.Dense",
    "from tensorflow.python.keras.layers.recurrent_v2 import LSTM as x": "tf.keras.layers.LSTM",
    "from tensorflow.python.keras.models import Sequential as x": "tf.keras.Sequential",
    "from tensorflow.python.keras.utils.np_utils import to_categorical as x": "tf.keras.utils.to_categorical",
    "from tensorflow.python.keras.preprocessing.sequence import pad_sequences as x": (
        "tf.keras.preprocessing.sequence.pad_sequences"
    ),
    "x = tf.log": "tf.compat.v1.log",
    "x = tf.random.set_random_seed": "tf.random.set_seed",
    "x = tf.keras.mixed_precision.experimental.set_policy": "tf.keras.mixed_precision.set_global_policy",
    "tf.enable_eager_execution(); x = 1": "1",
}
STAYS = {  # what is wrong stays wrong, and TensorFlow's own code sees its own modules
    "from keras.layers.recurrent import NoSuchLayer": "ImportError",
    "import keras.no_such_module": "ModuleNotFoundError",
    "tf.placeholder": "AttributeError",
    "exec('from tensorflow.python.keras.layers import Dense', other := {'__name__': 'library'});"
    "assert 'tensorflow.python' in other['Dense'].__module__": "",
}
SCRIPT = """
import json, os, pickle, sys, numpy as np, tensorflow as tf
from grader.run.inside import modules
from grader.run.inside.period import keras_two, old_keras, period
modules.prepare(os.getcwd())
if keras_two.is_wanted():
    keras_two.install()
old_keras.install()
for name in [name for name in sys.modules if name.startswith("grader")]:
    del sys.modules[name]  # as a kernel does: what is ours cannot be imported from then on
sys.path[:] = [path for path in sys.path if path != os.environ["PYTHONPATH"]]
sys.meta_path[:] = [one for one in sys.meta_path if "editable" not in getattr(one, "__module__", "")]
found = {}
for line, today in json.load(sys.stdin)["lines"].items():
    names = {"tf": tf, "__name__": "__main__"}
    try:
        exec(line, globals())
        found[line] = x is eval(today) or x == eval(today)
    except Exception as problem:
        found[line] = f"{type(problem).__name__}: {problem}"
stays = {}
for line in json.loads(sys.argv[1]):
    try:
        exec(line, globals())
        stays[line] = ""
    except Exception as problem:
        stays[line] = type(problem).__name__
model = tf.keras.Sequential([tf.keras.layers.Dense(1, activation="sigmoid")])
optimizer = tf.keras.optimizers.Adam(0.5)
model.compile(optimizer, "mse", metrics=["accuracy"])
data = np.eye(4), np.ones((4, 1))
history = model.fit(*data, validation_data=data, verbose=0).history
optimizer.lr = 0.25
print(json.dumps({
    "found": found,
    "stays": stays,
    "acc": [history["acc"] == history["accuracy"], history["val_acc"] == history["val_accuracy"]],
    "kept": pickle.loads(pickle.dumps(history)) == dict(history),
    "classes": model.predict_classes(np.eye(4)).shape,
    "proba": bool(np.allclose(model.predict_proba(np.eye(4)), model.predict(np.eye(4), verbose=0))),
    "rate": [float(optimizer.learning_rate), float(optimizer.lr)],
    "said": period.said(),
}))
"""


@pytest.mark.parametrize("keras_two", [False, True])
def test_what_was_dropped_is_what_it_was(keras_two, tmp_path, request):
    root = {"PYTHONPATH": str(request.config.rootpath)}  # the folder of the student's is another
    env = {**os.environ, **root, "TF_CPP_MIN_LOG_LEVEL": "3", "TF_USE_LEGACY_KERAS": str(int(keras_two))}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(list(STAYS))],
        input=json.dumps({"lines": LINES}),
        capture_output=True,
        text=True,
        env=env,
        cwd=tmp_path,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert {line: found for line, found in told["found"].items() if found is not True} == {}
    assert told["stays"] == STAYS
    assert (told["acc"], told["kept"]) == ([True, True], True)
    assert (told["classes"], told["proba"]) == ([4, 1], True)
    assert told["rate"] == [0.25, 0.25]
    assert any("np_utils" in said for said in told["said"])
