"""Right submissions: the four ways of writing a GRU, in several layouts, under the sheet's names and under others."""

import nbformat

from reference.build import ROOT, solution
from tests.corpus import Rename, right, text

HOME = "gru_by_hand"


def reference_notebook() -> dict:
    """The tutor's solution, with fewer sequences."""
    notebook = solution(ROOT / "reference" / HOME)
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = text("parameters", homework=HOME)
    return nbformat.from_dict(notebook)


OTHER = Rename({"GRU_Cell": "OneStep", "GRU_Layer": "AllSteps", "model": "network"})

SUBMISSIONS = [
    right("reference", "The tutor's solution: reset before the product, the update gate keeps.", notebook=reference_notebook),
    right("before", "Three Dense layers on input and hidden state side by side."),
    right("after", "Fused kernels and two biases, reset after the product.", cell="after"),
    right("renews", "Separate layers for input and recurrence; the update gate renews.", cell="renews"),
    right("kerass_way", "A cell that takes and returns a list of states.", cell="kerass_way", layer="of_lists"),
    right(
        "own_names",
        "Cell, layer and model under names of the student's own.",
        cell=OTHER,
        layer=OTHER,
        model=OTHER,
        training=OTHER,
    ),
    right("own_weights", "Matrices of the student's own, and tf.scan.", cell="own_weights", layer="scan"),
    right("fit", "Trained by compile and fit.", training="fit"),
]
