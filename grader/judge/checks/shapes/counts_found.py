"""Counts of a model of any size: every layer has as many parameters as the formula gives for the sizes that
were found in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.assignment import Seen
from grader.judge.checks.layers.sizes import cell_of, own_cells, stack_of
from grader.judge.checks.shapes.totals import hint_to_train, total_of, trainable_of
from grader.judge.compared import Compared, first_wrong
from grader.judge.identify.cell import identify
from grader.judge.identify.identification import PROBE, identify_network
from grader.model import Verdict
from grader.model.quantities import counted
from grader.model.verdict import failed, passed, skipped
from grader.probes.model import ModelAnswer, read_model
from grader.probes.variables import Variable
from grader.rnn.counts import dense, recurrent
from grader.rnn.family import CellFamily
from grader.rnn.network import Network, Recurrent
from grader.rnn.pointwise import Dense, Normalised


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedLayer:
    """One layer: its size in words, how its count follows from it, the count, and how many parameters it
    has."""

    what: str
    derivation: str
    expected: int
    actual: int
    note: str = ""

    @property
    def compared(self) -> Compared:
        """The derivation beside what was found."""
        return Compared(
            what=self.what,
            wanted=self.expected,
            seen=self.actual,
            derivation=self.derivation,
            unit=" parameters",
        )


def judge_counts_of_any_size(seen: Seen) -> Verdict:
    """Every layer has as many parameters as the formula gives for the sizes found in it, and all of them are
    trained."""
    asked = read_model(seen.answer(PROBE))
    variables = asked.variables
    title, own = cell_of(seen).family.title, cell_of(seen).name
    if layers := _sharing(seen):
        return failed(
            f"{layers} {title} layers use one and the same {own}, so they share their weights",
            hint=f"Create a cell for each of them: {_made(seen)}.",
        )
    parts = list(_parts(seen, asked))
    if not parts:
        return skipped("not reached: no layers of a known kind were found in the model")
    total = total_of(variables)
    if asked.ready_made:  # follow-through: charged by a check of its own
        parts.append(_as_it_is("ready-made recurrent layers", total - sum(part.actual for part in parts)))
    others = _others(seen, asked)
    if others:
        parts.append(_as_it_is("layers of other kinds", total_of(others)))
    expected = sum(part.expected for part in parts)
    kept = total_of(one for one in others if not one.trainable)  # as batch normalization keeps its means
    compared = [
        *(part.compared for part in parts),
        Compared(what="all parameters", wanted=expected, seen=total),
        Compared(what="trainable parameters", wanted=expected - kept, seen=trainable_of(variables)),
    ]
    evidence = [one.evidence for one in compared]
    if wrong := first_wrong(compared):
        return failed(
            f"{wrong.message}{_unused(seen, variables)}", hint=_hint_for(variables), evidence=evidence
        )
    notes = "".join(sorted({part.note for part in parts}))
    derived = "; ".join(f"{part.what}: {part.derivation} = {part.expected:,}" for part in parts)
    trained = f"{kept:,} of them not trainable" if kept else "all trainable"
    return passed(f"{total:,} parameters, {trained}: {derived}.{notes}", evidence=evidence)


def _others(seen: Seen, asked: ModelAnswer) -> list[Variable]:
    """The variables of a model which are neither its cells' nor of dense layers: of a normalisation, say, for
    which the sheet has no formula."""
    if asked.ready_made:
        return []
    if (network := identify_network(seen).network) is not None:
        layers = (*network.read_in, *network.read_out)
        return [asked.variables[k] for one in layers if isinstance(one, Normalised) for k in one.places]
    known = {*asked.inside_cells, *(place for one in asked.dense for place in one.variables)}
    return [one for place, one in enumerate(asked.variables) if place not in known]


def _made(seen: Seen) -> str:
    """How a layer around a cell of its own is made: "LSTM_Layer(LSTM_Cell(units))"."""
    layer = seen.probe(PROBE).part("layer")
    cell = f"{cell_of(seen).name}(units)"
    return f"{layer.name}({cell})" if layer is not None else cell


def _unused(seen: Seen, variables: Sequence[Variable]) -> str:
    """Which layers no answer depends on, to be added to a message; "" when there are none, or the model is
    not known."""
    network = identify_network(seen).network
    if network is None:
        return ""
    used = {k for layer in network.recurrent for k in layer.variables}
    used |= {k for layer in (*network.read_in, *network.read_out) for k in layer.places}
    paths = [variable.path.partition(".")[0] for variable in variables]
    idle = dict.fromkeys(
        path
        for k, path in enumerate(paths)
        if path and k not in used and path not in {paths[u] for u in used}
    )
    return f"; the answers do not depend on {', '.join(list(idle)[:3])}" if idle else ""


def _sharing(seen: Seen) -> int:
    """How many LSTM layers of the model share a cell; 0 when none do."""
    network = identify_network(seen).network
    stack = network.recurrent if network is not None else ()
    return len(stack) if len(set(stack)) < len(stack) else 0


def _hint_for(variables: Sequence[Variable]) -> str:
    return hint_to_train(variables) or (
        "model.summary() lists the count of each layer: look for a gate or a bias too many or too few, and"
        " for layers that are not used."
    )


def _parts(seen: Seen, asked: ModelAnswer) -> Iterator[CountedLayer]:
    """The LSTM layers, then the dense layers; only those through which the answers go, where that is
    known."""
    network, cell = identify_network(seen).network, identify(seen)
    family = cell_of(seen).family
    title = family.title
    right = cell is not None and cell.is_right
    stack = network.recurrent if network is not None else stack_of(seen, asked)
    for layer in stack:
        actual = total_of(asked.variables[k] for k in layer.variables)
        yield (
            _recurrent_part(family, layer, actual)
            if right
            else _as_it_is(f"{title} layer of {layer.units} units", actual)
        )
    if not stack:  # follow-through: a cell that is not known was charged by its own check
        yield from (
            _as_it_is(f"{title} layer", total_of(asked.variables[k] for k in cell.variables))
            for cell in own_cells(asked)
        )
    for places in _dense_places(network, asked):
        held = [asked.variables[k] for k in places]
        inputs, outputs = held[0].shape
        yield _dense_part(inputs, outputs, total_of(held), with_bias=len(held) > 1)


def _recurrent_part(family: CellFamily, layer: Recurrent, actual: int) -> CountedLayer:
    units, features, count = layer.units, layer.features, len(family.gates)
    what = f"{family.title} layer of {units} units on {features}"
    formula = f"{count}*(({features}+{units})*{units}+{units})"
    wanted = recurrent(family, features, units).total
    more, rest = divmod(actual - wanted, units)
    if rest == 0 and 1 <= more <= count:
        gates = "each gate" if more == count else counted(more, "gate")
        note = f" Two biases in {gates} are more than needed, and right too."
        return CountedLayer(
            what=what, derivation=f"{formula} + {more}*{units}", expected=actual, actual=actual, note=note
        )
    return CountedLayer(what=what, derivation=formula, expected=wanted, actual=actual)


def _dense_part(inputs: int, outputs: int, actual: int, *, with_bias: bool) -> CountedLayer:
    derivation = f"({inputs}+1)*{outputs}" if with_bias else f"{inputs}*{outputs}"
    expected = dense(inputs, outputs, bias=with_bias).total
    return CountedLayer(
        what=f"Dense layer of {outputs} on {inputs}", derivation=derivation, expected=expected, actual=actual
    )


def _as_it_is(what: str, actual: int) -> CountedLayer:
    return CountedLayer(what=what, derivation="as it is", expected=actual, actual=actual)


def _dense_places(network: Network | None, asked: ModelAnswer) -> Iterator[tuple[int, ...]]:
    """For each dense layer outside of the cells, the places of its variables."""
    if network is not None:
        layers = (*network.read_in, *network.read_out)
        yield from (layer.places for layer in layers if isinstance(layer, Dense))
        return
    for places in (one.variables for one in asked.dense):
        if places and asked.inside_cells.isdisjoint(places) and len(asked.variables[places[0]].shape) == 2:
            yield places
