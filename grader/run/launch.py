"""The host's side of a run: draw the questions, start a runner, read back what happened."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import shutil
import sys
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import numpy as np

from grader import __version__
from grader.assignment import Assignment, Probe, in_force
from grader.assignment.packages import is_package
from grader.assignment.probe import HIDDEN
from grader.keras.generations import GENERATIONS
from grader.model import CellError, CellRun, CellSource, Extent, Limits, Observation, Outcome, Run, Submission, Versions
from grader.run.aftermath import settle
from grader.run.inside import frames
from grader.run.job import Folder, Job, Request
from grader.run.overrides import override, override_text
from grader.run.place import NO_PLACE, Place
from grader.run.runners import OnEvent, Runners
from grader.run.scratch import scratch
from grader.run.whole_notebook import with_text
from grader.run.wire import load_observations

MISSING_OURS = ("tensorflow", "keras", "numpy")
SLACK_SECONDS = 60.0  # beyond all limits that the runner keeps, for ending what does not end
CLEARED = "the copy of the student's files was deleted while it ran: somebody clears the temporary folder"
TEMPORARY = ("TMPDIR", "TEMP", "TMP")
SYSTEMS_OWN = (
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "WINDIR",
    "COMSPEC",
    "NUMBER_OF_PROCESSORS",
)  # without which nothing starts on Windows
OWN_ROOT_FOLDER = "/home/student"  # where a notebook works that has a root folder of its own; see isolation/namespaces.py


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one attempt runs. What is not FULL can show only that work passes, or that something fails which no training decides."""

    run_id: str
    attempt: int
    extent: Extent
    key: bytes  # of the gradebook: every drawn number follows from it
    limits: Limits
    runtime: str = "keras3"
    runtime_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortened:
    """What a budget leaves of a training."""

    cells: tuple[CellSource, ...]
    overrides: Mapping[str, float | int] = field(default_factory=dict)  # in the cells, and in the student's own modules
    steps: int = 0  # most batches of one pass over the data; 0: no cap


def limits_of(assignment: Assignment) -> Limits:
    """The limits that a sheet's budget sets."""
    budget = assignment.budget
    return Limits(cell_seconds=budget.cell_minutes * 60, wall_seconds=budget.wall_minutes * 60, memory_mb=budget.memory_mb)


def generator(key: bytes, *parts: str) -> np.random.Generator:
    """A generator that only the holder of the key can repeat: HMAC-SHA256 of the parts."""
    digest = hmac.new(key, "\0".join(parts).encode(), hashlib.sha256).digest()
    return np.random.default_rng(int.from_bytes(digest, "little"))


def run_submission(
    submission: Submission,
    assignment: Assignment,
    plan: Plan,
    folder: Path,
    on_event: OnEvent,
    stop: threading.Event,
    place: Place = NO_PLACE,
    runners: Runners | None = None,
) -> Run:
    """Run one submission once. Never raises for anything the student's code does."""
    if runners is None:
        with Runners() as own:
            return run_submission(submission, assignment, plan, folder, on_event, stop, place, own)
    where = Folder(path=folder)
    where.questions.mkdir(parents=True, exist_ok=True)
    where.answers.mkdir(exist_ok=True)
    parameters = in_force(assignment, submission.source.parameters)
    short = within_budget(submission, assignment, parameters, plan.extent)
    with scratch() as private:
        workspace = private / "files"
        workspace.mkdir(mode=0o700)
        copy_files(submission, workspace, short.overrides)
        open_to(place, workspace)
        job = make_job(submission, assignment, plan, short, where, workspace, place)
        where.job.write_text(job.to_json())
        for old in (where.outcome, where.journal, where.executed):
            old.unlink(missing_ok=True)
        before = _names_in(workspace)
        ending = runners.run(where.path, plan.limits.whole_seconds + SLACK_SECONDS, on_event, stop)
        result = settle(where, ending, plan.limits)
        if _was_cleared(workspace, before, own_copy=bool(job.files)):
            result = {"outcome": Outcome.UNAVAILABLE, "reason": CLEARED}
            where.outcome.write_text(json.dumps(result))
        return read_back(
            submission, plan, place, where, result, short.overrides, packages=assignment.packages, hidden=(job.workspace,)
        )  # fmt: skip


def make_job(
    submission: Submission, assignment: Assignment, plan: Plan, short: Shortened, where: Folder, workspace: Path, place: Place
) -> Job:
    """What the runner has to do. Each question is drawn here and written into its file."""

    def drawn(purpose: str) -> np.random.Generator:
        return generator(plan.key, submission.student, submission.digest, str(plan.attempt), purpose)

    numbers = in_force(assignment, submission.source.parameters, short.overrides)
    requests = tuple(_request(probe, where, drawn(probe.name), numbers) for probe in assignment.probes())
    return Job(
        cells=short.cells, requests=requests, limits=plan.limits, runtime=plan.runtime, steps=short.steps,
        file=submission.notebook_file, package=submission.package,
        roles=submission.source.roles, takes=submission.takes, declared={role.name: role.told() for role in assignment.roles},
        kernel_seed=int(drawn("kernel").integers(2**31)), **whereabouts(place, workspace, plan.runtime),
    )  # fmt: skip


def whereabouts(place: Place, workspace: Path, runtime: str) -> dict[str, Any]:
    """What a job says of the machine on which it runs: folders, the fork server, and what the kernel inherits."""
    own_root = place.level == "namespaces"
    home = OWN_ROOT_FOLDER if own_root else str(workspace)
    return {
        "workspace": home,
        "files": str(workspace) if own_root else "",
        "server": place.server,
        "box": place.box,
        "environment": environment(home, runtime) | ({} if own_root else dict.fromkeys(TEMPORARY, home)),
    }


def within_budget(
    submission: Submission, assignment: Assignment, parameters: Mapping[str, float | int], extent: Extent
) -> Shortened:
    """What a run of this extent trains: nothing changes in a full run, and when the student's own numbers are small enough."""
    if (
        extent is Extent.FULL
        or assignment.shrink is None
        or assignment.steps is None
        or assignment.steps(parameters) <= assignment.budget.steps
    ):
        return Shortened(cells=submission.cells)
    cells, overrides = submission.cells, dict[str, float | int]()
    if extent is Extent.SHORT:
        values = assignment.shrink(parameters, assignment.budget.steps)
        cells, overrides = override(cells, values, submission.source.spelled)
        overrides |= {name: values[name] for name in _named_in_modules(submission, values)}
    epochs = max(1, int({**parameters, **overrides}.get("EPOCHS", 1)))
    return Shortened(cells=cells, overrides=overrides, steps=-(-assignment.budget.steps // epochs))


def _named_in_modules(submission: Submission, values: Mapping[str, float | int]) -> set[str]:
    """The parameters whose values stand in the student's own modules."""
    texts = (_text_of(submission.root / name) for name in submission.modules) if submission.root else ()
    return {name for text in texts if text for name in override_text(text, values, submission.source.spelled)[1]}


def _text_of(path: Path) -> str:
    """The text of a module; "" for what cannot be read as UTF-8 and therefore stays as it is."""
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


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


def _request(probe: Probe, where: Folder, rng: np.random.Generator, parameters: Mapping[str, float | int]) -> Request:
    question = probe.draw(rng, parameters)
    hidden = {name: value for name, value in question.items() if name.startswith(HIDDEN)}
    asked = {name: value for name, value in question.items() if name not in hidden}
    (where.questions / f"{probe.name}.frame").write_bytes(frames.pack(asked))
    if hidden:
        where.hidden(probe.name).write_bytes(frames.pack(hidden))
    return Request(
        name=probe.name,
        answered_by=probe.answered_by,
        needs=probe.needs,
        seconds=probe.seconds,
        early=probe.early,
        parts={part: role.told() for part, role in probe.parts},
    )


def copy_files(submission: Submission, workspace: Path, overrides: Mapping[str, float | int]) -> None:
    """The student's files, symlinks left out: the kernel works on a copy. In their modules parameters are overridden."""
    if submission.root is None:
        return
    for name in submission.files:
        source, target = submission.root / name, workspace / name
        if source.is_symlink() or not source.is_file():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        text = _text_of(source) if overrides and name in submission.modules else ""
        if text:
            target.write_bytes(override_text(text, overrides, submission.source.spelled)[0].encode())
        else:
            shutil.copyfile(source, target)


def _names_in(workspace: Path) -> frozenset[Path]:
    return frozenset(workspace.rglob("*"))


def _was_cleared(workspace: Path, before: frozenset[Path], *, own_copy: bool) -> bool:
    """Whether somebody deleted the student's files while they ran: what the notebook did not find is then no fault of its own.

    `own_copy`: the kernel works on a copy of its own, so nothing in here is ever changed by it.
    """
    return not workspace.is_dir() or (own_copy and not before <= _names_in(workspace))


def open_to(place: Place, workspace: Path) -> None:
    """Let the user that the kernel becomes read the copy of the student's files or, without a root folder of its own, work in it.
    The folder above keeps everybody else out."""
    if not place.user:
        return
    if place.level != "namespaces":
        workspace.parent.chmod(0o711)
    for path in (workspace, *workspace.rglob("*")):
        if place.level == "namespaces":
            path.chmod(0o755 if path.is_dir() else 0o644)
        else:
            os.chown(path, place.user, place.user)


def read_back(
    submission: Submission, plan: Plan, place: Place, where: Folder, result: Mapping[str, Any],
    overrides: Mapping[str, float | int], packages: Collection[str], hidden: tuple[str, ...],
) -> Run:  # fmt: skip
    """The Run of what the runner left behind."""
    cells = tuple(cell_run(entry, hidden) for entry in result.get("cells", ()))
    outcome = Outcome(result["outcome"])
    stored = load_observations(where.path) if "observations" in result else None
    absent = absent_modules(cells, stored.without_frames() if stored else {}, submission)
    return Run(
        run_id=plan.run_id,
        attempt=plan.attempt,
        outcome=outcome,
        reason=str(result.get("reason", "")),
        runtime=plan.runtime,
        runtime_reason=plan.runtime_reason,
        isolation=place.level,
        limits=plan.limits,
        versions=Versions(grader=__version__, **{k: v for k, v in result.get("versions", {}).items() if k in Versions.__slots__}),
        overrides=overrides,
        cuts=tuple(result.get("cuts", ())),
        cells=cells,
        seconds=float(result.get("seconds", 0.0)),
        memory_mb=float(result.get("memory_mb", 0.0)),
        missing_packages=tuple(name for name in absent if is_package(name, packages)),
        forgotten_modules=tuple(name for name in absent if not is_package(name, packages)),
        notices=tuple(result.get("notices", ())),
        observations=stored or {},
        executed=with_text(submission, _executed(where)),
        lost_at=str(result.get("lost_at", "")),
    )


def _executed(where: Folder) -> Mapping[str, Any] | None:
    """The executed notebook; None where the runner did not come to write it."""
    try:
        return nbformat.read(where.executed, as_version=4)  # type: ignore[no-any-return]
    except (OSError, ValueError, nbformat.ValidationError):
        return None


def cell_run(entry: Mapping[str, Any], hidden: tuple[str, ...]) -> CellRun:
    """A cell as outcome.json has it, without the folders in `hidden`."""
    error = entry.get("error")
    return CellRun(
        number=int(entry["number"]),
        seconds=float(entry["seconds"]),
        timed_out=bool(entry["timed_out"]),
        where=str(entry.get("where", "")),
        error=CellError(**{key: without_paths(str(value), hidden) for key, value in error.items()}) if error else None,
    )


def without_paths(text: str, hidden: tuple[str, ...]) -> str:
    """Text without the paths of this machine: the student's folder disappears, libraries keep their own part."""
    for folder in hidden:
        text = text.replace(folder.rstrip("/") + "/", "").replace(folder, ".")
    text = re.sub(r"(?:/[\w.+-]+)+/site-packages/", "", text)
    return re.sub(r"(?:/[\w.+-]+)+/lib/python3\.\d+/", "", text)


def absent_modules(
    cells: tuple[CellRun, ...], observations: Mapping[str, Observation], submission: Submission
) -> tuple[str, ...]:
    """What the code imports and uses and is not here: packages, and modules that the student should have handed in. An error can be
    raised by anybody: what the source imports nowhere is not missing."""
    own = {Path(name).stem for name in submission.files} | {name.split("/")[0] for name in submission.files}
    errors = [cell.error for cell in cells] + [seen.error for seen in observations.values()]
    found = [error.missing_package for error in errors if error and error.missing_package in submission.source.imports]
    return tuple(dict.fromkeys(name for name in found if name not in own and name not in MISSING_OURS))
