"""The simple recurrent cell (Elman 1990), with one of three activations:

    h' = tanh(x W + h U + b)        or relu (Le, Jaitly & Hinton 2015), or none

The way back: da = dh * (1 - h'^2), or dh where h' > 0, or dh; dh of the step before = da U^T.
"""

from __future__ import annotations

from grader.rnn.activations import ACTIVATIONS, VJPS
from grader.rnn.family import CellFamily, UpdateRule, Variant
from grader.rnn.flow import Flow, Passed, Saved, StepBack
from grader.rnn.mistake_place import MistakePlace
from grader.rnn.weights import Array, Arrays, PreActivations

GATES = ("candidate",)
USUAL = ("tanh", "relu", "linear")


def simple_step(activation: str = "tanh") -> UpdateRule:
    """One step. h: [batch, units] -> (h',), [batch, units]."""
    function = ACTIVATIONS[activation]

    def rule(z: PreActivations, h: Array) -> Arrays:
        return (function(z.gates[0]),)

    return rule


def _step_back(activation: str) -> StepBack:
    function, vjp = ACTIVATIONS[activation], VJPS[activation]

    def record(z: PreActivations, h: Array) -> tuple[Arrays, Saved]:
        out = function(z.gates[0])
        return (out,), (z.gates[0], out)

    def back(saved: Saved, upstream: Arrays, flow: Flow) -> Passed:
        before, after = saved
        by_gate = vjp(before, after, upstream[0]) * flow.passes("candidate")
        return Passed(by_gates=by_gate, by_states=(0 * upstream[0],))

    return StepBack(record=record, back=back)


def _right(activation: str) -> Variant:
    around = (
        f"{activation}(x W + h U + b)" if activation != "linear" else "x W + h U + b, without an activation"
    )
    return Variant(
        id=f"simple_rnn_{activation}",
        words=f"that computes a simple recurrent cell: h' = {around}",
        rule=simple_step(activation),
        step_back=_step_back(activation),
    )


SIMPLE = CellFamily(
    name="simple_rnn",
    words="a simple recurrent cell",
    title="simple RNN",
    equations="h' = tanh(x W + h U + b)",
    hints=(
        (
            MistakePlace.HIDDEN_STATE,
            "Compare the line that computes the new hidden state with h' = tanh(x W + h U + b)",
        ),
        (MistakePlace.RETURN, "Compare what call() returns with the new hidden state"),
        (MistakePlace.KIND, "The sheet asks for a simple recurrent cell: no gates, one hidden state"),
        (MistakePlace.GATES, "Compare what goes into the activation with x W + h U + b"),
    ),
    functions=frozenset({"tanh"}),
    gates=GATES,
    gate_words=("new hidden state",),
    spellings=(("h", "x", "kernel", "rnn"),),
    states=("hidden",),
    rules=tuple(_right(activation) for activation in USUAL),
)
