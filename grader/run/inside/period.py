"""What libraries had when a homework was written and have no more, given back where its meaning is certain,
and said.

Homework is handed in for years with the same lines. A name that its library dropped says nothing about who
wrote it down, and a screen, a window or a browser that is not here says nothing about a model. Sources: NumPy
1.20 and 2.0 migration guides, Matplotlib 3.6 (styles), IPython 8 and 9 (names of IPython.display); checked
against NumPy 2.4, Matplotlib 3.11, IPython 9.18 on 2026-11-28.
"""

from __future__ import annotations

import builtins
import functools
import importlib.util
import sys

from . import modules
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
}
OURS = "agg"  # a way of drawing that needs no screen: what follows is drawn into the page


def install(shell):
    """Everything for one notebook, before its first cell."""
    when_imported("numpy", _numpy)
    when_imported("matplotlib", _backends)
    when_imported("matplotlib.style", _styles)
    when_imported("tqdm.notebook", _bars)
    _displays()
    _magic_of_plots(shell)


def say(text):
    """Tell once, where the notebook's own errors stand."""
    if text not in _said:
        _said[text] = None
        print(f"[{text}]", file=sys.stderr)


def said():
    """All that was told so far."""
    return list(_said)[:20]


def _numpy(np):
    """Names that NumPy dropped, for the student's own code: what libraries ask NumPy is answered as
    always."""
    original = np.__getattr__

    def __getattr__(name):  # noqa: N807
        old = BUILTINS.get(name) or RENAMED.get(name)
        if old is None or not modules.is_own_frame(sys._getframe(1)):
            return original(name)
        value = getattr(builtins, old) if name in BUILTINS else getattr(np, old)
        say(
            f"NumPy has no np.{name} any more: {old if name in BUILTINS else f'np.{old}'} is taken, which"
            " it was"
        )
        return value

    np.__getattr__ = __getattr__


def _backends(matplotlib):
    """Windows and widgets to draw into are not here: whoever asks for them gets figures in the page."""
    original = matplotlib.use

    @functools.wraps(original)
    def use(backend, *args, **kwargs):
        if not _needs_a_screen(matplotlib, backend):
            return original(backend, *args, **kwargs)
        say(f"figures are drawn into the page: there is no screen for {backend}")
        return None

    matplotlib.use = use


def _needs_a_screen(matplotlib, backend):
    from matplotlib.backends import BackendFilter, backend_registry

    interactive = {name.lower() for name in backend_registry.list_builtin(BackendFilter.INTERACTIVE)}
    return str(backend).lower() in interactive | {"widget", "ipympl", "module://ipympl.backend_nbagg"}


def _magic_of_plots(shell):
    """`%matplotlib widget`, `qt`, `notebook` and the like do what `%matplotlib inline` does."""
    original = shell.enable_matplotlib

    def enable_matplotlib(gui=None):
        if gui not in (None, "inline", OURS):
            say(f"figures are drawn into the page: %matplotlib {gui} needs a screen or a browser")
            gui = "inline"
        return original(gui)

    shell.enable_matplotlib = enable_matplotlib


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
