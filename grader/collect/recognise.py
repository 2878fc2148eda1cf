"""Which sheet a class's homework belongs to, by the names that the notebooks and scripts define."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.assignment import Assignment
from grader.collect.candidate import Candidate
from grader.collect.choose import contract_names
from grader.collect.opened import OpenedFile, is_code, read
from grader.collect.words import listed
from grader.errors import UsageError

ENOUGH = 25  # candidates that are opened, spread over the class
MOST_READ = 8  # notebooks and scripts of one candidate, notebooks first
# what a name that is still to be written weighs, beside one that does not belong to the sheet
UNFINISHED = 0.25
LEAST = 2  # names of one sheet that one homework must define; a single UNITS proves nothing


def recognise(candidates: Sequence[Candidate], sheets: Mapping[str, Assignment]) -> Assignment:
    """The sheet from whose names the homework differs least.

    Raises:
        UsageError: nothing fits a sheet, or two sheets fit equally well.
    """
    wanted = {name: contract_names(sheet) for name, sheet in sheets.items() if contract_names(sheet)}
    asked = frozenset().union(*wanted.values())
    known = asked.union(*(_spellings(sheet) for sheet in sheets.values()))
    least = min([LEAST, *map(len, wanted.values())])
    readings = _fullest(candidates, known)
    telling = [names for reading in readings if len(names := reading.defined & known) >= least]
    distances = {
        name: sum(_distance(names, sheets[name], asked) for names in telling)
        for name, own in wanted.items()
        if any(len(own & _told(names, sheets[name])) >= min(LEAST, len(own)) for names in telling)
    }
    if not distances:
        raise UsageError(f"{_nothing_fits(readings)}: give --assignment NAME ({_choices(sheets)})")
    best = [name for name, distance in distances.items() if distance == min(distances.values())]
    if len(best) > 1:
        raise UsageError(f"the homework fits {listed(sorted(best))} equally well: give --assignment NAME")
    return sheets[best[0]]


def _nothing_fits(readings: Sequence[OpenedFile]) -> str:
    """Why no sheet was found: where not one file can be read, what is wrong with the first."""
    problems = [reading.notebook.problem for reading in readings if reading.notebook.problem]
    if not problems or len(problems) < len(readings):
        return "nothing here fits a sheet"
    return (
        f"{'nothing here can be read: ' if len(problems) > 1 else ''}{problems[0]}; so no sheet was"
        " recognised"
    )


def _distance(defined: frozenset[str], sheet: Assignment, asked: frozenset[str]) -> float:
    """How badly a homework's names fit a sheet: those of other sheets alone, and those of its own that are
    not there.

    The parameters were handed out, unless there is none of them; what else is missing may only be unfinished.
    """
    told = _told(defined, sheet)
    foreign, parameters = (told & asked) - contract_names(sheet), frozenset(sheet.parameters) - told
    handed_out = UNFINISHED if len(parameters) == len(sheet.parameters) else 1
    missing = UNFINISHED * len(frozenset(sheet.names) - told)
    return len(foreign) + handed_out * len(parameters) + missing


def _spellings(sheet: Assignment) -> Mapping[str, str]:
    """What the names of a sheet are called elsewhere, in a public course: by the name they stand for."""
    return {alias: role.name for role in sheet.roles for alias in role.aliases}


def _told(defined: frozenset[str], sheet: Assignment) -> frozenset[str]:
    """A homework's names as the sheet has them."""
    spelled = _spellings(sheet)
    return frozenset(spelled.get(name, name) for name in defined)


def _choices(sheets: Mapping[str, Assignment]) -> str:
    return f"one of {', '.join(sorted(sheets))}" if sheets else "there are no sheets"


def _fullest(candidates: Sequence[Candidate], known: frozenset[str]) -> list[OpenedFile]:
    """Of each candidate with notebooks or scripts, the one that defines most of the known names."""
    with_code = [
        candidate for candidate in candidates if not candidate.problem and any(map(is_code, candidate.files))
    ]
    step = max(1, len(with_code) // ENOUGH)
    found = []
    for candidate in with_code[::step]:
        code = sorted(
            filter(is_code, candidate.files), key=lambda file: (not file.lower().endswith(".ipynb"), file)
        )
        readings = [read(candidate.root, candidate.files, file) for file in code[:MOST_READ]]
        found.append(max(readings, key=lambda one: (len(one.defined & known), not one.notebook.problem)))
    return found
