"""The student's gradients beside those of the proven model: what is cut off, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader.assignment import Seen
from grader.judge.identify.cell import identify
from grader.judge.identify.identification import (
    are_numbers,
    identify_network,
    is_repeated,
    model_of,
    one_per_sequence,
    outputs_of,
)
from grader.model import Mistake
from grader.probes.gradients import GradientAnswer, read_gradients
from grader.probes.model import ModelAnswer
from grader.probes.reading import Shape
from grader.probes.variables import Variable
from grader.rnn.family import CellFamily
from grader.rnn.flow import Flow
from grader.rnn.gradients.network import Gradients, gradients_of
from grader.rnn.gradients.traced import NoDerivative
from grader.rnn.lstm import LSTM, SHOWN
from grader.rnn.network import Network
from grader.rnn.weights import Array

# of a variable's largest gradient: float32 costs 1e-4 over 400 steps, a cut more than 5 %
GRADIENT_ROUNDING = 0.01
# in single precision: no exact numbers could change this, at twice the time
SINGLE_ROUNDING = GRADIENT_ROUNDING / 10
ROUNDED = 8  # times what float32 itself loses: next to 0 and 1, 1 - y has few digits left
RESOLUTION = 1e-6  # of a slope y * (1 - y) in float32: some roundings of y near 1, each 6e-8
VANISHED = 1e-30  # a gradient that float32 cannot tell from zero
Cuts = dict[str, tuple[str, Flow]]


def cuts_of(family: CellFamily) -> Cuts:
    """Where code may cut gradients off: between the steps, at one state, within the step, at one gate."""
    between = "a model whose states are cut off between the steps: nothing is learned through time"
    one = "a model in which no gradient flows back through the {} state from step to step"
    states = {
        f"{state}_detached": (one.format(state), _cut(state))
        for state in family.states
        if len(family.states) > 1
    }
    inside = {name: (words, _cut(place)) for name, place, words in WITHIN_THE_STEP.get(family.name, ())}
    gates = {
        f"{name.replace(' ', '_')}_detached": (f"a cell whose {name} lets no gradient through", _cut(gate))
        for gate, name in zip(family.gates, family.gate_words, strict=True)
    }
    return {"states_detached": (between, _cut(*family.states)), **states, **inside, **gates}


def _cut(*places: str) -> Flow:
    return Flow(cut=frozenset(places))


WITHIN_THE_STEP = {  # family -> (id, place of a Flow, words)
    LSTM.name: (
        (
            "shown_detached",
            SHOWN,
            "a cell in which no gradient flows from the hidden state into the cell state: tanh(c') cuts it",
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The student's gradients beside the host's."""

    exact: Gradients
    # variables without a gradient in this very model: before a relu that never opens, of idle layers
    dead: frozenset[int]
    apart: tuple[int, ...]  # variables whose gradient is another one, the farthest first
    largest: float  # the largest difference, as a part of that variable's largest gradient
    mistake: Mistake | None  # the cut that explains all of the student's gradients


def compare(seen: Seen) -> Comparison | None:
    """The student's gradients beside those of the proven mapping; None when the model is not known to be a
    right one, or its family is a sheet's own with a rule whose derivative nobody knows."""
    try:
        return _compared(seen)
    except NoDerivative:
        return None


def _compared(seen: Seen) -> Comparison | None:
    model, asked = model_of(seen), read_gradients(seen.answer("gradients"))
    network = _proven(seen, model, asked)
    if network is None or model is None or not are_numbers(model.trained):
        return None
    question = model.trained, asked.x, _weights(model, asked)
    got = _reported(asked, model.trained)
    exact = gradients_of(network, *question, dtype="f4")
    gaps = _gaps(exact, got)
    if not max(gaps) <= SINGLE_ROUNDING:
        exact = gradients_of(network, *question)
        gaps = _gaps(exact, got)
    if max(gaps) > GRADIENT_ROUNDING:
        exact, got = _above(_noise(network, *question), exact, got)
        gaps = _gaps(exact, got)
    if max(gaps) > GRADIENT_ROUNDING:
        lost = _gaps(exact, gradients_of(network, *question, dtype="f4"))
        gaps = [gap if gap > ROUNDED * rounding else 0.0 for gap, rounding in zip(gaps, lost, strict=True)]
    apart = tuple(
        sorted((k for k, gap in enumerate(gaps[:-1]) if gap > GRADIENT_ROUNDING), key=lambda k: -gaps[k])
    )
    explained = (
        Mistake(id=name, confidence=1.0, words=words)
        for name, (words, flow) in cuts_of(network.cell.family).items()
        if max(_gaps(gradients_of(network, *question, flow), got)) <= GRADIENT_ROUNDING
    )
    return Comparison(
        exact=exact,
        dead=frozenset(
            k for k, gradient in enumerate(exact.variables) if not np.any(np.abs(gradient) > VANISHED)
        ),
        apart=apart,
        largest=gaps[apart[0]] if apart else gaps[-1],
        mistake=next(explained, None) if max(gaps) > GRADIENT_ROUNDING else None,
    )


def _noise(network: Network, arrays: Sequence[Array], x: Array, weights: Array) -> list[float]:
    """How large a gradient by each variable, and by the input, may be for nothing but rounding: next to 0 and
    1 the slope y * (1 - y) of a sigmoid or a softmax is known to RESOLUTION, which is all there is of it in a
    model that is sure of every answer."""
    if not network.read_out or network.read_out[-1].activation not in ("sigmoid", "softmax"):
        return [0.0] * (len(arrays) + 1)
    open_end = replace(
        network, read_out=(*network.read_out[:-1], replace(network.read_out[-1], activation="linear"))
    )
    found = gradients_of(open_end, arrays, x, RESOLUTION * np.abs(weights))
    return [_largest(gradient) for gradient in (*found.variables, found.input)]


def _above(noise: Sequence[float], exact: Gradients, got: Gradients) -> tuple[Gradients, Gradients]:
    """Both without the noise: the exact gradient is zero where it is no more than that, and so is what
    differs from it by no more."""
    triples = list(zip((*exact.variables, exact.input), (*got.variables, got.input), noise, strict=True))
    clear = [np.where(np.abs(a) > least, a, 0) for a, _, least in triples]
    same = [
        np.where(np.abs(a - b) <= least, known, b)
        for (a, b, least), known in zip(triples, clear, strict=True)
    ]
    return Gradients(variables=tuple(clear[:-1]), input=clear[-1]), Gradients(
        variables=tuple(same[:-1]), input=same[-1]
    )


def _proven(seen: Seen, model: ModelAnswer | None, asked: GradientAnswer) -> Network | None:
    """The model with a right cell in a right layer, asked for the same gradients that are computed here; else
    None."""
    cell = identify(seen)
    if model is None or cell is None or not cell.is_right:
        return None
    network, outputs = identify_network(seen).network, outputs_of(model, model.items[0])
    same = _described(asked.variables) == _described(model.variables)
    if network is None or network.mistake is not None or not same or outputs is None:
        return None
    single = outputs.ndim == 2 and outputs.shape[1] == 1
    if asked.weights.ndim == 1 and not single:
        # as it was asked once: for the sum of all outputs, and two of a softmax always sum to one
        return None
    return network


def _weights(model: ModelAnswer, asked: GradientAnswer) -> Array:
    """What each output of the network was weighted with: of an answer that stands there several times, with
    the sum of their weights."""
    outputs = outputs_of(model, model.items[0])
    out = one_per_sequence(outputs) if outputs is not None else None
    if out is None or not is_repeated(out):
        return asked.weights
    taken = np.arange(out.shape[1]) % asked.weights.shape[1]  # in turn, as they were asked
    return np.asarray(asked.weights[:, taken].sum(axis=1, keepdims=True))


def _described(variables: Sequence[Variable]) -> list[tuple[str, Shape]]:
    return [(variable.path, variable.shape) for variable in variables]


def _reported(asked: GradientAnswer, arrays: Sequence[Array]) -> Gradients:
    """The student's gradients; zeros where there is none."""
    found = (_or_zeros(*pair) for pair in zip(asked.by_variable, arrays, strict=True))
    return Gradients(variables=tuple(found), input=_or_zeros(asked.by_input, asked.x))


def _or_zeros(found: Array | None, like: Array) -> Array:
    return found if found is not None and found.shape == like.shape else np.zeros_like(like)


def _gaps(exact: Gradients, got: Gradients) -> list[float]:
    """How far the gradients by each variable, and by the input, lie apart, as a part of the largest exact
    one."""
    pairs = [*zip(exact.variables, got.variables, strict=True), (exact.input, got.input)]
    largest = max(_largest(e) for e, _ in pairs[:-1])
    return [_largest(e - g) / max(_largest(e), 1e-4 * largest, VANISHED) for e, g in pairs]


def _largest(array: Array) -> float:
    return float(np.max(np.abs(array), initial=0.0)) if np.all(np.isfinite(array)) else float("inf")
