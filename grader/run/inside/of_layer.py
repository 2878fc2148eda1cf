"""The layer, beside its own cell called step by step."""

from __future__ import annotations

import contextlib

import numpy as np
import tensorflow as tf

from . import cell_of_ours, makings, own_sizes, walk, ways
from .behaviours import class_of_cells
from .calls import (
    STATES,
    differs_in_graph,
    each_step_in,
    failure,
    in_graph,
    nesting_of,
    states_in,
    tensors_in,
    tensors_of,
)
from .of_cell import found_cell
from .ran import Ran
from .roles import sizes_of_cells
from .start_states import start_states
from .step_of_layer import StepOfLayer
from .weights import assign, described, fill, floats, shapes_of


def layer(names, question, parts):
    """A fresh layer around a fresh cell, LSTM_Layer(LSTM_Cell(units)), under drawn weights, beside its own
    cell called step by step.

    Question: sizes, pools, gain, cases [{"batch", "time", "states": "zero" or "drawn", "stepped": bool}],
    x/<case> [batch, time, features], h/<case>, c/<case>. Answer: out/<draw>/<case> and, where the cell was
    stepped, steps/<draw>/<case> [time, batch, units] under the first draw, graph/<draw>/<case> of one case
    under all; errors by case."""
    tf.config.run_functions_eagerly(True)
    ask = _Asking(names, question, parts)
    for kind in ask.kinds():
        if (found := ask.around(kind)) is not None:
            return ask.answer_of(found, kind)
    if ask.other is None:
        raise ask.problem
    return ask.other.answer()


class _Asking:
    """Looks for a layer that answers. `other`: one that does, though not as it should; `problem`: why none
    does, around the first cell that was tried."""

    def __init__(self, names, question, parts):
        self.names, self.question, self.parts = names, question, parts
        self.own = names.get(parts["cell"]["name"])
        self.other, self.problem, self._cells = None, None, {}

    def kinds(self):
        """The classes of cells to try: the student's own, and before it those of ours where a step of its own
        does not give its states."""
        if not isinstance(self.own, type) or any(self._cell(self.own, sizes)[1] for sizes in self._sizes()):
            return [self.own]
        ours = cell_of_ours.in_place_of(self.own, self.question["pools"][0], self.parts["cell"]["states"])
        return [*ours, self.own]

    def _sizes(self):
        own = sizes_of_cells(self.names, self.parts)
        return [tuple(sizes) for sizes in (*self.question["sizes"], *own)]

    def _cell(self, kind, sizes):
        """A cell of these sizes, as `found_cell` tells it; each is looked for once."""
        if (kind, sizes) not in self._cells:
            self._cells[kind, sizes] = _cell_of(kind, _case(self.question, 0, *sizes), *sizes)
        return self._cells[kind, sizes]

    def answer_of(self, found, kind):
        """What a layer gives; of one that was told to give all steps, and is another thing in a graph then,
        what it gives untold, if that is right: a way that the homework does not go is no matter of it."""
        answer = found.answer()
        if not found.found.make.asks_for_all_steps or not differs_in_graph(answer):
            return answer
        untold = self.around(kind, every=False)
        other = untold.answer() if untold is not None else answer
        return answer if differs_in_graph(other) else other

    def around(self, kind, *, every=True):
        """A layer around a cell of this kind that gives outputs; None where none does."""
        problem, sheets, name = None, len(self.question["sizes"]), self.parts["layer"]["name"]
        for place, sizes in enumerate(self._sizes()):
            if self.other and place >= sheets:
                break  # what answers in any size needs no others
            cell, _, error = self._cell(kind, sizes)
            found, fits, trouble = makings.found_layer(
                self.names[name],
                cell and cell.make,
                _case(self.question, 0, *sizes),
                *sizes,
                _used(self.names, name),
                every=every,
            )
            layer = found and _Layer(
                self.names, self.question, self.parts, found, cell, *sizes, ours=kind is not self.own
            )
            if fits:
                return layer
            problem = error or trouble or problem  # the last: of the student's own sizes
            self.other = self.other or layer
        self.problem = self.problem or problem
        return None


def _cell_of(kind, inputs, units, features):
    if kind is None or isinstance(kind, StepOfLayer):
        return None, False, None
    x, *states = inputs
    return found_cell(kind, (x[:, 0], *states), units, features)


def asking_for_all_steps(names, parts):
    """By which argument the sheet's layer is asked for the outputs of all steps, as far as is known now."""
    name = parts.get("layer", {}).get("name")
    kind = names.get(name)
    return makings.argument_for_all_steps(kind, _used(names, name)) if isinstance(kind, type) else None


def _used(names, name):
    """The layers of this class that the notebook made itself."""
    kind = names[name]
    return own_sizes.objects_of(kind, names) if isinstance(kind, type) else []


def _case(question, index, units, features):
    x, *states = (
        tf.constant(question[f"{name}/{index}"]) for name in ("x", *STATES) if f"{name}/{index}" in question
    )
    return x[..., :features], *(state[..., :units] for state in states)


class _Layer:
    """A layer that is asked, and its cell."""

    def __init__(self, names, question, parts, found, cell, units, features, *, ours=False):
        self.question, self.found, self.units, self.features = question, found, units, features
        self.ours = ours  # whether its cell is one of ours
        self.wrapped, self.start = found.thing, parts["layer"]["start"]
        self.count = parts["cell"]["states"]
        self.ran = Ran()
        self.each_step = []  # places of lists with a tensor for each step, in what it gives
        own = (
            []
            if cell is None
            else [
                part
                for _, part in walk.objects(self.wrapped)
                if isinstance(part, class_of_cells(names, parts["cell"]))
            ]
        )
        self.cell, self.call_cell = (own[0], cell.call) if own else (None, None)

    def answer(self):
        answer = {"units": self.units, "features": self.features, "errors": {}, "structures": {}}
        answer |= {"made": self.found.make.told(), "call": self.found.call.told(), "cell_of_ours": self.ours}
        answer["start"], zeros = self.start, None
        try:
            answer["start"], zeros = start_states(
                self.wrapped, self.question["cases"][0]["batch"], self.start
            )
        except Exception as problem:
            answer["start_error"] = failure(problem)
        answer["zero_structure"] = nesting_of(zeros)
        answer |= tensors_of(zeros, "zeros")
        found = floats(walk.variables(self.wrapped))
        answer["variables"] = described(self.wrapped, found)
        answer["cell_variables"] = self._cell_variables(found)
        self._draw(found, 0)
        answer |= self._ask_all(answer)
        tf.config.run_functions_eagerly(False)
        try:
            answer |= self._in_graph(found, answer["errors"])
        except Exception as problem:
            answer["graph_error"] = failure(problem)
        answer["ran"] = self.ran.told()
        return answer

    def _draw(self, found, draw):
        assign(found, fill(shapes_of(found), self.question["pools"][draw], self.question["gain"]))

    def _in_graph(self, found, errors):
        """One trace of a few steps, which is as good as one of many and made sooner; of the first case when
        those few are an error."""
        few, problem = self._few(), None
        index = 0 if str(few) in errors else few
        for call in ways.alike(self.found.call):
            try:
                return self._traced(found, call, index)
            except Exception as raised:
                problem = problem or raised
        raise problem

    def _traced(self, found, call, index):
        inputs = _case(self.question, index, self.units, self.features)
        traced, answer = in_graph(self.wrapped, call, self.count), {}
        for draw in range(len(self.question["pools"])):
            self._draw(found, draw)
            answer |= tensors_of(traced(*inputs), f"graph/{draw}/{index}", self.each_step)
        self.ran.look_into(traced, *inputs)
        return answer

    def _few(self):
        """The last case in which the cell is stepped: it has few steps."""
        return max((index for index, case in enumerate(self.question["cases"]) if case["stepped"]), default=0)

    def _watched(self, index):
        """One case is watched, one with few steps: they are all alike, and watching takes time."""
        return self.ran.watched() if index == self._few() else contextlib.nullcontext()

    def _cell_variables(self, found):
        own = {id(walk.tensor_of(v)): i for i, (_, v, _) in enumerate(found)}
        if self.cell is None:
            return list(range(len(found)))
        return [
            own[id(walk.tensor_of(v))]
            for _, v, _ in floats(walk.variables(self.cell))
            if id(walk.tensor_of(v)) in own
        ]

    def _ask_all(self, answer):
        """Every case, and where in what was returned each step has a tensor of its own."""
        cases = self.question["cases"]
        asked = [self._ask(index, answer) for index in range(len(cases))]
        given = {index: out for index, (_, out) in enumerate(asked) if out is not None}
        self.each_step = each_step_in([(out, cases[index]["time"]) for index, out in given.items()])
        found = {"each_step": [list(place) for place in self.each_step]}
        found |= self._steps({index: asked[index][0] for index in given}, answer["errors"])
        for index, (_, out) in enumerate(asked):
            try:
                found |= tensors_of(out, f"out/0/{index}", self.each_step)
                answer["structures"] |= {str(index): nesting_of(out)} if index in given else {}
            except Exception as problem:
                answer["errors"][str(index)] = failure(problem)
        return found

    def _ask(self, index, answer):
        """(what the layer takes in one case, what it gives; None, None when it raises)."""
        case, (x, *states) = (
            self.question["cases"][index],
            _case(self.question, index, self.units, self.features),
        )
        try:
            if case["states"] == "zero":
                states = self._zeros(case["batch"])
            with self._watched(index):
                return (x, states), self.found.call(self.wrapped, x, *states)
        except Exception as problem:
            answer["errors"][str(index)] = failure(problem)
            return None, None

    def _steps(self, taken, errors):
        """Its cell's states, stepped beside the cases that it answered."""
        cases, found = self.question["cases"], {}
        for index, given in taken.items():
            if self.cell is None or not cases[index]["stepped"]:
                continue
            try:
                found[f"steps/0/{index}"] = self._stepped(*given, cases[index]["time"])
            except Exception as problem:
                errors[f"{index}/steps"] = failure(problem)
        return found

    def _zeros(self, batch):
        try:
            _, states = start_states(self.wrapped, batch, self.start)
        except Exception:  # told once, in start_error; the layer is asked all the same
            states = None
        given = states_in(states, batch, self.units, self.count) if states is not None else None
        if given is None and tuple(getattr(states, "shape", ())) == (batch, self.units):
            given = [states] * self.count  # one for all, which its own check is told
        elif given is None and states is not None:
            given = [states] if self.count == 1 else [states[place] for place in range(self.count)]
        return given or (tf.zeros((batch, self.units)),) * self.count

    def _stepped(self, x, states, time):
        """The hidden states of the cell called step by step: [time, batch, units]. Of a cell that gives one
        state where there are two, the other stays what it was."""
        outputs = []
        for step in range(time):
            returned = self.call_cell(self.cell, x[:, step], *states)
            new = states_in(returned, x.shape[0], self.units, self.count)
            one = states_in(returned, x.shape[0], self.units, 1) if new is None else None
            states = [*one, *states[1:]] if one else new
            tensors = tensors_in(returned)
            outputs.append(tensors[0] if len(tensors) > 1 else states[0])
        return np.stack([np.asarray(o) for o in outputs])
