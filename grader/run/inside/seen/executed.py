"""What the notebook executes that nobody can read: text that stands in no cell and no file, compiled files,
native code.

Python's audit events tell of every compilation and execution, however it was asked for. What a library makes
up for itself is left alone; what it is given to run is not. An event is only noted: the notebook runs as it
would.
"""

from __future__ import annotations

import ast
import gc
import os
import sys
import types

from . import library
from .sources import codes_in, signature

MOST_NOTES = 40  # notes
MOST_CODES = 20_000  # code objects that are remembered
EXCERPT = 60  # characters of a text
SUFFIXES = (".so", ".pyd", ".dylib")
STARTS = {
    "subprocess.Popen",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.system",
    "os.exec",
    "socket.connect",
}
WATCHES = {"sys.setprofile", "sys.settrace"}

_addaudithook, _getframe = sys.addaudithook, sys._getframe
_CODE = type(_getframe().f_code)


def _of_libraries():
    """Signatures of what libraries wrote for themselves while they were imported, before the first cell."""
    functions = (thing for thing in gc.get_objects() if type(thing) is types.FunctionType)
    codes = {function.__code__ for function in functions if function.__code__.co_filename.startswith("<")}
    return {signature(inner) for code in codes for inner in codes_in(code)}


_BEFORE = _of_libraries()


class Executed:
    """Listens from `install` on; `notes` are [{"kind", "what", "place"}]."""

    def __init__(self, sources):
        self.sources = sources
        self.notes = []
        # signatures of code that a library wrote for itself, or of text that can be read
        self.readable = set(_BEFORE)
        self.unread = {}  # signature of code -> its note
        self.posed = set()  # names of libraries' files that other text was compiled under
        self.watching = False
        self._told = set()
        self._state = {}  # the name of a compiled text -> whether it can be read
        self._texts = {}  # the same -> how it begins
        self._parsed = True, ""  # of the text that IPython parsed last
        self._handlers = {
            "compile": self._compiles,
            "exec": self._executes,
            "import": self._imports,
            "marshal.loads": self._unmarshals,
            "code.__new__": self._makes_code,
            "pickle.find_class": self._unpickles,
            "ctypes.dlopen": self._opens_library,
            **dict.fromkeys(STARTS, self._starts),
            **dict.fromkeys(WATCHES, self._watches),
        }

    def install(self):
        """Listen, for good: a hook cannot be taken away."""
        handlers = self._handlers

        def hear(event, arguments):
            handler = handlers.get(event)
            if handler is not None:
                try:
                    frame = _getframe(1)
                    if not library.is_ours(frame.f_code.co_filename):
                        handler(event, arguments, frame)
                except Exception:  # nothing of the notebook's may fail because we listen
                    return

        _addaudithook(hear)

    def note(self, kind, what, place):
        """Keep something to tell, once."""
        found = {"kind": kind, "what": what[:200], "place": place[:100]}
        key = tuple(found.values())
        if key not in self._told and len(self.notes) < MOST_NOTES:
            self._told.add(key)
            self.notes.append(found)
        return found

    def place(self, frame):
        """Where this frame stands in the homework, or where the text that it runs was executed; "" when
        nobody can tell."""
        while frame is not None:
            file = frame.f_code.co_filename
            if where := self.sources.where(file):
                return f"{where}, line {frame.f_lineno}"
            if not library.named(file) and (note := self.unread.get(signature(frame.f_code))):
                return note["place"]
            frame = frame.f_back
        return ""

    def _compiles(self, event, arguments, frame):
        source, file = arguments[:2]
        by = library.named(frame.f_code.co_filename)
        if isinstance(source, ast.AST):  # of which the event does not tell the name
            if not by:
                self.note("code", "a tree", self.place(frame))
            return
        text = _text_of(source)
        if text is None or type(file) is not str:
            return
        readable = self.sources.knows(text)
        if library.compiles_cells(by):
            self._parsed = readable, text
        self._state[file], self._texts[file] = readable, text
        if not by or library.interprets(by):
            self._poses(file, text, frame)

    def _poses(self, file, text, frame):
        """Note a text that is compiled under the name of a library's file and is not what stands there."""
        if not (library.named(file) or library.is_ours(file)) or (
            text is not None and _stands_in(file, text)
        ):
            return
        self.posed.add(file)
        self.note("posing", os.path.basename(file), self.place(frame))

    def _executes(self, event, arguments, frame):
        code = arguments[0]
        if type(code) is not _CODE:
            return
        by, file = library.named(frame.f_code.co_filename), code.co_filename
        if by.startswith("importlib") and library.named(file) and file not in self.posed:
            return
        if library.compiles_cells(by) and file.startswith("<"):  # "<timed exec>": what was parsed last
            self._state[file], self._texts[file] = self._parsed
        if self._state.get(file, False):
            if not self.sources.where(file):  # a text that can be read, under another name than its own
                self._remember(code)
            return
        if file not in self._state and self.sources.has_file(code):
            return
        if not by:
            self._unreadable("exec", code, frame)
        elif library.interprets(by):
            self._interprets(code, frame)
        elif library.generates(by) and not _reached_by_hand(frame):
            self._remember(code)
        else:
            self._unreadable("", code, frame)

    def _interprets(self, code, frame):
        if _is_autograph(frame):
            self._remember(code)
        else:
            self._unreadable("run", code, frame)

    def _unreadable(self, kind, code, frame):
        """Remember code that stands nowhere; with a kind, tell of it."""
        file, place = code.co_filename, self.place(frame)
        what = (
            _begins(self._texts.get(file, ""))
            if file.startswith("<") or self._is_cell(file)
            else self.sources.short(file)
        )
        found = (
            self.note(kind, what, place or self.sources.where(file))
            if kind
            else {"kind": "", "what": what, "place": place}
        )
        if library.named(file) or library.is_ours(file):
            self.posed.add(file)
        for inner in codes_in(code):
            if len(self.unread) < MOST_CODES:
                self.unread[signature(inner)] = found

    def _is_cell(self, file):
        return "ipykernel_" in file or "<ipython-input" in file

    def _remember(self, code):
        for inner in codes_in(code):
            if len(self.readable) < MOST_CODES:
                self.readable.add(signature(inner))

    def _imports(self, event, arguments, frame):
        file = arguments[1]
        if type(file) is str and file.endswith(SUFFIXES) and not library.named(file):
            self.note("native", self.sources.short(file), self.place(frame))

    def _unmarshals(self, event, arguments, frame):
        if not library.named(frame.f_code.co_filename):
            self.note("marshal", "marshal.loads", self.place(frame))

    def _makes_code(self, event, arguments, frame):
        file = arguments[1]
        if not library.named(frame.f_code.co_filename):
            if type(file) is str and (library.named(file) or library.is_ours(file)):
                self.posed.add(file)
            self.note("code", str(arguments[2]), self.place(frame))

    def _unpickles(self, event, arguments, frame):
        module, name = map(str, arguments[:2])
        if library.is_recurrent(module.replace(".", "/"), name):
            self.note("pickle", f"{module}.{name}", self.place(frame))

    def _opens_library(self, event, arguments, frame):
        while frame is not None and library.named(frame.f_code.co_filename).startswith("ctypes/"):
            frame = frame.f_back
        if frame is not None and not library.named(frame.f_code.co_filename):
            self.note("native", self.sources.short(str(arguments[0])), self.place(frame))

    def _starts(self, event, arguments, frame):
        if self.watching:
            self.note("elsewhere", event, self.place(frame))

    def _watches(self, event, arguments, frame):
        if self.watching and not library.named(frame.f_code.co_filename):
            self.note("blinded", event, self.place(frame))


def _is_autograph(frame):
    """Whether TensorFlow loads what it made out of a function, by its own way from one to the other."""
    names = [library.named(frame.f_code.co_filename)]
    while frame.f_back is not None and names[-1] and frame.f_code.co_name != library.CONVERTS[1]:
        frame = frame.f_back
        names.append(library.named(frame.f_code.co_filename))
    return names[-1] == library.CONVERTS[0] and library.LOADS in names


def _reached_by_hand(frame):
    """Whether the notebook called a part of a library that is not meant for others."""
    while frame.f_back is not None and library.named(frame.f_back.f_code.co_filename):
        frame = frame.f_back
    name = frame.f_code.co_name
    return name.startswith("_") and not name.endswith("__")


def _text_of(source):
    if type(source) is str:
        return source
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source).decode("utf-8-sig", "replace")
    return None


def _stands_in(file, text):
    """Whether a library's file holds this text."""
    try:
        with open(file, "rb") as opened:
            held = opened.read().decode("utf-8", "replace")
    except OSError:
        return False
    return "".join(held.split()) == "".join(text.split())


def _begins(text):
    """The first line that says something."""
    line = next(
        (line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")), ""
    )
    return f"“{line[:EXCERPT]}”" if line else "a text"
