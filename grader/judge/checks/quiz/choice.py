"""Read which options a student chose, in whatever notation. What is not certain is said to be so: a person
looks.

The rules, in this order: ticked boxes; a line that says outright "Answer: B"; marks that set options off from
the others, or all others struck out; only some options written down; a letter alone. Where two of them
disagree, nothing is certain. That the minority is meant is never assumed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.assignment import Choice
from grader.judge.checks.quiz.items import Item, item
from grader.judge.checks.quiz.options import Match, bare, folded, match
from grader.judge.checks.quiz.plain import plain_lines
from grader.judge.checks.quiz.reading import Reading, chose, unclear, untouched
from grader.judge.checks.quiz.stated import is_placeholder, letters_of, names_another, says_nothing, stated

POSITIVE = frozenset(["bold", "italic", "underlined", "highlighted", "tick", "arrow", "star", "heading"])
LONE = re.compile(r"\(?[A-La-l][.):]?")
NEGATIVE = frozenset(("struck", "cross"))
YES = re.compile(
    r"[\s\W]*(?:this one|this|my (?:answer|choice)|our answer|(?:is"
    r" )?(?:correct|right|true)|yes|ja|richtig|wahr|stimmt|trifft zu)[\s\W]*",
    re.IGNORECASE,
)
NO = re.compile(
    r"[\s\W]*(?:(?:is )?(?:wrong|incorrect|false|not correct|not true)|no|nein|falsch|stimmt nicht|trifft"
    r" nicht zu)[\s\W]*",
    re.IGNORECASE,
)


@dataclass(slots=True, kw_only=True)
class _Written:
    """A line that speaks of one option. `letter` None: its letter and its text are different options."""

    number: int
    item: Item
    letter: str | None
    tail: str
    exact: bool


def read_choice(text: str, question: Choice) -> Reading:
    """Which options `text`, all that stands below the question's heading, chooses."""
    lines = [line for line in plain_lines(text) if not _asks(line, question)]
    written = list(_written(lines, question))
    if any(one.letter is None for one in written):
        return unclear("a letter stands before another option's text")
    results = [
        result
        for rule in (_boxes, _stated, _marked)
        if (result := rule(lines, written, question)) is not None
    ]
    if not results:
        return _by_what_is_there(lines, written, question)
    if any(not result.is_read for result in results):
        return next(result for result in results if not result.is_read)
    results += [
        chose(found, f"{in_words(found)} stands there alone")
        for found in _bare_letters(lines, written, question)
    ]
    if len({result.letters for result in results}) > 1:
        return unclear("; but ".join(result.why for result in results))
    return _of_so_many(results[0], question)


def _asks(line: str, question: Choice) -> bool:
    """Whether a line only says the question again, or is the template's."""
    said = folded(re.sub(r"^[\s#>*_\-+\d.)]+", "", line))
    return said in {
        folded(known) for known in (question.title, *question.wordings, question.template_text) if known
    }


def _of_so_many(result: Reading, question: Choice) -> Reading:
    if not question.several and len(result.letters) != 1:
        return unclear(f"{result.why}: one option was asked for")
    return result


def in_words(letters: frozenset[str]) -> str:
    """ "A and C"."""
    *first, last = sorted(letters) or ["none"]
    return f"{', '.join(first)} and {last}" if first else last


def _are(letters: frozenset[str]) -> str:
    """ "A is", "A and C are"."""
    return f"{in_words(letters)} {'is' if len(letters) == 1 else 'are'}"


# --- lines of options ---------------------------------------------------------------------------------------


def _written(lines: Sequence[str], question: Choice) -> Iterator[_Written]:
    """The lines that are an option: its text, or its letter and its text, or its letter behind a box; where
    every option's letter has a line of its own, these."""
    options, items = question.lettered, [item(line) for line in lines]
    lone = [(number, one) for number, one in enumerate(items) if LONE.fullmatch(one.text) and one.box is None]
    if sorted(one.text.strip("().: ").upper() for _, one in lone) == sorted(options):
        for number, one in lone:
            yield _Written(
                number=number, item=one, letter=one.text.strip("().: ").upper(), tail=one.tail, exact=True
            )
        return
    for number, one in enumerate(items):
        found = match(one.text, options)
        if found is not None and re.fullmatch(r"[A-La-l]", one.text) and found.letter != one.text.upper():
            found = None  # "A" is the letter, not the option "a"
        if found is None and one.letter in options and one.box is not None and _only_remarks(one.text):
            found = Match(letter=one.letter, tail=one.text)
        if found is None and one.box is not None and LONE.fullmatch(one.text):
            letter = one.text.strip("().: ").upper()
            found = Match(letter=letter) if letter in options else None
        if found is not None:
            agreed = found.letter if one.letter in ("", found.letter) else None
            tail = " ".join(part for part in (found.tail, one.tail) if part)
            yield _Written(number=number, item=one, letter=agreed, tail=tail, exact=found.exact)


def _only_remarks(text: str) -> bool:
    return not text or bool(YES.fullmatch(text))


def _listing(written: Sequence[_Written], question: Choice) -> list[_Written]:
    """The first line of each option, when all are there; else none."""
    first: dict[str, _Written] = {}
    for one in written:
        first.setdefault(one.letter or "", one)
    return list(first.values()) if len(first) == len(question.options) else []


# --- the rules ----------------------------------------------------------------------------------------------


def _boxes(lines: Sequence[str], written: Sequence[_Written], question: Choice) -> Reading | None:
    """Ticked boxes."""
    boxed = [
        (number, one) for number, one in enumerate(map(item, lines)) if one.box is not None or one.odd_box
    ]
    if any(one.odd_box for _, one in boxed):
        return unclear("a box holds something that is no tick")
    ticked = {number for number, one in boxed if one.box}
    if not ticked:
        return None
    chosen = [one for one in written if one.number in ticked]
    if len(chosen) != len(ticked):
        return unclear("a box is ticked before something that is none of the options")
    if any(one.item.marks & NEGATIVE for one in chosen):
        return unclear("an option is both ticked and struck out")
    letters = frozenset(one.letter for one in chosen if one.letter)
    return chose(letters, f"{_are(letters)} ticked")


def _stated(lines: Sequence[str], written: Sequence[_Written], question: Choice) -> Reading | None:
    """Lines that say what the answer is; several must say the same."""
    found: set[frozenset[str]] = set()
    for number, value in stated(lines, question):
        if is_placeholder(value):
            below = _block(lines[number + 1 :], question)
            if below is None:
                continue
            found.add(below)
            continue
        letters = letters_of(value, question.lettered)
        if letters is None:
            return unclear(f"“{value[:60]}” does not say for certain which option is meant")
        found.add(letters)
    if len(found) > 1:
        return unclear(
            "different options are given as the answer: " + "; ".join(sorted(map(in_words, found)))
        )
    return chose(letters := found.pop(), f"{_are(letters)} given as the answer") if found else None


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


def _marked(lines: Sequence[str], written: Sequence[_Written], question: Choice) -> Reading | None:
    """Options set off from the others of a whole list, by marks that some of them have and others have
    not."""
    listing = _listing(written, question)
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
        return chose(letters, f"{_are(letters)} set off from the others ({name})")
    return _quoted(listing, question)


def _by_words(listing: Sequence[_Written]) -> frozenset[str]:
    """The options behind which "correct" stands; all but those with "wrong" where none is called correct."""
    yes = frozenset(one.letter for one in listing if one.letter and one.tail and YES.fullmatch(one.tail))
    no = frozenset(one.letter for one in listing if one.letter and one.tail and NO.fullmatch(one.tail))
    letters = frozenset(one.letter for one in listing if one.letter)
    return yes or (letters - no if len(no) == len(letters) - 1 else frozenset())


def _quoted(listing: Sequence[_Written], question: Choice) -> Reading | None:
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


def _by_what_is_there(lines: Sequence[str], written: Sequence[_Written], question: Choice) -> Reading:
    """Where nothing is ticked, stated or marked: options or letters that were written down alone."""
    listing = _listing(written, question)
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
        return _of_so_many(
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
    return unclear("which option is meant could not be read for certain")


def _bare_letters(
    lines: Sequence[str], written: Sequence[_Written], question: Choice
) -> Iterator[frozenset[str]]:
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
    return letters_of(one.text, question.lettered) if not re.fullmatch(r"[a-l]\s.*", one.text) else None


def _is_reason(text: str) -> bool:
    return bool(re.match(r"\W*(?:because|since|as|weil|da|denn)\b", text, re.IGNORECASE)) or not bare(text)


def _all_alike(listing: Sequence[_Written], question: Choice) -> bool:
    """Whether the options stand there as in the template: in one form, in their own words and capitals."""
    own = {letter: item(option).marks for letter, option in question.lettered.items()}
    # the first line's was stripped
    indents = {len(one.item.raw) - len(one.item.raw.lstrip()) for one in listing[1:]}
    marks = {one.item.marks - own[one.letter] for one in listing if one.letter}
    alike = len(indents) == len(marks) == 1 and _one_form(listing)
    return alike and all(one.exact and not one.tail for one in listing)


def _one_form(written: Sequence[_Written]) -> bool:
    """Whether nothing sets one of these lines off from the others but its words."""
    forms = {(one.item.bullet[-1:], one.item.quoted, one.item.box, bool(one.item.letter)) for one in written}
    return len(forms) == 1
