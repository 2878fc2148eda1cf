"""What the trained model gives for inputs that the host drew."""

from __future__ import annotations

import tensorflow as tf

from .calls import MAX_STORED, failure
from .described import asked_afresh, first_that_works, forms_of


def answers(names, question, parts):
    """The model as it was trained. Question: x [batch, ...]. Answer: out, the first tensor that it gives;
    or error."""
    tf.config.run_functions_eagerly(True)
    try:
        trained = names[parts["model"]["name"]]
        out = first_that_works(forms_of(trained, question), asked_afresh(trained))
    except Exception as problem:
        return {"error": failure(problem)}
    return {"out": out} if out.size <= MAX_STORED and out.dtype.kind in "fiub" else {}
