"""How many parameters the layers have: as many as the sizes of the sheet demand, or those found in the
model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader import probes
from grader.assignment import Criterion, Layer, Model, Seen
from grader.judge.checks.sizes import cell_of, demanded_sizes, layer_inside, layer_of, own_cells, stack_of
from grader.judge.compared import Compared, first_wrong
from grader.judge.identify.cell import identify
from grader.judge.identify.identification import PROBE, identify_network
from grader.judge.words import counted
from grader.model import Basis, Verdict
from grader.model.verdict import failed, passed, skipped
from grader.probes.model import ModelAnswer, read_model
from grader.probes.variables import Variable
from grader.rnn.counts import dense as of_dense
from grader.rnn.counts import recurrent
from grader.rnn.family import CellFamily
from grader.rnn.network import Network, Recurrent


def parameter_counts(
    model: Model, *, own_sizes: bool = False, with_the_sheets: Mapping[str, float | int] | None = None
) -> Criterion:
    """The counts by the formula, of the sheet's sizes or of those found. `with_the_sheets`: the parameters of
    the sheet, for the title to say what they come to.

    Raises:
        AssignmentError: the model has no layer of the student's own.
    """
    layer = layer_inside(model)
    gates, title = len(layer.cell.family.gates), layer.cell.family.title
    total = _total(model, layer, with_the_sheets) if with_the_sheets else None
    example = f" ({total:,} with the sheet's)" if total is not None else ""
    fixed = f"The parameter counts are those that the sizes demand{example}."
    formula = f"{gates}*((in+units)*units+units) for an {title} layer"
    return Criterion(
        id="parameter_counts",
        title=(
            f"The parameter counts are those that the sizes found demand: {formula}." if own_sizes else fixed
        ),
        judge=judge_counts_of_any_size if own_sizes else judge_counts,
        basis=Basis.REPORTED,
        asks=(probes.one_step(layer.cell), probes.model(model)) if own_sizes else (probes.model(model),),
        uses=(probes.layer(layer),) if own_sizes else (probes.one_step(layer.cell), probes.layer(layer)),
        forger_gains="one point, for reporting sizes",
        said_of=dict(with_the_sheets or {}),
    )


def _total(model: Model, layer: Layer, parameters: Mapping[str, float | int]) -> int:
    """Parameters of a read-in, the layer and a read-out of one number."""
    features, units = int(parameters[layer.cell.features]), int(parameters[layer.cell.units])
    return (
        dense(model.features, features)
        + recurrent(layer.cell.family, features, units).total
        + dense(units, 1)
    )


def dense(inputs: int, outputs: int) -> int:
    """Parameters of a dense layer: a weight for each input and one bias, for each output."""
    return of_dense(inputs, outputs).total


def judge_counts(seen: Seen) -> Verdict:
    """The counts per layer and in total, trainable and not, as the sizes demand."""
    asked = read_model(seen.answer("model"))
    (read_in, units), family = demanded_sizes(seen), layer_of(seen).cell.family
    inputs = seen.part("model", "model", Model).features
    variables, inside = asked.variables, asked.inside_cells
    actual_lstm = sum(variables[k].size for k in inside)
    aside = [v for k, v in enumerate(variables) if not v.trainable and k not in inside]
    total, trainable = _total_of(variables), _trainable_of(variables)
    right = recurrent(family, read_in, units).total
    doubled = _gates_with_two_biases(seen, (actual_lstm - right) / max(units, 1), family)
    wanted_lstm = _own_structure(seen, actual_lstm) or right + doubled * units
    wanted = dense(inputs, read_in) + wanted_lstm + dense(units, 1)
    parts = [
        Compared(
            what=f"{family.title} layer: {len(family.gates)} x (({read_in} + {units}) x {units} + {units})",
            wanted=wanted_lstm,
            seen=actual_lstm,
        ),
        Compared(
            what="read-in and read-out together",
            wanted=dense(inputs, read_in) + dense(units, 1),
            seen=total - actual_lstm - _total_of(aside),
        ),
    ]
    if aside:
        what = f"variables that are not trained ({', '.join(v.title for v in aside[:3])})"
        parts += [Compared(what=what, wanted=0, seen=_total_of(aside))]
    compared = [
        # without a cell of their own, charged elsewhere, only the totals can be compared
        *(parts if inside else ()),
        Compared(what="all parameters", wanted=wanted, seen=total),
        Compared(what="trainable parameters", wanted=wanted, seen=trainable),
    ]
    evidence = [one.evidence for one in compared]
    cell = layer_of(seen).cell
    hint = _not_trained(variables) or (
        f"model.summary() lists the count of each layer; compare it with the sizes {cell.features} and"
        f" {cell.units}."
    )
    if wrong := first_wrong(compared):
        return failed(wrong.message, hint=hint, evidence=evidence)
    gates = (
        "Each gate has"
        if doubled == len(family.gates)
        else f"{counted(doubled, 'gate')} {'has' if doubled == 1 else 'have'}"
    )
    note = (
        f" {gates} two biases, {doubled * units} parameters more than needed; that is right too."
        if doubled
        else ""
    )
    return passed(f"{total:,} parameters, all trainable.{note}", evidence=evidence)


def _gates_with_two_biases(seen: Seen, more: float, family: CellFamily) -> int:
    """How many gates of the cell add a bias to the part from x and one to the part from h: as its layout
    says, else all, when there are as many vectors more."""
    cell = identify(seen)
    if cell is None or cell.mapping is None:
        return len(family.gates) if more == len(family.gates) else 0
    return sum(len(of_gate) == 2 for of_gate in cell.mapping.layout.biases)


def _own_structure(seen: Seen, actual: int) -> int | None:
    """Follow-through: what the LSTM part may have when the cell itself is wrong, and charged for that
    elsewhere."""
    cell = identify(seen)
    return actual if cell is not None and not cell.is_right else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
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
    total = _total_of(variables)
    if asked.ready_made:  # follow-through: charged by a check of its own
        parts.append(_as_it_is("ready-made recurrent layers", total - sum(part.actual for part in parts)))
    expected = sum(part.expected for part in parts)
    compared = [
        *(part.compared for part in parts),
        Compared(what="all parameters", wanted=expected, seen=total),
        Compared(what="trainable parameters", wanted=expected, seen=_trainable_of(variables)),
    ]
    evidence = [one.evidence for one in compared]
    if wrong := first_wrong(compared):
        return failed(
            f"{wrong.message}{_unused(seen, variables)}", hint=_hint_for(variables), evidence=evidence
        )
    notes = "".join(sorted({part.note for part in parts}))
    derived = "; ".join(f"{part.what}: {part.derivation} = {part.expected:,}" for part in parts)
    return passed(f"{total:,} parameters, all trainable: {derived}.{notes}", evidence=evidence)


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
    used |= {
        k
        for layer in (*network.read_in, *network.read_out)
        for k in (layer.kernel, layer.bias)
        if k is not None
    }
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


def _not_trained(variables: Sequence[Variable]) -> str:
    """What is said of variables that Keras does not know; "" where it knows all."""
    untracked = [variable.path for variable in variables if not variable.tracked]
    if not untracked:
        return ""
    return (
        f"Keras does not train {', '.join(untracked[:3])}: create it with self.add_weight(...), or keep its"
        " layer as an attribute."
    )


def _total_of(variables: Iterable[Variable]) -> int:
    """How many parameters they are."""
    return sum(variable.size for variable in variables)


def _trainable_of(variables: Iterable[Variable]) -> int:
    """How many of their parameters are trained."""
    return _total_of(variable for variable in variables if variable.trainable)


def _hint_for(variables: Sequence[Variable]) -> str:
    return _not_trained(variables) or (
        "model.summary() lists the count of each layer: look for a gate or a bias too many or too few, and"
        " for layers that are not used."
    )


def _parts(seen: Seen, asked: ModelAnswer) -> Iterator[Part]:
    """The LSTM layers, then the dense layers; only those through which the answers go, where that is
    known."""
    network, cell = identify_network(seen).network, identify(seen)
    family = cell_of(seen).family
    title = family.title
    right = cell is not None and cell.is_right
    stack = network.recurrent if network is not None else stack_of(seen, asked)
    for layer in stack:
        actual = _total_of(asked.variables[k] for k in layer.variables)
        yield (
            _recurrent_part(family, layer, actual)
            if right
            else _as_it_is(f"{title} layer of {layer.units} units", actual)
        )
    if not stack:  # follow-through: a cell that is not known was charged by its own check
        yield from (
            _as_it_is(f"{title} layer", _total_of(asked.variables[k] for k in cell.variables))
            for cell in own_cells(asked)
        )
    for places in _dense_places(network, asked):
        held = [asked.variables[k] for k in places]
        inputs, outputs = held[0].shape
        yield _dense_part(inputs, outputs, _total_of(held), with_bias=len(held) > 1)


def _recurrent_part(family: CellFamily, layer: Recurrent, actual: int) -> Part:
    units, features, count = layer.units, layer.features, len(family.gates)
    what, formula = (
        f"{family.title} layer of {units} units on {features}",
        f"{count}*(({features}+{units})*{units}+{units})",
    )
    wanted = recurrent(family, features, units).total
    more, rest = divmod(actual - wanted, units)
    if rest == 0 and 1 <= more <= count:
        gates = "each gate" if more == count else counted(more, "gate")
        note = f" Two biases in {gates} are more than needed, and right too."
        return Part(
            what=what, derivation=f"{formula} + {more}*{units}", expected=actual, actual=actual, note=note
        )
    return Part(what=what, derivation=formula, expected=wanted, actual=actual)


def _dense_part(inputs: int, outputs: int, actual: int, *, with_bias: bool) -> Part:
    derivation = f"({inputs}+1)*{outputs}" if with_bias else f"{inputs}*{outputs}"
    expected = of_dense(inputs, outputs, bias=with_bias).total
    return Part(
        what=f"Dense layer of {outputs} on {inputs}", derivation=derivation, expected=expected, actual=actual
    )


def _as_it_is(what: str, actual: int) -> Part:
    return Part(what=what, derivation="as it is", expected=actual, actual=actual)


def _dense_places(network: Network | None, asked: ModelAnswer) -> Iterator[tuple[int, ...]]:
    """For each dense layer outside of the cells, the places of its variables."""
    if network is not None:
        for layer in (*network.read_in, *network.read_out):
            yield (layer.kernel,) if layer.bias is None else (layer.kernel, layer.bias)
        return
    for places in (dense.variables for dense in asked.dense):
        if places and asked.inside_cells.isdisjoint(places) and len(asked.variables[places[0]].shape) == 2:
            yield places
