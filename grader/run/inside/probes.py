"""The answers to probes. Each takes the student's names and a question, and returns numbers: arrays and plain JSON.

Nothing here decides anything. Weights that the host drew arrive as a flat pool; `fill` cuts it up by one fixed rule that the
host repeats (judge/draws.py), so that a question need not know the shapes of the student's variables.
"""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from . import walk

MAX_TENSORS = 8
MAX_STORED = 1_000_000  # numbers of one array


# --- weights -----------------------------------------------------------------------------------------------------------


def fill(shapes, pool, gain):
    """Arrays of these shapes from the flat pool, in order, wrapping round: kernels times gain/sqrt(rows), vectors times 0.5."""
    arrays, start = [], 0
    for shape in shapes:
        size = int(np.prod(shape, dtype=np.int64))
        scale = gain / np.sqrt(shape[0]) if len(shape) >= 2 else 0.5
        arrays.append((np.take(pool, np.arange(start, start + size), mode="wrap") * scale).astype("float32").reshape(shape))
        start += size
    return arrays


def _shapes(found):
    return [tuple(int(side) for side in variable.shape) for _, variable, _ in found]


def _floats(found):
    """The variables that hold floats: counters and seeds are left alone."""
    return [entry for entry in found if tf.as_dtype(entry[1].dtype).is_floating]


def _assign(found, arrays):
    for (_, variable, _), array in zip(found, arrays, strict=True):
        variable.assign(tf.cast(array, variable.dtype))


def _described(root, found):
    trained = walk.trainable_ids(root)
    return [
        {
            "path": path,
            "name": str(getattr(variable, "name", "")),
            "shape": list(shape),
            "tracked": tracked,
            "trainable": id(walk.tensor_of(variable)) in trained if tracked else bool(getattr(variable, "trainable", False)),
        }
        for (path, variable, tracked), shape in zip(found, _shapes(found), strict=True)
    ]


def _values(found, prefix):
    return {f"{prefix}/{index}": np.asarray(variable.numpy()) for index, (_, variable, _) in enumerate(found)}


# --- calls -------------------------------------------------------------------------------------------------------------

CALLS = {
    "(x, (hidden, cell))": lambda thing, x, h, c: thing(x, (h, c)),
    "(x, [hidden, cell])": lambda thing, x, h, c: thing(x, [h, c]),
    "(x, states=(hidden, cell))": lambda thing, x, h, c: thing(x, states=(h, c)),
    "(x, hidden, cell)": lambda thing, x, h, c: thing(x, h, c),
}


def _way_to_call(thing, x, h, c):
    """(how it is called, what it returned): the sheet's way first; the sheet's own error when none works."""
    first = None
    for way, call in CALLS.items():
        try:
            return way, call(thing, x, h, c)
        except Exception as problem:
            first = first or problem
    raise first


def _structure(value):
    """How tensors are nested: "(tensor, tensor)"."""
    if isinstance(value, (list, tuple)):
        inside = ", ".join(_structure(item) for item in value[:MAX_TENSORS])
        return f"[{inside}]" if isinstance(value, list) else f"({inside})"
    if tf.is_tensor(value):
        return "tensor"
    return type(value).__name__


def _tensors(value, prefix):
    """The tensors of a result, flat: {prefix/0: array, ...}. A long list of equal tensors is stacked along a new first axis."""
    flat = [item for item in tf.nest.flatten(value) if tf.is_tensor(item) or isinstance(item, np.ndarray)]
    if len(flat) > MAX_TENSORS:
        flat = [tf.stack(flat)]
    arrays = [np.asarray(item) for item in flat]
    return {
        f"{prefix}/{index}": array
        for index, array in enumerate(arrays)
        if array.size <= MAX_STORED and array.dtype.kind in "fiub"
    }


def _failure(problem):
    return {"name": type(problem).__name__, "message": str(problem)[:600]}


def _in_graph(thing, way):
    return tf.function(lambda x, h, c: CALLS[way](thing, x, h, c), reduce_retracing=False)


# --- the cell ----------------------------------------------------------------------------------------------------------


def one_step(names, question):
    """One step of a fresh LSTM_Cell under drawn weights.

    Question: sizes [[units, features], ...] tried in turn, pools [draws, n], gain, x [rows, features], h and c [rows, units],
    batch. Answer, per draw and call: what the cell returned, eagerly and in a graph."""
    problem = None
    for units, features in question["sizes"]:
        try:
            return _one_step(names["LSTM_Cell"], units, features, question)
        except Exception as error:
            problem = problem or error
    raise problem


def _one_step(cell_class, units, features, question):
    batch = question["batch"]
    rows = len(question["x"]) // batch
    x, h, c = (
        tf.constant(question[name][:, :size].reshape(rows, batch, size))
        for name, size in (("x", features), ("h", units), ("c", units))
    )
    cell = cell_class(units)
    tf.config.run_functions_eagerly(True)  # the first call builds; traced, Keras 3 would freeze the weights it builds
    way, first = _way_to_call(cell, x[0], h[0], c[0])
    found = _floats(walk.variables(cell))
    answer = {
        "units": units,
        "features": features,
        "call": way,
        "structure": _structure(first),
        "variables": _described(cell, found),
    }
    answer |= _values(found, "initial")
    for draw, pool in enumerate(question["pools"]):
        _assign(found, fill(_shapes(found), pool, question["gain"]))
        for row in range(rows):
            answer |= _tensors(CALLS[way](cell, x[row], h[row], c[row]), f"eager/{draw}/{row}")
    tf.config.run_functions_eagerly(False)
    try:
        traced = _in_graph(cell, way)
        for draw, pool in enumerate(question["pools"]):
            _assign(found, fill(_shapes(found), pool, question["gain"]))
            answer |= _tensors(traced(x[0], h[0], c[0]), f"graph/{draw}/0")
    except Exception as problem:
        answer["graph_error"] = _failure(problem)
    return answer


# --- the layer ---------------------------------------------------------------------------------------------------------


def layer(names, question):
    """A fresh LSTM_Layer(LSTM_Cell(units)) under drawn weights, beside its own cell called step by step.

    Question: sizes, pools, gain, cases [{"batch", "time", "states": "zero" or "drawn"}], x/<case> [batch, time, features],
    h/<case>, c/<case>. Answer per draw and case: out/..., steps/... [time, batch, units], graph/...; errors by case."""
    problem = None
    for units, features in question["sizes"]:
        try:
            return _layer(names, units, features, question)
        except Exception as error:
            problem = problem or error
    raise problem


def _layer(names, units, features, question):
    cell = names["LSTM_Cell"](units)
    wrapped = names["LSTM_Layer"](cell)
    tf.config.run_functions_eagerly(True)
    answer = {"units": units, "features": features, "errors": {}, "structures": {}}
    first = question["cases"][0]
    zeros = wrapped.zero_states(first["batch"])
    answer["zero_structure"] = _structure(zeros)
    answer |= _tensors(zeros, "zeros")
    x, h, c = _case(question, 0, units, features)
    way, _ = _way_to_call(wrapped, x, h, c)  # the layer first: it builds its own cell
    cell_way, _ = _way_to_call(cell, x[:, 0], h, c)
    answer |= {"call": way, "cell_call": cell_way}
    found = _floats(walk.variables(wrapped))
    answer["variables"] = _described(wrapped, found)
    own = {id(walk.tensor_of(v)): i for i, (_, v, _) in enumerate(found)}
    cells = [own[id(walk.tensor_of(v))] for _, v, _ in _floats(walk.variables(cell)) if id(walk.tensor_of(v)) in own]
    answer["cell_variables"] = cells
    for draw, pool in enumerate(question["pools"]):
        _assign(found, fill(_shapes(found), pool, question["gain"]))
        for index in range(len(question["cases"]) if draw == 0 else 1):
            answer |= _layer_case(wrapped, cell, way, cell_way, question, draw, index, answer)
    tf.config.run_functions_eagerly(False)
    try:
        traced = _in_graph(wrapped, way)
        answer |= _tensors(traced(x, h, c), f"graph/{len(question['pools']) - 1}/0")
    except Exception as problem:
        answer["graph_error"] = _failure(problem)
    return answer


def _case(question, index, units, features):
    x, h, c = (tf.constant(question[f"{name}/{index}"]) for name in ("x", "h", "c"))
    return x[..., :features], h[..., :units], c[..., :units]


def _layer_case(wrapped, cell, way, cell_way, question, draw, index, answer):
    case, (x, h, c) = question["cases"][index], _case(question, index, answer["units"], answer["features"])
    found = {}
    try:
        if case["states"] == "zero":
            states = wrapped.zero_states(case["batch"])
            h, c = states[0], states[1]
        out = CALLS[way](wrapped, x, h, c)
        answer["structures"][str(index)] = _structure(out)
        found |= _tensors(out, f"out/{draw}/{index}")
    except Exception as problem:
        answer["errors"][str(index)] = _failure(problem)
        return found
    try:
        outputs = []
        for step in range(case["time"]):
            returned = [t for t in tf.nest.flatten(CALLS[cell_way](cell, x[:, step], h, c)) if tf.is_tensor(t)]
            h, c = returned[-2], returned[-1]
            outputs.append(returned[0])
        found[f"steps/{draw}/{index}"] = np.stack([np.asarray(o) for o in outputs])
    except Exception as problem:
        answer["errors"][f"{index}/steps"] = _failure(problem)
    return found


# --- the model ---------------------------------------------------------------------------------------------------------


def model(names, question):
    """The trained model: its variables, its layers' shapes, and its outputs under trained, disturbed and random weights.

    Question: x [batches, batch, time, 1], pools [draws, n], gain, items [{"start": 0 or 1, "noise": float, "pool": index,
    "graph": bool}]: weights = start * trained + noise * fill(pool). Answer: trained/<variable>, out/<item>/<batch>/<tensor>."""
    trained, batches = names["model"], [tf.constant(x) for x in question["x"]]
    tf.config.run_functions_eagerly(True)
    answer = {"shapes": _layer_shapes(trained, batches[0])}
    found = _floats(walk.variables(trained))
    answer["variables"] = _described(trained, found)
    answer["own_cells"] = _own_cells(names, trained, found)
    answer["dense"] = _dense_layers(trained, found)
    answer["ready_made"] = [f"{path}: {type(t).__name__}" for path, t in walk.objects(trained) if walk.is_ready_made(t)][:20]
    answer |= _values(found, "trained")
    start = [variable.numpy().copy() for _, variable, _ in found]
    answer["errors"] = {}
    traced = tf.function(lambda x: trained(x), reduce_retracing=False)
    for index, item in enumerate(question["items"]):
        noise = fill(_shapes(found), question["pools"][item["pool"]], question["gain"])
        _assign(found, [item["start"] * s + item["noise"] * n for s, n in zip(start, noise, strict=True)])
        tf.config.run_functions_eagerly(not item["graph"])
        try:
            for batch, x in enumerate(batches):
                answer |= _tensors((traced if item["graph"] else trained)(x), f"out/{index}/{batch}")
            if item["start"] == 1 and not item["graph"]:
                answer |= _tensors(trained(batches[0]), f"again/{index}/0")  # does it answer the same?
        except Exception as problem:
            answer["errors"][str(index)] = _failure(problem)
    _assign(found, start)
    return answer


def _own_cells(names, root, found):
    """For every instance of the student's LSTM_Cell in the model: its path and its variables' places in the list."""
    kind, place = names.get("LSTM_Cell"), {id(walk.tensor_of(v)): i for i, (_, v, _) in enumerate(found)}
    if not isinstance(kind, type):
        return []
    cells = [(path, thing) for path, thing in walk.objects(root) if isinstance(thing, kind)]
    return [
        {
            "path": path,
            "variables": [
                place[id(walk.tensor_of(v))] for _, v, _ in _floats(walk.variables(cell)) if id(walk.tensor_of(v)) in place
            ],
        }
        for path, cell in cells
    ]


def _dense_layers(root, found):
    place = {id(walk.tensor_of(v)): i for i, (_, v, _) in enumerate(found)}
    return [
        {
            "path": path,
            "activation": getattr(getattr(thing, "activation", None), "__name__", ""),
            "variables": [place[id(walk.tensor_of(v))] for v in thing.weights if id(walk.tensor_of(v)) in place],
        }
        for path, thing in walk.objects(root)
        if isinstance(thing, tf.keras.layers.Dense)
    ]


def _layer_shapes(root, x):
    """[{"path", "class", "input", "output", "parameters"}] of every layer below `root` that a call reaches, in calling order."""
    base, seen, shapes = tf.keras.layers.Layer, {}, []
    original = base.__call__

    def __call__(self, *args, **kwargs):  # noqa: N807
        out = original(self, *args, **kwargs)
        if id(self) not in seen:
            seen[id(self)] = (self, _shape_of(args[0] if args else None), _shape_of(out))
        return out

    base.__call__ = __call__
    try:
        out = root(x)
    finally:
        base.__call__ = original
    paths = {id(thing): path for path, thing in walk.objects(root)}
    for thing, given, got in seen.values():
        count = sum(int(np.prod(shape)) for shape in _shapes(walk.variables(thing)))
        shapes.append(
            {"path": paths.get(id(thing), "?"), "class": type(thing).__name__, "input": given, "output": got, "parameters": count}
        )
    return [*shapes[:60], {"path": "", "class": "output", "input": _shape_of(x), "output": _shape_of(out), "parameters": 0}]


def _shape_of(value):
    shapes = [list(map(int, t.shape)) for t in tf.nest.flatten(value) if tf.is_tensor(t) and t.shape.is_fully_defined()]
    return shapes[0] if len(shapes) == 1 else shapes[:MAX_TENSORS]


def gradients(names, question):
    """Gradients of a drawn linear functional of the model's outputs. Question: x [batch, time, 1], weights [batch].
    Answer: gradient/<variable> where there is one, `variables`, and input_gradient [batch, time, 1]."""
    trained = names["model"]
    tf.config.run_functions_eagerly(True)
    trained(tf.constant(question["x"]))
    found = _floats(walk.variables(trained))
    x = tf.constant(question["x"])
    with tf.GradientTape() as tape:
        tape.watch(x)
        for _, variable, _ in found:
            tape.watch(walk.tensor_of(variable))
        out = tf.reshape(tf.cast(tf.nest.flatten(trained(x))[0], tf.float32), [len(question["x"]), -1])
        target = tf.reduce_sum(out * question["weights"][:, None])
    sources = [walk.tensor_of(variable) for _, variable, _ in found]
    *of_variables, of_input = tape.gradient(target, [*sources, x])
    answer = {"variables": _described(trained, found)}
    for index, gradient in enumerate(of_variables):
        if gradient is not None:
            answer[f"gradient/{index}"] = np.asarray(tf.convert_to_tensor(gradient))
    if of_input is not None:
        answer["input_gradient"] = np.asarray(of_input)
    return answer


# --- the data ----------------------------------------------------------------------------------------------------------


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
            answer["wrapped"] = {"error": _failure(problem)}
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
                found["odd"] = _structure(batch)
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


# --- what the notebook says of itself --------------------------------------------------------------------------------------


def names(names, question):
    """Which of the asked names exist, their kind, and the numbers among them. Question: names, lists."""
    answer = {"kinds": {name: type(names[name]).__name__ for name in question["names"] if name in names}, "numbers": {}}
    for name in question["names"]:
        value = names.get(name)
        if isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool):
            answer["numbers"][name] = float(value)
    for name in question["lists"]:
        try:
            values = np.asarray([float(np.mean(np.asarray(item))) for item in list(names[name])[:10_000]], dtype="float64")
        except Exception:
            continue  # absent or not a list of numbers: the host sees it by the missing array
        answer[f"list/{name}"] = values
    return answer


def tracing(names, question):
    """Every tf.function of the notebook, its classes and its models, with how often it was traced and called."""
    function_type = type(tf.function(lambda: None))
    found = {}
    for name, value in list(names.items()):
        if name.startswith("_"):
            continue
        if isinstance(value, function_type):
            found[name] = value
        elif isinstance(value, tf.keras.layers.Layer):
            for path, thing in walk.objects(value):
                for method, compiled in _compiled_methods(thing, function_type):
                    found[f"{name}.{path}.{method}".replace("..", ".")] = compiled
                for step in ("train_function", "test_function"):
                    for compiled in _enclosed(getattr(thing, step, None), function_type):
                        found[f"{name}.{step}"] = compiled
    return {"functions": [{"name": name, **_traces(value)} for name, value in list(found.items())[:200]]}


def _compiled_methods(thing, function_type):
    methods = [name for kind in type(thing).__mro__ for name, value in vars(kind).items() if isinstance(value, function_type)]
    held = [name for name, value in getattr(thing, "__dict__", {}).items() if isinstance(value, function_type)]
    for name in dict.fromkeys([*methods, *held]):
        compiled = getattr(thing, name, None)
        if isinstance(compiled, function_type):
            yield name, compiled


def _enclosed(function, function_type, depth=4):
    """The tf.functions that a Python function closes over: Keras 3 wraps the step of `fit` in one."""
    if isinstance(function, function_type):
        yield function
    elif depth:
        for cell in getattr(function, "__closure__", None) or ():
            yield from _enclosed(cell.cell_contents, function_type, depth - 1)


def _traces(compiled):
    return {"traces": int(compiled.experimental_get_tracing_count())}


ANSWERS = {
    "names": names,
    "data": data,
    "pipeline": pipeline,
    "one_step": one_step,
    "layer": layer,
    "model": model,
    "gradients": gradients,
    "tracing": tracing,
}
