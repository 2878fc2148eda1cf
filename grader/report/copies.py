"""Work that looks like one origin: told to a person, who judges it. Nothing here changes a point."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from grader.assignment import Assignment, Question
from grader.model.stored_text import is_picture
from grader.record import Record
from grader.record.prints import FEW_PEOPLE, alike

WORDS = 12  # of an answer; a shorter one may be equal by chance
NUMBERS = 3  # stored long numbers that two share
CLASS = 5  # people; among fewer nobody can tell what everybody was given


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What some people share."""

    text: str
    students: tuple[str, ...]


def copies(records: Sequence[Record], assignment: Assignment) -> list[Copy]:
    """Nearly identical code, stored outputs that are equal to the digit, and answers that are equal word for
    word."""
    asked = {question.id: question for question in assignment.questions}
    return [*_code(records), *_outputs(records), *_answers(records, asked)]


def _code(records: Sequence[Record]) -> Iterator[Copy]:
    digests = {record.student: record.digest for record in records}
    prints = {record.student: record.prints for record in records if record.prints}
    if len(prints) < CLASS:
        return
    for pair in alike(prints):
        if digests[pair.first] != digests[pair.second]:  # the very same files have a line of their own
            how = (
                "the same code but for names, comments and layout"
                if pair.same
                else f"{pair.share:.0%} of the code that is their own"
            )
            yield Copy(
                text=f"two people share {how}: `grade similar` shows it side by side",
                students=(pair.first, pair.second),
            )


def _outputs(records: Sequence[Record]) -> Iterator[Copy]:
    digests = {record.student: record.digest for record in records}
    holders: dict[str, list[str]] = {}
    for record in records:
        for mark in record.stored:
            holders.setdefault(mark, []).append(record.student)
    few = [(mark, names) for mark, names in holders.items() if 1 < len(names) < FEW_PEOPLE]
    shared: dict[tuple[str, str], list[str]] = {}
    for mark, names in few:
        for pair in combinations(sorted(names), 2):
            shared.setdefault(pair, []).append(mark)
    for (first, second), marks in shared.items():
        pictures = sum(map(is_picture, marks))
        numbers = [mark for mark in marks if not is_picture(mark)]
        if digests[first] != digests[second] and (pictures or len(numbers) >= NUMBERS):
            parts = [f"{len(numbers)} long numbers ({numbers[0]}, ...)"] if numbers else []
            parts += [f"{pictures} picture{'s' if pictures > 1 else ''}"] if pictures else []
            text = f"the outputs with which two notebooks came are equal to the digit: {' and '.join(parts)}"
            yield Copy(text=text, students=(first, second))


def _answers(records: Sequence[Record], asked: Mapping[str, Question]) -> Iterator[Copy]:
    """Answers in words: who ticks the right box is right in the same words as everybody."""
    texts: dict[tuple[str, str], list[str]] = {}
    for record in records:
        # the first fits best
        best: Mapping[str, str] = {answer.question: answer.text for answer in reversed(record.answers)}
        for question, text in best.items():
            plain = " ".join(text.casefold().split())
            in_words = question not in asked or asked[question].in_words
            if in_words and len(plain.split()) >= WORDS:
                texts.setdefault((question, plain), []).append(record.student)
    digests = {record.student: record.digest for record in records}
    for (question, _), names in texts.items():
        if len(names) > 1 and len(Counter(digests[name] for name in names)) > 1:
            title = asked[question].title if question in asked else question
            text = f"{len(names)} people answered “{title}” word for word alike"
            yield Copy(text=text, students=tuple(names))
