"""Parse Python that nobody vouches for: whatever it holds, the answer is a tree or one line about why not."""

from __future__ import annotations

import ast
import re
import unicodedata
import warnings
from dataclasses import dataclass

from grader.collect.words import plain

LONGEST_CODE = 300_000  # characters of one cell or module
DEEPEST = 150  # levels of a tree; readers of trees recurse
DEFINITION = re.compile(r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.MULTILINE)
CONFLICT = re.compile(r"(?:<{7}|>{7}|={7})(?: |$)")
LARGEST_TREE = 50_000  # nodes of one tree; a long notebook has that many in all its cells


# what prose never holds
PROGRAM = (ast.Import, ast.ImportFrom, ast.ClassDef, ast.FunctionDef)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A tree, or why there is none: `error` is Python's own at `line`, `unread` is ours. `refused`: a line of
    the tree that Python does not run all the same, as a `return` outside of a function."""

    tree: ast.Module | None = None
    nodes: int = 0
    error: str = ""
    line: int = 0
    unread: str = ""
    refused: str = ""  # "line 3: 'return' outside function"


def parse(text: str) -> Parsed:
    """Parse `text`. Never raises."""
    if len(text) > LONGEST_CODE:
        return Parsed(unread=f"too long to be read ({len(text):,} characters)")
    if "\0" in text:  # Python's own message about it differs from version to version
        return Parsed(
            error="the code contains a null character", line=1 + text[: text.find("\0")].count("\n")
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "\d" in a student's string is no warning about the grader
            tree = ast.parse(text)
    except SyntaxError as problem:
        said = _pasted(text, problem) or plain(problem.msg or "invalid syntax", 120).rstrip("?")
        return Parsed(error=said, line=problem.lineno or 1)
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return Parsed(unread="nested too deeply to be read")
    return _measured(tree)


def _refused(tree: ast.Module) -> str:
    """What Python says of a tree that it can read and not run; "" for all others."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(tree, "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except SyntaxError as problem:
        return f"line {problem.lineno or 1}: {plain(problem.msg or 'invalid syntax', 120)}"
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return ""
    return ""


def _pasted(text: str, problem: SyntaxError) -> str:
    """What to say of signs that nobody types, but pastes: of a merge, a web page or a word processor; ""
    where it is something else."""
    lines, number = text.split("\n"), (problem.lineno or 1) - 1
    line = lines[number] if number < len(lines) else ""
    if CONFLICT.match(line):
        return (
            "a merge conflict is left: keep one side, and delete the lines with <<<<<<<, ======= and >>>>>>>"
        )
    place = (problem.offset or 0) - 1
    sign = line[place] if 0 <= place < len(line) else ""
    if sign.isascii() or sign.isalnum():
        return ""
    if unicodedata.category(sign) in ("Pi", "Pf"):
        return f"the quotation mark {sign} comes from a word processor or a web page: type \" or ' instead"
    if not sign.isprintable() or sign.isspace():
        return f"an invisible character (U+{ord(sign):04X}), as web pages have them: type the space again"
    return f"the character {sign} (U+{ord(sign):04X}) means nothing to Python: type it again"


def defined_in(text: str) -> tuple[str, ...]:
    """The functions and classes that a text that does not parse would define at its top level."""
    return tuple(DEFINITION.findall(text[:LONGEST_CODE]))


def _measured(tree: ast.Module) -> Parsed:
    """The tree with the number of its nodes, unless it is too deep or too large."""
    level: list[ast.AST] = [tree]
    nodes = 0
    for _ in range(DEEPEST):
        nodes += len(level)
        if nodes > LARGEST_TREE:
            return Parsed(unread="too much code to be read")
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return Parsed(tree=tree, nodes=nodes, refused=_refused(tree))
    return Parsed(unread="nested too deeply to be read")
