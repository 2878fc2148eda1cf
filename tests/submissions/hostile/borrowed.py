"""Keras' own LSTM in a disguise that no reader of the source sees through: by a name that is put together, by text that is run from
elsewhere, by code objects, by graphs, by others who do the work.

Nothing trains: one cell class, which answers right. `OWN` is the same class whoever it borrows from; what differs is how READY, the
ready-made one, comes to its name, or how the class comes to be.
"""

from __future__ import annotations

from functools import partial

from tests.submissions.hostile.entry import hostile

borrowed = partial(hostile, "borrowed", flagged=True)

IMPORTS = "import numpy as np\nimport tensorflow as tf\nREAD_IN, UNITS, SEQ_LEN, BATCH_SIZE, NUM_SAMPLES, EPOCHS = 8, 6, 5, 4, 40, 1"
OWN = """
class LSTM_Cell(tf.keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units
        inner = READY(units)
        self.inner = lambda: inner
    def build(self, shape):
        inner = self.inner()
        inner.build((None, shape[-1]))
        self.k, self.r, self.b = inner.kernel, inner.recurrent_kernel, inner.bias
        self.built = True
    def call(self, x, states):
        _, (hidden, cell) = self.inner()(x, list(states))
        return hidden, cell
"""
# The weights alone are Keras'; one step of it has been made before, as STEP(cell, x, states) -> (hidden, cell).
BY_STEP = OWN.replace(
    "        _, (hidden, cell) = self.inner()(x, list(states))\n        return hidden, cell",
    "        return STEP(self.inner(), x, states)",
)
PLAIN = "READY = tf.keras.layers.LSTMCell\n" + OWN
TEXT = f"TEXT = {PLAIN!r}"
HONEST = """
class LSTM_Cell(tf.keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units
    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1] + self.units, 4 * self.units), name="w")
        self.b = self.add_weight(shape=(4 * self.units,), name="b")
        self.built = True
    def call(self, x, states):
        i, f, g, o = tf.split(tf.matmul(tf.concat([x, states[0]], 1), self.w) + self.b, 4, 1)
        cell = tf.sigmoid(f) * states[1] + tf.sigmoid(i) * tf.tanh(g)
        return tf.sigmoid(o) * tf.tanh(cell), cell
"""
READ = "returns_states forget_bias_one arguments_explained computes_lstm"
UNREAD = READ + " own_lstm"  # what ran could not be seen: nobody is charged, somebody reads


def by_name(name, goal, *cells, wins=READ, **more):
    """Another way to the class."""
    return borrowed(name, goal, IMPORTS, *cells, OWN, wins=wins, **more)


def by_text(name, goal, *cells, wins=READ, **more):
    """Another way for the text of the class to run."""
    return borrowed(name, goal, IMPORTS, *cells, wins=wins, **more)


def by_step(name, goal, *cells, wins=UNREAD, **more):
    """The weights are Keras' openly, its computation is had in another way."""
    return borrowed(name, goal, IMPORTS, "import operator\nREADY = operator.attrgetter('LSTM' + 'Cell')(tf.keras.layers)", *cells, BY_STEP, wins=wins, **more)


ATTACKS = [
    # --- another way to the class ---
    by_name("attrgetter", "By operator.attrgetter.", "import operator\nREADY = operator.attrgetter('LSTM' + 'Cell')(tf.keras.layers)"),
    by_name("methodcaller", "By operator.methodcaller.", "import operator\nREADY = lambda units: operator.methodcaller('LSTM' + 'Cell', units)(tf.keras.layers)"),
    by_name("vars", "Out of a module's names.", "READY = vars(tf.keras.layers)['LSTM' + 'Cell']"),
    by_name("lower_case", "Out of a module's names in small letters.", "READY = {name.lower(): thing for name, thing in tf.keras.layers.__dict__.items()}['lstmcell']"),
    by_name("getmembers", "By inspect.getmembers.", "import inspect\nREADY = dict(inspect.getmembers(tf.keras.layers))['LSTM' + 'Cell']"),
    by_name("locate", "By pydoc.locate.", "import pydoc\nREADY = pydoc.locate('keras.layers.LSTM' + 'Cell')"),
    by_name("resolve_name", "By pkgutil.resolve_name.", "import pkgutil\nREADY = pkgutil.resolve_name('keras.layers:LSTM' + 'Cell')"),
    by_name("subclasses", "Among the subclasses of object.", """
def below(kind):
    for one in type.__subclasses__(kind):
        yield one
        yield from below(one)
READY = next(kind for kind in below(tf.keras.layers.Layer) if kind.__name__ == 'LSTM' + 'Cell')
"""),
    by_name("formatter", "By a format string's field.", "import string, keras\nREADY = string.Formatter().get_field('0.layers.LSTM' + 'Cell', (keras,), {})[0]"),
    by_name("pickle_name", "By its name in a pickle.", "import pickle\nREADY = pickle.loads(b'ckeras.layers\\nLSTM' + b'Cell\\n.')"),
    by_name(
        "deserialize",
        "Out of a configuration.",
        "make = tf.keras.layers.deserialize\nREADY = lambda units: make({'module': 'keras.layers', 'class_name': ''.join(['LS', 'TM', 'Cell']), 'config': {'units': units}, 'registered_name': None})",
    ),
    by_name("subclass", "As a base class, by another name.", "import operator\nBASE = operator.attrgetter('LSTM' + 'Cell')(tf.keras.layers)\nREADY = type('Harmless', (BASE,), {})"),
    by_name("module_getattr", "By the module's own __getattribute__.", "READY = object.__getattribute__(tf.keras.layers, 'LSTM' + 'Cell')"),
    by_name("match", "By a class pattern's attribute.", "import functools\nREADY = functools.reduce(getattr, ['keras', 'layers', 'LSTM' + 'Cell'], tf)"),
    # --- another way for the text to run ---
    by_text("run_a_text_file", "By %run of a file that is no Python file.", "%run -i notes.txt", files={"notes.txt": PLAIN}),
    by_text("run_line_magic", "By the same, asked for by a call.", "get_ipython().run_line_magic('run', '-i notes.txt')", files={"notes.txt": PLAIN}),
    by_text("run_cell", "By get_ipython().run_cell.", TEXT, "get_ipython().run_cell(TEXT)"),
    by_text("run_ex", "By get_ipython().ex.", TEXT, "shell = get_ipython()\nshell.ex(TEXT)"),
    by_text("hidden_exec", "By exec, under another name.", TEXT, "import builtins\nvars(builtins)['ex' + 'ec'](TEXT)"),
    by_text("interpreter", "By code.InteractiveInterpreter.", TEXT, "import code\ncode.InteractiveInterpreter(globals()).runcode(code.compile_command(TEXT, symbol='exec'))"),
    by_text("runpy", "By runpy.run_path.", "import runpy\nLSTM_Cell = runpy.run_path('notes.txt', {'tf': tf})['LSTM_Cell']", files={"notes.txt": PLAIN}),
    by_text("timeit", "As what timeit measures.", TEXT, "import timeit\ntimeit.timeit('global LSTM_Cell, READY\\n' + TEXT, globals=globals(), number=1)"),
    by_text("profile", "As what cProfile measures.", TEXT, "import cProfile\ncProfile.runctx(TEXT, globals(), globals())"),
    by_text("debugger", "As what bdb steps through.", TEXT, "import bdb\nclass Quiet(bdb.Bdb):\n    def user_line(self, frame): self.set_continue()\nQuiet().run(TEXT, globals())"),
    by_text("loader", "By importlib, from a file that is no Python file.", """
import importlib.machinery, importlib.util
loader = importlib.machinery.SourceFileLoader('notes', 'notes.txt')
spec = importlib.util.spec_from_loader('notes', loader)
module = importlib.util.module_from_spec(spec)
module.tf = tf
loader.exec_module(module)
LSTM_Cell = module.LSTM_Cell
""", files={"notes.txt": PLAIN}),
    by_text("written_module", "From a module that the notebook writes.", TEXT, "open('extra.py', 'w').write('import tensorflow as tf\\n' + TEXT)\nfrom extra import LSTM_Cell"),
    by_text("compiled_module", "From a .pyc file.", TEXT, """
import py_compile, os, sys
open('extra.py', 'w').write('import tensorflow as tf\\n' + TEXT)
py_compile.compile('extra.py', cfile='extra.pyc')
os.remove('extra.py')
from extra import LSTM_Cell
"""),
    by_text("poisoned_cache", "From the cache of an honest module, which holds something else.", TEXT, """
import importlib.util, os, py_compile, shutil
honest = open('mine.py').read()
there = os.stat('mine.py').st_mtime
os.makedirs('__pycache__', exist_ok=True)
text = ('import tensorflow as tf\\n' + TEXT).encode()
open('other.txt', 'wb').write(text + b'\\n' * max(0, len(honest) - len(text)))
py_compile.compile('other.txt', cfile=importlib.util.cache_from_source('mine.py'), dfile='mine.py', invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
from mine import LSTM_Cell
""", files={"mine.py": "import tensorflow as tf\n" + HONEST}),
    by_text("zip", "From a zip file on the path.", TEXT, "import sys, zipfile\nwith zipfile.ZipFile('more.zip', 'w') as file: file.writestr('extra.py', 'import tensorflow as tf\\n' + TEXT)\nsys.path.insert(0, 'more.zip')\nfrom extra import LSTM_Cell"),
    by_text("pickled_exec", "By a pickle that calls exec.", TEXT, "import pickle\nspace = {'tf': tf}\npickle.loads(b'cbuiltins\\nexec\\n(' + b'X' + len(TEXT).to_bytes(4, 'little') + TEXT.encode() + b'c__main__\\nspace\\ntR.')\nLSTM_Cell = space['LSTM_Cell']"),
    by_text("input_transformer", "By changing the text of a later cell before it runs.", "def other(lines):\n    return [line.replace('HARMLESS', 'tf.keras.layers.LSTM' 'Cell') for line in lines]\nget_ipython().input_transformers_post.append(other)", "READY = HARMLESS", OWN, wins=READ),
    by_text("tree_transformer", "By changing the tree of a later cell before it runs.", """
import ast
class Other(ast.NodeTransformer):
    def visit_Name(self, node):
        return ast.copy_location(ast.Subscript(ast.Call(ast.Name('vars', ast.Load()), [ast.parse('tf.keras.layers', mode='eval').body], []), ast.Constant('LSTM' + 'Cell'), ast.Load()), node) if node.id == 'Dense_like' else node
get_ipython().ast_transformers.append(Other())
""", OWN.replace("READY(units)", "Dense_like(units)"), wins=READ),
    by_text(
        "doctest",
        "As an example in a docstring that doctest runs.",
        TEXT,
        "import doctest\nfirst, _, rest = TEXT.partition('\\n')\nexample = doctest.DocTest([doctest.Example(first, ''), doctest.Example(rest.strip(), '')], {'tf': tf}, 'a', None, 0, '')\ndoctest.DocTestRunner(verbose=False).run(example, clear_globs=False)\nLSTM_Cell = example.globs['LSTM_Cell']",
    ),
    by_text("own_extension", "As an IPython extension that the notebook writes.", TEXT, "open('mine_ext.py', 'w').write('import tensorflow as tf\\n' + TEXT + '\\ndef load_ipython_extension(shell): shell.push(dict(LSTM_Cell=LSTM_Cell))')\nget_ipython().extension_manager.load_extension('mine_ext')"),
    # --- code objects ---
    by_text("function_of_code", "By a function made of compiled text.", TEXT, HONEST + """
import types
made = vars(__import__('builtins'))['com' + 'pile'](TEXT, 'cell', 'exec')
body = next(const for const in made.co_consts if isinstance(const, types.CodeType))
parts = {const.co_name: const for const in body.co_consts if isinstance(const, types.CodeType)}
READY = vars(tf.keras.layers)['LSTM' + 'Cell']
class LSTM_Cell(tf.keras.layers.Layer): pass
cell = types.CellType(LSTM_Cell)
for name, const in parts.items():
    setattr(LSTM_Cell, name, type(lambda: 0)(const, globals(), name, None, (cell,) if const.co_freevars else ()))
"""),
    by_text("changed_code", "By giving an honest method another's code.", "import operator\nREADY = operator.attrgetter('LSTM' + 'Cell')(tf.keras.layers)", OWN + "\nOther = LSTM_Cell", HONEST + "\nLSTM_Cell.__init__, LSTM_Cell.build = Other.__init__, Other.build\nLSTM_Cell.__init__.__closure__[0].cell_contents = LSTM_Cell\nLSTM_Cell.call.__code__ = Other.call.__code__"),
    by_text("code_with_another_name", "By code that bears the name of a library's file.", TEXT, """
import keras.layers
file = keras.layers.Dense.call.__code__.co_filename
space = {'tf': tf}
run = vars(__import__('builtins'))
run['ex' + 'ec'](run['com' + 'pile'](TEXT, file, 'ex' + 'ec'), space)
LSTM_Cell = space['LSTM_Cell']
"""),
    by_text("replaced_code", "By code whose file is exchanged afterwards.", "import operator\nREADY = operator.attrgetter('LSTM' + 'Cell')(tf.keras.layers)", OWN + "\nfile = tf.keras.layers.Dense.call.__code__.co_filename\nLSTM_Cell.call.__code__ = LSTM_Cell.call.__code__.replace(co_filename=file)"),
    by_text("marshal", "By code out of bytes.", TEXT, "import types\nm = __import__('mar' + 'shal')\nb = vars(__import__('builtins'))\nspace = {'tf': tf}\nb['ex' + 'ec'](m.loads(m.dumps(b['com' + 'pile'](TEXT, 'x', 'ex' + 'ec'))), space)\nLSTM_Cell = space['LSTM_Cell']"),
    by_text("borrowed_method", "By Keras' method with weights of its own.", "import types\nKIND = vars(tf.keras.layers)['LSTM' + 'Cell']", OWN.replace("READY(units)", "KIND(units)").replace("        _, (hidden, cell) = self.inner()(x, list(states))", "        step = types.MethodType(KIND.call, self.inner())\n        _, (hidden, cell) = step(x, list(states))")),
    # --- graphs and kernels ---
    by_step("raw_operation", "By TensorFlow's own kernel for one step.", """
raw = operator.attrgetter('raw_ops.LSTM' + 'BlockCell')(tf)
def STEP(inner, x, states):
    units = states[0].shape[-1]
    i, f, g, o = tf.split(tf.concat([inner.kernel, inner.recurrent_kernel], 0), 4, 1)
    bi, bf, bg, bo = tf.split(inner.bias, 4)
    zero = tf.zeros((units,))
    out = raw(x=x, cs_prev=states[1], h_prev=states[0], w=tf.concat([i, g, f, o], 1), wci=zero, wcf=zero, wco=zero, b=tf.concat([bi, bg, bf, bo], 0), forget_bias=0.0, cell_clip=-1.0)
    return out.h, out.cs
""", wins=READ),
    by_step("executed_operation", "By the same kernel, executed by its name.", """
from tensorflow.python.eager import execute, context
def STEP(inner, x, states):
    i, f, g, o = tf.split(tf.concat([inner.kernel, inner.recurrent_kernel], 0), 4, 1)
    bi, bf, bg, bo = tf.split(inner.bias, 4)
    zero, w, b = tf.zeros((states[0].shape[-1],)), tf.concat([i, g, f, o], 1), tf.concat([bi, bg, bf, bo], 0)
    given = [x, states[1], states[0], w, zero, zero, zero, b]
    attributes = ("forget_bias", 0.0, "cell_clip", -1.0, "use_peephole", False, "T", tf.float32.as_datatype_enum)
    if tf.executing_eagerly():
        out = execute.execute(b"LSTM" + b"BlockCell", 7, inputs=given, attrs=attributes, ctx=context.context())
    else:
        out = tf.compat.v1.get_default_graph()._create_op_internal("LSTM" + "BlockCell", given, [tf.float32] * 7, name="a").outputs
    return out[6], out[1]
""", wins=READ),
    by_step("traced_before", "By a graph that was traced before anybody asks.", """
known = {}
def STEP(inner, x, states):
    key = id(inner)
    if key not in known:
        known[key] = tf.function(lambda x, h, c: inner(x, [h, c])[1]).get_concrete_function(*(tf.TensorSpec((None, t.shape[-1])) for t in (x, *states)))
    hidden, cell = known[key](x, *states)
    return hidden, cell
""", wins=READ),
    by_step("stored_program", "By a program that was stored and loaded again.", """
class Stored(tf.Module):
    def __init__(self):
        self.inner = READY(6)
    @tf.function(input_signature=[tf.TensorSpec((None, None)), tf.TensorSpec((None, None)), tf.TensorSpec((None, None)), tf.TensorSpec((None, None)), tf.TensorSpec((None, None)), tf.TensorSpec((None,))])
    def step(self, x, h, c, k, r, b):
        z = tf.matmul(x, k) + tf.matmul(h, r) + b
        i, f, g, o = tf.split(z, 4, 1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        return tf.sigmoid(o) * tf.tanh(c), c
stored = Stored()
tf.saved_model.save(stored, 'stored')
loaded = tf.saved_model.load('stored')
def STEP(inner, x, states):
    return tuple(loaded.step(x, states[0], states[1], tf.convert_to_tensor(inner.kernel), tf.convert_to_tensor(inner.recurrent_kernel), tf.convert_to_tensor(inner.bias)))
"""),
    by_step("imported_graph", "By a graph out of bytes.", """
def one(x, h, c, k, r, b):
    i, f, g, o = tf.split(tf.matmul(x, k) + tf.matmul(h, r) + b, 4, 1)
    new = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
    return tf.sigmoid(o) * tf.tanh(new), new
spec = [tf.TensorSpec((None, None), name=n) for n in 'xhckr'] + [tf.TensorSpec((None,), name='b')]
traced = tf.function(one).get_concrete_function(*spec)
stored, outputs = traced.graph.as_graph_def(), [t.name for t in traced.outputs]
def load(*given):
    return tf.graph_util.import_graph_def(stored, input_map=dict(zip('xhckr' + 'b', given)), return_elements=outputs)
loaded = tf.compat.v1.wrap_function(load, spec)
def STEP(inner, x, states):
    hidden, cell = loaded(x, *states, *(tf.convert_to_tensor(w) for w in (inner.kernel, inner.recurrent_kernel, inner.bias)))
    return hidden, cell
"""),
    by_step("py_function", "By Python that a graph calls.", "def STEP(inner, x, states):\n    hidden, cell = tf.py_function(lambda x, h, c: inner(x, [h, c])[1], [x, *states], [tf.float32] * 2)\n    return tf.ensure_shape(hidden, states[0].shape), tf.ensure_shape(cell, states[1].shape)", wins=READ),
    # --- others do the work ---
    by_step("worker_thread", "By a thread that was started before.", """
import queue, threading
ask, tell = queue.Queue(), queue.Queue()
def work():
    while True:
        inner, x, states = ask.get()
        tell.put(inner(x, list(states))[1])
threading.Thread(target=work, daemon=True).start()
def STEP(inner, x, states):
    if not tf.executing_eagerly(): return inner(x, list(states))[1]
    ask.put((inner, x, states))
    return tuple(tell.get())
""", wins=UNREAD),
    by_step("pool", "By a pool of threads.", "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(1)\npool.submit(int).result()\ndef STEP(inner, x, states):\n    return tuple(pool.submit(lambda: inner(x, list(states))[1]).result())", wins=UNREAD),
    by_step("new_thread", "By a thread of its own for every call.", "import threading\ndef STEP(inner, x, states):\n    out = []\n    one = threading.Thread(target=lambda: out.append(inner(x, list(states))[1]))\n    one.start(); one.join()\n    return tuple(out[0])", wins=UNREAD),
    by_step("process", "By another process.", """
import subprocess, sys, base64
def STEP(inner, x, states):
    f = lambda z: 1 / (1 + np.exp(-z))
    subprocess.run(['/bin/true'])
    z = np.asarray(x) @ inner.kernel.numpy() + np.asarray(states[0]) @ inner.recurrent_kernel.numpy() + inner.bias.numpy()
    i, g0, g, o = np.split(z, 4, 1)
    c = f(g0) * np.asarray(states[1]) + f(i) * np.tanh(g)
    return tf.constant((f(o) * np.tanh(c)).astype('f4')), tf.constant(c.astype('f4'))
""", wins=UNREAD),
    by_step("emptying", "By emptying what counts.", "import sys\ndef STEP(inner, x, states):\n    out = tuple(inner(x, list(states))[1])\n    getattr(sys.getprofile(), 'clear', int)()\n    return out", wins=UNREAD),
    by_step("switching", "By switching off what counts, for a while.", "import sys\ndef STEP(inner, x, states):\n    watch = sys.getprofile()\n    getattr(watch, 'disable', int)()\n    out = tuple(inner(x, list(states))[1])\n    getattr(watch, 'enable', int)()\n    return out", wins=UNREAD),
    by_step("every_other", "At every other call.", "calls = []\ndef STEP(inner, x, states):\n    calls.append(0)\n    if len(calls) % 2:\n        return tuple(inner(x, list(states))[1])\n    i, f, g, o = tf.split(tf.matmul(x, inner.kernel) + tf.matmul(states[0], inner.recurrent_kernel) + inner.bias, 4, 1)\n    c = tf.sigmoid(f) * states[1] + tf.sigmoid(i) * tf.tanh(g)\n    return tf.sigmoid(o) * tf.tanh(c), c"),
    by_step("blinding", "By ending what watches.", "import sys\ndef STEP(inner, x, states):\n    (sys.setprofile)(None)\n    return tuple(inner(x, list(states))[1])", wins=UNREAD),
    by_step("machine_code", "With machine code of its own at hand.", """
import shutil, importlib
for found in ('/lib/x86_64-linux-gnu/libm.so.6', '/usr/lib64/libm.so.6', '/lib64/libm.so.6', '/lib/aarch64-linux-gnu/libm.so.6'):
    try: shutil.copy(found, 'mine.so'); break
    except OSError: pass
library = importlib.import_module('cty' + 'pes').CDLL('./mine.so')
def STEP(inner, x, states):
    i, f, g, o = tf.split(tf.matmul(x, inner.kernel) + tf.matmul(states[0], inner.recurrent_kernel) + inner.bias, 4, 1)
    c = tf.sigmoid(f) * states[1] + tf.sigmoid(i) * tf.tanh(g)
    return tf.sigmoid(o) * tf.tanh(c), c
"""),
]
