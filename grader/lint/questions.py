"""Whether the sheet's questions can be answered: below a heading that is found, with the options of the
sheet, by who has written something, and as the rubric knows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.assignment import Choice, Number, Question
from grader.judge.checks.quiz import read, together
from grader.judge.checks.quiz.option_lines import option_lines, whole_list
from grader.judge.checks.quiz.plain import plain_lines
from grader.judge.checks.written.read import read as read_words
from grader.judge.checks.written.reading import QuoteKind
from grader.lint.finding import Finding, LintRule
from grader.lint.material import Material
from grader.model import Answer

LONGEST_SHOWN = 60


def questions(material: Material) -> Iterator[Finding]:
    """What is wrong with each, as the students' and the tutor's notebook show it."""
    students, tutors = material.students, material.tutors
    for question in material.assignment.questions:
        if students is not None:
            yield from _of_nobody(question, [one for one in students.answers if one.question == question.id])
        if tutors is not None:
            answers = [one for one in tutors.answers if one.question == question.id]
            yield from _of_the_tutor(question, answers)
            yield from _by_the_rubric(material, question, answers)


def _of_nobody(question: Question, found: Sequence[Answer]) -> Iterator[Finding]:
    """What of the students' notebook is read as an answer before anybody has written one."""
    if not found:
        return
    text = " ".join(found[0].text.split())
    where, shown = found[0].where, text[:LONGEST_SHOWN]
    if not isinstance(question, Choice | Number):
        yield Finding(
            rule=LintRule.QUESTION,
            check=question.id,
            message=(
                f"who writes nothing has answered “{shown}” ({where}), because that is not its"
                f" template_text, {question.template_text!r}"
            ),
            hint="Give the template's words as template_text, and explain above the heading",
        )
        return
    reading = together([read(answer.text, question) for answer in found])
    if reading is not None and reading.is_read:
        message = f"{where}, which students get, answers it already: {reading.why}"
        yield Finding(rule=LintRule.GIVEN, check=question.id, message=message)
    elif reading is not None and not reading.is_untouched:
        message = f"who writes nothing seems to answer: {reading.why} ({where}: “{shown}”)"
        yield Finding(rule=LintRule.QUESTION, check=question.id, message=message)
    if isinstance(question, Choice):
        yield from _in_order(question, found)


def _in_order(question: Choice, found: Sequence[Answer]) -> Iterator[Finding]:
    """Options that stand in another order than the sheet's: a letter would mean two of them."""
    for answer in found:
        listing = whole_list(list(option_lines(plain_lines(answer.text), question)), question)
        letters = [one.letter for one in listing]
        if None not in letters and letters != sorted(letters, key=str):
            order = ", ".join(map(str, letters))
            message = f"{answer.where} has its options in another order than the sheet: {order}"
            hint = "Letters count in the sheet's order"
            yield Finding(rule=LintRule.QUESTION, check=question.id, message=message, hint=hint)


def _of_the_tutor(question: Question, answers: Sequence[Answer]) -> Iterator[Finding]:
    if not answers:
        yield Finding(
            rule=LintRule.QUESTION,
            check=question.id,
            message=f"the tutor's notebook has no answer below a heading like “{question.title}”",
            hint="Write the same words into the sheet and above the answer, or give wordings=",
        )


def _by_the_rubric(material: Material, question: Question, answers: Sequence[Answer]) -> Iterator[Finding]:
    """A rubric that knows nothing of what the tutor wrote was made for another question."""
    rubric = material.assignment.rubric
    if rubric is None or question.id not in rubric.questions or not question.in_words:
        return
    readings = [read_words(answer.text, rubric.questions[question.id], 1.0) for answer in answers]
    if readings and not any(quote.kind is QuoteKind.POSITION for one in readings for quote in one.quotes):
        message = f"the rubric finds none of its positions in the tutor's own answer: {readings[0].why}"
        hint = "Write the answer's words into `phrases` of a position"
        yield Finding(rule=LintRule.QUESTION, check=question.id, message=message, hint=hint)
