"""At most three runs of one submission: shortened, in the other runtime, and one that confirms. Which comes
next, and which counts.

In one session nothing is run more often than MOST_RUNS + MOST_REPEATS times: an attempt counts whether it
left a record or not, and what is run again because of us is taken from one small store, `Repeats`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.assignment import Check
from grader.grading.points import final, grade, only_confirmed
from grader.judge.verdicts import Verdicts
from grader.keras.generations import GENERATIONS, words_for
from grader.model import Basis, Extent, Outcome, Run, RuntimeChoice, Submission, Verdict
from grader.model.verdict import NOT_EARNED, error, package_awaited
from grader.pipeline.settings import Event, EventKind

MOST_RUNS = 3
MOST_REPEATS = 3  # of one submission in one session: runs that we could not make, or that no longer count


@dataclass(slots=True)
class Repeats:
    """How often one submission may still be run again because of us."""

    left: int = MOST_REPEATS

    def take(self, runs: int = 1) -> bool:
        """Whether so many runs may be made again; then they are."""
        if runs > self.left:
            return False
        self.left -= runs
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one attempt is to do."""

    number: int = 1
    extent: Extent = Extent.SHORT
    runtime: RuntimeChoice = RuntimeChoice()
    corrected: bool = False  # parameters that are no number to train with have one in their place
    unending: tuple[int, ...] = ()  # numbers of cells that did not end in an earlier run like it


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One run and what the judge concludes from it; `run` is None when there was nothing to run or we failed
    before."""

    run: Run | None
    verdicts: Verdicts
    turn: Turn = Turn()
    wants: Extent | None = None  # how much must run to confirm what is not passed; None: nothing
    wants_runtime: RuntimeChoice | None = None  # the other one, where a sign says that it would go better
    wants_corrected: bool = False  # a parameter is no number to train with: the rest may be judged with one
    unending: tuple[int, ...] = ()  # numbers of cells that a further run need not wait for again
    told: tuple[str, ...] = ()  # what was taken for what
    flags: tuple[str, ...] = ()  # what the instructor should know of what ran, and of how it was judged
    fault: str = ""  # ours

    @property
    def points(self) -> float:
        """What the checks alone give for this attempt."""
        return grade(self.verdicts, (), "").points


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What is remembered of an attempt until the next one: in a large class hundreds wait, and what they
    showed lies on disk."""

    turn: Turn
    run_id: str = ""  # "": it left no run
    fault: str = ""


def remember(done: Sequence[Attempt]) -> tuple[Made, ...]:
    """These attempts, in few words."""
    return tuple(
        Made(turn=a.turn, run_id=a.run.run_id if a.run is not None else "", fault=a.fault) for a in done
    )


def next_turn(done: Sequence[Attempt], first: RuntimeChoice, extent: Extent) -> Turn | None:
    """What is to run after these attempts; None when they are enough.

    The rule is fixed in advance: the other runtime as soon as a run gives reason for it, then one with a
    number where a parameter is none to train with, then a longer run like the one that did better, if what
    failed in a shortened one must be confirmed: with the student's own numbers where training decides
    nothing, else in full.
    """
    if not done:
        return Turn(extent=extent, runtime=first)
    if len(done) >= MOST_RUNS:
        return None
    last, leading, number = done[-1], _leading(done), len(done) + 1
    if last.wants_runtime and all(attempt.turn.runtime.name != last.wants_runtime.name for attempt in done):
        return replace(last.turn, number=number, runtime=last.wants_runtime)
    if leading.wants_corrected and not any(attempt.turn.corrected for attempt in done):
        return replace(leading.turn, number=number, corrected=True)
    if leading.wants and not any(_confirms(attempt, leading) for attempt in done):
        return replace(
            leading.turn, number=number, extent=leading.wants, unending=_unending(done, leading.turn)
        )
    return None


def _unending(done: Sequence[Attempt], like: Turn) -> tuple[int, ...]:
    """The cells that did not end in one of these runs, of those with this runtime and these numbers."""
    alike = [
        a for a in done if (a.turn.runtime.name, a.turn.corrected) == (like.runtime.name, like.corrected)
    ]
    return tuple(sorted({number for attempt in alike for number in attempt.unending}))


def _confirms(attempt: Attempt, short: Attempt) -> bool:
    """Whether an attempt ran as much as a shortened one needs to be confirmed."""
    extents = list(Extent)
    enough = short.wants is not None and extents.index(attempt.turn.extent) >= extents.index(short.wants)
    alike = attempt.turn.runtime.name == short.turn.runtime.name
    return enough and alike and attempt.turn.corrected == short.turn.corrected


def runs_of(done: Sequence[Attempt]) -> tuple[str, ...]:
    """The ids of the runs behind these attempts, in order."""
    return tuple(attempt.run.run_id for attempt in done if attempt.run is not None)


def again(student: str, turn: Turn, done: Sequence[Attempt]) -> Event:
    """A further run is to come. It differs from the last: "in full", "with its own numbers", "with
    Keras 2", "with numbers to train with"."""
    longer = bool(done) and done[-1].turn.extent != turn.extent
    in_full = longer and turn.extent is Extent.FULL
    if turn.corrected and done and not done[-1].turn.corrected:
        words = "with numbers to train with"
    elif longer:
        words = "in full" if in_full else "with its own numbers"
    else:
        words = f"with {words_for(turn.runtime.name)}"
    return Event(kind=EventKind.AGAIN, student=student, text=words, in_full=in_full)


def provisional(done: Sequence[Attempt]) -> Attempt:
    """What can be said while a further run is still to come: what was not shown so far stays open."""
    leading = _leading(done)
    return replace(leading, verdicts=only_confirmed(leading.verdicts, None))


def best(done: Sequence[Attempt]) -> Attempt:
    """The attempt that counts, with its verdicts as the last word. One run supplies all of them.

    What is lost only because the runtime that a notebook needs could not be had stays open: a missing package
    is our problem.
    """
    counts = _confirmed(done)
    missing = lacking(done)
    return (
        replace(counts, verdicts=tuple(_left_open(*pair, missing) for pair in counts.verdicts))
        if missing
        else counts
    )


def _confirmed(done: Sequence[Attempt]) -> Attempt:
    counts, fault = _leading(done), done[-1].fault
    if counts.wants is None:
        return replace(counts, verdicts=final(counts.verdicts), fault=counts.fault or fault)
    longer = next((attempt for attempt in done if _confirms(attempt, counts)), None)
    return replace(
        counts,
        verdicts=final(only_confirmed(counts.verdicts, longer.verdicts if longer else ())),
        fault=fault,
    )


def _left_open(check: Check, verdict: Verdict, runtime: str) -> tuple[Check, Verdict]:
    lost = verdict.status in NOT_EARNED and check.basis_of(verdict) is not Basis.READ
    package = package_awaited(GENERATIONS[runtime].package)
    message = (
        f"this needs {words_for(runtime)}, which does not run here ({package}): our problem, no points are"
        " lost"
    )
    return check, (
        replace(error(message, staff_note=verdict.message, waits_for=package), basis=check.basis)
        if lost
        else verdict
    )


def noted(submission: Submission, done: Sequence[Attempt], counts: Attempt) -> Submission:
    """The submission with what its runs have shown: what was taken for what, what ran that was not seen by
    reading, and why one of several counts."""
    found = (*counts.flags, *flags(done, counts))
    return replace(submission, flags=(*submission.flags, *found), notices=(*submission.notices, *counts.told))


def flags(done: Sequence[Attempt], counts: Attempt) -> tuple[str, ...]:
    """What the instructor should know when a later run does not count: what each of them gave."""
    if counts.turn.number == done[-1].turn.number:
        return ()
    gave = ", ".join(f"{attempt.points:g} points {_way(attempt)}" for attempt in done)
    return (f"run {len(done)} times: {gave}; number {counts.turn.number} counts",)


def lacking(done: Sequence[Attempt]) -> str:
    """The runtime that a notebook needs and that this machine cannot run; "" when there is none."""
    choice = next((attempt.wants_runtime for attempt in done if attempt.wants_runtime), None)
    tried = [a for a in done if choice and a.turn.runtime.name == choice.name]
    missing = tried and all(a.run is None or a.run.outcome is Outcome.UNAVAILABLE for a in tried)
    return choice.name if choice and missing else ""


def _way(attempt: Attempt) -> str:
    way = f"{'shortened' if attempt.wants else 'in full'} with {words_for(attempt.turn.runtime.name)}"
    return f"{way} and numbers to train with" if attempt.turn.corrected else way


def _leading(done: Sequence[Attempt]) -> Attempt:
    """The one with the most points; of equals the first runtime's, then the later one."""
    first = done[0].turn.runtime.name
    return max(
        done, key=lambda attempt: (attempt.points, attempt.turn.runtime.name == first, attempt.turn.number)
    )
