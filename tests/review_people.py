"""A class of `sum_sequence` as classes are, and a careful person who reviews it; `python -m
tests.review_people` prints what it takes.

The answers are those of tests/submissions/answers; the person gives what their labels say, whatever is
suggested.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.assignment import Check, Seen
from grader.grading.points import grade
from grader.judge.checks.written import Suggestion, for_a_person
from grader.model import Answer, Mistake, Run, Submission, Verdict, Versions
from grader.model.verdict import failed, passed
from grader.record import Gradebook, Record, make_record
from grader.review import Desk
from grader.review.cards import Card, CardStack
from grader.review.pages import PER_PAGE, class_page, place_of, queue_page
from tests.answers import Labelled, fresh, halves, sheet

GROUPS = 40
# what the person gives for a label
POINTS = {Suggestion.FULL: 4, Suggestion.LOOK: 3, Suggestion.PARTIAL: 2, Suggestion.NONE: 0}
MISTAKES = ("gates_swapped", "states_swapped", "forget_times_hidden", "no_carry", "tanh_twice")
Answered = Mapping[str, Labelled | None]  # by question; None: nothing that could be found


def drawn(*words: object) -> float:
    """A number from 0 to 1 that depends on these words alone."""
    return int.from_bytes(hashlib.sha256(repr(words).encode()).digest()[:6], "big") / 2**48


@functools.cache
def unknown_to_the_rules(question: str) -> Sequence[Labelled]:
    """The answers to a question on which no rule was tuned and that hold anything, in an order of their
    own."""
    mine = [
        answer for answer in (*halves()[1], *fresh()) if answer.question == question and answer.text.strip()
    ]
    return sorted(mine, key=lambda answer: drawn("order", answer.text))


def own_words(number: int, question: str) -> Labelled | None:
    """Everybody answers, nobody as anybody else."""
    known = unknown_to_the_rules(question)
    return known[number % len(known)]


def alike(number: int, question: str) -> Labelled | None:
    """As people do who sit together: a few answers are handed in by several groups, word for word."""
    known = unknown_to_the_rules(question)
    return known[int(len(known) * drawn("alike", question, number) ** 4)]


def a_third(number: int, question: str) -> Labelled | None:
    """As in the public repositories: only a third of the groups have answered at all."""
    return own_words(number, question) if number % 3 == 0 else None


KINDS: dict[str, Callable[[int, str], Labelled | None]] = {
    "every group in its own words": own_words,
    "some groups alike": alike,
    "a third has answered": a_third,
}


def fill_class(
    folder: Path, kind: Callable[[int, str], Labelled | None] = own_words, groups: int = GROUPS
) -> dict[str, Answered]:
    """A gradebook of such a class; what each group has answered."""
    questions = [question.id for question in sheet().questions]
    wrote = {f"group-{n:04}": {question: kind(n, question) for question in questions} for n in range(groups)}
    with Gradebook(folder) as book:
        session = book.start_session(
            assignment=sheet().name,
            sheet_digest="5e" * 32,
            versions=Versions(grader="0.1.0"),
            started="2026-01-18T09:00:00+00:00",
        )
        book.save_all([a_record(student, answers, session) for student, answers in wrote.items()])
    return wrote


def a_record(student: str, answered: Answered, session: int) -> Record:
    """One group as `grade DIR` records it."""
    found = [
        Answer(question=name, text=one.text, where="homework.ipynb, cell 9")
        for name, one in answered.items()
        if one
    ]
    digest = hashlib.sha256(student.encode()).hexdigest()
    submission = Submission(
        student=student,
        digest=digest,
        answers=tuple(found),
        files=("homework.ipynb",),
        searched=("homework.ipynb",),
    )
    seen = Seen(assignment=sheet(), submission=submission, run=Run(run_id="20260118-090112-1", seconds=31.0))
    verdicts = [(check, a_verdict(student, check, seen)) for check in sheet().checks]
    result = grade(verdicts, (), digest)
    return make_record(submission, seen.run, result, when="2026-01-18T09:01:44+00:00", session=session)


def a_verdict(student: str, check: Check, seen: Seen) -> Verdict:
    """A written answer waits for a person; of all else strong groups get more right than weak ones."""
    for question in seen.assignment.questions:
        if question.id == check.question:
            return for_a_person(seen, question)
    if drawn(student) + 0.5 * drawn(student, check.id) > 0.3 + 0.3 * drawn(check.id):
        return passed("it is as it should be")
    name = MISTAKES[int(len(MISTAKES) * drawn(student, check.task) ** 2)]
    mistake = Mistake(id=name, confidence=0.9) if check.points > 3 else None
    return failed("it is not as it should be", mistake=mistake)


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """Keys pressed on one card, and the points they give to this card and perhaps to others, by card."""

    card: Card
    keys: str
    points: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Reads every card and gives what the labels say."""

    wrote: Mapping[str, Answered]

    def gives(self, card: Card) -> int:
        """The label's points; none where nothing was found."""
        question = next(check.question for check in sheet().checks if check.id == card.check.id)
        answer = self.wrote[card.students[0]][question]
        return POINTS[answer.label] if answer else 0

    def presses(self, groups: Sequence[Sequence[Card]]) -> Iterator[Press]:
        """What is pressed on one page: first where a suggestion is wrong, then `a` for the others; else group
        by group."""
        cards = [card for group in groups for card in group]
        right = [card for card in cards if card.reading.points == self.gives(card)]
        yield from (self.one(card) for card in cards if card.reading.points is not None and card not in right)
        if right:
            yield Press(card=right[0], keys="a", points={card.key: self.gives(card) for card in right})
        for group in groups:
            yield from self.without_suggestion([card for card in group if card.reading.points is None])

    def without_suggestion(self, group: Sequence[Card]) -> Iterator[Press]:
        """All that are alike at once where they are worth the same, else one by one."""
        same = {self.gives(card) for card in group}
        if len(group) > 1 and len(same) == 1:
            yield Press(
                card=group[0], keys=f"g{same.pop()}", points={card.key: self.gives(card) for card in group}
            )
        else:
            yield from map(self.one, group)

    def one(self, card: Card) -> Press:
        """One key for one card."""
        return Press(card=card, keys=str(self.gives(card)), points={card.key: self.gives(card)})


def pages(stack: CardStack) -> Iterator[list[list[Card]]]:
    """The groups of a stack page by page."""
    numbered = [(number, card) for number, group in enumerate(stack.groups) for card in group]
    for start in range(0, len(numbered), PER_PAGE):
        page = itertools.groupby(numbered[start : start + PER_PAGE], key=lambda pair: pair[0])
        yield [[card for _, card in group] for _, group in page]


def review(desk: Desk, person: Person) -> dict[str, int]:
    """Review it all, and count: answers, cards that are read, decisions, and suggestions that were wrong."""
    counts = Counter(answers=sum(len(card.students) for stack in desk.look().stacks for card in stack.cards))
    for stack in desk.look().stacks:
        for page in pages(stack):
            for press in person.presses(page):
                desk.decide(press.points, "", desk.look().newest)
                counts["decisions"] += 1
                counts["wrong"] += press.card.reading.points is not None and press.keys != "a"
        counts["cards"] += len(stack.cards)
    done, count = desk.look().progress()
    assert done == count == counts["cards"]
    return dict(counts)


def effort(kind: Callable[[int, str], Labelled | None]) -> dict[str, int]:
    """What a review of such a class takes."""
    with tempfile.TemporaryDirectory() as folder:
        wrote = fill_class(Path(folder), kind)
        with Gradebook(Path(folder)) as book:
            return review(Desk(book, sheet(), "Kim"), Person(wrote=wrote))


def seconds(groups: int) -> dict[str, float]:
    """How long the page takes for so many groups: the first look, and queue and class after a decision
    (processor time)."""
    with tempfile.TemporaryDirectory() as folder:
        fill_class(Path(folder), groups=groups)
        with Gradebook(Path(folder)) as book:
            desk = Desk(book, sheet(), "Kim")
            first = spent(desk.look)
            card = desk.look().stacks[0].cards[0]
            desk.decide({card.key: 4.0}, "", 0)
            queue = spent(lambda: queue_page(desk.look(), sheet(), place_of(desk.look(), "", 1), "Kim"))
            desk.decide({card.key: 3.0}, "", desk.look().newest)
            return {
                "first look": first,
                "queue": queue,
                "class": spent(lambda: class_page(desk.look(), sheet(), "Kim")),
            }


def spent(work: Callable[[], object]) -> float:
    """Seconds of the processor."""
    started = time.process_time()
    work()
    return time.process_time() - started


def table() -> str:
    """What it takes, as the table in docs/review.md."""
    lines = [
        "| 40 groups, two questions | answers | texts to read | decisions | suggestions not followed |",
        "|---|---|---|---|---|",
    ]
    for name, kind in KINDS.items():
        took = effort(kind)
        lines.append(
            f"| {name} | {took['answers']} | {took['cards']} | {took['decisions']} | {took.get('wrong', 0)} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Print what docs/review.md shows."""
    print(table())
    for groups in (300, 1000):
        times = ", ".join(f"{name} {1000 * value:.0f} ms" for name, value in seconds(groups).items())
        print(f"{2 * groups} answers: {times}")


if __name__ == "__main__":
    main()
