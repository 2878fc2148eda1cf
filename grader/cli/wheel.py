"""The grader itself as a wheel, made from what is installed here: neither a build nor a network is needed,
and equal code gives equal bytes.

Its version ends in a digest of the code ("0.1.0+3f9a61c2"): pip passes over a wheel whose version it has
already, so that a repaired grader would never reach a student who installed the first one.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import grader
from grader.errors import UsageError

NAME = "rnn-grader"
# of code, and what it reads
SUFFIXES = {".py", ".sql", ".html", ".css", ".js", ".json", ".yml", ".md", ".txt"}
BEGINNING = (1980, 1, 1, 0, 0, 0)  # of a zip's time
TAGS = "Wheel-Version: 1.0\nGenerator: grade template\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """A wheel's file name and bytes."""

    name: str
    data: bytes


def make_wheel() -> Wheel:
    """The wheel of the grader that runs now.

    Raises:
        UsageError: it was not installed, so that nothing is known of what it needs.
    """
    try:
        about = importlib.metadata.distribution(NAME)
    except importlib.metadata.PackageNotFoundError as problem:
        raise UsageError(
            "the grader runs here without being installed, so no wheel can be made: pip install it first"
        ) from problem
    code = package_files()
    version = f"{about.version.partition('+')[0]}+{_digest(code)}"
    home = f"{NAME.replace('-', '_')}-{version}.dist-info"
    metadata = re.sub(r"^Version: .*$", f"Version: {version}", _metadata(about), count=1, flags=re.MULTILINE)
    files = code | {
        f"{home}/METADATA": metadata.encode(),
        f"{home}/WHEEL": TAGS.encode(),
        f"{home}/entry_points.txt": (about.read_text("entry_points.txt") or "").encode(),
    }
    return Wheel(
        name=f"{NAME.replace('-', '_')}-{version}-py3-none-any.whl", data=_zipped(files, f"{home}/RECORD")
    )


def _metadata(about: importlib.metadata.Distribution) -> str:
    """As `pip install` writes it; in a clone the folder of a build (egg-info) is found first and has it under
    its older name."""
    text = about.read_text("METADATA") or about.read_text("PKG-INFO")
    if not text:
        raise UsageError(
            "the grader's installation says nothing of what it needs, so no wheel can be made: pip install it"
            " again"
        )
    return text


def package_files() -> dict[str, bytes]:
    """The files of the package, by their place in a wheel: code and what it reads, no caches."""
    package = Path(grader.__file__).resolve().parent
    found = (
        path
        for path in sorted(package.rglob("*"))
        if path.suffix in SUFFIXES and "__pycache__" not in path.parts
    )
    return {
        path.relative_to(package.parent).as_posix(): path.read_bytes() for path in found if path.is_file()
    }


def _digest(files: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, data in files.items():
        digest.update(name.encode() + b"\0" + hashlib.sha256(data).digest())
    return digest.hexdigest()[:8]


def _zipped(files: dict[str, bytes], record: str) -> bytes:
    lines = [f"{name},sha256={_hash(data)},{len(data)}\n" for name, data in files.items()]
    files = files | {record: "".join([*lines, f"{record},,\n"]).encode()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, BEGINNING)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
