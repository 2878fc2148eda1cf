"""The two generations of Keras that a notebook may have been written for, and why a run took one of them."""

from __future__ import annotations

from dataclasses import dataclass

KERAS2, KERAS3 = "keras2", "keras3"  # tf-keras with TF_USE_LEGACY_KERAS=1, and what TensorFlow brings by itself since 2.16
RUNTIMES = {KERAS3: "Keras 3", KERAS2: "Keras 2"}  # name -> how people call it
PACKAGES = {KERAS3: "the package tensorflow", KERAS2: "the package tf-keras"}  # that brings them
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


def other_than(runtime: str) -> str:
    """The other one of the two."""
    return KERAS3 if runtime == KERAS2 else KERAS2
