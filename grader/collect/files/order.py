"""Which of several versions is the last: by their times where those tell, else by how people name and file
versions."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

# seconds: a checkout, a copy or an unpacked archive gives all files one time, more or less
SAME_MOMENT = 120.0
# what nobody hands in first, as people and programs that keep two machines alike call it
SET_ASIDE = {
    "old",
    "alt",
    "backup",
    "bak",
    "draft",
    "entwurf",
    "copy",
    "kopie",
    "archive",
    "archiv",
    "test",
    "try",
    "versuch",
    "scratch",
    "sandbox",
    "original",
    "conflict",
    "conflicted",
    "konflikt",
}
MEANT = {"final", "abgabe", "submission", "handin", "latest", "last", "letzte"}
DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)")  # with dots the day always comes first

Natural = list[tuple[int, str]]
Order = tuple[bool, int, bool, Natural, Natural]


def natural(name: str) -> Natural:
    """For sorting: "hw_v10" comes after "hw_v9", and "hw_1.12.2026" after "hw_30.11.2026"."""
    parts = re.split(r"([0-9]+)", DAY_FIRST.sub(r"\3.\2.\1", name.casefold()))
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def order_of(file: str) -> Order:
    """For sorting versions by their names, the last one last: what is set aside first, then what lies deeper,
    then by number."""
    path = PurePosixPath(file)
    words = {word for part in path.parts for word in re.findall(r"[^\W\d_]+", part.casefold())}
    depth = len(path.parts)
    return (
        not words & SET_ASIDE,
        -depth,
        bool(words & MEANT),
        natural(path.parent.as_posix()),
        natural(path.stem),
    )


def is_as_new(modified: float, newest: float) -> bool:
    """Whether a time tells nothing beside the newest one."""
    return newest - modified <= SAME_MOMENT
