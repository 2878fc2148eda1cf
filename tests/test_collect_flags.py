"""Flags: what an instructor should look at. They accuse nobody, so ordinary code must give none."""

from __future__ import annotations

import pytest

from grader.collect.reading.notebook import NotebookCell
from grader.collect.reading.pieces import cell_pieces
from grader.collect.source.facts import read_source
from grader.collect.source.flags import flags as all_flags
from grader.collect.source.origins import Origins


def flags(*texts: str) -> tuple[str, ...]:
    pieces = cell_pieces([NotebookCell(number=n, kind="code", text=text) for n, text in enumerate(texts, 1)])
    return read_source(pieces, (), ()).flags


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("exec('x = 1')", "exec(...)"),
        ("import builtins\nbuiltins.eval('1')", "builtins.eval(...)"),
        ("compile(s, 'f', 'exec')", "compile(...)"),
        ("run = exec\nrun(s)", "run(...)"),
        ("__import__('os')", "__import__(...)"),
        ("getattr(x, name)", "getattr(x, name)"),
        ("import tensorflow as tf\ngetattr(tf, 'keras')", "getattr(tf, 'keras')"),
        ("import base64", "import of base64"),
        ("from marshal import loads", "import of marshal.loads"),
        ("import ctypes.util", "import of ctypes.util"),
        ("import grader.judge", "import of grader.judge"),
        ("from keras.src import layers", "import of keras.src.layers"),
        ("import tensorflow as tf\ntf.raw_ops.MatMul(a)", "tf.raw_ops"),
        ("import sys\nsys._getframe(1)", "sys._getframe(...)"),
        ("import inspect\ninspect.stack()", "inspect.stack(...)"),
        ("from inspect import currentframe as cf\ncf()", "cf(...)"),
        ("def get_ipython(): pass", "get_ipython is replaced"),
        ("get_ipython = None", "get_ipython is replaced"),
        ("get_ipython().run_cell = f", "get_ipython().run_cell = ..."),
        ("get_ipython().events.register('x', f)", "get_ipython().events"),
        ("import numpy as np\nnp.allclose = f", "np.allclose = ..."),
        ("import tensorflow as tf\ntf.keras.Model.fit = f", "tf.keras.Model.fit = ..."),
        ("globals()['x'] = 1", "globals()[...]"),
        ("globals().update(x)", "globals().update"),
        ("__builtins__", "__builtins__"),
        ("import sys\nsys.modules['x']", "sys.modules"),
        ("import os\nos.environ['CI']", "reads the environment variable CI"),
        ("import os\nos.environ.get('GRADER_KEY')", "reads the environment variable GRADER_KEY"),
        ("from os import getenv\ngetenv('GITHUB_ACTIONS')", "reads the environment variable GITHUB_ACTIONS"),
        ("import os\nif 'CI' in os.environ: pass", "reads the environment variable CI"),
        ("open('/proc/self/maps')", "names /proc"),
        ("import os\nos._exit(0)", "os._exit(...)"),
    ],
)
def test_a_flag(text: str, says: str) -> None:
    line = text.count("\n") + 1
    assert flags(text) == (f"cell 1, line {line}: {says}",)


@pytest.mark.parametrize(
    "text",
    [
        "model.compile('adam')\nmodel.eval()\nimport re\nre.compile('x')",
        "def eval(model): pass\neval(m)",
        "getattr(history, 'history')",
        "import os\nos.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'\nos.environ.get('HOME')\nos.environ['CI'] = '1'",
        "get_ipython().run_line_magic('matplotlib', 'inline')",
        (
            "import pandas as pd\npd.options.display.max_rows = 5\nimport matplotlib.pyplot as"
            " plt\nplt.rcParams['x'] = 1"
        ),
        "self.x = 1\nmodel.optimizer.lr = 0.1",
        "# exec('x')\n'eval(x) /process /procedure'",
        "import tensorflow as tf\ntf.random.set_seed(1)\ntf.config.run_functions_eagerly(True)",
    ],
)
def test_ordinary_code_has_none(text: str) -> None:
    assert flags(text) == ()


def test_at_most_twenty_lines_each_once() -> None:
    many = flags("\n".join(f"exec('{n}')" for n in range(30)), "eval(x); eval(y)")
    assert len(many) == 20
    assert many[-1] == "12 more like these"


def test_a_maze_of_names_is_a_flag_of_its_own() -> None:
    pieces = cell_pieces([NotebookCell(number=1, kind="code", text="a.b.c.d.e.f\n" * 20)])
    assert all_flags(Origins(pieces, (), {}, lookups=50))[0].startswith("too many names to follow")
