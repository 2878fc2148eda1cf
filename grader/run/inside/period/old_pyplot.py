"""What Matplotlib had when a homework was written and has no more, given back where its meaning is certain,
and said.

Sources: API changes of Matplotlib 3.0 (`hold`), 3.1 (`normed`, `axisbg`), 3.5 (`grid(b=...)`), 3.6 (keywords
of `gca`, `set_window_title`) and 3.9 (`cm.get_cmap`); checked against Matplotlib 3.11 on 2026-11-29.
"""

from __future__ import annotations

import functools
import sys

from ..modules import is_own_frame
from .imports import when_imported
from .period import answer_for, say


def install():
    """As soon as each part is imported."""
    when_imported("matplotlib.cm", _colours)
    when_imported("matplotlib.figure", _figure)
    when_imported("matplotlib.axes", _axes)
    when_imported("matplotlib.pyplot", _pyplot)
    when_imported("matplotlib.backend_bases", _canvas)


def _colours(cm):
    """`cm.get_cmap(name, steps)`, as until Matplotlib 3.8."""

    def get_cmap(name=None, lut=None):
        import matplotlib

        found = matplotlib.colormaps.get_cmap(name)
        return found if lut is None else found.resampled(lut)

    answer_for(cm, {"get_cmap"}, lambda _: (get_cmap, "matplotlib.colormaps"), "Matplotlib has no cm.{}")


def _figure(figure):
    """`fig.gca(projection="3d")`: the current axes if they are such, else new ones."""
    original = figure.Figure.gca

    @functools.wraps(original)
    def gca(self, **kwargs):
        if not kwargs:
            return original(self)
        say(f"gca takes no {', '.join(kwargs)} any more: add_subplot does, which it did")
        current = original(self) if self.axes else None
        wanted = kwargs.get("projection")
        return current if current is not None and current.name == wanted else self.add_subplot(**kwargs)

    figure.Figure.gca = gca
    _renamed(figure.Figure, "add_subplot", {"axisbg": "facecolor", "axis_bgcolor": "facecolor"})


def _axes(axes):
    _renamed(axes.Axes, "hist", {"normed": "density"})
    _renamed(axes.Axes, "grid", {"b": "visible"})
    if not hasattr(axes.Axes, "hold"):
        axes.Axes.hold = lambda self, b=None: _hold(b)


def _pyplot(pyplot):
    """The functions that hand their arguments on."""
    _renamed(pyplot, "hist", {"normed": "density"})
    _renamed(pyplot, "grid", {"b": "visible"})
    original = pyplot.gca

    @functools.wraps(original)
    def gca(**kwargs):
        return pyplot.gcf().gca(**kwargs) if kwargs else original()

    pyplot.gca = gca
    answer_for(pyplot, {"hold"}, lambda _: (_hold, "what it is from the start"), "Matplotlib has no plt.{}")


def _hold(b=None):
    """Everything is drawn over what is there, as `hold(True)` had it."""
    if b is not None and not b:
        raise AttributeError(
            "Matplotlib has no hold(False) any more: call cla() or clf() before drawing anew"
        )


def _renamed(home, name, keywords):
    """A method or function whose keywords had other names."""
    original = getattr(home, name)

    @functools.wraps(original)
    def called(*args, **kwargs):
        for old, now in keywords.items():
            if old in kwargs and is_own_frame(sys._getframe(1)):
                say(f"{name} has no {old} any more: {now} is taken, which it was")
                kwargs[now] = kwargs.pop(old)
        return original(*args, **kwargs)

    setattr(home, name, called)


def _canvas(backend_bases):
    """`fig.canvas.set_window_title`: there is no window."""
    if not hasattr(backend_bases.FigureCanvasBase, "set_window_title"):
        backend_bases.FigureCanvasBase.set_window_title = lambda self, title: None
