"""A class in one more folder or archive, or in several: where its people begin."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from grader.collect.files.downloads import SUBMISSIONS, is_of_a_platform, of_file
from grader.collect.files.draft import Workbench
from grader.collect.files.listing import entries, list_files
from grader.collect.files.loose import stem_of
from grader.collect.files.marks import is_one_of_tasks
from grader.collect.files.one_homework import may_be_homework, may_be_notebook
from grader.collect.files.part_names import is_a_part
from grader.collect.files.unpack import is_archive, unpack, without_ending
from grader.collect.people.course import Course
from grader.errors import UsageError
from grader.model.file_kinds import is_script
from grader.record.directory import Directory, DownloadName, squash

Entry = os.DirEntry[str]
DEEPEST = 10
MOST_WRAPPERS = 3  # archives around a class
LOOKED_AT = 30  # folders of a class that are looked into
OF_A_CLASS = re.compile("submissions|abgaben|einreichungen|hand-?ins", re.IGNORECASE)  # and of no person
TUTORIALS = ("tutorial", "tutorium", "tut", "section", "class", "seminar", "übung", "uebung")
GROUPS = (*TUTORIALS, "group", "gruppe")  # these may as well be people who hand in together


def step_inside(
    base: Path, title: str, course: Course, desk: Workbench, *, zipped: bool
) -> tuple[Path, str, str]:
    """The folder in which the people of a class lie, the path that leads there ("" or "hw7/"), and what it is
    called.

    Raises:
        OSError: the folder cannot be read.
    """
    lead, directory = "", Directory(course.roster)
    for _ in range(DEEPEST):
        folders, files, links = entries(base)
        files = [file for file in files if file.name not in course.own_files and may_be_homework(file.name)]
        if links or len(folders) + len(files) != 1:
            break
        if folders:
            inner = folders[0]
            begins = Path(inner.path)
            if not _leads_to_a_class(inner) and not _wraps_a_class(inner, course, directory, zipped=zipped):
                packed = _a_class_packed_in(inner, course, directory, desk)
                if packed is None:
                    break
                begins = packed
            base, lead, title = begins, f"{lead}{inner.name}/", inner.name
        else:
            opened = _a_class_in(files[0], course, directory, desk)
            if opened is None:
                break
            base, lead, title = opened, f"{lead}{files[0].name}/", without_ending(files[0].name)
    return base, lead, title


def is_called_a_class(name: str) -> bool:
    """ "hw7-submissions", "Abgaben": a folder in which people's homework lies."""
    return bool(SUBMISSIONS.fullmatch(name) or OF_A_CLASS.fullmatch(name))


def _leads_to_a_class(folder: Entry) -> bool:
    """Whether a folder is called so; one with loose files may still be one person's, who hands in
    "submissions"."""
    if SUBMISSIONS.fullmatch(folder.name):
        return True
    if not is_called_a_class(folder.name):
        return False
    folders, files, _ = entries(Path(folder.path))
    return bool(folders) and not any(may_be_homework(file.name) for file in files)


def classes_side_by_side(folders: Sequence[Entry], files: Sequence[Entry], course: Course) -> list[Entry]:
    """The folders of a class in parts, tutorial_A and tutorial_B, each with people side by side; [] where the
    folders are those of people. Names that come again in another folder are those of parts of a homework."""
    if any(may_be_homework(file.name) for file in files):
        return []
    directory, called, sure = Directory(course.roster), _called_groups(folders), 0
    groups, names = list[Entry](), list[str]()
    for folder in folders:
        people = _people_in(folder, course, directory)
        sure += bool(people)
        if people is None and called:
            people = _people_loose_in(folder, course, directory)
            sure += called in TUTORIALS and people is not None and len(people) > 1
        if people is None:  # one person's is enough: nearly always the first
            return []
        groups += [folder] if people else []
        names += map(squash, people)
    return groups if sure and len(groups) > 1 and len({*names}) == len(names) else []


def homeworks_side_by_side(folders: Sequence[Entry]) -> list[str]:
    """The folders of a class that holds several homeworks, hw6 and hw7, where the same people lie in at least
    two of them; [] where it does not."""
    if len(folders) < 2 or not all(is_one_of_tasks(folder.name) for folder in folders):
        return []
    people = Counter(name for folder in folders for name in _called_like_people(Path(folder.path)))
    again = [name for name, number in people.items() if number > 1]
    return [folder.name for folder in folders] if len(again) > 1 else []


def _called_like_people(folder: Path) -> set[str]:
    """What the loose notebooks and the folders in a folder are called, where no word of a homework is."""
    try:
        inner, loose, _ = entries(folder)
    except OSError:  # closed to us: told where it is read as somebody's
        return set()
    names = [stem_of(file.name) for file in loose if may_be_notebook(file.name)]
    names += [one.name for one in inner if _holds_homework(Path(one.path))]
    return {squash(name) for name in names if not is_a_part(name)}


def _called_groups(folders: Sequence[Entry]) -> str:
    """The word for a part of a class by which all folders are called, "tut" for tut1 and tut2; "" where they
    are not called so."""
    words = {tuple(re.findall(r"[^\W\d_]{2,}", folder.name.casefold())) for folder in folders}
    word = next(iter(words), ())
    return word[0] if len(words) == 1 and len(word) == 1 and word[0] in GROUPS else ""


def _people_loose_in(folder: Entry, course: Course, directory: Directory) -> list[str] | None:
    """Whose notebooks, and whose folders, lie side by side in the folder of a tutorial; None where these are
    not called like people."""
    try:
        inner, loose, _ = entries(Path(folder.path))
    except OSError:  # closed to us: told where it is read as somebody's
        return None
    names = [stem_of(file.name) for file in loose if may_be_homework(file.name)]
    names += [one.name for one in inner if _holds_homework(Path(one.path))]
    if not names or any(map(is_a_part, names)) or _is_somebody(folder.name, course, directory):
        return None
    known = not course.roster or any(_is_somebody(name, course, directory) for name in names)
    return names if known else None


def _people_in(folder: Entry, course: Course, directory: Directory) -> list[str] | None:
    """Whose folders lie side by side in this one; [] where there is nothing, None where it is a person's."""
    try:
        inner, loose, _ = entries(Path(folder.path))
    except OSError:  # closed to us: told where it is read as somebody's
        return None
    if any(may_be_homework(file.name) for file in loose) or _is_somebody(folder.name, course, directory):
        return None
    people = [one.name for one in inner if _holds_homework(Path(one.path))]
    if course.roster and not any(_is_somebody(name, course, directory) for name in people):
        return None if people else []
    are_people = len(people) > 1 and _are_people(people, course, directory)
    return people if are_people or not people else None


def _a_class_in(
    file: Entry, course: Course, directory: Directory, desk: Workbench, *, deeper: int = MOST_WRAPPERS
) -> Path | None:
    """Where the only archive of a folder was unpacked to, or the only archive in that one, if a class is in
    it and not one person's homework."""
    if not is_archive(file.name) or _is_somebody(without_ending(file.name), course, directory):
        return None
    target = desk.fresh()
    try:
        unpack(Path(file.path), target, course.timezone)
        if _is_a_class(target, course, directory, zipped=False):
            return target
        folders, files, _ = entries(target)
    except UsageError:
        return None  # whose it is says so
    alone = len(files) == 1 and not folders and deeper > 1
    return _a_class_in(files[0], course, directory, desk, deeper=deeper - 1) if alone else None


def _a_class_packed_in(folder: Entry, course: Course, directory: Directory, desk: Workbench) -> Path | None:
    """The same where a folder holds nothing but that archive."""
    folders, files, _ = entries(Path(folder.path))
    if len(files) != 1 or folders or _is_somebody(folder.name, course, directory):
        return None
    return _a_class_in(files[0], course, directory, desk)


def _wraps_a_class(folder: Entry, course: Course, directory: Directory, *, zipped: bool) -> bool:
    """Does the only folder hold a class, or is it one person's? One loose notebook means a person's."""
    return not _is_somebody(folder.name, course, directory) and _is_a_class(
        Path(folder.path), course, directory, zipped=zipped
    )


def _is_somebody(name: str, course: Course, directory: Directory) -> bool:
    called = DownloadName(name=name)
    return is_of_a_platform(name, course.pattern) or bool(directory.student(called) or directory.group(name))


def _is_a_class(folder: Path, course: Course, directory: Directory, *, zipped: bool) -> bool:
    """Whether people lie side by side in a folder, or in the only folder in it. A download that came as an
    archive wraps what it holds; a folder that somebody graded may as well be one person's."""
    folders, files, _ = entries(folder)
    homework = [file for file in files if file.name not in course.own_files and may_be_homework(file.name)]
    if homework and all(of_file(file.name, course.pattern, canvas=True) for file in homework):
        return True
    notebooks = [file for file in homework if not is_script(file.name) and not is_archive(file.name)]
    if any(is_archive(file.name) for file in homework) or len(notebooks) > 1:
        names = [Path(without_ending(file.name)).stem for file in homework]
        return zipped or (
            len(homework) > 1 and _are_people([*names, *(inner.name for inner in folders)], course, directory)
        )
    if homework:
        return False
    if len(folders) == 1:
        inner = folders[0]
        if is_of_a_platform(inner.name, course.pattern) or (zipped and not files):
            return True
        return _leads_to_a_class(inner) or _wraps_a_class(inner, course, directory, zipped=zipped)
    with_homework = [inner.name for inner in folders[:LOOKED_AT] if _holds_homework(Path(inner.path))]
    return len(with_homework) > 1 and (zipped or _are_people(with_homework, course, directory))


def _holds_homework(folder: Path) -> bool:
    return any(map(may_be_homework, list_files(folder).files))


def _are_people(names: list[str], course: Course, directory: Directory) -> bool:
    """Whether names that stand side by side are those of people, and not of the parts or versions of one
    homework."""
    if course.roster and any(_is_somebody(name, course, directory) for name in names):
        return True
    people = [name for name in names if is_of_a_platform(name, course.pattern) or not is_a_part(name)]
    return len(people) > len(names) / 2
