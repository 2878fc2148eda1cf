"""How learning platforms name what students handed in."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?P<kind>file|onlinetext)(?:_(?P<file>.*))?")
CANVAS = re.compile(r"(?P<name>.+?)(?P<late>_LATE)?_(?P<id>\d+)_(\d+)_(?P<file>.+)")
SUBMISSIONS = re.compile(r"(?P<assignment>.+?)(-submissions|_submissions_.*)")  # gh classroom clone; gh teacher download


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who handed in a folder or a file, as its name says."""

    name: str
    ident: str = ""  # the platform's number of the student
    file: str = ""  # the file's own name, without what the platform put before it
    late: bool = False  # the platform says so
    online_text: bool = False  # typed into a form of the platform, no files


def of_folder(name: str, pattern: re.Pattern[str] | None, prefix: str = "") -> Sender:
    """The sender of a folder. `prefix` is what a GitHub download puts before every login: "hw7-"."""
    if pattern and (found := pattern.search(name)) and found["student"]:
        return Sender(name=found["student"])
    if found := MOODLE.fullmatch(name):
        return Sender(name=found["name"], ident=found["id"], online_text=found["kind"] == "onlinetext")
    if prefix and name.casefold().startswith(prefix.casefold()) and len(name) > len(prefix):
        return Sender(name=name[len(prefix) :])
    return Sender(name=name)


def of_file(name: str, pattern: re.Pattern[str] | None, *, canvas: bool) -> Sender | None:
    """The sender of a loose file; None when its name follows no platform and no pattern.

    `canvas` says that all files around it look like Canvas's: "hw_7_2024_final.ipynb" alone proves nothing.
    """
    if pattern and (found := pattern.search(name)) and found["student"]:
        return Sender(name=found["student"], file=found.groupdict().get("file") or name)
    if found := MOODLE.fullmatch(name):
        online_text = found["kind"] == "onlinetext"
        return Sender(name=found["name"], ident=found["id"], file=found["file"] or name, online_text=online_text)
    if canvas and (found := CANVAS.fullmatch(name)):
        return Sender(name=found["name"], ident=found["id"], file=found["file"], late=bool(found["late"]))
    return None


def login_prefix(folder: str) -> str:
    """What stands before every login in a GitHub download: "hw7-" in the folder "hw7-submissions"; else ""."""
    found = SUBMISSIONS.fullmatch(folder)
    return f"{found['assignment']}-" if found else ""
