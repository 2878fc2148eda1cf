"""A package that is not installed here costs what uses it, and nothing else.

An import that fails leaves a stand-in under its names, which raises the same error when it is used. A statement that fails so leaves
stand-ins, too, under the names that it would have bound; the rest of the cell runs, as always (statements.py).
"""

from __future__ import annotations

import ast
import importlib.util
import os
import sys
import types

from .period import say

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


class Absences:
    """The packages that a notebook wants and that are not here."""

    def __init__(self, shell, folder):
        self.shell, self.folder = shell, os.path.join(os.path.realpath(folder), "")

    def note(self, problem, node):
        """Whether a top-level statement failed for want of a package: then stand-ins take the names that it would have bound."""
        if not isinstance(problem, ModuleNotFoundError):
            return False
        package = (problem.name or "").partition(".")[0]
        if not package or _spec(package) is not None:
            return False
        package = next((top for top in imported(node) if not self._is_own(top)), package)
        for name in _bound(node):
            self.shell.user_ns.setdefault(name, Absent(package))
        if imported(node):
            say(f"there is no {package} here: what uses it is left out, the rest runs")
        return True

    def _is_own(self, top):
        """Whether a module lies in the student's folder."""
        spec = _spec(top)
        return spec is not None and os.path.realpath(spec.origin or "").startswith(self.folder)


def _spec(name):
    try:
        return sys.modules.get(name) or importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None


def imported(node):
    """The packages that an import statement names; [] for any other statement."""
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
