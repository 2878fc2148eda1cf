"""What `grade DIR` says before anything runs: who is there, what is used, and what is kept."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePosixPath

from grader.cli.progress import Pace
from grader.cli.sheets import line_of, shown
from grader.collect import Candidate
from grader.collect.people.roster import NAME
from grader.model import TimeSource
from grader.model.file_kinds import is_code, is_notebook
from grader.model.quantities import counted
from grader.pipeline import Roll, Todo
from grader.report.words import moment_text, some
from grader.run import Offer


def opening(todo: Todo, pace: Pace, jobs: int) -> str:
    """ "30 people, 29 notebooks, 1 empty, sum_sequence, about 2 to 10 min": the first line, said within two
    seconds."""
    roll = todo.roll
    people = len({one for candidate in roll.candidates for one in candidate.members or (candidate.student,)})
    notebooks = sum(_has_notebook(candidate) for candidate in roll.candidates)
    scripts = sum(map(_has_code, roll.candidates)) - notebooks
    empty = sum(not candidate.files for candidate in roll.candidates)
    without = len(roll.candidates) - notebooks - scripts - empty
    counts = {"empty": empty, "without a notebook": without, "missing": len(roll.missing)}
    parts = [counted(people, "person", "people"), counted(notebooks, "notebook")]
    parts += [counted(scripts, "script")] if scripts else []
    parts += [f"{number} {words}" for words, number in counts.items() if number]
    to_run = sum(map(_has_code, todo.work))
    return ", ".join([*parts, roll.assignment.name, pace.text(to_run / jobs) if to_run else "nothing to run"])


def sources(roll: Roll) -> list[str]:
    """Which sheet and which course.toml are used, each with its path."""
    lines = [line_of(roll.folder)]
    lines += [f"Course: {shown(roll.course.file)}"] if roll.course.file else []
    lines += [roll.course.notice] if roll.course.notice else []
    return lines + time_lines(roll) + people_lines(roll)


def time_lines(roll: Roll) -> list[str]:
    """Until when, and how it is known when people handed in."""
    if roll.course.deadline is None:
        return []
    known = Counter(candidate.time_source for candidate in roll.candidates if candidate.time_source)
    unknown = known.pop(TimeSource.UNKNOWN, 0)
    told = [f"{number} by {source}" for source, number in known.most_common()] + (
        [f"{unknown} unknown"] if unknown else []
    )
    late = sum(candidate.late for candidate in roll.candidates)
    return [
        f"Deadline: {moment_text(roll.course.deadline.isoformat())}; late: {late}; times:"
        f" {', '.join(told) or 'none'}"
    ]


def people_lines(roll: Roll) -> list[str]:
    """Who of the class and of the roster has no partner, and the files that are nobody's."""
    lines = []
    if roll.missing:
        lines.append(f"On the roster, nothing handed in: {some(roll.missing)}")
    if roll.unlisted:
        lines.append(f"Handed in, not on the roster: {some(roll.unlisted)}")
    if roll.nobodys:
        lines.append(f"Nobody's, not looked at: {some(roll.nobodys)}")
    if roll.course.file is None and any(PurePosixPath(name).name == NAME for name in roll.nobodys):
        lines.append(f"{NAME} came with the homework and is not used: give --course FILE if it is yours")
    return lines


def _has_notebook(candidate: Candidate) -> bool:
    return not candidate.problem and any(is_notebook(name) for name in candidate.files)


def _has_code(candidate: Candidate) -> bool:
    return not candidate.problem and any(map(is_code, candidate.files))


def kept_lines(todo: Todo) -> list[str]:
    """What is not graded again and how it would be, and whose grades lie in the same place."""
    lines = []
    if unchanged := len(todo.kept) - len(todo.too_late):
        lines.append(
            f"{unchanged} of {len(todo.roll.candidates)} unchanged, kept; `--rerun all` to run again"
        )
    if todo.too_late:
        who = counted(len(todo.too_late), "homework was", "homeworks were")
        lines.append(
            f"{who} changed after the deadline ({some(todo.too_late)}): the version that was graded on time"
            " counts; `--rerun STUDENT` grades the late one instead"
        )
    if todo.outdated:
        who = "they" if len(todo.outdated) == len(todo.kept) else f"{len(todo.outdated)} of them"
        lines.append(
            f"the checks changed since {who} were graded: grades stay as they are; `grade regrade` shows who"
            " would move"
        )
    if todo.strangers:
        who = counted(len(todo.strangers), "person", "people")
        lines.append(
            f"these grades also hold {who} not in this folder ({some(todo.strangers)}): --out FOLDER keeps"
            " classes apart"
        )
    return lines


def isolation_line(found: Offer) -> str:
    """At which level notebooks run, and what it leaves open when it is not the best."""
    if found.level == "namespaces":
        return "Isolation: namespaces"
    return f"Isolation: {found.level}; not covered: {', '.join(found.not_covered)}"
