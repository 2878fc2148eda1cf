"""What holds for the members of every kind of archive: where they may go, and how much they may be."""

from __future__ import annotations

import errno
import os
import re
from dataclasses import dataclass

from grader.collect.files.listing import ignored
from grader.model.file_kinds import WINDOWS_DEVICES

CHUNK = 1 << 20
NO_FILE, TWICE = "it is a link or no regular file", "the name is too long or used twice"
CONTROL = r"[\x00-\x1f\x7f\ud800-\udfff]"  # no file of anybody's has them in its name
BAD_NAME = {
    errno.ENAMETOOLONG,
    errno.EINVAL,
    errno.EEXIST,
    errno.EISDIR,
    errno.ENOTDIR,
    errno.EILSEQ,
    errno.ENOENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """What an archive may unpack to."""

    total_bytes: int = 2 * 1024**3
    files: int = 100_000
    ratio: int = 200  # times its own size, once it is more than `harmless` bytes; notebooks reach about ten
    harmless: int = 100 * 1024**2


CLASS_CAP = Cap()
STUDENT_CAP = Cap(total_bytes=512 * 1024**2, files=20_000)


def parts_of(name: str) -> tuple[list[str], str]:
    """Where a member goes below the target, as parts; none, with a reason that may be empty, when it is left
    out."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in parts:
        return [], "the name leads out of the folder"
    if any(ignored(part) for part in parts):
        return [], ""  # what no student means to hand in needs no notice
    return [_on_windows(part) if os.name == "nt" else re.sub(CONTROL, "_", part) for part in parts], ""


def _on_windows(part: str) -> str:
    """A name as a file can have it there: no device, and not one that ends with a dot or a space, which are
    dropped."""
    name = re.sub(rf'[<>:"|?*]|{CONTROL}', "_", part).rstrip(". ") or "_"
    stem, dot, ending = name.partition(".")
    return f"{stem}_{dot}{ending}" if stem.rstrip().lower() in WINDOWS_DEVICES else name
