"""Which model a name of the sheet means: where one was trained under it and another, that was not, has it by
now, the trained one."""

from __future__ import annotations

import contextlib


def meant(witness, names, parts):
    """{name: the model that was trained under it} of the parts whose names other models have by now."""
    asked = [part["name"] for part in parts.values() if part.get("kind") == "model"]
    found = {name: trained_before(witness, name, names[name]) for name in asked if name in names}
    return {name: one for name, one in found.items() if one is not None}


def trained_before(witness, name, now):
    """The latest model that was trained under this name; None where the one that has it `now` was, here or
    before it was loaded, or none was."""
    if witness.key_of(now) is not None or _has_taken_steps(now):
        return None
    return next(iter(witness.trained_as(name)), None)


def _has_taken_steps(model):
    """Whether its optimizer counts steps: that of a model which was loaded counts on."""
    with contextlib.suppress(Exception):  # whatever has the name may have no optimizer, or one of its own
        return int(model.optimizer.iterations) > 0
    return False
