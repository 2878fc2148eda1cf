"""Write docs/reference.md from the code and from sheets that tests run: `make docs`. A test fails when the
page and these differ."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader import checks, probes, roles
from grader.assignment import Assignment
from grader.rnn.families import FAMILIES

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FIRST = [f"tests/sheets/{name}" for name in ("examples", "forecast", "simple_rnn", "reviews", "tagger")]
FIRST += [
    f"assignments/{name}" for name in ("sum_sequence", "gru_by_hand", "rnn_concepts", "unstable_gradients")
]
QUESTIONS = ("question", "choice", "number")
OTHERS_EXAMPLE = {"Answered": "answers", "Called": "calls", "family": "cell"}  # shown with what gives it
LONGEST = 12  # lines of an example
INTRODUCTION = """# Reference: checks, probes, roles, families, questions

Generated from the code by `make docs`. Every example stands in a sheet that tests run; above all in
[one that shows one of each](../tests/sheets/examples/sheet.py). How a sheet is written: \
[sheets.md](sheets.md), and
[the tutorial](tutorial_sheet.md).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A statement of a sheet, and where it stands."""

    code: str
    sheet: str  # relative to the repository


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    parts += _section("Checks", "`part.check(checks.NAME(...), points=)`", "checks", checks, checks.__all__)
    parts += _section(
        "Probes",
        "What a check of one's own `asks`; `seen[probe]` is the answer.",
        "probes",
        probes,
        probes.__all__,
    )
    parts += _section("Roles", "`hw.role(roles.NAME(...))`", "roles", roles, role_names())
    parts += ["## Families of cells", "", "`roles.cell(name, family=)`", "", *_families(), ""]
    parts += _section(
        "Questions", "What is answered in words, by a choice or by a number.", "hw", Assignment, QUESTIONS
    )
    return "\n".join(parts)


def role_names() -> list[str]:
    """The functions of the module that make roles."""
    return [
        name
        for name, thing in vars(roles).items()
        if inspect.isfunction(thing) and thing.__module__ == roles.__name__ and not name.startswith("_")
    ]


def without_example() -> list[str]:
    """What no sheet shows."""
    every = [("checks", name) for name in checks.__all__] + [("probes", name) for name in probes.__all__]
    every += [("roles", name) for name in role_names()] + [("hw", name) for name in QUESTIONS]
    every += [("family", family.name) for family in FAMILIES]
    return [
        f"{home}.{name}" for home, name in every if name not in OTHERS_EXAMPLE and example(home, name) is None
    ]


def example(home: str, name: str) -> Example | None:
    """The first statement of a sheet that calls this; None where there is none."""
    for path in _sheets():
        text = path.read_text("utf-8")
        for node in ast.parse(text).body:
            if _calls(node, home, name):
                return Example(code=_shown(text, node, home, name), sheet=path.relative_to(ROOT).as_posix())
    return None


def _section(title: str, words: str, home: str, where: Any, names: Any) -> list[str]:
    lines = [f"## {title}", "", words, ""]
    for name in sorted(names, key=str.lower):
        thing = getattr(where, name)
        lines += [
            f"### `{home}.{name}`",
            "",
            *_signature(home, name, thing),
            *_said(thing),
            "",
            *_example(home, name),
        ]
    return lines


def _signature(home: str, name: str, thing: Any) -> Iterator[str]:
    if inspect.isclass(thing):
        return
    told = str(inspect.signature(thing)).rpartition(" -> ")[0] or str(inspect.signature(thing))
    told = re.sub(r": '([^']*)'", r": \1", told).replace("(self, ", "(").replace("(self)", "()")
    yield from ("```text", f"{home}.{name}{told}", "```", "")


def _said(thing: Any) -> Iterator[str]:
    """Its docstring; what it raises is said of sheets that do not load."""
    yield (inspect.getdoc(thing) or "").partition("\n\nRaises:")[0]


def _example(home: str, name: str) -> list[str]:
    shown = example(home, OTHERS_EXAMPLE.get(name, name))
    if shown is None:
        return []
    return ["```python", shown.code, "```", "", f"In [{shown.sheet}](../{shown.sheet}).", ""]


def _families() -> Iterator[str]:
    yield "| family | gates | states | equations | example |"
    yield "|---|---|---|---|---|"
    for family in FAMILIES:
        shown = example("family", family.name)
        code = f"`{shown.code}`" if shown else ""
        gates, states = ", ".join(family.gate_words), ", ".join(family.states)
        row = f'| `"{family.name}"`: {family.words} | {gates} | {states} | {family.equations} | {code} |'
        yield row.replace("||", "|")


def _sheets() -> list[Path]:
    first = [ROOT / folder / "sheet.py" for folder in FIRST]
    return first + sorted(
        {*ROOT.glob("assignments/*/sheet.py"), *ROOT.glob("tests/sheets/*/sheet.py")} - set(first)
    )


def _calls(node: ast.AST, home: str, name: str) -> bool:
    for inner in ast.walk(node):
        if not isinstance(inner, ast.Call) or not isinstance(inner.func, ast.Attribute):
            continue
        said = [
            word.value.value
            for word in inner.keywords
            if word.arg == "family" and isinstance(word.value, ast.Constant)
        ]
        if home == "family" and name in said:
            return True
        if isinstance(inner.func.value, ast.Name) and (inner.func.value.id, inner.func.attr) == (home, name):
            return True
    return False


def _shown(text: str, node: ast.stmt, home: str, name: str) -> str:
    """The statement; of a long one the part that calls it."""
    code = ast.get_source_segment(text, node) or ""
    if code.count("\n") < LONGEST:
        return code
    inner = [
        part
        for part in ast.walk(node)
        if isinstance(part, ast.stmt) and part is not node and _calls(part, home, name)
    ]
    smallest = min((ast.get_source_segment(text, part) or code for part in inner), key=len, default=code)
    return (
        smallest if smallest.count("\n") < LONGEST else "\n".join([*smallest.splitlines()[:LONGEST], "..."])
    )


if __name__ == "__main__":
    (HERE / "reference.md").write_text(page(), encoding="utf-8")
