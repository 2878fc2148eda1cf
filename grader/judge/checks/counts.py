"""Layer shapes and parameter counts, derived from the sizes of the layers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from grader.assignment import Seen
from grader.assignment.spelling import folded
from grader.judge.checks.own_loop import steps_its_cell
from grader.judge.compared import Compared, first_wrong, shape_of
from grader.judge.identify.cell import identify
from grader.judge.words import counted
from grader.model import Verdict
from grader.model.verdict import failed, passed, skipped
from grader.rnn.lstm import GATES


def dense(inputs: int, outputs: int) -> int:
    """Parameters of a dense layer: a weight for each input and one bias, for each output."""
    return (inputs + 1) * outputs


def lstm(inputs: int, units: int, biases: int = 1) -> int:
    """Parameters of an LSTM layer: four gates, each with (inputs + units) x units weights and `biases` times units biases."""
    return 4 * ((inputs + units) * units + biases * units)


def _sizes(seen: Seen) -> tuple[int, int, int, int]:
    p = seen.parameters
    return int(p.get("BATCH_SIZE", 32)), int(p.get("SEQ_LEN", 25)), int(p.get("READ_IN", 32)), int(p.get("UNITS", 100))


def layer_shapes(seen: Seen) -> Verdict:
    """Read-in [batch, time, READ_IN], LSTM_Layer [batch, time, UNITS], output [batch, 1], seen while calling the model."""
    observation = seen.answer("model")
    layers: Sequence[Mapping[str, Any]] = observation.answer["shapes"]
    _, _, read_in, units = _sizes(seen)
    _, batch, time, _ = observation.question["x"].shape
    own = next((entry for entry in layers if _is_layer(entry)), None)
    if own is None and steps_its_cell(seen):  # charged once, where the layer is asked for
        return _sizes_of_the_cell(seen, layers)
    if own is None:
        return failed(
            "the model never calls an LSTM_Layer",
            hint="Create LSTM_Layer(LSTM_Cell(UNITS)) in MyModel.__init__ and call it in call().",
        )
    taken = Compared(what="input of LSTM_Layer, after the read-in", wanted=(batch, time, read_in), seen=shape_of(own["input"]))
    gives = Compared(what="output of LSTM_Layer", wanted=(batch, time, units), seen=shape_of(own["output"]))
    evidence = [taken.evidence, gives.evidence]
    other_forms = ([time, batch, units], [batch, units])  # charged where the layer's output is judged
    for one in (taken, gives):
        charged = one is gives and (not isinstance(own["output"][0], int) or own["output"] in other_forms)
        if not one.holds and not charged:
            return failed(
                f"the {one.what} has shape {one.evidence.actual}, expected {one.evidence.expected}",
                hint="Use READ_IN and UNITS for the sizes of the layers, and apply the read-in to every time step.",
                evidence=evidence,
            )
    return passed(f"Read-in gives {evidence[0].actual}, the LSTM layer {evidence[1].actual}.", evidence=evidence)


def _sizes_of_the_cell(seen: Seen, layers: Sequence[Mapping[str, Any]]) -> Verdict:
    """The sizes of a cell that the model steps itself: its input [batch, READ_IN] and its states [batch, UNITS]."""
    _, _, read_in, units = _sizes(seen)
    paths = {str(cell["path"]) for cell in seen.answer("model").answer["own_cells"]}
    cell = next((entry for entry in layers if str(entry["path"]) in paths), None)
    if cell is None or not cell["input"] or not cell["output"]:
        return skipped("not reached: there is no layer whose shapes could be looked at")
    states = cell["output"] if isinstance(cell["output"][0], int) else cell["output"][-1]
    given, got = cell["input"][-1], states[-1]
    compared = (
        Compared(what="features that the cell takes, after the read-in", wanted=read_in, seen=given),
        Compared(what="units of the cell", wanted=units, seen=got),
    )
    evidence = [one.evidence for one in compared]
    if wrong := first_wrong(compared):
        return failed(wrong.message, hint="Use READ_IN and UNITS for the sizes of the layers.", evidence=evidence)
    return passed(f"The cell that the model steps itself takes {given} features and has {got} units.", evidence=evidence)


def _is_layer(entry: Mapping[str, Any]) -> bool:
    return entry.get("role") == "LSTM_Layer" or folded(str(entry["class"])) == folded("LSTM_Layer")


def parameter_counts(seen: Seen) -> Verdict:
    """The counts per layer and in total, trainable and not, as the sizes demand."""
    answer = seen.answer("model").answer
    _, _, read_in, units = _sizes(seen)
    variables = answer["variables"]
    size = [math.prod(v["shape"]) for v in variables]
    cell_places = {int(k) for cell in answer["own_cells"] for k in cell["variables"]}
    actual_lstm = sum(size[k] for k in cell_places if 0 <= k < len(size))
    aside = [k for k, v in enumerate(variables) if not v["trainable"] and k not in cell_places]
    total, trainable = sum(size), sum(s for s, v in zip(size, variables, strict=True) if v["trainable"])
    doubled = _gates_with_two_biases(seen, (actual_lstm - lstm(read_in, units)) / max(units, 1))
    wanted_lstm = _own_structure(seen, actual_lstm) or lstm(read_in, units) + doubled * units
    wanted = dense(1, read_in) + wanted_lstm + dense(units, 1)
    parts = [
        Compared(what=f"LSTM layer: 4 x (({read_in} + {units}) x {units} + {units})", wanted=wanted_lstm, seen=actual_lstm),
        Compared(
            what="read-in and read-out together",
            wanted=dense(1, read_in) + dense(units, 1),
            seen=total - actual_lstm - sum(size[k] for k in aside),
        ),
    ]
    if aside:
        names = ", ".join(str(variables[k]["path"] or variables[k]["name"]) for k in aside[:3])
        parts += [Compared(what=f"variables that are not trained ({names})", wanted=0, seen=sum(size[k] for k in aside))]
    compared = [
        *(parts if cell_places else ()),  # without a cell of their own, charged elsewhere, only the totals can be compared
        Compared(what="all parameters", wanted=wanted, seen=total),
        Compared(what="trainable parameters", wanted=wanted, seen=trainable),
    ]
    evidence = [one.evidence for one in compared]
    untracked = [str(v["path"]) for v in variables if not v["tracked"]]
    if untracked:
        hint = f"Keras does not train {', '.join(untracked[:3])}: create it with self.add_weight(...), or keep its layer as an attribute."
    else:
        hint = "model.summary() lists the count of each layer; compare it with the sizes READ_IN and UNITS."
    if wrong := first_wrong(compared):
        return failed(wrong.message, hint=hint, evidence=evidence)
    gates = "Each gate has" if doubled == len(GATES) else f"{counted(doubled, 'gate')} {'has' if doubled == 1 else 'have'}"
    note = f" {gates} two biases, {doubled * units} parameters more than needed; that is right too." if doubled else ""
    return passed(f"{total:,} parameters, all trainable.{note}", evidence=evidence)


def _gates_with_two_biases(seen: Seen, more: float) -> int:
    """How many gates of the cell add a bias to the part from x and one to the part from h: as its layout says, else all, when there are
    as many vectors more."""
    cell = identify(seen)
    if cell is None or cell.mapping is None:
        return len(GATES) if more == len(GATES) else 0
    return sum(len(of_gate) == 2 for of_gate in cell.mapping.layout.biases)


def _own_structure(seen: Seen, actual: int) -> int | None:
    """Follow-through: what the LSTM part may have when the cell itself is wrong, and charged for that elsewhere."""
    cell = identify(seen)
    return actual if cell is not None and not cell.is_lstm else None
