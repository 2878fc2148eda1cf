"""Of which of Keras' layers a model is made: proven by its answers under weights that the host drew."""

from __future__ import annotations

from collections.abc import Sequence

from grader import probes
from grader.assignment import Criterion, Model, Seen
from grader.judge.checks.keras_models.wanted import WantedLayer, counts_of, inner_of, read_layer_words
from grader.judge.identify.keras_model import named, proof_of, with_weights
from grader.judge.words import raised
from grader.model import Basis, Evidence, Verdict
from grader.model.verdict import failed, needs_review, partial, passed
from grader.probes.keras_model import KerasLayer, KerasModel
from grader.rnn.counts import Count

DRAWN_GAINS = "nothing: only a process that computes these layers answers right with the drawn weights"


def made_of(model: Model, layers: Sequence[str]) -> Criterion:
    """The model is made of these layers, in this order: `["SimpleRNN 600", "Dense 1 sigmoid"]`; behind the
    activation the initializer of the kernel may stand. "Bidirectional LSTM 32" reads both ways, "Embedding
    16" is a table of words, of as many as the homework has.

    Raises:
        AssignmentError: a layer is written otherwise, or is of another kind than Dense, SimpleRNN, LSTM, GRU
        and Embedding.
    """
    wanted = tuple(map(read_layer_words, layers))
    numbers = " + ".join(f"{one.total:,}" for one in counts_of(wanted, model.features) if one is not None)
    beside = " beside the table" if any(one.kind == "Embedding" for one in wanted) else ""
    return Criterion(
        id=f"layers_of_{model.name}",
        title=f"{model.name} is {_in_words(wanted)}: {numbers} parameters{beside}.",
        judge=lambda seen: judge_made_of(seen, model, wanted),
        basis=Basis.PROVEN,
        asks=(probes.keras_model(model),),
        forger_gains=DRAWN_GAINS,
    )


def remembers_by(model: Model, kinds: Sequence[str], *, at_each_step: bool = False) -> Criterion:
    """All that carries something from step to step in this model are layers of these kinds, `["LSTM",
    "GRU"]`, of any size and number, also in both directions, and it gives one probability for each sequence,
    or `at_each_step` one."""
    wanted, many = tuple(kinds), " for each step" if at_each_step else ""
    return Criterion(
        id=f"layers_of_{model.name}",
        title=f"{model.name} remembers by {' or '.join(wanted)} layers, and gives one probability{many}.",
        judge=lambda seen: judge_remembers(seen, model, wanted, at_each_step=at_each_step),
        basis=Basis.PROVEN,
        asks=(probes.keras_model(model),),
        forger_gains=DRAWN_GAINS,
    )


def judge_made_of(seen: Seen, model: Model, wanted: Sequence[WantedLayer]) -> Verdict:
    """Whether these are its layers, and whether it answers as they do."""
    found: KerasModel = seen[probes.keras_model(model)]
    layers = with_weights(found)
    counts = counts_of(wanted, model.features, layers)
    evidence = _beside(layers, wanted, counts)
    if not layers:
        return _cannot_be_called(found, evidence)
    if (problem := _other_layers(layers, wanted, counts)) is not None:
        return failed(
            problem,
            hint="model.summary() lists the layers, their outputs and their parameters.",
            evidence=evidence,
        )
    if proof_of(seen, model) is None:
        return _not_explained(found, evidence)
    started = [
        (layer, one)
        for layer, one in zip(layers, wanted, strict=True)
        if one.initializer
        and one.initializer.replace("_", "")
        != str(inner_of(layer).settings.get("kernel_initializer")).lower()
    ]
    if started:
        layer, one = started[0]
        begins = inner_of(layer).settings.get("kernel_initializer")
        return partial(
            0.5,
            f"{one.words} starts from {begins}, expected {one.initializer}",
            hint=f'Give kernel_initializer="{one.initializer}".',
            evidence=evidence,
        )
    return passed(
        f"The model is {_listed(wanted)}, with {sum(layer.count for layer in layers):,} parameters.",
        evidence=evidence,
    )


def _beside(
    layers: Sequence[KerasLayer], wanted: Sequence[WantedLayer], counts: Sequence[Count | None]
) -> list[Evidence]:
    """The layers and the numbers of their parameters, beside those of the sheet."""
    return [
        Evidence(
            what="layers with weights",
            expected=_listed(wanted),
            actual=", ".join(map(_shown, layers)) or "none",
        ),
        *(
            Evidence(
                what=count.what, expected=f"{count.formula} = {count.total:,}", actual=f"{layer.count:,}"
            )
            for count, layer in zip(counts, layers, strict=False)
            if count is not None
        ),
    ]


def judge_remembers(
    seen: Seen, model: Model, wanted: Sequence[str], *, at_each_step: bool = False
) -> Verdict:
    """Whether nothing but these layers remembers, and whether it answers as they do."""
    found: KerasModel = seen[probes.keras_model(model)]
    layers = with_weights(found)
    recurrent = [
        layer for layer in layers if inner_of(layer).kind in ("SimpleRNN", "LSTM", "GRU", "RNN", "ConvLSTM1D")
    ]
    evidence = [Evidence(what="layers with weights", actual=", ".join(map(_shown, layers)) or "none")]
    if not layers:
        return _cannot_be_called(found, evidence)
    if not recurrent or any(inner_of(layer).kind not in wanted for layer in recurrent):
        said = ", ".join(map(named, recurrent)) or "no recurrent layer"
        return failed(f"the model remembers by {said}, expected {' or '.join(wanted)}", evidence=evidence)
    if (problem := _of_another_shape(found, at_each_step, evidence)) is not None:
        return problem
    last = inner_of(layers[-1])
    if last.settings.get("activation") != "sigmoid":
        return failed(
            f"the last layer has the activation {last.settings.get('activation')}, expected sigmoid: a"
            " probability",
            evidence=evidence,
        )
    if proof_of(seen, model) is None:
        return _not_explained(found, evidence)
    return passed(f"The model remembers by {', '.join(map(named, recurrent))}.", evidence=evidence)


def _of_another_shape(found: KerasModel, at_each_step: bool, evidence: Sequence[Evidence]) -> Verdict | None:
    expected = (*found.x.shape[:2], 1) if at_each_step else (len(found.x), 1)
    if found.out is not None and found.out.shape == expected:
        return None
    shape = found.out.shape if found.out is not None else "no"
    returns = "all of its outputs" if at_each_step else "its last output alone"
    return failed(
        f"for {len(found.x)} sequences the model gives {shape}, expected {expected}",
        hint=f"The last recurrent layer returns {returns}, and a Dense layer with one unit follows.",
        evidence=evidence,
    )


def _cannot_be_called(found: KerasModel, evidence: Sequence[Evidence]) -> Verdict:
    said = raised(found.refused) if found.refused is not None else "called no layer that has weights"
    return failed(f"for an input of shape {found.x.shape} the model {said}", evidence=evidence)


def _not_explained(found: KerasModel, evidence: Sequence[Evidence]) -> Verdict:
    return needs_review(
        "the layers are listed as the sheet asks, but the model's answers are not those of these layers"
        " alone: a person will look at it",
        evidence=evidence,
        staff_note=f"with drawn weights the model {raised(found.refused)}" if found.refused else "",
    )


def _other_layers(
    layers: Sequence[KerasLayer], wanted: Sequence[WantedLayer], counts: Sequence[Count | None]
) -> str | None:
    """What is wrong with the first layer that differs; None when all are as asked for."""
    if len(layers) != len(wanted):
        return (
            f"the model has {len(layers)} layers with weights ({', '.join(map(_shown, layers))}), expected"
            f" {_listed(wanted)}"
        )
    for layer, one, count in zip(layers, wanted, counts, strict=True):
        if one.differs(layer):
            return f"one layer is {_shown(layer)}, expected {one.words}"
        if one.activation and (said := inner_of(layer).settings.get("activation")) != one.activation:
            return f"the activation of {one.kind}({one.units}) is {said}, expected {one.activation}"
        if count is not None and layer.count != count.total:
            return (
                f"{one.kind}({one.units}) has {layer.count:,} parameters, expected {count.formula} ="
                f" {count.total:,}"
            )
        if not layer.trainable:
            return f"{one.kind}({one.units}) is frozen: it cannot be trained"
    return None


def _shown(layer: KerasLayer) -> str:
    own = inner_of(layer).settings
    units, activation = own.get("units", own.get("output_dim")), own.get("activation")
    said = [str(units), *([str(activation)] if layer.kind == "Dense" and activation != "linear" else [])]
    return f"{named(layer)}({', '.join(said)})" if units is not None else named(layer)


def _in_words(wanted: Sequence[WantedLayer]) -> str:
    """ "a, b and c"."""
    *first, last = [one.words for one in wanted]
    return f"{', '.join(first)} and {last}" if first else last


def _listed(wanted: Sequence[WantedLayer]) -> str:
    return ", ".join(layer.words for layer in wanted)
