"""A package that is not installed here costs what uses it, and nothing else.

An import that fails leaves a stand-in under its names, which raises the same error when it is used. Of a cell that imports, or that
comes after such an import, a statement that fails so is left out: its error is shown, the names it would have bound become stand-ins,
too, and the rest of the cell runs.
"""

from __future__ import annotations

import ast
import builtins
import importlib.util
import os
import sys
import types

HELPER = "__grader_absent__"
WRAPPED = """
try: pass
except ModuleNotFoundError as _absent:
    if not {helper}(_absent, {names!r}, {tops!r}): raise
"""
USES = (  # ways to use a thing that Python looks up in its class
    "call", "iter", "next", "len", "getitem", "setitem", "contains", "enter", "exit", "mro_entries", "array", "float", "int", "index",
    "add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "matmul", "rmatmul", "pow", "neg", "lt", "gt", "le", "ge",
)  # fmt: skip


class Absent(types.ModuleType):
    """Stands where something of a missing package would be."""

    def __init__(self, package):
        super().__init__(package)
        self.__dict__["_package"] = package

    def __getattr__(self, name):
        __tracebackhide__ = True
        if name.startswith("_"):  # whoever looks at a thing before printing it
            raise AttributeError(name)
        raise missing(self._package)


def missing(package):
    """The error of an import that finds nothing."""
    return ModuleNotFoundError(f"No module named '{package}'", name=package)


def _use(self, *args, **kwargs):
    __tracebackhide__ = True
    raise missing(self._package)


for _name in USES:
    setattr(Absent, f"__{_name}__", _use)


class Wrapper:
    """IPython's transformer of cells: `visit` gets the tree of one."""

    def __init__(self, shell, folder):
        self.shell, self.folder = shell, os.path.join(os.path.realpath(folder), "")
        self.found = set()  # names of packages
        setattr(builtins, HELPER, self.note)

    def visit(self, tree):
        """The tree with statements that may do without a missing package."""
        if not self.found and not any(isinstance(node, ast.Import | ast.ImportFrom) for node in tree.body):
            return tree
        last = len(tree.body) - 1  # whose value is shown; nothing comes after it
        tree.body = [
            node if _stays(node) or (index == last and isinstance(node, ast.Expr)) else _wrapped(node)
            for index, node in enumerate(tree.body)
        ]
        return ast.fix_missing_locations(tree)

    def note(self, problem, names, tops):
        """Whether a statement failed for want of a package, and is left out. `tops`: the packages that it imports itself."""
        package = (problem.name or "").partition(".")[0]
        if not package or _spec(package) is not None:
            return False
        package = next((top for top in tops if not self.is_own(top)), package)
        self.found.add(package)
        for name in names:
            self.shell.user_ns.setdefault(name, Absent(package))
        if tops:
            print(f"{package} is not installed here: what uses it is left out, the rest runs.", file=sys.stderr)
        else:
            self.shell.showtraceback()
        return True

    def is_own(self, top):
        """Whether a module lies in the student's folder."""
        spec = _spec(top)
        return spec is not None and os.path.realpath(spec.origin or "").startswith(self.folder)


def _spec(name):
    try:
        return sys.modules.get(name) or importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None


def _stays(node):
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _wrapped(node):
    """The statement in a `try` of ours, at the same lines."""
    made = ast.parse(WRAPPED.format(helper=HELPER, names=_bound(node), tops=_imported(node))).body[0]
    made.body = [node]
    for part in ast.walk(made.handlers[0]):
        ast.copy_location(part, node)
    return ast.copy_location(made, node)


def _imported(node):
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module.partition(".")[0]]
    return []


def _bound(node):
    """Names that a top-level statement binds."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names if alias.name != "*"]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    inner = [name for child in ast.iter_child_nodes(node) if not isinstance(child, ast.Lambda) for name in _bound(child)]
    return [node.id, *inner] if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else inner
