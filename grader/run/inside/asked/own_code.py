"""What the code of a student's own classes does, read from its instructions."""

from __future__ import annotations

import dis
import re

from ..modules import is_own_class

_SIZE = re.compile(r"size|units|dim|num")  # in names of attributes that hold no state


def stored_in(codes):
    """The attributes that code writes, each once."""
    written = (step for code in codes for step in dis.get_instructions(code))
    names = dict.fromkeys(step.argval for step in written if step.opname == "STORE_ATTR")
    return [name for name in names if not _SIZE.search(name.lower())]


def codes_of(kinds):
    """The code of the methods of classes, and of what they extend, as far as it is the student's own."""
    own = dict.fromkeys(kind for one in kinds for kind in one.__mro__ if is_own_class(kind))
    methods = [method for kind in own for method in vars(kind).values()]
    codes = [getattr(getattr(method, "python_function", method), "__code__", None) for method in methods]
    return [code for code in codes if code is not None]
