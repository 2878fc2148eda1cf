"""Whether students get what is hidden from them."""

from __future__ import annotations

from collections.abc import Iterator

from grader.assignment import Choice, Number
from grader.assignment.public_part import public_part
from grader.errors import AssignmentError
from grader.lint.finding import Finding, LintRule
from grader.lint.material import Material


def travels(material: Material) -> Iterator[Finding]:
    """Hidden checks that cannot be left out of the students' sheet, or of which their notebook or README
    tells; right answers that stand in the public sheet."""
    yield from _in_the_sheet(material)
    yield from _in_words(material)
    yield from _right_answers(material)


def _in_the_sheet(material: Material) -> Iterator[Finding]:
    try:
        public_part(material.text, material.assignment)
    except AssignmentError as problem:
        yield Finding(rule=LintRule.TRAVELS, message=str(problem))


def _in_words(material: Material) -> Iterator[Finding]:
    """A question's title must be read by students; the title of any other hidden check must not."""
    for check in material.assignment.checks:
        words = [] if check.question else [check.title.rstrip("."), check.hint.rstrip(".")]
        for path, text in material.words.items():
            if check.hidden and (told := next((each for each in words if each and each in text), "")):
                message = f"it is hidden, and {path}, which students get, says {told!r}"
                yield Finding(rule=LintRule.TRAVELS, check=check.id, message=message)


def _right_answers(material: Material) -> Iterator[Finding]:
    quiz = {
        question.id for question in material.assignment.questions if isinstance(question, Choice | Number)
    }
    for check in material.assignment.checks:
        if check.question in quiz and not check.hidden:
            message = "its right answer stands in the sheet that students get"
            yield Finding(rule=LintRule.TRAVELS, check=check.id, message=message, hint="Say hidden=True")
