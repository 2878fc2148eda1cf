"""Every way to read a list of variables as the blocks of a cell: which multiply x, which h, which are biases,
and which belong together."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.rnn.family import CellFamily
from grader.rnn.layouts import Layout, WeightBlock

MAX_BLOCKS = 8
# kernels kept transposed: none, all, those of h
TURNS = (
    frozenset[str](),
    frozenset({"x", "h"}),
    frozenset({"h"}),
)
Lines = tuple[int | None, int | None]
# [x, h, 1] or [1, x, h]: kernel and bias
ONES: tuple[tuple[Lines, Lines], ...] = (
    ((None, -1), (-1, None)),
    ((1, None), (None, 1)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """The blocks that a list of variables offers under one reading of the concatenation's order."""

    from_x: tuple[WeightBlock, ...]
    # the same block again where one kernel takes both; None where h is not seen at all
    from_h: tuple[WeightBlock | None, ...]
    biases: tuple[WeightBlock, ...]

    @property
    def tied(self) -> bool:
        """True when a kernel takes x and h together."""
        return any(block.rows in ("xh", "hx") for block in self.from_x)

    def along(self, axes: Sequence[int]) -> Pieces:
        """The same blocks of variables that have the axis of the gates in these places."""

        def turned(block: WeightBlock) -> WeightBlock:
            return block if block.row is None else replace(block, axis=axes[block.variable])

        return Pieces(
            from_x=tuple(turned(block) for block in self.from_x),
            from_h=tuple(block and turned(block) for block in self.from_h),
            biases=tuple(turned(block) for block in self.biases),
        )


def readings(shapes: Sequence[Sequence[int]], units: int, features: int) -> Iterator[Pieces]:
    """Every way to read variables of these shapes as blocks; none when a shape fits nothing."""
    for axis in range(3 if any(len(shape) == 3 for shape in shapes) else 1):
        axes = [_axis_of(shape, axis) for shape in shapes]
        moved = [
            (shape[at], *shape[:at], *shape[at + 1 :]) if at else shape
            for shape, at in zip(shapes, axes, strict=True)
        ]
        for pieces in _readings(moved, units, features):
            yield pieces.along(axes) if axis else pieces


def _axis_of(shape: Sequence[int], axis: int) -> int:
    """Where a variable has the axis of the gates when kernels have it there: [4, rows, units], [rows, 4,
    units] or [rows, units, 4], and biases beside them [4, units], [4, units] or [units, 4]."""
    return axis if len(shape) == 3 else int(len(shape) == 2 and axis == 2)


def _readings(shapes: Sequence[Sequence[int]], units: int, features: int) -> Iterator[Pieces]:
    for turned, ones in itertools.product(TURNS, ONES):
        for pieces in _turned_readings(shapes, units, features, turned, ones):
            # else nothing multiplies a one: one reading
            if ones == ONES[0] or any(block.lines for block in pieces.biases):
                yield pieces


def _turned_readings(
    shapes: Sequence[Sequence[int]],
    units: int,
    features: int,
    turned: frozenset[str],
    ones: tuple[Lines, Lines],
) -> Iterator[Pieces]:
    for order in ("xh", "hx"):
        blocks = _blocks(shapes, units, features, order, turned, ones)
        if blocks is None or turned != {
            kind for b in blocks if b.transposed and b.rows != "b" for kind in b.rows
        }:
            return
        if order == "hx" and not any(b.rows == order for b in blocks):
            return  # nothing is concatenated: one reading
        ties = tuple(b for b in blocks if b.rows == order)
        xs, hs = tuple(b for b in blocks if b.rows == "x"), tuple(b for b in blocks if b.rows == "h")
        biases = tuple(b for b in blocks if b.rows == "b")
        if not hs:  # some or all gates may not see h
            seeing = tuple(b for b in blocks if b.rows in (order, "x"))
            yield Pieces(
                from_x=seeing, from_h=tuple(b if b.rows == order else None for b in seeing), biases=biases
            )
        elif len(xs) == len(hs):  # some gates may have one kernel for both, and others two
            yield Pieces(from_x=(*ties, *xs), from_h=(*ties, *hs), biases=biases)


def _blocks(
    shapes: Sequence[Sequence[int]],
    units: int,
    features: int,
    order: str,
    turned: frozenset[str],
    ones: tuple[Lines, Lines],
) -> list[WeightBlock] | None:
    """The blocks of all variables; None when a shape fits nothing."""
    rows_of = {units + features + 1: f"{order}1", units + features: order, features: "x", units: "h"}
    stacked = any(len(shape) == 3 for shape in shapes)
    found: list[WeightBlock] = []
    for variable, shape in enumerate(shapes):
        blocks = (
            _stacked(variable, shape, units, rows_of, turned)
            if stacked
            else _kernel(variable, shape, units, rows_of, turned) or _bias(variable, shape, units)
        )
        if not blocks:
            return None
        found += itertools.chain.from_iterable(_apart(block, ones) for block in blocks)
    return found


def _apart(block: WeightBlock, ones: tuple[Lines, Lines]) -> list[WeightBlock]:
    """Kernel and bias of a block that multiplies a constant one, too."""
    if not block.rows.endswith("1"):
        return [block]
    kernel, bias = ones
    return [replace(block, rows=block.rows[:-1], lines=kernel), replace(block, rows="b", lines=bias)]


def _kernel(
    variable: int,
    shape: Sequence[int],
    units: int,
    rows_of: Mapping[int, str],
    turned: frozenset[str],
    row: int | None = None,
) -> list[WeightBlock]:
    """The blocks of a matrix; none when it is no kernel."""
    if len(shape) != 2:
        return []
    for transposed, (rows, columns) in ((False, shape), (True, (shape[1], shape[0]))):
        kind = rows_of.get(rows, "")
        fits = kind and columns % units == 0 and 1 <= columns // units <= MAX_BLOCKS
        if fits and transposed == bool(turned & set(kind)):
            return [
                WeightBlock(variable=variable, index=k, rows=kind, row=row, transposed=transposed)
                for k in range(columns // units)
            ]
    return []


def _bias(variable: int, shape: Sequence[int], units: int) -> list[WeightBlock]:
    """The blocks of a vector, or of vectors one above the other; none when it is no bias."""
    # a column
    if len(shape) == 2 and shape[1] == 1 and shape[0] % units == 0 and shape[0] // units <= MAX_BLOCKS:
        return [
            WeightBlock(variable=variable, index=k, rows="b", transposed=True)
            for k in range(shape[0] // units)
        ]
    if not shape or shape[-1] % units or not 1 <= shape[-1] // units <= MAX_BLOCKS or len(shape) > 2:
        return []
    count = shape[-1] // units
    if len(shape) == 1:
        return [WeightBlock(variable=variable, index=k, rows="b") for k in range(count)]
    if shape[0] > MAX_BLOCKS or shape[0] * count > 2 * MAX_BLOCKS:
        return []
    return [
        WeightBlock(variable=variable, index=k, rows="b", row=r)
        for r in range(shape[0])
        for k in range(count)
    ]


def _stacked(
    variable: int, shape: Sequence[int], units: int, rows_of: Mapping[int, str], turned: frozenset[str]
) -> list[WeightBlock]:
    """The blocks of kernels [gates, rows, units], and of biases [gates, units] beside them."""
    if len(shape) != 3:
        return _bias(variable, shape, units)
    if not 1 <= shape[0] <= MAX_BLOCKS:
        return []
    kernels = [
        block
        for row in range(shape[0])
        for block in _kernel(variable, shape[1:], units, rows_of, turned, row)
    ]
    # a row, to be added to every row
    return kernels or (_bias(variable, (shape[0], shape[2]), units) if shape[1] == 1 else [])


def paired_biases(pieces: Pieces, paths: Sequence[str]) -> list[tuple[WeightBlock, ...]] | None:
    """For every kernel block the biases that live beside it (same parent path, or same place in the order);
    None when unclear."""
    if not pieces.biases:
        return [() for _ in pieces.from_x]
    beside = _beside(pieces, paths)
    if _each_once(pieces, beside):
        return beside
    if pieces.from_x and len(pieces.biases) % len(pieces.from_x) == 0:
        step = len(pieces.from_x)
        return [tuple(pieces.biases[k::step]) for k in range(step)]
    return None


def _beside(pieces: Pieces, paths: Sequence[str]) -> list[tuple[WeightBlock, ...]]:
    """For every kernel block the biases with its parent path, else those in its place in the order."""
    parents = [path.rpartition(".")[0] for path in paths]
    beside: list[tuple[WeightBlock, ...]] = []
    for k, (x, h) in enumerate(zip(pieces.from_x, pieces.from_h, strict=False)):
        places = (x.index, (h or x).index)
        homes = (parents[x.variable], parents[(h or x).variable])
        near = tuple(b for b in pieces.biases if parents[b.variable] in homes and b.index in places)
        beside.append(near or tuple(b for i, b in enumerate(pieces.biases) if i % len(pieces.from_x) == k))
    return beside


def _each_once(pieces: Pieces, beside: Sequence[tuple[WeightBlock, ...]]) -> bool:
    used = [b for near in beside for b in near]
    return len(used) == len(set(used)) == len(pieces.biases)


def pairings(pieces: Pieces, paths: Sequence[str], gates: int) -> Iterator[Pieces]:
    """The pieces, and where nothing but their order says which biases belong together, the same with the two
    biases of a gate next to one another, b_ir, b_hr, b_iz, b_hz, as the manual of PyTorch writes them."""
    yield pieces
    one_each = 1 < len(pieces.from_x) <= gates and len(pieces.biases) == 2 * len(pieces.from_x)
    if one_each and not _each_once(pieces, _beside(pieces, paths)):
        yield replace(pieces, biases=(*pieces.biases[::2], *pieces.biases[1::2]))


def assigned(
    family: CellFamily,
    pieces: Pieces,
    chosen: Sequence[tuple[int, int, tuple[WeightBlock, ...]]],
    gates: Sequence[int],
) -> Layout:
    """The layout in which `gates[k]` is fed by the chosen blocks: (place in from_x, place in from_h,
    biases)."""
    count = len(family.gates)
    kernels: list[WeightBlock | None] = [None] * count
    recurrents: list[WeightBlock | None] = [None] * count
    biases: list[tuple[WeightBlock, ...]] = [()] * count
    for gate, (a, b, near) in zip(gates, chosen, strict=True):
        kernels[gate], recurrents[gate], biases[gate] = pieces.from_x[a], pieces.from_h[b], near
    return Layout(family=family, kernels=tuple(kernels), recurrents=tuple(recurrents), biases=tuple(biases))
