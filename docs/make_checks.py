"""Write docs/checks.md from the sheets: `make docs`. A test fails when the page and the sheets differ."""

from __future__ import annotations

from pathlib import Path

from grader.assignment import Assignment, load_all

HERE = Path(__file__).resolve().parent
INTRODUCTION = """# The checks

Generated from the sheets by `make docs`. What *proven*, *observed*, *read*, \
*reported* and *judged* mean stands in
[points.md](points.md); a level is reached when all its checks are passed.
"""


def page() -> str:
    """The whole page."""
    sheets = load_all(HERE.parent / "assignments")
    return "\n".join([INTRODUCTION, *(table(sheet) for sheet in sheets.values())])


def table(sheet: Assignment) -> str:
    """One sheet: its tasks, and a row for each check."""
    lines = [f"## {sheet.name}: {sheet.title}", "", f"{sheet.points_max:g} points.", ""]
    for task in sheet.tasks:
        lines += [
            f"### {task.number}. {task.title}",
            "",
            "| check | points | needed for | basis | a notebook that lies gains |",
        ]
        lines += ["|---|---|---|---|---|"]
        for check in sheet.checks:
            if check.task == task.number:
                level = check.level.name.lower().replace("_", " ") if check.level is not None else ""
                lines.append(
                    f"| {check.title} `{check.id}` | {check.points:g} | {level} | {check.basis} |"
                    f" {check.forger_gains} |"
                )
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    (HERE / "checks.md").write_text(page(), encoding="utf-8")
