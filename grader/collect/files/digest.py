"""The digests of a homework: the same for the same files, whoever hands them in and whenever."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """sha256 in hexadecimal digits: of all files together, names included, and of the content of each."""

    whole: str
    each: Mapping[str, str]
    unreadable: tuple[str, ...] = ()

    def of(self, files: Sequence[str]) -> dict[str, str]:
        """The digests of these files, in their order, as far as they could be read."""
        return {file: self.each[file] for file in dict.fromkeys(files) if file in self.each}


def digests_of(root: Path, files: Sequence[str]) -> Digests:
    """The digests of these files below `root`. Never raises."""
    together = hashlib.sha256()
    each: dict[str, str] = {}
    unreadable = []
    for file in sorted(files):
        try:
            with (root / file).open("rb") as opened:
                content = hashlib.file_digest(opened, "sha256").digest()
            each[file] = content.hex()
        except OSError:
            content = b""
            unreadable.append(file)
        name = file.encode("utf-8", "surrogatepass")
        # lengths: no two lists look alike
        together.update(len(name).to_bytes(8) + name + len(content).to_bytes(1) + content)
    return Digests(whole=together.hexdigest(), each=each, unreadable=tuple(unreadable))


def digest_of(root: Path, files: Sequence[str]) -> str:
    """The digest of all of these files together. Never raises."""
    return digests_of(root, files).whole
