"""What comes back from the place where a notebook ran is held against its form: nothing of it raises, and
nothing is taken on trust."""

from __future__ import annotations

import json
import os

import pytest

from grader.model import Outcome, Reply
from grader.run.host.apart import MOST_OUTCOME, UNREADABLE, _taken
from grader.run.host.cells import cell_run
from grader.run.inside import frames
from grader.run.job import Folder

ANSWERED = {"status": "answered", "after_cell": 3, "seconds": 1.0}
CELL = {"number": 3, "seconds": 1.5, "timed_out": False, "error": None}


def came_back(folder, said, **answers):
    """The folders of the other place, with what it says and answers, and of ours."""
    theirs, ours = Folder(path=folder / "theirs"), Folder(path=folder / "ours")
    theirs.answers.mkdir(parents=True)
    ours.answers.mkdir(parents=True)
    theirs.outcome.write_text(said if isinstance(said, str) else json.dumps(said))
    for name, data in answers.items():
        (theirs.answers / f"{name}.frame").write_bytes(data)
    return _taken(theirs, ours, {"cell", "model"}), ours


def test_an_account_in_order_is_taken_with_its_answers(tmp_path):
    frame = frames.pack({"x": 1})
    said = {
        "outcome": "COMPLETED",
        "cells": [CELL],
        "observations": {"cell": ANSWERED},
        "versions": {"keras": "3"},
    }
    result, ours = came_back(tmp_path, said, cell=frame)
    assert result["outcome"] is Outcome.COMPLETED
    assert result["observations"]["cell"]["status"] is Reply.ANSWERED
    assert result["observations"]["cell"]["after_cell"] == 3
    assert (ours.answers / "cell.frame").read_bytes() == frame
    assert cell_run(result["cells"][0], ()).seconds == 1.5
    json.dumps(result)


def test_only_what_was_asked_is_taken(tmp_path):
    frame = frames.pack({"x": 1})
    said = {
        "outcome": "COMPLETED",
        "observations": {"cell": ANSWERED, "../../x": ANSWERED, "secret": ANSWERED},
    }
    result, ours = came_back(tmp_path, said, cell=frame, secret=frame)
    assert set(result["observations"]) == {"cell"}
    assert [path.name for path in ours.path.rglob("*.frame")] == ["cell.frame"]


@pytest.mark.parametrize("data", [b"", b"all right", b"\0" * 100])
def test_an_answer_that_is_none_is_the_notebooks_doing(tmp_path, data):
    result, ours = came_back(
        tmp_path, {"outcome": "COMPLETED", "observations": {"cell": ANSWERED}}, cell=data
    )
    assert result["observations"]["cell"]["status"] is Reply.CONTRADICTS
    assert not list(ours.answers.iterdir())


def test_an_answer_is_no_link_to_a_file_of_this_machine(tmp_path):
    theirs = tmp_path / "theirs" / "answers"
    theirs.mkdir(parents=True)
    (tmp_path / "secret").write_bytes(frames.pack({"key": 1}))
    os.symlink(tmp_path / "secret", theirs / "cell.frame")
    (tmp_path / "theirs" / "outcome.json").write_text(
        json.dumps({"outcome": "COMPLETED", "observations": {"cell": ANSWERED}})
    )
    ours = Folder(path=tmp_path / "ours")
    ours.answers.mkdir(parents=True)
    result = _taken(Folder(path=tmp_path / "theirs"), ours, {"cell"})
    assert result["observations"]["cell"]["status"] is Reply.CONTRADICTS
    assert not list(ours.answers.iterdir())


@pytest.mark.parametrize(
    "said",
    [
        (
            '{"outcome": "COMPLETED", "observations": {}, "cells": [{"number": Infinity, "seconds": 1,'
            ' "timed_out": false}]}'
        ),
        *("", "[]", "null", "3", '"x"', "[" * 99_999, "{", "\ud800".encode("utf-8", "replace").decode()),
        {},
        {"outcome": "COMPLETED"},
        {"outcome": "A NEW ONE", "observations": {}},
        {"outcome": ["COMPLETED"], "observations": {}},
        {"outcome": "COMPLETED", "observations": []},
        {"outcome": "COMPLETED", "observations": {"cell": 3}},
        {"outcome": "COMPLETED", "observations": {}, "cells": [{"number": "x"}]},
        {"outcome": "COMPLETED", "observations": {}, "cells": 3},
        {"outcome": "COMPLETED", "observations": {}, "cells": [CELL | {"error": "x"}]},
        {"outcome": "COMPLETED", "observations": {}, "seconds": "long"},
        {"outcome": "COMPLETED", "observations": {}, "versions": [1]},
        {"outcome": "COMPLETED", "observations": {}, "notices": 1},
    ],
)
def test_what_is_no_account_of_a_run_is_told_as_such(tmp_path, said):
    result, _ = came_back(tmp_path, said)
    assert (result["outcome"], result["reason"], result["observations"]) == (Outcome.DIED, UNREADABLE, {})


def test_an_account_that_is_too_large_is_not_read(tmp_path):
    theirs, ours = Folder(path=tmp_path / "theirs"), Folder(path=tmp_path / "ours")
    theirs.answers.mkdir(parents=True)
    ours.answers.mkdir(parents=True)
    with theirs.outcome.open("wb") as file:
        file.truncate(MOST_OUTCOME + 1)
    assert _taken(theirs, ours, {"cell"})["reason"] == UNREADABLE
