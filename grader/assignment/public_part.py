"""The part of a sheet that students may have before the deadline: without hidden checks, and without what
only these use.

The rest of the text is kept as Python understands it: where something is left out, comments go, too, for they
may tell of it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from grader.assignment.criterion import Check
from grader.assignment.sheet import Assignment
from grader.errors import AssignmentError

HEAD = (
    "# Made by `grade template`: the checks that run before the deadline. What runs later is not in here.\n"
)


def public_part(text: str, assignment: Assignment) -> str:
    """The text of sheet.py without its hidden checks; unchanged when there are none.

    Raises:
        AssignmentError: a hidden check is declared in a way that cannot be left out for certain.
    """
    hidden = [check for check in assignment.checks if check.hidden]
    if not hidden:
        return text
    tree = ast.parse(text)
    tasks = _hidden_tasks(assignment)
    gone = [node for node in tree.body if _declares_hidden(node, {check.id for check in hidden}, tasks)]
    kept = [node for node in tree.body if node not in gone]
    if kept and _is_text(kept[0]):
        kept = kept[1:]  # the sheet's own words about itself
    kept = _without_orphans(kept, gone)
    _say_what_is_withheld(kept, hidden)
    public = HEAD + ast.unparse(ast.Module(body=kept, type_ignores=[])) + "\n"
    _refuse_traces(public, hidden)
    return public


def _hidden_tasks(assignment: Assignment) -> set[str]:
    """The numbers of the tasks that have hidden checks and no others."""
    public = {check.task for check in assignment.checks if not check.hidden}
    return {check.task for check in assignment.checks if check.hidden} - public


def _declares_hidden(node: ast.stmt, ids: set[str], tasks: set[str]) -> bool:
    """Whether a statement is a hidden check, or opens a task of nothing else."""
    if isinstance(node, ast.FunctionDef):
        return node.name in ids
    call = getattr(node, "value", None)
    if not isinstance(call, ast.Call):
        return False
    first = call.args[0] if call.args else None
    opens = (
        isinstance(call.func, ast.Attribute) and call.func.attr == "task" and isinstance(first, ast.Constant)
    )
    if opens and isinstance(first, ast.Constant) and first.value in tasks:
        return True
    return any(word.arg == "hidden" and not _is_false(word.value) for word in call.keywords)


def _without_orphans(kept: Sequence[ast.stmt], gone: Sequence[ast.stmt]) -> list[ast.stmt]:
    """Without the definitions that only what is gone has used, and those that only they have used, and so
    on."""
    left, lost = list(kept), list(gone)
    while True:
        wanted = {name for node in lost for name in _names_used(node)}
        orphans = [
            node
            for node in left
            if (own := set(_names_bound(node)))
            and own <= wanted
            and not own & {name for other in left if other is not node for name in _names_used(other)}
        ]
        if not orphans:
            return left
        left = [node for node in left if node not in orphans]
        lost += orphans


def _names_used(node: ast.AST) -> Iterator[str]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load):
            yield inner.id


def _names_bound(node: ast.stmt) -> Iterator[str]:
    """The names that a plain definition gives a value; none for what does more than that."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.decorator_list:
        yield node.name
    elif isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id


def _say_what_is_withheld(kept: Sequence[ast.stmt], hidden: Sequence[Check]) -> None:
    """How many checks and points are left out goes into the call of Assignment: students shall know so
    much."""
    calls = [inner for node in kept for inner in ast.walk(node) if isinstance(inner, ast.Call)]
    declared = [call for call in calls if _last_name(call.func) == "Assignment"]
    if len(declared) != 1:
        raise AssignmentError(
            "the sheet has hidden checks: for students, it must declare its Assignment(...) in one plain call"
        )
    points = sum(check.points for check in hidden)
    values: dict[str, float] = {
        "withheld_checks": len(hidden),
        "withheld_points": int(points) if points == int(points) else points,
    }
    declared[0].keywords += [
        ast.keyword(arg=name, value=ast.Constant(value)) for name, value in values.items()
    ]


def _refuse_traces(public: str, hidden: Sequence[Check]) -> None:
    spoken = {inner.value for inner in ast.walk(ast.parse(public)) if isinstance(inner, ast.Constant)}
    named = {*spoken, *_names_used(ast.parse(public))}
    for check in hidden:
        words = [text for text in (check.title, check.hint) if text and text in public]
        if trace := next(iter([*words, *({check.id} & named)]), ""):
            raise AssignmentError(
                f"the hidden check {check.id} cannot be left out of the students' sheet, which would still"
                f" hold {trace!r}: declare it as a function of its own, or in a call with hidden=True"
            )


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and not node.value


def _is_text(node: Any) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
