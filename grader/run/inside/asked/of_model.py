"""The trained model: outputs, layer shapes, gradients."""

from __future__ import annotations

import contextlib
import functools
import inspect

import numpy as np
import tensorflow as tf

from .. import walk
from ..seen.ran import Ran
from ..weights import assign, described, fill, floats, positive_where, shapes_of, values_of
from . import ways
from .as_trained import as_trained
from .behaviours import class_of_cells
from .calls import MAX_TENSORS, each_step_in, failure, last_step, tensors_of
from .quiet import chance_in, without_chance


def model(names, question, parts):
    """The trained model: its variables, its layers' shapes, and its outputs under trained, disturbed and
    random weights.

    Question: x [batches, batch, time, features], pools [draws, n], gain, items [{"start": 0 or 1, "noise":
    float, "pool": index, "graph": bool, "batches": how many of them}]: weights = start * trained + noise *
    fill(pool), which has no negative numbers for what is not trained. Answer: trained/<variable>,
    out/<item>/<batch>/<tensor>, again/<item>/0/<tensor> as trained, the latter alone with dropout as the
    model has it; `fed` [batch, time, features]: the first batch as its first layer gets it, where code or a
    layer before it changes the numbers."""
    trained, batches = names[parts["model"]["name"]], [tf.constant(x) for x in question["x"]]
    tf.config.run_functions_eagerly(True)
    call = as_trained.call_of(trained)
    chance, traced = chance_in(trained, tf), tf.function(lambda x: call(x), reduce_retracing=False)
    with without_chance(chance):
        shapes, fed, once = _layer_shapes(trained, batches[0], own_layer(names, parts))
    answer = {"shapes": shapes} | ({"fed": fed} if fed is not None else {})
    found = floats(walk.variables(trained))
    answer["variables"] = described(trained, found)
    answer["own_cells"] = _own_cells(class_of_cells(names, parts.get("cell")), trained, found)
    answer["dense"] = _dense_layers(trained, found)
    answer["normalised"] = _normalising_layers(trained, found)
    answer["ready_made"] = [
        f"{path}: {type(t).__name__}" for path, t in walk.objects(trained) if walk.is_ready_made(t)
    ][:20]
    answer |= values_of(found, "trained")
    answer["time_first"] = _time_first(call, batches[0])
    start = [variable.numpy().copy() for _, variable, _ in found]
    answer["errors"], ran = {}, Ran()
    fixed = [not told["trainable"] for told in answer["variables"]]
    for index, item in enumerate(question["items"]):
        pool = question["pools"][item["pool"]]
        noise = positive_where(fixed, fill(shapes_of(found), pool, question["gain"]))
        weights = (
            [item["start"] * s + item["noise"] * n for s, n in zip(start, noise, strict=True)]
            if item["start"]
            else [item["noise"] * n for n in noise]
        )
        assign(found, weights)
        tf.config.run_functions_eagerly(not item["graph"])
        try:
            with without_chance(chance):
                for batch, x in enumerate(batches[: item["batches"]]):
                    called = traced if item["graph"] else call
                    ask = functools.partial(_asked, called, x, f"out/{index}/{batch}")
                    answer |= ran.watch(ask) if _shows_most(item) else ask()
            if item["start"] == 1 and item["noise"] == 0 and not item["graph"]:
                again = call(batches[0]) if chance else once
                answer |= _answers(again, batches[0], f"again/{index}/0")  # is it the same?
        except Exception as problem:
            answer["errors"][str(index)] = failure(problem)
    ran.look_into(traced, batches[0])
    answer["ran"] = ran.told()
    assign(found, start)
    return answer


def _shows_most(item):
    """Watching doubles the time of a call, so one is watched: under drawn weights nothing that was kept
    helps, and a graph shows its operations afterwards, with the lines that they came from."""
    return not item["start"] and not item["graph"]


def _asked(called, x, prefix):
    return _answers(called(x), x, prefix)


def _answers(value, x, prefix):
    """What the model gave to the sequences x [batch, time, features], flat; a list of outputs in one."""
    return tensors_of(value, prefix, each_step_in([(value, x.shape[1])]))


def _time_first(call, x):
    """Whether an answer at every step has the time first, where there are as many steps as sequences: then
    only what changes with the first sequence alone tells."""
    batch, time = x.shape[:2]
    if batch != time or batch < 2:
        return False
    with contextlib.suppress(Exception):  # told where the model is asked
        before, after = (
            _answers(call(given), given, "")["/0"] for given in (x, tf.concat([x[:1] + 1.0, x[1:]], axis=0))
        )
        return bool(
            before.ndim == 3 and np.any(before != after) and not np.any(before[:, 1:] != after[:, 1:])
        )
    return False


def own_layer(names, parts):
    """(the sheet's name of the layer, the student's class for it); ("", None) where the sheet asks for none,
    or none is there."""
    wanted = parts.get("layer", {}).get("name", "")
    own = names.get(wanted)
    return wanted, own if isinstance(own, type) else None


def _own_cells(kind, root, found):
    """For every instance of the student's class of cells in the model: its path and its variables' places in
    the list."""
    place = {id(walk.tensor_of(v)): i for i, (_, v, _) in enumerate(found)}
    if kind is None:
        return []
    cells = [(path, thing) for path, thing in walk.objects(root) if isinstance(thing, kind)]
    return [
        {
            "path": path,
            "variables": [
                place[id(walk.tensor_of(v))]
                for _, v, _ in floats(walk.variables(cell))
                if id(walk.tensor_of(v)) in place
            ],
        }
        for path, cell in cells
    ]


def _dense_layers(root, found):
    return [
        {"path": path, "activation": getattr(getattr(thing, "activation", None), "__name__", "")}
        | _places(thing, found)
        for path, thing in walk.objects(root)
        if isinstance(thing, tf.keras.layers.Dense)
    ]


def _normalising_layers(root, found):
    """Those of Keras' own that work on the last axis alone, with what their variables hold."""
    layers = tf.keras.layers
    told = []
    for path, thing in walk.objects(root):
        if isinstance(thing, (layers.LayerNormalization, layers.BatchNormalization)):
            held = [name for name, is_held in (("scale", thing.scale), ("shift", thing.center)) if is_held]
            held += ["mean", "variance"] * isinstance(thing, layers.BatchNormalization)
            told.append(
                {"path": path, "holds": held, "epsilon": float(thing.epsilon)} | _places(thing, found)
            )
    return told


def _places(layer, found):
    """The places of its variables in the list."""
    place = {id(walk.tensor_of(v)): i for i, (_, v, _) in enumerate(found)}
    return {
        "variables": [place[id(walk.tensor_of(v))] for v in layer.weights if id(walk.tensor_of(v)) in place]
    }


def _layer_shapes(root, x, layer):
    """[{"path", "class", "role", "input", "output", "parameters"}] of every layer below `root` that a call
    reaches, in calling order, of equal ones that are made anew in every call or step, as an Activation, one;
    the input as the first layer gets it that gets another one of its shape, or None; and what `root` gave."""
    seen, shapes, fed = {}, {}, []

    def watched(original):
        def __call__(self, *args, **kwargs):  # noqa: N807
            out = original(self, *args, **kwargs)
            if id(self) not in seen:
                seen[id(self)] = (self, _shape_of_input([*args, *kwargs.values()]), _shape_of(out))
            fed.extend(() if fed else _changed(args, x))
            return out

        return __call__

    with contextlib.ExitStack() as stack:
        wanted, own = layer
        for kind, method in _entrances(own):
            original = vars(kind)[method]
            setattr(kind, method, watched(original))
            stack.callback(setattr, kind, method, original)
        out = ways.runner(root)(x)
    paths = {id(thing): path for path, thing in walk.objects(root)}
    for thing, given, got in seen.values():
        count = sum(int(np.prod(shape)) for shape in shapes_of(walk.variables(thing)))
        role = wanted if own is not None and isinstance(thing, own) else ""
        found = {"path": paths.get(id(thing), "?"), "class": type(thing).__name__, "role": role}
        found |= {"input": given, "output": got, "parameters": count}
        shapes.setdefault(repr(found), found)
    whole = {
        "path": "",
        "class": "output",
        "role": "",
        "input": _shape_of(x),
        "output": _shape_of(out),
        "parameters": 0,
    }
    return [*list(shapes.values())[:60], whole], fed[0] if fed else None, out


def _changed(given, x):
    """The input where it has the shape of x and other numbers: what was done to x on the way, as float32."""
    for part in given[:1]:
        if tf.is_tensor(part) and part.shape == x.shape and part.dtype.is_floating:
            value = np.asarray(tf.cast(part, tf.float32))
            if not np.array_equal(value, np.asarray(x)):
                yield value


def _entrances(own):
    """(class, method) through which every layer is called; a layer that is a plain object has one of its
    own."""
    yield tf.keras.layers.Layer, "__call__"
    if isinstance(own, type) and not issubclass(own, tf.keras.layers.Layer):
        yield from (
            (own, method)
            for method in ("__call__", *ways.METHODS)
            if inspect.isfunction(vars(own).get(method))
        )


def _shape_of_input(given):
    """Of the sequence among what a layer is given: the first with a time axis, else the first."""
    tensors = [part for part in tf.nest.flatten(given) if tf.is_tensor(part)]
    return _shape_of(
        next((part for part in tensors if part.shape.rank == 3), tensors[0] if tensors else None)
    )


def _shape_of(value):
    shapes = [
        list(map(int, t.shape))
        for t in tf.nest.flatten(value)
        if tf.is_tensor(t) and t.shape.is_fully_defined()
    ]
    return shapes[0] if len(shapes) == 1 else shapes[:MAX_TENSORS]


def gradients(names, question, parts):
    """Gradients of a drawn linear functional of the model's outputs, of the last step where there is one for
    each. Question: x [batch, time, features], weights [batch, columns], which are taken in turn for the
    columns of the output. Answer: gradient/<variable> where there is one, `variables`, and input_gradient
    [batch, time, features]."""
    trained = names[parts["model"]["name"]]
    tf.config.run_functions_eagerly(True)
    x = tf.constant(question["x"])
    call = as_trained.call_of(trained)
    if not walk.variables(trained):  # a model that was never called
        call(x)
    found = floats(walk.variables(trained))
    start = [variable.numpy().copy() for _, variable, _ in found]
    if not all(np.isfinite(array).all() for array in start):  # any others show where gradients arrive
        assign(found, fill(shapes_of(found), np.random.default_rng(0).standard_normal(4096), 1.0))
    with tf.GradientTape() as tape:
        tape.watch(x)
        for _, variable, _ in found:
            tape.watch(walk.tensor_of(variable))
        with without_chance(chance_in(trained, tf)):
            out = tf.cast(last_step(call(x), x), tf.float32)
        weights = question["weights"][: len(out), np.arange(out.shape[1]) % question["weights"].shape[1]]
        target = tf.reduce_sum(out * weights)
    sources = [walk.tensor_of(variable) for _, variable, _ in found]
    *of_variables, of_input = tape.gradient(target, [*sources, x])
    assign(found, start)
    answer = {"variables": described(trained, found)}
    for index, gradient in enumerate(of_variables):
        if gradient is not None:
            answer[f"gradient/{index}"] = np.asarray(tf.convert_to_tensor(gradient))
    if of_input is not None:
        answer["input_gradient"] = np.asarray(of_input)
    return answer
