"""Moodle's grading worksheet in whatever language: where it has a person's number, name and address."""

from __future__ import annotations

import re

from grader.record.tables import Table

IDENTIFIER = re.compile(r"\D*(\d+)\s*")  # "Participant 12345", "Teilnehmer/in12345"
NAME = (
    "Full name",
    "Vollständiger Name",
    "Nom complet",
    "Nombre completo",
    "Nome completo",
    "Volledige naam",
)
EMAIL = (
    "Email address",
    "E-Mail-Adresse",
    "Adresse de courriel",
    "Dirección de correo",
    "Indirizzo email",
    "E-mailadres",
)
GROUP = ("Group", "Gruppe", "Groupe", "Grupo", "Gruppo", "Groep")


def identifier_column(table: Table) -> int | None:
    """The column of Moodle's numbers: in every row words and a number. It comes first. None where there is
    none, as in another table."""
    rows = [row.cells for row in table.rows[1:] if any(row.cells)]
    for number in range(min(3, len(table.header))):
        texts = [cells[number] for cells in rows if len(cells) > number]
        if texts and all(IDENTIFIER.fullmatch(text) and not text.strip().isdigit() for text in texts):
            return number
    return None
