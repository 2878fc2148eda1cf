"""Which networks a student's model may be, the likeliest first."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from grader.assignment import Seen
from grader.judge.identify.cell import as_minded
from grader.judge.identify.layer_diagnosis import known_layer
from grader.judge.identify.structures import Structure, structures
from grader.model import Reply
from grader.probes.model import ModelAnswer
from grader.rnn.family import CellFamily
from grader.rnn.layer_mistakes import Alternative, layer_mistakes
from grader.rnn.mapping import CellMapping
from grader.rnn.network import Network, Recurrent

AS_IT_IS = (1.0, 0.0)
LIKELIEST = 4  # structures that are tried with every known mistake of a loop: hundredths of a second for each


def networks(
    seen: Seen,
    model: ModelAnswer,
    found: Sequence[Recurrent],
    mapping: CellMapping,
    scalings: Sequence[tuple[float, float]],
) -> Iterator[Network]:
    """What the model may be with this cell, the likeliest first, those with a mistake in their loop last.
    `scalings`: (factor, summand) of what it may do to its input."""
    mappings = _mappings(seen, mapping)
    mistake, start = known_layer(seen)
    likeliest = (
        (one, scaling, structure, mistake)
        for one in mappings
        for scaling in scalings
        for structure in structures(model, found)
    )
    wrong_loops = (
        (one, AS_IT_IS, structure, wrong)
        for one in mappings
        for structure, wrong in _wrong_loops(seen, model, found, one.family)
    )
    for one, (scale, shift), structure, wrong in itertools.chain(likeliest, wrong_loops):
        yield Network(
            read_in=structure.read_in,
            recurrent=structure.recurrent,
            read_out=structure.read_out,
            cell=one,
            pooling=structure.pooling,
            start=start,
            mistake=wrong,
            scale=scale,
            shift=shift,
        )


def _mappings(seen: Seen, mapping: CellMapping) -> tuple[CellMapping, ...]:
    """The cell as it is; where the model steps it itself, and its states come back in another order than they
    went in, also as a loop steps it that minds that."""
    return (mapping, *as_minded(mapping)) if not mapping.order.kept and _has_no_layer(seen) else (mapping,)


def _has_no_layer(seen: Seen) -> bool:
    layer = seen.if_asked("layer")
    return layer is not None and layer.status is Reply.MISSING


def _wrong_loops(
    seen: Seen, model: ModelAnswer, found: Sequence[Recurrent], family: CellFamily
) -> Iterator[tuple[Structure, Alternative | None]]:
    """The likeliest networks with each known mistake of a layer: where there is none, since the model steps
    its cell itself, the mistake can only be found in the model."""
    if not _has_no_layer(seen):
        return
    for structure in itertools.islice(structures(model, found), LIKELIEST):
        yield from ((structure, mistake.gives) for mistake in layer_mistakes(family) if mistake.in_model)
