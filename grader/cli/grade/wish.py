"""What was typed behind `grade DIR`, and whom it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError
from grader.keras.generations import GENERATIONS
from grader.model import Status
from grader.pipeline import (
    Roll,
)
from grader.record import Gradebook, Record
from grader.record.called import ids_of


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeWish:
    """What was typed."""

    source: Path
    assignment: str = ""
    assignments: Path | None = None
    course: Path | None = None
    out: Path | None = None
    dry_run: bool = False
    sample: int | None = None
    only: frozenset[str] = frozenset()
    rerun: frozenset[str] = frozenset()
    take: tuple[str, ...] = ()  # "anna:model=lstm2": what is meant by a name of the sheet
    jobs: int | None = None
    cluster: str = ""  # the address of a scheduler, or "local:4"
    tls: Path | None = None  # the keys for it
    no_tls: bool = False
    runtime: str = ""
    budgeted: bool = True
    no_isolation: bool = False
    seed: int | None = None
    written: str = ""  # "suggested": the rubric's suggestions count until a person decides
    profile: bool = False
    json: bool = False
    quiet: bool = False


def refuse_what_cannot_be(wish: GradeWish) -> None:
    """See that everything was typed that there is.

    Raises:
        UsageError: a folder, a runtime or a word is not there.
    """
    if not wish.source.exists():
        raise UsageError(f"{wish.source} does not exist: give the folder or the zip with the homework")
    if wish.runtime and wish.runtime not in GENERATIONS:
        raise UsageError(f"there is no runtime {wish.runtime!r}: give {' or '.join(GENERATIONS)}")
    if wish.written not in ("", "suggested"):
        raise UsageError(
            f"--written {wish.written}: give --written suggested, or leave it out and a person decides"
        )


def students_again(wish: GradeWish, roll: Roll) -> frozenset[str]:
    """Whom to grade again although nothing changed: students, or "all"."""
    names = wish.rerun - {"all", "errors"}
    meant = ids_of(names, roll.candidates)
    if unknown := sorted(names - set(meant)):
        raise UsageError(f"--rerun {unknown[0]}: nobody here is called so; give a student, errors or all")
    return frozenset(meant.values()) | (wish.rerun & {"all"})


def students_with_errors(wish: GradeWish, gradebook: Gradebook | None) -> frozenset[str]:
    """Those with an error of ours, when they are to be graded again."""
    return with_errors(gradebook.records()) if gradebook and "errors" in wish.rerun else frozenset()


def with_errors(records: Sequence[Record]) -> frozenset[str]:
    """Whose grade waits for a repair of ours."""
    return frozenset(
        r.student for r in records if any(check.status is Status.ERROR for check in r.grade.checks)
    )
