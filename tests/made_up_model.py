"""Models made up for tests: dense layers and a stack of LSTM layers whose answers are computed without the
judge's network."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from grader.assignment import Seen
from grader.model import Observation, Reply, Run, SourceFacts, Submission
from grader.rnn.draws import fill, positive_where
from tests.made_up import Style, logistic, lstm
from tests.made_up_sheet import PROBES, small
from tests.made_up_student import NUMBERS, Student, every_step

ACTIVATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "linear": lambda z: z,
    "sigmoid": logistic,
    "tanh": np.tanh,
    "relu": lambda z: np.where(z > 0, z, 0),
    "softmax": lambda z: np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True),
    "gelu": np.vectorize(lambda z: z * (1 + math.erf(z / math.sqrt(2))) / 2),
    "sigmoid, then sigmoid": lambda z: logistic(logistic(z)),
}
# layers that normalise, and what they hold
NORMALISING = {
    "by each vector": ("scale", "shift"),
    "by what was gathered": ("scale", "shift", "mean", "variance"),
}
EPSILON = 1e-3
Layers = Sequence[tuple[int, str]]  # (units, activation) of dense layers; of others, what they are


@dataclass(frozen=True, kw_only=True)
class Model:
    """A model whose sizes are the student's choice."""

    read_in: Layers = ((3, "tanh"),)
    units: Sequence[int] = (5, 4)
    read_out: Layers = ((1, "sigmoid"),)
    style: Style = Style()
    cells_from_the_top: bool = False  # the upper cell was created first
    called_order_known: bool = True
    # the activation that every dense layer tells, when functions around it apply another; "" for its own
    reported: str = ""
    # the dense layers are of a class of the notebook's own, which nothing but their variables tells
    by_hand: bool = False
    rounds: int = 1  # how often every cell is called, one time on top of the other
    idle_dense: Sequence[int] = ()  # units of dense layers that have weights and are not called
    idle: Sequence[int] = ()  # units of further cells that have weights and are not called
    per_step: bool = False  # an answer at every step
    keeps_axis: bool = False  # the answer of one step, with the axis of the steps
    step: int = -1  # which step's answer is the model's
    scale: float = 1.0  # of the outputs
    repeated: int = 1  # how often the answer stands side by side
    # what the input is multiplied by, and what is added, before the first layer
    scaled_first: tuple[float, float] = (1.0, 0.0)
    batch: int = NUMBERS["BATCH_SIZE"]  # sequences that it gets at once
    exploded: bool = False  # training left no weight that is a number
    variables: dict[int, dict[str, Any]] = field(default_factory=dict)  # what is said of a variable instead
    # probe -> entries of its answer to replace
    changes: dict[str, dict[str, Any]] = field(default_factory=dict)
    others: dict[str, Observation] = field(default_factory=dict)  # answers to further probes

    def seen(self) -> Seen:
        """What the grader sees of the cell and of the model."""
        numbers = Student(style=self.style, changes=self.changes).seen("one_step").run.observations
        question = PROBES["model"].draw(np.random.default_rng(7), NUMBERS | {"BATCH_SIZE": self.batch})
        answer = self._answer(question) | self.changes.get("model", {})
        found = {
            **numbers,
            "model": Observation(probe="model", status=Reply.ANSWERED, question=question, answer=answer),
        }
        return Seen(
            assignment=small(),
            submission=Submission(student="ada", source=SourceFacts()),
            run=Run(run_id="r", observations=found | self.others),
        )

    def _parts(self) -> tuple[list[tuple[str, str, int, int]], list[tuple[str, tuple[int, ...]]]]:
        """([(path, kind or activation, features, units)], [(path of a variable, shape)]), from the input to
        the output."""
        parts, variables, width = [], [], 1
        for number, (size, activation) in enumerate(self.read_in):
            parts.append((f"read_in{number}", activation, width, size))
            width = size
        for number, size in enumerate(self.units):
            parts.append((f"lstm{number}.cell", "lstm", width, size))
            width = size
        for number, (size, activation) in enumerate(self.read_out):
            parts.append((f"read_out{number}", activation, width, size))
            width = size
        parts += [(f"idle{number}", "idle", 2, size) for number, size in enumerate(self.idle)]
        parts += [(f"unused{number}", "unused", 1, size) for number, size in enumerate(self.idle_dense)]
        for path, kind, features, size in parts:
            inside = (
                self.style.layout(size, features)
                if kind in ("lstm", "idle")
                else [(name, (size,)) for name in NORMALISING[kind]]
                if kind in NORMALISING
                else _dense(features, size)
            )
            variables += [(f"{path}.{name}", shape) for name, shape in inside]
        return parts, variables

    def _answer(self, q: dict[str, Any]) -> dict[str, Any]:
        parts, variables = self._parts()
        places = {
            path: [k for k, (name, _) in enumerate(variables) if name.startswith(f"{path}.")]
            for path, *_ in parts
        }
        described = [
            {
                "path": path,
                "name": path,
                "shape": list(shape),
                "tracked": True,
                "trainable": path.rpartition(".")[2] not in ("mean", "variance"),
            }
            | self.variables.get(k, {})
            for k, (path, shape) in enumerate(variables)
        ]
        cells = [
            {"path": path, "variables": places[path]} for path, kind, *_ in parts if kind in ("lstm", "idle")
        ]
        dense = [
            {
                "path": path,
                "activation": self.reported or kind.replace("unused", "linear"),
                "variables": places[path],
            }
            for path, kind, *_ in parts
            if kind not in ("lstm", "idle", *NORMALISING) and not self.by_hand
        ]
        normalised = [
            {"path": path, "holds": list(NORMALISING[kind]), "epsilon": EPSILON, "variables": places[path]}
            for path, kind, *_ in parts
            if kind in NORMALISING
        ]
        trained = fill(
            [shape for _, shape in variables],
            np.random.default_rng(9).standard_normal(4096).astype("f4"),
            1.5,
        )
        trained = positive_where([not told["trainable"] for told in described], trained)
        trained = [np.full_like(array, np.nan) if self.exploded else array for array in trained]
        answer: dict[str, Any] = {
            "variables": described,
            "dense": [] if self.by_hand else dense,
            "normalised": normalised,
            "errors": {},
            "ready_made": [],
        }
        answer["own_cells"] = cells[::-1] if self.cells_from_the_top else cells
        answer["shapes"] = list(self._shapes(parts, q)) if self.called_order_known else []
        if self.scaled_first != (1.0, 0.0):
            answer["fed"] = self._scaled(q["x"][0]).astype("f4")
        answer |= {f"trained/{k}": array for k, array in enumerate(trained)}
        for index, item in enumerate(q["items"]):
            drawn = fill([shape for _, shape in variables], q["pools"][item["pool"]], q["gain"])
            noise = positive_where([not told["trainable"] for told in described], drawn)
            before = trained if item["start"] else [np.zeros_like(array) for array in trained]
            arrays = [
                (item["start"] * a + item["noise"] * b).astype("f4")
                for a, b in zip(before, noise, strict=True)
            ]
            for batch, x in enumerate(q["x"][: item["batches"]]):
                out = self._output(
                    {path: [arrays[k] for k in places[path]] for path in places}, parts, x
                ).astype("f4")
                answer[f"out/{index}/{batch}/0"] = out
                if batch == 0 and item["start"] == 1 and item["noise"] == 0 and not item["graph"]:
                    answer[f"again/{index}/0/0"] = out
        return answer

    def _shapes(self, parts: Sequence[tuple[str, str, int, int]], q: dict[str, Any]) -> Any:
        batch, time = q["x"].shape[1:3]
        for path, kind, features, size in parts:
            if kind == "lstm":
                inner = {
                    "path": path,
                    "class": "LSTM_Cell",
                    "input": [batch, features],
                    "output": [[batch, size]] * 2,
                }
                yield inner
                outer = {"path": path.partition(".")[0], "class": "LSTM_Layer"}
                yield outer | {"input": [batch, time, features], "output": [batch, time, size]}
            elif kind not in ("idle", "unused") and not self.by_hand:
                yield {
                    "path": path,
                    "class": "Dense",
                    "input": [batch, time, features],
                    "output": [batch, time, size],
                }

    def _scaled(self, x: np.ndarray) -> np.ndarray:
        factor, summand = self.scaled_first
        return factor * x.astype("f8") + summand

    def _output(
        self, arrays: dict[str, list[np.ndarray]], parts: Sequence[tuple[str, str, int, int]], x: np.ndarray
    ) -> np.ndarray:
        x = self._scaled(x)
        for path, kind, features, size in parts:
            if kind == "lstm":
                gates = self.style.gates(arrays[path], size, features)
                start = np.zeros((len(x), size))
                for _ in range(self.rounds):
                    x = every_step(lambda x, h, c, gates=gates: lstm(gates, x, h, c), x, start, start)
            elif kind in NORMALISING:
                x = _normalised(x, *arrays[path])
            elif kind not in ("idle", "unused"):
                kernel, bias = arrays[path]
                x = ACTIVATIONS[kind](x @ kernel + bias)
        last = x[:, self.step]
        out = self.scale * (x if self.per_step else last[:, np.newaxis] if self.keeps_axis else last)
        return np.concatenate([out] * self.repeated, axis=-1)


def _normalised(x: np.ndarray, scale: np.ndarray, shift: np.ndarray, *gathered: np.ndarray) -> np.ndarray:
    mean, variance = gathered or (x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True))
    return (x - mean) / np.sqrt(variance + EPSILON) * scale + shift


def _dense(features: int, units: int) -> list[tuple[str, tuple[int, ...]]]:
    return [("kernel", (features, units)), ("bias", (units,))]


def unsteady(*layers: str) -> Model:
    """A model that answers otherwise when it is asked again, with layers of these classes."""
    answer = Model().seen().answer("model").answer
    again = {name: value + 0.1 for name, value in answer.items() if name.startswith("again/")}
    more = [{"path": kind.lower(), "class": kind, "input": [4, 5], "output": [4, 5]} for kind in layers]
    return Model(changes={"model": again | {"shapes": [*answer["shapes"], *more]}})


def first_output(out: np.ndarray) -> Observation:
    """An answer of which nothing is known but what the model gave for the first batch."""
    asked = Model().seen().answer("model")
    return replace(asked, answer={"variables": [], "out/0/0/0": out})
