"""Find the homework in a folder, an archive or a platform's download: quickly, without parsing a notebook."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.collect.candidate import Candidate
from grader.collect.files.downloads import Sender, of_archive, of_folder, repositories
from grader.collect.files.draft import Draft, Workbench, from_files, from_folder
from grader.collect.files.listing import Listing, entries, list_files
from grader.collect.files.loose import grouped, loose_drafts, stem_of
from grader.collect.files.manifests import senders_in_lists
from grader.collect.files.one_homework import is_one, may_be_homework, may_be_notebook, senders_of
from grader.collect.files.part_names import is_a_part
from grader.collect.files.unpack import ARCHIVES, is_archive, unpack, without_ending
from grader.collect.people.course import Course
from grader.collect.people.enrol import enrol
from grader.collect.people.wrapped import (
    classes_side_by_side,
    homeworks_side_by_side,
    is_called_a_class,
    step_inside,
)
from grader.collect.words import listed
from grader.errors import UsageError
from grader.model.file_kinds import is_code

Entry = os.DirEntry[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A class as found: everybody's homework, and the loose files that are nobody's."""

    candidates: tuple[Candidate, ...]
    nobodys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFolder:
    """The folder in which people's homework lies side by side."""

    base: Path
    lead: str  # the path that leads there within what was graded: "" or "hw7/"
    title: str  # what it is called


def find_candidates(source: Path, workspace: Path, course: Course) -> list[Candidate]:
    """Every student's or group's homework in `source`, sorted by name. Archives and loose files go to
    `workspace`.

    Raises:
        UsageError: `source` does not exist, cannot be read, or holds no homework.
    """
    return list(find_class(source, workspace, course).candidates)


def find_class(source: Path, workspace: Path, course: Course) -> Found:
    """The same, with the files that are nobody's.

    Raises:
        UsageError: `source` does not exist, cannot be read, or holds no homework.
    """
    workspace.mkdir(parents=True, exist_ok=True)
    desk = Workbench(Path(tempfile.mkdtemp(prefix="submissions-", dir=workspace)), course.timezone)
    try:
        drafts, nobodys = _drafts(_open(source, desk, course), course, desk)
    except OSError as problem:
        raise UsageError(f"{source} cannot be read: {problem.strerror or problem}") from problem
    if not drafts:
        raise UsageError(
            f"no homework in {source}: expected a folder, a notebook, a script or a zip for each student"
        )
    return Found(candidates=tuple(enrol(drafts, course)), nobodys=tuple(nobodys))


def _open(source: Path, desk: Workbench, course: Course) -> ClassFolder:
    """The folder to look in."""
    zipped = not source.is_dir()
    if zipped:
        base, title = desk.fresh(), without_ending(source.name)
        _check_archive(source)
        unpack(source, base, course.timezone)
    else:
        base, title = source.resolve(), source.resolve().name
    base, lead, title = step_inside(base, title, course, desk, zipped=zipped)
    return ClassFolder(base=base, lead=lead, title=title)


def _check_archive(source: Path) -> None:
    if not source.exists():
        raise UsageError(f"{source} does not exist: give the folder or the archive with the homework")
    if source.suffix.lower() in (".ipynb", ".py"):
        raise UsageError(
            f"{source} is a single {'script' if source.suffix.lower() == '.py' else 'notebook'}: give the"
            " folder it lies in"
        )
    if not source.is_file() or not (
        zipfile.is_zipfile(source) or (is_archive(source.name) and source.suffix.lower() != ".zip")
    ):
        raise UsageError(
            f"{source} is neither a folder nor an archive ({', '.join(ARCHIVES[:3])}) that can be opened here"
        )


def _drafts(place: ClassFolder, course: Course, desk: Workbench) -> tuple[list[Draft], list[str]]:
    folders, files, links = entries(place.base)
    known, lists = senders_in_lists(files)
    files = [file for file in files if file.name not in (*course.own_files, *lists)]
    handed_in, senders = senders_of(files, course.pattern, known)
    if is_one(place.base, handed_in, senders, folders):
        return [_one_homework(place, handed_in, course, desk)], []
    if several := homeworks_side_by_side(folders):
        raise UsageError(
            f"{place.title} holds several homeworks of the same people ({listed(several)}): grade one of"
            f" them, as in `grade {place.title}/{several[-1]}`"
        )
    if groups := classes_side_by_side(folders, files, course):
        return _of_groups(place, groups, course, desk)
    archives = [file.name for file in files if is_archive(file.name) and senders[file.name] is None]
    around = repositories(place.title, [*(one.name for one in folders), *map(without_ending, archives)])
    senders |= {name: of_archive(name, around) for name in archives}
    drafts = [
        from_folder(
            Path(one.path), place.lead + one.name, of_folder(one.name, course.pattern, around, known), desk
        )
        for one in folders
    ]
    people = [draft.sender.name for draft in drafts if any(map(may_be_homework, draft.listing.files))]
    drafts += grouped(files, senders, place.lead, desk)
    loose, nobodys = loose_drafts(
        [file for file in files if senders[file.name] is None], people, place.lead, desk
    )
    drafts += loose
    drafts += [
        _link(link, place.lead) for link in links if os.path.isdir(link.path) or may_be_homework(link.name)
    ]
    return _without_online_text(drafts), nobodys


def _of_groups(
    place: ClassFolder, groups: Sequence[Entry], course: Course, desk: Workbench
) -> tuple[list[Draft], list[str]]:
    """A class whose people lie in the folders of their tutorials."""
    drafts, nobodys = list[Draft](), list[str]()
    for one in groups:
        inner = ClassFolder(base=Path(one.path), lead=f"{place.lead}{one.name}/", title=one.name)
        some, others = _drafts(inner, course, desk)
        drafts += some
        nobodys += others
    return drafts, nobodys


def _one_homework(place: ClassFolder, handed_in: list[str], course: Course, desk: Workbench) -> Draft:
    notebook = next(filter(may_be_notebook, handed_in), handed_in[0])
    stem = stem_of(notebook) if len(handed_in) == 1 or may_be_notebook(notebook) else ""
    # submissions/anna/homework.ipynb is called as it is among the others of the class
    of_class = is_a_part(stem) and is_called_a_class(place.base.parent.name)
    sender = Sender(name=stem if stem and not of_class else place.title)
    listing = list_files(place.base)
    mine = [file for file in listing.files if file not in course.own_files]
    if len(mine) < len(listing.files) or not is_code(notebook):
        return from_files([(place.base / file, file) for file in mine], place.lead + notebook, sender, desk)
    git = place.base / ".git"
    return Draft(
        sender=sender,
        path=place.lead + notebook,
        root=place.base,
        listing=listing,
        notices=listing.notices,
        git=git if os.path.lexists(git) else None,
    )


def _link(link: Entry, lead: str) -> Draft:
    problem = "it is a symbolic link, which is not followed: please hand in the files themselves"
    sender = Sender(name=stem_of(link.name) if may_be_homework(link.name) else link.name)
    return Draft(
        sender=sender, path=lead + link.name, root=Path(link.path).parent, listing=Listing(), problem=problem
    )


def _without_online_text(drafts: list[Draft]) -> list[Draft]:
    """Moodle gives a second folder for text typed into its form; it is no homework of its own beside the
    files."""
    with_files = {
        draft.sender.ident for draft in drafts if draft.sender.ident and not draft.sender.online_text
    }
    typed = {draft.sender.ident for draft in drafts if draft.sender.online_text}
    notice = "the text typed into the form of the learning platform was not read"
    return [
        (
            replace(draft, notices=(*draft.notices, notice))
            if draft.sender.ident in typed & with_files
            else draft
        )
        for draft in drafts
        if not (draft.sender.online_text and draft.sender.ident in with_files)
    ]
