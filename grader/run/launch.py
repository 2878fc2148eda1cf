"""The host's side of a run: draw the questions, have it carried out, read back what happened."""

from __future__ import annotations

import hashlib
import hmac
import re
import shutil
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import numpy as np

from grader import __version__
from grader.assignment import Assignment, Probe, in_force
from grader.assignment.packages import is_package
from grader.assignment.probe import HIDDEN
from grader.model import (
    CellError,
    CellRun,
    CellSource,
    Extent,
    Limits,
    Observation,
    Outcome,
    Run,
    Submission,
    Versions,
)
from grader.run.carry_out import Went, carry_out
from grader.run.inside import frames
from grader.run.job import Folder, Job, Request
from grader.run.overrides import override, override_text
from grader.run.place import NO_PLACE, Place
from grader.run.runners import OnEvent, Runners
from grader.run.scratch import scratch
from grader.run.whole_notebook import with_text
from grader.run.wire import load_observations

MISSING_OURS = ("tensorflow", "keras", "numpy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one attempt runs. What is not FULL can show only that work passes, or that something fails which no
    training decides."""

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
    # in the cells, and in the student's own modules
    overrides: Mapping[str, float | int] = field(default_factory=dict)
    steps: int = 0  # most batches of one pass over the data; 0: no cap


def limits_of(assignment: Assignment) -> Limits:
    """The limits that a sheet's budget sets."""
    budget = assignment.budget
    return Limits(
        cell_seconds=budget.cell_minutes * 60,
        wall_seconds=budget.wall_minutes * 60,
        memory_mb=budget.memory_mb,
    )


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
    """Run one submission once, on this machine. Never raises for anything the student's code does."""
    if runners is None:
        with Runners() as own:
            return run_submission(submission, assignment, plan, folder, on_event, stop, place, own)
    where = Folder(path=folder)
    with scratch() as private:
        workspace = private / "files"
        job, short = draw(submission, assignment, plan, where)
        copy_files(submission, workspace, short.overrides)
        went = carry_out(job, where, workspace, place, runners, on_event, stop)
        return read_back(submission, assignment, plan, where, went, short)


def draw(submission: Submission, assignment: Assignment, plan: Plan, where: Folder) -> tuple[Job, Shortened]:
    """What the runner has to do, wherever it runs: each question is drawn here and written into its file."""
    where.questions.mkdir(parents=True, exist_ok=True)
    where.answers.mkdir(exist_ok=True)
    short = within_budget(
        submission, assignment, in_force(assignment, submission.source.parameters), plan.extent
    )

    def drawn(purpose: str) -> np.random.Generator:
        return generator(plan.key, submission.student, submission.digest, str(plan.attempt), purpose)

    numbers = in_force(assignment, submission.source.parameters, short.overrides)
    requests = tuple(_request(probe, where, drawn(probe.name), numbers) for probe in assignment.probes())
    job = Job(
        cells=short.cells,
        requests=requests,
        limits=plan.limits,
        runtime=plan.runtime,
        steps=short.steps,
        file=submission.notebook_file,
        package=submission.package,
        roles=submission.source.roles,
        takes=submission.takes,
        declared={role.name: role.told() for role in assignment.roles},
        kernel_seed=_seed_of_training(submission, plan),
    )
    return job, short


def _seed_of_training(submission: Submission, plan: Plan) -> int:
    """What the student's process starts from. The same work gets the same numbers wherever it runs, so that
    what `check` saw at home is what the mark rests on: no key goes in, and nothing that the host draws may
    follow from it."""
    return int(generator(b"", submission.digest, str(plan.attempt)).integers(2**31))


def within_budget(
    submission: Submission, assignment: Assignment, parameters: Mapping[str, float | int], extent: Extent
) -> Shortened:
    """What a run of this extent trains: nothing changes in a full run, and when the student's own numbers are
    small enough."""
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
    return {
        name for text in texts if text for name in override_text(text, values, submission.source.spelled)[1]
    }


def _text_of(path: Path) -> str:
    """The text of a module; "" for what cannot be read as UTF-8 and therefore stays as it is."""
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _request(
    probe: Probe, where: Folder, rng: np.random.Generator, parameters: Mapping[str, float | int]
) -> Request:
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
    """The student's files in a new private folder, symlinks left out: the kernel works on a copy. In their
    modules parameters are overridden."""
    workspace.mkdir(mode=0o700)
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


def read_back(
    submission: Submission, assignment: Assignment, plan: Plan, where: Folder, went: Went, short: Shortened
) -> Run:
    """The Run of what the runner left behind."""
    result, packages = went.result, assignment.packages
    cells = tuple(cell_run(entry, (went.workspace,)) for entry in result.get("cells", ()))
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
        isolation=went.level,
        limits=plan.limits,
        versions=Versions(
            grader=__version__,
            **{k: v for k, v in result.get("versions", {}).items() if k in Versions.__slots__},
        ),
        overrides=short.overrides,
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
        error=(
            CellError(**{key: without_paths(str(value), hidden) for key, value in error.items()})
            if error
            else None
        ),
    )


def without_paths(text: str, hidden: tuple[str, ...]) -> str:
    """Text without the paths of this machine: the student's folder disappears, libraries keep their own
    part."""
    for folder in hidden:
        text = text.replace(folder.rstrip("/") + "/", "").replace(folder, ".")
    text = re.sub(r"(?:/[\w.+-]+)+/site-packages/", "", text)
    return re.sub(r"(?:/[\w.+-]+)+/lib/python3\.\d+/", "", text)


def absent_modules(
    cells: tuple[CellRun, ...], observations: Mapping[str, Observation], submission: Submission
) -> tuple[str, ...]:
    """What the code imports and uses and is not here: packages, and modules that the student should have
    handed in. An error can be raised by anybody: what the source imports nowhere is not missing."""
    own = {Path(name).stem for name in submission.files} | {name.split("/")[0] for name in submission.files}
    errors = [cell.error for cell in cells] + [seen.error for seen in observations.values()]
    found = [
        error.missing_package
        for error in errors
        if error and error.missing_package in submission.source.imports
    ]
    return tuple(dict.fromkeys(name for name in found if name not in own and name not in MISSING_OURS))
