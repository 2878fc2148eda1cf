"""What a notebook shows, held to a size: a kernel can send anything, nested as deep and as often as it
likes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat

# levels of lists and dicts in a message; Plotly's pictures need about ten, Python gives up below 500
DEEPEST = 50
EACH = 500  # bytes that an output costs beside its text
CUT_NOTICE = "\n[the output was longer; the rest was cut]\n"
CUT_OUTPUT = {"output_type": "stream", "name": "stderr", "text": CUT_NOTICE}


def weigh(content: Any) -> int:
    """About how many characters a message's content has as text.

    Raises:
        ValueError: it is nested deeper than anything that is shown.
    """
    total, level = EACH, [content]
    for _ in range(DEEPEST):
        texts = [item for item in level if isinstance(item, str | bytes)]
        total += sum(map(len, texts)) + 8 * len(level)
        pairs = [part for item in level if isinstance(item, dict) for pair in item.items() for part in pair]
        level = [*pairs, *(part for item in level if isinstance(item, list | tuple) for part in item)]
        if not level:
            return total
    raise ValueError(f"nested deeper than {DEEPEST} levels")


def save(notebook: Any, path: Path, most: int) -> None:
    """Write an executed notebook with at most so many bytes of outputs. One update may have changed a
    thousand displays: what is written is weighed again. What cannot be written has no outputs."""
    left = most
    for cell in notebook.cells:
        kept = []
        for output in cell.get("outputs", ()):
            left -= weigh(output)
            if left < 0:
                kept.append(nbformat.from_dict(CUT_OUTPUT))
                break
            kept.append(output)
        cell["outputs"] = kept
    try:
        nbformat.write(notebook, path)
    except Exception:  # whatever nbformat stumbles over was sent by the notebook
        for cell in notebook.cells:
            cell["outputs"] = []
        nbformat.write(notebook, path)
