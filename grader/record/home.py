"""The folder OUT: private, kept out of git, with the key from which the seeds of runs are made."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

from grader.errors import GradebookError
from grader.model.moments import now

GRADEBOOK_FILE = "gradebook.sqlite"
KEY_FILE = "key"
KEY_BYTES = 32
LOCK_FILE = "grading.lock"
PROBE_BYTES = 1 << 20  # what must fit into the folder for one more run, at the least
OURS = (
    GRADEBOOK_FILE + "*",
    KEY_FILE,
    LOCK_FILE,
    "runs/",
    "feedback/",
    "staff/",
    "results.json",
    "grades.csv",
    "export/",
    "similar.html",
    "index.html",
    ".gitignore",
)


def open_home(folder: Path, *, create: bool) -> None:
    """Make `folder` when it is new (0700) and see that git ignores what we write there.

    Raises:
        GradebookError: it is no folder, cannot be written, or holds no gradebook although `create` is False.
    """
    if folder.exists() and not folder.is_dir():
        raise GradebookError(
            f"{folder} is not a folder: grades need a folder of their own, give --out FOLDER"
        )
    if not create and not (folder / GRADEBOOK_FILE).is_file():
        raise GradebookError(f"there is no gradebook in {folder}: name the folder that `grade DIR` wrote")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _ignore_by_git(folder)
        if not (folder / GRADEBOOK_FILE).exists():  # sqlite would make it readable for all
            os.close(os.open(folder / GRADEBOOK_FILE, os.O_WRONLY | os.O_CREAT, 0o600))
    except OSError as problem:
        raise GradebookError(
            f"{folder} cannot be written: {(problem.strerror or str(problem)).lower()}"
        ) from problem


def _ignore_by_git(folder: Path) -> None:
    path = folder / ".gitignore"
    if path.exists():
        return
    strangers = [
        entry for entry in folder.iterdir() if entry.name not in {name.rstrip("*/") for name in OURS}
    ]
    # a folder that also holds other work must not vanish from git as a whole
    path.write_text("\n".join(f"/{name}" for name in OURS) + "\n" if strangers else "*\n", "utf-8")


def check_home(folder: Path, known: os.stat_result) -> None:
    """See that the gradebook in `folder` is still the file that was opened (`known`), and that files can be
    written beside it.

    Raises:
        GradebookError: it is not; one line that says why.
    """
    path = folder / GRADEBOOK_FILE
    try:
        if not os.path.samestat(path.stat(), known):
            raise GradebookError(f"{path} was replaced by another file while we were grading")
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(PROBE_BYTES))
            probe.flush()
    except FileNotFoundError as problem:
        raise GradebookError(
            f"{path} is gone: somebody deleted or moved it while we were grading"
        ) from problem
    except OSError as problem:
        raise GradebookError(
            f"{folder} cannot be written: {(problem.strerror or str(problem)).lower()}"
        ) from problem


@contextlib.contextmanager
def only_grader(folder: Path) -> Iterator[None]:
    """Be the only `grade` that runs notebooks into this folder; a killed one lets go of it.

    Raises:
        GradebookError: another one does already; the line names its process.
    """
    try:
        file = (folder / LOCK_FILE).open("a+", encoding="utf-8")
    except OSError as problem:
        raise GradebookError(
            f"{folder} cannot be written: {(problem.strerror or str(problem)).lower()}"
        ) from problem
    with file:
        if not _locked(file.fileno()):
            file.seek(0)
            who = " ".join(file.read(200).split()) or "of which nothing is known"
            raise GradebookError(
                f"another `grade` is writing to {folder}: process {who}; wait for it, or end it, or choose"
                " another folder with --out"
            )
        file.truncate(0)
        file.write(f"{os.getpid()} on {socket.gethostname()}, since {now()}\n")
        file.flush()
        yield


def _locked(handle: int) -> bool:
    """Whether a file is locked for us now; where there are no locks, everything is."""
    try:
        import fcntl  # not on Windows

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except (ImportError, OSError):
        return True
    return True


def load_key(folder: Path) -> bytes:
    """The 32 random bytes kept beside the gradebook, made once.

    Raises:
        GradebookError: the file cannot be read or made, or is not such a key.
    """
    path = folder / KEY_FILE
    try:
        if not path.exists():
            _make_key(path)
        key = path.read_bytes()
    except OSError as problem:
        raise GradebookError(
            f"{path} cannot be read or made: {(problem.strerror or str(problem)).lower()}"
        ) from problem
    if len(key) != KEY_BYTES:
        raise GradebookError(
            f"{path} is damaged: it has {len(key)} bytes, a key has {KEY_BYTES}; restore it, or delete it for"
            " a new one"
        )
    return key


def _make_key(path: Path) -> None:
    """Write the key aside and link it into place: never half written, and of two processes one wins."""
    descriptor, temporary = tempfile.mkstemp(prefix=".key-", dir=path.parent)  # 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:  # the other process won
            return
        except OSError:  # a file system without hard links
            os.replace(temporary, path)
    finally:
        with contextlib.suppress(FileNotFoundError):  # it took the name of the key
            os.unlink(temporary)
