"""From a candidate to a submission: the notebook is chosen and read, whatever was handed in; and the sheet is
recognised."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.assignment import Assignment, load_all
from grader.collect import Candidate, Course, find_candidates, prepare, recognise
from grader.collect.answers.documents import OF_OURS
from grader.collect.files.digest import digest_of, digests_of
from grader.errors import UsageError
from grader.model import ProblemKind, Submission

Write = Callable[..., Candidate]


def sheet(name: str = "sums", *contract: str) -> Assignment:
    hw = Assignment(
        name,
        title=name,
        contract=contract or ("LSTM_Cell", "MyModel", "task"),
        parameters={"SEQ_LEN": 25, "UNITS": 100},
    )
    hw.question("bptt", "Can / should you use truncated BPTT here?")
    return hw


def notebook(*texts: str, **more: Any) -> bytes:
    """A notebook of code cells; a text that begins with "#" is markdown."""
    cells = [
        (
            {"cell_type": "markdown", "id": f"c{n}", "metadata": {}, "source": text}
            if text.startswith("#")
            else {
                "cell_type": "code",
                "id": f"c{n}",
                "metadata": {},
                "source": text,
                "outputs": [],
                "execution_count": None,
            }
        )
        for n, text in enumerate(texts)
    ]
    metadata = {"kernelspec": {"name": "python3"}}
    return json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells, **more}
    ).encode()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def writes(student: str = "anna", **files: bytes) -> Candidate:
        """A candidate with these files; "__" in a keyword stands for "."."""
        root = tmp_path / student
        root.mkdir(exist_ok=True)
        names = {name.replace("__", "."): content for name, content in files.items()}
        for age, (name, content) in enumerate(names.items()):
            (root / name).write_bytes(content)
            # the last is the newest
            os.utime(root / name, (1_700_000_000 + 600 * age, 1_700_000_000 + 600 * age))
        return Candidate(
            student=student, path=student, root=root, files=tuple(sorted(names)), notices=("seen before",)
        )

    return writes


FULL = notebook(
    "SEQ_LEN, UNITS = 25, 100", "class LSTM_Cell: pass\nclass MyModel: pass\ndef task(n: int): yield n"
)
PART = notebook("UNITS = 5")


def test_a_whole_homework(write: Write) -> None:
    candidate = write(
        hw__ipynb=notebook(
            "# Title",
            "!pip install x\nUNITS = 50",
            "exec('1')\nimport tensorflow as tf\ntf.keras.layers.LSTM(3)",
        ),
        README__md=b"# Truncated BPTT?\nNo.",
    )
    done = prepare(candidate, sheet())
    assert (done.student, done.path, done.root, done.files) == (
        "anna",
        "anna",
        candidate.root,
        ("README.md", "hw.ipynb"),
    )
    assert (done.problem, done.notebook_file, len(done.digest)) == ("", "hw.ipynb", 64)
    assert [(cell.number, cell.text.split("\n")[0]) for cell in done.cells] == [
        (2, "pass  # !pip install x"),
        (3, "exec('1')"),
    ]
    assert done.notebook is not None
    assert [cell["source"] for cell in done.notebook["cells"]][1:] == [cell.text for cell in done.cells]
    assert done.source.parameters == {"UNITS": 50}
    assert done.source.builtin_recurrent == ("cell 3, line 3: tf.keras.layers.LSTM(...)",)
    assert [(answer.question, answer.text, answer.where) for answer in done.answers] == [
        ("bptt", "No.", "README.md")
    ]
    assert tuple(one.text for one in done.repairs) == (
        "cell 2: installing packages was skipped, the grader brings its own",
    )
    assert done.flags == ("cell 3, line 1: exec(...)",)
    assert done.notices == ("seen before",)


def test_the_notebook_that_defines_most_names_is_graded_and_said(write: Write) -> None:
    done = prepare(write(solution_v2__ipynb=FULL, draft__ipynb=PART, broken__ipynb=b""), sheet())
    assert done.notebook_file == "solution_v2.ipynb"
    assert done.notices[1:] == (
        "3 notebooks found; solution_v2.ipynb graded: it defines 5 of the 5 names of the sheet",
        "not chosen: broken.ipynb is not a notebook: the file is empty",
    )


def test_of_equal_notebooks_the_newest_is_graded(write: Write) -> None:
    done = prepare(write(b__ipynb=PART, a__ipynb=PART), sheet())
    assert done.notices[1:] == (
        (
            "2 notebooks found; a.ipynb graded: it defines 1 of the 5 names of the sheet, as others do, and"
            " is the newest"
        ),
    )


def test_names_imported_from_a_module_count(write: Write) -> None:
    module = b"class LSTM_Cell: pass\nclass MyModel: pass"
    done = prepare(
        write(a__ipynb=notebook("from model import *\nUNITS = 1"), b__ipynb=PART, model__py=module), sheet()
    )
    assert done.notebook_file == "a.ipynb"
    assert "LSTM_Cell" in done.source.assigned


def test_more_notebooks_than_anybody_opens(write: Write) -> None:
    done = prepare(write(**{f"n{n:02d}__ipynb": PART for n in range(32)}), sheet())
    assert done.notebook_file == "n31.ipynb"
    assert done.notices[-1] == "2 older notebooks not looked at"


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ({}, "the folder is empty"),
        (
            {"report__pdf": b"%PDF"},
            (
                "no notebook and no Python file found: only report.pdf; a printout cannot be run, please hand"
                " in the notebook itself (.ipynb)"
            ),
        ),
        (
            {"homework__gdoc": b"{}", "notes__txt": b"x"},
            (
                "no notebook and no Python file found: only homework.gdoc and notes.txt; a link holds nothing"
                " of what it points to: please download the notebook (.ipynb) and hand that in"
            ),
        ),
        ({"report__pdf": b"%PDF", "model__py": b""}, "model.py is empty"),
        (
            {"hw__rar": b""},
            (
                "no notebook and no Python file found: only hw.rar; this kind of archive cannot be opened"
                " here, please hand in a folder or a .zip"
            ),
        ),
        (
            {"hw__ipynb": b"<html>"},
            (
                "hw.ipynb is not a notebook: it is a web page; download the notebook itself instead of the"
                " page that shows it"
            ),
        ),
        (
            {"a__ipynb": b"", "b__ipynb": b""},
            "b.ipynb is not a notebook: the file is empty (1 other file cannot be read either)",
        ),
    ],
)
def test_why_nothing_can_be_run(write: Write, files: dict[str, bytes], problem: str) -> None:
    done = prepare(write(**files), sheet())
    assert done.problem == problem
    assert done.notebook is None
    assert str(done.root) not in str((done.problem, done.notices, done.repairs))


def test_answers_are_found_without_a_notebook(write: Write) -> None:
    done = prepare(write(README__md=b"# Truncated BPTT?\nNo."), sheet())
    assert [answer.text for answer in done.answers] == ["No."]


def test_a_problem_of_the_candidate_stays(tmp_path: Path) -> None:
    candidate = Candidate(
        student="bo",
        path="bo",
        root=tmp_path / "gone",
        problem="the folder is empty",
        submitted="x",
        late=True,
    )
    done = prepare(candidate, sheet())
    assert (done.problem, done.problem_kind) == ("the folder is empty", ProblemKind.HOMEWORK)
    assert replace(done, problem="", problem_kind=None) == Submission(
        student="bo", path="bo", submitted="x", late=True
    )


def test_a_file_that_vanished_is_a_notice(write: Write) -> None:
    candidate = write(hw__ipynb=FULL, notes__txt=b"x")
    (candidate.root / "notes.txt").unlink()
    assert prepare(candidate, sheet()).notices[1:] == ("notes.txt: could not be read",)


def test_a_fault_of_ours_is_said_to_be_ours(write: Write) -> None:
    broken: Any = object()  # a sheet that is none: our fault, whatever was handed in
    done = prepare(write(hw__ipynb=FULL), broken)
    assert (done.is_our_fault, done.problem_kind) == (True, ProblemKind.GRADER)
    assert replace(done, problem_kind=None).is_our_fault  # as it was stored before there were kinds
    assert done.flags[0].startswith("reading failed: AttributeError")


@given(st.binary(max_size=120) | st.text(max_size=60).map(lambda text: notebook(text, "# " + text)))
@settings(deadline=None, max_examples=60)
def test_any_bytes_handed_in_give_a_submission(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    root = tmp_path_factory.mktemp("any")
    for name in ("hw.ipynb", "README.md", "model.py"):
        (root / name).write_bytes(data)
    done = prepare(
        Candidate(student="a", path="a", root=root, files=("README.md", "hw.ipynb", "model.py")), sheet()
    )
    assert not done.is_our_fault
    assert done.problem or done.notebook is not None


@pytest.mark.parametrize(
    "text",
    [
        "# Truncated BPTT?\n" + "<!--" * 40_000,
        "# Truncated BPTT?\n" + "- " * 50_000,
        "x=getattr(x,'a')\n" * 6_000,
        "a=b\nb=a\n" * 6_000,
        "\n" * 200_000,
        "(\n%x\n" * 30_000,
        "a " * 100_000 + "= !x",
        "x" + ".a()" * 60,
    ],
)
def test_nothing_takes_for_ever(write: Write, text: str) -> None:
    start = time.perf_counter()
    assert prepare(write(hw__ipynb=notebook(text)), sheet()).problem == ""
    assert time.perf_counter() - start < 10  # a second or two; what is quadratic takes minutes


def test_the_digest_is_of_names_and_contents(tmp_path: Path) -> None:
    def digest(**files: bytes) -> str:
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
        return digest_of(tmp_path, sorted(files, reverse=True))

    first = digest(a=b"1", b=b"2")
    assert first == digest(b=b"2", a=b"1")
    assert (
        len(
            {
                first,
                digest(a=b"12", b=b""),
                digest(a=b"1", c=b"2"),
                digest(a=b"1"),
                digest(ab=b"12"),
                digest(),
            }
        )
        == 6
    )
    assert digests_of(tmp_path, ("gone",)).unreadable == ("gone",)


def test_a_receipt_is_of_the_files_that_are_judged_whatever_lies_beside_them(write: Write) -> None:
    runs = notebook("import helper\nx = helper.x")
    whole = prepare(
        write(hw__ipynb=runs, helper__py=b"x = 1", data__csv=b"1,2", README__md=b"Hello"), sheet()
    )
    alone = prepare(write("bert", hw__ipynb=runs), sheet())
    assert list(whole.receipt) == ["hw.ipynb", "helper.py"]
    assert list(alone.receipt) == ["hw.ipynb"]
    assert whole.receipt["hw.ipynb"] == alone.receipt["hw.ipynb"] == hashlib.sha256(runs).hexdigest()
    assert whole.digest != alone.digest


def test_a_file_with_an_answer_belongs_to_the_receipt(write: Write) -> None:
    beside = {"README__md": b"# Truncated BPTT?\nNo.", "notes__md": b"# To do\nSleep."}
    found = prepare(write(hw__ipynb=notebook("x = 1"), **beside), sheet())
    assert list(found.receipt) == ["hw.ipynb", "README.md"]


@pytest.mark.parametrize(("below", "answers"), [("", []), ("# Truncated BPTT?\nYes.", ["Yes."])])
def test_what_grade_check_printed_into_the_folder_is_no_answer(
    write: Write, below: str, answers: list[str]
) -> None:
    printed = (
        f"{OF_OURS} from the top)",
        "# Truncated BPTT?",
        "No answer was found.",
        "Receipt: hw.ipynb 12",
    )
    told = "\n".join((*printed, below)).encode()
    found = prepare(write(hw__ipynb=notebook("x = 1"), told__txt=told), sheet())
    assert [answer.text for answer in found.answers if answer.where == "told.txt"] == answers
    assert list(found.receipt) == ["hw.ipynb", *(["told.txt"] if answers else [])]


def test_what_cannot_be_read_is_on_the_receipt_too(write: Write) -> None:
    found = prepare(write(hw__ipynb=b"", README__md=b"# Truncated BPTT?\nNo."), sheet())
    assert found.problem
    assert list(found.receipt) == ["hw.ipynb", "README.md"]


def candidates(tmp_path: Path, **students: bytes) -> list[Candidate]:
    for student, content in students.items():
        (tmp_path / "in" / student).mkdir(parents=True)
        (tmp_path / "in" / student / "hw.ipynb").write_bytes(content)
    return find_candidates(tmp_path / "in", tmp_path / "work", Course())


def test_the_sheet_is_recognised_by_the_names_of_the_notebooks(tmp_path: Path) -> None:
    class_ = candidates(tmp_path, anna=FULL, bo=PART, cem=b"broken")
    sheets = {"sums": sheet(), "other": sheet("other", "windows", "forecast", "LSTM_Cell")}
    assert recognise(class_, sheets) is sheets["sums"]


def test_of_two_sheets_that_share_names_the_fuller_wins(tmp_path: Path) -> None:
    class_ = candidates(tmp_path, anna=FULL)
    sheets = {"more": sheet("more", "LSTM_Cell", "MyModel", "task", "extra"), "sums": sheet()}
    assert recognise(class_, sheets) is sheets["sums"]


SHEETS = load_all(Path(__file__).resolve().parents[1] / "assignments")
CODE = (
    "def integration_task(n, m): yield n\nclass LSTM_Cell: pass\nclass LSTM_Layer: pass\nclass MyModel:"
    " pass\nmodel = MyModel()"
)
NUMBERS = "SEQ_LEN, NUM_SAMPLES, BATCH_SIZE, EPOCHS, LEARNING_RATE = 25, 64000, 32, 3, 1e-3"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ((f"{NUMBERS}\nREAD_IN, UNITS = 32, 100", CODE), "sum_sequence"),
        ((f"{NUMBERS}\nREAD_IN, UNITS = 32, 100",), "sum_sequence"),  # all that a template brings along
        ((NUMBERS, CODE), "integration_task"),
        ((CODE,), "integration_task"),
    ],
)
def test_the_two_homeworks_with_an_lstm_are_told_apart_by_the_sizes_handed_out(
    tmp_path: Path, code: tuple[str, ...], name: str
) -> None:
    class_ = candidates(tmp_path, anna=notebook(*code), bo=notebook("x = 1"), cem=b"broken")
    assert recognise(class_, SHEETS).name == name


def test_the_names_of_a_public_course_are_spellings_of_the_sheets(tmp_path: Path) -> None:
    functions = ("windowed_dataset", "create_uncompiled_model", "create_model", "model_forecast")
    code = [*(f"def {name}(*given): return given" for name in functions), "model = create_model()"]
    sweep = "lr_history = model.fit()\nhistory = model.fit()\nmse, mae = 1, 2"
    class_ = candidates(tmp_path, anna=notebook(*code, sweep))
    assert recognise(class_, SHEETS).name == "time_series_forecast"


@pytest.mark.parametrize(
    "code",
    [
        "BATCH_SIZE = EPOCHS = 8\nLEARNING_RATE = 1e-3\nclass MyModel: pass\nmodel = MyModel()\n"
        "train_ds, test_ds, train_losses, test_losses, test_accuracies = [], [], [], [], []",
        "X_train, X_test, y_train, y_test, history = [], [], [], [], model.fit()\nmae = 1",
        "def rnn_cell_forward(x, a, p): pass\ndef rnn_forward(x, a, p): pass\ndef rnn_backward(d, c): pass",
    ],
)
def test_names_that_all_homework_has_make_none_of_ours(tmp_path: Path, code: str) -> None:
    with pytest.raises(UsageError, match=r"^nothing here fits a sheet"):
        recognise(candidates(tmp_path, anna=notebook(code)), SHEETS)


def test_a_homework_with_a_part_in_each_file_is_recognised(tmp_path: Path) -> None:
    home = tmp_path / "class" / "anna"
    home.mkdir(parents=True)
    (home / "0-rnn_cell.py").write_text("class RNNCell: pass\n", encoding="utf-8")
    (home / "1-rnn.py").write_text("def rnn(rnn_cell, X, h_0): pass\n", encoding="utf-8")
    class_ = find_candidates(tmp_path / "class", tmp_path / "unpacked", Course())
    assert recognise(class_, SHEETS).name == "rnn_cells_numpy"


def test_an_empty_file_beside_others_is_not_why_no_sheet_fits(tmp_path: Path) -> None:
    home = tmp_path / "class" / "anna" / "homework"
    home.mkdir(parents=True)
    (home / "__init__.py").touch()
    (home / "work.py").write_text("def of_my_own(): pass\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"^nothing here fits a sheet: give --assignment"):
        recognise(find_candidates(tmp_path / "class", tmp_path / "unpacked", Course()), SHEETS)


def test_one_size_of_two_fits_both_homeworks_equally(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the homework fits integration_task and sum_sequence equally well"):
        recognise(candidates(tmp_path, anna=notebook(NUMBERS, "UNITS = 25", CODE)), SHEETS)


def test_two_sheets_that_fit_equally_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"the homework fits a and b equally well: give --assignment NAME"):
        recognise(
            candidates(tmp_path, anna=FULL), {"b": sheet("b"), "a": sheet("a"), "c": sheet("c", "windows")}
        )


@pytest.mark.parametrize("content", [notebook("x = 1"), PART])
def test_no_notebook_that_fits(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(
        UsageError, match=r"nothing here fits a sheet: give --assignment NAME \(one of a, b\)"
    ):
        recognise(candidates(tmp_path, anna=content), {"b": sheet("b"), "a": sheet("a")})


def test_a_notebook_that_cannot_be_read_is_told_before_sheets(tmp_path: Path) -> None:
    sheets = {"b": sheet("b"), "a": sheet("a")}
    with pytest.raises(
        UsageError,
        match=r"^\S*ipynb is not a notebook: .* so no sheet was recognised: give --assignment NAME",
    ):
        recognise(candidates(tmp_path / "one", anna=b'{"cells": ['), sheets)
    with pytest.raises(UsageError, match=r"^nothing here can be read: "):
        recognise(candidates(tmp_path / "two", anna=b'{"cells": [', ben=b""), sheets)


def test_no_sheets_or_no_candidates() -> None:
    with pytest.raises(UsageError, match="there are no sheets"):
        recognise([], {})
    with pytest.raises(UsageError, match="give --assignment NAME"):
        recognise([], {"a": sheet("a")})


def test_a_large_class_is_recognised_from_a_part_of_it(tmp_path: Path) -> None:
    class_ = candidates(tmp_path, **{f"s{n:03d}": FULL for n in range(60)})
    assert recognise(class_, {"sums": sheet()}).name == "sums"
