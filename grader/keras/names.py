"""Names that exist in one generation of Keras alone, and versions of packages that bring one.

Every name holds an example that runs under `runtime` and raises under the other; a test runs all of them in
both (last measured with TensorFlow 2.21, Keras 3.15 and tf-keras 2.21, 2026-11-20).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from grader.keras.symptoms import GUIDE, KERAS_3_0, MEASURED, NEWSLETTER, OWN
from grader.model.runtime import KERAS2, KERAS3


@dataclass(frozen=True, slots=True, kw_only=True)
class Only:
    """Names that exist in one generation alone. `example` runs there and raises in the other: a test runs it
    in both."""

    runtime: str
    names: re.Pattern[str]  # of what a name stands for, dotted
    means: str
    since: str  # which release parted the two
    source: str  # where it is said
    example: str


def _only(runtime: str, names: str, means: str, since: str, source: str, example: str) -> Only:
    return Only(
        runtime=runtime,
        names=re.compile(rf"(?:{names})(?:\..+)?"),
        means=means,
        since=since,
        source=source,
        example=example,
    )


ONLY = (
    _only(
        KERAS2,
        r"tf_keras",
        "the package tf_keras is Keras 2",
        "TensorFlow 2.16, 2024-03",
        NEWSLETTER,
        "import tf_keras, tensorflow as tf\nassert issubclass(tf_keras.layers.Dense, tf.keras.layers.Layer)",
    ),
    _only(
        KERAS2,
        r"tensorflow\.python\.keras",
        "layers of tensorflow.python.keras are not layers for Keras 3",
        "Keras 2.6, 2021-08: kept as legacy code",
        "https://github.com/keras-team/keras/releases/tag/v2.6.0",
        "import tensorflow as tf\nfrom tensorflow.python.keras.layers import"
        " Dense\ntf.keras.Sequential([Dense(2)])",
    ),
    _only(
        KERAS2,
        r"tensorflow\.compat\.v1\.keras",
        "the Keras of TensorFlow 1 came with Keras 2",
        MEASURED,
        OWN,
        "from tensorflow.compat.v1.keras.backend import set_session",
    ),
    _only(
        KERAS2,
        r"tensorflow\.keras\.layers\.(?:experimental|AbstractRNNCell|LocallyConnected[12]D|DenseFeatures)",
        "these layers are gone in Keras 3",
        KERAS_3_0,
        GUIDE,
        "import tensorflow as tf\ntf.keras.layers.AbstractRNNCell",
    ),
    _only(
        KERAS2,
        r"tensorflow\.keras\.optimizers\.(?:legacy|experimental)\.\w+",
        "these optimizers are gone in Keras 3",
        MEASURED,
        OWN,
        "import tensorflow as tf\ntf.keras.optimizers.legacy.Adam(0.1)",
    ),
    _only(
        KERAS2,
        r"tensorflow\.keras\.(?:experimental|estimator|backend\.(?:set_learning_phase|placeholder|function))",
        "these functions are gone in Keras 3",
        MEASURED,
        OWN,
        "import tensorflow as tf\ntf.keras.backend.set_learning_phase(1)",
    ),
    _only(
        KERAS2,
        r"tensorflow\.keras\.(?:losses|metrics)\.mean_(?:absolute|squared)(?:_logarithmic|_percentage)?_error",
        "Keras 3 has these functions under their short names alone",
        MEASURED,
        OWN,
        "import tensorflow as tf\ntf.keras.metrics.mean_squared_error([1.0], [1.0])",
    ),
    _only(
        KERAS3,
        r"(?:tensorflow\.)?keras\.(?:ops|random|config|tree|distribution|quantizers|Variable|KerasTensor)",
        "these modules came with Keras 3",
        KERAS_3_0,
        GUIDE,
        "import tensorflow as tf\ntf.keras.ops.mean([1.0])",
    ),
)
# called with lr in place of learning_rate, they raise in Keras 3
OPTIMIZERS = re.compile(r"(?:tensorflow\.)?keras\.optimizers\.[A-Z]\w*")
RATE = "lr"  # so Keras 2 also calls what a scheduler leaves in a history
# of a package's version in `!pip install tensorflow==2.8.0`; TensorFlow brings Keras 3 since 2.16
INSTALLS = (
    (
        re.compile(r"\btensorflow(?:[-_](?:cpu|gpu))?(?:\[[\w,-]*\])?\s*(?:==|~=|<=?)\s*2\.(?:\d|1[0-5])\b"),
        KERAS2,
    ),
    (re.compile(r"(?<![\w-])keras\s*(?:==|~=)\s*2\."), KERAS2),
    (re.compile(r"(?<![\w-])keras\s*(?:==|~=|>=)\s*3\b"), KERAS3),
)


def needed_by(names: Iterable[str]) -> str:
    """The runtime that one of these names, dotted, is sure to need; "" for nearly all."""
    return next((only.runtime for name in names for only in ONLY if only.names.fullmatch(name)), "")


def installed_by(command: str) -> str:
    """The runtime that the version in an install command brings; "" where it says nothing."""
    return next((runtime for version, runtime in INSTALLS if version.search(command)), "")
