"""Which network a student's model is: the dense and LSTM layers found in its variables that explain its answers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.assignment import Seen
from grader.judge.cell import identify
from grader.judge.draws import fill
from grader.judge.equations import Array
from grader.judge.layer_diagnosis import known_layer
from grader.judge.layouts import Layout
from grader.judge.network import ACTIVATIONS, READS, Dense, Network, Recurrent
from grader.model import Observation

PROBE = "model"
MAX_DENSE = 6
MAX_STACK = 4  # LSTM layers, one on top of the other
ALIASES = {"softmax_v2": "softmax", "swish": "silu"}  # what TensorFlow calls some activations
USUAL = ("linear", "sigmoid", "tanh", "relu", "softmax")
MOST_SEARCHED = 4  # dense layers around which activations are searched
FEW = 4  # sequences that show at once that a network is another one
CLEARLY = 20  # times the tolerance: rounding errors of other sequences do not make up for it
NEAR = 1e-4  # between two float32 computations of one network


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The model identified, or why not. `frozen`: its outputs do not follow its variables."""

    network: Network | None
    reason: str = ""
    deviation: float = 0.0
    tolerance: float = 0.0
    frozen: bool = False


def trained_arrays(observation: Observation) -> list[Array]:
    """The variables as exported before anything was changed."""
    return [np.asarray(observation.answer[f"trained/{k}"]) for k in range(len(observation.answer["variables"]))]


def item_arrays(observation: Observation, item: Mapping[str, Any]) -> list[Array]:
    """The weights under which one item was answered: start * trained + noise * drawn."""
    trained, q = trained_arrays(observation), observation.question
    drawn = fill([a.shape for a in trained], q["pools"][item["pool"]], q["gain"])
    return [(item["start"] * t + item["noise"] * d).astype("f4") for t, d in zip(trained, drawn, strict=True)]


def outputs_of(observation: Observation, item: int) -> Array | None:
    """What the model answered to one item, all batches joined; None when it did not answer."""
    q = observation.question
    found = [observation.array(f"out/{item}/{batch}/0") for batch in range(len(q["x"]))]
    got = [f for f in found if f is not None]
    return np.concatenate(got) if len(got) == len(found) and len({g.shape for g in got}) == 1 else None


def identify_network(seen: Seen) -> Proof:
    """The model as the host can compute it, found once for all checks."""
    return seen.once("network", lambda: _identify(seen))


def _identify(seen: Seen) -> Proof:
    observation, cell = seen.observation(PROBE), identify(seen)
    if observation is None or observation.status != "answered":
        return Proof(network=None, reason="the model did not answer")
    if cell is None or cell.mapping is None:
        return Proof(network=None, reason="the equations of its cell are not known")
    if _frozen(observation):
        return Proof(network=None, reason="its outputs do not change with its weights", frozen=True)
    found = recurrent_layers(observation, cell.mapping.layout)
    if not found:
        return Proof(network=None, reason="it does not contain the notebook's own LSTM_Cell")
    best: Proof | None = None
    mistake, start = known_layer(seen)
    for recurrent in _stacks(found):
        for reads, read_in, read_out in _chains(observation, recurrent):
            network = Network(
                read_in=read_in,
                recurrent=recurrent,
                read_out=read_out,
                cell=cell.mapping,
                reads=reads,
                start=start,
                mistake=mistake,
            )
            proof = _confirm(observation, network)
            if proof.network is not None:
                return proof
            best = proof if best is None or proof.deviation < best.deviation else best
    return best or Proof(network=None, reason="its layers before or after the LSTM are not dense layers")


def _frozen(observation: Observation) -> bool:
    eager = [k for k, item in enumerate(observation.question["items"]) if not item["graph"]]
    outs = [out for k in eager if (out := outputs_of(observation, k)) is not None]
    return len(outs) >= 2 and float(np.ptp(outs[0])) > 0 and all(np.array_equal(outs[0], out) for out in outs[1:])


def recurrent_layers(observation: Observation, layout: Layout) -> tuple[Recurrent, ...]:
    """The student's cells within the model, in the order in which they were called; those without variables, which were not
    called, are left out. None at all when one of them does not fit the layout."""
    shapes = [tuple(v["shape"]) for v in observation.answer["variables"]]
    found = []
    for entry in sorted(observation.answer["own_cells"], key=lambda cell: _called(observation, cell)):
        places = tuple(int(k) for k in entry["variables"])
        if not places:
            continue
        sizes = layout.sizes([shapes[k] for k in places]) if all(0 <= k < len(shapes) for k in places) else None
        if sizes is None:
            return ()
        found.append(Recurrent(variables=places, units=sizes[0], features=sizes[1], path=str(entry["path"])))
    return tuple(found)


def _called(observation: Observation, entry: Mapping[str, Any]) -> int:
    """The place of a layer among those that a call of the model reached; the last place when it is not known."""
    paths = [str(layer["path"]) for layer in observation.answer["shapes"]]
    return paths.index(str(entry["path"])) if str(entry["path"]) in paths else len(paths)


def _stacks(found: Sequence[Recurrent]) -> Iterator[tuple[Recurrent, ...]]:
    """The LSTM layers one on top of the other, in every order in which each takes what the one below it gives: first as called,
    then without some of them, last with one cell in all of several layers."""
    known = found[:MAX_STACK]
    orders = itertools.chain.from_iterable(itertools.permutations(known, n) for n in range(len(known), 0, -1))
    shared = ((cell,) * n for cell in known for n in range(2, MAX_STACK + 1))
    for order in itertools.chain(orders, shared):
        if all(above.features == below.units for below, above in itertools.pairwise(order)):
            yield order


Chain = tuple[Dense, ...]


def _chains(observation: Observation, recurrent: Sequence[Recurrent]) -> Iterator[tuple[str, Chain, Chain]]:
    """(what is read, read-in, read-out) of the model's dense layers whose sizes fit; first with the activations that it reports."""
    shapes = [tuple(v["shape"]) for v in observation.answer["variables"]]
    free = _free_dense(observation, recurrent, shapes)
    time, units = observation.question["x"].shape[2], recurrent[-1].units
    fitting = [
        (reads, order, cut)
        for order in itertools.permutations(free)
        for cut in range(len(order) + 1)
        for reads in READS
        if _fits(order[:cut], shapes, 1, recurrent[0].features)
        and _fits(order[cut:], shapes, units * time if reads == "all steps side by side" else units, None)
    ]
    for tried in (_reported_activations, _other_activations):
        for reads, order, cut in fitting:
            for activations in tried([d.activation for d in order]):
                chosen = [Dense(kernel=d.kernel, bias=d.bias, activation=a) for d, a in zip(order, activations, strict=True)]
                yield reads, tuple(chosen[:cut]), tuple(chosen[cut:])


def _free_dense(observation: Observation, recurrent: Sequence[Recurrent], shapes: Sequence[Sequence[int]]) -> list[Dense]:
    """The dense layers that are not part of a cell."""
    inside = {k for layer in recurrent for k in layer.variables}
    free = []
    for entry in sorted(observation.answer["dense"], key=lambda dense: _called(observation, dense)):
        places = [int(k) for k in entry["variables"]]
        if places and not inside & set(places) and len(shapes[places[0]]) == 2:
            activation = str(entry["activation"])
            bias = places[1] if len(places) > 1 else None
            free.append(Dense(kernel=places[0], bias=bias, activation=ALIASES.get(activation, activation)))
    return free[:MAX_DENSE]


def _fits(chain: Sequence[Dense], shapes: Sequence[Sequence[int]], start: int, end: int | None) -> bool:
    size = start
    for dense in chain:
        if shapes[dense.kernel][0] != size:
            return False
        size = shapes[dense.kernel][1]
    return end is None or size == end


def _reported_activations(reported: Sequence[str]) -> Iterator[tuple[str, ...]]:
    if all(name in ACTIVATIONS for name in reported):
        yield tuple(reported)


def _other_activations(reported: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Those that code applies to what a layer gives: any of them around two layers, the usual ones around more."""
    if len(reported) <= 2:
        yield from itertools.product(ACTIVATIONS, repeat=len(reported))
    elif len(reported) <= MOST_SEARCHED:
        yield from itertools.product(USUAL, repeat=len(reported))


def _confirm(observation: Observation, network: Network) -> Proof:
    """The network, if it explains the answers to every item. Only eager answers count here: what differs in a graph is charged
    by checks of its own, and the accuracy is computed from the weights in any case."""
    worst, tolerance = 0.0, 1e-5
    x = np.concatenate(list(observation.question["x"]))
    for index, item in enumerate(observation.question["items"]):
        if item["graph"]:
            continue
        got = outputs_of(observation, index)
        if got is None:
            return Proof(network=None, reason="it did not answer every question", deviation=float("inf"))
        got = got[:, -1] if got.ndim == 3 else got.reshape(len(got), -1)
        arrays = item_arrays(observation, item)
        few = _compare(network, arrays, x[:FEW], got[:FEW])
        gap, allowed = few if few[0] > CLEARLY * few[1] else _compare(network, arrays, x, got)
        if gap > allowed:
            reason = f"its outputs differ from the host's by up to {gap:.2g}" if np.isfinite(gap) else _odd(got)
            return Proof(network=None, reason=reason, deviation=gap, tolerance=allowed)
        worst, tolerance = max(worst, gap), max(tolerance, allowed)
    return Proof(network=network, deviation=worst, tolerance=tolerance)


def _compare(network: Network, arrays: Sequence[Array], x: Array, got: Array) -> tuple[float, float]:
    """(how far the answers lie from this network's, how far they may)."""
    single = network(arrays, x)
    if got.shape != single.shape or not np.all(np.isfinite(got)):
        return float("inf"), NEAR
    near = float(np.max(np.abs(single - got)))
    if near <= NEAR:  # no exact numbers could change this, and they take twice the time
        return near, NEAR
    exact = network([a.astype("f8") for a in arrays], x.astype("f8"))
    return float(np.max(np.abs(exact - got))), max(NEAR, 50 * float(np.max(np.abs(exact - single))))


def _odd(got: Array) -> str:
    return f"it gives outputs of shape {got.shape}" if np.all(np.isfinite(got)) else "its outputs are not finite"
