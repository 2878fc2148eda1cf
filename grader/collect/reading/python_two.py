"""What is left of Python 2 in a file: print statements, `except X, e`, xrange, and in such a file the
division of whole numbers. Written as Python 3 has it, line by line.

Only where all else is Python: a text that still cannot be parsed stays as it was, and its error is told.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator, Sequence

from grader.collect.reading.syntax import parse

PRINT, EXCEPT, OLD_RANGE = "print", "except", "xrange"
FUTURE, DIVISION, DIVIDED = "__future__", "division", "divisions of whole numbers"
# what / did in Python 2; in the line itself, so that a definition that is judged alone has it, too
OLD_DIVISION = "(lambda a, b: a // b if type(a) is type(b) is int else a / b)("
SKIPPED = (tokenize.NL, tokenize.COMMENT)
ENDS = (tokenize.NEWLINE, tokenize.COMMENT, tokenize.ENDMARKER)
STARTS = (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING)
Replacement = tuple[tuple[int, int], tuple[int, int], str]  # from here to there, what stands instead


def as_python_three(text: str) -> tuple[str, tuple[str, ...]]:
    """(the text in Python 3, what was rewritten). The text itself, and nothing, where it is Python 3 or no
    Python at all."""
    parsed = parse(text)
    if parsed.tree is not None and not _uses_old_range(parsed.tree):
        return text, ()
    try:
        tokens = [
            one
            for one in tokenize.generate_tokens(io.StringIO(text).readline)
            if one.type not in SKIPPED or "#" in one.string
        ]
    except (tokenize.TokenError, SyntaxError, ValueError):
        return text, ()
    edits, told = [], []
    for what, found in (
        ("print statements", list(_prints(tokens))),
        ("“except X, e”", list(_excepts(tokens))),
    ):
        edits += found if parsed.tree is None else []
        told += [what] if found and parsed.tree is None else []
    if ranges := list(_ranges(tokens)):
        edits, told = [*edits, *ranges], [*told, OLD_RANGE]
    new = _edited(text, edits)
    tree = parse(new).tree
    if not edits or tree is None:
        return text, ()
    divided = _edited(new, list(_divisions(new, tree)))
    return (new, tuple(told)) if divided == new else (divided, (*told, DIVIDED))


def _uses_old_range(tree: ast.Module) -> bool:
    """Whether xrange is used, and nothing in the file says what it is."""
    named = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == OLD_RANGE]
    imported = [
        one for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for one in node.names
    ]
    own = any(not isinstance(node.ctx, ast.Load) for node in named) or any(
        OLD_RANGE in (one.name, one.asname) for one in imported
    )
    return bool(named) and not own


def _statements(tokens: Sequence[tokenize.TokenInfo]) -> Iterator[int]:
    """The places of tokens with which a statement may begin."""
    depth, begins = 0, True
    for place, token in enumerate(tokens):
        if begins and token.type not in STARTS:
            yield place
        if token.string in "([{" and token.string:
            depth += 1
        elif token.string in ")]}" and token.string:
            depth -= 1
        begins = token.type in STARTS or (not depth and token.string in (":", ";"))


def _end(tokens: Sequence[tokenize.TokenInfo], place: int) -> int:
    """Where the statement ends that begins here: the place of its last token."""
    depth = 0
    for here in range(place, len(tokens)):
        token = tokens[here]
        depth += (token.string in ("(", "[", "{")) - (token.string in (")", "]", "}"))
        if token.type in ENDS or (not depth and token.string == ";"):
            return here - 1
    return len(tokens) - 1


def _prints(tokens: Sequence[tokenize.TokenInfo]) -> Iterator[Replacement]:
    for place in _statements(tokens):
        token, after = tokens[place], tokens[min(place + 1, len(tokens) - 1)]
        if token.string != PRINT or after.string in ("(", "=", ".", ",", "[", ")"):
            continue
        last = tokens[_end(tokens, place)]
        if last is token:
            yield token.end, token.end, "()"
            continue
        yield token.end, after.start, "("
        yield last.end, last.end, ")"


def _excepts(tokens: Sequence[tokenize.TokenInfo]) -> Iterator[Replacement]:
    for place in _statements(tokens):
        if tokens[place].string != EXCEPT:
            continue
        rest = tokens[place + 1 : place + 6]
        comma = next((k for k, one in enumerate(rest) if one.string == ","), None)
        if comma is not None and comma + 2 < len(rest) and rest[comma + 2].string == ":":
            yield rest[comma].start, rest[comma].end, " as"


def _ranges(tokens: Sequence[tokenize.TokenInfo]) -> Iterator[Replacement]:
    for token in tokens:
        if token.type == tokenize.NAME and token.string == OLD_RANGE:
            yield token.start, token.end, "range"


def _divisions(text: str, tree: ast.Module) -> Iterator[Replacement]:
    """Each a / b that may be one of two whole numbers; none where the file asks for Python 3's division."""
    if any(
        isinstance(node, ast.ImportFrom)
        and node.module == FUTURE
        and any(one.name == DIVISION for one in node.names)
        for node in ast.walk(tree)
    ):
        return
    lines = text.split("\n")
    slashes = [one for one in tokenize.generate_tokens(io.StringIO(text).readline) if one.string == "/"]

    def at(line: int, byte: int) -> tuple[int, int]:
        return line, len(lines[line - 1].encode()[:byte].decode(errors="ignore"))

    for node in ast.walk(tree):
        if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Div):
            continue
        if any(
            isinstance(side, ast.Constant) and type(side.value) is float for side in (node.left, node.right)
        ):
            continue
        begin, end = at(node.lineno, node.col_offset), at(node.end_lineno or 0, node.end_col_offset or 0)
        left = at(node.left.end_lineno or 0, node.left.end_col_offset or 0)
        right = at(node.right.lineno, node.right.col_offset)
        slash = next(one for one in slashes if left <= one.start < right)
        yield begin, begin, OLD_DIVISION
        yield slash.start, slash.end, ","
        yield end, end, ")"


def _edited(text: str, edits: Sequence[Replacement]) -> str:
    lines = text.split("\n")
    for begin, end, new in sorted(edits, reverse=True):
        if begin[0] == end[0]:
            line = lines[begin[0] - 1]
            lines[begin[0] - 1] = line[: begin[1]] + new + line[end[1] :]
    return "\n".join(lines)
