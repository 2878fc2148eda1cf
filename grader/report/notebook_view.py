"""The executed notebook as a document of its own, rendered by nbconvert, then sanitised by an allow list.

The page shows it in a frame with `sandbox=""`, under a policy that allows no scripts: three fences, each
enough by itself.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

from grader.report.html import render
from grader.report.notebook_plain import plain_notebook

DATA_IMAGE = re.compile(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/\s]*={0,2}\s*")
# nbconvert's words; what a student writes is inside of other tags
PROMPT = re.compile(r"(?<=>)In(?:&nbsp;|\s)\[(\d+)\]:(?=</div>)")
TAGS = frozenset(
    [
        *(
            "a",
            "b",
            "blockquote",
            "br",
            "code",
            "del",
            "div",
            "em",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "i",
            "img",
            "kbd",
        ),
        *("dl", "dt", "dd", "li", "ol", "ul", "p", "pre", "s", "small", "span", "strong", "sub", "sup", "u"),
        *("caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"),
    ]
)
# no style, no href: links would only lead out of the frame
ATTRIBUTES = ("class", "colspan", "rowspan", "alt", "start")


def notebook_document(executed: Mapping[str, Any] | None) -> str:
    """A whole HTML document that shows the notebook; "" when there is none or it cannot be shown."""
    if executed is None:
        return ""
    try:
        body = _render(plain_notebook(executed))
    # untrusted content against three big parsers: a report does without the picture, never fails on it
    except Exception:
        return ""
    from markupsafe import Markup

    return render("notebook.html", body=Markup(body))  # escaped and sanitised in _render


def _render(notebook: Mapping[str, Any]) -> str:
    """nbconvert escapes and highlights code and text; what it would pass on as HTML goes through `sanitised`
    first."""
    import nbformat

    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if "text/html" in output.get("data", {}):
                output["data"] = {"text/html": sanitised(output["data"]["text/html"])}
    body, _ = _exporter().from_notebook_node(nbformat.from_dict(notebook))
    return PROMPT.sub(r"cell \1", str(body))


def sanitised(html: str) -> str:
    """Only the tags and attributes of the allow list; everything else is dropped, its text stays as text."""
    return str(_cleaner().clean(html))


@functools.cache
def _cleaner() -> Any:
    from bleach.sanitizer import Cleaner

    return Cleaner(tags=TAGS, attributes=_allowed, protocols={"data"}, strip=True)


@functools.cache
def _exporter() -> Any:
    from jinja2 import pass_context
    from nbconvert.exporters.html import HTMLExporter
    from nbconvert.exporters.templateexporter import TemplateExporter
    from nbconvert.filters.highlight import Highlight2HTML

    class Exporter(HTMLExporter):  # type: ignore[misc]  # nbconvert has no types
        """nbconvert's basic page, with its Markdown sanitised."""

        def from_notebook_node(self, nb: Any, resources: Any = None, **more: Any) -> Any:
            """Without HTMLExporter's own last step: it parses the finished page again, for five times the
            rest of the work."""
            self.register_filter("highlight_code", Highlight2HTML(pygments_lexer="python", parent=self))
            return TemplateExporter.from_notebook_node(self, nb, resources, **more)

        @pass_context
        def markdown2html(self, context: Any, source: str) -> str:
            """HTML of a Markdown text, sanitised after the conversion."""
            return sanitised(super().markdown2html(context, source))

    exporter = Exporter(template_name="basic")
    exporter.register_filter("clean_html", _as_it_is)
    return exporter


def _as_it_is(html: str) -> str:
    """In place of nbconvert's second cleaning: it would parse all highlighted code, for ten times the rest of
    the work."""
    return html


def _allowed(tag: str, name: str, value: str) -> bool:
    """Whether an attribute may stay; of pictures only those that carry their own bytes."""
    if tag == "img" and name == "src":
        return DATA_IMAGE.fullmatch(value) is not None
    return name in ATTRIBUTES
