"""Which sheet a class's homework belongs to, by the names that the notebooks define."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.assignment import Assignment
from grader.collect.candidate import Candidate
from grader.collect.choose import contract_names, read
from grader.collect.words import listed
from grader.errors import UsageError

ENOUGH = 25  # candidates that are opened, spread over the class
LEAST = 2  # names of one sheet that one notebook must define; a single UNITS proves nothing


def recognise(candidates: Sequence[Candidate], sheets: Mapping[str, Assignment]) -> Assignment:
    """The sheet of whose contract and parameters the notebooks define most names; of equals, the one they fill better.

    Raises:
        UsageError: no notebook fits a sheet, or two sheets fit equally well.
    """
    notebooks = _names_in_notebooks(candidates)
    scores: dict[str, tuple[int, float]] = {}
    for name, sheet in sheets.items():
        wanted = contract_names(sheet)
        hits = [len(wanted & defined) for defined in notebooks]
        if wanted and max(hits, default=0) >= min(LEAST, len(wanted)):
            scores[name] = (sum(hits), sum(hits) / len(wanted))
    if not scores:
        raise UsageError(f"no notebook fits a sheet: say --assignment NAME ({_choices(sheets)})")
    best = [name for name, score in scores.items() if score == max(scores.values())]
    if len(best) > 1:
        raise UsageError(f"the notebooks fit {listed(sorted(best))} equally well: say --assignment NAME")
    return sheets[best[0]]


def _choices(sheets: Mapping[str, Assignment]) -> str:
    return f"one of {', '.join(sorted(sheets))}" if sheets else "there are no sheets"


def _names_in_notebooks(candidates: Sequence[Candidate]) -> list[frozenset[str]]:
    """The names that notebooks define, one set per candidate with notebooks: its fullest."""
    with_notebook = [
        candidate
        for candidate in candidates
        if not candidate.problem and any(file.lower().endswith(".ipynb") for file in candidate.files)
    ]
    step = max(1, len(with_notebook) // ENOUGH)
    found = []
    for candidate in with_notebook[::step]:
        notebooks = [file for file in candidate.files if file.lower().endswith(".ipynb")][:5]
        found.append(max((read(candidate.root, candidate.files, file).defined for file in notebooks), key=len))
    return found
