"""The student's own names, wherever they live: in the notebook or script, in a function such as main(), in a module of theirs.

A model that is local to main() has no name once main() has returned. So the frames of the student's functions are kept when they
begin a pass over data, open a tape or call `fit`, and when an error ends them: what a frame holds can still be read afterwards.
No code of the student's is changed for that.
"""

from __future__ import annotations

import os
import sys

_home = ""  # with a separator at its end, so that /home/student2 is not below /home/student
_kept: dict = {}  # code of a function -> (its depth on the stack, the frame of its latest call)


def prepare(folder):
    """Say which folder is the student's."""
    global _home
    _home = _below(folder)


def names_of(namespace, folder):
    """All names of the student's by value: those of `namespace` first, then the local ones of their functions, outermost first,
    then those of their modules, whose files lie below `folder`."""
    names = dict(namespace)
    for more in (*_locals(), *(vars(module) for module in own_modules(folder))):
        for name, value in list(more.items()):
            if not name.startswith("_"):
                names.setdefault(name, value)
    return names


def own_modules(folder):
    """The imported modules whose files lie below `folder`, in the order in which they were imported."""
    below = _below(folder)
    return [module for module in list(sys.modules.values()) if _file_of(module).startswith(below)]


def is_own_class(kind):
    """True for a class that the student wrote, in the notebook or script or in a module."""
    return kind.__module__ == "__main__" or _is_own(vars(sys.modules.get(kind.__module__, sys)))


def keep_callers(frame):
    """Keep the frames of the student's functions from this one outwards."""
    found = []
    while frame is not None:
        found.append(frame)
        frame = frame.f_back
    for depth, one in enumerate(reversed(found)):
        _keep(one, depth)


def keep_failed(traceback):
    """Keep the frames of the student's functions that an error came through."""
    depth = 0
    while traceback is not None:
        _keep(traceback.tb_frame, depth)
        traceback, depth = traceback.tb_next, depth + 1


def _keep(frame, depth):
    # by identity: whoever forked us has names of its own in a module that is called __main__, too
    own = frame.f_globals is vars(sys.modules["__main__"]) or _is_own(frame.f_globals)
    if own and not frame.f_code.co_name.startswith("<"):
        _kept[frame.f_code] = (depth, frame)


def _locals():
    return [frame.f_locals for _, frame in sorted(_kept.values(), key=lambda kept: kept[0])]


def _is_own(names):
    return bool(_home) and str(names.get("__file__")).startswith(_home)


def _file_of(module):
    """Its file; "" when it has none. Looked up in what it holds: asking a lazy module would load it."""
    return str(getattr(module, "__dict__", {}).get("__file__") or "")


def _below(folder):
    return os.path.join(os.path.realpath(folder), "")
