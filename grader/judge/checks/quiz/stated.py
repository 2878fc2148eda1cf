"""Lines that say outright which the answer is: "Answer: B", "My choice is A and C.", `q3 = "B"`, "Antwort:
B)"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from grader.assignment import Question
from grader.judge.checks.quiz.options import BECAUSE, bare, begins_with, match

OWN = (
    r"(?:(?:my|our|the|your|correct|right|final|only|"
    r"meine?|unsere?|die|der|das|richtige[nrs]?|korrekte[nrs]?)\s+)*"
)
KEY = (
    r"(?:answers?(?:\(s\))?|ans\.?|correct(?=\s*[:=])|richtig(?=\s*[:=])|choices?|solutions?|selections?|selected|chosen|picks?|r|options?|"
    r"antwort(?:en)?|lösung(?:en)?|lsg\.?|auswahl|wahl|gewählt|ausgewählt|"
    r"edit|correction|update|korrektur)"
)
WHICH = (
    r"(?:\s*(?:to|for|zu|zur|auf|of)?\s*(?:question|frage|q|nr\.?|no\.?|number)?\s*\.?\s*(?P<which>\d{1,2}))?"
)
LINK = (
    r"\s*(?:(?:would be|is|are|was|were|falls on|ist|sind|lautet|lauten|wäre|fällt auf)\b\s*:?"
    r"|[:=]+>?|[-–—]+>?(?=\s)|→|⇒)\s*"
)
EXPLICIT = re.compile(rf"{OWN}{KEY}{WHICH}\s*(?P<link>{LINK})(?P<value>.*)", re.IGNORECASE)
BARE_KEY = re.compile(
    rf"{OWN}{KEY}{WHICH}\s*(?P<value>\(?[A-La-l]\)?(?:\s*(?:,|and|und|&)\s*\(?[A-La-l]\)?)*\s*[.!]?)",
    re.IGNORECASE,
)
KEY_ALONE = re.compile(rf"{OWN}{KEY}{WHICH}\s*[:=.]?", re.IGNORECASE)
SPOKEN = re.compile(
    r"(?:i|we|ich|wir)(?:'d|’d| would|"
    r" will)?\s+(?:also\s+)?(?:think|say|choose|chose|pick|picked|take|took|select|selected|go for|went with|"
    r"wähle|wählen|nehme|nehmen|denke|glaube|tippe"
    r" auf)\s*:?\s*(?:that\s+)?(?:it\s+is\s+|it['’]s\s+|it\s+must\s+be\s+)?"
    r"(?:(?:option|answer|choice|antwort)s?\s+)?(?P<value>.*)",
    re.IGNORECASE,
)
JUDGED = re.compile(
    rf"(?:{OWN}{KEY}\s+)?(?P<value>\(?[A-L]\)?)\s+(?:is|ist)\s+(?:the\s+|my\s+|our\s+|die\s+|meine\s+)?"
    r"(?:correct|right|true|richtig|richtige|korrekt|wahr)(?:\s+(?:one|answer|option|choice|antwort|lösung))?\s*[.!]?",
    re.IGNORECASE,
)
NUMBERED = re.compile(
    r"(?:question|frage|q)\s*\.?\s*(?P<number>\d{1,2})\s*[:=.)]+\s*(?P<value>.*)", re.IGNORECASE
)
PLACEHOLDERS = re.compile(
    r"[\s_.…?\-–—*\[\](){}<>/]*|(?:your|the)?\s*(?:answer|choice|letter)s?\s*(?:here)?|tbd|todo|hier\s.*|write"
    r" your .*|.*\bhere\b\.?",
    re.IGNORECASE,
)
NAMED = re.compile(r"(?:options?|letters?|buchstaben?)\s+(?=[\[(]?[A-L]\b)", re.IGNORECASE)  # "option B"
ITEM = r"[\[({\"'“„]*(?P<letter>[A-La-l])[\])}\"'”“.]*"
FIRST = re.compile(ITEM)
NEXT = re.compile(
    rf"\s*(?:,\s*(?:and|und)\s|,|;|&|\+|\band\b|\bund\b|\s(?=\(?[A-L]\)?(?:\W|$)))\s*{ITEM}", re.IGNORECASE
)
RUN = re.compile(r"[\"'\[({]*([A-L]{2,})[\"'\])}.]*")


def undressed(line: str) -> str:
    """The line without bullets, quotes and emphasis, as far as they only dress up what it says."""
    text = re.sub(r"[*`~\ue000-\ue00f]+|(?<!\w)_+|_+(?!\w)", "", line).strip()
    return re.sub(r"^(?:[>\-+•#✓✔✅→☑]+\s*)+", "", text).strip()


def stated(
    lines: Sequence[str], question: Question, undress: Callable[[str], str] = undressed
) -> Iterator[tuple[int, str]]:
    """Number of the line and what it says is the answer; "" where that stands on the lines below."""
    names = {name.casefold() for name in (question.id, *question.names)}
    for number, line in enumerate(lines):
        text = undress(line)
        if (found := re.fullmatch(r"(?P<name>\w+)\s*=\s*(?P<value>.+)", text)) and found[
            "name"
        ].casefold() in names:
            yield number, found["value"]
            continue
        if (
            (found := NUMBERED.fullmatch(text))
            and question.number
            and found["number"].lstrip("0") == question.number
        ):
            yield number, found["value"]
        elif found := JUDGED.fullmatch(text) or SPOKEN.fullmatch(text):
            yield number, found["value"].strip()
        elif found := EXPLICIT.fullmatch(text) or BARE_KEY.fullmatch(text) or KEY_ALONE.fullmatch(text):
            of_another = question.number and found["which"] not in (None, question.number)
            if not of_another:
                yield number, found.groupdict().get("value", "").strip()


def is_placeholder(value: str) -> bool:
    """Whether nothing is said: "", "...", "your answer here"."""
    return bool(PLACEHOLDERS.fullmatch(value.strip()))


def says_nothing(line: str, question: Question) -> bool:
    """Whether a line is a placeholder, or "Answer:" with one."""
    values = [value for _, value in stated([line], question)]
    return all(map(is_placeholder, values)) if values else is_placeholder(undressed(line))


def letters_of(value: str, options: Mapping[str, str]) -> frozenset[str] | None:
    """The letters that a value says: "B", "A, C", "(B) because ...", "B: its text", the text alone. None when
    that is not certain."""
    value = NAMED.sub("", value.strip().rstrip("!"))
    if (run := RUN.fullmatch(value)) and list(run[1]) == sorted(set(run[1])) and set(run[1]) <= set(options):
        return frozenset(run[1])
    by_text = match(value, options)
    if by_text is not None:
        return None if names_another(by_text.tail, options, {by_text.letter}) else frozenset(by_text.letter)
    first = FIRST.match(value)
    if first is None:
        return _texts(value, options)
    letters, end = [first["letter"]], first.end()
    while (following := NEXT.match(value, end)) is not None and _ends_well(value, following.end()):
        letters.append(following["letter"])
        end = following.end()
    rest, chosen = value[end:], {letter.upper() for letter in letters}
    if not _ends_well(value, end) or not chosen <= set(options):
        return _texts(value, options)
    return frozenset(chosen) if _supports(rest, options, chosen) else None


def _ends_well(value: str, end: int) -> bool:
    """Whether what begins at `end` does not belong to the word before: "A, because" and not "a sequence"."""
    rest = value[end:]
    if value[end - 1] in ")]}.\"'”" or not rest.strip():
        return True
    parted = re.match(r"\s*(?:[),;:.=&+\]]|and\b|und\b|[-–—]\s|\"|')", rest)
    return bool(parted or BECAUSE.match(rest) or NEXT.match(value, end))


def _supports(rest: str, options: Mapping[str, str], chosen: set[str]) -> bool:
    """Whether what follows the letters is their option's text, or a reason that names no other option."""
    words = re.sub(r"^[\s).:;,=\-–—\"'”\]]+", "", rest)
    found = match(words, options) if words else None
    if found is not None:
        return found.letter in chosen and not names_another(found.tail, options, chosen)
    return not names_another(rest, options, chosen)


def names_another(text: str, options: Mapping[str, str], chosen: set[str]) -> bool:
    """Whether a remark speaks of further options, or doubts."""
    if re.match(r"\W*(?:or|oder|maybe|perhaps|vielleicht)\b", text, re.IGNORECASE) or text.rstrip().endswith(
        "?"
    ):
        return True
    told = set(re.findall(r"(?<!\w)(?<!\w['’])([B-L])(?!\w|['’]\w)", text))
    told |= {"A"} if re.search(r"(?<![\w’'])A(?=\s*(?:[).,;:]|$|and\b|is\b|or\b|und\b))", text) else set()
    others = [bare(option).casefold() for letter, option in options.items() if letter not in chosen]
    return bool((told & set(options)) - chosen) or any(
        option in bare(text).casefold() for option in others if len(option) > 8
    )


def _texts(value: str, options: Mapping[str, str]) -> frozenset[str] | None:
    """The options of a list of texts: "this; that, because ..."."""
    letters, tail = begins_with(value, options)
    return frozenset(letters) if letters and not names_another(tail, options, set(letters)) else None
