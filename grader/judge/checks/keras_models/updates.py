"""What one step of training does to a model's weights: asked with drawn weights and drawn data, the targets
of one step so large that its gradients are, too, and computed by the host with and without clipping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader import probes
from grader.assignment import Criterion, Model, Seen
from grader.judge.identify.keras_model import proof_of
from grader.judge.words import raised
from grader.model import Basis, Evidence, Verdict
from grader.model.verdict import failed, needs_review, passed
from grader.probes.fitted import Updates
from grader.probes.keras_model import within
from grader.rnn.keras_layers import OTHER_IN_TRAINING
from grader.rnn.sgd import OTHER_LOSSES, SQUARED, Descent, LossDerivative, loss_gradients
from grader.rnn.weights import Array

# of the targets of three steps: usual, usual again for the momentum, huge for the clip
SIZES = (1.0, 1.0, 1e5)
# of the largest change of a step: float32 keeps seven digits of weights that may be 1,000 times larger
UPDATE_ROUNDING = 2e-3
READ_OFF = 0.05  # of a number that is read off the steps, to be named
USUAL_MOMENTA = (0.0, 0.5, 0.9, 0.95, 0.99, 1.0)
Complaint = tuple[str, str]  # message and hint


def steps_like(
    model: Model, *, rate: float, momentum: float = 0.0, clipvalue: float | None = None
) -> Criterion:
    """A step of the model's training is SGD's with this learning rate and momentum, on the mean squared
    error, with every gradient clipped at `clipvalue`, or with none clipped."""
    wanted = Descent(rate=rate, momentum=momentum, clipvalue=clipvalue)
    clip = "no gradient clipped" if clipvalue is None else f"every gradient clipped at {clipvalue:g}"
    asked = probes.updates(model, SIZES)
    return Criterion(
        id=f"steps_of_{model.name}",
        title=(
            f"A step of {model.name} is that of SGD (learning rate {rate:g}, momentum {momentum:g}) on the"
            f" mean squared error, {clip}."
        ),
        judge=lambda seen: judge_steps(seen, model, wanted),
        basis=Basis.PROVEN,
        asks=(asked, probes.keras_model(model)),
        forger_gains="nothing: the steps are drawn, and computed here",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenSteps:
    """The steps that were taken, and what the host needs to compare: for each the change of all weights, in
    the order of the model's, and the gradient there."""

    changes: tuple[tuple[Array, ...], ...]
    gradients: tuple[tuple[Array, ...], ...]

    def predicted(self, descent: Descent) -> list[tuple[Array, ...]]:
        """The changes that this rule makes, each step from the weights that the one before left."""
        velocity: list[Array] = [np.zeros_like(g) for g in self.gradients[0]]
        found = []
        for gradients in self.gradients:
            velocity = descent.velocity(velocity, gradients)
            found.append(tuple(velocity))
        return found

    def follows(self, descent: Descent) -> bool:
        """Whether every step is that of this rule."""
        return all(_is_near(a, b) for a, b in zip(self.changes, self.predicted(descent), strict=True))

    def largest(self, step: int) -> float:
        """The largest change of one weight in a step."""
        return max(float(np.max(np.abs(change))) for change in self.changes[step])


def judge_steps(seen: Seen, model: Model, wanted: Descent) -> Verdict:
    """Whether its steps are those of this rule; if not, in what they differ."""
    found: Updates = seen[probes.updates(model, SIZES)]
    if not found.is_compiled:
        return needs_review(
            f"{model.name} is not compiled, so its steps cannot be asked for: a person will look at its"
            " training"
        )
    if found.error is not None:
        return failed(
            f"a step of training {raised(found.error)}",
            hint="First model.compile(loss=..., optimizer=...), then model.fit.",
        )
    taken = _taken(seen, model, found)
    if taken is None:
        return needs_review(
            f"the host cannot compute the gradients of {model.name}: a person will look at its training"
        )
    predicted = taken.predicted(wanted)
    evidence = [
        Evidence(
            what=f"largest change of a weight in step {step + 1} (targets of size {size:g})",
            expected=f"{max(float(np.max(np.abs(array))) for array in predicted[step]):.4g}",
            actual=f"{taken.largest(step):.4g}",
        )
        for step, size in enumerate(SIZES)
    ]
    if taken.follows(wanted):
        return passed(f"Three drawn steps of {model.name} are those of the sheet's rule.", evidence=evidence)
    message, hint = _other_error(seen, model, found, wanted) or _what_differs(taken, wanted)
    return failed(message, hint=hint, evidence=evidence)


def _other_error(seen: Seen, model: Model, found: Updates, wanted: Descent) -> Complaint | None:
    """Another error than the squared one, with which every step is that of the sheet's rule."""
    for words, derivative in OTHER_LOSSES:
        taken = _taken(seen, model, found, derivative)
        if taken is not None and taken.follows(wanted):
            return f"the loss is {words}, expected the mean squared error", 'Compile with loss="mse".'
    return None


def _taken(
    seen: Seen, model: Model, found: Updates, derivative: LossDerivative = SQUARED
) -> TakenSteps | None:
    """Changes and gradients of all steps; None where the host cannot compute the model."""
    proof = proof_of(seen, model)
    if proof is None or len(found.after) != len(SIZES):
        return None
    if any(layer.kind in OTHER_IN_TRAINING for layer in proof.described.layers):
        return None
    places = [place for layer in proof.described.layers for place in layer.places if place < len(found.start)]
    changes, gradients, before = [], [], found.start
    for x, y, after in zip(found.x, found.y, found.after, strict=True):
        network = proof.with_weights([array.astype("f8") for array in before], back=True)
        if network is None or [a.shape for a in before] != [a.shape for a in after]:
            return None
        asked = within(x, proof.described.words) if model.vocabulary else x
        try:
            gradients.append(tuple(loss_gradients(network, asked, y, derivative)))
        except (ValueError, IndexError):  # weights of another model than the one that was described
            return None
        changes.append(tuple(after[place].astype("f8") - before[place] for place in places))
        before = after
    shapes = [[array.shape for array in arrays] for arrays in (*changes, *gradients)]
    if any(one != shapes[0] for one in shapes):
        return None
    return TakenSteps(changes=tuple(changes), gradients=tuple(gradients))


def _is_near(changes: Sequence[Array], predicted: Sequence[Array]) -> bool:
    size = max(float(np.max(np.abs(array))) for array in predicted)
    gap = max(float(np.max(np.abs(a - b))) for a, b in zip(changes, predicted, strict=True))
    return bool(np.isfinite(gap) and gap <= UPDATE_ROUNDING * size)


def _what_differs(taken: TakenSteps, wanted: Descent) -> Complaint:
    """What is seen to be otherwise, the first of it: the optimizer, its rate, the momentum, the clip."""
    if (found := _no_steps(taken)) is not None:
        return found
    if (found := _scaled_together(taken, wanted)) is not None:
        return found
    rate = _rate(taken, wanted)
    if rate is None:
        return _no_descent(taken, wanted)
    if abs(rate - wanted.rate) > READ_OFF * wanted.rate:
        return (
            f"the learning rate is {rate:.3g}, expected {wanted.rate:g}",
            "A smaller rate is not the cure that is asked for here.",
        )
    return _other_momentum(taken, wanted) or _other_clip(taken, wanted, rate)


def _no_steps(taken: TakenSteps) -> Complaint | None:
    """Weights that are no numbers afterwards, or did not move."""
    usual, huge = taken.largest(0), taken.largest(2)
    if not np.isfinite(huge):
        return (
            "after a step under a huge gradient the weights are not numbers",
            "Clip the gradients in the optimizer.",
        )
    if huge == 0 and usual == 0:
        return "a step of training changes no weight", "Is the model frozen, or the learning rate 0?"
    return None


def _no_descent(taken: TakenSteps, wanted: Descent) -> Complaint:
    """Steps of another kind of optimizer."""
    bounded = taken.largest(2) <= 3 * taken.largest(0)
    return (
        "the steps are not proportional to the gradient"
        + (", and as large for a usual gradient as for a huge one" if bounded else ""),
        (
            f"The sheet asks for SGD(learning_rate={wanted.rate:g}, momentum={wanted.momentum:g}): Adam"
            " and similar optimizers limit their steps by themselves."
        ),
    )


def _other_momentum(taken: TakenSteps, wanted: Descent) -> Complaint | None:
    """A usual momentum that is not the one asked for, and explains every step."""
    for momentum in USUAL_MOMENTA:
        if momentum != wanted.momentum and taken.follows(replace(wanted, momentum=momentum)):
            return (
                f"the momentum is {momentum:g}, expected {wanted.momentum:g}",
                "Pass momentum= to the optimizer.",
            )
    return None


def _other_clip(taken: TakenSteps, wanted: Descent, rate: float) -> Complaint:
    """A clip where none is asked for, another one, or none."""
    clip = _clip(taken, wanted, rate)
    if wanted.clipvalue is None:
        return (
            (
                f"under a huge gradient no weight moves by more than {clip:.3g} times the learning rate:"
                " gradients are clipped"
            ),
            "This model is meant to explode: no clipvalue and no clipnorm here.",
        )
    return (
        (
            f"under a huge gradient a weight moves by {clip:.4g} times the learning rate, expected"
            f" {wanted.clipvalue:g} times at most"
        ),
        (
            f"clipvalue={wanted.clipvalue:g} bounds each gradient by itself; clipnorm scales all of one"
            " weight together, and clipvalue=0 clips nothing."
        ),
    )


def _rate(taken: TakenSteps, wanted: Descent) -> float | None:
    """The learning rate, from those weights that no rule clips in the first step; None where the step is not
    proportional to the gradient."""
    gradient = np.concatenate([g.ravel() for g in taken.gradients[0]])
    change = np.concatenate([c.ravel() for c in taken.changes[0]])
    small = (np.abs(gradient) < (wanted.clipvalue or np.inf)) & (
        np.abs(gradient) > np.max(np.abs(gradient)) * 1e-2
    )
    if not small.any():
        return None
    rates = -change[small] / gradient[small]
    middle = float(np.median(rates))
    return middle if middle > 0 and float(np.mean(np.abs(rates - middle) < READ_OFF * middle)) > 0.9 else None


def _clip(taken: TakenSteps, wanted: Descent, rate: float) -> float:
    """By how many learning rates the weights move at most under the huge gradient, without momentum."""
    return max(float(np.max(np.abs(array))) for array in _moved(taken, wanted)) / rate


def _scaled_together(taken: TakenSteps, wanted: Descent) -> Complaint | None:
    """Gradients that are scaled to a norm, those of each array or all of them, which explains every step."""
    unclipped = replace(wanted, clipvalue=None)
    if taken.follows(unclipped):
        return None
    norms = [float(np.linalg.norm(array)) / wanted.rate for array in _moved(taken, wanted)]
    for name, norm, whose in (
        ("clipnorm", float(np.median(norms)), "those of one layer's kernel, or bias,"),
        ("global_clipnorm", float(np.linalg.norm(norms)), "those of all weights"),
    ):
        if not taken.follows(replace(unclipped, **{name: norm})):
            continue
        told = f"under a huge gradient {whose} are scaled together to a norm of {norm:.3g}"
        if wanted.clipvalue is None:
            return told, "This model is meant to explode: no clipvalue and no clipnorm here."
        return (
            f"{told}, expected each by itself clipped at {wanted.clipvalue:g}",
            f"That is {name}; the sheet asks for clipvalue={wanted.clipvalue:g}.",
        )
    return None


def _moved(taken: TakenSteps, wanted: Descent) -> list[Array]:
    """How far the huge gradient alone moved each array: without what the momentum adds."""
    return [
        now - wanted.momentum * before for now, before in zip(taken.changes[2], taken.changes[1], strict=True)
    ]
