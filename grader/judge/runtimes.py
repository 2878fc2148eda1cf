"""Which runtime a notebook gets: the sheet's, the one asked for, the one its source names, or the other one
as a second try."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.assignment import Assignment, Check, Seen
from grader.judge.identify.frozen import frozen_here
from grader.judge.identify.other import other_homework
from grader.keras.generations import other_than, words_for
from grader.keras.symptoms import symptom
from grader.model import Basis, CellError, ChosenBy, Outcome, Run, RuntimeChoice, SourceFacts, Status, Verdict
from grader.probes.reading import errors_noted

MOST_SEARCHED = 8000  # characters of an error that are searched


def first_runtime(asked: str, assignment: Assignment, source: SourceFacts) -> RuntimeChoice:
    """The runtime of the first run. `asked`: with --runtime, or "". Signs that contradict each other say
    nothing."""
    if asked:
        return RuntimeChoice(name=asked, by=ChosenBy.OPTION, reason=ChosenBy.OPTION)
    signs = {sign.runtime: sign for sign in reversed(source.runtime_signs)}
    if len(signs) != 1 or assignment.runtime in signs:
        return RuntimeChoice(name=assignment.runtime)
    ((name, sign),) = signs.items()
    reason = f"the source is for {words_for(name)}: {sign.says} ({sign.where})"
    return RuntimeChoice(name=name, by=ChosenBy.SOURCE, reason=reason)


def second_runtime(seen: Seen, verdicts: Sequence[tuple[Check, Verdict]]) -> RuntimeChoice | None:
    """The other runtime, when points are lost here and a sign says that they might not be there; None: no
    second try.

    A notebook that was asked to run in one runtime is not tried in the other.
    """
    run = seen.run
    if (
        run.runtime_by is ChosenBy.OPTION
        or run.outcome is Outcome.UNAVAILABLE
        or not _lost(verdicts)
        or other_homework(seen)
    ):
        return None
    if run.outcome is Outcome.OUT_OF_MEMORY:
        return _the_other(run, "it needed more memory than it may have")
    if reason := _fails(run) or frozen_here(seen):
        return _the_other(run, reason)
    return None


def _the_other(run: Run, reason: str) -> RuntimeChoice:
    return RuntimeChoice(
        name=other_than(run.runtime),
        by=ChosenBy.FIRST_TRY,
        reason=f"under {words_for(run.runtime)} {reason}",
    )


def _lost(verdicts: Sequence[tuple[Check, Verdict]]) -> bool:
    """Whether anything is not passed that the notebook's run decides: not what is read, and not what a person
    judges."""
    return any(
        verdict.status is not Status.PASSED and check.basis_of(verdict) not in (Basis.READ, Basis.JUDGED)
        for check, verdict in verdicts
    )


def _fails(run: Run) -> str:
    """What the notebook's errors show to be missing in this runtime, in words; "" for errors of its own."""
    found = (symptom(run.runtime, error[:MOST_SEARCHED]) for error in _errors(run))
    return next((one.means for one in found if one is not None), "")


def _errors(run: Run) -> Iterator[str]:
    """Every error of the cells, then those that came up when questions were asked, as "Name: message"."""
    yield from (_message_of(cell.error) for cell in run.cells if cell.error)
    for observation in run.observations.values():
        if observation.error:
            yield _message_of(observation.error)
        yield from (f"{error['name']}: {error['message']}" for error in errors_noted(observation))


def _message_of(error: CellError) -> str:
    """A long message is cut; the end of it, which says what went wrong, closes the traceback."""
    return f"{error.name}: {error.message}\n{error.traceback.rpartition(f'{error.name}: ')[2]}"
