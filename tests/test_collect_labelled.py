"""Written answers in one list, "a) ... b) ...", without their questions."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.assignment import load_sheet
from grader.collect import Course, find_candidates, prepare
from grader.model import Answer

ROOT = Path(__file__).resolve().parents[1]
SHEET = load_sheet(ROOT / "assignments" / "time_series_forecast")
WHY, LEAK = (question.title for question in SHEET.questions if question.in_words)
A = "A recurrent layer needs one input for every time step, so the layer below returns the whole sequence."
B = "The window contained the target; the error is then too good, and a later value moves a forecast."
CODE = "def windowed_dataset(series, window_size, batch_size, shuffle_buffer): pass\nforecaster = 1"


def answers_of(tmp_path: Path, *cells: str) -> list[Answer]:
    home = tmp_path / "class" / "ada"
    home.mkdir(parents=True)
    prose = [new_markdown_cell(cell) for cell in cells]
    nbformat.write(new_notebook(cells=[new_code_cell(CODE), *prose]), home / "homework.ipynb")
    (candidate,) = find_candidates(tmp_path / "class", tmp_path / "scratch", Course())
    ids = [question.id for question in SHEET.questions if question.in_words]
    return [answer for answer in prepare(candidate, SHEET).answers if answer.question in ids]


@pytest.mark.parametrize(
    "cells",
    [
        (f"a) {A}\n\nb) {B}",),
        (f"a) {A}\nb) {B}",),
        (f"**a)** {A}\n\n**b)** {B}",),
        (f"(a) {A}\n\n(b) {B}",),
        (f"1. {A}\n2. {B}",),
        (f"8a) {A}\n\n8b) {B}",),
        (f"**8.1** {A}\n\n**8.2** {B}",),
        (f"8.1. {A}\n8.2. {B}",),
        (f"Q1 (return sequences): {A}\n\nQ2 (leak): {B}",),
        (f"Answer a: {A}\n\nAnswer b: {B}",),
        (f"**Q1:** {A}\n\n**Q2:** {B}",),
        (f"a) {A}", f"b) {B}"),
        (f"(i) {A}\n\n(ii) {B}",),
        (f"1 - {A}\n\n2 – {B}",),
        (f"1\n{A}\n\n2\n{B}",),
        (f"### Question 1\n{A}", f"### Question 2\n{B}"),
        (f"### 8.1\n{A}", f"### 8.2\n{B}"),
        (f"<ol>\n<li>{A}</li>\n<li>{B}</li>\n</ol>",),
        (f"<ol><li>{A}</li><li>{B}</li></ol>",),
        (f"<OL type='a'>\n  <li>\n{A}\n  <li>\n{B}\n</OL>",),
        (f"Answer: {A}\n\nAnswer: {B}",),
        (f"**Answer:** {A}", f"**Answer:** {B}"),
        (f"*Our answer*: {A}", f"*Our answer*: {B}"),
        (f"### Question 1\nAnswer: {A}", f"### Question 2\nAnswer: {B}"),
        (f"a) {WHY}\n\nb) {LEAK}", f"a) {A}\n\nb) {B}"),
        ("1. We did this alone.\n2. We used a laptop for all of the work here.", f"a) {A}\n\nb) {B}"),
    ],
)
def test_each_question_gets_its_part(cells: tuple[str, ...], tmp_path: Path) -> None:
    found = answers_of(tmp_path, "## 8 In words", *cells)
    assert [(one.question, one.text.removeprefix("Answer: ")) for one in found] == [
        ("why_return_sequences", A),
        ("what_would_leak", B),
    ]
    assert found[0].where.startswith("homework.ipynb, cell ")


@pytest.mark.parametrize(
    "cells",
    [
        (f"a) {A}",),
        (f"a) {A}\n\nb) {B}\n\nc) And one thing more that nobody has asked for.",),
        ("a) yes\n\nb) no",),
        (f"a) {WHY}\n\nb) {LEAK}",),
        (f"{A}\n\n{B}",),
        (f"### 1. Data\n{A}", f"### 2. Network\n{B}"),  # sections of a homework
        (f"i.e. {A}\n\nii. {B}",),
        (f"<ul><li>{A}</li><li>{B}</li></ul>",),
        (f"Answer: {A}\n\nAnswer: {B}\n\nAnswer: another thing that we wanted to say as well.",),
        (f"Answer: {A}", "## Another section", f"Answer: {B}"),
    ],
)
def test_another_list_is_no_answer(cells: tuple[str, ...], tmp_path: Path) -> None:
    assert answers_of(tmp_path, "## 8 In words", *cells) == []


def test_answers_below_their_questions_stay_as_they_are(tmp_path: Path) -> None:
    listed = "a) The first thing is the sequence of steps.\n\nb) The second is the state of the layer."
    found = answers_of(tmp_path, f"### {WHY}\n\n{listed}", f"### {LEAK}\n\n{B}")
    assert [one.text for one in found] == [listed, B]


@pytest.mark.parametrize("name", sorted(path.name for path in (ROOT / "student_template").iterdir()))
def test_no_template_answers_its_own_questions(name: str, tmp_path: Path) -> None:
    home = tmp_path / "class" / "ada"
    shutil.copytree(ROOT / "student_template" / name, home)
    (candidate,) = find_candidates(tmp_path / "class", tmp_path / "scratch", Course())
    sheet = load_sheet(ROOT / "assignments" / name)
    in_words = {question.id for question in sheet.questions if question.in_words}
    assert not in_words & {answer.question for answer in prepare(candidate, sheet).answers}
