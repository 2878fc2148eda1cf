"""Mend a module as soon as it is imported, without importing it for that."""

from __future__ import annotations

import contextlib
import importlib.abc
import sys


def when_imported(name, mend):
    """Call `mend(module)` once the module is there: now, or when somebody imports it."""
    if name in sys.modules:
        _mended(mend, sys.modules[name])
    else:
        sys.meta_path.insert(0, _Mender(name, mend))


def _mended(mend, module):
    with contextlib.suppress(Exception):  # another version: then it stays as it is
        mend(module)


def _found(name, path, target):
    """Where the module is, as the others tell, among them who mends it, too."""
    finders = [finder for finder in sys.meta_path if hasattr(finder, "find_spec")]
    found = (finder.find_spec(name, path, target) for finder in finders)
    return next((spec for spec in found if spec is not None), None)


class _Mender(importlib.abc.MetaPathFinder):
    """Finds one module where it always is, and mends it after it was executed."""

    def __init__(self, name, mend):
        self._name, self._mend = name, mend

    def find_spec(self, name, path=None, target=None):
        if name != self._name or self not in sys.meta_path:
            return None
        sys.meta_path.remove(self)
        spec = _found(name, path, target)
        if spec is not None and spec.loader is not None:
            execute, mend = spec.loader.exec_module, self._mend

            def exec_module(module):
                execute(module)
                _mended(mend, module)

            spec.loader.exec_module = exec_module
        return spec
