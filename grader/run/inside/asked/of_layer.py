"""The layer, beside its own cell called step by step."""

from __future__ import annotations

import functools

import tensorflow as tf

from . import cell_of_ours, makings, own_sizes
from .asked_layer import AskedLayer, case_of, few_steps
from .calls import differs_in_graph
from .of_cell import found_cell
from .roles import sizes_of_cells
from .step_of_layer import StepOfLayer


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


def start(names, question, parts):
    """The start states of a fresh layer, which may raise when it is called.

    Question: that of `layer`, with one case. Answer: start, the name of the method, "" where there is none;
    zeros/<number>, or start_error."""
    tf.config.run_functions_eagerly(True)
    ask = _Asking(names, question, parts)
    made = ask.made()
    if made is not None and made.starts():
        return made.started()
    found = next((one for kind in ask.kinds() if (one := ask.around(kind)) is not None), None)
    found = found or ask.other or made
    if found is None:
        raise ask.problem
    return found.started()


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
        """The sizes to try: those of the question, then, where somebody wants more, the notebook's own."""
        yield from map(tuple, self.question["sizes"])
        yield from map(tuple, self._own_sizes)

    @functools.cached_property
    def _own_sizes(self):
        return sizes_of_cells(self.names, self.parts)

    @functools.cached_property
    def _used(self):
        """The layers of the sheet's class that the notebook made itself."""
        return _used(self.names, self.parts["layer"]["name"])

    def _cell(self, kind, sizes):
        """A cell of these sizes, as `found_cell` tells it; each is looked for once."""
        if (kind, sizes) not in self._cells:
            self._cells[kind, sizes] = _cell_of(kind, case_of(self.question, 0, *sizes), *sizes)
        return self._cells[kind, sizes]

    def made(self):
        """A layer that is made, whether or not it can be called; None where none is."""
        kind = self.names[self.parts["layer"]["name"]]
        for units, features in self._sizes():
            cell, _, _ = self._cell(self.own, (units, features))
            found = makings.first(makings.of_wrapping(kind, cell and cell.make, units, features, self._used))
            if found is not None:
                return AskedLayer(self.names, self.question, self.parts, found, cell, units, features)
        return None

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
        problem, sheets = None, len(self.question["sizes"])
        for place, sizes in enumerate(self._sizes()):
            if self.other and place >= sheets:
                break  # what answers in any size needs no others
            cell, _, error = self._cell(kind, sizes)
            found, fits, trouble = self._found(cell and cell.make, sizes, every)
            layer = found and AskedLayer(
                self.names, self.question, self.parts, found, cell, *sizes, ours=kind is not self.own
            )
            if fits:
                return layer
            problem = error or trouble or problem  # the last: of the student's own sizes
            self.other = self.other or layer
        self.problem = self.problem or problem
        return None

    def _found(self, make_cell, sizes, every):
        """How a layer of these sizes is made and called, as `found_layer` tells it: seen by a few steps,
        which cost less, and by the question's first case where it does not answer those as it should."""
        kind = self.names[self.parts["layer"]["name"]]
        for index in (few_steps(self.question), 0):
            found = makings.found_layer(
                kind, make_cell, case_of(self.question, index, *sizes), *sizes, self._used, every=every
            )
            if found[1]:
                break
        return found


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
