"""The desk: what lies there to be decided, as the gradebook says at this moment, whoever writes to it."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.assignment import Assignment
from grader.errors import Overtaken, UsageError
from grader.grading.points import decided
from grader.model import CheckResult, Decision
from grader.model.moments import now
from grader.record import Gradebook, Record
from grader.review.cards import ABOUT, Card, CardStack, audits, key_of, stacks, waits
from grader.review.reading import Reader, ShownSuggestion, reader_of

LONGEST_REASON = 2000  # characters
MOST_COMMENTS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One look at the desk. Nothing in it changes."""

    records: Mapping[str, Record]  # by student
    stacks: tuple[CardStack, ...]
    latest: Mapping[ABOUT, Decision]  # the last word about each, withdrawn or not
    words: tuple[Decision, ...]  # all of them, oldest first
    audits: tuple[CardStack, ...] = ()  # decisions that were filled in and that a person should look at

    @property
    def places(self) -> tuple[CardStack, ...]:
        """All stacks that a person can go to."""
        return (*self.stacks, *self.audits)

    @property
    def newest(self) -> int:
        """The number of the newest decision; 0 when there is none."""
        return self.words[-1].number if self.words else 0

    def result(self, about: ABOUT) -> CheckResult | None:
        """A student's check as it stands now; None when there is no such thing."""
        student, check_id = about
        record = self.records.get(student)
        return (
            next((check for check in record.grade.checks if check.id == check_id), None) if record else None
        )

    def is_open(self, card: Card) -> bool:
        """Whether somebody on the card still waits, or what was filled in has still to be looked at."""
        if card.reading.suggestion is ShownSuggestion.AUDIT:
            return True
        return any(check is None or waits(check) for check in map(self.result, card.abouts))

    def open_cards(self, stack: CardStack) -> int:
        """How many cards of a stack are still open."""
        return sum(map(self.is_open, stack.cards))

    def progress(self) -> tuple[int, int]:
        """How many cards are decided, and how many there are."""
        cards = [card for stack in self.stacks for card in stack.cards]
        return sum(not self.is_open(card) for card in cards), len(cards)

    def comments(self, check_id: str) -> list[str]:
        """The reasons that people gave before for this check, the most common first."""
        reasons = Counter(word.reason for word in self.words if word.check_id == check_id and word.reason)
        return [reason for reason, _ in reasons.most_common(MOST_COMMENTS)]


class Desk:
    """Reads what is new in the gradebook at every look, and writes what its person decides. Usable from
    several threads."""

    def __init__(
        self, gradebook: Gradebook, assignment: Assignment, person: str, reader: Reader | None = None
    ) -> None:
        self.gradebook, self.assignment, self.person = gradebook, assignment, person
        self.reader = reader or reader_of(assignment)
        self.touched: set[str] = set()  # students about whom somebody decided since the first look
        self._lock = threading.Lock()
        self._numbers: dict[str, int] = {}
        self._view = View(records={}, stacks=(), latest={}, words=())
        self._abouts: dict[str, tuple[ABOUT, ...]] = {}

    def look(self) -> View:
        """What there is now. Only what changed since the last look is read.

        Raises:
            GradebookError: the gradebook cannot be read.
        """
        with self._lock:
            numbers, before = self.gradebook.grades_now(), self._view
            words = self.gradebook.decisions(after=before.newest)
            if numbers == self._numbers and not words:
                return before
            heard = {word.student for word in words}
            self.touched |= heard if self._numbers else set()
            changed = {student for student, number in numbers.items() if self._numbers.get(student) != number}
            told = (*before.words, *words)
            records = self._records(numbers, changed, heard, told)
            latest = {**before.latest, **{(word.student, word.check_id): word for word in words}}
            self._view = View(
                records=records,
                stacks=self._stacks(records)
                if changed or len(numbers) != len(self._numbers)
                else before.stacks,
                latest=latest,
                words=told,
                audits=audits(records, latest.values(), self.assignment),
            )
            self._abouts |= {card.key: card.abouts for stack in self._view.audits for card in stack.cards}
            self._numbers = numbers
            return self._view

    def _records(
        self, numbers: Iterable[str], changed: set[str], heard: set[str], words: Sequence[Decision]
    ) -> dict[str, Record]:
        known = self._view.records
        fresh = (
            {record.student: record for record in self.gradebook.records()}
            if len(changed) > len(known) // 2
            else {}
        )
        records = {}
        for student in numbers:
            record = known.get(student)
            if record is None or student in changed:
                record = fresh.get(student) or self.gradebook.record_of(student)
            if record is not None and student in changed | heard:
                about = [word for word in words if word.student == student]
                record = replace(record, grade=decided(record.grade, about, record.digest))
            if record is not None:
                records[student] = record
        return records

    def _stacks(self, records: Mapping[str, Record]) -> tuple[CardStack, ...]:
        found = stacks(list(records.values()), self.assignment, self.reader)
        single = {
            single_key(record.student, check.id): ((record.student, check.id),)
            for record, check in _all(records)
        }
        self._abouts = {card.key: card.abouts for stack in found for card in stack.cards} | single
        return found

    def knows(self, key: str) -> bool:
        """Whether there is a card, or a check of a student, with this key."""
        return key in self._abouts

    def abouts(self, key: str) -> tuple[ABOUT, ...]:
        """Whom and what a key is about: that of a card, or of a single check of a student.

        Raises:
            UsageError: there is no such key, or no longer.
        """
        if key not in self._abouts:
            raise UsageError("this is no longer here: it was graded anew; load the page again")
        return self._abouts[key]

    def _spoken(self, view: View, key: str) -> list[ABOUT]:
        """About whom words are written: the gradebook itself repeats the first one for those with the same
        answer, unless a person has spoken about them before."""
        first, *others = self.abouts(key)
        result = view.result(first)
        if result is None or not result.answer:
            return [first, *others]
        return [first, *(about for about in others if (word := view.latest.get(about)) and not word.repeats)]

    def decide(
        self, points: Mapping[str, float], reason: str, seen: int, mine: Sequence[int] = ()
    ) -> list[int]:
        """Give `points` to everybody behind these keys; the numbers of the decisions. `seen`: the newest the
        person knew of; `mine`: later ones that the same page has written itself.

        Raises:
            Overtaken: somebody decided about one of these after that; nothing was written.
            UsageError: a key is unknown, the points are out of range, or the reason is too long.
            GradebookError: the gradebook cannot be written.
        """
        view = self.look()
        if len(reason) > LONGEST_REASON:
            raise UsageError(f"a reason may have {LONGEST_REASON} characters, this one has {len(reason)}")
        words = [
            self._word(view, about, given, reason.strip())
            for key, given in points.items()
            for about in self._spoken(view, key)
        ]
        return self._write(view, words, seen, mine)

    def withdraw(self, key: str, reason: str, seen: int, mine: Sequence[int] = ()) -> list[int]:
        """Let the checks' own result count again for everybody behind this key; the numbers of the decisions.

        Raises:
            Overtaken, UsageError, GradebookError: as in `decide`.
        """
        view = self.look()
        words = [
            replace(self._word(view, about, 0.0, reason.strip()), withdrawn=True)
            for about in self._spoken(view, key)
        ]
        return self._write(view, words, seen, mine)

    def undo(self, numbers: Sequence[int]) -> list[int]:
        """Take back these decisions: what was decided before them counts again. Nothing is removed: words are
        added.

        Raises:
            Overtaken: somebody has decided about one of them since; nothing was written.
            UsageError: there is no such decision.
        """
        view = self.look()
        wanted = set(numbers)
        undone = [word for word in view.words if word.number in wanted]
        if not wanted or len(undone) != len(wanted):
            raise UsageError("there is nothing to take back")
        return self._write(view, [self._before(view, word) for word in undone], 0, numbers)

    def _before(self, view: View, undone: Decision) -> Decision:
        """The word that stood before `undone`, said again; a withdrawal when there was none."""
        same = (undone.student, undone.check_id, undone.digest)
        earlier = [
            w for w in view.words if (w.student, w.check_id, w.digest) == same and w.number < undone.number
        ]
        word = (
            earlier[-1]
            if earlier
            else replace(undone, withdrawn=True, reason="", points=0.0, person=self.person)
        )
        return replace(word, when=now(), number=0)

    def _word(self, view: View, about: ABOUT, points: float, reason: str) -> Decision:
        result = view.result(about)
        if result is None:
            raise UsageError("this check is no longer here: load the page again")
        if not 0 <= points <= result.points_max:  # also turns away NaN
            raise UsageError(f"{points:g} is not between 0 and {result.points_max:g}")
        digest = view.records[about[0]].digest
        student, check_id = about
        return Decision(
            student=student,
            check_id=check_id,
            points=points,
            reason=reason,
            person=self.person,
            when=now(),
            digest=digest,
        )

    def _write(self, view: View, words: Sequence[Decision], seen: int, mine: Sequence[int] = ()) -> list[int]:
        known = _known(view, words, seen, mine)
        try:
            return self.gradebook.decide_all(words, known)
        except Overtaken:  # between our look and our writing: who it was, a look tells
            _known(self.look(), words, seen, mine)
            raise


def _known(view: View, words: Sequence[Decision], seen: int, mine: Sequence[int]) -> dict[ABOUT, int]:
    """The latest decision about each that these words are about, 0 for none.

    Raises:
        Overtaken: it is one that the person has neither seen nor written.
    """
    known = {}
    for word in words:
        latest = view.latest.get((word.student, word.check_id))
        if latest and latest.number > seen and latest.number not in mine:
            raise Overtaken(f"{latest.person} has decided about this meanwhile: look again")
        known[word.student, word.check_id] = latest.number if latest else 0
    return known


def single_key(student: str, check_id: str) -> str:
    """The key of one check of one student."""
    return key_of("single", student, check_id)


def _all(records: Mapping[str, Record]) -> Iterable[tuple[Record, CheckResult]]:
    return itertools.chain.from_iterable(
        ((record, check) for check in record.grade.checks) for record in records.values()
    )
