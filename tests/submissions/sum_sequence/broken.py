"""Broken submissions: nothing to run, or a run that does not reach its end.

`ends` says how the run ends (an Outcome), or UNREADABLE when there is nothing that could run. What was right before the break
still earns its points: `fails` are the checks out of reach, `may` those for which the rest of the run decides.
"""

import json
from collections.abc import Callable
from pathlib import Path

from tests.corpus import NOTEBOOK, as_file, broken, find, notebook, swap
from tests.submissions.sum_sequence.checks import ALL, OF_THE_LAYER, OF_THE_MODEL, READ_IN_THE_SOURCE

HTML = "<!DOCTYPE html>\n<html><head><title>homework - Jupyter Notebook</title></head><body><p>Please log in.</p></body></html>\n"


def file(content: bytes, name: str = NOTEBOOK) -> Callable[[Path], None]:
    """Write this one file."""
    return lambda folder: (folder / name).write_bytes(content) and None


def truncated(folder: Path) -> None:
    """A right notebook of which the upload lost the second half."""
    whole = as_file(notebook(find("plain")))
    (folder / NOTEBOOK).write_text(whole[: len(whole) // 2], encoding="utf-8")


def only_markdown() -> dict:
    """The text cells of a right notebook."""
    whole = notebook(find("plain"))
    return {**whole, "cells": [cell for cell in whole["cells"] if cell["cell_type"] == "markdown"]}


def format_three() -> dict:
    """A right notebook as IPython saved it in 2014: worksheets, `input` for code, headings as cells of their own."""
    cells = []
    for cell in notebook(find("plain"))["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "code":
            cells.append(
                {"cell_type": "code", "collapsed": False, "input": text, "language": "python", "metadata": {}, "outputs": []}
            )
        else:
            cells.append({"cell_type": "markdown", "metadata": {}, "source": text})
    return {
        "metadata": {"name": "homework"},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [{"cells": cells, "metadata": {}}],
    }


def cell_before_training(code: str):
    """Put this code into a cell of its own in front of the training."""
    return swap("model = MyModel()\n", f"{code}\n# -- next cell --\nmodel = MyModel()\n")


SUBMISSIONS = [
    broken("empty_file", "A file of zero bytes.", "UNREADABLE", fails=ALL, write=lambda folder: (folder / NOTEBOOK).touch()),
    broken("binary", "Bytes that are no text.", "UNREADABLE", fails=ALL, write=file(bytes(range(256)) * 20)),
    broken("truncated", "The second half of the file is missing.", "UNREADABLE", fails=ALL, write=truncated),
    broken("not_a_notebook", "JSON, but no notebook.", "UNREADABLE", fails=ALL, write=file(json.dumps({"answer": 42}).encode())),
    broken("html", "A log-in page saved as .ipynb.", "UNREADABLE", fails=ALL, write=file(HTML.encode())),
    broken(
        "only_pdf",
        "A PDF and no notebook.",
        "UNREADABLE",
        fails=ALL,
        write=file(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n", "homework.pdf"),
    ),
    broken("nothing", "An empty folder.", "UNREADABLE", fails=ALL, write=lambda folder: None),
    broken("only_markdown", "A notebook without code.", "COMPLETED", fails=ALL, may=READ_IN_THE_SOURCE, notebook=only_markdown),
    broken("format_three", "Notebook format 3; right once it is raised to format 4.", "COMPLETED", notebook=format_three),
    broken(
        "dies",
        "os._exit after the model's definition.",
        "DIED",
        training=cell_before_training("import os\nos._exit(1)"),
    ),
    broken(
        "says_goodbye",
        "exit() in the last cell; all is right before it.",
        "COMPLETED",
        training=swap('print("epoch", epoch, "loss", loss, "accuracy", accuracy)', "print(accuracy)\n# -- next cell --\nexit()"),
    ),
    broken(
        "endless_loop",
        "A cell before the training never ends.",
        "TIMED_OUT",
        training=cell_before_training("while True:\n    pass"),
    ),
    broken(
        "fills_memory",
        "A cell before the training asks for memory until there is none.",
        "OUT_OF_MEMORY",
        training=cell_before_training("hoard = []\nwhile True:\n    hoard.append(np.ones((4096, 4096)))"),
    ),
    broken(
        "missing_package",
        "Imports a package that nobody has, in a cell of its own; all else is right.",
        "RAISED",
        imports="missing_package",
    ),
    broken(
        "wrong_order",
        "The training stands above the classes that it uses.",
        "RAISED",
        fails="it_learns accuracy_80 graph_mode",
        order=("imports", "parameters", "data", "training", "cell", "layer", "model", "answers"),
    ),
    broken(
        "syntax_error",
        "The layer's cell cannot be parsed: a bracket is missing.",
        "RAISED",
        fails=f"{OF_THE_LAYER} {OF_THE_MODEL}",
        may="own_lstm graph_mode arguments_explained",
        layer=swap("range(steps):", "range(steps:"),
    ),
    broken(
        "data_raises",
        "The generator divides by zero: cell, layer and the model's structure can still be judged.",
        "RAISED",
        fails="yields_pairs noise_is_normal label_rule pipeline_batches separate_test_data it_learns accuracy_80",
        may=ALL,
        data=swap("yield noise, label", "yield noise / (1 // 0), label"),
    ),
]
