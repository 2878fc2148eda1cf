"""What the trained model gives for inputs that the host drew."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from . import ways
from .calls import MAX_STORED, failure, tensors_in
from .described import first_that_works, forms_of


def answers(names, question, parts):
    """The model as it was trained. Question: x [batch, ...]. Answer: out, the first tensor that it gives;
    or error."""
    tf.config.run_functions_eagerly(True)
    try:
        trained = names[parts["model"]["name"]]
        run = ways.runner(trained)
        out = first_that_works(
            forms_of(trained, question), lambda x: np.asarray(tensors_in(run(tf.constant(x)))[0])
        )
    except Exception as problem:
        return {"error": failure(problem)}
    return {"out": out} if out.size <= MAX_STORED and out.dtype.kind in "fiub" else {}
