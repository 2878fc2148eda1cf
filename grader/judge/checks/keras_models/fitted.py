"""What a regression learned: its error on fresh data of the notebook's own kind, and the errors that the
notebook states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from grader import probes
from grader.assignment import Criterion, Model, Role, Seen
from grader.judge.identify.keras_model import if_trained, trained_network
from grader.model import Basis, Evidence, Verdict
from grader.model.verdict import failed, needs_review, passed
from grader.rnn.weights import Array

FRESH_ROWS = 2_000  # rows of the host's own
LINEAR = 0.98  # of the targets' variance, which a linear rule must explain to be drawn from again
AGREES = 0.02  # relative: a mean over batches and one over rows differ where the last batch is smaller


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The names under which a notebook has the inputs and the targets of its data."""

    inputs: Role
    targets: Role


def fits_linear_data(model: Model, *, train: Rows, below: float) -> Criterion:
    """The squared error on fresh inputs, with targets by the linear rule of the notebook's own data, is below
    this share of the targets' variance."""
    return Criterion(
        id=f"error_of_{model.name}",
        title=(
            f"On fresh data the mean squared error of {model.name} is below {below * 100:g} % of the variance"
            " of the targets."
        ),
        judge=lambda seen: judge_fit(seen, model, train, below),
        basis=Basis.PROVEN,
        asks=(probes.keras_model(model), probes.arrays(train.inputs, train.targets, of=model)),
        forger_gains=(
            "nothing but easier data: the error is computed here, with the exported weights, and the rule is"
            " the notebook's word"
        ),
    )


def errors_agree(model: Model, stated: Mapping[Role, Rows]) -> Criterion:
    """The stated numbers are the mean squared errors of this model on these data of the notebook."""
    names = " and ".join(number.name for number in stated)
    roles = [role for rows in stated.values() for role in (rows.inputs, rows.targets)]
    return Criterion(
        id="_".join(number.name for number in stated),
        title=f"{names} are the mean squared errors of {model.name}.",
        judge=lambda seen: judge_stated(seen, model, stated),
        basis=Basis.REPORTED,
        asks=(probes.keras_model(model), probes.arrays(*stated, *roles, of=model)),
        forger_gains="the points of this check, for numbers that fit exported data",
    )


def judge_fit(seen: Seen, model: Model, train: Rows, below: float) -> Verdict:
    """Whether the exported weights fit the rule of the data."""
    found = seen[probes.keras_model(model)]
    data = _pair(seen[probes.arrays(train.inputs, train.targets, of=model)], train)
    if data is None:
        return needs_review(
            f"{train.inputs.name} and {train.targets.name} are not data as the sheet defines them: a person"
            " will look at it"
        )
    if lost := sum(int(np.sum(~np.isfinite(array))) for array in found.weights):
        return failed(
            f"{lost:,} of the weights of {model.name} are not numbers (nan): its training blew up",
            hint="Clip the gradients: a clipvalue of the optimizer that is used in model.compile.",
        )
    network = trained_network(seen, model)
    if network is None:
        return needs_review(f"the host cannot compute {model.name}: a person will look at its error")
    if data[0].shape[1:] != found.x.shape[1:]:
        return needs_review(
            f"{train.inputs.name} does not have the width that {model.name} takes: a person will"
            " look at its error"
        )
    if (rule := _linear_rule(*data)) is None:
        return needs_review(
            "the targets are no linear function of the inputs, so no fresh ones can be made: a person will"
            " look at it"
        )
    x, y = _fresh(data[0], rule)
    verdict = _of_error(float(np.mean((network(x).ravel() - y) ** 2)), float(np.var(y)), below)
    return if_trained(found, model.name, verdict)


def _of_error(error: float, variance: float, below: float) -> Verdict:
    """What is said of this mean squared error on targets of this variance."""
    evidence = [
        Evidence(
            what=f"mean squared error on {FRESH_ROWS:,} fresh rows",
            expected=f"below {below * variance:.4g}: {below * 100:g} % of the variance {variance:.4g}",
            actual=f"{error:.4g}",
        )
    ]
    if error < below * variance:
        return passed(
            f"The error is {error / variance * 100:.2g} % of the variance on fresh data.", evidence=evidence
        )
    return failed(
        f"on fresh data the mean squared error is {error:.4g}, {error / variance * 100:.3g} % of the variance"
        f" of the targets, expected less than {below * 100:g} %",
        hint=(
            "A loss that is finite is not yet small: always predicting the mean gives 100 %. Clip more"
            " tightly, or train longer."
        ),
        evidence=evidence,
    )


def judge_stated(seen: Seen, model: Model, stated: Mapping[Role, Rows]) -> Verdict:
    """Whether the stated errors are those of the exported weights."""
    roles = [role for rows in stated.values() for role in (rows.inputs, rows.targets)]
    arrays, found = seen[probes.arrays(*stated, *roles, of=model)], seen[probes.keras_model(model)]
    network = trained_network(seen, model)
    if network is None:
        return needs_review(f"the host cannot compute {model.name}: a person will compare the errors")
    evidence, other = [], []
    for number, rows in stated.items():
        data, said = _pair(arrays, rows), arrays.get(number.name)
        if said is None or not said.size:
            return failed(
                f"{number.name} is missing or is not a number",
                hint=f"Compute it: {number.name} = model.evaluate(...).",
            )
        if data is None or data[0].shape[1:] != found.x.shape[1:]:
            return needs_review(
                f"{rows.inputs.name} and {rows.targets.name} are not data as the sheet defines them: a person"
                " will look at it"
            )
        error, own = float(np.mean((network(data[0]).ravel() - data[1]) ** 2)), float(said.ravel()[0])
        evidence.append(Evidence(what=number.name, expected=f"{error:.5g}", actual=f"{own:.5g}"))
        if not np.isfinite(own) or abs(own - error) > AGREES * max(error, 1e-9):
            other.append(f"{number.name} is {own:.5g}, expected {error:.5g}")
    if other:
        return failed(
            "; ".join(other),
            hint=f"Evaluate {model.name} after its training, on the data of that name.",
            evidence=evidence,
        )
    return passed("The stated errors are those of the model.", evidence=evidence)


def _pair(arrays: Mapping[str, Array], rows: Rows) -> tuple[Array, Array] | None:
    """(inputs [rows, features], targets [rows]) in float64; None when they are no such arrays."""
    x, y = arrays.get(rows.inputs.name), arrays.get(rows.targets.name)
    if x is None or y is None or x.ndim != 2 or y.size != len(x) or len(x) <= x.shape[1] + 1:
        return None
    x, y = x.astype("f8"), y.astype("f8").ravel()
    return (x, y) if np.isfinite(x).all() and np.isfinite(y).all() else None


def _linear_rule(x: Array, y: Array) -> Array | None:
    """Coefficients, the constant last; None when they do not explain the targets."""
    wide = np.column_stack([x, np.ones(len(x))])
    rule = np.linalg.lstsq(wide, y, rcond=None)[0]
    variance = float(np.var(y))
    explained = 1 - float(np.mean((wide @ rule - y) ** 2)) / variance if variance > 0 else 0.0
    return np.asarray(rule) if explained >= LINEAR else None


def _fresh(x: Array, rule: Array) -> tuple[Array, Array]:
    """Inputs like the notebook's, column by column, and their targets; drawn from the weights, which were
    given away before."""
    rng = np.random.default_rng(np.frombuffer(np.ascontiguousarray(rule).tobytes(), dtype="u4"))
    made = x.mean(axis=0) + x.std(axis=0) * rng.standard_normal((FRESH_ROWS, x.shape[1]))
    return made, made @ rule[:-1] + rule[-1]
