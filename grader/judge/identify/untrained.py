"""Whether the weights of a model were trained here, or assigned and loaded: points for a training are for
what it changed.

The kernel tells when gradients were computed and where weights were assigned outside of an optimizer, and
keeps the states around that. The host computes how good each state is: weights that are good before any
gradient was, or good after an assignment and not before it, are not what a training made. Initial values that
somebody sets, best weights that are put back, averages and optimizers written by hand leave no such jump.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grader.assignment import Seen
from grader.judge.identify.accuracy import SKILL
from grader.judge.identify.causes import TRAINING
from grader.judge.identify.cell import identify
from grader.judge.identify.training_cells import stopped_training
from grader.model import Evidence, Run, Verdict
from grader.model.verdict import failed, needs_review
from grader.probes.notebook import CodePlace, Trained, read_training
from grader.rnn.weights import Array

# (weights, the skill that they must have) -> whether they reach the bar, too
Reaches = Callable[[Sequence[Array], float], bool]
FOUND = "untrained"  # under which it is remembered
# a skill that no training reaches within three batches: after ten it was 0.27, after 200 0.89
UNTRAINABLE_SKILL = 0.7
# assignments, one after the other: an optimizer of the student's own, which nobody can tell from the outside
MANY_ASSIGNMENTS = 20
FILE = re.compile(r"[\w.-]{1,80}\.py")
HINT = (
    "Let an optimizer change the weights: gradients of the loss on batches of the training data, then"
    " optimizer.apply_gradients."
)
NEVER = "no gradient was computed while the notebook ran, and no optimizer changed the weights"


@dataclass(frozen=True, slots=True, kw_only=True)
class Untrained:
    """Why weights are no result of a training. `decided`: no honest way leads there; else a person looks."""

    words: str
    where: str = ""
    decided: bool = True

    def verdict(self, so: str, evidence: Sequence[Evidence] = ()) -> Verdict:
        """What a check of the training says; `so`: what follows from it, in words."""
        shown = [
            *evidence,
            Evidence(
                what="what changed the weights", expected="gradients", actual=self.words, where=self.where
            ),
        ]
        at = f" ({self.where})" if self.where else ""
        if self.decided:
            return failed(f"{self.words}{at}: {so}", hint=HINT, evidence=shown)
        return needs_review(
            f"{self.words}{at}: a person will look at it", evidence=shown, staff_note=f"if so, {so}"
        )


def never_trained(seen: Seen) -> Untrained | None:
    """Why nothing can have been trained, whatever the weights are; None when something may have been, or when
    it is not known."""
    kept = _changes_told(seen)
    if kept is None or kept.gradients or stopped_training(seen) is not None:
        return None
    loaded = _loaded(kept, seen.run)
    if loaded is not None:
        return Untrained(words=f"{NEVER}; they were loaded", where=loaded, decided=False)
    if kept.bursts > MANY_ASSIGNMENTS:
        return Untrained(
            words=f"weights were assigned more than {MANY_ASSIGNMENTS} times, and no gradient was seen",
            decided=False,
        )
    places = [_words_for(one.place, seen.run) for one in kept.assigned]
    return Untrained(words=NEVER, where=places[-1] if places else "")


def untrained(seen: Seen, reaches: Reaches) -> Untrained | None:
    """Why weights that reach the bar are no result of a training; None when they are, or when nothing speaks
    against it."""
    return seen.once(FOUND, lambda: _search(seen, reaches))


def _search(seen: Seen, reaches: Reaches) -> Untrained | None:
    kept = _changes_told(seen)
    if kept is None:
        return None
    never = never_trained(seen)
    return (
        never
        or _jumped(seen, kept, reaches)
        or _right_before(seen, kept, reaches)
        or _too_early(kept, reaches)
        or _since(seen, kept, reaches)
    )


def trained_states(seen: Seen) -> tuple[Sequence[Array], ...]:
    """The weights after the last pass over a data set, as those of the model that was watched; none where
    nothing is known."""
    kept = _changes_told(seen)
    return kept.passes[-1:] if kept is not None else ()


def found_untrained(seen: Seen) -> Untrained | None:
    """What was found when the accuracy was judged, else what is sure without it."""
    return seen.once(FOUND, lambda: never_trained(seen))


def _jumped(seen: Seen, kept: Trained, reaches: Reaches) -> Untrained | None:
    """An assignment, or a loading, by which the weights became good enough."""
    for one in kept.assigned:
        if one.after and reaches(one.after, SKILL) and not (one.before and reaches(one.before, SKILL)):
            words = "the weights that reach the bar were " + (
                "loaded, not trained" if one.loaded else "assigned, not trained"
            )
            own_loop = kept.bursts > MANY_ASSIGNMENTS
            return Untrained(
                words=words, where=_words_for(one.place, seen.run), decided=not one.loaded and not own_loop
            )
    return None


def _right_before(seen: Seen, kept: Trained, reaches: Reaches) -> Untrained | None:
    """Weights that are good before any training. A right cell has none such by chance (see SKILL); one with
    other equations may, as one that adds up what it sees."""
    if not kept.first or not reaches(kept.first, SKILL):
        return None
    loaded = _loaded(kept, seen.run)
    words = "the weights reached the bar before the first gradient was computed"
    cell = identify(seen)
    by_chance = cell is not None and not cell.is_right
    decided = loaded is None and kept.bursts <= MANY_ASSIGNMENTS and not by_chance
    return Untrained(words=words, where=loaded or "", decided=decided)


def _too_early(kept: Trained, reaches: Reaches) -> Untrained | None:
    if not kept.early or not reaches(kept.early, UNTRAINABLE_SKILL):
        return None
    return Untrained(
        words="the weights reached the bar within the first three batches of training", decided=False
    )


def _since(seen: Seen, kept: Trained, reaches: Reaches) -> Untrained | None:
    """Weights that became good after the last pass over a data set, in a way that nobody saw."""
    last = kept.passes[-1] if kept.passes else ()
    if kept.followed or not last or reaches(last, SKILL):
        return None
    words = "the weights reached the bar after the last pass over a data set, and how was not seen"
    return Untrained(words=words, where=_loaded(kept, seen.run) or "", decided=False)


def _changes_told(seen: Seen) -> Trained | None:
    """What the kernel told of the changes; None when it told nothing."""
    observation = seen.if_asked(TRAINING)
    kept = read_training(observation) if observation is not None and observation.is_answered else None
    return kept if kept is not None and kept.gradients is not None else None


def _loaded(kept: Trained, run: Run) -> str | None:
    """Where weights were loaded, "" where that is not known; None when they were not."""
    place = next((one.place for one in kept.assigned if one.loaded), kept.loaded)
    return _words_for(place, run) if place is not None else None


def _words_for(place: CodePlace, run: Run) -> str:
    """ "cell 24, line 5" or "main.py, line 12"; "" for what is neither, whatever the kernel says."""
    if place.line is None:
        return ""
    if FILE.fullmatch(place.file):
        return f"{place.file}, line {place.line}"
    if place.cell is not None and 0 < place.cell <= len(run.cells):
        return f"{run.cells[place.cell - 1].place}, line {place.line}"
    return ""
