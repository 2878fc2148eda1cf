"""Errors that code written for one generation of Keras raises under the other.

Every row holds an example that raises under `under` and runs under the other; a test runs all of them in both
(last measured with TensorFlow 2.21, Keras 3.15 and tf-keras 2.21, 2026-11-20).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from grader.model.runtime import KERAS2, KERAS3

GUIDE = "https://keras.io/guides/migrating_to_keras_3/"
CHANGES = "https://github.com/keras-team/keras/issues/18467"
AUTOGRAPH = "https://github.com/keras-team/keras/issues/20592"
NEWSLETTER = "https://discuss.ai.google.dev/t/keras-newsletter-december-1-2023/28008"
OWN = "tests/test_generations_real.py"
KERAS_3_0 = "Keras 3.0, 2023-11"
MEASURED = "measured with Keras 3.15, 2026-11"


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom:
    """An error, "Name: message", and what it means, in words that follow "under Keras 3" or "under Keras
    2"."""

    under: str
    says: re.Pattern[str]
    means: str
    since: str
    source: str
    example: str


def _keras3(says: str, means: str, source: str, example: str) -> Symptom:
    since = MEASURED if source == OWN else KERAS_3_0
    return Symptom(
        under=KERAS3, says=re.compile(says), means=means, since=since, source=source, example=example
    )


def _keras2(says: str, means: str, source: str, example: str) -> Symptom:
    since = MEASURED if source == OWN else KERAS_3_0
    return Symptom(
        under=KERAS2, says=re.compile(says), means=means, since=since, source=source, example=example
    )


MODEL = "m = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(3,))])\nm.compile('sgd', 'mse')\n"
DATA = "tf.ones((1, 3)), tf.ones((1, 1))"
LAYER = "class Own(tf.keras.layers.Layer):\n"
DROPPED = (
    r"lr|minimize|reset_states|input_shape|output_shape|(?:fit|evaluate|predict)_generator"
    r"|compiled_loss|state_updates|updates"
)
DROPPED += "|get_shape|ref|read_value|initialized_value|scatter_update"  # of variables and symbolic tensors

SYMPTOMS = (
    _keras3(
        r"OperatorNotAllowedInGraphError: (?:.|\n)*(?:Iterating over a symbolic|Using a symbolic)",
        "loops and conditions on tensors inside call are not turned into a graph",
        AUTOGRAPH,
        LAYER
        + "    def call(self, x):\n        for _ in tf.range(3):\n            x = x + 1\n        return x\n"
        "layer = Own()\ntf.function(lambda x: layer(x))(tf.ones((1, 3)))",
    ),
    _keras3(
        r"No gradients provided for any variable",
        "a tf.function that was called before its layers had weights keeps their first values",
        OWN,
        LAYER + "    def __init__(self):\n        super().__init__()\n        self.dense ="
        " tf.keras.layers.Dense(2)\n"
        "    @tf.function\n    def call(self, x):\n        return self.dense(x)\n"
        "layer = Own()\nwith tf.GradientTape() as tape:\n    loss = tf.reduce_sum(layer(tf.ones((1, 3))))\n"
        "gradients = tape.gradient(loss, layer.trainable_variables)\n"
        "tf.keras.optimizers.Adam().apply_gradients(zip(gradients, layer.trainable_variables))",
    ),
    _keras3(
        r"AttributeError: 'str' object has no attribute '_type_enum'",
        "a tape gives no zeros for Keras' own variables that no gradient reaches",
        OWN,
        "dense = tf.keras.layers.Dense(1)\ndense.build((None, 3))\nwith tf.GradientTape() as tape:\n"
        "    loss = tf.reduce_sum(dense(tf.ones((1, 3))))\n"
        "tape.gradient(tf.constant(1.0), dense.trainable_variables,"
        " unconnected_gradients=tf.UnconnectedGradients.ZERO)",
    ),
    _keras3(
        r"You cannot add new elements of state",
        "call may not create weights or layers",
        GUIDE,
        LAYER + "    def call(self, x):\n        self.dense = tf.keras.layers.Dense(2)\n        return"
        " self.dense(x)\nOwn()(tf.ones((1, 3)))",
    ),
    _keras3(
        r"A KerasTensor cannot be used as input to a TensorFlow function",
        "TensorFlow functions do not take what tf.keras.Input gives",
        GUIDE,
        "x = tf.keras.Input((3,))\ntf.concat([x, x], 1)",
    ),
    _keras3(
        r"AttributeError: module '(?:tensorflow\.(?:\w+\.)*keras|keras)[\w.]*' has no attribute",
        "tf.keras lacks a name that Keras 2 has",
        CHANGES,
        "tf.keras.layers.AbstractRNNCell",
    ),
    _keras3(
        r"cannot import name '\w+' from 'tensorflow\.keras|No module named"
        r" 'tensorflow\.(?:compat\.v1\.)?keras",
        "tf.keras lacks a name that Keras 2 has",
        CHANGES,
        "from tensorflow.keras.layers import AbstractRNNCell",
    ),
    _keras3(
        r"`keras\.optimizers\.legacy` is not supported",
        "there are no legacy optimizers",
        OWN,
        "tf.keras.optimizers.legacy.Adam(0.1)",
    ),
    _keras3(
        r"AttributeError: 'Variable' object has no attribute '_(?:in_graph_mode|unique_id)'",
        "the optimizers of TensorFlow 1 know no weights of Keras 3",
        OWN,
        "layer = tf.keras.layers.Dense(1)\nlayer(tf.ones((1, 2)))\n"
        "step = tf.compat.v1.train.AdamOptimizer(0.1).apply_gradients\n"
        "step([(tf.ones((2, 1)), layer.trainable_variables[0])])",
    ),
    _keras3(
        r"Argument\(s\) not recognized: \{'lr'",
        "optimizers call their rate learning_rate, never lr",
        OWN,
        "tf.keras.optimizers.Adam(lr=0.1)",
    ),
    _keras3(
        rf"AttributeError: '\w+' object has no attribute '(?:{DROPPED})'",
        "Keras' objects lack an attribute that they have in Keras 2",
        CHANGES,
        "tf.keras.metrics.Mean().reset_states()",
    ),
    _keras3(
        r"KeyError: 'lr'",
        "training records learning_rate, not lr",
        OWN,
        MODEL + "schedule = tf.keras.callbacks.LearningRateScheduler(lambda epoch: 1e-3)\n"
        f"m.fit({DATA}, verbose=0, callbacks=[schedule]).history['lr']",
    ),
    _keras3(
        r"unexpected keyword argument"
        r" '(?:workers|use_multiprocessing|max_queue_size|reset_metrics|period|l|batch_input_shape"
        r"|experimental_aggregate_gradients)'|Arguments not recognized:"
        r" \{'(?:workers|use_multiprocessing|max_queue_size)",
        "functions of Keras lack an argument that they have in Keras 2",
        GUIDE,
        MODEL + f"m.fit({DATA}, workers=1, verbose=0)",
    ),
    _keras3(
        r"dtype='string' is not a valid dtype for Keras type promotion|Expected `loss_weights` argument to be"
        r" a float .*\n?.*"
        r"loss_weights=\w+ of type <class 'str'>|Failed to convert elements of <\w+ name=\w+> to Tensor",
        "compile takes weights of the loss as its third argument, not metrics",
        OWN,
        "m = tf.keras.Sequential([tf.keras.layers.Dense(1)])\nm.compile('sgd', 'mse',"
        f" ['mae'])\nm.fit({DATA}, verbose=0)",
    ),
    _keras3(
        r"Unrecognized keyword arguments passed to \w+:"
        r" \{'(?:batch_input_shape|weights|time_major|dynamic|fused)'",
        "layers lack an argument that they have in Keras 2",
        GUIDE,
        "tf.keras.layers.LSTM(1, batch_input_shape=(1, None, 1))",
    ),
    _keras3(
        r"Invalid filepath extension for saving|filename must end in `\.weights\.h5`|`save_format` argument"
        r" is deprecated in Keras 3"
        r"|File format not supported: .*Keras 3 only|filepath provided must end in `\.(?:keras|weights\.h5)`",
        "models are stored in other files",
        GUIDE,
        MODEL + "import tempfile\nm.save(tempfile.mkdtemp())",
    ),
    _keras3(
        r"`name` must be passed as a keyword argument|add_variable\(\) got multiple values",
        "add_weight does not take a name as its first argument",
        OWN,
        LAYER + "    def build(self, shape):\n        self.w = self.add_weight('w', shape=(3, 1))\n"
        "    def call(self, x):\n        return x @ self.w\nOwn()(tf.ones((1, 3)))",
    ),
    _keras3(
        r"`add_metric\(\)` method is deprecated",
        "layers have no add_metric",
        OWN,
        LAYER
        + "    def call(self, x):\n        self.add_metric(tf.reduce_mean(x), name='m')\n        return x\n"
        "Own()(tf.ones((1, 3)))",
    ),
    _keras3(
        r"Only input tensors may be passed as positional arguments",
        "numbers and None may not be handed to a layer by position",
        OWN,
        LAYER
        + "    def call(self, x, states):\n        return x\nOwn()(tf.ones((1, 3)), [tf.ones((1, 3)), 0.0])",
    ),
    _keras3(
        r"Cannot convert '\d+' to a shape",
        "a shape is a tuple, never a number",
        OWN,
        "tf.keras.Input(shape=3)",
    ),
    _keras3(
        r"Only instances of `keras\.Layer` can be added",
        "layers of Keras 2 are no layers",
        OWN,
        "from tensorflow.python.keras.layers import Dense\ntf.keras.Sequential([Dense(2)])",
    ),
    _keras3(
        r"'ResourceVariable' object is not callable",
        "the value of a variable is an attribute, not a function",
        OWN,
        "layer = tf.keras.layers.Dense(1)\nlayer(tf.ones((1, 2)))\nlayer.weights[0].value()",
    ),
    _keras3(
        r"property 'model' of '\w+' object has no setter",
        "a callback's model cannot be set",
        OWN,
        "class Own(tf.keras.callbacks.Callback):\n    def __init__(self):\n        self.model ="
        " tf.keras.Sequential()\nOwn()",
    ),
    _keras2(
        r"AttributeError: module '(?:tensorflow\.(?:\w+\.)*keras|tf_keras)[\w.]*' has no attribute",
        "tf.keras lacks a name that Keras 3 has",
        GUIDE,
        "tf.keras.ops.mean([1.0])",
    ),
    _keras2(
        r"cannot import name '\w+' from 'tensorflow\.keras|No module named 'tensorflow\.keras",
        "tf.keras lacks a name that Keras 3 has",
        GUIDE,
        "from tensorflow.keras import ops",
    ),
    _keras2(
        r"is not a valid argument, kwargs should be empty|decay is deprecated in the new TF-Keras optimizer",
        "optimizers lack an argument that they have in Keras 3",
        OWN,
        "tf.keras.optimizers.Adam(gradient_accumulation_steps=2)",
    ),
    _keras2(
        r"AttributeError: '\w+' object has no attribute '(?:apply|stateless_\w+)'",
        "Keras' objects lack an attribute that they have in Keras 3",
        OWN,
        "v = tf.Variable(1.0)\ntf.keras.optimizers.Adam().apply([tf.constant(1.0)], [v])",
    ),
    _keras2(
        r"This model has not yet been built|you cannot build your model if it has positional or keyword"
        r" arguments",
        "a model must be built before it is described",
        OWN,
        "tf.keras.Sequential([tf.keras.layers.Dense(1)]).summary()",
    ),
)


def symptom(runtime: str, error: str) -> Symptom | None:
    """What an error, "Name: message", shows to be missing in a runtime; None when either generation may raise
    it."""
    return next((one for one in SYMPTOMS if one.under == runtime and one.says.search(error)), None)
