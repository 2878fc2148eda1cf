"""What is said of a check that could not be reached: of what is missing, raised an error, or was not
answered."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader.assignment import Cell, Check, Layer, Model, Probe, Seen
from grader.judge.guarded import UNJUDGED_MESSAGE, judged
from grader.judge.unfinished import TO_WRITE, hint_after, is_unwritten, why_unfinished
from grader.judge.words import raised
from grader.model import (
    Basis,
    CellError,
    Misplaced,
    Observation,
    Outcome,
    Reply,
    Run,
    Status,
    Verdict,
)
from grader.model.verdict import error, failed, needs_review, package_awaited, skipped

STOPPED = {Status.FAILED, Status.SKIPPED}


def screened(check: Check, seen: Seen, done: Mapping[str, Verdict], blamed: dict[str, str]) -> Verdict | None:
    """The verdict when the check cannot be reached; None when it can be judged."""
    run = seen.run
    if run.outcome is Outcome.UNAVAILABLE and (check.asks or check.basis not in (Basis.READ, Basis.JUDGED)):
        return error(
            f"the {seen.submission.form} could not be run: our problem, no points are lost",
            staff_note=run.reason,
        )
    for needed in check.needs:
        if done[needed].status in STOPPED:
            title = next(c.title for c in seen.assignment.checks if c.id == needed)
            return skipped(f"not reached: first this must hold: “{title}”")
        if done[needed].status is Status.ERROR:
            return error("not reached because an earlier check could not be judged: no points are lost")
    for probe in check.asks:
        verdict = _instead(check, probe, seen) or _unanswered(check, probe, seen, blamed)
        if verdict is not None:
            return _of_what_it_holds(probe, verdict, seen, done) or verdict
    return None


def _of_what_it_holds(
    probe: Probe, verdict: Verdict, seen: Seen, done: Mapping[str, Verdict]
) -> Verdict | None:
    """The verdict on a model that raises where the cell that it holds fails a check that others need; None
    where the error is told by itself."""
    observation = seen.observation(probe)
    if observation is None or observation.status is not Reply.RAISED or verdict.status is not Status.FAILED:
        return None
    if observation.error is not None and is_unwritten(observation.error, seen):
        return None
    held = {role.cell for _, role in probe.parts if isinstance(role, Model)}
    needed = {name for check in seen.assignment.checks for name in check.needs}
    for check in seen.assignment.checks:
        stopped = check.id in needed and check.id in done and done[check.id].status in STOPPED
        if stopped and any(role in held for asked in check.asks for _, role in asked.parts):
            return skipped(f"not reached: first this must hold: “{check.title}” ({verdict.message})")
    return None


def _instead(check: Check, probe: Probe, seen: Seen) -> Verdict | None:
    """What is judged where a name that the probe needs is not there, or cannot be asked; None when it can, or
    when nothing takes its place."""
    observation = seen.observation(probe)
    if check.instead is None or observation is None or observation.status not in check.instead_of:
        return None
    return judged(check.instead, seen.for_check(check))


def _unanswered(check: Check, probe: Probe, seen: Seen, blamed: dict[str, str]) -> Verdict | None:
    """The verdict for a probe without an answer; None when it was answered."""
    observation = seen.observation(probe)
    if observation is not None and observation.is_answered:
        return None
    if observation is not None and observation.status is Reply.UNJUDGED:
        return needs_review(
            UNJUDGED_MESSAGE, staff_note=observation.error.message if observation.error else ""
        )
    if observation is not None and observation.status is Reply.CONTRADICTS:
        return _contradicts(check, probe, observation, blamed)
    if observation is not None and observation.status is Reply.BROKEN:
        if nowhere := tuple(name for name in probe.needs if not _is_named(name, seen)):
            # a kernel can say that our side is broken, a source cannot
            return _missing(check, nowhere, seen, blamed)
        note = observation.error.message if observation.error else ""
        return error(
            "the kernel's answer could not be read: our problem, no points are lost", staff_note=note
        )
    if observation is not None and (open_one := left_open(observation.error, seen.run)):
        return open_one
    if _can_be_read(check, observation, seen):
        return None
    if observation is None or observation.status is Reply.MISSING:
        missing = observation.missing if observation is not None else ()
        return _missing(check, missing, seen, blamed)
    return _raised(check, probe, observation, seen, blamed)


def _can_be_read(check: Check, observation: Observation | None, seen: Seen) -> bool:
    """Whether a check that reads the source has something to read: code that raises is written all the same,
    the gap of a template is not."""
    if check.basis is not Basis.READ or observation is None or observation.status is not Reply.RAISED:
        return False
    return observation.error is not None and not is_unwritten(observation.error, seen)


def _is_named(name: str, seen: Seen) -> bool:
    """Whether the source has this name of the sheet, or something that may stand for it."""
    own = (name, *seen.source.roles.get(name, ()))
    return any(one in seen.source.names or one in seen.source.local_in for one in own)


def _contradicts(check: Check, probe: Probe, observation: Observation, blamed: dict[str, str]) -> Verdict:
    """An answer that does not agree with itself, which ours never is: the notebook wrote it, or changed what
    wrote it."""
    if probe.name in blamed:
        return skipped(f"not reached: see “{blamed[probe.name]}”")
    blamed[probe.name] = check.title
    words = observation.error.message if observation.error else "it does not agree with itself"
    names = " and ".join(probe.needs) or "the notebook"
    hint = "Leave the code that answers the checks as it is."
    return _observed(failed(f"what was answered about {names} cannot be: {words}", hint=hint))


def left_open(problem: CellError | None, run: Run) -> Verdict | None:
    """The verdict where this error is of what is not here, a package or somebody to answer; None where it is
    another."""
    if problem is None:
        return None
    if problem.missing_answer:
        return needs_review(
            f"it needs what {problem.missing_answer}() asks for, and nobody answers where this is graded: a"
            " person will look at it. Values that stand in the code are checked at once"
        )
    package = problem.missing_package
    if package not in run.missing_packages:
        return None
    return error(
        f"the package {package} is not installed here: our problem, no points are lost",
        waits_for=package_awaited(package),
    )


def _missing(check: Check, missing: tuple[str, ...], seen: Seen, blamed: dict[str, str]) -> Verdict:
    run = seen.run
    if not missing:
        return skipped(f"not reached: {run.reason or 'the notebook did not get that far'}")
    name = missing[0]
    own = next(iter(seen.source.roles.get(name, ())), name)
    defined_in = seen.source.names.get(own)
    cell = next((c for c in run.cells if c.number == defined_in), None)
    stopped = cell is None or cell.error is not None or cell.timed_out
    if own in seen.source.local_in and own not in seen.source.assigned and not stopped:
        return _hidden(own, seen)
    if _is_in_a_function(name, seen):
        return needs_review(
            f"there is no class that could be {name}: {seen.source.unrolled_in}() goes through the sequence"
            " by itself. A person will look at it"
        )
    if cell is not None and (open_one := left_open(cell.error, run)):
        return open_one  # a library refused, in words of its own, what stands for a package or an answer
    if name in blamed:
        return skipped(f"not reached: there is no {name} (see “{blamed[name]}”)")
    blamed[name] = check.title
    names = " and ".join(missing)
    if defined_in is not None and cell is not None and (cell.error or cell.timed_out):
        return failed(
            f"there is no {names}: {cell.place}, which should define it, {why_unfinished(cell, seen)}",
            hint=hint_after(cell, seen),
        )
    if defined_in is not None and cell is None:
        return skipped(
            f"not reached: {run.reason or 'the notebook stopped'}, before {names} was defined in"
            f" {seen.submission.place(defined_in)}"
        )
    if seen.source.syntax_errors:
        where = seen.source.syntax_errors[0]
        message = f"there is no {names}: Python could not read all of the {seen.submission.form} ({where})"
        return _observed(failed(message, hint="Fix the syntax error first; then this can be judged."))
    hint = "Keep the names of the sheet: nothing else was found in it that does the same."
    if seen.source.misplaced:
        hint = seen.source.misplaced[0].in_full
    return _observed(failed(f"the {seen.submission.form} does not define {names}", hint=hint))


def _is_in_a_function(name: str, seen: Seen) -> bool:
    """Whether a cell or a layer is not there, nothing could stand for it, and a function of the student's own
    does what they would: nobody could ask it."""
    is_class = any(isinstance(role, Cell | Layer) and role.name == name for role in seen.assignment.roles)
    source = seen.source
    is_there = name in source.names or source.roles.get(name) or source.builtin_recurrent
    return is_class and bool(source.unrolled_in) and not is_there


def _hidden(name: str, seen: Seen) -> Verdict:
    """A name that is local to a function which neither read data nor trained, or was not called: nobody could
    look into it."""
    where = f"{name} is local to {seen.source.local_in[name]}(), which the checks could not look into"
    so = f"Defined at the top level of the {seen.submission.form}, it is checked by itself"
    return needs_review(f"{where}: a person will look at it. {so}")


def _observed(verdict: Verdict) -> Verdict:
    """A failure that the host saw for itself: a cell that raised, a name that is not there, an answer that
    did not come."""
    return replace(verdict, basis=Basis.OBSERVED)


def _raised(
    check: Check, probe: Probe, observation: Observation, seen: Seen, blamed: dict[str, str]
) -> Verdict:
    unwritten = observation.error is None or is_unwritten(observation.error, seen)
    if check.if_raised and observation.status is Reply.RAISED and not unwritten:
        return needs_review(check.if_raised)
    line = _own_line(observation.error, seen.submission.modules)
    same = f"{observation.error.name}: {line}" if observation.error is not None and line else ""
    if said := blamed.get(probe.name) or blamed.get(same):  # by one question or by another
        return skipped(f"not reached: see “{said}”")
    blamed |= {name: check.title for name in (probe.name, same) if name}
    names = " and ".join(_own(name, seen) for name in probe.needs) or "the notebook"
    problem = observation.error
    if problem is None and observation.status is not Reply.TIMED_OUT:
        return error("the kernel gave no answer: our problem, no points are lost")
    if one := _misplaced(probe.needs, seen):  # which is why, also where it did not come to an end
        return _observed(failed(one.said, hint=one.hint))
    if problem is None or observation.status is Reply.TIMED_OUT:
        silent = " and ".join(_own(name, seen) for name in _silent(probe, seen)) or names
        return failed(
            f"{silent} did not answer within {probe.seconds:.0f} seconds",
            hint="Look for a loop that does not end or grows with each call.",
        )
    if is_unwritten(problem, seen):
        message = problem.message or f"{names} is still to be written"
        return _observed(failed(message, hint=TO_WRITE))
    where = f"using {names} {raised({'name': problem.name, 'message': problem.message})}"
    hint = (
        f"It was raised at: {line}"
        if line
        else f"Do the same at the end of the {seen.submission.form} to see the error."
    )
    return _observed(failed(where, hint=hint, staff_note=problem.traceback[-1500:]))


def _silent(probe: Probe, seen: Seen) -> list[str]:
    """Of the names that a probe needs, those that answered no question about them alone."""
    asked = [one for check in seen.assignment.checks for one in check.asks if len(one.needs) == 1]
    answered = {
        one.needs[0] for one in asked if (kept := seen.observation(one)) is not None and kept.is_answered
    }
    return [name for name in probe.needs if name not in answered]


def _misplaced(names: Sequence[str], seen: Seen) -> Misplaced | None:
    """A method of one of these classes that does not stand among its methods."""
    own = {_own(name, seen) for name in names}
    return next((one for one in seen.source.misplaced if one.kind in own), None)


def _own(name: str, seen: Seen) -> str:
    """What the homework calls this, as the kernel found it, else as it was read."""
    read = name if name in seen.source.names else next(iter(seen.source.roles.get(name, ())), name)
    return seen.own_names.get(name, read)


def _own_line(problem: CellError | None, modules: tuple[str, ...]) -> str:
    """The line of the student's own code in which it was raised, as far as the traceback tells."""
    lines = [line.strip() for line in problem.traceback.splitlines()] if problem is not None else []
    marks = ("ipykernel_", *(f'{name}"' for name in modules))
    own = [
        after
        for line, after in itertools.pairwise(lines)
        if line.startswith("File") and any(mark in line for mark in marks)
    ]
    return own[-1][:200] if own else ""
