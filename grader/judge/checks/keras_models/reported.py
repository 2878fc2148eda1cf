"""A model that is made of Keras' own layers: which they are, how many parameters each has, and what it is
compiled with."""

from __future__ import annotations

from collections.abc import Sequence

from grader import probes
from grader.assignment import Criterion, Model, Seen
from grader.judge.compared import Compared, first_wrong
from grader.judge.identify.keras_model import named
from grader.model import Basis, Evidence, Verdict
from grader.model.verdict import failed, needs_review, passed
from grader.probes.keras_model import KerasLayer
from grader.probes.notebook import read_training
from grader.rnn.counts import Count, bidirectional, embedding, of_keras

SETTING_ROUNDING = 1e-6  # of a number of an optimizer, which may have been kept in float32


def layers_are(model: Model, kinds: Sequence[str]) -> Criterion:
    """The layers with weights are of these classes of Keras, in this order: `["SimpleRNN", "SimpleRNN",
    "Dense"]`. A wrapper is named with what it wraps: "Bidirectional LSTM"."""
    wanted = tuple(kinds)
    return Criterion(
        id="layers_are",
        title=f"The layers with weights are {', '.join(wanted)}.",
        judge=lambda seen: judge_kinds(seen, model, wanted),
        basis=Basis.REPORTED,
        asks=(probes.keras_model(model),),
        forger_gains="the points of this check, for a description",
    )


def counts_by_formula(model: Model) -> Criterion:
    """Every recurrent and dense layer has as many parameters as the formula gives for its sizes."""
    return Criterion(
        id="counts_by_formula",
        title="The parameter counts of all layers are those of the formulas.",
        judge=lambda seen: judge_counts(seen, model),
        basis=Basis.REPORTED,
        asks=(probes.keras_model(model),),
        forger_gains="the points of this check, for reporting sizes",
    )


def compiled_with(model: Model, *, loss: str = "", optimizer: str = "", **numbers: float) -> Criterion:
    """The model is compiled with this loss and optimizer, by the names that Keras gives them, and with
    these numbers of the optimizer: `compiled_with(model, loss="Huber", optimizer="SGD", momentum=0.9)`."""
    said = [*([f"the loss {loss}"] if loss else []), *([optimizer] if optimizer else [])]
    said += [f"{name}={value:g}" for name, value in numbers.items()]
    return Criterion(
        id="compiled_with",
        title=f"The model is compiled with {', '.join(said)}.",
        judge=lambda seen: judge_compiled(seen, model, loss, optimizer, numbers),
        basis=Basis.REPORTED,
        asks=(probes.compiled(model),),
        uses=(probes.training(),),
        forger_gains="the points of this check, for naming them",
    )


def judge_kinds(seen: Seen, model: Model, wanted: tuple[str, ...]) -> Verdict:
    """Whether the classes are those asked for."""
    found = tuple(named(layer) for layer in seen[probes.keras_model(model)].layers if layer.weights)
    evidence = [
        Evidence(what="layers with weights", expected=", ".join(wanted), actual=", ".join(found) or "none")
    ]
    if found != wanted:
        return failed(
            f"the layers with weights are {', '.join(found) or 'none'}, expected {', '.join(wanted)}",
            hint="model.summary() lists them in their order.",
            evidence=evidence,
        )
    return passed(f"The layers with weights are {', '.join(wanted)}.", evidence=evidence)


def judge_counts(seen: Seen, model: Model) -> Verdict:
    """Whether every count follows from the sizes."""
    layers = [layer for layer in seen[probes.keras_model(model)].layers if layer.weights]
    known = [(layer, count) for layer in layers if (count := count_of(layer)) is not None]
    compared = [
        Compared(
            what=named(layer),
            wanted=count.total,
            seen=layer.count,
            derivation=count.formula,
            unit=" parameters",
        )
        for layer, count in known
    ]
    evidence = [one.evidence for one in compared]
    if wrong := first_wrong(compared):
        return failed(
            wrong.message,
            hint="Compare the units and the inputs of this layer with the sheet.",
            evidence=evidence,
        )
    if frozen := [named(layer) for layer in layers if not layer.trainable]:
        return failed(
            f"{', '.join(frozen)} cannot be trained", hint="Leave `trainable` as it is.", evidence=evidence
        )
    total = sum(layer.count for layer in layers)
    return passed(f"{total:,} parameters in {len(layers)} layers, as the formulas give.", evidence=evidence)


def count_of(layer: KerasLayer) -> Count | None:
    """How many parameters a layer of these sizes has; None for a kind whose formula is not known here."""
    features, units = layer.takes[-1] if layer.takes else 0, layer.settings.get("units")
    if layer.kind == "Bidirectional" and layer.inside:
        inner = layer.inside[0]
        one = _of_kind(inner.kind, features, inner.settings.get("units"), inner.settings)
        return bidirectional(one) if one is not None else None
    if layer.kind == "Embedding" and layer.words:
        return embedding(layer.words, layer.weights[0][-1])
    return _of_kind(layer.kind, features, units, layer.settings)


def _of_kind(kind: str, features: int, units: object, settings: object) -> Count | None:
    if (
        not isinstance(units, int)
        or isinstance(units, bool)
        or features <= 0
        or not isinstance(settings, dict)
    ):
        return None
    told = {name: settings.get(name) is not False for name in ("use_bias", "reset_after")}
    return of_keras(kind, features, units, bias=told["use_bias"], reset_after=told["reset_after"])


def judge_compiled(seen: Seen, model: Model, loss: str, optimizer: str, numbers: dict[str, float]) -> Verdict:
    """Whether loss, optimizer and its numbers are those asked for."""
    found = seen[probes.compiled(model)]
    if not found.optimizer and _has_own_loop(seen):
        return needs_review(
            "the model is trained by a loop of the notebook's own: a person will look at its loss and"
            " optimizer"
        )
    if not found.optimizer:
        return failed(
            "the model is not compiled", hint="Call model.compile(optimizer=..., loss=...) before fit."
        )
    pairs = [("loss", loss, found.loss), ("optimizer", optimizer, found.optimizer)]
    evidence = [Evidence(what=what, expected=want, actual=got or "none") for what, want, got in pairs if want]
    evidence += [
        Evidence(
            what=name,
            expected=f"{value:g}",
            actual=f"{found.numbers[name]:g}" if name in found.numbers else "not set",
        )
        for name, value in numbers.items()
    ]
    same = {"loss": _loss, "optimizer": _folded}
    other = [what for what, want, got in pairs if want and same[what](want) != same[what](got)]
    other += [name for name, value in numbers.items() if not _is_close(found.numbers.get(name), value)]
    if other:
        wrong = next(one for one in evidence if one.what == other[0])
        return failed(f"the {wrong.what} is {wrong.actual}, expected {wrong.expected}", evidence=evidence)
    return passed("The model is compiled with what the sheet asks for.", evidence=evidence)


def _has_own_loop(seen: Seen) -> bool:
    """Whether the weights of the model changed while the notebook went through a data set."""
    training = seen.answered(probes.training()) if seen.asks(probes.training()) else None
    return training is not None and len(read_training(training).passes) > 1


def _loss(name: str) -> str:
    """The same for labels that are numbers and for a one in the place of each class: it is one loss."""
    return _folded(name).removeprefix("sparse")


def _folded(name: str) -> str:
    return name.replace("_", "").replace(" ", "").lower()


def _is_close(found: float | None, wanted: float) -> bool:
    return found is not None and abs(found - wanted) <= SETTING_ROUNDING * max(1.0, abs(wanted))
