"""The two generations of Keras that a notebook may have been written for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grader.model.runtime import KERAS2, KERAS3

SWITCH = "TF_USE_LEGACY_KERAS"  # the variable by which TensorFlow, from 2.16 on, takes tf-keras
BY_SWITCH = {
    "1": KERAS2,
    "true": KERAS2,
    "True": KERAS2,
    "0": KERAS3,
    "false": KERAS3,
    "False": KERAS3,
    "": KERAS3,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One of the two, as people and as a package manager call it."""

    words: str  # "Keras 3"
    package: str  # that brings it, as pip calls it
    environment: Mapping[str, str]  # of a process in which `tf.keras` is this generation


GENERATIONS: Mapping[str, Generation] = {
    KERAS3: Generation(words="Keras 3", package="tensorflow", environment={}),  # by itself since 2.16
    KERAS2: Generation(words="Keras 2", package="tf-keras", environment={SWITCH: "1"}),
}


def words_for(runtime: str) -> str:
    """How people call a runtime; the name itself where we know none of that name."""
    return GENERATIONS[runtime].words if runtime in GENERATIONS else runtime


def other_than(runtime: str) -> str:
    """The other one of the two."""
    return KERAS3 if runtime == KERAS2 else KERAS2
