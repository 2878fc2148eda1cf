"""One step back through a cell: what a family says of its vector-Jacobian product, and where code may cut
gradients off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.rnn.weights import Array, Arrays

Saved = Any  # what a family keeps of one step for the way back


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """Where gradients do not pass, in code that a gradient cannot see through (NumPy, stop_gradient). `cut`
    names states ("hidden", "cell": from step to step), gates ("forget": into its pre-activation), or a place
    inside of a family's step ("shown": in an LSTM, from h' = o * tanh(c') into c')."""

    cut: frozenset[str] = frozenset()

    def passes(self, place: str) -> bool:
        """Whether gradients pass there."""
        return place not in self.cut


FREE = Flow()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What one step hands back. `by_gates`: the gradient by the pre-activations side by side [batch, gates *
    units], through x W and b. `by_states`: by each state before the step, besides what flows through h U.
    `by_products`: by the products h U side by side; None where that is the same as by the pre-activations.
    `operands`: what some recurrent kernels multiply in place of h; the step itself hands back what flows
    through these, so `by_products` matters for their kernels alone."""

    by_gates: Array
    by_states: Arrays
    by_products: Array | None = None
    operands: Mapping[int, Array] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepBack:
    """A step that can be walked back. record(z, *states) -> (new states, saved); back(saved, upstream
    gradients by the new states, flow) -> Passed."""

    record: Callable[..., tuple[Arrays, Saved]]
    back: Callable[[Saved, Arrays, Flow], Passed]
