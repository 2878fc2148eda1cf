"""Which names a piece of code binds and uses, at its top level and inside its functions. Nothing recurses."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

FunctionDef = ast.FunctionDef | ast.AsyncFunctionDef
TypeAlias: type[ast.AST] | None = getattr(ast, "TypeAlias", None)  # Python 3.12: type X = ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One place that binds a name: to an import (`origin`), to what an expression names (`value`), or to
    something else."""

    name: str
    line: int
    origin: tuple[str, int] = ("", 0)  # dotted name, and the leading dots of a relative import
    value: ast.expr | None = None


Scopes = tuple[dict[str, Binding], ...]  # the local names of the functions around a node, innermost first


def executed(nodes: Iterable[ast.AST], *, classes: bool) -> Iterator[ast.AST]:
    """The nodes that run when these statements run: no bodies of functions, those of classes if asked for, no
    bare annotations."""
    stack = list(nodes)
    while stack:
        node = stack.pop()
        yield node
        stack += _children(node, classes=classes)


def _children(node: ast.AST, *, classes: bool) -> list[ast.AST]:
    if isinstance(node, FunctionDef):
        return [
            *node.decorator_list,
            *node.args.defaults,
            *(value for value in node.args.kw_defaults if value),
        ]
    if isinstance(node, ast.Lambda):
        return [*node.args.defaults, *(value for value in node.args.kw_defaults if value)]
    if isinstance(node, ast.ClassDef):
        outside: list[ast.AST] = [*node.decorator_list, *node.bases, *node.keywords]
        return [*outside, *node.body] if classes else outside
    if isinstance(node, ast.AnnAssign):
        return [node.target, node.value] if node.value else []
    if TypeAlias and isinstance(node, TypeAlias):
        return []
    if isinstance(node, ast.comprehension):  # its target is its own
        return [node.iter, *node.ifs]
    return list(ast.iter_child_nodes(node))


def bindings(nodes: Iterable[ast.AST]) -> Iterator[Binding]:
    """Every binding of a name by these statements themselves; "*" is bound by a star import."""
    aliases: dict[int, ast.expr] = {}
    changed: set[int] = set()
    for node in executed(nodes, classes=False):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Assign):
            for target in node.targets:
                aliases.update(_pairs(target, node.value))
        elif isinstance(node, ast.AnnAssign) and node.value:
            aliases.update(_pairs(node.target, node.value))
        elif isinstance(node, ast.AugAssign):
            changed.add(id(node.target))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in changed:
            yield Binding(name=node.id, line=line, value=aliases.get(id(node)))
        else:
            yield from _other_bindings(node, line)


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[int, ast.expr]]:
    """Names on the left of "=" (by id of the node) with what stands for them on the right."""
    if isinstance(target, ast.Name):
        yield id(target), value
        return
    if not isinstance(target, ast.Tuple | ast.List) or not isinstance(value, ast.Tuple | ast.List):
        return
    if len(target.elts) == len(value.elts) and not any(
        isinstance(one, ast.Starred) for one in (*target.elts, *value.elts)
    ):
        for left, right in zip(target.elts, value.elts, strict=True):
            yield from _pairs(left, right)


def _other_bindings(node: ast.AST, line: int) -> Iterator[Binding]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield Binding(name=name, line=line)
        case ast.Import(names=names):
            for alias in names:
                top = alias.name.partition(".")[0]
                yield Binding(
                    name=alias.asname or top, line=line, origin=(alias.name if alias.asname else top, 0)
                )
        case ast.ImportFrom(module=module, names=names, level=level):
            for alias in names:
                origin = (
                    (module or "")
                    if alias.name == "*"
                    else f"{module}.{alias.name}"
                    if module
                    else alias.name
                )
                yield Binding(name=alias.asname or alias.name, line=line, origin=(origin, level))
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield Binding(name=name, line=line)
        case ast.MatchMapping(rest=str(name)):
            yield Binding(name=name, line=line)
        case _:
            return


def scoped(tree: ast.Module) -> Iterator[tuple[ast.AST, Scopes]]:
    """Every node with the local names around it, annotations left out: they are mentions."""
    stack: list[tuple[ast.AST, Scopes]] = [(tree, ())]
    while stack:
        node, chain = stack.pop()
        yield node, chain
        if isinstance(node, FunctionDef | ast.Lambda):
            inner = (local_names(node), *chain)
            stack += [(child, chain) for child in _children(node, classes=True)]
            body = [node.body] if isinstance(node, ast.Lambda) else node.body
            stack += [(child, inner) for child in body]
        elif isinstance(node, ast.AnnAssign):
            stack += [(child, chain) for child in (node.target, node.value) if child]
        else:
            stack += [(child, chain) for child in ast.iter_child_nodes(node)]


def local_names(function: FunctionDef | ast.Lambda) -> dict[str, Binding]:
    """The parameters and local names of a function; of several bindings an import, else the last."""
    names = {argument.arg: Binding(name=argument.arg, line=0) for argument in all_arguments(function.args)}
    if isinstance(function, ast.Lambda):
        return names
    for binding in sorted(
        bindings(function.body), key=lambda binding: (bool(binding.origin[0]), binding.line)
    ):
        names[binding.name] = binding
    for node in executed(function.body, classes=False):
        if isinstance(node, ast.Global | ast.Nonlocal):
            for name in node.names:
                names.pop(name, None)
    return names


def all_arguments(arguments: ast.arguments) -> list[ast.arg]:
    """All parameters, in order, "*args" and "**kwargs" included."""
    starred = [argument for argument in (arguments.vararg, arguments.kwarg) if argument]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *starred]


def dotted(node: ast.AST) -> str:
    """ "tf.keras.layers" for such an expression; "" for any other."""
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
