"""What was wanted beside what was seen: compared as values, told in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from grader.model import Evidence
from grader.probes.reading import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One thing that must be equal: a count, a shape."""

    what: str
    wanted: int | tuple[Any, ...]
    seen: int | tuple[Any, ...]
    derivation: str = ""  # how what is wanted follows: "4*((3+7)*7+7)"
    unit: str = ""  # " parameters"

    @property
    def holds(self) -> bool:
        """Whether the two are equal."""
        return self.wanted == self.seen

    @property
    def evidence(self) -> Evidence:
        """Both, for people."""
        wanted = f"{self.derivation} = {_words(self.wanted)}" if self.derivation else _words(self.wanted)
        return Evidence(what=self.what, expected=wanted, actual=_words(self.seen))

    @property
    def message(self) -> str:
        """ "all parameters: 41, expected 42"."""
        told = self.evidence
        return f"{self.what}: {told.actual}{self.unit}, expected {told.expected}"


def first_wrong(compared: Iterable[Compared]) -> Compared | None:
    """The first that does not hold."""
    return next((one for one in compared if not one.holds), None)


def one_or_all(shapes: tuple[Shape, ...]) -> Shape | tuple[Shape, ...]:
    """The shape of what is one tensor, of several all of theirs."""
    return shapes[0] if len(shapes) == 1 else shapes


def _words(value: int | tuple[Any, ...]) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    if value and isinstance(value[0], tuple):
        return " and ".join(str(shape) for shape in value)
    return str(value) if value else "unknown"
