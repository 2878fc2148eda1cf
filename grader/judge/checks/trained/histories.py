"""What trainings recorded: a sweep of the learning rate, losses that fall, and losses that blow up.
All of it is the notebook's word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grader import probes
from grader.assignment import Criterion, Model, Role, Seen
from grader.judge.identify.typed_in import where_typed
from grader.model import Basis, Evidence, Verdict
from grader.model.quantities import counted
from grader.model.verdict import failed, needs_review, passed
from grader.probes.fitted import History
from grader.rnn.weights import Array

RATES = ("learning_rate", "lr", "learning_rates", "lrs", "rate", "rates")
LOSSES = ("loss", "losses")
FEWEST_RATES = 8  # rates of a sweep
# a rate may be so many times the largest at which the loss had not risen: between two rates lies about as
# much
SPARE = 2.0
# of the way from the smallest loss back to the first: a sweep of few epochs wavers before it blows up
RISEN = 1.0
SMALLEST_SHARE = 1e-4  # of the rate with the smallest loss: below it a sweep shows no learning
BLOWN_UP = 1e6  # a hundred times the variance of usual targets of make_regression


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Rates and the losses that were recorded at them [epochs]."""

    rates: Array
    losses: Array

    @property
    def decades(self) -> float:
        """How far the rates go, in powers of ten."""
        return float(np.log10(self.rates.max() / self.rates.min()))

    @property
    def best(self) -> float:
        """The rate at which the loss was smallest."""
        known = np.where(np.isfinite(self.losses), self.losses, np.inf)
        return float(self.rates[int(np.argmin(known))])

    @property
    def largest(self) -> float:
        """The largest rate, from the best on, before the loss has risen again."""
        known = np.where(np.isfinite(self.losses), self.losses, np.inf)
        best = int(np.argmin(known))
        bar = known[best] + RISEN * max(float(known[0] - known[best]), 0.0)
        risen = np.flatnonzero(known[best:] > bar)
        return float(self.rates[best + int(risen[0]) - 1] if risen.size else self.rates[-1])


def curve(history: History, names: Sequence[str]) -> Array | None:
    """The curve that has one of these names."""
    known = {name.lower(): values for name, values in history.curves.items()}
    return next((known[name] for name in names if name in known), None)


def blows_up(history: Role) -> Criterion:
    """The recorded losses end as no numbers, or as huge ones."""
    return Criterion(
        id=f"{history.name}_blows_up",
        title=f"The losses in {history.name} blow up.",
        judge=lambda seen: judge_blown_up(seen, history),
        basis=Basis.REPORTED,
        asks=(probes.history(history),),
        forger_gains="the points of this check, for writing down nan",
    )


def of_no_training(seen: Seen, role: Role, names: Sequence[str]) -> Verdict | None:
    """What is said of the first of these curves where no training was seen to write it: typed in, or of
    unknown origin; None where one did, and where nobody watched."""
    history = seen[probes.history(role)]
    name = next((own for one in names for own in history.curves if own.lower() == one), None)
    if name is None or history.seen is None or name in history.seen:
        return None
    if place := where_typed(seen.source.text, history.curves[name]):
        return failed(
            f"{name} of {role.name} is typed in ({place}), expected what a training of this notebook records",
            hint=f"{role.name} is what fit returns, or lists that the training loop fills.",
            evidence=[
                Evidence(what=f"{name} of {role.name}", expected="recorded", actual=f"typed in, {place}")
            ],
        )
    if name in history.perhaps:
        return None
    return needs_review(
        f"no training was seen to write {name} of {role.name}: a person will look where it comes from"
    )


def recorded_sweep(seen: Seen, role: Role) -> Sweep | Verdict:
    """The sweep that a training recorded, or what is said where there is none."""
    sweep = sweep_of(seen[probes.history(role)])
    return no_sweep(seen, role) if sweep is None else of_no_training(seen, role, LOSSES) or sweep


def sweep_of(history: History) -> Sweep | None:
    """The sweep that was recorded; None where rates or losses are missing."""
    rates, losses = curve(history, RATES), curve(history, LOSSES)
    if rates is None or losses is None or not len(rates) or len(rates) != len(losses):
        return None
    return Sweep(rates=rates, losses=losses) if np.all(np.isfinite(rates)) and rates.min() > 0 else None


def sweeps_the_rate(role: Role, *, decades: float = 3.0) -> Criterion:
    """A training in which the learning rate rose from epoch to epoch over so many powers of ten, with a loss
    for each."""
    return Criterion(
        id="sweeps_the_rate",
        title=(
            f"The sweep's learning rate rises over at least {decades:g} powers of ten, and each loss is"
            " recorded."
        ),
        judge=lambda seen: judge_sweep(seen, role, decades),
        basis=Basis.REPORTED,
        asks=(probes.history(role),),
        forger_gains="the points of this check, for a list of numbers",
    )


def rate_from_sweep(role: Role, model: Model) -> Criterion:
    """The rate that the model was compiled with is one at which the sweep's loss still fell."""
    return Criterion(
        id="rate_from_sweep",
        title="The forecaster's learning rate is one at which the sweep's loss still fell.",
        judge=lambda seen: judge_rate(seen, role, model),
        basis=Basis.REPORTED,
        asks=(probes.history(role), probes.compiled(model)),
        forger_gains="the points of this check, for a number",
    )


def recorded_loss_falls(role: Role) -> Criterion:
    """The losses that `fit` returned fall over the training."""
    return Criterion(
        id="recorded_loss_falls",
        title="The recorded training loss falls.",
        judge=lambda seen: judge_falls(seen, role),
        basis=Basis.REPORTED,
        asks=(probes.history(role),),
        forger_gains="the points of this check, for a list of numbers",
    )


def no_sweep(seen: Seen, role: Role) -> Verdict:
    """What is said where there is no sweep in a history."""
    names = ", ".join(sorted(seen[probes.history(role)].curves)[:8]) or "nothing"
    own = seen.own_name(role.name)
    return failed(
        f"{own} records {names}, expected as many learning rates as losses",
        hint=(
            f"{own} is what fit returns with a LearningRateScheduler among its callbacks, or a dict of"
            " both lists."
        ),
    )


def judge_sweep(seen: Seen, role: Role, decades: float) -> Verdict:
    """Whether the rates rise so far."""
    sweep = recorded_sweep(seen, role)
    if isinstance(sweep, Verdict):
        return sweep
    evidence = [
        Evidence(
            what="rates of the sweep",
            expected=f"rising over {decades:g} powers of ten",
            actual=f"{counted(len(sweep.rates), 'rate')} from {sweep.rates[0]:.2g} to {sweep.rates[-1]:.2g}",
        )
    ]
    if len(sweep.rates) < FEWEST_RATES or np.any(np.diff(sweep.rates) <= 0) or sweep.decades < decades:
        return failed(
            f"the sweep's rates go from {sweep.rates[0]:.2g} to {sweep.rates[-1]:.2g} in"
            f" {counted(len(sweep.rates), 'epoch')}, expected to rise over {decades:g} powers of ten",
            hint=(
                "LearningRateScheduler(lambda epoch: 1e-6 * 10 ** (epoch / 5)) rises tenfold in five epochs."
            ),
            evidence=evidence,
        )
    if float(np.ptp(sweep.losses[np.isfinite(sweep.losses)])) == 0.0:
        return failed("the sweep's loss is the same at every rate", evidence=evidence)
    return passed(f"The sweep goes over {sweep.decades:.1f} powers of ten.", evidence=evidence)


def judge_rate(seen: Seen, role: Role, model: Model) -> Verdict:
    """Whether the rate lies where the sweep's loss still fell."""
    sweep, compiled = recorded_sweep(seen, role), seen[probes.compiled(model)]
    if isinstance(sweep, Verdict):
        return sweep
    rate = compiled.numbers.get("learning_rate")
    if rate is None:
        return needs_review(
            "the model's learning rate is not a plain number: a person will compare it with the sweep"
        )
    low, high = SMALLEST_SHARE * sweep.best, SPARE * sweep.largest
    evidence = [
        Evidence(
            what="learning rate",
            expected=(
                f"at most {high:.2g}: the loss is smallest at {sweep.best:.2g}, and has not risen at"
                f" {sweep.largest:.2g}"
            ),
            actual=f"{rate:.2g}",
        )
    ]
    if not low <= rate <= high:
        far = "above" if rate > high else "far below"
        return failed(
            f"the forecaster's learning rate is {rate:.2g}, {far} {sweep.best:.2g}, where the sweep's loss is"
            " smallest",
            hint="Take a rate at which the curve still falls, somewhat below its lowest point.",
            evidence=evidence,
        )
    return passed(f"At {rate:.2g} the sweep's loss still fell.", evidence=evidence)


def judge_falls(seen: Seen, role: Role) -> Verdict:
    """Whether the last losses are smaller than the first."""
    losses = curve(seen[probes.history(role)], LOSSES)
    if losses is None or len(losses) < 2:
        return failed(
            f"{role.name} records no losses of a training",
            hint=f"{role.name} is what fit returns, or a dict with a list under 'loss'.",
        )
    if (doubt := of_no_training(seen, role, LOSSES)) is not None:
        return doubt
    part = max(1, len(losses) // 4)
    first, last = float(np.mean(losses[:part])), float(np.mean(losses[-part:]))
    evidence = [
        Evidence(
            what="mean of the first and of the last losses",
            expected="falling",
            actual=f"{first:.3g}, {last:.3g}",
        )
    ]
    if not last < first:
        return failed(
            f"the recorded loss goes from {first:.3g} to {last:.3g}",
            hint="Try a smaller or a larger learning rate.",
            evidence=evidence,
        )
    return passed(f"The recorded loss falls from {first:.3g} to {last:.3g}.", evidence=evidence)


def judge_blown_up(seen: Seen, history: Role) -> Verdict:
    """Whether the recorded losses ended as nothing that one can learn by."""
    curves = {name: curve for name, curve in seen[probes.history(history)].curves.items() if len(curve)}
    if not curves:
        return failed(
            f"{history.name} holds no losses",
            hint="Keep what fit returns:"
            f" {history.name} = {history.name.replace('history', 'model')}.fit(...).",
        )
    name = "loss" if "loss" in curves else next(iter(curves))
    if (doubt := of_no_training(seen, history, (name.lower(),))) is not None:
        return doubt
    curve = curves[name]
    evidence = [
        Evidence(
            what="recorded losses",
            expected="nan, inf or huge",
            actual=", ".join(f"{v:.4g}" for v in curve[:4]),
        )
    ]
    if any(not np.isfinite(one[-1]) or abs(one[-1]) > BLOWN_UP for one in curves.values()):
        return passed("The recorded losses blow up.", evidence=evidence)
    return failed(
        f"the last recorded loss is {curve[-1]:.4g}, expected nan, inf or more than {BLOWN_UP:,.0f}",
        hint="This model is trained without clipping, on targets as they are.",
        evidence=evidence,
    )
