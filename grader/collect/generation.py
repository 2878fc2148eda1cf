"""Which generation of Keras a homework is written for, where its source says so plainly. Code that tries both says nothing."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.collect import constants
from grader.collect.escapes import escapes
from grader.collect.functions import written
from grader.collect.origins import Origins, Where
from grader.collect.pieces import Piece
from grader.judge.symptoms import GUIDE, KERAS_3_0, MEASURED, NEWSLETTER, OWN
from grader.model import RuntimeSign
from grader.model.runtime import KERAS2, KERAS3

MOST_SIGNS = 20
VARIABLE = "TF_USE_LEGACY_KERAS"
LEGACY = {"1": KERAS2, "true": KERAS2, "True": KERAS2, "0": KERAS3, "false": KERAS3, "False": KERAS3, "": KERAS3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Only:
    """Names that exist in one generation alone. `example` runs there and raises in the other: a test runs it in both."""

    runtime: str
    names: re.Pattern[str]  # of what a name stands for, dotted
    means: str
    since: str  # which release parted the two
    source: str  # where it is said
    example: str


def _only(runtime: str, names: str, means: str, since: str, source: str, example: str) -> Only:
    return Only(
        runtime=runtime, names=re.compile(rf"(?:{names})(?:\..+)?"), means=means, since=since, source=source, example=example
    )


ONLY = (
    _only(
        KERAS2,
        r"tf_keras",
        "the package tf_keras is Keras 2",
        "TensorFlow 2.16, 2024-03",
        NEWSLETTER,
        "import tf_keras, tensorflow as tf\nassert issubclass(tf_keras.layers.Dense, tf.keras.layers.Layer)",
    ),
    _only(
        KERAS2,
        r"tensorflow\.python\.keras",
        "layers of tensorflow.python.keras are not layers for Keras 3",
        "Keras 2.6, 2021-08: kept as legacy code",
        "https://github.com/keras-team/keras/releases/tag/v2.6.0",
        "import tensorflow as tf\nfrom tensorflow.python.keras.layers import Dense\ntf.keras.Sequential([Dense(2)])",
    ),
    _only(
        KERAS2,
        r"tensorflow\.compat\.v1\.keras",
        "the Keras of TensorFlow 1 came with Keras 2",
        MEASURED,
        OWN,
        "from tensorflow.compat.v1.keras.backend import set_session",
    ),
    _only(
        KERAS2,
        r"tensorflow\.keras\.layers\.(?:experimental|AbstractRNNCell|LocallyConnected[12]D|DenseFeatures)",
        "these layers are gone in Keras 3",
        KERAS_3_0,
        GUIDE,
        "import tensorflow as tf\ntf.keras.layers.AbstractRNNCell",
    ),
    _only(
        KERAS2,
        r"tensorflow\.keras\.optimizers\.(?:legacy|experimental)\.\w+",
        "these optimizers are gone in Keras 3",
        MEASURED,
        OWN,
        "import tensorflow as tf\ntf.keras.optimizers.legacy.Adam(0.1)",
    ),
    _only(
        KERAS2,
        r"tensorflow\.keras\.(?:experimental|estimator|backend\.(?:set_learning_phase|placeholder|function))",
        "these functions are gone in Keras 3",
        MEASURED,
        OWN,
        "import tensorflow as tf\ntf.keras.backend.set_learning_phase(1)",
    ),
    _only(
        KERAS3,
        r"(?:tensorflow\.)?keras\.(?:ops|random|config|tree|distribution|quantizers|Variable|KerasTensor)",
        "these modules came with Keras 3",
        KERAS_3_0,
        GUIDE,
        "import tensorflow as tf\ntf.keras.ops.mean([1.0])",
    ),
)
INSTALLS = (  # of a package's version in `!pip install tensorflow==2.8.0`; TensorFlow brings Keras 3 since 2.16
    (re.compile(r"\btensorflow(?:[-_](?:cpu|gpu))?(?:\[[\w,-]*\])?\s*(?:==|~=|<=?)\s*2\.(?:\d|1[0-5])\b"), KERAS2),
    (re.compile(r"(?<![\w-])keras\s*(?:==|~=)\s*2\."), KERAS2),
    (re.compile(r"(?<![\w-])keras\s*(?:==|~=|>=)\s*3\b"), KERAS3),
)
ENV_MAGIC = re.compile(rf"{VARIABLE}(?:=|\s+)[\"']?(?P<value>\w*)")
VERSION = re.compile(r"(?:tensorflow\.)?keras\.__version__|tf_keras\.__version__")
FROM_3 = {ast.GtE: KERAS3, ast.Lt: KERAS2}  # version >= "3", version < "3"
Found = tuple[int, int, RuntimeSign]


def runtime_signs(pieces: Sequence[Piece], origins: Origins) -> tuple[RuntimeSign, ...]:
    """Every plain sign, in the order of the code, at most 20."""
    order = {piece.where: index for index, piece in enumerate(pieces)}
    tolerant = _tolerant(pieces)
    found: list[Found] = [
        (order[piece.where], node.lineno, RuntimeSign(runtime=runtime, says=written(piece, node, 80), where=piece.at(node)))
        for piece, node, where in origins.walk()
        if isinstance(node, ast.stmt | ast.expr) and id(node) not in tolerant and (runtime := _needs(node, where, origins))
    ]
    found += [sign for piece in pieces for sign in _in_commands(piece, order[piece.where])]
    first: dict[tuple[int, int, str], RuntimeSign] = {}  # of a line: the whole statement is walked before its parts
    for cell, line, sign in found:
        first.setdefault((cell, line, sign.runtime), sign)
    return tuple(first[place] for place in sorted(first))[:MOST_SIGNS]


def _tolerant(pieces: Sequence[Piece]) -> set[int]:
    """Nodes (by id) inside `try` and `if`: such code is ready for either generation."""
    branches = [
        node for piece in pieces if piece.tree for node in ast.walk(piece.tree) if isinstance(node, ast.Try | ast.If | ast.IfExp)
    ]
    return {id(inner) for branch in branches for inner in ast.walk(branch)}


def _needs(node: ast.stmt | ast.expr, where: Where, origins: Origins) -> str:
    """The runtime that a node is sure to need; "" for nearly all."""
    match node:
        case ast.Import(names=names):
            return _of_names([alias.name for alias in names])
        case ast.ImportFrom(module=str() as module, level=0, names=names):
            return _of_names([f"{module}.{alias.name}" for alias in names])
        case ast.Assert(test=test):
            return _of_version(test, where, origins)
        case ast.Assign(targets=[ast.Subscript(slice=key)], value=value):
            return _of_variable([(key, value)])
        case ast.Call(args=[key, value, *_]) if constants.text(key, {}) == VARIABLE:
            return _of_variable([(key, value)])
        case ast.Call(keywords=[*keywords]) if origins.of(node.func, where) == "os.environ.update":
            return LEGACY.get(next((constants.text(k.value, {}) or "?" for k in keywords if k.arg == VARIABLE), "?"), "")
        case ast.Dict(keys=keys, values=values):
            return _of_variable([(key, value) for key, value in zip(keys, values, strict=True) if key is not None])
        case ast.Attribute() | ast.Name() | ast.Subscript():
            return _of_names([origins.of(node, where)])
    return ""


def _of_names(names: Sequence[str]) -> str:
    return next((only.runtime for name in names for only in ONLY if only.names.fullmatch(name)), "")


def _of_variable(pairs: Sequence[tuple[ast.expr, ast.expr]]) -> str:
    """Of TF_USE_LEGACY_KERAS and its value, as in os.environ["TF_USE_LEGACY_KERAS"] = "1"."""
    values = [constants.text(value, {}) for key, value in pairs if constants.text(key, {}) == VARIABLE]
    return next((LEGACY[value] for value in values if value in LEGACY), "")


def _of_version(test: ast.expr, where: Where, origins: Origins) -> str:
    """Of an assertion about Keras' version: it starts with, equals, is below or is at least a text."""
    match test:
        case ast.Call(func=ast.Attribute(value=asked, attr="startswith"), args=[text]):
            return _starts(asked, text, where, origins)
        case ast.Compare(left=ast.Subscript(value=asked), ops=[ast.Eq()], comparators=[text]):
            return _starts(asked, text, where, origins)
        case ast.Compare(left=asked, ops=[ast.Eq()], comparators=[text]):
            return _starts(asked, text, where, origins)
        case ast.Compare(left=asked, ops=[op], comparators=[text]):
            return FROM_3.get(type(op), "") if _starts(asked, text, where, origins) == KERAS3 else ""
    return ""


def _starts(asked: ast.expr, text: ast.expr, where: Where, origins: Origins) -> str:
    if not VERSION.fullmatch(origins.of(asked, where)):
        return ""
    major = (constants.text(text, {}) or "").partition(".")[0]
    return {"2": KERAS2, "3": KERAS3}.get(major, "")


def _in_commands(piece: Piece, order: int) -> Iterator[Found]:
    """%env TF_USE_LEGACY_KERAS=1, and installed versions: such lines are no Python."""
    for escape in escapes(piece.text) if piece.number is not None else ():
        said = f"{escape.mark}{escape.body}"
        runtimes = [runtime for version, runtime in INSTALLS if "install" in escape.body and version.search(escape.body)]
        if escape.magic in ("env", "set_env") and (found := ENV_MAGIC.match(escape.rest)):
            runtimes = [LEGACY[found["value"]]] if found["value"] in LEGACY else []
        for runtime in runtimes[:1]:
            where = f"{piece.where}, line {escape.first + 1}"
            yield order, escape.first + 1, RuntimeSign(runtime=runtime, says=said[:80], where=where)
