"""How numbers travel between host and kernel: a JSON header and raw little-endian arrays. No pickle, no zip.

    b"GRF1" | header length, 4 bytes | header | the arrays in order
    header: {"value": any JSON, "arrays": [{"name", "dtype", "shape"}]}

Both sides use this file. What a kernel wrote is hostile: `unpack` allocates nothing before sizes are checked.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

MAGIC = b"GRF1"
DTYPES = {"<f4": 4, "<f8": 8, "<i4": 4, "<i8": 8, "|b1": 1, "|u1": 1}
MAX_BYTES = 64 << 20
MAX_HEADER = 4 << 20
MAX_ARRAYS = 20_000
MAX_RANK = 8


def little_endian(array: np.ndarray) -> np.ndarray:
    """The array in one of the dtypes that may travel; other floats and ints become 64 bits wide.

    Raises:
        ValueError: it holds neither floats, ints nor bools.
    """
    if array.dtype.kind == "b":
        return np.ascontiguousarray(array, dtype="|b1").reshape(array.shape)
    if array.dtype.newbyteorder("<").str in DTYPES:
        wanted = array.dtype.newbyteorder("<").str
    elif array.dtype.kind in "iu":
        wanted = "<i8"
    elif array.dtype.kind == "f" or str(array.dtype) == "bfloat16":
        wanted = "<f8"
    else:
        raise ValueError(f"an array of dtype {array.dtype} does not travel")
    return np.ascontiguousarray(array, dtype=wanted).reshape(array.shape)


def pack(value: Mapping[str, Any]) -> bytes:
    """A frame of the mapping: NumPy arrays at its top level travel raw, everything else as JSON.

    Raises:
        ValueError: an array of another kind than float, int, bool, or more than a frame may hold.
    """
    arrays = {name: little_endian(item) for name, item in value.items() if isinstance(item, np.ndarray)}
    plain = {name: item for name, item in value.items() if not isinstance(item, np.ndarray)}
    listing = [{"name": name, "dtype": a.dtype.str, "shape": list(a.shape)} for name, a in arrays.items()]
    header = json.dumps({"value": plain, "arrays": listing}).encode()
    frame = b"".join([MAGIC, struct.pack("<I", len(header)), header, *(a.tobytes() for a in arrays.values())])
    if len(frame) > MAX_BYTES or len(header) > MAX_HEADER or len(listing) > MAX_ARRAYS:
        raise ValueError(f"a frame of {len(frame)} bytes is too large")
    return frame


def unpack(frame: bytes) -> dict[str, Any]:
    """The mapping in a frame.

    Raises:
        ValueError: the bytes are not a frame. Nothing else, whatever they are.
    """
    if len(frame) > MAX_BYTES or frame[:4] != MAGIC or len(frame) < 8:
        raise ValueError("not a frame")
    (length,) = struct.unpack("<I", frame[4:8])
    if length > min(MAX_HEADER, len(frame) - 8):
        raise ValueError("the header is longer than the frame")
    try:
        header = json.loads(frame[8 : 8 + length])
        value, listing = header["value"], header["arrays"]
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise ValueError("the header is not what a frame has") from problem
    if not isinstance(value, dict) or not isinstance(listing, list) or len(listing) > MAX_ARRAYS:
        raise ValueError("the header is not what a frame has")
    out, start = dict(value), 8 + length
    for entry in listing:
        name, array, start = _array_at(frame, start, entry)
        out[name] = array
    if start != len(frame):
        raise ValueError("bytes are left over after the last array")
    return out


def _array_at(frame: bytes, start: int, entry: Any) -> tuple[str, np.ndarray, int]:
    if not isinstance(entry, dict):
        raise ValueError("an array's entry is not an object")
    name, dtype, shape = entry.get("name"), entry.get("dtype"), entry.get("shape")
    if (
        not isinstance(name, str)
        or not isinstance(dtype, str)
        or dtype not in DTYPES
        or not isinstance(shape, list)
        or len(shape) > MAX_RANK
    ):
        raise ValueError("an array's entry lacks a name, a dtype or a shape")
    count = 1
    for side in shape:
        if type(side) is not int or not 0 <= side <= MAX_BYTES:
            raise ValueError(f"the array {name!r} has an impossible shape")
        count *= side
        if count > MAX_BYTES:
            raise ValueError(f"the array {name!r} is too large")
    end = start + count * DTYPES[dtype]
    if end > len(frame):
        raise ValueError(f"the array {name!r} is cut off")
    array = np.frombuffer(frame, dtype=dtype, count=count, offset=start).reshape(shape)
    return name, array, end
