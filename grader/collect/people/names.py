"""Names of students: safe as file names on every platform, unique in a class, and still their own."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

from grader.model.file_kinds import WINDOWS_DEVICES

LONGEST_STUDENT = 80  # characters
LONGEST_BYTES = 200  # a file name may have 255 bytes; "feedback/<student>.html" and the like must fit


def safe_name(text: str) -> str:
    """`text` as a file name: letters of any script, digits, space and ". _ -"; not empty, not hidden, at most
    80 characters."""
    kept = "".join(c if _allowed(c) else "_" for c in unicodedata.normalize("NFC", text))
    # Windows drops a last dot or space
    name = _cut(" ".join(kept.split()).lstrip(". -"), LONGEST_STUDENT).rstrip(". ")
    if not name.strip("_. -"):
        return "unnamed"
    return f"{name}_" if name.split(".")[0].lower() in WINDOWS_DEVICES else name


def _allowed(char: str) -> bool:
    # letters, numbers, and the marks some scripts need
    return char in " ._-" or unicodedata.category(char)[0] in "LNM"


def _cut(name: str, longest: int) -> str:
    name = name[:longest]
    while len(name.encode()) > LONGEST_BYTES:
        name = name[:-1]
    return name


def unique_names(wanted: Sequence[tuple[str, str]]) -> list[str]:
    """Safe names that differ even where upper and lower case are one, for pairs (name, number given by the
    platform or "").

    Equal names take the platform's number where there is one, since it stays the same when another namesake
    hands in later; else they are counted: "anna", "anna-2".
    """
    names = [safe_name(name) for name, _ in wanted]
    crowd = Counter(name.casefold() for name in names)
    names = [
        _with_suffix(name, ident) if ident and crowd[name.casefold()] > 1 else name
        for name, (_, ident) in zip(names, wanted, strict=True)
    ]
    taken = Counter(name.casefold() for name in names)
    given: set[str] = set()
    unique = []
    for name in names:
        choice, number = name, 2
        while choice.casefold() in given or (choice != name and choice.casefold() in taken):
            choice, number = _with_suffix(name, str(number)), number + 1
        given.add(choice.casefold())
        unique.append(choice)
    return unique


def _with_suffix(name: str, suffix: str) -> str:
    return f"{_cut(name, LONGEST_STUDENT - len(suffix) - 1)}-{suffix}"
