"""The executed notebook with the student's text in its place: the kernel only runs the code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.model import Submission
from grader.model.stored_text import stored_text


def with_text(submission: Submission, executed: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The executed cells among all others of the student's notebook, each with its number: what is counted
    from the top in messages is counted from the top here. A script stays as it is."""
    if executed is None or submission.notebook is None or submission.form != "notebook":
        return executed
    ran = {cell.get("metadata", {}).get("number"): cell for cell in executed["cells"]}
    # a line that Python cannot read, or does not run here, is shown as it was written
    own = {cell.number: {"source": cell.written} for cell in submission.cells if cell.written}
    cells = list[Mapping[str, Any]]()
    for number, cell in enumerate(submission.notebook["cells"], 1):
        if number in ran:
            cells.append({**ran[number], **own.get(number, {})})
        elif cell.get("cell_type") != "code":
            cells.append(
                {
                    "cell_type": "markdown",
                    "metadata": {"number": number},
                    "source": stored_text(cell.get("source")),
                }
            )
        else:  # an empty one, or one that is left out
            plain = {
                "cell_type": "code",
                "metadata": {"number": number},
                "source": stored_text(cell.get("source")),
            }
            cells.append({**plain, "outputs": [], "execution_count": None})
    return {**executed, "cells": cells}
