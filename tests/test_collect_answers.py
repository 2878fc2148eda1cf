"""Written answers are found by their headings, however those are worded and wherever they stand."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.assignment import Question
from grader.collect.answers.documents import documents
from grader.collect.answers.matching import fit
from grader.collect.answers.under_headings import LONGEST_ANSWER, MOST_ANSWERS, find_answers
from grader.collect.reading.notebook import NotebookCell
from grader.collect.reading.pieces import cell_pieces, local_modules
from grader.model import Answer

BPTT = Question(
    id="bptt",
    title="Can / should you use truncated BPTT here?",
    wordings=("Truncated backpropagation through time",),
    template_text="*Your answer here.*",
)
KIND = Question(
    id="kind",
    title="Should you rather take this as a regression, or a classification problem?",
    template_text="Write: one paragraph,\nwith a reason.",
)
QUESTIONS = (BPTT, KIND)

# From the two real homeworks (seeds 000 and 001), shortened in the middle of the lists.
SEED_000 = """# Interpretation

- After one epoch: Accuracy reached approximately 82%, \
the loss goes down from over 0.8 to under 0.1 -> Problem simple to learn

## Questions

### Can / should you use truncated BPTT here?
- Backpropagation through time (BPTT): Calculate loss for each time step (not only the last one) separately
- Data format: ( [d1, d2, ... , dn] , target = 1 or 0 ) n time steps
- BPTT not possible
- Can only backpropagate label for last time step over entire time sequence

### Should you rather take this as a regression, or a classification problem?

- **Regression**: Method for fitting a curve (linear, polynomial, expoential etc.) through a set of points
- The problem solved by the RNN is **NOT** a regression.
- **Classification**: Assign a discrete class (here: '0' or '1') to the data based on its attributes/values
- RNN acts as a classifier: Maping time sequence to class '0' or '1'"""
SEED_001 = """## Outstanding Questions
### Can / should you use truncated BPTT here?
- BPTT can be computationally expensive as the number of timesteps increases and can lead to gradient \
problems.
- We could theoretically use TBPTT to reduce computation and memory requirement while training our model.


### Should you rather take this as a regression, or a classification problem?
- This is a function with the dimensions `f: R^n -> {0,1}`, and therefore a **classification** problem.
- Nice to note: in the LSTM layers we perform regression tasks


## Model Parameter:
  - data_samples: 96000: 64000/16000/16000 (train,validation,test)
"""


def answers(*cells: tuple[str, str], root: Path | None = None, files: tuple[str, ...] = ()) -> list[Answer]:
    all_cells = [NotebookCell(number=n, kind=kind, text=text) for n, (kind, text) in enumerate(cells, 1)]
    pieces = cell_pieces(all_cells)
    modules = local_modules(pieces, root, files, "hw.ipynb") if root else []
    prose = documents(all_cells, [*pieces, *modules], "hw.ipynb", root or Path(), files)
    return list(find_answers(QUESTIONS, prose))


def said(*cells: tuple[str, str]) -> dict[str, str]:
    """The best answer to each question."""
    return {answer.question: answer.text for answer in reversed(answers(*cells))}


def markdown(text: str) -> dict[str, str]:
    return said(("markdown", text))


@pytest.mark.parametrize("text", [SEED_000, SEED_001])
def test_the_real_answers_are_found_whole(tmp_path: Path, text: str) -> None:
    (tmp_path / "README.md").write_text(text, encoding="utf-8")
    found = answers(root=tmp_path, files=("README.md",))
    assert [(answer.question, answer.where) for answer in found] == [
        ("bptt", "README.md"),
        ("kind", "README.md"),
    ]
    first, rest = text.split("### Can / should you use truncated BPTT here?\n")[1].split("### Should")
    second = rest.split("problem?\n", 1)[1].split("## Model")[0]
    assert [answer.text for answer in found] == [first.strip(), second.strip()]


@pytest.mark.parametrize(
    "heading",
    [
        "# Can / should you use truncated BPTT here?",
        "### can should you use truncated bptt here",
        "###### Truncated BPTT",
        "#Truncted BPTT?",
        "## 1. Truncated backpropagation through time",
        "## TBPTT",
        "<h3>Can / should you use <i>truncated</i> BPTT here?</h3>",
        "**Can/Should you use truncated BPTT here?**",
        "- **Can / should you use truncated BPTT here?**",
        "__Truncated BPTT:__",
        "1. Can / should you use truncated BPTT here?",
        "Q1: Can / should you use truncated BPTT here?",
        "Can we use truncated BPTT?",
        "> Can / should you use truncated BPTT here?",
        "Truncated BPTT:",
        "2) truncated back-propagation through time",
        "### Should truncated BPTT be used here, and can it? Why?",
    ],
)
def test_loosely_worded_headings(heading: str) -> None:
    assert markdown(f"Hello\n\n{heading}\n\nNo.\n") == {"bptt": "No."}


@pytest.mark.parametrize(
    "heading",
    [
        "## Regression or classification?",
        "**Classification vs. regression**",
        "2. regresion or clasification problem",
    ],
)
def test_headings_of_the_other_question(heading: str) -> None:
    assert markdown(f"{heading}\nClassification") == {"kind": "Classification"}


@pytest.mark.parametrize(
    "text",
    [
        "## Results\nNo.",
        "## The problem\nNo.",
        "## Backward pass\nNo.",
        "- Backpropagation through time (BPTT): loss\nNo.",
        "```\n# Truncated BPTT\n```\nNo.",
        (
            "This text mentions that truncated BPTT is not used here and goes on for a while without a"
            " question mark, as prose does.\nNo."
        ),
    ],
)
def test_what_is_no_heading_of_a_question(text: str) -> None:
    assert markdown(text) == {}


def test_the_answer_may_begin_on_the_line_of_the_question() -> None:
    assert (
        markdown("**Can you use truncated BPTT?** No, since n < 30 and x >= 3.\nSo no.\n")["bptt"]
        == "No, since n < 30 and x >= 3.\nSo no."
    )
    assert markdown("Should you use truncated BPTT here? - No.")["bptt"] == "No."


def test_any_order_and_the_end_of_an_answer() -> None:
    text = (
        "# Regression or classification?\nThe second.\n#### Why\nTwo classes.\n# Truncated"
        " BPTT?\nNo.\n\n---\n# Results\n90 %"
    )
    assert markdown(text) == {"kind": "The second.\n#### Why\nTwo classes.", "bptt": "No."}


def test_a_question_repeated_in_its_answer_stays_in_it() -> None:
    text = "## Can / should you use truncated BPTT here?\nCan we use BPTT? Yes.\nTruncated? No."
    assert markdown(text)["bptt"] == "Can we use BPTT? Yes.\nTruncated? No."


def test_an_answer_in_the_very_words_of_its_question_is_no_further_heading() -> None:
    for answer in (
        "Rather regression than classification.",
        "A classification problem, no regression.",
        "Classification and regression",
    ):
        assert markdown(f"Regression or classification?\n\n{answer}")["kind"] == answer


def test_the_question_written_twice_is_no_list_of_questions() -> None:
    assert markdown("Can we use truncated BPTT?\nCan / should you use truncated BPTT here?\n\nNo.") == {
        "bptt": "No."
    }


@pytest.mark.parametrize(
    "text",
    [
        "## Truncated BPTT?",
        "## Truncated BPTT?\n\n  \n",
        "## Truncated BPTT?\n*Your answer   here.*",
        "## Truncated BPTT?\n_your answer here_",
        "## Truncated BPTT?\n---\n",
        "## Truncated BPTT?\n<!-- write here -->",
        "## Regression or classification?\nWrite: one\nparagraph, with a reason.",
    ],
)
def test_nothing_and_the_template_are_no_answer(text: str) -> None:
    assert markdown(text) == {}


LISTED = (
    "1. Can / should you use truncated BPTT here?\n2. Should you take this as a regression or a"
    " classification problem?\n"
)


def test_a_list_of_the_questions_is_no_answer() -> None:
    assert markdown(f"Two questions:\n\n{LISTED}\nA mistake costs points once.") == {}
    assert markdown(LISTED.replace("\n2", "\n\n2") + "\nThe second.") == {"kind": "The second."}
    assert markdown(f"{LISTED}Both: no, and the second.") == {"kind": "Both: no, and the second."}


def test_a_forgotten_line_of_the_template_is_no_part_of_the_answer() -> None:
    assert (
        markdown("## Truncated BPTT?\n*Your answer here.*\n\nNo <!-- really --> way.")["bptt"] == "No  way."
    )


def test_an_answer_in_the_cells_after_its_question() -> None:
    found = answers(
        ("markdown", "## Truncated BPTT?"),
        ("code", ""),
        ("markdown", "No."),
        ("markdown", "Really."),
        ("code", "x = 1"),
        ("markdown", "An unrelated remark."),
    )
    assert [(answer.text, answer.where) for answer in found] == [("No.\nReally.", "hw.ipynb, cell 3")]


def test_a_fence_left_open_ends_with_its_cell() -> None:
    assert said(("markdown", "```\nx = 1"), ("markdown", "# Truncated BPTT?\nNo."))["bptt"] == "No."


@pytest.mark.parametrize(
    "text",
    [
        "# No.\n# Really.",
        "'''No.\nReally.'''",
        "No.\nReally.",
        "answer = '''No.\nReally.'''\nprint(answer)",
        "print('No.')\nprint('Really.')",
    ],
)
def test_an_answer_typed_into_a_code_cell(text: str) -> None:
    assert said(("markdown", "## Truncated BPTT?"), ("code", text))["bptt"] == "No.\nReally."


@pytest.mark.parametrize("text", ["# No.\nx = 1", "'No.'\nx = 1"])
def test_one_word_above_the_code_below_the_question_is_an_answer(text: str) -> None:
    assert said(("markdown", "## Truncated BPTT?"), ("code", text))["bptt"] == "No."


def test_code_is_no_answer() -> None:
    assert (
        said(("markdown", "## Truncated BPTT?"), ("code", "x = = f(1)"), ("code", "%time"), ("code", "1 + 1"))
        == {}
    )


def test_answers_in_comments_and_docstrings(tmp_path: Path) -> None:
    comments = "x = 1\n# Can / should you use truncated BPTT here?\n# No.\n# Because.\ny = 2\n# Later\n"
    (tmp_path / "model.py").write_text('"""The model.\n\nRegression or classification?\nClassification.\n"""')
    found = answers(("code", comments + "import model"), root=tmp_path, files=("model.py",))
    assert [(answer.question, answer.text, answer.where) for answer in found] == [
        ("bptt", "No.\nBecause.", "hw.ipynb, cell 1"),
        ("kind", "Classification.", "model.py"),
    ]


def test_every_candidate_is_kept_the_best_first(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes("Truncated BPTT?\r\nMaybe, größer.".encode("cp1252"))
    (tmp_path / "readme.md").write_text("# TBPTT\nNo!\n# TBPTT\nyes\n")
    (tmp_path / "requirements.txt").write_text("Truncated BPTT?\nnumpy")
    (tmp_path / "LICENSE").write_text("Truncated BPTT?\nMIT")
    files = ("LICENSE", "gone.md", "notes.txt", "readme.md", "requirements.txt")
    found = answers(
        ("markdown", "# BPTT\nperhaps"), ("markdown", "# Truncated BPTT\n no!"), root=tmp_path, files=files
    )
    assert [(answer.text, answer.where) for answer in found] == [
        ("no!", "hw.ipynb, cell 2"),
        ("yes", "readme.md"),
        ("Maybe, größer.", "notes.txt"),
        ("perhaps", "hw.ipynb, cell 1"),
    ]


def test_an_answer_below_a_pasted_picture() -> None:
    picture = f"![plot](data:image/png;base64,{'iVBOR' * 400_000})"
    assert markdown(f"{picture}\n# Truncated BPTT?\nNo. {picture}")["bptt"] == "No. ![plot]((picture))"


def test_lengths_and_numbers_are_capped() -> None:
    assert len(markdown("# Truncated BPTT?\n" + "word " * 30_000)["bptt"]) <= LONGEST_ANSWER
    many = answers(("markdown", "".join(f"# Truncated BPTT?\nanswer {n}\n" for n in range(50))))
    assert len(many) == MOST_ANSWERS


def test_without_questions_nothing_is_looked_for() -> None:
    assert find_answers((), iter([])) == ()


@pytest.mark.parametrize(
    ("heading", "score"),
    [
        ("Can / should you use truncated BPTT here?", 1.0),
        ("HERE bptt, Truncated: use should you can", 1.0),
        ("truncted bptt", 1.0),
        ("Results of the training", 0.0),
        ("", 0.0),
        ("???", 0.0),
        ("here", 0.0),
    ],
)
def test_how_well_a_heading_fits(heading: str, score: float) -> None:
    assert fit(heading, (BPTT.title,)) == score


def test_words_of_one_stem_fit() -> None:
    assert fit("Classify or regress?", (KIND.title,)) == pytest.approx(0.8)


LINES = st.sampled_from(
    [
        "# Truncated BPTT?",
        "no",
        "**Regression or classification?** yes",
        "```",
        "---",
        "",
        "<!--",
        "-->",
        "x = 1",
        "- a: b?",
        "__",
        "<h1>a</h1>",
    ]
)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["code", "markdown"]),
            st.lists(LINES, max_size=6).map("\n".join) | st.text(max_size=30),
        ),
        max_size=4,
    )
)
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_searched(cells: list[tuple[str, str]]) -> None:
    assert all(
        answer.text.strip() and answer.where.startswith("hw.ipynb, cell ") for answer in answers(*cells)
    )


@pytest.mark.parametrize(
    "line",
    [
        "**Q1** Can / should you use truncated BPTT here? -> You can, but only the end has a loss.",
        "**Question 1:** Can / should you use truncated BPTT here? You can, but only the end has a loss.",
        "**1.** Can / should you use truncated BPTT here? – You can, but only the end has a loss.",
    ],
)
def test_a_question_after_its_number_in_bold_is_a_heading_with_its_answer(line: str) -> None:
    assert said(("markdown", line)) == {"bptt": "You can, but only the end has a loss."}
