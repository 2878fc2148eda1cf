"""How a sheet writes its roles down: `cell = hw.role(roles.cell("GRU_Cell", family="gru",
units="UNITS"))`."""

from __future__ import annotations

from collections.abc import Sequence

from grader.assignment.role import (
    Answers,
    Cell,
    Class,
    DataSet,
    Function,
    Layer,
    Model,
    Numbers,
    Purpose,
    Recorded,
    Role,
)
from grader.errors import AssignmentError
from grader.rnn.families import FAMILIES
from grader.rnn.family import CellFamily


def cell(
    name: str, *, family: str | CellFamily, units: str = "", features: str = "", aliases: Sequence[str] = ()
) -> Cell:
    """A class for one step, of a family: "lstm", "gru", "simple_rnn", or one of the sheet's own. `units`,
    `features`: the sheet's parameters for its sizes.

    Raises:
        AssignmentError: there is no such family.
    """
    return Cell(name=name, family=_family(family), units=units, features=features, aliases=tuple(aliases))


def layer(name: str, cell: Cell, *, start: str = "zero_states", aliases: Sequence[str] = ()) -> Layer:
    """A class that steps the cell through sequences; `start` is its method for the states to start from."""
    return Layer(name=name, cell=cell, start=start, aliases=tuple(aliases))


def model(
    name: str,
    *,
    layer: Layer | None = None,
    made_by: str = "",
    features: int = 1,
    length: str = "",
    batch: str = "BATCH_SIZE",
    answers: str = "two classes",
    vectors: bool = False,
    vocabulary: str = "",
    aliases: Sequence[str] = (),
) -> Model:
    """What is trained: sequences [batch, length, features], or `vectors` [batch, features], or words [batch,
    length] as whole numbers below `vocabulary`, 0 for padding -> what it `answers`: "two classes" or
    "numbers".

    Raises:
        AssignmentError: `answers` is neither, or it takes words and something else.
    """
    if vocabulary and (layer is not None or vectors or features != 1):
        raise AssignmentError(
            f"{name}: a model of words takes whole numbers [batch, length] into layers of Keras: no layer=,"
            " vectors= or features= beside vocabulary="
        )
    if answers not in list(Answers):
        raise AssignmentError(
            f"{name}: a model answers {' or '.join(map(repr, map(str, Answers)))}, not {answers!r}"
        )
    return Model(
        name=name,
        layer=layer,
        made_by=made_by,
        features=features,
        length=length,
        batch=batch,
        answers=Answers(answers),
        vectors=vectors,
        vocabulary=vocabulary,
        aliases=tuple(aliases),
    )


def function(name: str, arguments: Sequence[str] = (), *, aliases: Sequence[str] = ()) -> Function:
    """A function of these arguments."""
    return Function(name=name, arguments=tuple(arguments), aliases=tuple(aliases))


def own_class(
    name: str, arguments: Sequence[str] = (), *, methods: Sequence[str] = (), aliases: Sequence[str] = ()
) -> Class:
    """A class of plain Python that is made with these arguments and has these methods."""
    return Class(name=name, arguments=tuple(arguments), methods=tuple(methods), aliases=tuple(aliases))


def generator(
    name: str, arguments: Sequence[str] = (), *, hands_on: Function | None = None, aliases: Sequence[str] = ()
) -> Function:
    """A function that yields samples one by one; `hands_on`: it takes no arguments and yields what this
    one does."""
    return Function(
        name=name, arguments=tuple(arguments), yields=True, hands_on=hands_on, aliases=tuple(aliases)
    )


def data_set(name: str, *, of: str, aliases: Sequence[str] = ()) -> DataSet:
    """What is iterated over to "train" or to "test"."""
    return DataSet(name=name, purpose=Purpose(of), aliases=tuple(aliases))


def losses(name: str, *, of: str = "train", aliases: Sequence[str] = ()) -> Numbers:
    """The losses of all epochs, `of` the "train" or the "test" data."""
    return Numbers(name=name, holds=Recorded.LOSS, purpose=Purpose(of), aliases=tuple(aliases))


def accuracies(name: str, *, of: str = "test", aliases: Sequence[str] = ()) -> Numbers:
    """The accuracies of all epochs, `of` the "train" or the "test" data."""
    return Numbers(name=name, holds=Recorded.ACCURACY, purpose=Purpose(of), aliases=tuple(aliases))


def numbers(name: str, *, aliases: Sequence[str] = ()) -> Numbers:
    """Any list of numbers."""
    return Numbers(name=name, aliases=tuple(aliases))


def thing(name: str, *, aliases: Sequence[str] = ()) -> Role:
    """Anything under this name, such as what `fit` returned."""
    return Role(name=name, aliases=tuple(aliases))


def _family(name: str | CellFamily) -> CellFamily:
    if isinstance(name, CellFamily):
        return name
    known = {family.name: family for family in FAMILIES}
    if name not in known:
        raise AssignmentError(
            f"there is no family of cells called {name!r}; there is: {', '.join(sorted(known))}"
        )
    return known[name]
