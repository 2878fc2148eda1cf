"""The tutorial's sheet is short and loads, and it says nothing that reading would find wrong."""

import shlex
from pathlib import Path

import pytest

from grader.assignment import load_sheet
from grader.cli.grade import work as grading
from grader.cli.lint.work import LintWish, lint_sheet
from grader.cli.new.skeleton import skeleton, write_skeleton
from tests.plain_runner import run_plainly
from tests.tutorial import Reader, blocks

SHEET = "assignments/first_rnn/sheet.py"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """The course as the tutorial begins it."""
    write_skeleton(skeleton("first_rnn", "A first network"), tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_its_sheet_has_under_80_lines_and_loads(course):
    (sheet,) = [block.body for block in blocks() if block.file == SHEET and block.kind == "python"]
    assert sheet.count("\n") < 80
    (course / SHEET).write_text(sheet)
    assert load_sheet(course / "assignments" / "first_rnn").points_max == 14


def test_each_block_is_one_that_the_test_with_kernels_understands():
    kinds = {block.kind for block in blocks()}
    assert kinds == {"console", "text", "python", "markdown"}
    assert all(block.file for block in blocks() if block.kind in ("python", "markdown"))


def test_of_the_sheet_that_grade_new_makes_nothing_is_found(course, capsys):
    assert lint_sheet(LintWish(name="first_rnn", jobs=1), runner=run_plainly) == 0, capsys.readouterr().out


class WithoutKernels(Reader):
    """A reader whose `grade DIR` and `grade lint` run notebooks in this process."""

    def __init__(self, folder, monkeypatch, capsys):
        super().__init__(folder)
        self.monkeypatch, self.capsys = monkeypatch, capsys

    def types(self, lines):
        for line in lines.splitlines():
            words = shlex.split(line)
            if words[:2] == ["grade", "lint"] or (words[0] == "grade" and "/" in words[1]):
                self.runs(words)
            else:
                super().types(line)

    def runs(self, words):
        self.monkeypatch.chdir(self.folder)
        self.capsys.readouterr()
        if words[1] == "lint":
            code = lint_sheet(LintWish(name=words[2], quick="--quick" in words, jobs=1), runner=run_plainly)
        else:
            code = grading.grade_class(grading.GradeWish(source=Path(words[1]), jobs=1), runner=run_plainly)
        self.said, self.codes = self.capsys.readouterr().out, [code]


def test_who_follows_the_tutorial_sees_what_it_says(tmp_path, monkeypatch, capsys):
    WithoutKernels(tmp_path, monkeypatch, capsys).follows()
