"""All that reading tells of a sheet."""

from __future__ import annotations

from collections.abc import Iterator

from grader.lint.declared import declared
from grader.lint.finding import Finding
from grader.lint.given_away import given_away
from grader.lint.material import Material
from grader.lint.questions import questions
from grader.lint.shares import cheap_points
from grader.lint.titles import titles
from grader.lint.told import told
from grader.lint.totals import totals
from grader.lint.travels import travels

RULES = (totals, cheap_points, titles, travels, given_away, questions, told, declared)


def read(material: Material) -> Iterator[Finding]:
    """What is wrong as far as it can be read; nothing runs."""
    for rule in RULES:
        yield from rule(material)
