"""What reading alone says of a homework, before anything runs: each a line, with the code that is meant."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from grader.assignment import Assignment, Function, Model, Numbers, Recorded
from grader.assignment.gaps import gaps
from grader.model import RepairKind, Status, Submission
from grader.model.quantities import counted
from grader.report.endless import endless_loops
from grader.report.excerpt import PLACE, CodeLine, excerpt
from grader.report.words import some

NOTHING_RUNS = "this cell, so nothing in it runs"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLine:
    """One thing that was read. PASSED: as it should be; FAILED: to be mended; NEEDS_REVIEW: worth a look."""

    status: Status
    text: str
    code: tuple[CodeLine, ...] = ()
    check: str = ""  # the id of the check that this decides


def read_lines(submission: Submission, assignment: Assignment) -> Iterator[ReadLine]:
    """Names, signatures, forbidden layers, syntax errors, loops without an end, names used too early, parts
    still to be written, answers."""
    if submission.problem:
        yield ReadLine(status=Status.FAILED, text=submission.problem)
        return
    yield from _lost(submission)
    yield from _syntax(submission)
    yield from _names(submission, assignment)
    yield from _unwritten(submission)
    yield from _endless(submission)
    yield from _too_early(submission)
    yield from _signatures(submission, assignment)
    yield from _ready_made(submission, assignment)
    yield from _answers(submission, assignment)


def _lost(submission: Submission) -> Iterator[ReadLine]:
    """What of the file could not be read as a part of the notebook."""
    for repair in submission.repairs:
        if repair.kind in (RepairKind.LOST, RepairKind.CELL):
            yield ReadLine(status=Status.NEEDS_REVIEW, text=repair.text)


def _syntax(submission: Submission) -> Iterator[ReadLine]:
    for error in submission.source.syntax_errors:
        rest = "this line; the rest of the cell runs" if _is_spared(submission, error) else NOTHING_RUNS
        text = f"{error}. Python cannot read {rest}"
        yield ReadLine(status=Status.FAILED, text=text, code=tuple(excerpt(submission, error)))
    for place in submission.source.refused:
        text = f"{place}. Python does not run this line"
        yield ReadLine(status=Status.FAILED, text=text, code=tuple(excerpt(submission, place)))


def _is_spared(submission: Submission, error: str) -> bool:
    """Whether the cell in which this error stands runs without the line."""
    found = PLACE.search(error)
    return found is not None and any(
        cell.number == int(found["cell"]) and cell.is_spared for cell in submission.cells
    )


def _names(submission: Submission, assignment: Assignment) -> Iterator[ReadLine]:
    source = submission.source
    known = {*source.names, *source.local_in, *source.parameters}
    for file, number in source.files_missing.items():
        text = f"{file}, which {submission.place(number)} runs, is not among these files: hand it in, too"
        yield ReadLine(status=Status.NEEDS_REVIEW, text=text)
    missing = [name for name in assignment.names if name not in known]
    found_otherwise = {*source.roles, *_known_when_run(assignment, {*known, *source.roles})}
    perhaps = [name for name in missing if name in found_otherwise]
    missing = [name for name in missing if name not in perhaps]
    why = "; perhaps in the cell that Python cannot read" if source.syntax_errors else ""
    if perhaps:
        way_on = why or "; the run looks for what does the same"
        text = f"not found by these names: {some(perhaps, 12)}{way_on}"
        yield ReadLine(status=Status.NEEDS_REVIEW, text=text)
    if missing:
        yield ReadLine(status=Status.FAILED, text=f"not defined: {some(missing, 12)}{why}")
    elif assignment.names and not perhaps:
        yield ReadLine(
            status=Status.PASSED,
            text=f"the {counted(len(assignment.names), 'name')} of the sheet are defined",
        )


def _known_when_run(assignment: Assignment, there: Collection[str]) -> Iterator[str]:
    """Names that a homework may do without: lists are known by when the training writes them, and a model
    that is `there` needs no class of the sheet's name."""
    for role in assignment.roles:
        match role:
            case Numbers(holds=Recorded.LOSS | Recorded.ACCURACY):
                yield role.name
            case Model() if role.name in there:
                yield role.made_by


def _unwritten(submission: Submission) -> Iterator[ReadLine]:
    """The gaps of the template that are still gaps."""
    places = [f"cell {cell.number}, line {gap.line}" for cell in submission.cells for gap in gaps(cell.text)]
    if places:
        text = (
            f"{counted(len(places), 'place is', 'places are')} still to be written; the first is {places[0]}"
        )
        yield ReadLine(status=Status.FAILED, text=text, code=tuple(excerpt(submission, places[0])))


def _endless(submission: Submission) -> Iterator[ReadLine]:
    """Loops of which only the cell's limit of time makes an end."""
    for cell in submission.cells:
        for line in endless_loops(cell.text)[:1]:
            place = f"cell {cell.number}, line {line}"
            text = f"{place} begins a loop that nothing in it ends: the cell will be stopped"
            yield ReadLine(status=Status.NEEDS_REVIEW, text=text, code=tuple(excerpt(submission, text)))


def _too_early(submission: Submission) -> Iterator[ReadLine]:
    for use in submission.source.used_before_defined[:5]:
        text = (
            f"{submission.place(use.used_in)} uses {use.name}, which only {submission.place(use.defined_in)}"
            " defines"
        )
        yield ReadLine(status=Status.FAILED, text=f"{text}: move the definition up")


def _signatures(submission: Submission, assignment: Assignment) -> Iterator[ReadLine]:
    """Functions that take fewer arguments than they are called with; what takes more may have defaults."""
    own = {function.name: function for function in submission.source.functions}
    functions = {role.name: role.arguments for role in assignment.roles if isinstance(role, Function)}
    for name, wanted in (functions | dict(assignment.signatures)).items():
        function = own.get(name) or own.get(f"{name}.__init__")
        if function is None or any(argument.startswith("*") for argument in function.arguments):
            continue
        if len(function.arguments) < len(wanted):
            takes = ", ".join(function.arguments) or "nothing"
            text = f"{name} ({function.where}) takes {takes}; the sheet's takes {', '.join(wanted)}"
            yield ReadLine(
                status=Status.NEEDS_REVIEW, text=text, code=tuple(excerpt(submission, function.where))
            )


def _ready_made(submission: Submission, assignment: Assignment) -> Iterator[ReadLine]:
    if not assignment.own_layers:
        return
    found = submission.source.builtin_recurrent
    for use in found[:5]:
        yield ReadLine(
            status=Status.FAILED,
            text=f"{use} is ready-made; the sheet wants your own",
            code=tuple(excerpt(submission, use)),
        )
    if not found:
        yield ReadLine(status=Status.PASSED, text="no ready-made recurrent layer is named")


def _answers(submission: Submission, assignment: Assignment) -> Iterator[ReadLine]:
    for question in assignment.questions:
        answer = next(
            (each for each in submission.answers if each.question == question.id and each.text.strip()), None
        )
        if answer:
            words = counted(len(answer.text.split()), "word")
            yield ReadLine(
                status=Status.PASSED, text=f"“{question.title}” is answered: {words} in {answer.where}"
            )
        else:
            text = f"no answer was found to “{question.title}”: write it below that heading"
            yield ReadLine(status=Status.FAILED, text=text)
