"""Functions that build models: which layers are in them, whether the host computes the same from their
weights, and whether the answer has the size of the series."""

from __future__ import annotations

from collections.abc import Sequence

from grader.assignment import Criterion, Function, Probe, Seen
from grader.assignment.template import NOT_WRITTEN
from grader.judge.identify.chain import Chain, chain_of, is_recurrent
from grader.judge.unfinished import TO_WRITE
from grader.judge.words import raised
from grader.model import Basis, Evidence, Verdict
from grader.model.quantities import counted
from grader.model.verdict import failed, needs_review, partial, passed, skipped
from grader.probes.built import Built
from grader.probes.keras_model import KerasLayer

# by so much the answer is enlarged at least: tanh stays within one, the series goes into the tens
LARGE_FACTOR = 10.0
PAST = (
    "The last recurrent layer returns its last output alone, those below it return sequences, and Dense(1)"
    " follows."
)


def layered(kind: str, both_ways: bool = False) -> str:
    """ "LSTM", "Bidirectional LSTM"."""
    return f"Bidirectional {kind}" if both_ways else kind


def builds(function: Function, asked: Probe, *, kind: str, units: Sequence[int]) -> Criterion:
    """The function builds layers of this kind and these units, one above the other, and one output; the host
    computes the same from their weights."""
    words = " and ".join(map(str, units))
    return Criterion(
        id=function.name,
        title=f"{function.name} builds {kind} layers of {words} units, with one output for each window.",
        judge=lambda seen: _one(seen, asked, [(kind, size) for size in units], function.name),
        basis=Basis.PROVEN,
        asks=(asked,),
        forger_gains="nothing: the host computes what these layers give",
    )


def builds_each(function: Function, asked: Probe, *, kind: str, units: int) -> Criterion:
    """For every case, {"layers", "bidirectional"}, as many layers, one- or two-way; each case counts
    alike."""
    return Criterion(
        id=f"{function.name}_each",
        title=(
            f"{function.name} builds as many {kind} layers of {units} units as are asked for, one-way and"
            " two-way."
        ),
        judge=lambda seen: _each(seen, asked, kind, units, function.name),
        basis=Basis.PROVEN,
        asks=(asked,),
        forger_gains="nothing: the host computes what these layers give",
    )


def returns_sequences_below(function: Function, asked: Probe) -> Criterion:
    """Recurrent layers below others give an output for every step, the uppermost its last one alone."""
    return Criterion(
        id="sequences_below",
        title="Recurrent layers below others return sequences, the uppermost does not.",
        judge=lambda seen: _below(seen, asked, function.name),
        basis=Basis.PROVEN,
        asks=(asked,),
        forger_gains="nothing: the host computes what these layers give",
    )


def scales_its_output(function: Function, asked: Probe) -> Criterion:
    """What the last layer gives is enlarged within the model, to the size of the series."""
    return Criterion(
        id="scaled_output",
        title="The model scales its output to the series.",
        judge=lambda seen: _scaled(seen, asked, function.name),
        basis=Basis.PROVEN,
        asks=(asked,),
        forger_gains="nothing: the factor follows from weights and answers",
    )


def problem_of(built: Built, name: str) -> Verdict | None:
    """What is said where no model came; None where one did."""
    if built.error is None:
        return None
    if built.error["name"] == NOT_WRITTEN:
        return failed(built.error["message"] or f"{name} is still to be written", hint=TO_WRITE)
    return failed(f"{_call(built, name)}, called with windows, {raised(built.error)}", hint=PAST)


def _call(built: Built, name: str) -> str:
    return f"{name}({', '.join(map(str, built.case.values()))})"


def kinds_of(built: Built) -> list[tuple[str, int]]:
    """(class with what it wraps, units) of the recurrent layers, from below."""
    found = []
    for layer in built.model.layers:
        if is_recurrent(layer):
            inner = layer.inside[0] if layer.inside else layer
            found.append((layered(inner.kind, bool(layer.inside)), int(inner.settings.get("units") or 0)))
    return found


def lacks_sequence(built: Built) -> bool:
    """Whether the call ended at a recurrent layer that the one below it gave its last output alone."""
    return built.stopped is not None and is_recurrent(built.stopped) and len(built.stopped.takes) == 2


def _matches(built: Built, wanted: Sequence[tuple[str, int]], name: str, *, on_top: bool = False) -> Verdict:
    """Whether one model has these recurrent layers, one output, and computes what they give; `on_top`: an
    output for every step, because the uppermost layer returns its sequence, is charged elsewhere."""
    if (verdict := problem_of(built, name)) is not None:
        return verdict
    found = kinds_of(built)
    evidence = [
        Evidence(
            what=f"recurrent layers of {_call(built, name)}", expected=_listed(wanted), actual=_listed(found)
        )
    ]
    if found != list(wanted):
        return failed(
            f"{_call(built, name)} has {_listed(found) or 'no recurrent layer'}, expected {_listed(wanted)}",
            hint="model.summary() lists the layers in their order.",
            evidence=evidence,
        )
    out = built.model.out
    if not (on_top and _top_gives_sequence(built)) and (out is None or out.size != len(built.model.x)):
        shape = out.shape if out is not None else "nothing"
        return failed(
            f"for {len(built.model.x)} windows {_call(built, name)} gives {shape}, expected"
            f" ({len(built.model.x)}, 1)",
            hint=PAST,
            evidence=evidence,
        )
    if chain_of(built.model) is None:
        return needs_review(
            f"{_call(built, name)} has the layers, but does something between them that is not known here: a"
            " person will look at it",
            evidence=evidence,
        )
    return passed(f"{_call(built, name)} has {_listed(found)}, and one output.", evidence=evidence)


def _listed(layers: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{kind}({units})" for kind, units in layers)


def _one(seen: Seen, asked: Probe, wanted: Sequence[tuple[str, int]], name: str) -> Verdict:
    (built,) = seen[asked]
    return _matches(built, wanted, name)


def _each(seen: Seen, asked: Probe, kind: str, units: int, name: str) -> Verdict:
    """Each model for itself. Layers that return sequences where they should not, or the other way round, are
    charged where just that is asked: models that cannot be called for it do not count here."""
    callable_ones = [built for built in seen[asked] if not lacks_sequence(built)]
    if not callable_ones:
        return skipped(f"not reached: no model of {name} can be called, for want of return_sequences=True")
    verdicts = []
    for built in callable_ones:
        layers, both_ways = int(built.case["layers"]), bool(built.case["bidirectional"])
        verdicts.append(_matches(built, [(layered(kind, both_ways), units)] * layers, name, on_top=True))
    return counted_together(verdicts)


def counted_together(verdicts: Sequence[Verdict]) -> Verdict:
    """One verdict of several cases, each of which counts alike."""
    evidence = [one for verdict in verdicts for one in verdict.evidence]
    good = sum(verdict.share == 1.0 for verdict in verdicts)
    if good == len(verdicts):
        return passed(f"All {len(verdicts)} models are as they should be.", evidence=evidence)
    first = next(verdict for verdict in verdicts if verdict.share < 1.0)
    if not good or first.waits_for:
        return first
    message = f"{good} of {len(verdicts)} models are as they should be; {first.message}"
    return partial(good / len(verdicts), message, hint=first.hint, evidence=evidence)


def _below(seen: Seen, asked: Probe, name: str) -> Verdict:
    verdicts = (_in_their_place(built, name) for built in seen[asked])
    problem = next((verdict for verdict in verdicts if verdict is not None), None)
    return problem or passed("Recurrent layers below others return sequences, the uppermost does not.")


def _in_their_place(built: Built, name: str) -> Verdict | None:
    """What is wrong with the sequences in one model; None where nothing is."""
    if lacks_sequence(built):
        assert built.error is not None
        return failed(
            f"in {_call(built, name)} a recurrent layer below another does not return sequences: the one"
            f" above it {raised(built.error)}",
            hint=PAST,
        )
    if (verdict := problem_of(built, name)) is not None:
        return verdict
    layers = [layer for layer in built.model.layers if is_recurrent(layer)]
    if len(layers) < 2 and int(built.case.get("layers", 2)) > 1:
        return failed(
            f"{_call(built, name)} has {counted(len(layers), 'recurrent layer')}, expected several", hint=PAST
        )
    if _top_gives_sequence(built):
        return failed(
            f"in {_call(built, name)} the uppermost recurrent layer returns sequences, too", hint=PAST
        )
    if not all(map(_gives_sequences, layers[:-1])):
        return failed(
            f"in {_call(built, name)} a recurrent layer below another does not return sequences", hint=PAST
        )
    return None


def _top_gives_sequence(built: Built) -> bool:
    layers = [layer for layer in built.model.layers if is_recurrent(layer)]
    return bool(layers) and _gives_sequences(layers[-1])


def _gives_sequences(layer: KerasLayer) -> bool:
    return len(layer.gives) == 3


def _scaled(seen: Seen, asked: Probe, name: str) -> Verdict:
    judged = [_scale_of(built, name) for built in seen[asked]]
    return next((one for one in judged if one.share < 1.0), judged[0])


def _scale_of(built: Built, name: str) -> Verdict:
    if (verdict := problem_of(built, name)) is not None:
        return verdict
    chain: Chain | None = chain_of(built.model)
    if chain is None:
        return needs_review(
            "what the model does with its last layer's output is not known here: a person will look at it"
        )
    evidence = [
        Evidence(
            what="factor behind the last layer",
            expected=f"at least {LARGE_FACTOR:g}",
            actual=f"{chain.scale:.3g}",
        )
    ]
    if chain.scale < LARGE_FACTOR:
        return failed(
            f"{_call(built, name)} multiplies its last layer's output by {chain.scale:.3g}: the series goes"
            " into the tens",
            hint=(
                "Let the last layer of the model enlarge its output: Lambda(lambda x: x * 100.0), or"
                " Rescaling(100.0)."
            ),
            evidence=evidence,
        )
    return passed(f"The output is enlarged by {chain.scale:.3g} within the model.", evidence=evidence)
