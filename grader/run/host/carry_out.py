"""The trusted runner's side of a run, on whatever machine: a job whose questions and files lie ready, carried
out in one place."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.keras.generations import GENERATIONS
from grader.model import Outcome
from grader.run.host.aftermath import settle
from grader.run.host.place import Place
from grader.run.host.runners import OnEvent, Runners
from grader.run.job import Folder, Job

SLACK_SECONDS = 60.0  # beyond all limits that the runner keeps, for ending what does not end
CLEARED = "the copy of the student's files was deleted while it ran: somebody clears the temporary folder"
TEMPORARY = ("TMPDIR", "TEMP", "TMP")
# without which nothing starts on Windows
SYSTEMS_OWN = (
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "WINDIR",
    "COMSPEC",
    "NUMBER_OF_PROCESSORS",
)
# where a notebook works that has a root folder of its own; see isolation/namespaces.py
OWN_ROOT_FOLDER = "/home/student"


@dataclass(frozen=True, slots=True, kw_only=True)
class Went:
    """How a job went. Answers, outputs and outcome.json lie in its folder."""

    result: Mapping[str, Any]  # the content of outcome.json
    level: str  # of isolation
    workspace: str  # the kernel's working folder, whose path no student is to read


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A job that can be carried out: its questions lie in `where`, the student's files in `workspace`."""

    job: Job
    where: Folder
    workspace: Path
    on_event: OnEvent
    stop: threading.Event


def carry_out(ready: Prepared, place: Place, runners: Runners) -> Went:
    """Have a runner do the job. Never raises for anything the student's code does."""
    where, workspace = ready.where, ready.workspace
    _open_to(place, workspace)
    job = placed(ready.job, workspace, place)
    where.job.write_text(job.to_json(), "utf-8")
    for old in (where.outcome, where.journal, where.executed):
        old.unlink(missing_ok=True)
    before = _names_in(workspace)
    ending = runners.run(where.path, job.limits.whole_seconds + SLACK_SECONDS, ready.on_event, ready.stop)
    result = settle(where, ending, job.limits)
    if _was_cleared(workspace, before, own_copy=bool(job.files)):
        result = {"outcome": Outcome.UNAVAILABLE, "reason": CLEARED}
        where.outcome.write_text(json.dumps(result), "utf-8")
    return Went(result=result, level=place.level, workspace=job.workspace)


def placed(job: Job, workspace: Path, place: Place) -> Job:
    """The job with all that depends on where it happens."""
    own_root = place.level == "namespaces"
    home = OWN_ROOT_FOLDER if own_root else str(workspace)
    return replace(
        job,
        workspace=home,
        files=str(workspace) if own_root else "",
        server=place.server,
        box=place.box,
        environment=environment(home, job.runtime) | ({} if own_root else dict.fromkeys(TEMPORARY, home)),
    )


def environment(home: str, runtime: str) -> dict[str, str]:
    """All that the student's process inherits: no secrets, one thread, no graphics card."""
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]),
        "HOME": home,
        "USERPROFILE": home,
        "USER": "student",
        "LANG": "C.UTF-8",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": str(Path(home) / ".matplotlib"),
        "IPYTHONDIR": str(Path(home) / ".ipython"),
        "PYTHONDONTWRITEBYTECODE": "1",
        **{name: os.environ[name] for name in SYSTEMS_OWN if name in os.environ},
        **GENERATIONS[runtime].environment,
    }


def _names_in(workspace: Path) -> frozenset[Path]:
    return frozenset(workspace.rglob("*"))


def _was_cleared(workspace: Path, before: frozenset[Path], *, own_copy: bool) -> bool:
    """Whether somebody deleted the student's files while they ran: what the notebook did not find is then no
    fault of its own.

    `own_copy`: the kernel works on a copy of its own, so nothing in here is ever changed by it.
    """
    return not workspace.is_dir() or (own_copy and not before <= _names_in(workspace))


def _open_to(place: Place, workspace: Path) -> None:
    """Let the user that the kernel becomes read the copy of the student's files or, without a root folder of
    its own, work in it. The folder above keeps everybody else out."""
    if not place.user:
        return
    if place.level != "namespaces":
        workspace.parent.chmod(0o711)
    for path in (workspace, *workspace.rglob("*")):
        if place.level == "namespaces":
            path.chmod(0o755 if path.is_dir() else 0o644)
        else:
            os.chown(path, place.user, place.user)
