"""One numbering of cells everywhere, the lines that are meant, and the way from a check to its cell and
back."""

from __future__ import annotations

import copy
import re
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from test_report_fakes import make_assignment, make_record

from grader.model import Evidence, Status, Submission
from grader.report.notebook_view import notebook_document
from grader.report.places import cell_text, place_views, shown_lines
from grader.report.student_page import student_page
from grader.run.host.whole_notebook import with_text

NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "source": ["# My ", "homework"]},
        {"cell_type": "code", "source": "import tensorflow as tf"},
        {"cell_type": "markdown", "source": "The cell:"},
        {"cell_type": "code", "source": ""},
        {"cell_type": "code", "source": "class LSTM_Cell:\n    def call(self, x):\n        return x"},
    ]
}
RAN = {
    "nbformat": 4,
    "cells": [
        {
            "cell_type": "code",
            "metadata": {"number": 2},
            "source": "import tensorflow as tf",
            "outputs": [],
            "execution_count": 1,
        },
        {
            "cell_type": "code",
            "metadata": {"number": 5},
            "source": "class LSTM_Cell:\n    def call(self, x):\n        return x",
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "hello"}],
            "execution_count": 2,
        },
    ],
}


@pytest.fixture
def executed():
    return with_text(
        Submission(student="ada", notebook=NOTEBOOK, notebook_file="homework.ipynb"), copy.deepcopy(RAN)
    )


def naming(record, words, where=""):
    first, *others = record.grade.checks
    check = replace(
        first,
        status=Status.FAILED,
        points=0.0,
        message=words,
        evidence=(Evidence(what="x", expected="", actual="", where=where),),
    )
    return replace(record, cells=(), grade=replace(record.grade, checks=(check, *others)))


def test_the_executed_notebook_keeps_the_students_text_and_its_numbers(executed):
    assert [cell["cell_type"] for cell in executed["cells"]] == [
        "markdown",
        "code",
        "markdown",
        "code",
        "code",
    ]
    assert executed["cells"][0]["source"] == "# My homework"
    assert [cell["metadata"]["number"] for cell in executed["cells"]] == [1, 2, 3, 4, 5]
    assert executed["cells"][4]["outputs"]


def test_a_script_stays_as_it_is():
    submission = Submission(student="ada", notebook=NOTEBOOK, notebook_file="main.py")
    assert with_text(submission, RAN) is RAN
    assert with_text(submission, None) is None


def test_cells_in_the_shown_notebook_have_the_number_that_messages_use(executed):
    page = notebook_document(executed)
    prompts = [
        words
        for found in BeautifulSoup(page, "html.parser").select(".input_prompt")
        if (words := found.get_text(strip=True))
    ]
    assert prompts == ["cell 2", "cell 4", "cell 5"]
    assert "My homework" in page
    assert "In&nbsp;[" not in page


def test_a_student_cannot_write_a_prompt(executed):
    executed["cells"][0]["source"] = "<div>In&nbsp;[7]:</div> In [7]:"
    executed["cells"][4]["source"] = "x = '>In [7]:</div>'"
    prompts = re.findall(r"cell \d", BeautifulSoup(notebook_document(executed), "html.parser").get_text())
    assert len([one for one in prompts if one == "cell 7"]) <= 1


def test_a_check_leads_to_its_cell_and_the_cell_back(executed):
    record = naming(make_record("ada"), "the state is wrong (cell 5, line 3)")
    page = BeautifulSoup(
        student_page(record, make_assignment(), session=None, executed=executed), "html.parser"
    )
    check = page.select_one(f"#check-{record.grade.checks[0].id}")
    (link,) = check.select(".message a")
    assert (link["href"], link.get_text()) == ("#cell-5", "cell 5, line 3")
    cell = page.select_one("#cell-5")
    assert cell.select_one("mark").get_text() == "        return x"
    assert [number.get_text() for number in cell.select(".n")] == ["1", "2", "3"]
    (back,) = cell.select("p a")
    assert back["href"] == f"#check-{record.grade.checks[0].id}"


def test_a_cell_that_is_not_there_is_no_link(executed):
    record = naming(make_record("ada"), "see cell 77, line 1, and cell 1")
    page = BeautifulSoup(
        student_page(record, make_assignment(), session=None, executed=executed), "html.parser"
    )
    assert not page.select(".message a")


def test_places_are_named_by_evidence_too(executed):
    (view,) = place_views(
        naming(make_record("ada"), "wrong", where="cell 5, line 2").grade.checks[:1], executed
    )
    assert (view.number, [line.number for line in view.lines if line.meant]) == (5, [2])


def test_of_a_long_cell_the_lines_around_are_shown():
    text = "\n".join(f"line {number}" for number in range(1, 101))
    shown = list(shown_lines(text, {50}))
    assert shown[0] is None
    assert shown[-1] is None
    assert [line.number for line in shown if line] == list(range(46, 55))
    assert next(iter(shown_lines("a\nb", set()))).number == 1


@pytest.mark.parametrize(
    "cells", [None, 3, [], [3], [{"metadata": 3}], [{"metadata": {"number": "1"}}], [{"cell_type": "code"}]]
)
def test_a_notebook_of_anything_has_no_such_cell(cells):
    assert cell_text({"cells": cells}, 1) == ""
