"""Why a cell did not finish, in a few words, and what to do about it."""

from __future__ import annotations

from grader.assignment import Seen
from grader.assignment.gaps import Gap, gaps
from grader.assignment.template import NOT_WRITTEN, STILL, THIS_CELL
from grader.judge.identify.lines import pieces
from grader.judge.words import raised
from grader.model import CellError, CellRun
from grader.model.quantities import lasting
from grader.model.run import file_of

TO_WRITE = "Write the code where the comment says so."  # the hint
# what is raised where a method is called that is none
OF_NO_METHOD = ("NotImplementedError", "AttributeError", "TypeError")


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
        return f"needs {file_of(cell.error.missing_package)}, which was not handed in"
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


def hint_after(cell: CellRun, seen: Seen) -> str:
    """What to do about a cell that did not finish, as far as its error tells."""
    if cell.error is not None and cell.error.missing_package in seen.run.forgotten_modules:
        return f"Hand in {file_of(cell.error.missing_package)} together with the {seen.submission.form}."
    if cell.error is not None and cell.error.name == "NameError":
        return _to_define(cell.error.missing_name, seen)
    if cell.error is not None and cell.error.name in OF_NO_METHOD and seen.source.misplaced:
        return seen.source.misplaced[0].in_full
    if cell.error is not None and is_unwritten(cell.error, seen):
        return TO_WRITE
    if cell.timed_out:
        return "Look for a loop that does not end, or train with fewer steps."
    if seen.submission.form == "script":
        return f"{_from_the_start(seen)} before you hand it in."
    return "Run the notebook from top to bottom (“Restart and run all”) before you hand it in."


def _to_define(name: str, seen: Seen) -> str:
    """What to do about a name that was not there, as far as the source tells why."""
    if seen.source.syntax_errors:
        return f"Fix the syntax error first: {seen.source.syntax_errors[0]}."
    home = seen.source.assigned.get(name)
    early = any(use.name == name for use in seen.source.used_before_defined)
    stopped = next(
        (cell for cell in seen.run.cells if cell.number == home and (cell.error or cell.timed_out)), None
    )
    if stopped is not None and not early:
        return f"{name} is defined in {stopped.place}, which did not run to its end: fix that first."
    if home is None and name and not early:
        return (
            f"{_from_the_start(seen)}: it shows the same error. {name} is not defined anywhere: is it spelled"
            " the same everywhere?"
        )
    return f"{_from_the_start(seen)}: it shows the same error. Then move the definition up."


def _from_the_start(seen: Seen) -> str:
    if seen.submission.form == "script":
        return f"Run {seen.submission.notebook_file} in a new Python process"
    return "Choose “Restart and run all” in your notebook"
