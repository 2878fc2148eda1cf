"""What may stand for a data set or a list of numbers: by how it is called, and to what it is handed."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from grader.assignment import Purpose, Recorded
from grader.collect.source.own_code import OwnCode

TRAIN, TEST, VALIDATION = r"(^|_)tr(ai)?n|(^|_)tr(_|$)", r"(^|_)test|(^|_)te(_|$)", r"(^|_)(val|eval|dev)"
LOSS, ACCURACY = (
    r"loss|entropy|verlust|fehler|(^|_)(err|cost|bce|mse)",
    r"(^|_)(ac(_|$)|acc|hit|treffer)|accuracy|genauigkeit",
)
NOT_ACCURACY, NOT_TRAIN, NOT_TEST = (
    rf"^(?!.*({pattern}))" for pattern in (ACCURACY, TRAIN, rf"{TEST}|{VALIDATION}")
)


def _given_to(method: str, argument: str) -> Callable[[OwnCode], list[str]]:
    """Names that are handed to a method such as `fit`, by position first or under the name of this
    argument."""

    def found(source: OwnCode) -> list[str]:
        pattern = rf"\.{method}\([^()]*?{argument}(?P<name>[A-Za-z_]\w*)"
        names = [match["name"] for match in re.finditer(pattern, source.text())]
        return [name for name in dict.fromkeys(names) if name in source.names]

    return found


def _of_two(place: int) -> Callable[[OwnCode], list[str]]:
    """The first or the second of two names to which what a function returns is assigned: `seen, unseen =
    build()`."""

    def found(source: OwnCode) -> Iterator[str]:
        for piece in (*source.cells, *source.modules):
            for node in ast.walk(piece.tree) if piece.tree else ():
                match node:
                    case ast.Assign(
                        targets=[ast.Tuple(elts=[ast.Name(), ast.Name()] as names)], value=ast.Call()
                    ):
                        yield from (
                            name.id for name in names[place : place + 1] if isinstance(name, ast.Name)
                        )

    return lambda source: [name for name in dict.fromkeys(found(source)) if name in source.names]


def _together(*looks: Callable[[OwnCode], list[str]]) -> Callable[[OwnCode], list[str]]:
    """What several looks find, one after the other."""
    return lambda source: list(dict.fromkeys(name for look in looks for name in look(source)))


def _first_of(*several: Sequence[str], entries: bool = False) -> Callable[[OwnCode], list[str]]:
    """Names in which all patterns of the first group are found, then those of the second."""
    return lambda source: [name for patterns in several for name in source.called(*patterns, entries=entries)]


DATA: Mapping[Purpose, Callable[[OwnCode], list[str]]] = {
    Purpose.TRAIN: _together(_first_of([TRAIN]), _given_to("fit", r"(?<=fit\()\s*(?:x\s*=\s*)?"), _of_two(0)),
    Purpose.TEST: _together(
        _first_of([TEST], [VALIDATION]),
        _given_to("fit", r"validation_data\s*=\s*"),
        _given_to("evaluate", r"(?<=evaluate\()\s*(?:x\s*=\s*)?"),
        _of_two(1),
    ),
}
RECORDED: Mapping[tuple[Purpose, Recorded], Callable[[OwnCode], list[str]]] = {
    (Purpose.TRAIN, Recorded.LOSS): _first_of(
        [TRAIN, LOSS], [LOSS, NOT_TEST], [TRAIN, NOT_ACCURACY], entries=True
    ),
    (Purpose.TEST, Recorded.LOSS): _first_of(
        [TEST, LOSS], [VALIDATION, LOSS], [TEST, NOT_ACCURACY], entries=True
    ),
    (Purpose.TRAIN, Recorded.ACCURACY): _first_of([TRAIN, ACCURACY], [ACCURACY, NOT_TEST], entries=True),
    (Purpose.TEST, Recorded.ACCURACY): _first_of(
        [TEST, ACCURACY], [VALIDATION, ACCURACY], [ACCURACY, NOT_TRAIN], entries=True
    ),
}
