"""The corpus of written answers (tests/submissions/answers), and what the rules make of it.

python -m tests.answers       the figures for both halves
python -m tests.answers tune  what the rules get wrong in the half for tuning
"""

from __future__ import annotations

import functools
import hashlib
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from grader.assignment import Assignment, Seen, load_sheet
from grader.grading.points import grade
from grader.judge.checks.written import Flag, RubricReading, Suggestion, for_a_person, read
from grader.model import Answer, Grade, Run, Submission
from tests.placements import HEADINGS, OTHERS, PLACES, found, plain

ROOT = Path(__file__).parent.parent
FOLDER = Path(__file__).parent / "submissions" / "answers"
SHEET = ROOT / "assignments" / "sum_sequence"
POINTS = 4.0
PILES = {
    "full": Suggestion.FULL,
    "look": Suggestion.LOOK,
    "partial": Suggestion.PARTIAL,
    "none": Suggestion.NONE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """One answer and what a careful person says about it. `position` None: open."""

    question: str
    id: str
    text: str
    label: Suggestion
    position: str | None
    flags: frozenset[Flag]

    @property
    def for_tuning(self) -> bool:
        """Decided by the text alone."""
        return hashlib.sha256(self.text.encode()).digest()[-1] % 2 == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How the readings of some answers compare with their labels; all are counts."""

    answers: int
    agree: int
    flags: int
    positions: int
    too_kind: int  # likely full or likely partial where a person has to look, or more points than the label's
    to_a_person: int  # look closely where a careful person would have agreed with a suggestion
    missing: int  # answers in which somebody said something, called "no answer"
    marks: int  # answers whose points are not left to a person
    placed: int  # ways in which the answers were put into a homework (tests/placements.py)
    whole: int  # of these, found with every word
    nothing: int  # of these, nothing found at all
    confused: Mapping[tuple[str, str], int]  # (label, suggestion) -> how often, where they differ


@functools.cache
def sheet() -> Assignment:
    """The sheet of the corpus, with its rubric."""
    return load_sheet(SHEET)


def corpus(folder: Path = FOLDER) -> Iterator[Labelled]:
    """Every answer in the files of a folder, in their order."""
    for path in sorted(folder.glob("*.yaml")):
        for entry in yaml.safe_load(path.read_text("utf-8")):
            yield Labelled(
                question=path.stem,
                id=entry["id"],
                text=entry["text"],
                label=PILES[entry["is"]],
                position=entry.get("position"),
                flags=frozenset(Flag[name.upper()] for name in entry.get("flags", ())),
            )


def reading(answer: Labelled) -> RubricReading:
    """What the rules make of it."""
    rubric = sheet().rubric
    assert rubric is not None
    return read(answer.text, rubric.questions[answer.question], POINTS)


def figures(answers: Sequence[Labelled]) -> Figures:
    """Read them all and compare."""
    worth = {Suggestion.FULL: 2, Suggestion.PARTIAL: 1, Suggestion.NONE: 0}
    pairs = [(answer, reading(answer)) for answer in answers]
    wrong = Counter((str(a.label), str(r.suggestion)) for a, r in pairs if r.suggestion is not a.label)
    kind = [r for a, r in pairs if r.suggestion in worth and worth[r.suggestion] > worth.get(a.label, 0)]
    return Figures(
        answers=len(pairs),
        agree=len(pairs) - sum(wrong.values()),
        flags=sum(a.flags == {*r.flags} for a, r in pairs),
        positions=sum(a.position in (None, r.position) for a, r in pairs),
        too_kind=len(kind),
        to_a_person=sum(r.suggestion is Suggestion.LOOK is not a.label for a, r in pairs),
        missing=sum(r.suggestion is Suggestion.NONE and a.label is not Suggestion.NONE for a, r in pairs),
        marks=sum(not result.pending for answer in answers for result in graded(answer).checks),
        **extraction(answers),
        confused=wrong,
    )


def graded(answer: Labelled) -> Grade:
    """The grade of a homework that holds just this answer, by the check for its question alone."""
    found = (
        (Answer(question=answer.question, text=answer.text, where="README.md"),)
        if answer.text.strip()
        else ()
    )
    seen = Seen(
        assignment=sheet(), submission=Submission(student="ada", answers=found), run=Run(run_id="none")
    )
    question = next(question for question in sheet().questions if question.id == answer.question)
    check = next(check for check in sheet().checks if check.question == question.id)
    return grade([(check, for_a_person(seen, question))], (), "")


def extraction(answers: Sequence[Labelled]) -> dict[str, int]:
    """Put every answer that says something into a homework in every place, under one of six headings, and
    look for it there."""
    counts = Counter(placed=0, whole=0, nothing=0)
    with tempfile.TemporaryDirectory() as folder:
        for answer in answers:
            if answer.label is Suggestion.NONE:
                continue
            template = next(
                question.template_text for question in sheet().questions if question.id == answer.question
            )
            own = plain(answer.text.replace(template, ""))  # the template's words are left out
            for place, put in PLACES.items():
                heading = HEADINGS[answer.question][
                    hashlib.sha256(f"{place}{answer.text}".encode()).digest()[0] % 6
                ]
                seen = found(
                    put(heading, answer.text, OTHERS[answer.question]),
                    Path(folder),
                    answer.question,
                    sheet().questions,
                )
                counts["placed"] += 1
                counts["whole"] += own in map(plain, seen)
                counts["nothing"] += not seen
    return dict(counts)


def halves() -> tuple[list[Labelled], list[Labelled]]:
    """For tuning, and for measuring."""
    answers = list(corpus())
    return [a for a in answers if a.for_tuning], [a for a in answers if not a.for_tuning]


def fresh() -> list[Labelled]:
    """Answers that were written after the rules."""
    return list(corpus(FOLDER / "fresh"))


def table() -> str:
    """The figures as the table in docs/rubric.md."""
    lines = ["| | for tuning | for measuring | fresh |", "|---|---|---|---|"]
    sets = [figures(answers) for answers in (*halves(), fresh())]
    lines.append(f"| answers | {' | '.join(str(one.answers) for one in sets)} |")
    rows = {
        "the suggestion is the label": "agree",
        "all flags and no other": "flags",
        "the position is right, or left open": "positions",
        "suggested too much": "too_kind",
        "needlessly sent to a person": "to_a_person",
        "answers called missing": "missing",
    }
    for words, name in rows.items():
        lines.append(f"| {words} | {' | '.join(_share(getattr(one, name), one.answers) for one in sets)} |")
    lines.append(f"| marks given | {' | '.join(str(one.marks) for one in sets)} |")
    lines.append(
        f"| placed in a homework, twelve ways each | {' | '.join(str(one.placed) for one in sets)} |"
    )
    lines.append(
        f"| found there with every word | {' | '.join(_share(one.whole, one.placed, 1) for one in sets)} |"
    )
    lines.append(
        f"| not found there at all | {' | '.join(_share(one.nothing, one.placed, 1) for one in sets)} |"
    )
    return "\n".join(lines)


def _share(count: int, of: int, digits: int = 0) -> str:
    return f"{count} ({100 * count / of:.{digits}f} %)"


def main() -> None:
    """Print what the module's first lines say."""
    if sys.argv[1:] != ["tune"]:
        print(table())
        return
    for answer in halves()[0]:
        found = reading(answer)
        if (
            found.suggestion is not answer.label
            or {*found.flags} != answer.flags
            or answer.position not in (None, found.position)
        ):
            quotes = [(quote.id, quote.text, quote.negated) for quote in found.quotes]
            print(
                f"{answer.id}: {answer.label} -> {found.suggestion} ({found.why}) {found.position}"
                f" {found.flags}\n  {quotes}"
            )


if __name__ == "__main__":
    main()
