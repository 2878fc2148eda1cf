"""Options or letters that were written down alone, where nothing is ticked, stated or marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.assignment import Choice
from grader.judge.checks.quiz.items import item
from grader.judge.checks.quiz.option_lines import NEGATIVE, NO, Written, whole_list
from grader.judge.checks.quiz.options import bare, match
from grader.judge.checks.quiz.reading import ReadAnswer, chose, in_words, of_so_many, unclear, untouched
from grader.judge.checks.quiz.stated import letters_of, names_another, says_nothing

SMALL_LETTERS = re.compile(r"(?:[a-l](?:,\s*|\s+(?:and|und|&)\s+))+[a-l]\.?")  # "a and c"


def by_what_is_there(lines: Sequence[str], written: Sequence[Written], question: Choice) -> ReadAnswer:
    """Where nothing is ticked, stated or marked: options or letters that were written down alone."""
    listing = whole_list(written, question)
    if any(names_another(one.tail, question.lettered, {one.letter or ""}) for one in written):
        return unclear("behind one option another is named")
    listed = {one.number for one in listing}
    added = [one for one in written if one.number not in listed]
    prose = [line for number, line in enumerate(lines) if number not in {one.number for one in written}]
    letters = {one.letter for one in added if one.letter}
    said = [found for line in prose if (found := _letters_alone(line, question)) is not None]
    if any(
        one.item.box is not None or one.item.marks & NEGATIVE or NO.fullmatch(one.tail or "?")
        for one in added
    ):
        return unclear("an option stands there with an empty box, struck out or called wrong")
    if len(added) > 1 and not (_one_form(added) and len({one.item.marks for one in added}) == 1):
        return unclear("some options are left out, and those that stand there are marked in different ways")
    if letters and said and set().union(*said) != letters:
        return unclear("a letter and the text of an option disagree")
    letters |= set().union(*said)
    if letters and len(letters) < len(question.options):
        return of_so_many(
            chose(
                letters,
                f"only {in_words(frozenset(letters))} {'was' if len(letters) == 1 else 'were'} written down",
            ),
            question,
        )
    if all(says_nothing(line, question) for line in prose):
        if not listing and not written:
            return untouched()
        if listing and _all_alike(listing, question):
            return untouched("no option is chosen")
    return unclear("it is not certain which option is meant")


def bare_letters(lines: Sequence[str], written: Sequence[Written]) -> Iterator[frozenset[str]]:
    """The letters of lines that hold nothing else."""
    taken = {one.number for one in written}
    for number, line in enumerate(lines):
        one = item(line)
        if (
            number not in taken
            and one.box is None
            and not one.marks & NEGATIVE
            and re.fullmatch(r"\(?[A-L][.):]?", one.text)
        ):
            yield frozenset(one.text.strip("().: "))


def _letters_alone(line: str, question: Choice) -> frozenset[str] | None:
    """The letters of a line that says nothing else but perhaps why: "B", "(A, C)", "B because ...", "B) and
    why"."""
    one = item(line)
    if one.box is not None or one.marks & NEGATIVE or one.bullet[:-1].isdigit():
        return None  # "2. B" may answer the second question
    if one.letter and re.match(r"(?:and|und|,|&|\+)\s*\(?[A-La-l](?![^\W\d_])", one.text):  # "a) and c)"
        return letters_of(f"{one.letter}) {one.text}", question.lettered)
    if one.letter:
        if match(one.text, question.lettered) is not None or one.letter not in question.lettered:
            return None
        return letters_of(f"{one.letter}: {one.text}", question.lettered) if _is_reason(one.text) else None
    if re.fullmatch(r"[a-l]\s.*", one.text) and not SMALL_LETTERS.fullmatch(one.text):  # "a sequence"
        return None
    return letters_of(one.text, question.lettered)


def _is_reason(text: str) -> bool:
    return bool(re.match(r"\W*(?:because|since|as|weil|da|denn)\b", text, re.IGNORECASE)) or not bare(text)


def _all_alike(listing: Sequence[Written], question: Choice) -> bool:
    """Whether the options stand there as in the template: in one form, in their own words and capitals."""
    own = {letter: item(option).marks for letter, option in question.lettered.items()}
    # the first line's was stripped
    indents = {len(one.item.raw) - len(one.item.raw.lstrip()) for one in listing[1:]}
    marks = {one.item.marks - own[one.letter] for one in listing if one.letter}
    alike = len(indents) == len(marks) == 1 and _one_form(listing)
    return alike and all(one.exact and not one.tail for one in listing)


def _one_form(written: Sequence[Written]) -> bool:
    """Whether nothing sets one of these lines off from the others but its words."""
    forms = {(one.item.bullet[-1:], one.item.quoted, one.item.box, bool(one.item.letter)) for one in written}
    return len(forms) == 1
