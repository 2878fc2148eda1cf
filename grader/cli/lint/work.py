"""Behind `grade lint`: what is said before, during and after."""

from __future__ import annotations

import contextlib
import json
import secrets
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from pathlib import Path

import nbformat
from rich.console import Console

from grader.assignment import read_sheet
from grader.assignment.template import as_read, student_notebook
from grader.cli.grade.opening import isolation_line
from grader.cli.grade.pace import slots
from grader.cli.handout import tutors_files
from grader.cli.progress import duration
from grader.cli.sheets import line_of, sheets_of_course, shown
from grader.cli.words import print_json
from grader.errors import AssignmentError, UsageError
from grader.lint import (
    NOTEBOOK,
    README,
    Finding,
    Laboratory,
    LintRule,
    Material,
    Specimen,
    SpecimenKind,
    Tried,
    as_homework,
    findings_of_runs,
    read,
    specimens,
)
from grader.model.quantities import counted
from grader.pipeline import RunWanted
from grader.report.neutral import visible
from grader.run import Engine
from grader.run.scratch import scratch

CLEAN, FOUND, OURS = 0, 1, 2
GUESS_SECONDS = 12.0  # of one notebook that trains little, on two cores
SCHEMA = "grader/lint/v1"
MOST_LOST = 4  # checks of one submission that stand in its line
LEFT_OUT = "Nothing was run: that takes kernels, and `grade lint` without --quick does it."


@dataclass(frozen=True, slots=True, kw_only=True)
class LintWish:
    """What was typed."""

    name: str
    quick: bool = False
    submissions: Path | None = None
    notebook: Path | None = None
    only: frozenset[str] = frozenset()
    draws: int = 10
    jobs: int | None = None
    assignments: Path | None = None
    json: bool = False
    quiet: bool = False


@dataclass(slots=True, kw_only=True)
class Report:
    """What is found as it is found."""

    console: Console
    findings: list[Finding] = field(default_factory=list)

    def take(self, findings: Sequence[Finding]) -> None:
        """Keep findings and print them."""
        self.findings += findings
        for finding in findings:
            self.console.print(visible(f"- {finding.line} [{finding.rule}]", newlines=False))


def lint_sheet(wish: LintWish, runner: RunWanted | None = None) -> int:
    """All of it; the exit code: 0 nothing found, 1 something found, 2 something could not be tried because of
    us.

    Raises:
        GraderError: there is no such sheet, or it does not load.
    """
    console = Console(
        quiet=wish.quiet or wish.json, highlight=False, markup=False, emoji=False, soft_wrap=True
    )
    loud = Console(quiet=wish.json, highlight=False, markup=False, emoji=False, soft_wrap=True)
    sheet = sheets_of_course(wish.assignments, wish.name)
    report = Report(console=loud)
    console.print(line_of(sheet))
    material, missing = _material(sheet, wish)
    console.print(
        f"{counted(len(material.assignment.checks), 'check')}, {material.assignment.points_max:g} points"
    )
    report.take([*missing, *read(material)])
    tried: list[Tried] = []
    if not wish.quick:
        tried = _try_all(console, report, material, sheet, wish, runner)
    else:
        console.print(LEFT_OUT)
    faults = {seen.specimen.name: seen.fault for seen in tried if seen.fault}
    for name, fault in faults.items():
        loud.print(visible(f"{name} could not be tried: {fault}", newlines=False))
    if wish.json:
        print_json(_as_json(wish, report.findings, tried))
    else:
        console.print(_ending(len(report.findings), complete=not faults))
    return OURS if faults else FOUND if report.findings else CLEAN


def _ending(findings: int, *, complete: bool) -> str:
    if findings:
        return f"{counted(findings, 'finding')}."
    return "Nothing found." if complete else "Nothing found, as far as it could be tried."


def _material(sheet: Path, wish: LintWish) -> tuple[Material, list[Finding]]:
    """What there is to look at, and what is missing of it."""
    assignment, text = read_sheet(sheet), (sheet / "sheet.py").read_text("utf-8")
    try:
        tutors = tutors_files(sheet, wish.notebook)
    except UsageError as problem:
        if wish.notebook is not None:
            raise
        return Material(assignment=assignment, text=text), [
            Finding(rule=LintRule.REFERENCE, message=str(problem))
        ]
    words = {README: tutors.words}
    missing = []
    try:
        words[NOTEBOOK] = nbformat.writes(nbformat.from_dict(student_notebook(tutors.notebook)))
    except AssignmentError as problem:
        missing.append(Finding(rule=LintRule.TEMPLATE, message=str(problem)))
    material = Material(
        assignment=assignment,
        text=text,
        solution=tutors.notebook,
        words=words,
        tutors=as_homework(assignment, {NOTEBOOK: json.dumps(as_read(tutors.notebook))}),
        students=as_homework(assignment, words) if NOTEBOOK in words else None,
    )
    return material, missing


def _try_all(
    console: Console,
    report: Report,
    material: Material,
    sheet: Path,
    wish: LintWish,
    runner: RunWanted | None,
) -> list[Tried]:
    """Run the specimens, say how it goes, and report what they show."""
    place = wish.submissions or sheet.parent.parent / "submissions" / sheet.name
    if wish.submissions is not None and not place.is_dir():
        raise UsageError(
            f"{place} is no folder: --submissions wants the one that holds a folder for each submission"
        )
    if not place.is_dir():
        console.print(f"No wrong submissions: there is no {shown(place)}")
    with scratch() as workspace, contextlib.ExitStack() as stack:
        template = material.words.get(NOTEBOOK, "")
        found = specimens(material.solution, template, place if place.is_dir() else None, workspace)
        chosen = _chosen(found, wish)
        if runner is None:
            engine = stack.enter_context(Engine.best(hide=(sheet.parent,)))
            runner = engine.run
            console.print(isolation_line(engine.offer))
        (workspace / "out").mkdir()
        laboratory = Laboratory(
            assignment=material.assignment,
            out=workspace / "out",
            key=secrets.token_bytes(32),
            runner=runner,
            draws=wish.draws,
        )
        tried = _side_by_side(
            console, laboratory, chosen, wish.jobs or slots(material.assignment.budget.memory_mb)
        )
    findings = list(findings_of_runs(material.assignment, tried))
    # others may trip it
    report.take([each for each in findings if not wish.only or each.rule is not LintRule.UNTRIPPED])
    return tried


def _chosen(found: Sequence[Specimen], wish: LintWish) -> list[Specimen]:
    names = {specimen.name for specimen in found}
    if unknown := sorted(wish.only - names):
        raise UsageError(
            f"--only {unknown[0]}: nothing here is called so; there is:"
            f" {', '.join(sorted(names)) or 'nothing'}"
        )
    return [specimen for specimen in found if not wish.only or specimen.name in wish.only]


def _side_by_side(
    console: Console, laboratory: Laboratory, chosen: Sequence[Specimen], jobs: int
) -> list[Tried]:
    """What came of each, in their order; a line for each as soon as it is known."""
    began, done = time.monotonic(), dict[str, Tried]()
    kinds = [
        f"{sum(s.kind is kind for s in chosen)} {kind}"
        for kind in SpecimenKind
        if any(s.kind is kind for s in chosen)
    ]
    guess = duration(len(chosen) * GUESS_SECONDS / jobs)
    console.print(
        f"Running {counted(len(chosen), 'notebook')} ({', '.join(kinds)}), {laboratory.draws} draws, about"
        f" {guess}"
    )
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="lint")
    try:
        for future in as_completed([pool.submit(laboratory.look_at, specimen) for specimen in chosen]):
            seen = future.result()
            done[seen.specimen.name] = seen
            left = (time.monotonic() - began) / len(done) * (len(chosen) - len(done))
            earned = sum(verdict.share * check.points for check, verdict in seen.verdicts)
            rest = f"; about {duration(left)} left" if len(done) < len(chosen) else ""
            name = visible(seen.specimen.name, newlines=False, limit=60)
            console.print(f"{len(done)} of {len(chosen)}: {name}, {earned:g} points{_losing(seen)}{rest}")
    except BaseException:
        laboratory.stop.set()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
    return [done[specimen.name] for specimen in chosen]


def _losing(seen: Tried) -> str:
    """What a wrong submission loses, for the tutor to see whether it is what it was made for."""
    if seen.specimen.kind is not SpecimenKind.WRONG or not seen.lost:
        return ""
    more = len(seen.lost) - MOST_LOST
    return f", loses {', '.join(seen.lost[:MOST_LOST])}{f' and {more} more' if more > 0 else ''}"


def _as_json(wish: LintWish, findings: Sequence[Finding], tried: Sequence[Tried]) -> str:
    """The findings for a program."""
    told = {
        "schema": SCHEMA,
        "assignment": wish.name,
        "ran": [
            {
                "name": seen.specimen.name,
                "kind": seen.specimen.kind,
                "fault": seen.fault,
                "lost": list(seen.lost),
            }
            for seen in tried
        ],
        "draws": wish.draws if tried else 0,
        "findings": [asdict(finding) for finding in findings],
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"
