"""From a candidate to a submission: choose the notebook or script, repair it, read its source, find the
answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from grader.assignment import Assignment, Cell, in_force, outside
from grader.collect.answers.documents import documents
from grader.collect.answers.in_code import answers_in_code
from grader.collect.answers.labelled import with_labelled
from grader.collect.answers.letter_lists import with_letter_lists
from grader.collect.answers.under_headings import find_answers, left_untouched
from grader.collect.candidate import OUR_FAULT, Candidate
from grader.collect.choice.choose import choose, contract_names
from grader.collect.choice.opened import OpenedFile
from grader.collect.files.digest import Digests, digests_of
from grader.collect.reading.notebook import Notebook
from grader.collect.reading.office import NOT_READ, is_read, words_of
from grader.collect.reading.runnable import make_runnable
from grader.collect.source.facts import read_source
from grader.collect.source.roles import in_a_function, possible_names
from grader.collect.words import listed, plain
from grader.model import Answer, ProblemKind, SourceFacts, Submission
from grader.model.file_kinds import is_code
from grader.model.quantities import counted
from grader.probes.sizes import asked_smaller
from grader.record.prints import prints_of


def prepare(candidate: Candidate, assignment: Assignment) -> Submission:
    """Read a homework completely. Never raises for anything a student can hand in: `problem` says why nothing
    can run.

    Of a fault of ours the flag says which.
    """
    empty = _shell(candidate)
    if candidate.problem:
        return replace(empty, problem=candidate.problem, problem_kind=candidate.problem_kind)
    try:
        return _read(candidate, assignment, empty)
    except Exception as problem:  # one homework must never stop a class; what it was goes to the instructor
        flag = f"reading failed: {type(problem).__name__}: {plain(str(problem), 120)}"
        return replace(empty, problem=OUR_FAULT, problem_kind=ProblemKind.GRADER, flags=(flag,))


def _shell(candidate: Candidate) -> Submission:
    """What is known before anything is opened."""
    return Submission(
        student=candidate.student,
        members=candidate.members,
        path=candidate.path,
        files=candidate.files,
        submitted=candidate.submitted,
        late=candidate.late,
        time_source=candidate.time_source,
        people=candidate.people,
        notices=(*candidate.notices, *_of_lateness(candidate)),
    )


def _of_lateness(candidate: Candidate) -> tuple[str, ...]:
    """By how much it is late, and who says so."""
    if not candidate.lateness_hours or candidate.time_source is None:
        return ()
    if candidate.submitted is None:
        return (
            f"late by {candidate.time_source}, which does not say by how much: one started day is counted",
        )
    hours = candidate.lateness_hours
    by = f"{hours:.1f} hours" if hours >= 1 else counted(max(1, round(60 * hours)), "minute")
    return (f"{by} late: the time of handing in is that of {candidate.time_source}",)


def _read(candidate: Candidate, assignment: Assignment, empty: Submission) -> Submission:
    digests = digests_of(candidate.root, candidate.files)
    notices = [*empty.notices]
    if digests.unreadable:
        notices.append(f"{listed([plain(file, 40) for file in digests.unreadable])}: could not be read")
    names, roles = contract_names(assignment), assignment.roles
    choice = choose(candidate.root, candidate.files, names, candidate.chosen, roles)
    whole = replace(empty, root=candidate.root, digest=digests.whole, notices=(*notices, *choice.notices))
    if choice.reading is None:
        ours = any(map(is_code, digests.unreadable))  # a file that is there and closed to us
        kind = ProblemKind.GRADER if ours else ProblemKind.HOMEWORK
        whole = replace(
            whole, problem=f"{OUR_FAULT}: {choice.problem}" if ours else choice.problem, problem_kind=kind
        )
        read = _answered(whole, candidate, assignment, OpenedFile(file="", notebook=Notebook()))
    else:
        read = _answered(_filled(whole, choice.reading, assignment), candidate, assignment, choice.reading)
    return with_receipt(read, digests)


def with_receipt(submission: Submission, digests: Digests) -> Submission:
    """With the digests of its files as they are now."""
    places = [answer.where for answer in submission.answers]
    answered = [
        file
        for file in digests.each
        if any(place == file or place.startswith(f"{file}, ") for place in places)
    ]
    code = [submission.notebook_file] if submission.notebook_file else filter(is_code, digests.each)
    judged = [*code, *submission.modules, *answered]
    return replace(submission, digest=digests.whole, receipt=digests.of(judged))


def _filled(whole: Submission, reading: OpenedFile, assignment: Assignment) -> Submission:
    notebook = reading.notebook
    runs = make_runnable(notebook, assignment.parameters)
    tagged = [cell.number for cell in notebook.cells if "parameters" in cell.tags]
    source = read_source(reading.cells, reading.modules, frozenset(assignment.parameters), tagged)
    roles = possible_names(
        assignment.names,
        assignment.roles,
        reading.cells,
        reading.modules,
        source.facts.names,
        source.facts.local_in,
    )
    nowhere = [one for one in assignment.roles if one.name not in {*source.facts.names, *roles}]
    return replace(
        whole,
        notebook=runs.notebook,
        notebook_file=reading.file,
        package=reading.package,
        modules=_own_files(reading),
        cells=runs.cells,
        source=replace(
            source.facts,
            roles=roles,
            unrolled_in=in_a_function(nowhere, reading.cells, reading.modules),
        ),
        repairs=(*notebook.repairs, *runs.repairs),
        notices=(
            *whole.notices,
            *notebook.notices,
            *runs.notices,
            *source.notices,
            *_of_numbers(source.facts, assignment),
        ),
        flags=source.flags,
        prints=prints_of(source.facts.text),
        stored=notebook.stored,
    )


def _of_numbers(facts: SourceFacts, assignment: Assignment) -> list[str]:
    """What the student should know about parameters with which nothing is asked."""
    wrong = outside(assignment, {**facts.parameters, **facts.no_numbers}, facts.spelled)
    used = in_force(assignment, facts.parameters)
    told = [
        f"{sentence}; the checks ask with the sheet's {assignment.parameters[name]:g}"
        for name, sentence in wrong.items()
    ]
    sizes = {
        name
        for role in assignment.roles
        if isinstance(role, Cell)
        for name in (role.units, role.features)
        if name
    }
    return [*told, *asked_smaller(used, tuple(sorted(sizes, reverse=True)))]


def _own_files(reading: OpenedFile) -> tuple[str, ...]:
    """The files of the student's whose code runs, the notebook left out."""
    modules = [piece.where for piece in reading.modules]
    return tuple(dict.fromkeys([reading.file, *modules] if reading.is_script else modules))


def _of_unread(
    root: Path, files: Sequence[str], assignment: Assignment, answers: Sequence[Answer]
) -> list[str]:
    """Which files were not read, where an answer may stand in them."""
    missing = {question.id for question in assignment.questions} - {answer.question for answer in answers}
    unread = [plain(file, 40) for file in files if file.lower().endswith(NOT_READ) and not is_read(file)]
    if not missing:
        return []
    damaged = [plain(file, 40) for file in files if is_read(file) and not words_of(root / file)]
    told = [f"{listed(damaged)}: damaged or empty, so no answers were found there"] if damaged else []
    if not unread:
        return told
    return [
        *told,
        f"{listed(unread)}: not read for written answers; they are found in the notebook, in text files,"
        " .docx and .odt",
    ]


def _answered(
    submission: Submission, candidate: Candidate, assignment: Assignment, reading: OpenedFile
) -> Submission:
    """With the written answers, and where they were looked for; they may stand in a README although no
    notebook can be read."""
    pieces = (*reading.cells, *reading.modules)
    prose = list(documents(reading.notebook.cells, pieces, reading.file, candidate.root, candidate.files))
    searched = tuple(
        dict.fromkeys(line.where.partition(", cell ")[0] for document in prose for line in document)
    )
    said = answers_in_code(assignment.questions, pieces, reading.file)
    found = find_answers(assignment.questions, prose)
    written = (*with_labelled(assignment.questions, prose, found), *said)
    answers = with_letter_lists(assignment.questions, prose, written)
    return replace(
        submission,
        answers=answers,
        notices=(*submission.notices, *_of_unread(candidate.root, candidate.files, assignment, answers)),
        untouched=tuple(
            q
            for q in left_untouched(assignment.questions, prose)
            if q not in {answer.question for answer in said}
        ),
        searched=searched,
    )
