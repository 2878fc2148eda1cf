"""Loose helpers, plots and templates among the notebooks of several people are nobody's homework."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.assignment import Assignment, load_sheet
from grader.collect import Course, RosterEntry, find_class, without_nobodys

SHEET = Path(__file__).parent.parent / "assignments" / "integration_task"
HOMEWORK = "class LSTM_Cell:\n    def call(self, x, states):\n        return tf.sigmoid(x), tf.tanh(x)\n"
NOTHING = (
    "import matplotlib.pyplot as plt\n\ndef curves(train_losses, sizes=64):\n    plt.plot(train_losses)\n"
)
RENAMED = HOMEWORK.replace("LSTM_Cell", "Zelle")
OTHERS = "x = 1\nprint(x)\n"
GAP = 'class LSTM_Cell:\n    def call(self, x):\n        raise NotImplementedError("still to be written")\n'


@pytest.fixture(scope="module")
def sheet() -> Assignment:
    return load_sheet(SHEET)


def written(folder: Path, **files: str) -> Path:
    """`anna__ipynb="..."` is a notebook of one cell."""
    folder.mkdir()
    for called, code in files.items():
        name = called.replace("__", ".")
        cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": code, "outputs": []}
        book = {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {},
            "cells": [cell | {"execution_count": None}],
        }
        (folder / name).write_text(json.dumps(book) if name.endswith(".ipynb") else code)
    return folder


def sorted_out(folder: Path, sheet: Assignment, *roster: str) -> tuple[list[str], list[str]]:
    course = Course(roster={name: RosterEntry(name=name) for name in roster})
    found = find_class(folder, folder.parent / "work", course)
    kept, nobodys = without_nobodys(found.candidates, sheet)
    return [one.student for one in kept], sorted([*found.nobodys, *nobodys])


def test_what_brings_nothing_of_the_sheet_is_nobodys(tmp_path: Path, sheet: Assignment) -> None:
    folder = written(
        tmp_path / "in",
        anna__ipynb=HOMEWORK,
        ben__ipynb=f"from metrik import curves\n{HOMEWORK}",
        dora__ipynb=f"import metrik\n{HOMEWORK}",
        cleo__py=HOMEWORK,
        emil__py=RENAMED,
        fay__py="def broken(:",
        gus__ipynb=OTHERS,  # handed in the wrong notebook: a person's all the same
        homework__ipynb=OTHERS,
        utils__py=NOTHING,
        hilfen__py=NOTHING,
        metrik__py=NOTHING,
        plot__ipynb=NOTHING,
        template__ipynb=GAP,
        requirements__txt="numpy",
    )
    people, nobodys = sorted_out(folder, sheet)
    assert people == ["anna", "ben", "cleo", "dora", "emil", "fay", "gus", "homework"]
    assert nobodys == ["hilfen.py", "plot.ipynb", "requirements.txt", "template.ipynb", "utils.py"]


def test_a_program_beside_peoples_folders_is_somebodys(tmp_path: Path, sheet: Assignment) -> None:
    folder = written(tmp_path / "in", anna__py=HOMEWORK, collect_all__py=NOTHING)
    for name in ("ben", "cleo"):
        written(folder / name, h__ipynb=HOMEWORK)
    assert sorted_out(folder, sheet) == (["anna", "ben", "cleo"], ["collect_all.py"])


def test_who_is_on_the_roster_hands_in_what_they_like(tmp_path: Path, sheet: Assignment) -> None:
    folder = written(tmp_path / "in", anna__ipynb=HOMEWORK, ben__ipynb=HOMEWORK, cleo__py=NOTHING)
    assert sorted_out(folder, sheet, "anna", "cleo") == (["anna", "ben", "cleo"], [])


def test_a_class_that_brings_nothing_stays_a_class(tmp_path: Path, sheet: Assignment) -> None:
    folder = written(tmp_path / "in", plot__ipynb=NOTHING, test__ipynb=NOTHING)
    assert sorted_out(folder, sheet) == (["plot", "test"], [])


def test_a_template_that_somebody_filled_is_theirs(tmp_path: Path, sheet: Assignment) -> None:
    folder = written(tmp_path / "in", anna__ipynb=HOMEWORK, template__ipynb=HOMEWORK)
    assert sorted_out(folder, sheet) == (["anna", "template"], [])


def test_a_solution_beside_peoples_homework_is_the_courses(tmp_path: Path, sheet: Assignment) -> None:
    folder = written(tmp_path / "in", anna__ipynb=HOMEWORK, solution__py=HOMEWORK, hw7_Lösung__ipynb=HOMEWORK)
    assert sorted_out(folder, sheet) == (["anna"], ["hw7_Lösung.ipynb", "solution.py"])


def test_a_solution_and_a_handout_in_folders_of_their_own_are_the_courses(
    tmp_path: Path, sheet: Assignment
) -> None:
    folder = written(tmp_path / "in")
    named = {
        "anna": HOMEWORK,
        "ben": HOMEWORK,
        "hw7-solution": HOMEWORK,
        "handout": GAP,
        "template": HOMEWORK,
    }
    for name, text in named.items():
        written(folder / name, homework__ipynb=text)
    (folder / "cleo").mkdir()
    written(folder / "cleo" / "solution", homework__ipynb=HOMEWORK)
    assert sorted_out(folder, sheet) == (["anna", "ben", "cleo", "template"], ["handout/", "hw7-solution/"])
    assert sorted_out(folder, sheet, "anna", "solution")[0] == ["anna", "ben", "cleo", "solution", "template"]
    (folder / "hw7-solution" / ".git").mkdir()  # somebody's clone
    assert "hw7-solution/" not in sorted_out(folder, sheet)[1]


@pytest.mark.parametrize("names", [("solution", "handout"), ("part1", "part2", "solution"), ("solution",)])
def test_folders_among_which_nobody_has_a_name_are_kept(
    names: tuple[str, ...], tmp_path: Path, sheet: Assignment
) -> None:
    folder = written(tmp_path / "in")
    for name in names:
        written(folder / name, homework__ipynb=GAP if name == "handout" else HOMEWORK)
    assert not sorted_out(folder, sheet)[1]


def test_a_solution_beside_nothing_but_parts_is_somebodys(tmp_path: Path, sheet: Assignment) -> None:
    folder = written(tmp_path / "in", homework__ipynb=HOMEWORK, solution__ipynb=HOMEWORK)
    assert sorted_out(folder, sheet) == (["homework", "solution"], [])


def test_scripts_alone_are_each_a_persons(tmp_path: Path, sheet: Assignment) -> None:
    folder = written(tmp_path / "in", anna__py=HOMEWORK, cem__py=NOTHING, plots__py=NOTHING)
    assert sorted_out(folder, sheet) == (["anna", "cem"], ["plots.py"])


def test_a_notebook_that_others_run_goes_with_them(tmp_path: Path, sheet: Assignment) -> None:
    folder = written(
        tmp_path / "in", homework__ipynb="%run helper.ipynb\nmodel = MyModel()", helper__ipynb=HOMEWORK
    )
    found = find_class(folder, tmp_path / "work", Course())
    kept, nobodys = without_nobodys(found.candidates, sheet)
    assert [(one.student, one.files) for one in kept] == [("homework", ("helper.ipynb", "homework.ipynb"))]
    assert not nobodys


def test_a_folder_whose_notebooks_are_run_belongs_to_the_homework(tmp_path: Path, sheet: Assignment) -> None:
    folder = written(tmp_path / "in", homework__ipynb="%run lib/cells.ipynb\nmodel = MyModel()")
    written(folder / "lib", cells__ipynb=HOMEWORK)
    (found,) = find_class(folder, tmp_path / "work", Course()).candidates
    assert (found.student, found.files) == ("homework", ("homework.ipynb", "lib/cells.ipynb"))
