"""What a student's code raised and the shapes it told, in one readable line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

LONGEST_ERROR = 300  # characters
READ = 8000  # characters that are looked at
COLOURS = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
NOISE = re.compile(
    # of the machine that runs it
    r"(?:/[\w.+-]+)*/(?:gr-\d+-\w+/(?:[\w.-]+/)*?files/|site-packages/|lib/python3\.\d+/|(?=ipykernel_\d))|"
    r"\[?\[?\{\{.*?\}\}\s*(?:\]\])?|"  # TensorFlow's names of graph nodes
    r"Exception encountered when calling (?:layer \S+ \(type \w+\)|.*?\(\))\.?\s*|"  # Keras' wrapping
    r",\s*numpy=\s*(?:array\(.*?\)|[^<>]*?)(?=>|\Z)|"  # the numbers in a tensor
    r"\[Op:\w*\]|\bname: ?(?:\S*/)?$",  # of an operation
    re.DOTALL,
)
GRAPH = "Graph execution error:"  # a heading of TensorFlow's
# what was raised there
AT_A_NODE = re.compile(r'Graph execution error:.*\n[ \t]{0,8}File "[^\n]*\n', re.DOTALL)
IN_A_GRAPH = re.compile(r"in user code:.*\n\s+\w*(?:Error|Exception): (.+?)(?:\n\s*\n|\Z)", re.DOTALL)
LAST = r"\(most recent call last\)"
TAIL = re.compile(
    rf"\s*(?:Arguments received by|Call arguments received by|in user code:|Traceback {LAST}).*", re.DOTALL
)


def raised(error: Mapping[str, Any], verb: str = "raises") -> str:
    """`raises ValueError: the message`, without colours, graph nodes and the arguments that Keras lists."""
    message = COLOURS.sub("", str(error.get("message", ""))[:READ])
    message = AT_A_NODE.sub("", message).replace(GRAPH, "", 1)
    inside = IN_A_GRAPH.search(message)
    message = NOISE.sub("", TAIL.sub("", inside[1] if inside else message))
    message = " ".join(message.split()).strip(" .:")
    name = str(error.get("name", "an error"))
    return f"{verb} {name}: {message[:LONGEST_ERROR]}" if message else f"{verb} {name}"


def shape_words(told: object) -> str:
    """A shape as the kernel told it: "(25, 1)"."""
    return str(tuple(told)) if isinstance(told, (list, tuple)) else "of no fixed size"
