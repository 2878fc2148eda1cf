"""Real and made-up answers are found wherever students put them: under reworded headings, in files, comments
and docstrings."""

from __future__ import annotations

from pathlib import Path

import nbformat
from test_collect_answers import SEED_000, SEED_001

from grader.collect.answers.documents import documents
from grader.collect.answers.under_headings import find_answers
from grader.collect.reading.notebook import NotebookCell
from grader.collect.reading.pieces import cell_pieces
from grader.judge.checks.written import Suggestion, read
from tests.answers import ROOT, Labelled, corpus, sheet
from tests.placements import HEADINGS, OTHERS, PLACES, found, plain


def real() -> list[tuple[str, str]]:
    """The real answers of the two seeds, with their questions."""
    answers = []
    for seed in (SEED_000, SEED_001):
        first, rest = seed.split("### Can / should you use truncated BPTT here?\n")[1].split("### Should")
        answers.append(("truncated_bptt", first.strip()))
        answers.append(
            ("classification_or_regression", rest.split("problem?\n", 1)[1].split("## Model")[0].strip())
        )
    return answers


def rate(answers: list[tuple[str, str]], root: Path) -> tuple[int, int, list[str]]:
    """(found whole, tried, where it failed)."""
    lost = []
    tried = 0
    for question, text in answers:
        for place, put in PLACES.items():
            for heading in HEADINGS[question]:
                tried += 1
                seen = found(put(heading, text, OTHERS[question]), root, question, sheet().questions)
                if plain(text) not in map(plain, seen):
                    lost.append(f"{place}: {heading}: {text[:40]!r}")
    return tried - len(lost), tried, lost


def test_real_answers_are_found_in_every_place(tmp_path):
    good, tried, lost = rate(real(), tmp_path)
    print(f"\nreal answers: found whole in {good} of {tried} placements")
    assert not [
        one
        for one in lost
        if HEADINGS["truncated_bptt"][0] in one or HEADINGS["classification_or_regression"][0] in one
    ]
    assert good >= 0.95 * tried, lost[:20]


def short(answer: Labelled) -> bool:
    return answer.label is not Suggestion.NONE and len(answer.text.split()) >= 4


def test_made_up_answers_are_found_in_nearly_every_place(tmp_path):
    answers = [(answer.question, answer.text) for answer in corpus() if short(answer)][::5]
    good, tried, lost = rate(answers, tmp_path)
    print(f"\nmade-up answers: found whole in {good} of {tried} placements")
    assert good >= 0.95 * tried, lost[:20]


def test_a_remark_above_code_is_no_answer_to_an_earlier_answered_question(tmp_path):
    cells = (
        ("markdown", "## Truncated BPTT?\nNo, there is one target."),
        ("code", "# now we train the whole model\nx = 1"),
    )
    assert found((cells, {}), tmp_path, "truncated_bptt", sheet().questions) == ["No, there is one target."]


def test_the_answers_of_the_reference_solution_are_read_as_they_are_meant():
    rubric = sheet().rubric
    assert rubric is not None
    notebook = nbformat.read(ROOT / "reference" / "sum_sequence" / "solution.ipynb", as_version=4)
    cells = [
        NotebookCell(number=n, kind=cell.cell_type, text=cell.source)
        for n, cell in enumerate(notebook.cells, 1)
    ]
    prose = documents(cells, cell_pieces(cells), "solution.ipynb", ROOT, ())
    readings = {
        a.question: read(a.text, rubric.questions[a.question], 1.0)
        for a in find_answers(sheet().questions, prose)
    }
    assert readings["truncated_bptt"].suggestion is Suggestion.FULL
    # an essay that gives the other side its due: for a person to enjoy
    weighs = readings["classification_or_regression"]
    assert (weighs.suggestion, weighs.position, weighs.flags) == (Suggestion.LOOK, "classification", ())
