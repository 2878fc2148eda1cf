"""f-strings as Python 3.12 has them: what they say in the Pythons before it, and what is left alone."""

from __future__ import annotations

import ast
import json
import sys

import pytest

from grader.assignment.newer_python import as_older_python, without_new_strings
from grader.collect.reading.notebook import parse_notebook
from grader.collect.reading.script import read_script

NEW = sys.version_info >= (3, 12)
NAMES = {"d": {"loss": [1.5, 2.25], "a b": 3}, "x": 3.14159, "w": 9, "names": ["a", "b"], "s": "hi"}
WRITTEN = [
    (r'''f"{d["loss"][-1]:.3f}"''', "2.250"),
    (r'''f"{'\n'.join(names)}"''', "a\nb"),
    (r'''f"{x=} {d["a b"]=:>5} {s!r}"''', "x=3.14159 d[\"a b\"]=    3 'hi'"),
    (r'''f"{d["loss"][0]:>{w}.2f}|{{}}"''', "     1.50|{}"),
    (r"""f'{f'{d['a b']}' + f"{s}"}'""", "3hi"),
    (r"""("abc" f"{d["a b"]}" 'de{f}' f'{x:.1f}')""", "abc3de{f}3.1"),
    ('("abc"  # a comment\n  f"{d["a b"]}"\n  "z")', "abc3z"),
    ('f"{d[\n  "a b" # comment\n]}"', "3"),
    (r'''f"{"a" if x != 3 else "b"}"''', "a"),
    (r'''f"\N{BULLET} {d["a b"]}"''', "\N{BULLET} 3"),
    (r'''rf"\d{d["a b"]}\w"''', r"\d3\w"),
    (r'''f"{"\t".join(names)!r:>10}"''', r"    'a\tb'"),
    (r'''f"{(lambda q: q["a b"])(d)}"''', "3"),
    (r'''f"{x:{"."}{2}f}"''', "3.14"),
    (r'''f"{d["a b"]}" "tail{}" + "z"''', "3tail{}z"),
    (r"""f"{x = }{d["a b"]}" .strip()""", "x = 3.141593"),
    (r"""f"{d["a b"] == 3}"[0]""", "T"),
]


@pytest.mark.parametrize(("text", "says"), WRITTEN)
def test_a_new_string_says_the_same(text: str, says: str) -> None:
    older = without_new_strings(text)
    assert older != text
    assert older.count("\n") == text.count("\n")
    assert eval(older, dict(NAMES)) == says
    assert eval(as_older_python(text), dict(NAMES)) == says
    if NEW:
        assert eval(text, dict(NAMES)) == says


@pytest.mark.parametrize(
    "text",
    [
        "f\"{d['loss']}\" 'it'",
        'f"{x:.2f}" f"{{}}"',
        "x = 'f\"{' + y",
        '# f"{d["a"]}"\nx = 1',
        'def f(:\n    return f"{d["a"]}"',  # another error beside it
        'f"{d["a"]',
        'f"{d["a"',
        'f"{"',
        'f"{x!}"',
        'f"{}{d["a"]}"',
        "'" + "\\\\" * 40,
    ],
)
def test_what_is_read_already_or_by_nobody_stays(text: str) -> None:
    assert as_older_python(text) == text


def test_a_cell_keeps_its_magics_and_its_lines() -> None:
    text = '%matplotlib inline\n!echo "it\'s"\nh = {"a": 1}\nprint(f"{h["a"]}")\n'
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": text, "id": "a"}]
    raw = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "python3"}},
        "cells": cells,
    }
    read = parse_notebook(json.dumps(raw).encode(), "hw.ipynb")
    (cell,) = read.cells
    assert cell.text.split("\n")[:3] == text.split("\n")[:3]
    if not NEW:
        assert cell.text.split("\n")[3] == 'print("{}".format((h["a"])))'
        assert [repair.is_routine for repair in read.repairs] == [True]


def test_a_script_is_read_too(tmp_path) -> None:
    (tmp_path / "main.py").write_text('h = {"a": 1}\nprint(f"{h["a"]}")\n')
    script = read_script(tmp_path / "main.py", "main.py")
    assert all(piece.tree is not None and not piece.error for piece in script.pieces)
    assert NEW or ast.parse(script.mended)
