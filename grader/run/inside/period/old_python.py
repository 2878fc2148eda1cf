"""What Python's own library had when a homework was written and has no more, given back where its meaning is
certain, and said; and two names that only a newer Python has.

Sources: What's New in Python 3.8 (`time.clock`), 3.9 (`fractions.gcd`, `base64.encodestring`), 3.10 (names of
`collections`) and 3.11 (`inspect.getargspec`); checked against Python 3.11 on 2026-11-29.
"""

from __future__ import annotations

import collections
import contextlib
import inspect

from .imports import when_imported
from .period import answer_for

CLOCK = "perf_counter"  # what Python's own documentation named for time.clock
BASE_64 = {"encodestring": "encodebytes", "decodestring": "decodebytes"}
ArgSpec = collections.namedtuple("ArgSpec", "args varargs keywords defaults")


def install():
    """Before the first cell."""
    when_imported("collections", _abstract)
    when_imported("time", _clock)
    when_imported("fractions", _divisors)
    when_imported("inspect", _arguments)
    when_imported("base64", _encodings)
    when_imported("typing", _override)
    when_imported("itertools", _batched)


def _give_back(module, found):
    """`found`: old name -> (what it was, its name today)."""
    answer_for(module, found.keys(), found.__getitem__, f"Python has no {module.__name__}.{{}}")


def _abstract(module):
    """`from collections import Iterable`, as until Python 3.9."""
    from collections import abc

    _give_back(module, {name: (getattr(abc, name), f"collections.abc.{name}") for name in abc.__all__})


def _clock(time):
    """`time.clock()`, as until Python 3.7."""
    _give_back(time, {"clock": (getattr(time, CLOCK), f"time.{CLOCK}")})


def _divisors(fractions):
    """`fractions.gcd`, as until Python 3.8: of numbers without a sign what math.gcd is."""

    def gcd(a, b):
        while b:
            a, b = b, a % b
        return a

    _give_back(fractions, {"gcd": (gcd, "math.gcd")})


def _arguments(module):
    """`inspect.getargspec`, as until Python 3.10."""

    def getargspec(func):
        told = inspect.getfullargspec(func)
        if told.kwonlyargs or told.annotations:
            raise ValueError("the function has keyword-only parameters or annotations: use getfullargspec()")
        return ArgSpec(told.args, told.varargs, told.varkw, told.defaults)

    _give_back(module, {"getargspec": (getargspec, "inspect.getfullargspec")})


def _encodings(base64):
    """`base64.encodestring`, as until Python 3.8."""
    _give_back(base64, {old: (getattr(base64, now), f"base64.{now}") for old, now in BASE_64.items()})


def _override(typing):
    """`@override`, which Python has from 3.12 on: it changes nothing but what type checkers are told."""

    def override(method, /):
        with contextlib.suppress(AttributeError, TypeError):  # as Python has it: not everything takes a mark
            method.__override__ = True
        return method

    if not hasattr(typing, "override"):
        typing.override = override


def _batched(itertools):
    """`batched`, which Python has from 3.12 on: tuples of n, the last one may be shorter."""

    def batched(iterable, n):
        if n < 1:
            raise ValueError("n must be at least one")
        rest = iter(iterable)
        while batch := tuple(itertools.islice(rest, n)):
            yield batch

    if not hasattr(itertools, "batched"):
        itertools.batched = batched
