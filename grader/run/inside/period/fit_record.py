"""What `fit` recorded, which answers to the names that its lists had: `acc` until Keras 2.2, `lr` until
Keras 3."""

from __future__ import annotations

TODAY = {"acc": "accuracy", "val_acc": "val_accuracy", "lr": "learning_rate"}


class FitRecord(dict):
    """Asked for under an old name that was not recorded, it gives what has the name of today, and tells so:
    `say` is called with a sentence. Copied or pickled it is a dict, which any other process can read."""

    def __init__(self, record, say):
        super().__init__(record)
        self._say = say

    def __missing__(self, key):
        today = TODAY.get(key)
        if today is None or today not in self:
            raise KeyError(key)
        self._say(f"Keras records {today}, no longer {key}: the same numbers are given")
        return self[today]

    def __reduce__(self):
        return dict, (dict(self),)
