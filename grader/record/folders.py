"""Runs on disk: OUT/runs/<student>/<run_id>/ with submission.json, run.json, executed.ipynb, measured.json,
and the observations that the run room writes. With these a run can be judged again although the student's
folder is gone. Only run.json, the last of them, waits for the disk: what a power cut damages is made
again."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.errors import GradebookError
from grader.model import Run, Submission
from grader.record.codec import from_json, to_json
from grader.record.files import ensure_folder, safe_name, write_atomically

RUN_FILE = "run.json"
SUBMISSION_FILE = "submission.json"
EXECUTED_FILE = "executed.ipynb"
MEASURED_FILE = "measured.json"
LARGEST_EXECUTED = 64 * 2**20  # bytes; what the run room caps is far smaller, more is not ours


def run_path(out: Path, student: str, run_id: str) -> Path:
    """Where the files of one run lie, whether they exist or not.

    Raises:
        GradebookError: the student or the run has a name that is no plain folder name.
    """
    return out / "runs" / safe_name(student) / safe_name(run_id, what="run")


def run_folder(out: Path, student: str, run_id: str) -> Path:
    """The private folder of one run, made when it does not exist.

    Raises:
        GradebookError: a name is no plain folder name, or the folder cannot be made.
    """
    return ensure_folder(out, *run_path(out, student, run_id).relative_to(out).parts)


def stored_runs(out: Path, student: str) -> list[str]:
    """The ids of the runs of a student that came to their end, latest first.

    Raises:
        GradebookError: the student has a name that is no plain folder name.
    """
    folder = out / "runs" / safe_name(student)
    return sorted((path.parent.name for path in folder.glob(f"*/{RUN_FILE}")), reverse=True)


def save_submission(folder: Path, submission: Submission) -> None:
    """Write submission.json: what was read in the homework, without the notebook itself and without its place
    on this machine.

    Raises:
        GradebookError: the file cannot be written.
    """
    facts = dataclasses.replace(submission, root=None, notebook=None)
    write_atomically(folder / SUBMISSION_FILE, json.dumps(to_json(facts), indent=1), durable=False)


def load_submission(folder: Path) -> Submission:
    """The submission that `save_submission` wrote; `root` and `notebook` are None.

    Raises:
        GradebookError: there is no readable submission.json.
    """
    return from_json(Submission, _load(folder / SUBMISSION_FILE))


def save_run(folder: Path, run: Run) -> None:
    """Write run.json (without observations) and, when there is one, executed.ipynb; each whole or not at all.

    Raises:
        GradebookError: a file cannot be written.
    """
    if run.executed is not None:
        write_atomically(folder / EXECUTED_FILE, json.dumps(dict(run.executed), indent=1), durable=False)
    facts = dataclasses.replace(run, observations={}, executed=None)
    write_atomically(folder / RUN_FILE, json.dumps(to_json(facts), indent=1))


def load_run(folder: Path) -> Run:
    """The run that `save_run` wrote; `observations` is empty and `executed` None.

    Raises:
        GradebookError: there is no readable run.json.
    """
    return from_json(Run, _load(folder / RUN_FILE))


def save_measured(folder: Path, measured: Mapping[str, Mapping[str, float]]) -> None:
    """Write what the host computed of this run and need not compute again. It can be deleted: nothing rests
    on it. Where it cannot be written, it will be computed again."""
    with contextlib.suppress(GradebookError):  # it will be computed again
        write_atomically(folder / MEASURED_FILE, json.dumps(measured, indent=1), durable=False)


def load_measured(folder: Path) -> dict[str, dict[str, float]]:
    """What `save_measured` wrote; nothing where it is not there or damaged."""
    try:
        data = json.loads((folder / MEASURED_FILE).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    entries = data.items() if isinstance(data, dict) else ()
    return {
        key: value
        for key, value in entries
        if isinstance(value, dict) and all(_is_number(n) for n in value.values())
    }


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise GradebookError(f"{path} cannot be read: the run has to be made again ({problem})") from problem


def load_executed(folder: Path) -> Mapping[str, Any] | None:
    """The executed notebook of a run (untrusted content); None when there is none or it cannot be read."""
    path = folder / EXECUTED_FILE
    try:
        if path.stat().st_size > LARGEST_EXECUTED:
            return None
        data = json.loads(path.read_text("utf-8"))
    # a picture of the run, not its truth: a report does without it
    except (OSError, ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None
