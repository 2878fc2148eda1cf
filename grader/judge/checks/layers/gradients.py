"""Where gradients arrive, and whether they are those of the equations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader import probes
from grader.assignment import Criterion, Model, Seen
from grader.judge.checks.layers.sizes import probes_inside
from grader.judge.identify.cell import identify
from grader.judge.identify.detached import GRADIENT_ROUNDING, VANISHED, Comparison, compare
from grader.judge.identify.identification import identify_network, model_of, outputs_of
from grader.judge.identify.steadiness import CONSTANT
from grader.model import Basis, Evidence, Verdict
from grader.model.verdict import failed, passed, skipped
from grader.probes.gradients import GradientAnswer, read_gradients
from grader.probes.variables import Variable

THROUGHOUT = "Use TensorFlow operations throughout"
DECIDES = (
    "The model answers nothing but 0 and 1. Comparing (> 0.5), rounding and argmax have no gradient: return"
    " the probability, and decide outside of the model."
)
Problem = tuple[str, str]  # message and hint


def gradients_reach(model: Model) -> Criterion:
    """Gradients arrive at every parameter and at the first step, and are those of the equations where these
    are known."""
    return Criterion(
        id="gradients_reach",
        title="Gradients reach every parameter and the first time step.",
        judge=judge_gradients,
        basis=Basis.REPORTED,
        asks=(probes.gradients(model),),
        uses=(probes.model(model), *probes_inside(model)),
        forger_gains="one point, for reporting numbers that are not zero",
    )


def judge_gradients(seen: Seen) -> Verdict:
    """Every trainable variable gets a gradient that is not zero, so does the first time step, and all are
    those of the equations."""
    asked = read_gradients(seen.answer("gradients"))
    if _constant(seen):
        return skipped("not reached: a model whose output is constant has no gradients")
    compared = compare(seen)
    without = _without_gradient(seen, asked, compared)
    per_step = _per_step(asked.by_input)
    evidence = [_counted(len(asked.variables), len(without)), _arriving(per_step)]
    cut_off = None if _steps_wrongly(seen) else _cut_off(per_step, compared)
    problem = _missing(without) or cut_off or _other(asked, compared)
    if problem is not None:
        message, hint = problem
        hint = DECIDES if not np.any(per_step) and _decides(seen) else hint
        mistake = compared.mistake if compared is not None else None
        differs = compared is not None and compared.largest > GRADIENT_ROUNDING
        return failed(
            message, hint=hint, evidence=evidence, mistake=mistake, undiagnosed=differs and mistake is None
        )
    if compared is None:
        return passed("Gradients reach every variable and the first time step.", evidence=evidence)
    return passed(
        "Gradients reach every variable and the first time step, and are those of the equations.",
        evidence=evidence,
    )


def _counted(count: int, without: int) -> Evidence:
    return Evidence(
        what="variables that get a gradient",
        expected=f"all {count}",
        actual=f"{count - without} of {count}",
    )


def _arriving(per_step: np.ndarray) -> Evidence:
    return Evidence(what="gradient at the first time step", expected="not zero", actual=f"{per_step[0]:.1e}")


def _missing(without: Sequence[str]) -> Problem | None:
    if not without:
        return None
    listed = f"{', '.join(without[:4])}{' and others' if len(without) > 4 else ''}"
    return (
        f"no gradient reaches {listed}",
        f"{THROUGHOUT} (no NumPy, no .numpy(), no stop_gradient) and use every layer that you create.",
    )


def _cut_off(per_step: np.ndarray, compared: Comparison | None) -> Problem | None:
    """What is said when nothing arrives at the input, or at its first step, although it would in a right
    model."""
    due = _per_step(compared.exact.input) > VANISHED if compared is not None else np.ones(1, dtype=bool)
    if np.any(due) and not np.any(per_step > 0):
        return "no gradient reaches the input", f"{THROUGHOUT}, from the input to the output."
    if due[0] and per_step[0] == 0:
        return (
            f"gradients reach back only to step {int(np.argmax(per_step > 0)) + 1}, not to the first step",
            "Pass the states from step to step as they are: no stop_gradient, no new states inside the loop.",
        )
    return None


def _other(asked: GradientAnswer, compared: Comparison | None) -> Problem | None:
    """What is said when gradients arrive everywhere and are not those of the model."""
    if compared is None or compared.largest <= GRADIENT_ROUNDING:
        return None
    worst = _name(asked.variables[compared.apart[0]]) if compared.apart else "the input"
    return (
        f"the gradients are not those of the model: that of {worst} is off by up to {compared.largest:.0%}",
        (
            "Look for a place where the gradient is cut off: let both states pass from step to step as they"
            " are, without NumPy, .numpy() or stop_gradient."
        ),
    )


def _constant(seen: Seen) -> bool:
    """Whether the model answers the same whatever it is asked."""
    model = model_of(seen)
    if model is None:
        return False
    found = [out for item in model.items if (out := outputs_of(model, item)) is not None]
    return bool(found) and max(float(np.ptp(out)) for out in found) < CONSTANT


def _decides(seen: Seen) -> bool:
    """Whether every answer is 0 or 1, as of a model that rounds."""
    model = model_of(seen)
    found = [outputs_of(model, item) for item in model.items] if model is not None else []
    return bool(found) and all(out is not None and bool(np.isin(out, (0, 1)).all()) for out in found)


def _per_step(gradient: np.ndarray | None) -> np.ndarray:
    """The largest gradient at each time step of the input [batch, time, features]."""
    if gradient is None or gradient.ndim < 2 or not gradient.size:
        return np.zeros(1)
    largest: np.ndarray = np.max(np.abs(gradient), axis=tuple(k for k in range(gradient.ndim) if k != 1))
    return largest


def _name(variable: Variable) -> str:
    # Keras keeps a kernel as an attribute of its own
    return variable.title.replace("._", ".")


def _without_gradient(seen: Seen, asked: GradientAnswer, compared: Comparison | None) -> list[str]:
    """The variables without a gradient; not those for which a right model has none (a relu that never
    opens)."""
    charged, without = _charged_elsewhere(seen), []
    dead = compared.dead if compared is not None else frozenset()
    for k, (variable, gradient) in enumerate(zip(asked.variables, asked.by_variable, strict=True)):
        if k not in (charged | dead) and (gradient is None or not np.any(gradient)):
            without.append(_name(variable))
    return without


def _charged_elsewhere(seen: Seen) -> frozenset[int]:
    """Follow-through: the variables of a cell that is wrong, or stepped wrongly, and said to be so by a check
    of its own. A gate that it does not use cannot get a gradient, nor can a forget gate that meets nothing
    but zeros."""
    cell, model = identify(seen), model_of(seen)
    if cell is None or model is None or (cell.is_right and not _steps_wrongly(seen)):
        return frozenset()
    return model.inside_cells


def _steps_wrongly(seen: Seen) -> bool:
    """Whether the model steps its cell with a known mistake, which is charged where the layer or the loop is
    judged."""
    network = identify_network(seen).network
    return network is not None and network.mistake is not None
