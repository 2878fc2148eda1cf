"""A class whose answers wait for a person, and a server that shows it: `python tests/review_class.py FOLDER
[PERSON]`."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.assignment import Assignment, Check, Seen
from grader.grading.points import grade
from grader.judge.checks.written import answer_key
from grader.model import Answer, Basis, Evidence, Level, Person, Run, Submission, Verdict, Versions
from grader.model.verdict import needs_review, passed
from grader.record import Gradebook, Record, make_record
from grader.review import Desk, PagePass, listen, make_app, serve
from grader.review.reading import CardReading, ShownQuote, ShownSuggestion, unread

RUN_ID = "20260118-090112-1"
SUBJECTS = (
    "the gradient",
    "the loss",
    "the target",
    "a sequence of 25 steps",
    "the last state",
    "every input",
    "memory",
)
VERBS = (
    "does not need",
    "would lose",
    "depends on",
    "is computed from",
    "never sees",
    "cuts off",
    "is summed over",
)


def make_sheet() -> Assignment:
    """Two written questions, a check that no run could decide, and one that a kernel answered."""
    hw = Assignment("reading", title="Homework 7: the questions")
    task = hw.task("7", "Questions.")
    bptt = hw.question("bptt", "Can / should you use truncated BPTT here?")
    kind = hw.question("kind", "Regression, or classification?")

    @task.own_check(bptt.title, points=4, basis=Basis.JUDGED, level=Level.OUTSTANDING, question=bptt)
    def explains_bptt(seen: Seen) -> Verdict:
        return needs_review("a person will read it")

    @task.own_check(kind.title, points=2, basis=Basis.JUDGED, level=Level.OUTSTANDING, question=kind)
    def explains_kind(seen: Seen) -> Verdict:
        return needs_review("a person will read it")

    @task.own_check("The model learns.", points=3, basis=Basis.OBSERVED, level=Level.PASSED)
    def learns(seen: Seen) -> Verdict:
        return passed("it is right in 94 %")

    return hw


SHEET = make_sheet()


def essay(number: int, question: str) -> str:
    """A made-up answer, unlike those with another number."""
    digits = [(number * 7919 + 104729 * position + len(question)) % 7**6 for position in range(1, 4)]
    sentences = [f"{SUBJECTS[d % 7]} {VERBS[d // 7 % 7]} {SUBJECTS[d // 49 % 7]} ({d})" for d in digits]
    return f"{question} {number}: " + ", because ".join(sentences) + "."


def a_record(
    student: str,
    answers: Sequence[Answer],
    *,
    session: int,
    messages: Sequence[str] = ("a person will read it", "a person will read it", "it is right in 94 %"),
    evidence: Sequence[Evidence] = (),
    **facts: Any,
) -> Record:
    """One student as `grade DIR` records them."""
    keys = [
        answer_key(answer.text for answer in answers if answer.question == question.id)
        for question in SHEET.questions
    ]
    waiting = [
        replace(needs_review(message), answer=key) for message, key in zip(messages, keys, strict=False)
    ]
    verdicts = [*waiting, passed(messages[2], evidence=evidence)]
    facts = {"files": ("homework.ipynb",)} | facts
    digest = hashlib.sha256(repr((student, facts["files"])).encode("utf-8", "replace")).hexdigest()
    run = Run(run_id=RUN_ID, runtime="keras3", isolation="namespaces", seconds=3.0)
    result = grade(list(zip(SHEET.checks, verdicts, strict=True)), (), digest)
    submission = Submission(student=student, digest=digest, answers=tuple(answers), **facts)
    return make_record(
        submission, run, result, when="2026-01-18T09:01:44+00:00", session=session, runs=(RUN_ID,)
    )


def a_session(book: Gradebook, missing: Sequence[str] = ()) -> int:
    """A session of grading by which records can be saved."""
    return book.start_session(
        assignment="reading",
        sheet_digest="5e" * 32,
        versions=Versions(grader="0.1.0"),
        started="2026-01-18T09:00:00+00:00",
        missing=[Person(student=name) for name in missing],
    )


def fill(folder: Path, number: int) -> None:
    """A gradebook with so many groups; the second question is answered alike by some, word for word by
    others."""
    with Gradebook(folder) as book:
        session, records = a_session(book), []
        for index in range(number):
            kind = (
                "Classification, because the sum is thresholded." if index % 5 == 0 else essay(index, "kind")
            )
            found = [Answer(question="bptt", text=essay(index, "bptt"), where="homework.ipynb, cell 12")]
            if index % 10 != 9:
                found.append(
                    Answer(question="kind", text=kind.upper() if index % 2 else kind, where="README.md")
                )
            members = (f"Ada {index}", f"Bob {index}")
            records.append(a_record(f"group-{index:04}", found, session=session, members=members))
        book.save_all(records)


def reader(check: Check, texts: Sequence[str], others: Collection[str] = ()) -> CardReading:
    """Suggests all points to whoever speaks of a threshold."""
    at = texts[0].casefold().find("thresholded") if texts else -1
    if at < 0:
        return unread(check, texts)
    quotes = (ShownQuote(start=at, end=at + len("thresholded"), says="the target is one of two classes"),)
    return CardReading(suggestion=ShownSuggestion.FULL, points=2.0, quotes=(quotes,))


def main(folder: Path, person: str) -> None:
    """Serve until somebody ends it; the first line is the link."""
    with Gradebook(folder, create=False) as book, listen() as opened:
        entrance = PagePass(port=opened.getsockname()[1])
        app = make_app(Desk(book, SHEET, person, reader), entrance)
        serve(app, opened, lambda: print(entrance.link, flush=True))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "Kim")
