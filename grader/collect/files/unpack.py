"""Archives that somebody else made: unpacked so that nothing lands outside, and nothing fills the disk."""

from __future__ import annotations

import os
import stat
import struct
import zipfile
from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import Path

from grader.collect.files.members import BAD_NAME, CHUNK, CLASS_CAP, NO_FILE, TWICE, Cap, parts_of
from grader.collect.files.untar import untar
from grader.collect.words import plain
from grader.errors import UsageError
from grader.model.quantities import counted

UNIX_TIME = 0x5455  # the extra field with seconds since 1970; the classic date of a zip has no time zone
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
SIGNATURES = {b"Rar!": "a RAR archive", b"7z\xbc\xaf": "a 7z archive"}
PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ")  # gzip, bzip2, xz
# what needs a program that is not here
UNOPENED = (".rar", ".7z", ".zipx", ".gz", ".bz2", ".xz", ".z", ".lz", ".zst")


def is_archive(name: str) -> bool:
    """Whether a file is an archive that can be opened here, by its name."""
    return name.lower().endswith(ARCHIVES)


def without_ending(name: str) -> str:
    """The name of an archive without all of its ending: "cleo" of "cleo.tar.gz"."""
    lower = name.lower()
    ending = max((each for each in (*ARCHIVES, *UNOPENED) if lower.endswith(each)), key=len, default="")
    return name[: len(name) - len(ending)] if ending and len(name) > len(ending) else name


def unpack(archive: Path, target: Path, zone: tzinfo, cap: Cap = CLASS_CAP) -> tuple[str, ...]:
    """Unpack an archive into the folder `target` and return notices about what was left out.

    Members with absolute names or "..", symbolic links, hidden and damaged ones are left out. Files keep the
    times of the archive; a time without a zone is one of `zone`; an unknown time becomes 0.

    Raises:
        UsageError: it is no archive, it is damaged as a whole, or it would unpack to more than `cap`.
    """
    with archive.open("rb") as file:
        start = file.read(512)
    if other := next((what for first, what in SIGNATURES.items() if start.startswith(first)), ""):
        raise UsageError(f"{plain(archive.name)} is {other}: it cannot be opened here, please hand in a .zip")
    # whatever it is called; what is neither is told as the zip that it is called
    zipped = zipfile.is_zipfile(archive) or (
        archive.name.lower().endswith(".zip") and not start.startswith(PACKED) and start[257:262] != b"ustar"
    )
    left_out = _unzip(archive, target, zone, cap) if zipped else untar(archive, target, cap)
    return tuple(
        f"{counted(number, 'file')} of the archive left out: {reason}" for reason, number in left_out.items()
    )


def _unzip(archive: Path, target: Path, zone: tzinfo, cap: Cap) -> dict[str, int]:
    left_out: dict[str, int] = {}
    try:
        with zipfile.ZipFile(archive) as source:
            members = [member for member in source.infolist() if not _name(member).endswith("/")]
            _refuse_bomb(archive, members, cap)
            room = cap.total_bytes
            for member in members:
                parts, reason = _destination(member)
                if parts:
                    written, reason = _extract(source, member, target.joinpath(*parts), zone, room)
                    room -= written
                if reason:
                    left_out[reason] = left_out.get(reason, 0) + 1
    except UsageError:
        raise
    except OSError as problem:
        raise UsageError(
            f"{plain(archive.name)} cannot be unpacked: {problem.strerror or 'an error of the disk'}"
        ) from problem
    # zipfile has no one error for what a damaged directory of an archive may hold
    except Exception as problem:
        raise UsageError(
            f"{plain(archive.name)} cannot be opened: it is damaged or no zip archive"
        ) from problem
    return left_out


def _refuse_bomb(archive: Path, members: list[zipfile.ZipInfo], cap: Cap) -> None:
    total = sum(member.file_size for member in members)
    packed = max(1, archive.stat().st_size)
    name = plain(archive.name)
    if len(members) > cap.files:
        raise UsageError(f"{name} is not unpacked: {len(members):,} files, at most {cap.files:,} are")
    if total > cap.total_bytes:
        raise UsageError(
            f"{name} is not unpacked: {total / 1024**2:,.0f} MB, at most {cap.total_bytes / 1024**2:,.0f}"
            " MB are"
        )
    if total > cap.harmless and total > cap.ratio * packed:
        raise UsageError(
            f"{name} is not unpacked: its {packed / 1024**2:,.1f} MB would become {total / 1024**2:,.0f} MB"
        )


def _destination(member: zipfile.ZipInfo) -> tuple[list[str], str]:
    """Where a member goes below the target, as parts; none, with a reason that may be empty, when it is left
    out."""
    parts, reason = parts_of(_name(member))
    if not parts:
        return [], reason
    if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG):
        return [], NO_FILE
    if member.flag_bits & 0x1:
        return [], "it is locked with a password"
    return parts, ""


def _name(member: zipfile.ZipInfo) -> str:
    """The member's name with "/" between its parts.

    Without the flag for UTF-8, zipfile reads the old IBM code page; many tools write UTF-8 there all the
    same.
    """
    name = member.filename
    if not member.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = member.filename
    return name.replace("\\", "/")


def _extract(
    source: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path, zone: tzinfo, room: int
) -> tuple[int, str]:
    """Write one member; the bytes written, and why it was left out or "".

    Raises:
        OSError: the disk is full or cannot be written.
        UsageError: the member is longer than the archive says.
    """
    written = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with source.open(member) as packed, path.open("wb") as out:
            while chunk := packed.read(CHUNK):
                written += len(chunk)
                if written > room:
                    raise UsageError(
                        f"{plain(Path(source.filename or '').name)} is not unpacked: it is larger than it"
                        " says"
                    )
                out.write(chunk)
        modified = _modified(member, zone)
        os.utime(path, (modified, modified))
    except UsageError:
        raise
    except OSError as problem:
        if problem.errno in BAD_NAME:
            return written, TWICE
        if problem.errno is not None:  # bz2 reports damage as an OSError without a number
            raise
        return written, _remove_half(path)
    except Exception:  # every way of packing raises errors of its own about damaged bytes
        return written, _remove_half(path)
    return written, ""


def _remove_half(path: Path) -> str:
    # half a file would be read as a truncated notebook, and blamed on the student
    path.unlink(missing_ok=True)
    return "it is damaged or packed in an unknown way"


def _modified(member: zipfile.ZipInfo, zone: tzinfo) -> float:
    """Seconds since 1970; 0 when the archive does not say."""
    for field, data in _extra_fields(member.extra):
        if field == UNIX_TIME and len(data) >= 5 and data[0] & 1:
            return float(max(0, struct.unpack("<i", data[1:5])[0]))
    try:
        return max(0.0, datetime(*member.date_time, tzinfo=zone).timestamp())
    except (ValueError, OverflowError):
        return 0.0


def _extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    while len(extra) >= 4:
        field, size = struct.unpack("<HH", extra[:4])
        yield field, extra[4 : 4 + size]
        extra = extra[4 + size :]
