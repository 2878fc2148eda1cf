"""Right submissions in styles that differ: Sequential, functional, classes, clipping in a step of one's own, Keras 2, loops."""

import nbformat

from reference.build import ROOT, solution
from tests.corpus import Rename, right, swap

HOME = "unstable_gradients"
OTHER = Rename({"gradient_norms": "norms_by_step", "x_probe": "x_probe", "make_digits": "draw"})


def reference_notebook() -> dict:
    """The tutor's solution."""
    return nbformat.from_dict(solution(ROOT / "reference" / HOME))


SUBMISSIONS = [
    right("plain", "Functions that make models, with little data."),
    right("reference", "The tutor's solution.", notebook=reference_notebook),
    right("made_again", "The clipped model is made again after its training: the one that was trained is judged.", clip=swap("print(", "clipped_model = dense_model(clipvalue=3.0)\nprint(")),
    right("sheets_numbers", "The same with the numbers of the sheet.", parameters="sheets"),
    right(
        "as_the_course",
        "Layers added one by one, names from Keras, 'acc' for accuracy, two figures.",
        imports="from_keras",
        explode="added",
        clip="added",
        simple="added",
        norms="whole",
        gated="lstm",
        curves="two",
    ),
    right(
        "functional",
        "The functional interface, other data in column vectors, both directions, logarithms drawn.",
        imports="from_keras",
        rows="split",
        explode="functional",
        clip="functional",
        digits="flat",
        norms="squared",
        figure="logs",
        gated="two_way",
        curves="acc",
    ),
    right(
        "own_steps",
        "Classes, clipping in a training step of one's own, loops that keep dicts; curves in percent.",
        rows="by_hand",
        explode="subclass",
        clip="subclass",
        simple="loop",
        figure="axes",
        gated="loop",
        curves="dicts",
        may="layers_of_gated_model accuracy_of_gated_model gradient_of_gated_model_arrives",
    ),
    right("apart", "Activations are layers of their own; the mean of a GRU's outputs is read out.", explode="apart", simple="apart", gated="pooled"),
    right("own_names", "The function has a name of the student's own.", norms=OTHER, figure=OTHER, digits=OTHER),
    right(
        "for_keras_2",
        "As the course wrote it for Keras 2: lr and input_dim.",
        runtime="keras2",
        explode="keras2",
        clip="keras2",
    ),
]
