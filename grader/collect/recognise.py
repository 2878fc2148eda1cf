"""Which sheet a class's homework belongs to, by the names that the notebooks and scripts define."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.assignment import Assignment
from grader.collect.candidate import Candidate
from grader.collect.choose import contract_names, is_code, read
from grader.collect.words import listed
from grader.errors import UsageError

ENOUGH = 25  # candidates that are opened, spread over the class
MOST_READ = 8  # notebooks and scripts of one candidate, notebooks first
LEAST = 2  # names of one sheet that one homework must define; a single UNITS proves nothing


def recognise(candidates: Sequence[Candidate], sheets: Mapping[str, Assignment]) -> Assignment:
    """The sheet of whose contract and parameters the notebooks define most names; of equals, the one they fill better.

    Raises:
        UsageError: no notebook fits a sheet, or two sheets fit equally well.
    """
    everybody = _defined_names(candidates)
    scores: dict[str, tuple[int, float]] = {}
    for name, sheet in sheets.items():
        wanted = contract_names(sheet)
        hits = [len(wanted & defined) for defined in everybody]
        if wanted and max(hits, default=0) >= min(LEAST, len(wanted)):
            scores[name] = (sum(hits), sum(hits) / len(wanted))
    if not scores:
        raise UsageError(f"nothing here fits a sheet: say --assignment NAME ({_choices(sheets)})")
    best = [name for name, score in scores.items() if score == max(scores.values())]
    if len(best) > 1:
        raise UsageError(f"the homework fits {listed(sorted(best))} equally well: say --assignment NAME")
    return sheets[best[0]]


def _choices(sheets: Mapping[str, Assignment]) -> str:
    return f"one of {', '.join(sorted(sheets))}" if sheets else "there are no sheets"


def _defined_names(candidates: Sequence[Candidate]) -> list[frozenset[str]]:
    """The names that notebooks and scripts define, one set per candidate with either: its fullest."""
    with_code = [candidate for candidate in candidates if not candidate.problem and any(map(is_code, candidate.files))]
    step = max(1, len(with_code) // ENOUGH)
    found = []
    for candidate in with_code[::step]:
        code = sorted(filter(is_code, candidate.files), key=lambda file: (not file.lower().endswith(".ipynb"), file))
        readings = [read(candidate.root, candidate.files, file) for file in code[:MOST_READ]]
        found.append(max((reading.defined for reading in readings), key=len))
    return found
