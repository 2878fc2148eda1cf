"""How large the gradient is at each step of the input: a function that tells it, a figure that shows it, and
a trained model in which it arrives at the first step. The host goes back through the exported weights
itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader import probes
from grader.assignment import Criterion, Function, Model, Probe, Role, Seen
from grader.judge.checks.sequences import Sequences, scaled_as_theirs
from grader.judge.identify.keras_model import ready_made
from grader.judge.words import raised
from grader.model import Basis, Evidence, Verdict
from grader.model.verdict import failed, needs_review, partial, passed
from grader.probes.calls import Called, Step
from grader.probes.figures import Axes, Figure, Line

Array = np.ndarray
# (generator, sequences, steps) -> x [sequences, steps, 1]
Draw = Callable[[np.random.Generator, int, int], Array]
SHORT, SEVERAL = 9, 3  # steps of the shorter drawn sequences; sequences of a batch
NEAR = 0.02  # of the ratio to the host's: a saturated tanh costs float32 some digits
DRAWN = 0.05  # the same of a figure, whose numbers may have been rounded
SMALLEST = 1e-30  # what float32 still tells from zero in a product
MOST_SHOWN = 64  # sequences of a figure, for each of which the host goes back once
OF_REACH = 32  # sequences by which it is told where a gradient arrives


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a figure shall show: the gradient of this model for these inputs and targets of the notebook."""

    model: Model
    inputs: Role
    targets: Role


def norms_by_step(function: Function, models: Sequence[Model], draw: Draw) -> Criterion:
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


def norms_plotted(shown: Shown) -> Criterion:
    """A figure with these norms over the steps, on a logarithmic axis."""
    named = f"{shown.inputs.name}, {shown.targets.name}"
    return Criterion(
        id=f"norms_of_{shown.model.name}_plotted",
        title=(
            f"A figure shows how large the gradient of {shown.model.name} is at each step ({named}), on a"
            " logarithmic axis."
        ),
        judge=lambda seen: judge_plotted(seen, shown),
        basis=Basis.REPORTED,
        asks=(probes.figures(), probes.keras_model(shown.model), probes.arrays(shown.inputs, shown.targets)),
        forger_gains="the points of this check, for a drawing",
    )


def gradient_arrives(model: Model, *, share: float, draw: Draw, train: Sequences) -> Criterion:
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


def _asked(function: Function, model: Model, draw: Draw) -> Probe:
    """One short sequence, one of the sheet's length and several of these, each with its target in a row of
    its own and without."""

    def drawn(rng: np.random.Generator, parameters: Mapping[str, float | int]) -> list[Step]:
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
                "tf.GradientTape, tape.watch(x), and tape.gradient(loss, x): a loss of the model's own answer"
                " for x."
            ),
        )
    by_x = _by_input(seen, model, np.asarray(one.given[1], dtype="f8"), np.ones_like)
    if by_x is None:
        return None
    wanted, norms = np.sqrt((by_x[0] ** 2).sum(axis=-1)), _row(one.arrays)
    evidence.append(
        Evidence(
            what=f"norms for {model.name}, as shares of the last",
            expected=_shares(wanted),
            actual=_shares(norms),
        )
    )
    if (problem := _what_is_wrong(norms, wanted)) is not None:
        given = [np.asarray(call.given[1], dtype="f8") for call in (calls[0], calls[2])]
        # what such a model lacks is charged where its layers are asked for
        return problem(model, evidence) if all(_tells_shares(seen, model, x) for x in given) else None
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


def _by_input(seen: Seen, model: Model, x: Array, upstream: Callable[[Array], Array]) -> Array | None:
    """The gradient by x of the trained model; None where the host cannot compute it."""
    proof = ready_made(seen[probes.keras_model(model)])
    network = proof.as_trained if proof is not None else None
    if network is None:
        return None
    try:
        return network.back(x, upstream)[0]
    except ValueError:  # sequences of another length than it can take
        return None


def _tells_shares(seen: Seen, model: Model, x: Array) -> bool:
    """Whether its answers lie between 0 and 1: of others a cross-entropy is cut off, and has no gradient."""
    proof = ready_made(seen[probes.keras_model(model)])
    network = proof.as_trained if proof is not None else None
    if network is None:
        return True
    try:
        answers = network(x)
    except ValueError:  # sequences of another length than it can take
        return True
    return bool(np.all((answers >= 0) & (answers <= 1)))


def judge_plotted(seen: Seen, shown: Shown) -> Verdict:
    """Whether a line of a figure is what the host computes."""
    figures: tuple[Figure, ...] = seen[probes.figures()]
    candidates = [(axes, line) for figure in figures for axes in figure.axes for line in axes.lines]
    if not candidates:
        return failed("no figure with a line was seen", hint="plt.semilogy(norms), in the notebook itself.")
    arrays = seen[probes.arrays(shown.inputs, shown.targets)]
    x, y = arrays.get(shown.inputs.name), arrays.get(shown.targets.name)
    is_batch = x is not None and y is not None and x.ndim in (2, 3) and 0 < len(x) == y.size <= MOST_SHOWN
    wanted = _of_batch(seen, shown.model, x, y) if is_batch and x is not None and y is not None else None
    if wanted is None:
        return needs_review(
            f"{shown.inputs.name} and {shown.targets.name} are no small batch of sequences, or the host"
            f" cannot compute {shown.model.name}: a person will look at the figure"
        )
    steps = len(wanted[0])
    for axes, line in candidates:
        if (found := _compared(axes, line, wanted)) is not None:
            return found
    if x is not None and not _tells_shares(seen, shown.model, x.astype("f8").reshape(len(x), -1, 1)):
        return needs_review(
            f"the answers of {shown.model.name} do not lie between 0 and 1, which leaves a cross-entropy"
            " without a gradient: a person will look at the figure"
        )
    fitting = [line for _, line in candidates if len(line.y) == steps]
    evidence = [
        Evidence(
            what="the line, as shares of its last point",
            expected=_shares(wanted[0]),
            actual=_shares(fitting[0].y) if fitting else "",
        )
    ]
    if not fitting:
        return failed(
            f"no line of a figure has {steps} points, one for each step",
            hint="plt.semilogy(norms)",
            evidence=evidence,
        )
    return failed(
        f"no line shows the gradient of {shown.model.name}, as it is at the end, for {shown.inputs.name} and"
        f" {shown.targets.name}",
        hint=(
            "Draw what your function gives for the trained model, as it is: neither smoothed nor divided by"
            " itself."
        ),
        evidence=evidence,
    )


def judge_arrival(seen: Seen, model: Model, asked: Probe, share: float, train: Sequences) -> Verdict:
    """Whether it arrives at the first step."""
    x = scaled_as_theirs(seen, train, seen[asked].x.astype("f8"))
    by_x = _by_input(seen, model, x, np.ones_like)
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


def _of_batch(seen: Seen, model: Model, x: Array, y: Array) -> list[Array] | None:
    """The norms by step [time] in the ways in which a batch is summed up: under two losses, as means, as one
    norm, as the largest, and of the mean gradient."""
    x, y = x.astype("f8").reshape(len(x), -1, 1), y.astype("f8").reshape(-1, 1)
    found = []
    for by_out in (lambda p: (p - y) / np.maximum(p * (1 - p), 1e-12), lambda p: 2 * (p - y)):
        by_x = _by_input(seen, model, x, by_out)
        if by_x is None:
            return None
        norms = np.sqrt((by_x**2).sum(axis=-1))
        found += [
            norms.mean(axis=0),
            np.sqrt((norms**2).sum(axis=0)),
            norms.max(axis=0),
            np.abs(by_x.mean(axis=0)).sum(axis=-1),
        ]
    return found


def _compared(axes: Axes, line: Line, wanted: Sequence[Array]) -> Verdict | None:
    """What is said of a line that shows the norms; None for another line."""
    order = np.argsort(line.x, kind="stable")
    y = line.y[order]
    if y.shape != wanted[0].shape:
        return None
    as_it_is, from_logs = any(_is_like(y, one, DRAWN) for one in wanted), False
    if not as_it_is and np.isfinite(y).all() and np.max(np.abs(y)) < 100:
        from_logs = any(_is_like(base**y, one, DRAWN) for one in wanted for base in (10.0, np.e))
    if not as_it_is and not from_logs:
        return None
    evidence = [
        Evidence(what="the line, as shares of its last point", expected=_shares(wanted[0]), actual=_shares(y))
    ]
    labels = Evidence(
        what="axes", actual=f"{axes.x_label or 'none'}, {axes.y_label or 'none'}, {axes.y_scale}"
    )
    if as_it_is and axes.y_scale not in ("log", "symlog"):
        return partial(
            0.5,
            "the norms are drawn on a linear axis, on which all but the last steps are zero",
            hint='plt.yscale("log") or plt.semilogy(...)',
            evidence=[*evidence, labels],
        )
    return passed("A figure shows the norms that the host computes.", evidence=[*evidence, labels])


def _what_is_wrong(norms: Array, wanted: Array) -> Callable[[Model, list[Evidence]], Verdict] | None:
    """What is said of norms that are not the host's; None when they are."""
    if _is_like(norms, wanted, NEAR):
        return None
    hint = (
        "tape.watch(x) before the model is called, then the gradient of the loss by x, [batch, time, 1]: one"
        " number for each step."
    )

    def verdict(message: str, said: str = hint) -> Callable[[Model, list[Evidence]], Verdict]:
        return lambda model, evidence: failed(f"for {model.name} {message}", hint=said, evidence=evidence)

    if norms.size != wanted.size:
        return verdict(
            f"the function gives {norms.size} numbers for {wanted.size} steps, expected one for each step"
        )
    if not np.isfinite(norms).all():
        return verdict("the function gives numbers that are not finite")
    if _is_like(norms[::-1], wanted, NEAR):
        return verdict(
            "the steps are in the wrong order: the last comes first",
            "The first number belongs to the first step.",
        )
    if np.max(np.abs(norms)) < 100 and any(_is_like(base**norms, wanted, NEAR) for base in (10.0, np.e)):
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


def _is_like(norms: Array, wanted: Array, near: float) -> bool:
    """Whether they are the same up to one factor, as far as float32 tells."""
    norms = np.asarray(norms, dtype="f8").ravel()
    if norms.shape != wanted.shape or not np.isfinite(norms).all() or (norms < 0).any():
        return False
    told = wanted > max(SMALLEST, float(wanted.max()) * SMALLEST)
    if not told.any() or (norms[told] <= 0).any():
        return False
    ratios = norms[told] / wanted[told]
    return bool(np.max(ratios) <= (1 + near) * np.min(ratios))


def _row(arrays: Sequence[Array]) -> Array:
    """All numbers that were returned, in a row."""
    return (
        np.concatenate([np.asarray(array, dtype="f8").ravel() for array in arrays]) if arrays else np.zeros(0)
    )


def _shares(norms: Array) -> str:
    if not norms.size or not norms[-1]:
        return f"{norms.size} numbers" if norms.size else "none"
    picked = norms[np.unique(np.linspace(0, norms.size - 1, 4).astype(int))] / norms[-1]
    return ", ".join(f"{value:.2g}" for value in picked)
