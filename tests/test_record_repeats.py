"""A person's decision about an answer: it holds for that answer, is repeated for the same one, and nothing
overwrites it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from test_record_gradebook import start

from grader.assignment import Check
from grader.errors import GradebookError
from grader.grading.points import grade
from grader.judge.checks.written import answer_key
from grader.model import Basis, Decision, Grade, Status, Submission, Verdict
from grader.model.verdict import needs_review, passed
from grader.record import Gradebook, Record
from grader.record.repeats import AUDITED, for_audit

CODE = Check(
    id="code", task="1", title="It runs.", points=2, judge=lambda seen: passed(""), basis=Basis.OBSERVED
)
WORDS = Check(id="words", task="2", title="Why?", points=4, judge=lambda seen: passed(""), basis=Basis.JUDGED)


def verdicts(answer: str, rubric: str) -> list[tuple[Check, Verdict]]:
    read = dataclasses.replace(needs_review("read me"), answer=answer_key([answer]), rubric=rubric)
    return [(CODE, passed("it ran")), (WORDS, read)]


class Class:
    """A gradebook in which homework is graded as often as a test likes."""

    def __init__(self, book: Gradebook) -> None:
        self.book = book

    def hands_in(self, student: str, answer: str, *, digest: str = "", rubric: str = "r1") -> Record:
        submission = Submission(student=student, digest=digest or f"files of {student}")
        result = grade(verdicts(answer, rubric), self.book.decisions(student), submission.digest)
        self.book.save(submission, None, result, session=start(self.book))
        return self.record(student)

    def record(self, student: str) -> Record:
        found = self.book.record_of(student)
        assert found is not None
        return found

    def grade(self, student: str) -> Grade:
        return self.record(student).grade

    def says(self, person: str, student: str, points: float, check: str = "words", **other: object) -> None:
        decision = Decision(
            student=student,
            check_id=check,
            points=points,
            reason="read",
            person=person,
            when="2026-01-01T00:00:00+00:00",
            digest=self.record(student).digest,
        )
        self.book.decide(dataclasses.replace(decision, **other))  # type: ignore[arg-type]

    def words(self, student: str) -> tuple[float | None, str, str]:
        """(points, or None while pending; who decided; whose answer it repeats)."""
        check = self.grade(student).checks[1]
        return (None if check.pending else check.points), check.decided_by, check.repeats


@pytest.fixture
def room(tmp_path: Path):
    with Gradebook(tmp_path / "out") as book:
        yield Class(book)


def test_a_decision_remembers_answer_and_rubric(room):
    room.hands_in("ada", "No.")
    room.says("Grace", "ada", 3)
    (word,) = room.book.decisions("ada")
    assert (word.answer, word.rubric, word.repeats) == (answer_key(["no."]), "r1", "")


def test_the_same_answer_of_others_gets_the_same_decision_marked(room):
    for student, answer in {"ada": "No.", "bob": "  NO. ", "eve": "No!"}.items():
        room.hands_in(student, answer)
    room.says("Grace", "ada", 3)
    assert room.words("ada") == (3, "Grace", "")
    assert room.words("bob") == (3, "Grace", "ada")
    assert room.words("eve") == (None, "checks", "")


def test_an_answer_that_comes_later_is_filled_in(room):
    room.hands_in("ada", "No.")
    room.says("Grace", "ada", 3)
    room.hands_in("bob", "no.")
    assert room.words("bob") == (3, "Grace", "ada")


def test_another_rubric_asks_again_but_a_decision_about_this_very_student_stays(room):
    room.hands_in("ada", "No.")
    room.says("Grace", "ada", 3)
    room.hands_in("bob", "No.", rubric="r2")
    room.hands_in("ada", "No.", rubric="r2")
    assert room.words("bob") == (None, "checks", "")
    assert room.words("ada") == (3, "Grace", "")


def test_a_new_version_keeps_the_decision_about_an_unchanged_answer_and_asks_again_for_the_rest(room):
    room.hands_in("ada", "No.")
    room.says("Grace", "ada", 3)
    room.says("Grace", "ada", 1, check="code")
    room.hands_in("ada", "No.", digest="second version")
    assert room.words("ada") == (3, "Grace", "")
    assert room.grade("ada").checks[0].decided_by == "checks"  # the code may be other code
    room.hands_in("ada", "Well, no.", digest="third version")
    assert room.words("ada") == (None, "checks", "")


def test_reruns_overwrite_nothing(room):
    room.hands_in("ada", "No.")
    room.hands_in("bob", "No.")
    room.says("Grace", "ada", 3)
    room.says("Alan", "bob", 1)
    for _ in range(2):
        room.hands_in("ada", "No.")
        room.hands_in("bob", "No.")
    assert (room.words("ada"), room.words("bob")) == ((3, "Grace", ""), (1, "Alan", ""))
    assert len(room.book.decisions()) == 3  # Grace's, its repeat for Bob, Alan's


def test_a_repeat_follows_and_gives_way_to_a_persons_own_word(room):
    for student in ("ada", "bob", "eve"):
        room.hands_in(student, "No.")
    room.says("Grace", "ada", 3)
    room.says("Alan", "bob", 1)
    assert room.words("eve") == (1, "Alan", "bob")  # the last word about this answer
    room.says("Grace", "ada", 4)
    assert [room.words(student) for student in ("ada", "bob", "eve")] == [
        (4, "Grace", ""),
        (1, "Alan", ""),
        (4, "Grace", "ada"),
    ]


def test_what_is_taken_back_is_taken_back_for_repeats_too(room):
    room.hands_in("ada", "No.")
    room.hands_in("bob", "No.")
    room.says("Grace", "ada", 3)
    room.says("Grace", "ada", 0, withdrawn=True)
    assert (room.words("ada")[0], room.words("bob")[0]) == (None, None)
    room.hands_in("eve", "No.")
    assert room.words("eve") == (None, "checks", "")


def test_decisions_about_code_are_never_repeated(room):
    room.hands_in("ada", "No.")
    room.hands_in("bob", "No.")
    room.says("Grace", "ada", 0, check="code")
    assert [check.decided_by for check in room.grade("bob").checks] == ["checks", "checks"]


def test_an_override_keeps_both_numbers(room):
    room.hands_in("ada", "No.")
    room.says("Grace", "ada", 0.5, check="code")
    check = room.grade("ada").checks[0]
    assert (check.points, check.points_auto, check.decided_by, check.basis) == (0.5, 2, "Grace", Basis.JUDGED)
    assert check.overruled is not None
    assert check.overruled.status is Status.PASSED


def test_a_failed_write_leaves_no_half(room, monkeypatch):
    room.hands_in("ada", "No.")
    room.hands_in("bob", "No.")
    with pytest.raises(GradebookError):
        room.says("Grace", "ada", float("nan"))  # NOT NULL: SQLite has no NaN
    assert room.book.decisions() == []
    assert room.words("bob") == (None, "checks", "")


def test_a_tenth_of_the_repeats_is_offered_for_audit(room):
    room.hands_in("ada", "No.")
    room.says("Grace", "ada", 3)
    (word,) = room.book.decisions("ada")
    assert not for_audit(word)
    repeats = [dataclasses.replace(word, student=f"student {n}", repeats="ada") for n in range(1000)]
    offered = [for_audit(repeat) for repeat in repeats]
    assert 0.7 < AUDITED * sum(offered) / 1000 < 1.3
    assert offered == [for_audit(repeat) for repeat in repeats]
