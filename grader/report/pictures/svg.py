"""A picture as inline SVG: no scripts, readable in light, dark and print, with a text for the blind.

Colours are CSS variables of the page with a fallback."""

from __future__ import annotations

from html import escape

from grader.report.neutral import visible

WIDTH, LEFT, RIGHT, BOTTOM, PLOT = 420, 44, 8, 26, 150  # user units; about one CSS pixel in a narrow window


def text(x: float, y: float, words: str, *, anchor: str = "start", style: str = "") -> str:
    """Words at a place; `style`: the class by which the style sheet knows them."""
    known = f' class="{style}"' if style else ""
    return f'<text{known} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def svg(height: float, title: str, description: str, *parts: str) -> str:
    """A whole picture."""
    name = escape(visible(title, newlines=False, limit=120))
    return (
        f'<svg class="picture" viewBox="0 0 {WIDTH} {height:g}" role="img"'
        ' xmlns="http://www.w3.org/2000/svg">'
        f"<title>{name}</title><desc>{escape(description)}</desc>{''.join(parts)}</svg>"
    )
