"""What lies in a folder: which entries count, and the list of a homework's files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.model.file_kinds import is_code, is_notebook
from grader.model.quantities import counted

IGNORED = {"__macosx", "__pycache__", "thumbs.db", "desktop.ini", "node_modules", "venv", "site-packages"}
MOST_FILES = 5000  # of one homework; a data set in single files, or somebody's whole Python
# seconds since 1970; what lies before mid-1980 is a clock or an archive without times
KNOWN_TIME = 365 * 24 * 3600 * 10.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The files of one homework, relative to its folder with "/", sorted; `newest` is a modification time, 0
    if unknown."""

    files: tuple[str, ...] = ()
    newest: float = 0.0
    notices: tuple[str, ...] = ()

    def ending(self, *suffixes: str) -> tuple[str, ...]:
        """The files with one of these suffixes (lower case, with the dot)."""
        return tuple(file for file in self.files if file.lower().endswith(suffixes))


def ignored(name: str) -> bool:
    """True for what no student means to hand in: hidden files, caches, what operating systems and tools leave
    behind."""
    return name.startswith((".", "~$")) or name.lower() in IGNORED


def entries(folder: Path) -> tuple[list[os.DirEntry[str]], list[os.DirEntry[str]], list[os.DirEntry[str]]]:
    """The folders, the regular files and the symbolic links directly in `folder`, sorted, without what is
    ignored.

    Raises:
        OSError: the folder cannot be read.
    """
    folders, files, links = [], [], []
    with os.scandir(folder) as found:
        for entry in found:
            if ignored(entry.name):
                continue
            if entry.is_symlink():
                links.append(entry)
            elif entry.is_dir(follow_symlinks=False):
                folders.append(entry)
            elif entry.is_file(follow_symlinks=False):  # a pipe or a device would block or never end
                files.append(entry)
    for some in (folders, files, links):
        some.sort(key=lambda entry: (entry.name.casefold(), entry.name))
    return folders, files, links


def list_files(root: Path) -> Listing:
    """Every regular file below `root`, symbolic links not followed. Never raises: what cannot be read is a
    notice."""
    files: list[str] = []
    newest, links, unreadable, undecodable = 0.0, 0, 0, 0
    folders = [(root, "")]
    while folders and len(files) <= MOST_FILES:
        folder, lead = folders.pop()
        try:
            inner, regular, symbolic = entries(folder)
        except OSError:
            unreadable += 1
            continue
        links += len(symbolic)
        folders += [(Path(entry.path), f"{lead}{entry.name}/") for entry in inner]
        for entry in regular:
            if not _is_text(entry.name) or not _is_text(lead):
                undecodable += 1  # such a name fits neither a database nor a report
                continue
            files.append(lead + entry.name)
            newest = max(newest, _modified(entry))
    if not any(is_code(file) for file in files):
        files += _hidden_notebooks(root)
    notices = _notices(links, unreadable, undecodable, too_many=len(files) > MOST_FILES)
    return Listing(files=tuple(sorted(files[:MOST_FILES])), newest=newest, notices=tuple(notices))


def _hidden_notebooks(root: Path) -> list[str]:
    """Notebooks whose name begins with a dot, where there is nothing else to run; not what editors and Macs
    write beside a notebook."""
    try:
        with os.scandir(root) as found:
            return [
                entry.name
                for entry in found
                if entry.name.startswith(".")
                and not entry.name.startswith(("._", ".~"))
                and is_notebook(entry.name)
                and _is_text(entry.name)
                and entry.is_file(follow_symlinks=False)
            ]
    except OSError:  # told where the folder is listed
        return []


def _notices(links: int, unreadable: int, undecodable: int, *, too_many: bool) -> Iterator[str]:
    if links:
        yield f"{counted(links, 'symbolic link')} not followed: please hand in the files themselves"
    if unreadable:
        yield f"{counted(unreadable, 'folder')} could not be read"
    if undecodable:
        yield f"{counted(undecodable, 'file')} left out: the name is not valid text"
    if too_many:
        yield f"more than {MOST_FILES:,} files: only the first {MOST_FILES:,} are looked at"


def inner_folder(root: Path) -> Path:
    """`root`, or the folder that is the only thing in it, or the only thing in that, and so on."""
    for _ in range(20):
        try:
            folders, files, links = entries(root)
        except OSError:
            return root
        if files or links or len(folders) != 1 or not _is_text(folders[0].name):
            return root
        root = Path(folders[0].path)
    return root


def _is_text(name: str) -> bool:
    return name.isascii() or not any("\ud800" <= c <= "\udfff" for c in name)


def _modified(entry: os.DirEntry[str]) -> float:
    try:
        time = entry.stat(follow_symlinks=False).st_mtime
    except OSError:
        return 0.0
    return time if time > KNOWN_TIME else 0.0
