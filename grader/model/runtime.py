"""Which runtime a run took, and why. What is known of the two generations of Keras stands in grader/keras."""

from __future__ import annotations

from dataclasses import dataclass

KERAS2, KERAS3 = "keras2", "keras3"  # tf-keras, and what TensorFlow brings by itself since 2.16
ASKED = "asked for with --runtime"  # a reason that says nothing about the notebook


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeSign:
    """A place in the source that is sure to need one runtime."""

    runtime: str
    says: str  # "import tf_keras"
    where: str  # "cell 1, line 2"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeChoice:
    """The runtime of a run; `reason` is "" when it is simply the sheet's."""

    name: str = KERAS3
    reason: str = ""
