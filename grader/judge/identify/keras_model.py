"""A model of Keras' own layers as the host computes it: made of what Keras says of it, and held against its
answers as trained and with drawn weights. Only a description that explains all of them is believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader import probes
from grader.assignment import Model, Seen
from grader.model import Status, Verdict
from grader.model.quantities import counted
from grader.model.verdict import needs_review
from grader.probes.keras_model import KerasLayer, KerasModel
from grader.rnn.draws import close_enough
from grader.rnn.keras_layers import LayerSpec, Passage, Stacked, last_step, layer_of, scaled
from grader.rnn.weights import Array

# layers that are an activation, and which; "": the one that they are told with
ACTIVATIONS = {"Activation": "", "ReLU": "relu"}
# With clipped gradients a weight moves by 0.3 at most in a step, and those of a regression are some tens; the
# smallest training of a right submission has 80 steps.
FEWEST_UPDATES = 20
STRAIGHT = 1e-4  # how far an input may lie from a straight line of the drawn one, which is of size 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyMade:
    """A model whose answers the host can compute with any weights."""

    described: KerasModel
    scale: float = 1.0  # what it multiplies its input by, before its first layer with weights
    shift: float = 0.0

    def with_weights(self, arrays: Sequence[Array], *, back: bool = False) -> Stacked | None:
        """The layers with these weights, in the order of the model's; None when one of them is not known
        here, or, with `back`, not what it does to gradients while it is trained."""
        rest = list(self.described.layers)
        made: list[Passage | None] = []
        if self.described.fed is not None:
            first = next((k for k, layer in enumerate(rest) if layer.weights), len(rest))
            rest = rest[first:]
            made.append(scaled(self.scale, self.shift))
        before: KerasLayer | None = None
        for layer in rest:
            if (
                before is not None
                and len(before.gives) == 3
                and len(layer.takes) == 2
                and layer.kind != "Flatten"
            ):
                made.append(last_step)
            made.append(layer_of(_spec(layer, arrays), back=back))
            before = layer
        known = tuple(one for one in made if one is not None)
        return Stacked(layers=known) if len(known) == len(made) else None

    @property
    def as_trained(self) -> Stacked | None:
        """With the weights that training left; None when these are no numbers."""
        if not all(np.isfinite(array).all() for array in self.described.weights):
            return None
        return self.with_weights(self.described.weights)


def ready_made(found: KerasModel) -> ReadyMade | None:
    """The model, if what Keras says of it explains all its answers; None when it does not, or when the host
    does not know one of its layers."""
    scale, shift = _line(found)
    if scale is None:
        return None
    model = ReadyMade(described=found, scale=scale, shift=shift)
    asked = [(found.weights, found.out)] if all(np.isfinite(array).all() for array in found.weights) else []
    if not found.drawn:
        return None
    return (
        model
        if all(_explains(model, arrays, found.x, out) for arrays, out in (*asked, *found.drawn))
        else None
    )


def proof_of(seen: Seen, model: Model) -> ReadyMade | None:
    """The same of a model of the sheet; looked for once, however many checks ask."""
    asked = probes.keras_model(model)
    return seen.once("what explains its answers", lambda: ready_made(seen[asked]), asked)


def trained_network(seen: Seen, model: Model) -> Stacked | None:
    """The network with the weights that training left; None where the host cannot compute it."""
    proof = proof_of(seen, model)
    return proof.as_trained if proof is not None else None


def if_trained(found: KerasModel, name: str, verdict: Verdict) -> Verdict:
    """The verdict, unless it gives points to weights that the model's own optimizer can hardly have made:
    then a person looks where they come from. A model that is not compiled may have been trained in a loop."""
    if verdict.status is not Status.PASSED or found.updates is None or found.updates >= FEWEST_UPDATES:
        return verdict
    steps = counted(found.updates, "step")
    return needs_review(
        f"the optimizer of {name} has taken {steps}: a person will look at where its weights come from",
        evidence=verdict.evidence,
        staff_note=verdict.message,
    )


def with_weights(found: KerasModel) -> tuple[KerasLayer, ...]:
    """The layers that have weights, each with the activation that stands behind it as a layer of its own."""
    layers: list[KerasLayer] = []
    for layer in found.layers:
        if layer.weights:
            layers.append(layer)
        elif layers and layer.kind in ACTIVATIONS and layers[-1].settings.get("activation") == "linear":
            activation = ACTIVATIONS[layer.kind] or layer.settings.get("activation")
            settings = {**layers[-1].settings, "activation": activation or ""}
            layers[-1] = replace(layers[-1], settings=settings)
    return tuple(layers)


def named(layer: KerasLayer) -> str:
    """ "LSTM", "Bidirectional LSTM"."""
    name = layer.kind or layer.own
    return (
        f"{name} {layer.inside[0].kind}"
        if name in ("Bidirectional", "TimeDistributed") and layer.inside
        else name
    )


def _spec(layer: KerasLayer, arrays: Sequence[Array]) -> LayerSpec:
    own = tuple(np.asarray(arrays[place]) for place in layer.places if place < len(arrays))
    inside = tuple(_spec(one, arrays) for one in layer.inside)
    return LayerSpec(kind=layer.kind, settings=layer.settings, arrays=own, inside=inside)


def _line(found: KerasModel) -> tuple[float | None, float]:
    """(scale, shift) that make of the drawn input what the first layer got; no scale where none do."""
    if found.fed is None:
        return 1.0, 0.0
    x, fed = found.x.ravel().astype("f8"), found.fed.ravel().astype("f8")
    if not np.isfinite(fed).all():
        return None, 0.0
    scale, shift = np.polyfit(x, fed, 1)
    size = max(1.0, float(np.max(np.abs(fed), initial=0.0)))
    gap = float(np.max(np.abs(scale * x + shift - fed), initial=0.0))
    if np.array_equal(x, fed):
        return 1.0, 0.0
    return (float(scale), float(shift)) if gap <= STRAIGHT * size else (None, 0.0)


def _explains(model: ReadyMade, arrays: Sequence[Array], x: Array, out: Array | None) -> bool:
    try:
        network = model.with_weights(arrays)
        if network is None or out is None:
            return False
        with np.errstate(over="ignore", invalid="ignore"):
            exact, single = network(x.astype("f8")), network(x.astype("f4"))
    except (ValueError, IndexError):  # shapes that do not fit: it was described otherwise than it is
        return False
    if exact.shape != out.shape or not np.isfinite(out).all():
        return False
    return bool(
        np.max(np.abs(exact - out), initial=0.0)
        <= close_enough(exact, single) * max(1.0, float(np.abs(exact).max()))
    )
