"""Loose files that were taken for people, although they bring nothing of the sheet: helpers, plots, the
template; and folders called like what a course hands out or compares with. Only a few are opened for that:
those whose names or endings leave a doubt."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from grader.assignment import Assignment, Cell, Class, Function, Layer, Model, Role
from grader.assignment.gaps import gaps
from grader.collect.candidate import Candidate
from grader.collect.choice.opened import OpenedFile, read
from grader.collect.files.loose import stem_of
from grader.collect.files.part_names import is_a_part, is_a_piece, is_given, is_solved
from grader.collect.source.roles import possible_names
from grader.model.file_kinds import is_code, is_script

MOST_OPENED = 4  # programs of a folder called `handout`


def without_nobodys(
    candidates: Sequence[Candidate], assignment: Assignment
) -> tuple[list[Candidate], list[str]]:
    """The homework, and the loose files and the folders that are nobody's. Whoever is on the roster stays,
    and so does what cannot be read, or has anything that may be meant for a part of the sheet; but a
    `solution` beside what has people's names is the course's, and so is a `handout` that is still to be
    written."""
    loose = [one for one in candidates if one.is_loose]
    among_notebooks = len(loose) < len(candidates) or any(map(_is_notebook, loose))
    people = any(not _is_no_name(stem_of(PurePosixPath(one.path).name)) for one in candidates)
    strange = {
        one.student
        for one in loose
        if _is_nobodys(one, assignment, among_notebooks=among_notebooks)
        or (people and is_solved(stem_of(PurePosixPath(one.path).name)))
    } | {one.student for one in candidates if people and one.is_plain_folder and _is_the_courses(one)}
    if len(strange) == len(candidates):
        return [*candidates], []
    kept = [one for one in candidates if one.student not in strange]
    dropped = [one for one in candidates if one.student in strange]
    return kept, [
        file for one in dropped for file in ([f"{one.path}/"] if one.is_plain_folder else one.files)
    ]


def _is_no_name(name: str) -> bool:
    return is_a_part(name) or is_given(name) or is_solved(name)


def _is_the_courses(folder: Candidate) -> bool:
    """Whether a folder is called like what a course compares with, or hands out and is still to be
    written."""
    name = PurePosixPath(folder.path).name
    programs = [file for file in folder.files if is_code(file)][:MOST_OPENED]
    return is_solved(name) or (
        is_given(name) and any(_is_to_be_written(read(folder.root, folder.files, file)) for file in programs)
    )


def _is_notebook(candidate: Candidate) -> bool:
    return not is_script(_main_file(candidate))


def _is_nobodys(candidate: Candidate, assignment: Assignment, *, among_notebooks: bool) -> bool:
    """A script among notebooks and folders needs no telling name: people share modules, courses have
    tools."""
    if candidate.problem or not _main_file(candidate):
        return False
    name = stem_of(PurePosixPath(candidate.path).name)
    if is_given(name):
        return _is_to_be_written(_opened(candidate))
    is_doubtful = is_a_piece(name) or (among_notebooks and not _is_notebook(candidate))
    return is_doubtful and _brings_nothing(_opened(candidate), assignment)


def _opened(candidate: Candidate) -> OpenedFile:
    return read(candidate.root, candidate.files, _main_file(candidate))


def _main_file(candidate: Candidate) -> str:
    """The loose file itself, under the name by which it is read; "" for an archive."""
    stem = stem_of(PurePosixPath(candidate.path).name)
    return next((file for file in candidate.files if is_code(file) and stem_of(file) == stem), "")


def _is_to_be_written(reading: OpenedFile) -> bool:
    return any(gaps(piece.text) for piece in reading.cells)


def _brings_nothing(reading: OpenedFile, assignment: Assignment) -> bool:
    """Whether it defines no name of the sheet, and nothing that may stand for one of its parts under another
    name."""
    if reading.notebook.problem or any(piece.tree is None for piece in reading.cells):
        return False
    if reading.defined & {*assignment.names}:
        return False
    parts = [role for role in assignment.roles if _is_telling(role)]
    assigned = dict.fromkeys(reading.defined, 0)
    wanted = [role.name for role in parts]
    return not possible_names(wanted, parts, reading.cells, reading.modules, assigned)


def _is_telling(role: Role) -> bool:
    """Whether a name for it tells homework: any helper has generators, and lists of losses that it plots."""
    match role:
        case Function():
            return not role.yields and role.hands_on is None
        case Cell() | Layer() | Model() | Class():
            return True
    return False
