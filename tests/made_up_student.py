"""A made-up student who answers the probes in NumPy: cell, layer, model and gradients, each right unless a
test says otherwise."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.assignment import Seen
from grader.model import Observation, Reply, Run, SourceFacts, Submission
from grader.rnn.draws import fill
from grader.rnn.flow import FREE, Flow
from grader.rnn.gradients.network import gradients_of
from grader.rnn.mapping import AS_ASKED, StateOrder
from grader.rnn.network import Network, Recurrent
from grader.rnn.pointwise import Dense
from grader.rnn.search import explain
from tests.made_up import Code, Style, asked, logistic, lstm
from tests.made_up_sheet import PROBES, small

Step = Callable[[np.ndarray, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
Layer = Callable[[Step, np.ndarray, np.ndarray, np.ndarray], np.ndarray]
NUMBERS = {"UNITS": 7, "READ_IN": 3, "SEQ_LEN": 6, "BATCH_SIZE": 4}
FEATURES, UNITS = 3, 7
CALLED = {  # the sheet's way, as it travels
    "states": "together",
    "place": "first",
    "holder": {"kind": "tuple", "name": "", "keys": []},
    "cell_first": False,
    "keywords": [],
}
PAIR = {"kind": "tuple", "length": 2, "parts": [{"kind": "tensor"}] * 2}


def every_step(step: Step, x: np.ndarray, h: np.ndarray, c: np.ndarray) -> np.ndarray:
    """The right layer: the hidden state of every step."""
    out = []
    for t in range(x.shape[1]):
        h, c = step(x[:, t], h, c)
        out.append(h)
    return np.stack(out, axis=1)


@dataclass(frozen=True, kw_only=True)
class Student:
    """What a student handed in."""

    style: Style = Style()
    code: Code = lstm
    pair: StateOrder = AS_ASKED
    layer: Layer = every_step
    zeros: float = 0.0  # what zero_states gives
    forget_bias: float = 1.0
    flow: Flow = FREE  # where gradients pass
    scale: float = 1.0  # of all gradients
    precision: str = "f8"  # in which its gradients are computed
    without: tuple[int, ...] = ()  # variables of the model that get no gradient at all
    activation: str = "relu"  # of the read-in
    # variables of the model that are filled with one number
    trained: dict[int, float] = field(default_factory=dict)
    text: str = ""  # the code, as SourceFacts.text has it
    # probe -> entries of its answer to replace
    changes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def seen(self, *wanted: str) -> Seen:
        """What the grader sees of it; with names of probes, when only these are asked."""
        rng = np.random.default_rng(0)
        answers = {
            "one_step": self._one_step,
            "layer": self._layer,
            "model": self._model,
            "gradients": self._gradients,
            "start": self._start,
        }
        found: dict[str, Observation] = {}
        for name, answered in answers.items():
            if wanted and name not in wanted:
                continue
            question = PROBES[name].draw(rng, NUMBERS)
            answer = answered(question) | self.changes.get(name, {})
            found[name] = Observation(probe=name, status=Reply.ANSWERED, question=question, answer=answer)
        return Seen(
            assignment=small(),
            submission=Submission(student="ada", source=SourceFacts(text=self.text)),
            run=Run(run_id="r", observations=found),
        )

    def _variables(self, units: int, features: int, prefix: str = "") -> list[dict[str, Any]]:
        return [
            {
                "path": f"{prefix}{path}",
                "name": path,
                "shape": list(shape),
                "tracked": True,
                "trainable": True,
            }
            for path, shape in self.style.layout(units, features)
        ]

    def _step(self, arrays: list[np.ndarray], units: int, features: int) -> Step:
        """The cell as it is called: states in, states out, in the student's own order."""
        w = self.style.gates(arrays, units, features)

        def step(x: np.ndarray, first: np.ndarray, second: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            h, c = (first, second) if self.pair.hidden_first_in else (second, first)
            new_h, new_c = self.code(w, x.astype("f8"), h.astype("f8"), c.astype("f8"))
            return (new_h, new_c) if self.pair.hidden_first_out else (new_c, new_h)

        return step

    def _initial(self, units: int, features: int) -> list[np.ndarray]:
        """New weights: random kernels, and what was asked for in the biases of the forget gate."""
        arrays = [np.zeros(shape, "f4") for shape in self.style.shapes(units, features)]
        place = self.style.order.index("f")
        for (path, _), array in zip(self.style.layout(units, features), arrays, strict=True):
            if path == f"gate{place}.bias" or path == f"gate{place}.x.bias" or path == f"b{place}":
                array[:] = self.forget_bias
            elif path == "bias":
                (array if array.ndim == 1 else array[0])[place * units : (place + 1) * units] = (
                    self.forget_bias
                )
            elif path == "b":
                array[place] = self.forget_bias
        return arrays

    def _one_step(self, q: dict[str, Any]) -> dict[str, Any]:
        (units, features), batch = q["sizes"][0], q["batch"]
        shapes = self.style.shapes(units, features)
        answer: dict[str, Any] = {"units": units, "features": features, "call": CALLED}
        answer |= {"structure": PAIR, "variables": self._variables(units, features)}
        answer |= {f"initial/{k}": array for k, array in enumerate(self._initial(units, features))}
        for draw, pool in enumerate(q["pools"]):
            step = self._step(fill(shapes, pool, q["gain"]), units, features)
            for row in range(len(q["x"]) // batch):
                rows = slice(row * batch, (row + 1) * batch)
                out = step(q["x"][rows, :features], q["h"][rows, :units], q["c"][rows, :units])
                answer |= {f"eager/{draw}/{row}/{k}": state.astype("f4") for k, state in enumerate(out)}
                if row == 0:
                    answer |= {f"graph/{draw}/0/{k}": state.astype("f4") for k, state in enumerate(out)}
        return answer

    def _start(self, q: dict[str, Any]) -> dict[str, Any]:
        units, features = q["sizes"][0]
        zeros = np.full((q["cases"][0]["batch"], units), self.zeros, "f4")
        return {
            "units": units,
            "features": features,
            "call": CALLED,
            "start": "zero_states",
            "zeros/0": zeros,
            "zeros/1": zeros,
        }

    def _layer(self, q: dict[str, Any]) -> dict[str, Any]:
        units, features = q["sizes"][0]
        shapes = self.style.shapes(units, features)
        zeros = np.full((q["cases"][0]["batch"], units), self.zeros, "f4")
        answer: dict[str, Any] = {
            "units": units,
            "features": features,
            "errors": {},
            "structures": {},
            "zeros/0": zeros,
        }
        answer |= {
            "zeros/1": zeros,
            "variables": self._variables(units, features),
            "cell_variables": list(range(len(shapes))),
        }
        last_stepped = max(index for index, case in enumerate(q["cases"]) if case["stepped"])
        for (draw, pool), (index, case) in itertools.product(enumerate(q["pools"]), enumerate(q["cases"])):
            step = self._step(fill(shapes, pool, q["gain"]), units, features)
            x, h, c = q[f"x/{index}"][..., :features], q[f"h/{index}"][:, :units], q[f"c/{index}"][:, :units]
            if case["states"] == "zero":
                h, c = np.full_like(h, self.zeros), np.full_like(c, self.zeros)
            if draw == 0:
                answer[f"out/0/{index}/0"] = self.layer(step, x, h, c).astype("f4")
            if draw == 0 and case["stepped"]:
                answer[f"steps/0/{index}"] = np.moveaxis(every_step(step, x, h, c), 1, 0).astype("f4")
            if index == last_stepped:
                answer[f"graph/{draw}/{index}/0"] = self.layer(step, x, h, c).astype("f4")
        return answer

    def _trained(self) -> tuple[list[dict[str, Any]], list[np.ndarray]]:
        """(variables, values) of the model: a read-in, the cell, a read-out."""
        inside = self._variables(UNITS, FEATURES, "lstm.cell.")
        shapes = {"read_in.kernel": (1, FEATURES), "read_in.bias": (FEATURES,)}
        after = {"read_out.kernel": (UNITS, 1), "read_out.bias": (1,)}
        described = [
            {"path": path, "name": path, "shape": list(s), "tracked": True, "trainable": True}
            for path, s in shapes.items()
        ]
        described += inside
        described += [
            {"path": path, "name": path, "shape": list(s), "tracked": True, "trainable": True}
            for path, s in after.items()
        ]
        rng = np.random.default_rng(9)
        arrays = fill([v["shape"] for v in described], rng.standard_normal(4096).astype("f4"), 1.5)
        return described, [np.full_like(array, self.trained.get(k, array)) for k, array in enumerate(arrays)]

    def _model(self, q: dict[str, Any]) -> dict[str, Any]:
        described, trained = self._trained()
        n = len(described)
        answer: dict[str, Any] = {"variables": described, "shapes": [], "errors": {}, "ready_made": []}
        answer["own_cells"] = [{"path": "lstm.cell", "variables": list(range(2, n - 2))}]
        answer["dense"] = [
            {"path": "read_in", "activation": self.activation, "variables": [0, 1]},
            {"path": "read_out", "activation": "sigmoid", "variables": [n - 2, n - 1]},
        ]
        answer |= {f"trained/{k}": array for k, array in enumerate(trained)}
        for index, item in enumerate(q["items"]):
            noise = fill([v["shape"] for v in described], q["pools"][item["pool"]], q["gain"])
            arrays = [
                (item["start"] * a + item["noise"] * b).astype("f4")
                for a, b in zip(trained, noise, strict=True)
            ]
            for batch, x in enumerate(q["x"][: item["batches"]]):
                out = self._output(arrays, x).astype("f4")
                answer[f"out/{index}/{batch}/0"] = out
                if batch == 0 and item["start"] == 1 and item["noise"] == 0 and not item["graph"]:
                    answer[f"again/{index}/0/0"] = out
        return answer

    def _output(self, arrays: list[np.ndarray], x: np.ndarray) -> np.ndarray:
        z = x.astype("f8") @ arrays[0] + arrays[1]
        h = np.full((len(x), UNITS), self.zeros)
        out = self.layer(self._step(arrays[2:-2], UNITS, FEATURES), np.maximum(z, 0), h, h)
        return logistic((out[:, -1] if out.ndim == 3 else out) @ arrays[-2] + arrays[-1])

    def _gradients(self, q: dict[str, Any]) -> dict[str, Any]:
        described, trained = self._trained()
        n = len(described)
        cell = explain(asked(self.style, 1))
        assert cell is not None
        network = Network(
            read_in=(Dense(kernel=0, bias=1, activation="relu"),),
            recurrent=(Recurrent(variables=tuple(range(2, n - 2)), units=UNITS, features=FEATURES),),
            read_out=(Dense(kernel=n - 2, bias=n - 1, activation="sigmoid"),),
            cell=cell,
        )
        found = gradients_of(network, trained, q["x"], q["weights"], self.flow, self.precision)
        answer: dict[str, Any] = {
            "variables": described,
            "input_gradient": (self.scale * found.input).astype("f4"),
        }
        for k, gradient in enumerate(found.variables):
            if k not in self.without:
                answer[f"gradient/{k}"] = (self.scale * gradient).astype("f4")
        return answer
