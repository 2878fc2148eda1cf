"""How the student writes what has no name of its own: losses["train"] for what is found as losses_train."""

from __future__ import annotations

import contextlib

from ..modules import DICTS, is_history
from .containers import containers

MOST_LOOKED_AT = 2_000  # things that a notebook holds


def as_written(own, thing, scopes):
    """`own`, where the student calls the thing so; else where it stands, and `own` for what is found nowhere.
    `scopes`: [(scope, names)]."""
    is_name = any(names.get(own) is thing for _, names in scopes)
    if is_name or not own.isidentifier() or not isinstance(thing, (list, *DICTS)):
        return own
    # what a notebook holds may do anything when it is looked into
    with contextlib.suppress(Exception):
        for count, (path, held) in enumerate(_all_held(scopes)):
            if held is thing:
                return path
            if count == MOST_LOOKED_AT:
                break
    return own


def _all_held(scopes):
    for _, names in scopes:
        for name, value in list(names.items()):
            if type(name) is not str or name.startswith("_"):
                continue
            if is_history(value):
                yield from containers(f"{name}.history", value.history)
            else:
                yield from containers(name, value)
