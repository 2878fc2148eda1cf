"""Learning curves and histograms as small inline SVG: no scripts, readable in light, dark and print, with a
text for the blind.

Colours are CSS variables of the page with a fallback; lines also differ by their dashes, so that colour is
never needed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

import numpy as np

from grader.report.neutral import visible

WIDTH, LEFT, RIGHT, BOTTOM, PLOT = 420, 44, 8, 26, 150  # user units; about one CSS pixel in a narrow window
SMALL = 90  # units wide: a picture within a line
MOST_SERIES, MOST_POINTS = 6, 240
HUGE = 1e100  # larger values are drawn at this height: they would overflow our arithmetic
DASHES = ("none", "6 4", "2 3", "8 3 2 3", "12 4", "4 2")
COLOURS = ("#1f6f5c", "#b4531f", "#3b5bdb", "#8a3ffc", "#a0791a", "#c2255c")


class Scale(NamedTuple):
    """How values become heights."""

    low: float
    high: float
    logarithmic: bool

    def height(self, value: float) -> float:
        """0 at the bottom, 1 at the top."""
        low, high = self._bent(self.low), self._bent(self.high)
        return (self._bent(min(max(value, self.low), self.high)) - low) / ((high - low) or 1.0)

    def _bent(self, value: float) -> float:
        return math.log10(value) if self.logarithmic else value

    def ticks(self) -> list[float]:
        """Three to six values for the axis."""
        if self.logarithmic:
            lowest, highest = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
            return [
                10.0**power for power in range(lowest, highest + 1, max(1, math.ceil((highest - lowest) / 4)))
            ]
        step = nice_step(self.high - self.low, 5)
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [number * step for number in range(first, last + 1)]


def nice_step(span: float, parts: int) -> float:
    """1, 2 or 5 times a power of ten that divides `span` in about so many parts."""
    raw = max(span, 1e-12) / max(parts, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= raw * 0.999)


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
        return _svg(60, title, "There are no values to draw.", _text(LEFT, 36, "no values to draw"))
    scale = _scale(numbers, bounds)
    legend, top = _legend(list(lines))
    parts = [legend, *_axis(scale, top), _ends(longest, x_label, top)]
    parts += [_line(number, values, scale, top) for number, values in enumerate(lines.values())]
    return _svg(top + PLOT + BOTTOM, title, _describe(lines, longest), *parts)


def thin_out(values: Sequence[float]) -> list[float | None]:
    """At most 240 values, each the mean of its neighbours; None where there is no finite number: a loss that
    exploded stops."""
    try:
        flat = np.asarray(values, dtype=np.float64).ravel()
    except (TypeError, ValueError):  # words among the numbers
        return []
    flat = np.clip(np.where(np.isinf(flat), np.nan, flat), -HUGE, HUGE)
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
        parts.append(_text(LEFT - 6, y + 4, number_text(tick), anchor="end"))
    return parts


def _ends(longest: int, label: str, top: int) -> str:
    y = top + PLOT + 18
    last = _text(WIDTH - RIGHT, y, f"{longest:,}", anchor="end") if longest > 1 else ""
    name = (
        _text((LEFT + WIDTH - RIGHT) / 2, y, visible(label, newlines=False, limit=30), anchor="middle")
        if label
        else ""
    )
    return _text(LEFT, y, "1") + name + last


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
            f' style="{_stroke(number)}"/>{_text(x + 25, y, name)}'
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
        before, after = (
            values[place - 1] if place else None,
            values[place + 1] if place + 1 < len(values) else None,
        )
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


def histogram_svg(values: Sequence[float], *, maximum: float, title: str, x_label: str = "points") -> str:
    """How many of `values` (0 to `maximum`) lie in each bin; the median as a line. Values that are no numbers
    are left out."""
    known = sorted(min(max(float(value), 0.0), maximum) for value in values if math.isfinite(value))
    if not known or not maximum > 0:
        return _svg(60, title, "There are no values to draw.", _text(LEFT, 36, "no values to draw"))
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
    parts = [_bar(i, count, len(bins), max(bins), top) for i, count in enumerate(bins)]
    parts.append(f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{top + PLOT}" y2="{top + PLOT}"/>')
    parts += _edges(step, len(bins), top)
    wide = WIDTH - LEFT - RIGHT
    x = LEFT + wide * min(median / (step * len(bins)), 1.0)
    parts.append(f'<line class="median" x1="{x:.1f}" x2="{x:.1f}" y1="{top - 14}" y2="{top + PLOT}"/>')
    anchor = "end" if x > WIDTH / 2 else "start"
    parts.append(
        _text(
            x + (-5 if anchor == "end" else 5), top - 18 + 4, f"median {number_text(median)}", anchor=anchor
        )
    )
    return _svg(
        top + PLOT + BOTTOM + 14,
        title,
        described,
        *parts,
        _text((LEFT + WIDTH) / 2, top + PLOT + 34, x_label, anchor="middle"),
    )


def _bar(place: int, count: int, bins: int, most: int, top: int) -> str:
    if not count:
        return ""
    wide = (WIDTH - LEFT - RIGHT) / bins
    tall = max(2.0, (PLOT - 16) * count / most)
    x, y = LEFT + wide * place, top + PLOT - tall
    box = (
        f'<rect class="box" x="{x + 1.5:.1f}" y="{y:.1f}" width="{wide - 3:.1f}" height="{tall:.1f}" rx="2"/>'
    )
    return box + _text(x + wide / 2, y - 4, str(count), anchor="middle")


def _edges(step: float, bins: int, top: int) -> list[str]:
    wide = (WIDTH - LEFT - RIGHT) / bins
    every = max(1, math.ceil(bins / 8))
    return [
        _text(LEFT + wide * i, top + PLOT + 17, number_text(i * step), anchor="middle")
        for i in range(0, bins + 1, every)
    ]


def share_svg(share: float) -> str:
    """A small bar, filled by `share` (0 to 1), for a line of a table. The number belongs beside it, for those
    who see no pictures."""
    full = f'<rect class="track" width="{SMALL}" height="10" rx="3"/>'
    part = (
        f'<rect class="box" width="{SMALL * min(max(share, 0.0), 1.0):.1f}" height="10" rx="3"/>'
        if share > 0
        else ""
    )
    return _small(full + part)


def correlation_svg(value: float) -> str:
    """A dot between -1 and 1, with a mark at 0, for a line of a table; the number belongs beside it."""
    middle, x = SMALL / 2, 5 + (SMALL - 10) * (min(max(value, -1.0), 1.0) + 1) / 2
    axis = (
        f'<rect class="track" y="4" width="{SMALL}" height="2"/><rect class="track" x="{middle - 1:g}"'
        ' width="2" height="10"/>'
    )
    return _small(f'{axis}<circle class="dot" cx="{x:.1f}" cy="5" r="4.5"/>')


def _small(parts: str) -> str:
    return (
        f'<svg class="small" viewBox="0 0 {SMALL} 10" aria-hidden="true"'
        f' xmlns="http://www.w3.org/2000/svg">{parts}</svg>'
    )


def number_text(value: float) -> str:
    """A number as short as an axis needs it."""
    if value and (abs(value) >= 1e5 or abs(value) < 1e-3):
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa.removesuffix('.0')}e{int(exponent)}"
    return f"{value:.4g}"


def _colour(number: int) -> str:
    return f"var(--series-{number + 1},{COLOURS[number]})"


def _stroke(number: int) -> str:
    return f"stroke:{_colour(number)};stroke-width:2;stroke-linejoin:round;stroke-dasharray:{DASHES[number]}"


def _text(x: float, y: float, text: str, *, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(height: float, title: str, description: str, *parts: str) -> str:
    name = escape(visible(title, newlines=False, limit=120))
    return (
        f'<svg class="picture" viewBox="0 0 {WIDTH} {height:g}" role="img"'
        ' xmlns="http://www.w3.org/2000/svg">'
        f"<title>{name}</title><desc>{escape(description)}</desc>{''.join(parts)}</svg>"
    )
