"""Cells made up for tests: variables kept in some style, and answers computed without TensorFlow and without
the judge's equations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from grader.rnn.draws import fill
from grader.rnn.family import CellFamily
from grader.rnn.lstm import LSTM
from grader.rnn.mapping import AS_ASKED, CellDraw, CellDraws, StateOrder, kept_orders

GATES = ("i", "f", "g", "o")
ROWS = 32
KINDS = (
    "separate",
    "eight",
    "nested",
    "mixed",
    "fused",
    "fused pair",
    "raw",
    "stacked",
    "stacked rows",
    "stacked inside",
    "stacked last",
    "one last",
    "one first",
)

# gate -> (kernel [x, units], recurrent [units, units], bias)
Gates = Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]]
Code = Callable[..., tuple[np.ndarray, ...]]  # (gates, x, *states) -> new states


@dataclass(frozen=True)
class Style:
    """How a made-up student keeps the weights of a cell."""

    kind: str = "separate"  # of KINDS
    order: tuple[str, ...] = GATES  # of the gates
    hx: bool = False
    bias: str = "one"  # "one", "two", "none"
    transposed: bool = False

    def layout(self, units: int, features: int) -> list[tuple[str, tuple[int, ...]]]:
        """(path, shape) of every variable."""
        gates, both, biases = len(self.order), units + features, {"one": 1, "two": 2, "none": 0}[self.bias]
        kernel = (
            (lambda rows, columns: (columns, rows))
            if self.transposed
            else (lambda rows, columns: (rows, columns))
        )
        match self.kind:
            case "separate":
                return [
                    (f"gate{k}.{name}", shape)
                    for k in range(gates)
                    for name, shape in (("kernel", kernel(both, units)), ("bias", (units,)))[
                        : 2 if biases else 1
                    ]
                ]
            case "mixed":  # the last gate has two kernels, the others one each
                one, two = replace(self, kind="separate"), replace(self, kind="nested")
                parts = one.layout(units, features) + two.layout(units, features)
                return [
                    part
                    for part in parts
                    if part[0].startswith(f"gate{gates - 1}.") == (part[0].count(".") == 2)
                ]
            case "eight" | "nested":
                sides = [("x", features, biases > 0), ("h", units, biases > 1)]
                names = [f"gate{k}" for k in range(gates)]
                pairs = (
                    [(g, s) for g in names for s in sides]
                    if self.kind == "nested"
                    else [(g, s) for s in sides for g in names]
                )
                return [
                    (f"{gate}.{side}.{name}", shape)
                    for gate, (side, rows, with_bias) in pairs
                    for name, shape in (("kernel", kernel(rows, units)), ("bias", (units,)))[
                        : 2 if with_bias else 1
                    ]
                ]
            case "fused":
                return [("kernel", kernel(both, gates * units)), ("bias", (gates * units,))][
                    : 2 if biases else 1
                ]
            case "fused pair":
                bias = (gates * units,) if biases == 1 else (2, gates * units)
                shapes = [
                    ("kernel", kernel(features, gates * units)),
                    ("recurrent", kernel(units, gates * units)),
                    ("bias", bias),
                ]
                return shapes[: 3 if biases else 2]
            case "raw":
                kernels = [(f"w{k}", kernel(both, units)) for k in range(gates)]
                return kernels + [(f"b{k}", (units,)) for k in range(gates if biases else 0)]
            case "one last" | "one first":  # what goes in has a constant one beside it
                return [("kernel", kernel(both + 1, gates * units)), ("bias", (gates * units,))][
                    : 2 if biases == 2 else 1
                ]
            case "stacked inside" | "stacked last":  # as EinsumDense keeps them
                at = 1 if self.kind == "stacked inside" else 2
                sides = [("w", kernel(features, units)), ("u", kernel(units, units))]
                bias = (gates, units) if at == 1 else (units, gates)
                return [*((name, (*side[:at], gates, *side[at:])) for name, side in sides), ("b", bias)][
                    : 3 if biases else 2
                ]
            case "stacked" | "stacked rows":
                bias = (gates, units) if self.kind == "stacked" else (gates, 1, units)
                shapes = [
                    ("w", (gates, *kernel(features, units))),
                    ("u", (gates, *kernel(units, units))),
                    ("b", bias),
                ]
                return shapes[: 3 if biases else 2]
        raise ValueError(self.kind)

    def shapes(self, units: int, features: int) -> list[tuple[int, ...]]:
        """The variables' shapes."""
        return [shape for _, shape in self.layout(units, features)]

    def paths(self, units: int, features: int) -> list[str]:
        """The variables' paths."""
        return [path for path, _ in self.layout(units, features)]

    def gates(
        self, arrays: list[np.ndarray], units: int, features: int
    ) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """What the student's code computes with."""
        named = dict(zip(self.paths(units, features), (a.astype("f8") for a in arrays), strict=True))
        return {gate: self._gate(named, k, units, features) for k, gate in enumerate(self.order)}

    def _gate(
        self, named: dict[str, np.ndarray], k: int, units: int, features: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        cut, zero = slice(k * units, (k + 1) * units), np.zeros(units)
        turn = (lambda array: array.T) if self.transposed else (lambda array: array)
        match "nested" if self.kind == "mixed" and k == len(self.order) - 1 else self.kind:
            case "eight" | "nested":
                biases = [named.get(f"gate{k}.{side}.bias", zero) for side in "xh"]
                return (
                    turn(named[f"gate{k}.x.kernel"]),
                    turn(named[f"gate{k}.h.kernel"]),
                    biases[0] + biases[1],
                )
            case "fused pair":
                bias = (
                    named.get("bias", np.zeros(len(self.order) * units))[..., cut]
                    .reshape(-1, units)
                    .sum(axis=0)
                )
                return turn(named["kernel"])[:, cut], turn(named["recurrent"])[:, cut], bias
            case "stacked" | "stacked rows":
                return (
                    turn(named["w"][k]),
                    turn(named["u"][k]),
                    named["b"][k].reshape(units) if "b" in named else zero,
                )
            case "fused":
                both, bias = (
                    turn(named["kernel"])[:, cut],
                    named.get("bias", np.zeros(len(self.order) * units))[cut],
                )
            case "stacked inside" | "stacked last":
                at = 1 if self.kind == "stacked inside" else 2
                bias = named["b"].take(k, axis=at - 1) if "b" in named else zero
                return turn(named["w"].take(k, axis=at)), turn(named["u"].take(k, axis=at)), bias
            case "one last" | "one first":
                rows, last = turn(named["kernel"])[:, cut], self.kind == "one last"
                both, bias = (rows[:-1], rows[-1]) if last else (rows[1:], rows[0])
                bias = bias + named.get("bias", np.zeros(len(self.order) * units))[cut]
            case "separate" | "mixed":
                both, bias = turn(named[f"gate{k}.kernel"]), named.get(f"gate{k}.bias", zero)
            case _:
                both, bias = turn(named[f"w{k}"]), named.get(f"b{k}", zero)
        x, h = (both[units:], both[:units]) if self.hx else (both[:features], both[features:])
        return x, h, bias


def logistic(z: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-z)), as it stands in textbooks."""
    return 1 / (1 + np.exp(-z))


def lstm(w: Gates, x: np.ndarray, h: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The equations written out once more, in float64, independent of the judge."""
    z = {gate: x @ kernel + h @ recurrent + bias for gate, (kernel, recurrent, bias) in w.items()}
    new = logistic(z["f"]) * c + logistic(z["i"]) * np.tanh(z["g"])
    return logistic(z["o"]) * np.tanh(new), new


def asked(
    style: Style,
    seed: int,
    code: Code = lstm,
    *,
    units: int = 7,
    features: int = 3,
    pair: StateOrder = AS_ASKED,
    constant: float = 0.0,
    count: int = 3,
    family: CellFamily = LSTM,
) -> CellDraws:
    """A made-up cell asked like a real one: random rows, and some with x or a state zero. `style.order` names
    the family's gates; `constant` is built into gate "f"."""
    rng = np.random.default_rng(seed)
    shapes, made = style.shapes(units, features), []
    for _ in range(count):
        arrays = fill(shapes, rng.standard_normal(4096).astype("f4"), 1.5)
        x, *passed = (
            rng.standard_normal((ROWS, size)).astype("f4")
            for size in (features, *(units for _ in family.states))
        )
        for place, array in enumerate((*passed, x)):
            array[2 * place : 2 * place + 2] = 0
        w = style.gates(arrays, units, features)
        if constant:
            w["f"] = (*w["f"][:2], w["f"][2] + constant)
        order = pair if len(family.states) > 1 else kept_orders(1)[0]
        new = code(w, x.astype("f8"), *(state.astype("f8") for state in order.understood(tuple(passed))))
        out = tuple(new[k].astype("f4") for k in order.returned)
        made.append(CellDraw(arrays=tuple(arrays), x=x, states=tuple(passed), out=out))
    paths = style.paths(units, features)
    return CellDraws(family=family, draws=made, shapes=shapes, paths=paths, units=units, features=features)
