"""`grade export`: what is read, written and said."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import typer

from grader.assignment import Assignment
from grader.cli.export import FORMATS
from grader.cli.places import graded_folder
from grader.cli.sheets import sheet_of
from grader.errors import UsageError
from grader.model import Person
from grader.model.quantities import counted
from grader.pipeline import make_reports
from grader.record import Gradebook, Record, write_atomically
from grader.record.tables import Table, read_table
from grader.report.export import brightspace, canvas, classroom50, gradescope, jplag, junit, moodle, plain
from grader.report.export.marks import (
    Exported,
    Mark,
    Unmatched,
    marks_of,
    off_the_roster,
    refuse_open,
    still_open,
)
from grader.report.export.strict import json_bytes
from grader.report.neutral import visible
from grader.report.results import read_results, results_text
from grader.report.words import some

TABLES = ("moodle", "canvas", "brightspace")
FEEDBACK: Mapping[str, Callable[[str], str]] = {
    "moodle": moodle.feedback_names,
    "canvas": canvas.feedback_name,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportWish:
    """What was typed."""

    form: str
    out: Path | None = None
    to: Path | None = None
    fill: Path | None = None
    item: str = ""
    provisional: bool = False
    autograder: bool = False
    results: Path | None = None
    assignments: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """What is exported, wherever it was read from."""

    records: Sequence[Record]
    assignment: Assignment
    folder: Path
    absent: tuple[Person, ...] = ()
    results: str = ""  # the text of results.json

    @property
    def missing(self) -> tuple[str, ...]:
        """The ids of those who are absent."""
        return tuple(person.student for person in self.absent)

    @property
    def marks(self) -> list[Mark]:
        """A mark for each person."""
        return marks_of(self.records)


def hand_back(wish: ExportWish) -> int:
    """Do all of it; the exit code.

    Raises:
        GraderError: it cannot be done as typed.
    """
    if wish.form not in FORMATS:
        raise UsageError(f"there is no format {wish.form!r}: give one of {', '.join(FORMATS)}")
    if wish.fill and wish.form not in TABLES:
        raise UsageError(f"--fill is for {', '.join(TABLES)}; {wish.form} has no table of its own")
    if wish.autograder:
        return _autograder(wish)
    if wish.results:
        return _from_results(wish, wish.results)
    folder = graded_folder(wish.out)
    with Gradebook(folder, create=False) as gradebook:
        sheet = sheet_of(gradebook, wish.assignments, lambda line: typer.echo(visible(line, newlines=False)))
        records = gradebook.records()
        graded = Graded(
            records=records,
            assignment=sheet,
            folder=folder,
            absent=gradebook.absent(),
            results=results_text(records, gradebook.last_session(), sheet, gradebook.missing()),
        )
        if not records:
            raise UsageError(f"{folder} holds no grades yet")
        if wish.form not in ("json", "jplag") and not wish.provisional:
            refuse_open(records)
        exported = _made(wish, graded)
        if wish.form != "jplag" and (said := still_open(records)):
            exported = replace(exported, notes=(*exported.notes, f"provisional: {said}"))
        if wish.form in FEEDBACK:
            exported = _with_feedback(exported, graded, gradebook, FEEDBACK[wish.form])
    return _write(wish.to or folder / "export" / wish.form, exported, graded)


def _from_results(wish: ExportWish, path: Path) -> int:
    """A program's way: one results.json becomes the file that another program reads."""
    makers: Mapping[str, Callable[[Record], object]] = {
        "gradescope": gradescope.result,
        "classroom50": lambda record: classroom50.result(record, "", {}),
    }
    if wish.form not in makers:
        raise UsageError(f"--results is for {' and '.join(makers)}")
    records = read_results(path)
    if len(records) != 1:
        raise UsageError(f"{path.name} holds {counted(len(records), 'submission')}; one is expected")
    name = "results.json" if wish.form == "gradescope" else "result.json"
    target = (wish.to or Path()) / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(json_bytes(makers[wish.form](records[0])))
    typer.echo(f"Written: {target}")
    return 0


def _autograder(wish: ExportWish) -> int:
    from grader.cli.export.autograder import write_autograder

    if wish.form != "gradescope":
        raise UsageError("--autograder is for gradescope")
    typer.echo(write_autograder(wish.item, wish.assignments, wish.to))
    return 0


def _made(wish: ExportWish, graded: Graded) -> Exported:
    item, records = wish.item or graded.assignment.title, graded.records
    match wish.form:
        case "moodle" | "canvas" | "brightspace":
            exported = _table(wish, graded, item)
        case "gradescope":
            exported = gradescope.results(records)
        case "classroom50":
            exported = classroom50.results(records, graded.assignment.name)
        case "junit":
            exported = junit.suites(records, graded.assignment.name)
        case "csv":
            exported = plain.people_csv(graded.marks, graded.absent)
        case "json":
            exported = Exported(files={"results.json": graded.results.encode("utf-8")})
        case _:
            from grader.cli.sources import code_of_class, template_of

            exported = jplag.folders(
                code_of_class(graded.folder, records), template_of(graded.assignment, wish.assignments)
            )
    return exported


def _table(wish: ExportWish, graded: Graded, item: str) -> Exported:
    table: Table | None = read_table(wish.fill) if wish.fill else None
    name = wish.fill.name if wish.fill else ""
    if wish.form == "moodle":
        if table is None:
            raise UsageError(
                "Moodle takes back the grading worksheet that it gave: download it (assignment, submissions, "
                "“Download grading worksheet”) and give it with --fill FILE"
            )
        return moodle.worksheet(graded.marks, table, name)
    if wish.form == "canvas":
        return (
            canvas.filled_gradebook(graded.marks, table, name, item)
            if table
            else canvas.gradebook(graded.marks, item)
        )
    return (
        brightspace.filled_table(graded.marks, table, name, item)
        if table
        else brightspace.table_of(graded.marks, item)
    )


def _with_feedback(
    exported: Exported, graded: Graded, gradebook: Gradebook, name_for: Callable[[str], str]
) -> Exported:
    """With the pages for students as the gradebook stands now, named so that the platform gives each to its
    own."""
    whose = {name: record for record in graded.records if (name := name_for(record.path))}
    pages = {
        name: graded.folder / "feedback" / f"{record.student}.html"
        for name, record in {**exported.pages, **whose}.items()
    }
    if not pages:
        return exported
    problems = make_reports(gradebook, graded.assignment).problems
    there = {name: page.read_bytes() for name, page in pages.items() if page.is_file()}
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(there.items()):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return replace(
        exported,
        files={**exported.files, "feedback.zip": data.getvalue()},
        notes=(*exported.notes, *problems),
    )


def _write(target: Path, exported: Exported, graded: Graded) -> int:
    unmatched = [*exported.unmatched, *off_the_roster(graded.records, graded.missing)]
    files = dict(exported.files)
    if unmatched:
        files["not_matched.csv"] = plain.unmatched_csv(unmatched)
    for name, content in files.items():
        path = target / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(path, content, durable=False)
    for line in (*exported.notes, *_unmatched_lines(unmatched)):
        typer.echo(visible(line, newlines=False))
    shown = some(files, 4) if len(files) < 20 else counted(len(files), "file")
    typer.echo(visible(f"Written to {target}: {shown}", newlines=False))
    return 0


def _unmatched_lines(unmatched: Sequence[Unmatched]) -> Iterator[str]:
    for what in dict.fromkeys(one.what for one in unmatched):
        names = [one.name for one in unmatched if one.what == what]
        yield f"{what} ({len(names)}): {some(names, 10)}"
