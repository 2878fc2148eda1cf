"""What decides how a run goes, as a Fingerprint: computed before the run, without a kernel and without
importing a framework."""

from __future__ import annotations

import functools
import hashlib
import hmac
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

from grader.assignment import Assignment, Probe, in_force
from grader.model import Fingerprint, Submission
from grader.run.host.draw import generator
from grader.run.host.shortened import within_budget
from grader.run.host.wanted import Plan
from grader.run.inside import frames

FRAMEWORKS = ("tensorflow", "tensorflow-cpu", "keras", "tf-keras", "numpy")
PUBLIC = b"the same for everybody"  # draws a question to compare, never one that is asked

NamedNumbers = Mapping[str, float | int]


def fingerprint(
    submission: Submission, assignment: Assignment, plan: Plan, isolation: str = "none"
) -> Fingerprint:
    """The fingerprint of the run that `plan` describes, at this level of isolation."""
    parameters = in_force(assignment, submission.source.parameters)
    short = within_budget(submission, assignment, plan.extent, corrected=plan.corrected)
    return Fingerprint(
        submission=submission.digest,
        attempt=plan.attempt,
        code=_digest(
            [asdict(cell) for cell in short.cells],
            short.numbers,
            dict(submission.source.roles),
            dict(submission.takes),
        ),
        steps=short.steps,
        probes=probe_digests(assignment, {**parameters, **short.numbers}),
        engine=engine_digest(),
        key=hmac.new(plan.key, b"fingerprint", hashlib.sha256).hexdigest()[:16],
        runtime=plan.runtime,
        versions=installed(tuple(assignment.packages)),
        limits=plan.limits,
        isolation=isolation,
        unending=plan.unending,
        extent=plan.extent,
        reading=reading_digest(assignment),
    )


def probe_digests(assignment: Assignment, parameters: NamedNumbers) -> dict[str, str]:
    """What the sheet asks of a notebook with these parameters: probe -> digest. A change in the code that
    draws counts, the gradebook's key does not: a question is drawn that everybody could draw."""
    return {probe.name: _asked(probe, tuple(sorted(parameters.items()))) for probe in assignment.probes()}


@functools.lru_cache(maxsize=1024)  # most of a class keeps the sheet's parameters
def _asked(probe: Probe, parameters: tuple[tuple[str, float | int], ...]) -> str:
    question = frames.pack(probe.draw(generator(PUBLIC, probe.name), dict(parameters)))
    parts = {part: role.told() for part, role in probe.parts}
    told = [probe.name, probe.answered_by, list(probe.needs), parts, probe.seconds, probe.early]
    return _digest(told, hashlib.sha256(question).hexdigest())


def reading_digest(assignment: Assignment) -> str:
    """What the sheet looks for in source and text: when it changes, homework has to be read again before it
    can be judged."""
    told = [role.told() | {"aliases": role.aliases} for role in assignment.roles]
    return _digest(
        sorted(assignment.names),
        told,
        sorted(assignment.parameters),
        [asdict(q) for q in assignment.questions],
    )


@functools.cache
def installed(packages: tuple[str, ...] = ()) -> dict[str, str]:
    """The versions of Python, the frameworks and these importable packages; "" for what is not installed."""
    return {
        "python": platform.python_version(),
        **{name: _version(name) for name in (*FRAMEWORKS, *packages)},
    }


def _version(name: str) -> str:
    """A package may be installed under another name than it is imported by."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        homes = metadata.packages_distributions().get(name, ()) if name not in FRAMEWORKS else ()
        return ", ".join(metadata.version(home) for home in sorted(set(homes)))


@functools.cache
def engine_digest() -> str:
    """Of the code that runs notebooks: hosts and workers must have the same."""
    home = Path(__file__).parents[1]  # the whole room
    return _digest(*(path.read_text("utf-8") for path in sorted(home.rglob("*.py"))))


def _digest(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=repr).encode()).hexdigest()
