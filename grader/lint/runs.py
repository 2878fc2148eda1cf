"""What should be right and what should not, run once and judged by many draws.

All that a judge concludes follows from what the host drew and what the notebook answered. So a notebook runs
once, and each question that is drawn at all is drawn and asked several times in that one run, under a name
for each draw; every draw is then judged by itself.
"""

from __future__ import annotations

import enum
import json
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from grader.assignment import Assignment, Check, Probe
from grader.assignment.probe import draws_nothing
from grader.assignment.template import as_read
from grader.collect import Candidate, Course, find_candidates, prepare
from grader.collect.files.listing import entries
from grader.errors import UsageError
from grader.judge.verdicts import Verdicts
from grader.judging import HERE, conclude
from grader.judging.conclusion import whole
from grader.lint.material import NOTEBOOK
from grader.lint.stopped import content_of, why_stopped
from grader.model import Basis, Observation, Outcome, Run, Status, Submission, Verdict
from grader.model.verdict import WRONG, passed
from grader.pipeline import Event, Examiner, RunWanted, Settings, best
from grader.record import run_path

AGAIN = "drawn again"  # the id of the check that only asks


class SpecimenKind(enum.StrEnum):
    """What a specimen is, and so what is expected of it."""

    REFERENCE = "reference"
    TEMPLATE = "template"
    RIGHT = "right"  # a submission whose folder's name begins with "right"
    WRONG = "wrong"  # every other
    BROKEN = "broken"  # "broken...": it stops, as homework does, and what stands above keeps its points


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """One homework to be tried."""

    name: str
    kind: SpecimenKind
    candidate: Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of a specimen: its last verdicts, and those by each draw of the run that counts."""

    specimen: Specimen
    verdicts: Verdicts
    draws: tuple[Mapping[str, Verdict], ...] = ()
    answered: frozenset[str] = frozenset()  # the names of the probes that it answered
    fault: str = ""  # why it could not be tried, which is nobody's mistake but ours or the machine's
    stopped: str = ""  # why what it was made for was not seen: a cell raised, a name is defined nowhere
    content: str = ""  # of all code and answers: equal for two that are one

    @property
    def lost(self) -> tuple[str, ...]:
        """The ids of the checks with points that found something wrong."""
        return tuple(check.id for check, verdict in self.verdicts if check.points and verdict.status in WRONG)


def specimens(
    solution: Mapping[str, Any] | None, template: str, submissions: Path | None, workspace: Path
) -> list[Specimen]:
    """The tutor's notebook, the students' and each folder in `submissions`, as homework of a name.

    Raises:
        UsageError: a folder of the submissions holds no homework.
    """
    made = {
        SpecimenKind.REFERENCE: json.dumps(as_read(solution)) if solution is not None else "",
        SpecimenKind.TEMPLATE: template,
    }
    found = []
    for kind, text in made.items():
        if text:
            folder = workspace / kind.value
            folder.mkdir()
            (folder / NOTEBOOK).write_text(text, encoding="utf-8")
            found.append(_specimen(folder, kind, workspace))
    for each in entries(submissions)[0] if submissions is not None else ():
        found.append(_specimen(Path(each.path), _kind(each.name), workspace))
    return found


def _kind(folder: str) -> SpecimenKind:
    """What a folder of the submissions says that it holds."""
    told = (SpecimenKind.RIGHT, SpecimenKind.BROKEN)
    return next((kind for kind in told if folder.lower().startswith(kind.value)), SpecimenKind.WRONG)


def _specimen(folder: Path, kind: SpecimenKind, workspace: Path) -> Specimen:
    """All that lies in a folder, as the homework of a class of one."""
    class_ = workspace / f"class_of_{kind.value}_{folder.name}"
    shutil.copytree(folder, class_ / folder.name, symlinks=True)
    candidates = find_candidates(class_, workspace / "unpacked", Course())
    if len(candidates) != 1:
        raise UsageError(
            f"{folder} holds {len(candidates)} homeworks: each submission has a folder of its own"
        )
    return Specimen(name=folder.name, kind=kind, candidate=replace(candidates[0], student=folder.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Laboratory:
    """Tries specimens of one sheet. `draws`: how often each question is drawn and asked."""

    assignment: Assignment
    out: Path
    key: bytes
    runner: RunWanted
    draws: int = 10
    tell: Callable[[Event], None] = lambda event: None
    stop: threading.Event = field(default_factory=threading.Event)

    def look_at(self, specimen: Specimen) -> Tried:
        """Run it, as often as its grade would need, and judge every draw of the run that counts.

        Raises:
            Stopped: somebody asked to stop.
        """
        submission = prepare(specimen.candidate, self.assignment)
        draws = self.draws if specimen.kind is not SpecimenKind.TEMPLATE else 1
        examiner = Examiner(
            assignment=asking_again(self.assignment, draws),
            out=self.out,
            key=self.key,
            runner=self.runner,
            judge=HERE,
            tell=self.tell,
            stop=self.stop,
            settings=Settings(),
        )
        counts = best(examiner.attempts(submission))
        verdicts = tuple((check, verdict) for check, verdict in counts.verdicts if check.id != AGAIN)
        if counts.run is None or counts.run.outcome is Outcome.UNAVAILABLE:
            return Tried(
                specimen=specimen,
                verdicts=verdicts,
                fault=counts.fault or _why_not(counts.run),
                stopped=submission.problem,
                content=content_of(submission),
            )
        folder = run_path(self.out, submission.student, counts.run.run_id)
        run = whole(counts.run, folder)
        return Tried(
            specimen=specimen,
            verdicts=verdicts,
            draws=tuple(self._by_draw(submission, run, folder, draws)),
            answered=frozenset(name for name, seen in run.observations.items() if seen.is_answered),
            fault=counts.fault,
            stopped=why_stopped(run),
            content=content_of(submission),
        )

    def _by_draw(
        self, submission: Submission, run: Run, folder: Path, draws: int
    ) -> Iterator[Mapping[str, Verdict]]:
        """The verdicts by every draw, as the judge gives them: before another run has confirmed anything."""
        drawn = list(_drawn(self.assignment))
        for number in range(1, draws + 1):
            own = folder / f"draw{number}"
            own.mkdir(exist_ok=True)
            answers = {probe.name: _as_first(run.observations, probe, number) for probe in drawn}
            known = {name: seen for name, seen in {**run.observations, **answers}.items() if seen is not None}
            yield conclude(self.assignment, submission, replace(run, observations=known), own).verdicts


def _why_not(run: Run | None) -> str:
    """Why nothing could be run; "" where there was nothing to run, which is the specimen's own fault."""
    return (run.reason or "no kernel could be had") if run is not None else ""


def asking_again(assignment: Assignment, draws: int) -> Assignment:
    """The sheet, with each question that is drawn asked so many times: a check worth nothing looks at the
    further ones."""
    further = tuple(
        replace(probe, name=_named(probe, number))
        for number in range(2, draws + 1)
        for probe in _drawn(assignment)
    )
    only_asks = Check(
        id=AGAIN,
        task="",
        title="",
        points=0,
        judge=lambda seen: passed(""),
        basis=Basis.OBSERVED,
        uses=further,
    )
    return replace(assignment, checks=[*assignment.checks, only_asks]) if further else assignment


def steady(status: Status) -> bool:
    """Whether a status is the last word on a draw; another run would decide what is not."""
    return status is not Status.INCONCLUSIVE


def _drawn(assignment: Assignment) -> Iterator[Probe]:
    return (probe for probe in assignment.probes() if probe.draw is not draws_nothing)


def _named(probe: Probe, number: int) -> str:
    return f"{probe.name}_draw{number}" if number > 1 else probe.name


def _as_first(observations: Mapping[str, Observation], probe: Probe, number: int) -> Observation | None:
    """The answer to a further draw under the probe's own name; None where it was not asked."""
    found = observations.get(_named(probe, number))
    return replace(found, probe=probe.name) if found is not None else None
