"""What tables and columns of pandas had when a homework was written and have no more, given back where its
meaning is certain, and said.

Sources: pandas 1.0 (`.ix`), 2.0 (`append`, `iteritems`, `pd.datetime`, `pd.np`) and 3.0 (`fillna(method=)`,
`applymap`) as their release notes tell; checked against pandas 3.1 on 2026-11-29.
"""

from __future__ import annotations

import functools

from .imports import when_imported
from .period import answer_for, say

RENAMED = {  # class -> {old name: name of today}
    "DataFrame": {"iteritems": "items", "applymap": "map", "as_matrix": "to_numpy"},
    "Series": {"iteritems": "items", "get_values": "to_numpy", "as_matrix": "to_numpy"},
}
FILLS = {"ffill": "ffill", "pad": "ffill", "bfill": "bfill", "backfill": "bfill"}


def install():
    """As soon as pandas is imported."""
    when_imported("pandas", _mend)


def _mend(pandas):
    import datetime

    import numpy

    for kind in (pandas.DataFrame, pandas.Series):
        for old, today in RENAMED[kind.__name__].items():
            _give_back(kind, old, today, getattr(kind, today))
        _give_back(kind, "append", "pd.concat", functools.partialmethod(_append, pandas))
        if not hasattr(kind, "ix"):
            kind.ix = property(functools.partial(_ByLabelOrPlace, pandas))
        _fill_by_a_method(kind)
    moved = {"datetime": (datetime.datetime, "datetime.datetime"), "np": (numpy, "numpy")}
    answer_for(pandas, moved.keys(), moved.__getitem__, "pandas has no pd.{}")


def _give_back(kind, old, today, does):
    """A method under its old name, where the class has none."""
    if hasattr(kind, old):
        return

    def method(self, *args, **kwargs):
        say(f"pandas has no {kind.__name__}.{old} any more: {today} is taken, which it was")
        bound = does.__get__(self, kind)
        return bound(*args, **kwargs)

    method.__name__ = old
    setattr(kind, old, method)


def _append(self, pandas, other, ignore_index=False, verify_integrity=False, sort=False):
    """Rows behind those of a table, values behind those of a column: another, a list of them, and behind a
    table's a row as a dict or a column."""
    others = list(other) if isinstance(other, (list, tuple)) else [other]
    if isinstance(self, pandas.DataFrame):
        if others and not any(isinstance(one, pandas.DataFrame) for one in others):
            others = [_rows(pandas, self, others, ignore_index)]
        columns = list(dict.fromkeys(column for one in (self, *others) for column in one.columns))
    parts = [one for one in (self, *others) if len(one)] or [self]  # an empty one says nothing of the types
    joined = pandas.concat(parts, ignore_index=ignore_index, verify_integrity=verify_integrity, sort=sort)
    return joined.reindex(columns=columns) if isinstance(self, pandas.DataFrame) and not sort else joined


def _rows(pandas, table, rows, ignore_index):
    """Rows given as dicts, lists or columns, as a table."""
    single = rows[0] if len(rows) == 1 else None
    nameless = isinstance(single, dict) or (isinstance(single, pandas.Series) and single.name is None)
    if nameless and not ignore_index:
        raise TypeError("Can only append a dict, or a Series without a name, if ignore_index=True")
    made = pandas.DataFrame(rows).infer_objects()
    made.index.name = table.index.name
    return made


def _fill_by_a_method(kind):
    original = kind.fillna

    @functools.wraps(original)
    def fillna(self, value=None, *args, method=None, **kwargs):
        if method not in FILLS or value is not None or args:
            return original(self, value, *args, **kwargs | ({} if method is None else {"method": method}))
        say(f"pandas has no fillna(method=...) any more: {FILLS[method]}() is taken, which it was")
        return getattr(self, FILLS[method])(**kwargs)

    kind.fillna = fillna


class _ByLabelOrPlace:
    """`.ix`: by label, and numbers by place where the labels are no numbers."""

    def __init__(self, pandas, table):
        self._pandas, self._table = pandas, table

    def __getitem__(self, key):
        return self._table.loc[self._labels(key)]

    def __setitem__(self, key, value):
        self._table.loc[self._labels(key)] = value

    def _labels(self, key):
        say("pandas has no .ix any more: .loc is taken, and .iloc where the labels are no numbers")
        keys = key if isinstance(key, tuple) else (key,)
        found = tuple(self._of_axis(one, axis) for one, axis in zip(keys, self._table.axes, strict=False))
        return found if isinstance(key, tuple) else found[0]

    def _of_axis(self, key, axis):
        if self._pandas.api.types.is_numeric_dtype(axis.dtype) or not axis.is_unique:
            return key
        ends = (key.start, key.stop, key.step) if isinstance(key, slice) else None
        of_places = ends is not None and any(end is not None for end in ends) and _are_places(ends)
        if of_places or _are_places([key]) or (isinstance(key, list) and key and _are_places(key)):
            return axis[key]
        return key


def _are_places(keys):
    return all(key is None or (isinstance(key, int) and not isinstance(key, bool)) for key in keys)
