"""Submissions of Python files: whose they are, which file is run, the pieces it is run in, and what is read
in it."""

from __future__ import annotations

import ast
import os
import tempfile
import time
from pathlib import Path

import nbformat
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.assignment import Assignment, roles
from grader.collect import Candidate, Course, find_candidates, prepare, recognise
from grader.collect.choice import chain
from grader.collect.choice.choose import choose
from grader.collect.reading.blocks import blocks_of
from grader.collect.reading.script import MOST_PIECES, read_script
from grader.model import CellSource, Submission
from grader.run.host.overrides import override, override_text

CONTRACT = ("LSTM_Cell", "MyModel", "task", "model", "losses")
NETWORK = "class LSTM_Cell: pass\nclass MyModel: pass\n"
MAIN = "def main():\n    model = MyModel()\n    losses = [1.0]\n\nif __name__ == '__main__':\n    main()\n"


def sheet() -> Assignment:
    hw = Assignment(
        "sums",
        title="Sums",
        contract=CONTRACT,
        parameters={"SEQ_LEN": 25, "BATCH_SIZE": 32, "NUM_SAMPLES": 64_000},
    )
    hw.question("bptt", "Can / should you use truncated BPTT here?")
    return hw


def written(folder: Path, /, **files: str) -> Path:
    """Files whose names have "__" for "." and "___" for "/"; the last is the newest."""
    for age, (name, content) in enumerate(files.items()):
        path = folder / name.replace("___", "/").replace("__", ".").replace("/.", "/__").replace(
            "init.", "init__."
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        os.utime(path, (1_700_000_000 + 600 * age, 1_700_000_000 + 600 * age))
    return folder


def handed_in(folder: Path) -> Candidate:
    names = tuple(sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()))
    return Candidate(student="anna", path="anna", root=folder, files=names)


def prepared(folder: Path, /, **files: str) -> Submission:
    return prepare(handed_in(written(folder, **files)), sheet())


# ── whose they are
# ───────────────────────────────────────────────────────────────────────────────────────────────────────


def found(folder: Path) -> dict[str, tuple[str, ...]]:
    candidates = find_candidates(folder, folder.parent / "workspace", Course())
    return {candidate.student: candidate.files for candidate in candidates}


def test_a_folder_of_scripts_per_student(tmp_path: Path) -> None:
    written(tmp_path / "in", anna___main__py="import model", anna___model__py="x = 1", bo___hw__py="x = 1")
    assert found(tmp_path / "in") == {"anna": ("main.py", "model.py"), "bo": ("hw.py",)}


def test_scripts_that_import_each_other_are_one_homework(tmp_path: Path) -> None:
    written(
        tmp_path / "anna",
        main__py="from model import x\nfrom network.cell import y",
        model__py="x = 1",
        network___cell__py="y = 1",
    )
    assert found(tmp_path / "anna") == {"anna": ("main.py", "model.py", "network/cell.py")}


def test_a_single_script_with_its_data_is_one_homework(tmp_path: Path) -> None:
    written(tmp_path / "in", hw7__py="x = 1", data___x__csv="1", README__md="No.")
    assert found(tmp_path / "in") == {"hw7": ("README.md", "data/x.csv", "hw7.py")}


def test_loose_scripts_that_nobody_imports_are_each_a_students(tmp_path: Path) -> None:
    written(tmp_path / "in", anna__py="x = 1", bo__py="import os", cem__py="x = 3")
    assert found(tmp_path / "in") == {"anna": ("anna.py",), "bo": ("bo.py",), "cem": ("cem.py",)}


def test_a_script_beside_the_folders_of_a_class_is_nobodys(tmp_path: Path) -> None:
    written(tmp_path / "in", plots__py="import numpy", anna___main__py="x = 1", bo___main__py="x = 1")
    assert found(tmp_path / "in") == {"anna": ("main.py",), "bo": ("main.py",)}


# ── which one is run
# ─────────────────────────────────────────────────────────────────────────────────────────────────────


def chosen(folder: Path, /, **files: str) -> tuple[str, tuple[str, ...]]:
    homework = handed_in(written(folder, **files))
    choice = choose(folder, homework.files, CONTRACT)
    assert choice.reading is not None, choice.problem
    return choice.reading.file, choice.notices


def test_the_script_that_imports_the_others_is_run(tmp_path: Path) -> None:
    file, notices = chosen(
        tmp_path, start__py=f"from zoo import *\n{MAIN}", zoo__py=NETWORK, plots__py="x = 1"
    )
    assert file == "start.py"
    assert notices == (
        "start.py is run as a script, with zoo.py: of the 5 names of the sheet it brings 4",
        "not run: plots.py",
    )


def test_one_file_needs_no_words_about_a_choice(tmp_path: Path) -> None:
    assert chosen(tmp_path, hw__py=NETWORK) == ("hw.py", ("hw.py is run as a script",))


@pytest.mark.parametrize(("names", "told"), [(2, ("not run: draft.ipynb, which has 2 of them",)), (1, ())])
def test_a_notebook_with_some_of_the_names_is_told_where_a_script_has_more(names, told, tmp_path):
    text = "\n".join(f"{name} = 1" for name in sorted(CONTRACT)[:names])
    draft = nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text)]))
    file, notices = chosen(tmp_path, hw__py=f"{NETWORK}\n{MAIN}", draft__ipynb=draft)
    assert (file, notices[1:]) == ("hw.py", told)


def test_of_equal_scripts_the_one_with_a_main_guard_is_run(tmp_path: Path) -> None:
    file, _ = chosen(
        tmp_path,
        a__py=f"from net import *\n{MAIN}",
        net__py=NETWORK,
        z__py=f"from net import *\n{MAIN.partition('if')[0]}",
    )
    assert file == "a.py"


def test_of_two_versions_the_newest_is_run_and_the_student_told(tmp_path: Path) -> None:
    file, notices = chosen(tmp_path, hw_v2__py=NETWORK, hw_v1__py=NETWORK)
    assert file == "hw_v1.py"  # saved later
    assert notices[1] == "not run: hw_v2.py (it brings as many names, but hw_v1.py is the newest)"


def test_of_versions_of_one_second_the_highest_number_is_run(tmp_path: Path) -> None:
    written(tmp_path, hw_v10__py=NETWORK, hw_v9__py=NETWORK)
    for path in tmp_path.iterdir():
        os.utime(path, (1_700_000_000, 1_700_000_000))
    assert chosen(tmp_path)[0] == "hw_v10.py"


def test_a_notebook_goes_before_scripts_that_bring_no_more(tmp_path: Path) -> None:
    cell = '{"cell_type": "code", "metadata": {}, "outputs": [], "source": "from net import *"}'
    book = f'{{"nbformat": 4, "nbformat_minor": 4, "metadata": {{}}, "cells": [{cell}]}}'
    assert chosen(tmp_path / "a", hw__ipynb=book, net__py=NETWORK)[0] == "hw.ipynb"
    assert chosen(tmp_path / "b", plots__ipynb=book.replace("net", "os"), net__py=NETWORK)[0] == "net.py"


def test_a_script_that_may_be_meant_as_well_is_told_beside_the_notebook(tmp_path: Path) -> None:
    cell = '{"cell_type": "code", "metadata": {}, "outputs": [], "source": "from net import *"}'
    book = f'{{"nbformat": 4, "nbformat_minor": 4, "metadata": {{}}, "cells": [{cell}]}}'
    files = {"hw__ipynb": book, "net__py": NETWORK, "plots__py": "x = 1"}
    assert chosen(tmp_path / "a", **files) == ("hw.ipynb", ())
    assert chosen(tmp_path / "b", **files, main__py=NETWORK)[1] == (
        "hw.ipynb is graded, with 2 of the 5 names of the sheet; not run: main.py, which has 2",
    )


def test_a_notebook_that_cannot_be_read_leaves_the_scripts(tmp_path: Path) -> None:
    file, notices = chosen(tmp_path, hw__ipynb="", hw__py=NETWORK)
    assert file == "hw.py"
    assert notices[-1] == "not chosen: hw.ipynb is not a notebook: the file is empty"


def test_the_script_that_was_asked_for_is_run(tmp_path: Path) -> None:
    written(tmp_path, old__py=NETWORK, new__py=NETWORK + "model = 1")
    choice = choose(tmp_path, ("old.py", "new.py"), CONTRACT, "old.py")
    assert choice.reading is not None
    assert (choice.reading.file, choice.notices) == ("old.py", ())


def test_a_script_that_is_empty_is_a_problem(tmp_path: Path) -> None:
    assert prepared(tmp_path, hw__py="\n").problem == "hw.py is empty"


def test_the_scripts_that_one_starts_run_in_its_order_with_their_arguments(tmp_path: Path) -> None:
    start = (
        "import os\n\nif __name__ == '__main__':\n    os.system('python make.py -o data')\n   "
        " os.system(f'python3 -u train.py --fast')\n"
    )
    done = prepared(tmp_path, run__py=start, make__py="x = 1\n", train__py=NETWORK)
    assert done.notebook_file == "train.py"
    assert [(cell.number, cell.place) for cell in done.cells] == [
        (1, "how make.py is started"),
        (2, "make.py, line 1"),
        (3, "how train.py is started"),
        (4, "train.py, line 1"),
        (5, "train.py, line 2"),
    ]
    assert "sys.argv = ['make.py', '-o', 'data']" in done.cells[0].text
    assert "sys.argv = ['train.py', '--fast']" in done.cells[2].text
    assert "run.py starts train.py: what it starts or does besides is run, too, in its order" in done.notices
    assert done.source.assigned["LSTM_Cell"] == 4
    assert done.flags == ()


def test_what_another_script_does_before_it_starts_the_only_one_runs_first(tmp_path: Path) -> None:
    start = (
        "import os\n\nif __name__ == '__main__':\n    os.makedirs('data')\n    os.system('python train.py')\n"
        "    os.system('x')\n"
    )
    done = prepared(tmp_path, run__py=start, train__py=NETWORK)
    assert [cell.place for cell in done.cells] == [
        "run.py, line 1",
        "run.py, line 4",
        "train.py, line 1",
        "train.py, line 2",
    ]


@pytest.mark.parametrize(
    ("command", "started"),
    [
        ("os.system('python a.py -x 1 && python b.py')", [("a.py", ("-x", "1")), ("b.py", ())]),
        ("subprocess.run(['python', 'steps/a.py', '--in', 'a b'])", [("steps/a.py", ("--in", "a b"))]),
        ("os.system(f'python {name}.py')", []),
        ("os.system('python a.py \\'')", []),
        ("print('a.py')", []),
        ("runpy.run_path('a.py')", [("a.py", ("-n", "3"))]),
    ],
)
def test_what_a_command_starts(command: str, started: list[tuple[str, tuple[str, ...]]]) -> None:
    assert list(chain._commands(ast.parse(command).body[0], ("-n", "3"))) == started


@pytest.mark.parametrize(
    ("start", "given"),
    [
        ("import os\nos.system('python train.py --fast 1')\n", ["train.py", "--fast", "1"]),
        (
            "import runpy, sys\nsys.argv = ['train.py', '-x']\nrunpy.run_path('train.py')\n",
            ["train.py", "-x"],
        ),
    ],
)
def test_the_only_script_that_is_started_has_its_arguments(
    start: str, given: list[str], tmp_path: Path
) -> None:
    done = prepared(tmp_path, run__py=start, train__py=NETWORK)
    assert f"sys.argv = {given!r}" in "".join(cell.text for cell in done.cells)
    assert done.notebook_file == "train.py"


@pytest.mark.parametrize(
    ("file", "text", "started"),
    [
        ("run.sh", "set -e\npython3 make.py -o data\n# python old.py\npython train.py \\\n  --fast\n",
         [("make.py", ("-o", "data")), ("train.py", ("--fast",))]),
        ("Makefile", "train: make.py\n\t@python train.py --fast > log.txt\n", [("train.py", ("--fast",))]),
        ("Makefile", "lint:\n\tpython -m flake8 train.py --max 9\ntrain:\n\tpython train.py --fast\n",
         [("train.py", ("--fast",))]),
        ("Makefile", "lint:\n\tpython -m flake8 train.py --max 9\n", []),
        ("run.sh", "python -m train --fast\n", [("train.py", ("--fast",))]),
        ("run.sh", "cd .; python make.py -o d; python train.py --fast; cd ..\n",
         [("make.py", ("-o", "d")), ("train.py", ("--fast",))]),
        ("run.sh", "(python train.py --fast) & wait\n", [("train.py", ("--fast",))]),
        ("run.sh", "python train.py --data DIR\npython train.py --data <x>\npython train.py --data d\n",
         [("train.py", ("--data", "d"))]),
        ("run.sh", "python train.py --cell LSTM\n", [("train.py", ("--cell", "LSTM"))]),
        ("README.md", "Run `python train.py --fast`.", []),  # it runs without
        ("run.sh", "python make.py\npython train.py --data <folder>\n", [("make.py", ()), ("train.py", ())]),
        ("run.sh", "python train.py $1\n", []),
        ("run.sh", "cat train.py\n", []),
        ("notes.md", "python train.py --fast", []),
    ],
)  # fmt: skip
def test_how_scripts_are_started_is_told_outside_of_python(
    file: str, text: str, started: list[tuple[str, tuple[str, ...]]], tmp_path: Path
) -> None:
    home = written(tmp_path / "anna", make__py="x = 1\n", old__py="y = 1\n", train__py=NETWORK)
    (home / file).write_text(text)
    done = prepare(handed_in(home), sheet())
    opened = [cell.text for cell in done.cells if cell.place.startswith("how ")]
    assert [f"sys.argv = {[name, *given]!r}" for name, given in started] == [
        text.splitlines()[1] for text in opened
    ]
    assert any(notice.startswith(f"{file} starts train.py") for notice in done.notices) == bool(started)


@pytest.mark.parametrize(
    "asks",
    [
        "p.add_argument('-of', required=True)\n",
        "p.add_argument('folder')\n",
        "x = sys.argv[1]\n",
        "if len(sys.argv) > 2:\n    x = sys.argv[2]\nelse:\n    sys.exit('how?')\n",
        "if len(sys.argv) < 2:\n    raise SystemExit\nx = sys.argv[1]\n",
    ],
)
def test_a_readme_is_read_where_a_script_does_not_run_without_arguments(asks: str, tmp_path: Path) -> None:
    text = "Run `python make.py -o data`, then:\n\n    $ python train.py -of data\n\nSee train.py."
    home = written(tmp_path / "anna", make__py="x = 1\n", train__py=asks + NETWORK, README__md=text)
    done = prepare(handed_in(home), sheet())
    opened = [cell.text.splitlines()[1] for cell in done.cells if cell.place.startswith("how ")]
    assert opened == ["sys.argv = ['make.py', '-o', 'data']", "sys.argv = ['train.py', '-of', 'data']"]


@pytest.mark.parametrize(
    "asks",
    [
        "if len(sys.argv) > 1:\n    n = int(sys.argv[1])\n",
        "n = sys.argv[1] if len(sys.argv) > 1 else 3\n",
        "try:\n    n = sys.argv[1]\nexcept IndexError:\n    n = 3\n",
    ],
)
def test_arguments_that_a_script_can_do_without_are_not_taken_from_a_readme(
    asks: str, tmp_path: Path
) -> None:
    done = prepared(tmp_path, train__py=asks + NETWORK, README__md="A quick test: `python train.py 1`")
    assert not any(cell.place.startswith("how ") for cell in done.cells)


def test_a_notebook_that_starts_a_script_gives_it_its_arguments(tmp_path: Path) -> None:
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("!python train.py --fast")])
    done = prepared(tmp_path, hw__ipynb=nbformat.writes(book), train__py=NETWORK)
    assert done.notebook_file == "train.py"
    assert "sys.argv = ['train.py', '--fast']" in done.cells[0].text


READS = (
    "import numpy as np\nopen(__file__, encoding='utf-8')\ndata = np.load('data.npz')\n"
    "load(np.float32(1), 'float32')\nclass Net:\n    def call(self): pass\n\n\n"
)


@pytest.mark.parametrize(
    ("maker", "is_run"),
    [
        ("import numpy as np\nnp.savez('data.npz', x=1)\n", True),
        ("with open('data.npz', 'wb') as f:\n    f.write(b'')\n", True),
        ("import numpy as np\nprint(np.load('data.npz'))\n", False),
        ("import numpy as np\nnp.savez('other.npz', x=1)\n", False),
        ("open('log.txt', 'w', encoding='utf-8').write('a')\n", False),
        ("import numpy as np\nnp.savez('other.npz', x=np.ones(3).astype('float32'))\n", False),
        ("import numpy as np\nclass Net:\n    def call(self): pass\nnp.savez('data.npz', x=1)\n", False),
    ],
)
def test_what_makes_the_files_that_a_script_reads_runs_first(
    maker: str, is_run: bool, tmp_path: Path
) -> None:
    done = prepared(tmp_path, train__py=READS + NETWORK, make_it__py=maker)
    assert any("make_it.py writes what train.py reads" in notice for notice in done.notices) == is_run
    assert any(cell.place.startswith("make_it.py") for cell in done.cells) == is_run


def test_what_was_handed_in_is_not_made_again(tmp_path: Path) -> None:
    home = written(tmp_path / "anna", train__py=READS + NETWORK, make_it__py="np.savez('data.npz')\n")
    (home / "data.npz").write_bytes(b"x")
    done = prepare(handed_in(home), sheet())
    assert not any(cell.place.startswith("make_it.py") for cell in done.cells)


@pytest.mark.parametrize(
    "start",
    ["import subprocess\nsubprocess.run(['python', 'train.py'])\n", "print('see train.py')\n", "x = 1\n"],
)
def test_a_script_that_does_nothing_before_is_left_out(tmp_path: Path, start: str) -> None:
    done = prepared(tmp_path, run__py=start, train__py=NETWORK)
    assert [cell.place for cell in done.cells] == ["train.py, line 1", "train.py, line 2"]


def test_the_sheet_is_recognised_by_scripts_among_many_files(tmp_path: Path) -> None:
    plots = {f"plot{n}__py": "a = b = c = d = e = f = g = 1\n" for n in range(5)}
    homework = handed_in(written(tmp_path, **plots, start__py=f"from zoo import *\n{MAIN}", zoo__py=NETWORK))
    other = Assignment("other", title="Other", contract=("windows", "forecast", "a"))
    assert recognise([homework], {"other": other, "sums": sheet()}).name == "sums"


# ── in which pieces
# ──────────────────────────────────────────────────────────────────────────────────────────────────────

SCRIPT = '''"""Sums."""
import os

import numpy as np
X = 1
# A comment.
@decorated
class LSTM_Cell:
    """

    Two empty lines."""
for i in range(2):
    print(i)
Y = 2; Z = 3

if __name__ == "__main__":
    # Train.
    text = """
not indented"""

    Z = 4
'''


def pieces(folder: Path, text: str) -> list[str]:
    (folder / "hw.py").write_text(text)
    return [cell.text for cell in read_script(folder / "hw.py", "hw.py").notebook.cells]


def test_definitions_paragraphs_and_what_stands_below_the_guard_are_pieces(tmp_path: Path) -> None:
    assert [text.splitlines()[0] for text in pieces(tmp_path, SCRIPT)] == [
        "# hw.py, lines 1 to 2",
        "# hw.py, lines 4 to 5",
        "# hw.py, lines 7 to 11",
        "# hw.py, lines 12 to 13",
        "# hw.py, line 14",
        "if __name__ == '__main__':  # hw.py, lines 18 to 19",
        "if __name__ == '__main__':  # hw.py, line 21",
    ]


def test_a_piece_holds_the_lines_as_they_stand(tmp_path: Path) -> None:
    lines = SCRIPT.split("\n")
    found = pieces(tmp_path, SCRIPT)
    assert found
    for text in found:
        first, *rest = text.split("\n")
        start = int(first.rpartition("line")[2].removeprefix("s").split(" to ")[0])
        assert rest == lines[start - 1 : start - 1 + len(rest)]
        ast.parse(text)


def test_a_guard_on_one_line_or_with_an_else_stays_whole(tmp_path: Path) -> None:
    for guard in (
        "if __name__ == '__main__': f(); g()",
        "if '__main__' == __name__:\n    f()\n\n    g()\nelse:\n    h()",
    ):
        assert len(pieces(tmp_path, f"x = 1\n{guard}\n")) == 2


def test_a_very_long_script_comes_in_two_hundred_pieces_and_keeps_its_end(tmp_path: Path) -> None:
    made = pieces(tmp_path, "\n\n".join(f"x{n} = {n}" for n in range(500)))
    assert len(made) == MOST_PIECES
    assert made[-1].endswith("x499 = 499")


def test_a_script_loses_the_statement_that_does_not_parse_and_says_where(tmp_path: Path) -> None:
    done = prepared(tmp_path, hw__py="x = 1\ny = (\nz = 3\n")
    assert [cell.text for cell in done.cells] == [
        "# hw.py, line 1\nx = 1",
        "# hw.py, line 2\ny = (",
        "# hw.py, line 3\nz = 3",
    ]
    assert done.source.syntax_errors == ("hw.py, line 2: '(' was never closed",)


def test_a_file_that_is_no_python_is_one_piece(tmp_path: Path) -> None:
    done = prepared(tmp_path, hw__py="Dear tutor, here\nis my homework.\n")
    assert [cell.place for cell in done.cells] == ["hw.py, lines 1 to 3"]
    assert done.source.syntax_errors == ("hw.py, line 1: invalid syntax",)


BROKEN = """
import math

def double(x):
    return 2 * x

@staticmethod
def broken(x):
    y = (x +
    return y

TEXT = '''
def no_function(:
'''
LIST = [
    1,
]
try:
    import other
except ImportError:
    other = None
else:
    pass
class Late:
    def run(self) return 1
# a comment

def last(): return TEXT
"""


def test_only_what_does_not_parse_is_lost(tmp_path: Path) -> None:
    found = blocks_of(BROKEN)
    assert [(one.first, one.last, one.line) for one in found if one.error] == [(7, 10, 9), (24, 25, 25)]
    names = [getattr(statement, "name", "") for one in found for statement in one.statements]
    assert [name for name in names if name] == ["double", "last"]
    lines = [statement.lineno for one in found for statement in one.statements]
    assert lines == [2, 4, 12, 15, 18, 28]
    done = prepared(tmp_path, hw__py=BROKEN)
    assert {one.name for one in done.source.functions} >= {"double", "last"}


def test_what_has_a_syntax_error_is_not_taken_for_something_else(tmp_path: Path) -> None:
    text = "def other(seq_len, n):\n    yield 1\n\ndef integration_task(a, b):\n  x = 1\n   yield x\n"
    hw = sheet()
    hw.role(roles.function("integration_task", ["seq_len", "num_samples"]))
    done = prepare(handed_in(written(tmp_path, hw__py=text)), hw)
    assert done.source.roles.get("integration_task") is None
    assert blocks_of("x = 1\nfor y in x:\n\nz = 2\n")[1].error.endswith("statement on line 2")


def test_a_stray_indent_and_a_body_that_is_not_indented_cost_themselves() -> None:
    for text, lost in (("x = 1\n    y = 2\nz = 3\n", (1, 2)), ("def f(x):\ny = 1\nz = 3\n", (1, 1))):
        (broken,) = [one for one in blocks_of(text) if one.error]
        assert (broken.first, broken.last) == lost


GUARDED = """
def double(x):
    return 2 * x

if __name__ == "__main__":
    # what is asked for
    model = double(2)
    print("the model is", model

    for x in range(3):
        print(x)

    TEXT = '''
    no statement (
    '''
    history = [double(x) for x in range(3)]
    plot(history, label="loss"))
    error = history[-1]

last = 1
"""


def test_below_a_main_guard_only_the_statement_with_the_error_is_lost(tmp_path: Path) -> None:
    found = blocks_of(GUARDED)
    assert [(one.first, one.last, one.line) for one in found if one.error] == [(8, 8, 8), (17, 17, 17)]
    lines = [statement.lineno for one in found for statement in one.statements]
    assert lines == [2, 7, 10, 13, 16, 18, 20]
    done = prepared(tmp_path, hw__py=GUARDED)
    assert [cell.text for cell in done.cells][1:3] == [
        'if __name__ == "__main__":  # hw.py, line 7\n    model = double(2)',
        'if __name__ == "__main__":  # hw.py, line 8\n    print("the model is", model',
    ]
    assert done.cells[-2].text == 'if __name__ == "__main__":  # hw.py, line 18\n    error = history[-1]'
    assert len(done.source.syntax_errors) == 2
    assert done.source.syntax_errors[0] == "hw.py, line 8: '(' was never closed"


def test_a_main_guard_without_a_body_is_what_does_not_parse() -> None:
    for text in ('if __name__ == "__main__":\nx = (\n', 'if __name__ == "__main__": x = (\n'):
        assert blocks_of(text)[0].error


def test_a_bracket_that_is_never_closed_in_a_long_file_is_found_soon() -> None:
    lines = [f"x{n} = [{n}]" for n in range(4000)]
    lines[7] = "x7 = ["
    began = time.process_time()
    found = blocks_of("\n".join(lines))
    assert [(one.first, one.last) for one in found] == [(1, 7), (8, 8), (9, 4000)]
    assert time.process_time() - began < 5


def test_odd_encodings_and_line_ends_are_read(tmp_path: Path) -> None:
    (tmp_path / "hw.py").write_bytes("x = 'é'\r\ny = 1\r\n".encode("cp1252"))
    script = read_script(tmp_path / "hw.py", "hw.py")
    assert script.notebook.cells[0].text == "# hw.py, lines 1 to 2\nx = 'é'\ny = 1"
    assert tuple(one.text for one in script.notebook.repairs) == (
        "hw.py: read as Windows text (cp1252): the file is not UTF-8",
    )


def test_lines_that_only_a_notebook_understands_are_skipped_and_said(tmp_path: Path) -> None:
    done = prepared(tmp_path, hw__py="!pip install tqdm\n%matplotlib inline\n\nx = 1\n")
    assert [cell.place for cell in done.cells] == ["hw.py, lines 1 to 2", "hw.py, line 4"]
    assert "!pip" not in done.cells[0].text
    assert done.source.syntax_errors == ()
    assert tuple(one.text for one in done.repairs) == (
        "hw.py: !pip install tqdm and %matplotlib inline: skipped, only a notebook understands that",
    )


TASK = "def task():\n    pass\n"


def test_classes_that_nobody_starts_are_run_with_what_is_defined_beside_them(tmp_path: Path) -> None:
    done = prepared(tmp_path, data__py=TASK, model__py=NETWORK)
    assert {"task", "LSTM_Cell", "MyModel"} <= set(done.source.names)
    assert "nothing starts model.py: what data.py defines is run before it" in done.notices


@pytest.mark.parametrize(
    "other", [TASK + "print(task())\n", NETWORK + "class task: pass\n"], ids=["it does more", "a version"]
)
def test_what_does_more_or_is_another_version_is_not_run_with_them(tmp_path: Path, other: str) -> None:
    done = prepared(tmp_path, data__py=other, model__py=NETWORK + "losses = []\nmodel = MyModel()\n")
    assert "task" not in done.source.names


LINES = st.lists(
    st.sampled_from(
        [
            "x = 1",
            "",
            "    y = 2",
            "if __name__ == '__main__':",
            "def f():",
            "@d",
            "class C: pass",
            "a; b",
            "'''",
            "# c",
            "!ls",
            "\t(",
        ]
    )
    | st.text(max_size=8)
)


@settings(max_examples=150, deadline=None)
@given(LINES)
@example(["    y = 2", "\\", "# c"])
def test_whatever_a_file_holds_it_is_read(lines: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hw.py"
        path.write_bytes("\n".join(lines).encode("utf-8", "surrogatepass"))
        script = read_script(path, "hw.py")
    assert script.notebook.problem or len(script.notebook.cells) == len(script.pieces)
    if not any(piece.error or piece.unread for piece in script.pieces):
        for cell in script.notebook.cells:
            ast.parse(cell.text)


# ── what is read in them
# ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_places_are_lines_of_the_files(tmp_path: Path) -> None:
    done = prepared(
        tmp_path,
        main__py=(
            "import net\nimport tensorflow as tf\n\n\ndef f():\n    return"
            " tf.keras.layers.LSTM(3)\n\n\nexec('1')\n"
        ),
        net__py="import base64\nclass LSTM_Cell:\n    def call(self): pass\n",
    )
    assert done.source.builtin_recurrent == ("main.py, line 6: tf.keras.layers.LSTM(...)",)
    assert done.flags == ("main.py, line 9: exec(...)", "net.py, line 1: import of base64")
    assert [function.where for function in done.source.functions] == ["main.py, line 5", "net.py, line 3"]
    assert done.source.text.count("# --- main.py ---") == 1
    assert (done.form, done.notebook_file, done.modules, done.package) == (
        "script",
        "main.py",
        ("main.py", "net.py"),
        "",
    )
    assert [cell.place for cell in done.cells] == [
        "main.py, lines 1 to 2",
        "main.py, lines 5 to 6",
        "main.py, line 9",
    ]


def test_names_in_modules_and_in_main_are_known_with_the_piece_that_leads_there(tmp_path: Path) -> None:
    done = prepared(tmp_path, hw__py=f"import os\n\nimport net\n\n{MAIN}", net__py=NETWORK)
    assert done.source.assigned == {"os": 1, "net": 2, "main": 3}
    assert done.source.elsewhere == {"LSTM_Cell": 2, "MyModel": 2, "model": 4, "losses": 4}


def test_another_spelling_in_a_module_is_known(tmp_path: Path) -> None:
    done = prepared(
        tmp_path, hw__py=f"from net import MyModel\n{MAIN}", net__py=NETWORK.replace("LSTM_Cell", "LSTMCell")
    )
    assert done.source.roles["LSTM_Cell"][0] == "LSTMCell"


@pytest.mark.parametrize(
    ("file", "text", "package"),
    [
        ("main__py", "from model import x", ""),
        ("main__py", "from .model import x", "homework"),
        ("net___main__py", "from .model import x", "net"),
        ("net___run___main__py", "from ..model import x", "net.run"),
        ("net___main__py", "from ..model import x", "homework.net"),
    ],
)
def test_the_package_of_a_script_with_relative_imports(
    tmp_path: Path, file: str, text: str, package: str
) -> None:
    assert prepared(tmp_path, **{file: text}).package == package


def test_answers_in_comments_and_texts_of_a_script_are_found(tmp_path: Path) -> None:
    comment = "# Can / should you use truncated BPTT here?\n# No, 25 steps are short.\n"
    done = prepared(tmp_path, hw__py=f"x = 1\n\n{comment}\ny = 2\n")
    assert [(answer.text, answer.where) for answer in done.answers] == [("No, 25 steps are short.", "hw.py")]
    assert done.searched == ("hw.py",)


def test_equal_files_have_equal_digests_whatever_is_run(tmp_path: Path) -> None:
    assert prepared(tmp_path / "a", hw__py=MAIN).digest == prepared(tmp_path / "b", hw__py=MAIN).digest


# ── parameters
# ───────────────────────────────────────────────────────────────────────────────────────────────────────────

OPTIONS = (
    "import argparse\ndef options(p):\n    p.add_argument('-b', '--batch-size', type=int, default=16)\n   "
    " p.add_argument('--n', dest='num_samples', default=2**5)\n"
)


def test_parameters_are_read_in_modules_below_the_guard_and_in_options(tmp_path: Path) -> None:
    done = prepared(
        tmp_path,
        hw__py=f"import config\n{OPTIONS}\nif __name__ == '__main__':\n    SEQ_LEN = 7\n",
        config__py="SEQ_LEN = 9\n",
    )
    assert done.source.parameters == {"SEQ_LEN": 7, "BATCH_SIZE": 16, "NUM_SAMPLES": 32}


def test_parameters_of_a_module_count_when_the_script_has_none(tmp_path: Path) -> None:
    done = prepared(
        tmp_path, hw__py="from config import *\nprint(SEQ_LEN)\n", config__py="SEQ_LEN: int = 9\n"
    )
    assert done.source.parameters == {"SEQ_LEN": 9}


def test_parameters_are_replaced_below_the_guard_and_in_options() -> None:
    text, names = override_text(
        f"{OPTIONS}if __name__ == '__main__':\n    SEQ_LEN = 7\n",
        {"SEQ_LEN": 3, "BATCH_SIZE": 4, "NUM_SAMPLES": 8},
    )
    assert names == {"SEQ_LEN", "BATCH_SIZE", "NUM_SAMPLES"}
    assert "default=4)" in text
    assert "default=8)" in text
    assert "    SEQ_LEN = 3\n" in text


@pytest.mark.parametrize(
    "text",
    [
        "p.add_argument('--batch-size', default=None)",
        "p.add_argument('--batch-size', default=SIZE)",
        "p.add_argument(name, default=3)",
        "def f(BATCH_SIZE=3): pass",
        "if debug:\n    BATCH_SIZE = 3",
        "BATCH_SIZE = (\n    3 *\n    4)",
    ],
)
def test_what_may_mean_something_else_stays(text: str) -> None:
    assert override_text(text, {"BATCH_SIZE": 4}) == (text, set())


def test_a_parameter_under_another_name_is_replaced_wherever_it_gets_a_value() -> None:
    text = (
        'hp = {"n_train": 640}\nC = dict(n_train=640)\ndef f(n_train=640): pass\nn_train = 640\nn_trained ='
        " 640\n"
    )
    changed, names = override_text(text, {"NUM_SAMPLES": 8}, {"NUM_SAMPLES": "n_train"})
    assert names == {"NUM_SAMPLES"}
    assert changed == text.replace("640", "8", 4)
    assert override_text(text, {"NUM_SAMPLES": 8}) == (text, set())


def test_an_option_under_another_name_is_replaced() -> None:
    text = "p.add_argument('--samples', type=int, default=640)"
    assert override_text(text, {"NUM_SAMPLES": 8}, {"NUM_SAMPLES": "SAMPLES"})[0] == text.replace("640", "8")


def test_a_piece_keeps_its_lines_when_a_parameter_is_replaced() -> None:
    cells, done = override(
        [CellSource(number=1, text="# hw.py, lines 3 to 4\nx = 1\nBATCH_SIZE = 32", where="hw.py")],
        {"BATCH_SIZE": 4},
    )
    assert (cells[0].text, cells[0].where, done) == (
        "# hw.py, lines 3 to 4\nx = 1\nBATCH_SIZE = 4",
        "hw.py",
        {"BATCH_SIZE": 4},
    )
