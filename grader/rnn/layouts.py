"""How a student's variables make up an LSTM's weights.

A kernel is read as blocks of `units` columns. Its rows multiply the input (x), the hidden state (h), or the two concatenated
(xh or hx); so every block feeds one gate from x, from h or from both. A layout says which block feeds which gate. A kernel that
multiplies [x, h, 1] has the biases in its last row, one for [1, x, h] in its first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grader.rnn.weights import Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Columns `index * units` to `(index + 1) * units` of one variable; `rows` is "x", "h", "xh", "hx" or "b" (a bias)."""

    variable: int
    index: int
    rows: str
    row: int | None = None  # of several arrays stacked along an axis: which
    axis: int = 0  # along which they are stacked
    transposed: bool = False  # kept as [columns, rows]
    lines: tuple[int | None, int | None] | None = None  # of a kernel that multiplies a constant one, too: from which to which row

    def cut(self, array: np.ndarray, units: int) -> np.ndarray:
        """The block's part of the variable; a view, so that writing to it writes to the variable."""
        part = array if self.row is None else np.moveaxis(array, self.axis, 0)[self.row]
        part = part.T if self.transposed else part
        part = part if self.lines is None else part[slice(*self.lines)]
        return part[..., self.index * units : (self.index + 1) * units]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Blocks per gate, in the order of GATES; `biases` may hold none or several for one gate: only their sum can be seen."""

    kernels: tuple[Block | None, ...]  # from x, or from both
    recurrents: tuple[Block | None, ...]  # from h; the same block again where one kernel takes both
    biases: tuple[tuple[Block, ...], ...]
    forget_constant: float = 0.0  # built into the code: sigmoid(f + 1)

    def weights(self, arrays: Sequence[np.ndarray], units: int, features: int) -> Weights:
        """The canonical weights in float64."""
        exact = [np.asarray(a, dtype="float64") for a in arrays]
        kernel, recurrent, bias = np.zeros((4, features, units)), np.zeros((4, units, units)), np.zeros((4, units))
        for gate in range(4):
            from_x, from_h = self.kernels[gate], self.recurrents[gate]
            if from_x is not None:
                block = from_x.cut(exact[from_x.variable], units)
                kernel[gate] = {"x": block, "xh": block[:features], "hx": block[units:]}[from_x.rows]
            if from_h is not None:
                block = from_h.cut(exact[from_h.variable], units)
                recurrent[gate] = {"h": block, "xh": block[features:], "hx": block[:units]}[from_h.rows]
            for part in self.biases[gate]:
                bias[gate] += part.cut(exact[part.variable], units).reshape(units)
        bias[1] += self.forget_constant
        return Weights(kernel=kernel, recurrent=recurrent, bias=bias)

    def spread(self, gradient: Weights, shapes: Sequence[Sequence[int]]) -> list[np.ndarray]:
        """The gradient by each variable, from the gradient by the canonical weights: `weights` turned round."""
        arrays = [np.zeros(tuple(shape)) for shape in shapes]
        units, features = gradient.units, gradient.features
        for gate in range(4):
            from_x, from_h = self.kernels[gate], self.recurrents[gate]
            if from_x is not None:
                block = from_x.cut(arrays[from_x.variable], units)
                {"x": block, "xh": block[:features], "hx": block[units:]}[from_x.rows][:] += gradient.kernel[gate]
            if from_h is not None:
                block = from_h.cut(arrays[from_h.variable], units)
                {"h": block, "xh": block[features:], "hx": block[:units]}[from_h.rows][:] += gradient.recurrent[gate]
            for part in self.biases[gate]:
                part.cut(arrays[part.variable], units)[...] += gradient.bias[gate]
        return arrays

    def sizes(self, shapes: Sequence[Sequence[int]]) -> tuple[int, int] | None:
        """(units, features) of variables of these shapes in this layout; None when they do not fit it."""
        from_x = [block for block in self.kernels if block is not None]
        block = from_x[0]
        if any(part.variable >= len(shapes) for part in from_x):
            return None
        shape = tuple(side for axis, side in enumerate(shapes[block.variable]) if block.row is None or axis != block.axis)
        if len(shape) != 2:
            return None
        blocks = max(part.index for part in from_x if part.variable == block.variable) + 1
        rows, columns = reversed(shape) if block.transposed else shape
        units = columns // blocks
        rows -= block.lines is not None
        features = rows if block.rows == "x" else rows - units
        return (units, features) if units >= 1 and features >= 1 else None

    @property
    def blind_gates(self) -> tuple[int, ...]:
        """Gates that see the input but not the hidden state."""
        return tuple(g for g in range(4) if self.kernels[g] is not None and self.recurrents[g] is None)

    @property
    def two_biases(self) -> bool:
        """True when a gate has more than one bias."""
        return any(len(parts) > 1 for parts in self.biases)

    def words(self) -> str:
        """The layout in plain words, for staff."""
        kinds = {block.rows for block in (*self.kernels, *self.recurrents) if block is not None}
        blocks = [block for block in (*self.kernels, *self.recurrents) if block is not None]
        variables, turned = {block.variable for block in blocks}, " transposed" if any(b.transposed for b in blocks) else ""
        order = {"xh": "on [x, h]", "hx": "on [h, x]"}.get(next(iter(kinds & {"xh", "hx"}), ""), "separate for x and h")
        biases = "two biases a gate" if self.two_biases else "no bias" if not any(self.biases) else "one bias a gate"
        constant = f", a constant {self.forget_constant:g} added in the forget gate" if self.forget_constant else ""
        return f"{len(variables)} kernel{'s' if len(variables) > 1 else ''}{turned} {order}, {biases}{constant}"
