"""The numbers that a function holds: in its code, its defaults, what it encloses, and the functions of its
own module that it names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType, MethodType
from typing import Any

DEPTH = 6


def numbers_in(thing: Any) -> set[float]:
    """All of them."""
    return set(_in(thing, DEPTH, set()))


def _in(thing: Any, depth: int, seen: set[int]) -> Iterator[float]:
    if depth == 0 or id(thing) in seen:
        return
    if isinstance(thing, int | float):
        if not isinstance(thing, bool):
            yield float(thing)
        return
    seen.add(id(thing))
    for part in _parts(thing):
        yield from _in(part, depth - 1, seen)


def _parts(thing: Any) -> Iterator[Any]:
    """What a thing is made of, as far as numbers may be in it."""
    match thing:
        case FunctionType():
            yield from _of_function(thing)
        case MethodType():
            yield thing.__func__
        case CodeType():
            yield from (const for const in thing.co_consts if not isinstance(const, str))
        case Mapping():
            yield from thing.values()
        case list() | tuple() | set() | frozenset():
            yield from thing


def _of_function(function: FunctionType) -> Iterator[Any]:
    yield function.__code__
    yield from function.__defaults__ or ()
    yield from (function.__kwdefaults__ or {}).values()
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not filled yet
            continue
    for name in _names(function.__code__):
        value = function.__globals__.get(name)
        if not isinstance(value, FunctionType) or value.__module__ == function.__module__:
            yield value


def _names(code: CodeType) -> Iterator[str]:
    """The names that code looks up, also that of functions within."""
    yield from code.co_names
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from _names(const)
