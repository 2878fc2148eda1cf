"""One verdict per check. Screens what could not be observed, and keeps our own faults away from the student's points."""

from __future__ import annotations

import itertools
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from grader.assignment import Assignment, Cell, Check, Function, Layer, Model, Probe, Seen
from grader.judge.identify.other import other_homework
from grader.judge.unfinished import TO_WRITE, is_unwritten, why_unfinished
from grader.judge.words import raised
from grader.model import (
    Basis,
    CellError,
    CellRun,
    Evidence,
    Extent,
    Observation,
    Outcome,
    Reply,
    Run,
    Status,
    Submission,
    Verdict,
)
from grader.model.verdict import error, failed, needs_review, skipped
from grader.probes.notebook import read_training

V = TypeVar("V", bound=Verdict | None)
Verdicts = tuple[tuple[Check, Verdict], ...]
UNJUDGED_MESSAGE = "what the notebook answered could not be judged: a person will look at it, no points are lost"
GRADIENTS = "gradients"  # the probe that asks with the weights as they were trained alone
STOPPED = {Status.FAILED, Status.SKIPPED}
TRAINS = {"fit", "apply_gradients", "train_on_batch", "minimize", "assign_sub"}  # who calls none of them trains nothing anywhere
NOT_EARNED = {Status.FAILED, Status.PARTIAL, Status.SKIPPED}
LOST = {*NOT_EARNED, Status.INCONCLUSIVE}


def judge_all(seen: Seen) -> Verdicts:
    """Judge every check of the sheet in its order. Pure: the same observations give the same verdicts."""
    if other := other_homework(seen):
        left = needs_review(f"{other}: a person will look at it, no points are lost")
        return tuple((check, replace(left, basis=check.basis)) for check in seen.assignment.checks)
    done: dict[str, Verdict] = {}
    blamed: dict[str, str] = {}  # what is missing or raised -> the check that says so
    for check in seen.assignment.checks:
        screened = _screened(check, seen, done, blamed)
        verdict = screened if screened is not None else _judged(check.judge, seen.for_check(check))
        verdict = _of_its_numbers(check, _or_open(check, verdict, seen), seen)
        certain = _is_certain(check, verdict, seen, done)
        done[check.id] = replace(verdict, hint=_hint(check, verdict), basis=verdict.basis or check.basis, certain=certain)
    return tuple((check, done[check.id]) for check in seen.assignment.checks)


def nothing_to_grade(assignment: Assignment, submission: Submission) -> Verdicts:
    """Verdicts for a submission in which nothing can be run: no points, with the reason."""
    reason = submission.problem or "there is no notebook to grade"
    return tuple((check, replace(skipped(f"not reached: {reason}"), basis=check.basis)) for check in assignment.checks)


def our_fault(assignment: Assignment, message: str, staff_note: str = "") -> Verdicts:
    """Verdicts when we could not grade: every point stays open."""
    return tuple((check, replace(error(message, staff_note=staff_note), basis=check.basis)) for check in assignment.checks)


def longer_run(seen: Seen, verdicts: Verdicts) -> Extent | None:
    """How much must run again before what is not passed here may be told; None: nothing.

    What training decides must recur in a full run, all else under the student's own numbers.
    """
    if not seen.budgeted or other_homework(seen):
        return None
    open_ones = [(check, verdict) for check, verdict in verdicts if _unconfirmed(check, verdict)]
    if any(check.after_training and verdict.status is not Status.SKIPPED for check, verdict in open_ones):
        return Extent.FULL
    return Extent.OWN_NUMBERS if open_ones and seen.run.overrides else None


def _unconfirmed(check: Check, verdict: Verdict) -> bool:
    if verdict.status is Status.INCONCLUSIVE:
        return True
    return verdict.status in LOST and not verdict.certain and (verdict.basis or check.basis) is not Basis.READ


def _is_certain(check: Check, verdict: Verdict, seen: Seen, done: Mapping[str, Verdict]) -> bool:
    """Whether fewer samples and a shortened training can have made no difference to what is lost: definitions answered, which are
    asked with numbers drawn here, or a model about its shapes where all cells ran, or a check whose own condition is lost so. What
    raised, or was not there, may be otherwise; so may gradients, which are those of the weights as they were trained."""
    if verdict.status is Status.SKIPPED and check.needs:
        stopped = [done[needed] for needed in check.needs if done[needed].status in STOPPED]
        return bool(stopped) and all(one.certain for one in stopped)
    if verdict.status not in (Status.FAILED, Status.PARTIAL) or check.after_training or verdict.basis not in (None, check.basis):
        return False
    ran_through = seen.run.outcome is Outcome.COMPLETED and not any(cell.error for cell in seen.run.cells)
    fixed = (Cell, Layer, Function, Model) if ran_through else (Cell, Layer, Function)
    parts = [(probe, role) for probe in check.asks for _, role in probe.parts]
    answered = all(seen.answered(probe) is not None for probe in check.asks)
    return bool(parts) and answered and all(isinstance(role, fixed) and probe.answered_by != GRADIENTS for probe, role in parts)


def _hint(check: Check, verdict: Verdict) -> str:
    wants_one = verdict.status in (Status.FAILED, Status.PARTIAL)
    return verdict.hint or (check.hint if wants_one else "")


def _judged(judge: Callable[[Seen], V], seen: Seen) -> V | Verdict:
    try:
        return judge(seen)
    except MemoryError:
        return needs_review(UNJUDGED_MESSAGE, staff_note="judging it needs more memory than it may have")
    except Exception as problem:  # our own fault, whatever it is: the point stays open
        note = f"{type(problem).__name__}: {problem}\n{traceback.format_exc(limit=-4)}"
        return error("this could not be judged: our problem, no points are lost", staff_note=note)


def _screened(check: Check, seen: Seen, done: Mapping[str, Verdict], blamed: dict[str, str]) -> Verdict | None:
    """The verdict when the check cannot be reached; None when it can be judged."""
    run = seen.run
    if run.outcome is Outcome.UNAVAILABLE and (check.asks or check.basis not in (Basis.READ, Basis.JUDGED)):
        return error(f"the {seen.submission.form} could not be run: our problem, no points are lost", staff_note=run.reason)
    for needed in check.needs:
        if done[needed].status in STOPPED:
            title = next(c.title for c in seen.assignment.checks if c.id == needed)
            return skipped(f"not reached: first this must hold: “{title}”")
        if done[needed].status is Status.ERROR:
            return error("not reached because an earlier check could not be judged: no points are lost")
    for probe in check.asks:
        verdict = _instead(check, probe, seen) or _unanswered(check, probe, seen, blamed)
        if verdict is not None:
            return verdict
    return None


def _of_its_numbers(check: Check, verdict: Verdict, seen: Seen) -> Verdict:
    """What does not hold because a number that the check is about lies outside of the sheet's range says so. What holds although such
    a number was read holds: the notebook may have changed it."""
    wrong = [sentence for name, sentence in seen.outside.items() if name in check.about]
    if not wrong or verdict.status not in LOST:
        return verdict
    followed = Evidence(what="what follows from it", expected="", actual=verdict.message)
    hint = "The parameter cell sets it; the other checks were asked with the sheet's own value."
    return replace(failed("; ".join(wrong), hint=hint, evidence=[*verdict.evidence, followed]), basis=Basis.READ)


def _instead(check: Check, probe: Probe, seen: Seen) -> Verdict | None:
    """What is judged where a name that the probe needs is not there; None when it is, or when nothing takes its place."""
    observation = seen.observation(probe)
    if check.instead is None or observation is None or observation.status is not Reply.MISSING:
        return None
    return _judged(check.instead, seen.for_check(check))


def _unanswered(check: Check, probe: Probe, seen: Seen, blamed: dict[str, str]) -> Verdict | None:
    """The verdict for a probe without an answer; None when it was answered."""
    observation = seen.observation(probe)
    if observation is not None and observation.is_answered:
        return None
    if observation is not None and observation.status is Reply.UNJUDGED:
        return needs_review(UNJUDGED_MESSAGE, staff_note=observation.error.message if observation.error else "")
    if observation is not None and observation.status is Reply.CONTRADICTS:
        return _contradicts(check, probe, observation, blamed)
    if observation is not None and observation.status is Reply.BROKEN:
        if nowhere := tuple(name for name in probe.needs if not _is_named(name, seen)):
            return _missing(check, nowhere, seen, blamed)  # a kernel can say that our side is broken, a source cannot
        note = observation.error.message if observation.error else ""
        return error("the kernel's answer could not be read: our problem, no points are lost", staff_note=note)
    if lacking := _lacking_package(seen.run, observation):
        return _open(lacking)
    if observation is None or observation.status is Reply.MISSING:
        missing = observation.missing if observation is not None else ()
        return _missing(check, missing, seen, blamed)
    return _raised(check, probe, observation, seen, blamed)


def _is_named(name: str, seen: Seen) -> bool:
    """Whether the source has this name of the sheet, or something that may stand for it."""
    own = (name, *seen.source.roles.get(name, ()))
    return any(one in seen.source.names or one in seen.source.local_in for one in own)


def _contradicts(check: Check, probe: Probe, observation: Observation, blamed: dict[str, str]) -> Verdict:
    """An answer that does not agree with itself, which ours never is: the notebook wrote it, or changed what wrote it."""
    if probe.name in blamed:
        return skipped(f"not reached: see “{blamed[probe.name]}”")
    blamed[probe.name] = check.title
    words = observation.error.message if observation.error else "it does not agree with itself"
    names = " and ".join(probe.needs) or "the notebook"
    hint = "Leave the code that answers the checks as it is."
    return _observed(failed(f"what was answered about {names} cannot be: {words}", hint=hint))


def _lacking_package(run: Run, observation: Observation | None) -> str:
    """The missing package that a probe ran into; "" when it did not."""
    package = observation.error.missing_package if observation is not None and observation.error is not None else ""
    return package if package in run.missing_packages else ""


def _or_open(check: Check, verdict: Verdict, seen: Seen) -> Verdict:
    """The verdict; what a training decides stays open where a missing package took the training away: nothing was trained."""
    lost = verdict.status in NOT_EARNED and check.after_training and (verdict.basis or check.basis) is not Basis.READ
    left_out = any(cell.error and cell.error.missing_package in seen.run.missing_packages for cell in seen.run.cells)
    if not lost or not left_out or not TRAINS & seen.source.uses:
        return verdict
    kept = seen.if_asked("training")
    return (
        verdict if kept is not None and kept.is_answered and read_training(kept).updates else _open(seen.run.missing_packages[0])
    )


def _open(package: str) -> Verdict:
    return error(
        f"the package {package} is not installed here: our problem, no points are lost", waits_for=f"the package {package}"
    )


def _missing(check: Check, missing: tuple[str, ...], seen: Seen, blamed: dict[str, str]) -> Verdict:
    run = seen.run
    if not missing:
        return skipped(f"not reached: {run.reason or 'the notebook did not come that far'}")
    name = missing[0]
    own = next(iter(seen.source.roles.get(name, ())), name)
    defined_in = seen.source.names.get(own)
    cell = next((c for c in run.cells if c.number == defined_in), None)
    stopped = cell is None or cell.error is not None or cell.timed_out
    if own in seen.source.local_in and own not in seen.source.assigned and not stopped:
        return _hidden(own, seen)
    if name in blamed:
        return skipped(f"not reached: there is no {name} (see “{blamed[name]}”)")
    blamed[name] = check.title
    names = " and ".join(missing)
    if defined_in is not None and cell is not None and (cell.error or cell.timed_out):
        return failed(
            f"there is no {names}: {cell.place}, which should define it, {why_unfinished(cell, seen)}", hint=_way_on(cell, seen)
        )
    if defined_in is not None and cell is None:
        return skipped(
            f"not reached: {run.reason or 'the notebook stopped'}, before {names} was defined in {seen.submission.place(defined_in)}"
        )
    if seen.source.syntax_errors:
        where = seen.source.syntax_errors[0]
        message = f"there is no {names}: Python could not read all of the {seen.submission.form} ({where})"
        return _observed(failed(message, hint="Mend the syntax error first; then this can be judged."))
    return _observed(
        failed(
            f"the {seen.submission.form} does not define {names}",
            hint="Keep the names of the sheet: nothing else in it was found that does the same.",
        )
    )


def _hidden(name: str, seen: Seen) -> Verdict:
    """A name that is local to a function which neither read data nor trained, or was not called: nobody could look into it."""
    where = f"{name} is local to {seen.source.local_in[name]}(), which the checks could not look into"
    way_on = f"Defined at the top level of the {seen.submission.form}, it is checked by itself"
    return needs_review(f"{where}: a person will look at it. {way_on}")


def _observed(verdict: Verdict) -> Verdict:
    """A failure that the host saw for itself: a cell that raised, a name that is not there, an answer that did not come."""
    return replace(verdict, basis=Basis.OBSERVED)


def _way_on(cell: CellRun, seen: Seen) -> str:
    if cell.error is not None and cell.error.name == "NameError":
        return _to_define(cell.error.missing_name, seen)
    if cell.error is not None and is_unwritten(cell.error, seen):
        return TO_WRITE
    if cell.timed_out:
        return "Look for a loop that does not end, or train with fewer steps."
    if seen.submission.form == "script":
        return f"{_from_the_start(seen)} before you hand it in."
    return "Run the notebook from top to bottom (“Restart and run all”) before you hand it in."


def _to_define(name: str, seen: Seen) -> str:
    """What to do about a name that was not there, as far as the source tells why."""
    if seen.source.syntax_errors:
        return f"Mend the syntax error first: {seen.source.syntax_errors[0]}."
    home = seen.source.assigned.get(name)
    early = any(use.name == name for use in seen.source.used_before_defined)
    stopped = next((cell for cell in seen.run.cells if cell.number == home and (cell.error or cell.timed_out)), None)
    if stopped is not None and not early:
        return f"{name} is defined in {stopped.place}, which did not run through: mend that first."
    if home is None and name and not early:
        return f"{_from_the_start(seen)}: it shows the same error. {name} is defined nowhere: is it spelled as elsewhere?"
    return f"{_from_the_start(seen)}: it shows the same error. Then move the definition up."


def _from_the_start(seen: Seen) -> str:
    if seen.submission.form == "script":
        return f"Run {seen.submission.notebook_file} in a new Python process"
    return "Choose “Restart and run all” in your notebook"


def _raised(check: Check, probe: Probe, observation: Observation, seen: Seen, blamed: dict[str, str]) -> Verdict:
    if probe.name in blamed:
        return skipped(f"not reached: see “{blamed[probe.name]}”")
    blamed[probe.name] = check.title
    names = " and ".join(probe.needs) or "the notebook"
    if observation.status is Reply.TIMED_OUT:
        return failed(
            f"{names} did not answer within {probe.seconds:.0f} seconds",
            hint="Look for a loop that does not end or grows with each call.",
        )
    problem = observation.error
    if problem is None:
        return error("the kernel gave no answer: our problem, no points are lost")
    if is_unwritten(problem, seen):
        message = problem.message or f"{names} is still to be written"
        return _observed(failed(message, hint=TO_WRITE))
    where = f"using {names} {raised({'name': problem.name, 'message': problem.message})}"
    return _observed(failed(where, hint=_line_of(problem, seen.submission.modules), staff_note=problem.traceback[-1500:]))


def _line_of(problem: CellError, modules: tuple[str, ...]) -> str:
    """Where in the student's own code it was raised, as far as the traceback tells."""
    lines = [line.strip() for line in problem.traceback.splitlines()]
    marks = ("ipykernel_", *(f'{name}"' for name in modules))
    own = [after for line, after in itertools.pairwise(lines) if line.startswith("File") and any(mark in line for mark in marks)]
    return f"It was raised at: {own[-1][:200]}" if own else "Call it in the notebook in the same way to see the error."
