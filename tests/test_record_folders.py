"""Runs on disk: whole or not at all, and never outside OUT."""

from __future__ import annotations

import dataclasses
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import GradebookError
from grader.model import (
    Answer,
    CellError,
    CellRun,
    CellSource,
    Fingerprint,
    FunctionFacts,
    Observation,
    Outcome,
    Reply,
    Run,
    SourceFacts,
    Submission,
)
from grader.record import (
    load_executed,
    load_run,
    load_submission,
    run_folder,
    safe_name,
    save_run,
    save_submission,
    stored_runs,
    write_atomically,
)

RUN = Run(
    run_id="2026-01-02T03-04-05-1",
    outcome=Outcome.RAISED,
    cells=(
        CellRun(
            number=3,
            seconds=0.5,
            error=CellError(name="ValueError", message="\udcff", traceback="cell 3\n  x\n"),
        ),
    ),
    overrides={"EPOCHS": 1},
    observations={"one_step": Observation(probe="one_step", status=Reply.ANSWERED)},
    executed={"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5},
)


def test_a_run_comes_back_without_observations_and_notebook(tmp_path: Path) -> None:
    folder = run_folder(tmp_path, "ada", RUN.run_id)
    save_run(folder, RUN)
    back = load_run(folder)
    assert (back.cells, back.outcome, back.overrides) == (RUN.cells, RUN.outcome, RUN.overrides)
    assert (dict(back.observations), back.executed) == ({}, None)
    assert load_executed(folder) == RUN.executed
    assert sorted(os.listdir(folder)) == ["executed.ipynb", "run.json"]


def test_a_submission_comes_back_without_notebook_and_place(tmp_path: Path) -> None:
    facts = {
        "name": "call",
        "where": "cell 1, line 2",
        "arguments": ("x",),
        "annotated": (),
        "returns_annotated": False,
    }
    function = FunctionFacts(**facts, docstring="\udcff", is_generator=False, decorators=("tf.function",))
    source = SourceFacts(
        functions=(function,),
        classes={"A": ("B",)},
        parameters={"EPOCHS": 3, "RATE": 0.5},
        uses=frozenset({"a"}),
    )
    submission = Submission(
        student="ada",
        root=tmp_path,
        files=("a.ipynb", "data.csv"),
        notebook={"cells": []},
        cells=(CellSource(number=1, text="x = 1", tags=("parameters",)),),
        source=source,
        answers=(Answer(question="q", text="Because.", where="a.ipynb, cell 2"),),
    )
    folder = run_folder(tmp_path, "ada", "1")
    save_submission(folder, submission)
    assert load_submission(folder) == dataclasses.replace(submission, root=None, notebook=None)
    assert str(tmp_path) not in (folder / "submission.json").read_text()


def test_a_fingerprint_is_kept_with_its_run(tmp_path: Path) -> None:
    known = Fingerprint(
        submission="s", attempt=1, code="c", steps=0, probes={"a": "1"}, engine="e", key="k", runtime="keras3"
    )
    folder = run_folder(tmp_path, "ada", RUN.run_id)
    save_run(folder, dataclasses.replace(RUN, fingerprint=known))
    assert load_run(folder).fingerprint == known


def test_only_runs_that_came_to_their_end_are_listed_the_latest_first(tmp_path: Path) -> None:
    for number in ("2026-1", "2026-2"):
        save_run(run_folder(tmp_path, "ada", number), RUN)
    run_folder(tmp_path, "ada", "2026-3")
    assert stored_runs(tmp_path, "ada") == ["2026-2", "2026-1"]
    assert stored_runs(tmp_path, "bob") == []
    with pytest.raises(GradebookError):
        stored_runs(tmp_path, "../ada")


def test_folders_and_files_are_private(tmp_path: Path) -> None:
    folder = run_folder(tmp_path, "ada", "1")
    save_run(folder, RUN)
    for path in (folder, folder.parent, folder.parent.parent):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "run.json").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../ada",
        "a/b",
        "a\\b",
        "/etc",
        ".hidden",
        "a\0b",
        "a\nb",
        "a\x1b[2Jb",
        "\udcff",
        "x" * 201,
        " ada",
        "ada ",
        "a\u2028b",
    ],
)
def test_a_hostile_name_never_becomes_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(GradebookError, match="cannot be a folder's name"):
        run_folder(tmp_path, name, "1")
    with pytest.raises(GradebookError, match="cannot be a folder's name"):
        run_folder(tmp_path, "ada", name)
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    "name", ["ada", "Ada Lovelace", "Müller, Jörg", "李雷", "=cmd", "<b>", "group 7 (late)", "a..b", "O'Neil"]
)
def test_ordinary_and_odd_names_are_fine(tmp_path: Path, name: str) -> None:
    assert run_folder(tmp_path, name, "1") == tmp_path / "runs" / name / "1"


@given(st.text(max_size=30))
def test_whatever_passes_is_one_component(name: str) -> None:
    try:
        safe_name(name)
    except GradebookError:
        return
    assert Path("out", name).parent == Path("out")


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "runs").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (out / "runs" / "ada").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(GradebookError, match="leads out of"):
        run_folder(out, "ada", "1")


def test_a_file_in_the_way_is_said(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("")
    with pytest.raises(GradebookError, match="cannot be made"):
        run_folder(tmp_path, "ada", "1")


def test_an_unreadable_run_is_said(tmp_path: Path) -> None:
    with pytest.raises(GradebookError, match="has to be made again"):
        load_run(tmp_path)
    (tmp_path / "run.json").write_text("{")
    with pytest.raises(GradebookError, match="has to be made again"):
        load_run(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000])
def test_an_unreadable_notebook_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "executed.ipynb").write_text(text)
    assert load_executed(tmp_path) is None


def test_a_failed_write_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_atomically(tmp_path / "index.html", "old")

    def refuse(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(GradebookError, match="no space left on device"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["index.html"]


def test_broken_text_can_be_written(tmp_path: Path) -> None:
    assert write_atomically(tmp_path / "a", "x\udcffy").read_bytes() == b"x?y"
