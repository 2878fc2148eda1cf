"""One layer that is asked: its start states, what it gives in every case, and what its cell gives step by
step."""

from __future__ import annotations

import contextlib
import functools

import numpy as np
import tensorflow as tf

from .. import walk
from ..seen.ran import Ran
from ..weights import assign, described, fill, floats, shapes_of
from . import ways
from .behaviours import class_of_cells
from .calls import STATES, each_step_in, failure, in_graph, nesting_of, states_in, tensors_in, tensors_of
from .start_states import start_states


def case_of(question, index, units, features):
    x, *states = (
        tf.constant(question[f"{name}/{index}"]) for name in ("x", *STATES) if f"{name}/{index}" in question
    )
    return x[..., :features], *(state[..., :units] for state in states)


def few_steps(question):
    """The last case in which the cell is stepped: it has few steps."""
    return max((index for index, case in enumerate(question["cases"]) if case["stepped"]), default=0)


class AskedLayer:
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

    def starts(self):
        """Whether it gives start states of its size by its own method as it is, before it is called."""
        batch = self.question["cases"][0]["batch"]
        with contextlib.suppress(Exception):  # one that was called may
            _, zeros = start_states(self.wrapped, batch, self.start)
            return any(tuple(state.shape) == (batch, self.units) for state in tensors_in(zeros))
        return False

    def started(self):
        """The states that it starts from, and by which method."""
        answer, zeros = self._told(), None
        try:
            batch = self.question["cases"][0]["batch"]
            answer["start"], zeros = start_states(self.wrapped, batch, self.start)
        except Exception as problem:
            answer |= {"start": self.start, "start_error": failure(problem)}
        answer["zero_structure"] = nesting_of(zeros)
        return answer | tensors_of(zeros, "zeros")

    def _told(self):
        """Its sizes, and how it is made and called."""
        sizes = {"units": self.units, "features": self.features}
        return sizes | {"made": self.found.make.told(), "call": self.found.call.told()}

    def answer(self):
        answer = self._told() | {"errors": {}, "structures": {}, "cell_of_ours": self.ours}
        with contextlib.suppress(Exception):  # they are asked by a question of their own
            _, zeros = start_states(self.wrapped, self.question["cases"][0]["batch"], self.start)
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
        few, problem = few_steps(self.question), None
        index = 0 if str(few) in errors else few
        for call in ways.alike(self.found.call):
            try:
                return self._traced(found, call, index)
            except Exception as raised:
                problem = problem or raised
        raise problem

    def _traced(self, found, call, index):
        inputs = case_of(self.question, index, self.units, self.features)
        traced, answer = in_graph(self.wrapped, call, self.count), {}
        for draw in range(len(self.question["pools"])):
            self._draw(found, draw)
            answer |= tensors_of(traced(*inputs), f"graph/{draw}/{index}", self.each_step)
        self.ran.look_into(traced, *inputs)
        return answer

    def _called(self, index, given):
        """One case is watched, one with few steps: they are all alike, and watching takes time."""
        call = functools.partial(self.found.call, self.wrapped, *given)
        return self.ran.watch(call) if index == few_steps(self.question) else call()

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
        answers = [(out, cases[index]["time"]) for index, out in given.items()]
        self.each_step = each_step_in(answers, own=cases[0]["time"])
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
        case = self.question["cases"][index]
        x, *states = case_of(self.question, index, self.units, self.features)
        try:
            if case["states"] == "zero" or self.found.call.states == ways.ALONE:
                states = self._zeros(case["batch"])  # alone, it begins there whatever was drawn
            return (x, states), self._called(index, (x, *states))
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
