"""Shapes and parameter counts of a model whose sizes are the student's choice: found in the variables, counted by the formula."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.assignment import Cell, Seen
from grader.judge.compared import Compared, first_wrong, shape_of
from grader.judge.identify.cell import identify
from grader.judge.identify.identification import PROBE, identify_network, is_misread
from grader.judge.identify.structures import recurrent_layers
from grader.judge.words import counted
from grader.model import Evidence, Observation, Verdict
from grader.model.verdict import failed, passed, skipped
from grader.rnn.counts import dense as of_dense
from grader.rnn.counts import recurrent
from grader.rnn.family import CellFamily
from grader.rnn.network import Network, Recurrent


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One layer: its size in words, how its count follows from it, the count, and how many parameters it has."""

    what: str
    derivation: str
    expected: int
    actual: int
    note: str = ""

    @property
    def compared(self) -> Compared:
        """The derivation beside what was found."""
        return Compared(what=self.what, wanted=self.expected, seen=self.actual, derivation=self.derivation, unit=" parameters")


def judge_shapes(seen: Seen) -> Verdict:
    """Every recurrent layer takes (batch, time, features) and gives (batch, time, units), or of the last step (batch, units)."""
    observation = seen.answer(PROBE)
    stack = _stack(seen, observation) or tuple(_as_called(observation))
    if not stack:
        return skipped(f"not reached: no {_cell_of(seen).name} of your own was found in the model")
    evidence: list[Evidence] = []
    title = _cell_of(seen).family.title
    for number, layer in enumerate(stack, start=1):
        entry = _around(observation, layer.path)
        if entry is None or not entry["input"] or not entry["output"]:
            continue
        problem = _other_shape(
            observation,
            layer,
            entry,
            f"{title} layer {number}" if len(stack) > 1 else f"the {title} layer",
            evidence,
            misread=is_misread(seen),
        )
        if problem:
            message, hint = problem
            return failed(message, hint=hint, evidence=evidence)
    sizes = " and then ".join(f"{counted(layer.units, 'unit')} on {counted(layer.features, 'feature')}" for layer in stack)
    return passed(f"{counted(len(stack), f'{title} layer')}: {sizes}.", evidence=evidence)


def _made(seen: Seen) -> str:
    """How a layer around a cell of its own is made: "LSTM_Layer(LSTM_Cell(units))"."""
    layer = seen.probe(PROBE).part("layer")
    cell = f"{_cell_of(seen).name}(units)"
    return f"{layer.name}({cell})" if layer is not None else cell


def _cell_of(seen: Seen) -> Cell:
    return seen.part(PROBE, "cell", Cell)


def _other_shape(
    observation: Observation, layer: Recurrent, entry: Mapping[str, Any], name: str, evidence: list[Evidence], *, misread: bool
) -> tuple[str, str] | None:
    """Message and hint when a layer takes or gives another shape than its sizes demand; adds to the evidence."""
    _, batch, time, _ = observation.question["x"].shape
    wanted = (batch, time, layer.units)
    fine = [wanted, (batch, layer.units)] + (
        [(time, batch, layer.units)] if misread else []
    )  # which is charged where the layer is judged
    given = Compared(what=f"input of {name}", wanted=(batch, time, layer.features), seen=shape_of(entry["input"]))
    got = Compared(what=f"output of {name}", wanted=wanted, seen=shape_of(entry["output"]))
    evidence += [given.evidence, got.evidence]
    if not given.holds:
        return (
            f"the {given.what} has shape {given.evidence.actual}, expected {given.wanted}: (batch, time, features)",
            "Apply what comes before it to every time step, and keep the order of the axes.",
        )
    if isinstance(entry["output"][0], int) and got.seen not in fine:
        return (
            f"the {got.what} has shape {got.evidence.actual}, expected {got.wanted}: (batch, time, units)",
            "Stack the hidden states along the time axis: tf.transpose(outputs.stack(), [1, 0, 2]).",
        )
    return None


def _cells(observation: Observation) -> list[Mapping[str, Any]]:
    """The student's cells in the model that have variables."""
    return [cell for cell in observation.answer["own_cells"] if cell["variables"]]


def _around(observation: Observation, path: str) -> Mapping[str, Any] | None:
    """The nearest layer that holds the cell at this path, as it was called; None when it is not known."""
    called: dict[str, Mapping[str, Any]] = {str(layer["path"]): layer for layer in observation.answer["shapes"]}
    while path := path.rpartition(".")[0]:
        if path in called:
            return called[path]
    return None


def _stack(seen: Seen, observation: Observation) -> tuple[Recurrent, ...]:
    """The LSTM layers of the model; none when the cell's equations are not known."""
    cell = identify(seen)
    return recurrent_layers(observation, cell.mapping.layout) if cell is not None and cell.mapping is not None else ()


def _as_called(observation: Observation) -> Iterator[Recurrent]:
    """Follow-through: LSTM layers whose cell is not known, which is charged by its own check, with the sizes seen in their calls."""
    for cell in _cells(observation):
        entry = _around(observation, str(cell["path"]))
        sides = [entry["input"], entry["output"]] if entry is not None else []
        if sides and all(shape and isinstance(shape[-1], int) for shape in sides):
            features, units = int(sides[0][-1]), int(sides[1][-1])
            yield Recurrent(variables=tuple(cell["variables"]), units=units, features=features, path=str(cell["path"]))


def judge_counts(seen: Seen) -> Verdict:
    """Every layer has as many parameters as the formula gives for the sizes found in it, and all of them are trained."""
    observation = seen.answer(PROBE)
    variables: Sequence[Mapping[str, Any]] = observation.answer["variables"]
    size = [math.prod(variable["shape"]) for variable in variables]
    title, own = _cell_of(seen).family.title, _cell_of(seen).name
    if layers := _sharing(seen):
        return failed(
            f"{layers} {title} layers use one and the same {own}, so they share their weights",
            hint=f"Create a cell for each of them: {_made(seen)}.",
        )
    parts = list(_parts(seen, observation, size))
    if not parts:
        return skipped("not reached: no layers of a known kind were found in the model")
    total = sum(size)
    if observation.answer["ready_made"]:  # follow-through: charged by a check of its own
        parts.append(_as_it_is("ready-made recurrent layers", total - sum(part.actual for part in parts)))
    expected = sum(part.expected for part in parts)
    trainable = sum(s for s, v in zip(size, variables, strict=True) if v["trainable"])
    compared = [
        *(part.compared for part in parts),
        Compared(what="all parameters", wanted=expected, seen=total),
        Compared(what="trainable parameters", wanted=expected, seen=trainable),
    ]
    evidence = [one.evidence for one in compared]
    if wrong := first_wrong(compared):
        return failed(f"{wrong.message}{_unused(seen, variables)}", hint=_hint(variables), evidence=evidence)
    notes = "".join(sorted({part.note for part in parts}))
    derived = "; ".join(f"{part.what}: {part.derivation} = {part.expected:,}" for part in parts)
    return passed(f"{total:,} parameters, all trainable: {derived}.{notes}", evidence=evidence)


def _unused(seen: Seen, variables: Sequence[Mapping[str, Any]]) -> str:
    """Which layers no answer depends on, to be added to a message; "" when there are none, or the model is not known."""
    network = identify_network(seen).network
    if network is None:
        return ""
    used = {k for layer in network.recurrent for k in layer.variables}
    used |= {k for layer in (*network.read_in, *network.read_out) for k in (layer.kernel, layer.bias) if k is not None}
    paths = [str(variable["path"]).partition(".")[0] for variable in variables]
    idle = dict.fromkeys(path for k, path in enumerate(paths) if path and k not in used and path not in {paths[u] for u in used})
    return f"; the answers do not depend on {', '.join(list(idle)[:3])}" if idle else ""


def _sharing(seen: Seen) -> int:
    """How many LSTM layers of the model share a cell; 0 when none do."""
    network = identify_network(seen).network
    stack = network.recurrent if network is not None else ()
    return len(stack) if len(set(stack)) < len(stack) else 0


def _hint(variables: Sequence[Mapping[str, Any]]) -> str:
    untracked = [str(v["path"]) for v in variables if not v["tracked"]]
    if untracked:
        return f"Keras does not train {', '.join(untracked[:3])}: create it with self.add_weight(...), or keep its layer as an attribute."
    return "model.summary() lists the count of each layer: look for a gate or a bias too many or too few, and for layers that are not used."


def _parts(seen: Seen, observation: Observation, size: Sequence[int]) -> Iterator[Part]:
    """The LSTM layers, then the dense layers; only those through which the answers go, where that is known."""
    network, cell = identify_network(seen).network, identify(seen)
    family = _cell_of(seen).family
    title = family.title
    right = cell is not None and cell.is_right
    stack = network.recurrent if network is not None else _stack(seen, observation)
    for layer in stack:
        actual = sum(size[k] for k in layer.variables)
        yield _recurrent_part(family, layer, actual) if right else _as_it_is(f"{title} layer of {layer.units} units", actual)
    if not stack:  # follow-through: a cell that is not known was charged by its own check
        yield from (_as_it_is(f"{title} layer", sum(size[k] for k in cell["variables"])) for cell in _cells(observation))
    for places in _dense_places(network, observation):
        inputs, outputs = observation.answer["variables"][places[0]]["shape"]
        yield _dense_part(inputs, outputs, sum(size[k] for k in places), with_bias=len(places) > 1)


def _recurrent_part(family: CellFamily, layer: Recurrent, actual: int) -> Part:
    units, features, count = layer.units, layer.features, len(family.gates)
    what, formula = f"{family.title} layer of {units} units on {features}", f"{count}*(({features}+{units})*{units}+{units})"
    wanted = recurrent(family, features, units).total
    more, rest = divmod(actual - wanted, units)
    if rest == 0 and 1 <= more <= count:
        gates = "each gate" if more == count else counted(more, "gate")
        note = f" Two biases in {gates} are more than needed, and right too."
        return Part(what=what, derivation=f"{formula} + {more}*{units}", expected=actual, actual=actual, note=note)
    return Part(what=what, derivation=formula, expected=wanted, actual=actual)


def _dense_part(inputs: int, outputs: int, actual: int, *, with_bias: bool) -> Part:
    derivation = f"({inputs}+1)*{outputs}" if with_bias else f"{inputs}*{outputs}"
    expected = of_dense(inputs, outputs, bias=with_bias).total
    return Part(what=f"Dense layer of {outputs} on {inputs}", derivation=derivation, expected=expected, actual=actual)


def _as_it_is(what: str, actual: int) -> Part:
    return Part(what=what, derivation="as it is", expected=actual, actual=actual)


def _dense_places(network: Network | None, observation: Observation) -> Iterator[list[int]]:
    """For each dense layer outside of the cells, the places of its variables."""
    if network is not None:
        for layer in (*network.read_in, *network.read_out):
            yield [layer.kernel] if layer.bias is None else [layer.kernel, layer.bias]
        return
    inside = {int(k) for cell in observation.answer["own_cells"] for k in cell["variables"]}
    for entry in observation.answer["dense"]:
        places = [int(k) for k in entry["variables"]]
        if places and not inside & set(places) and len(observation.answer["variables"][places[0]]["shape"]) == 2:
            yield places
