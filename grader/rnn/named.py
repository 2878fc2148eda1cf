"""Which gate a variable is called after.

Names decide nothing about what is right. Of two explanations that fit the answers equally well, the one in
which the variable called `forget` is the forget gate is the student's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.rnn.family import CellFamily
from grader.rnn.layouts import Layout

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# W_f, Uf, bf, Wxf, W_hf: what is multiplied, then the gate
_SHORT = re.compile(r"[wubkv][xh]?([a-z])")


def gate_called(path: str, family: CellFamily) -> int | None:
    """The gate in whose spelling the innermost telling part of a variable's path is, such as
    "cell.forget_gate.kernel"; None when no part tells exactly one."""
    for part in reversed(re.split(r"[./]", path)):
        words = [word.lower() for word in _WORD.findall(part)]
        words += [short.group(1) for word in words if (short := _SHORT.fullmatch(word))]
        told = [gate for gate, known in enumerate(family.spellings) if not set(known).isdisjoint(words)]
        if len(told) == 1:
            return told[0]
    return None


def agreement(layout: Layout, paths: Sequence[str]) -> int:
    """How many variables feed just the gate that they are called after."""
    return sum(
        gates == {gate_called(paths[variable], layout.family)} for variable, gates in _fed(layout).items()
    )


def _fed(layout: Layout) -> dict[int, set[int]]:
    """The gates that each variable feeds."""
    found: dict[int, set[int]] = {}
    for gate, parts in enumerate(zip(layout.kernels, layout.recurrents, layout.biases, strict=True)):
        kernel, recurrent, biases = parts
        for block in (kernel, recurrent, *biases):
            if block is not None:
                found.setdefault(block.variable, set()).add(gate)
    return found
