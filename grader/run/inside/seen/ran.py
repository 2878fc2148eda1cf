"""What runs while a probe calls the student's cell, layer or model: a ready-made recurrent network of some
library, code that stands in no cell and no file, or another process. Seen where it happens, whatever it is
called in the notebook.

Eagerly every Python function that is entered shows itself; in a graph every operation tells its kind and the
lines of Python it came from, also when it was traced long before.
"""

from __future__ import annotations

import contextlib
import itertools
import sys
import threading

from . import library
from .entered import CAN_COUNT, Entered
from .executed import Executed
from .sources import Sources, signature

MOST_TOLD = 12
MOST_OPERATIONS = 4_000
MAPS = "/proc/self/maps"
SYSTEM = ("/usr/", "/lib", "[")

_setprofile, _getprofile, _getframe = sys.setprofile, sys.getprofile, sys._getframe
_threads_setprofile, _threads_getprofile = threading.setprofile, threading.getprofile
_executed = None  # made before the first cell; without it nothing is watched
_machine_code: set[str] = set()  # the files of it that are in this process before the first cell


def prepare(folder):
    """Begin to listen, before the first cell."""
    global _executed
    library.prepare(folder)
    _executed = Executed(Sources(folder))
    _executed.install()
    _machine_code.update(_mapped())


def tell(cells, whole):
    """Take in the cells as they will run."""
    if _executed is not None:
        _executed.sources.tell(cells, whole)


def executed():
    """What was executed so far that nobody can read."""
    return list(_executed.notes) + _native() if _executed is not None else []


class Ran:
    """What ran in the calls of one part of the homework."""

    def __init__(self):
        self._found = {}  # what is told -> None, in the order in which it was seen
        self._once = set()
        self._codes = {}  # id of a code object that was looked at -> the object, which keeps its id

    def told(self):
        """[{"kind", "what", "place"}] for the answer."""
        return [
            dict(zip(("kind", "what", "place"), one, strict=True)) for one in list(self._found)[:MOST_TOLD]
        ]

    def watch(self, call):
        """What `call` gives, watched. Which code it enters is cheap to know; from which line of the homework
        is dear, and asked by a second call where there is something to tell."""
        if _executed is None:
            return call()
        if not CAN_COUNT:
            with self._every_call():
                return call()
        found, entered = Ran(), Entered()
        try:
            with found._listening(found._watch()), entered:
                return call()
        finally:
            found._look_at_all(entered)
            if found._found:
                # it may not be called twice; what the first call told stands
                with contextlib.suppress(Exception), self._every_call():
                    call()
                self._take(found)

    def _look_at_all(self, entered):
        for code, caller in entered.calls:
            if id(code) not in self._codes:
                with contextlib.suppress(Exception):  # an answer is an answer whatever we make of its code
                    if self._look_at(code, caller, None):
                        self._codes[id(code)] = code
        if entered.blinded:
            self._tell("blinded", "sys.setprofile", "")

    def _take(self, found):
        """Keep what was told as well, without a place only where none is known."""
        known = {one[:2] for one in self._found}
        for kind, what, place in found._found:
            if place or (kind, what) not in known:
                self._tell(kind, what, place)

    @contextlib.contextmanager
    def _every_call(self):
        """Listen to every call of this thread and of those that begin."""
        before, watch = _getprofile(), self._watch()
        with self._listening(watch):
            _setprofile(watch)
            try:
                yield
            finally:
                if _getprofile() is not watch:
                    self._tell("blinded", "sys.setprofile", "")
                _setprofile(before)

    @contextlib.contextmanager
    def _listening(self, watch):
        """Listen to what is executed, and to the threads that begin."""
        noted, before = len(_executed.notes), _threads_getprofile()
        _executed.watching = True
        _threads_setprofile(watch)
        try:
            yield
        finally:
            _threads_setprofile(before)
            _executed.watching = False
            for note in _executed.notes[noted:]:
                self._tell(*note.values())

    def _tell(self, kind, what, place):
        """Keep one thing; of a library's network that is called from one line the first part that runs, of
        those who are given work the first."""
        once = {"recurrent": (kind, place), "elsewhere": kind}.get(kind, (kind, what, place))
        if kind == "recurrent" and not place and any(told[0] == kind for told in self._found):
            return
        if once not in self._once:
            self._once.add(once)
            self._found.setdefault((kind, what, place))

    def _watch(self):
        """What Python calls at every event: thousands of times in a call, so it does next to nothing."""
        known, look_at = self._codes, self._look_at

        def enter(frame, event, argument):
            if event == "call" and id(code := frame.f_code) not in known:
                try:
                    caller = frame.f_back
                    if look_at(code, caller.f_code if caller is not None else None, frame):
                        known[id(code)] = code
                except Exception:  # the student's call goes on whatever we make of it
                    known[id(code)] = code

        return enter

    def _look_at(self, code, caller, frame):
        """Tell of code that is entered by other code, and by this frame where that is known; False: it is to
        be looked at again when it is entered from elsewhere."""
        file = code.co_filename
        if library.is_ours(file) and file not in _executed.posed:
            return True
        name, posed = library.named(file), file in _executed.posed
        if name and library.is_recurrent(name, "" if posed else code.co_qualname):
            self._tell("recurrent", f"{name}, {code.co_qualname}", _executed.place(frame))
        elif not name or posed:
            self._look_at_own(code, frame)
        elif library.hands_over(name):
            if caller is None or library.named(caller.co_filename) or library.is_ours(caller.co_filename):
                return False
            self._tell("elsewhere", name, _executed.place(frame and frame.f_back))
        elif library.restores(name):
            self._tell("restored", name, _executed.place(frame))
        return True

    def _look_at_own(self, code, frame):
        """Code that is no library's: it must stand in the homework."""
        mine, sources = signature(code), _executed.sources
        note, where = _executed.unread.get(mine), sources.where(code.co_filename)
        if note is None and (mine in _executed.readable or sources.has(code)):
            return
        if note is not None:
            self._tell("unread", note["what"], note["place"] or _executed.place(frame))
        elif where:
            self._tell("other", code.co_qualname, f"{where}, line {code.co_firstlineno}")
        else:
            self._tell(
                "unread",
                f"{code.co_qualname} of {sources.short(code.co_filename)}",
                _executed.place(frame and frame.f_back),
            )

    def look_into(self, traced, *inputs):
        """Look at the operations of a function that was traced for these inputs, and of those that it
        calls."""
        if _executed is None:
            return
        # it cannot be traced, or into a graph of another kind than TensorFlow makes today
        with contextlib.suppress(Exception):
            graph = traced.get_concrete_function(*inputs).graph
            for operation in itertools.islice(_operations(graph), MOST_OPERATIONS):
                self._look_at_operation(operation)

    def _look_at_operation(self, operation):
        lines = [(library.named(line.filename), line) for line in operation.traceback]
        own = [line for name, line in lines if not name and _executed.sources.where(line.filename)]
        place = f"{_executed.sources.where(own[-1].filename)}, line {own[-1].lineno}" if own else ""
        if library.is_recurrent_operation(operation.type):
            self._tell("recurrent", f"the operation {operation.type}", place)
        for name, line in lines:
            if name and library.is_recurrent(name, ""):
                self._tell("recurrent", f"{name}, {line.name}", place)
                return
            if name and library.restores(name):
                self._tell("restored", name, place)
                return


def _operations(graph):
    """The operations of a graph and of the functions that they call, each function once."""
    waiting, seen = [graph], set()
    for one in waiting:
        for operation in one.get_operations():
            yield operation
            for name in _functions_of(operation):
                if name not in seen:
                    seen.add(name)
                    inner = _graph_of(one, name)
                    waiting += [inner] if inner is not None else []


def _functions_of(operation):
    for value in operation.node_def.attr.values():
        if value.HasField("func"):
            yield value.func.name
        yield from (function.name for function in value.list.func)


def _graph_of(graph, name):
    function = graph._get_function(name)
    return getattr(function, "graph", None)


def _native():
    """[a note] for each file of machine code that came into this process since, and is neither a library's
    nor the system's."""
    told = {note["what"] for note in _executed.notes if note["kind"] == "native"}
    odd = [
        file for file in _mapped() - _machine_code if not file.startswith(SYSTEM) and not library.named(file)
    ]
    names = sorted({_executed.sources.short(file) for file in odd} - told)
    return [{"kind": "native", "what": name[:200], "place": ""} for name in names[:5]]


def _mapped():
    """The files that are mapped into this process to be executed; none where the system does not tell."""
    try:
        with open(MAPS, encoding="utf-8", errors="replace") as maps:
            lines = [line.split(maxsplit=5) for line in maps]
    except OSError:
        return set()
    return {line[5].strip() for line in lines if len(line) == 6 and "x" in line[1]}
