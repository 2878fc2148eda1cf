"""What judging again would change: the stored record beside the new one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.model import CheckResult
from grader.record.records import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One check that says something else. `before` is None for a check that is new in the sheet, `after` for
    one that is gone."""

    before: CheckResult | None
    after: CheckResult | None

    @property
    def check(self) -> CheckResult:
        """The check as it is now, or as it was."""
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One student: the grade that holds, and what the checks of today make of the same run.

    `after` is None when that cannot be said without a new run: `lacks` says why, and `ours` whether that is
    our fault.
    """

    before: Record
    after: Record | None = None
    lacks: str = ""
    ours: bool = False

    @property
    def student(self) -> str:
        """Whose grade it is."""
        return self.before.student

    @property
    def moves(self) -> bool:
        """Whether points, open points or the level would change."""
        names = ("points", "points_max", "points_pending", "level", "level_possible")
        after = self.after
        return after is not None and any(
            getattr(self.before.grade, name) != getattr(after.grade, name) for name in names
        )

    @property
    def changes(self) -> tuple[Change, ...]:
        """The checks whose status, points or words would change, in the order of the sheet; those that are
        gone come last."""
        return tuple(self._changes()) if self.after is not None else ()

    def _changes(self) -> Iterator[Change]:
        old = {check.id: check for check in self.before.grade.checks}
        for check in self.after.grade.checks if self.after else ():
            known = old.pop(check.id, None)
            if known is None or _shown_to_student(known) != _shown_to_student(check):
                yield Change(before=known, after=check)
        yield from (Change(before=check, after=None) for check in old.values())


def _shown_to_student(check: CheckResult) -> tuple[object, ...]:
    return (check.status, check.points, check.points_max, check.message, check.hint)
