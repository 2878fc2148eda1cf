"""All that reading tells of a sheet."""

from __future__ import annotations

from collections.abc import Iterator

from grader.lint.finding import Finding
from grader.lint.material import Material
from grader.lint.shares import cheap_points
from grader.lint.titles import titles
from grader.lint.totals import totals
from grader.lint.travels import travels

RULES = (totals, cheap_points, titles, travels)


def read(material: Material) -> Iterator[Finding]:
    """What is wrong as far as it can be read; nothing runs."""
    for rule in RULES:
        yield from rule(material)
