"""Frames: what goes in comes out; whatever a hostile kernel writes is a ValueError and nothing else."""

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.run.inside import frames

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)
arrays = hnp.arrays(
    dtype=st.sampled_from(["<f4", "<f8", "<i4", "<i8", "|b1", "|u1"]),
    shape=hnp.array_shapes(min_dims=0, max_dims=4, max_side=5, min_side=0),
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(max_size=10), plain | arrays, max_size=6))
def test_what_goes_in_comes_out(value):
    back = frames.unpack(frames.pack(value))
    assert back.keys() == value.keys()
    for name, item in value.items():
        if isinstance(item, np.ndarray):
            assert back[name].dtype == item.dtype
            np.testing.assert_array_equal(back[name], item)
        else:
            assert back[name] == item


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200) | st.binary(max_size=100).map(lambda tail: b"GRF1" + tail))
def test_any_bytes_are_a_frame_or_a_value_error(data):
    with contextlib.suppress(ValueError):
        assert isinstance(frames.unpack(data), dict)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 400), st.integers(0, 255))
def test_a_changed_byte_never_raises_anything_else(place, byte):
    frame = bytearray(frames.pack({"a": np.arange(6.0).reshape(2, 3), "b": {"c": [1, 2]}}))
    frame[place % len(frame)] = byte
    with contextlib.suppress(ValueError):
        frames.unpack(bytes(frame))


@pytest.mark.parametrize(
    "header",
    [
        b'{"value": {}, "arrays": [{"name": "a", "dtype": "<f8", "shape": [1000000, 1000000]}]}',
        b'{"value": {}, "arrays": [{"name": "a", "dtype": "<f8", "shape": [-1]}]}',
        b'{"value": {}, "arrays": [{"name": "a", "dtype": "O", "shape": [1]}]}',
        b'{"value": {}, "arrays": [{"name": "a", "dtype": "<f8", "shape": [true]}]}',
        b'{"value": [], "arrays": []}',
        b"[" * 100_000,
        b'{"value": {}}',
    ],
    ids=["huge", "negative", "objects", "bool side", "no mapping", "deep", "no arrays"],
)
def test_a_lying_header_is_refused(header):
    with pytest.raises(ValueError, match=r"\w"):
        frames.unpack(b"GRF1" + len(header).to_bytes(4, "little") + header)


def test_both_sides_fill_drawn_weights_alike():
    """run/inside/weights.py repeats rnn/draws.py: read as text, since importing it needs tensorflow."""
    import ast
    from pathlib import Path

    from grader.rnn import draws

    inside = ast.parse((Path(frames.__file__).parent / "weights.py").read_text())
    names = ("fill", "positive_where")
    functions = [n for n in inside.body if isinstance(n, ast.FunctionDef) and n.name in names]
    space = {"np": np}
    exec(compile(ast.Module(functions, []), "weights.py", "exec"), space)
    pool = np.random.default_rng(0).standard_normal(50).astype("f4")
    shapes = [(3, 4), (4,), (7, 12), (2, 3, 4), ()]
    ours, theirs = draws.fill(shapes, pool, 1.5), space["fill"](shapes, pool, 1.5)
    fixed = [False, True, True, False, False]
    pairs = [*zip(ours, theirs, strict=True)]
    pairs += zip(draws.positive_where(fixed, ours), space["positive_where"](fixed, theirs), strict=True)
    for one, other in pairs:
        np.testing.assert_array_equal(one, other)
