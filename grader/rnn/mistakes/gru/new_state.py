"""Wrong new hidden states of a GRU: h' = z * h + (1 - z) * n with another share, another operand, or a piece
left out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from grader.rnn.activations import sigmoid
from grader.rnn.family import UpdateRule, Variant
from grader.rnn.gru import CANDIDATE, CONVENTIONS, RESET, UPDATE, Convention, gru_step
from grader.rnn.mistake_place import MistakePlace
from grader.rnn.mistakes.gru.pieces import Mixed, changed, every_way
from grader.rnn.weights import Array, Arrays, PreActivations

PLACE = MistakePlace.HIDDEN_STATE
# for mixtures that are the same whichever share the update gate is
ONE_OF_EACH_RESET = (
    CONVENTIONS[0],
    CONVENTIONS[1],
)


def _mixed(id: str, words: str, mixes: Mixed, *unused: int) -> Iterator[Variant]:
    return every_way(id, words, changed(mixes=mixes), unused=unused, place=PLACE)


def _mixed_alike(id: str, words: str, mixes: Mixed, *unused: int) -> Iterator[Variant]:
    ways = ONE_OF_EACH_RESET
    return every_way(id, words, changed(mixes=mixes), unused=unused, place=PLACE, of=ways)


def _kept(way: Convention, u: Array) -> Array:
    return way.shares(u)[0]


def _renewed(way: Convention, u: Array) -> Array:
    return way.shares(u)[1]


def _reset_state_kept(way: Convention) -> UpdateRule:
    def rule(z: PreActivations, h: Array) -> Arrays:
        u, r = sigmoid(z.gates[UPDATE]), sigmoid(z.gates[RESET])
        n = np.tanh(way.candidate(z, r, h))
        return (way.mixed(u, r * h, n),)

    return rule


def _reset_mixes_too(way: Convention) -> UpdateRule:
    """The reset gate in the place of the update gate as well."""
    step = gru_step(way)
    return lambda z, h: step(z.of(RESET, RESET, CANDIDATE), h)


def _gates_added(way: Convention) -> UpdateRule:
    def rule(z: PreActivations, h: Array) -> Arrays:
        r = sigmoid(z.gates[RESET])
        u = sigmoid(z.gates[UPDATE]) + r
        return (way.mixed(u, h, np.tanh(way.candidate(z, r, h))),)

    return rule


VARIANTS: tuple[Variant, ...] = (
    *_mixed_alike(
        "update_unused",
        "whose new hidden state is the candidate alone, without the update gate: h' = n",
        lambda way, u, h, n: n,
        UPDATE,
    ),
    *_mixed(
        "old_state_dropped",
        "that drops the old hidden state: only the candidate's share is left of the sum",
        lambda way, u, h, n: _renewed(way, u) * n,
    ),
    *every_way(
        "nothing_new",
        "that takes nothing new into its hidden state: only the old state's share is left of the sum",
        changed(mixes=lambda way, u, h, n: _kept(way, u) * h),
        unused=(RESET, CANDIDATE),
        place=PLACE,
        of=(CONVENTIONS[0], CONVENTIONS[2]),
    ),
    *_mixed(
        "update_inverted_in_one_place",
        "that multiplies old state and candidate by the same share, in place of z for one and 1 - z for the"
        " other",
        lambda way, u, h, n: u * h + u * n if way.keeps else (1 - u) * h + (1 - u) * n,
    ),
    *_mixed(
        "old_state_added_whole",
        "that adds the old hidden state as a whole, without its share",
        lambda way, u, h, n: h + _renewed(way, u) * n,
    ),
    *_mixed(
        "candidate_added_whole",
        "that adds the candidate as a whole, without its share",
        lambda way, u, h, n: _kept(way, u) * h + n,
    ),
    *_mixed_alike(
        "both_added_whole",
        "that adds old hidden state and candidate without any share: h' = h + n",
        lambda way, u, h, n: h + n,
        UPDATE,
    ),
    *_mixed(
        "new_subtracted",
        "that subtracts the candidate's share instead of adding it",
        lambda way, u, h, n: _kept(way, u) * h - _renewed(way, u) * n,
    ),
    *_mixed_alike(
        "parts_multiplied",
        "that multiplies the two parts of its new hidden state instead of adding them",
        lambda way, u, h, n: u * h * (1 - u) * n,
    ),
    *_mixed(
        "update_added",
        "that adds its update gate to the old hidden state instead of multiplying by it",
        lambda way, u, h, n: _kept(way, u) + h + _renewed(way, u) * n,
    ),
    *_mixed(
        "averaged",
        "that halves its new hidden state",
        lambda way, u, h, n: way.mixed(u, h, n) / 2,
    ),
    *_mixed_alike(
        "half_and_half",
        "that takes the mean of old hidden state and candidate, without the update gate",
        lambda way, u, h, n: (h + n) / 2,
        UPDATE,
    ),
    *_mixed(
        "hidden_state_squashed",
        "with one more tanh around its new hidden state",
        lambda way, u, h, n: np.tanh(way.mixed(u, h, n)),
    ),
    *_mixed(
        "hidden_added",
        "that adds the old hidden state once more",
        lambda way, u, h, n: h + way.mixed(u, h, n),
    ),
    *every_way(
        "reset_state_kept",
        "whose reset gate multiplies the old hidden state everywhere, in the new hidden state too",
        _reset_state_kept,
        place=PLACE,
    ),
    *every_way(
        "gates_added",
        "that adds its two gates and uses the sum as its update gate",
        _gates_added,
        place=PLACE,
    ),
)
ONE_GATE = tuple(
    every_way(
        "minimal_gated_unit",
        "with one gate in the places of both update gate and reset gate, a minimal gated unit",
        _reset_mixes_too,
        unused=(UPDATE,),
    )
)
