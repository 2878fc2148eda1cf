"""Answers above their questions, and answers in text documents."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from grader.assignment import Assignment
from grader.collect import Candidate, prepare
from grader.collect.reading.office import words_of
from grader.model import Submission

BPTT, KIND = "Can or should you use truncated BPTT here?", "Is this a regression or a classification problem?"
CHUNK = (
    "No: only the whole sequence has a label, so there is no loss for a chunk, and 25 steps fit into memory."
)
TWO = "Classification: the target is one of two classes, above the threshold or not."


def sheet() -> Assignment:
    hw = Assignment("sums", title="Sums", contract=("x",))
    hw.question("bptt", BPTT)
    hw.question("kind", KIND)
    return hw


def read(folder: Path, *cells: str, code: str = "x = 1") -> Submission:
    """A homework whose notebook ends with these text cells."""
    folder.mkdir(parents=True, exist_ok=True)
    raw = [{"cell_type": "code", "metadata": {}, "source": code, "outputs": [], "execution_count": None}]
    raw += [{"cell_type": "markdown", "metadata": {}, "source": cell} for cell in cells]
    (folder / "hw.ipynb").write_text(
        json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": raw})
    )
    files = tuple(sorted(path.name for path in folder.iterdir()))
    return prepare(Candidate(student="anna", path="anna", root=folder, files=files), sheet())


def answers(submission: Submission) -> dict[str, str]:
    found: dict[str, str] = {}
    for answer in submission.answers:
        found.setdefault(answer.question, answer.text)
    return found


@pytest.mark.parametrize(
    "cells",
    [
        ["## 4 Questions\n\nA few sentences each.", CHUNK, f"### {BPTT}", TWO, f"### {KIND}"],
        [f"{CHUNK}\n\n### {BPTT}\n\n{TWO}\n\n### {KIND}\n"],
        ["## 4 Questions", f"{CHUNK}\n\n### {BPTT}", f"{TWO}\n\n### {KIND}", "## 5 Thanks"],
    ],
)
def test_answers_above_their_questions_are_theirs(tmp_path, cells):
    assert answers(read(tmp_path / "anna", *cells)) == {"bptt": CHUNK, "kind": TWO}


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (
            ["Intro.", f"### {BPTT}", "Truncated BPTT would cut the sum.", f"### {KIND}"],
            {"bptt": "Truncated BPTT would cut the sum."},
        ),
        ([f"### {BPTT}", CHUNK, f"### {KIND}", TWO], {"bptt": CHUNK, "kind": TWO}),
        ([f"### {BPTT}", CHUNK, f"### {KIND}"], {"bptt": CHUNK}),
        (["Please answer both questions.", f"### {BPTT}", f"### {KIND}"], {}),
        (
            ["Intro: classification or regression, and BPTT.", f"### {BPTT}", CHUNK, f"### {KIND}", TWO],
            {"bptt": CHUNK, "kind": TWO},
        ),
    ],
)
def test_answers_below_their_questions_stay_there(tmp_path, cells, found):
    assert answers(read(tmp_path / "anna", *cells)) == found


def a_docx(path: Path, *paragraphs: tuple[str, str]) -> None:
    body = "".join(
        f'<w:p w:rsidR="0"><w:pPr>{f"""<w:pStyle w:val="{style}"/>""" if style else ""}</w:pPr>'
        + "".join(
            f'<w:r><w:t xml:space="preserve">{part} </w:t></w:r>'
            for part in text.replace("&", "&amp;").split(" ")
        )
        + "</w:p>"
        for style, text in paragraphs
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "word/document.xml", f'<?xml version="1.0"?><w:document><w:body>{body}</w:body></w:document>'
        )


def an_odt(path: Path, *paragraphs: tuple[str, str]) -> None:
    tags = (
        ("h", ' text:outline-level="1"') if style else ("p", ' text:style-name="x"')
        for style, _ in paragraphs
    )
    body = "".join(
        f"<text:{tag}{more}>{text}</text:{tag}>"
        for (tag, more), (_, text) in zip(tags, paragraphs, strict=True)
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", f"<office:text>{body}</office:text>")


PARAGRAPHS = [("Heading1", BPTT), ("", CHUNK), ("Heading1", KIND), ("", TWO)]


@pytest.mark.parametrize(("make", "name"), [(a_docx, "answers.docx"), (an_odt, "Antworten.odt")])
def test_answers_in_a_text_document_are_found(tmp_path, make, name):
    make(tmp_path / "anna" / name, *PARAGRAPHS)
    submission = read(tmp_path / "anna")
    assert answers(submission) == {"bptt": CHUNK, "kind": TWO}
    assert {answer.where for answer in submission.answers} == {name}
    assert not any("not read" in notice for notice in submission.notices)


def test_what_was_typed_into_moodles_form_is_found(tmp_path):
    (tmp_path / "anna").mkdir()
    (tmp_path / "anna" / "onlinetext.html").write_text(
        f"<p><b>{BPTT}</b></p><p>{CHUNK}</p><p>{KIND}<br>{TWO}</p>"
    )
    assert answers(read(tmp_path / "anna")) == {"bptt": CHUNK, "kind": TWO}


def test_a_document_that_is_not_read_is_named_where_an_answer_is_missing(tmp_path):
    (tmp_path / "anna").mkdir()
    (tmp_path / "anna" / "answers.pdf").write_bytes(b"%PDF-1.4")
    assert read(tmp_path / "anna").notices[-1].startswith("answers.pdf: not read for written answers")
    (tmp_path / "anna" / "more.docx").write_bytes(b"PK\x03\x04 broken off")
    assert "more.docx: damaged or empty, so no answers were found there" in read(tmp_path / "anna").notices
    whole = read(tmp_path / "anna", f"### {BPTT}", CHUNK, f"### {KIND}", TWO)
    assert not any("answers.pdf" in notice for notice in whole.notices)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"\0" * 100])
def test_a_damaged_document_says_nothing(tmp_path, data):
    (tmp_path / "x.docx").write_bytes(data)
    assert words_of(tmp_path / "x.docx") == ""


def test_a_hostile_document_unfolds_nothing(tmp_path):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]><w:p><w:t>&a;&b;</w:t></w:p>'
    with zipfile.ZipFile(tmp_path / "x.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bomb + "<w:p>" * 1_000_000)
    assert words_of(tmp_path / "x.docx") == "&a;&b;"


SHOWN = f"print({BPTT!r})\nprint('Answer:', {CHUNK!r})"
NAMED = f"answers = {{{BPTT!r}: {CHUNK!r}}}"
MARKDOWN = f"from IPython.display import display, Markdown\ndisplay(Markdown('''# {BPTT}\n{CHUNK}'''))"
IN_MAIN = f"def main():\n    train()\n    print(f'{BPTT}\\n{CHUNK}')"


@pytest.mark.parametrize(
    "code", [SHOWN, NAMED, MARKDOWN, IN_MAIN], ids=["shown", "named", "markdown", "main"]
)
def test_an_answer_that_code_shows_or_names_is_found(tmp_path, code):
    (answer,) = read(tmp_path, code=code).answers
    assert answer.question == "bptt"
    assert CHUNK in answer.text


@pytest.mark.parametrize(
    "code", ["plt.title('Regression or classification?')", "print('BPTT')", "x = 'a' + b"]
)
def test_words_that_code_shows_are_no_answers(tmp_path, code):
    assert read(tmp_path, code=code).answers == ()
