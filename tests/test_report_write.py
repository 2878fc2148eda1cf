"""All files at once, from a real gradebook: whole, private, and not stopped by one odd record."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from test_report_fakes import (
    ASSIGNMENT,
    CURVES,
    SESSION,
    hostile,
    make_executed,
    make_record,
    run_of,
    submission_of,
    wrong_cell,
)
from test_report_results import schema

import grader.report.write as write
from grader.errors import UsageError
from grader.model import Person
from grader.record import Gradebook, Record, run_folder, save_run
from grader.report import write_reports


def fill(out: Path, *records: Record) -> Gradebook:
    """A gradebook in `out` that holds these records and their runs."""
    book = Gradebook(out)
    known = {
        "assignment": SESSION.assignment,
        "sheet_digest": SESSION.sheet_digest,
        "versions": SESSION.versions,
    }
    absent = [Person(student="carl")]
    session = book.start_session(**known, started=SESSION.started, missing=absent)  # type: ignore[arg-type]
    for record in records:
        run = run_of(record)
        object.__setattr__(run, "executed", make_executed())
        save_run(run_folder(out, record.student, run.run_id), run)
        book.save(submission_of(record), run, record.grade, session=session)
    return book


def test_all_files_are_written(tmp_path: Path) -> None:
    with fill(tmp_path, make_record("ada"), wrong_cell(), hostile()) as book:
        paths = write_reports(
            tmp_path, book, ASSIGNMENT, curves=lambda record: CURVES if record.student == "ada" else {}
        )
    assert paths.problems == ()
    assert set(paths.feedback) == set(paths.staff) == {"ada", "Grace Hopper", "mallory"}
    assert sorted(name for name in os.listdir(tmp_path) if not name.startswith((".", "gradebook"))) == [
        *("feedback", "grades.csv", "index.html", "key", "results.json", "runs", "staff"),
    ]
    assert not list(tmp_path.rglob("*.part"))
    data = json.loads(paths.results.read_text("utf-8"))
    assert [entry["student"] for entry in data["submissions"]] == ["Grace Hopper", "ada", "mallory"]
    jsonschema.validate(data | {"submissions": data["submissions"][:2]}, schema())
    ada = paths.feedback["ada"].read_text("utf-8")
    assert "loss during training" in ada
    assert "Show the executed notebook" in ada
    assert "carl" in paths.index.read_text("utf-8")


def test_all_files_are_private(tmp_path: Path) -> None:
    with fill(tmp_path, make_record("ada")) as book:
        paths = write_reports(tmp_path, book, ASSIGNMENT)
    for path in (paths.results, paths.grades, paths.index, *paths.feedback.values(), *paths.staff.values()):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_only_some_pages_can_be_made(tmp_path: Path) -> None:
    with fill(tmp_path, make_record("ada"), make_record("bob")) as book:
        paths = write_reports(tmp_path, book, ASSIGNMENT, only={"bob"})
    assert set(paths.feedback) == {"bob"}
    assert not (tmp_path / "feedback" / "ada.html").exists()
    assert "ada" in paths.index.read_text("utf-8")


def test_a_gradebook_of_nobody_gives_files_too(tmp_path: Path) -> None:
    with fill(tmp_path) as book:
        paths = write_reports(tmp_path, book, ASSIGNMENT)
    assert json.loads(paths.results.read_text("utf-8"))["submissions"] == []
    assert "carl" in paths.index.read_text("utf-8")


def test_one_odd_record_does_not_cost_the_others_their_pages(tmp_path: Path) -> None:
    with fill(tmp_path, make_record("ada"), make_record("bob")) as book:
        (tmp_path / "feedback").mkdir()
        (tmp_path / "feedback" / "ada.html").mkdir()  # nothing can be written there
        paths = write_reports(tmp_path, book, ASSIGNMENT)
    assert set(paths.feedback) == {"bob"}
    assert len(paths.problems) == 1
    assert paths.problems[0].startswith("the pages of ada could not be written: GradebookError")
    assert paths.index.is_file()


def test_a_fault_of_ours_in_the_curves_of_one_is_told(tmp_path: Path) -> None:
    def curves(record: Record) -> dict[str, list[float]]:
        return {"loss": [1.0]} if record.student == "bob" else {}["no curve"]

    with fill(tmp_path, make_record("ada"), make_record("bob")) as book:
        paths = write_reports(tmp_path, book, ASSIGNMENT, curves=curves)
    assert set(paths.feedback) == {"bob"}
    assert paths.problems == ("the pages of ada could not be written: KeyError: 'no curve'",)


def test_a_damaged_notebook_costs_only_its_picture(tmp_path: Path) -> None:
    with fill(tmp_path, make_record("ada")) as book:
        (tmp_path / "runs" / "ada" / make_record("ada").run_id / "executed.ipynb").write_text("{")
        paths = write_reports(tmp_path, book, ASSIGNMENT)
    assert "executed notebook" not in paths.feedback["ada"].read_text("utf-8")


def test_without_the_instructors_packages_the_data_is_still_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with (
        Gradebook(tmp_path) as book,
        pytest.raises(UsageError, match=r"pip install 'rnn-grader\[instructor\]'"),
    ):
        write_reports(tmp_path, book, ASSIGNMENT)
    assert (tmp_path / "results.json").is_file()
    assert (tmp_path / "grades.csv").is_file()


def test_a_students_install_imports_no_heavy_package() -> None:
    heavy = "{'jinja2', 'markupsafe', 'nbconvert', 'bleach', 'matplotlib', 'nbformat', 'tensorflow'}"
    code = (
        f"import sys, grader.report, grader.report.terminal, grader.report.results; print({heavy} &"
        " set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
    assert write.__doc__
