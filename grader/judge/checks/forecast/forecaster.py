"""A model that forecasts a series: the shape of its answers, and how near they come, beside what anybody
could say without it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from grader import probes
from grader.assignment import Criterion, Model, Probe, Seen
from grader.errors import AssignmentError
from grader.judge.checks.forecast.baselines import bar_of, baseline, mean_error
from grader.judge.checks.shapes.answers import no_answer
from grader.judge.words import raised
from grader.model import Basis, Evidence, Verdict
from grader.model.verdict import failed, needs_review, passed
from grader.probes.model import read_model
from grader.rnn.weights import Array

Series = Callable[[np.random.Generator], Array]
SERIES = 4  # fresh ones on which a forecast is measured
MOST_WINDOWS = 400  # of all of them
FEWEST_WINDOWS = 20  # below which an error says little


def beats_baselines(
    model: Model,
    *,
    series: Series,
    by: float,
    baselines: Sequence[str] = ("persistence", "mean of 3", "mean of 5"),
) -> Criterion:
    """The mean absolute error on fresh series, of which `series(rng)` gives one [n], is smaller than the best
    of the `baselines` by this share of it: "persistence" says the last value again, "mean of 3" the mean
    of the last three. The values to be forecast stay here: the kernel sees windows that do not overlap,
    and nothing of what follows them.

    Raises:
        AssignmentError: there is no such baseline, or `by` is no share.
    """
    for name in baselines:
        baseline(name)
    if not 0 <= by < 1:
        raise AssignmentError(f"a forecast can be better by a share from 0 to 1, not by {by:g}")
    asked = probes.answers(
        model, lambda rng, numbers: windows(rng, numbers, model, series), called=f"forecast{model.place}"
    )
    named = " and ".join(filter(None, (", ".join(baselines[:-1]), baselines[-1])))
    return Criterion(
        id="beats_baselines",
        title=(
            f"The forecast's mean absolute error on fresh series is at least {by * 100:.0f} % below that of"
            f" {named}."
        ),
        judge=lambda seen: judge_forecast(seen, asked, baselines, by),
        basis=Basis.PROVEN,
        asks=(asked,),
        uses=(probes.training(),),
        forger_gains="nothing: whoever is as near without the model has forecast as well",
    )


def answers_of_shape(model: Model, shape: Sequence[int] = (1,)) -> Criterion:
    """So many numbers for each sequence, all of them finite, the same for the same question and others for
    another one."""
    wanted = tuple(shape)
    return Criterion(
        id="answers_of_shape",
        title=f"For each sequence the model gives numbers of shape {wanted}.",
        judge=lambda seen: judge_shape(seen, wanted),
        basis=Basis.PROVEN,
        asks=(probes.model(model),),
        forger_gains="the points of this check, for numbers of the right shape",
    )


def windows(
    rng: np.random.Generator, numbers: Mapping[str, float | int], model: Model, series: Series
) -> dict[str, Array]:
    """Windows x [windows, steps, 1] of fresh series, each with the value after it; none of these stands in
    another window."""
    steps = probes.length_for(model, numbers)
    x, following = [], []
    for _ in range(SERIES):
        made = np.asarray(series(rng), dtype="f4").ravel()
        starts = range(0, len(made) - steps, steps + 1)
        x += [made[start : start + steps] for start in starts]
        following += [made[start + steps] for start in starts]
    chosen = rng.permutation(len(x))[:MOST_WINDOWS]
    return {
        "x": np.array(x, dtype="f4")[chosen][..., None],
        "following": np.array(following, dtype="f4")[chosen],
    }


def judge_forecast(seen: Seen, asked: Probe, baselines: Sequence[str], by: float) -> Verdict:
    """Whether the forecast is so much nearer than the best of the baselines."""
    answered = seen[asked]
    if answered.error is not None or answered.out is None:
        said = raised(answered.error or {"name": "an error", "message": ""})
        return failed(
            f"asked for a forecast the model {said}",
            hint="Call it as model(x) with x of shape (batch, window, 1).",
        )
    out, following = answered.out, answered.hidden["following"]
    if out.size != len(following):
        return failed(
            f"for {len(following)} windows the forecast has shape {out.shape}, expected ({len(following)},"
            " 1): one value each",
            hint="The last recurrent layer returns its last output alone, and Dense(1) follows.",
        )
    if len(following) < FEWEST_WINDOWS:
        return needs_review(
            f"{len(following)} windows are too few to tell how good the forecast is: a person will look at it"
        )
    bar = bar_of(answered.x[..., 0].astype("f8"), following, baselines, by)
    own = mean_error(out.ravel(), following)
    evidence = bar.evidence(own, f"mean absolute error on {len(following)} windows")
    if bar.is_met(own):
        return passed(bar.met(own), evidence=evidence)
    return failed(
        bar.missed(own),
        hint=(
            "Does the loss still fall? Is the output scaled to the series? A model that repeats the last"
            " value is no forecast."
        ),
        evidence=evidence,
    )


def judge_shape(seen: Seen, wanted: tuple[int, ...]) -> Verdict:
    """Numbers of this shape for each sequence, which depend on it."""
    model = read_model(seen.answer("model"))
    batch, first = model.batch, model.first
    if first is None:
        return no_answer(model)
    evidence = [
        Evidence(what="shape of the model's output", expected=str((batch, *wanted)), actual=str(first.shape))
    ]
    if first.shape != (batch, *wanted):
        return failed(
            f"for {batch} sequences the model's output has shape {first.shape}, expected {(batch, *wanted)}",
            hint="The last recurrent layer returns its last output alone, return_sequences=False.",
            evidence=evidence,
        )
    if not np.isfinite(first).all() or float(np.ptp(first, axis=0).max()) == 0.0:
        return failed(
            "the model's output is the same for every sequence, or not a number",
            hint=(
                "Does the output depend on the input? A loss of nan comes from a learning rate"
                " that is too large."
            ),
            evidence=evidence,
        )
    return passed(f"The model gives numbers of shape {wanted} for each sequence.", evidence=evidence)
