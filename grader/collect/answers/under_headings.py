"""Find the answers to a sheet's written questions by the headings they stand under, wherever they were
written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from grader.assignment import Choice, Question
from grader.collect.answers.documents import Document, ProseLine
from grader.collect.answers.matching import fit, fold, spoken
from grader.model import Answer

LONGEST_ANSWER = 20_000  # characters of one answer
MOST_ANSWERS = 20  # candidates of one question
BOLD, NUMBERED, PLAIN = 7, 8, 9  # levels below those of markdown's own headings
# a looser kind of heading must fit better; 0.6 for markdown's own and for questions
NEEDED = {BOLD: 0.75, NUMBERED: 0.75, PLAIN: 0.85}
LOOSE = 0.6
LONGEST_HEADING = 300

MARKDOWN = re.compile(r" {0,3}(?P<marks>#{1,6})[ \t]*(?P<title>[^#\s].*?)[ \t]*#*[ \t]*")
HTML = re.compile(r"\s*<h(?P<level>[1-6])[^>]*>(?P<title>.*?)</h[1-6]>(?P<rest>.*)", re.IGNORECASE)
BULLET = re.compile(r"\s*(?P<bullet>[-*+>](?!\*)\s+)*(?P<number>\(?(?:[qQ]?\d{1,2}|[a-zA-Z])[.):]\s*)?")
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
NUMBER = re.compile(
    r"[\s*_(]*(?:question|frage|q)\s*\.?\s*0?(?P<number>\d{1,2}[a-z]?)[\s*_).:]*", re.IGNORECASE
)
ANSWER = re.compile(
    r"(?:(?:my|our|the|correct|right|richtige)\s+)*(?:ans|answer|solution|antwort|lösung)\s*(?:[:=].*)?",
    re.IGNORECASE,
)
EMPHASIS = re.compile(r"(?P<marks>\*\*|__)(?P<title>.+?)(?P=marks)(?P<rest>.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A line that may open an answer: its level, what it says, and what follows on the same line."""

    level: int
    title: str
    rest: str = ""
    needed: float = LOOSE


@dataclass(slots=True, kw_only=True)
class _Section:
    question: Question
    score: float
    level: int
    rank: int  # of the document
    listed: bool = False  # the line before is another question: this may be a mere list of the questions
    where: str = ""
    begin: int = 0  # the heading's line in the document
    lines: list[str] = field(default_factory=list)

    def add(self, line: str, where: str) -> None:
        if line.strip() and not self.where:
            self.where = where
        self.lines.append(line)


def find_answers(questions: Sequence[Question], documents: Iterable[Document]) -> tuple[Answer, ...]:
    """Every candidate for every question, best first; none where nothing or only the template's words
    stand."""
    found = [
        (section, text)
        for rank, document in enumerate(documents if questions else ())
        for section in _under_their_questions(document, rank, questions)
        if (text := _answer_in(section))
    ]
    found.sort(key=lambda pair: (-pair[0].score, pair[0].rank, -len(pair[1])))
    answers: list[Answer] = []
    for question in questions:
        best: dict[str, Answer] = {}  # of equal texts the first, which fits best
        for section, text in found:
            if section.question is question:
                best.setdefault(fold(text), Answer(question=question.id, text=text, where=section.where))
        answers += list(best.values())[:MOST_ANSWERS]
    return tuple(answers)


def left_untouched(questions: Sequence[Question], documents: Iterable[Document]) -> tuple[str, ...]:
    """The ids of the questions that have a heading somewhere, below which nothing stands but the template's
    words."""
    wanted = [question for question in questions if not question.in_words]
    sections = [
        s
        for rank, document in enumerate(documents if wanted else ())
        for s in _under_their_questions(document, rank, questions)
    ]
    empty = {section.question.id for section in sections if not _answer_in(section)}
    answered = {section.question.id for section in sections if _answer_in(section)}
    return tuple(question.id for question in wanted if question.id in empty - answered)


def _answer_in(section: _Section) -> str:
    """The answer's text; "" when there are no words, or only those of the template."""
    template = _bare(section.question.template_text)
    lines = [line for line in section.lines if not template or _bare(line) != template]
    while lines and not re.search(r"\w", lines[-1]) and not re.search(r"[^\s\-_*=]", lines[-1]):
        lines.pop()  # empty lines, and a rule that parts the answer from what follows
    text = _without_comments("\n".join(lines)).strip()
    if not re.search(r"\w", text) or _bare(text) == template:
        return ""
    return text[:LONGEST_ANSWER]


def _without_comments(text: str) -> str:
    """`text` without <!-- HTML comments -->, which no reader sees."""
    parts = text.split("<!--")
    return parts[0] + "".join(
        part.partition("-->")[2] if "-->" in part else f"<!--{part}" for part in parts[1:]
    )


def _bare(text: str) -> str:
    return fold(re.sub(r"[*_>`]", "", text)).strip(" .")


def _sections(document: Document, rank: int, questions: Sequence[Question]) -> Iterator[_Section]:
    section: _Section | None = None
    fenced, place = False, ""
    for number, line in enumerate(document):
        if line.where != place:  # a fence left open ends with its cell
            fenced, place = False, line.where
        if line.code:
            if section and section.where:
                yield section
                section = None
            continue
        if line.aside:
            if section and (not section.where or section.where == line.where):
                section.add(line.text, line.where)
            continue
        if line.text.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        opened, ends = (None, False) if fenced else _opens(line, section, rank, questions)
        before = section.question if section and section.level >= BOLD and section.lines == [""] else None
        if section and (opened or ends):
            yield section
            section = None
        if opened:
            opened.begin = number
            opened.listed = before not in (None, opened.question) and opened.level >= BOLD
            section = opened
        elif section and section.listed and not section.where and not line.text.strip():
            section = None  # what comes after a list of the questions answers none of them
        elif section:
            section.add(line.text, line.where)
    if section:
        yield section


def _under_their_questions(document: Document, rank: int, questions: Sequence[Question]) -> list[_Section]:
    """The sections as they are; or, where somebody wrote each answer above its question, each with the text
    above it. That is so where nothing follows the last question, text stands above the first, and the texts
    speak of those questions rather."""
    lines = list(_without_breaks(document))
    sections = list(_sections(lines, rank, questions))
    if not sections or _answer_in(sections[-1]) or any(map(_holds_its_options, sections)):
        return sections
    texts = [_above(lines, sections[0]), *sections]
    moved = [
        replace(one, lines=text.lines, where=text.where) for one, text in zip(sections, texts, strict=False)
    ]
    return moved if _answer_in(moved[0]) and _speaks(moved) > _speaks(sections) else sections


def _holds_its_options(section: _Section) -> bool:
    """Whether the options of a choice question stand below its heading: then answers do, too."""
    said = fold("\n".join(section.lines))
    return isinstance(section.question, Choice) and all(
        fold(option) in said for option in section.question.options
    )


def _above(lines: Document, section: _Section) -> _Section:
    """The text directly above a heading: back to another heading, to code, or to the beginning of its
    cell."""
    found: list[ProseLine] = []
    place = ""
    for line in reversed(lines[: section.begin]):
        if (
            line.code
            or MARKDOWN.fullmatch(line.text)
            or HTML.fullmatch(line.text)
            or (place and line.where != place)
        ):
            break
        place = place or (line.where if line.text.strip() else "")
        found.append(line)
    return replace(section, lines=[line.text for line in reversed(found)], where=place)


def _speaks(sections: Sequence[_Section]) -> float:
    """How much texts speak of their questions: by the words of meaning that they share."""
    return sum(spoken(section.question.title, _answer_in(section)) for section in sections)


def _without_breaks(document: Document) -> Iterator[ProseLine]:
    """The lines, those with <br> parted there: a reader sees several. In a heading of HTML it is a space."""
    for line in document:
        if line.code or not BREAK.search(line.text):
            yield line
        elif HTML.fullmatch(line.text):
            yield replace(line, text=BREAK.sub(" ", line.text))
        else:
            yield from (replace(line, text=part.rstrip()) for part in BREAK.split(line.text))


def _opens(
    line: ProseLine, section: _Section | None, rank: int, questions: Sequence[Question]
) -> tuple[_Section | None, bool]:
    """The section that a line opens, if any, and whether it ends the one before."""
    ends = False
    for heading in _headings(line.text):
        score, question = max(
            ((_fit(heading.title, one), one) for one in questions), key=lambda pair: pair[0]
        )
        if score >= heading.needed and not _continues(section, question, heading, score):
            opened = _Section(question=question, score=score, level=heading.level, rank=rank)
            opened.add(heading.rest, line.where)
            return opened, True
        ends = ends or (
            section is not None
            and heading.level <= min(section.level, 6)
            and not ANSWER.fullmatch(heading.title)
            and not _is_an_option(heading.title, section.question)
        )
    return None, ends


def _is_an_option(title: str, question: Question) -> bool:
    """Whether a heading is an option of the question that it stands below, set off from the others."""
    said = fold(title), fold(BULLET.sub("", title, count=1))
    return isinstance(question, Choice) and any(fold(option) in said for option in question.options)


def _fit(title: str, question: Question) -> float:
    """How well a heading fits a question: by its words, or by its number where it says nothing else."""
    number = NUMBER.fullmatch(title) if question.number else None
    if number is not None:
        return float(number["number"].casefold() == question.number.casefold())
    return fit(title, (question.title, *question.wordings))


def _continues(section: _Section | None, question: Question, heading: Heading, score: float) -> bool:
    """A sentence of the answer that repeats words of its own question opens nothing, nor does one with which
    the answer begins."""
    if section is None or section.question is not question:
        return False
    # no question mark: it asks nothing
    begins = not section.where and heading.level == PLAIN and heading.needed > LOOSE
    return begins or (heading.level > section.level and score <= section.score)


def _headings(line: str) -> Iterator[Heading]:
    """What a line may say as a heading: the whole of it, or the part before a question mark or colon."""
    if not line.strip() or len(line) > 20 * LONGEST_HEADING:
        return
    if found := HTML.fullmatch(line):
        yield Heading(
            level=int(found["level"]),
            title=re.sub(r"<[^>]*>", "", found["title"]),
            rest=found["rest"].strip(),
        )
    elif found := MARKDOWN.fullmatch(line):
        yield from _split(len(found["marks"]), found["title"])
    else:
        prefix = BULLET.match(line)
        text = line[prefix.end() :] if prefix else line
        if found := EMPHASIS.match(text):
            yield from _split(BOLD, found["title"], found["rest"])
            # **Q1** Can you ...?
            yield from (heading for heading in _split(PLAIN, found["rest"]) if heading.needed == LOOSE)
        else:
            bullet = bool(prefix and prefix["bullet"] and not line.lstrip().startswith(">"))
            level = NUMBERED if prefix and prefix["number"] else PLAIN
            yield from (heading for heading in _split(level, text) if not bullet or heading.needed == LOOSE)


def _split(level: int, title: str, rest: str = "") -> Iterator[Heading]:
    """A heading taken apart: "Can you use it? No, because" is a question with the start of its answer."""
    title, rest = title.strip(" *_"), rest.strip(" *_:-–—\t")
    question, mark, after = title.partition("?")
    needed = NEEDED.get(level, LOOSE)
    if mark and len(question) <= LONGEST_HEADING:
        after = after.strip(" *_:-–—>→\t")
        if after.endswith("?") and len(after.split()) <= 5:
            after = ""  # "... here? Why?"
        yield Heading(level=level, title=question, rest=f"{after} {rest}".strip())
        return
    before, colon, after = title.partition(":")
    if colon and level >= BOLD and len(before) <= LONGEST_HEADING:
        yield Heading(level=level, title=before, rest=f"{after.strip(' *_')} {rest}".strip(), needed=needed)
    elif len(title) <= LONGEST_HEADING:
        yield Heading(level=level, title=title, rest=rest, needed=needed)
