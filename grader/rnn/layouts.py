"""How a student's variables make up the weights of a cell.

A kernel is read as blocks of `units` columns. Its rows multiply the input (x), the hidden state (h), or the
two concatenated (xh or hx); so every block feeds one gate from x, from h or from both. A layout says which
block feeds which gate. A kernel that multiplies [x, h, 1] has the biases in its last row, one for [1, x, h]
in its first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from grader.rnn.family import CellFamily
from grader.rnn.weights import Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightBlock:
    """Columns `index * units` to `(index + 1) * units` of one variable; `rows` is "x", "h", "xh", "hx" or "b"
    (a bias)."""

    variable: int
    index: int
    rows: str
    row: int | None = None  # of several arrays stacked along an axis: which
    axis: int = 0  # along which they are stacked
    transposed: bool = False  # kept as [columns, rows]
    # of a kernel that multiplies a constant one, too: from which to which row
    lines: tuple[int | None, int | None] | None = None

    def cut(self, array: np.ndarray, units: int) -> np.ndarray:
        """The block's part of the variable; a view, so that writing to it writes to the variable."""
        part = array if self.row is None else np.moveaxis(array, self.axis, 0)[self.row]
        part = part.T if self.transposed else part
        part = part if self.lines is None else part[slice(*self.lines)]
        return part[..., self.index * units : (self.index + 1) * units]


def kernel_parts(
    x: WeightBlock | None, h: WeightBlock | None, arrays: Sequence[np.ndarray], units: int, features: int
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """(rows that multiply the input, rows that multiply the hidden state) of the blocks of one gate; views
    into the variables."""
    from_x = None if x is None else x.cut(arrays[x.variable], units)
    from_h = None if h is None else h.cut(arrays[h.variable], units)
    if x is not None and from_x is not None:
        from_x = {"x": from_x, "xh": from_x[:features], "hx": from_x[units:]}[x.rows]
    if h is not None and from_h is not None:
        from_h = {"h": from_h, "xh": from_h[features:], "hx": from_h[:units]}[h.rows]
    return from_x, from_h


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Blocks per gate, in the order of the family's; `biases` may hold none or several for one gate: mostly
    only their sum can be seen."""

    family: CellFamily
    kernels: tuple[WeightBlock | None, ...]  # from x, or from both
    recurrents: tuple[WeightBlock | None, ...]  # from h; the same block again where one kernel takes both
    biases: tuple[tuple[WeightBlock, ...], ...]
    forget_constant: float = 0.0  # built into the code: sigmoid(f + 1)
    # places of a gate's biases that are added inside of the product with h
    inner_biases: tuple[int, ...] = ()

    def weights(self, arrays: Sequence[np.ndarray], units: int, features: int) -> Weights:
        """The canonical weights in float64."""
        exact = [np.asarray(a, dtype="float64") for a in arrays]
        made = _zeros(len(self.kernels), units, features, inner=bool(self.inner_biases))
        for gate in range(len(self.kernels)):
            from_x, from_h = kernel_parts(self.kernels[gate], self.recurrents[gate], exact, units, features)
            if from_x is not None:
                made.kernel[gate] = from_x
            if from_h is not None:
                made.recurrent[gate] = from_h
            for total, part in self._biases(gate, made, exact, units):
                total += part.reshape(units)
        if self.family.forget_gate is not None:
            made.bias[self.family.forget_gate] += self.forget_constant
        return made

    def fits(self, shapes: Sequence[Sequence[int]], units: int, features: int) -> bool:
        """Whether variables of these shapes make up a cell of this size: one that stands in something larger
        may be of another than what is handed to that."""
        arrays = [np.broadcast_to(0.0, tuple(shape)) for shape in shapes]
        blocks = [block for block in (*self.kernels, *self.recurrents) if block is not None]
        blocks += [block for parts in self.biases for block in parts]
        if any(block.variable >= len(arrays) for block in blocks):
            return False
        for pair in zip(self.kernels, self.recurrents, strict=True):
            parts = zip(kernel_parts(*pair, arrays, units, features), (features, units), strict=True)
            if any(part is not None and part.shape != (rows, units) for part, rows in parts):
                return False
        return all(
            block.cut(arrays[block.variable], units).size == units for parts in self.biases for block in parts
        )

    def spread(self, gradient: Weights, shapes: Sequence[Sequence[int]]) -> list[np.ndarray]:
        """The gradient by each variable, from the gradient by the canonical weights: `weights` turned
        round."""
        arrays = [np.zeros(tuple(shape)) for shape in shapes]
        for gate in range(len(self.kernels)):
            blocks = self.kernels[gate], self.recurrents[gate]
            from_x, from_h = kernel_parts(*blocks, arrays, gradient.units, gradient.features)
            if from_x is not None:
                from_x += gradient.kernel[gate]
            if from_h is not None:
                from_h += gradient.recurrent[gate]
            for by_bias, part in self._biases(gate, gradient, arrays, gradient.units):
                part += by_bias
        return arrays

    def _biases(
        self, gate: int, weights: Weights, arrays: Sequence[np.ndarray], units: int
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """(where it counts in the canonical weights [units], the part of the variable) for each bias of one
        gate; views."""
        for place, block in enumerate(self.biases[gate]):
            inner = weights.recurrent_bias if place in self.inner_biases else None
            yield (weights.bias if inner is None else inner)[gate], block.cut(arrays[block.variable], units)

    def sizes(self, shapes: Sequence[Sequence[int]]) -> tuple[int, int] | None:
        """(units, features) of variables of these shapes in this layout; None when they do not fit it."""
        from_x = [block for block in self.kernels if block is not None]
        block = from_x[0]
        if any(part.variable >= len(shapes) for part in from_x):
            return None
        shape = tuple(
            side
            for axis, side in enumerate(shapes[block.variable])
            if block.row is None or axis != block.axis
        )
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
        return tuple(
            g for g in range(len(self.kernels)) if self.kernels[g] is not None and self.recurrents[g] is None
        )

    @property
    def two_biases(self) -> bool:
        """True when a gate has more than one bias."""
        return any(len(parts) > 1 for parts in self.biases)

    def words(self) -> str:
        """The layout in plain words, for staff."""
        kinds = {block.rows for block in (*self.kernels, *self.recurrents) if block is not None}
        blocks = [block for block in (*self.kernels, *self.recurrents) if block is not None]
        variables = {block.variable for block in blocks}
        turned = " transposed" if any(b.transposed for b in blocks) else ""
        order = {"xh": "on [x, h]", "hx": "on [h, x]"}.get(
            next(iter(kinds & {"xh", "hx"}), ""), "separate for x and h"
        )
        biases = (
            "two biases a gate"
            if self.two_biases
            else "no bias"
            if not any(self.biases)
            else "one bias a gate"
        )
        constant = (
            f", a constant {self.forget_constant:g} added in the forget gate" if self.forget_constant else ""
        )
        inside = ", a bias inside of the recurrent product" if self.inner_biases else ""
        return (
            f"{len(variables)} kernel{'s' if len(variables) > 1 else ''}{turned} {order},"
            f" {biases}{inside}{constant}"
        )


def _zeros(gates: int, units: int, features: int, *, inner: bool) -> Weights:
    return Weights(
        kernel=np.zeros((gates, features, units)),
        recurrent=np.zeros((gates, units, units)),
        bias=np.zeros((gates, units)),
        recurrent_bias=np.zeros((gates, units)) if inner else None,
    )
