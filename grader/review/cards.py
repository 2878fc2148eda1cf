"""What is to be decided: answers that are the same on one card, cards that are alike in one group, groups in
stacks."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.assignment import Assignment, Check
from grader.grading.points import alone
from grader.judge.checks.written import answer_key
from grader.judge.checks.written.keys import folded
from grader.model import Answer, Basis, CheckResult, Decision, Evidence, Status
from grader.record import Record
from grader.record.repeats import for_audit
from grader.review.anonymous import without_files
from grader.review.reading import CardReading, Reader, ShownSuggestion
from grader.review.similar import alike

ABOUT = tuple[str, str]  # a student, and the id of a check


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One thing to decide: everybody in `students` gave the same answer, word for word."""

    key: str
    check: CheckResult  # as the checks alone say it
    students: tuple[str, ...]
    answers: tuple[Answer, ...]  # every candidate that was found
    evidence: tuple[Evidence, ...]  # where the check is not about an answer
    reading: CardReading = CardReading()

    @property
    def abouts(self) -> tuple[ABOUT, ...]:
        """Whom and what a decision on this card is about."""
        return tuple((student, self.check.id) for student in self.students)

    @property
    def said(self) -> str:
        """What the card shows: all that was written, else what the check says, such as where an answer was
        looked for."""
        return "\n\n".join(answer.text for answer in self.answers) or self.check.message


@dataclass(frozen=True, slots=True, kw_only=True)
class CardStack:
    """All cards of one check with one suggestion, in groups of cards that are alike."""

    key: str
    check: CheckResult
    suggestion: ShownSuggestion
    groups: tuple[tuple[Card, ...], ...]

    @property
    def cards(self) -> tuple[Card, ...]:
        """All cards, group by group."""
        return tuple(itertools.chain.from_iterable(self.groups))


def key_of(*parts: str) -> str:
    """A name for a page's address and its attributes that tells nothing and holds nothing but hexadecimal
    digits."""
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=10).hexdigest()


def waits(check: CheckResult) -> bool:
    """Whether a person should still look: nobody has decided, or only a rubric has suggested."""
    return check.pending or check.basis is Basis.SUGGESTED


def stacks(records: Sequence[Record], assignment: Assignment, reader: Reader) -> tuple[CardStack, ...]:
    """Everything that waits for a person or has been decided by one: in the order of the sheet, then of the
    suggestions."""
    order = {check.id: number for number, check in enumerate(assignment.checks)}
    found = list(_cards(records, assignment, reader))
    found.sort(key=lambda card: (order.get(card.check.id, len(order)), card.check.id, _rank(card)))
    grouped = itertools.groupby(found, key=lambda card: (card.check.id, card.reading.suggestion))
    return tuple(_stack(check_id, suggestion, list(cards)) for (check_id, suggestion), cards in grouped)


def audits(
    records: Mapping[str, Record], latest: Iterable[Decision], assignment: Assignment
) -> tuple[CardStack, ...]:
    """The tenth of the repeated decisions that a person should look at, as long as nobody has: a stack for
    each check."""
    asked = {check.id: check for check in assignment.checks if check.question}
    found: dict[str, list[Card]] = {}
    for word in latest:
        record = records.get(word.student)
        check = (
            next((check for check in record.grade.checks if check.id == word.check_id), None)
            if record
            else None
        )
        if record and check and for_audit(word) and not word.withdrawn and check.answer == word.answer:
            found.setdefault(check.id, []).append(_audit(record, check, asked.get(check.id)))
    return tuple(
        CardStack(
            key=key_of(check.id, ShownSuggestion.AUDIT),
            check=found[check.id][0].check,
            suggestion=ShownSuggestion.AUDIT,
            groups=tuple((card,) for card in found[check.id]),
        )
        for check in assignment.checks
        if check.id in found
    )


def _audit(record: Record, check: CheckResult, question: Check | None) -> Card:
    why = f"The same answer as somebody else's, word for word: filled in by {check.decided_by}'s decision."
    return Card(
        key=key_of("audit", record.student, check.id),
        check=_nameless(alone(check), record),
        students=(record.student,),
        answers=_answers(record, question),
        evidence=(),
        reading=CardReading(suggestion=ShownSuggestion.AUDIT, points=check.points, why=why),
    )


def _rank(card: Card) -> int:
    return list(ShownSuggestion).index(card.reading.suggestion)


def _stack(check_id: str, suggestion: ShownSuggestion, cards: Sequence[Card]) -> CardStack:
    return CardStack(
        key=key_of(check_id, suggestion),
        check=cards[0].check,
        suggestion=suggestion,
        groups=tuple(
            tuple(cards[position] for position in group) for group in alike([card.said for card in cards])
        ),
    )


def _cards(records: Sequence[Record], assignment: Assignment, reader: Reader) -> Iterator[Card]:
    asked = {check.id: check for check in assignment.checks if check.question}
    same: dict[str, list[tuple[Record, CheckResult]]] = {}
    shared = _shared(records)
    for record in records:
        for check in map(alone, record.grade.checks):
            if check.status is Status.NEEDS_REVIEW or check.basis is Basis.SUGGESTED:
                same.setdefault(_same(record, check, asked.get(check.id)), []).append((record, check))
    for key, found in same.items():
        record, check = found[0][0], _nameless(found[0][1], found[0][0])
        question = asked.get(check.id)
        answers = _answers(record, question)
        texts = [answer.text for answer in answers]
        yield Card(
            key=key,
            check=check,
            students=tuple(record.student for record, _ in found),
            answers=answers,
            evidence=() if answers else check.evidence,
            reading=reader(question, texts, shared & set(map(folded, texts))) if question else CardReading(),
        )


def _shared(records: Iterable[Record]) -> set[str]:
    """The texts (folded) that several students wrote."""
    texts = Counter(
        itertools.chain.from_iterable(
            {folded(answer.text) for answer in record.answers} for record in records
        )
    )
    return {text for text, count in texts.items() if count > 1}


def _same(record: Record, check: CheckResult, question: Check | None) -> str:
    """The key of the card: the same for the same answer. What has no text is looked at one by one: nothing
    says it is the same."""
    answer = check.answer or answer_key(answer.text for answer in _answers(record, question))
    return key_of(check.id, answer or f"\0{record.student}", check.rubric)


def _answers(record: Record, question: Check | None) -> tuple[Answer, ...]:
    mine = [answer for answer in record.answers if question and answer.question == question.question]
    return tuple(replace(answer, where=without_files(answer.where, record.files)) for answer in mine)


def _nameless(check: CheckResult, record: Record) -> CheckResult:
    """The check without file names that may tell who somebody is."""
    evidence = [replace(row, where=without_files(row.where, record.files)) for row in check.evidence]
    note, message = (without_files(text, record.files) for text in (check.staff_note, check.message))
    return replace(check, message=message, staff_note=note, evidence=tuple(evidence))
