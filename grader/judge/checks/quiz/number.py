"""Read the number that a student gives as an answer. What is not certain is said to be so: a person looks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from grader.assignment import Number
from grader.judge.checks.quiz.options import folded
from grader.judge.checks.quiz.plain import plain_lines
from grader.judge.checks.quiz.reading import Certainty, ReadAnswer, unclear, untouched
from grader.judge.checks.quiz.stated import is_placeholder, says_nothing, stated
from grader.judge.checks.quiz.values import Value, value_of

MOST_WORDS = 4  # of a unit behind a number: "53,365 trainable parameters in all"
# As far as an expression can reach; what is found is then read as a whole, or not at all.
EXPRESSION = re.compile(
    r"(?:(?<!\S)[-−])?[\d(\[][\d\s.,'’_+\-*/^×·⋅xX÷−()\[\]\u00a0\u2009\u202f]*(?:(?<=\d)\s*(?:k|thousand|tausend|mio|million)\b)?"
)
# A number with these is a bound, or one that somebody takes back.
DOUBTED = re.compile(
    r"(?<![-=<])[<>≤≥≠±](?![-=])|n['’]t\b"
    r"|(?<!\w)(?:(?:less|more|fewer|greater|smaller|larger|weniger|mehr)\s+(?:than|als)|at\s+(?:least|most)"
    r"|max|min|maximal|minimal|mindestens|höchstens|between|zwischen|under|over|below|above|unter|über"
    r"|not|no(?!\.\s*\d)|never|nicht|kein|keine|wrong|incorrect|falsch)(?!\w)",
    re.IGNORECASE,
)
# Whose number it is: of a place in front of it, or of a unit behind it that the question does not name.
PLACE = re.compile(
    r"(?:step|no|nr|part|page|layer|question|q|task|schritt|teil|seite|frage|aufgabe|[_^]\{?)\.?\s*$",
    re.IGNORECASE,
)
UNIT = re.compile(
    r"\s*(?P<unit>[kmgt]i?b|bytes?|ms|s|sec\w*|min\w*"
    r"|epochs?|epochen|steps?|schritte?n?|units?|einheiten|gates?|layers?)\b",
    re.IGNORECASE,
)
STRUCK = re.compile(r"~~[^~\n]+~~")
SIZE = re.compile(r"\(\s*\d[\d.,]*\s*(?:[KMG]?B|Bytes?)\s*\)")  # of Keras' summary
EMPHASISED = re.compile(r"(?<![\d)\]])\*\*(?P<inner>[^*]+)\*\*(?![\d(])")


def read_number(text: str, question: Number) -> ReadAnswer:
    """The number that `text`, all that stands below the question's heading, gives."""
    known = {folded(one) for one in (question.title, *question.wordings, question.template_text) if one}
    written = [line for line in plain_lines(text) if folded(re.sub(r"^[\s#>*_\-+]+", "", line)) not in known]
    lines = [SIZE.sub("", STRUCK.sub("", line)) for line in written]
    if all(says_nothing(line, question) for line in written):
        return untouched()
    for found in (_stated(lines, question), _emphasised(lines, question), _alone(lines, question)):
        if found:
            return _agreed(found)
    return unclear("it is not certain which number is meant")


def _undressed(line: str) -> str:
    """The line without bullets and emphasis; a star between numbers stays."""
    text = re.sub(r"(?<![\d)\]])(\*\*\*|\*\*|__)(?=\S)(.+?)(?<=\S)\1(?![\d(])", r"\2", re.sub(r"`", "", line))
    text = re.sub(r"^\s*(?:[>#•✓→]+\s*|[-+*]\s+)+", "", text)
    return re.sub(r"^\*(?=\S)(.+)(?<=\S)\*$", r"\1", text.strip())


def _agreed(found: Sequence[tuple[str, Value | None]]) -> ReadAnswer:
    """One reading of all that was found."""
    unread = [text for text, value in found if value is None]
    if unread:
        return unclear(f"“{unread[0][:60]}” could not be read as one number")
    values = [value for _, value in found if value is not None]
    common = set.intersection(*(set(value.meanings) for value in values))
    if not common:
        return unclear(
            "different numbers are given: " + " and ".join(dict.fromkeys(text[:30] for text, _ in found))
        )
    return ReadAnswer(
        certainty=Certainty.READ,
        why=f"“{found[-1][0][:60]}”",
        values=tuple(sorted(common)),
        rounded=any(v.rounded for v in values),
    )


def _stated(lines: Sequence[str], question: Number) -> list[tuple[str, Value | None]]:
    """What is said outright: "Answer: 53,365", `q5 = 4*132`."""
    found = []
    for number, value in stated(lines, question, _undressed):
        value = _undressed(value)
        said = value if not is_placeholder(value) else next(iter(lines[number + 1 :]), "")
        if said.strip():
            found.append((_undressed(said), _single(_undressed(said), question)))
    return found


def _emphasised(lines: Sequence[str], question: Number) -> list[tuple[str, Value | None]]:
    sure = [line for line in lines if not DOUBTED.search(_undressed(line))]
    inner = [found["inner"] for line in sure for found in EMPHASISED.finditer(line)]
    return [(text, value) for text in inner if (value := _single(text, question)) is not None]


def _alone(lines: Sequence[str], question: Number) -> list[tuple[str, Value | None]]:
    """The number of each line that holds one; a line of several numbers cannot be read."""
    with_digits = [_undressed(line) for line in lines if re.search(r"\d", line)]
    return [(line, _single(line, question)) for line in with_digits]


def _single(text: str, question: Number) -> Value | None:
    """The one number in `text`: all of it, or what both sides of an equals sign come to, or the only one in a
    sentence."""
    text = text.strip().rstrip(".;!").strip()
    if "%" in text:
        return None
    if (value := value_of(text, whole=question.whole)) is not None:
        return value
    if "=" in text:
        return _equal_sides(text, question)
    if DOUBTED.search(text):
        return None
    found = [value_of(part, whole=question.whole) for part in _expressions(text, question.title)]
    return found[0] if len(found) == 1 else None  # of several, nobody knows which


def _equal_sides(text: str, question: Number) -> Value | None:
    """The number on which all sides agree that can be read: "4*(33*32+32) = 4,352", "n = 4352 parameters"."""
    sides = [_single(side, question) if re.search(r"\d", side) else None for side in text.split("=")]
    if sides[-1] is None:
        return None
    whole_sides = [value_of(side.strip(), whole=question.whole) for side in text.split("=")[:-1]]
    if any(value is not None and not set(value.meanings) & set(sides[-1].meanings) for value in whole_sides):
        return None
    return sides[-1]


def _expressions(text: str, title: str) -> Iterator[str]:
    """The numbers and products in a sentence that can answer the question with this title."""
    for found in EXPRESSION.finditer(text):
        part = found[0].lstrip(" ,.'_+*/").rstrip(" ,.'_+-*/([")
        start = found.start() + found[0].find(part)
        before, after = text[:start], text[start + len(part) :]
        of_a_name = re.search(r"[^\W\d]$", before) or re.match(r"[^\W\d]", after)  # W_2, x1
        unit = UNIT.match(after)
        of_another = PLACE.search(before) or (
            unit and unit["unit"].lower() not in re.findall(r"\w+", title.lower())
        )
        if not of_a_name and not of_another and re.search(r"\d", part):
            yield part
