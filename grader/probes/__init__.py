"""What a sheet can ask the student's process: one module per theme, with the draw of the question.

Each probe names the function in run/inside/asked/probes.py that answers it, and the roles that this function
is given.
"""

from grader.probes.answers import Answered, answers
from grader.probes.built import built
from grader.probes.calls import Called, Result, Sum, call, calls, get, seed, set_to
from grader.probes.data import data, pipeline
from grader.probes.figures import figures
from grader.probes.fitted import compiled, gradient_by_step, history, trained_on, updates
from grader.probes.gradients import gradients
from grader.probes.keras_model import keras_model
from grader.probes.layer import layer
from grader.probes.lengths import lengths
from grader.probes.model import model
from grader.probes.notebook import arrays, names, tracing, training
from grader.probes.one_step import one_step
from grader.probes.sizes import length_for
from grader.probes.stand_ins import Method, StandIn
from grader.probes.start import start

__all__ = [
    "Answered",
    "Called",
    "Method",
    "Result",
    "StandIn",
    "Sum",
    "answers",
    "arrays",
    "built",
    "call",
    "calls",
    "compiled",
    "data",
    "figures",
    "get",
    "gradient_by_step",
    "gradients",
    "history",
    "keras_model",
    "layer",
    "length_for",
    "lengths",
    "model",
    "names",
    "one_step",
    "pipeline",
    "seed",
    "set_to",
    "start",
    "tracing",
    "trained_on",
    "training",
    "updates",
]
