"""The numbers and functions of a notebook as they were when it trained: a generator, a layer or a model may
read a number that was bound again afterwards, to compare lengths or sizes, and a task may be written anew to
try another one."""

from __future__ import annotations

import contextlib
import inspect


class NumbersThen:
    """The numbers under a notebook's names, as they were at the end of the latest pass that trained."""

    def __init__(self):
        self.names = dict  # gives the notebook's own; replaced once there is a shell
        self._then = {}
        self.functions = {}

    def note(self):
        """A pass has come to its end, and weights changed in it."""
        now = {name: value for name, value in list(self.names().items()) if not name.startswith("_")}
        self._then = {name: value for name, value in now.items() if _is_number(value)}
        self.functions = {name: value for name, value in now.items() if inspect.isgeneratorfunction(value)}

    @contextlib.contextmanager
    def drawing_as_then(self, *, with_numbers):
        """With the generators of samples that there were then, where one is another now, or gone; where data
        sets are read, with the numbers, too, which their generators read anew in each pass."""
        names = self.names()
        then = {name: f for name, f in self.functions.items() if names.get(name) is not f}
        with _put_back(names, then), self.put_back() if with_numbers else contextlib.nullcontext():
            yield

    @contextlib.contextmanager
    def put_back(self):
        """With every number as it was then: those that are others now."""
        names = self.names()
        other = {
            name: value
            for name, value in self._then.items()
            if not _is_number(now := names.get(name)) or now != value
        }
        with _put_back(names, other):
            yield other


@contextlib.contextmanager
def _put_back(names, other):
    """With these things under their names, in place of what is there."""
    now = {name: names[name] for name in other if name in names}
    names.update(other)
    try:
        yield
    finally:
        for name in other:
            names.pop(name, None)
        names.update(now)


def _is_number(value):
    return type(value) in (int, float)
