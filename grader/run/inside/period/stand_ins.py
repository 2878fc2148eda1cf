"""Stand-ins for what a notebook talks to and that is not here, where nothing guards the import.

Colab: a notebook that asks whether it runs there
(`try: import google.colab`, `"google.colab" in sys.modules`) is told the truth, that it does not, and takes
the way it has for that.

Progress bars, trackers of experiments and sounds show or note what happens, and nothing of it comes back. A
loop over a bar is then a loop over what the bar was given, and what would be noted is not. Whoever takes a
number from them does not get one: that is the error of a missing package, as with any other (absent.py).

What only says types, and checks them while the code runs, changes nothing of what right code computes.
"""

from __future__ import annotations

import ast
import contextlib
import importlib.abc
import importlib.machinery
import linecache
import sys
import types

from .. import modules
from .absent import Absent, missing
from .period import say

COLAB = "google.colab"
GUARDS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
# files.upload(): nobody chose a file; userdata.get(): no secret is known
ANSWERS = {"upload": dict, "get": str}
ANSWERS |= dict.fromkeys(("use_tags", "redirect_to_element", "temporary"), contextlib.nullcontext)
BARS = frozenset({"fastprogress", "alive_progress", "progressbar", "enlighten", "livelossplot"})
TRACKERS = frozenset({"wandb", "mlflow", "comet_ml", "neptune", "tensorboardX", "clearml", "aim", "dvclive"})
SOUNDS = frozenset({"winsound", "playsound", "beepy", "chime"})
TYPES = frozenset({"jaxtyping", "torchtyping", "beartype", "typeguard", "pytypes", "enforce"})
SHOWERS = frozenset({"icecream", "pysnooper", "snoop"})  # they give back what they show
COMPILERS = frozenset({"numba"})  # what they make of a function computes what it computes
# as the Python Package Index had them in 2026-11; of any other package something may come back
WATCHERS = BARS | TRACKERS | SOUNDS | TYPES | SHOWERS | COMPILERS
PASSED_ON = ("importlib", "_frozen_importlib", "IPython.")  # modules that import for somebody else


class _Anything:
    """Whatever a notebook takes from Colab: it may be called and looked into, and does nothing."""

    def __init__(self, name):
        self._name = name

    def __call__(self, *args, **kwargs):
        return ANSWERS.get(self._name, lambda: None)()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _Anything(name)


class _Watcher(Absent):
    """Whatever a notebook takes from a bar or a tracker: it may be called, looked into, entered and written
    to. Gone through, it is what it was given to go through."""

    def __init__(self, package, given=None):
        super().__init__(package)
        self.__dict__["_given"] = given

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return _Watcher(self._package)

    def __call__(self, *args, **kwargs):
        if len(args) == 1 and not kwargs and isinstance(args[0], types.FunctionType | type):  # as a decorator
            return args[0]
        iterable = (one for one in args if hasattr(type(one), "__iter__") and not isinstance(one, str))
        return _Watcher(self._package, next(iterable, None))

    def __iter__(self):
        return iter(self._what_was_given())

    def __len__(self):
        return len(self._what_was_given())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def __setitem__(self, key, value):
        """Noted nowhere."""

    def _what_was_given(self):
        if self._given is None:
            raise missing(self._package)
        return self._given


class _Types(_Watcher):
    """Whatever says types: Float[tf.Tensor, "batch units"] is what stands there."""

    def __getitem__(self, what):
        return what[0] if isinstance(what, tuple) and what else what


class _Shower(_Watcher):
    """Whatever shows values: ic(x) is x."""

    def __call__(self, *args, **kwargs):
        if args and not kwargs:
            return args[0] if len(args) == 1 else args
        return self


def _compiled(*args, **_):
    """`@njit`, and `@njit(parallel=True)`: the function as it was written."""
    return args[0] if args and isinstance(args[0], types.FunctionType) else _compiled


COMPILING = {"jit": _compiled, "njit": _compiled, "prange": range}


class _Module(types.ModuleType):
    """A module in which every name can be found."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        package = _stood_in_for(self.__name__)
        if package in COMPILERS:
            if name not in COMPILING or self.__name__ != package:
                raise missing(package)
            return COMPILING[name]
        kind = _Types if package in TYPES else _Shower if package in SHOWERS else _Watcher
        return _Anything(name) if package == COLAB else kind(package)


class _StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds these packages, and what is below them, for code of the student's that has no other way."""

    def __init__(self, packages):
        self._packages = packages

    def find_spec(self, name, path=None, target=None):
        package = _stood_in_for(name)
        if package not in self._packages or (name == package and not _is_needed(sys._getframe(1))):
            return None
        if package in WATCHERS:
            does = "check" if package in TYPES else "compile" if package in COMPILERS else "show or note"
            say(f"there is no {package} here: what it would {does} is left out, the rest runs")
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return _Module(spec.name)

    def exec_module(self, module):
        """There is nothing to execute."""


def _stood_in_for(name):
    """The package that a module belongs to."""
    return COLAB if f"{name}.".startswith(f"{COLAB}.") else name.partition(".")[0]


def install():
    """Let `import google.colab` find a stand-in, beside whatever else is called google; and let watchers that
    nobody else finds be found."""
    try:
        import google  # noqa: F401  a namespace package that protobuf brings
    except ImportError:
        sys.modules["google"] = types.ModuleType("google")
        sys.modules["google"].__path__ = []
    sys.meta_path.insert(0, _StandIns({COLAB}))
    sys.meta_path.append(_StandIns(WATCHERS))


def _is_needed(frame):
    """Whether the student's own code imports, not a library, and not just to see whether it can."""
    while frame is not None and frame.f_globals.get("__name__", "").startswith(PASSED_ON):
        if frame.f_code.co_name == "find_spec" and frame.f_globals["__name__"] == "importlib.util":
            return False
        frame = frame.f_back
    return frame is not None and modules.is_own_frame(frame) and not _is_guarded(frame)


def _is_guarded(frame):
    """Whether the statement that is being executed stands in a `try` that expects the import to fail."""
    try:
        tree = ast.parse("".join(linecache.getlines(frame.f_code.co_filename)))
    except (SyntaxError, ValueError, RecursionError):
        return False
    return any(
        part.lineno <= frame.f_lineno <= (part.end_lineno or 0) and any(map(_expects_it, node.handlers))
        for node in ast.walk(tree)
        if isinstance(node, ast.Try)
        for part in node.body
    )


def _expects_it(handler):
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or (isinstance(kind, ast.Name) and kind.id in GUARDS) for kind in caught)
