"""The probes by name. Each takes the student's names, a question and the roles that it asks, and returns
numbers: arrays and plain JSON.

Nothing here decides anything.
"""

from __future__ import annotations

from ..seen import figures
from . import (
    of_answers,
    of_calls,
    of_cell,
    of_data,
    of_fitted,
    of_keras,
    of_layer,
    of_lengths,
    of_model,
    of_notebook,
    of_updates,
)

ANSWERS = {
    "answers": of_answers.answers,
    "built": of_keras.built,
    "compiled": of_fitted.compiled,
    "figures": figures.figures,
    "gradient_by_step": of_fitted.gradient_by_step,
    "history": of_fitted.history,
    "keras_model": of_keras.keras_model,
    "calls": of_calls.calls,
    "arrays": of_notebook.arrays,
    "names": of_notebook.names,
    "data": of_data.data,
    "pipeline": of_data.pipeline,
    "one_step": of_cell.one_step,
    "layer": of_layer.layer,
    "start": of_layer.start,
    "model": of_model.model,
    "gradients": of_model.gradients,
    "lengths": of_lengths.lengths,
    "tracing": of_notebook.tracing,
    "updates": of_updates.updates,
}
