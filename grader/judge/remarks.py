"""What a run showed that the instructor should look at. It costs nothing by itself."""

from __future__ import annotations

from collections.abc import Iterator

from grader.assignment import Purpose, Seen
from grader.judge.identify.asked import other_labels
from grader.judge.identify.identification import PROBE
from grader.judge.identify.untrained import found_untrained


def remarks(seen: Seen) -> tuple[str, ...]:
    """One line each, the place first where it is known; to be asked for once the checks are judged."""
    return tuple(_lines(seen))


def _lines(seen: Seen) -> Iterator[str]:
    problem = found_untrained(seen)
    if problem is not None and (problem.where or not _is_unfinished(seen)):
        yield f"{problem.where}: {problem.words}" if problem.where else problem.words
    yield from filter(None, (other_labels(seen, purpose) for purpose in Purpose if seen.asks("pipeline")))


def _is_unfinished(seen: Seen) -> bool:
    """Whether the notebook has no model that could have been trained: the checks of the model say so, and
    there is nothing to look at."""
    model = seen.if_asked(PROBE)
    return model is not None and not model.is_answered
