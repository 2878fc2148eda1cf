"""`grade template`: what students get is complete, is what the repository shows, and holds nothing that is
checked later."""

from __future__ import annotations

import functools
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from test_cli_fakes import SHEET, a_sheet
from test_template import notebook

from grader.assignment import load_sheet
from grader.assignment.public_part import public_part
from grader.cli.handout import Tutors, handout, requirements, tutors_files, write_handout
from grader.cli.wheel import make_wheel, package_files
from grader.errors import AssignmentError, UsageError
from grader.report.story import later_text
from reference import build

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("sum_sequence", "integration_task")
GAP = "### BEGIN SOLUTION\nanswer = 42\n### END SOLUTION"
HIDDEN = (
    SHEET.replace('"small", title', '"small", packages=("matplotlib",), title')
    .replace(
        '@task.own_check("The secret is kept."',
        '''
# the secret: 4711 is asked after the deadline
NUMBER_4711 = 4711
def agrees_by_night(value):
    """Whether it is the number of the night."""
    return value == NUMBER_4711

task = hw.task("9", "What only the night shows.")

@task.own_check("The secret is kept."''',
    )
    .replace('passed("it is kept")', 'passed("it is kept") if agrees_by_night(4711) else VERDICTS["wrong"]')
)


@pytest.fixture
def sheet(tmp_path):
    """A sheet with a hidden check, and things that only this one uses."""
    return load_sheet(a_sheet(tmp_path / "assignments", HIDDEN) / "small")


def repository(sheet, wheel=None, words=""):
    return handout(sheet, Tutors(notebook=notebook(GAP, "x = 1"), words=words), wheel)


def everything(files):
    """All that travels, as one text: the files, and the files in the wheel."""
    texts = []
    for name, data in files.items():
        texts.append(name)
        if name.endswith(".whl"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                # RECORD's digests and sizes hold any digits; what else it has, the names, stands here
                names = archive.namelist()
                texts += [
                    *names,
                    *(archive.read(name).decode() for name in names if not name.endswith("/RECORD")),
                ]
        else:
            texts.append(data.decode())
    return "\n".join(texts)


def test_nothing_hidden_travels_neither_in_the_repository_nor_in_the_wheel(sheet):
    travels = everything(repository(sheet, make_wheel()))
    assert "The answer is right." in travels
    for trace in (
        "4711",
        "The secret",
        "secret(",
        "of the night",
        "agrees_by_night",
        'passed("it is kept")',
        "BEGIN SOLUTION\nanswer",
        "hidden=True)",
    ):
        of_the_grader = (
            "hidden=True`",
            'typer.Option("--with-parent", hidden=True)',
        )  # its own words for hidden checks and options
        assert trace not in functools.reduce(
            lambda text, words: text.replace(words, ""), of_the_grader, travels
        ), trace


def test_the_public_sheet_has_the_public_checks_and_says_what_is_missing(sheet, tmp_path):
    files = repository(sheet)
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "sheet.py").write_bytes(files[".grader/small/sheet.py"])
    public = load_sheet(folder)
    assert [check.id for check in public.checks] == ["right", "ran", "words"]
    assert (public.withheld_checks, public.withheld_points) == (1, 1)
    assert [task.number for task in public.tasks] == ["1"], "a task of hidden checks alone is not named"
    for each in (sheet, public):
        assert later_text(each) == "1 point in 1 check is looked at only after you have handed in."
    assert "1 point in 1 check is looked at only after you have handed in." in files["README.md"].decode()


def test_a_sheet_without_hidden_checks_is_handed_out_as_it_stands():
    for name in NAMES:
        text = (ROOT / "assignments" / name / "sheet.py").read_text()
        assert public_part(text, load_sheet(ROOT / "assignments" / name)) == text
        assert later_text(load_sheet(ROOT / "assignments" / name)) == ""


def test_a_hidden_check_that_cannot_be_left_out_stops_the_hand_out(tmp_path):
    text = HIDDEN + '\nprint("The secret is kept.")\n'
    sheet = load_sheet(a_sheet(tmp_path / "assignments", text) / "small")
    with pytest.raises(
        AssignmentError, match=r"hidden check secret cannot be left out .* still hold 'The secret is kept.'"
    ):
        repository(sheet)


def test_what_is_reported_still_fits_when_the_hidden_points_are_gone(tmp_path):
    """Of all points a fifth is reported; of the public ones it would be more."""
    text = HIDDEN.replace(
        '"It ran.", points=1, basis=Basis.OBSERVED', '"It ran.", points=1.5, basis=Basis.REPORTED'
    )
    assert repository(load_sheet(a_sheet(tmp_path / "assignments", text) / "small"))


def test_the_repository_holds_these_files_and_no_others(sheet):
    wheel = make_wheel()
    assert set(repository(sheet, wheel)) == {
        "homework.ipynb",
        "README.md",
        ".gitignore",
        ".gitattributes",
        ".github/workflows/classroom.yml",
        ".grader/requirements.txt",
        ".grader/small/sheet.py",
        f".grader/{wheel.name}",
    }


def test_the_requirements_are_the_grader_with_tensorflow_and_the_packages_of_the_sheet(sheet):
    wheel = make_wheel()
    assert list(requirements(sheet, wheel)) == [f"./.grader/{wheel.name}[tensorflow]", "matplotlib"]
    sheet.packages = ("sklearn", "not_a_package_anywhere")
    assert list(requirements(sheet, wheel))[1:] == ["scikit-learn", "not_a_package_anywhere"]


def test_the_wheel_is_what_git_knows_of_the_package_and_nothing_else():
    wheel = make_wheel()
    listed = subprocess.run(
        ["git", "ls-files", "grader", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    with zipfile.ZipFile(io.BytesIO(wheel.data)) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        record = archive.read(names[-1]).decode().splitlines()
    code = {name for name in names if ".dist-info/" not in name}
    assert (
        code
        == {name for name in listed.stdout.splitlines() if (ROOT / name).is_file()}
        == set(package_files())
    )
    assert [line.partition(",")[0] for line in record] == names
    assert re.fullmatch(r"rnn_grader-0\.1\.0\+[0-9a-f]{8}-py3-none-any\.whl", wheel.name)
    assert make_wheel() == wheel, "equal code, equal bytes"


@pytest.mark.parametrize("name", NAMES)
def test_student_template_is_what_the_command_writes(tmp_path, name):
    command = [sys.executable, "-m", "grader", "template", name, str(tmp_path / "out"), "--no-wheel"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    shown, made = ROOT / "student_template" / name, tmp_path / "out"
    listed = {str(p.relative_to(made)) for p in made.rglob("*") if p.is_file()}
    assert listed == {
        str(p.relative_to(shown)) for p in shown.rglob("*") if p.is_file() and "__pycache__" not in p.parts
    }
    stale = [file for file in listed if (made / file).read_bytes() != (shown / file).read_bytes()]
    assert stale == [], "run python -m reference.build"


def test_nothing_in_the_repository_is_out_of_date():
    assert not build.outdated(), "run python -m reference.build"


def test_a_sheet_whose_author_wrote_no_words_gets_a_readme(sheet):
    readme = repository(sheet)["README.md"].decode()
    assert readme.startswith("# A small sheet\n")
    assert "keep them: `EPOCHS`, `answer`, `also`" in readme
    assert "| 1. All of it. | 7 |" in readme
    assert "## First steps" in readme
    assert "## First steps" in repository(sheet, words="# My own words")["README.md"].decode()


def test_windows_gets_the_same_lines_as_everybody():
    readme = repository_of("sum_sequence")["README.md"].decode()
    shell, windows = (
        re.search(rf"```{kind}\n(.*?)```", readme, re.DOTALL)[1] for kind in ("sh", "powershell")
    )
    translated = shell.replace("python3 -m venv", "py -m venv").replace(".venv/bin/", ".venv\\Scripts\\")
    assert windows == translated.replace(".grader/requirements", ".grader\\requirements")


def repository_of(name):
    sheet = ROOT / "assignments" / name
    return handout(load_sheet(sheet), tutors_files(sheet, None), None)


def test_line_ends_of_windows_leave_the_receipt_as_it_is(sheet, tmp_path):
    """Git for Windows is installed with core.autocrlf: what it checks out has other bytes than what was
    pushed."""

    def git(*words, folder=tmp_path / "there"):
        own = ["-c", "core.autocrlf=true", "-c", "user.name=a", "-c", "user.email=a@b"]
        done = subprocess.run(["git", *own, *words], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    write_handout(repository(sheet), tmp_path / "there", force=False)
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "x")):
        git(*words)
    git("clone", "-q", "there", "windows", folder=tmp_path)
    for file in ("homework.ipynb", "README.md"):
        assert (tmp_path / "windows" / file).read_bytes() == (tmp_path / "there" / file).read_bytes()


def test_a_folder_with_something_in_it_is_not_written_over(sheet, tmp_path):
    out = tmp_path / "out"
    write_handout(repository(sheet, make_wheel()), out, force=False)
    with pytest.raises(UsageError, match="is not empty: name a new folder, or give --force"):
        write_handout(repository(sheet), out, force=False)
    (out / "notes.txt").write_text("mine")
    write_handout(repository(sheet), out, force=True)
    assert (out / "notes.txt").read_text() == "mine"
    assert not list(out.glob(".grader/*.whl")), "an older wheel would be installed"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none"], "there is no sheet called 'none' in assignments; there is: small"),
        (
            ["small"],
            "there is no tutor's notebook (looked for reference/small/solution.ipynb beside assignments/)",
        ),
        (["small", "--notebook", "bad.ipynb"], "bad.ipynb is not a notebook of format 4"),
        (
            ["small", "--notebook", "whole.ipynb"],
            "the notebook has no BEGIN SOLUTION: students would get all of it",
        ),
    ],
)
def test_what_is_missing_is_said(tmp_path, arguments, said):
    a_sheet(tmp_path / "assignments")
    (tmp_path / "bad.ipynb").write_text("[]")
    (tmp_path / "whole.ipynb").write_text(json.dumps(notebook("x = 1")))
    command = [
        sys.executable,
        "-m",
        "grader",
        "template",
        arguments[0],
        "out",
        "--assignments",
        "assignments",
        *arguments[1:],
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "out").exists()
