"""A text of a notebook, as files hold it: whole, or as a list of its lines."""

from __future__ import annotations


def stored_text(value: object) -> str:
    """The text, joined; "" for anything else. The notebook may be untrusted."""
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""
