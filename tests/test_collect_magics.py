"""Magics and shell lines: what runs, what is read; no line moves."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from grader.collect.reading.magics import NO_LINES, readable, runnable
from grader.collect.reading.notebook import Notebook, NotebookCell
from grader.collect.reading.runnable import make_runnable


def runs(text: str) -> str:
    return runnable(text)[0]


def kinds(text: str) -> list[str]:
    return [skipped.kind for skipped in runnable(text)[1]]


@pytest.mark.parametrize(
    ("text", "becomes", "kind"),
    [
        ("!pip install tqdm", "pass  # !pip install tqdm", "install"),
        ("%pip install tqdm", "pass  # %pip install tqdm", "install"),
        ("!{sys.executable} -m pip install x", "pass  # !{sys.executable} -m pip install x", "install"),
        ("!sudo apt-get install x", "pass  # !sudo apt-get install x", "install"),
        ("    !nvidia-smi", "    pass  # !nvidia-smi", "shell"),
        ("!!ls", "pass  # !!ls", "shell"),
        ("said = !pip install x", f"said = {NO_LINES}  # !pip install x", "install"),
        ("a, b = %pastebin 1", "a, b = None  # %pastebin 1", "shell"),
        ("%tensorflow_version 2.x", "pass  # %tensorflow_version 2.x", "magic"),
        ("%load_ext tensorboard", "pass  # %load_ext tensorboard", "magic"),
        ("%cat x", "pass  # %cat x", "magic"),
        ("!mkdir -p logs/a b", "__import__('os').makedirs('logs/a', exist_ok=True); "
         "__import__('os').makedirs('b', exist_ok=True)  # !mkdir -p logs/a b", "folder"),
        ("!mkdir ../x", "pass  # !mkdir ../x", "shell"),
        ("!mkdir $HOME", "pass  # !mkdir $HOME", "shell"),
        ("!mkdir a; rm b", "pass  # !mkdir a; rm b", "shell"),
        ("!cp ../x y", "pass  # !cp ../x y", "shell"),
        ("!cp /etc/passwd y", "pass  # !cp /etc/passwd y", "shell"),
        ("!mv a b; rm c", "pass  # !mv a b; rm c", "shell"),
        ("!jupyter nbconvert --to html hw.ipynb", "pass  # !jupyter nbconvert --to html hw.ipynb", "shell"),
        ("!jupytext --to py ../hw.ipynb", "pass  # !jupytext --to py ../hw.ipynb", "shell"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_skipped(text: str, becomes: str, kind: str) -> None:
    assert runs(text) == becomes
    assert kinds(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "%matplotlib inline",
        "%time f()",
        "%load_ext autoreload\n%autoreload 2",
        "x = %time f()",
        "cores = !nproc --all",
        "    files = !ls data",
        "!cp lstm_v2.py lstm.py",
        "!unzip -q -o code.zip",
        "a, b = %sx ls",
        "help?",
        "?f",
        "%%time\nf()",
        "%%writefile a.py\n!not python",
        "%%html\n<b>",
        "from google.colab import drive\ndrive.mount('/content/drive')",
        "a = b % c\nd = (b\n  % c)\ns = '''\n!x\n%y\n'''",
        "x = a \\\n  % b",
        "d['k=%s'] = 5",
        "x = 'it\\\n!s'",
        "if x != 3: pass",
    ],
)
def test_what_works_or_is_python_stays(text: str) -> None:
    assert runnable(text) == (text, ())


def test_a_line_that_goes_on_stays_on_its_lines() -> None:
    text = "if colab:\n    !pip install a \\\n        b \\\n        c\nx = 1"
    assert (
        runs(text) == "if colab:\n    pass  # !pip install a  b  c\n    #        b \\\n    #        c\nx = 1"
    )
    ast.parse(runs(text))


@pytest.mark.parametrize(
    ("text", "becomes", "kind"),
    [
        ("\n%%bash\nls\n\npwd", "\npass  # %%bash\n# ls\n\n# pwd", "shell cell"),
        ("%%shell\nx", "pass  # %%shell\n# x", "shell cell"),
        ("%%!\nls", "pass  # %%!\n# ls", "shell cell"),
        ("%%bigquery\nselect 1 from x", "pass  # %%bigquery\n# select 1 from x", "shell cell"),
        ("%%wandb\nx = 1", "pass  # %%wandb\nx = 1", "magic"),
    ],
)
def test_cells_of_other_languages_become_comments(text: str, becomes: str, kind: str) -> None:
    assert runs(text) == becomes
    assert kinds(text) == [kind]


def test_shell_lines_inside_a_timed_cell() -> None:
    assert runs("%%capture out\n!pip install x\ny = 1") == "%%capture out\npass  # !pip install x\ny = 1"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("%time x = f()", "x = f()"),
        ("%timeit -n 3 -r 1 f()", "f()"),
        ("%time", "pass"),
        ("x = %time f(", "x = None"),
        ("model = %time LSTM(3)", "model = LSTM(3)"),
        ("files = !ls", "files = None"),
        ("f?", "pass"),
        (",f a b", "pass"),
        ("  x = 1\n  y = 2", "x = 1\ny = 2"),
        ("%%capture out\nx = 1", "out = None\nx = 1"),
        ("%%time\nx = 1", "pass\nx = 1"),
        ("%%html\n<b>", ""),
        ("%%bash\nls", ""),
        ("%%writefile notes.txt\nnot python", ""),
    ],
)
def test_what_is_read(text: str, code: str) -> None:
    assert readable(text).code == code


def test_a_file_that_a_cell_writes_is_read_as_a_module() -> None:
    told = readable("%%writefile lib/cell.py\nx = 1")
    assert (told.code, told.file) == ("pass\nx = 1", "lib/cell.py")
    assert readable("%%writefile").file == "a file"


def test_names_that_nobody_can_list() -> None:
    assert readable("%pylab").star
    assert readable("%%time\n%run other.py").star
    assert not readable("%matplotlib inline").star


PIECES = st.sampled_from(
    [
        "!ls",
        "%time f()",
        "x = (",
        ")",
        "'''",
        '"',
        "% 2",
        "\\",
        "a = 1",
        "    ",
        "%%bash",
        "# '",
        "f?",
        "x = !ls",
        "if a:",
        "\n",
        "{",
        "}",
    ]
)


@given(
    st.lists(PIECES, max_size=12).map("\n".join)
    | st.lists(PIECES, max_size=8).map("".join)
    | st.text(max_size=40)
)
@settings(max_examples=300, deadline=None)
def test_lines_keep_their_numbers_whatever_stands_there(text: str) -> None:
    assert runs(text).count("\n") == text.count("\n")
    code = readable(text).code
    assert not code or code.count("\n") == text.count("\n")


LINES = [
    "!ls",
    "%time f()",
    "x = (1,",
    "  % 2)",
    "'''",
    "s = 'a'",
    "a = 1",
    "x = !ls",
    "y = %who",
    "# it's",
    "if a:",
    "    !ls",
    "f(",
    ")",
]


@given(st.lists(st.sampled_from(LINES), max_size=7).map("\n".join))
@settings(max_examples=200, deadline=None)
def test_escapes_are_found_where_ipython_finds_them(text: str) -> None:
    try:
        transformed = TransformerManager().transform_cell(f"pass\n{text}\n")
        ast.parse(transformed)
    except SyntaxError:
        return  # not Python even for IPython: nothing to compare
    found = text != runs(text) or any(mark in text for mark in ("%time", "%who", "= !"))
    assert not ("get_ipython()" in transformed and not found)
    ast.parse(readable(text).code)


def test_what_was_skipped_is_said_once_per_kind() -> None:
    texts = [
        "!pip install x",
        "%pip install y\n!ls",
        "from google.colab import drive",
        "%tensorflow_version 2.x",
        "%%bash\nls",
        "!mkdir a",
    ]
    cells = tuple(
        NotebookCell(number=n, kind="code", text=text, id=f"c{n}") for n, text in enumerate(texts, 1)
    )
    made = make_runnable(Notebook(cells=cells))
    assert tuple(one.text for one in made.repairs) == (
        "cells 1 and 2: installing packages was skipped, the grader brings its own",
        "cell 2: shell commands were skipped, there is no shell where the notebook runs",
        "cell 6: mkdir is done in Python",
        "cell 4 (%tensorflow_version): notebook commands that only work elsewhere were skipped",
        "cell 5 (%%bash): turned into comments",
        "cell 3: google.colab is answered by a stand-in, without a drive and uploads",
    )
    assert made.notices == ("cell 5 (%%bash): skipped, there is no shell where the notebook runs",)
    assert [cell.text for cell in made.cells][2] == "from google.colab import drive"


def test_what_an_installation_says_is_ipythons_list_of_lines():
    (line, _, _), found = runnable("said = !pip install x")[0].partition("  #"), {}
    exec(line, found)
    assert (found["said"], found["said"].n, found["said"].l) == ([], "", [])


@pytest.mark.parametrize(
    "command",
    [
        "jupyter nbconvert --to script helper.ipynb",
        "jupyter-nbconvert --to=python 'helper.ipynb'",
        "python3 -m jupytext --to py helper.ipynb",
        "jupyter nbconvert helper.ipynb --to script",
    ],
)
def test_a_notebook_becomes_a_module_without_jupyter(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = [
        {"cell_type": "code", "source": ["x = 1\n", "%matplotlib inline"]},
        {"cell_type": "markdown", "source": "# no code"},
        {"cell_type": "code", "source": "y = x + 1"},
    ]
    (tmp_path / "helper.ipynb").write_text(json.dumps({"cells": cells}))
    monkeypatch.chdir(tmp_path)
    assert kinds(f"!{command}") == ["converted"]
    exec(runs(f"!{command}"), {})
    made = (tmp_path / "helper.py").read_text()
    names: dict[str, object] = {"get_ipython": lambda: SimpleNamespace(run_line_magic=lambda *_: None)}
    exec(made, names)
    assert names["y"] == 2
