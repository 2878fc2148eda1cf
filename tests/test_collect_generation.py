"""What the source says about the generation of Keras: plain signs are found, and nothing else is taken for
one."""

from __future__ import annotations

import pytest

from grader.collect.reading.notebook import NotebookCell
from grader.collect.reading.pieces import cell_pieces
from grader.collect.source.facts import read_source
from grader.collect.source.generation import MOST_SIGNS
from grader.keras.names import ONLY
from grader.model import RuntimeSign
from grader.model.runtime import KERAS2, KERAS3

TF = "import tensorflow as tf\n"


def signs(*texts: str) -> tuple[RuntimeSign, ...]:
    pieces = cell_pieces([NotebookCell(number=n, kind="code", text=text) for n, text in enumerate(texts, 1)])
    return read_source(pieces, [], ()).facts.runtime_signs


def runtimes(*texts: str) -> set[str]:
    return {sign.runtime for sign in signs(*texts)}


@pytest.mark.parametrize(
    "text",
    [
        'import os\nos.environ["TF_USE_LEGACY_KERAS"] = "1"',
        'import os\nos.environ["TF_USE_" + "LEGACY_KERAS"] = "True"',
        'import os\nos.environ.setdefault("TF_USE_LEGACY_KERAS", "1")',
        'import os\nos.putenv("TF_USE_LEGACY_KERAS", "1")',
        'import os\nos.environ.update({"TF_USE_LEGACY_KERAS": "1"})',
        'import os\nos.environ.update(TF_USE_LEGACY_KERAS="1")',
        "%env TF_USE_LEGACY_KERAS=1",
        "%env TF_USE_LEGACY_KERAS 1",
        "%set_env TF_USE_LEGACY_KERAS=true",
        "import tf_keras as keras",
        "from tf_keras.layers import Dense",
        "from tensorflow.python.keras.layers import Dense",
        "from tensorflow.keras.layers import AbstractRNNCell, Dense",
        "from tensorflow.keras.layers.experimental import preprocessing",
        "from tensorflow import keras\nlayer = keras.layers.experimental.preprocessing.Normalization()",
        TF + "class Cell(tf.keras.layers.AbstractRNNCell): pass",
        TF + "optimizer = tf.keras.optimizers.legacy.Adam(0.1)",
        TF + "tf.keras.backend.set_learning_phase(1)",
        "from tensorflow.compat.v1.keras.backend import set_session",
        TF + "optimizer = tf.keras.optimizers.SGD(lr=1e-6, momentum=0.9)",
        "from tensorflow.keras.optimizers import Adam\nmodel.compile(loss='mse', optimizer=Adam(lr=0.01))",
        "plt.semilogx(lr_history.history['lr'], lr_history.history['loss'])",
        TF + "mse = tf.keras.metrics.mean_squared_error(a, b).numpy()",
        TF + "assert tf.keras.__version__.startswith('2.')",
        TF + "assert tf.keras.__version__[0] == '2', 'Keras 2, please'",
        TF + "assert tf.keras.__version__ < '3'",
        "import tf_keras\nassert tf_keras.__version__ == '2.15.0'",
        "!pip install -q tensorflow==2.8.0 tqdm",
        "%pip install tensorflow-cpu~=2.15.0",
        "!pip install 'keras==2.9'",
    ],
)
def test_written_for_keras_2(text: str) -> None:
    assert runtimes(text) == {KERAS2}


@pytest.mark.parametrize(
    "text",
    [
        'import os\nos.environ["TF_USE_LEGACY_KERAS"] = "0"',
        "import keras\nx = keras.ops.mean([1.0])",
        "from keras import ops",
        "from tensorflow.keras import ops",
        TF + "x = tf.keras.random.normal((2,))",
        TF + "v = tf.keras.Variable(1.0)",
        "import keras\nassert keras.__version__ >= '3.0'",
        "!pip install 'keras>=3'",
    ],
)
def test_written_for_keras_3(text: str) -> None:
    assert runtimes(text) == {KERAS3}


@pytest.mark.parametrize(
    "text",
    [
        TF + "layer = tf.keras.layers.Dense(3)",
        TF + "optimizer = tf.keras.optimizers.SGD(learning_rate=0.1)\nrate = train(lr=0.1)",
        "import torch\noptimizer = torch.optim.SGD(lr=0.1)",
        "history.history['lr'] = rates\nplt.plot(history.history['lr'])",
        "self.history = {'lr': [], 'loss': []}\nplt.plot(run.history['lr'])",
        "import keras\nlayer = keras.layers.Dense(3)",
        "from tensorflow import keras\nprint(keras.__version__)",
        "try:\n    import tf_keras as keras\nexcept ImportError:\n    from tensorflow import keras",
        TF + "if tf.__version__ >= '2.16':\n    import tf_keras as keras",
        "# import tf_keras",
        "words = 'import tf_keras'",
        "class tf_keras: pass\ntf_keras.layers",
        'import os\nos.environ["TF_CPP_MIN_LOG_LEVEL"] = "1"',
        'import os\nprint(os.environ.get("TF_USE_LEGACY_KERAS"))',
        'import os\nos.environ["TF_USE_LEGACY_KERAS"] = input()',
        "!pip install tensorflow==2.16.1 keras-tuner==2.0",
        "!pip install tensorflow",
        "ops = {}\nops.keras = 1",
        TF + "assert tf.keras.__version__ != '2.0'",
        "x = (",
    ],
)
def test_what_says_nothing(text: str) -> None:
    assert signs(text) == ()


def test_a_sign_says_what_and_where() -> None:
    (sign,) = signs("x = 1", 'import os\n\nos.environ["TF_USE_LEGACY_KERAS"] = "1"')
    assert (sign.says, sign.where) == ("os.environ['TF_USE_LEGACY_KERAS'] = '1'", "cell 2, line 3")
    (sign,) = signs("x = 1\n!pip install tensorflow==2.8.0")
    assert (sign.says, sign.where) == ("!pip install tensorflow==2.8.0", "cell 1, line 2")


def test_signs_come_in_the_order_of_the_code_and_not_without_end() -> None:
    found = signs("import tf_keras", "from keras import ops\nimport tf_keras.layers")
    assert [sign.where for sign in found] == ["cell 1, line 1", "cell 2, line 1", "cell 2, line 2"]
    assert len(signs("import tf_keras\n" * 50)) == MOST_SIGNS


@pytest.mark.parametrize("only", ONLY, ids=lambda only: only.names.pattern)
def test_every_row_of_the_table_finds_its_own_example(only: object) -> None:
    assert runtimes(only.example) == {only.runtime}  # type: ignore[attr-defined]
    assert only.source.startswith(("https://", "tests/"))  # type: ignore[attr-defined]
    assert "20" in only.since  # type: ignore[attr-defined]
