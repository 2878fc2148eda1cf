"""A function that cuts a series into windows, each with the value that follows it: asked with series whose
values tell where they stand."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.assignment import Criterion, Function, Probe, Seen
from grader.judge.checks.functions.asked import (
    FORMS,
    Arguments,
    JudgedCase,
    WayToAsk,
    asking,
    best_form,
    by_form,
    unanswered,
)
from grader.model import Basis, Evidence, Verdict
from grader.model.quantities import counted
from grader.model.verdict import failed, passed, skipped
from grader.rnn.weights import Array

ARGUMENTS = ("series", "window_size", "batch_size", "shuffle_buffer")
# between the values that count up and zero, so that no window's value is taken for a number of something else
STEP_BETWEEN_SERIES = 1000.0
# by position, by name, and without the sizes that a function may have from elsewhere
WAYS = (
    *FORMS,
    WayToAsk(changes=lambda given: {name: given[name] for name in ARGUMENTS[:2]}),
)
JudgeCuts = Callable[[Sequence["Cut"]], Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """What came of one series: the windows [n, window] and targets [n] in their order, and how many each
    batch held; `batch`: how many it was asked for."""

    series: Array
    window: int
    batch: int | None  # None: of the function's own choice
    x: Array
    y: Array
    sizes: tuple[int, ...]

    @property
    def starts(self) -> Array:
        """Where each window begins, by its first value."""
        return np.asarray(np.rint(self.x[:, 0] - self.series[0]), dtype=int)

    @property
    def due(self) -> int:
        """How many windows have a value after them."""
        return len(self.series) - self.window


def windows_before_targets(role: Function) -> Criterion:
    """Every window is so many values in a row and its target the value right after them; each is there once,
    and none reaches over the end of the series."""
    return _criterion(
        role,
        "windows_before_targets",
        "Each window holds the values before its target, and every window is there once.",
        judge_pairs,
    )


def window_batches(role: Function) -> Criterion:
    """Batches of the size asked for, in an order that is not that of the series, the last one kept though it
    be smaller."""
    return _criterion(
        role,
        "window_batches",
        "Windows come in batches of the size that is asked for, shuffled, and the last batch is kept.",
        judge_batches,
    )


def _criterion(role: Function, id: str, title: str, judge: JudgeCuts) -> Criterion:
    asked = _asked(role)

    def judged(seen: Seen) -> Verdict:
        return best_form(by_form(seen, asked, role, WAYS), lambda group: _of_group(group, role.name, judge))

    return Criterion(
        id=id,
        title=title,
        judge=judged,
        basis=Basis.PROVEN,
        asks=(asked,),
        forger_gains="nothing: the series are drawn, and every value is looked at",
    )


@functools.cache
def _asked(role: Function) -> Probe:
    return asking(role, series_to_cut, WAYS)


def series_to_cut(rng: np.random.Generator) -> list[Arguments]:
    """Series that count up from a drawn number, with sizes that leave a smaller last batch."""
    found: list[Arguments] = []
    for length, window, batch in ((40, 7, 4), (61, 5, 9)):
        start = STEP_BETWEEN_SERIES + int(rng.integers(100_000))
        series = start + np.arange(length + int(rng.integers(3)), dtype="float32")
        while (len(series) - window) % batch < 2:  # the last batch is smaller, with a window less, too
            series = series[:-1]
        found.append(dict(zip(ARGUMENTS, (series, window, batch, 20), strict=True)))
    return found


def _of_group(group: Sequence[JudgedCase], name: str, judge: JudgeCuts) -> Verdict:
    if not group:
        return skipped("not reached: the notebook gave no answer")
    if (verdict := unanswered(group, name)) is not None:
        return verdict
    cuts = []
    for one in group:
        cut = _cut(one)
        if isinstance(cut, str):
            return failed(
                f"{name} gives {cut}, expected pairs of windows and targets",
                hint=f"Return a tf.data.Dataset of batches (windows, targets) from {name}.",
            )
        cuts.append(cut)
    return judge(cuts)


def _cut(one: JudgedCase) -> Cut | str:
    """What was cut; in words what there is instead. Arrays in place of a data set are one batch."""
    given: Mapping[str, Array] = one.arguments
    batches = one.called.items if one.called.items is not None else (one.called.arrays,)
    if not batches or not batches[0]:
        return "nothing"
    if any(len(batch) != 2 for batch in batches):
        return f"{counted(len(batches[0]), 'array')} for each batch"
    window = int(given["window_size"])
    try:
        x = [np.asarray(x, dtype="f8").reshape(len(x), -1) for x, _ in batches]
        y = [np.asarray(y, dtype="f8").reshape(len(x), -1) for x, y in batches]
    except (ValueError, TypeError):
        return f"windows of shape {batches[0][0].shape} with targets of shape {batches[0][1].shape}"
    if not all(np.isfinite(part).all() for part in (*x, *y)):
        return "values that are no numbers (nan)"
    if {part.shape[1] for part in x} != {window} or {part.shape[1] for part in y} != {1}:
        return (
            f"windows of shape {batches[0][0].shape} and targets of shape {batches[0][1].shape} for"
            f" window_size {window}"
        )
    return Cut(
        series=np.asarray(given["series"], dtype="f8"),
        window=window,
        batch=int(given["batch_size"]) if "batch_size" in given else None,
        x=np.concatenate(x),
        y=np.concatenate(y)[:, 0],
        sizes=tuple(map(len, x)),
    )


def judge_pairs(cuts: Sequence[Cut]) -> Verdict:
    """Rows of neighbours, the target right after them, every one once; one last batch that is left out is not
    charged here."""
    for cut in cuts:
        apart = np.abs(cut.x - (cut.x[:, :1] + np.arange(cut.window))).max(axis=1)
        if np.any(apart > 0):
            row = cut.x[int(np.argmax(apart))] - cut.series[0]
            return failed(
                f"a window of the series 0, 1, 2, ... holds {_row(row)}, expected neighbouring"
                " values in their order",
                hint="Shuffle the windows, not the values in them.",
            )
        ahead = cut.y - cut.x[:, -1]
        if np.any(ahead != 1):
            far = int(ahead[int(np.argmax(ahead != 1))])
            where = "within it" if far <= 0 else f"{counted(far, 'step')} after its last value"
            return failed(
                f"the target of a window stands {where}, expected one step after its last value",
                hint="Take windows of window_size + 1 values, then [:-1] and [-1].",
            )
        starts, times = np.unique(cut.starts, return_counts=True)
        if np.any(times > 1) or starts.min() < 0 or starts.max() >= cut.due:
            return failed(
                f"of {counted(cut.due, 'window')} some occur {int(times.max())} times, expected"
                " each exactly once"
            )
        kept_back, batch = cut.due - len(starts), cut.batch or cut.sizes[0]
        if kept_back >= batch or (kept_back and set(cut.sizes) != {batch}):
            return failed(
                f"{counted(len(starts), 'window')} of a series of {len(cut.series)} values, expected"
                f" {cut.due}",
                hint=(
                    "Begin a window at every value, with shift=1, and drop only those at the end that are too"
                    " short."
                ),
            )
    return passed("Each target follows its window, and every window is there once.", evidence=_evidence(cuts))


def judge_batches(cuts: Sequence[Cut]) -> Verdict:
    """Sizes of the batches and their order."""
    for cut in cuts:
        *full, last = cut.sizes
        left_out = cut.due - len(cut.x)
        if cut.batch is None:
            return failed(
                "the size of the batches cannot be asked for: the function takes no batch_size",
                hint="Take batch_size and shuffle_buffer as arguments, behind series and window_size.",
            )
        # windows: those that are missing were charged, and these fill one batch
        few = len(cut.x) <= cut.batch
        if set(full) - {cut.batch} or not (full or few) or last > cut.batch:
            return failed(
                f"batches of {_row(sorted(set(cut.sizes)))} windows for batch_size {cut.batch}",
                hint="Batch after shuffling: .batch(batch_size).",
                evidence=_evidence(cuts),
            )
        if last == cut.batch and 0 < left_out < cut.batch:
            return failed(
                f"the last batch holds {counted(last, 'window')}, expected {cut.due % cut.batch}: {left_out}"
                " are left out",
                hint="Leave drop_remainder=True out of .batch(): it throws windows away.",
                evidence=_evidence(cuts),
            )
        if np.all(np.diff(cut.starts) > 0):
            return failed(
                "the windows come in the order of the series", hint="Shuffle them: .shuffle(shuffle_buffer)."
            )
    return passed(
        "Windows are shuffled, and come in batches of the size that was asked for.", evidence=_evidence(cuts)
    )


def _evidence(cuts: Sequence[Cut]) -> list[Evidence]:
    return [
        Evidence(
            what=f"windows of {cut.window} in a series of {len(cut.series)}",
            expected=f"{cut.due} in batches of {cut.batch or cut.sizes[0]}",
            actual=f"{len(cut.x)} in {counted(len(cut.sizes), 'batch', 'batches')}",
        )
        for cut in cuts
    ]


def _row(values: Sequence[float] | Array) -> str:
    return ", ".join(f"{value:g}" for value in list(values)[:8])
