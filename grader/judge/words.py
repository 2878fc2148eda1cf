"""What a student's code raised, in one readable line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

LONGEST = 300  # characters
NOISE = re.compile(
    r"\x1b\[[0-9;]*m|"  # terminal colours
    r"\{\{.*?\}\}\s*|"  # TensorFlow's names of graph nodes
    r"Exception encountered when calling .*?\(\)\.?\s*|"  # Keras' wrapping
    r"\[Op:\w*\]|name: ?$",
    re.DOTALL,
)
TAIL = re.compile(r"\s*(?:Arguments received by|Call arguments received by|in user code:).*", re.DOTALL)


def raised(error: Mapping[str, Any]) -> str:
    """`raises ValueError: the message`, without colours, graph nodes and the arguments that Keras lists."""
    message = TAIL.sub("", NOISE.sub("", str(error.get("message", ""))))
    message = " ".join(message.split()).strip(" .:")
    name = str(error.get("name", "an error"))
    return f"raises {name}: {message[:LONGEST]}" if message else f"raises {name}"
