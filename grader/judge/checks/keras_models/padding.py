"""Whether a model of words takes padding for what it is: nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

import numpy as np

from grader import probes
from grader.assignment import Criterion, Model, Seen
from grader.errors import AssignmentError
from grader.judge.checks.keras_models.built import DRAWN_GAINS
from grader.judge.identify.keras_model import trained_network
from grader.model import Basis, Evidence, Verdict
from grader.model.verdict import failed, needs_review, passed, skipped
from grader.probes.keras_model import KerasModel
from grader.rnn.keras_layers import Stacked
from grader.rnn.weights import Array

# of answers near 1, computed in float64: masked steps change nothing, others hardly less than this
SAME = 1e-6
FEWEST_STEPS = 2


def ignores_padding(model: Model) -> Criterion:
    """The trained model answers a sentence alike with padding before it, behind it and without any, as with
    `mask_zero=True`.

    Raises:
        AssignmentError: the model takes no words.
    """
    if not model.vocabulary:
        raise AssignmentError(f"{model.name} takes no words: a model with vocabulary= has padding")
    return Criterion(
        id=f"padding_of_{model.name}",
        title=f"{model.name} answers a sentence alike, padded or not.",
        judge=lambda seen: judge_padding(seen, model),
        basis=Basis.PROVEN,
        asks=(probes.keras_model(model),),
        forger_gains=DRAWN_GAINS,
    )


def judge_padding(seen: Seen, model: Model) -> Verdict:
    """Whether padding changes the answers, computed with the weights that training left."""
    found: KerasModel = seen[probes.keras_model(model)]
    words = found.x
    network = trained_network(seen, model)
    if network is None:
        return needs_review(f"the host cannot compute {model.name}: a person will look at its padding")
    if words.shape[1] < FEWEST_STEPS:
        return skipped(f"not reached: a sentence of {words.shape[1]} step has no room for padding")
    whole = words[np.all(words != 0, axis=(1, 2))]
    answers = _answers(network, whole)
    (one, first), (other, second) = _furthest_apart(answers)
    evidence = [
        Evidence(
            what=f"the answer to one sentence, {one} and {other}",
            expected="the same number",
            actual=f"{first:.6f} and {second:.6f}",
        )
    ]
    size = max(float(np.abs(out).max()) for out in answers.values())
    if abs(first - second) <= SAME * max(1.0, size):
        return passed("Padding changes no answer.", evidence=evidence)
    return failed(
        f"the answer to one sentence is {first:.6f} {one} and {second:.6f} {other}, expected the same",
        hint=_hint(found),
        evidence=evidence,
    )


def _hint(found: KerasModel) -> str:
    """What to look at: the table, or, where it says which steps are padding, what stands above it."""
    if any(layer.settings.get("mask_zero") is True for layer in found.layers):
        return (
            "The Embedding tells which steps are padding, but a layer above it takes them all the same: a"
            " pooling over all steps, say."
        )
    return "Embedding(..., mask_zero=True) tells the layers above which steps are padding."


def _answers(network: Stacked, words: Array) -> dict[str, Array]:
    """What the network gives at the last word of the first half of each sentence [batch, time, 1], by where
    the padding stands; a model of one length cannot be asked without."""
    kept = words.shape[1] // 2
    given = {
        "with the padding before it": (_padded(words, kept, before=True), -1),
        "with the padding behind it": (_padded(words, kept, before=False), kept - 1),
        "without padding": (words[:, :kept], -1),
    }
    answers = {}
    for where, (x, last) in given.items():
        with contextlib.suppress(ValueError):  # of one length: both other ways tell enough
            out = network(x.astype("f8"))
            answers[where] = out[:, last] if out.ndim > 2 else out
    return answers


def _furthest_apart(answers: Mapping[str, Array]) -> tuple[tuple[str, float], tuple[str, float]]:
    """The two ways in which one number of an answer differs most."""
    ways, outs = list(answers), np.stack([out.reshape(-1) for out in answers.values()])
    place = int(np.ptp(outs, axis=0).argmax())
    low, high = sorted((int(outs[:, place].argmin()), int(outs[:, place].argmax())))
    return (ways[low], float(outs[low, place])), (ways[high], float(outs[high, place]))


def _padded(words: Array, kept: int, *, before: bool) -> Array:
    """The first words of each sentence [batch, time, 1], with zeros for the rest."""
    x = np.zeros_like(words)
    x[:, words.shape[1] - kept if before else 0 :][:, :kept] = words[:, :kept]
    return x
