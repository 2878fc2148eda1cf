"""What a homework asks at the keyboard, where it is graded and nobody sits: a cell that was run before still
shows what its author typed, where `or` says what stands for no answer none is given, and a number that the
sheet names has the sheet's value."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping

from grader.collect.reading.magics import readable
from grader.collect.reading.syntax import parse

ASKS = "input"
Edit = tuple[ast.expr, str]  # an expression, and what takes its place


def answered(text: str, shown: str, numbers: Mapping[str, float]) -> str:
    """A cell whose questions are answered as far as that is known. `shown`: what it printed when it was run
    before; `numbers`: the sheet's parameters."""
    code = readable(text).code if ASKS in text else ""
    tree = parse(code).tree
    if tree is None:
        return text
    lines, read = text.encode().split(b"\n"), code.encode().split(b"\n")
    for node, instead in sorted(_edits(tree, shown, numbers), key=_place, reverse=True):
        line = lines[node.lineno - 1]
        if line == read[node.lineno - 1]:  # not one that was read without its indentation
            lines[node.lineno - 1] = line[: node.col_offset] + instead.encode() + line[node.end_col_offset :]
    return b"\n".join(lines).decode()


def _edits(tree: ast.Module, shown: str, numbers: Mapping[str, float]) -> Iterator[Edit]:
    known = dict.fromkeys(_may_be_empty(tree), "")
    known |= {call: said for call in _questions(tree) if (said := _typed(call, shown)) is not None}
    yield from ((call, repr(said)) for call, said in known.items())
    for names, value in _assigned(tree):
        asked = list(_asking(value, tree))
        whole = value.lineno == value.end_lineno and all(name in numbers for name in names)
        if whole and asked and not known.keys() & {*asked}:
            yield value, ", ".join(repr(numbers[name]) for name in names)


def _assigned(tree: ast.Module) -> Iterator[tuple[list[str], ast.expr]]:
    """The names that get a value outside of functions, in loops and branches too, and the value: of several
    at once, `BATCH_SIZE, EPOCHS = map(int, input().split())`, all."""
    for node in _outside_functions(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield [name], value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield [name], value
            case ast.Assign(targets=[ast.Tuple(elts=several)], value=ast.Tuple(elts=values)):
                for one, value in zip(several, values, strict=False):
                    if isinstance(one, ast.Name):
                        yield [one.id], value
            case ast.Assign(targets=[ast.Tuple(elts=several)], value=value):
                names = [one.id for one in several if isinstance(one, ast.Name)]
                if len(names) == len(several):
                    yield names, value


def _outside_functions(tree: ast.Module) -> Iterator[ast.AST]:
    stack: list[ast.AST] = [*tree.body]
    while stack:
        node = stack.pop()
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield node
            stack += ast.iter_child_nodes(node)


def _asking(value: ast.expr, tree: ast.Module) -> Iterator[ast.Call]:
    """The questions of an expression, and its calls of functions of the cell that ask."""
    yield from _questions(value)
    ask = {one.name for one in tree.body if isinstance(one, ast.FunctionDef) and next(_questions(one), None)}
    for node in ast.walk(value):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ask:
            yield node


def _questions(tree: ast.AST) -> Iterator[ast.Call]:
    """Each `input(...)` that stands on one line."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call) and _is_question(node))


def _is_question(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="input"), lineno=line, end_lineno=end):
            return line == end
        case _:
            return False


def _may_be_empty(tree: ast.AST) -> Iterator[ast.Call]:
    """Each question for which the code has an answer of its own, as in `int(input("batch: ") or 32)`."""
    for node in ast.walk(tree):
        match node:
            case ast.BoolOp(op=ast.Or(), values=[first, instead, *_]):
                if isinstance(instead, ast.Constant) and not instead.value:  # it may ask until there is one
                    continue
                match first:
                    case ast.Call(func=ast.Attribute(value=asked, attr="strip")):
                        first = asked
                if isinstance(first, ast.Call) and _is_question(first):
                    yield first


def _typed(call: ast.Call, shown: str) -> str | None:
    """What was typed after this question, the only time that it was asked; None where nobody can tell."""
    match call.args:
        case [ast.Constant(value=str(question))] if question.strip():
            found = re.findall(rf"{re.escape(question.strip())}[ \t]*(.*)", shown)
            return found[0].strip() if len(found) == 1 else None
        case _:
            return None


def _place(edit: Edit) -> tuple[int, int]:
    return edit[0].lineno, edit[0].col_offset
