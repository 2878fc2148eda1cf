"""Which of many runs of one kind `make test` makes: a few, chosen by hash,
and all of them in `make test-all`."""

import hashlib
import os
from collections.abc import Callable, Sequence
from typing import TypeVar

ALL = bool(os.environ.get("GRADER_TEST_ALL"))
T = TypeVar("T")


def some(items: Sequence[T], count: int, name: Callable[[T], str] = str) -> list[T]:
    """So many of them: a further item seldom changes which."""
    return list(items) if ALL else sorted(items, key=lambda item: _digest(name(item)))[:count]


def _digest(word: str) -> bytes:
    return hashlib.sha256(word.encode()).digest()
