"""What goes out to a worker, and what comes back."""

from __future__ import annotations

import enum
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from grader.cluster.parcel import BrokenParcel, Parcel, pack, read_files, unpack, write_files
from grader.run.host.carry_out import Went
from grader.run.host.levels import LEVELS
from grader.run.job import Folder, Job

FILES, QUESTIONS, ANSWERS, OUTCOME, EXECUTED = (
    "files/",
    "questions/",
    "answers/",
    "outcome.json",
    "executed.ipynb",
)
LOG = "runner.log"
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On which a run is handed out: a worker that does not meet them refuses."""

    level: str  # of isolation, at least
    engine: str  # digest of the code that runs notebooks
    # of Python, the frameworks and the sheet's packages
    versions: Mapping[str, str] = field(default_factory=dict)


class OrderEnd(enum.StrEnum):
    """What became of an order."""

    RAN = "ran"
    REFUSED = "refused"  # this worker does not meet the terms, now and later
    FAILED = "failed"  # it should have gone well: another worker may do better


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerReply:
    """What a worker sends back."""

    answered: OrderEnd
    why: str = ""
    parcel: Parcel = field(default_factory=lambda: Parcel(head={}))


def order_bytes(job: Job, where: Folder, workspace: Path, terms: Terms) -> bytes:
    """The order for a job whose questions lie in `where` and whose files lie in `workspace`. What stays
    hidden is left out."""
    asked = {
        f"{QUESTIONS}{r.name}.frame": (where.questions / f"{r.name}.frame").read_bytes() for r in job.requests
    }
    return pack(
        Parcel(
            head={"job": job.to_json(), "terms": asdict(terms)},
            files={**asked, **read_files(workspace, FILES)},
        )
    )


def read_order(data: bytes) -> tuple[Job, Terms, Parcel]:
    """The job and the terms in an order; its files are in the parcel.

    Raises:
        BrokenParcel: it is no order.
    """
    parcel = unpack(data)
    try:
        return Job.from_json(parcel.head["job"]), Terms(**parcel.head["terms"]), parcel
    except (KeyError, TypeError, ValueError) as problem:
        raise BrokenParcel("an order cannot be read: the host has another version") from problem


def lay_out(parcel: Parcel, where: Folder, workspace: Path) -> None:
    """Write the questions and the files of an order where a runner looks for them.

    Raises:
        BrokenParcel, OSError: they cannot be written.
    """
    workspace.mkdir(mode=0o700)
    where.answers.mkdir(parents=True)
    where.questions.mkdir()
    write_files(parcel, where.path, [name for name in parcel.files if name.startswith(QUESTIONS)])
    files = {
        name.removeprefix(FILES): content for name, content in parcel.files.items() if name.startswith(FILES)
    }
    write_files(Parcel(head={}, files=files), workspace)


def ran_bytes(went: Went, where: Folder) -> bytes:
    """The reply of a worker that has carried out an order."""
    files = read_files(where.answers, ANSWERS)
    for path in (where.outcome, where.executed, where.path / LOG):
        if path.is_file():
            files[path.name] = path.read_bytes()
    return pack(
        Parcel(head={"answered": OrderEnd.RAN, "level": went.level, "workspace": went.workspace}, files=files)
    )


def other_bytes(answered: OrderEnd, why: str) -> bytes:
    """The reply of a worker that has not."""
    return pack(Parcel(head={"answered": answered, "why": " ".join(why.split())[:LONGEST_REASON]}))


def read_reply(data: object) -> WorkerReply:
    """What a worker said. Whatever cannot be read is a failure of that worker."""
    try:
        parcel = unpack(data if isinstance(data, bytes) else b"")
        said = OrderEnd(parcel.head["answered"])
        return WorkerReply(answered=said, why=str(parcel.head.get("why", ""))[:LONGEST_REASON], parcel=parcel)
    except (BrokenParcel, KeyError, ValueError) as problem:
        return WorkerReply(
            answered=OrderEnd.FAILED, why=f"its answer cannot be read ({problem})"[:LONGEST_REASON]
        )


def take_in(reply: WorkerReply, job: Job, where: Folder) -> Went:
    """Write what a worker has brought into the run's folder: the answers that were asked for, the outputs and
    how it went.

    Raises:
        BrokenParcel: it brings no outcome.
        OSError: it cannot be written.
    """
    names = {OUTCOME, EXECUTED, LOG, *(f"{ANSWERS}{request.name}.frame" for request in job.requests)}
    for old in (where.outcome, where.executed, *where.answers.glob("*.frame")):
        old.unlink(missing_ok=True)
    write_files(reply.parcel, where.path, names)
    try:
        result = json.loads(where.outcome.read_text("utf-8"))
        level, workspace = str(reply.parcel.head["level"]), str(reply.parcel.head["workspace"])
        assert result["outcome"]
        assert level in LEVELS
    except (OSError, ValueError, KeyError, TypeError, AssertionError) as problem:
        raise BrokenParcel("a worker brought a run without its outcome") from problem
    return Went(result=result, level=level, workspace=workspace)
