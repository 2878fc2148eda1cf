"""Gates that see the wrong things: without the hidden state, the input or the bias, or the cell state in place of the hidden one."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from grader.rnn.mistakes.variant import ALL, GATE_WORDS, Part, Variant, fed, of_gate
from grader.rnn.weights import GATES, Array, Sums, lstm_step, sigmoid


def _without_h(z: Sums, gate: int, h: Array, c: Array) -> Array:
    return of_gate(z, gate) - z.recurrent[gate]


def _without_x(z: Sums, gate: int, h: Array, c: Array) -> Array:
    return z.recurrent[gate] + z.biases[gate]


def _bias_alone(z: Sums, gate: int, h: Array, c: Array) -> Array:
    seen: Array = z.biases[gate] + 0 * h
    return seen


def _without_bias(z: Sums, gate: int, h: Array, c: Array) -> Array:
    return of_gate(z, gate) - z.biases[gate]


def _from_cell_state(z: Sums, gate: int, h: Array, c: Array) -> Array:
    seen: Array = of_gate(z, gate) - z.recurrent[gate] + c @ z.kernels[gate]
    return seen


def _output_sees_new_state(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    _, new_c = lstm_step(z, h, c)
    return sigmoid(_from_cell_state(z, 3, h, new_c)) * np.tanh(new_c), new_c


def _output_sees_shown_state(z: Sums, h: Array, c: Array) -> tuple[Array, Array]:
    _, new_c = lstm_step(z, h, c)
    return sigmoid(_from_cell_state(z, 3, h, np.tanh(new_c))) * np.tanh(new_c), new_c


def _with_kernel_of(other: int) -> Part:
    def part(z: Sums, gate: int, h: Array, c: Array) -> Array:
        from_x: Array = of_gate(z, other) - z.recurrent[other] - z.biases[other]
        return from_x + z.recurrent[gate] + z.biases[gate]

    return part


def _with_recurrent_of(other: int) -> Part:
    def part(z: Sums, gate: int, h: Array, c: Array) -> Array:
        seen: Array = of_gate(z, gate) - z.recurrent[gate] + z.recurrent[other]
        return seen

    return part


def _with_bias_of(other: int) -> Part:
    def part(z: Sums, gate: int, h: Array, c: Array) -> Array:
        seen: Array = of_gate(z, gate) - z.biases[gate] + z.biases[other]
        return seen

    return part


def _with_all_of(other: int) -> Part:
    return lambda z, gate, h, c: of_gate(z, other)


TAKEN: tuple[tuple[str, Callable[[int], Part]], ...] = (
    ("weights", _with_all_of),
    ("weights for the input", _with_kernel_of),
    ("weights for the hidden state", _with_recurrent_of),
    ("bias", _with_bias_of),
)


def _taken_from_another() -> tuple[Variant, ...]:
    """Gates that compute with weights of another one: a line was copied and not changed everywhere."""
    return tuple(
        Variant(
            id="weights_of_another_gate",
            words=f"whose {GATE_WORDS[gate]} computes with the {what} of the {GATE_WORDS[other]}",
            rule=fed(taken(other), gate),
            unused=(gate,) if what == "weights" else (),
        )
        for what, taken in TAKEN
        for gate, other in itertools.permutations(ALL, 2)
        if what != "weights" or 2 in (gate, other)  # two of the three gates with all weights in common have names of their own
    )


KINDS: tuple[tuple[str, str, str, Part], ...] = (
    ("without_h", "does not see the hidden state", "never see the hidden state", _without_h),
    ("without_x", "does not see the input", "never see the input", _without_x),
    ("sees_nothing", "sees neither the input nor the hidden state", "see neither the input nor the hidden state", _bias_alone),
    ("without_bias", "has a bias that it does not add", "have biases that they do not add", _without_bias),
    (
        "sees_cell_state",
        "sees the cell state in place of the hidden state",
        "see the cell state in place of the hidden state",
        _from_cell_state,
    ),
)
NAMES_OF_ALL = {"without_h": "no_recurrence"}  # an older name, in stored verdicts


def _one_gate() -> tuple[Variant, ...]:
    return tuple(
        Variant(id=f"{GATES[gate]}_{name}", words=f"whose {GATE_WORDS[gate]} {does}", rule=fed(part, gate))
        for name, does, _, part in KINDS
        for gate in ALL
    )


def _all_gates() -> tuple[Variant, ...]:
    return tuple(
        Variant(id=NAMES_OF_ALL.get(name, f"all_{name}"), words=f"whose gates {do}", rule=fed(part, *ALL))
        for name, _, do, part in KINDS
    )


VARIANTS = (
    *_all_gates(),
    *_one_gate(),
    *_taken_from_another(),
    Variant(
        id="gates_without_h",
        words="whose three gates do not see the hidden state, only the candidate does",
        rule=fed(_without_h, 0, 1, 3),
    ),
    Variant(
        id="output_sees_new_state",
        words="whose output gate sees the new cell state in place of the hidden state",
        rule=_output_sees_new_state,
    ),
    Variant(
        id="output_sees_new_state",
        words="whose output gate sees the new cell state in place of the hidden state",
        rule=_output_sees_shown_state,
    ),
)
