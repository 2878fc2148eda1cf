"""What a sheet can ask the student's process: one module per theme, with the draw of the question.

Each probe names the function in run/inside/probes.py that answers it, and the roles that this function is given.
"""

from grader.probes.data import data, pipeline
from grader.probes.layer import layer
from grader.probes.model import gradients, lengths, model
from grader.probes.notebook import names, tracing, training
from grader.probes.one_step import one_step

__all__ = ["data", "gradients", "layer", "lengths", "model", "names", "one_step", "pipeline", "tracing", "training"]
