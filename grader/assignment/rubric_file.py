"""Read and validate rubric.yaml. Every complaint names the line and the field. Only instructors need
PyYAML."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from grader.assignment.question import Choice, Question
from grader.assignment.rubric import PARTIAL, Position, QuestionRubric, Rubric, RubricLine
from grader.errors import AssignmentError

if TYPE_CHECKING:
    import yaml

FILE = "rubric.yaml"
LINES = ("reasons", "discuss", "misconceptions", "no_reasons")
L = TypeVar("L", bound=RubricLine)
_NAME = re.compile(r"\w+")  # of an assignment's folder
_REFERENCE = re.compile(r"^\s+as_in:\s*(\w+)\s*(?:#.*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricEntry:
    """A place in the file: its path of fields and its YAML node."""

    file: str
    path: str
    node: Any

    def wrong(self, why: str) -> NoReturn:
        """Raises: AssignmentError: always; the message names file, line and field."""
        field = f", {self.path}" if self.path else ""
        raise AssignmentError(f"{self.file}, line {self.node.start_mark.line + 1}{field}: {why}")

    def items(self) -> dict[str, RubricEntry]:
        """The fields of a mapping, each once."""
        if self.node.id != "mapping":
            self.wrong(f"expected fields below it, found {_kind(self.node)}")
        found: dict[str, RubricEntry] = {}
        for key, value in self.node.value:
            path = f"{self.path}.{key.value}" if self.path else str(key.value)
            entry = RubricEntry(file=self.file, path=path, node=value)
            if key.id != "scalar":
                replace(entry, node=key).wrong("a field's name is a word")
            if key.value in found:
                replace(entry, node=key).wrong("this field stands here twice")
            found[key.value] = entry
        return found

    def fields(self, needed: Sequence[str], allowed: Sequence[str]) -> dict[str, RubricEntry]:
        """The fields of a mapping of which we know the names."""
        found = self.items()
        for name, entry in found.items():
            if name not in (*needed, *allowed):
                entry.wrong(f"unknown field; there are: {', '.join((*needed, *allowed))}")
        if lacking := [name for name in needed if name not in found]:
            self.wrong(f"the field {lacking[0]!r} is missing")
        return found

    def text(self) -> str:
        """A text that is not empty."""
        if self.node.id != "scalar" or not self.node.value.strip():
            self.wrong(f"expected a text, found {_kind(self.node)}")
        return " ".join(str(self.node.value).split())

    def texts(self) -> tuple[str, ...]:
        """A list of texts, each once."""
        if self.node.id != "sequence":
            self.wrong(f"expected a list, found {_kind(self.node)}")
        found: list[str] = []
        for entry in (replace(self, node=node) for node in self.node.value):
            text = entry.text()
            if text in found:
                entry.wrong(f"{text!r} stands here twice")
            found.append(text)
        return tuple(found)

    def share(self) -> float:
        """A number strictly between 0 and 1."""
        try:
            number = float(self.text())
        except ValueError:
            number = -1.0
        if not 0 < number < 1:
            self.wrong(f"expected a share between 0 and 1, found {self.node.value!r}")
        return number


def _kind(node: Any) -> str:
    if node.id == "scalar":
        return repr(node.value) if node.value.strip() else "nothing"
    return {"mapping": "fields", "sequence": "a list"}[node.id]


def load_rubric(path: Path, questions: Sequence[Question]) -> Rubric:
    """The rubric in the file `path` for the questions of its sheet.

    Raises:
        AssignmentError: the file is not what docs/rubric.md describes, or PyYAML is not installed; one line
        that says where.
    """
    asked = {question.id: question for question in questions}
    entries = _top(path).fields((), list(asked))
    own = {name: _elsewhere(entry, path, name) or entry for name, entry in entries.items()}
    read = {name: _question(entry, asked[name]) for name, entry in own.items()}
    data = b"".join(file.read_bytes() for file in (path, *shared_rubrics(path)))
    return Rubric(digest=hashlib.sha256(data).hexdigest(), questions=read)


def shared_rubrics(path: Path) -> tuple[Path, ...]:
    """The files of other assignments to which a rubric refers by `as_in: NAME`, those that exist. Needs no
    PyYAML."""
    text = path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""
    files = (path.parent.parent / name / FILE for name in sorted(set(_REFERENCE.findall(text))))
    return tuple(file for file in files if file.is_file())


def _elsewhere(entry: RubricEntry, path: Path, question: str) -> RubricEntry | None:
    """The same question in the rubric of the assignment that it names by `as_in`; None when it is told
    here."""
    if entry.node.id != "mapping" or "as_in" not in entry.items():
        return None
    name = entry.fields(("as_in",), ())["as_in"]
    file = path.parent.parent / name.text() / FILE
    if not _NAME.fullmatch(name.text()) or not file.is_file():
        name.wrong(f"there is no {name.text()}/{FILE}")
    there = _top(file).items().get(question)
    if there is None or "as_in" in there.items():
        name.wrong(f"{name.text()}/{FILE} does not tell this question itself")
    return there


def _top(path: Path) -> RubricEntry:
    try:
        import yaml
    except ImportError as problem:
        raise AssignmentError(
            f"reading {path.name} needs PyYAML: install the grader with its extra `instructor`"
        ) from problem
    data, file = path.read_bytes(), f"{path.parent.name}/{path.name}"
    try:
        node = yaml.compose(data.decode("utf-8"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError as problem:
        raise AssignmentError(f"{file}: not UTF-8: save it as UTF-8") from problem
    except yaml.YAMLError as problem:
        raise AssignmentError(f"{file}, {_place(problem)}") from problem
    if node is None:
        raise AssignmentError(f"{file}, line 1: the file is empty; docs/rubric.md shows one")
    return RubricEntry(file=file, path="", node=node)


def _place(problem: yaml.YAMLError) -> str:
    mark, what = getattr(problem, "problem_mark", None), getattr(problem, "problem", None) or str(problem)
    return f"line {mark.line + 1}: {what}" if mark is not None else str(what)


def _question(entry: RubricEntry, asked: Question) -> QuestionRubric:
    return _in_words(entry, asked) if asked.in_words else _of_quiz(entry, asked)


def _of_quiz(entry: RubricEntry, asked: Question) -> QuestionRubric:
    """A choice or number question has no positions: its rubric says what a student who is wrong should
    read."""
    own = "options" if isinstance(asked, Choice) else "says"
    fields = entry.fields(("question",), ("wordings", own))
    _same_title(fields["question"], asked)
    told = (
        {"": fields["says"]} if "says" in fields else fields["options"].items() if "options" in fields else {}
    )
    if isinstance(asked, Choice) and (unknown := set(told) - set(asked.lettered)):
        fields["options"].wrong(
            f"there is no option {sorted(unknown)[0]}; there are {', '.join(asked.lettered)}"
        )
    return QuestionRubric(
        question=asked.id,
        title=asked.title,
        wordings=_wordings(fields, asked),
        template_text=asked.template_text,
        explains=tuple((letter, line.text()) for letter, line in told.items()),
    )


def _same_title(entry: RubricEntry, asked: Question) -> None:
    if entry.text() != asked.title:
        entry.wrong(f"the sheet asks something else: {asked.title!r}")


def _wordings(fields: Mapping[str, RubricEntry], asked: Question) -> tuple[str, ...]:
    return (*asked.wordings, *(fields["wordings"].texts() if "wordings" in fields else ()))


def _in_words(entry: RubricEntry, asked: Question) -> QuestionRubric:
    fields = entry.fields(("question", "positions"), ("wordings", *LINES, "partial"))
    _same_title(fields["question"], asked)
    lines = {name: tuple(_lines(fields[name])) if name in fields else () for name in LINES}
    found = QuestionRubric(
        question=asked.id,
        title=asked.title,
        wordings=_wordings(fields, asked),
        template_text=asked.template_text,
        positions=tuple(_positions(fields["positions"], {line.id for line in lines["reasons"]})),
        partial=fields["partial"].share() if "partial" in fields else PARTIAL,
        reasons=lines["reasons"],
        discuss=lines["discuss"],
        misconceptions=lines["misconceptions"],
        no_reasons=lines["no_reasons"],
    )
    ids = [line.id for line in found.lines()]
    if twice := next((name for name in ids if ids.count(name) > 1), ""):
        entry.wrong(f"two lines are called {twice}: rename one")
    if not any(position.reasons for position in found.positions):
        fields["positions"].wrong(
            "no position is accepted: give one `reasons: [...]`, the names of those that carry it"
        )
    return found


def _lines(entry: RubricEntry) -> Iterator[RubricLine]:
    for name, line in entry.items().items():
        fields = line.fields(("says", "phrases"), ("unless",))
        yield RubricLine(id=name, **_said(fields))


def _positions(entry: RubricEntry, reasons: set[str]) -> Iterator[Position]:
    positions = entry.items()
    for name, line in positions.items():
        fields = line.fields(("says", "phrases"), ("unless", "reasons", "excludes", "when_denied"))
        yield Position(
            id=name,
            **_said(fields),
            reasons=_names(fields, "reasons", reasons, "reason"),
            excludes=_names(fields, "excludes", set(positions) - {name}, "other position"),
            when_denied="".join(_names(fields, "when_denied", set(positions) - {name}, "other position")),
        )


def _said(fields: Mapping[str, RubricEntry]) -> dict[str, Any]:
    unless = _phrases(fields["unless"]) if "unless" in fields else ()
    return {"says": fields["says"].text(), "phrases": _phrases(fields["phrases"]), "unless": unless}


def _names(fields: Mapping[str, RubricEntry], field: str, known: set[str], what: str) -> tuple[str, ...]:
    if field not in fields:
        return ()
    entry = fields[field]
    names = entry.texts() if entry.node.id == "sequence" else (entry.text(),)
    if unknown := [name for name in names if name not in known]:
        entry.wrong(
            f"there is no {what} called {unknown[0]!r}; there is: {', '.join(sorted(known)) or 'none'}"
        )
    return names


def _phrases(entry: RubricEntry) -> tuple[str, ...]:
    """A list of phrases, or lists of them by language: the names of the languages are for the reader."""
    parts = [entry] if entry.node.id == "sequence" else list(entry.items().values())
    found: list[str] = []
    for part in parts:
        for phrase in part.texts():
            words = phrase.removeprefix("^ ").split()
            if "..." in (words[0], words[-1]) or any("^" in word or not word.strip("*|") for word in words):
                part.wrong(
                    f"{phrase!r} is no phrase: words, word*, one|other, ... between two of them, ^ at the"
                    " start"
                )
            found.append(phrase)
    if not found:
        entry.wrong("there are no phrases")
    return tuple(found)
