"""Which loose Python files belong together: quickly, by the import lines, without parsing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

LONGEST = 300_000  # bytes of a file that are looked at
IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+\.*(?P<module>[\w.]*)[ \t]+import[ \t]+(?P<names>.+)|import[ \t]+(?P<modules>.+))", re.MULTILINE
)


def imported_by(files: Sequence[Path]) -> set[str]:
    """The top-level modules and folders that some of these files import, those that a file names as itself left out."""
    return {name for file in files for name in _names(file) if name != file.stem}


def _names(file: Path) -> Iterator[str]:
    try:
        with file.open("rb") as opened:
            text = opened.read(LONGEST).decode("utf-8", "replace")
    except OSError:
        return
    for found in IMPORT.finditer(text):
        listed = found["modules"] or ("" if found["module"] else found["names"]) or found["module"]
        for part in re.split(r"[,()\s]+", listed.partition("#")[0].replace("import", " ")):
            yield part.partition(".")[0]
