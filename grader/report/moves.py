"""Who would move when stored observations are judged again: for the terminal, and for a program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from grader.model import CheckResult, Grade
from grader.model.quantities import counted
from grader.record import to_json
from grader.record.called import as_written
from grader.record.moves import Change, Move
from grader.report.shown import harmless
from grader.report.words import SIGNS, level_text, points_text, some

SCHEMA = "grader/regrade/v1"
MOST_NAMES = 12  # of a group that changes in the same way; --json has all
MOST_CHANGES = 3  # of one student in the table; --json has all


def moves_table(moves: Sequence[Move], *, simple: bool = False) -> Table:
    """Those whose points or level would move, with the checks that say why: old words, new words. Who changes
    in the same way stands in one row, with the words of the first of them."""
    arrow = "->" if simple else "→"
    table = Table(
        box=box.ASCII2 if simple else box.SIMPLE_HEAD, pad_edge=False, expand=True, header_style="bold"
    )
    table.add_column("student", overflow="fold", min_width=8, max_width=24)
    table.add_column("points", no_wrap=True)
    table.add_column("level", overflow="fold", max_width=24)
    table.add_column("why", ratio=1, min_width=24, overflow="fold")
    written = as_written(move.before for move in moves)
    for alike in _grouped(moves):
        first = alike[0]
        assert first.after is not None  # those that move have one
        old, new = first.before.grade, first.after.grade
        names = some([harmless(written[move.student], limit=80) for move in alike], MOST_NAMES)
        table.add_row(
            Text(names if len(alike) == 1 else f"{len(alike)}: {names}"),
            Text(_between(_points(old), _points(new), arrow) if len(alike) == 1 else _each(old, new, simple)),
            Text(_between(level_text(old.level), level_text(new.level), arrow)),
            _why(first.changes, simple),
        )
    return table


def _grouped(moves: Sequence[Move]) -> list[list[Move]]:
    """Those who would move, together where the same checks change in the same way; the largest group first, a
    single student as before."""
    groups: dict[tuple[Any, ...], list[Move]] = {}
    for move in moves:
        if move.after is None or not move.moves:
            continue
        old, new = move.before.grade, move.after.grade
        changed = tuple(
            (change.check.id, _state(change.before), _state(change.after)) for change in move.changes
        )
        lateness = () if changed else (move.student,)
        groups.setdefault((changed, lateness, old.level, new.level, _difference(old, new)), []).append(move)
    return sorted(groups.values(), key=len, reverse=True)


def _state(check: CheckResult | None) -> tuple[str, float] | None:
    return (check.status.name, check.points) if check is not None else None


def _difference(old: Grade, new: Grade) -> tuple[float, float]:
    return round(new.points - old.points, 2), round(new.points_pending - old.points_pending, 2)


def _each(old: Grade, new: Grade, simple: bool) -> str:
    """What everybody in a group gains or loses."""
    given, waiting = _difference(old, new)
    minus = "-" if simple else "−"
    parts = [f"{'+' if given > 0 else minus}{points_text(abs(given))} each"] if given else []
    parts += [f"{'+' if waiting > 0 else minus}{points_text(abs(waiting))} open each"] if waiting else []
    return ", ".join(parts) or "as before"


def _between(old: str, new: str, arrow: str) -> str:
    return old if old == new else f"{old} {arrow} {new}"


def _points(grade: Grade) -> str:
    waits = f" (+{points_text(grade.points_pending)}?)" if grade.points_pending else ""
    return f"{points_text(grade.points)}{waits} of {points_text(grade.points_max)}"


def _why(changes: Sequence[Change], simple: bool) -> Text:
    lines = [line for change in changes[:MOST_CHANGES] for line in _lines(change, simple)]
    if (more := len(changes) - MOST_CHANGES) > 0:
        lines.append(f"(and {counted(more, 'further check')})")
    return Text("\n".join(lines) or "lateness")


def _lines(change: Change, simple: bool) -> Iterator[str]:
    yield f"{change.check.task}  {harmless(change.check.title, limit=160)}"
    yield f"  was  {_verdict(change.before, simple)}" if change.before else "  was  not in the sheet"
    yield f"  now  {_verdict(change.after, simple)}" if change.after else "  now  no longer in the sheet"


def _verdict(check: CheckResult, simple: bool) -> str:
    sign = SIGNS[check.status]
    mark = sign.ascii if simple else sign.symbol
    return (
        f"{mark} {sign.word} ({points_text(check.points)} of {points_text(check.points_max)}):"
        f" {harmless(check.message, limit=240)}"
    )


def moves_lines(moves: Sequence[Move], *, written: bool = False) -> list[str]:
    """How many would move, how many read other words, how many stay, and who needs a new run; `written`: they
    have moved."""
    judged = [move for move in moves if move.after is not None]
    moving = [move for move in judged if move.moves]
    up = sum(move.after.grade.points > move.before.grade.points for move in moving if move.after)
    down = sum(move.after.grade.points < move.before.grade.points for move in moving if move.after)
    reworded = sum(not move.moves and bool(move.changes) for move in judged)
    as_before = len(moving) - up - down
    ways = f": {up} up, {down} down" + (f", {as_before} with as many points as before" if as_before else "")
    moved = "moved" if written else "would move"
    lines = [f"{len(moving)} of {len(moves)} {moved}{ways if moving else ''}", *_other_totals(moving)]
    if reworded:
        lines.append(
            f"{counted(reworded, 'grade keeps', 'grades keep')} points and level, and will read in other"
            " words"
        )
    if same := len(judged) - len(moving) - reworded:
        lines.append(counted(same, "grade stays as it is", "grades stay as they are"))
    for why, students in needing_a_run(moves).items():
        lines.append(
            f"{counted(len(students), 'grade stays', 'grades stay')} until a new run ({why}):"
            f" {some(students)}"
        )
    return [harmless(line, limit=1000) for line in lines]


def _other_totals(moving: Sequence[Move]) -> Iterator[str]:
    """That the sheet counts up to another total than it did."""
    totals = {
        (move.before.grade.points_max, move.after.grade.points_max)
        for move in moving
        if move.after is not None
    }
    for old, new in sorted(totals):
        if old != new:
            yield f"the sheet counts up to {points_text(new)} points, {points_text(old)} before"


def needing_a_run(moves: Sequence[Move]) -> dict[str, list[str]]:
    """Why a new run is needed -> by whom."""
    found: dict[str, list[str]] = {}
    written = as_written(move.before for move in moves)
    for move in moves:
        if move.after is None:
            found.setdefault(move.lacks, []).append(written[move.student])
    return found


def moves_data(
    moves: Sequence[Move], assignment: str, sheet_digest: str, session: int | None
) -> dict[str, Any]:
    """All of it for a program; `session` is the number of the written one, None when nothing was written."""
    return {
        "schema": SCHEMA,
        "assignment": assignment,
        "sheet_digest": sheet_digest,
        "applied": session is not None,
        "session": session,
        "moves": [_move(move) for move in moves if move.moves],
        "reworded": [_move(move) for move in moves if move.changes and not move.moves],
        "same": [
            move.student for move in moves if move.after is not None and not move.changes and not move.moves
        ],
        "needs_run": [
            {"student": move.student, "why": move.lacks, "ours": move.ours}
            for move in moves
            if move.after is None
        ],
    }


def _move(move: Move) -> dict[str, Any]:
    return {
        "student": move.student,
        "before": _grade(move.before.grade),
        "after": _grade(move.after.grade) if move.after else None,
        "checks": [_change(change) for change in move.changes],
    }


def _grade(grade: Grade) -> Mapping[str, Any]:
    names = ("points", "points_max", "points_pending", "level", "level_possible")
    return {name: to_json(getattr(grade, name)) for name in names}


def _change(change: Change) -> dict[str, Any]:
    sides = {"before": change.before, "after": change.after}
    names = ("status", "points", "points_max", "decided_by", "message", "hint")
    told = {
        side: {name: to_json(getattr(check, name)) for name in names} if check else None
        for side, check in sides.items()
    }
    return {"id": change.check.id, "task": change.check.task, "title": change.check.title, **told}
