"""A homework of Python files runs as `python main.py` would run it: its own arguments, paths and `__file__`,
and line numbers of its files.

The script comes in pieces, as a notebook comes in cells. The first line of a piece says which lines of which
file it holds; it is compiled as these, so that a traceback, inspect.getsource and AutoGraph find them in the
file.
"""

from __future__ import annotations

import ast
import contextlib
import os
import re
import sys
import types

FIRST_LINE = re.compile(r"(?:# |if .*:  # )(?P<file>.+\.py), lines? (?P<line>\d+)")


def open_at(shell, folder, file, package):
    """Make everything ready for the first piece of the script `file`, or the first cell of the notebook
    `file`, in `folder`.

    `package`: the package that a script belongs to, "" when it belongs to none."""
    home = os.path.dirname(os.path.join(folder, file))
    if not file.endswith(".py"):
        with contextlib.suppress(OSError):
            os.chdir(home)  # as Jupyter does
        return
    sys.path[:] = [home, *(path for path in sys.path if path)]
    if package:
        _open_package(folder, package)
    sys.argv = [file]
    path = os.path.join(folder, file)
    shell.user_ns.update(__file__=path, __package__=package or None, __doc__=_docstring(path))
    shell.ast_node_interactivity = "none"
    _end_quietly(shell)
    _keep_places(shell.compile, folder)


def _open_package(folder, package):
    """Let relative imports work. Where the folder that was handed in is itself the package, its own name is
    not known: it gets one."""
    top = package.partition(".")[0]
    if os.path.isdir(os.path.join(folder, *package.split("."))):
        sys.path.insert(1, folder)
        return
    made = types.ModuleType(top)
    made.__path__ = [folder]
    sys.modules[top] = made


def _docstring(path):
    try:
        with open(path, "rb") as file:
            return ast.get_docstring(ast.parse(file.read()), clean=False)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _end_quietly(shell):
    """`sys.exit(main())` at the end of a script is no error when main() returned nothing, or zero."""
    original = shell.showtraceback

    def showtraceback(*args, **kwargs):
        problem = sys.exc_info()[1]
        if not isinstance(problem, SystemExit) or problem.code:
            original(*args, **kwargs)

    shell.showtraceback = showtraceback


def _keep_places(compiler, folder):
    """Compile the pieces as the lines of their files."""
    shifts = {}  # file -> by how much the lines of its latest piece move
    cache, parse = compiler.cache, compiler.ast_parse

    def place_of(text):
        found = FIRST_LINE.match(text)
        path = os.path.join(folder, found["file"]) if found else ""
        return (path, int(found["line"]) - 2) if found and os.path.isfile(path) else ("", 0)

    def cache_piece(transformed_code, number=0, raw_code=None):
        path, shift = place_of(transformed_code)
        if not path:
            return cache(transformed_code, number, raw_code)
        shifts[path] = shift
        return path  # linecache finds the file by itself

    def parse_piece(source, filename="<unknown>", symbol="exec"):
        shift = shifts.get(filename, 0)
        if filename not in shifts:
            return parse(source, filename, symbol)
        try:
            # in Python's own words: IPython takes an open bracket for unfinished typing
            ast.parse(source, filename)
        except SyntaxError as problem:
            problem.lineno, problem.end_lineno = (
                (line or 1) + shift for line in (problem.lineno, problem.end_lineno)
            )
            raise
        return ast.increment_lineno(parse(source, filename, symbol), shift)

    compiler.cache, compiler.ast_parse = cache_piece, parse_piece
