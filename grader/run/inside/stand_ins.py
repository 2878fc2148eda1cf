"""Colab, stood in for where a notebook cannot do without: an import of google.colab that nothing guards.

A notebook that asks whether it runs on Colab (`try: import google.colab`, `"google.colab" in sys.modules`) is
told the truth, that it does not, and takes the way it has for that.
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import linecache
import sys
import types

from . import modules

TOP = "google.colab"
GUARDS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
# files.upload(): nobody chose a file; userdata.get(): no secret is known
ANSWERS = {"upload": dict, "get": str}


class _Anything:
    """Whatever a notebook takes from Colab: it may be called and looked into, and does nothing."""

    def __init__(self, name):
        self._name = name

    def __call__(self, *args, **kwargs):
        return ANSWERS.get(self._name, lambda: None)()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _Anything(name)


class _Module(types.ModuleType):
    """A module of Colab's in which every name can be found."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return _Anything(name)


class _Colab(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds google.colab and what is below it, for code that has no other way."""

    def find_spec(self, name, path=None, target=None):
        if name != TOP and not name.startswith(f"{TOP}."):
            return None
        if name == TOP and _is_guarded(sys._getframe(1)):
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        return _Module(spec.name)

    def exec_module(self, module):
        """There is nothing to execute."""


def install():
    """Let `import google.colab` find a stand-in, beside whatever else is called google."""
    try:
        import google  # noqa: F401  a namespace package that protobuf brings
    except ImportError:
        sys.modules["google"] = types.ModuleType("google")
        sys.modules["google"].__path__ = []
    sys.meta_path.insert(0, _Colab())


def _is_guarded(frame):
    """Whether the student's statement that is being executed stands in a `try` that expects the import to
    fail."""
    while frame is not None and not modules.is_own_frame(frame):
        frame = frame.f_back
    if frame is None:
        return False
    try:
        tree = ast.parse("".join(linecache.getlines(frame.f_code.co_filename)))
    except (SyntaxError, ValueError, RecursionError):
        return False
    return any(
        part.lineno <= frame.f_lineno <= (part.end_lineno or 0) and any(map(_expects_it, node.handlers))
        for node in ast.walk(tree)
        if isinstance(node, ast.Try)
        for part in node.body
    )


def _expects_it(handler):
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or (isinstance(kind, ast.Name) and kind.id in GUARDS) for kind in caught)
