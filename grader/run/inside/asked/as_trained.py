"""In which form the models of a notebook take their input: as the batches of its training had it, which may
be a dict with one thing, or sequences without an axis for their one feature."""

from __future__ import annotations

import contextlib


class AsTrained:
    """Calls models with sequences [batch, time, features] in the form of their training."""

    key = ""  # under which they take them; "": under none
    is_flat = False  # [batch, time]

    @contextlib.contextmanager
    def like(self, witness):
        """As this Witness saw them in the training."""
        before = self.key, self.is_flat
        self.key, self.is_flat = witness.input_key, witness.is_flat()
        try:
            yield
        finally:
            self.key, self.is_flat = before

    def call_of(self, model):
        """A call of a model; the model itself where its input is as it is asked."""
        return self._calling(model) if self.key or self.is_flat else model

    def _calling(self, model):
        def run(*given, **named):
            if len(given) != 1 or not hasattr(given[0], "shape"):
                return model(*given, **named)
            # a layer of one's own may be such a model, too, and takes what it is asked with
            with contextlib.suppress(Exception):
                return model(self._formed(given[0]), **named)
            return model(*given, **named)

        return run

    def _formed(self, x):
        x = x[..., 0] if self.is_flat and len(x.shape) == 3 and x.shape[-1] == 1 else x
        return {self.key: x} if self.key else x


as_trained = AsTrained()
