"""How learning platforms name what students handed in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from grader.collect.files.part_names import is_a_part

MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?P<kind>file|onlinetext)(?:_(?P<file>.*))?")
CANVAS = re.compile(r"(?P<name>.+?)(?P<late>_LATE)?_(?P<id>\d+)_(\d+)_(?P<file>.+)")
BRIGHTSPACE = re.compile(
    r"(?P<id>\d+)-\d+ ?- ?(?P<name>.+?) ?- ?"
    r"(?P<time>(?:[A-Z][a-z]{2,8} \d{1,2}|\d{1,2} [A-Z][a-z]{2,8}), \d{4} (?:\d{3,4} [AP]M|\d{4}))"
    r"(?: ?- ?(?P<file>.+))?"
)
BLACKBOARD = re.compile(r".+?_(?P<name>[^_]+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)?")
GRADESCOPE = re.compile(r"submission_(?P<id>\d+)")
# gh classroom clone; gh teacher download
SUBMISSIONS = re.compile(r"(?P<assignment>.+?)(-submissions|_submissions_.*)")
DAYS = ("%b %d, %Y", "%B %d, %Y", "%d %b, %Y", "%d %B, %Y")  # as Brightspace has them in two languages
TIMES = (*(f"{day} {clock}" for day in DAYS for clock in ("%I%M %p", "%H%M")), "%Y-%m-%d-%H-%M-%S")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who handed in a folder or a file, as its name or the platform's own list says."""

    name: str
    ident: str = ""  # the platform's number of the student
    login: str = ""
    emails: tuple[str, ...] = ()  # of all who handed it in together
    names: tuple[str, ...] = ()  # the same people
    file: str = ""  # the file's own name, without what the platform put before it
    late: bool | None = None  # whether the platform marks it; None: this platform marks nothing
    when: datetime | None = None  # as the platform says; without a zone it is in the course's
    online_text: bool = False  # typed into a form of the platform, no files
    is_named: bool = False  # the name is surely a person's: a platform or the course's pattern says so
    is_stem: bool = False  # only the name of a loose file says it


Known = Mapping[str, Sender]  # folders and files whose senders the platform's own list names


def of_folder(
    name: str, pattern: re.Pattern[str] | None, prefix: str = "", known: Known | None = None
) -> Sender:
    """The sender of a folder. `prefix` is what a GitHub download puts before every login: "hw7-"."""
    if known and name in known:
        return known[name]
    if found := _by_name(name, pattern, canvas=False):
        return found
    if prefix and name.casefold().startswith(prefix.casefold()) and len(name) > len(prefix):
        return Sender(name=name[len(prefix) :], login=name[len(prefix) :])
    return Sender(name=name)


def of_file(
    name: str, pattern: re.Pattern[str] | None, *, canvas: bool, known: Known | None = None
) -> Sender | None:
    """The sender of a loose file; None when its name follows no platform and no pattern.

    `canvas` says that all files around it look like Canvas's: "hw_7_2024_final.ipynb" alone proves nothing.
    """
    if known and name in known:
        return known[name]
    found = _by_name(name, pattern, canvas=canvas)
    return replace(found, file=found.file or name) if found else None


def is_of_a_platform(name: str, pattern: re.Pattern[str] | None) -> bool:
    """Whether a folder's name is one that a platform, or the course's pattern, gives to a single person's
    homework."""
    return _by_name(name, pattern, canvas=False) is not None or GRADESCOPE.fullmatch(name) is not None


def login_prefix(folder: str, names: Sequence[str] = ()) -> str:
    """What stands before every login in a GitHub download: "hw7-" in the folder "hw7-submissions", or where
    all repositories are called so; else ""."""
    if found := SUBMISSIONS.fullmatch(folder):
        return f"{found['assignment']}-"
    lower = [name.casefold() for name in names]
    ends = [found.end() for found in re.finditer("[-_]", min(lower, default=""))]
    starts = [min(lower)[:end] for end in ends]
    shared = [start for start in starts if all(name.startswith(start) for name in lower)]
    prefix = max(shared, key=len, default="")
    rests = [name[len(prefix) :] for name in names]
    is_of_all = len(rests) > 1 and re.search(r"[^\W\d_]", prefix) is not None and is_a_part(prefix)
    return prefix if is_of_all and not any(map(is_a_part, rests)) else ""


def _by_name(name: str, pattern: re.Pattern[str] | None, *, canvas: bool) -> Sender | None:
    """What a platform's way of naming says; the course's own pattern says the name."""
    sender = _of_platform(name, canvas=canvas)
    if pattern and (found := pattern.search(name)) and found["student"]:
        file = found.groupdict().get("file") or (sender.file if sender else "")
        return replace(sender or Sender(name=""), name=found["student"].strip(), file=file, is_named=True)
    return sender


def _of_platform(name: str, *, canvas: bool) -> Sender | None:
    if found := MOODLE.fullmatch(name):
        online = found["kind"] == "onlinetext"
        return Sender(
            name=found["name"], ident=found["id"], file=found["file"] or "", online_text=online, is_named=True
        )
    if (found := BRIGHTSPACE.fullmatch(name)) and (when := _time(found["time"])):
        return Sender(
            name=found["name"], ident=found["id"], file=found["file"] or "", when=when, is_named=True
        )
    if (found := BLACKBOARD.fullmatch(name)) and (when := _time(found["time"])):
        return Sender(
            name=found["name"], login=found["name"], file=found["file"] or "", when=when, is_named=True
        )
    if canvas and (found := CANVAS.fullmatch(name)):
        late = bool(found["late"])
        return Sender(name=found["name"], ident=found["id"], file=found["file"], late=late, is_named=True)
    return None


def _time(text: str) -> datetime | None:
    """A moment as platforms write it into names."""
    for form in TIMES:
        try:
            return datetime.strptime(text, form)
        except ValueError:  # the next form; None where no form fits
            continue
    return None
