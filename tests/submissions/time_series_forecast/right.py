"""Right submissions in styles that differ: Sequential, functional, classes, loops, arrays, the public course's names, old Keras."""

from pathlib import Path

import nbformat

from reference.build import ROOT, solution
from tests.corpus import Rename, right, swap, text

HOME = "time_series_forecast"
README = (Path(__file__).parent / "readme_answers.md").read_text(encoding="utf-8")
COURSE = Rename(
    {
        "build_simple_rnn": "create_uncompiled_model",
        "sweep_history": "lr_history",
        "forecaster": "model",
        "forecaster_history": "history",
        "forecast": "model_forecast",
        "forecast_mae": "mae",
    }
)


def reference_notebook() -> dict:
    """The tutor's solution, with fewer epochs."""
    notebook = solution(ROOT / "reference" / HOME)
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            cell.source = text("parameters", homework=HOME).replace("SWEEP_EPOCHS = 9", "SWEEP_EPOCHS = 20")
    return nbformat.from_dict(notebook)


SUBMISSIONS = [
    right("reference", "The tutor's solution.", notebook=reference_notebook),
    right("course", "As the public course writes it, under the sheet's names."),
    right(
        "course_names",
        "As the public course writes it, under its own names.",
        parameters="settings",
        models=COURSE,
        sweep=("in_a_function", COURSE),
        training=COURSE,
        forecast=COURSE,
        picture="course",
    ),
    right("functional", "The functional way, arrays, scaled in front and behind.", windows="arrays", shapes="tuples", models="functional", sweep="by_hand", forecast="rows", numbers="products"),
    right("with_axis", "Windows with their axis, and a forecaster of GRU layers with normalisation and dropout.", imports="keras", windows="with_axis", models="with_axis", sweep="in_a_function", training="gru", forecast="rows"),
    right("classes", "Classes that scale in call(), Keras' own windows.", windows="keras_way", models="classes", forecast="one_by_one", picture="axes"),
    right("two_way", "Two two-way LSTM layers; everything in words stands in README.md, in German.", training="two_way", numbers="elsewhere", words="elsewhere", files={"README.md": README}),
    right("callbacks", "A callback of the student's own sweeps, pandas draws.", sweep="callback", picture="table"),
    right("model_for_each_rate", "The sweep trains a new model for each rate.", sweep="each_rate"),
    right("own_loop", "A training loop of the student's own: nothing is compiled, which a person looks at.", training="loop", sweep="by_hand", may="compiled_with rate_from_sweep"),
    right("rows_and_validation", "Rows of an array are scaled by the training part, and the days after the split are shown to fit as its validation.", training="rows"),
    right("old_keras", "As old notebooks have it: lr, in place of learning_rate.", sweep="legacy", training="legacy", runtime="keras2"),
    right("from_the_split", "The forecast begins at the split by itself, whatever series it is given.", forecast="from_the_split"),
    right("longer_windows", "Windows of four weeks, and a larger batch.", parameters=(swap("WINDOW_SIZE = 20", "WINDOW_SIZE = 28"), swap("BATCH_SIZE = 32", "BATCH_SIZE = 24"))),
]  # fmt: skip
