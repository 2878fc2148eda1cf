"""What happened to a submission, told in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from grader import __version__
from grader.assignment import Assignment
from grader.judge.words import raised
from grader.keras.generations import GENERATIONS
from grader.model import Basis, CellRun, CheckResult, Evidence, Key, Outcome, Status
from grader.model.quantities import counted, lasting
from grader.model.verdict import WRONG
from grader.record import Record
from grader.report.words import points_text

RECEIPT_DIGITS = 12  # of a digest: enough to tell two versions of a file apart
MOST_RECEIPTS = 12  # files that a receipt names
BAD = (Status.FAILED, Status.PARTIAL, Status.SKIPPED)  # earns less than it could, worst first


def outcome_text(record: Record) -> str:
    """How the run ended, in a word or two for a table."""
    if record.outcome is None:
        return "did not run"
    return {
        Outcome.COMPLETED: "ran",
        Outcome.RAISED: "a cell raised",
        Outcome.TIMED_OUT: "out of time",
        Outcome.OUT_OF_MEMORY: "out of memory",
        Outcome.DIED: "kernel died",
        Outcome.UNAVAILABLE: "not run by us",
    }[record.outcome]


def run_text(record: Record) -> str:
    """The same while a class is graded: what is still to run again says so."""
    return "to run again" if record.grade.runs_again else outcome_text(record)


def worst_check(checks: Iterable[CheckResult]) -> CheckResult | None:
    """The check that costs most: failed before partly before not reached; None when nothing is lost."""
    lost = [check for check in checks if check.status in BAD]
    return min(
        lost, key=lambda check: (BAD.index(check.status), check.points - check.points_max), default=None
    )


def reason_text(record: Record) -> str:
    """One sentence for the table: why there are not all points; "" when nothing is lost."""
    if record.problem or record.outcome is Outcome.UNAVAILABLE:
        return record.problem or record.reason
    if record.grade.is_of_another_sheet:
        return record.grade.checks[0].message
    worst = worst_check(record.grade.checks)
    if worst is not None:
        return worst.message or worst.title
    ours = next((check.message for check in record.grade.checks if check.status is Status.ERROR), "")
    return f"our problem: {ours}" if ours else record.reason


def ended_text(record: Record) -> str:
    """One kind sentence when the run did not come to its end; "" when it did."""
    if record.problem:
        return f"Your homework could not be run: {record.problem}"
    if record.grade.is_of_another_sheet:
        said = record.grade.checks[0].message
        return f"{said[:1].upper()}{said[1:]}."
    reason = f" {record.reason[0].upper()}{record.reason[1:]}." if record.reason else ""
    match record.outcome:
        case Outcome.UNAVAILABLE:
            return f"We could not run your notebook: our problem, not yours. No points are lost.{reason}"
        case Outcome.TIMED_OUT if record.cells and not record.cells[-1].timed_out:
            return f"A cell was stopped; the cells after it ran and were judged.{reason}"
        case Outcome.TIMED_OUT:
            return f"Your notebook ran out of time; what it had reached by then was judged.{reason}"
        case Outcome.OUT_OF_MEMORY:
            return f"Your notebook ran out of memory; what it had reached by then was judged.{reason}"
        case Outcome.DIED:
            return (
                "The Python process of your notebook ended by itself; what it had reached by then was"
                f" judged.{reason}"
            )
        case Outcome.RAISED:
            number = sum(cell.error is not None for cell in record.cells)
            some = counted(number, "place of your script", "places of your script")
            if not any(cell.where for cell in record.cells):
                some = f"{counted(number, 'cell')} of your notebook"
            return f"{some} raised an error; the others ran and were judged." if number else ""
        case _:
            return ""


def notice_texts(record: Record) -> list[str]:
    """What a student should know about how the notebook was read and run."""
    generation = GENERATIONS.get(record.runtime)
    if generation is None or not record.runtime_by.tells_of_the_notebook:
        return list(record.notices)
    said = f"Your notebook was written for {generation.words}; it ran there. This costs no points."
    return [*record.notices, said]


def change_texts(record: Record) -> list[str]:
    """What we did to the notebook so that it runs, in plain words."""
    numbers = {**record.replaced, **record.overrides}
    settings = [f"For this run, `{name}` was set to {value:g}." for name, value in numbers.items()]
    return [*(repair.text for repair in record.repairs), *settings, *record.cuts]


def later_checks(assignment: Assignment) -> tuple[int, float]:
    """How many checks run only after handing in, and their points."""
    hidden = [check for check in assignment.checks if check.hidden]
    points = sum(check.points for check in hidden) + assignment.withheld_points
    return len(hidden) + assignment.withheld_checks, points


def later_text(assignment: Assignment) -> str:
    """ "8 points in 2 checks are looked at only after you have handed in."; "" when all checks are public."""
    count, points = later_checks(assignment)
    if not count:
        return ""
    are = "is" if points == 1 else "are"
    return (
        f"{points_text(points)} {'point' if points == 1 else 'points'} in {counted(count, 'check')} {are}"
        " looked at only after you have handed in."
    )


def fix_first(record: Record) -> CheckResult | None:
    """What a student should turn to first: what others wait for, else what costs most; None when nothing
    fails."""
    failing = [check for check in record.grade.checks if check.status in WRONG]
    if any(check.status is Status.SKIPPED for check in record.grade.checks) and failing:
        return failing[0]  # the sheet's order is that in which one part builds on another
    return min(failing, key=lambda check: check.points - check.points_max, default=None)


def fix_first_text(record: Record, assignment: Assignment) -> str:
    """What to turn to first, in a line; a cell that Python cannot read, that was stopped, or in which the
    training broke off, comes before what follows from it, and is told where nothing else fails, as one that
    raised is. "" when all is well."""
    first = fix_first(record)
    if (unread := _unread(record)) is not None and unread.error is not None:
        return f"{unread.place}, which Python cannot read: {unread.error.message}"
    stopped = _stopped(record)
    if stopped is not None and (first is None or first.id in _after_training(assignment)):
        return f"{stopped.place}, which was stopped after {lasting(record.limits.cell_seconds)}"
    broken = _broke_off(record)
    if broken is not None and first is not None and first.id in _after_training(assignment):
        return f"{broken.where}, which {broken.actual}"
    if first is not None:
        said = f": {first.message}" if first.message else ""
        return f"{first.title.rstrip('.')} (task {first.task}){said}"
    failing = _raising(record)
    if failing is None or failing.error is None or not _anything_decided(record):
        return ""
    said = raised({"name": failing.error.name, "message": failing.error.message}, "raised")
    return f"{failing.place}, which {said}"


def _anything_decided(record: Record) -> bool:
    """Whether any check was: of the homework of another sheet nobody can say that the rest is right."""
    return any(check.status in (Status.PASSED, *BAD) for check in record.grade.checks)


def _raising(record: Record) -> CellRun | None:
    """The first cell that raised for a reason of its own, not for what is not here."""
    return next(
        (
            cell
            for cell in record.cells
            if cell.error is not None
            and not cell.error.missing_answer
            and cell.error.missing_package not in record.missing_packages
        ),
        None,
    )


def _unread(record: Record) -> CellRun | None:
    """The first cell that Python cannot read: nothing in it ran."""
    return next((cell for cell in record.cells if cell.error is not None and cell.error.is_of_syntax), None)


def _stopped(record: Record) -> CellRun | None:
    return next((cell for cell in record.cells if cell.timed_out), None)


def _broke_off(record: Record) -> Evidence | None:
    """What is known of the cell in which the training raised, where no cell before it did: what was not
    trained follows from that cell, whatever else is wrong."""
    first = _raising(record)
    rows = (row for check in record.grade.checks for row in check.evidence)
    return next(
        (row for row in rows if row.key is Key.TRAINING_BROKE_OFF and first and row.value == first.number),
        None,
    )


def _after_training(assignment: Assignment) -> set[str]:
    return {check.id for check in assignment.checks if check.after_training}


def with_causes(record: Record, assignment: Assignment) -> Record:
    """What training decides, and what does not hold where something before it does not hold either, points
    there: the hints for the consequences of one mistake would send its student everywhere but to the
    mistake."""
    trained, checks, cause = _after_training(assignment), [], ""
    if (broken := _unread(record)) is not None:
        cause = f"Fix {broken.place} first, which Python cannot read: this may follow from it."
    elif (broken := _stopped(record)) is not None:
        cause = f"{broken.place} did not run to its end: fix that first, this may follow from it."
    elif (row := _broke_off(record)) is not None:
        cause = f"Fix {row.where} first, which {row.actual}: this may follow from it."
    for check in record.grade.checks:
        is_failing = check.status in WRONG
        tells_it = any(row.key is Key.TRAINING_BROKE_OFF for row in check.evidence)
        if is_failing and check.id in trained and cause and check.basis is not Basis.READ and not tells_it:
            check = replace(check, hint=cause)
        elif (
            not cause
            and check.status is Status.FAILED
            and check.id not in trained
            and check.basis not in (Basis.READ, Basis.JUDGED)
        ):
            cause = f"Fix “{check.title.rstrip('.')}” first: this may follow from it."
        checks.append(check)
    return replace(record, grade=replace(record.grade, checks=tuple(checks)))


def receipt_text(record: Record) -> str:
    """What identifies the files that were judged, each by itself, and the grader: all of it stands on the
    feedback page, too, whatever else was handed in or lay beside them."""
    named = [f"{file} {digest[:RECEIPT_DIGITS]}" for file, digest in record.receipt.items()]
    more = [counted(len(named) - MOST_RECEIPTS, "further file")] if len(named) > MOST_RECEIPTS else []
    files = named[:MOST_RECEIPTS] + more if named else [f"files {record.digest[:RECEIPT_DIGITS]}"]
    together = " Hand them in together." if len(named) > 1 else ""
    return f"Receipt: {', '.join(files)}; grader {record.versions.grader or __version__}.{together}"


def as_told(record: Record, tell: str) -> Record:
    """The record with only what its student may know now; `tell` is the sheet's `before_deadline`, or
    "mistake" afterwards.

    "mistake": all of a verdict, with the mistake named; "deviation": without that name; "pass or fail": the
    results alone. Notes and flags for staff, and what was drawn for hidden checks, are never told.
    """
    checks = tuple(told_check(check, tell) for check in record.grade.checks)
    return replace(record, flags=(), grade=replace(record.grade, checks=checks))


def told_check(check: CheckResult, tell: str) -> CheckResult:
    """One check's result with only what its student may know now."""
    told = replace(
        check,
        staff_note="",
        reason="",
        repeats="",
        overruled=None,
        evidence=() if check.hidden else check.evidence,
    )
    if tell == "mistake" or check.pending:
        return told
    if tell == "deviation":
        return replace(told, mistake=None)
    return replace(told, mistake=None, message="", hint="", evidence=())


def likeness(check: CheckResult) -> str:
    """The one named mistake as a sentence; "" when there is none."""
    return (
        f"It behaves like {check.mistake.words.rstrip('.')}."
        if check.mistake is not None and check.mistake.words
        else ""
    )
