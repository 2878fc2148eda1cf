"""Which loose files belong together: quickly, by the import lines and the names, without parsing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

LONGEST_SCRIPT = 300_000  # bytes of a script that are looked at
LONGEST_NOTEBOOK = 5_000_000  # bytes of a notebook: its pictures stand between the cells
IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+\.*(?P<module>[\w.]*)[ \t]+import[ \t]+(?P<names>.+)|import[ \t]+(?P<modules>.+))",
    re.MULTILINE,
)
IN_JSON = re.compile(
    r"""(?:"|\\n)[ \t]*(?:from[ \t]+(\w+)[\w.]*[ \t]+import|import[ \t]+(\w[\w., \t]*)"""
    r"""|%run[ \t]+([\w./-]+))"""
)


def imported_by(files: Sequence[Path]) -> set[str]:
    """The top-level modules and folders that some of these files import, those that a file names as itself
    left out."""
    return {name for file in files for name in _names(file) if name != file.stem}


def imported_by_notebook(file: Path) -> set[str]:
    """The top-level modules that a notebook imports or runs, as the text of its cells says."""
    found: set[str] = set()
    for module, modules, run in IN_JSON.findall(_start_of(file, LONGEST_NOTEBOOK)):
        found |= {
            module,
            Path(run).stem,
            *(part.split(" as ")[0].strip().partition(".")[0] for part in modules.split(",")),
        }
    return found - {""}


def run_by_notebook(file: Path) -> set[str]:
    """The other notebooks beside it that a notebook runs, `%run helper.ipynb`, by their stems."""
    runs = [Path(run) for _, _, run in IN_JSON.findall(_start_of(file, LONGEST_NOTEBOOK)) if run]
    return {run.stem for run in runs if run.suffix.lower() == ".ipynb"} - {file.stem}


def folders_run_by(file: Path) -> set[str]:
    """The folders beside a notebook from which it runs others: `%run lib/cells.ipynb`."""
    runs = [Path(run).parts for _, _, run in IN_JSON.findall(_start_of(file, LONGEST_NOTEBOOK))]
    return {parts[0] for parts in runs if len(parts) > 1}


def named_after(name: str, owners: Collection[str]) -> str:
    """Whose a loose file is, by its name: "anna" for "anna_utils", but not for "annabel"; "" when it begins
    like nobody's."""
    fitting = [owner for owner in owners if _begins_with(name, owner)]
    return max(fitting, key=len, default="")


def _begins_with(name: str, owner: str) -> bool:
    name, owner = (unicodedata.normalize("NFC", text).casefold() for text in (name, owner))
    return bool(owner) and name.startswith(owner) and not name[len(owner) : len(owner) + 1].isalnum()


def _names(file: Path) -> Iterator[str]:
    for found in IMPORT.finditer(_start_of(file, LONGEST_SCRIPT)):
        listed = found["modules"] or ("" if found["module"] else found["names"]) or found["module"]
        for part in re.split(r"[,()\s]+", listed.partition("#")[0].replace("import", " ")):
            yield part.partition(".")[0]


def _start_of(file: Path, most: int) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(most).decode("utf-8", "replace")
    except OSError:
        return ""
