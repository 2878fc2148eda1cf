"""How values become heights, with the values that stand at an axis."""

from __future__ import annotations

import math
from typing import NamedTuple


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


def number_text(value: float) -> str:
    """A number as short as an axis needs it."""
    if value and (abs(value) >= 1e5 or abs(value) < 1e-3):
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa.removesuffix('.0')}e{int(exponent)}"
    return f"{value:.4g}"
