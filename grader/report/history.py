"""How one grade came about: run by run, grade by grade, decision by decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from grader.grading.points import decided, holds
from grader.model import Decision, Grade, Run
from grader.record import Record, Session
from grader.report.shown import verdict_line
from grader.report.words import levels_text, moment_text, points_text

KINDS = {"grade": "graded", "regrade": "judged again, nothing was run"}


def history_lines(
    history: Sequence[Record],
    decisions: Sequence[Decision],
    sessions: Mapping[int, Session],
    runs: Mapping[str, Run],
) -> list[str]:
    """The story in plain lines, oldest first. `history` are all records of one student, `runs` those that are
    still stored."""
    lines: list[str] = []
    heard: list[Decision] = []
    left = list(decisions)
    told = [
        record
        for record, after in zip(history, [*history[1:], None], strict=True)
        if not _for_now(record, after)
    ]
    for record, until in zip(told, [*(record.when for record in told[1:]), None], strict=True):
        before = [word for word in left if word.when < record.when]
        heard, left = [*heard, *before], left[len(before) :]
        lines += _graded(record, decided(record.grade, heard, record.digest), sessions, runs)
        after = [word for word in left if until is None or word.when < until]
        left = left[len(after) :]
        for word in after:
            heard.append(word)
            lines.append(_decision(word, record, decided(record.grade, heard, record.digest)))
    return lines


def check_lines(record: Record) -> Iterator[str]:
    """What each check came to, what that rests on, and who decided."""
    for check in record.grade.checks:
        by_person = check.decided_by != "checks"
        why = f"decided by {check.decided_by}" if by_person else check.basis.value
        yield f"{verdict_line(check, simple=True).plain}  [{why}]"


def _for_now(record: Record, after: Record | None) -> bool:
    """Whether it was only kept until a further run of the same session had been made: the next record tells
    of its run, too."""
    return after is not None and after.session == record.session and set(record.runs) < set(after.runs)


def _graded(
    record: Record, grade: Grade, sessions: Mapping[int, Session], runs: Mapping[str, Run]
) -> Iterator[str]:
    session = sessions.get(record.session)
    yield f"{moment_text(record.when)}: {KINDS.get(session.kind, session.kind) if session else 'graded'}"
    yield f"  files {record.digest[:12]}" + (
        f", handed in {moment_text(record.submitted)}" if record.submitted else ""
    )
    if record.problem:
        yield f"  nothing could be run: {record.problem}"
    for run_id in record.runs or filter(None, (record.run_id,)):
        counts = " (this one counts)" if run_id == record.run_id else ""
        yield f"  run {run_id}{counts}{_ended(runs.get(run_id))}"
    if record.grade.penalty:
        yield f"  {points_text(record.grade.penalty)} points are taken off for lateness"
    yield f"  {_result(grade)}"


def _ended(run: Run | None) -> str:
    if run is None:
        return ": no longer stored"
    parts = [run.outcome.value, f"{run.seconds:.0f} s", run.runtime]
    parts += ["shortened"] if run.overrides or run.cuts else []
    return f": {', '.join(parts)}" + (f"; {run.reason}" if run.reason else "")


def _decision(word: Decision, record: Record, grade: Grade) -> str:
    check = next((check for check in grade.checks if check.id == word.check_id), None)
    alone = check.overruled or check if check else None
    said = "takes the decision back" if word.withdrawn else f"gives {points_text(word.points)}"
    most = f" of {points_text(check.points_max)}" if check and not word.withdrawn else ""
    checks = (
        f" (the checks alone: {points_text(alone.points_auto)})"
        if alone and alone.points_auto is not None
        else ""
    )
    reason = f": {word.reason}" if word.reason else ""
    same = (
        f" (filled in: the same answer as {word.repeats}'s, about which {word.person} decided)"
        if word.repeats
        else ""
    )
    here = holds(word, record.digest, check.answer if check else "")
    other = "" if here else "; it is about other files and does not count here"
    who = f"{moment_text(word.when)}: {word.person}"
    return f"{who} {said}{most} for {word.check_id}{checks}{same}{reason}{other}. {_result(grade)}"


def _result(grade: Grade) -> str:
    still = f", {points_text(grade.points_pending)} open" if grade.points_pending else ""
    if grade.points_suggested:
        still += (
            f", {points_text(grade.points_suggested)} of them suggested by the rubric and confirmed by no"
            " person"
        )
    return (
        f"{points_text(grade.points)} of {points_text(grade.points_max)} points{still}; {levels_text(grade)}"
    )
