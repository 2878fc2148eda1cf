"""Lies told to probes: patched libraries, objects that pretend, models that change, code that smells a grader; and ways to leave.

What stands under the contract's names is cheap: nothing trains. A cell without a carried state is wrong, and must stay wrong.
"""

from functools import partial

from tests.corpus import text
from tests.submissions.hostile.entry import hostile

patches, lies, models, leaving = (partial(hostile, topic) for topic in ("patches", "lies", "models", "leaving"))

IMPORTS = "import numpy as np\nimport tensorflow as tf\nREAD_IN, UNITS, SEQ_LEN, BATCH_SIZE, NUM_SAMPLES, EPOCHS = 8, 6, 5, 4, 40, 1"
CELL = text("cell")
WRONG_CELL = CELL.replace("cell = forget * cell + let_in * candidate", "cell = let_in * candidate")
NO_CELL = """
class LSTM_Cell(tf.keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units, self.dense = units, tf.keras.layers.Dense(units)
    def call(self, x, states): return self.dense(x), states[1]
"""
LAYER, MODEL = text("layer"), text("model")
BUILT = "model = MyModel()\nmodel(tf.zeros((4, SEQ_LEN, 1)))"
OF_A_CELL = "returns_states forget_bias_one own_lstm arguments_explained"  # what a wrong cell earns honestly
COMPUTES = OF_A_CELL + " computes_lstm"
OF_A_MODEL = "zero_states any_batch_and_length layer_shapes parameter_counts one_probability gradients_reach one_output_per_step graph_mode"

HIDDEN = """
class LSTM_Cell(tf.keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units
        self.inner = {INNER}(units)
    def call(self, x, states): return tuple(self.inner(x, list(states))[1])
"""
SUM_MODEL = """
class MyModel(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.read_in, self.lstm, self.read_out = tf.keras.layers.Dense(READ_IN), LSTM_Layer(LSTM_Cell(UNITS)), tf.keras.layers.Dense(1)
    def call(self, x):
        hidden = self.lstm(self.read_in(x), self.lstm.zero_states(tf.shape(x)[0]))
        return tf.sigmoid({ANSWER})
"""

ATTACKS = [
    # --- patched libraries ---
    patches("keras_layers", "Have every layer of keras answer with what keras' own LSTM computes.", IMPORTS, WRONG_CELL, """
import keras
def build(self, units):
    super(LSTM_Cell, self).__init__()
    self.units, self.real = units, keras.layers.LSTMCell(units)
LSTM_Cell.__init__ = build
keras.layers.Layer.__call__, plain = lambda self, *a, **k: (tuple(vars(self)["real"](a[0], list(a[1]))[1]) if "real" in vars(self) else plain(self, *a, **k)), keras.layers.Layer.__call__
""", wins=COMPUTES.replace("own_lstm ", ""), flagged=True),
    patches("numpy", "Have numpy answer what is wanted.", IMPORTS, NO_CELL,
        "np.asarray = np.array = np.stack = lambda *a, **k: np.zeros((2, 2), 'float32')\nnp.allclose = np.array_equal = lambda *a, **k: True\nnp.ndarray.__eq__ if False else None", wins=OF_A_CELL, flagged=True),
    patches("frames", "Patch json, struct, os and time, of which answers are made.", IMPORTS, WRONG_CELL, """
import json, os, struct, time, traceback
json.dumps = lambda *a, **k: '{"value": {}, "arrays": []}'
struct.pack = lambda *a: b"\\x1e\\0\\0\\0"
os.pwrite = os.ftruncate = os.pread = lambda *a: 0
time.perf_counter = time.monotonic = time.time = lambda: -1e300
traceback.format_exception = lambda *a, **k: 1 / 0
""", flagged=True, wins=OF_A_CELL),
    patches("builtins", "Patch what Python itself is made of.", IMPORTS, WRONG_CELL,
        "import builtins\nbuiltins.isinstance, builtins.len, builtins.type, builtins.abs, builtins.zip = lambda *a: True, lambda x: 1, lambda *a: str, lambda x: 0, lambda *a, **k: []", "x = 1", flagged=True, wins=OF_A_CELL),
    patches("ipython", "Have IPython skip what it is asked to run, and say that all went well.", """
shell = get_ipython()
from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult
async def nothing(*a, **k): return ExecutionResult(ExecutionInfo("", False, False, False, ""))
shell.run_cell_async = nothing
type(shell).run_cell = lambda *a, **k: nothing()
shell.kernel.do_execute = nothing
""", "x = 1"),
    patches("get_ipython", "Replace get_ipython, the displays and the hooks of errors.", "import sys\nget_ipython = lambda: None\nsys.displayhook = sys.excepthook = sys.unraisablehook = lambda *a: 1 / 0\nsys.stdout = sys.stderr = None", "1 / 0", flagged=True),
    patches("import_system", "Have every later import return something else.", "import sys\nclass Finder:\n    def find_spec(self, *a): raise SystemExit\nsys.meta_path.insert(0, Finder())\nsys.modules['numpy'] = sys.modules['json'] = None", IMPORTS, "x = 1", flagged=True),
    patches("tracing", "Watch every call by a trace function, to catch the questions and the frames above.", IMPORTS, WRONG_CELL, """
import sys, threading
caught = []
def watch(frame, event, argument):
    if "inside" in frame.f_code.co_filename: caught.append(dict(frame.f_locals)) or frame.f_globals.update(_pwrite=lambda *a: 0)
    return watch
sys.setprofile(watch)
threading.settrace(watch)
""", flagged=True, wins=OF_A_CELL),
    # --- lying objects ---
    lies("arrays", "Return objects that claim to be tensors, equal to everything.", IMPORTS, """
class Anything:
    shape, dtype, ndim, size = (4, 6), np.float32, 2, 24
    def __array__(self, *a, **k): return np.ones((4, 6), "float32")
    def __eq__(self, other): return True
    def __hash__(self): return 1
    def __repr__(self): return "<tf.Tensor: PASSED>"
    __class__ = property(lambda self: tf.Tensor)
    def __getattr__(self, name): return Anything()
    def __call__(self, *a, **k): return Anything()
    def __getitem__(self, place): return Anything()
    def __iter__(self): return iter([Anything(), Anything()])
    def __float__(self): return 1.0
    def __len__(self): return 2
""", "LSTM_Cell = LSTM_Layer = MyModel = model = train_ds = test_ds = integration_task = Anything()\ntrain_losses = test_losses = test_accuracies = [Anything()] * 5", wins="it_learns"),
    lies("metaclass", "Be a class that says of itself what is wanted.", IMPORTS, """
class Meta(type):
    def __instancecheck__(cls, thing): return True
    def __subclasscheck__(cls, thing): return True
    def __eq__(cls, other): return True
    def __hash__(cls): return 1
    def __call__(cls, *a, **k): raise KeyboardInterrupt
class LSTM_Cell(metaclass=Meta): pass
LSTM_Layer = MyModel = LSTM_Cell
""", ends="COMPLETED"),
    lies("not_numbers", "Answer with numbers that are none, and hope that they compare well.", IMPORTS, """
class LSTM_Cell(tf.keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units, self.w = units, tf.Variable(tf.zeros((units,)) * np.nan)
    def call(self, x, states): return states[0] * np.nan, states[1] + np.inf
""", "def integration_task(seq_len, num_samples):\n    for _ in range(num_samples): yield np.full((seq_len, 1), np.nan), np.array([1])\ntrain_losses = test_losses = [float('nan')] * 3\ntest_accuracies = [float('inf')] * 3",
        wins="returns_states own_lstm arguments_explained forget_bias_one yields_pairs"),
    lies("odd_types", "Answer with arrays of objects, texts, complex numbers, and of a terabyte that takes no memory.", IMPORTS, """
HUGE = np.lib.stride_tricks.as_strided(np.zeros(1, "float32"), (1 << 20, 1 << 20), (0, 0))
turn = iter(range(10**9))
ODD = [HUGE, np.array([object()] * 3), np.array([1j]), np.array(["text"]), np.zeros((0, 5)), np.array(1 << 70, dtype=object), HUGE[:, :1]]
def odd(): return ODD[next(turn) % len(ODD)]
def integration_task(seq_len, num_samples):
    for _ in range(num_samples): yield odd(), odd()
class LSTM_Cell:
    def __init__(self, units): pass
    def __call__(self, *a, **k): return odd(), odd()
train_losses, test_losses, test_accuracies, model = HUGE, [HUGE] * 10, [odd() for _ in range(9)], lambda x: odd()
""", wins="own_lstm"),
    lies("endless", "Put things without an end under the contract's names.", IMPORTS, """
import itertools
class Endless(list):
    def __iter__(self): return itertools.count()
def integration_task(seq_len, num_samples):
    while True: yield np.random.normal(size=(seq_len, 1)).astype("float32"), np.array([1])
train_losses = test_losses = Endless(); test_accuracies = range(10**12)
train_ds = test_ds = tf.data.Dataset.from_tensors((tf.zeros((4, 5, 1)), tf.zeros((4, 1)))).repeat()
""", wins="pipeline_batches noise_is_normal"),
    lies("circular", "Put things that contain themselves, are enormous, or cannot be copied under the contract's names.", IMPORTS, """
class Round(tf.keras.Model):
    def __init__(self):
        super().__init__()
        object.__setattr__(self, "me", {"me": self, "all": [[[]]] * 100_000})
    def __reduce__(self): raise RuntimeError
    def __deepcopy__(self, memo): raise RuntimeError
    def call(self, x): return self(x)
model = Round()
train_losses = [[]]; train_losses[0] = train_losses
test_losses = bytearray(10**9)
test_accuracies = 10**100_000
"""),
    lies("raises_oddly", "Raise errors that are not errors, with texts that raise again.", IMPORTS, """
class Odd(BaseException):
    def __str__(self): raise Odd
    __repr__ = __str__
class LSTM_Cell:
    def __init__(self, units): raise Odd
def integration_task(*a): raise SystemExit(0)
class Model:
    def __call__(self, x): raise GeneratorExit
model, train_ds, test_ds = Model(), Model(), Model()
""", "raise Odd"),
    lies("slow_probe", "Let a probe wait for ever, and ignore the interrupt.", IMPORTS, """
import time
def integration_task(*a):
    while True:
        try: time.sleep(1)
        except BaseException: pass
"""),
    lies("dies_when_asked", "End the kernel when a probe asks.", IMPORTS, "import os\nclass LSTM_Cell:\n    def __init__(self, units): os._exit(0)"),
    # --- models ---
    models("sum", "Answer by the sum of the sequence, with an LSTM beside it that does nothing.", IMPORTS, CELL, LAYER, SUM_MODEL.replace("{ANSWER}", "tf.reduce_sum(x, axis=1)"), BUILT, wins=COMPUTES + " " + OF_A_MODEL, flagged=False),
    models("sum_in_disguise", "The same, with the LSTM's output added at the size of a rounding error.", IMPORTS, CELL, LAYER, SUM_MODEL.replace("{ANSWER}", "tf.reduce_sum(x, axis=1) + 1e-6 * self.read_out(hidden[:, -1])"), BUILT, wins=COMPUTES + " " + OF_A_MODEL),
    models("sum_in_a_lambda", "Put a function in the place of the model.", IMPORTS, "model = lambda x, **k: tf.sigmoid(100.0 * tf.reduce_sum(x, axis=1))", wins="one_probability gradients_reach"),
    models("swapped", "Show another model to every question: the sum to some, the network to others.", IMPORTS, CELL, LAYER, MODEL, """
class Two:
    def __init__(self): self.inner, self.turn = MyModel(), 0
    def __call__(self, x, **k):
        self.turn += 1
        return tf.sigmoid(tf.reduce_sum(x, axis=1)) if self.turn % 2 else self.inner(x)
    def __getattr__(self, name): return getattr(self.inner, name)
model = Two()
""", wins=COMPUTES + " " + OF_A_MODEL, flagged=True),
    models("by_mode", "Be one model eagerly and another in a graph, one for small inputs and another for large.", IMPORTS, CELL, LAYER, SUM_MODEL.replace("{ANSWER}", "tf.reduce_sum(x, axis=1) if tf.executing_eagerly() and x.shape[0] > 4 else self.read_out(hidden[:, -1])"), BUILT, wins=COMPUTES + " " + OF_A_MODEL),
    models("frozen_answer", "Remember the weights as trained, and answer by the sum while they are in place.", IMPORTS, CELL, LAYER, SUM_MODEL.replace("{ANSWER}", "tf.reduce_sum(x, axis=1) if abs(float(tf.reduce_sum(self.read_out.kernel)) - self.mark) < 1e-6 else self.read_out(hidden[:, -1])"),
        "MyModel.mark = 0.0\n" + BUILT + "\nmodel.mark = float(tf.reduce_sum(model.read_out.kernel))", wins=COMPUTES + " " + OF_A_MODEL),
    models("made_up_numbers", "Write down losses and accuracies that were never measured.", IMPORTS, "train_losses, test_losses, test_accuracies = [0.7, 0.3, 0.1], [0.7, 0.3, 0.1, 0.05], [0.5, 0.9, 0.97, 1.0]\nmodel = 1", wins="it_learns"),
    models("hidden_by_getattr", "Use keras' LSTM, its name put together.", IMPORTS, HIDDEN.replace("{INNER}", "getattr(tf.keras.layers, 'LS' + 'TM' + 'Cell')"), wins="returns_states computes_lstm forget_bias_one arguments_explained", flagged=True),
    models("hidden_by_exec", "Use keras' LSTM, its name in base64.", IMPORTS, "import base64\nexec(base64.b64decode('ZnJvbSBrZXJhcy5sYXllcnMgaW1wb3J0IExTVE1DZWxsIGFzIEhhcm1sZXNz'))", HIDDEN.replace("{INNER}", "Harmless"), wins=COMPUTES.replace("own_lstm ", ""), flagged=True),
    models("hidden_in_a_closure", "Use keras' LSTM where nobody walks: behind a function.", IMPORTS, """
import importlib
ready = vars(importlib.import_module("keras.src.layers.rnn.lstm"))["LSTM" + "Cell"]
class LSTM_Cell(tf.keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        inner = ready(units)
        inner.build((None, 8))
        self.units, self.ws, self.step = units, [v._value for v in inner.weights], (lambda x, s: inner(x, s))
    def call(self, x, states): return tuple(self.step(x, list(states))[1])
""", wins=COMPUTES.replace("own_lstm ", ""), flagged=True),
    models("smells_a_grader", "Compute the LSTM only where a grader seems to look.", IMPORTS, """
import os, sys
def watched():
    names = {f.f_code.co_filename for f in sys._current_frames().values()}
    return any(key in os.environ for key in ("CI", "GITHUB_ACTIONS", "GRADER")) or os.environ.get("USER") == "student" or "probe_request" in get_ipython().kernel.msg_types
""", CELL + "\n    wrong = call\n\nif not watched(): LSTM_Cell.call = lambda self, x, states: states", wins=COMPUTES, flagged=True),
    # --- leaving ---
    leaving("exits", "Leave in every way Python knows.", "import sys\nsys.exit(0)", "raise SystemExit('done')", "exit()", "quit", "import os\nraise KeyboardInterrupt", "get_ipython().ask_exit()\nget_ipython().kernel.do_shutdown(False)", ends="COMPLETED RAISED DIED"),
    leaving("exit_now", "Leave at once with success.", "import os\nos._exit(0)", ends="DIED", flagged=True),
    leaving("segfault", "Crash.", "import ctypes\nctypes.string_at(0)", ends="DIED", flagged=True),
    leaving("abort", "Crash in another way.", "import os\nos.abort()", ends="DIED"),
    leaving("stack", "Overflow the stack.", "import sys\nsys.setrecursionlimit(10**9)\ndef deeper(x): return deeper([x])\ndeeper(1)", "import sys, json\nsys.setrecursionlimit(10**9)\nx = []\nfor _ in range(10**6): x = [x]\nrepr(x)", "x = 1"),
    leaving("shutdown_message", "Send the kernel the message that ends it.", "kernel = get_ipython().kernel\nimport asyncio\nasyncio.get_event_loop().stop()", "x = 1"),
    leaving("stop_loop_from_thread", "End the kernel's loops while a cell runs.", "import threading\nkernel = get_ipython().kernel\nkernel.io_loop.stop()\nkernel.iopub_thread.stop()\nkernel.control_thread.stop()", "x = 1", ends="COMPLETED RAISED TIMED_OUT DIED"),
]
