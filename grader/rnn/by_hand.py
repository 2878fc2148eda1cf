"""Recurrent cells as courses write them in NumPy: which weights stand where in the arrays, and what may
explain a step.

Two contracts: a matrix for each gate, over [h, x] side by side (rows of the hidden state first); and two
matrices for all gates, one for x and one for h, with the gates side by side in blocks of columns.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader.rnn.family import CellFamily, Variant
from grader.rnn.mistakes import known_mistakes
from grader.rnn.weights import Array, Arrays, Weights, pre_activations

# relative to the largest number: right ones in float64 stay below 1e-13, float32 at a few 1e-7
RELATIVE_TOLERANCE = 1e-5
Step = Callable[..., Arrays]  # (x, *states) -> new states


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a cell may compute: `step(x, *states)` gives its new states. `words` complete "it behaves like a
    cell ..."."""

    id: str
    words: str
    step: Step
    right: bool = False


def near(seen: Array | None, wanted: Array) -> bool:
    """Whether two arrays are equal, in shape and in every number."""
    if seen is None or seen.shape != wanted.shape:
        return False
    with np.errstate(all="ignore"):
        size = max(1.0, float(np.max(np.abs(wanted), initial=0.0)))
        return bool(np.all(np.abs(seen - wanted) <= RELATIVE_TOLERANCE * size))


def hidden_first(kernels: Sequence[Array], biases: Sequence[Array]) -> Weights:
    """The weights of gates whose matrices [units + features, units] multiply [h, x]; biases [1, units] or
    [units]."""
    units = kernels[0].shape[1]
    return Weights(
        kernel=np.stack([kernel[units:] for kernel in kernels]),
        recurrent=np.stack([kernel[:units] for kernel in kernels]),
        bias=np.stack([np.reshape(bias, units) for bias in biases]),
    )


def input_first(kernels: Sequence[Array], biases: Sequence[Array]) -> Weights:
    """The same matrices, taken for ones that multiply [x, h]."""
    units = kernels[0].shape[1]
    features = len(kernels[0]) - units
    return Weights(
        kernel=np.stack([kernel[:features] for kernel in kernels]),
        recurrent=np.stack([kernel[features:] for kernel in kernels]),
        bias=np.stack([np.reshape(bias, units) for bias in biases]),
    )


def in_blocks(kernel: Array, recurrent: Array, bias: Array, order: Sequence[int]) -> Weights:
    """The weights of gates side by side: kernel [features, gates * units], recurrent [units, gates * units],
    bias [gates * units]. `order`: the block of each gate of the family."""
    count = len(order)
    kernels, recurrents, biases = (np.split(array, count, axis=-1) for array in (kernel, recurrent, bias))
    return Weights(
        kernel=np.stack([kernels[block] for block in order]),
        recurrent=np.stack([recurrents[block] for block in order]),
        bias=np.stack([biases[block] for block in order]),
    )


def step_of(variant: Variant, weights: Weights) -> Step:
    """One step of a rule with these weights."""

    def step(x: Array, *states: Array) -> Arrays:
        with np.errstate(all="ignore"):
            return variant.rule(pre_activations(weights, x, states[0]), *states)

    return step


def explanations(
    family: CellFamily, accepted: Sequence[str], weights: Weights, *, turned: Weights | None = None
) -> Iterator[Explanation]:
    """All that a cell of the family may compute with these weights, the right ones first. `accepted`: ids of
    the family's rules that are right here; none: all of them. `turned`: the weights as they are for who joins
    x and h in the other order."""
    right = [rule for rule in family.rules if not accepted or rule.id in accepted]
    for rule in right:
        yield Explanation(id=rule.id, words=rule.words, step=step_of(rule, weights), right=True)
    for rule in family.rules:
        if rule not in right:
            yield Explanation(id=rule.id, words=rule.words, step=step_of(rule, weights))
    if turned is not None:
        yield from (_input_first(rule, turned) for rule in right)
    across = replace(weights, recurrent=weights.recurrent.swapaxes(1, 2))
    for rule in right:
        words = "that multiplies the hidden state by the transposed weights"
        yield Explanation(id="recurrent_transposed", words=words, step=step_of(rule, across))
        yield from _exchanged(family, rule, weights)
        if len(family.states) > 1:
            words = "that returns its new states in the other order"
            yield Explanation(
                id="states_exchanged", words=words, step=_other_way_round(step_of(rule, weights))
            )
    for known in known_mistakes(family):
        yield Explanation(id=known.id, words=known.words, step=step_of(known, weights))


def _other_way_round(step: Step) -> Step:
    return lambda x, *states: step(x, *states)[::-1]


def _input_first(rule: Variant, turned: Weights) -> Explanation:
    return Explanation(
        id="input_first", words="that joins x and h in the other order, x first", step=step_of(rule, turned)
    )


def _exchanged(family: CellFamily, rule: Variant, weights: Weights) -> Iterator[Explanation]:
    """The right rule with the weights of two gates exchanged, or of all of them in another order."""
    count = len(family.gates)
    for order in itertools.permutations(range(count)):
        moved = [gate for gate in range(count) if order[gate] != gate]
        if not moved:
            continue
        names = " and ".join(f"the {family.gate_words[gate]}" for gate in moved)
        words = (
            f"in which {names} are exchanged"
            if len(moved) == 2
            else "whose gates have their weights in another order"
        )
        picked = list(order)
        other = replace(
            weights,
            kernel=weights.kernel[picked],
            recurrent=weights.recurrent[picked],
            bias=weights.bias[picked],
        )
        yield Explanation(id="gates_exchanged", words=words, step=step_of(rule, other))
