"""Templates to pages. Everything printed is neutralised, then escaped: nothing a student wrote can act in a
page."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from grader.record.called import behind, called
from grader.report.neutral import for_page, visible
from grader.report.places import PLACE
from grader.report.words import level_text, moment_text, points_text

if TYPE_CHECKING:
    from jinja2 import Environment

LONGEST_TEXT = 20_000  # characters of one text on a page
LINES = 60  # of a traceback: the middle of a long one says little
INLINE_CODE = re.compile(r"`([^`\n]{1,200})`")


def render(template: str, *, staff: bool = False, **context: Any) -> str:
    """The page that `templates/<template>` makes of the context. Pages of students also hide this machine's
    folders.

    Raises:
        jinja2.UndefinedError: the template uses a name that the context lacks.
    """
    return environment(staff).get_template(template).render(**context)


@functools.cache
def environment(staff: bool) -> Environment:
    """The jinja2 environment of the pages, made once."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    env = Environment(
        loader=PackageLoader("grader.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=functools.partial(_finalize, staff),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters |= {
        "points": points_text,
        "called": called,
        "behind": behind,
        "level": level_text,
        "moment": moment_text,
        "prose": functools.partial(_prose, staff),
        "linked": _linked,
        "clipped": clipped,
        "inert": _inert,
        "percent": lambda part, whole: f"{max(0.0, min(100.0, 100 * part / whole)) if whole else 0:.1f}%",
    }
    return env


def _clean(staff: bool, text: str) -> str:
    text = text[:LONGEST_TEXT]
    return visible(text) if staff else for_page(text)


def _finalize(staff: bool, value: Any) -> Any:
    """What jinja2 calls with every value before it escapes and prints it."""
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return _clean(staff, value)
    return "" if value is None else value


def _prose(staff: bool, text: str) -> Any:
    """A sentence, with what stands between backticks set as code."""
    from markupsafe import Markup, escape

    escaped = str(escape(_clean(staff, text)))
    return Markup(INLINE_CODE.sub(r"<code>\1</code>", escaped))  # escaped just above


def _linked(text: Any, numbers: Collection[int]) -> Any:
    """A sentence that is escaped already; "cell 5" in it leads to that cell, where the page shows it."""
    from markupsafe import Markup

    def link(found: re.Match[str]) -> str:
        return (
            f'<a href="#cell-{found["cell"]}">{found["words"]}</a>'
            if int(found["cell"]) in numbers
            else found[0]
        )

    return Markup(PLACE.sub(link, str(text)))  # escaped by `prose`; what is put around it is ours


def _inert(document: str) -> Any:
    """A whole document for the attribute `srcdoc`: only escaped, it was made by us and has its own limits."""
    from markupsafe import escape

    return escape(str(document))


def clipped(text: str) -> str:
    """The head and the tail of a long text, such as a traceback of a recursion."""
    lines = text[: 10 * LONGEST_TEXT].splitlines()
    if len(lines) > LINES:
        left_out = len(lines) - LINES
        lines = [*lines[: LINES // 3], f"… {left_out} lines left out …", *lines[-(LINES - LINES // 3) :]]
    return "\n".join(line[:500] for line in lines)
