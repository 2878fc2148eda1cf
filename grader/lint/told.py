"""Whether students are told to write what the sheet asks for: every name, and the order of arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from grader.assignment import Assignment
from grader.assignment.role import Class, Function
from grader.collect.answers.matching import fit
from grader.collect.words import listed
from grader.lint.finding import Finding, LintRule
from grader.lint.material import NOTEBOOK, README, Material, student_texts

FEWEST_KNOWN = 2  # of its arguments in brackets: what is meant is how it is called, not an example of a call
_ARGUMENT = re.compile(r"\*{0,2}(?P<name>[A-Za-z_]\w*)\s*(?:[:=].*)?")


def told(material: Material) -> Iterator[Finding]:
    """What README and notebook say otherwise than the sheet asks it."""
    yield from _title(material)
    yield from _names(material)
    called = dict(_called(material.assignment))
    yield from _in_words(material, called)
    yield from _in_the_notebook(material, called)


def _title(material: Material) -> Iterator[Finding]:
    """A README about another homework: another number in its title, or no word in common."""
    heading = next((line for line in material.readme.splitlines() if line.startswith("# ")), "")
    ours, theirs = material.assignment.title, re.sub(r"\(.*?\)", "", heading).strip("# ")
    numbers = [re.findall(r"\d+", text) for text in (ours, theirs)]
    if theirs and ((all(numbers) and numbers[0] != numbers[1]) or not fit(theirs, [ours])):
        message = f"{README} has the title “{theirs}”, and the sheet “{ours}”"
        yield Finding(rule=LintRule.TOLD, message=message)


def _names(material: Material) -> Iterator[Finding]:
    """Names that the README leaves out. One that names nothing leaves all of it to the notebook."""
    wanted = [name for name in dict.fromkeys(material.assignment.names) if name]
    missing = [name for name in wanted if not _occurs(name, material.readme)]
    if material.readme and missing and len(missing) == len(wanted):
        missing = [
            name for name in wanted if not any(_occurs(name, text) for text in material.words.values())
        ]
    if material.readme and missing:
        message = f"{README} does not name {listed(missing)}, by which the sheet finds the work"
        yield Finding(rule=LintRule.TOLD, message=message)


def _occurs(name: str, text: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text))


def _called(sheet: Assignment) -> Iterator[tuple[str, tuple[str, ...]]]:
    """How functions, classes and methods are called, by the name under which they are written down."""
    for role in sheet.roles:
        if isinstance(role, Function | Class) and role.arguments:
            yield role.name, role.arguments
    yield from sheet.signatures.items()


def _in_words(material: Material, called: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
    """Calls as text has them, `rnn_step(x, h, U, W, b)`; code calls them with variables of its own."""
    prose = [piece for piece in student_texts(material.words) if not piece.code]
    for name, wanted in called.items():
        pattern = re.compile(rf"(?<![\w.]){re.escape(name)}\((?P<inside>[^()`\n]*)\)")
        for piece in prose:
            for found in pattern.finditer(piece.text):
                said = _arguments(found["inside"])
                known = set(said or ()) & set(wanted)
                if said and said != wanted and len(known) >= min(FEWEST_KNOWN, len(wanted)):
                    yield _otherwise(name, said, wanted, piece.where)
                    break


def _arguments(inside: str) -> tuple[str, ...] | None:
    """The names in brackets, types and defaults left out; None where something else stands there."""
    found = [_ARGUMENT.fullmatch(part.strip()) for part in inside.split(",")]
    return tuple(one["name"] for one in found if one) if all(found) else None


def _in_the_notebook(material: Material, called: Mapping[str, tuple[str, ...]]) -> Iterator[Finding]:
    """What the students' notebook defines for them to fill."""
    if material.students is None:
        return
    for function in material.students.source.functions:
        name = function.name.removesuffix(".__init__")
        wanted = called.get(name)
        if wanted is not None and function.arguments[: len(wanted)] != wanted:
            where = f"{NOTEBOOK}, {function.where}"
            yield _otherwise(name, function.arguments, wanted, where)


def _otherwise(name: str, said: tuple[str, ...], wanted: tuple[str, ...], where: str) -> Finding:
    message = f"{where} says {name}({', '.join(said)}), and the sheet asks {name}({', '.join(wanted)})"
    return Finding(rule=LintRule.TOLD, message=message)
