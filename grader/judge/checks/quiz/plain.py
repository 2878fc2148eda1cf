"""An answer's text in one notation: HTML, LaTeX and emoji names turned into the marks that markdown has, line
by line."""

from __future__ import annotations

import html
import re
import unicodedata

# of private use
BOLD, ITALIC, STRUCK, UNDERLINED, HIGHLIGHTED, COLOURED = "**", "__", "~~", "\ue001", "\ue002", "\ue003"
PAIRS = {
    BOLD: ("b", "strong"),
    ITALIC: ("i", "em"),
    STRUCK: ("s", "del", "strike"),
    UNDERLINED: ("u", "ins"),
    HIGHLIGHTED: ("mark",),
    COLOURED: ("font", "span"),  # red for wrong, or green for right: nobody knows
}
LINE_ENDS = re.compile(
    r"<\s*(?:br|/?p|/?div|/?center|/?details|/?summary|/?ul|/?ol|/li)\b[^<>]*>", re.IGNORECASE
)
ITEM = re.compile(r"<\s*li\b[^<>]*>", re.IGNORECASE)
BOX_TAG = re.compile(r"<\s*input\b(?=[^<>]*checkbox)(?P<rest>[^<>]*)>", re.IGNORECASE)
TAG = re.compile(r"<\s*/?\s*(?P<name>[a-z]+)\b[^<>]*>", re.IGNORECASE)
NAMED = {
    ":white_check_mark:": "✅",
    ":heavy_check_mark:": "✔",
    ":ballot_box_with_check:": "☑",
    ":x:": "❌",
    r"\checkmark": "✓",
    r"\leftarrow": "←",
    r"\rightarrow": "→",
    r"\Leftarrow": "←",
    r"\Rightarrow": "→",
    r"\star": "★",
    r"\times": "×",
    r"\cdot": "·",
    r"\\*": r"*",
    "{,}": ",",  # 53{,}365
    r"\,": "\u2009",
}
WRAPPED = (
    (re.compile(r"\\(?:text|mathrm|textrm)\{([^{}]*)\}"), r"\1"),  # first: it stands inside of the others
    (re.compile(r"\\(?:boxed|fbox|textbf|mathbf|underline)\{([^{}]*)\}"), r"**\1**"),
)
FORMULA = re.compile(r"\$\$?([^$\n]{1,80})\$\$?")
FENCE = re.compile(r"\s*(?:```|~~~)")


def plain_lines(text: str) -> list[str]:
    """The lines of `text` without tags, entities and fences; marks as markdown or as characters of private
    use."""
    text = unicodedata.normalize("NFC", html.unescape(text)).replace("\u00a0", " ").replace("\ufe0f", "")
    for name, mark in NAMED.items():
        text = text.replace(name, mark)
    for pattern, kept in WRAPPED:
        text = pattern.sub(kept, text)
    text = FORMULA.sub(_formula, text)
    text = BOX_TAG.sub(
        lambda found: "[x] " if "checked" in found["rest"].lower().replace("checkbox", "") else "[ ] ", text
    )
    text = ITEM.sub("\n- ", LINE_ENDS.sub("\n", text))
    text = TAG.sub(_mark, text)
    return [
        line.replace("\t", "    ").rstrip()
        for line in text.split("\n")
        if line.strip() and not FENCE.match(line)
    ]


def _mark(found: re.Match[str]) -> str:
    name = found["name"].lower()
    return next(
        (mark for mark, tags in PAIRS.items() if name in tags),
        "`" if name in ("code", "tt", "kbd") else found[0],
    )


def _formula(found: re.Match[str]) -> str:
    """A formula of one letter, one mark or one number is that; others stay what they are."""
    inner = found[1].strip()
    return inner if re.fullmatch(r"[\W\d_]+|\W*[A-Za-z]\W*", inner) else found[0]
