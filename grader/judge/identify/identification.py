"""Which network a student's model is: the one that explains all of its answers."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from grader.assignment import Cell, Seen
from grader.judge.identify.candidates import AS_IT_IS, networks
from grader.judge.identify.cell import asked_of_cell, identify
from grader.judge.identify.structures import recurrent_layers
from grader.probes.model import Item, ModelAnswer, read_model
from grader.rnn.network import Network
from grader.rnn.weights import Array

PROBE = "model"
FIRST_LOOK = 4  # sequences that show at once that a network is another one
CLEARLY = 20  # times the tolerance: rounding errors of other sequences do not make up for it
NETWORK_ROUNDING = 1e-4  # between two float32 computations of one network
COARSE_ROUNDING = 10 * NETWORK_ROUNDING  # where the exact numbers are not computed, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The model identified, or why not. `frozen`: its outputs do not follow its variables."""

    network: Network | None
    reason: str = ""
    deviation: float = 0.0
    tolerance: float = 0.0
    frozen: bool = False


def model_of(seen: Seen) -> ModelAnswer | None:
    """What the model answered; None where nothing did, or a check does not ask it."""
    observation = seen.if_asked(PROBE)
    return read_model(observation) if observation is not None and observation.is_answered else None


def are_numbers(arrays: Sequence[Array]) -> bool:
    """Whether all weights are finite: a training whose loss became nan leaves none that are."""
    return all(bool(np.isfinite(array).all()) for array in arrays)


def items_of_numbers(model: ModelAnswer) -> list[Item]:
    """The items that were asked eagerly, without those under weights that are no numbers."""
    return [item for item in model.items if not item.graph and are_numbers(model.weights(item))]


def outputs_of(model: ModelAnswer, item: Item) -> Array | None:
    """What the model answered to one item, all batches that it was asked joined, the batch first; None when
    it did not answer."""
    got = [
        batch_first(out, model.x[0], told=model.time_first)
        for out in item.out
        if out is not None and out.size
    ]
    if len(got) != len(item.out) or len({one.shape for one in got}) != 1:
        return None
    return np.concatenate([np.atleast_1d(one) for one in got])  # of one number for a batch, these


def shape_of_answer(item: Item, out: Array) -> tuple[int, ...]:
    """The shape of the answer to one batch; `out`: what was answered to all that this item asked."""
    if any(one is not None and not one.ndim for one in item.out):
        return ()
    return len(out) // len(item.out), *out.shape[1:]


def batch_first(out: Array, x: Array, *, told: bool = False) -> Array:
    """An answer at every step [batch, time, outputs] to the sequences x, whichever of both axes the model
    puts first; `told`: it was seen to put the time first, where there are as many steps as sequences."""
    batch, time = x.shape[:2]
    turned = out.ndim == 3 and out.shape[:2] == (time, batch) and (batch != time or told)
    return np.moveaxis(out, 1, 0) if turned else out


def is_misread(seen: Seen) -> bool:
    """Whether the model reads hidden states that have the time first as if they had the batch first: it gives
    an answer for every step then, and none for the sequences."""
    model = model_of(seen)
    out = model.first if model is not None else None
    if model is None or out is None or out.ndim == 0:
        return False
    _, batch, time, _ = model.x.shape
    return bool(batch != time and out.ndim <= 2 and len(out) == time)


def changes(model: ModelAnswer) -> float:
    """The largest difference between two answers to the same question, asked with another batch in
    between."""
    change = 0.0
    for first, again in ((item.out[0], item.again) for item in model.items):
        if first is not None and again is not None and first.shape == again.shape:
            change = max(change, float(np.max(np.abs(first - again), initial=0.0)))
    return change


def identify_network(seen: Seen) -> Proof:
    """The model as the host can compute it, found once for all checks."""
    return seen.once("network", lambda: _identify(seen), PROBE, *asked_of_cell(seen))


def _identify(seen: Seen) -> Proof:
    model, cell = model_of(seen), identify(seen)
    if model is None:
        return Proof(network=None, reason="the model did not answer")
    if cell is None or cell.mapping is None:
        return Proof(network=None, reason="the equations of its cell are not known")
    if _frozen(model):
        return Proof(network=None, reason="its outputs do not change with its weights", frozen=True)
    found = recurrent_layers(model, cell.mapping.layout)
    if not found:
        return Proof(network=None, reason=f"it does not contain the notebook's own {_name_of_cell(seen)}")
    answered, x = _answered(model), np.concatenate(list(model.x))
    if isinstance(answered, Proof):
        return answered
    best, first_look = None, FirstLook(x[:FIRST_LOOK], *answered[0])
    for network in networks(seen, model, found, cell.mapping, tuple(scalings(model))):
        proof = _confirm(network, x, answered, first_look)
        if proof.network is not None:
            return proof
        best = proof if best is None or proof.deviation < best.deviation else best
    return best or Proof(
        network=None, reason=f"its layers before or after the {cell.family.title} are not dense layers"
    )


def _name_of_cell(seen: Seen) -> str:
    return seen.part(PROBE, "cell", Cell).name


def scalings(model: ModelAnswer) -> Iterator[tuple[float, float]]:
    """(factor, summand) of what the model may do to its input before the first layer: as that layer was seen
    to get it, then nothing. The answers under other weights decide: a read-in layer of one unit, which is
    seen here, too, changes with them."""
    fed, x = model.fed, model.x[0]
    if fed is not None and fed.shape == x.shape and np.all(np.isfinite(fed)):
        (factor, summand), *_ = np.linalg.lstsq(
            np.stack([x.ravel(), np.ones(x.size)], axis=1).astype("f8"), fed.ravel(), rcond=None
        )
        if np.max(np.abs(factor * x + summand - fed)) <= NETWORK_ROUNDING * max(
            1.0, float(np.max(np.abs(fed)))
        ):
            yield float(factor), float(summand)
    yield AS_IT_IS


def one_per_sequence(out: Array) -> Array:
    """What a model gives for each sequence [batch, outputs]: the last of several steps."""
    return out[:, -1] if out.ndim == 3 else out.reshape(len(out), -1)


def _frozen(model: ModelAnswer) -> bool:
    eager = (item for item in model.items if not item.graph)
    outs = [out[: model.batch] for item in eager if (out := outputs_of(model, item)) is not None]
    return (
        len(outs) >= 2
        and float(np.ptp(outs[0])) > 0
        and all(np.array_equal(outs[0], out) for out in outs[1:])
    )


def _answered(model: ModelAnswer) -> list[tuple[list[Array], Array]] | Proof:
    """(weights, answers [sequences, outputs]) of every item that a network has to explain; why none can,
    where one is not known. Only eager answers count here: what differs in a graph is charged by checks of its
    own, and the accuracy is computed from the weights in any case."""
    items = items_of_numbers(model)
    if not items:
        return Proof(network=None, reason="its weights are not numbers", deviation=float("inf"))
    outs = [outputs_of(model, item) for item in items]
    found = [
        (model.weights(item), one_per_sequence(out))
        for item, out in zip(items, outs, strict=True)
        if out is not None
    ]
    if len(found) < len(items):
        return Proof(network=None, reason="it did not answer every question", deviation=float("inf"))
    if all(is_repeated(out) for _, out in found):
        return [(weights, out[:, :1]) for weights, out in found]
    return found


def is_repeated(out: Array) -> bool:
    """Whether a model gives one answer several times, side by side, to the bit."""
    return out.shape[1] > 1 and float(np.ptp(out)) > 0 and bool(np.all(out == out[:, :1]))


class FirstLook:
    """A few sequences under one set of weights: another network shows by them. What the layers up to the last
    recurrent one give is computed once for all networks that differ above it, of which there are hundreds."""

    def __init__(self, x: Array, arrays: Sequence[Array], got: Array) -> None:
        """x [sequences, time, features], of which a batch may have fewer; got [sequences, outputs]."""
        self.got = got[:FIRST_LOOK]
        few = x[: len(self.got)]
        self._asked = {d: ([a.astype(d) for a in arrays], few.astype(d)) for d in ("f4", "f8")}
        self._below: dict[Hashable, Array] = {}

    def compare(self, network: Network) -> tuple[float, float]:
        """(how far the answers lie from this network's, how far they may)."""
        return _compared(self.got, partial(self._given, network))

    def _given(self, network: Network, dtype: str) -> Array:
        arrays, x = self._asked[dtype]
        below = network.scale, network.shift, network.read_in, network.recurrent
        key = (dtype, *below, network.cell.order, network.start, network.mistake)
        if key not in self._below:
            self._below[key] = network.below(arrays, x)
        return network.above(arrays, self._below[key])


def _confirm(
    network: Network, x: Array, answered: Sequence[tuple[list[Array], Array]], first_look: FirstLook
) -> Proof:
    """The network, if it explains all that was answered to x [sequences, time, features]; `first_look`: at
    the first of it."""
    worst, tolerance = 0.0, 1e-5
    for place, (arrays, got) in enumerate(answered):
        gap, allowed = (0.0, 0.0) if place else first_look.compare(network)
        if gap <= CLEARLY * allowed:
            gap, allowed = _compare(network, arrays, x[: len(got)], got)
        if gap > allowed:
            reason = (
                f"its outputs differ from the host's by up to {gap:.2g}" if np.isfinite(gap) else _odd(got)
            )
            return Proof(network=None, reason=reason, deviation=gap, tolerance=allowed)
        worst, tolerance = max(worst, gap), max(tolerance, allowed)
    return Proof(network=network, deviation=worst, tolerance=tolerance)


def _compare(network: Network, arrays: Sequence[Array], x: Array, got: Array) -> tuple[float, float]:
    """(how far the answers lie from this network's, how far they may)."""
    return _compared(got, lambda dtype: network([a.astype(dtype) for a in arrays], x.astype(dtype)))


def _compared(got: Array, given: Callable[[str], Array]) -> tuple[float, float]:
    """The same for what a network gives, `given` in a precision."""
    single = given("f4")
    if got.shape != single.shape or not (np.all(np.isfinite(got)) and np.all(np.isfinite(single))):
        return float("inf"), NETWORK_ROUNDING
    near = float(np.max(np.abs(single - got)))
    if near <= NETWORK_ROUNDING:  # no exact numbers could change this, and they take twice the time
        return near, NETWORK_ROUNDING
    exact = given("f8")
    return float(np.max(np.abs(exact - got))), max(
        NETWORK_ROUNDING, 50 * float(np.max(np.abs(exact - single)))
    )


def _odd(got: Array) -> str:
    """Why no network can be compared with what a model gave."""
    if not np.all(np.isfinite(got)):
        return "its outputs are not finite"
    return f"its layers, one after the other, give no answers of its shape {got.shape}"
