"""What an element of a data set holds: sequences and labels, in a pair or under keys."""

from __future__ import annotations

import numpy as np


def pair_of(element):
    """(sequences, labels) of an element: a pair, also of dicts with one thing each, or a dict of the two, of
    which the sequences are those with more axes, or more numbers; None of anything else."""
    if isinstance(element, dict) and len(element) == 2:
        some, others = element.values()
        return (some, others) if _extent(some) >= _extent(others) else (others, some)
    if isinstance(element, (tuple, list)) and len(element) == 2:
        return tuple(_only(part) for part in element)
    return None


def key_of_input(element):
    """The key under which an element has its sequences; "" where they are no dict with one thing."""
    first = element[0] if isinstance(element, (tuple, list)) and element else None
    return next(iter(first)) if isinstance(first, dict) and len(first) == 1 else ""


def _only(part):
    return next(iter(part.values())) if isinstance(part, dict) and len(part) == 1 else part


def _extent(part):
    shape = np.shape(part)
    return len(shape), int(np.prod(shape))
