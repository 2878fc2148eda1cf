"""Moodle's grading worksheet as a roster: who takes part, in which group, and when each handed in."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, tzinfo

from grader.record.directory import RosterEntry, squash
from grader.record.moodle_list import EMAIL, GROUP, IDENTIFIER, NAME, identifier_column
from grader.record.tables import Table, column

# how months begin in English, German, French, Spanish, Italian, Portuguese and Dutch, without accents: the
# languages of the worksheet's columns
MONTHS = (
    ("jan", "ene", "gen"),
    ("feb", "fev"),
    ("mar", "maa", "mrt"),
    ("apr", "avr", "abr"),
    ("may", "mai", "mag", "mei"),
    ("jun", "juin", "giu"),
    ("jul", "juil", "lug"),
    ("aug", "aou", "ago"),
    ("sep", "set"),
    ("oct", "okt", "ott", "out"),
    ("nov",),
    ("dec", "dez", "dic"),
)
DATE = re.compile(r"(?P<day>\d{1,2})\.?\s+(?:de\s+)?(?P<month>[^\W\d]+)\.?\s+(?:de\s+)?(?P<year>\d{4})")
HOUR = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d\d)\s*(?P<half>[ap])?", re.IGNORECASE)


def moodle_roster(table: Table, zone: tzinfo) -> dict[str, RosterEntry] | None:
    """Everybody in the worksheet, by name; None where the table is none. Namesakes are told apart by Moodle's
    number."""
    identifier, name = identifier_column(table), column(table, NAME)
    if identifier is None or name is None:
        return None
    rows = [row.cells for row in table.rows[1:] if any(row.cells)]
    email, group, handed_in = column(table, EMAIL), column(table, GROUP), _time_column(table)
    named = Counter(squash(_cell(cells, name)) for cells in rows)
    found = {}
    for cells in rows:
        full, ident = _cell(cells, name), IDENTIFIER.fullmatch(_cell(cells, identifier))
        number = ident[1] if ident else ""
        student = full if full and named[squash(full)] == 1 else f"{full}-{number}"
        when = moment_in(_cell(cells, handed_in))
        found[student] = RosterEntry(
            name=full,
            email=_cell(cells, email),
            group=_cell(cells, group),
            ident=number,
            submitted=when.replace(tzinfo=zone).isoformat() if when else "",
        )
    return found


def _cell(cells: tuple[str, ...], place: int | None) -> str:
    return cells[place].strip() if place is not None and place < len(cells) else ""


def _time_column(table: Table) -> int | None:
    """The column that says when the homework was changed last: the first that has a time; the grade's comes
    behind it."""
    return next(
        (
            place
            for place in range(len(table.header))
            if any(moment_in(_cell(row.cells, place)) for row in table.rows[1:])
        ),
        None,
    )


def moment_in(text: str) -> datetime | None:
    """ "Friday, 30 January 2026, 10:00 AM", "Freitag, 30. Januar 2026, 10:00"; None for what is none."""
    date, hour = DATE.search(text), HOUR.search(text)
    month = _month(date["month"]) if date else None
    if date is None or hour is None or month is None:
        return None
    try:
        return datetime(
            int(date["year"]), month, int(date["day"]), _of_the_day(hour.groupdict()), int(hour["minute"])
        )
    except ValueError:
        return None


def _month(word: str) -> int | None:
    bare = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(c))
    return next((n for n, begins in enumerate(MONTHS, 1) if bare.startswith(begins)), None)


def _of_the_day(told: Mapping[str, str | None]) -> int:
    hour, half = int(told["hour"] or 0), (told["half"] or "").lower()
    return hour % 12 + (12 if half == "p" else 0) if half else hour
