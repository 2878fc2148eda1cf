"""Whose a folder is: one person's homework, or the class in which such folders lie side by side.

A student decides over all that lies in the own folder, but neither over what lies beside it nor over the
folder around it. So this is read from the neighbours first, never from the folder alone that is asked about.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath

from grader.assignment import sheet_files
from grader.collect.files.downloads import CANVAS, of_file
from grader.collect.files.listing import entries
from grader.collect.files.one_homework import is_one_homework
from grader.model.file_kinds import is_notebook

# that are looked at, from a graded folder upward: homework is seldom graded deeper, and a home full of
# projects is no class
LEVELS = 3
DEPTH = 6  # the same from a folder that somebody may have handed in
MOST_OF_ONE = 3  # notebooks of one person; more of them side by side are a class
NEIGHBOURS = 100  # that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What was handed in, as seen from a graded path. Whatever lies in `place` may be some student's."""

    place: Path  # the folder of the class, or the one zip
    person: Path | None = None  # the one person's folder or zip that the graded path is, or lies in
    # False: nothing beside a single homework tells which of the folders above is the class
    certain: bool = True

    def holds(self, path: Path) -> bool:
        """Whether a path, or what it is a link to, lies among what was handed in."""
        return any(each.is_relative_to(self.place) for each in (Path(os.path.abspath(path)), path.resolve()))


def handed_in(source: Path) -> Handed:
    """Where the homework lies that somebody means by `source`: a class, one person's folder, an archive or a
    notebook."""
    graded = source.resolve()
    if graded.is_file() and not _is_zip(graded):
        graded = graded.parent
    alone = _is_one(graded)
    person = graded if alone else None
    for place in _of_persons(graded, LEVELS):
        person, alone = place, False
    return Handed(place=person.parent if person else graded, person=person, certain=not alone)


def lies_in_a_class(folder: Path) -> bool:
    """Whether a folder is somebody's homework or a part of it, as its neighbours and those above it tell."""
    return any(_of_persons(folder.resolve(), DEPTH))


def _of_persons(path: Path, levels: int) -> Iterator[Path]:
    """Of a path and the folders above it those that are one person's each, as their neighbours tell. Of a
    folder above, its own look must agree: somebody's projects may lie beside a course, and a course holds its
    classes deeper."""
    for place in islice((path, *path.parents), levels):
        if lies_among_homework(place) and (place == path or _holds_notebooks(place)):
            yield place


def _holds_notebooks(folder: Path) -> bool:
    """Whether notebooks lie in a folder, or in a folder in it."""
    try:
        inner = [Path(each.path) for each in entries(folder)[0]]
        return any(is_notebook(name.name) for place in (folder, *inner) for name in entries(place)[1])
    except OSError:
        return False


def lies_among_homework(path: Path) -> bool:
    """Whether more than half of what lies beside a folder or zip is homework, each of one person."""
    try:
        folders, files, _ = entries(path.parent)
    except OSError:
        return False
    beside = [Path(each.path) for each in (*folders, *files) if each.is_dir() or _is_zip(Path(each.name))]
    others = [each for each in beside if each.name != path.name and not sheet_files(each)][:NEIGHBOURS]
    return sum(map(_looks_like_one, others)) > len(others) / 2


def _is_one(path: Path) -> bool:
    try:
        return is_one_homework(path) if path.is_dir() else _looks_like_one(path)
    except OSError:
        return False


def _looks_like_one(path: Path) -> bool:
    if _is_zip(path):
        names = _members(path)
        return _of_one_person(names) and not _are_of_several(names)
    try:
        folders, files, _ = entries(path)
        if len(folders) == 1 and not files:  # hw7/ in a checkout
            path = Path(folders[0].path)
            _, files, _ = entries(path)
    except OSError:
        return False
    names = [file.name for file in files]
    if any(map(is_notebook, names)):
        return _of_one_person(names)
    zips = [path / name for name in names if _is_zip(Path(name))]
    return 0 < len(zips) <= MOST_OF_ONE and not any(_are_of_several(_members(each)) for each in zips)


def _of_one_person(names: Sequence[str]) -> bool:
    """Scripts tell nothing: every project has some."""
    notebooks = sum(map(is_notebook, names))
    return 0 < notebooks <= MOST_OF_ONE or (not notebooks and any(_is_zip(Path(name)) for name in names))


def _are_of_several(names: Sequence[str]) -> bool:
    """Whether what lies in a zip is a class, as an instructor downloads it: more than one person would hand
    in, or named by a platform after several."""
    handed = [name for name in names if is_notebook(name)] or [n for n in names if _is_zip(Path(n))]
    tops = {PurePosixPath(name).parts[0] for name in handed}
    canvas = all(CANVAS.fullmatch(top) for top in tops)
    senders = {sender.ident or sender.name for top in tops if (sender := of_file(top, None, canvas=canvas))}
    return len(handed) > MOST_OF_ONE or len(senders) > 1


def _is_zip(path: Path) -> bool:
    return path.suffix.lower() == ".zip"


def _members(archive: Path) -> list[str]:
    try:
        with zipfile.ZipFile(archive) as opened:
            return [name for name in opened.namelist() if name and not name.startswith(("__MACOSX/", "/"))]
    except Exception:  # damaged: whose it is cannot be seen, and zipfile has no one error for it
        return []
