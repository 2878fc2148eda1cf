"""Student text cannot act: not in a terminal, a spreadsheet, a workflow log, or as a path of this machine."""

from __future__ import annotations

import csv
import io
import re
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_report_fakes import HOSTILE, PAYLOADS

from grader.report.neutral import (
    for_csv,
    for_page,
    for_workflow,
    for_workflow_property,
    hide_paths,
    visible,
)

any_text = st.text(st.characters(exclude_categories=()), max_size=60) | st.text(
    "\x1b[]0;m\x07\x9b\x9d:#=+-@\t\r\n%ab|'", max_size=40
)


@given(any_text)
def test_visible_text_holds_nothing_that_acts(text: str) -> None:
    shown = visible(text)
    assert not [
        mark for mark in shown if unicodedata.category(mark) in ("Cc", "Cs") and mark != "\n" and mark != "\t"
    ]
    assert not set(shown) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff")
    assert visible(shown) == shown
    assert "\n" not in visible(text, newlines=False)
    assert len(visible(text, limit=5)) <= 5


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07x", "x"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b2Jx", "x"),
        ("a\x07b\x00\x7f", "a␇b␀␡"),
        ("over\x08\x08\x08\x08fine", "over␈␈␈␈fine"),
        ("a\r\nb\rc\x85d\u2028e", "a\nb\nc\nd\ne"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("Müller 李 👩‍🔬", "Müller 李 👩‍🔬"),
        ("\ud83d", "�"),
    ],
)
def test_what_is_shown_instead(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_no_terminal_of_ours_makes_pictures_of_words_between_colons() -> None:
    made = [
        text
        for path in (Path(__file__).parents[1] / "grader").rglob("*.py")
        for text in re.findall(r"\bConsole\([^\n]*\)", path.read_text("utf-8"))
    ]
    assert made
    assert all("emoji=False" in text for text in made)


@given(any_text)
def test_no_cell_of_a_csv_is_a_formula(text: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerow([for_csv(text), "next"])
    row = next(csv.reader(io.StringIO(out.getvalue())))
    assert row[1:] == ["next"]
    for part in row[0].split(";"):  # a German spreadsheet splits here
        assert not part.strip().startswith(("=", "+", "-", "@", "|", "%"))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "Kim;=1", "＝1"])
def test_formulas_get_an_apostrophe(text: str) -> None:
    assert "'" in for_csv(text)


@pytest.mark.parametrize("text", ["Ada", "O'Neil", "a-b", "1 = 1", "x@y.org"])
def test_ordinary_text_stays_as_it_is_in_a_csv(text: str) -> None:
    assert for_csv(text) == text


@given(any_text)
def test_no_text_starts_a_workflow_command(text: str) -> None:
    line = for_workflow(text)
    assert "\n" not in line
    assert "\r" not in line
    assert not line.lstrip().startswith(("::", "##["))
    assert not set(":,") & set(for_workflow_property(text))


def test_workflow_text_is_escaped() -> None:
    assert for_workflow("::error::50 %\n::set-output name=x::y") == "error::50 %25 ::set-output name=x::y"
    assert for_workflow("##[##[group]x") == "group]x"
    assert for_workflow_property("a:b,c%") == "a%3Ab%2Cc%25"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            'File "/w/.venv/lib/python3.12/site-packages/keras/src/layer.py", line 3',
            'File "keras/src/layer.py", line 3',
        ),
        ('File "/usr/lib/python3.12/json/decoder.py", line 3', 'File "python3.12/json/decoder.py", line 3'),
        ("/home/alice/hw/cell.py:3", "…/cell.py:3"),
        ("File /tmp/ipykernel_12/33.py:1", "File …/33.py:1"),
        ("C:\\Users\\bob\\hw\\x.py", "…/x.py"),
        ("/Users/Max/hw/x.py", "…/x.py"),
        ("open('/content/drive/MyDrive/a.csv')", "open('/content/drive/MyDrive/a.csv')"),
        ("https://x.org/tmp/a/b", "https://x.org/tmp/a/b"),
        ("a/home/b and 1/2/3", "a/home/b and 1/2/3"),
    ],
)
def test_folders_of_this_machine_are_hidden(text: str, shown: str) -> None:
    assert hide_paths(text) == shown
    assert hide_paths(f"File \x1b[32m{text}\x1b[39m, line 3") == f"File {shown}, line 3"


def test_a_page_shows_neither() -> None:
    shown = for_page(HOSTILE)
    assert "alice" not in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize(
    "part", [*PAYLOADS, "/-", "/home/-", "/ab", "\x1b[", "\x1b]", "\t", "; ", "::", "##[", "C:\\Users\\"]
)
def test_long_texts_take_no_time(part: str) -> None:
    text = part * (20_000 // len(part))
    started = time.perf_counter()
    for_page(text)
    for_csv(text)
    for_workflow(text)
    assert time.perf_counter() - started < 2.0  # linear: a few milliseconds; quadratic would be minutes
