"""What is asked in a run, drawn where the key is."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

import numpy as np

from grader.assignment import Probe, in_force
from grader.assignment.probe import HIDDEN
from grader.model import Submission
from grader.run.host.shortened import Shortened, within_budget
from grader.run.host.wanted import Plan, Wanted
from grader.run.inside import frames
from grader.run.job import Folder, Job, Request


def generator(key: bytes, *parts: str) -> np.random.Generator:
    """A generator that only the holder of the key can repeat: HMAC-SHA256 of the parts."""
    digest = hmac.new(key, "\0".join(parts).encode(), hashlib.sha256).digest()
    return np.random.default_rng(int.from_bytes(digest, "little"))


def draw(wanted: Wanted) -> tuple[Job, Shortened]:
    """What the runner has to do, wherever it runs: each question is drawn here and written into its file."""
    submission, assignment, plan, where = wanted.submission, wanted.assignment, wanted.plan, wanted.where
    where.questions.mkdir(parents=True, exist_ok=True)
    where.answers.mkdir(exist_ok=True)
    short = within_budget(submission, assignment, plan.extent, corrected=plan.corrected)

    def drawn(purpose: str) -> np.random.Generator:
        return generator(plan.key, submission.student, submission.digest, str(plan.attempt), purpose)

    numbers = in_force(assignment, submission.source.parameters, short.numbers)
    requests = tuple(_request(probe, where, drawn(probe.name), numbers) for probe in assignment.probes())
    job = Job(
        cells=short.cells,
        requests=requests,
        limits=plan.limits,
        unending=plan.unending,
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
