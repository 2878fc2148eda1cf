"""What an instructor said is meant: `grade DIR --take STUDENT:model=NAME`, kept beside the gradebook until it
is said otherwise."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from grader.errors import UsageError

FILE = "takes.json"
Takes = Mapping[str, Mapping[str, str]]  # student -> name of the sheet -> the student's own


def said_takes(
    texts: Sequence[str], students: Collection[str], names: Collection[str]
) -> dict[str, dict[str, str]]:
    """What was typed: "anna:model=lstm2" each.

    Raises:
        UsageError: it is not of this form, or nobody, and nothing on the sheet, is called so.
    """
    found: dict[str, dict[str, str]] = {}
    for text in texts:
        student, colon, rest = text.rpartition(":")
        name, equals, own = rest.partition("=")
        if not (colon and equals and own.isidentifier()):
            raise UsageError(
                f"--take {text}: give STUDENT:NAME_ON_THE_SHEET=THEIR_NAME, as in --take anna:model=lstm2"
            )
        if student not in students:
            raise UsageError(f"--take {text}: nobody here is called {student!r}")
        if name not in names:
            raise UsageError(f"--take {text}: the sheet has no {name}; it has {', '.join(sorted(names))}")
        found.setdefault(student, {})[name] = own
    return found


def load_takes(out: Path) -> dict[str, dict[str, str]]:
    """What was said before; {} when nothing was.

    Raises:
        UsageError: the file cannot be read.
    """
    path = out / FILE
    if not path.is_file():
        return {}
    try:
        kept = json.loads(path.read_text("utf-8"))
        return {
            str(student): {str(name): str(own) for name, own in takes.items()}
            for student, takes in kept.items()
        }
    except (OSError, ValueError, AttributeError) as problem:
        raise UsageError(f"{path} cannot be read ({problem}): repair or delete it") from problem


def keep_takes(out: Path, said: Takes) -> dict[str, dict[str, str]]:
    """All that was said so far, the latest word on each name, written down."""
    kept = load_takes(out)
    for student, takes in said.items():
        kept[student] = {**kept.get(student, {}), **takes}
    if said:
        (out / FILE).write_text(json.dumps(kept, indent=2, sort_keys=True), "utf-8")
    return kept
