"""`import import_ipynb`, `nbimporter` and `ipynb.fs.full` make the notebooks beside one's own importable.
These packages are not here, what they do is."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import json
import linecache
import os
import sys

from IPython.core.inputtransformer2 import TransformerManager

SWITCHES = frozenset({"import_ipynb", "nbimporter", "importnb"})  # importing one is all that it takes
PACKAGES = frozenset({"ipynb", "ipynb.fs", "ipynb.fs.full", "ipynb.fs.defs"})
BELOW = ("ipynb.fs.full.", "ipynb.fs.defs.")


def install(folder):
    """Behind all other finders: what is installed goes first. `folder` is the student's."""
    sys.meta_path.append(_Notebooks(os.path.join(os.path.realpath(folder), "")))


class _Notebooks(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds these packages, and once one was imported the notebooks in the student's folder."""

    def __init__(self, home):
        self._home = home
        self._is_on = False

    def find_spec(self, name, path=None, target=None):
        if name in SWITCHES | PACKAGES:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        stem = name
        for lead in BELOW:
            stem = stem.removeprefix(lead)
        file = self._file_of(stem) if self._is_on and "." not in stem else None
        return importlib.machinery.ModuleSpec(name, self, origin=file) if file else None

    def _file_of(self, stem):
        places = [os.path.realpath(entry or os.curdir) for entry in sys.path if isinstance(entry, str)]
        files = (
            os.path.join(place, f"{each}.ipynb")
            for place in places
            for each in (stem, stem.replace("_", " "))
        )
        return next((file for file in files if file.startswith(self._home) and os.path.isfile(file)), None)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        file = module.__spec__.origin
        if file is None:
            self._is_on = True
            return
        module.__file__ = file
        with open(file, encoding="utf-8") as opened:
            cells = json.load(opened)["cells"]
        for number, cell in enumerate(cells, 1):
            if cell.get("cell_type") == "code":
                _run("".join(cell["source"]), f"{file}, cell {number}", module.__dict__)


def _run(text, name, names):
    code = TransformerManager().transform_cell(text)
    # AutoGraph and tracebacks read the lines again
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    exec(compile(code, name, "exec"), names)
