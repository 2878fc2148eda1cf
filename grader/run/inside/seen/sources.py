"""What can be read: the cells as the host sent them, and the files as they were handed in. Kept before the
first cell, to tell whether code that runs stands there."""

from __future__ import annotations

import ast
import contextlib
import json
import os
import re

from ipykernel.compiler import get_file_name
from IPython.core.inputtransformer2 import TransformerManager

MOST_FILES, MOST_BYTES = 500, 4 << 20  # of the files that are kept
MOST_PIECES = 20  # of one cell: what stands behind a magic may have magics
# whose text is the reader's, too
RUN_BY_MAGIC = ("time", "timeit", "prun", "capture", "memit", "writefile", "file")
OPTIONS = re.compile(r"\A(-\w+(\s+\d+)?\s+)+")  # of a magic: %timeit -n 10 f()
ASKED_BY_HAND = ("run_cell_magic", "run_line_magic")
FUTURE = 0x1000000  # CO_FUTURE_ANNOTATIONS: an earlier cell's import holds in later ones

_compile, _parse, _walk = compile, ast.parse, ast.walk


class Sources:
    """The texts that a person who reads the homework has before them."""

    def __init__(self, folder):
        """Keep the Python files and notebooks in `folder`."""
        self._folder = os.path.join(os.path.realpath(folder), "")
        self._places = {}  # text -> where it stands
        self._files = {}  # path -> (name in the folder, text)
        self._cells = []  # texts, as IPython hands them to Python
        self._cell_files = {}  # name that a cell's code gets -> the cell
        self._signatures = {}  # path of a file, None for all cells -> what their functions compile to
        self._whole = False  # whether all cells were told
        self._transform = TransformerManager().transform_cell
        for path, text in _handed_in(self._folder):
            name = os.path.relpath(path, self._folder).replace(os.sep, "/")
            for piece in _cells_of(text) if path.endswith(".ipynb") else ():
                self._read(piece, name)
            if path.endswith(".py"):
                self._files[path] = name, text
                self._places.setdefault(_plain(text), name)

    def tell(self, cells, whole):
        """Take in the cells as they will run, [[number, place, text]]; `whole`: these are all."""
        self._whole = whole
        for number, place, text in cells:
            where = place or f"cell {number}"
            self._read(text, where)
            with contextlib.suppress(UnicodeError):  # half a character: such a cell does not run
                self._cell_files.setdefault(get_file_name(text), where)

    def _read(self, text, where):
        """Keep a cell's text, what IPython makes of it, and what stands below or behind its magics."""
        waiting = [text]
        for piece in waiting:
            try:
                python = self._transform(piece)
                tree = _parse(python)
            except Exception:  # no Python: it will not run either
                python, tree = piece, None
            for one in (piece, python):
                self._places.setdefault(_plain(one), where)
            self._cells.append(python)
            by_hand = any(word in piece for word in ASKED_BY_HAND)
            if tree is not None and python != piece and not by_hand and len(waiting) < MOST_PIECES:
                waiting += _behind_magics(tree)

    def knows(self, text):
        """Whether a text stands in a cell or a file, as a whole."""
        return not self._whole or _plain(text) in self._places

    def where(self, file):
        """The cell or file of the homework that has this name in Python; ""."""
        if file in self._cell_files:
            return self._cell_files[file]
        return self._files[file][0] if file in self._files else ""

    def short(self, file):
        """A file that is no library's, without the folders of this machine."""
        if file.startswith(self._folder):
            return file[len(self._folder) :]
        return os.path.basename(file)

    def has(self, code):
        """Whether this code is what a cell, or the file that it names, compiles to."""
        if not self._whole:
            return True
        mine = signature(code)
        key = code.co_filename if code.co_filename in self._files else None
        return mine in self._known(key) or (key is not None and mine in self._known(None))

    def has_file(self, code):
        """Whether this is the code of a file that was handed in, as that file compiles."""
        return code.co_filename in self._files and self.has(code)

    def _known(self, key):
        if key not in self._signatures:
            texts = self._cells if key is None else [self._files[key][1]]
            later = any("annotations" in text for text in self._cells)
            self._signatures[key] = {found for text in texts for found in _signatures_of(text, later)}
        return self._signatures[key]


def _handed_in(folder):
    """(path, text) of Python files and notebooks, as far as they are to be kept."""
    left, count = MOST_BYTES, 0
    for home, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(home, name)
            if not name.endswith((".py", ".ipynb")) or os.path.islink(path) or count == MOST_FILES:
                continue
            try:
                with open(path, "rb") as file:
                    found = file.read(left + 1)
            except OSError:  # code that cannot be read cannot have been imported either
                continue
            left, count = left - len(found), count + 1
            if left < 0:
                return
            yield path, found.decode("utf-8-sig", "replace")


def _cells_of(text):
    """The texts of a notebook's code cells."""
    try:
        cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
        return ["".join(cell["source"]) for cell in cells]
    except Exception:  # no notebook, whatever else it is
        return []


def _behind_magics(tree):
    """The texts that magics run or write: the body of %%time, what follows %time."""
    calls = (
        node for node in _walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    )
    for call in calls:
        texts = [argument.value for argument in call.args if isinstance(argument, ast.Constant)]
        if (
            call.func.attr in ASKED_BY_HAND  # type: ignore[attr-defined]
            and len(texts) > 1
            and texts[0] in RUN_BY_MAGIC
            and type(texts[-1]) is str
        ):
            yield OPTIONS.sub("", texts[-1])


def _plain(text):
    """A text without what makes no difference: how lines end, and empty lines around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _signatures_of(text, later_annotations):
    """What a text compiles to as a whole, as a file does, and statement by statement, as a cell does: Python
    calls what the same text imports in another way."""
    for flags in (0, FUTURE) if later_annotations else (0,):
        try:
            tree = _parse(text)
            parts = [tree, *(ast.Module([statement], []) for statement in tree.body)]
            codes = [
                _compile(part, "", "exec", flags | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, True) for part in parts
            ]
        except Exception:  # it cannot have run
            return
        yield from (signature(inner) for code in codes for inner in codes_in(code))


def codes_in(code):
    """A code object and those within it."""
    waiting = [code]
    for one in waiting:
        yield one
        waiting += [const for const in one.co_consts if type(const) is type(code)]


def signature(code):
    """What code does, whatever its file and lines are."""
    consts = tuple(_constant(one) for one in code.co_consts)
    return (
        code.co_name, code.co_code, consts, code.co_names, code.co_varnames,
        code.co_freevars, code.co_cellvars,
        code.co_argcount, code.co_kwonlyargcount, code.co_exceptiontable,
    )  # fmt: skip


def _constant(one):
    if hasattr(one, "co_consts"):
        return signature(one)
    return type(one).__name__, str(sorted(map(repr, one))) if isinstance(one, frozenset) else repr(one)
