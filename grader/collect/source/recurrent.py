"""Ready-made recurrent layers in code, under whatever name they are reached. A mere import or a type hint is
no use."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from grader.collect.reading.pieces import Piece
from grader.collect.source import constants
from grader.collect.source.functions import written
from grader.collect.source.origins import Origins, Use
from grader.collect.source.scope import dotted

LAYERS = re.compile(
    r"(CuDNN|Cudnn)?(LSTM|GRU|RNN)(V\d)?|(LSTM|GRU|SimpleRNN|LSTMBlock|GRUBlock|BasicLSTM|BasicRNN|LayerNormLSTM|LayerNormBasicLSTM|"
    r"PeepholeLSTM|OptimizedLSTM|NAS|ESN|MultiRNN|Recurrent)Cell(V\d)?|SimpleRNN|StackedRNNCells|Bidirectional|"
    r"ConvLSTM\w*|BlockLSTM(V\d)?|LSTMBlockFusedCell|RNNCell"
)
LIBRARIES = {
    "tensorflow",
    "keras",
    "tf_keras",
    "tensorflow_addons",
    "torch",
    "flax",
    "sonnet",
    "haiku",
    "equinox",
}
OLD_UNROLLING = re.compile(
    r"tensorflow\.(\w+\.)*(nn|rnn)\.(rnn_cell\.\w+|(static|dynamic|raw|bidirectional_dynamic)_\w*rnn|\w*_rnn)"
)
# make a layer out of {"class_name": "LSTM"}
BY_NAME = {"deserialize", "from_config", "get_registered_object"}
CHECKS_KIND = {"isinstance", "issubclass"}


def builtin_recurrent(origins: Origins) -> tuple[str, ...]:
    """ "cell 4, line 3: tf.keras.layers.LSTM(...)" for every use, in the order of the code."""
    called, mentioned = _called(origins)
    found: dict[tuple[int, int, int], str] = {}
    order: dict[str, int] = {}
    for use in origins.uses():
        place = (order.setdefault(use.piece.where, len(order)), use.node.lineno, use.node.col_offset)
        if id(use.node) not in mentioned and is_recurrent(use.origin):
            found.setdefault(place, f"{use.piece.at(use.node)}: {_said(use, called)}")
    for piece, node in _by_name(origins):
        place = (order.setdefault(piece.where, len(order)), node.lineno, node.col_offset)
        found.setdefault(place, f"{piece.at(node)}: {written(piece, node)}")
    return tuple(dict.fromkeys(found[place] for place in sorted(found)))


def is_recurrent(origin: str) -> bool:
    """Does this dotted name stand for a ready-made recurrent layer of a library?"""
    library, _, name = origin.partition(".")
    if library not in LIBRARIES or not name:
        return False
    return (
        LAYERS.fullmatch(name.rpartition(".")[2]) is not None or OLD_UNROLLING.fullmatch(origin) is not None
    )


def _called(origins: Origins) -> tuple[set[int], set[int]]:
    """Nodes (by id) that are called, and those that are only asked about: isinstance(layer,
    tf.keras.layers.LSTM)."""
    called: set[int] = set()
    mentioned: set[int] = set()
    for _, node, _ in origins.walk():
        if isinstance(node, ast.Call):
            called.add(id(node.func))
            if dotted(node.func) in CHECKS_KIND:
                mentioned |= {id(inner) for argument in node.args[1:] for inner in ast.walk(argument)}
    return called, mentioned


def _said(use: Use, called: set[int]) -> str:
    """The use as written; with its real name when that is another."""
    text = written(use.piece, use.node) + ("(...)" if id(use.node) in called else "")
    return (
        text
        if text.replace("(...)", "").endswith(use.origin.rpartition(".")[2])
        else f"{text}, which is {use.origin}"
    )


def _by_name(origins: Origins) -> Iterator[tuple[Piece, ast.Call]]:
    """Calls that make a recurrent layer out of its name in a text."""
    for piece, node, _ in origins.walk():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in BY_NAME:
            texts = {
                constants.text(inner, {})
                for inner in ast.walk(node)
                if isinstance(inner, ast.Constant | ast.BinOp)
            }
            if any(text and LAYERS.fullmatch(text) for text in texts):
                yield piece, node
