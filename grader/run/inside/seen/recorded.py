"""Which of the numbers that a training wrote down are its losses, and which its accuracies: told by what they
do, where no name tells it. An accuracy is a share, rises, and ends where the model's own is; a loss is what
else was written, those first that end near a loss of the model as it is."""

from __future__ import annotations

import numpy as np

from ..asked import behaviours

NEAR = 0.15  # of a recorded accuracy from that of the latest batches
FARTHEST = 0.5
FALLING = 0.3  # what counts as much as an accuracy that does not rise


def taken(names, wanted, known, watch):
    """{the sheet's name: (the student's name, the numbers)} for the lists that no name leads to. `wanted`:
    the roles of lists; `known`: as is returned, of what names lead to; `watch`: saw the training."""
    namespace = {**names, **{name: thing for name, (_, thing) in known.items()}}
    key = watch.witness.key_of(watch.model())
    lacking = [
        role for role in wanted if role["holds"] != "other" and _is_lacking(role, namespace, key, watch)
    ]
    if key is None or not lacking:
        return {}
    found = watch.records.found(key)
    now = watch.as_it_is() if found else {}
    for other in watch.witness.of_one_class(key):  # a sweep that binds the model again, too
        found = found or watch.records.found(other)
    used = [namespace[role["name"]] for role in wanted if role not in lacking]
    pool = [one for one in found if not any(_holds(thing, one.values) for thing in used)]
    chosen = choose(pool, lacking, now if pool else {})
    return {name: (one.name, one.values) for name, one in chosen.items()}


def choose(pool, wanted, now):
    """{name of a role: its record}. `pool`: the records; `now`: {"accuracy", "losses"} of the model as it is,
    {} where that is not known."""
    chosen, left = {}, list(pool)
    for role in sorted(wanted, key=lambda role: role["holds"] != "accuracy"):
        scores = [(_score(one, role, now), number) for number, one in enumerate(left)]
        fitting = [(score, number) for score, number in scores if score is not None]
        if fitting:
            chosen[role["name"]] = left.pop(min(fitting)[1])
    return chosen


def _score(record, role, now):
    """How badly this fits, in the order in which it counts; None where it cannot be."""
    other = record.of not in ("", role["of"])
    if role["holds"] == "accuracy":
        off = _off_accuracy(record.values, now)
        return None if off is None else (round(off, 1), other)
    if not np.all(np.isfinite(record.values)):
        return (0.0, other)
    off = _off_loss(record.values, now)
    share = _off_accuracy(record.values, now)
    if share is not None and share < min(off, NEAR) and not _falls(record.values):
        return None  # a further accuracy
    return (round(off), other)


def _off_accuracy(values, now):
    """How far from an accuracy it is; None where it is no share."""
    if len(values) < 2 or not np.all(np.isfinite(values)) or values.min() < 0 or values.max() > 100:
        return None
    share = values / 100 if values.max() > 1.5 else values
    if share.max() > 1:
        return None
    rises = share[-1] > share[0] or share[-1] > 0.9
    off = abs(share[-1] - now.get("accuracy", share[-1])) + (0.0 if rises else FALLING)
    return off if off <= FARTHEST else None


def _off_loss(values, now):
    """How far from one of the usual losses it ends, in powers of e."""
    last = max(float(np.abs(values[-1])), 1e-9)
    return min((abs(np.log(last / max(one, 1e-9))) for one in now.get("losses", ())), default=0.0)


def _falls(values):
    return values[-1] < values[0]


def _is_lacking(role, namespace, key, watch):
    """Whether no name leads to it, or to one that holds nothing any more, one number or those of the last
    pass only, or rows."""
    thing = namespace.get(role["name"])
    if (
        thing is None
        or isinstance(thing, (int, float, np.number))
        or _is_empty(thing)
        or len(np.shape(_first(thing)))
        or isinstance(thing, dict)
    ):
        return True
    return behaviours.as_numbers(thing, {}, role) is not None and watch.records.is_of_one_pass(thing, key)


def _is_empty(thing):
    return isinstance(thing, (list, tuple, np.ndarray)) and not np.size(thing)


def _first(thing):
    """Of a list of rows (loss, accuracy) its first row; of anything else nothing that has rows."""
    rows = isinstance(thing, (list, tuple)) and len(thing) and isinstance(thing[0], (list, tuple))
    return thing[0] if rows and len(thing[0]) <= 8 else 0


def _holds(thing, values):
    """Whether a list of numbers is, or has, these."""
    try:
        own = np.asarray([float(np.mean(np.asarray(one))) for one in thing], dtype="float64")
    except (TypeError, ValueError):
        return False
    return len(own) == len(values) and np.allclose(own, values, equal_nan=True)
