"""Read which options a student chose, in whatever notation. What is not certain is said to be so: a person
looks.

The rules, in this order: ticked boxes; a line that says outright "Answer: B"; marks that set options off from
the others, or all others struck out; only some options written down; a letter alone. Where two of them
disagree, nothing is certain. That the minority is meant is never assumed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader.assignment import Choice
from grader.judge.checks.quiz.items import NO, ListedLine, item
from grader.judge.checks.quiz.marked import marked
from grader.judge.checks.quiz.option_lines import NEGATIVE, Written, option_lines
from grader.judge.checks.quiz.options import folded, match
from grader.judge.checks.quiz.plain import plain_lines
from grader.judge.checks.quiz.reading import ReadAnswer, as_subject, chose, in_words, of_so_many, unclear
from grader.judge.checks.quiz.stated import JUDGED, is_placeholder, letters_of, stated, undressed
from grader.judge.checks.quiz.written_down import bare_letters, by_what_is_there

_RULE = re.compile(r"\s*\|?(?:\s*:?-{2,}:?\s*\|)+(?:\s*:?-{2,}:?\s*)?")  # |---|:-:|


def read_choice(text: str, question: Choice) -> ReadAnswer:
    """Which options `text`, all that stands below the question's heading, chooses."""
    lines = [line for line in plain_lines(text) if not _asks(line, question)]
    headed = [number for number, line in enumerate(lines[1:]) if _RULE.fullmatch(line)]
    if any(NO.fullmatch(cell.strip(" ?*_")) for number in headed for cell in lines[number].split("|")):
        return unclear("a column of the table is for what is wrong")
    lines = [line for number, line in enumerate(lines) if not _is_head(number, lines, headed, question)]
    written = list(option_lines(lines, question))
    if any(one.letter is None for one in written):
        return unclear("a letter stands before another option's text")
    results = [
        result for rule in (_boxes, _stated, marked) if (result := rule(lines, written, question)) is not None
    ]
    if not results:
        return by_what_is_there(lines, written, question)
    if any(not result.is_read for result in results):
        return next(result for result in results if not result.is_read)
    results += [
        chose(found, f"{in_words(found)} stands there alone") for found in bare_letters(lines, written)
    ]
    if len({result.letters for result in results}) > 1:
        return unclear("; but ".join(result.why for result in results))
    return of_so_many(results[0], question)


def _is_head(number: int, lines: Sequence[str], headed: Sequence[int], question: Choice) -> bool:
    """Whether a line is a table's rule, or the row above it, unless that is an option already."""
    if number in headed and lines[number].count("|") >= 2:
        return not list(option_lines([lines[number]], question))
    return number - 1 in headed


def _asks(line: str, question: Choice) -> bool:
    """Whether a line only says the question again, or is the template's."""
    said = folded(re.sub(r"^[\s#>*_\-+\d.)]+", "", line))
    return said in {
        folded(known) for known in (question.title, *question.wordings, question.template_text) if known
    }


def _boxes(lines: Sequence[str], written: Sequence[Written], question: Choice) -> ReadAnswer | None:
    """Ticked boxes."""
    boxed = [
        (number, one) for number, one in enumerate(map(item, lines)) if one.box is not None or one.odd_box
    ]
    if any(one.odd_box for _, one in boxed):
        return unclear("a box holds something that is not a tick")
    if len({one.column for _, one in boxed if one.box and one.column is not None}) > 1:
        return unclear("ticks stand in different columns of the table")
    if any(one.box for _, one in boxed) and any(_is_row(w.item) and w.item.box is None for w in written):
        return unclear("one row of the table says neither yes nor no")
    ticked = {number for number, one in boxed if one.box}
    if not ticked:
        return None
    chosen = [one for one in written if one.number in ticked]
    if len(chosen) != len(ticked):
        return unclear("a box is ticked in front of something that is not one of the options")
    if any(one.item.marks & NEGATIVE for one in chosen):
        return unclear("an option is both ticked and struck out")
    letters = frozenset(one.letter for one in chosen if one.letter)
    return chose(letters, f"{as_subject(letters)} ticked")


def _is_row(one: ListedLine) -> bool:
    return one.raw.count("|") >= 2


def _stated(lines: Sequence[str], written: Sequence[Written], question: Choice) -> ReadAnswer | None:
    """Lines that say what the answer is; several must say the same."""
    found: set[frozenset[str]] = set()
    judged: frozenset[str] = frozenset()  # "A is right." and "C is right." say together what is
    for number, value in stated(lines, question):
        if is_placeholder(value):
            below = _block(lines[number + 1 :], question)
            if below is None:
                continue
            found.add(below)
            continue
        letters = letters_of(value, question.lettered)
        if letters is None:
            return unclear(f"“{value[:60]}” leaves open which option is meant")
        if question.several and JUDGED.fullmatch(undressed(lines[number])):
            judged |= letters
        else:
            found.add(letters)
    found |= {judged} if judged else set()
    if len(found) > 1:
        return unclear(
            "different options are given as the answer: " + "; ".join(sorted(map(in_words, found)))
        )
    return chose(letters := found.pop(), f"{as_subject(letters)} given as the answer") if found else None


def _block(lines: Sequence[str], question: Choice) -> frozenset[str] | None:
    """What the lines below "Answer:" say: letters or texts of options, one a line, up to the first line that
    is something else."""
    letters: set[str] = set()
    for line in lines:
        one = item(line)
        said = (
            letters_of(one.letter or one.text, question.lettered) if not (one.letter and one.text) else None
        )
        if (
            said is None
            and (found := match(one.text, question.lettered)) is not None
            and one.letter in ("", found.letter)
        ):
            said = frozenset(found.letter)
        if said is None:
            break
        letters |= said
    return frozenset(letters) if letters and len(letters) < len(question.options) else None
