"""Which sheet a class's homework belongs to, by the names that the notebooks and scripts define."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader.assignment import Assignment, Cell, Class, Function, Layer, Role
from grader.collect.candidate import Candidate
from grader.collect.choice.choose import contract_names
from grader.collect.choice.opened import OpenedFile, read
from grader.collect.words import listed
from grader.errors import UsageError
from grader.model.file_kinds import is_code, is_notebook

CANDIDATES_OPENED = 25  # candidates that are opened, spread over the class
MOST_READ = 8  # notebooks and scripts of one candidate, notebooks first
# what a name that is still to be written weighs, beside one that does not belong to the sheet
UNFINISHED = 0.25
LEAST = 2  # names of one sheet that one homework must define; a single UNITS proves nothing
# of the names by which a sheet is told, so much must be there, too: a week of a course is half done
LEAST_SHARE = 1 / 4


def recognise(candidates: Sequence[Candidate], sheets: Mapping[str, Assignment]) -> Assignment:
    """The sheet from whose names the homework differs least.

    Raises:
        UsageError: nothing fits a sheet, or two sheets fit equally well.
    """
    wanted = {name: contract_names(sheet) for name, sheet in sheets.items() if contract_names(sheet)}
    asked = frozenset().union(*wanted.values())
    known = asked.union(*(_spellings(sheet) for sheet in sheets.values()))
    least = min([LEAST, *map(len, wanted.values())])
    readings = _fullest(candidates, frozenset().union(*map(_telling, sheets.values())), known)
    telling = [names for reading in readings if len(names := reading.defined & known) >= least]
    distances = {
        name: sum(_distance(names, sheets[name], asked) for names in telling)
        for name in wanted
        if any(_may_be(names, sheets[name]) for names in telling)
    }
    if not distances:
        raise UsageError(f"{_nothing_fits(readings)}: give --assignment NAME ({_choices(sheets)})")
    best = [name for name, distance in distances.items() if distance == min(distances.values())]
    if len(best) > 1:
        raise UsageError(f"the homework fits {listed(sorted(best))} equally well: give --assignment NAME")
    return sheets[best[0]]


def _may_be(defined: frozenset[str], sheet: Assignment) -> bool:
    """Whether a homework with these names may be one of this sheet: it has names of which a sheet is known,
    or all parameters that were handed out with it."""
    numbers, own = frozenset(sheet.parameters), _telling(sheet)
    spelled = {alias: role.name for role in _distinct(sheet) for alias in role.aliases}
    found = own & {spelled.get(name, name) for name in defined}
    least = min(len(own), max(LEAST, math.ceil(LEAST_SHARE * len(own))))
    return len(found) >= least or (len(numbers) >= LEAST and numbers <= defined)


def _telling(sheet: Assignment) -> frozenset[str]:
    """The names by which a sheet is told from others: what its functions, cells and layers are called, and
    those that it says. Models, data, records and sizes are called alike in all homework."""
    return frozenset((*(role.name for role in _distinct(sheet)), *sheet.recognised_by)) or contract_names(
        sheet
    )


def _distinct(sheet: Assignment) -> list[Role]:
    return [role for role in sheet.roles if isinstance(role, Cell | Class | Function | Layer)]


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


def _fullest(
    candidates: Sequence[Candidate], telling: frozenset[str], known: frozenset[str]
) -> list[OpenedFile]:
    """Of each candidate with notebooks or scripts, the one that defines most of the telling names, then most
    of the known ones; a script with what the others beside it define, each a part of the homework."""
    with_code = [
        candidate for candidate in candidates if not candidate.problem and any(map(is_code, candidate.files))
    ]
    step = max(1, len(with_code) // CANDIDATES_OPENED)
    found = []
    for candidate in with_code[::step]:
        code = sorted(filter(is_code, candidate.files), key=lambda file: (not is_notebook(file), file))
        readings = [read(candidate.root, candidate.files, file) for file in code[:MOST_READ]]
        scripts = frozenset().union(*(one.defined for one in readings if one.is_script))
        whole = [replace(one, defined=scripts) if one.is_script else one for one in readings]
        found.append(
            max(
                whole,
                key=lambda one: (
                    len(one.defined & telling),
                    len(one.defined & known),
                    not one.notebook.problem,
                ),
            )
        )
    return found
