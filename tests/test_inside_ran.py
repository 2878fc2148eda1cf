"""What runs while the cell is asked: every disguise of tests/submissions/hostile/borrowed.py shows itself,
and honest work shows nothing.

The cells run in children of one process that has imported tensorflow once (tests/small_kernel.py), with the
code that runs in a kernel. In the fast tests a part of them, by hash; with GRADER_TEST_ALL all.
"""

import hashlib
import os
from functools import cache

import pytest

from grader import roles
from grader.assignment import Assignment
from grader.judge.checks.layers import ready_made
from grader.judge.identify import witnessed
from grader.model import Observation, Run, SourceFacts, Status, Submission
from grader.pipeline.attempts import Attempt, noted
from grader.probes.sightings import AtWork
from grader.run.inside.seen import library
from tests.corpus import HOMEWORKS, blocks, text
from tests.made_up_student import Student
from tests.small_kernel import run
from tests.submissions.hostile.borrowed import ATTACKS, HONEST, IMPORTS

pytest.importorskip("tensorflow")

ALL = bool(os.environ.get("GRADER_TEST_ALL"))
ONE_IN = 6
PAIR = HONEST.replace(
    "return tf.sigmoid(o) * tf.tanh(cell), cell", "return State(tf.sigmoid(o) * tf.tanh(cell), cell)"
)
INDENTED = "\n".join("    " + line for line in HONEST.splitlines())
HELPER = "import tensorflow as tf\n" + HONEST
HONEST_CELLS = {
    "a cell magic": ([IMPORTS, "%%time\n" + HONEST], {}),
    "output that is kept": ([IMPORTS, "%%capture said\n" + HONEST], {}),
    "a timed statement": ([IMPORTS, HONEST, "%time cell = LSTM_Cell(3)", "%timeit -n1 -r1 np.zeros(3)"], {}),
    "a configured page": ([IMPORTS, "%matplotlib inline\n%config InlineBackend.figure_format = 'retina'\nimport matplotlib.pyplot as plt", HONEST], {}),
    "a module": ([IMPORTS, "from mine import LSTM_Cell"], {"mine.py": HELPER}),
    "a module that a cell writes": ([IMPORTS, "%%writefile mine.py\n" + HELPER, "from mine import LSTM_Cell"], {}),
    "a module that is run": ([IMPORTS, "%run -i mine.py"], {"mine.py": HELPER}),
    "a module that is loaded again": ([IMPORTS, "%load_ext autoreload\n%autoreload 2", "import mine\nimport importlib\nmine = importlib.reload(mine)\nLSTM_Cell = mine.LSTM_Cell"], {"mine.py": HELPER}),
    "a named pair": ([IMPORTS, "from typing import NamedTuple\nclass State(NamedTuple):\n    h: tf.Tensor\n    c: tf.Tensor", PAIR], {}),
    "a pair by its fields": ([IMPORTS, "from collections import namedtuple\nState = namedtuple('State', 'h c')", PAIR], {}),
    "a data class": ([IMPORTS, "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass State:\n    h: object\n    c: object", PAIR], {}),
    "a traced step": ([IMPORTS, HONEST.replace("    def call", "    @tf.function\n    def call")], {}),
    "a loop that AutoGraph translates": ([IMPORTS, HONEST.replace("        i, f, g, o", "        for _ in tf.range(1):\n            x = x + 0.0\n        i, f, g, o").replace("    def call", "    @tf.function\n    def call")], {}),
    "later annotations": (["from __future__ import annotations", IMPORTS, HONEST], {}),
    "a decorated step": ([IMPORTS, "import functools\ndef loud(f):\n    @functools.wraps(f)\n    def inner(*a, **k): return f(*a, **k)\n    return inner", HONEST.replace("    def call", "    @loud\n    def call")], {}),
    "a condition around it": ([IMPORTS, "if True:\n" + INDENTED], {}),
    "packages that draw": ([IMPORTS, "import pandas as pd\nimport matplotlib.pyplot as plt\nfrom tqdm.auto import tqdm\nplt.plot([1]); plt.close()\npd.DataFrame({'a': [1]}).query('a > 0')", HONEST], {}),
    "a plain class": ([IMPORTS, HONEST.replace("(tf.keras.layers.Layer)", "").replace("super().__init__()", "self.built = False").replace("        self.w = self.add_weight(shape=(shape[-1] + self.units, 4 * self.units), name=\"w\")", "        self.w = tf.Variable(tf.random.normal((shape[-1] + self.units, 4 * self.units)))").replace("        self.b = self.add_weight(shape=(4 * self.units,), name=\"b\")", "        self.b = tf.Variable(tf.zeros(4 * self.units))").replace("    def call(self, x, states):", "    def __call__(self, x, states):\n        if not self.built: self.build(x.shape)")], {}),
    "an error before": ([IMPORTS, "1 / 0", "tf.zeros((2, 3)) @ tf.zeros((2, 3))", HONEST], {}),
}  # fmt: skip


def by_hash(name):
    return ALL or hashlib.sha256(name.encode()).digest()[0] % ONE_IN == 0


def chosen():
    return [attack for attack in ATTACKS if by_hash(attack.name)]


def honest():
    """{name: (cells, files)}: the ways above and, in all tests, every right cell of the corpora."""
    if not ALL:
        return HONEST_CELLS
    corpora = {
        f"{homework} {name}": ([IMPORTS, text("cell", name, homework)], {})
        for homework in HOMEWORKS
        for name in blocks("cell", homework)
    }
    return HONEST_CELLS | corpora


@cache
def seen(keras_two=False):
    """What each of them showed."""
    cases = [{"name": attack.name, "cells": attack.cells, "files": dict(attack.files)} for attack in chosen()]
    cases += [{"name": name, "cells": cells, "files": files} for name, (cells, files) in honest().items()]
    return run(cases, keras_two=keras_two)


def as_run(found):
    answer = {"ran": found["ran"], "executed": found["executed"]}
    return Run(
        run_id="r", observations={"one_step": Observation(probe="one_step", status="answered", answer=answer)}
    )


@pytest.mark.parametrize("attack", chosen(), ids=lambda attack: attack.name)
def test_a_borrowed_cell_shows_itself(attack):
    found = seen()[attack.name]
    assert found.get("computed"), found["error"]
    run = as_run(found)
    assert witnessed.flags_of(run), found
    if "own_lstm" not in attack.wins:
        assert witnessed.seen_running(run, AtWork.RECURRENT), found


@pytest.mark.parametrize("name", honest())
def test_honest_work_shows_nothing(name):
    found = seen()[name]
    assert (found["ran"], found["executed"]) == ([], []), found["error"]


def test_the_same_without_the_counting_profiler():
    """As from Python 3.12 on, where a hook in Python watches every call."""
    blinds = {"emptying", "switching"}  # these end the profiler that is not there
    cases = [
        {"name": attack.name, "cells": attack.cells, "files": dict(attack.files), "counts": False}
        for attack in chosen()
        if attack.name not in blinds
    ]
    found = run([*cases, {"name": "honest", "cells": (IMPORTS, HONEST), "files": {}, "counts": False}])
    assert found.pop("honest")["ran"] == []
    assert {name: told["ran"] for name, told in found.items()} == {
        case["name"]: seen()[str(case["name"])]["ran"] for case in cases
    }


@pytest.mark.real
def test_the_same_in_keras_2():
    borrowed = next(attack for attack in ATTACKS if attack.name == "attrgetter")
    base = HONEST.replace("tf.keras.layers.Layer", "tf.keras.layers.AbstractRNNCell")
    sizes = (
        "    state_size = property(lambda self: [self.units, self.units])\n    output_size = property(lambda"
        " self: self.units)"
    )
    cases = {
        "borrowed": borrowed.cells,
        "honest": (IMPORTS, HONEST),
        "a cell's own base": (IMPORTS, base + sizes),
    }
    found = run(
        [{"name": name, "cells": cells, "files": {}} for name, cells in cases.items()], keras_two=True
    )
    assert [told["kind"] for told in found["borrowed"]["ran"]] == ["recurrent"], found["borrowed"]
    for name in ("honest", "a cell's own base"):
        assert found[name]["computed"], found[name]["error"]
        assert (found[name]["ran"], found[name]["executed"]) == ([], [])


@pytest.mark.parametrize(
    ("name", "qualname", "recurrent"),
    [
        ("keras/src/layers/rnn/lstm.py", "LSTMCell.call", True),
        ("tf_keras/src/layers/rnn/base_rnn.py", "RNN.call", True),
        ("keras/src/backend/tensorflow/rnn.py", "rnn", True),
        ("tensorflow/python/ops/gen_rnn_ops.py", "lstm_block_cell", True),
        ("tensorflow/python/ops/gen_cudnn_rnn_ops.py", "cudnn_rnnv3", True),
        ("torch/nn/modules/rnn.py", "LSTM.forward", True),
        ("flax/linen/recurrent.py", "OptimizedLSTMCell.__call__", True),
        ("equinox/nn/_rnn.py", "GRUCell.__call__", True),
        ("somebody/cells.py", "PeepholeLSTM.step", True),
        ("keras/src/layers/rnn/time_distributed.py", "TimeDistributed.call", False),
        ("keras/src/layers/core/dense.py", "Dense.call", False),
        ("tensorflow/python/ops/while_loop.py", "while_loop", False),
        ("keras/src/backend/tensorflow/core.py", "scan", False),
        ("somebody/burn/journal.py", "learned", False),
    ],
)
def test_recurrent_code_is_known_by_the_library_s_own_names(name, qualname, recurrent):
    assert library.is_recurrent(name, qualname) == recurrent


@pytest.mark.parametrize(
    ("kind", "recurrent"),
    [
        ("CudnnRNNV3", True),
        ("LSTMBlockCell", True),
        ("BlockLSTMV2", True),
        ("GRUBlockCell", True),
        ("MatMul", False),
        ("While", False),
        ("StatefulPartitionedCall", False),
    ],
)
def test_kernels_are_known_by_their_operation(kind, recurrent):
    assert library.is_recurrent_operation(kind) == recurrent


def told(**answer):
    return Run(
        run_id="r", observations={"one_step": Observation(probe="one_step", status="answered", answer=answer)}
    )


@pytest.mark.parametrize(
    "entries",
    [None, 7, "text", [7], [{}], [{"kind": "recurrent"}] * 10_000, [{"kind": ["recurrent"], "what": {}, "place": 3}], [{"kind": "odd", "what": "x", "place": ""}]],
    ids=repr,
)  # fmt: skip
def test_a_kernel_may_tell_anything(entries):
    assert len(witnessed.flags_of(told(ran=entries, executed=entries))) <= witnessed.MOST_REMARKS


def test_what_is_told_is_short_and_printable():
    entry = {"kind": "unread", "what": "\x1b[2J\n" + "x" * 5_000, "place": "<script>"}
    (line,) = witnessed.flags_of(told(ran=[entry]))
    assert line.isprintable()
    assert len(line) < 250
    assert "script" not in line


def test_a_ready_made_layer_is_no_remark_on_a_sheet_that_asks_for_one():
    ready = {"kind": "recurrent", "what": "keras/src/layers/rnn/gru.py, GRU.call", "place": ""}
    unread = {"kind": "unread", "what": "<string>, f", "place": ""}
    seen_there = told(ran=[ready, unread])
    of_keras = Assignment("of_keras", title="Keras' own layers")
    assert [line.split(" runs ")[1][:9] for line in witnessed.flags_of(seen_there, of_keras)] == ["code that"]
    by_hand = Assignment("by_hand", title="By hand", own_layers=True)
    assert len(witnessed.flags_of(seen_there, by_hand)) == len(witnessed.flags_of(seen_there)) == 2
    of_keras.role(roles.cell("Cell", family="gru", units=4, features=2))
    assert len(witnessed.flags_of(seen_there, of_keras)) == 2


def test_a_part_is_told_once_from_the_inside_out():
    entry = {
        "kind": "recurrent",
        "what": "keras/src/layers/rnn/lstm.py, LSTMCell.call",
        "place": "cell 3, line 13",
    }
    answers = {
        probe: Observation(probe=probe, status="answered", answer={"ran": [entry], "executed": []})
        for probe in ("model", "layer", "one_step")
    }
    assert witnessed.flags_of(Run(run_id="r", observations=answers)) == (
        (
            "cell 3, line 13: the cell runs a ready-made recurrent network: keras/src/layers/rnn/lstm.py,"
            " LSTMCell.call"
        ),
    )


AT_WORK = {
    "kind": "recurrent",
    "what": "keras/src/layers/rnn/lstm.py, LSTMCell.call",
    "place": "cell 3, line 13",
}
UNKNOWN = {"kind": "unread", "what": "notes.txt", "place": "cell 2, line 1"}


@pytest.mark.parametrize("probe", ["one_step", "layer", "model"])
def test_a_library_s_lstm_at_work_fails_own_lstm_and_says_where(probe):
    verdict = ready_made.judge_own(Student(changes={probe: {"ran": [AT_WORK], "ready_made": []}}).seen())
    assert verdict.status is Status.FAILED
    assert "LSTMCell.call (called in cell 3, line 13) runs when your code is called" in verdict.message


@pytest.mark.parametrize("ran", [[], [UNKNOWN]], ids=["nothing", "unknown code"])
def test_code_that_nobody_can_read_fails_nothing(ran):
    changes = {"one_step": {"ran": ran}, "model": {"ready_made": []}}
    assert ready_made.judge_own(Student(changes=changes).seen()).status is Status.PASSED


def test_the_instructor_is_told_beside_what_was_read():
    run = told(ran=[UNKNOWN], executed=[UNKNOWN | {"kind": "run"}])
    attempt = Attempt(run=run, verdicts=(), flags=witnessed.flags_of(run))
    submission = noted(
        Submission(student="ada", source=SourceFacts(), flags=("cell 1, line 1: exec(...)",)),
        [attempt],
        attempt,
    )
    assert submission.flags == (
        "cell 1, line 1: exec(...)",
        "cell 2, line 1: the cell runs code that stands in no cell and no file: notes.txt",
    )
