"""What the sheet asks a student to write about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of the sheet that is answered in words. `wordings` are further headings under which answers are looked for."""

    id: str
    title: str
    wordings: tuple[str, ...] = ()
    template_text: str = ""  # the placeholder in the student's template
