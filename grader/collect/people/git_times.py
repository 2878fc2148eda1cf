"""When the last commit of a checkout was made, without letting what was handed in decide what runs.

A repository brings a config of its own, which can name programs to start. So git never sees it: HEAD and the
references are read here as text, and git reads the commit out of the objects alone, from an empty repository
of ours.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
# what git forbids in a name (git-check-ref-format), but for what cannot lead out of refs/
REF = re.compile(r"refs/[^\x00-\x20\x7f~^:?*\[\\]{1,200}")
SECONDS = 60.0
LARGEST_LIST = 1 << 20  # bytes of a list of references
MOST_COMMIT = 1 << 20  # bytes of a commit that are looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit: its name, when it was made, and which files were changed after it."""

    name: str
    when: datetime
    changed_since: tuple[str, ...] = ()


def commit_until(git: Path, until: datetime) -> Commit | None:
    """The last commit made until then in what this `.git` folder has checked out; None where there is none or
    it cannot be told."""
    head = _head(git) if git.is_dir() and not git.is_symlink() else ""
    if not head:
        return None
    asked = ["rev-list", "--max-count=1", f"--before={int(until.timestamp())} +0000", "--timestamp", head]
    try:
        with tempfile.TemporaryDirectory(prefix="grader-git-") as home:
            environment = _empty_repository(home, [git])
            output = _git(home, environment, ["-c", "core.commitGraph=false", *asked])
            seconds, name = output.decode("ascii", "replace").split()
            changed = _git(home, environment, ["diff-tree", "-r", "-z", "--name-only", name, head])
        files = tuple(path.decode("utf-8", "replace") for path in changed.split(b"\0") if path)
        return Commit(name=name, when=datetime.fromtimestamp(int(seconds), tz=UTC), changed_since=files)
    except (OSError, subprocess.SubprocessError, ValueError, OverflowError):
        return None


def commit_times(folders: Iterable[Path]) -> dict[Path, datetime]:
    """When the commit that each of these `.git` folders has checked out was made; those of which it cannot be
    told are left out."""
    # a link leads out of what was handed in
    own = [folder for folder in folders if folder.is_dir() and not folder.is_symlink()]
    heads = {folder: head for folder in own if (head := _head(folder))}
    if not heads:
        return {}
    try:
        return _ask(heads)
    # one damaged repository ends git for all: then each for itself
    except (OSError, subprocess.SubprocessError):
        found: dict[Path, datetime] = {}
        for folder, head in heads.items():
            try:
                found |= _ask({folder: head})
            except (OSError, subprocess.SubprocessError):  # the damaged one: its time is said to be unknown
                continue
        return found


def _head(git: Path) -> str:
    """The commit that is checked out; "" where that cannot be read."""
    text = _small_file(git / "HEAD").strip()
    for _ in range(5):
        if SHA.fullmatch(text):
            return text
        name = text.removeprefix("ref:").strip()
        if not REF.fullmatch(name) or ".." in name:
            return ""
        text = _small_file(git / name).strip() or _packed(git, name)
    return ""


def _packed(git: Path, name: str) -> str:
    rows = (line.split() for line in _small_file(git / "packed-refs").splitlines())
    return next((row[0] for row in rows if len(row) == 2 and row[1] == name), "")


def _small_file(path: Path) -> str:
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST_LIST:
            return ""
        return path.read_text("utf-8", "surrogateescape")  # a branch may be called anything
    except OSError:
        return ""


def _ask(heads: Mapping[Path, str]) -> dict[Path, datetime]:
    """Let git read these commits, all in one process."""
    with tempfile.TemporaryDirectory(prefix="grader-git-") as home:
        environment = _empty_repository(home, heads)
        sizes = _git(home, environment, ["cat-file", "--batch-check"], heads.values()).decode(
            "ascii", "replace"
        )
        rows = [line.split() for line in sizes.splitlines()]
        small = [
            row[0] for row in rows if len(row) == 3 and row[1] == "commit" and int(row[2]) <= MOST_COMMIT
        ]
        times = _read(_git(home, environment, ["cat-file", "--batch"], small))
    return {folder: times[head] for folder, head in heads.items() if head in times}


def _empty_repository(home: str, folders: Iterable[Path]) -> dict[str, str]:
    """Make a repository of ours in `home` that sees the objects of these and nothing else of them; the
    environment for git."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": home,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
    }
    subprocess.run(
        ["git", "init", "-q", "--bare", home],
        env=environment,
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )
    objects = [str(folder.resolve() / "objects") for folder in folders]
    (Path(home) / "objects" / "info").mkdir(exist_ok=True)
    listed = [path for path in objects if path.isprintable() and not path.startswith(("#", '"'))]
    (Path(home) / "objects" / "info" / "alternates").write_bytes(
        b"".join(os.fsencode(path) + b"\n" for path in listed)
    )
    return environment


def _git(home: str, environment: Mapping[str, str], words: Iterable[str], names: Iterable[str] = ()) -> bytes:
    asked = "".join(f"{name}\n" for name in names).encode()
    command = ["git", "--git-dir", home, *words]
    return subprocess.run(
        command, input=asked, env=environment, check=True, capture_output=True, timeout=SECONDS
    ).stdout


def _read(output: bytes) -> dict[str, datetime]:
    """The committers' times in what `git cat-file --batch` prints: a line "SHA commit SIZE", the commit, a
    line end."""
    found: dict[str, datetime] = {}
    while output:
        line, _, output = output.partition(b"\n")
        name, _, size = line.decode("ascii", "replace").split()
        body, output = output[: int(size)], output[int(size) + 1 :]
        if _is(name, body) and (when := _committed(body)):
            found[name] = when
    return found


def _is(name: str, body: bytes) -> bool:
    """Whether it is that very commit: the objects of all repositories lie side by side, and one may hold a
    forged one of another."""
    hashed = hashlib.sha1 if len(name) == 40 else hashlib.sha256
    return hashed(b"commit %d\0" % len(body) + body, usedforsecurity=False).hexdigest() == name


def _committed(commit: bytes) -> datetime | None:
    head = commit.partition(b"\n\n")[0]
    match = re.search(rb"^committer .*> (\d{1,12}) [+-]\d{4}$", head, re.MULTILINE)
    try:
        return datetime.fromtimestamp(int(match[1]), tz=UTC) if match else None
    except (ValueError, OverflowError, OSError):
        return None
