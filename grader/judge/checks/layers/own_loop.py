"""A model that steps its cell itself, or layers that hold several cells: no layer can be asked around a cell,
but what it would show, the answers of the whole model show."""

from __future__ import annotations

import numpy as np

from grader.assignment import Layer, Model, Seen
from grader.assignment.spelling import folded
from grader.judge.identify.cases import layer_role
from grader.judge.identify.identification import (
    COARSE_ROUNDING,
    PROBE,
    Proof,
    batch_first,
    identify_network,
    is_repeated,
    model_of,
    one_per_sequence,
)
from grader.judge.identify.lines import line_of
from grader.judge.words import raised
from grader.model import Evidence, Mistake, Reply, Verdict
from grader.model.quantities import counted
from grader.model.verdict import failed, needs_review, passed
from grader.probes.lengths import OtherShape, read_lengths
from grader.probes.model import read_model
from grader.rnn.layer_mistakes import LAYER_MISTAKES, LayerMistake
from grader.rnn.network import Network

LAYER, START = "layer", "start"  # the probes of the layer
LENGTHS = "lengths"  # the probe that asks the model for sequences of other shapes
KERAS_LOOP = "RNN"  # the class of Keras that steps a cell
NOT_ASKED = (Reply.MISSING, Reply.RAISED)  # in whose place the model is judged
FROM_THE_INPUT = (
    "Take batch and length from the input, x.shape or tf.shape(x), not from numbers written into the code."
)


def steps_its_cell(seen: Seen) -> bool:
    """Whether there is no layer, and the model holds cells of the student's own that a call reaches."""
    model = model_of(seen)
    return _missing_layer(seen) is not None and model is not None and bool(model.inside_cells)


def _missing_layer(seen: Seen) -> Layer | None:
    """The layer, where it is all that a question about it misses."""
    for probe in (LAYER, START):
        asked = seen.if_asked(probe)
        if asked is not None and asked.status is Reply.MISSING:
            layer = layer_role(seen, probe)
            return layer if tuple(asked.missing) == (layer.name,) else None
    return None


def stands_in_the_model(seen: Seen) -> bool:
    """Whether a layer that holds several cells raises when it is asked by itself, with the states of one, and
    every cell that a call of the model reaches is in such a layer."""
    asked, model = seen.if_asked(LAYER), model_of(seen)
    if asked is None or asked.status is not Reply.RAISED or model is None or not model.inside_cells:
        return False
    layer = layer_role(seen)
    names = {folded(layer.name), folded(seen.own_name(layer.name))}
    homes = [one.path for one in model.layers if one.role == layer.name or folded(one.kind) in names]
    within = [[cell for cell in model.own_cells if cell.path.startswith(f"{home}.")] for home in homes]
    several = [cells for cells in within if len(cells) > 1]
    return {cell.path for cells in several for cell in cells} == {cell.path for cell in model.own_cells}


def no_layer(seen: Seen) -> Verdict | None:
    """The one charge for having no layer; None where the model does not step the cell, either. Who has one of
    several cells is charged nothing."""
    if stands_in_the_model(seen):
        return needs_review(
            "a layer of several cells could not be made around one, so its start states were not asked: a"
            " person will read them"
        )
    layer = _missing_layer(seen)
    if layer is None or not steps_its_cell(seen):
        return None
    cell = seen.own_name(layer.cell.name)
    if _keras_steps_it(seen):
        return failed(
            f"there is no layer of your own: Keras' RNN steps the cell {cell}, expected an {layer.name} with"
            f" {layer.start}(batch_size)",
            hint=(
                f"Write the loop over the time steps yourself, in an {layer.name}(cell) with a method"
                f" {layer.start}(batch_size), and call that layer in the model."
            ),
        )
    return failed(
        f"there is no layer of your own: the model steps its cell {cell} itself,"
        f" expected an {layer.name} with {layer.start}(batch_size)",
        hint=(
            f"Move the loop over the time steps into an {layer.name}(cell) with a method"
            f" {layer.start}(batch_size), and call that layer in the model. You lose nothing else by it: the"
            " loop is judged where it stands."
        ),
    )


def _keras_steps_it(seen: Seen) -> bool:
    """Whether the loop over the steps is that of Keras' own RNN, around a cell of the student's."""
    model = model_of(seen)
    homes = [one.path for one in model.layers if one.kind == KERAS_LOOP] if model is not None else []
    cells = model.own_cells if model is not None else ()
    return any(cell.path.startswith(f"{home}.") for home in homes for cell in cells)


def unrolls_its_cell(seen: Seen) -> Verdict | None:
    """The model's answers are those of its own cell, unrolled here from zeros; None where it does not step
    the cell."""
    inside = stands_in_the_model(seen)
    if not (inside or steps_its_cell(seen)):
        return None
    proof = identify_network(seen)
    none = "a layer of several cells cannot be asked by itself" if inside else "there is no layer to test"
    if proof.network is None:
        return needs_review(
            f"{none}, and the model could not be computed here, because {proof.reason}: a person will read"
            " its loop"
        )
    mistake = _mistake(proof.network)
    evidence = [_shown(proof)]
    if mistake is None:
        alone = "A layer of several cells is not asked alone" if inside else "There is no layer of your own"
        return passed(
            f"{alone}, but the model's answers are those of its {'cells' if inside else 'cell'}, called step"
            " by step from zero states.",
            evidence=evidence,
        )
    line = line_of(seen.source.text, _class_of_model(seen), mistake.place)
    return failed(
        "the model's answers are not those of its own cell stepped from the first time step to the last,"
        " starting from zeros",
        hint=f"{mistake.hint}{f' Look at {line}' if line else ''}",
        evidence=evidence,
        mistake=Mistake(id=mistake.id, confidence=1.0, words=mistake.words.replace("a layer", "a loop", 1)),
    )


def any_batch_and_length(seen: Seen) -> Verdict | None:
    """The model answers for other batch sizes and lengths as its own cell unrolled; None where it was not
    asked."""
    asked, inside = seen.if_asked(LENGTHS), stands_in_the_model(seen)
    if not (inside or steps_its_cell(seen)) or asked is None or not asked.is_answered:
        return None
    proof, cases = identify_network(seen), read_lengths(asked)
    if all(case.out is None and not case.error for case in cases):  # a run from before that was asked
        return None
    for case in cases:
        if problem := _other_answer(seen, proof.network, case):
            return problem
    loop = "in which Keras' RNN steps the cell" if _keras_steps_it(seen) else "which steps its cell itself"
    whose = "in which the layer stands" if inside else loop
    return passed(f"The model, {whose}, works with other batch sizes and other numbers of steps.")


def _other_answer(seen: Seen, network: Network | None, case: OtherShape) -> Verdict | None:
    """What is wrong with the answer to one case; None when nothing is, as far as is known."""
    x = case.x
    what = f"with {counted(len(x), 'sequence')} of {counted(x.shape[1], 'step')} the model"
    if case.error:
        return failed(f"{what} {raised(case.error)}", hint=FROM_THE_INPUT)
    out = batch_first(case.out, x) if case.out is not None else None
    if out is None or out.shape[0] != len(x):
        return failed(
            f"{what} gives {f'shape {out.shape}' if out is not None else 'nothing'}, expected an answer for"
            " each",
            hint=FROM_THE_INPUT,
        )
    if network is None:
        return None
    wanted, got = network(read_model(seen.answer(PROBE)).trained, x), one_per_sequence(out)
    got = got[:, :1] if is_repeated(got) else got
    apart = float(np.max(np.abs(wanted - got))) if wanted.shape == got.shape else float("inf")
    if apart <= COARSE_ROUNDING:
        return None
    return failed(
        f"{what} answers differently from its cell stepped through all of them, by up to {apart:.2g}",
        hint=FROM_THE_INPUT,
        undiagnosed=True,
    )


def _shown(proof: Proof) -> Evidence:
    return Evidence(
        what="largest difference between the model and the network computed here",
        expected=f"at most {proof.tolerance:.0e}",
        actual=f"{proof.deviation:.0e}",
    )


def _mistake(network: Network) -> LayerMistake | None:
    return next((known for known in LAYER_MISTAKES if known.gives is network.mistake), None)


def _class_of_model(seen: Seen) -> str:
    """The class whose loop it is: of those that could have been the layer, the likeliest."""
    made_by = seen.part(PROBE, "model", Model).made_by
    return next(iter(seen.source.roles.get(layer_role(seen).name, ())), made_by)
