"""The how-tos do what they say: every command in them is run, in the folder that they describe."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest
from test_cli_fakes import FakeRunner, a_notebook, a_sheet
from test_export import ENGLISH, as_bytes, decide

from grader.cli import own_run
from grader.cli.app import app, meant
from grader.cli.grade import work
from grader.collect import load_course
from grader.collect.people.course_keys import schema
from grader.errors import UsageError

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = ("moodle", "canvas", "gradescope", "github", "tutorial_instructor", "tutors", "appeal", "again")
OWN_PAGES = ("tutorial_student", "windows")  # what students type
LIKE_MOODLE = ("moodle", "tutorial_instructor", "tutors", "appeal", "again")


def commands(page: str) -> list[str]:
    text = (DOCS / f"{page}.md").read_text("utf-8")
    return [
        line for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL) for line in block.splitlines()
    ]


def packed(folder: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(folder.rglob("*.ipynb")):
            archive.write(path, path.relative_to(folder))
    shutil.rmtree(folder)


def a_desk(folder: Path, page: str) -> None:
    """What the page says lies there, with a small sheet and four people."""
    a_sheet(folder / "assignments")
    people = {"Jane Doe": "11", "Mario Rossi": "12", "Li Wei": "13", "Kim Lee": "14"}
    for name, number in people.items():
        where = {
            **dict.fromkeys(LIKE_MOODLE, f"x/{name}_{number}_assignsubmission_file_/hw.ipynb"),
            "canvas": f"x/{name.replace(' ', '').lower()}_{number}_9{number}_hw.ipynb",
            "gradescope": f"gradescope-submissions/submission_{number}/hw.ipynb",
            "github": f"hw7-submissions/hw7-{name.split()[0].lower()}/hw.ipynb",
        }[page]
        a_notebook(folder / where, "right", more=f"also = {name!r}")
    if (folder / "x").exists():
        packed(folder / "x", folder / "submissions.zip")
    rows = [[f"Participant {number}", name, *[""] * 8] for name, number in people.items()]
    (folder / "worksheet.csv").write_bytes(as_bytes([list(ENGLISH), *rows]))
    rows = [f"{name},{number},,,\n" for name, number in people.items()]
    (folder / "gradebook.csv").write_text("Student,ID,SIS Login ID,Section,Homework 7 (3)\n" + "".join(rows))
    (folder / "course.toml").write_text('deadline = 2026-01-31\ntimezone = "Europe/Berlin"\n')


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_how_to_runs(page, tmp_path, monkeypatch, capsys):
    a_desk(tmp_path, page)
    monkeypatch.chdir(tmp_path)
    grade_class = work.grade_class
    monkeypatch.setattr(work, "grade_class", lambda wish: grade_class(wish, FakeRunner()))
    lines = commands(page)
    assert lines
    if page in ("again", "appeal"):  # of a class that is graded
        assert app(meant(["submissions.zip"]), standalone_mode=False) in (0, None)
    for line in lines:
        words = [
            word.replace("grades/sum_sequence", "grades/small").replace("anna", "Jane Doe")
            for word in shlex.split(line)
        ]
        assert words[0] == "grade"
        if words[1] == "review":  # which serves until somebody ends it: tests/test_cli_review.py does
            words.append("--help")
        if "export" in words and (tmp_path / "grades").exists():
            decide(tmp_path / "grades" / "small")
        if "--autograder" in words:  # tests/test_export_real.py runs it
            assert (ROOT / "assignments" / words[words.index("--item") + 1]).is_dir()
            continue
        assert app(meant(words[1:]), standalone_mode=False) in (0, None), (line, capsys.readouterr())
    written = [path for path in (tmp_path / "grades" / "small" / "export").rglob("*") if path.is_file()]
    assert written or page in ("appeal", "again")
    if page in ("moodle", "canvas"):
        assert any(path.name == "feedback.zip" for path in written)
        assert not any(path.name == "not_matched.csv" for path in written)


def a_late_repository(home: Path) -> None:
    """Somebody who pushed once in time and once more when it was too late."""
    home.mkdir(parents=True)
    who = {
        f"GIT_{role}_{what}": "x@uni.edu" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=home, check=True)
    for number, when in enumerate(("2026-01-30T10:00:00+01:00", "2026-02-04T10:00:00+01:00")):
        a_notebook(home / "hw.ipynb", "right", more=f"also = {number}")
        dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        subprocess.run(["git", "add", "-A"], cwd=home, check=True)
        subprocess.run(
            ["git", "commit", "-qm", "x"], cwd=home, check=True, env={**os.environ, **who, **dates}
        )


def test_the_commit_that_was_in_time_is_checked_out_by_the_words_of_the_page(tmp_path, monkeypatch, capsys):
    a_desk(tmp_path, "github")
    home = tmp_path / "hw7-submissions" / "hw7-jdoe"
    a_late_repository(home)
    monkeypatch.chdir(tmp_path)
    of_one, of_all = re.findall(r"```sh\n(.*?)```", (DOCS / "github.md").read_text("utf-8"), re.DOTALL)

    def said() -> str:
        assert app(
            meant(["hw7-submissions", "--course", "course.toml", "--dry-run"]), standalone_mode=False
        ) in (0, None)
        return next(line for line in capsys.readouterr().out.splitlines() if line.startswith("jdoe: "))

    late = said()
    name = re.search(r"the commit ([0-9a-f]{12}) of 2026-01-30 10:00 was in time", late)[1]
    for block, where in ((of_one.replace("1a2b3c4d5e6f", name), tmp_path), (of_all, home)):
        subprocess.run(["git", "checkout", "-q", "main"], cwd=home, check=True)
        subprocess.run(["bash", "-e", "-c", block], cwd=where, check=True, capture_output=True)
        assert "late" not in said()


@pytest.mark.parametrize("page", OWN_PAGES)
def test_every_command_that_students_read_runs(page, tmp_path, monkeypatch, capsys):
    """In a student's repository; the words for the installation are tests/test_handout_real.py's matter."""
    a_sheet(tmp_path / ".grader")
    a_notebook(tmp_path / "homework.ipynb", "right")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(own_run, "lacking_command", lambda own: "")
    monkeypatch.setattr("grader.cli.lacking.lacking_command", lambda own: "")
    monkeypatch.setattr(
        own_run.Engine, "best", lambda: contextlib.nullcontext(SimpleNamespace(run=FakeRunner()))
    )
    lines = commands(page)
    assert "grade check" in lines
    for line in lines:
        code = app(meant(shlex.split(line)[1:]), standalone_mode=False)
        assert code in ((0, 1) if "doctor" in line else (0, None)), (line, capsys.readouterr())


def test_every_page_with_commands_is_run_by_a_test():
    here = {*PAGES, *OWN_PAGES}
    # below, test_cli_review.py, tutorial.py and test_cluster_docs.py
    elsewhere = {"three_jobs", "review", "tutorial_sheet", "cluster"}
    found = {path.stem for path in DOCS.glob("*.md") if "```console" in path.read_text("utf-8")}
    assert found - elsewhere == here


def test_what_a_course_lays_out_for_three_jobs(tmp_path):
    text = re.search(r"```console\n(.*?)```", (DOCS / "three_jobs.md").read_text("utf-8"), re.DOTALL)[1]
    shutil.copytree(ROOT / "assignments", tmp_path / "assignments")
    shutil.copytree(ROOT / "reference", tmp_path / "reference")
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    }
    done = subprocess.run(
        ["bash", "-e", "-c", text], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "grader").glob("*.whl"))) == 1
    assert set((tmp_path / "grader" / "requirements.txt").read_text().split()) >= {"tensorflow", "matplotlib"}


def test_the_map_of_the_documentation_names_every_page():
    text = (DOCS / "index.md").read_text("utf-8")
    assert {path.name for path in DOCS.glob("*.md")} - {"index.md"} <= set(
        re.findall(r"\(([a-z_]+\.md)", text)
    )


@pytest.mark.parametrize("page", sorted(path.stem for path in DOCS.glob("*.md")))
def test_links_lead_somewhere(page):
    for link in re.findall(r"(?<!!)\[[^\]]*\]\(([^)#]+)", (DOCS / f"{page}.md").read_text("utf-8")):
        assert link.startswith("https://") or (DOCS / link).exists(), link


def example() -> str:
    return re.findall(r"```toml\n(.*?)```", (DOCS / "course.md").read_text("utf-8"), re.DOTALL)[0]


def test_the_example_of_course_toml_is_read_and_follows_the_schema(tmp_path):
    import tomllib

    (tmp_path / "roster.csv").write_text(
        "Username,First name,Last name,Email"
        " address\njdoe,Jane,Doe,j@uni.edu\nlwei,Li,Wei,\nmrossi,Mario,Rossi,\n"
    )
    (tmp_path / "course.toml").write_text(example())
    course = load_course(tmp_path)
    assert {
        name: (entry.name, entry.group, entry.extension_hours) for name, entry in course.roster.items()
    } == {
        "jdoe": ("Jane Doe", "Group A", 0),
        "lwei": ("Li Wei", "Group A", 0),
        "mrossi": ("Mario Rossi", "", 48),
    }
    assert json.loads((DOCS / "course.schema.json").read_text("utf-8")) == schema(), "run: make docs"
    data = json.loads(json.dumps(tomllib.loads(example()), default=str))
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(data, schema(), cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    "text",
    [
        "deadlin = 1",
        "[late]\npercent = 1",
        "[[student]]\nname = 'x'\nstudent = 'x'\nmail = 'y'",
        "[columns]\nmail = 'x'",
    ],
)
def test_what_the_reader_refuses_the_schema_refuses_too(text, tmp_path):
    import tomllib

    (tmp_path / "course.toml").write_text(text)
    with pytest.raises(UsageError, match="unknown key"):
        load_course(tmp_path)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tomllib.loads(text), schema(), cls=jsonschema.Draft202012Validator)
