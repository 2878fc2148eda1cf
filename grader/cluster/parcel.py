"""Some facts and some files as bytes, to be sent to another machine: a JSON header and the contents. No
pickle, no zip."""

from __future__ import annotations

import json
import struct
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from grader.errors import GraderError

MOST_BYTES = 1 << 30  # of a parcel
SIZE = struct.Struct("<Q")


class BrokenParcel(GraderError):
    """Bytes from another machine are not a parcel, or hold what nobody asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What travels. Names are relative, with "/" between their parts."""

    head: Mapping[str, Any]
    files: Mapping[str, bytes] = field(default_factory=dict)


def pack(parcel: Parcel) -> bytes:
    """The parcel as bytes. Weights and answers do not shrink: they are left as they are."""
    listed = [[name, len(content)] for name, content in parcel.files.items()]
    header = json.dumps({"head": dict(parcel.head), "files": listed}).encode()
    return b"".join((SIZE.pack(len(header)), header, *parcel.files.values()))


def unpack(data: bytes, most: int = MOST_BYTES) -> Parcel:
    """The parcel that `pack` wrote.

    Raises:
        BrokenParcel: it is none, not whole, or larger than `most` bytes.
    """
    try:
        if len(data) > most:
            raise ValueError("it is too large")
        (size,) = SIZE.unpack_from(data)
        start = SIZE.size + size
        header = json.loads(data[SIZE.size : start])
        parcel = Parcel(head=dict(header["head"]), files=dict(_contents(data, start, header["files"])))
        if sum(map(len, parcel.files.values())) != len(data) - start:
            raise ValueError("it holds more than it lists")
    except (struct.error, ValueError, KeyError, TypeError, RecursionError) as problem:
        raise BrokenParcel(
            f"what came from another machine cannot be read: {type(problem).__name__}"
        ) from problem
    return parcel


def _contents(whole: bytes, start: int, listed: list[tuple[str, int]]) -> Iterator[tuple[str, bytes]]:
    for name, size in listed:
        if not isinstance(name, str) or not 0 <= size <= len(whole) - start:
            raise ValueError("its list of files is wrong")
        yield name, whole[start : start + size]
        start += size


def read_files(folder: Path, below: str = "") -> dict[str, bytes]:
    """All files in a folder, their names beginning with `below`; links are left out."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return {f"{below}{path.relative_to(folder).as_posix()}": path.read_bytes() for path in found}


def write_files(parcel: Parcel, folder: Path, names: Collection[str] | None = None) -> None:
    """Write the files of a parcel below a folder; only those in `names`, where they are said.

    Raises:
        BrokenParcel: a name leads elsewhere.
        OSError: a file cannot be written.
    """
    for name, content in parcel.files.items():
        if names is not None and name not in names:
            continue
        if not is_inside(name):
            raise BrokenParcel(
                f"what came from another machine holds a file that would lie elsewhere: {name[:80]!r}"
            )
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def is_inside(name: str) -> bool:
    """Whether a name leads to a file below a folder and nowhere else, on every system."""
    parts = PurePosixPath(name).parts
    return bool(parts) and parts[0] != "/" and not {"..", "."} & set(parts) and not set("\\:\0") & set(name)
