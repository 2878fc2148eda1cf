"""A known mistake in something that a student computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMistake(Generic[T]):
    """What the mistake computes; `words` complete what is said of its like: "it behaves like one ..."."""

    id: str
    words: str
    computes: T
    shows_in: tuple[str, ...] = ()  # of several gradients: those that it changes; none named: all
