"""The figures that a notebook drew: axes, scales, labels, legends and the data of lines. Answered by
run/inside/seen/figures.py, which notes a figure when pyplot lets go of it. A drawing is the notebook's
word."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.assignment import Probe
from grader.model import Observation
from grader.probes.reading import text

LONGEST_WORDS = 200  # characters of a title, a label, an entry of a legend


@dataclass(frozen=True, slots=True, kw_only=True)
class PlottedLine:
    """One line: its label, and its data x and y [points]."""

    label: str
    x: np.ndarray
    y: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class Axes:
    """One pair of axes. Scales are "linear", "log" and so on."""

    title: str
    x_label: str
    y_label: str
    x_scale: str
    y_scale: str
    legend: tuple[str, ...]
    lines: tuple[PlottedLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure, as it was when pyplot let go of it, or at the end."""

    axes: tuple[Axes, ...]


@functools.cache
def figures() -> Probe:
    """All figures, in the order in which they were finished."""
    return Probe(name="figures", answered_by="figures", early=False, reads=read_figures)


def read_figures(observation: Observation) -> tuple[Figure, ...]:
    """The figures, as far as they can be read."""
    told = observation.answer.get("figures")
    listed = [one for one in told if isinstance(one, list)] if isinstance(told, list) else []
    return tuple(
        Figure(axes=tuple(_axes(observation, axes) for axes in one if isinstance(axes, Mapping)))
        for one in listed[:100]
    )


def _axes(observation: Observation, told: Mapping[str, Any]) -> Axes:
    lines, legend = told.get("lines"), told.get("legend")
    found = (
        [_line(observation, one) for one in lines if isinstance(one, Mapping)]
        if isinstance(lines, list)
        else []
    )
    return Axes(
        title=text(told.get("title"), LONGEST_WORDS),
        x_label=text(told.get("x_label"), LONGEST_WORDS),
        y_label=text(told.get("y_label"), LONGEST_WORDS),
        x_scale=text(told.get("x_scale"), LONGEST_WORDS),
        y_scale=text(told.get("y_scale"), LONGEST_WORDS),
        legend=tuple(text(words, LONGEST_WORDS) for words in legend[:40]) if isinstance(legend, list) else (),
        lines=tuple(line for line in found if line is not None),
    )


def _line(observation: Observation, told: Mapping[str, Any]) -> PlottedLine | None:
    x, y = (observation.array(text(told.get(axis), LONGEST_WORDS)) for axis in ("x", "y"))
    if x is None or y is None or x.shape != y.shape or x.ndim != 1:
        return None
    return PlottedLine(label=text(told.get("label"), LONGEST_WORDS), x=x, y=y)
