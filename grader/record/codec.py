"""Our own frozen values to JSON and back, driven by their type hints. No pickle: what is stored can be read
by anything.

Reading ignores unknown keys and fills absent ones from the field's default, so that older and newer
gradebooks stay readable.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import enum
import functools
import math
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np

from grader.errors import GradebookError

T = TypeVar("T")
Reader = Callable[[Any], Any]


def to_json(value: Any) -> Any:
    """A value for `json.dumps`: enums by name, tuples and sets as lists, dataclasses as objects, NaN and
    infinities as words.

    Raises:
        TypeError: the value holds something that is none of our model's types, such as an array.
    """
    match value:
        case enum.Enum():  # before str and int: StrEnum and IntEnum are both
            return value.name
        case None | bool() | int() | str():
            return value
        case float():
            return float(value) if math.isfinite(value) else repr(float(value))  # JSON knows no NaN
        case Path():
            return value.as_posix()
        case np.generic():  # a judge's number that kept its NumPy type
            return to_json(value.item())
        case Mapping():
            return {_key(key): to_json(item) for key, item in value.items()}
        case tuple() | list():
            return [to_json(item) for item in value]
        case set() | frozenset():
            return sorted(to_json(item) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    raise TypeError(f"a {type(value).__name__} cannot be stored in the gradebook")


def from_json(kind: type[T], data: Any) -> T:
    """The value of type `kind` that `to_json` turned into `data`.

    Raises:
        GradebookError: `data` does not describe such a value.
    """
    return cast(T, _reader(kind)(data))


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a mapping with the key {key!r} cannot be stored: keys are text")
    return key


def _reader(kind: Any) -> Reader:
    """What reads a value of this kind. The fields of a dataclass have theirs worked out once: a class is a
    million values of a few dozen kinds."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any:
        return lambda data: data
    if origin in (typing.Union, types.UnionType):
        return functools.partial(_read_union, arguments, [_reader(member) for member in arguments])
    if origin in (tuple, frozenset):
        made, item = origin, _reader(arguments[0])
        return lambda data: made(map(item, _expect(data, list, kind)))
    if origin in (dict, collections.abc.Mapping):
        item = _reader(arguments[1])
        return lambda data: {key: item(value) for key, value in _expect(data, dict, kind).items()}
    read = functools.partial(_read_dataclass if dataclasses.is_dataclass(kind) else _read_simple, kind)
    if hasattr(kind, "from_text"):  # stored as text before it was a value
        return lambda data: kind.from_text(data) if isinstance(data, str) else read(data)
    return read


def _read_simple(kind: Any, data: Any) -> Any:
    if kind is float:
        return _read_float(data)
    if kind is Path:
        return Path(_expect(data, str, kind))
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        if data not in kind.__members__:
            raise GradebookError(
                f"the gradebook holds {data!r} where a {kind.__name__} belongs: was it written by a newer"
                " version?"
            )
        return kind[data]
    return _expect(data, kind, kind)


def _read_float(data: Any) -> float:
    if isinstance(data, str) and data in ("nan", "inf", "-inf"):
        return float(data)
    if isinstance(data, int | float) and not isinstance(data, bool):
        return float(data)
    raise GradebookError(f"the gradebook holds {data!r} where a number belongs")


def _read_union(members: tuple[Any, ...], readers: Sequence[Reader], data: Any) -> Any:
    """The first member of the union that fits: an int stays an int in `float | int`."""
    if data is None and types.NoneType in members:
        return None
    if type(data) in members:  # exactly this type: bool, int, float or str
        return data
    problems: list[GradebookError] = []
    for read in readers:
        try:
            return read(data)
        except GradebookError as problem:
            problems.append(problem)
    raise problems[-1]


def _read_dataclass(kind: type, data: Any) -> Any:
    stored = _expect(data, dict, kind)
    values = {name: read(stored[name]) for name, read in _fields(kind) if name in stored}
    try:
        return kind(**values)
    except TypeError as problem:  # a field without a default is absent
        raise GradebookError(f"the gradebook holds an incomplete {kind.__name__}: {problem}") from problem


@functools.cache
def _fields(kind: type) -> Sequence[tuple[str, Reader]]:
    hints = typing.get_type_hints(kind)
    return [(field.name, _reader(hints[field.name])) for field in dataclasses.fields(kind) if field.init]


def _expect(data: Any, kind: Any, wanted: Any) -> Any:
    if not isinstance(data, kind) or (kind is int and isinstance(data, bool)):
        name = getattr(wanted, "__name__", str(wanted))
        raise GradebookError(f"the gradebook holds a {type(data).__name__} where a {name} belongs")
    return data
