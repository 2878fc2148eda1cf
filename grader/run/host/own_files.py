"""The student's files, of which a run works on a copy."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from grader.assignment.newer_python import as_older_python
from grader.model import Submission
from grader.run.host.overrides import correct_text, override_text

NOTHING: Mapping[str, float | int] = MappingProxyType({})


def copy_files(
    submission: Submission,
    workspace: Path,
    overrides: Mapping[str, float | int],
    replaced: Mapping[str, float | int] = NOTHING,
) -> None:
    """The student's files in a new private folder, symlinks left out: the kernel works on a copy. In their
    modules parameters are overridden, what is no number to train with is replaced, and strings are written as
    this Python reads them."""
    workspace.mkdir(mode=0o700)
    if submission.root is None:
        return
    for name in submission.files:
        source, target = submission.root / name, workspace / name
        if source.is_symlink() or not source.is_file():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        own, spelled = text_of(source) if name in submission.modules else "", submission.source.spelled
        usable = correct_text(as_older_python(own), replaced, spelled)[0]
        text = override_text(usable, overrides, spelled)[0]
        if text != own:
            target.write_bytes(text.encode())
        else:
            shutil.copyfile(source, target)


def text_of(path: Path) -> str:
    """The text of a module; "" for what cannot be read as UTF-8 and therefore stays as it is."""
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
