"""Limits that a notebook sets itself, so that its author's machine stays usable. They were set for that
machine: here they would bind what the grader has loaded beside the notebook, and there are limits already.

A limit of memory, and one that is lower than it was, is kept and told to whoever asks, and binds nothing;
what may not be raised is refused as always.
"""

from __future__ import annotations

import functools
import sys

from .. import modules
from .imports import when_imported
from .period import say

MEMORY = ("AS", "DATA", "RSS")  # TensorFlow maps far more than it uses
ALL = (*MEMORY, "CPU", "FSIZE", "NOFILE", "NPROC")


def install():
    """Before the first cell."""
    when_imported("resource", _keep_what_is_set)


def _keep_what_is_set(resource):
    kinds = {getattr(resource, f"RLIMIT_{name}"): name for name in ALL if hasattr(resource, f"RLIMIT_{name}")}
    set_, get = resource.setrlimit, resource.getrlimit
    kept: dict = {}

    def lowers(kind, limits):
        soft, hard = (float("inf") if limit == resource.RLIM_INFINITY else limit for limit in limits)
        _, most = (float("inf") if limit == resource.RLIM_INFINITY else limit for limit in get(kind))
        return soft <= hard and (hard <= most or kinds[kind] in MEMORY)

    @functools.wraps(set_)
    def setrlimit(kind, limits, /):
        if not modules.is_own_frame(sys._getframe(1)) or kind not in kinds or not lowers(kind, limits):
            return set_(kind, limits)
        say(f"the grader has limits of its own: RLIMIT_{kinds[kind]}, which is set here, is left out")
        kept[kind] = tuple(limits)
        return None

    @functools.wraps(get)
    def getrlimit(kind, /):
        return kept.get(kind) or get(kind) if modules.is_own_frame(sys._getframe(1)) else get(kind)

    resource.setrlimit, resource.getrlimit = setrlimit, getrlimit
