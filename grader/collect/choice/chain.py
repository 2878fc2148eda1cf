"""A script that starts others one after the other: they run in one process, in that order, each with its own
arguments; where only one is started, what is done before that runs first."""

from __future__ import annotations

import ast
import functools
import itertools
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from grader.assignment.parameters import top_level
from grader.collect.reading.notebook import Notebook, NotebookCell
from grader.collect.reading.pieces import Piece
from grader.collect.reading.script import Script, read_script

MOST_STARTED = 12
RUN_HERE = "run_path"  # of runpy: the script runs in the process of the one that starts it
Started = tuple[str, tuple[str, ...]]  # a script, and its arguments
BETWEEN = ";&|()"  # commands of one line
IDLE = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
# "python make_data.py", and "make_data.py" in a list
STARTS = re.compile(r"(?:^|\s)(?P<file>[^\s'\"]+\.py)(?:\s|$)")


def first_part(root: Path, starter: str, pieces: Sequence[Piece], graded: str) -> Script | None:
    """What the script `starter` does before it starts `graded`; None when it does not start it, or does
    nothing before."""
    home = PurePosixPath(starter).parent
    for piece in pieces:
        for statement in top_level(piece.tree.body) if piece.tree else ():
            started = [name for text in _texts(statement) for name in STARTS.findall(text)]
            if any(graded in (str(home / name), str(PurePosixPath(name))) for name in started):
                before = read_script(root / starter, starter, until=statement.lineno)
                return before if any(_runs(piece) for piece in before.pieces) else None
    return None


def all_parts(
    starter: str, pieces: Sequence[Piece], scripts: Mapping[str, Script]
) -> tuple[Script, tuple[str, ...]] | None:
    """The scripts that `starter` starts as one, in that order, each behind a line with its arguments, and
    their files; None when it starts fewer than two of them. `scripts`: those that were read, by file."""
    found = [
        (file, given)
        for names, given in _all_started(starter, pieces)
        if (file := next((one for one in names if one in scripts), None)) is not None
    ]
    files = tuple(dict.fromkeys(file for file, _ in found))
    return (in_order(found[:MOST_STARTED], scripts), files) if len(files) > 1 else None


def arguments_of(graded: str, starter: str, pieces: Sequence[Piece]) -> tuple[str, ...]:
    """The arguments with which `starter` starts this script first; none where it gives none."""
    return next((given for names, given in _all_started(starter, pieces) if graded in names and given), ())


def _all_started(starter: str, pieces: Sequence[Piece]) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    """(the files that may be meant, the arguments) of all that a script starts, in its order."""
    home = PurePosixPath(starter).parent
    told: tuple[str, ...] = ()  # what sys.argv holds for what runs in this process
    for piece in pieces:
        for statement in top_level(piece.tree.body) if piece.tree else ():
            told = _arguments_set(statement) or told
            for name, given in _commands(statement, told):
                yield (str(home / name), str(PurePosixPath(name))), given


def in_order(started: Sequence[Started], scripts: Mapping[str, Script]) -> Script:
    """At least one script, (file, arguments) each, as one: each behind what a new process would have."""
    parts = [part for file, given in started for part in (_opening(file, given), scripts[file])]
    return functools.reduce(joined, parts)


def only_defines(pieces: Sequence[Piece]) -> bool:
    """Whether a script but imports, defines and sets names: nothing in it starts anything, as far as it can
    be read."""
    trees = [piece.tree for piece in pieces if piece.tree is not None]
    idle = (*IDLE, ast.Assign, ast.AnnAssign)
    readable = len(trees) > 0 or not pieces
    return readable and all(isinstance(node, idle) or _is_text(node) for tree in trees for node in tree.body)


def _opening(file: str, given: Sequence[str]) -> Script:
    """What a new process would have: the arguments, and the folder of the script first among those where
    modules are looked for."""
    folder = str(PurePosixPath(file).parent)
    text = f"import os, sys\nsys.argv = {[file, *given]!r}\nsys.path.insert(0, os.path.abspath({folder!r}))"
    cell = NotebookCell(number=1, kind="code", text=text, id="piece-1", where=f"how {file} is started")
    # not theirs: there is nothing to be read in it
    piece = Piece(where=file, text="", number=1, file="", tree=None)
    return Script(notebook=Notebook(cells=(cell,)), pieces=(piece,))


def _commands(statement: ast.stmt, told: tuple[str, ...] = ()) -> Iterator[Started]:
    """("steps/fit.py", ("-input", "data")) for every Python file that a statement starts with its arguments;
    `told`: those of what `runpy.run_path` runs in this process."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            for given in node.args[:1]:
                here = node.func.attr == RUN_HERE
                yield from ((name, told if here else own) for name, own in started_by(_words(given)))


def _arguments_set(statement: ast.stmt) -> tuple[str, ...]:
    """The arguments that `sys.argv = ["train.py", "--data", "x"]` sets; none where it sets none."""
    match statement:
        case ast.Assign(targets=[ast.Attribute(attr="argv")], value=ast.List() as given):
            return tuple(_words(given)[1:])
    return ()


def _words(given: ast.expr) -> list[str]:
    """The words of a command, written as one text or as a list."""
    if isinstance(given, ast.List | ast.Tuple):
        return [
            one.value if isinstance(one, ast.Constant) and isinstance(one.value, str) else ""
            for one in given.elts
        ]
    parts = given.values if isinstance(given, ast.JoinedStr) else [given]
    texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    if len(texts) != len(parts):
        return []
    try:
        return words_of("".join(texts))
    except ValueError:  # a quotation mark without its other one
        return []


def words_of(line: str, *, comments: str = "") -> list[str]:
    """The words of a line as a shell has them: what stands between two commands is one of its own. Raises
    ValueError where a quotation mark lacks its other one."""
    reading = shlex.shlex(line, posix=True, punctuation_chars=BETWEEN)
    reading.whitespace_split, reading.commenters = True, comments
    return list(reading)


def started_by(words: Sequence[str]) -> Iterator[Started]:
    """What the words of a command start: a file, or a module after `-m`, which may be a tool that is handed
    the file."""
    ends = [place for place, word in enumerate(words) if word and set(word) <= set(BETWEEN)]
    for begin, end in itertools.pairwise([-1, *ends, len(words)]):
        command = list(words[begin + 1 : end])
        place = next((at for at, word in enumerate(command) if word == "-m" or word.endswith(".py")), None)
        if place is None:
            continue
        if command[place] != "-m":
            yield command[place], tuple(command[place + 1 :])
        elif command[place + 1 :]:
            yield command[place + 1].replace(".", "/") + ".py", tuple(command[place + 2 :])


def joined(before: Script, after: Script) -> Script:
    """Both as one, the cells and pieces numbered through."""
    moved = len(before.notebook.cells)
    cells = [
        replace(cell, number=cell.number + moved, id=f"piece-{cell.number + moved}")
        for cell in after.notebook.cells
    ]
    pieces = [replace(piece, number=(piece.number or 0) + moved) for piece in after.pieces]
    return Script(
        notebook=replace(after.notebook, cells=(*before.notebook.cells, *cells)),
        pieces=(*before.pieces, *pieces),
    )


def _runs(piece: Piece) -> bool:
    """Whether a piece does more than import and define."""
    return any(
        not isinstance(node, IDLE) and not _is_text(node)
        for node in top_level(piece.tree.body if piece.tree else ())
    )


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _texts(statement: ast.stmt) -> Iterator[str]:
    """The texts in calls such as os.system("python x.py") and subprocess.run(["python", "x.py"])."""
    for node in ast.walk(statement):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            for given in node.args:
                yield from (
                    one.value
                    for one in ast.walk(given)
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                )
