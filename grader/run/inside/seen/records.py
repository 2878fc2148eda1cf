"""What a training writes down: found by when it is written, whatever it is called and however it is kept.

All that may hold numbers is looked at whenever a pass over the data begins or ends, an epoch of `fit` ends,
or a cell does. What changed again and again while the weights did, and kept what stood there, is a record of
that training.
"""

from __future__ import annotations

import contextlib
import itertools
import time
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from .containers import containers, mark_of, rows_of, series_in

MOST_SECONDS = 4.0  # for all looks of one notebook
MOST_PATHS = 2_000
MOST_EARLIER = 200  # that were bound again
MOST_MIXED = 4  # numbers of one epoch that stand in one list
LONGEST_READ = 400  # numbers of one series that are compared from look to look
CLOCK = 0.1  # of a duration: so near to the time that passed only a clock comes
OF_THE_SHELL = ("In", "Out")  # what ran, and what came of it
OF_FIT = "fit "  # begins the scopes of what Keras records by itself, and no name of a function or module
_monotonic = time.monotonic


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRecord:
    """A series of numbers that was written while a model was trained. `of`: whether that was after passes
    that trained ("train") or after others ("test"), "" where nobody can tell."""

    name: str
    values: np.ndarray
    of: str


@dataclass(slots=True)
class _Written:
    mark: object
    rows: np.ndarray | None  # none of what is long
    writes: list  # the numbers of the looks that found it changed
    lengths: list  # and how long it was then
    container: typing.Any = None  # none of what is long
    filled: set = field(default_factory=set)  # places in which a number stands that is not to change
    spoiled: bool = False  # what stood there was changed
    renewed: bool = False  # the same, or it stands there in other units
    again: bool = False  # it was filled before, and emptied


@dataclass(frozen=True, slots=True, kw_only=True)
class _WrittenLook:
    at: float
    changes: Mapping  # key of a model -> how often its weights had changed
    changed: frozenset  # the models whose weights had changed since the look before
    of: str


def _keep(written):
    """Whether what was written is there still; of a list that was emptied, it is kept as it stood."""
    if written.container is not None and len(written.container) < written.mark[0]:
        written.container = written.rows
    return written.container is not None


class Records:
    """Looks at what a notebook holds. `scopes`: gives [(scope, names)]; `states`: gives key of a trained
    model -> numbers that change when its weights do."""

    def __init__(self, scopes, states):
        self._scopes, self._states = scopes, states
        self._written = {}  # (scope, path) -> _Written
        self._earlier = []  # [((scope, path), _Written)] of what was bound again, or emptied
        self._looks = []
        self._changes = {}
        self._before = {}
        self._seconds = 0.0
        self._of = ""

    def look(self, trained=None):
        """See what changed since the last look. `trained`: of a pass that has just ended, whether it trained;
        None at any other time."""
        if self._seconds > MOST_SECONDS:
            return
        began = _monotonic()
        with contextlib.suppress(Exception):  # whatever a notebook holds: it goes on
            self._of = self._of if trained is None else "train" if trained else "test"
            changed = self._changed()
            self._looks.append(
                _WrittenLook(at=began, changes=dict(self._changes), changed=changed, of=self._of)
            )
            for key, container in self._containers():
                self._note(key, container)
        self._seconds += _monotonic() - began

    def found(self, key):
        """The records of the training of this model, in the order in which they are defined: of each series
        of numbers one."""
        self.look()
        found, known = [], set()
        for path, container, written in self._records_of(key):
            for name, values in self._series_of(path[1], container, written, key):
                told = values.tobytes()
                if len(values) > 1 and told not in known and not self._is_clock_or_counter(values, written):
                    known.add(told)
                    found.append(KeptRecord(name=name, values=values, of=self._of_which(path, written)))
        return found

    def wrote(self, values, *, at_once=False):
        """Whether these numbers stand in a list that was written while the weights of a model changed: bit by
        bit, or also `at_once`, in a cell in which they changed, too."""
        self.look()
        there = [(one, self._written.get(path)) for path, one in self._containers()]
        for container, written in (*there, *((one.container, one) for _, one in self._earlier)):
            if written is None or container is None or written.spoiled or written.renewed:
                continue
            told = (np.array_equal(values, one, equal_nan=True) for _, one in series_in("", container))
            looks = [self._looks[number] for number in written.writes]
            beside = any(look.changes != looks[0].changes for look in looks)
            if (beside or (at_once and any(look.changed for look in looks))) and any(told):
                return True
        return False

    def _records_of(self, key):
        """[(path, container, written)] of what stands there; of names that were bound again for another
        training, or to nothing, what this one wrote under them last."""
        standing, seen = set(), set()
        for path, container in self._containers():
            written = self._written.get(path)
            standing.add(path)
            if written is not None and self._is_record(written, key):
                seen.add(path)
                yield path, container, written
        gone = [(path, written) for path, written in self._written.items() if path not in standing]
        earlier = [*self._earlier, *((path, written) for path, written in gone if _keep(written))]
        for path, written in {path: one for path, one in earlier if self._is_record(one, key)}.items():
            if path not in seen:
                yield path, written.container, written

    def is_of_one_pass(self, thing, key):
        """Whether this was filled anew in each pass: it holds the numbers of the last one."""
        written = next((self._written.get(path) for path, one in self._containers() if one is thing), None)
        if written is None or not (written.spoiled or written.again):
            return False
        return len(thing) < 2 or not self._is_record(written, key)

    def _series_of(self, name, container, written, key):
        """[(how it is written, numbers [n])] of each series of this training in it."""
        row = self._row_of(name, container, written, key)
        return row or self._by_epoch(series_in(name, container), written, key)

    def _row_of(self, name, container, written, key):
        """The one row of a table that was written for this model, where the others were for other models: its
        numbers are those of this training, one after the other."""
        rows = rows_of(container)
        if rows is None or rows.ndim != 2 or len(written.writes) < 2 or len(rows) != written.lengths[-1]:
            return []
        changes = [{}, *(self._looks[number].changes for number in written.writes)]
        trained = [
            {one for one, count in now.items() if count != before.get(one, 0)}
            for before, now in itertools.pairwise(changes)
        ]
        own = [place for place, keys in enumerate(trained) if key in keys]
        if len(own) != 1 or not all(trained):
            return []
        first, last = [0, *written.lengths][own[0] : own[0] + 2]
        return [(f"{name}[{first}]", rows[first])] if last - first == 1 else []

    def _by_epoch(self, series, written, key):
        """The same, where several numbers of each epoch stand one after the other as one series of each."""
        epochs = len({self._looks[number].changes.get(key, 0) for number in written.writes})
        for name, values in series:
            many = len(values) // epochs
            if epochs < 2 or many * epochs != len(values) or not 1 < many <= MOST_MIXED:
                yield name, values
            else:
                yield from ((f"{name}[{place}::{many}]", values[place::many]) for place in range(many))

    def _containers(self):
        count = 0
        for scope, names in self._scopes():
            for name, value in list(names.items()):
                if type(name) is not str or name.startswith("_") or name in OF_THE_SHELL:
                    continue
                for path, container in containers(name, value):
                    count += 1
                    if count > MOST_PATHS:
                        return
                    yield (scope, path), container

    def _changed(self):
        now = self._states()
        changed = frozenset(key for key, state in now.items() if self._before.get(key) != state)
        for key in changed:
            self._changes[key] = self._changes.get(key, 0) + 1
        self._before = now
        return changed

    def _note(self, key, container):
        mark, known, look = mark_of(container), self._written.get(key), len(self._looks) - 1
        if known is not None and known.mark == mark:
            return
        container = container if mark[0] <= LONGEST_READ else None
        rows = rows_of(container) if container is not None else None
        if known is None or mark[0] < known.mark[0]:
            filled = set() if rows is None else {*np.flatnonzero(np.nan_to_num(rows))}
            self._keep_earlier(key, known)
            again = known is not None
            self._written[key] = _Written(mark, rows, [look], [mark[0]], container, filled, again=again)
            return
        if rows is not None and known.rows is not None:
            self._compare(known, rows, self._looks[known.writes[-1]].changes == self._changes)
        known.mark, known.rows, known.container = mark, rows, container
        known.writes.append(look)
        known.lengths.append(mark[0])

    def _keep_earlier(self, key, written):
        """What was written under a name that is bound again; of a list that is emptied, what stood there."""
        if written is None or len(written.writes) < 2 or len(self._earlier) == MOST_EARLIER:
            return
        if _keep(written):
            self._earlier.append((key, written))

    def _compare(self, known, rows, afterwards):
        """Whether what stood there stands there still, if in other units: in the same order. `afterwards`: no
        weights changed since the last write. What keeps its length while they do is filled place by place."""
        before, now = known.rows, rows[: len(known.rows)]
        if before.shape != now.shape:
            known.spoiled = True
            return
        changed = {*np.flatnonzero(~((before == now) | (np.isnan(before) & np.isnan(now))))}
        known.renewed = known.renewed or bool(changed & known.filled)
        if (afterwards or len(rows) > len(before)) and np.array_equal(
            np.argsort(before, axis=0), np.argsort(now, axis=0)
        ):
            return
        known.spoiled = known.spoiled or bool(changed & known.filled)
        known.filled |= {*np.flatnonzero(np.nan_to_num(rows))}

    def _is_record(self, written, key):
        """Whether it was written after more than one change of the weights; where a training was seen as a
        whole only, while that went on."""
        looks = [self._looks[number] for number in written.writes]
        alone = self._changes.get(key, 0) == 1 and any(key in look.changed for look in looks)
        return not written.spoiled and (alone or len({look.changes.get(key, 0) for look in looks}) > 1)

    def _of_which(self, path, written):
        if path[0].startswith(OF_FIT):
            return "test" if path[1].startswith("val_") else "train"
        kinds = [self._looks[number].of for number in written.writes]
        return max(dict.fromkeys(kinds), key=kinds.count)

    def _is_clock_or_counter(self, values, written):
        """Whether it counts the epochs, or tells how long they took."""
        if len(values) < 2 or not np.all(np.isfinite(values)):
            return False
        steps = np.diff(values)
        if np.all(values == np.round(values)) and np.all(steps == steps[0]) and steps[0] > 0:
            return True
        at = [self._looks[number].at for number in written.writes]
        if len(at) != len(values):
            return False
        took = np.diff(at)
        return bool(
            any(np.all(np.abs(told - took) <= CLOCK * took) for told in (values[1:], values[:-1], steps))
        )
