"""What a runner has done, line by line: when it ends before its time, what was answered before still counts.

The runner appends; the host reads only where there is no outcome.json.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MOST_BYTES = 64 << 20  # that the host reads of it


class Journal:
    """The runner's pen."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8")

    def doing(self, place: str) -> None:
        """What is handled from now on: "cell 5", "the probe model"."""
        self._write(doing=place)

    def cell(self, cell: Mapping[str, Any]) -> None:
        """A cell that has run, as outcome.json has it."""
        self._write(cell=cell)

    def observation(self, name: str, noted: Mapping[str, Any]) -> None:
        """What a probe gave, as outcome.json has it; its frame is written already."""
        self._write(observation=name, noted=noted)

    def versions(self, versions: Mapping[str, str]) -> None:
        """What runs in the kernel."""
        self._write(versions=versions)

    def close(self) -> None:
        """The end."""
        self._file.close()

    def _write(self, **entry: Any) -> None:
        self._file.write(json.dumps(entry) + "\n")
        self._file.flush()


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalAccount:
    """What a journal tells."""

    doing: str = ""  # the last that was begun; "": no notebook was touched
    cells: tuple[Mapping[str, Any], ...] = ()
    observations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)


def read_journal(path: Path) -> JournalAccount:
    """The journal of a run; a last line that was not finished is left out, and no journal is an empty one."""
    doing = ""
    cells = dict[int, Mapping[str, Any]]()
    observations = dict[str, Mapping[str, Any]]()
    versions = dict[str, str]()
    for entry in _entries(path):
        doing = entry.get("doing", doing)
        versions = entry.get("versions", versions)
        if "cell" in entry:
            cells[entry["cell"]["number"]] = entry["cell"]
        if "observation" in entry:
            observations[entry["observation"]] = entry["noted"]
    ran = tuple(cells[number] for number in sorted(cells))
    return JournalAccount(doing=doing, cells=ran, observations=observations, versions=versions)


def _entries(path: Path) -> list[dict[str, Any]]:
    with contextlib.suppress(OSError), path.open("rb") as file:  # no journal: then nothing had begun
        lines = file.read(MOST_BYTES).split(b"\n")[:-1]
        return [json.loads(line) for line in lines]
    return []
