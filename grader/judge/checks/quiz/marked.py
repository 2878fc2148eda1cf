"""Options set off from the others of a whole list: by marks, by words behind them, or as quotations."""

from __future__ import annotations

from collections.abc import Sequence

from grader.assignment import Choice
from grader.judge.checks.quiz.items import item
from grader.judge.checks.quiz.option_lines import NEGATIVE, NO, YES, Written, whole_list
from grader.judge.checks.quiz.reading import ReadAnswer, as_subject, chose, in_words, unclear

POSITIVE = frozenset(["bold", "italic", "underlined", "highlighted", "tick", "arrow", "star", "heading"])


def marked(lines: Sequence[str], written: Sequence[Written], question: Choice) -> ReadAnswer | None:
    """Options set off from the others of a whole list, by marks that some of them have and others have
    not."""
    listing = whole_list(written, question)
    if not listing:
        return None
    everybody = frozenset(one.letter for one in listing if one.letter)
    # the option is printed like that
    own = {letter: item(option).marks for letter, option in question.lettered.items()}
    said: dict[str, frozenset[str]] = {}
    for name in sorted(
        POSITIVE
        | NEGATIVE
        | {f"letter {mark}" for mark in ("bold", "italic", "underlined", "highlighted", "struck")}
    ):
        having = frozenset(
            one.letter for one in listing if one.letter and name in one.item.marks - own[one.letter]
        )
        if having and having != everybody:
            rejects = name in NEGATIVE or name == "letter struck"
            said[name] = everybody - having if rejects else having
    if words := _by_words(listing):
        said["words"] = words
    if len(set(said.values())) > 1:
        return unclear(
            "options are marked in different ways: "
            + "; ".join(f"{in_words(a)} ({name})" for name, a in said.items())
        )
    if said:
        name, letters = next(iter(said.items()))
        return chose(letters, f"{as_subject(letters)} set off from the others ({name})")
    return _quoted(listing, question)


def _by_words(listing: Sequence[Written]) -> frozenset[str]:
    """The options behind which "correct" stands; all but those with "wrong" where none is called correct."""
    yes = frozenset(one.letter for one in listing if one.letter and one.tail and YES.fullmatch(one.tail))
    no = frozenset(one.letter for one in listing if one.letter and one.tail and NO.fullmatch(one.tail))
    letters = frozenset(one.letter for one in listing if one.letter)
    return yes or (letters - no if len(no) == len(letters) - 1 else frozenset())


def _quoted(listing: Sequence[Written], question: Choice) -> ReadAnswer | None:
    """One option quoted among the items of a list. All others quoted, or several, may mean either."""
    quoted = [one for one in listing if one.item.quoted]
    if not quoted or len(quoted) == len(listing):
        return None
    rest = [one for one in listing if not one.item.quoted]
    if len(quoted) == 1 and len(rest) > 1 and not question.several and all(one.item.bullet for one in rest):
        return chose(
            {quoted[0].letter or ""}, f"{quoted[0].letter} is quoted, the others are items of a list"
        )
    return unclear("some options are quoted and others are not")
