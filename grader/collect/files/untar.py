"""Tar archives, packed or not: read once from front to back, every byte counted before anything believes
it."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import tarfile
from pathlib import Path
from typing import IO, cast

from grader.collect.files.members import BAD_NAME, CHUNK, NO_FILE, TWICE, Cap, parts_of
from grader.collect.words import plain
from grader.errors import UsageError

FILES = (tarfile.REGTYPE, tarfile.AREGTYPE)  # none of the kinds that refer to something else


class _Counted:
    """The unpacked bytes of an archive, of which there may be so many."""

    def __init__(self, stream: IO[bytes], name: str, most: int) -> None:
        self.stream, self.name, self.left = stream, name, most

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(min(size, CHUNK) if size >= 0 else CHUNK)
        self.left -= len(data)
        if self.left < 0:
            raise UsageError(f"{self.name} is not unpacked: it is larger than homework is")
        return data


def untar(archive: Path, target: Path, cap: Cap) -> dict[str, int]:
    """Unpack a tar archive into `target`; the reasons why files were left out, with how many there were.

    Raises:
        UsageError: it is no such archive, it is damaged, or it would unpack to more than `cap`.
    """
    name = plain(archive.name)
    most = min(cap.total_bytes, max(cap.harmless, cap.ratio * archive.stat().st_size))
    left_out: dict[str, int] = {}
    try:
        with (
            _opened(archive) as stream,
            tarfile.open(fileobj=_Counted(stream, name, most), mode="r|") as source,  # type: ignore[call-overload]
        ):
            for number, member in enumerate(source):
                if number >= cap.files:
                    raise UsageError(f"{name} is not unpacked: more than {cap.files:,} files")
                if not member.isdir() and (reason := _extract(source, member, target)):
                    left_out[reason] = left_out.get(reason, 0) + 1
    except UsageError:
        raise
    except OSError as problem:
        if problem.errno is not None:
            raise UsageError(
                f"{name} cannot be unpacked: {problem.strerror or 'an error of the disk'}"
            ) from problem
        raise UsageError(f"{name} cannot be opened: it is damaged or no tar archive") from problem
    except Exception as problem:  # each way of packing has errors of its own for damaged bytes
        raise UsageError(f"{name} cannot be opened: it is damaged or no tar archive") from problem
    return left_out


def _opened(archive: Path) -> IO[bytes]:
    """The unpacked bytes, whatever the name says about how they are packed."""
    with archive.open("rb") as file:
        start = file.read(6)
    if start.startswith(b"\x1f\x8b"):
        return cast(IO[bytes], gzip.open(archive))
    if start.startswith(b"BZh"):
        return cast(IO[bytes], bz2.open(archive))
    return cast(IO[bytes], lzma.open(archive)) if start == b"\xfd7zXZ\0" else archive.open("rb")


def _extract(source: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> str:
    """Write one member; why it was left out, or ""."""
    parts, reason = parts_of(member.name)
    if not parts:
        return reason
    packed = source.extractfile(member) if member.type in FILES else None
    if packed is None:
        return NO_FILE
    path = target.joinpath(*parts)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as out:
            while chunk := packed.read(CHUNK):
                out.write(chunk)
        os.utime(path, (max(0.0, member.mtime),) * 2)
    except OSError as problem:
        if problem.errno in BAD_NAME:
            return TWICE
        raise
    return ""
