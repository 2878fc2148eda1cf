"""Where a program's text gives a parameter its value, besides a cell's own assignments: below the main guard,
in argparse, in a dict or a class of settings, and where a function is defined or called."""

from __future__ import annotations

import ast
import math
from collections.abc import Collection, Iterable, Iterator

from grader.assignment.spelling import folded


def is_main_guard(statement: ast.AST) -> bool:
    """True for `if __name__ == "__main__":`, written either way round."""
    match statement:
        case ast.If(test=ast.Compare(left=left, ops=[ast.Eq()], comparators=[right])):
            sides = {
                node.id if isinstance(node, ast.Name) else getattr(node, "value", None)
                for node in (left, right)
            }
            return sides == {"__name__", "__main__"}
        case _:
            return False


def top_level(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run one after the other when a script runs, those below its main guard included."""
    for statement in body:
        if isinstance(statement, ast.If) and is_main_guard(statement):
            yield from statement.body
        else:
            yield statement


def option_defaults(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """("BATCH_SIZE", the expression 32) for every `add_argument("--batch-size", default=32)`."""
    for node in ast.walk(tree):
        if (
            not isinstance(node, ast.Call)
            or not isinstance(node.func, ast.Attribute)
            or node.func.attr != "add_argument"
        ):
            continue
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        name = given.get("dest") or next((one for one in node.args if _is_long(one)), None)
        if isinstance(name, ast.Constant) and isinstance(name.value, str) and "default" in given:
            yield name.value.lstrip("-").replace("-", "_").upper(), given["default"]


def settings(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """(name, expression) of the options of argparse, the items of dicts, the fields of classes, the keywords
    of calls, the defaults of arguments and the assignments inside functions, wherever they stand."""
    yield from option_defaults(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Dict(keys=keys, values=values):
                yield from (
                    (name, value) for key, value in zip(keys, values, strict=True) if (name := _key_text(key))
                )
            case ast.Call(func=function, keywords=keywords) if (
                getattr(function, "attr", "") != "add_argument"
            ):
                yield from ((keyword.arg, keyword.value) for keyword in keywords if keyword.arg)
            case ast.ClassDef(body=body):
                yield from assigned(body)
            case ast.FunctionDef(args=arguments, body=body):
                by_place = [*arguments.posonlyargs, *arguments.args]
                with_default = by_place[len(by_place) - len(arguments.defaults) :]
                yield from (
                    (one.arg, value) for one, value in zip(with_default, arguments.defaults, strict=True)
                )
                yield from (
                    (o.arg, v)
                    for o, v in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
                    if v is not None
                )
                yield from assigned(body)


def own_settings(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """(name, expression) of what is meant as a setting whatever it is called: the fields of classes, the
    items of dicts, and attributes such as `self.window_size = 20` and `cfg.WINDOW_SIZE = 20`. A keyword such
    as `units=` may be any layer's."""
    for node in ast.walk(tree):
        match node:
            case ast.Dict(keys=keys, values=values):
                yield from (
                    (name, value) for key, value in zip(keys, values, strict=True) if (name := _key_text(key))
                )
            case ast.ClassDef(body=body):
                yield from assigned(body)
            case ast.Assign(targets=[ast.Attribute(attr=name)], value=value):
                yield name, value
            case ast.Call(
                func=ast.Name(id="dict" | "SimpleNamespace") | ast.Attribute(attr="SimpleNamespace"),
                keywords=keywords,
            ):
                yield from ((keyword.arg, keyword.value) for keyword in keywords if keyword.arg)


def not_to_train_with(tree: ast.AST, named: Collection[str] = ()) -> Iterator[tuple[str, ast.expr]]:
    """(name, expression) of the settings that are written out and with which nobody trains, be it 0, -1,
    "64" or 64.0, and of `ds.batch(0)`; of keywords of calls and of defaults only where their names, folded,
    are `named`: others may mean anything. A setting that is None may wait for its value."""
    stated = (*own_settings(tree), *(one for one in settings(tree) if folded(one[0]) in named))
    yield from ((name, value) for name, value in stated if _is_odd(value))
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="batch" as name), args=[value, *_]) if _is_odd(value) or (
                isinstance(value, ast.Constant) and value.value is None
            ):
                yield name, value


def _is_odd(value: ast.expr) -> bool:
    """Whether it is a number that is written out and neither a positive whole one nor a fraction, or one in
    quotes."""
    try:
        match ast.literal_eval(value):
            case bool():
                return False
            case int() | float() as number:
                return number <= 0 or (isinstance(number, float) and number.is_integer())
            case str() as text:
                return math.isfinite(float(text))
            case _:
                return False
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError, OverflowError):
        return False


def sweeping(trees: Iterable[ast.AST]) -> Iterator[ast.expr]:
    """The numbers of calls of `fit` whose callbacks change the learning rate: where there is another
    training, these only try out rates."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    schedules = {
        target.id
        for node in nodes
        if isinstance(node, ast.Assign) and _makes_a_schedule(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "fit":
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            callbacks = list(ast.walk(given["callbacks"])) if "callbacks" in given else []
            if any(
                _makes_a_schedule(one) or (isinstance(one, ast.Name) and one.id in schedules)
                for one in callbacks
            ):
                yield from (value for name, value in given.items() if name not in ("callbacks", None))


def _makes_a_schedule(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) == "LearningRateScheduler"
    )


def assigned(body: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """Names and what these statements assign to them, tuples taken apart."""
    for statement in body:
        if isinstance(statement, ast.AnnAssign) and statement.value is not None:
            yield from _pairs(statement.target, statement.value)
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                yield from _pairs(target, statement.value)


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """`A = 1`, `A, B = 1, 2`: names and what is assigned to them."""
    if isinstance(target, ast.Name):
        yield target.id, value
    elif (
        isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts)
    ):
        yield from (
            (t.id, v) for t, v in zip(target.elts, value.elts, strict=True) if isinstance(t, ast.Name)
        )


def _key_text(key: ast.expr | None) -> str:
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""


def _is_long(argument: ast.expr) -> bool:
    return (
        isinstance(argument, ast.Constant)
        and isinstance(argument.value, str)
        and argument.value.startswith("--")
    )
