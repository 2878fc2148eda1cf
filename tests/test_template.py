"""The students' notebook: no solution is left in it, it says kindly what to write, and it is up to date."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from grader.assignment.template import ANSWER_PLACEHOLDER, as_read, student_notebook, student_source
from grader.errors import AssignmentError
from reference import build

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = [
    ROOT / "student_template" / name / "homework.ipynb" for name in ("sum_sequence", "integration_task")
]
of_each = pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.parent.name)

CODE = '''class Layer:
    def zero_states(self, batch_size):
        """Zeros."""
        ### BEGIN SOLUTION: a pair of zeros
        zeros = tf.zeros((batch_size, 3))
        return zeros, zeros
        ### END SOLUTION

    def other(self):
        return 1'''


def notebook(*sources: str, cell_type: str = "code", **more: Any) -> dict[str, Any]:
    cells = [
        {"cell_type": cell_type, "id": f"c{n}", "metadata": {}, "source": source, **more}
        for n, source in enumerate(sources)
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def test_a_solution_becomes_a_comment_and_a_kind_error() -> None:
    seen = student_source(CODE, code=True).split("\n")
    assert seen[2:6] == [
        '        """Zeros."""',
        "        # Your code: a pair of zeros",
        (
            '        raise NotImplementedError("Layer.zero_states is still to be written")  # delete this'
            " line when you have written it"
        ),
        "",
    ]
    assert seen[-1] == "        return 1"


def test_the_error_names_what_it_stands_in() -> None:
    source = "def f():\n    pass\n\n### BEGIN SOLUTION\nx = f()\n### END SOLUTION"
    assert '("this cell is still to be written")' in student_source(source, code=True)
    assert "# Your code: write this part" in student_source(source, code=True)
    nested = (
        "class A:\n    def f(self):\n        if x:\n            # BEGIN SOLUTION\n            pass\n         "
        "   # END SOLUTION"
    )
    assert '("A.f is still to be written")' in student_source(nested, code=True)


@pytest.mark.parametrize(
    "edges",
    [("<!-- BEGIN SOLUTION -->", "<!-- END SOLUTION -->"), ("### BEGIN SOLUTION", "### END SOLUTION")],
)
def test_an_answer_becomes_a_placeholder(edges: tuple[str, str]) -> None:
    source = f"### Why?\n\n{edges[0]}\nBecause.\n{edges[1]}"
    assert student_source(source, code=False) == f"### Why?\n\n{ANSWER_PLACEHOLDER}"


@pytest.mark.parametrize("edges", [("<!-- {} -->", "<!-- {} -->"), ("### {}", "### {}")])
def test_a_marker_in_a_text_cell_is_no_heading_of_the_homework(edges: tuple[str, str]) -> None:
    begin, end = (edge.format(f"{word} SOLUTION") for edge, word in zip(edges, ("BEGIN", "END"), strict=True))
    cell = {
        "cell_type": "markdown",
        "id": "a",
        "metadata": {},
        "source": f"### How many?\n{begin}\n12\n{end}",
    }
    code = {"cell_type": "code", "id": "b", "metadata": {}, "source": "### BEGIN SOLUTION\nx = 1"}
    read = as_read({"cells": [cell, code]})["cells"]
    assert [one["source"] for one in read] == ["### How many?\n12", "### BEGIN SOLUTION\nx = 1"]


def test_the_rest_of_the_notebook_stays_and_outputs_go() -> None:
    tutor = notebook(CODE, "x = 1", outputs=[{"output_type": "stream"}], execution_count=3)
    tutor["cells"][1]["metadata"] = {"tags": ["parameters"]}
    tutor["cells"][1]["source"] = ["x = 1\n", "y = 2"]  # as files store it
    cells = student_notebook(tutor)["cells"]
    assert [cell["id"] for cell in cells] == ["c0", "c1"]
    assert cells[1] == {**tutor["cells"][1], "source": "x = 1\ny = 2", "outputs": [], "execution_count": None}
    assert tutor["cells"][0]["outputs"], "the tutor's notebook is not changed"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("### BEGIN SOLUTION\nx = 1", r"cell 1 \(c0\), line 1: BEGIN SOLUTION without an END"),
        ("x = 1\n### END SOLUTION", r"cell 1 \(c0\), line 2: END SOLUTION without a BEGIN"),
        (
            "### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION",
            r"line 2: BEGIN SOLUTION inside the solution begun in line 1",
        ),
        (
            "x = 1  ### BEGIN SOLUTION\n### END SOLUTION",
            r"line 1: a solution marker stands on a line of its own",
        ),
        (
            "### begin solution\nx = 1\n### end solution",
            r"line 1: a solution marker stands on a line of its own",
        ),
        ("x = 1", r"no BEGIN SOLUTION: students would get all of it"),
    ],
)
def test_markers_that_would_leak_a_solution_are_errors(source: str, message: str) -> None:
    with pytest.raises(AssignmentError, match=message):
        student_notebook(notebook(source))


def test_a_cell_without_an_id_is_named_by_its_number() -> None:
    tutor = notebook("x = 1", "### END SOLUTION")
    del tutor["cells"][1]["id"]
    with pytest.raises(AssignmentError, match="cell 2, line 1"):
        student_notebook(tutor)


@of_each
def test_the_template_is_up_to_date(path: Path) -> None:
    assert path not in build.outdated(), "run python -m reference.build"


@of_each
def test_the_template_holds_no_solution(path: Path) -> None:
    template = nbformat.read(path, as_version=4)
    nbformat.validate(template)
    text = "\n".join(cell.source for cell in template.cells)
    assert not re.search(r"SOLUTION|TensorArray\(|concat|apply_gradients|forget_gate|noqa", text)
    assert text.count(ANSWER_PLACEHOLDER) == 2
    assert text.count("raise NotImplementedError") == text.count("# Your code: ") == 17
    for cell in template.cells:
        if cell.cell_type == "code":
            ast.parse(cell.source)


@of_each
def test_the_readme_names_the_whole_contract(path: Path) -> None:
    readme = (path.parent / "README.md").read_text(encoding="utf-8")
    template = nbformat.read(path, as_version=4)
    parameters = next(cell.source for cell in template.cells if cell.id == "parameters")
    names = re.findall(r"^(\w+) =", parameters, re.MULTILINE)
    names += [
        "integration_task",
        "my_integration_task",
        "train_ds",
        "test_ds",
        "LSTM_Cell",
        "LSTM_Layer",
        "zero_states",
        "MyModel",
    ]
    names += ["model", "train_losses", "test_losses", "test_accuracies"]
    assert [name for name in names if f"`{name}" not in readme and f".{name}" not in readme] == []


def test_all_templates_bring_the_same_workflow() -> None:
    workflows = {
        (path.parent / ".github" / "workflows" / "classroom.yml").read_text(encoding="utf-8")
        for path in TEMPLATES
    }
    assert len(workflows) == 1


@pytest.mark.real
@of_each
def test_every_cell_of_the_untouched_template_runs_or_says_what_is_missing(path: Path) -> None:
    nbclient = pytest.importorskip("nbclient")
    template = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(template, timeout=120, allow_errors=True, kernel_name="python3").execute()
    outputs = [output for cell in template.cells if cell.cell_type == "code" for output in cell.outputs]
    errors = [output for output in outputs if output.output_type == "error"]
    assert {error.ename for error in errors} == {"NotImplementedError"}
    assert all(error.evalue.endswith("is still to be written") for error in errors)


def test_of_boxes_students_get_the_boxes() -> None:
    source = "### Which?\n\n<!-- BEGIN SOLUTION -->\n- [ ] A. one\n- [x] B. two\n<!-- END SOLUTION -->"
    assert student_source(source, code=False) == "### Which?\n\n- [ ] A. one\n- [ ] B. two"
    reasoned = source.replace("<!-- END", "\nBecause.\n<!-- END")
    assert student_source(reasoned, code=False).endswith(f"- [ ] B. two\n\n{ANSWER_PLACEHOLDER}")


def test_a_right_option_that_is_marked_besides_its_box_is_refused() -> None:
    source = "<!-- BEGIN SOLUTION -->\n- [ ] A. one\n- [x] **B. two**\n<!-- END SOLUTION -->"
    with pytest.raises(AssignmentError, match="would tell students"):
        student_source(source, code=False)
