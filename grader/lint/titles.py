"""Whether titles say what the numbers behind them say."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from grader.assignment import Assignment, Check
from grader.lint.finding import Finding, LintRule
from grader.lint.material import Material
from grader.lint.numbers import numbers_in

OURS = "grader."  # whose titles are made from their arguments
_NUMBER = re.compile(r"(?<![\w.,*+/^-])(\d+(?:,\d{3})*(?:\.\d+)?)(\s*%)?(?![\w*])")
SMALL_NUMBER = 2  # up to here a number tells how things are put together, not how much is wanted


def titles(material: Material) -> Iterator[Finding]:
    """Titles that contradict the numbers of their checks, or those of the sheet."""
    for check in material.assignment.checks:
        if not check.judge.__module__.startswith(OURS):
            yield from _of_own(check, material.assignment)
        for name, value in check.said_of.items():
            now = material.assignment.parameters.get(name)
            if now is not None and now != value:
                message = f"its title was made with {name} = {value:g}, and the sheet says {now:g}"
                yield Finding(
                    rule=LintRule.TITLE,
                    check=check.id,
                    message=message,
                    hint="Make the check anew: hw.instead_of(...)",
                )


def _of_own(check: Check, sheet: Assignment) -> Iterator[Finding]:
    """A number of the title that is none of its function's, while that has others of the kind."""
    judged = numbers_in(check.judge)
    known = judged | {float(value) for value in sheet.parameters.values()}
    for probe in (*check.asks, *check.uses):
        known |= numbers_in(probe.draw)
    for found in _NUMBER.finditer(check.title):
        said, percent = float(found[1].replace(",", "")), bool(found[2])
        others = sorted(number for number in judged if _same_kind(number, said, percent))
        if (
            (not percent and said <= SMALL_NUMBER)
            or not others
            or any(_is(number, said, percent) for number in known)
        ):
            continue
        words = (
            f"its title says {found[0].strip()}, and its function"
            f" {' and '.join(f'{number:g}' for number in others[:3])}"
        )
        yield Finding(rule=LintRule.TITLE, check=check.id, message=words)


def _is(number: float, said: float, percent: bool) -> bool:
    wanted = (said, said / 100, 1 - said / 100) if percent else (said,)
    return any(math.isclose(number, each, rel_tol=1e-9, abs_tol=1e-12) for each in wanted)


def _same_kind(number: float, said: float, percent: bool) -> bool:
    """Whether a number could be what the title means: a share for a percentage, a whole number for a whole
    one."""
    if percent:
        return 0 < number < 1 and number > 0.01  # smaller ones are tolerances
    if said == int(said):
        return number == int(number) and number > SMALL_NUMBER
    return number != int(number) and number > 0.01
