"""What the pages show, as HTML. Everything printed goes through the reports' templates: neutralised, then
escaped."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.assignment import Assignment, Choice
from grader.grading.points import alone
from grader.model import Answer, CheckResult, Level
from grader.record import Record
from grader.record.called import behind, called
from grader.report.class_page import class_stats
from grader.report.html import environment
from grader.report.look.first import look_here_first
from grader.report.neutral import visible
from grader.report.pictures.histogram import histogram_svg
from grader.report.pictures.small import correlation_svg, share_svg
from grader.report.story import outcome_text
from grader.report.words import SIGNS, points_text
from grader.review.cards import ABOUT, Card, CardStack, waits
from grader.review.desk import View, single_key
from grader.review.reading import pieces
from grader.review.statistics import check_statistics, common_mistakes

if TYPE_CHECKING:
    from jinja2 import Environment

PER_PAGE = 40  # cards
MOST_KEYS = 9  # buttons of one decision: more points than digits are typed


@dataclass(frozen=True, slots=True, kw_only=True)
class StackPage:
    """Which part of a stack a page shows: pages count from 1."""

    stack: CardStack
    page: int
    pages: int


@functools.cache
def _environment() -> Environment:
    """The reports' environment, with our templates in front of theirs."""
    from jinja2 import ChoiceLoader, PackageLoader

    reports = environment(True)
    ours = PackageLoader("grader.review")
    return reports.overlay(loader=ChoiceLoader([ours, reports.loader] if reports.loader else [ours]))


def _render(template: str, **context: Any) -> str:
    return _environment().get_template(template).render(**context)


def state(view: View, abouts: Sequence[ABOUT]) -> dict[str, Any]:
    """What is decided about these, for the page and for its script: a sentence, and how far it is."""
    results = [result for result in map(view.result, abouts) if result is not None]
    words = {_said(result) for result in results if result.overruled}
    still = sum(map(waits, results))
    text = "; ".join(sorted(words))
    if still and still < len(results):
        text += f"; {still} of {len(results)} still open"
    return {
        "open": bool(still),
        "said": visible(text, newlines=False),
        "points": points_text(results[0].points) if results else "",
    }


def _said(result: CheckResult) -> str:
    reason = f": {result.reason}" if result.reason else ""
    return f"{points_text(result.points)} by {result.decided_by}{reason}"


def queue_page(view: View, assignment: Assignment, place: StackPage | None, person: str) -> str:
    """The queue: all stacks at the side, the cards of one of them. `place` None: there is nothing to
    decide."""
    return _render(
        "queue.html",
        title=assignment.title,
        person=person,
        newest=view.newest,
        progress=view.progress(),
        questions=[
            (title, [(stack, view.open_cards(stack)) for stack in stacks])
            for title, stacks in itertools.groupby(view.places, key=lambda stack: stack.check.title)
        ],
        following=_following(view, place) if place else None,
        place=place,
        options=_options(assignment, place) if place else {},
        groups=_groups(view, place) if place else [],
        comments=view.comments(place.stack.check.id) if place else [],
        buttons=buttons(place.stack.check.points_max) if place else [],
    )


def _options(assignment: Assignment, place: StackPage) -> Mapping[str, str]:
    """Letter and text of the options, where a stack is about a choice question."""
    asked = {check.id: check.question for check in assignment.checks}
    question = next((one for one in assignment.questions if one.id == asked.get(place.stack.check.id)), None)
    return question.lettered if isinstance(question, Choice) else {}


def _following(view: View, place: StackPage) -> CardStack | None:
    """The stack after this one; None after the last."""
    later = itertools.dropwhile(lambda stack: stack.key != place.stack.key, view.places)
    return next(itertools.islice(later, 1, None), None)


def _groups(view: View, place: StackPage) -> list[list[tuple[Card, dict[str, Any], Any, int]]]:
    """The cards of this page, group by group, each with its state, its text cut at the quotes, and its
    number."""
    numbered = list(
        enumerate(((g, card) for g, group in enumerate(place.stack.groups) for card in group), start=1)
    )
    shown = numbered[(place.page - 1) * PER_PAGE : place.page * PER_PAGE]
    groups = itertools.groupby(shown, key=lambda entry: entry[1][0])
    return [
        [(card, _state(view, card), _texts(card), number) for number, (_, card) in entries]
        for _, entries in groups
    ]


def _state(view: View, card: Card) -> dict[str, Any]:
    return state(view, card.abouts) | {"open": view.is_open(card)}


def _texts(card: Card, answers: Iterable[Answer] | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every candidate: where it was found, and its text cut at the quotes. `answers`: one student's own,
    whose case and white space may be others than the card's; then nothing is marked in them."""
    quotes = dict(
        itertools.zip_longest((answer.text for answer in card.answers), card.reading.quotes, fillvalue=())
    )
    return [
        (answer.where, pieces(answer.text, quotes.get(answer.text, ())))
        for answer in (card.answers if answers is None else answers)
    ]


def buttons(points_max: float) -> list[float]:
    """The points that have a key of their own: 0, 1, 2, ... and the full number."""
    whole = [float(number) for number in range(int(min(points_max, MOST_KEYS)) + 1)]
    return whole if points_max in whole or points_max > MOST_KEYS else [*whole, points_max]


def place_of(view: View, key: str, page: int) -> StackPage | None:
    """The stack with this key, else the first one that has something open, else the first; None when there
    are none."""
    waiting = [stack for stack in view.places if view.open_cards(stack)]
    stack = next((stack for stack in view.places if stack.key == key), None) or next(
        iter([*waiting, *view.places]), None
    )
    if stack is None:
        return None
    pages = -(-len(stack.cards) // PER_PAGE)
    return StackPage(stack=stack, page=min(max(page, 1), pages), pages=pages)


def class_page(view: View, assignment: Assignment, person: str, missing: Sequence[str] = ()) -> str:
    """The class: what to look at first, statistics as pictures, and a table to sort and search. `missing`:
    handed in nothing."""
    from markupsafe import Markup

    records = sorted(view.records.values(), key=lambda record: record.student.casefold())
    points = [record.grade.points for record in records]
    most = max((record.grade.points_max for record in records), default=assignment.points_max)
    return _render(
        "class_review.html",
        title=assignment.title,
        person=person,
        newest=view.newest,
        progress=view.progress(),
        items=look_here_first(records, assignment, missing=missing),
        stats=class_stats(records, missing),
        histogram=Markup(
            histogram_svg(points, maximum=most, title="How many homeworks have how many points")
        ),
        checks=check_statistics(records, assignment),
        mistakes=common_mistakes(records),
        share=lambda value: Markup(share_svg(value)),
        correlation=lambda value: Markup(correlation_svg(value)),
        rows=[(record, outcome_text(record), _waiting(record)) for record in records],
        levels=list(Level),
        known=view.records,
    )


def _waiting(record: Record) -> int:
    return sum(map(waits, record.grade.checks))


def student_page(view: View, assignment: Assignment, student: str, person: str, *, executed: bool) -> str:
    """One student: each check with its evidence and what can be decided about it, the notebook, and what the
    student will see."""
    record = view.records[student]
    rows = []
    cards = {card.check.id: card for stack in view.stacks for card in stack.cards if student in card.students}
    questions = {check.id: check.question for check in assignment.checks if check.question}
    for check in record.grade.checks:
        about = (student, check.id)
        own = [answer for answer in record.answers if answer.question == questions.get(check.id)]
        texts = _texts(cards[check.id], own) if check.id in cards else []
        rows.append(
            (check, alone(check), SIGNS[check.status], single_key(*about), state(view, [about]), texts)
        )
    return _render(
        "student_review.html",
        title=assignment.title,
        person=person,
        newest=view.newest,
        progress=view.progress(),
        record=record,
        grade=record.grade,
        rows=rows,
        executed=executed,
        words=[word for word in view.words if word.student == student],
    )


def names(view: View, card_students: Iterable[str]) -> list[Mapping[str, str]]:
    """The students of a card with the members of their groups and what they handed in, harmless."""
    return [
        {
            "student": student,
            "shown": visible(_with_members(view.records[student]), newlines=False, limit=200),
            "path": visible(view.records[student].path, newlines=False, limit=200),
        }
        for student in card_students
        if student in view.records
    ]


def _with_members(record: Record) -> str:
    members = [member for member in behind(record) if member != called(record)]
    return f"{called(record)} ({', '.join(members)})" if members else called(record)
