"""The one place that makes student text harmless: for the eye, the terminal, a spreadsheet, a workflow log
and HTML.

Anything a notebook can influence goes through here: names, messages, tracebacks, evidence, reasons, titles of
charts.
"""

from __future__ import annotations

import re

# ESC [ ... letter; ESC ] ... BEL or ESC \ (titles, hyperlinks, the clipboard); ESC P, X, ^, _ strings;
# two-character ones
ANSI = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]{0,4096}(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]"
)
# marks that reorder or hide text: embeddings, overrides, isolates, directional marks, tag characters,
# invisible operators
REORDERING = re.compile(
    "[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
NEWLINES = re.compile("\r\n|[\r\n\u0085\u2028\u2029]")
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
SURROGATES = re.compile("[\ud800-\udfff]")
FORMULA = re.compile(r"(^|[;\t\n])(\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20|%])")


def visible(text: str, *, newlines: bool = True, limit: int | None = None) -> str:
    """Text that shows what it holds and nothing else: no terminal sequences, no reordering marks, controls as
    pictures (␇).

    `newlines=False` makes one line of it. `limit` is the longest result in characters; more ends in "…".
    """
    text = ANSI.sub("", str(text))
    text = REORDERING.sub("", NEWLINES.sub("\n", text))
    text = SURROGATES.sub("\ufffd", CONTROLS.sub(_picture, text))
    if not newlines:
        text = " ".join(text.split())
    if limit is not None and len(text) > limit:
        text = text[: max(limit - 1, 0)].rstrip() + "…"
    return text


def _picture(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"


def for_csv(text: str) -> str:
    """Text for a cell of a spreadsheet: one line that no program takes for a formula."""
    if text[:1] in ("\t", "\r"):  # some programs skip these and then see a formula
        text = "'" + text
    return FORMULA.sub(r"\1\2'", visible(text, newlines=False))


def for_workflow(text: str) -> str:
    """Text for the message of a GitHub workflow command, or a line of its log: it cannot start a command
    itself."""
    line = visible(text, newlines=False)
    while (stripped := re.sub(r"^\s*(?:::+|##\[)", "", line)) != line:
        line = stripped
    return line.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def for_workflow_property(text: str) -> str:
    """Text for a property of a workflow command, such as `title=`: colons and commas would end it."""
    return for_workflow(text).replace(":", "%3A").replace(",", "%2C")


# lengths are bounded: a text made of slashes must not cost quadratic time
PACKAGES = re.compile(
    r"(?<![\w.:/\\])(?:[A-Za-z]:)?[/\\][^\s\"'<>|*?]{0,400}?[/\\](?:site|dist)-packages[/\\]"
)
LIBRARY = re.compile(r"(?<![\w.:/\\])(?:/[^\s\"'<>:/]{1,100}){1,20}/(?=(?:lib/)?python3\.\d+/)")
PRIVATE = re.compile(
    r"(?<![\w.:/\\])(?:/(?:home|root|tmp|var|usr|opt|mnt|srv|run|proc|nix|private|Users|work|workspace|sandbox)(?=/)"
    r"|[A-Za-z]:\\(?:Users|Temp|Windows|ProgramData)(?=\\))(?:[/\\][^\s\"'<>:|*?/\\]{1,100}){0,30}[/\\](?=[^\s\"'<>:|*?/\\])"
)


def hide_paths(text: str) -> str:
    """Text without this machine's folders: packages from their name on, private folders only by their last
    part.

    Paths that the student wrote, such as /content/drive/data.csv, stay: they are what the message is about.
    Colours go, as IPython gives them to the paths of a traceback: a path is not told by what stands before
    it then.
    """
    text = ANSI.sub("", text)
    text = PACKAGES.sub("", text)
    text = LIBRARY.sub("", text)
    return PRIVATE.sub("…/", text)


def for_page(text: str) -> str:
    """Text for an HTML page, before the template escapes it: nothing invisible, no folder of this machine."""
    return visible(hide_paths(text))
