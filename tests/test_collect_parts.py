"""Homework of several files, one for each part, and what is left of Python 2 in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.collect.choice.choose import choose
from grader.collect.choice.parts import parts_of
from grader.collect.reading.python_two import as_python_three

NAMES = ("Cell", "run", "go")
CELL = "class Cell:\n    def forward(self):\n        return 1\n"


def written(folder: Path, **files: str) -> list[str]:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return sorted(files)


def test_files_whose_names_cannot_be_imported_are_opened_one_by_one(tmp_path: Path) -> None:
    files = {
        "0-cell.py": CELL,
        "1-run it.py": "def run():\n    return Cell()\n",
        "0-main.py": "Cell = __import__('0-cell').Cell\n",
    }
    choice = choose(tmp_path, written(tmp_path, **files), NAMES)
    assert choice.reading is not None
    assert choice.reading.parts == ("0-cell.py", "1-run it.py")
    assert choice.notices == (
        "2 files with a part of the homework each: 0-cell.py and 1-run it.py",
        "not opened: 0-main.py",
    )
    assert all(
        cell.text.startswith(f"# {cell.where} is opened by its place")
        for cell in choice.reading.notebook.cells
    )


def test_what_only_tries_the_parts_is_none_of_them(tmp_path: Path) -> None:
    files = {
        "0-cell.py": CELL,
        "1-run.py": "def run():\n    return 1\n",
        "0-main.py": "Cell = __import__('0-cell').Cell\nrun = Cell()\nprint(run.forward())\n",
    }
    choice = choose(tmp_path, written(tmp_path, **files), NAMES)
    assert choice.reading is not None
    assert choice.reading.parts == ("0-cell.py", "1-run.py")


@pytest.mark.parametrize(
    ("scripts", "chosen"),
    [
        ({"a.py": {"Cell": 1}, "b.py": {"run": 0}}, ["a.py", "b.py"]),
        (
            {"5.py": {"Cell": 1}, "6.py": {"Cell": 2}, "7.py": {"Cell": 3}, "8.py": {"run": 0}},
            ["7.py", "8.py"],
        ),
        # the fullest, not the last
        ({"5.py": {"Cell": 3}, "6.py": {"Cell": 2}, "8.py": {"run": 0}}, ["5.py", "8.py"]),
        # its copy of the class is no other version
        ({"0-cell.py": {"Cell": 1}, "1-run.py": {"Cell": 1, "run": 0}}, ["0-cell.py", "1-run.py"]),
        ({"0.py": {"Cell": 2, "go": 2}, "1.py": {"Cell": 1, "go": 1, "run": 0}}, []),  # two of the whole
        ({"all.py": {"Cell": 1, "run": 0}, "other.py": {"helper": 0}}, []),
        ({}, []),
    ],
)
def test_a_part_brings_what_no_other_file_does(scripts: dict[str, dict[str, int]], chosen: list[str]) -> None:
    assert parts_of(scripts, NAMES) == chosen


def test_a_file_with_all_names_is_run_as_before(tmp_path: Path) -> None:
    whole = f"{CELL}\n\ndef run():\n    return 1\n"
    choice = choose(tmp_path, written(tmp_path, **{"a.py": CELL, "all.py": whole}), NAMES)
    assert choice.reading is not None
    assert (choice.reading.file, choice.reading.parts) == ("all.py", ())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('if x: print "a", b  # why\n', 'if x: print("a", b)  # why\n'),
        ("def f():\n  print x\n  print\n", "def f():\n  print(x)\n  print()\n"),
        ('print "%d (%s)" % (a, b); y = 1\n', 'print("%d (%s)" % (a, b)); y = 1\n'),
        ("try:\n    f()\nexcept (A, B), e:\n    pass\n", "try:\n    f()\nexcept (A, B), e:\n    pass\n"),
        ("try:\n    f()\nexcept A, e:\n    pass\n", "try:\n    f()\nexcept A as e:\n    pass\n"),
        ("for i in xrange(3): pass\n", "for i in range(3): pass\n"),
        ("xrange = range\nfor i in xrange(3): pass\n", "xrange = range\nfor i in xrange(3): pass\n"),
        ("print(x)\n", "print(x)\n"),
        ("print x y (\n", "print x y (\n"),  # no Python at all
        ("s = '''\nprint x\n'''\nprint s\n", "s = '''\nprint x\n'''\nprint(s)\n"),
        ("from __future__ import division\nprint 1 / 2\n", "from __future__ import division\nprint(1 / 2)\n"),
        ("print x\ny = 1. / x\n", "print(x)\ny = 1. / x\n"),
    ],
)
def test_what_is_left_of_python_two_is_written_as_python_three(old: str, new: str) -> None:
    text, told = as_python_three(old)
    assert text == new
    assert bool(told) == (old != new)


def test_whole_numbers_are_divided_as_python_two_did() -> None:
    old = (
        "def f(n, é):\n  print n\n"
        "  return (n + é) / 4, -n / 2 / 2, [(n *\n  1) / (é)], n / 2.0, é / (2 * 2.)\n"
    )
    text, told = as_python_three(old)
    names: dict = {}
    exec(text, names)
    assert names["f"](7, 4) == (2, -2, [1], 3.5, 1.0)
    assert told == ("print statements", "divisions of whole numbers")
    assert text.count("\n") == old.count("\n")


def test_a_repair_says_so(tmp_path: Path) -> None:
    choice = choose(tmp_path, written(tmp_path, **{"all.py": f"{CELL}\n\ndef run():\n    print 1\n"}), NAMES)
    assert choice.reading is not None
    (repair,) = choice.reading.notebook.repairs
    assert repair.text == "all.py: print statements of Python 2: run as Python 3 writes it"


def test_a_copy_in_another_part_is_not_the_one_that_counts(tmp_path: Path) -> None:
    files = {
        "0-cell.py": CELL,
        "1-run.py": f"{CELL}\n\ndef run():\n    return 1\n",
        "2-go.py": f"{CELL.replace('return 1', 'return 2')}\n\ndef go():\n    return 2\n",
    }
    choice = choose(tmp_path, written(tmp_path, **files), NAMES)
    assert choice.reading is not None
    assert choice.reading.parts == tuple(files)
    kept = [cell.text.splitlines()[-1] for cell in choice.reading.notebook.cells]
    assert [[name for name in NAMES if repr(name) in line] for line in kept] == [["Cell"], ["run"], ["go"]]
