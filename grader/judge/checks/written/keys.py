"""When two written answers are the same: the only case in which a person's decision about one is repeated for
the other."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable


def folded(text: str) -> str:
    """`text` with case and white space made one. Symbols stay: "x < 0" and "x > 0" are different answers."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def answer_key(texts: Iterable[str]) -> str:
    """sha256 over all candidates found for one question, in any order; "" when nothing was found."""
    found = sorted({folded(text) for text in texts})
    return hashlib.sha256("\0".join(found).encode("utf-8", "surrogatepass")).hexdigest() if found else ""
