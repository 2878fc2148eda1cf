"""Objects of ours that a function of the student's is given: a cell that is right whatever the student's own
is.

What such a cell computes is no equation of any sheet (a sine and a cosine in place of tanh and softmax): a
function that steps cells must not care, and nobody finds the answer to another question in it.
run/inside/asked/stand_ins_for_cells.py computes the same in the kernel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.probes.reading import Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """What a method computes, by the names of its arrays. `step` (kernel, bias): from a state and an input
    the new state, sin([state, input] kernel + bias); `shows` (kernel, bias): then also an output, or of
    whatever it is given the output alone, cos(. kernel + bias)."""

    step: tuple[str, str] | None = None
    shows: tuple[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """An object with these arrays as attributes, and these methods."""

    arrays: Mapping[str, Array]
    methods: Mapping[str, Method] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """Its methods as they travel."""
        return {
            name: {
                "step": list(one.step) if one.step else None,
                "shows": list(one.shows) if one.shows else None,
            }
            for name, one in self.methods.items()
        }

    def step(self, method: str, state: Array, x: Array) -> Array:
        """The new state [batch, units] from a state and an input [batch, features]."""
        kernel, bias = (self.arrays[name] for name in self.methods[method].step or ())
        return np.asarray(np.sin(np.concatenate([state, x], axis=1) @ kernel + bias))

    def shown(self, method: str, state: Array) -> Array:
        """The output [..., outputs] of states [..., units]."""
        kernel, bias = (self.arrays[name] for name in self.methods[method].shows or ())
        return np.asarray(np.cos(state @ kernel + bias))
