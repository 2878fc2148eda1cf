"""The code of a homework, as far as it tells which name plays which role: classes, functions and names."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.collect.reading.pieces import Piece
from grader.collect.source.functions import functions
from grader.collect.source.scope import Binding, bindings
from grader.model import FunctionFacts

LOOPS = (ast.For, ast.While, ast.comprehension)
UNROLLS = ("while_loop", "scan", "RNN")
MAKES = ("__init__", "build")  # methods in which a loop makes weights
HELPERS = 2  # from a loop to what its step calls, and to what that calls


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFacts:
    """A class of the student's own, as far as it tells which part of the homework it is."""

    name: str  # as the notebook knows it
    words: frozenset[str]  # names and texts in it, in small letters
    # the same with those of the classes and functions of the student's own that it uses, such as a class for
    # one gate or a function for one step; with those that these use; and so on
    helped: tuple[frozenset[str], ...]
    loops: bool  # over something, other than to make weights
    runs: bool  # has a method that could take a step or a sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCode:
    """The code of a homework; `names`: what it defines, also inside functions, and the sheet does not name;
    `entries`: under what it may keep lists of numbers in a dict, in an object of its own or in what `fit`
    returns."""

    cells: Sequence[Piece]
    modules: Sequence[Piece]
    names: Sequence[str]
    entries: Sequence[str] = ()
    # of the names: those that are another spelling of one that the sheet names
    spelled: frozenset[str] = frozenset()

    def classes(self) -> Iterator[ClassFacts]:
        """The classes at the top level of cells and modules, by the names under which the cells know them."""
        known_as = {
            one.origin[0].rpartition(".")[2]: one.name
            for piece in self.cells
            for one in bound(piece)
            if one.origin[0]
        }
        own = self._own_words()
        for piece, node in self._statements():
            if isinstance(node, ast.ClassDef):
                name = node.name if piece.number else known_as.get(node.name, node.name)
                yield _class_facts(name, node, own)

    def unrolling(self) -> Iterator[tuple[str, frozenset[str]]]:
        """The functions at the top level that do something step by step, each with the names and texts of one
        step, in small letters, and those of its helpers."""
        own = self._own_words()
        for _, node in self._statements():
            if isinstance(node, ast.FunctionDef) and (step := set(_of_a_step(node))):
                *_, words = itertools.islice(_with_helpers(step, own), HELPERS + 1)
                yield node.name, words

    def _statements(self) -> Iterator[tuple[Piece, ast.stmt]]:
        """Those at the top level of cells and modules."""
        for piece in (*self.cells, *self.modules):
            yield from ((piece, node) for node in (piece.tree.body if piece.tree else ()))

    def _own_words(self) -> dict[str, set[str]]:
        """The words of every class and function of the student's."""
        found = (node for _, node in self._statements())
        return {node.name: _words(node) for node in found if isinstance(node, ast.ClassDef | ast.FunctionDef)}

    def functions(self) -> Iterator[FunctionFacts]:
        """The functions at the top level of cells and modules."""
        for piece in (*self.cells, *self.modules):
            yield from (function for function in functions(piece) if "." not in function.name)

    def defines(self, name: str) -> bool:
        """Whether a cell or a module has this name, and not only some function inside of it."""
        return any(one.name == name for piece in (*self.cells, *self.modules) for one in bound(piece))

    @property
    def free(self) -> frozenset[str]:
        """The names that stand for nothing of the sheet by how they are spelled."""
        return frozenset(self.names) - self.spelled

    def text(self) -> str:
        """All code."""
        return "\n".join(piece.text for piece in (*self.cells, *self.modules))

    def called(self, *wanted: str, entries: bool = False) -> Iterator[str]:
        """The names in which every pattern is found; with the entries, if these are asked for."""
        for name in (*self.names, *(self.entries if entries else ())):
            snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
            if all(re.search(pattern, snake) for pattern in wanted):
                yield name


def bound(piece: Piece) -> Iterator[Binding]:
    yield from bindings(piece.tree.body) if piece.tree else ()


def _words(node: ast.AST) -> set[str]:
    """The names and texts that occur in a class or a function."""
    words = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    words |= {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    return words | {
        part.value
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }


def _small(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word.lower() for word in words)


def _class_facts(name: str, node: ast.ClassDef, own: Mapping[str, Collection[str]]) -> ClassFacts:
    """`own`: the words of every class and function of the student's."""
    methods = [one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    running = [one for one in methods if one.name not in MAKES]
    inner = [part for one in running for part in ast.walk(one)]
    words = _words(node)
    unrolls = any(isinstance(part, ast.Attribute) and part.attr in UNROLLS for part in inner)
    return ClassFacts(
        name=name,
        words=_small(words),
        helped=tuple(_with_helpers(words, own)),
        loops=unrolls or any(isinstance(part, LOOPS) for part in inner),
        runs=bool(running),
    )


def _of_a_step(node: ast.FunctionDef) -> Iterator[str]:
    """The words of what a function repeats: of its loops, or of all of it where it hands a step to something
    that does."""
    parts = [*ast.walk(node)]
    if any(isinstance(part, ast.Attribute) and part.attr in UNROLLS for part in parts):
        yield from _words(node)
    for loop in parts:
        if isinstance(loop, ast.For | ast.While | ast.ListComp):
            yield from _words(loop)


def _with_helpers(words: Iterable[str], own: Mapping[str, Collection[str]]) -> Iterator[frozenset[str]]:
    """These words, then with those of whatever of the student's own they name, and so on."""
    known: set[str] = set()
    new = {*words}
    while new:
        known |= new
        yield _small(known)
        new = {word for helper in new for word in own.get(helper, ())} - known
