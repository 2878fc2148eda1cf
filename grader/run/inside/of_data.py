"""Samples of the task, and the pipelines."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from .calls import MAX_STORED, failure, structure_of


def data(names, question):
    """Samples of integration_task. Question: calls [[seq_len, num_samples], ...]. Answer per call: x/<call>, y/<call> when all
    samples have one shape, else `shapes`; their number and types."""
    answer = {"calls": []}
    for index, (seq_len, num_samples) in enumerate(question["calls"]):
        made = names["integration_task"](seq_len, num_samples)
        answer["calls"].append(_samples(made, num_samples, index, answer))
    if "my_integration_task" in names:
        try:
            made = names["my_integration_task"]()
            answer["wrapped"] = _samples(made, 3, "wrapped", answer, peek=3)
        except Exception as problem:
            answer["wrapped"] = {"error": failure(problem)}
    return answer


def _samples(made, wanted, key, answer, peek=None):
    found = {"type": type(made).__name__, "is_generator": hasattr(made, "__next__"), "count": 0}
    xs, ys = [], []
    for sample in made:
        found["count"] += 1
        if not isinstance(sample, (tuple, list)) or len(sample) != 2:
            return found | {"odd": f"{type(sample).__name__} of {len(sample) if hasattr(sample, '__len__') else '?'}"}
        if len(xs) < (peek or wanted):
            xs.append(np.asarray(sample[0]))
            ys.append(np.asarray(sample[1]))
        if found["count"] >= (peek or wanted + 3):
            break
    if not xs:
        return found
    found |= {
        "x_shape": list(xs[0].shape),
        "y_shape": list(ys[0].shape),
        "x_dtype": str(xs[0].dtype),
        "y_dtype": str(ys[0].dtype),
    }
    if {a.shape for a in xs} == {xs[0].shape} and {a.shape for a in ys} == {ys[0].shape}:
        if xs[0].dtype.kind in "fiub" and ys[0].dtype.kind in "fiub":
            answer[f"x/{key}"], answer[f"y/{key}"] = np.stack(xs), np.stack(ys)
    else:
        found["shapes"] = sorted({str(a.shape) for a in xs})[:5]
    return found


def pipeline(names, question):
    """The first batches of train_ds and test_ds. Question: batches. Answer: shapes, types, x/<ds> and y/<ds> of the first batch,
    keys/<ds> [samples, 4]: the first values of every sample seen."""
    answer = {"same_object": names["train_ds"] is names["test_ds"]}
    for which in ("train_ds", "test_ds"):
        made = names[which]
        found = {"type": type(made).__name__, "is_dataset": isinstance(made, tf.data.Dataset), "batches": []}
        keys = []
        for index, batch in enumerate(made):
            if index >= question["batches"]:
                break
            if not isinstance(batch, (tuple, list)) or len(batch) != 2:
                found["odd"] = structure_of(batch)
                break
            x, y = np.asarray(batch[0]), np.asarray(batch[1])
            found["batches"].append([list(x.shape), list(y.shape)])
            if index == 0:
                found |= {"x_dtype": str(x.dtype), "y_dtype": str(y.dtype)}
                if max(x.size, y.size) <= MAX_STORED and x.dtype.kind in "fiub" and y.dtype.kind in "fiub":
                    answer |= {f"x/{which}": x, f"y/{which}": y}
            if x.ndim >= 2 and x.dtype.kind == "f":
                flat = x.reshape(len(x), -1)[:, :4].astype("float64")
                keys.append(np.pad(flat, ((0, 0), (0, 4 - flat.shape[1]))))
        if keys:
            answer[f"keys/{which}"] = np.concatenate(keys)
        answer[which] = found | {"batches": found["batches"][:3], "seen": len(found["batches"])}
    return answer
