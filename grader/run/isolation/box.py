"""What a process is shut into."""

from __future__ import annotations

import json
import os
import site
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass

SYSTEM = (
    *("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store"),
    *(
        "/etc/ld.so.cache",
        "/etc/ld.so.conf",
        "/etc/ld.so.conf.d",
        "/etc/localtime",
        "/etc/fonts",
        "/etc/alternatives",
    ),
)
# of each process: TensorFlow maps about 2 GB and uses 0.6, tables for all of it take 128 MB
MOST_ADDRESS_MB = 64 << 10


@dataclass(frozen=True)
class Box:
    """Which folders a process sees, as whom it runs, and what it may use."""

    level: str
    show: tuple[str, ...] = ()  # paths to read and run
    hide: tuple[str, ...] = ()  # folders that stay empty or closed, even below a shown one
    user: int = 0  # to become, when we are root; 0: stay who we are
    file_mb: int = 512  # of one file, and of each folder it can write to
    memory_mb: int = 4096
    open_files: int = 1024
    processes: int = 512
    cpu_seconds: int = 0

    def to_json(self) -> str:
        """As text, for the way to the process that forks."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Box:
        """The value behind the text."""
        facts = json.loads(text)
        return cls(**facts | {"show": tuple(facts["show"]), "hide": tuple(facts["hide"])})


def python_paths() -> tuple[str, ...]:
    """Where this interpreter and its packages are."""
    found = [sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix, *site.getsitepackages()]
    if site.ENABLE_USER_SITE and os.path.isdir(theirs := site.getusersitepackages()):
        found.append(theirs)  # see run/interpreter.py
    return outermost([*found, *(os.path.realpath(path) for path in found)])


def outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """Paths without those that lie below another of them."""
    kept: list[str] = []
    for path in sorted({os.path.abspath(path) for path in paths}):
        if not any(below(path, other) for other in kept):
            kept.append(path)
    return tuple(kept)


def below(path: str, folder: str) -> bool:
    """Whether a path is a folder or lies in it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def without(paths: Iterable[str], hidden: Iterable[str]) -> tuple[str, ...]:
    """The same folders as a list that leaves the hidden ones out: a folder above a hidden one is replaced by
    its content. A path that is asked for by itself stays, even below a hidden one."""
    hidden = tuple(hidden)
    return tuple(piece for path in paths for piece in _pieces(path, hidden))


def _pieces(path: str, hidden: tuple[str, ...]) -> list[str]:
    inner = tuple(place for place in hidden if below(place, path) and place != path)
    if not inner or not os.path.isdir(path):
        return [path]
    children = [os.path.join(path, name) for name in sorted(os.listdir(path))]
    return [piece for child in children if child not in inner for piece in _pieces(child, inner)]
