"""The words of a text document: of Word, of LibreOffice, and of the form that a learning platform lets people
type into. Read as text, so that nothing in them is followed, loaded or unfolded."""

from __future__ import annotations

import html
import re
import zipfile
from pathlib import Path

READ = (".docx", ".odt")
FORM = "onlinetext.html"  # what Moodle makes of the text typed into its form
NOT_READ = (".pdf", ".doc", ".rtf", ".pages", ".html", ".tex", ".jpg", ".jpeg", ".png", ".heic")
MEMBERS = {".docx": "word/document.xml", ".odt": "content.xml"}
LARGEST_DOCUMENT = 20_000_000  # bytes of one document, unpacked
ENDS = {".docx": ("</w:p>",), ".odt": ("</text:p>", "</text:h>")}  # of paragraphs
BEGINS = {".docx": ("<w:p>", "<w:p "), ".odt": ("<text:p", "<text:h")}
HEADING = re.compile(r'<w:pStyle w:val="(?:Heading|berschrift|Titre|Title)[^"]*"|text:outline-level=')
BREAK = re.compile(r"<(?:w:br|w:cr|w:tab|text:line-break)\b[^<>]*>")
BLOCK = re.compile(r"</?(?:p|div|br|li|h[1-6]|tr)\b[^<>]*>", re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>")


def is_read(file: str) -> bool:
    """Whether a file is one of these."""
    lower = file.lower()
    return lower.endswith(READ) or lower.rpartition("/")[2] == FORM


def words_of(path: Path) -> str:
    """The text of a document, a line for each paragraph; headings as Markdown writes them. "" for what cannot
    be read."""
    ending = path.suffix.lower()
    try:
        if ending not in MEMBERS:
            with path.open("rb") as file:
                text = file.read(LARGEST_DOCUMENT).decode("utf-8", "replace")
            return html.unescape(TAG.sub("", BLOCK.sub("\n", text)))
        with zipfile.ZipFile(path) as archive, archive.open(MEMBERS[ending]) as member:
            text = member.read(LARGEST_DOCUMENT).decode("utf-8", "replace")
    except Exception:  # zipfile has no one error for what a damaged archive may hold
        return ""
    return "\n".join(
        filter(None, (_paragraph(part, BEGINS[ending]) for part in _parted(text, ENDS[ending])[:-1]))
    )


def _parted(text: str, ends: tuple[str, ...]) -> list[str]:
    """The text before the end of each paragraph; what follows the last is none. Plain searches: a pattern
    could take forever."""
    for end in ends[1:]:
        text = text.replace(end, ends[0])
    return text.split(ends[0])


def _paragraph(part: str, begins: tuple[str, ...]) -> str:
    part = (
        part[max(part.rfind(begin) for begin in begins) :] if any(begin in part for begin in begins) else ""
    )
    words = " ".join(html.unescape(TAG.sub("", BREAK.sub(" ", part))).split())
    return f"\n### {words}\n" if words and HEADING.search(part[:2000]) else words
