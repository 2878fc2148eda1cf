"""Find the homework in a folder, a zip or a platform's download: quickly, without opening a notebook."""

from __future__ import annotations

import os
import re
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from grader.collect.belongs import imported_by
from grader.collect.candidate import Candidate
from grader.collect.course import Course
from grader.collect.downloads import CANVAS, MOODLE, SUBMISSIONS, Sender, login_prefix, of_file, of_folder
from grader.collect.draft import Desk, Draft, from_archive, from_files, from_folder
from grader.collect.enrol import enrol
from grader.collect.listing import Listing, entries, list_files
from grader.collect.unpack import unpack
from grader.collect.words import plain
from grader.errors import UsageError

Entry = os.DirEntry[str]
HANDED_IN = (".ipynb", ".zip", ".py")
OTHER_ARCHIVES = (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")


def find_candidates(source: Path, workspace: Path, course: Course) -> list[Candidate]:
    """Every student's or group's homework in `source`, sorted by name. Archives and loose files go to `workspace`.

    Raises:
        UsageError: `source` does not exist, cannot be read, or holds no homework.
    """
    workspace.mkdir(parents=True, exist_ok=True)
    desk = Desk(Path(tempfile.mkdtemp(prefix="submissions-", dir=workspace)), course.timezone)
    try:
        base, lead, title = _open(source, desk, course)
        drafts = _drafts(base, lead, title, course, desk)
    except OSError as problem:
        raise UsageError(f"{source} cannot be read: {problem.strerror or problem}") from problem
    if not drafts:
        raise UsageError(f"no homework in {source}: expected a folder, a notebook, a script or a zip for each student")
    return enrol(drafts, course)


def _open(source: Path, desk: Desk, course: Course) -> tuple[Path, str, str]:
    """The folder to look in, the path that leads to it within `source` ("" or "hw7/"), and what it is called."""
    if source.is_dir():
        return _look_through(source.resolve(), source.resolve().name, course, zipped=False)
    if not source.exists():
        raise UsageError(f"{source} does not exist: say the folder or the zip with the homework")
    if source.suffix.lower() in (".ipynb", ".py"):
        raise UsageError(
            f"{source} is a single {'script' if source.suffix.lower() == '.py' else 'notebook'}: say the folder it lies in"
        )
    if not source.is_file() or not zipfile.is_zipfile(source):
        raise UsageError(f"{source} is neither a folder nor a zip archive")
    target = desk.fresh()
    unpack(source, target, course.timezone)
    return _look_through(target, source.stem, course, zipped=True)


def _look_through(base: Path, title: str, course: Course, *, zipped: bool) -> tuple[Path, str, str]:
    """Step into a folder that is the only thing there and wraps the whole class."""
    lead = ""
    for _ in range(10):
        folders, files, links = entries(base)
        if files or links or len(folders) != 1:
            break
        inner = folders[0]
        if not (_wraps_a_class(inner, course) if zipped else SUBMISSIONS.fullmatch(inner.name)):
            break
        base, lead, title = Path(inner.path), f"{lead}{inner.name}/", inner.name
    return base, lead, title


def _wraps_a_class(folder: Entry, course: Course) -> bool:
    """Does the only folder of a zip hold a class, or is it one student's? One loose notebook means a student's."""
    if MOODLE.fullmatch(folder.name) or (course.pattern and course.pattern.search(folder.name)):
        return False
    folders, files, _ = entries(Path(folder.path))
    names = [file.name.lower() for file in files]
    notebooks = [name for name in names if name.endswith(".ipynb")]
    if len(notebooks) > 1 or any(name.endswith(".zip") for name in names):
        return True
    if notebooks or any(name.endswith(".py") for name in names):
        return all(of_file(name, course.pattern, canvas=True) for name in names)
    return len(folders) > 1 or (len(folders) == 1 and not files)


def _drafts(base: Path, lead: str, title: str, course: Course, desk: Desk) -> list[Draft]:
    folders, files, links = entries(base)
    files = [file for file in files if file.name not in course.own_files]
    handed_in, senders = _senders(files, course.pattern)
    if _is_one(base, handed_in, senders, folders):
        return [_one_homework(base, lead, handed_in, title, course, desk)]
    prefix = login_prefix(title)
    drafts = [
        from_folder(Path(folder.path), lead + folder.name, of_folder(folder.name, course.pattern, prefix), desk)
        for folder in folders
    ]
    drafts += _grouped(files, senders, lead, desk)
    unsigned = [file for file in files if senders[file.name] is None]
    drafts += _loose(unsigned, lead, desk)
    if not any(name.lower().endswith(".ipynb") for name in handed_in) and not any(
        draft.listing.ending(*HANDED_IN) for draft in drafts
    ):
        drafts += _loose_scripts(unsigned, lead, desk)
    drafts += [_link(link, lead) for link in links if os.path.isdir(link.path) or link.name.lower().endswith(HANDED_IN[:2])]
    return _without_online_text(drafts)


def is_one_homework(folder: Path) -> bool:
    """Whether a folder is one person's homework and no class, as far as its files tell without a course's pattern of names.

    Raises:
        OSError: the folder cannot be read.
    """
    folders, files, _ = entries(folder)
    handed_in, senders = _senders(files, None)
    return _is_one(folder, handed_in, senders, folders)


def _senders(files: list[Entry], pattern: re.Pattern[str] | None) -> tuple[list[str], dict[str, Sender | None]]:
    """The names of loose files that may be homework, and who sent each file."""
    handed_in = [file.name for file in files if file.name.lower().endswith(HANDED_IN)]
    canvas = bool(handed_in) and all(CANVAS.fullmatch(name) for name in handed_in)
    return handed_in, {file.name: of_file(file.name, pattern, canvas=canvas) for file in files}


def _is_one(base: Path, handed_in: list[str], senders: dict[str, Sender | None], folders: list[Entry]) -> bool:
    return _is_one_homework(handed_in, senders, folders) or _is_one_program(base, handed_in, senders, folders)


def _is_one_homework(handed_in: list[str], senders: dict[str, Sender | None], folders: list[Entry]) -> bool:
    """One loose notebook, and no folder with another: the folder is one student's, and what else lies there belongs to it."""
    notebooks = [name for name in handed_in if name.lower().endswith(".ipynb")]
    if len(notebooks) != 1 or senders[notebooks[0]] or any(name.lower().endswith(".zip") for name in handed_in):
        return False
    inside = [list_files(Path(folder.path)) for folder in folders]
    return all(listing.files and not listing.ending(".ipynb", ".zip") for listing in inside)


def _is_one_program(base: Path, handed_in: list[str], senders: dict[str, Sender | None], folders: list[Entry]) -> bool:
    """Loose scripts alone, of which there is only one or some import others: the folder is one student's. Folders with code belong to
    it when the scripts import them."""
    if not handed_in or any(not name.lower().endswith(".py") or senders[name] for name in handed_in):
        return False
    imported = imported_by([base / name for name in handed_in])
    for folder in folders:
        inside = list_files(Path(folder.path))
        if inside.ending(".ipynb", ".zip") or (inside.ending(".py") and folder.name not in imported):
            return False
    return len(handed_in) == 1 or any(Path(name).stem in imported for name in handed_in)


def _one_homework(base: Path, lead: str, handed_in: list[str], title: str, course: Course, desk: Desk) -> Draft:
    notebook = next((name for name in handed_in if name.lower().endswith(".ipynb")), handed_in[0])
    sender = Sender(name=title if len(handed_in) > 1 and notebook.lower().endswith(".py") else Path(notebook).stem)
    listing = list_files(base)
    mine = [file for file in listing.files if file not in course.own_files]
    if len(mine) == len(listing.files):
        checkout = os.path.exists(base / ".git")
        notices = listing.notices
        return Draft(sender=sender, path=lead + notebook, root=base, listing=listing, notices=notices, checkout=checkout)
    return from_files([(base / file, file) for file in mine], lead + notebook, sender, desk)


def _grouped(files: list[Entry], senders: dict[str, Sender | None], lead: str, desk: Desk) -> Iterator[Draft]:
    """Loose files whose names say who sent them; several of one student are one homework."""
    groups: dict[tuple[str, str], list[tuple[Entry, Sender]]] = {}
    for file in files:
        if sender := senders[file.name]:
            groups.setdefault((sender.name, sender.ident), []).append((file, sender))
    for sent in groups.values():
        first = sent[0][1]
        sender = replace(first, file="", late=any(one.late for _, one in sent))
        pairs = [(Path(file.path), one.file) for file, one in sent]
        yield from_files(pairs, lead + sent[0][0].name, sender, desk)


def _loose(files: list[Entry], lead: str, desk: Desk) -> Iterator[Draft]:
    """Loose notebooks and archives: each a student's, named by its stem. Loose modules go with every notebook."""
    modules = [(Path(file.path), file.name) for file in files if file.name.lower().endswith(".py")]
    for file in files:
        path, name = Path(file.path), file.name.lower()
        sender = Sender(name=path.stem)
        if name.endswith(".ipynb"):
            yield from_files([(path, file.name), *modules], lead + file.name, sender, desk)
        elif name.endswith(".zip"):
            yield from_archive(path, lead + file.name, sender, desk)
        elif name.endswith(OTHER_ARCHIVES):
            problem = f"{plain(file.name)} cannot be opened here: please hand in a folder or a .zip"
            yield Draft(sender=sender, path=lead + file.name, root=desk.fresh(), problem=problem)


def _loose_scripts(files: list[Entry], lead: str, desk: Desk) -> Iterator[Draft]:
    """Loose scripts, each a student's, named by its stem. Those that others import go with every one."""
    scripts = [Path(file.path) for file in files if file.name.lower().endswith(".py")]
    imported = imported_by(scripts)
    modules = [(path, path.name) for path in scripts if path.stem in imported]
    for path in scripts:
        if path.stem not in imported:
            yield from_files([(path, path.name), *modules], lead + path.name, Sender(name=path.stem), desk)


def _link(link: Entry, lead: str) -> Draft:
    problem = "it is a symbolic link, which is not followed: please hand in the files themselves"
    stem = re.sub(r"\.(ipynb|zip)$", "", link.name, flags=re.IGNORECASE)
    return Draft(sender=Sender(name=stem), path=lead + link.name, root=Path(link.path).parent, listing=Listing(), problem=problem)


def _without_online_text(drafts: list[Draft]) -> list[Draft]:
    """Moodle gives a second folder for text typed into its form; it is no homework of its own beside the files."""
    with_files = {draft.sender.ident for draft in drafts if draft.sender.ident and not draft.sender.online_text}
    typed = {draft.sender.ident for draft in drafts if draft.sender.online_text}
    notice = "the text typed into the form of the learning platform was not read"
    return [
        replace(draft, notices=(*draft.notices, notice)) if draft.sender.ident in typed & with_files else draft
        for draft in drafts
        if not (draft.sender.online_text and draft.sender.ident in with_files)
    ]
