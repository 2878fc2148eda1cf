"""Under which names a homework may keep lists of numbers without a name of their own: in a dict, in an
object, in what `fit` returns."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from grader.collect.reading.pieces import Piece

# in the history that `fit` returns
OF_FIT = ("loss", "val_loss", "val_accuracy", "val_acc", "val_binary_accuracy")
_NO_WORD = re.compile(r"\W+")  # in a key that is to be a name


def entries(pieces: Sequence[Piece]) -> Iterator[str]:
    """The keys of dicts, alone and behind the name of the dict, with those of the dicts around them, the
    attributes that methods set, and what Keras calls the numbers that `fit` returns."""
    for piece in pieces:
        for node in ast.walk(piece.tree) if piece.tree else ():
            match node:
                case ast.Dict(keys=keys, values=values):
                    yield from _of_both(keys, values)
                    yield from _texts_of(keys)
                case ast.Assign(targets=[ast.Name(id=owner) | ast.Attribute(attr=owner)], value=value):
                    yield from (
                        part for key in _texts_of(_keys_of(value)) for part in (key, f"{owner}_{key}")
                    )
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id=owner), attr="append"), args=[ast.Dict(keys=keys)]
                ):
                    yield from (f"{owner}_{key}" for key in _texts_of(keys))
                case ast.Subscript(
                    value=ast.Subscript(slice=ast.Constant(str(outer))), slice=ast.Constant(str(inner))
                ):
                    yield f"{outer}_{inner}"
                case ast.Subscript(
                    value=ast.Name(id=owner) | ast.Attribute(attr=owner), slice=ast.Constant(str(key))
                ):
                    yield from (_NO_WORD.sub("_", key), f"{owner}_{_NO_WORD.sub('_', key)}")
                case ast.Subscript(slice=ast.Constant(str(key))):
                    yield key
                case ast.Attribute(value=ast.Name(id="self"), attr=attr, ctx=ast.Store()):
                    yield attr
                case ast.Attribute(attr="fit"):
                    yield from OF_FIT


def _texts_of(keys: Iterable[ast.expr | None]) -> Iterator[str]:
    """The keys of a dict that are texts, as names: "val loss" is val_loss."""
    for key in keys:
        match key:
            case ast.Constant(str(text)):
                yield _NO_WORD.sub("_", text.strip())


def _keys_of(value: ast.expr) -> Sequence[ast.expr | None]:
    """Of a dict, also one made by `dict(loss=[], accuracy=[])`; of any other value nothing."""
    match value:
        case ast.Dict(keys=keys):
            return keys
        case ast.Call(func=ast.Name(id="dict"), keywords=keywords):
            return [ast.Constant(one.arg) for one in keywords]
    return ()


def _of_both(keys: Sequence[ast.expr | None], values: Sequence[ast.expr]) -> Iterator[str]:
    """The keys of the dicts within a dict, each behind its own: "train_loss" of {"train": {"loss": []}}."""
    for key, value in zip(keys, values, strict=True):
        match key, value:
            case ast.Constant(str(outer)), ast.Dict(keys=inner):
                yield from (
                    f"{outer}_{one.value}"
                    for one in inner
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                )
