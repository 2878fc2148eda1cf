"""What a name in a homework stands for: followed through imports, aliases and the student's own modules, not
through calls."""

from __future__ import annotations

import ast
import builtins
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.collect.reading.pieces import Piece, absolute
from grader.collect.source import constants
from grader.collect.source.scope import Binding, Scopes, bindings, scoped

LAST = (1 << 30, 0)  # after everything: what a function sees when it is called at the end
# when the import is not to be found
USUAL = {"tf": "tensorflow", "keras": "keras", "layers": "keras.layers", "np": "numpy"}
MOST_STEPS = 12  # from alias to alias; a circle ends here
MOST_LOOKUPS = 400_000  # of one homework; real ones need some thousand
LineAndColumn = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """An expression that names something, where it stands, and what it stands for:
    "tensorflow.keras.layers.LSTM"."""

    piece: Piece
    node: ast.expr
    origin: str  # "" for what the student defined or nobody can tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """From where a name is looked up."""

    home: Namespace
    place: LineAndColumn
    chain: Scopes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bound:
    place: LineAndColumn
    binding: Binding


def _place(bound: _Bound) -> LineAndColumn:
    return bound.place


class Namespace:
    """The top-level names of a module, or of all cells together."""

    def __init__(self, pieces: Sequence[Piece], package: str = "") -> None:
        self.package = package
        self.stars: list[str] = []
        self._bound: dict[str, list[_Bound]] = {}
        for index, piece in enumerate(pieces):
            for binding in bindings(piece.tree.body) if piece.tree else ():
                if binding.name == "*":
                    self.stars.append(self.absolute(binding))
                else:
                    self._bound.setdefault(binding.name, []).append(
                        _Bound(place=(index, binding.line), binding=binding)
                    )
        for several in self._bound.values():
            several.sort(key=_place)

    def __contains__(self, name: str) -> bool:
        return name in self._bound

    def absolute(self, binding: Binding) -> str:
        """The dotted name an import means, the dots of a relative one filled in."""
        module, level = binding.origin
        return absolute(ast.ImportFrom(module=module or None, names=[], level=level), self.package)

    def find(self, name: str, place: LineAndColumn) -> _Bound | None:
        """The latest binding before a place, one on the same line, or the last one when all come later."""
        several = self._bound.get(name, [])
        before = bisect_left(several, place, key=_place) or bisect_right(several, place, key=_place)
        return several[before - 1] if several else None  # before == 0 gives the last


class Origins:
    """All names of a homework: its cells share one namespace, every module has its own."""

    def __init__(
        self,
        cells: Sequence[Piece],
        modules: Sequence[Piece],
        known: Mapping[str, constants.Constant],
        lookups: int = MOST_LOOKUPS,
    ) -> None:
        self._known = known
        self._budget = lookups
        self._cells = Namespace([piece for piece in cells if not piece.module])
        self._modules = {
            piece.module: Namespace([piece], piece.module.rpartition(".")[0])
            for piece in (*cells, *modules)
            if piece.module
        }
        self._nodes = list(self._all_nodes(cells, modules))
        self._found: dict[int, str] = {}  # by id of the node; `_nodes` keeps the nodes alive

    @property
    def gave_up(self) -> bool:
        """True when there were more names than anybody writes: some were not followed."""
        return self._budget < 0

    def _all_nodes(
        self, cells: Sequence[Piece], modules: Sequence[Piece]
    ) -> Iterator[tuple[Piece, ast.AST, Where]]:
        index = 0
        for piece in (*cells, *modules):
            home = self._modules[piece.module] if piece.module else self._cells
            for node, chain in scoped(piece.tree) if piece.tree else ():
                line = getattr(node, "lineno", 0)
                place = LAST if chain else (0 if piece.module else index, line)
                yield piece, node, Where(home=home, place=place, chain=chain)
            index += not piece.module

    def walk(self) -> Sequence[tuple[Piece, ast.AST, Where]]:
        """Every node of every piece, with what is needed to say what it stands for."""
        return self._nodes

    def uses(self) -> Iterator[Use]:
        """Every name and attribute that is read, in no particular order."""
        for piece, node, where in self.walk():
            if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
                yield Use(piece=piece, node=node, origin=self.of(node, where))
            elif isinstance(node, ast.Call | ast.Subscript) and (origin := self.of(node, where)):
                yield Use(piece=piece, node=node, origin=origin)

    def of(self, node: ast.AST, where: Where) -> str:
        """The dotted name that an expression stands for; "" when the student defined it or nobody can
        tell."""
        if id(node) not in self._found:
            self._found[id(node)] = self._of(node, where, 0)
        return self._found[id(node)]

    def _of(self, node: ast.AST, where: Where, steps: int) -> str:
        self._budget -= 1
        if steps > MOST_STEPS or self._budget < 0:
            return ""
        match node:
            case ast.Name(id=name):
                return self._of_name(name, where, steps)
            case ast.Attribute(value=value, attr=attr):
                return self._inside(self._of(value, where, steps), attr, steps)
            case ast.Call(args=[_, *_]):
                return self._of_call(node, where, steps)
            case ast.Subscript(value=value, slice=key):
                return self._inside(
                    self._namespace_of(value, where, steps), constants.text(key, self._known), steps
                )
            case _:
                return ""

    def _of_call(self, node: ast.Call, where: Where, steps: int) -> str:
        """getattr(layers, "LS" + "TM") and import_module("keras.layers"); other calls make something new."""
        function = self._of(node.func, where, steps + 1)
        if function == "builtins.getattr" and len(node.args) > 1:
            return self._inside(
                self._of(node.args[0], where, steps + 1), constants.text(node.args[1], self._known), steps
            )
        if function in ("importlib.import_module", "builtins.__import__"):
            return self._through_modules(constants.text(node.args[0], self._known) or "", steps)
        return ""

    def _namespace_of(self, node: ast.expr, where: Where, steps: int) -> str:
        """The module behind `vars(module)` or `module.__dict__`."""
        if isinstance(node, ast.Attribute) and node.attr == "__dict__":
            return self._of(node.value, where, steps + 1)
        if (
            isinstance(node, ast.Call)
            and len(node.args) == 1
            and self._of(node.func, where, steps + 1) == "builtins.vars"
        ):
            return self._of(node.args[0], where, steps + 1)
        return ""

    def _of_name(self, name: str, where: Where, steps: int) -> str:
        for local in where.chain:
            if name in local:
                return self._of_binding(local[name], where, steps)
        if bound := where.home.find(name, where.place):
            return self._of_binding(bound.binding, Where(home=where.home, place=bound.place, chain=()), steps)
        for star in where.home.stars:
            if star in self._modules and name in self._modules[star]:
                return self._through_modules(f"{star}.{name}", steps + 1)
        if hasattr(builtins, name):
            return f"builtins.{name}"
        if name in USUAL:
            return USUAL[name]
        outside = [star for star in where.home.stars if star not in self._modules]
        return f"{outside[-1]}.{name}" if outside else ""

    def _of_binding(self, binding: Binding, where: Where, steps: int) -> str:
        if binding.origin[0] or binding.origin[1]:
            return self._through_modules(where.home.absolute(binding), steps + 1)
        return self._of(binding.value, where, steps + 1) if binding.value else ""

    def _inside(self, origin: str, attr: str | None, steps: int) -> str:
        return self._through_modules(f"{origin}.{attr}", steps + 1) if origin and attr else ""

    def _through_modules(self, origin: str, steps: int) -> str:
        """`origin` itself, or, when it lies in one of the student's modules, what it stands for there."""
        if origin in self._modules:
            return origin
        module, _, name = origin.rpartition(".")
        if module not in self._modules or steps > MOST_STEPS:
            return origin
        home = self._modules[module]
        return self._of_name(name, Where(home=home, place=LAST, chain=()), steps + 1)
