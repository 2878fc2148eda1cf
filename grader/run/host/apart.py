"""One run in three places that trust each other less and less: its questions are drawn where the key is, the
notebook runs where no secret is, and what it answered is read where the key is again.

What comes back is hostile, all of it: the questions are drawn once more, and of the other place's files
nothing is taken but answers and how it says the run went, each held against its form.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from grader.errors import BrokenFrame
from grader.model import Extent, Outcome, Reply, Run
from grader.run.host.carry_out import Prepared, Went
from grader.run.host.draw import draw
from grader.run.host.own_files import copy_files
from grader.run.host.place import NO_PLACE
from grader.run.host.read_back import read_back
from grader.run.host.shortened import Shortened
from grader.run.host.wanted import Wanted
from grader.run.inside import frames
from grader.run.job import Folder, Job
from grader.run.runner.wire import decode, error_fields, spoiled, tidy
from grader.run.scratch import scratch

CarryOut = Callable[[Prepared], Went]

FILES = "files"  # of the homework, beside its job
MOST_OUTCOME = 64 << 20  # bytes of outcome.json
UNREADABLE = "what came back from the place where it ran cannot be read"


def draw_apart(wanted: Wanted) -> None:
    """Write the job of one whole run: questions, code and files; nothing that was drawn to stay here."""
    _draw(wanted)
    for path in wanted.where.questions.glob("*.hidden.frame"):
        path.unlink()
    copy_files(wanted.submission, wanted.folder / FILES, {})


def answer(folder: Path, carry_out: CarryOut, stop: threading.Event) -> None:
    """Run the job in a folder; answers, outcome.json and the executed notebook are left in it."""
    where = Folder(path=folder)
    job = Job.from_json(where.job.read_text("utf-8"))
    with scratch() as private:
        workspace = private / FILES
        shutil.copytree(folder / FILES, workspace)
        where.answers.mkdir(exist_ok=True)
        carry_out(Prepared(job=job, where=where, workspace=workspace, on_event=lambda event: None, stop=stop))


def read_answers(theirs: Path) -> Callable[[Wanted], Run]:
    """A Runner of the pipeline that runs nothing: it draws the questions again, and takes the answers from a
    folder."""

    def read(wanted: Wanted) -> Run:
        job, where = _draw(wanted), wanted.where
        result = _taken(Folder(path=theirs), where, {request.name for request in job.requests})
        where.outcome.write_text(json.dumps(result), "utf-8")
        went = Went(result=result, level=NO_PLACE.level, workspace="")
        return read_back(wanted, went, Shortened(cells=wanted.submission.cells))

    return read


def _draw(wanted: Wanted) -> Job:
    # what follows from a shortened run can only be known by judging it
    assert wanted.plan.extent is Extent.FULL
    job, _ = draw(wanted)
    wanted.where.job.write_text(job.to_json(), "utf-8")
    return job


def _taken(theirs: Folder, ours: Folder, asked: set[str]) -> dict[str, Any]:
    """What another place says of a run, in the form that our own runner would give it; its answers are
    copied."""
    try:
        said = json.loads(_bytes(theirs.outcome, MOST_OUTCOME))
        cells = [_cell(entry) for entry in said.get("cells", ())]
        noted = {name: _reply(reply) for name, reply in said["observations"].items() if name in asked}
        outcome = Outcome(said["outcome"])
        known: dict[str, Any] = {
            "seconds": float(said.get("seconds", 0)),
            "memory_mb": float(said.get("memory_mb", 0)),
        }
        known |= {key: [str(text)[:500] for text in said.get(key, ())][:200] for key in ("cuts", "notices")}
        known |= {"versions": {str(key): str(value)[:40] for key, value in said.get("versions", {}).items()}}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return {"outcome": Outcome.DIED, "reason": UNREADABLE, "observations": {}}
    for name, reply in noted.items():
        if reply["status"] is Reply.ANSWERED:
            try:
                frame = _bytes(theirs.answers / f"{name}.frame", frames.MAX_BYTES)
                decode(frame)
                (ours.answers / f"{name}.frame").write_bytes(frame)
            except (OSError, ValueError, BrokenFrame) as problem:  # our own code leaves none such
                noted[name] = reply | spoiled(
                    f"the answer that came back cannot be read: {type(problem).__name__}"
                )
    reason = str(said.get("reason", ""))[:500]
    return {"outcome": outcome, "reason": reason, "cells": cells, "observations": noted, **known}


def _bytes(path: Path, most: int) -> bytes:
    """The content of a plain file.

    Raises:
        OSError, ValueError: it is none, or too large.
    """
    if path.is_symlink() or not path.is_file() or path.stat().st_size > most:
        raise ValueError(path.name)
    return path.read_bytes()


def _reply(said: Mapping[str, Any]) -> dict[str, Any]:
    after = said.get("after_cell")
    return tidy(said) | {"after_cell": after if isinstance(after, int) else None}


def _cell(said: Mapping[str, Any]) -> dict[str, Any]:
    error = said.get("error")
    return {
        "number": int(said["number"]),
        "seconds": float(said["seconds"]),
        "timed_out": bool(said["timed_out"]),
        "where": str(said.get("where", ""))[:500],
        "error": _error(error) if error else None,
    }


def _error(said: Mapping[str, Any]) -> dict[str, str]:
    return {key: str(said.get(key, ""))[:20_000] for key in ("name", "message", "traceback")} | error_fields(
        said
    )
