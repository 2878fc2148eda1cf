"""A question for sequences of the sizes that the notebook itself uses: the same numbers that the host drew,
cut or continued.

Drawn before the notebook ran, a question has the sizes that its text names. Where the training was seen to
use others, the kernel asks with those and says so, and the host makes the very same question of the one it
drew (run/runner/wire.py). So this imports nothing of ours.

`own`: the sizes as drawn; `most`: how large each may become; `axes`: array -> its sides, each a number or
[size, how many more]; `more`: numbers to continue with.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

FEWEST_ROWS = 16  # of a question to a cell, in whole batches
ONLY_GROW = ("units", "features")  # wider arrays are cut to size when they are used


def rows_of(batch: int) -> int:
    """How many rows a cell is asked with, in batches of this size."""
    return batch * math.ceil(FEWEST_ROWS / batch)


def sized(question: Mapping[str, Any], wanted: object) -> Mapping[str, Any]:
    """The question with the sizes that are wanted, as far as it may have them; itself when that changes
    nothing."""
    own, most = question.get("own"), question.get("most", {})
    if not isinstance(own, dict) or not isinstance(wanted, dict):
        return question
    now = {name: _one(name, size, wanted.get(name), most.get(name, size)) for name, size in own.items()}
    if now == own:
        return question
    sides = now | ({"rows": rows_of(now["batch"])} if "batch" in now else {})
    shapes = {
        name: tuple(axis if isinstance(axis, int) else sides[axis[0]] + axis[1] for axis in axes)
        for name, axes in question["axes"].items()
    }
    changed: dict[str, Any] = {
        name: _grown(question[name], shape, question["more"]) for name, shape in shapes.items()
    }
    if "batch" in question:
        changed["batch"] = now["batch"]
    if "cases" in question:
        changed["cases"] = [
            case | dict(zip(("batch", "time"), shapes[f"x/{index}"], strict=False))
            for index, case in enumerate(question["cases"])
        ]
    return {**question, **changed, "own": now}


def _one(name: str, size: int, wanted: object, most: int) -> int:
    if not isinstance(wanted, int) or isinstance(wanted, bool) or wanted < 1:
        return size
    return max(size, min(wanted, most)) if name in ONLY_GROW else min(wanted, most)


def _grown(array: np.ndarray, shape: tuple[int, ...], more: np.ndarray) -> np.ndarray:
    """The array cut to this shape, and continued where it is larger; a row of nothing but zeros stays one."""
    if array.shape == shape:
        return array
    found = np.resize(more, shape).astype(array.dtype)
    common = tuple(slice(0, min(sides)) for sides in zip(array.shape, shape, strict=True))
    found[common] = array[common]
    if array.ndim == 2:
        nothing = np.flatnonzero(~np.any(array, axis=1))
        found[nothing[nothing < len(found)]] = 0
    return found
