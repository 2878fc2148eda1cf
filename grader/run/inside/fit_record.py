"""What `fit` recorded, which answers to the names that its lists had: `acc` until Keras 2.2, `lr` until
Keras 3."""

from __future__ import annotations

TODAY = {"acc": "accuracy", "val_acc": "val_accuracy", "lr": "learning_rate"}


class FitRecord(dict):
    """Asked for under an old name that was not recorded, it gives what has the name of today."""

    def __missing__(self, key):
        today = TODAY.get(key)
        if today is None or today not in self:
            raise KeyError(key)
        from .period import say  # which needs modules, which knows this class

        say(f"Keras records {today}, no longer {key}: the same numbers are given")
        return self[today]
