"""Gates of any family that see the wrong things: without the hidden state, the input or the bias, or with
weights of another gate."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from grader.rnn.family import CellFamily, UpdateRule, Variant
from grader.rnn.mistakes.pieces import Part, fed
from grader.rnn.weights import Arrays, Feed, PreActivations


def without_h(z: PreActivations, gate: int, states: Arrays) -> Feed:
    """x W + b."""
    here, nothing = z.feed(gate), 0 * states[0]
    return replace(here, total=here.total - here.from_hidden, from_hidden=nothing, recurrent_kernel=None)


def without_x(z: PreActivations, gate: int, states: Arrays) -> Feed:
    """h U + b."""
    here = z.feed(gate)
    return replace(here, total=here.from_hidden + here.bias)


def bias_alone(z: PreActivations, gate: int, states: Arrays) -> Feed:
    """b."""
    here, nothing = z.feed(gate), 0 * states[0]
    return replace(here, total=here.bias + nothing, from_hidden=nothing, recurrent_kernel=None)


def without_bias(z: PreActivations, gate: int, states: Arrays) -> Feed:
    """x W + h U."""
    here, nothing = z.feed(gate), 0 * states[0][:1]
    return replace(here, total=here.total - here.bias, bias=nothing, recurrent_bias=nothing)


def _all_of(other: int) -> Part:
    return lambda z, gate, states: z.feed(other)


def _kernel_of(other: int) -> Part:
    def part(z: PreActivations, gate: int, states: Arrays) -> Feed:
        here = z.feed(gate)
        return replace(here, total=z.feed(other).from_input + here.from_hidden + here.bias)

    return part


def _recurrent_of(other: int) -> Part:
    def part(z: PreActivations, gate: int, states: Arrays) -> Feed:
        here, there = z.feed(gate), z.feed(other)
        total = here.total - here.from_hidden + there.from_hidden
        return replace(
            here, total=total, from_hidden=there.from_hidden, recurrent_kernel=there.recurrent_kernel
        )

    return part


def _bias_of(other: int) -> Part:
    def part(z: PreActivations, gate: int, states: Arrays) -> Feed:
        here, there = z.feed(gate), z.feed(other)
        return replace(
            here,
            total=here.total - here.bias + there.bias,
            bias=there.bias,
            recurrent_bias=there.recurrent_bias,
        )

    return part


TAKEN: tuple[tuple[str, Callable[[int], Part]], ...] = (
    ("weights", _all_of),
    ("weights for the input", _kernel_of),
    ("weights for the hidden state", _recurrent_of),
    ("bias", _bias_of),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OperandKind:
    """Something that a gate sees wrongly: how its id ends, what one gate does, what all of them do."""

    name: str
    does: str
    do: str
    part: Part


KINDS = (
    OperandKind(
        name="without_h",
        does="does not see the hidden state",
        do="never see the hidden state",
        part=without_h,
    ),
    OperandKind(name="without_x", does="does not see the input", do="never see the input", part=without_x),
    OperandKind(
        name="sees_nothing",
        does="sees neither the input nor the hidden state",
        do="see neither the input nor the hidden state",
        part=bias_alone,
    ),
    OperandKind(
        name="without_bias",
        does="has a bias that it does not add",
        do="have biases that they do not add",
        part=without_bias,
    ),
)
NAMES_OF_ALL = {"without_h": "no_recurrence"}  # an older name, in stored verdicts


@dataclass(frozen=True, slots=True, kw_only=True)
class Operands:
    """The mistakes of this kind of one rule of a family. `named` are pairs of gates (this one, other one)
    whose having all weights in common has a name of its own elsewhere."""

    family: CellFamily
    rule: UpdateRule
    kinds: tuple[OperandKind, ...] = KINDS
    named: frozenset[tuple[int, int]] = frozenset()

    def all_gates(self) -> Iterator[Variant]:
        """The same mistake in every gate."""
        gates = range(len(self.family.gates))
        for kind in self.kinds:
            name = NAMES_OF_ALL.get(kind.name, f"all_{kind.name}")
            yield Variant(id=name, words=f"whose gates {kind.do}", rule=fed(self.rule, kind.part, *gates))

    def one_gate(self) -> Iterator[Variant]:
        """The mistake in one gate alone."""
        for kind in self.kinds:
            for gate, (name, words) in enumerate(zip(self.family.gates, self.family.gate_words, strict=True)):
                rule = fed(self.rule, kind.part, gate)
                yield Variant(id=f"{name}_{kind.name}", words=f"whose {words} {kind.does}", rule=rule)

    def taken_from_another(self) -> Iterator[Variant]:
        """Gates that compute with weights of another one: a line was copied and not changed everywhere."""
        words = self.family.gate_words
        for what, taken in TAKEN:
            for gate, other in itertools.permutations(range(len(words)), 2):
                if what == "weights" and (gate, other) in self.named:
                    continue
                yield Variant(
                    id="weights_of_another_gate",
                    words=f"whose {words[gate]} computes with the {what} of the {words[other]}",
                    rule=fed(self.rule, taken(other), gate),
                    unused=(gate,) if what == "weights" else (),
                )
