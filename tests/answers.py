"""The corpus of written answers (tests/submissions/answers), and what the rules make of it.

python -m tests.answers       the figures for both halves
python -m tests.answers tune  what the rules get wrong in the half for tuning
"""

from __future__ import annotations

import functools
import hashlib
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from grader.assignment import Assignment, load_sheet
from grader.judge.written import Flag, Reading, Suggestion, read

ROOT = Path(__file__).parent.parent
FOLDER = Path(__file__).parent / "submissions" / "answers"
SHEET = ROOT / "assignments" / "sum_sequence"
POINTS = 4.0
PILES = {"full": Suggestion.FULL, "look": Suggestion.LOOK, "partial": Suggestion.PARTIAL, "none": Suggestion.NONE}


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


def reading(answer: Labelled) -> Reading:
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
        confused=wrong,
    )


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
    return "\n".join([*lines, "| marks given | 0 | 0 | 0 |"])


def _share(count: int, of: int) -> str:
    return f"{count} ({100 * count / of:.0f} %)"


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
            print(f"{answer.id}: {answer.label} -> {found.suggestion} ({found.why}) {found.position} {found.flags}\n  {quotes}")


if __name__ == "__main__":
    main()
