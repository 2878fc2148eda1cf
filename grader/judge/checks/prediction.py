"""The model as a function: what it gives for a sequence, where gradients arrive, and whose LSTM it contains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader import probes
from grader.assignment import Cell, Criterion, Layer, Model, Probe, Seen
from grader.judge.checks import read_out
from grader.judge.identify.cases import PROBE as LAYER
from grader.judge.identify.cell import identify
from grader.judge.identify.detached import CLOSE, VANISHED, Comparison, compare
from grader.judge.identify.identification import PROBE, identify_network, outputs_of, shape_of_answer
from grader.judge.identify.steadiness import CONSTANT, SAME, change_between, hint_for_change
from grader.judge.identify.witnessed import RECURRENT, seen_running
from grader.judge.words import raised
from grader.model import Basis, Evidence, Observation, Verdict
from grader.model.verdict import failed, passed, skipped


def one_answer(model: Model, *, two_classes: bool = False) -> Criterion:
    """One number between 0 and 1 for each sequence; with `two_classes` also one for each of two classes, at each step, or logits."""
    either = (
        "The model gives one answer per sequence, or one at each step: a sigmoid, a softmax over two classes, or their logits."
    )
    return Criterion(
        id="one_answer" if two_classes else "one_probability",
        title=either if two_classes else "The model gives one probability per sequence.",
        judge=read_out.judge_answer if two_classes else judge_probability,
        basis=Basis.PROVEN,
        asks=(probes.model(model),),
        uses=_inside(model),
        forger_gains=f"one point, for numbers {'of the right shape' if two_classes else 'between 0 and 1'}",
    )


def gradients_reach(model: Model) -> Criterion:
    """Gradients arrive at every parameter and at the first step, and are those of the equations where these are known."""
    return Criterion(
        id="gradients_reach",
        title="Gradients reach every parameter and the first time step.",
        judge=judge_gradients,
        basis=Basis.REPORTED,
        asks=(probes.gradients(model),),
        uses=(probes.model(model), *_inside(model)),
        forger_gains="one point, for reporting numbers that are not zero",
    )


def nothing_ready_made(model: Model, cell: Cell, *, layer: Layer | None = None) -> Criterion:
    """No library's recurrent layer is used, in the code, in the model, or at work while they are asked. There must be a cell of
    their own."""
    return Criterion(
        id=f"own_{cell.family.name}",
        title="No ready-made LSTM, GRU or RNN is used, under any name.",
        judge=judge_own,
        basis=Basis.READ,
        asks=(probes.one_step(cell),),
        uses=(probes.model(model), *((probes.layer(layer),) if layer is not None else ())),
        forger_gains="three points, by code that misleads those who watch what runs, or by machine code; both are flagged",
    )


def _inside(model: Model) -> tuple[Probe, ...]:
    """The probes of what is inside."""
    layer = model.layer
    return (probes.one_step(layer.cell), probes.layer(layer)) if layer is not None else ()


def judge_probability(seen: Seen) -> Verdict:
    """One number between 0 and 1 for each sequence, and not the same for all."""
    observation = seen.answer(PROBE)
    batch = observation.question["x"].shape[1]
    items = observation.question["items"]
    errors = observation.answer["errors"]
    eager = [k for k, item in enumerate(items) if not item["graph"]]
    answers = {k: out for k in eager if (out := outputs_of(observation, k)) is not None}
    outs = list(answers.values())
    if not outs:
        problem = next(iter(errors.values()), {"name": "an error", "message": ""})
        return failed(
            f"calling the model {raised(problem)}",
            hint=f"Call it as model(x) with x of shape (batch, time, {observation.question['x'].shape[-1]}).",
        )
    shape = shape_of_answer(observation, next(iter(answers)), outs[0])
    evidence = [Evidence(what="shape of the model's output", expected=f"({batch}, 1)", actual=str(shape))]
    if shape[:1] != (batch,) or shape[1:] not in ((1,), ()):
        return failed(
            f"for {batch} sequences the model's output has shape {shape}, expected ({batch}, 1): one probability per sequence",
            hint="Take the last time step of the LSTM layer's output, outputs[:, -1, :], and end with Dense(1, activation='sigmoid').",
            evidence=evidence,
        )
    low, high = min(float(o.min()) for o in outs), max(float(o.max()) for o in outs)
    spread = max(float(np.ptp(out)) for out in outs)
    evidence.append(
        Evidence(
            what="values of the output", expected="different numbers between 0 and 1", actual=f"from {low:.3g} to {high:.3g}"
        )
    )
    if not np.isfinite([low, high]).all() or low < -1e-6 or high > 1 + 1e-6:
        return failed(
            f"the model's outputs lie between {low:.3g} and {high:.3g}, expected probabilities between 0 and 1",
            hint="End with Dense(1, activation='sigmoid').",
            evidence=evidence,
        )
    if (change := change_between(seen)) > SAME:
        return failed(
            f"asked twice about the same sequences the model answers differently, by up to {change:.2g}",
            hint=hint_for_change(observation),
            evidence=[*evidence, Evidence(what="difference between two equal calls", expected="0", actual=f"{change:.2g}")],
        )
    if spread < CONSTANT:
        return failed(
            f"the model's output is {high:.3g} for every sequence, whatever its weights",
            hint="A softmax over one unit is always 1: use a sigmoid.",
            evidence=evidence,
        )
    return passed("The model gives one probability per sequence.", evidence=evidence)


THROUGHOUT = "Use TensorFlow operations throughout"


def judge_gradients(seen: Seen) -> Verdict:
    """Every trainable variable gets a gradient that is not zero, so does the first time step, and all are those of the equations."""
    observation = seen.answer("gradients")
    if _constant(seen):
        return skipped("not reached: a model whose output is constant has no gradients")
    compared = compare(seen)
    without = _without_gradient(seen, observation, compared)
    per_step = _per_step(observation.array("input_gradient"))
    evidence = [_counted(observation, without), _arriving(per_step)]
    cut_off = None if _steps_wrongly(seen) else _cut_off(per_step, compared)
    problem = _missing(without) or cut_off or _other(observation, compared)
    if problem is not None:
        message, hint = problem
        mistake = compared.mistake if compared is not None else None
        differs = compared is not None and compared.largest > CLOSE
        return failed(message, hint=hint, evidence=evidence, mistake=mistake, undiagnosed=differs and mistake is None)
    if compared is None:
        return passed("Gradients reach every variable and the first time step.", evidence=evidence)
    return passed("Gradients reach every variable and the first time step, and are those of the equations.", evidence=evidence)


def _counted(observation: Observation, without: Sequence[str]) -> Evidence:
    count = len(observation.answer["variables"])
    return Evidence(what="variables that get a gradient", expected=f"all {count}", actual=f"{count - len(without)} of {count}")


def _arriving(per_step: np.ndarray) -> Evidence:
    return Evidence(what="gradient at the first time step", expected="not zero", actual=f"{per_step[0]:.1e}")


Problem = tuple[str, str]  # message and hint


def _missing(without: Sequence[str]) -> Problem | None:
    if not without:
        return None
    listed = f"{', '.join(without[:4])}{' and others' if len(without) > 4 else ''}"
    return (
        f"no gradient reaches {listed}",
        f"{THROUGHOUT} (no NumPy, no .numpy(), no stop_gradient) and use every layer that you create.",
    )


def _cut_off(per_step: np.ndarray, compared: Comparison | None) -> Problem | None:
    """What is said when nothing arrives at the input, or at its first step, although it would in a right model."""
    due = _per_step(compared.exact.input) > VANISHED if compared is not None else np.ones(1, dtype=bool)
    if np.any(due) and not np.any(per_step > 0):
        return "no gradient reaches the input", f"{THROUGHOUT}, from the input to the output."
    if due[0] and per_step[0] == 0:
        return (
            f"gradients reach back only to step {int(np.argmax(per_step > 0)) + 1}, not to the first step",
            "Hand the states from step to step as they are: no stop_gradient, no new states inside the loop.",
        )
    return None


def _other(observation: Observation, compared: Comparison | None) -> Problem | None:
    """What is said when gradients arrive everywhere and are not those of the model."""
    if compared is None or compared.largest <= CLOSE:
        return None
    worst = _name(observation.answer["variables"][compared.apart[0]]) if compared.apart else "the input"
    return (
        f"the gradients are not those of the model: that of {worst} is off by up to {compared.largest:.0%}",
        "Some way back is cut: let both states pass from step to step as they are, without NumPy, .numpy() or stop_gradient.",
    )


def _constant(seen: Seen) -> bool:
    """Whether the model answers the same whatever it is asked."""
    outputs = seen.observation(PROBE)
    if outputs is None or not outputs.is_answered:
        return False
    found = [out for k in range(len(outputs.question["items"])) if (out := outputs_of(outputs, k)) is not None]
    return bool(found) and max(float(np.ptp(out)) for out in found) < CONSTANT


def _per_step(gradient: np.ndarray | None) -> np.ndarray:
    """The largest gradient at each time step of the input [batch, time, features]."""
    if gradient is None or gradient.ndim < 2 or not gradient.size:
        return np.zeros(1)
    largest: np.ndarray = np.max(np.abs(gradient), axis=tuple(k for k in range(gradient.ndim) if k != 1))
    return largest


def _name(variable: Mapping[str, Any]) -> str:
    return str(variable["path"] or variable["name"]).replace("._", ".")  # Keras keeps a kernel as an attribute of its own


def _without_gradient(seen: Seen, observation: Observation, compared: Comparison | None) -> list[str]:
    """The variables without a gradient; not those for which a right model has none (a relu that never opens)."""
    charged, without = _charged_elsewhere(seen), []
    dead = compared.dead if compared is not None else frozenset()
    for k, variable in enumerate(observation.answer["variables"]):
        gradient = observation.array(f"gradient/{k}")
        if k not in (charged | dead) and (gradient is None or not np.any(gradient)):
            without.append(_name(variable))
    return without


def _charged_elsewhere(seen: Seen) -> set[int]:
    """Follow-through: the variables of a cell that is wrong, or stepped wrongly, and said to be so by a check of its own. A gate that
    it does not use cannot get a gradient, nor can a forget gate that meets nothing but zeros."""
    cell, outputs = identify(seen), seen.observation(PROBE)
    if cell is None or (cell.is_right and not _steps_wrongly(seen)) or outputs is None or not outputs.is_answered:
        return set()
    return {int(k) for own in outputs.answer["own_cells"] for k in own["variables"]}


def _steps_wrongly(seen: Seen) -> bool:
    """Whether the model steps its cell with a known mistake, which is charged where the layer or the loop is judged."""
    network = identify_network(seen).network
    return network is not None and network.mistake is not None


def judge_own(seen: Seen) -> Verdict:
    """No ready-made recurrent layer under any name: in the code, in the model, or at work while they are asked."""
    used = list(seen.source.builtin_recurrent)
    observation = seen.observation(PROBE)
    held = (
        [str(entry) for entry in observation.answer["ready_made"]] if observation is not None and observation.is_answered else []
    )
    evidence = [Evidence(what="ready-made recurrent layers in the code", expected="none", actual="; ".join(used[:5]) or "none")]
    if observation is not None and observation.is_answered:
        evidence.append(
            Evidence(what="ready-made recurrent layers in the model", expected="none", actual="; ".join(held[:5]) or "none")
        )
    at_work = [one.what + f" (called in {one.place})" * bool(one.place) for one in seen_running(seen.run, RECURRENT)]
    if at_work:
        what = "ready-made recurrent code that ran while yours was called"
        evidence.append(Evidence(what=what, expected="none", actual="; ".join(at_work[:5])))
    if used or held or at_work:
        own = " and ".join(role.name for role in _own_parts(seen))
        where = used[0] if used else f"the model contains {held[0]}" if held else f"{at_work[0]} runs when your code is called"
        return failed(
            f"a ready-made recurrent layer is used: {where}",
            hint=f"The sheet asks for your own {own}; Dense layers are allowed.",
            evidence=evidence,
        )
    return passed("No ready-made recurrent layer is used.", evidence=evidence)


def _own_parts(seen: Seen) -> tuple[Cell | Layer, ...]:
    """What the sheet asks to be the student's own."""
    if seen.asks(LAYER):
        layer = seen.part(LAYER, "layer", Layer)
        return (layer.cell, layer)
    return (seen.part("one_step", "cell", Cell),)
