"""What a CI job shows: GitHub's job summary, annotations, and the result that classroom-resources' reporter
reads.

A student's text may reach a log or a summary, but never as a command: GitHub's runner obeys lines that begin
with `::`, and `##[` anywhere in a line; the reporter prints messages raw, so they hold no line ends.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from grader.assignment import Assignment
from grader.model import CheckResult, Level, Status
from grader.model.quantities import counted
from grader.model.verdict import NOT_EARNED, OF_THE_STUDENT
from grader.record import Record
from grader.report.neutral import for_workflow, for_workflow_property, hide_paths, visible
from grader.report.story import ended_text, fix_first_text, later_text, notice_texts, receipt_text
from grader.report.words import SIGNS, levels_text, pending_text, points_text, sign_of

MOST_ANNOTATIONS = 10  # of one kind and step; GitHub drops the rest
MOST_RESULT_BYTES = 90_000  # of the reporter's JSON: it travels in an environment variable
MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~<>&$])")


def plain(text: str, limit: int = 300) -> str:
    """One line that is no command, wherever it is printed."""
    line = visible(hide_paths(text[: 4 * limit]), newlines=False, limit=limit).replace("##[", "## [")
    return re.sub(r"^[\s:]+", "", line)


def markdown(text: str, limit: int = 300) -> str:
    """The text as GitHub's Markdown shows it unchanged: no tables, links, images, tags."""
    return (
        MARKDOWN.sub(r"\\\1", plain(text, limit))
        .replace("\\<", "&lt;")
        .replace("\\>", "&gt;")
        .replace("\\&", "&amp;")
    )


def total_text(record: Record) -> str:
    """ "14 of 18 checks pass: 15.5 of 20 points, 2 still open"."""
    grade = record.grade
    passing = sum(check.status is Status.PASSED for check in grade.checks)
    still = f", {points_text(grade.points_pending)} still open" if grade.points_pending else ""
    return (
        f"{passing} of {counted(len(grade.checks), 'check')} {'passes' if passing == 1 else 'pass'}: "
        f"{points_text(grade.points)} of {points_text(grade.points_max)} points{still}"
    )


def summary(record: Record, assignment: Assignment) -> str:
    """The job summary, in Markdown: what fails in full, then all checks in a table."""
    parts = [
        f"## {markdown(assignment.title)}",
        f"**{markdown(total_text(record))}; {markdown(levels_text(record.grade))}**",
    ]
    if record.missing_packages:
        parts.append(
            f"Not installed here: {markdown(', '.join(record.missing_packages))}. What needs it stays open."
        )
    if first := fix_first_text(record, assignment):
        parts.append(f"**Fix first:** {markdown(first, 500)}")
    if ended := ended_text(record):
        parts.append(markdown(ended, 600))
    if not record.problem:  # which is said once, not at each check
        parts += [_failing(check) for check in record.grade.checks if check.status in NOT_EARNED]
    parts += [
        "\n".join(["| | Task | Check | Points |", "|---|---|---|---|", *map(_row, record.grade.checks)])
    ]
    parts += [
        f"- {markdown(note)}" for note in (*notice_texts(record), *(repair.text for repair in record.repairs))
    ]
    if later := later_text(assignment):
        parts.append(markdown(later))
    parts.append(
        "This is feedback; the mark comes from the course's own run of the same checks."
        f" {markdown(receipt_text(record))}"
    )
    return "\n\n".join(parts) + "\n"


def _failing(check: CheckResult) -> str:
    lines = [f"### {SIGNS[check.status].symbol} {markdown(check.title)}", markdown(check.message, 600)]
    for row in check.evidence[:4]:
        lines.append(f"- {markdown(row.what)}: seen {markdown(row.actual)}, wanted {markdown(row.expected)}")
    if check.hint:
        lines.append(f"**Hint:** {markdown(check.hint, 600)}")
    return "\n\n".join(line for line in lines if line)


def _row(check: CheckResult) -> str:
    sign = sign_of(check)
    points = f"{points_text(check.points)} of {points_text(check.points_max)}"
    return f"| {sign.symbol} {sign.word} | {markdown(check.task)} | {markdown(check.title)} | {points} |"


def missing_summary(assignment: Assignment, problem: str) -> str:
    """The job summary when nothing could be run, because something is not installed."""
    return f"## {markdown(assignment.title)}\n\n**Nothing was run.** {markdown(problem, 600)}\n"


def fails_to_pass(record: Record) -> bool:
    """Whether something without which nobody passes does not hold: only then a job is red."""
    return record.grade.level_possible is Level.NOT_PASSED


def verdict_line(
    passing: int, failing: int, waiting: int, ours: int, *, red: bool, of_the_student: int = 0
) -> str:
    """ "19 pass, 2 fail, none of which is needed to pass, 2 wait for a person". `of_the_student`: checks that
    wait for what only the student can bring."""
    which = ", none of which is needed to pass" if failing and not red else ""
    lacking = f", {of_the_student} wait for what is not in the repository" if of_the_student else ""
    return f"{passing} pass, {failing} fail{which}{lacking}, {waiting} wait for a person" + (
        f", {ours} failed by our fault" if ours else ""
    )


def commands(record: Record, notebook: str) -> list[str]:
    """Workflow commands: an error for each check that fails, what was not reached for its sake after it, a
    warning for each that we could not judge; one for a homework that could not be run."""
    if record.problem:
        return [_command("error", notebook, "Nothing could be run", plain(ended_text(record), 600))]
    lost = sorted(
        (c for c in record.grade.checks if c.status in NOT_EARNED),
        key=lambda check: (check.status is Status.SKIPPED, check.points - check.points_max),
    )
    ours = [check for check in record.grade.checks if check.status is Status.ERROR]
    return [*_commands("error", lost, notebook), *_commands("warning", ours, notebook)]


def _commands(kind: str, checks: Sequence[CheckResult], notebook: str) -> Iterator[str]:
    shown = checks if len(checks) <= MOST_ANNOTATIONS else checks[: MOST_ANNOTATIONS - 1]
    for check in shown:
        text = plain(
            ". ".join(part.rstrip(".") for part in (check.message, check.hint) if part) or check.title, 600
        )
        yield _command(kind, notebook, check.title, text)
    if len(shown) < len(checks):
        yield f"::{kind} title=and more::{len(checks) - len(shown)} more checks: see the job summary"


def _command(kind: str, notebook: str, title: str, text: str) -> str:
    file = f"file={for_workflow_property(plain(notebook))}," if notebook else ""
    return f"::{kind} {file}title={for_workflow_property(plain(title))}::{for_workflow(text)}"


def log_lines(record: Record) -> list[str]:
    """The checks, one line each, for the log of the step; why nothing could be run instead of them."""
    if record.problem:
        return [plain(ended_text(record), 600), total_text(record)]
    lines = []
    for check in record.grade.checks:
        sign, text = sign_of(check), check.message if check.status in NOT_EARNED else pending_text(check)
        parts = (f"{sign.symbol} {sign.word}", check.task, check.title.rstrip("."), text)
        lines.append(plain(" · ".join(filter(None, parts)), 500))
    return [*lines, total_text(record)]


def reporter_result(record: Record) -> dict[str, Any]:
    """What classroom-resources/autograding-grading-reporter reads. Points that wait for a person count 0 and
    pass; its job is red when one test fails, so only what is needed to pass does."""
    tests = [_test(check, message=True) for check in record.grade.checks]
    if len(json.dumps(tests)) > MOST_RESULT_BYTES:
        tests = [_test(check, message=False) for check in record.grade.checks]
    words = {test["status"] for test in tests}
    status = "fail" if fails_to_pass(record) else "error" if "error" in words else "pass"
    return {"version": 1, "status": status, "max_score": record.grade.points_max, "tests": tests}


def _test(check: CheckResult, *, message: bool) -> dict[str, Any]:
    lost, needed = check.status in NOT_EARNED, check.level is Level.PASSED
    red = needed and (lost or check.waits_for in OF_THE_STUDENT)
    outcome = "error" if check.status is Status.ERROR else "fail" if red else "pass"
    said = (pending_text(check) or check.message) if lost or check.pending else ""
    if lost and not needed:
        said = f"{SIGNS[check.status].word}, and not needed to pass: {said}"
    return {
        "name": plain(f"{check.task} {check.title}", 120),
        "status": outcome,
        "score": check.points,
        "message": plain(said) if message else "",
        "test_code": "",
        "filename": "",
        "line_no": 0,
        "duration": 0,
    }


def reporter_output(record: Record) -> str:
    """The step's output `result`: base64, so that nothing in it can begin a line of its own."""
    return base64.b64encode(json.dumps(reporter_result(record)).encode()).decode()
