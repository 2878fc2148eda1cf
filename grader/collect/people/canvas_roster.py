"""Canvas's gradebook as a roster: who takes part. It says neither groups nor times; a section is a class that
is taught together, and none that hands in together."""

from __future__ import annotations

from collections import Counter

from grader.record.canvas_list import IDENT, LOGIN, STUDENT, people_alone, possible_row
from grader.record.directory import RosterEntry, squash
from grader.record.tables import Table, column


def canvas_roster(table: Table) -> dict[str, RosterEntry] | None:
    """Everybody in the gradebook, called as one says it: "Jane Doe"; None where the table is none. Namesakes
    are told apart by Canvas's number."""
    if possible_row(table) is None:
        return None
    places = [column(table, [name]) for name in (STUDENT, IDENT, LOGIN)]
    people = [[_cell(row.cells, place) for place in places] for row in people_alone(table).rows[1:]]
    named = Counter(squash(name) for name, _, _ in people)
    found = {}
    for name, number, login in people:
        called = _first_name_first(name)
        student = called if called and named[squash(name)] == 1 else f"{called}-{number}"
        found[student] = RosterEntry(name=name, email=login if "@" in login else "", ident=number)
    return found


def _first_name_first(name: str) -> str:
    """ "Doe, Jane" as one says it; a name with more commas stays as it is."""
    last, comma, first = name.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and "," not in first else name


def _cell(cells: tuple[str, ...], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""
