"""What a notebook's file holds: texts, whole or as a list of lines, and the outputs that it came with."""

from __future__ import annotations

PICTURE = "picture "  # begins the mark of a stored picture; any other mark is a long number


def stored_text(value: object) -> str:
    """The text, joined; "" for anything else. The notebook may be untrusted."""
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def is_picture(mark: str) -> bool:
    """Whether the mark of a stored output is that of a picture."""
    return mark.startswith(PICTURE)
