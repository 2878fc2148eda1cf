"""Wrong submissions: the template, not or not wholly filled in."""

from grader.assignment.template import student_notebook
from reference.build import ROOT, solution
from tests.corpus import wrong
from tests.submissions.sum_sequence.checks import OF_THE_LAYER, OF_THE_MODEL, READ_IN_THE_SOURCE, all_but


def untouched() -> dict:
    """The template as handed out."""
    return student_notebook(solution(ROOT / "reference" / "sum_sequence"))


def half_done() -> dict:
    """The template with data and cell written, the rest left as handed out."""
    done = {
        cell["id"]: cell
        for cell in solution(ROOT / "reference" / "sum_sequence").cells
        if cell["id"] in {"task", "pipeline", "cell"}
    }
    template = untouched()
    return {**template, "cells": [done.get(cell["id"], cell) for cell in template["cells"]]}


SUBMISSIONS = [
    wrong(
        "untouched",
        "The template as handed out.",
        all_but(READ_IN_THE_SOURCE),
        may=READ_IN_THE_SOURCE,
        ends="RAISED",
        notebook=untouched,
    ),
    wrong(
        "half_done",
        "Data and cell are written, the rest is as handed out.",
        f"{OF_THE_LAYER} {OF_THE_MODEL}",
        may="own_lstm graph_mode arguments_explained",
        ends="RAISED",
        notebook=half_done,
    ),
]
