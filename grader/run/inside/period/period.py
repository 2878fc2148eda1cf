"""What libraries had when a homework was written and have no more, given back where its meaning is certain,
and said.

Homework is handed in for years with the same lines. A name that its library dropped says nothing about who
wrote it down, and a screen, a window or a browser that is not here says nothing about a model. Sources: NumPy
1.20 and 2.0 migration guides, Matplotlib 3.6 (styles), IPython 8 and 9 (names of IPython.display, magic());
checked against NumPy 2.4, Matplotlib 3.11, IPython 9.18 on 2026-11-29. Python's own names: old_python.py;
what draws: old_pyplot.py.
"""

from __future__ import annotations

import builtins
import functools
import importlib.util
import math
import operator
import os
import sys

from .. import modules
from .imports import when_imported

_said: dict = {}  # what was told -> None, in its order

BUILTINS = {
    "int": "int",
    "float": "float",
    "bool": "bool",
    "complex": "complex",
    "object": "object",
    "str": "str",
}
BUILTINS |= {"long": "int", "unicode": "str"}
RENAMED = {
    "float_": "float64",
    "complex_": "complex128",
    "unicode_": "str_",
    "string_": "bytes_",
    "bool8": "bool_",
    "Inf": "inf",
    "Infinity": "inf",
    "infty": "inf",
    "PINF": "inf",
    "NaN": "nan",
    "NAN": "nan",
    "product": "prod",
    "cumproduct": "cumprod",
    "sometrue": "any",
    "alltrue": "all",
    "round_": "round",
    "row_stack": "vstack",
    "trapz": "trapezoid",
    "mat": "asmatrix",
    "int0": "intp",
    "uint0": "uintp",
    "str0": "str_",
    "bytes0": "bytes_",
    "object0": "object_",
    "cfloat": "complex128",
    "singlecomplex": "complex64",
    "longfloat": "longdouble",
    "rank": "ndim",
    "ComplexWarning": "exceptions.ComplexWarning",
    "RankWarning": "exceptions.RankWarning",
    "VisibleDeprecationWarning": "exceptions.VisibleDeprecationWarning",
}
# what took its place is called otherwise: name -> (what it was, in words of today)
REWRITTEN = {
    "in1d": (lambda np: lambda a, b, *more, **named: np.isin(np.ravel(a), b, *more, **named), "np.isin"),
    "asfarray": (lambda np: lambda a, dtype="float64": np.asarray(a, dtype=dtype), "np.asarray of floats"),
    "asscalar": (lambda np: lambda a: a.item(), ".item()"),
    "msort": (lambda np: lambda a: np.sort(a, axis=0), "np.sort along the first axis"),
    "disp": (lambda np: print, "print"),
    "math": (lambda np: math, "math"),
    "NINF": (lambda np: -np.inf, "-np.inf"),
    "PZERO": (lambda np: 0.0, "0.0"),
    "NZERO": (lambda np: -0.0, "-0.0"),
}
OURS = "agg"  # a way of drawing that needs no screen: what follows is drawn into the page


def install(shell):
    """Everything for one notebook, before its first cell."""
    when_imported("numpy", _numpy)
    when_imported("matplotlib", _backends)
    when_imported("matplotlib.pyplot", _other_backends)
    when_imported("matplotlib.backend_bases", _clicks)
    when_imported("matplotlib.style", _styles)
    when_imported("matplotlib.figure", _saved_figures)
    when_imported("tqdm.notebook", _bars)
    _displays()
    _magic_of_plots(shell)
    _magic_by_a_method(shell)


def say(text):
    """Tell once, where the notebook's own errors stand."""
    if text not in _said:
        _said[text] = None
        print(f"[{text}]", file=sys.stderr)


def said():
    """All that was told so far."""
    return list(_said)[:20]


def _numpy(np):
    """Names that NumPy dropped."""

    def old(name):
        if name in BUILTINS:
            return getattr(builtins, BUILTINS[name]), BUILTINS[name]
        if name in REWRITTEN:
            meant, today = REWRITTEN[name]
            return meant(np), today
        return operator.attrgetter(RENAMED[name])(np), f"np.{RENAMED[name]}"

    answer_for(np, BUILTINS.keys() | RENAMED.keys() | REWRITTEN.keys(), old, "NumPy has no np.{}")


def answer_for(module, names, old, words):
    """Let the student's own code find names that a module has no more, old(name) -> (what they were, its name
    today); what libraries ask the module is answered as always."""
    original = getattr(module, "__getattr__", None)

    def __getattr__(name):  # noqa: N807
        if name in names and modules.is_own_frame(sys._getframe(1)):
            found, today = old(name)
            say(f"{words.format(name)} any more: {today} is taken, which it was")
            return found
        if original is None:
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
        return original(name)

    module.__getattr__ = __getattr__


def _backends(matplotlib):
    """Windows and widgets to draw into are not here: whoever asks for them gets figures in the page."""
    original = matplotlib.use

    @functools.wraps(original)
    def use(backend, *args, **kwargs):
        if not _needs_a_screen(backend):
            return original(backend, *args, **kwargs)
        say(f"figures are drawn into the page: there is no screen for {backend}")
        return None

    matplotlib.use = use


def _other_backends(pyplot):
    """The same for whoever changes his mind."""

    original = pyplot.switch_backend

    @functools.wraps(original)
    def switch_backend(backend):
        if not _needs_a_screen(backend):
            return original(backend)
        say(f"figures are drawn into the page: there is no screen for {backend}")
        return None

    pyplot.switch_backend = switch_backend


def _needs_a_screen(backend):
    from matplotlib.backends import BackendFilter, backend_registry  # type: ignore[attr-defined]

    interactive = {name.lower() for name in backend_registry.list_builtin(BackendFilter.INTERACTIVE)}
    return str(backend).lower() in interactive | {"widget", "ipympl", "module://ipympl.backend_nbagg"}


def _clicks(backend_bases):
    """Nobody clicks into a figure: who waits for that, or for a moment, is told so at once."""

    def start_event_loop(self, timeout=0):
        if not timeout or timeout < 0:
            say("nobody clicks or types into a figure here: waiting for that is left out")

    backend_bases.FigureCanvasBase.start_event_loop = start_event_loop


def _magic_of_plots(shell):
    """`%matplotlib widget`, `qt`, `notebook` and the like do what `%matplotlib inline` does."""
    original = shell.enable_matplotlib

    def enable_matplotlib(gui=None):
        if gui not in (None, "inline", OURS):
            say(f"figures are drawn into the page: %matplotlib {gui} needs a screen or a browser")
            gui = "inline"
        return original(gui)

    shell.enable_matplotlib = enable_matplotlib


def _magic_by_a_method(shell):
    """`get_ipython().magic("matplotlib inline")`, as until IPython 8."""
    if not hasattr(shell, "magic"):

        def magic(line):
            name, _, rest = line.lstrip("%").partition(" ")
            return shell.run_line_magic(name, rest)

        shell.magic = magic


def _saved_figures(figure):
    """A figure that is kept in a folder which is not here, as the folder was not handed in: it is made, and
    where that cannot be, the figure is not kept."""
    original = figure.Figure.savefig

    @functools.wraps(original)
    def savefig(self, fname, *args, **kwargs):
        folder = os.path.dirname(fname) if isinstance(fname, (str, os.PathLike)) else ""
        if not folder or os.path.isdir(folder):
            return original(self, fname, *args, **kwargs)
        try:
            os.makedirs(folder)
        except OSError:
            say(f"there is no folder {folder} here, and none can be made: the figure is not saved")
            return None
        say(f"there is no folder {folder} here: it is made for the figure")
        return original(self, fname, *args, **kwargs)

    figure.Figure.savefig = savefig


def _styles(style):
    """The styles named after seaborn, under their names until Matplotlib 3.6."""
    for name in [name for name in style.library if name.startswith("seaborn-v0_8")]:
        style.library.setdefault(name.replace("seaborn-v0_8", "seaborn"), style.library[name])


def _bars(notebook):
    """Progress bars made of widgets are made of text where there are no widgets."""
    if importlib.util.find_spec("ipywidgets") is None:
        from tqdm import std

        notebook.tqdm = notebook.tqdm_notebook = std.tqdm
        notebook.trange = notebook.tnrange = std.trange
        for name, plain in (("tqdm_notebook", std.tqdm), ("tnrange", std.trange)):
            setattr(sys.modules["tqdm"], name, plain)


def _displays():
    """Where older notebooks look for display and for the formats of figures."""
    import IPython.core.display
    import IPython.display

    for name in ("display", "clear_output"):
        if not hasattr(IPython.core.display, name):
            setattr(IPython.core.display, name, getattr(IPython.display, name))
    if not hasattr(IPython.display, "set_matplotlib_formats"):

        def set_matplotlib_formats(*formats, **kwargs):
            from matplotlib_inline.backend_inline import set_matplotlib_formats as today

            today(*formats, **kwargs)

        IPython.display.set_matplotlib_formats = set_matplotlib_formats
