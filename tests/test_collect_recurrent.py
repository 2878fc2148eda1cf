"""Ready-made recurrent layers are found under any name, and nothing else is taken for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.collect.reading.notebook import NotebookCell
from grader.collect.reading.pieces import cell_pieces, local_modules
from grader.collect.source.facts import read_source


def found(*texts: str, root: Path | None = None, files: tuple[str, ...] = ()) -> tuple[str, ...]:
    pieces = cell_pieces([NotebookCell(number=n, kind="code", text=text) for n, text in enumerate(texts, 1)])
    modules = local_modules(pieces, root, files, "hw.ipynb") if root else []
    return read_source(pieces, modules, ()).facts.builtin_recurrent


TF = "import tensorflow as tf\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (TF + "x = tf.keras.layers.LSTM(3)", "tf.keras.layers.LSTM(...)"),
        (TF + "x = tf.keras.layers.RNN(own_cell)", "tf.keras.layers.RNN(...)"),
        (TF + "class A(tf.keras.layers.GRUCell): pass", "tf.keras.layers.GRUCell"),
        (TF + "x = tf.compat.v1.nn.rnn_cell.BasicLSTMCell(3)", "tf.compat.v1.nn.rnn_cell.BasicLSTMCell(...)"),
        (TF + "x = tf.compat.v1.nn.dynamic_rnn(c)", "tf.compat.v1.nn.dynamic_rnn(...)"),
        (TF + "x = tf.raw_ops.BlockLSTMV2(x)", "tf.raw_ops.BlockLSTMV2(...)"),
        (TF + "x = tf.raw_ops.CudnnRNNV3(x)", "tf.raw_ops.CudnnRNNV3(...)"),
        (TF + "cls = tf.keras.layers.LSTM", "tf.keras.layers.LSTM"),
        (TF + "x = getattr(tf.keras.layers, 'LS' + 'TM')(3)",
         "getattr(tf.keras.layers, 'LS' + 'TM')(...), which is tensorflow.keras.layers.LSTM"),
        (TF + "n = 'LS'\nx = getattr(tf.keras.layers, f'{n}TM')",
         "getattr(tf.keras.layers, f'{n}TM'), which is tensorflow.keras.layers.LSTM"),
        (TF + "x = vars(tf.keras.layers)['LSTM'](3)",
         "vars(tf.keras.layers)['LSTM'](...), which is tensorflow.keras.layers.LSTM"),
        (TF + "x = tf.keras.layers.__dict__['MTSL'[::-1]]",
         "tf.keras.layers.__dict__['MTSL'[::-1]], which is tensorflow.keras.layers.LSTM"),
        (TF + "x = tf.keras.layers.deserialize({'class_name': 'LSTM'})",
         "tf.keras.layers.deserialize({'class_name': 'LSTM'})"),
        ("from tensorflow import keras\nx = keras.layers.SimpleRNN(3)", "keras.layers.SimpleRNN(...)"),
        ("from tensorflow.keras import layers\nx = layers.Bidirectional(y)", "layers.Bidirectional(...)"),
        ("from tensorflow.keras.layers import LSTM\nx = LSTM(3)", "LSTM(...)"),
        ("from tensorflow.keras.layers import LSTM as My\nx = My(3)",
         "My(...), which is tensorflow.keras.layers.LSTM"),
        ("from tensorflow.keras.layers import *\nx = LSTM(3)", "LSTM(...)"),
        ("import tensorflow.keras.layers as L\nx = L.ConvLSTM2D(3)", "L.ConvLSTM2D(...)"),
        ("import keras\nL = keras.layers\nx = L.StackedRNNCells(3)", "L.StackedRNNCells(...)"),
        ("import importlib\nL = importlib.import_module('keras.layers')\nx = L.GRU(3)", "L.GRU(...)"),
        ("x = __import__('keras').layers.GRU(3)", "__import__('keras').layers.GRU(...)"),
        ("def f():\n    from keras.layers import LSTMCell\n    return LSTMCell(3)", "LSTMCell(...)"),
        ("from keras.src.layers.rnn.lstm import LSTM\nx = LSTM(3)", "LSTM(...)"),
        ("import torch.nn as nn\nx = nn.LSTM(3)", "nn.LSTM(...)"),
        ("model.add(layers.LSTM(3))", "layers.LSTM(...)"),
        ("%time x = keras.layers.LSTM(3)", "keras.layers.LSTM(...)"),
        ("a, L = 1, keras.layers\nx = L.LSTM", "L.LSTM"),
    ],
)  # fmt: skip
def test_a_use_under_any_name(text: str, says: str) -> None:
    assert [line.split(": ", 1)[1] for line in found(text)] == [says]


def test_the_place_is_told() -> None:
    assert found("x = 1", TF + "y = tf.keras.layers.LSTM(3)\nz = tf.keras.layers.GRU(3)") == (
        "cell 2, line 2: tf.keras.layers.LSTM(...)",
        "cell 2, line 3: tf.keras.layers.GRU(...)",
    )


@pytest.mark.parametrize(
    "text",
    [
        "from tensorflow.keras.layers import LSTM, GRU",
        "# tf.keras.layers.LSTM(3)\n'tf.keras.layers.LSTM'\n'''LSTM'''",
        "class LSTM: pass\nx = LSTM(3)",
        "from tensorflow.keras.layers import LSTM\nclass LSTM: pass\nx = LSTM(3)",
        "from tensorflow.keras.layers import *\nclass LSTMCell: pass\nx = LSTMCell(3)",
        TF + "class LSTM_Cell(tf.keras.layers.AbstractRNNCell): pass\nx = LSTM_Cell(3)",
        TF + "x = tf.keras.layers.Dense(3)\ny = tf.keras.layers.TimeDistributed(x)",
        TF + "def f(cell: tf.keras.layers.LSTMCell) -> tf.keras.layers.RNN:\n    x: tf.keras.layers.LSTM",
        TF + "isinstance(layer, (tf.keras.layers.LSTM, tf.keras.layers.GRU))",
        "from model import LSTM\nx = LSTM(3)",
        "import model\nx = model.LSTM(3)",
        "x = self.LSTM(3)\ny = LSTM(3)\nmodel.lstm(3)",
        "def f(layers):\n    return layers.LSTM(3)",
        "def LSTM(x): pass\nx = LSTM(3)",
        "from keras.layers import LSTM\nLSTM = my_layer()\nx = LSTM(3)",
        "x = getattr(self, 'LSTM')",
        "def broken(:\n    tf.keras.layers.LSTM(3)",
    ],
)
def test_what_is_no_use(text: str) -> None:
    assert found(text) == ()


def test_the_last_definition_before_a_use_counts_across_cells() -> None:
    own, ready = "class LSTMCell: pass", "from tensorflow.keras.layers import LSTMCell"
    assert found(ready, own, "x = LSTMCell(3)") == ()
    assert found(own, ready, "x = LSTMCell(3)") == ("cell 3, line 1: LSTMCell(...)",)
    assert found(own, "x = LSTMCell(3)", ready) == ()
    assert found(own, "def f():\n    return LSTMCell(3)", ready, "f()") == ("cell 2, line 2: LSTMCell(...)",)
    assert found(ready, "LSTMCell = LSTMCell") == ("cell 2, line 1: LSTMCell",)


def test_a_module_beside_the_notebook_is_followed(tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text(
        "from keras.layers import LSTM as Memory, GRU\nfrom other import *\nclass GRU: pass"
    )
    (tmp_path / "other.py").write_text(
        "import keras\nHidden = keras.layers.SimpleRNN\ndef make():\n    return keras.layers.LSTM(3)"
    )
    files = ("helper.py", "other.py")
    assert found("from helper import Memory\nx = Memory(3)", root=tmp_path, files=files) == (
        "cell 1, line 2: Memory(...), which is keras.layers.LSTM",
        "other.py, line 2: keras.layers.SimpleRNN",
        "other.py, line 4: keras.layers.LSTM(...)",
    )
    assert (
        found("import helper\nx = helper.GRU(3)\ny = helper.Memory(3)", root=tmp_path, files=files)[0]
        == "cell 1, line 3: helper.Memory(...), which is keras.layers.LSTM"
    )
    assert found("from helper import *\nx = Memory(3)", root=tmp_path, files=files)[0].startswith(
        "cell 1, line 2: Memory"
    )


def test_a_file_that_a_cell_writes_is_followed() -> None:
    assert found(
        "%%writefile helper.py\nfrom keras.layers import LSTM as Memory",
        "from helper import Memory\nMemory(3)",
    ) == ("cell 2, line 2: Memory(...), which is keras.layers.LSTM",)


def test_circles_of_names_come_to_an_end() -> None:
    assert found("a = b\nb = a\na.LSTM\nx = getattr(x, 'y')\nx.LSTM") == ()
