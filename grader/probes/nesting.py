"""How what a call returned was nested, as values: read with care from the kernel's answer, and told in
words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grader.probes.reading import identifier

DEEPEST = 6
MOST_PARTS = 8  # parts that are told one by one
TYPE_OF_NONE = "NoneType"  # what a function without a return statement gives
SOMETHING = "something"  # that has no name of its own
TOKEN = re.compile(r"[\w.]+|[()\[\],]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Nesting:
    """A tensor, a list or tuple of such, or something else, of which the type is known by name. A long list
    shows its first part."""

    kind: str = "other"  # "tensor", "list", "tuple", "other"
    length: int = 0
    parts: tuple[Nesting, ...] = ()
    name: str = "nothing"

    @property
    def is_pair(self) -> bool:
        """Two tensors side by side."""
        return self.length == 2 and all(part.kind == "tensor" for part in self.parts)

    @property
    def is_nothing(self) -> bool:
        """What a function gives that lacks its return statement."""
        return self.kind == "other" and self.name == TYPE_OF_NONE

    @property
    def is_long(self) -> bool:
        """So long that its parts are not told one by one."""
        return self.length > MOST_PARTS

    @property
    def holds_tensors_alone(self) -> bool:
        """A list or tuple of tensors, as far as its parts are told."""
        return bool(self.parts) and all(part.kind == "tensor" for part in self.parts)

    @property
    def is_lists_in_a_list(self) -> bool:
        """Many lists or tuples side by side, one for each sequence."""
        return self.length > 2 and all(part.kind in ("list", "tuple") for part in self.parts)

    @property
    def words(self) -> str:
        """ "(tensor, tensor)", "[25 x tensor]", "Counter", "None"."""
        if self.kind not in ("list", "tuple"):
            named = "None" if self.name == TYPE_OF_NONE else self.name
            return "tensor" if self.kind == "tensor" else named
        if self.is_long:
            return f"[{self.length} x {self.parts[0].words if self.parts else '...'}]"
        inside = ", ".join(part.words for part in self.parts)
        return f"[{inside}]" if self.kind == "list" else f"({inside})"

    @property
    def in_a_sentence(self) -> str:
        """After a verb: "yields one tensor", "yields (tensor, tensor, tensor)"."""
        return "one tensor" if self.kind == "tensor" else self.words


def read_nesting(said: object, depth: int = DEEPEST) -> Nesting:
    """The nesting in an answer, whatever the kernel says."""
    if isinstance(said, str):
        return _told_before(said)
    if not isinstance(said, Mapping) or not depth:
        return Nesting()
    kind, parts, length = said.get("kind"), said.get("parts"), said.get("length")
    if kind in ("list", "tuple") and isinstance(parts, list) and type(length) is int:
        inside = tuple(read_nesting(part, depth - 1) for part in parts[:MOST_PARTS])
        return Nesting(kind=str(kind), length=length, parts=inside)
    return (
        Nesting(kind="tensor")
        if kind == "tensor"
        else Nesting(name=identifier(said.get("name")) or SOMETHING)
    )


# ── runs that were stored before nestings travelled as values: "(tensor, [tensor, tensor])" ──


def _told_before(said: str) -> Nesting:
    tokens = iter(TOKEN.findall(said[:200]))
    return _parsed(next(tokens, ""), tokens)


def _parsed(token: str, rest: Iterator[str]) -> Nesting:
    if token not in ("(", "["):
        return Nesting(kind="tensor") if token == "tensor" else Nesting(name=identifier(token) or SOMETHING)
    kind, parts, length = "list" if token == "[" else "tuple", list[Nesting](), None
    for inner in rest:
        if inner in (")", "]"):
            break
        if inner.isdecimal():
            length = int(inner)
        elif inner not in (",", "x"):
            parts.append(_parsed(inner, rest))
    return Nesting(kind=kind, length=len(parts) if length is None else length, parts=tuple(parts))
