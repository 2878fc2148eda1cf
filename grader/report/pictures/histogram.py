"""How many of a class have how many points."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from grader.report.pictures.scale import nice_step, number_text
from grader.report.pictures.svg import BOTTOM, LEFT, PLOT, RIGHT, WIDTH, svg, text


def histogram_svg(values: Sequence[float], *, maximum: float, title: str, x_label: str = "points") -> str:
    """How many of `values` (0 to `maximum`) lie in each bin; the median as a line. Values that are no numbers
    are left out."""
    known = sorted(min(max(float(value), 0.0), maximum) for value in values if math.isfinite(value))
    if not known or not maximum > 0:
        return svg(60, title, "There are no values to draw.", text(LEFT, 36, "no values to draw"))
    step = nice_step(maximum, 12)
    bins = [0] * max(1, math.ceil(maximum / step - 1e-9))
    for value in known:
        bins[min(int(value / step + 1e-9), len(bins) - 1)] += 1
    top = 34
    median = float(np.median(known))
    described = f"{len(known)} values, median {number_text(median)} of {number_text(maximum)}. " + " ".join(
        f"{number_text(i * step)} to {number_text(min((i + 1) * step, maximum))}: {count}."
        for i, count in enumerate(bins)
        if count
    )
    parts = [_bar(i, count, len(bins), max(bins), top) for i, count in enumerate(bins) if count]
    parts.append(f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{top + PLOT}" y2="{top + PLOT}"/>')
    parts += _edges(step, len(bins), top)
    wide = WIDTH - LEFT - RIGHT
    x = LEFT + wide * min(median / (step * len(bins)), 1.0)
    parts.append(f'<line class="median" x1="{x:.1f}" x2="{x:.1f}" y1="{top - 14}" y2="{top + PLOT}"/>')
    anchor = "end" if x > WIDTH / 2 else "start"
    parts.append(
        text(x + (-5 if anchor == "end" else 5), top - 18 + 4, f"median {number_text(median)}", anchor=anchor)
    )
    return svg(
        top + PLOT + BOTTOM + 14,
        title,
        described,
        *parts,
        *(_count(i, count, len(bins), max(bins), top) for i, count in enumerate(bins) if count),
        text((LEFT + WIDTH) / 2, top + PLOT + 34, x_label, anchor="middle"),
    )


def _bar(place: int, count: int, bins: int, most: int, top: int) -> str:
    wide, tall = (WIDTH - LEFT - RIGHT) / bins, _height(count, most)
    x, y = LEFT + wide * place, top + PLOT - tall
    return (
        f'<rect class="box" x="{x + 1.5:.1f}" y="{y:.1f}" width="{wide - 3:.1f}" height="{tall:.1f}" rx="2"/>'
    )


def _count(place: int, count: int, bins: int, most: int, top: int) -> str:
    """How many, above the bar; drawn last, since the median may run through it."""
    wide = (WIDTH - LEFT - RIGHT) / bins
    x, y = LEFT + wide * (place + 0.5), top + PLOT - _height(count, most) - 4
    return text(x, y, str(count), anchor="middle", style="count")


def _height(count: int, most: int) -> float:
    return max(2.0, (PLOT - 16) * count / most)


def _edges(step: float, bins: int, top: int) -> list[str]:
    wide = (WIDTH - LEFT - RIGHT) / bins
    every = max(1, math.ceil(bins / 8))
    return [
        text(LEFT + wide * i, top + PLOT + 17, number_text(i * step), anchor="middle")
        for i in range(0, bins + 1, every)
    ]
