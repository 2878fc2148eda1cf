"""What the judge makes of one run, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from grader.assignment import Assignment, Seen
from grader.judge.identify.recognised import recognised
from grader.judge.identify.training_cells import unending
from grader.judge.identify.witnessed import flags_of
from grader.judge.remarks import remarks
from grader.judge.runtimes import second_runtime
from grader.judge.verdicts import judge_all, longer_run, stands_in_the_way
from grader.model import Extent, Outcome, Reply, Run, RuntimeChoice, Submission, Verdict
from grader.probes.claims import all_held
from grader.record import load_measured, load_run, load_submission, save_measured
from grader.run import load_observations


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """A verdict for every check, by its id, and what is to follow."""

    verdicts: Mapping[str, Verdict]
    wants: Extent | None = None  # how much must run to confirm what is not passed
    wants_runtime: RuntimeChoice | None = None  # the other one, where a sign says that it would go better
    # a parameter is no number to train with: with one in its place the rest may be judged
    wants_corrected: bool = False
    unending: tuple[int, ...] = ()  # numbers of cells that a further run need not wait for again
    told: tuple[str, ...] = ()  # what was taken for what
    # what ran that nobody could read, and why answers were not judged: for the instructor
    flags: tuple[str, ...] = ()


def conclude(assignment: Assignment, submission: Submission, run: Run, folder: Path) -> Conclusion:
    """Judge a run, just made or stored; what is slow to compute is kept in the run's folder."""
    measured = load_measured(folder)
    run = replace(run, observations=all_held(assignment, run.observations))
    seen = Seen(assignment=assignment, submission=submission, run=run, measured=dict(measured))
    verdicts = judge_all(seen)
    wants, runtime = longer_run(seen, verdicts), second_runtime(seen, verdicts)
    if seen.measured != measured:
        save_measured(folder, seen.measured)
    return Conclusion(
        verdicts={check.id: verdict for check, verdict in verdicts},
        wants=wants,
        wants_runtime=runtime,
        wants_corrected=stands_in_the_way(seen, verdicts),
        unending=unending(seen),
        told=recognised(assignment, submission.source, run),
        flags=(*remarks(seen), *flags_of(run, assignment)),
    )


def whole(run: Run, folder: Path) -> Run:
    """The run with its observations, from its folder where it does not hold them.

    Raises:
        OSError, ValueError, KeyError, BrokenFrame: what is stored is damaged or gone.
    """
    if run.observations or run.outcome is Outcome.UNAVAILABLE:
        return run
    return replace(run, observations=dict(load_observations(folder)))


def conclude_stored(assignment: Assignment, folder: Path) -> Conclusion:
    """Judge what lies in a run's folder.

    Raises:
        GradebookError, OSError, ValueError, KeyError, BrokenFrame: what is stored is damaged or gone.
    """
    return conclude(assignment, load_submission(folder), whole(load_run(folder), folder), folder)


def conclude_unread(assignment: Assignment, folder: Path) -> Conclusion:
    """Judge a run without looking at its answers, which could not be judged: what rests on them goes to a
    person, and no other run is asked for.

    Raises:
        GradebookError, OSError, ValueError, KeyError: what is stored is damaged or gone.
    """
    run = load_run(folder)
    known = {} if run.outcome is Outcome.UNAVAILABLE else load_observations(folder).without_frames()
    unread = {
        name: replace(seen, status=Reply.UNJUDGED) if seen.is_answered else seen
        for name, seen in known.items()
    }
    found = conclude(assignment, load_submission(folder), replace(run, observations=unread), folder)
    return replace(found, wants=None, wants_runtime=None, wants_corrected=False)
