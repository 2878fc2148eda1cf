"""Learning curves. Lines also differ by their dashes, so that colour is never needed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from grader.report.neutral import visible
from grader.report.pictures.scale import Scale, nice_step, number_text
from grader.report.pictures.svg import BOTTOM, LEFT, PLOT, RIGHT, WIDTH, svg, text

MOST_SERIES, MOST_POINTS = 6, 240
TALLEST = 1e100  # larger values are drawn at this height: they would overflow our arithmetic
DASHES = ("none", "6 4", "2 3", "8 3 2 3", "12 4", "4 2")
COLOURS = ("#1f6f5c", "#b4531f", "#3b5bdb", "#8a3ffc", "#a0791a", "#c2255c")


def curve_svg(
    series: Mapping[str, Sequence[float]],
    *,
    title: str,
    x_label: str = "",
    bounds: tuple[float, float] | None = None,
) -> str:
    """Lines of values over their positions; gaps where a value is no number, means where there are very many.
    A line with one value fewer than the longest begins one position later, as losses of epochs do beside
    those of a test that was made before training, too; others of another length are stretched, as losses of
    batches beside losses of epochs.

    `bounds` fixes the axis, such as (0, 1) for an accuracy. Without any number to draw, a picture that says
    so.
    """
    longest = max((len(values) for values in series.values()), default=0)
    lines = {
        visible(str(name), newlines=False, limit=28): [
            *([None] if len(values) == longest - 1 else []),
            *thin_out(values),
        ]
        for name, values in list(series.items())[:MOST_SERIES]
    }
    numbers = [value for line in lines.values() for value in line if value is not None]
    if not numbers:
        return svg(60, title, "There are no values to draw.", text(LEFT, 36, "no values to draw"))
    scale = _scale(numbers, bounds)
    legend, top = _legend(list(lines))
    parts = [legend, *_axis(scale, top), _ends(longest, x_label, top)]
    parts += [_line(number, values, scale, top) for number, values in enumerate(lines.values())]
    return svg(top + PLOT + BOTTOM, title, _describe(lines, longest), *parts)


def thin_out(values: Sequence[float]) -> list[float | None]:
    """At most 240 values, each the mean of its neighbours; None where there is no finite number: a loss that
    exploded stops."""
    try:
        flat = np.asarray(values, dtype=np.float64).ravel()
    except (TypeError, ValueError):  # words among the numbers
        return []
    flat = np.clip(np.where(np.isinf(flat), np.nan, flat), -TALLEST, TALLEST)
    means: list[float | None] = []
    for part in np.array_split(flat, min(len(flat), MOST_POINTS) or 1):
        known = part[~np.isnan(part)]
        means.append(float(known.mean()) if known.size else None)
    return means


def _scale(numbers: Sequence[float], bounds: tuple[float, float] | None) -> Scale:
    low, high = min(numbers), max(numbers)
    if bounds is not None:
        return Scale(min(low, bounds[0]), max(high, bounds[1]), False)
    if low > 0 and high / low > 1000:
        return Scale(10.0 ** math.floor(math.log10(low)), 10.0 ** math.ceil(math.log10(high)), True)
    if low == high:
        low, high = low - (abs(low) * 0.1 or 0.5), high + (abs(high) * 0.1 or 0.5)
    step = nice_step(high - low, 5)
    return Scale(math.floor(low / step) * step, math.ceil(high / step) * step, False)


def _axis(scale: Scale, top: int) -> list[str]:
    parts = []
    for tick in scale.ticks():
        y = top + PLOT * (1 - scale.height(tick))
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(text(LEFT - 6, y + 4, number_text(tick), anchor="end"))
    return parts


def _ends(longest: int, label: str, top: int) -> str:
    y = top + PLOT + 18
    last = text(WIDTH - RIGHT, y, f"{longest:,}", anchor="end") if longest > 1 else ""
    name = (
        text((LEFT + WIDTH - RIGHT) / 2, y, visible(label, newlines=False, limit=30), anchor="middle")
        if label
        else ""
    )
    return text(LEFT, y, "1") + name + last


def _legend(names: Sequence[str]) -> tuple[str, int]:
    """The names with their lines, in rows, and where the plot begins below them."""
    x, row, parts = LEFT, 0, []
    for number, name in enumerate(names):
        width = 30 + 7 * len(name)
        if x > LEFT and x + width > WIDTH - RIGHT:
            x, row = LEFT, row + 1
        y = 14 + 18 * row
        parts.append(
            f'<line x1="{x}" x2="{x + 20}" y1="{y - 4}" y2="{y - 4}"'
            f' style="{_stroke(number)}"/>{text(x + 25, y, name)}'
        )
        x += width + 14
    return "".join(parts), 14 + 18 * row + 16


def _line(number: int, values: Sequence[float | None], scale: Scale, top: int) -> str:
    wide = WIDTH - LEFT - RIGHT
    path, alone, drawing = [], [], False
    for place, value in enumerate(values):
        if value is None:
            drawing = False
            continue
        x = LEFT + wide * (place / (len(values) - 1) if len(values) > 1 else 0.5)
        y = top + PLOT * (1 - scale.height(value))
        path.append(f"{'L' if drawing else 'M'}{x:.1f} {y:.1f}")
        before = values[place - 1] if place else None
        after = values[place + 1] if place + 1 < len(values) else None
        if before is None and after is None:  # a line of one point would be invisible
            alone.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" style="fill:{_colour(number)}"/>')
        drawing = True
    return f'<path d="{"".join(path)}" fill="none" style="{_stroke(number)}"/>' + "".join(alone)


def _describe(lines: Mapping[str, Sequence[float | None]], longest: int) -> str:
    sentences = []
    for name, values in lines.items():
        known = [value for value in values if value is not None]
        if known:
            sentences.append(f"{name}: from {number_text(known[0])} to {number_text(known[-1])}.")
        else:
            sentences.append(f"{name}: no numbers.")
    return " ".join([*sentences, f"{longest:,} values."])


def _colour(number: int) -> str:
    return f"var(--series-{number + 1},{COLOURS[number]})"


def _stroke(number: int) -> str:
    return f"stroke:{_colour(number)};stroke-width:2;stroke-linejoin:round;stroke-dasharray:{DASHES[number]}"
