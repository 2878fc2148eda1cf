"""Samples of the task, and the pipelines."""

from __future__ import annotations

import contextlib
import inspect
import itertools
import re

import numpy as np
import tensorflow as tf

from ..seen.elements import pair_of
from . import ways
from .calls import MAX_STORED, failure, nesting_of

SAMPLE = 2  # axes of one sequence: time and features
MOST_SAMPLES = 512  # of a data set, that are kept whole
ONE, ALL = "one", "all"  # what a task returns that should yield
MOST_CACHED = 100_000  # elements that are read to fill a cache: the course proposes 80,000
_LENGTH = re.compile(r"len|step|time")
_NUMBER = re.compile(r"sample|num|count|amount|size|^n")


def data(names, question, parts):
    """Samples of a task. Question: calls [[seq_len, num_samples], ...]. Answer per call: x/<call>, y/<call>
    when all samples have one shape, else `shapes`; their number and types; `number_first`: called with
    (num_samples, seq_len); `returns`: "one" sample or "all" of them at once, where nothing is yielded."""
    task, wrapped = names[parts["task"]["name"]], parts.get("wrapped", {}).get("name")
    wrapper = names.get(wrapped)
    if wrapper is task:  # the sheet's name of the one on the other
        wrapper = None
    answer = {"calls": [], "number_first": number_first(task)}
    # what it gives is looked at where the data are made with it
    if not _takes_two(task) and (wrapper is not None or makes_samples(task)):
        answer["takes"] = len((ways.arguments(task) or ((), ()))[0])
        answer["calls"] = [
            _samples((wrapper or task)(), most, index, answer, peek=most)
            for index, (_, most) in enumerate(question["calls"][:2])
        ]
        return answer
    for index, (seq_len, num_samples) in enumerate(question["calls"]):
        given = (num_samples, seq_len) if answer["number_first"] else (seq_len, num_samples)
        made = _begun(task(*given))
        match _returned(made, seq_len, num_samples):
            case None:
                found = _samples(made, num_samples, index, answer)
            case how:
                answer["returns"] = how
                again = (_begun(task(*given)) for _ in range(num_samples - 1))
                every = itertools.chain([made], again) if how == ONE else zip(*made, strict=True)
                found = _samples(every, num_samples, index, answer) | {"is_generator": False}
        answer["calls"].append(found)
    if wrapper is not None:
        try:
            answer["wrapped"] = _samples(wrapper(), 3, "wrapped", answer, peek=3)
        except Exception as problem:
            answer["wrapped"] = {"count": 0, "error": failure(problem)}
            answer["again"] = True  # what it lacks may be bound further down
    return answer


def makes_samples(function):
    """Whether what takes no arguments gives sequences with their labels."""
    with contextlib.suppress(Exception):  # another function, for another purpose
        noise, label = next(iter(function()))
        return bool(np.size(noise) and np.size(label) <= 2)
    return False


def number_first(task):
    """Whether a generator of the task takes the number of samples before the length of a sequence, by the
    names of its arguments."""
    names, _ = ways.arguments(task) or ([], [])
    first, second = [name.lower() for name in names[:2]] if len(names) >= 2 else ("", "")
    return bool(_NUMBER.search(first) and not _LENGTH.search(first) and _LENGTH.search(second))


def _takes_two(task):
    """Whether a function can be called with the length of a sequence and a number of samples."""
    try:
        inspect.signature(task).bind(1, 1)
    except TypeError:
        return False
    except ValueError:  # nobody can tell
        return True
    return True


def _begun(made):
    """What a task gives; of a class whose objects are called without arguments, what the call gives."""
    return made() if callable(made) and not hasattr(made, "__iter__") else made


def _returned(made, seq_len, num_samples):
    """Whether this pair is one sample, noise and label, or all of them, in two arrays; None for anything that
    is to be gone through."""
    with contextlib.suppress(Exception):  # it may hold anything
        if isinstance(made, (tuple, list)) and len(made) == 2:
            noise, labels = np.shape(made[0]), np.shape(made[1])
            if len(noise) > 1 and noise[:1] == labels[:1] == (num_samples,):
                return ALL
            if int(np.prod(noise)) == seq_len:
                return ONE
    return None


def _samples(made, wanted, key, answer, peek=None):
    found = {"type": type(made).__name__, "is_generator": hasattr(made, "__next__"), "count": 0}
    xs, ys = [], []
    for sample in made:
        found["count"] += 1
        if not isinstance(sample, (tuple, list)) or len(sample) != 2:
            return found | {
                "odd": f"{type(sample).__name__} of {len(sample) if hasattr(sample, '__len__') else '?'}"
            }
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


def _fits(x, y, kept):
    """Whether a batch is kept beside those before it: the same kind of numbers, and not too many of them."""
    if not x.ndim or not y.ndim or x.dtype.kind not in "fiub" or y.dtype.kind not in "fiub":
        return False
    if kept and (kept[0][0].shape[1:] != x.shape[1:] or kept[0][1].shape[1:] != y.shape[1:]):
        return False
    samples = sum(len(earlier) for earlier, _ in kept)
    return (
        samples < MOST_SAMPLES
        and max(x.size, y.size) + sum(earlier.size for earlier, _ in kept) <= MAX_STORED
    )


def _keys(flat):
    """The first three values of every sample, and a sum of all with weights that no other sequence has by
    chance [samples, 4]."""
    first = np.pad(flat[:, :3], ((0, 0), (0, max(0, 3 - flat.shape[1]))))
    return np.concatenate(
        [first, (flat * np.cos(1.0 + np.arange(flat.shape[1]))).sum(axis=1, keepdims=True)], axis=1
    )


def in_batches(made, things):
    """Of these things the first data set of batches that is made from this one of single samples; None where
    there is none, or it has batches itself."""
    if _rank(made) != SAMPLE:
        return None
    with contextlib.suppress(Exception):  # things may be anything
        return next(
            (
                one
                for one in things
                if _rank(one) == SAMPLE + 1 and any(below is made for below in _all_below(one))
            ),
            None,
        )
    return None


def beside(made, things):
    """Of these things the only other data set that is like this one, batches of the same kind, and that
    neither is made from; None where there is none, or several."""
    with contextlib.suppress(Exception):  # things may be anything
        alike = {id(one): one for one in things if _rank(one) == SAMPLE + 1 and one is not made}
        below = {id(part) for one in (made, *alike.values()) for part in _all_below(one) if part is not one}
        found = [one for key, one in alike.items() if key not in below]
        return found[0] if len(found) == 1 else None
    return None


def _rank(made):
    """How many axes the sequences of a data set have; None where nobody can tell."""
    spec = made.element_spec if isinstance(made, tf.data.Dataset) else None
    first = spec[0] if isinstance(spec, tuple) and spec else None
    return first.shape.rank if isinstance(first, tf.TensorSpec) else None


def _all_below(made):
    """A data set and all that it is made from."""
    yield made
    for source in made._inputs():
        yield from _all_below(source)


def _fill_common_cache(first, second):
    """Read a cache that both data sets are made from to its end. Before somebody does, which a shortened
    training does not, it holds nothing: every pass draws new samples, and data that are the same would look
    different."""
    if not all(isinstance(made, tf.data.Dataset) for made in (first, second)):
        return
    others = {id(made) for made in _all_below(second)}
    for made in _all_below(first):
        if id(made) in others and type(made).__name__.endswith("CacheDataset"):
            made.take(MOST_CACHED).reduce(np.int64(0), lambda count, *_: count + 1)


def pipeline(names, question, parts):
    """The first batches of the data sets to train and to test with. Question: batches. Answer: shapes, types,
    x/<ds> and y/<ds> of the first batches until there are MOST_SAMPLES samples, `absent` for one that is not
    there, keys/<ds> [samples, 4]: numbers by which every sample seen is known again."""
    both = parts["train"]["name"], parts["test"]["name"]
    train, test = (names.get(which) for which in both)
    answer = {"same_object": train is test}
    with contextlib.suppress(Exception):  # what cannot be read is told below
        _fill_common_cache(train, test)
    for which in both:
        if which not in names:
            answer[which] = {"absent": True, "batches": [], "seen": 0}
            continue
        made = names[which]
        found = {"type": type(made).__name__, "is_dataset": isinstance(made, tf.data.Dataset), "batches": []}
        keys, kept = [], []
        for index, batch in enumerate(made):
            if index >= question["batches"]:
                break
            if (pair := pair_of(batch)) is None:
                found["odd"] = nesting_of(batch)
                break
            x, y = map(np.asarray, pair)
            found["batches"].append([list(x.shape), list(y.shape)])  # type: ignore[attr-defined]
            if index == 0:
                found |= {"x_dtype": str(x.dtype), "y_dtype": str(y.dtype)}
            if _fits(x, y, kept):
                kept.append((x, y))
            if x.ndim >= 2 and x.dtype.kind == "f":
                keys.append(_keys(x.reshape(len(x), -1).astype("float64")))
        if keys:
            answer[f"keys/{which}"] = np.concatenate(keys)
        if kept:
            answer |= {
                f"x/{which}": np.concatenate([x for x, _ in kept]),
                f"y/{which}": np.concatenate([y for _, y in kept]),
            }
        answer[which] = found | {"batches": found["batches"][:3], "seen": len(found["batches"])}
    return answer
