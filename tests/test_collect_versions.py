"""Several versions in one folder: the last one on time counts, and only where it is a version of its own."""

from __future__ import annotations

import json
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader.collect import find_candidates, load_course, version_on_time

NAMES = ("LSTM_Cell", "LSTM_Layer")
BOTH = "LSTM_Cell = 1\nLSTM_Layer = 2"


def write(path: Path, text: str, hour: float) -> None:
    """A file as it was left at that hour of the last day; a notebook holds `text` as its only cell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    cell = {"cell_type": "code", "metadata": {}, "source": text, "outputs": [], "execution_count": None}
    notebook = json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell]})
    path.write_text(notebook if path.suffix == ".ipynb" else text)
    moment = datetime(2026, 1, 18, int(hour), tzinfo=UTC).timestamp()
    os.utime(path, (moment, moment))


def counted(tmp_path: Path, files: dict[str, tuple[str, float]], course: str = ""):
    """Ada's homework, as it counts when the deadline is noon."""
    for name, (text, hour) in files.items():
        write(tmp_path / "class" / "ada" / name, text, hour)
    write(tmp_path / "class" / "bob" / "hw.ipynb", BOTH, 9)
    (tmp_path / "class" / "course.toml").write_text(f"deadline = 2026-01-18T12:00:00Z\n{course}")
    rules = load_course(tmp_path / "class")
    ada, _ = find_candidates(tmp_path / "class", tmp_path / "work", rules)
    return version_on_time(ada, rules, NAMES)


def test_a_later_notebook_is_set_aside_and_named(tmp_path):
    ada = counted(
        tmp_path,
        {"v1.ipynb": (BOTH, 9), "v2.ipynb": (BOTH, 11), "v3.ipynb": (BOTH, 14), "notes.txt": ("x", 8)},
    )
    assert ada.files == ("notes.txt", "v1.ipynb", "v2.ipynb")
    assert (ada.late, ada.lateness_hours, ada.submitted) == (False, 0.0, "2026-01-18T11:00:00+00:00")
    assert ada.notices == (
        "v3.ipynb: handed in after the deadline, not looked at; the version on time counts",
    )


@pytest.mark.parametrize(
    ("files", "named"),
    [
        ({"v1.ipynb": (BOTH, 14)}, ""),  # the only one
        # half of it was there on time
        ({"v1.ipynb": ("LSTM_Cell = 1", 9), "v2.ipynb": (BOTH, 14)}, "v2.ipynb"),
        # what it said on time is gone
        ({"v1.ipynb": (BOTH, 9), "README.md": ("my answers", 14)}, "README.md"),
        ({"v1.ipynb": (BOTH, 9), "v2.ipynb": (BOTH, 14), "README.md": ("x", 14)}, "README.md and v2.ipynb"),
    ],
)
def test_what_is_late_is_late(tmp_path, files, named):
    ada = counted(tmp_path, files)
    assert (ada.files, ada.late, ada.lateness_hours) == (tuple(sorted(files)), True, 2.0)
    assert ada.notices == (
        (f"{named}: changed after the deadline; the other files were there on time",) if named else ()
    )


def test_an_extension_moves_the_deadline(tmp_path):
    course = '[[student]]\nstudent = "ada"\nextension_hours = 3\n'
    ada = counted(tmp_path, {"v1.ipynb": (BOTH, 9), "v2.ipynb": (BOTH, 14)}, course)
    assert (ada.files, ada.late) == (("v1.ipynb", "v2.ipynb"), False)


def test_a_late_archive_is_late_whatever_lies_in_it(tmp_path):
    for name, hour in (("v1.ipynb", 9), ("v2.ipynb", 13)):
        write(tmp_path / name, BOTH, hour)
    (tmp_path / "class" / "ada").mkdir(parents=True)
    with zipfile.ZipFile(tmp_path / "class" / "ada" / "hw.zip", "w") as archive:
        for name in ("v1.ipynb", "v2.ipynb"):
            archive.write(tmp_path / name, name)
    moment = datetime(2026, 1, 18, 15, tzinfo=UTC).timestamp()
    os.utime(tmp_path / "class" / "ada" / "hw.zip", (moment, moment))
    ada = counted(tmp_path, {})
    assert (ada.files, ada.late, ada.lateness_hours) == (("v1.ipynb", "v2.ipynb"), True, 3.0)
