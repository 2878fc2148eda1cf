"""From a folder, an archive or loose files to one homework: unpacked or copied to a folder of its own where needed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from pathlib import Path

from grader.collect.downloads import Sender
from grader.collect.listing import Listing, entries, inner_folder, list_files
from grader.collect.prepare import OUR_FAULT
from grader.collect.unpack import STUDENT_CAP, unpack
from grader.collect.words import plain
from grader.errors import UsageError
from grader.model import ProblemKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A homework before the class's names, the roster and the deadline are applied."""

    sender: Sender
    path: str  # relative to the graded folder
    root: Path
    listing: Listing = Listing()
    problem: str = ""
    problem_kind: ProblemKind = ProblemKind.HOMEWORK
    notices: tuple[str, ...] = ()
    checkout: bool = False  # of git: its file times are those of the download


@dataclass(slots=True)
class Desk:
    """Where homework is unpacked and copied: a new numbered folder for each."""

    folder: Path
    zone: tzinfo
    used: int = field(default=0)

    def fresh(self) -> Path:
        """A new empty folder."""
        self.used += 1
        fresh = self.folder / f"{self.used:05d}"
        fresh.mkdir(parents=True)
        return fresh


def from_folder(folder: Path, path: str, sender: Sender, desk: Desk) -> Draft:
    """The homework in a student's folder; archives in it are unpacked when it holds no notebook besides. A folder that is closed
    to us is our problem, and that of nobody else in the class."""
    try:
        entries(folder)
    except OSError as closed:
        reason = f"{OUR_FAULT}: its folder cannot be read ({closed.strerror or 'an error of the disk'})"
        return Draft(sender=sender, path=path, root=folder, problem=reason, problem_kind=ProblemKind.GRADER)
    root = inner_folder(folder)
    checkout = any(os.path.exists(place / ".git") for place in (folder, root))
    draft = Draft(sender=sender, path=path, root=root, listing=list_files(root), checkout=checkout)
    if draft.listing.ending(".ipynb") or not draft.listing.ending(".zip"):
        return _checked(draft, "the folder is empty")
    copy = desk.fresh()
    if problem := _copy((root / file, copy / file) for file in draft.listing.files):
        return replace(draft, problem=problem)
    return _unpacked(draft, copy, desk)


def from_archive(archive: Path, path: str, sender: Sender, desk: Desk) -> Draft:
    """The homework in a student's zip."""
    return from_files([(archive, archive.name)], path, sender, desk)


def from_files(files: Iterable[tuple[Path, str]], path: str, sender: Sender, desk: Desk) -> Draft:
    """The homework made of loose files, copied under their own names, so that its kernel sees nobody else's."""
    root = desk.fresh()
    targets: dict[str, Path] = {}
    for number, (source, name) in enumerate(files, 1):
        targets[f"{number}_{name}" if name in targets else name] = source  # a platform may hold two files of one name
    if problem := _copy((source, root / name) for name, source in targets.items()):
        return Draft(sender=sender, path=path, root=root, problem=problem)
    draft = Draft(sender=sender, path=path, root=root, listing=list_files(root))
    if draft.listing.ending(".zip") and not draft.listing.ending(".ipynb"):
        return _unpacked(draft, root, desk)
    return _checked(draft, "there are no files")


def _copy(pairs: Iterable[tuple[Path, Path]]) -> str:
    """Copy files, with their times: they say when the homework was handed in. What went wrong, or ""."""
    for source, target in pairs:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)
        except OSError as problem:
            return f"{plain(source.name)} cannot be read: {problem.strerror or 'an error of the disk'}"
    return ""


def _unpacked(draft: Draft, copy: Path, desk: Desk) -> Draft:
    """`draft` with the archives in its copied files unpacked; the archives' own times say when they were handed in."""
    archives = draft.listing.ending(".zip")
    notices: list[str] = []
    for archive in archives:
        target = copy if len(archives) == 1 else copy / Path(archive).with_suffix("")
        try:
            notices += unpack(copy / archive, target, desk.zone, STUDENT_CAP)
        except UsageError as problem:
            return replace(draft, root=copy, problem=str(problem))
        (copy / archive).unlink(missing_ok=True)
    root = inner_folder(copy)
    inside = list_files(root)
    listing = replace(inside, newest=draft.listing.newest or inside.newest)
    whole = replace(draft, root=root, listing=listing, notices=(*draft.listing.notices, *notices))
    return _checked(whole, f"{plain(archives[0])} is empty")


def _checked(draft: Draft, if_empty: str) -> Draft:
    notices = tuple(dict.fromkeys((*draft.notices, *draft.listing.notices)))
    return replace(draft, notices=notices, problem="" if draft.listing.files else if_empty)
