"""From a folder, an archive or loose files to one homework: unpacked or copied to a folder of its own where
needed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from pathlib import Path, PurePosixPath

from grader.collect.candidate import OUR_FAULT
from grader.collect.files.disguised import disguised, is_packed, said_of
from grader.collect.files.downloads import Sender
from grader.collect.files.listing import Listing, entries, inner_folder, list_files
from grader.collect.files.members import STUDENT_CAP
from grader.collect.files.unpack import ARCHIVES, unpack, without_ending
from grader.collect.words import listed, plain
from grader.errors import UsageError
from grader.model import ProblemKind

MOST_ARCHIVES = 30  # of one homework that are opened
NESTED = 4  # archives in archives; nobody packs deeper


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
    git: Path | None = None  # of a checkout, whose file times are those of the download

    @property
    def is_plain_folder(self) -> bool:
        """Whether it is a folder, and nothing but the name of it says whose."""
        sender, name = self.sender, PurePosixPath(self.path).name
        told = (*sender.names, *sender.emails, sender.ident, sender.login)
        is_folder = not sender.is_stem and self.root.name == name and self.root.is_dir()
        return is_folder and self.git is None and not any(told)


@dataclass(slots=True)
class Workbench:
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


def from_folder(folder: Path, path: str, sender: Sender, desk: Workbench) -> Draft:
    """The homework in a student's folder; archives in it are unpacked when it holds no notebook besides. A
    folder that is closed to us is our problem, and that of nobody else in the class."""
    try:
        entries(folder)
    except OSError as closed:
        reason = f"{OUR_FAULT}: its folder cannot be read ({closed.strerror or 'an error of the disk'})"
        return Draft(sender=sender, path=path, root=folder, problem=reason, problem_kind=ProblemKind.GRADER)
    root = inner_folder(folder)
    draft = Draft(sender=sender, path=path, root=root, listing=list_files(root), git=_git_of(folder, root))
    if not _needs_a_copy(draft):
        return _checked(draft, "the folder is empty")
    copy = desk.fresh()
    if problem := _copy((root / file, copy / file) for file in draft.listing.files):
        return replace(draft, problem=problem)
    return _opened(replace(draft, root=copy), desk, "the folder is empty")


def from_archive(archive: Path, path: str, sender: Sender, desk: Workbench) -> Draft:
    """The homework in a student's archive."""
    return from_files([(archive, archive.name)], path, sender, desk)


def from_files(files: Iterable[tuple[Path, str]], path: str, sender: Sender, desk: Workbench) -> Draft:
    """The homework made of loose files, copied under their own names, so that its kernel sees nobody
    else's."""
    root = desk.fresh()
    targets: dict[str, Path] = {}
    for number, (source, name) in enumerate(files, 1):
        # a platform may hold two files of one name
        targets[f"{number}_{name}" if name in targets else name] = source
    if problem := _copy((source, root / name) for name, source in targets.items()):
        return Draft(sender=sender, path=path, root=root, problem=problem)
    return _opened(
        Draft(sender=sender, path=path, root=root, listing=list_files(root)), desk, "there are no files"
    )


def _git_of(*places: Path) -> Path | None:
    """The `.git` of a checkout. Another file of that name leads elsewhere, perhaps out of the class: it tells
    no time."""
    return next((place / ".git" for place in places if os.path.lexists(place / ".git")), None)


def _needs_a_copy(draft: Draft) -> bool:
    """Whether something must be unpacked or called otherwise before there is a notebook."""
    notebooks, files = draft.listing.ending(".ipynb"), draft.listing.files
    if notebooks:
        return len(notebooks) == 1 and is_packed(draft.root / notebooks[0])
    return bool(draft.listing.ending(*ARCHIVES) or disguised(draft.root, files))


def _copy(pairs: Iterable[tuple[Path, Path]]) -> str:
    """Copy files, with their times: they say when the homework was handed in. What went wrong, or ""."""
    for source, target in pairs:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)
            # it may be ours to write although the original is not
            target.chmod(target.stat().st_mode | 0o600)
        except OSError as problem:
            return f"{plain(source.name)} cannot be read: {problem.strerror or 'an error of the disk'}"
    return ""


def _opened(draft: Draft, desk: Workbench, if_empty: str) -> Draft:
    """A draft whose files are copies of ours, once its archives are unpacked and its notebooks are called
    so."""
    notices = list(draft.listing.notices)
    newest, listing = draft.listing.newest, draft.listing
    packed = [file for file in listing.ending(".ipynb") if is_packed(draft.root / file)]
    if packed and len(packed) == len(listing.ending(".ipynb")):
        notices += _call(
            draft.root, {file: f"{file}.zip" for file in packed}, "it is a zip archive, which was unpacked"
        )
        listing = list_files(draft.root)
    names = disguised(draft.root, listing.ending(*ARCHIVES))
    if names and not listing.ending(".ipynb"):  # "homework.ipynb.zip" that was never packed
        notices += _call(draft.root, names, said_of(names))
        listing = list_files(draft.root)
    for _ in range(NESTED):
        archives = listing.ending(*ARCHIVES)[:MOST_ARCHIVES]
        if not archives or listing.ending(".ipynb"):
            break
        try:
            notices += _unpack_all(draft.root, archives, desk)
        except UsageError as problem:
            there = replace(list_files(draft.root), newest=newest)
            return replace(draft, listing=there, problem=str(problem), notices=tuple(notices))
        if_empty = f"{plain(archives[0])} is empty"
        listing = list_files(draft.root)
    root = inner_folder(draft.root)
    if not list_files(root).ending(".ipynb"):
        names = disguised(root, list_files(root).files)
        notices += _call(root, names, said_of(names))
    inside = list_files(root)
    whole = replace(
        draft, root=root, listing=replace(inside, newest=newest or inside.newest), notices=tuple(notices)
    )
    return _checked(whole, if_empty)


def _unpack_all(root: Path, archives: tuple[str, ...], desk: Workbench) -> list[str]:
    """Unpack these archives where they lie, each in a folder of its own when there are several; all together
    hold to one cap.

    Raises:
        UsageError: one of them cannot be unpacked.
    """
    notices: list[str] = []
    for archive in archives:
        path = root / archive
        target = path.parent if len(archives) == 1 else path.with_name(without_ending(path.name))
        packed = desk.fresh() / path.name  # out of the way: it may hold something of its own name
        path.rename(packed)
        used = sum((root / file).stat().st_size for file in list_files(root).files)
        cap = replace(STUDENT_CAP, total_bytes=max(0, STUDENT_CAP.total_bytes - used))
        try:
            notices += unpack(packed, target, desk.zone, cap)
        except UsageError:  # it is what was handed in
            if not os.path.lexists(path):
                packed.rename(path)
            raise
        packed.unlink(missing_ok=True)
    return notices


def _call(root: Path, names: dict[str, str], why: str) -> list[str]:
    """Give files of ours other names, and say so."""
    for file, name in names.items():
        os.replace(root / file, root / name)
    return [f"{listed([plain(file, 60) for file in names])}: {why}"] if names else []


def _checked(draft: Draft, if_empty: str) -> Draft:
    notices = tuple(dict.fromkeys((*draft.notices, *draft.listing.notices)))
    return replace(draft, notices=notices, problem="" if draft.listing.files else if_empty)
