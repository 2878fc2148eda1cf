"""Wrong candidates of a GRU: a reset gate that is not used, or used on something else than the old hidden
state."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from grader.rnn.activations import sigmoid
from grader.rnn.family import UpdateRule, Variant
from grader.rnn.gru import CANDIDATE, CONVENTIONS, RESET, UPDATE, Convention
from grader.rnn.mistake_place import MistakePlace
from grader.rnn.mistakes.gru.pieces import CandidateState, changed, every_way, parts
from grader.rnn.weights import Array, Arrays, PreActivations

AFTER = tuple(way for way in CONVENTIONS if way.reset_after)  # for what is the same wherever the reset stands
PLACE = MistakePlace.CANDIDATE


def _sees(
    id: str, words: str, sees: CandidateState, *unused: int, of: tuple[Convention, ...] = AFTER
) -> Iterator[Variant]:
    return every_way(id, words, changed(sees=sees), unused=unused, place=PLACE, of=of)


def _input_reset(way: Convention, z: PreActivations, r: Array, h: Array) -> Array:
    from_input, from_hidden = parts(z)
    return np.asarray(r * from_input + from_hidden)


def _input_reset_without_bias(way: Convention, z: PreActivations, r: Array, h: Array) -> Array:
    here = z.feed(CANDIDATE)
    return np.asarray(r * here.from_input + here.from_hidden + here.bias)


def _all_but_bias_reset(way: Convention, z: PreActivations, r: Array, h: Array) -> Array:
    here = z.feed(CANDIDATE)
    return np.asarray(r * (here.from_input + here.from_hidden) + here.bias)


def _reset_added(way: Convention, z: PreActivations, r: Array, h: Array) -> Array:
    if way.reset_after:
        return np.asarray(z.gates[CANDIDATE] + r)
    return np.asarray(z.gates[CANDIDATE] - z.from_hidden[CANDIDATE] + z.product(CANDIDATE, r + h))


def _reset_in_place_of_state(way: Convention, z: PreActivations, r: Array, h: Array) -> Array:
    return np.asarray(z.gates[CANDIDATE] - z.from_hidden[CANDIDATE] + z.product(CANDIDATE, r))


def _parts_multiplied(way: Convention, z: PreActivations, r: Array, h: Array) -> Array:
    from_input, from_hidden = parts(z)
    return np.asarray(from_input * r * from_hidden)


def _candidate_reset(way: Convention) -> UpdateRule:
    """The reset gate multiplies what comes out of the tanh."""

    def rule(z: PreActivations, h: Array) -> Arrays:
        u, r = sigmoid(z.gates[UPDATE]), sigmoid(z.gates[RESET])
        return (way.mixed(u, h, r * np.tanh(z.gates[CANDIDATE])),)

    return rule


def _outside(way: Convention) -> UpdateRule:
    """The hidden state's part is added outside of the tanh."""

    def rule(z: PreActivations, h: Array) -> Arrays:
        u, r = sigmoid(z.gates[UPDATE]), sigmoid(z.gates[RESET])
        here = z.feed(CANDIDATE)
        from_hidden = way.candidate(z, r, h) - here.from_input - here.bias
        return (way.mixed(u, h, np.tanh(here.from_input + here.bias) + from_hidden),)

    return rule


def _update_sees_reset_state(way: Convention) -> UpdateRule:
    def rule(z: PreActivations, h: Array) -> Arrays:
        r = sigmoid(z.gates[RESET])
        to_update = np.asarray(z.gates[UPDATE] - z.from_hidden[UPDATE] + z.product(UPDATE, r * h))
        return (way.mixed(sigmoid(to_update), h, np.tanh(way.candidate(z, r, h))),)

    return rule


VARIANTS: tuple[Variant, ...] = (
    *_sees(
        "reset_unused",
        "that does not use its reset gate: the candidate sees the whole old hidden state",
        lambda way, z, r, h: z.gates[CANDIDATE],
        RESET,
    ),
    *_sees(
        "reset_on_input",
        "whose reset gate multiplies the input's part instead of the hidden state's",
        _input_reset,
    ),
    *_sees(
        "reset_on_input",
        "whose reset gate multiplies the input's part instead of the hidden state's",
        _input_reset_without_bias,
    ),
    *_sees(
        "reset_on_both",
        "whose reset gate multiplies the input's part and the bias, too, not the hidden state's part alone",
        lambda way, z, r, h: r * z.gates[CANDIDATE],
    ),
    *_sees(
        "reset_on_both",
        "whose reset gate multiplies the input's part, too, not the hidden state's part alone",
        _all_but_bias_reset,
    ),
    *_sees(
        "reset_inverted",
        "that takes 1 - r in place of its reset gate r",
        lambda way, z, r, h: way.candidate(z, 1 - r, h),
        of=CONVENTIONS,
    ),
    *_sees(
        "reset_added",
        "that adds its reset gate in the candidate instead of multiplying by it",
        _reset_added,
        of=CONVENTIONS,
    ),
    *_sees(
        "reset_in_place_of_state",
        "whose candidate sees the reset gate itself in place of the reset hidden state",
        _reset_in_place_of_state,
    ),
    *_sees(
        "candidate_parts_multiplied",
        "whose candidate multiplies its two parts instead of adding them",
        _parts_multiplied,
    ),
    *_sees(
        "reset_twice",
        "that multiplies by its reset gate twice",
        lambda way, z, r, h: way.candidate(z, r * r, h),
        of=CONVENTIONS,
    ),
    *every_way(
        "reset_on_candidate",
        "whose reset gate multiplies the candidate behind its tanh, instead of the old hidden state",
        _candidate_reset,
        place=PLACE,
        of=AFTER,
    ),
    *every_way(
        "h_outside_candidate",
        "whose candidate has its tanh around the part from the input alone, and adds the hidden state's part"
        " outside",
        _outside,
        place=PLACE,
    ),
    *every_way(
        "update_sees_reset_state",
        "whose update gate sees the reset hidden state in place of the hidden state",
        _update_sees_reset_state,
    ),
)
