"""How learning platforms name what students handed in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from grader.collect.files.part_names import is_a_part
from grader.collect.files.unpack import without_ending

MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?P<kind>file|onlinetext)(?:_(?P<file>.*))?")
CANVAS = re.compile(r"(?P<name>.+?)(?P<late>_LATE)?_(?P<id>\d+)_(\d+)_(?P<file>.+)")
BRIGHTSPACE = re.compile(
    r"(?P<id>\d+)-\d+ ?- ?(?P<name>.+?) ?- ?"
    r"(?P<time>(?:[A-Z][a-z]{2,8} \d{1,2}|\d{1,2} [A-Z][a-z]{2,8}),? \d{4},? (?:\d{3,4} [AP]M|\d{4}))"
    r"(?: ?- ?(?P<file>.+))?"
)
BLACKBOARD = re.compile(r".+?_(?P<name>[^_]+)_attempt_(?P<time>\d{4}(?:-\d\d){5})(?:_(?P<file>.+)|\.txt)?")
SAKAI = re.compile(r"(?P<name>[^(),]+, [^(),]+)\((?P<login>[\w.@-]+)\)")
GRADESCOPE = re.compile(r"submission_(?P<id>\d+)")
# gh classroom clone; gh teacher download
SUBMISSIONS = re.compile(r"(?P<assignment>.+?)(-submissions|_submissions_.*)")
# GitHub's and GitLab's zip of a repository is called after its branch, GitLab's after its commit, too
BRANCH = re.compile(r"(?P<name>.+)-(?:main|master)(?:-[0-9a-f]{40})?")
DAYS = ("%b %d %Y", "%B %d %Y", "%d %b %Y", "%d %B %Y")  # as Brightspace has them in two languages
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Repositories:
    """What stands around every login where repositories lie side by side."""

    prefix: str = ""  # "hw7-"
    of_branches: bool = False  # all are called after a branch, too: "hw7-ada-main"

    def login(self, name: str) -> str:
        """Whose a folder, or an archive without its ending, is by its name; "" where that tells nothing."""
        found = BRANCH.fullmatch(name) if self.of_branches else None
        bare = found["name"] if found else name
        rest = bare.removeprefix(bare[: len(self.prefix)] if self._begins(bare) else "")
        return rest if rest != name else ""

    def _begins(self, name: str) -> bool:
        return name.casefold().startswith(self.prefix.casefold()) and len(name) > len(self.prefix)


def of_folder(
    name: str, pattern: re.Pattern[str] | None, around: Repositories, known: Known | None = None
) -> Sender:
    """The sender of a folder."""
    if known and name in known:
        return known[name]
    if found := _by_name(name, pattern, canvas=False):
        return found
    login = around.login(name)
    return Sender(name=login or name, login=login)


def of_archive(name: str, around: Repositories) -> Sender | None:
    """The sender of a loose archive; None where only its own name tells."""
    login = around.login(without_ending(name))
    return Sender(name=login, login=login, file=name) if login else None


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


def repositories(folder: str, names: Sequence[str] = ()) -> Repositories:
    """What stands around every login in the folder of a download, by its own name and by the names of the
    folders and archives in it, without their endings."""
    branches = [BRANCH.fullmatch(name) for name in names]
    of_branches = len(names) > 1 and all(branches)
    bare = [found["name"] for found in branches if found] if of_branches else names
    return Repositories(prefix=_login_prefix(folder, bare), of_branches=of_branches)


def _login_prefix(folder: str, names: Sequence[str]) -> str:
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
    if (found := BRIGHTSPACE.fullmatch(name)) and (when := moment_of_name(found["time"])):
        return Sender(
            name=found["name"], ident=found["id"], file=found["file"] or "", when=when, is_named=True
        )
    if found := SAKAI.fullmatch(name):
        return Sender(name=found["name"], login=found["login"], is_named=True)
    if (found := BLACKBOARD.fullmatch(name)) and (when := moment_of_name(found["time"])):
        return Sender(
            name=found["name"], login=found["name"], file=found["file"] or "", when=when, is_named=True
        )
    if canvas and (found := CANVAS.fullmatch(name)):
        late = bool(found["late"])
        return Sender(name=found["name"], ident=found["id"], file=found["file"], late=late, is_named=True)
    return None


def moment_of_name(text: str) -> datetime | None:
    """A moment as platforms write it into names; None where it is none."""
    for form in TIMES:
        try:
            return datetime.strptime(text.replace(",", ""), form)
        except ValueError:  # the next form; None where no form fits
            continue
    return None
