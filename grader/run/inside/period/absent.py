"""A package that is not installed here costs what uses it, and nothing else; so does an answer that somebody
should type, where nobody sits.

An import that fails leaves a stand-in under its names, which raises the same error when it is used. A
statement that fails so, or at input(), leaves stand-ins, too, under the names that it would have bound; the
rest of the cell runs, as always (statements.py), and so does the rest of a module of the student's own.
"""

from __future__ import annotations
import __future__

import ast
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
import types

from IPython.core.error import StdinNotImplementedError

from .period import say

ASKS = "input"  # whatever asks somebody: getpass, too
USES = (  # ways to use a thing that Python looks up in its class
    "call", "iter", "next", "len", "getitem", "setitem", "contains", "enter", "exit", "mro_entries",
    "array", "float", "int", "index",
    "add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "matmul", "rmatmul", "pow", "neg",
    "lt", "gt", "le", "ge",
)  # fmt: skip


class Absent(types.ModuleType):
    """Stands where something of a missing package would be, or what was made of a missing answer: `problem`
    makes the error of its use."""

    def __init__(self, package, problem=None):
        super().__init__(package)
        self.__dict__["_package"] = package
        self.__dict__["_problem"] = problem or missing

    def __getattr__(self, name):
        __tracebackhide__ = True
        if name.startswith("_"):  # whoever looks at a thing before printing it
            raise AttributeError(name)
        raise self._problem(self._package)


def missing(package):
    """The error of an import that finds nothing."""
    return ModuleNotFoundError(f"No module named '{package}'", name=package)


def unanswered(asked):
    """The error of a question that nobody answers."""
    return StdinNotImplementedError(f"{asked}() was called, and nobody answers it here")


def _use(self, *args, **kwargs):
    __tracebackhide__ = True
    raise self._problem(self._package)


for _name in USES:
    setattr(Absent, f"__{_name}__", _use)


class Absences:
    """The packages that a notebook wants and that are not here."""

    def __init__(self, shell, folder):
        self.shell, self.folder = shell, os.path.join(os.path.realpath(folder), "")

    def note(self, problem, node):
        """Whether a top-level statement failed for want of a package: then stand-ins take the names that it
        would have bound."""
        return self.stand_in(problem, node, self.shell.user_ns)

    def stand_in(self, problem, node, names):
        """The same for a statement that was to bind these names, of a cell or a module."""
        if isinstance(problem, StdinNotImplementedError):
            for name in _bound(node):
                names.setdefault(name, Absent(ASKS, unanswered))
            say(f"nobody answers {ASKS}() here: what needs the answer is left out, the rest runs")
            return True
        if not isinstance(problem, ModuleNotFoundError):
            return False
        package = (problem.name or "").partition(".")[0]
        if not package or _spec(package) is not None:
            return False
        if isinstance(node, ast.Import) and len(node.names) > 1:
            return self._one_by_one(node, names)
        package = next((top for top in imported(node) if not self._is_own(top)), package)
        for name in _bound(node):
            names.setdefault(name, Absent(package))
        if imported(node):
            say(f"there is no {package} here: what uses it is left out, the rest runs")
        return True

    def _one_by_one(self, node, names):
        """Of `import numpy as np, seaborn as sns` only what is not here is stood in for."""
        for alias in node.names:
            alone = ast.copy_location(ast.Import(names=[alias]), node)
            try:
                exec(compile(ast.Module(body=[alone], type_ignores=[]), "<import>", "exec"), names)
            except ModuleNotFoundError as problem:
                self.stand_in(problem, alone, names)
            except Exception:  # told where the name is missed
                pass
        return True

    def watch_modules(self):
        """Let the student's own modules do without what is not here."""
        sys.meta_path.insert(0, _OwnModules(self))

    def _is_own(self, top):
        """Whether a module lies in the student's folder."""
        spec = _spec(top)
        return os.path.realpath(getattr(spec, "origin", None) or "").startswith(self.folder)


class _OwnModules(importlib.abc.MetaPathFinder):
    """Finds the modules in the student's folder that import something which is not here."""

    def __init__(self, absences):
        self.absences = absences

    def find_spec(self, name, path=None, target=None):
        below = [entry for entry in (sys.path if path is None else path) if self._is_below(entry)]
        spec = importlib.machinery.PathFinder.find_spec(name, below, target) if below else None
        if spec is None or type(spec.loader) is not importlib.machinery.SourceFileLoader:
            return None
        spec.loader = _Stepwise(spec.loader.name, spec.loader.path, self.absences)
        return spec

    def _is_below(self, entry):
        return isinstance(entry, str) and os.path.join(os.path.realpath(entry or os.curdir), "").startswith(
            self.absences.folder
        )


class _Stepwise(importlib.machinery.SourceFileLoader):
    """Executes a module as always, or, where a package that it imports is not here, one statement after the
    other."""

    def __init__(self, name, path, absences):
        super().__init__(name, path)
        self._absences = absences

    def exec_module(self, module):
        __tracebackhide__ = True  # no line of ours in a student's traceback
        try:
            tree = ast.parse(self.get_data(self.path), self.path)
        except (OSError, SyntaxError, ValueError):  # told by who imports it
            tree = ast.Module([], [])
        if all(_spec(top) is not None for node in tree.body for top in imported(node)):
            super().exec_module(module)
        else:
            self._step_through(tree, module)

    def _step_through(self, tree, module):
        __tracebackhide__ = True
        module.__doc__ = ast.get_docstring(tree, clean=False)
        flags = sum(getattr(__future__, name).compiler_flag for name in _future(tree))
        for node in tree.body:
            code = compile(ast.Module([node], type_ignores=[]), self.path, "exec", flags, dont_inherit=True)
            try:
                exec(code, module.__dict__)
            except ModuleNotFoundError as problem:
                if not self._absences.stand_in(problem, node, module.__dict__):
                    raise


def _future(tree):
    froms = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    return {alias.name for node in froms for alias in node.names}


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
    inner = [
        name
        for child in ast.iter_child_nodes(node)
        if not isinstance(child, ast.Lambda)
        for name in _bound(child)
    ]
    return [node.id, *inner] if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else inner
