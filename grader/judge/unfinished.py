"""Why a cell did not finish, in a few words."""

from __future__ import annotations

from grader.assignment import Seen
from grader.assignment.gaps import Gap, gaps
from grader.assignment.template import NOT_WRITTEN, STILL, THIS_CELL
from grader.judge.identify.lines import pieces
from grader.judge.words import raised
from grader.model import CellError, CellRun
from grader.model.quantities import lasting

TO_WRITE = "Write the code where the comment says so."  # the hint


def is_unwritten(error: CellError, seen: Seen) -> bool:
    """Whether a gap of the template's was reached: the homework itself raises it there."""
    return error.name == NOT_WRITTEN and any(gap.may_have_raised(error.message) for gap in _gaps(seen))


def last_to_write(seen: Seen) -> CellRun | None:
    """The last cell that ended where it is still to be written; None where none did."""
    ended = (cell for cell in seen.run.cells if cell.error is not None and is_unwritten(cell.error, seen))
    return max(ended, key=lambda cell: cell.number, default=None)


def reaches_gap(error: CellError, seen: Seen) -> bool:
    """Whether it was raised where the homework is still to be written, and on no condition."""
    return error.name == NOT_WRITTEN and any(
        gap.always and gap.has_raised(error.message) for gap in _gaps(seen)
    )


def _gaps(seen: Seen) -> list[Gap]:
    return seen.once("gaps", lambda: [gap for _, text in pieces(seen.source.text) for gap in gaps(text)])


def why_unfinished(cell: CellRun, seen: Seen) -> str:
    """What is said of a cell that gave nothing, after its place: "raised ValueError: ...", "is still to be
    written"."""
    if cell.timed_out:
        return f"ran longer than {lasting(seen.run.limits.cell_seconds)} and was stopped"
    if cell.error is None:
        return "did not finish"
    if cell.error.missing_package in seen.run.forgotten_modules:
        return f"needs {cell.error.missing_package}.py, which was not handed in"
    if is_unwritten(cell.error, seen):
        says_more = cell.error.message not in ("", f"{THIS_CELL}{STILL}")
        return f"is still to be written ({cell.error.message})" if says_more else "is still to be written"
    early = next(
        (
            u
            for u in seen.source.used_before_defined
            if u.used_in == cell.number and u.name == cell.error.missing_name
        ),
        None,
    )
    if early is not None:
        return f"uses {early.name}, first defined in {seen.submission.place(early.defined_in)}"
    return raised({"name": cell.error.name, "message": cell.error.message}, "raised")
