"""Marks that machines leave in the names of copies: they are no part of anybody's name."""

from __future__ import annotations

import re
from collections.abc import Collection

from grader.collect.files.part_names import is_a_part
from grader.record.directory import squash, tells_nobody

COPY = r"(?:copy|copie|copia|cópia|kopie|kopia)"
# Google Drive and Colab, in the languages of their pages
BEFORE = re.compile(rf"{COPY}[ _]+(?:(?:of|de|di|von|van|av)[ _]+)+(?P<name>\w.*)", re.IGNORECASE)
BY_WORD = "(?:final|neu|new|old|alt|draft|entwurf|corrected|korrigiert|revised|fixed|updated|resubmission)"
DAY = r"(?:20\d\d-?\d\d-?\d\d|\d{1,2}\.\d{1,2}\.20\d\d)"
OF_VERSION = rf"(?:{BY_WORD}|{DAY})"
VERSION = re.compile(
    r"(?P<name>.*?\w)"
    rf"(?:(?P<number>[ _-]+(?:v|version|attempt|versuch|try)[ _.-]*\d{{1,2}})|[ _-]+\(?{OF_VERSION}\)?)+",
    re.IGNORECASE,
)
KINDS = ("group", "gruppe", "team", "student")  # whose number is the name
AFTER = re.compile(
    r"(?P<name>.*\w\W*?)(?:"
    rf"[ _-]+(?:another[ _])?{COPY}[ _]?\d{{0,2}}"  # Windows, macOS and Jupyter: "x - Copy", "x-Copy1"
    rf"|[ _]*\((?:another )?{COPY}(?: \d{{1,2}})?\)"  # file managers of Linux: "x (copy)"
    r"|[ _]*\(\d{1,2}\)"  # browsers: "x (1)"
    r")",
    re.IGNORECASE,
)


TASK = r"(?:hw|homework|ha|ex|exercise|assignment|task|aufgabe|blatt|sheet|week)[ _.-]*\d{1,2}"
OF_TASKS = re.compile(rf"(?P<first>.*\w)[ _-]+{TASK}|{TASK}[ _-]+(?P<last>\w.*)", re.IGNORECASE)


def is_one_of_tasks(name: str) -> bool:
    """ "hw6": called like one homework of several, and like nobody."""
    return re.fullmatch(TASK, name, re.IGNORECASE) is not None


def without_task(name: str) -> str:
    """Whose it is, by the name of one homework of several: "anna" for "anna_hw1" and for "hw2-anna"; "" where
    it is not called so."""
    found = OF_TASKS.fullmatch(name)
    who = (found["first"] or found["last"]) if found else ""
    return "" if is_a_part(who) or who.casefold() in KINDS else who


def without_marks(name: str) -> str:
    """The name before it was copied: "Ada" for "Copy of Ada (1)". A number that alone tells who it is stays:
    "group (3)"."""
    bare = name.strip()
    while found := BEFORE.fullmatch(bare) or AFTER.fullmatch(bare):
        bare = found["name"].strip(" -_")
    return name if tells_nobody(bare) or bare.casefold() in KINDS else bare


def without_version(name: str, names: Collection[str]) -> str:
    """The name without what numbers its versions: of "anna_v2", and of "anna (2)" where there is an "anna".
    Files that are called "homework" and "homework (1)" may be anybody's: so browsers call what many people
    sent."""
    if (found := VERSION.fullmatch(name)) and (found["number"] or not is_a_part(found["name"])):
        return found["name"]
    bare = without_marks(name)
    return bare if bare != name and squash(bare) in names else ""
