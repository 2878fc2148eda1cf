"""docs/commands.md: every command with its options, from what the commands themselves say; the exit codes
from where they are declared."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

from grader.cli.app import app

HERE = Path(__file__).parent
BEGIN = """# The commands

This page is made by `make docs` from what the commands say themselves; \
`grade --help` and `grade COMMAND --help` say the same. `python -m grader`
is `grade`. Commands that read grades take the only folder below `./grades`, unless `--out` names one.

## How they end

A script can rely on these; a line on the terminal says why.

| command | 0 | 1 | 2 | 130 |
|---|---|---|---|---|
| `grade DIR` | every homework has a grade, open points included | at least one has none because of us | \
wrong usage, or nowhere to write | stopped; what is recorded stays |
| `grade check` | all that can be checked here passes | something fails | wrong usage, \
something not installed, or our fault | stopped |
| `grade ci` | the results are written, whatever they say | – | as above | stopped |
| `grade ci --verdict` | nothing fails that is needed to pass | something does | there are no results, \
or we failed | stopped |
| `grade doctor` | notebooks can be run here | they cannot, or only your own | – | stopped |
| `grade lint` | nothing is found | something is | wrong usage, or our fault | stopped |
| `grade regrade` | done | somebody could not be judged again because of us; the grade stays | \
wrong usage | stopped |
| all others | done | – | wrong usage, or it cannot be done | stopped |
"""
MAIN = "DIR"


def page() -> str:
    """The text of docs/commands.md."""
    group: Any = typer.main.get_command(app)
    return BEGIN + "".join(
        part for name, command in group.commands.items() for part in _command(name, command)
    )


def _command(name: str, command: Any) -> Iterator[str]:
    words = " ".join(param.metavar or param.name.upper() for param in command.params if _is_argument(param))
    yield f"\n## grade {words if name == MAIN else f'{name} {words}'.rstrip()}\n\n"
    yield f"{' '.join(command.help.split())}\n\n"
    yield "| | means |\n|---|---|\n"
    for param in command.params:
        spelled = f"`{param.metavar or param.name.upper()}`" if _is_argument(param) else _option(param)
        yield f"| {spelled} | {_escaped(param.help or '')} |\n"


def _option(param: Any) -> str:
    value = "" if getattr(param, "is_flag", False) else f" {param.metavar or param.name.upper()}"
    return f"`{', '.join(param.opts)}{value}`".replace("|", "\\|")


def _is_argument(param: Any) -> bool:
    return not any(spelled.startswith("-") for spelled in param.opts)


def _escaped(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


if __name__ == "__main__":
    (HERE / "commands.md").write_text(page(), encoding="utf-8")
