"""Whether the sheet and the tutor's notebook speak of the same homework: names, numbers and packages; and
tasks of which nothing is checked."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator

from grader.collect.words import listed
from grader.lint.finding import Finding, LintRule
from grader.lint.material import Material
from grader.model import Level

ALWAYS_THERE = frozenset({"tensorflow", "numpy", "keras", "IPython", "google"})


def declared(material: Material) -> Iterator[Finding]:
    """What the sheet says of tasks, names, parameters and packages, and the solution otherwise."""
    sheet = material.assignment
    for task in sheet.tasks:
        if not any(check.task == task.number for check in sheet.checks):
            message = (
                f"task {task.number} ({task.title.rstrip('.')}) has no check: nothing in it earns points"
            )
            yield Finding(rule=LintRule.POINTS, message=message)
    for title, times in Counter(check.title for check in sheet.checks if not check.question).items():
        if times > 1:
            message = f"{times} checks have the title {title!r}: students cannot tell them apart"
            yield Finding(rule=LintRule.TITLE, message=message)
    levels = {check.level for check in sheet.checks if check.level is not None}
    if levels and Level.PASSED not in levels:
        message = "no check says level=Level.PASSED: nobody passes who is not outstanding"
        yield Finding(rule=LintRule.POINTS, message=message)
    yield from _in_the_solution(material)


def _in_the_solution(material: Material) -> Iterator[Finding]:
    """Where the tutor's notebook is another homework than the sheet's."""
    if material.tutors is None or material.tutors.problem:
        return
    sheet, source = material.assignment, material.tutors.source
    if lacking := [name for name in dict.fromkeys(sheet.names) if name not in source.names]:
        message = (
            f"the tutor's notebook does not define {listed(lacking)}; what behaves alike is taken for it"
        )
        hint = "Give both the same name: students keep the notebook's"
        yield Finding(rule=LintRule.REFERENCE, message=message, hint=hint)
    for name, value in sheet.parameters.items():
        said = source.parameters.get(name, value)
        if said != value:
            message = f"the tutor's notebook says {name} = {said:g}, and the sheet {value:g}"
            yield Finding(rule=LintRule.REFERENCE, message=message)
    known = {*sys.stdlib_module_names, *ALWAYS_THERE, *sheet.packages}
    if foreign := [package for package in source.imports if package not in known]:
        message = f"the tutor's notebook imports {listed(foreign)}, which the sheet does not give to students"
        hint = f"Say packages={foreign!r} in the sheet"
        yield Finding(rule=LintRule.REFERENCE, message=message, hint=hint)
