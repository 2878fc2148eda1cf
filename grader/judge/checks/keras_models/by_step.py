"""How large the gradient is at each step of the input: a function that tells it, and a trained model in which
it arrives at the first step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from grader import probes
from grader.assignment import Criterion, Function, Model, Probe, Seen
from grader.judge.checks.keras_models.sequences import LabelledSequences, scaled_as_theirs
from grader.judge.identify.by_input import (
    Norms,
    are_logarithms,
    as_shares,
    by_input,
    is_like,
    tells_shares,
)
from grader.judge.words import raised
from grader.model import Basis, Evidence, Verdict
from grader.model.quantities import counted
from grader.model.verdict import failed, needs_review, partial, passed
from grader.probes.calls import Called, Instruction
from grader.rnn.weights import Array

# (generator, sequences, steps) -> x [sequences, steps, 1]
DrawInput = Callable[[np.random.Generator, int, int], Array]
SHORT, SEVERAL = 9, 3  # steps of the shorter drawn sequences; sequences of a batch
RATIO_ROUNDING = 0.02  # of the ratio to the host's: a saturated tanh costs float32 some digits
FEWEST_TOLD = 2  # steps at which float32 tells the norm: of one alone there is no ratio
OF_REACH = 32  # sequences by which it is told where a gradient arrives


def norms_by_step(function: Function, models: Sequence[Model], draw: DrawInput) -> Criterion:
    """`function(model, x, y)` gives, for each step of the input, the norm of the gradient of a loss by that
    step, up to one factor. It is asked with the notebook's own models, on sequences that `draw` gives."""
    asked = {model: _asked(function, model, draw) for model in models}
    needed, *others = [(probe, probes.keras_model(model)) for model, probe in asked.items()]
    return Criterion(
        id=function.name,
        title=(
            f"{function.name} gives the norm of the loss's gradient by each step of the input, first step"
            " first."
        ),
        judge=lambda seen: judge_norms(seen, asked),
        basis=Basis.PROVEN,
        asks=needed,
        uses=tuple(probe for pair in others for probe in pair),
        forger_gains="nothing: the sequences are drawn, and the gradient is computed here",
    )


def gradient_arrives(model: Model, *, share: float, draw: DrawInput, train: LabelledSequences) -> Criterion:
    """In the trained model the gradient by the first step is at least this share of that by the last, in the
    mean of drawn sequences, scaled as the notebook's own are."""
    asked = probes.answers(
        model,
        lambda rng, numbers: {"x": draw(rng, OF_REACH, probes.length_for(model, numbers))},
        f"reach_{model.name}",
    )
    return Criterion(
        id=f"gradient_of_{model.name}_arrives",
        title=(
            f"In the trained {model.name} the gradient by the first step is at least {share:g} of that by the"
            " last."
        ),
        judge=lambda seen: judge_arrival(seen, model, asked, share, train),
        basis=Basis.PROVEN,
        asks=(asked, probes.keras_model(model)),
        uses=(probes.arrays(train.inputs),),
        forger_gains="nothing: the gradient is computed here, with the exported weights",
    )


def _asked(function: Function, model: Model, draw: DrawInput) -> Probe:
    """One short sequence, one of the sheet's length and several of these, each with its target in a row of
    its own and without."""

    def drawn(rng: np.random.Generator, parameters: Mapping[str, float | int]) -> list[Instruction]:
        steps = probes.length_for(model, parameters)
        batches = [(draw(rng, 1, SHORT), 1), (draw(rng, 1, steps), 1), (draw(rng, SEVERAL, steps), SEVERAL)]
        targets = [(rng.random((count, 1)) > 0.5).astype("f4") for _, count in batches]
        pairs = [
            (x, y) for (x, _), column in zip(batches, targets, strict=True) for y in (column, column[:, 0])
        ]
        return [probes.call(function, model, x, y) for x, y in pairs]

    return probes.calls(
        function, model, draw=drawn, called=f"norms_{function.name}_{model.name}", early=False
    )


def judge_norms(seen: Seen, asked: Mapping[Model, Probe]) -> Verdict:
    """Whether they are the host's, for every model that is there."""
    good: list[str] = []
    evidence: list[Evidence] = []
    for model, probe in asked.items():
        if seen.answered(probe) is None or seen.answered(probes.keras_model(model)) is None:
            continue
        if (problem := _judge_model(seen, model, probe, good, evidence)) is not None:
            return problem
    if not good:
        return needs_review(
            "the host cannot compute the notebook's models: a person will look at the function",
            evidence=evidence,
        )
    return passed(f"The norms for {' and '.join(good)} are those that the host computes.", evidence=evidence)


def _judge_model(
    seen: Seen, model: Model, probe: Probe, good: list[str], evidence: list[Evidence]
) -> Verdict | None:
    """What is wrong with the norms for one model; None when nothing is, or nobody can tell."""
    calls: list[Called] = seen[probe]
    one = next((call for call in calls[:4] if call.error is None), calls[0])
    if one.error is not None:
        return failed(
            f"called with {model.name}, x of shape (1, {SHORT}, 1) and y of shape (1, 1), the function"
            f" {raised(one.error)}",
            hint=(
                "tf.GradientTape, tape.watch(x), and tape.gradient(loss, x), with a loss computed from the"
                " model's own answer for x."
            ),
        )
    wanted, norms = _norms(seen, model, one.given[1]), _row(one.arrays)
    if wanted is None or np.count_nonzero(wanted.told) < FEWEST_TOLD:
        return None
    evidence.append(
        Evidence(
            what=f"norms for {model.name}, as shares of the last",
            expected=as_shares(wanted.values),
            actual=as_shares(norms),
        )
    )
    if (problem := _what_is_wrong(norms, wanted)) is not None:
        given = [np.asarray(call.given[1], dtype="f8") for call in (calls[0], calls[2])]
        # what such a model lacks is charged where its layers are asked for
        return problem(model, evidence) if all(tells_shares(seen, model, x) for x in given) else None
    steps = calls[4].given[1].shape[1]
    several = [_row(call.arrays) for call in calls[4:] if call.error is None]
    if not any(row.shape == (steps,) for row in several):
        return failed(
            f"for {SEVERAL} sequences of {steps} steps the function gives"
            f" {several[0].size if several else 'no'} numbers, expected {steps}",
            hint="One number for each step, whatever the length and the number of sequences.",
            evidence=evidence,
        )
    good.append(model.name)
    return None


def _norms(seen: Seen, model: Model, x: Array) -> Norms | None:
    """The host's, for the first sequence of x [batch, time, 1]; None where it cannot compute them."""

    def norms(x: Array) -> Array | None:
        by_x = by_input(seen, model, x, np.ones_like)
        return None if by_x is None else np.sqrt((by_x[0] ** 2).sum(axis=-1))

    return Norms.of(norms, np.asarray(x))


def judge_arrival(seen: Seen, model: Model, asked: Probe, share: float, train: LabelledSequences) -> Verdict:
    """Whether it arrives at the first step."""
    x = scaled_as_theirs(seen, train, seen[asked].x.astype("f8"))
    by_x = by_input(seen, model, x, np.ones_like)
    if by_x is None:
        return needs_review(f"the host cannot compute {model.name}: a person will look at it")
    norms = np.sqrt((by_x**2).sum(axis=-1)).mean(axis=0)
    found = float(norms[0] / norms[-1]) if norms[-1] > 0 else 0.0
    evidence = [
        Evidence(
            what=f"first step over last, {OF_REACH} sequences",
            expected=f"at least {share:g}",
            actual=f"{found:.3g}",
        )
    ]
    if found >= share:
        return passed(
            f"The gradient by the first step is {found:.2g} of that by the last.", evidence=evidence
        )
    return failed(
        f"the gradient by the first of {len(norms)} steps is {found:.2g} of that by the last, expected at"
        f" least {share:g}",
        hint="A gated model that has learned the task looks at all steps: is this one trained?",
        evidence=evidence,
    )


def _what_is_wrong(norms: Array, wanted: Norms) -> Callable[[Model, list[Evidence]], Verdict] | None:
    """What is said of norms that are not the host's; None when they are."""
    if is_like(norms, wanted, RATIO_ROUNDING):
        return None
    hint = (
        "tape.watch(x) before the model is called, then the gradient of the loss by x, [batch, time, 1]: one"
        " number for each step."
    )

    def verdict(message: str, said: str = hint) -> Callable[[Model, list[Evidence]], Verdict]:
        return lambda model, evidence: failed(f"for {model.name} {message}", hint=said, evidence=evidence)

    if norms.size != wanted.values.size:
        return verdict(
            f"the function gives {counted(norms.size, 'number')} for {wanted.values.size} steps, expected one"
            " for each step"
        )
    if not np.isfinite(norms).all():
        return verdict("the function gives numbers that are not finite")
    if is_like(norms[::-1], wanted, RATIO_ROUNDING):
        return verdict(
            "the steps are in the wrong order: the last comes first",
            "The first number belongs to the first step.",
        )
    if are_logarithms(norms, wanted, RATIO_ROUNDING):
        return lambda model, evidence: partial(
            0.5,
            f"for {model.name} the function gives logarithms of the norms",
            hint="Draw them on a logarithmic axis instead.",
            evidence=evidence,
        )
    if np.ptp(norms) <= 1e-3 * np.max(np.abs(norms), initial=0.0):
        return verdict(
            "all steps have the same number: normalised at each step, or nothing arrived",
            "Do not divide each step's gradient by its own norm: how much they differ is what is asked for.",
        )
    if np.count_nonzero(norms) == 1:
        return verdict("all numbers but one are zero: the gradient of one step alone")
    return verdict(
        "the numbers are not the norms of the gradient by the input at each step, whatever factor they are"
        " multiplied by"
    )


def _row(arrays: Sequence[Array]) -> Array:
    """All numbers that were returned, in a row."""
    return (
        np.concatenate([np.asarray(array, dtype="f8").ravel() for array in arrays]) if arrays else np.zeros(0)
    )
