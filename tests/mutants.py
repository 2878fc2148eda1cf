"""Mutants of right cells: their code with one place of its syntax tree changed, run in NumPy, and an oracle
that says which are still right.

python -m tests.mutants            judge all of them; prints the figures, the survivors, and what got no name
"""

from __future__ import annotations

import ast
import copy
import hashlib
import itertools
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from grader.rnn.mapping import CellDraws, CellMapping
from grader.rnn.search import explain
from tests.made_up import GATES, KINDS, Code, Gates, Style, asked, logistic, lstm

RIGHT = {
    "line_by_line": (
        """
def call(w, x, h, c):
    i = sigmoid(x @ w["i"][0] + h @ w["i"][1] + w["i"][2])
    f = sigmoid(x @ w["f"][0] + h @ w["f"][1] + w["f"][2])
    g = tanh(x @ w["g"][0] + h @ w["g"][1] + w["g"][2])
    o = sigmoid(x @ w["o"][0] + h @ w["o"][1] + w["o"][2])
    new_c = f * c + i * g
    new_h = o * tanh(new_c)
    return new_h, new_c
"""
    ),
    "with_a_helper": (
        """
def call(w, x, h, c):
    def gate(name):
        kernel, recurrent, bias = w[name]
        return x @ kernel + h @ recurrent + bias

    kept = sigmoid(gate("f") + 1.0) * c
    written = sigmoid(gate("i")) * tanh(gate("g"))
    c = kept + written
    h = sigmoid(gate("o")) * tanh(c)
    return h, c
"""
    ),
}
FUNCTIONS = ("sigmoid", "tanh", "relu", "linear", "softmax")
STATES = ("h", "c", "i", "f", "g", "o", "new_c", "new_h", "kept", "written")  # all [batch, units]


def _softmax(z: np.ndarray) -> np.ndarray:
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


NAMES = {
    "sigmoid": logistic,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "linear": lambda z: z,
    "softmax": _softmax,
}


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A changed cell: what was changed where, and its code."""

    base: str
    change: str
    source: str

    def code(self) -> Code:
        """The cell as a function."""
        space: dict[str, object] = dict(NAMES)
        exec(compile(self.source, "<mutant>", "exec"), space)
        return space["call"]  # type: ignore[return-value]

    @property
    def style(self) -> Style:
        """A layout for it, drawn from its own text."""
        number = int(hashlib.sha256(self.source.encode()).hexdigest(), 16)
        order = list(itertools.permutations(GATES))[number % 24]
        return Style(
            KINDS[number // 24 % len(KINDS)],
            order,
            hx=bool(number // 500 % 2),
            transposed=bool(number // 1000 % 2),
        )


def mutants(base: str) -> Iterator[Mutant]:
    """Every mutant of a right cell with one change, each code once."""
    tree = ast.parse(RIGHT[base])
    seen = {ast.unparse(tree)}
    for place, node in enumerate(ast.walk(tree)):
        for number in itertools.count():
            changed = copy.deepcopy(tree)
            spot = next(itertools.islice(ast.walk(changed), place, None))
            options = _options(spot)
            if number >= len(options):
                break
            if options[number] is None:
                continue
            source = ast.unparse(ast.fix_missing_locations(_replaced(changed, spot, options[number])))
            if source not in seen:
                seen.add(source)
                yield Mutant(
                    base=base,
                    change=f"line {getattr(node, 'lineno', '?')}: {_difference(ast.unparse(tree), source)}",
                    source=source,
                )


def _options(node: ast.AST) -> list[ast.AST | list[ast.AST]]:
    """What may stand in the place of a node; [] removes a statement."""
    match node:
        case ast.BinOp(left=left, op=op, right=right) if not isinstance(op, ast.MatMult):
            others = [kind() for kind in (ast.Add, ast.Sub, ast.Mult) if not isinstance(op, kind)]
            return [left, right, *(ast.BinOp(left=left, op=other, right=right) for other in others)]
        case ast.Call(func=ast.Name(id=name), args=[argument]) if name in FUNCTIONS:
            once = [
                ast.Call(func=ast.Name(id=other, ctx=ast.Load()), args=[argument], keywords=[])
                for other in FUNCTIONS
            ]
            twice = ast.Call(func=ast.Name(id=name, ctx=ast.Load()), args=[node], keywords=[])
            negative = ast.UnaryOp(op=ast.USub(), operand=node)
            rest = ast.BinOp(left=ast.Constant(value=1), op=ast.Sub(), right=node)
            return [*once, twice, negative, rest]
        case ast.Name(id=name, ctx=ast.Load()) if name in STATES:
            return [ast.Name(id=other, ctx=ast.Load()) for other in STATES if other != name]
        case ast.Constant(value=str(name)) if name in GATES:
            return [ast.Constant(value=other) for other in GATES if other != name]
        case ast.Constant(value=float(number)):
            return [ast.Constant(value=number + change) for change in (1.0, -1.0, -2.0)]
        case ast.Tuple(elts=[one, two], ctx=ast.Load()):
            return [
                ast.Tuple(elts=[two, one], ctx=ast.Load()),
                ast.Tuple(elts=[one, one], ctx=ast.Load()),
                ast.Tuple(elts=[two, two], ctx=ast.Load()),
            ]
        case ast.Assign():
            return [ast.Pass()]
    return []


def _replaced(tree: ast.AST, spot: ast.AST, other: ast.AST | list[ast.AST]) -> ast.AST:
    class Replace(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            return other if node is spot else super().generic_visit(node)  # type: ignore[return-value]

    return Replace().visit(tree)


def _difference(old: str, new: str) -> str:
    lines = [(a, b) for a, b in zip(old.splitlines(), new.splitlines(), strict=False) if a != b]
    return f"{lines[0][0].strip()}  ->  {lines[0][1].strip()}" if lines else "a line removed"


# ── who is right
# ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def still_right(code: Code) -> bool:
    """The oracle: whether the code computes the equations under some naming of the gates, some constant in
    the forget gate, and one order of the states, the same going in and coming out. In float64, by trying all,
    independent of the judge."""
    rng = np.random.default_rng(11)
    w = {
        gate: (rng.standard_normal((3, 5)), rng.standard_normal((5, 5)), rng.standard_normal(5))
        for gate in GATES
    }
    x, first, second = rng.standard_normal((9, 3)), *rng.standard_normal((2, 9, 5))
    out = code(w, x, first, second)
    return any(
        _same(out, _renamed(w, order, constant), x, first, second, turned)
        for order in itertools.permutations(GATES)
        for constant in (0.0, 1.0, 2.0, -1.0)
        for turned in (False, True)
    )


def _renamed(w: Gates, order: tuple[str, ...], constant: float) -> Gates:
    named = {gate: w[other] for gate, other in zip(GATES, order, strict=True)}
    kernel, recurrent, bias = named["f"]
    return named | {"f": (kernel, recurrent, bias + constant)}


def _same(
    out: tuple[np.ndarray, ...], w: Gates, x: np.ndarray, first: np.ndarray, second: np.ndarray, turned: bool
) -> bool:
    wanted = lstm(w, x, second, first)[::-1] if turned else lstm(w, x, first, second)
    return all(np.allclose(a, b, atol=1e-9) for a, b in zip(out, wanted, strict=True))


def answers(mutant: Mutant) -> CellDraws | None:
    """The mutant's answers to drawn questions; None when it raises or returns no two states."""
    try:
        with np.errstate(all="ignore"):
            return asked(mutant.style, 5, mutant.code())
    except (NameError, ValueError, TypeError, UnboundLocalError):
        return None


def accepted(mapping: CellMapping | None) -> bool:
    """Whether the judge takes the cell for an LSTM."""
    return mapping is not None and mapping.variant.id == "lstm" and mapping.order.kept


def diagnosis(mapping: CellMapping | None) -> str:
    """The id of what the judge says, "" for nothing."""
    if mapping is None:
        return ""
    return mapping.variant.id if mapping.order.kept else "states_swapped"


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What became of some mutants."""

    right: int
    wrong: int
    refused: tuple[Mutant, ...]  # right, not accepted
    survivors: tuple[Mutant, ...]  # wrong, accepted
    named: Counter[str]  # diagnoses of the wrong ones; "" for none
    nameless: tuple[Mutant, ...]

    def __str__(self) -> str:
        named = self.wrong - self.named[""]
        return (
            f"{self.right} mutants are still right, {self.right - len(self.refused)} accepted; {self.wrong}"
            f" differ, {self.wrong - len(self.survivors)} caught, {named} of these named"
            f" ({named / max(1, self.wrong):.0%})"
        )


def judged(some: Iterator[Mutant]) -> Figures:
    """Judge mutants and compare with the oracle."""
    right = wrong = 0
    refused, survivors, nameless, named = [], [], [], Counter[str]()
    for mutant in some:
        asked_of = answers(mutant)
        if asked_of is None:
            continue
        mapping, is_right = explain(asked_of), still_right(mutant.code())
        right, wrong = right + is_right, wrong + (not is_right)
        if is_right and not accepted(mapping):
            refused.append(mutant)
        if not is_right:
            named[diagnosis(mapping)] += 1
            if accepted(mapping):
                survivors.append(mutant)
            elif mapping is None:
                nameless.append(mutant)
    return Figures(
        right=right,
        wrong=wrong,
        refused=tuple(refused),
        survivors=tuple(survivors),
        named=named,
        nameless=tuple(nameless),
    )


def main() -> int:
    """Judge all mutants of all right cells."""
    figures = judged(mutant for base in RIGHT for mutant in mutants(base))
    print(figures)
    for title, some in (
        ("refused", figures.refused),
        ("survived", figures.survivors),
        ("no name", figures.nameless),
    ):
        for mutant in some:
            print(f"{title:9}{mutant.base}, {mutant.change}")
    return 1 if figures.refused or figures.survivors else 0


if __name__ == "__main__":
    sys.exit(main())
