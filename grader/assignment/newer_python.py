"""f-strings as Python 3.12 reads them (PEP 701), for the Pythons before it: f"{h["loss"]}", a backslash or a
comment between the braces. Each becomes the `format` of the same text; lines keep their numbers.

Only where all else is Python: a text that still cannot be parsed stays as it was, and its error is told.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

STRING = re.compile(r"(?P<prefix>[rRbBuUfF]{0,2})(?P<quote>'''|\"\"\"|'|\")")
NEW_STRING = re.compile(r"[fF][rR]?['\"]")  # nothing else can be new
NEW_STRINGS = "f-strings as only Python 3.12 reads them, written for the Python that runs them here"
WORD = re.compile(r"\w+")
BETWEEN = re.compile(r"(?:[ \t\f]|\\\n)*")  # two strings that stand side by side
BETWEEN_IN_BRACKETS = re.compile(r"(?:[ \t\f\n]|\\\n|#[^\n]*\n)*")
SPELLED = re.compile(r"\\N\{[^}\n]*\}")
DEBUG = re.compile(r"=(?!=)(?P<after>\s*)(?=[!:}])")
CONVERSION = re.compile(r"!\s*(?P<how>[rsa])\s*(?=[:}])")
LONGEST = 300_000  # characters of a text that is looked at
OPENING, CLOSING = "([{", ")]}"
DEEPEST = 20  # f-strings in f-strings


class UnreadableError(Exception):
    """A string that does not end, or that no Python reads."""


@dataclass(slots=True)
class Format:
    """What `format` is called with in place of an f-string; `is_new`: no Python before 3.12 reads that."""

    text: str = ""
    arguments: list[str] = field(default_factory=list)
    is_new: bool = False


def as_older_python(text: str) -> str:
    """The text as this Python reads it; the text itself where it does so already, or where that fails."""
    if not NEW_STRING.search(text) or len(text) > LONGEST or _is_read(text):
        return text
    try:
        new = without_new_strings(text)
    except UnreadableError:
        return text
    return new if _is_read(new) else text


def _is_read(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "\d" in a student's string is no warning about the grader
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return False
    return True


def without_new_strings(text: str, depth: int = 0) -> str:
    """The code with each f-string that is new in Python 3.12 written otherwise.

    Raises:
        UnreadableError: a string does not end.
    """
    if depth > DEEPEST:
        raise UnreadableError
    done, place, brackets = list[str](), 0, 0
    while place < len(text):
        if string := STRING.match(text, place):
            place, new = _side_by_side(text, string, depth, in_brackets=brackets > 0 or depth > 0)
            done.append(new)
            continue
        end = _past_one(text, place)
        brackets += (text[place] in OPENING) - (text[place] in CLOSING)
        done.append(text[place:end])
        place = end
    return "".join(done)


def _past_one(text: str, place: int) -> int:
    """Where the next piece of code begins: a word, a comment or a single sign is one."""
    if word := WORD.match(text, place):
        return word.end()
    if text[place] == "#":
        return text.find("\n", place) if "\n" in text[place:] else len(text)
    return place + 1


def _side_by_side(text: str, string: re.Match[str], depth: int, *, in_brackets: bool) -> tuple[int, str]:
    """Strings that Python joins: (their end, what stands for them)."""
    start, pieces, changed = string.start(), list[str](), False
    between = BETWEEN_IN_BRACKETS if in_brackets else BETWEEN
    while True:
        end, new = _string(text, string, depth)
        changed |= new != text[string.start() : end]
        pieces.append(new)
        gap = between.match(text, end)
        following = STRING.match(text, gap.end()) if gap else None
        if gap is None or following is None:
            break
        pieces.append(f"{gap[0]}+ ")
        string = following
    if not changed:
        return end, text[start:end]
    return end, f"({''.join(pieces)})" if len(pieces) > 1 else pieces[0]


def _string(text: str, string: re.Match[str], depth: int) -> tuple[int, str]:
    """(the end of a string, what stands for it)."""
    prefix, quote = string["prefix"], string["quote"]
    if "f" not in prefix.lower():
        place = string.end()
        while not text.startswith(quote, place):
            if place >= len(text) or (text[place] == "\n" and len(quote) == 1):
                raise UnreadableError
            place += 2 if text[place] == "\\" else 1
        return place + len(quote), text[string.start() : place + len(quote)]
    found = Format()
    place = _literal(text, string.end(), quote, prefix, found, depth)
    end = place + len(quote)
    if not found.is_new:
        return end, text[string.start() : end]
    plain = prefix.lower().replace("f", "")
    arguments = ", ".join(found.arguments)
    return end, f"{plain}{quote}{found.text}{quote}.format({arguments})"


def _literal(
    text: str, place: int, quote: str, prefix: str, found: Format, depth: int, *, is_spec: bool = False
) -> int:
    """Read an f-string up to its end, or how one of its values is written up to the brace behind it."""
    while not text.startswith(quote, place):
        sign = text[place : place + 1]
        if not sign or (sign == "\n" and len(quote) == 1) or (is_spec and sign == "}"):
            break
        if sign == "\\":
            spelled = SPELLED.match(text, place) if "r" not in prefix.lower() else None
            end = spelled.end() if spelled else place + (1 if text[place + 1 : place + 2] in "{}" else 2)
        elif not is_spec and text[place : place + 2] in ("{{", "}}"):
            end = place + 2
        elif sign == "{":
            place = _value(text, place + 1, quote, prefix, found, depth)
            continue
        else:
            end = place + 1
        found.text += text[place:end]
        place = end
    if text[place : place + 1] != "}" if is_spec else not text.startswith(quote, place):
        raise UnreadableError
    return place


def _value(text: str, start: int, quote: str, prefix: str, found: Format, depth: int) -> int:
    """Read what stands between the braces; the place behind them."""
    place = max(_ends(text, start))
    code, how = text[start:place], ""
    if not code.strip():
        raise UnreadableError
    found.is_new |= quote in code or "\\" in code or "#" in code or (len(quote) == 1 and "\n" in code)
    if shown := DEBUG.match(text, place):
        found.text += "{}"
        found.arguments.append(repr(text[start : shown.end()]))
        place, how = shown.end(), "!r" if text[shown.end()] == "}" else ""
    if conversion := CONVERSION.match(text, place):
        place, how = conversion.end(), f"!{conversion['how']}"
    found.text += f"{{{how}"
    found.arguments.append(f"({without_new_strings(code, depth + 1)})")
    if text[place : place + 1] == ":":
        found.text += ":"
        place = _literal(text, place + 1, quote, prefix, found, depth + 1, is_spec=True)
    if text[place : place + 1] != "}":
        raise UnreadableError
    found.text += "}"
    return place + 1


def _ends(text: str, place: int) -> Iterator[int]:
    """Where the expression between braces ends: the last of these places."""
    brackets = 0
    yield place
    while place < len(text):
        if string := STRING.match(text, place):
            place, _ = _string(text, string, 0)
            continue
        sign, two = text[place], text[place : place + 2]
        if not brackets and (sign in "}:" or CONVERSION.match(text, place) or DEBUG.match(text, place)):
            yield place
            return
        brackets += (sign in OPENING) - (sign in CLOSING)
        place = place + 2 if two in ("!=", "==", "<=", ">=") else _past_one(text, place)
    raise UnreadableError
