"""The gradients of a proven model, computed here in float64, and where the student's own are cut off from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from grader.assignment import Seen
from grader.judge.backward import FREE, Flow, backward, forward
from grader.judge.cell import identify
from grader.judge.equations import Array, sigmoid
from grader.judge.mistakes.variant import GATE_WORDS
from grader.judge.network import (
    ACTIVATIONS,
    PROBE,
    READS,
    Dense,
    Network,
    Recurrent,
    identify_network,
    outputs_of,
    trained_arrays,
)
from grader.model import Mistake

Slope = Callable[[Array, Array, Array], Array]  # (what went in, what came out, gradient by that) -> gradient by what went in


def _by_softmax(z: Array, out: Array, given: Array) -> Array:
    by_z: Array = out * (given - np.sum(given * out, axis=-1, keepdims=True))
    return by_z


SLOPES: dict[str, Slope] = {
    "linear": lambda z, out, given: given,
    "sigmoid": lambda z, out, given: given * out * (1 - out),
    "tanh": lambda z, out, given: given * (1 - out**2),
    "relu": lambda z, out, given: given * (z > 0),
    "softmax": _by_softmax,
    "elu": lambda z, out, given: given * np.where(z > 0, 1, np.exp(np.minimum(z, 0))),
    "softplus": lambda z, out, given: given * sigmoid(z),
    "leaky_relu": lambda z, out, given: given * np.where(z > 0, 1, 0.2),
}


def _by_all_steps(given: Array, reads: str, shape: tuple[int, ...]) -> Array:
    """The gradient by the hidden states of all steps, from the gradient by what the read-out reads of them."""
    by_steps = np.zeros(shape)
    match reads:
        case "the last step":
            by_steps[:, -1] = given
        case "the first step":
            by_steps[:, 0] = given
        case "the mean of all steps":
            by_steps[:] = given[:, None] / shape[1]
        case "all steps side by side":
            by_steps[:] = given.reshape(shape)
    return by_steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Gradients:
    """Gradients by every variable, in their order, and by the input [batch, time, 1]."""

    variables: tuple[Array, ...]
    input: Array


def gradients_of(network: Network, arrays: Sequence[Array], x: Array, weights: Array, flow: Flow = FREE) -> Gradients:
    """Gradients of the sum of the network's outputs, each row times its weight. x: [batch, time, 1]; weights: [batch]."""
    exact = [np.asarray(array, dtype="f8") for array in arrays]
    way = _Way(arrays=exact, totals=[np.zeros_like(array) for array in exact], flow=flow)
    x = np.asarray(x, dtype="f8")
    back: list[Callable[[Array], Array]] = []  # from the input to the output; each takes a gradient one step back
    for dense in network.read_in:
        x, step = way.through_dense(dense, x)
        back.append(step)
    for layer in network.recurrent:
        x, step = way.through_lstm(network, layer, x)
        back.append(step)
    shape = x.shape
    x = READS[network.reads](x)
    back.append(lambda given: _by_all_steps(given, network.reads, shape))
    for dense in network.read_out:
        x, step = way.through_dense(dense, x)
        back.append(step)
    given = np.broadcast_to(weights.astype("f8")[:, None], x.shape)
    for step in reversed(back):
        given = step(given)
    return Gradients(variables=tuple(way.totals), input=given)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """One pass through a network and back; `totals` collects the gradients by the variables."""

    arrays: list[Array]
    totals: list[Array]
    flow: Flow

    def through_dense(self, dense: Dense, x: Array) -> tuple[Array, Callable[[Array], Array]]:
        kernel = self.arrays[dense.kernel]
        z = x @ kernel + (self.arrays[dense.bias] if dense.bias is not None else 0)
        out = ACTIVATIONS[dense.activation](z)

        def back(given: Array) -> Array:
            by_z = SLOPES[dense.activation](z, out, given)
            flat = by_z.reshape(-1, by_z.shape[-1])
            self.totals[dense.kernel] += x.reshape(-1, x.shape[-1]).T @ flat
            if dense.bias is not None:
                self.totals[dense.bias] += flat.sum(axis=0)
            return np.asarray(by_z @ kernel.T)

        return out, back

    def through_lstm(self, network: Network, layer: Recurrent, x: Array) -> tuple[Array, Callable[[Array], Array]]:
        layout = network.cell.layout
        own = [self.arrays[k] for k in layer.variables]
        weights = layout.weights(own, layer.units, layer.features)
        start = np.full((len(x), layer.units), network.start)
        out, moments = forward(weights, x, start, start)

        def back(given: Array) -> Array:
            by_weights, by_x = backward(weights, moments, given, self.flow)
            for place, part in zip(layer.variables, layout.spread(by_weights, [a.shape for a in own]), strict=True):
                self.totals[place] += part
            return by_x

        return out, back


# ── against the student's own ────────────────────────────────────────────────────────────────────────────────────────────

CLOSE = 0.01  # of a variable's largest gradient: float32 costs 1e-4 over 400 steps, a cut more than 5 %
VANISHED = 1e-30  # a gradient that float32 cannot tell from zero
CUTS: dict[str, tuple[str, Flow]] = {
    "states_detached": (
        "a model whose states are cut off between the steps: nothing is learned through time",
        Flow(hidden=False, cell=False),
    ),
    "hidden_detached": (
        "a model in which no gradient flows back through the hidden state from step to step",
        Flow(hidden=False),
    ),
    "cell_detached": ("a model in which no gradient flows back through the cell state from step to step", Flow(cell=False)),
    "shown_detached": (
        "a cell in which no gradient flows from the hidden state into the cell state: tanh(c') cuts it",
        Flow(shown=False),
    ),
    **{
        f"{name.replace(' ', '_')}_detached": (
            f"a cell whose {name} lets no gradient through",
            Flow(gates=(gate != 0, gate != 1, gate != 2, gate != 3)),
        )
        for gate, name in enumerate(GATE_WORDS)
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The student's gradients beside the host's."""

    exact: Gradients
    dead: frozenset[int]  # variables of the network that get no gradient in a right model either: before a relu that never opens
    apart: tuple[int, ...]  # variables whose gradient is another one, the farthest first
    largest: float  # the largest difference, as a part of that variable's largest gradient
    mistake: Mistake | None  # the cut that explains all of the student's gradients


def compare(seen: Seen) -> Comparison | None:
    """The student's gradients beside those of the proven mapping; None when the model is not known to be a right one."""
    observation, model, cell = seen.answer("gradients"), seen.observation(PROBE), identify(seen)
    if model is None or model.status != "answered" or cell is None or not cell.is_lstm:
        return None
    network = identify_network(seen).network
    described = [(v["path"], list(v["shape"])) for v in model.answer["variables"]]
    if (
        network is None
        or network.mistake is not None
        or [(v["path"], list(v["shape"])) for v in observation.answer["variables"]] != described
    ):
        return None
    outputs = outputs_of(model, 0)
    if outputs is None or outputs.ndim != 2:  # another functional than ours
        return None
    arrays, q = trained_arrays(model), observation.question
    found = [observation.array(f"gradient/{k}") for k in range(len(arrays))]
    got = Gradients(
        variables=tuple(np.zeros_like(a) if f is None or f.shape != a.shape else f for f, a in zip(found, arrays, strict=True)),
        input=_or_zeros(observation.array("input_gradient"), q["x"]),
    )
    exact = gradients_of(network, arrays, q["x"], q["weights"])
    gaps = _gaps(exact, got)
    apart = tuple(sorted((k for k, gap in enumerate(gaps[:-1]) if gap > CLOSE), key=lambda k: -gaps[k]))
    mistake = None
    if max(gaps) > CLOSE:
        cuts = (
            Mistake(id=name, confidence=1.0, words=words)
            for name, (words, flow) in CUTS.items()
            if max(_gaps(gradients_of(network, arrays, q["x"], q["weights"], flow), got)) <= CLOSE
        )
        mistake = next(cuts, None)
    dead = frozenset(k for k in _used(network) if not np.any(np.abs(exact.variables[k]) > VANISHED))
    return Comparison(
        exact=exact, dead=dead, apart=apart, largest=max(gaps[k] for k in apart) if apart else gaps[-1], mistake=mistake
    )


def _or_zeros(found: Array | None, like: Array) -> Array:
    return found if found is not None and found.shape == like.shape else np.zeros_like(like)


def _gaps(exact: Gradients, got: Gradients) -> list[float]:
    """How far the gradients by each variable, and by the input, lie apart, as a part of the largest exact one."""
    pairs = [*zip(exact.variables, got.variables, strict=True), (exact.input, got.input)]
    largest = max(_largest(e) for e, _ in pairs[:-1])
    return [_largest(e - g) / max(_largest(e), 1e-4 * largest, VANISHED) for e, g in pairs]


def _largest(array: Array) -> float:
    return float(np.max(np.abs(array), initial=0.0)) if np.all(np.isfinite(array)) else float("inf")


def _used(network: Network) -> set[int]:
    """The variables that the network computes with."""
    dense = {k for one in (*network.read_in, *network.read_out) for k in (one.kernel, one.bias) if k is not None}
    return dense | {k for layer in network.recurrent for k in layer.variables}
