"""Every way to read a list of variables as the blocks of an LSTM: which multiply x, which h, which are biases, and which belong together."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.judge.layouts import Block, Layout

MAX_BLOCKS = 8
TURNS = (frozenset[str](), frozenset({"x", "h"}), frozenset({"h"}))  # kernels kept transposed: none, all, those of h


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """The blocks that a list of variables offers under one reading of the concatenation's order."""

    from_x: tuple[Block, ...]
    from_h: tuple[Block | None, ...]  # the same block again where one kernel takes both; None where h is not seen at all
    biases: tuple[Block, ...]

    @property
    def tied(self) -> bool:
        """True when a kernel takes x and h together."""
        return any(block.rows in ("xh", "hx") for block in self.from_x)


def readings(shapes: Sequence[Sequence[int]], units: int, features: int) -> Iterator[Pieces]:
    """Every way to read variables of these shapes as blocks; none when a shape fits nothing."""
    for turned in TURNS:
        yield from _turned_readings(shapes, units, features, turned)


def _turned_readings(shapes: Sequence[Sequence[int]], units: int, features: int, turned: frozenset[str]) -> Iterator[Pieces]:
    for order in ("xh", "hx"):
        blocks = _blocks(shapes, units, features, order, turned)
        if blocks is None or turned != {kind for b in blocks if b.transposed and b.rows != "b" for kind in b.rows}:
            return
        if order == "hx" and not any(b.rows == order for b in blocks):
            return  # nothing is concatenated: one reading
        ties = tuple(b for b in blocks if b.rows == order)
        xs, hs = tuple(b for b in blocks if b.rows == "x"), tuple(b for b in blocks if b.rows == "h")
        biases = tuple(b for b in blocks if b.rows == "b")
        if not hs:  # some or all gates may not see h
            seeing = tuple(b for b in blocks if b.rows in (order, "x"))
            yield Pieces(from_x=seeing, from_h=tuple(b if b.rows == order else None for b in seeing), biases=biases)
        elif not ties and len(xs) == len(hs):
            yield Pieces(from_x=xs, from_h=hs, biases=biases)


def _blocks(shapes: Sequence[Sequence[int]], units: int, features: int, order: str, turned: frozenset[str]) -> list[Block] | None:
    """The blocks of all variables; None when a shape fits nothing."""
    rows_of = {units + features: order, features: "x", units: "h"}
    stacked = any(len(shape) == 3 for shape in shapes)
    found: list[Block] = []
    for variable, shape in enumerate(shapes):
        blocks = (
            _stacked(variable, shape, units, rows_of, turned)
            if stacked
            else _kernel(variable, shape, units, rows_of, turned) or _bias(variable, shape, units)
        )
        if not blocks:
            return None
        found += blocks
    return found


def _kernel(
    variable: int, shape: Sequence[int], units: int, rows_of: Mapping[int, str], turned: frozenset[str], row: int | None = None
) -> list[Block]:
    """The blocks of a matrix; none when it is no kernel."""
    if len(shape) != 2:
        return []
    for transposed, (rows, columns) in ((False, shape), (True, (shape[1], shape[0]))):
        kind = rows_of.get(rows, "")
        fits = kind and columns % units == 0 and 1 <= columns // units <= MAX_BLOCKS
        if fits and transposed == bool(turned & set(kind)):
            return [Block(variable=variable, index=k, rows=kind, row=row, transposed=transposed) for k in range(columns // units)]
    return []


def _bias(variable: int, shape: Sequence[int], units: int) -> list[Block]:
    """The blocks of a vector, or of vectors one above the other; none when it is no bias."""
    if len(shape) == 2 and shape[1] == 1 and shape[0] % units == 0 and shape[0] // units <= MAX_BLOCKS:  # a column
        return [Block(variable=variable, index=k, rows="b", transposed=True) for k in range(shape[0] // units)]
    if not shape or shape[-1] % units or not 1 <= shape[-1] // units <= MAX_BLOCKS or len(shape) > 2:
        return []
    count = shape[-1] // units
    if len(shape) == 1:
        return [Block(variable=variable, index=k, rows="b") for k in range(count)]
    if shape[0] > MAX_BLOCKS or shape[0] * count > 2 * MAX_BLOCKS:
        return []
    return [Block(variable=variable, index=k, rows="b", row=r) for r in range(shape[0]) for k in range(count)]


def _stacked(variable: int, shape: Sequence[int], units: int, rows_of: Mapping[int, str], turned: frozenset[str]) -> list[Block]:
    """The blocks of kernels [gates, rows, units], and of biases [gates, units] beside them."""
    if len(shape) != 3:
        return _bias(variable, shape, units)
    if not 1 <= shape[0] <= MAX_BLOCKS:
        return []
    return [block for row in range(shape[0]) for block in _kernel(variable, shape[1:], units, rows_of, turned, row)]


def paired_biases(pieces: Pieces, paths: Sequence[str]) -> list[tuple[Block, ...]] | None:
    """For every kernel block the biases that live beside it (same parent path, or same place in the order); None when unclear."""
    if not pieces.biases:
        return [() for _ in pieces.from_x]
    parents = [path.rpartition(".")[0] for path in paths]
    beside: list[tuple[Block, ...]] = []
    for k, (x, h) in enumerate(zip(pieces.from_x, pieces.from_h, strict=False)):
        near = tuple(
            b
            for b in pieces.biases
            if parents[b.variable] in (parents[x.variable], parents[(h or x).variable]) and b.index in (x.index, (h or x).index)
        )
        beside.append(near or tuple(b for i, b in enumerate(pieces.biases) if i % len(pieces.from_x) == k))
    used = [b for near in beside for b in near]
    if len(used) == len(set(used)) == len(pieces.biases):
        return beside
    if pieces.from_x and len(pieces.biases) % len(pieces.from_x) == 0:
        step = len(pieces.from_x)
        return [tuple(pieces.biases[k::step]) for k in range(step)]
    return None


def natural(pieces: Pieces, paths: Sequence[str], gates: Sequence[int]) -> Iterator[Layout]:
    """Layouts in which the k-th block from x, the k-th from h and the biases beside them belong to one gate."""
    if len(pieces.from_x) != len(gates) or len(pieces.from_h) != len(gates):
        return
    biases = paired_biases(pieces, paths)
    if biases is None:
        return
    for order in itertools.permutations(range(len(gates))):
        yield assigned(pieces, [(order[k], order[k], biases[order[k]]) for k in range(len(gates))], gates)


def assigned(pieces: Pieces, chosen: Sequence[tuple[int, int, tuple[Block, ...]]], gates: Sequence[int]) -> Layout:
    """The layout in which `gates[k]` is fed by the chosen blocks: (place in from_x, place in from_h, biases)."""
    kernels: list[Block | None] = [None] * 4
    recurrents: list[Block | None] = [None] * 4
    biases: list[tuple[Block, ...]] = [()] * 4
    for gate, (a, b, near) in zip(gates, chosen, strict=True):
        kernels[gate], recurrents[gate], biases[gate] = pieces.from_x[a], pieces.from_h[b], near
    return Layout(kernels=tuple(kernels), recurrents=tuple(recurrents), biases=tuple(biases))
