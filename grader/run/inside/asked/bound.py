"""Which models a name of the sheet has had: where one was trained under it and another, that was not, has it
by now, the trained one is meant."""

from __future__ import annotations

import contextlib

MOST_MODELS = 8  # of one name that are kept, the latest


class Bound:
    """Remembers the models of a name, when something is asked. `witness`: knows which were trained, and under
    which names."""

    def __init__(self, witness):
        self._witness = witness
        self._models = {}  # name -> the models that it has had, the latest last

    def look(self, names, request):
        """Note what the names of the sheet's models stand for now, where it has several: of one alone the
        training itself tells."""
        models = [name for name, role in request.get("declared", {}).items() if role.get("kind") == "model"]
        for name in models if len(models) > 1 else ():
            self.note(name, names.get(name))

    def meant(self, names, parts):
        """{name: the model that was trained under it} of the parts whose names other models have by now."""
        asked = [part["name"] for part in parts.values() if part.get("kind") == "model"]
        found = {name: self.trained(name, names[name]) for name in asked if name in names}
        return {name: one for name, one in found.items() if one is not None}

    def note(self, name, model):
        """A name has this model now, or none."""
        had = self._models.setdefault(name, [])
        if model is not None and not any(one is model for one in had):
            had.append(model)
            del had[:-MOST_MODELS]

    def trained(self, name, now):
        """The latest other model of this name that was trained; None where the one that has it `now` was,
        here or before it was loaded, or none was."""
        if self._witness.key_of(now) is not None or _has_taken_steps(now):
            return None
        noted = (*reversed(self._models.get(name, ())), *self._witness.trained_as(name))
        others = (one for one in noted if one is not now)
        return next((one for one in others if self._witness.key_of(one) is not None), None)


def _has_taken_steps(model):
    """Whether its optimizer counts steps: that of a model which was loaded counts on."""
    with contextlib.suppress(Exception):  # whatever has the name may have no optimizer, or one of its own
        return int(model.optimizer.iterations) > 0
    return False
