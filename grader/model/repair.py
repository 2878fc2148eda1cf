"""What was changed in a homework so that it could be read and run."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass


class RepairKind(enum.StrEnum):
    """What kind of thing was repaired."""

    FORMAT = "format"  # the notebook's format was another, or not said
    CELL_IDS = "cell ids"
    KERNEL = "kernel"  # the kernel that it names, or the lack of one
    FIELDS = "fields"  # that the format asks for
    LINE_ENDS = "line ends"  # of Windows
    INSTALL = "install"  # of packages
    FOLDER = "folder"  # mkdir
    CONVERTED = "converted"  # jupyter nbconvert --to script
    MAGIC = "magic"  # notebook commands that only work elsewhere
    ENCODING = "encoding"  # the file is not UTF-8
    LINES = "lines"  # ran into each other, or were cut off
    LOST = "lost"  # what stands behind the end of the notebook
    CELL = "cell"  # is none, or has no source
    STRINGS = "strings"  # as a newer Python writes them
    SHELL = "shell"
    SHELL_CELL = "shell cell"
    QUESTION = "question"  # to somebody at the keyboard
    COLAB = "colab"
    OTHER = "other"


# repairs of nearly every notebook, without effect on what it computes
ROUTINE = frozenset(
    {
        *(RepairKind.FORMAT, RepairKind.CELL_IDS, RepairKind.KERNEL, RepairKind.FIELDS, RepairKind.LINE_ENDS),
        *(RepairKind.INSTALL, RepairKind.FOLDER, RepairKind.CONVERTED, RepairKind.MAGIC, RepairKind.STRINGS),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One thing that was repaired, wherever it was."""

    kind: RepairKind
    text: str  # "cells 3 and 5: shell commands were skipped"
    about: str = ""  # the same without the cells; "" where it names none

    @property
    def is_routine(self) -> bool:
        """Whether nobody needs to look at it."""
        return self.kind in ROUTINE

    @property
    def what(self) -> str:
        """What is the same wherever it was repaired."""
        return self.about or self.text

    @classmethod
    def from_text(cls, text: str) -> Repair:
        """A repair as it was stored before there were kinds."""
        kind = next((kind for says, kind in BEFORE.items() if says in text), RepairKind.OTHER)
        return cls(kind=kind, text=text, about=CELLS.sub("", text))


CELLS = re.compile(r"^cells? [\d, to and-]+: ")
BEFORE = {  # what repairs said in gradebooks until 0.1
    "notebook format": RepairKind.FORMAT,
    "did not say its format": RepairKind.FORMAT,
    "cell ids": RepairKind.CELL_IDS,
    "names no kernel": RepairKind.KERNEL,
    "set aside": RepairKind.KERNEL,
    "fields that the format asks for": RepairKind.FIELDS,
    "line ends": RepairKind.LINE_ENDS,
    "installing packages was skipped": RepairKind.INSTALL,
    "mkdir is done": RepairKind.FOLDER,
    "notebook commands that only work elsewhere": RepairKind.MAGIC,
}
