"""Ask the kernel: the question goes into a file it can read, the answer comes from a file it can write."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from queue import Empty
from typing import Any

import zmq

from grader.errors import BrokenFrame
from grader.model import CellError, CellSource, Observation, Reply
from grader.run.inside import frames, plain_file
from grader.run.inside.sized import sized
from grader.run.job import Folder, Job, Request
from grader.run.runner.connected import is_reply
from grader.run.runner.kernel import Kernel
from grader.run.runner.patience import Patience
from grader.run.told import told

GRACE_SECONDS = 5.0  # after an interrupt
# what comes from a kernel, or is noted when none comes
SAID = frozenset(Reply) - {Reply.CONTRADICTS, Reply.UNJUDGED}
MOST_TEXT = 500_000  # characters of all cells: a frame's header holds them, with six bytes for an odd one
MOST_TOLD = 20_000  # characters of an error, before it is made readable
MOST_SECONDS = 1e6  # that a kernel can claim to have taken


def read_answer(descriptor: int) -> bytes:
    """What the kernel wrote into the file, checked for type and size before it is read.

    Raises:
        BrokenFrame: it is not a plain file, or larger than a frame may be.
    """
    facts = os.fstat(descriptor)
    if not stat.S_ISREG(facts.st_mode) or facts.st_size > frames.MAX_BYTES:
        raise BrokenFrame(f"an answer of {facts.st_size} bytes is not accepted")
    return plain_file.read_all(descriptor, facts.st_size)


def decode(data: bytes) -> dict[str, Any]:
    """The mapping in a frame.

    Raises:
        BrokenFrame: the bytes are not a frame.
    """
    try:
        return frames.unpack(data)
    except ValueError as problem:
        raise BrokenFrame(f"the kernel's answer cannot be read: {problem}") from problem


def greeting(cells: Sequence[CellSource], model: Mapping[str, Any] | None = None) -> bytes:
    """What the kernel hears before the first cell: the cells as they will run, to tell what runs beside them;
    and what is trained.

    Of a notebook that is too long to be read, `whole` is false, and nothing is told apart."""
    listed = [[cell.number, cell.where, cell.text] for cell in cells]
    whole = sum(len(cell.text) for cell in cells) <= MOST_TEXT
    return frames.pack({"cells": listed if whole else [], "whole": whole, "model": dict(model or {})})


async def send(
    kernel: Kernel, content: Mapping[str, Any], question: bytes, seconds: float, most: float | None = None
) -> dict[str, Any]:
    """One probe request and its reply; {"status": "timed out"} when none comes, after an interrupt. On a busy
    machine it may take longer than `seconds`, never longer than `most`."""
    plain_file.write_all(kernel.answers, b"")
    plain_file.write_all(kernel.questions, question)
    message = kernel.client.session.msg("probe_request", dict(content))
    try:
        kernel.client.shell_channel.send(message)
    except zmq.ZMQError:  # it broke the connection
        return {"status": "timed out", "stuck": True}
    patience = Patience(seconds=seconds, most=seconds if most is None else most, used=kernel.cpu_seconds)
    reply = await _reply_to(kernel, message["header"]["msg_id"], patience)
    if reply is None:
        await kernel.interrupt()
        grace = Patience(seconds=GRACE_SECONDS, most=GRACE_SECONDS, used=kernel.cpu_seconds)
        reply = await _reply_to(kernel, message["header"]["msg_id"], grace)
    return reply if reply is not None else {"status": "timed out", "stuck": True}


async def _reply_to(kernel: Kernel, message_id: str, patience: Patience) -> dict[str, Any] | None:
    while (left := patience.left()) > 0:
        try:
            message = await kernel.client.get_shell_msg(timeout=min(left, 0.5))
        except (Empty, TimeoutError):
            if not await kernel.manager.is_alive():
                return {"status": "dead"}
            continue
        except Exception:  # bytes that are no message
            continue
        if is_reply(message, message_id):
            content = message.get("content")
            return content if isinstance(content, dict) else {}
    return None


async def ask(
    kernel: Kernel,
    request: Request,
    folder: Folder,
    job: Job,
    *,
    unless_same: bool,
    at_end: bool,
    most: float,
) -> tuple[dict[str, Any], bytes | None]:
    """Ask one probe: (what is noted about it, the frame with the answer). `at_end`: no cell is to come;
    `most`: seconds on the clock, however busy the machine is."""
    content = {
        "probe": request.name,
        "answered_by": request.answered_by,
        "needs": list(request.needs),
        "unless_same": unless_same,
        "at_end": at_end,
        "roles": {name: list(own) for name, own in job.roles.items()},
        "declared": {name: dict(role) for name, role in job.declared.items()},
        "parts": {part: dict(role) for part, role in request.parts.items()},
        "takes": dict(job.takes),
    }
    question = (folder.questions / f"{request.name}.frame").read_bytes()
    reply = await send(kernel, content, question, request.seconds, most)
    noted = tidy(reply)
    if noted["status"] is not Reply.ANSWERED:
        return noted, None
    try:
        frame = read_answer(kernel.answers)
        decode(frame)  # here, so that what cannot be read later was damaged by us
        return noted, frame
    except BrokenFrame as problem:
        return noted | spoiled(str(problem)), None


def spoiled(words: str) -> dict[str, Any]:
    """What is noted of an answer that our own code in the kernel never gives: the notebook changed it, or
    what gives it."""
    return {"status": Reply.CONTRADICTS, "error": {"name": "BrokenFrame", "message": words, "traceback": ""}}


def refused(most_mb: int) -> dict[str, Any]:
    """What is noted instead of an answer beyond the limit of a run: it is the code that made it so large."""
    message = f"all answers of a run have at most {most_mb} MB together"
    return {"status": "raised", "error": {"name": "AnswerTooLarge", "message": message, "traceback": ""}}


def tidy(reply: Mapping[str, Any]) -> dict[str, Any]:
    """A kernel's reply reduced to what we expect, with bounded text: it may say anything."""
    said = _status(reply.get("status"))
    noted: dict[str, Any] = {"status": said} if said in SAID else spoiled("it is no answer to what was asked")
    missing = reply.get("missing")
    if isinstance(missing, list):
        noted["missing"] = [str(name)[:100] for name in missing[:20]]
    error = reply.get("error")
    if isinstance(error, dict) and said in SAID:
        words = {key: str(error.get(key, ""))[:MOST_TOLD] for key in ("name", "message", "traceback")}
        noted["error"] = told(words) | error_fields(error)
    for key in ("cuts", "notices"):
        if isinstance(reply.get(key), list):
            noted[key] = [str(item)[:200] for item in reply[key][:50]]
    if isinstance(reply.get("versions"), dict):
        noted["versions"] = {str(k)[:20]: str(v)[:40] for k, v in list(reply["versions"].items())[:8]}
    seconds = reply.get("seconds")
    noted["seconds"] = (
        float(seconds) if isinstance(seconds, (int, float)) and 0 <= seconds < MOST_SECONDS else 0.0
    )
    noted["stuck"] = bool(reply.get("stuck"))
    return noted


def _status(said: object) -> Reply | None:
    """The reply that a word names; None when it names none."""
    return Reply(said) if isinstance(said, str) and said in set(Reply) else None


def error_fields(said: object) -> dict[str, str]:
    """The fields of an error as the kernel tells them: names, and of what is missing in a package names with
    dots between them (src.cells), whatever it says."""
    named = {
        key: said.get(key) if isinstance(said, Mapping) else None
        for key in ("missing_package", "missing_answer", "missing_name")
    }
    return {key: name if isinstance(name, str) and _fits(key, name) else "" for key, name in named.items()}


def _fits(key: str, name: str) -> bool:
    parts = name.split(".") if key == "missing_package" else [name]
    return all(part.isidentifier() for part in parts)


class Stored(Mapping[str, Observation]):
    """The observations of a stored run. Their frames, up to 64 MB each, are read when they are looked at:
    whoever only keeps a run does not hold them."""

    def __init__(self, where: Folder, noted: Mapping[str, Mapping[str, Any]]) -> None:
        self._where, self._noted = where, noted
        self._read: dict[str, Observation] = {}

    def __getitem__(self, name: str) -> Observation:
        if name not in self._read:
            self._read[name] = self.read(name)
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._noted)

    def __len__(self) -> int:
        return len(self._noted)

    def read(self, name: str) -> Observation:
        """One of them, which is not kept.

        Raises:
            OSError, BrokenFrame: its question is damaged or gone.
        """
        return _observation(self._where, name, self._noted[name])

    def without_frames(self) -> dict[str, Observation]:
        """All of them as far as they are known without question and answer."""
        return {name: _noted(name, entry) for name, entry in self._noted.items()}


def load_observations(folder: Path) -> Stored:
    """The observations of a stored run: questions and answers from their frames, the rest from outcome.json.

    Raises:
        OSError, ValueError, KeyError: outcome.json is damaged or gone.
    """
    where = Folder(path=folder)
    return Stored(where, dict(json.loads(where.outcome.read_text("utf-8"))["observations"]))


def _observation(where: Folder, name: str, entry: Mapping[str, Any]) -> Observation:
    question = decode((where.questions / f"{name}.frame").read_bytes())
    if where.hidden(name).is_file():
        question |= decode(where.hidden(name).read_bytes())
    found = replace(_noted(name, entry), question=question)
    if not found.is_answered:
        return found
    try:
        answer = decode((where.answers / f"{name}.frame").read_bytes())
        return replace(found, answer=answer, question=sized(found.question, answer.get("asked_with")))
    except (BrokenFrame, OSError) as problem:
        error = CellError(name=type(problem).__name__, message="the answer could not be read", traceback="")
        return replace(found, status=Reply.BROKEN, error=error)


def _noted(name: str, entry: Mapping[str, Any]) -> Observation:
    return Observation(
        probe=name,
        status=_status(entry["status"]) or Reply.BROKEN,
        missing=tuple(entry.get("missing", ())),
        after_cell=entry.get("after_cell"),
        error=CellError(**entry["error"]) if entry.get("error") else None,
        seconds=float(entry.get("seconds", 0.0)),
    )
