"""The equations of the GRU with one part exchanged, in every way in which they are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from grader.rnn.activations import Activation, sigmoid
from grader.rnn.family import UpdateRule, Variant
from grader.rnn.gru import CANDIDATE, CONVENTIONS, RESET, UPDATE, Convention
from grader.rnn.mistake_place import MistakePlace
from grader.rnn.weights import Array, Arrays, PreActivations

Mixed = Callable[[Convention, Array, Array, Array], Array]  # (convention, u, h, n) -> h'
WrittenWay = Callable[[Convention], UpdateRule]  # a rule in one of the ways in which a GRU is written
# (convention, z, r, h) -> pre-activation of the candidate
CandidateState = Callable[[Convention, PreActivations, Array, Array], Array]


def right_mix(convention: Convention, u: Array, h: Array, n: Array) -> Array:
    """The new hidden state of a right cell."""
    return convention.mixed(u, h, n)


def right_candidate(convention: Convention, z: PreActivations, r: Array, h: Array) -> Array:
    """The pre-activation of a right candidate."""
    return convention.candidate(z, r, h)


def changed(
    *,
    update: Activation = sigmoid,
    reset: Activation = sigmoid,
    candidate: Activation = np.tanh,
    sees: CandidateState = right_candidate,
    mixes: Mixed = right_mix,
) -> WrittenWay:
    """One step with other activations, another candidate, or another new hidden state."""

    def of(convention: Convention) -> UpdateRule:
        def rule(z: PreActivations, h: Array) -> Arrays:
            u, r = update(z.gates[UPDATE]), reset(z.gates[RESET])
            n = candidate(sees(convention, z, r, h))
            return (mixes(convention, u, h, n),)

        return rule

    return of


def every_way(
    id: str,
    words: str,
    rule: WrittenWay,
    *,
    unused: tuple[int, ...] = (),
    place: MistakePlace = MistakePlace.GATES,
    of: Iterable[Convention] = CONVENTIONS,
) -> Iterator[Variant]:
    """One mistake in each of the ways in which a GRU is written."""
    for convention in of:
        yield Variant(id=id, words=words, rule=rule(convention), unused=unused, place=place)


def parts(z: PreActivations) -> tuple[Array, Array]:
    """(what the candidate sees of the input with its bias, what of the hidden state) [..., batch, units]."""
    inside: Array = z.from_hidden[CANDIDATE] + z.recurrent_biases[CANDIDATE]
    return np.asarray(z.gates[CANDIDATE] - inside), inside
