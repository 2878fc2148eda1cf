"""Which code is a library's, by where its file lies, and what kind of library code it is. Settled before the
first cell.

The names in here are those of files and classes of libraries, which no student writes: whatever a notebook
calls a thing, or however it comes by it, the code that runs keeps the name of its file.
"""

from __future__ import annotations

import os
import re
import sys
import sysconfig

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # the folder of all that runs inside
_FROZEN = re.compile(r"<frozen ([\w.]+)>")  # modules of Python itself that have no file at run time
_WORD = r"(cudnn)?(rnn|lstm|gru|recurrent)s?"
_RECURRENT_FILE = re.compile(rf"(?i)(^|.*[^a-z]){_WORD}([^a-z].*|$)")
_RECURRENT_CLASS = re.compile(r"\w*(LSTM|GRU|RNN|Recurrent)\w*")
# Stand among them and compute no step: a wrapper, the base of cells of one's own, start states.
_NO_RECURRENCE = re.compile(
    r".*/(time_distributed|abstract_rnn_cell|rnn_utils|dropout_rnn_cell(_mixin)?)\.py"
)
# CudnnRNNV3, BlockLSTMV2, GRUBlockCell: kernels by the name of their operation
_RECURRENT_OP = re.compile(r"\w*(LSTM|GRU|RNN)\w*")

# Runs a program that was stored: what it computes stands nowhere as Python.
_RESTORED = re.compile(
    r"tensorflow/python/(saved_model/(load|function_deserialization)|framework/importer|eager/wrap_function)\.py|"
    r"tensorflow/lite/.*|tflite_runtime/.*|ai_edge_litert/.*|onnxruntime/.*|torch/jit/.*|jax/.*/export.*"
)
# Hands work to another thread, process or machine, where nobody watches.
_ELSEWHERE = re.compile(
    r"(threading|queue|subprocess|socket|selectors|socketserver|ssl)\.py|"
    r"(concurrent|multiprocessing|asyncio|http|urllib|xmlrpc|joblib|zmq|jupyter_client|ipyparallel|distributed)/.*"
)
# Runs text or files as a program. What else runs text (timeit, a profiler) does so for honest reasons, too,
# and is told only where that text answers a question.
_INTERPRETER = re.compile(
    r"IPython/core/(interactiveshell|magics/execution)\.py|IPython/utils/py3compat\.py|ipykernel/.*|codeop\.py|code\.py|runpy(\.py)?|"
    r"importlib(/|\.).*|zipimport(\.py)?|imp\.py"
)
_IPYTHON_COMPILES = re.compile(
    r"IPython/core/compilerop\.py|codeop\.py|IPython/core/magics/execution\.py|ipykernel/.*"
)
# Writes code of its own making, out of names that it is given, and runs that.
_GENERATOR = re.compile(
    r"(dataclasses|typing|enum|functools|reprlib|_collections_abc|inspect)\.py|collections/.*|"
    r"(attr|attrs|decorator|wrapt|pydantic|beartype|jaxtyping|typeguard|traitlets|einops)[/.].*|typing_extensions\.py"
)
LOADS = "tensorflow/python/autograph/pyct/loader.py"  # what AutoGraph has made of a function
CONVERTS = "tensorflow/python/autograph/impl/api.py", "_convert_actual"  # begins to make it

MOST_NAMED = 20_000  # files whose names are kept

_roots: tuple[str, ...] = ()
_named: dict[str, str] = {}  # what `named` found: every frame and every operation of a graph asks for it


def prepare(folder):
    """Note where libraries lie, once; `folder` is the student's and is none."""
    global _roots
    known = [
        *sysconfig.get_paths().values(),
        *sys.path,
        *(_home_of(module) for module in list(sys.modules.values())),
    ]
    named = {os.path.abspath(path) for path in known if path}
    inside = os.path.join(os.path.realpath(folder), "")
    both = {path for one in named for path in (one, os.path.realpath(one))}
    kept = {
        os.path.join(path, "")
        for path in both
        if not inside.startswith(os.path.join(path, "")) and path != HERE
    }
    _roots = tuple(sorted((path for path in kept if not path.startswith(inside)), key=len, reverse=True))
    _named.clear()


def _home_of(module):
    """The folder from which a top-level package was imported; "" for everything else."""
    spec = getattr(module, "__spec__", None)
    places = getattr(spec, "submodule_search_locations", None)
    if not places or "." in spec.name or spec.name == "_inside":
        return ""
    return os.path.dirname(next(iter(places), ""))


def named(filename):
    """A library's file as the library names it: "keras/src/layers/rnn/lstm.py"; "" for a file that is no
    library's, or ours."""
    if (known := _named.get(filename)) is not None:
        return known
    name = _named_by_place(filename)
    if len(_named) < MOST_NAMED:
        _named[filename] = name
    return name


def _named_by_place(filename):
    if filename.startswith(HERE):
        return ""
    if frozen := _FROZEN.fullmatch(filename):
        return frozen[1]
    root = next((root for root in _roots if filename.startswith(root)), None)
    return filename[len(root) :].replace(os.sep, "/") if root is not None else ""


def is_ours(filename):
    """Whether a file is one of those in this folder."""
    return filename.startswith(HERE)


def is_recurrent(name, qualname):
    """Whether library code belongs to a recurrent cell, layer or kernel, or to what steps one along a
    sequence."""
    if _NO_RECURRENCE.fullmatch(name):
        return False
    return bool(_RECURRENT_FILE.fullmatch(name) or _RECURRENT_CLASS.fullmatch(qualname.partition(".")[0]))


def is_recurrent_operation(kind):
    """Whether an operation of a graph, by its type, is a whole recurrent cell or network."""
    return _RECURRENT_OP.fullmatch(kind) is not None


def restores(name):
    """Whether library code runs stored programs."""
    return _RESTORED.fullmatch(name) is not None


def hands_over(name):
    """Whether library code has others do the work."""
    return _ELSEWHERE.fullmatch(name) is not None


def interprets(name):
    """Whether library code runs what it is given."""
    return _INTERPRETER.fullmatch(name) is not None


def compiles_cells(name):
    """Whether library code is what IPython compiles with."""
    return _IPYTHON_COMPILES.fullmatch(name) is not None


def generates(name):
    """Whether library code writes the code that it runs."""
    return _GENERATOR.fullmatch(name) is not None
