"""Copies are found and honest work is not: a class of 60 out of the corpus, in which some copied; text alone,
nothing runs."""

from __future__ import annotations

import builtins
import io
import json
import keyword
import random
import re
import tokenize
from dataclasses import replace
from pathlib import Path

import pytest
from test_report_fakes import make_assignment, make_record

from grader.assignment import load_sheet
from grader.cli.similar.work import SimilarWish, compare_class, compared_work
from grader.cli.sources import template_of
from grader.collect.reading.stored import stored_marks
from grader.errors import UsageError
from grader.model import Answer, Person
from grader.record.prints import alike, prints_of, tokens_of
from grader.report.copies import copies
from grader.report.look.first import look_here_first
from grader.report.look.item import Concern
from grader.report.similar_page import in_order, similar_page
from tests import corpus

ROOT = Path(__file__).resolve().parents[1]
RELATED = {  # of the corpus: each was made out of another one, with much of its code
    *(
        "assigned",
        "assigned_at_the_end",
        "assigned_then_a_step",
        "half_done",
        "untouched",
        "two_biases",
        "stops_early",
    ),
    *("no_return", "unknown_name"),
    *("checkpoints", "only_modules", "raw_weights"),
}
CLASS = 60
KEPT = {"self", "tf", "np", "plt", *dir(builtins)}


def code_cells(entry: corpus.Entry) -> list[str]:
    cells = corpus.notebook(entry)["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def honest() -> dict[str, list[str]]:
    """Entries of the corpus no two of which share a part that the reference solution does not have."""
    found: dict[str, list[str]] = {}
    used: set[str] = set()
    seen: set[int] = set()  # some differ in their answers alone
    for entry in corpus.all_submissions():
        parts = {f"{part} {chosen}" for part, chosen in entry.blocks.items()}
        if (
            entry.kind in ("right", "wrong")
            and not entry.files
            and not parts & used
            and entry.name not in RELATED
        ):
            used |= parts
            cells = code_cells(entry)
            whole = prints_of("\n".join(cells))[0]
            if whole not in seen:
                found[entry.name] = cells
            seen.add(whole)
    return found


PEOPLE = honest()
PRINTS = {name: prints_of("\n".join(cells)) for name, cells in PEOPLE.items()}


def renamed(cells: list[str]) -> list[str]:
    """All of the author's names called otherwise, in every cell alike; comments gone."""
    names: dict[str, str] = {}
    return [_renamed(cell, names) for cell in cells]


def _renamed(code: str, names: dict[str, str]) -> str:
    out: list[tuple[int, str]] = []
    depth, before = 0, ""
    tokens = [
        token
        for token in tokenize.generate_tokens(io.StringIO(code).readline)
        if token.type != tokenize.COMMENT
    ]
    for token, after in zip(tokens, [*tokens[1:], tokens[-1]], strict=True):
        text = token.string
        argument = depth and after.string == "="
        if (
            token.type == tokenize.NAME
            and before != "."
            and not argument
            and text not in KEPT
            and not keyword.iskeyword(text)
        ):
            text = names.setdefault(text, f"name_{len(names)}")
        out.append((token.type, text))
        depth += (text in ("(", "[", "{")) - (text in (")", "]", "}"))
        before = token.string
    return tokenize.untokenize(out)


def with_prints(cells: list[str]) -> list[str]:
    where = len("".join(cells))
    return [f"{cell}\nprint('part', {where + number}, end='')" for number, cell in enumerate(cells)]


def in_other_order(cells: list[str]) -> list[str]:
    return [*cells[:2], *reversed(cells[2:])]


def reformatted(cells: list[str]) -> list[str]:
    return [re.sub(r" *, *", "  ,  ", re.sub(r"(?m)#.*$", "# mine", cell)) for cell in cells]


WAYS = {
    "renamed": renamed,
    "with prints": with_prints,
    "in other order": in_other_order,
    "reformatted": reformatted,
    "renamed with prints": lambda cells: with_prints(renamed(cells)),
    "word for word": list,
}


@pytest.mark.parametrize("seed", range(4))
def test_planted_copies_are_all_found_and_nobody_else(seed):
    draw = random.Random(seed)
    names = draw.sample(sorted(PRINTS), CLASS - len(WAYS))
    class_ = {name: PRINTS[name] for name in names}
    assert alike(class_) == []
    planted = {}
    telling = [name for name in names if _is_telling(name, class_)]
    for way, name in zip(WAYS, draw.sample(telling, len(WAYS)), strict=True):
        class_[f"copy of {name}"] = prints_of("\n".join(WAYS[way](PEOPLE[name])))
        planted[frozenset((name, f"copy of {name}"))] = way
    assert len(class_) == CLASS
    found = {frozenset((pair.first, pair.second)) for pair in alike(class_)}
    assert found == set(planted), [way for pair, way in planted.items() if pair not in found]


def _is_telling(name: str, class_: dict[str, tuple[int, ...]]) -> bool:
    """Whether somebody wrote enough that others of this class did not: the corpus is one solution with a part
    exchanged."""
    others = {number for other, numbers in class_.items() if other != name for number in numbers}
    return len(set(class_[name]) - others) >= 20


def test_names_comments_and_layout_do_not_count_and_operands_do():
    code = (
        "def step(x, h, c):\n    '''One step.'''\n    c = f * c + i * g  # new\n    return o *"
        " tf.tanh(c), c\n"
    )
    other = "def schritt(a, b, z):\n\n    z = v*z + w*q\n    return u * tf.tanh( z ), z"
    wrong = code.replace("f * c", "f * h")
    assert prints_of(code) == prints_of(other)
    assert prints_of(code) != prints_of(wrong)
    assert prints_of(code) != prints_of(code.replace("tanh", "relu"))
    assert [token.text for token in tokens_of('x = "relu"')][-1] == "relu"


@pytest.mark.parametrize(
    "code", ["", "'''", "!pip install x\n%matplotlib inline", "def (", "\0\ud800", "x" * 100_000, '"' * 5001]
)
def test_any_text_can_be_compared(code):
    assert prints_of(code)
    assert in_order(code + "x = 1", code + "x = 1") == 1


def test_the_template_is_nobodys_work():
    sheet = load_sheet(ROOT / "assignments" / "sum_sequence")
    template = template_of(sheet, ROOT / "assignments")
    assert "class LSTM_Cell" in template
    assert "BEGIN SOLUTION" not in template
    people = {name: prints_of(template + f"\nx_{name} = {number}.5") for number, name in enumerate("abcde")}
    assert alike(people, prints_of(template)) == []


# ── what "Look here first" says
# ──────────────────────────────────────────────────────────────────────────────────────────

ANSWER = (
    "No, because the label belongs to the whole sequence and nothing can be learned from the first half"
    " of it."
)


def test_look_here_first_names_code_outputs_and_answers_that_are_alike():
    names = list(PEOPLE)[:8]
    records = [make_record(name, prints=prints_of("\n".join(PEOPLE[name]))) for name in names]
    records.append(
        make_record(
            "copy", prints=prints_of("\n".join(renamed(PEOPLE[names[0]]))), answers=(_answer(ANSWER),)
        )
    )
    records.append(
        make_record(
            "also", answers=(_answer(ANSWER.upper()),), stored=("0.6931471", "0.5123456", "0.4123456")
        )
    )
    records.append(make_record("and", stored=("0.6931471", "0.5123456", "0.4123456", "0.3")))
    alikes = [
        (item.text, set(item.students))
        for item in look_here_first(records, load_sheet(ROOT / "assignments" / "sum_sequence"))
        if item.kind is Concern.ALIKE
    ]
    assert [who for _, who in alikes] == [{names[0], "copy"}, {"also", "and"}, {"also", "copy"}]
    assert alikes[0][0].startswith("two people share the same code but for names, comments and layout")
    assert alikes[1][0].endswith("equal to the digit: 3 long numbers (0.6931471, ...)")
    assert alikes[2][0] == "2 people answered “Can / should you use truncated BPTT here?” word for word alike"


def test_right_choices_are_no_copies():
    sheet = load_sheet(ROOT / "assignments" / "rnn_concepts")
    closed = next(question for question in sheet.questions if not question.in_words)
    in_words = next(question for question in sheet.questions if question.in_words)

    def asked(question, name):
        return make_record(
            name, digest=name, answers=(Answer(question=question.id, text=ANSWER, where="cell 3"),)
        )

    assert copies([asked(closed, name) for name in "abc"], sheet) == []
    assert len(copies([asked(in_words, name) for name in "abc"], sheet)) == 1


def _answer(text: str) -> Answer:
    return Answer(question="truncated_bptt", text=text, where="homework.ipynb, cell 3")


def test_what_many_have_stored_says_nothing():
    records = [
        make_record(f"s{number}", stored=("0.1234567", "0.2345678", "0.3456789")) for number in range(6)
    ]
    assert copies(records, load_sheet(ROOT / "assignments" / "sum_sequence")) == []


def test_numbers_and_pictures_of_stored_outputs():
    picture = "iVBOR" + "A" * 3000
    cells = [
        {
            "cell_type": "code",
            "outputs": [{"output_type": "stream", "text": ["loss 0.69314718\n", "acc 0.5\n"]}],
        },
        {
            "cell_type": "code",
            "outputs": [
                {"data": {"text/plain": "0.123456789", "image/png": picture}},
                {"data": {"image/png": [picture]}},
            ],
        },
        {"cell_type": "code", "outputs": "broken"},
        7,
    ]
    found = stored_marks(cells)
    assert found[:2] == ("0.69314718", "0.123456789")
    assert [mark.partition(" ")[0] for mark in found[2:]] == ["picture"]


# ── the command and its page
# ─────────────────────────────────────────────────────────────────────────────────────────────


def a_class(folder: Path) -> Path:
    names = list(PEOPLE)[:7]
    for name in names:
        entry = corpus.find(name)
        (folder / name).mkdir(parents=True)
        (folder / name / "homework.ipynb").write_text(corpus.as_file(corpus.notebook(entry)))
    (folder / "cheat").mkdir()
    (folder / "cheat" / "main.py").write_text("\n".join(renamed(PEOPLE[names[2]])))
    (folder / "empty").mkdir()
    return folder


def test_the_command_compares_notebooks_and_scripts_and_writes_a_page(tmp_path, monkeypatch, capsys):
    a_class(tmp_path / "class")
    monkeypatch.chdir(tmp_path)
    wish = SimilarWish(path=tmp_path / "class", assignments=ROOT / "assignments", assignment="sum_sequence")
    assert compare_class(wish) == 0
    out = capsys.readouterr().out
    assert "8 programs compared\nWithout code: empty\n" in out
    other = list(PEOPLE)[2]
    assert f"{min('cheat', other)} and {max('cheat', other)}: " in out
    page = (tmp_path / "similar.html").read_text()
    assert page.count('class="pair"') == 1
    assert "<mark>" in page
    assert "The template was subtracted" in page


def test_people_are_called_as_they_write_themselves():
    ada, bob = (
        replace(make_record(name), people=(Person(student=name, name=name.replace("_", " ")),))
        for name in ("Ada_Lovelace", "Bob_Ross")
    )
    found = compared_work(make_assignment(), [ada, bob], {"Ada_Lovelace": "x = 1"}, Path("similar.html"))
    assert dict(found.code) == {"Ada Lovelace": "x = 1"}
    assert found.without == ("Bob Ross",)


def test_hostile_code_cannot_act_in_the_page():
    code = "x = 1  # <script>alert(1)</script>\n" + "\n".join(
        f"value_{n} = {n} * other_{n} + {n}" for n in range(60)
    )
    people = {"<b>": code, "b": code}
    pairs = alike({name: prints_of(text) for name, text in people.items()})
    assert pairs[0].same
    page = similar_page("Sums", people, pairs, "")
    assert "<script>" not in page
    assert "<b>" not in page


def test_there_must_be_something_to_compare(tmp_path):
    (tmp_path / "class" / "a").mkdir(parents=True)
    (tmp_path / "class" / "a" / "homework.ipynb").write_text(json.dumps({"cells": [], "nbformat": 4}))
    with pytest.raises(UsageError, match="nothing to compare"):
        compare_class(
            SimilarWish(path=tmp_path / "class", assignments=ROOT / "assignments", assignment="sum_sequence")
        )
