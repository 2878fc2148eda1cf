"""Questions at the keyboard, answered before a homework runs where nobody sits."""

import json

import pytest

from grader.collect.reading.notebook import parse_notebook
from grader.collect.reading.runnable import make_runnable
from grader.collect.reading.typed import answered

SHOWN = "Wie viele Epochen? 7\nName:  Zoe \nfertig\n"


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("n = int(input('Wie viele Epochen? '))", "n = int('7')"),
        ("who = input('Name: ').lower(); k = 1", "who = 'Zoe'.lower(); k = 1"),
        ("EPOCHS = int(input('Epochs: '))", "EPOCHS = 3"),
        ("EPOCHS, n = int(input()), 1", "EPOCHS, n = 3, 1"),
        ("EPOCHS = int(input('Wie viele Epochen? '))", "EPOCHS = int('7')"),
        ("%cd x\nEPOCHS = int(input())\n!ls", "%cd x\nEPOCHS = 3\n!ls"),
        ("EPOCHS, UNITS = map(int, input('both: ').split())", "EPOCHS, UNITS = 3, 5"),
        ("EPOCHS, k = map(int, input('both: ').split())", "EPOCHS, k = map(int, input('both: ').split())"),
        (
            "while True:\n  try:\n    EPOCHS = int(input('n = '))\n    break\n  except ValueError: pass",
            "while True:\n  try:\n    EPOCHS = 3\n    break\n  except ValueError: pass",
        ),
        (
            "def ask(k):\n    return int(input(k))\nEPOCHS = ask('epochs')\nother = ask('k')",
            "def ask(k):\n    return int(input(k))\nEPOCHS = 3\nother = ask('k')",
        ),
        ("n = int(input('how many? ') or 64)", "n = int('' or 64)"),
        ("n = float(input('rate: ').strip() or '0.01')", "n = float(''.strip() or '0.01')"),
        ("EPOCHS = int(input() or 7)", "EPOCHS = int('' or 7)"),
        ("def ask(k):\n    return k or input(k) or 5", "def ask(k):\n    return k or input(k) or 5"),
    ],
)
def test_an_answer_is_what_was_typed_before_or_the_sheets_number(text, becomes):
    assert answered(text, SHOWN, {"EPOCHS": 3, "UNITS": 5}) == becomes


@pytest.mark.parametrize(
    "text",
    [
        "rate = float(input('Lernrate: '))",  # nobody knows
        "rate = float(input(f'{x}: '))",
        "def ask():\n    EPOCHS = int(input())\n    return EPOCHS",
        "inputs = tf.keras.Input((3,))",
        "EPOCHS = int(input('Name: ')",  # no Python
        "    n = input('Name: ')",
        "while not (n := input('Nombre? ') or ''): pass",
    ],
)
def test_what_nobody_knows_stays_as_it_is(text):
    assert answered(text, SHOWN, {"EPOCHS": 3, "UNITS": 5}) == text


def test_a_question_that_was_asked_twice_has_no_answer():
    assert answered("n = input('k? ')", "k? 1\nk? 2\n", {}) == "n = input('k? ')"


def test_the_report_says_which_cells_were_answered():
    output = {"output_type": "stream", "name": "stdout", "text": ["k? 1", "2\n"]}
    cells = [
        {"cell_type": "code", "source": text, "outputs": [output], "metadata": {}}
        for text in ("a = 1", "n = input('k? ')")
    ]
    made = make_runnable(parse_notebook(json.dumps({"nbformat": 4, "cells": cells}).encode(), "a.ipynb"))
    assert [cell.text for cell in made.cells] == ["a = 1", "n = '12'"]
    (said,) = [one.text for one in made.repairs]
    assert said.startswith("cell 2: input() is answered as the notebook shows, with its own default, or with")
