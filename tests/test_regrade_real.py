"""With a real kernel: what a run leaves on disk is enough to judge it again, and to not run it twice."""

import shutil
import sqlite3
from contextlib import closing

import pytest
from test_cli_fakes import a_notebook, a_sheet

from grader.cli.grade.wish import GradeWish
from grader.cli.grade.work import grade_class
from grader.cli.regrade.work import RegradeWish, regrade_class
from grader.record import Gradebook

pytestmark = pytest.mark.real

SHEET = '''
"""A sheet that asks for one number."""
from grader import Assignment, Basis, probes
from grader.model.verdict import failed, passed

hw = Assignment("small", title="A number", contract=("answer", "also", "x"), parameters={"EPOCHS": 3})

@hw.task("1", "All of it.").own_check("x is 42.", points=4, basis=Basis.OBSERVED, asks=probes.names("x"))
def is_right(seen):
    x = seen.answer("names").answer["numbers"]["x"]
    return passed("x is 42") if x == 42 else failed(f"x is {x:g}")
'''


def test_a_real_run_is_judged_again_and_not_made_twice(tmp_path, capsys):
    sheets, out = a_sheet(tmp_path / "sheets", SHEET), tmp_path / "out"
    a_notebook(tmp_path / "class" / "ada" / "homework.ipynb", "nothing", more="also = 1\nx = 41")
    wish = GradeWish(source=tmp_path / "class", out=out, assignments=sheets, jobs=1, no_isolation=True)
    assert grade_class(wish) == 0
    with Gradebook(out) as gradebook:
        before = gradebook.record_of("ada")
    assert before.grade.points == 0

    with closing(sqlite3.connect(out / "gradebook.sqlite", isolation_level=None)) as connection:
        connection.execute("DELETE FROM grades")  # as if the grader had been killed before it could save
    assert grade_class(wish) == 0
    with Gradebook(out) as gradebook:
        assert gradebook.record_of("ada").run_id == before.run_id
    assert len(list((out / "runs" / "ada").iterdir())) == 1

    shutil.rmtree(tmp_path / "class")
    a_sheet(sheets, SHEET.replace("x == 42", "x >= 41"))
    capsys.readouterr()
    assert regrade_class(RegradeWish(out=out, assignments=sheets, apply=True)) == 0
    assert "1 of 1 moved: 1 up, 0 down" in capsys.readouterr().out
    with Gradebook(out) as gradebook:
        assert gradebook.record_of("ada").grade.points == 4
