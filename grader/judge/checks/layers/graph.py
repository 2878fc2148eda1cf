"""Graph mode: the training step is traced once or a few times, not at every call."""

from __future__ import annotations

from collections.abc import Iterator

from grader import probes
from grader.assignment import Criterion, Model, Probe, Seen
from grader.judge.identify.cases import layer_of
from grader.judge.identify.training_cells import raised_training
from grader.judge.identify.untrained import never_trained
from grader.judge.unfinished import why_unfinished
from grader.judge.words import raised
from grader.model import Basis, Evidence, Verdict
from grader.model.verdict import failed, passed
from grader.probes.notebook import read_tracing, read_training
from grader.probes.one_step import read_one_step
from grader.probes.reading import Error

MOST_TRACES = 5  # traces: training and testing, a last smaller batch, a first call


def graph_mode(model: Model) -> Criterion:
    """The training runs in a graph, and what the model holds does."""
    layer = model.layer
    inside: tuple[Probe, ...] = (
        (probes.one_step(layer.cell), probes.layer(layer)) if layer is not None else ()
    )
    return Criterion(
        id="graph_mode",
        title="Training runs in graph mode, without a new trace per call.",
        judge=judge_tracing,
        basis=Basis.REPORTED,
        asks=(probes.model(model), probes.tracing()),
        uses=(probes.training(), *inside),
        forger_gains="one point, for reporting a count",
    )


def judge_tracing(seen: Seen) -> Verdict:
    """Some tf.function was traced, none again and again, and cell and layer work inside one."""
    functions = read_tracing(seen.answer("tracing"))
    evidence = [
        Evidence(what=f"traces of {one.name}", expected=f"1 to {MOST_TRACES}", actual=str(one.traces))
        for one in functions[:6]
    ]
    if not functions:
        return _of_nothing(seen)
    again = next((one for one in functions if one.traces > MOST_TRACES), None)
    if again is not None:
        return failed(
            f"{again.name} was traced {again.traces} times, expected at most {MOST_TRACES}: it is traced"
            " again whenever something that is not a tensor changes, or a shape does",
            hint=(
                "Pass tensors, not Python numbers or lists that change (such as the number of the epoch or a"
                " rate), and batches of one shape (drop_remainder=True)."
            ),
            evidence=evidence,
        )
    if (found := next(_errors_in_graphs(seen), None)) is not None:
        error, what = found
        return failed(
            f"inside a tf.function {what} {raised(error)}",
            hint=(
                "Use TensorFlow operations instead of NumPy and Python values: in a graph tensors have no"
                " values yet."
            ),
            evidence=evidence,
        )
    return passed("Training runs in graph mode, without a new trace per call.", evidence=evidence)


def _of_nothing(seen: Seen) -> Verdict:
    """What is said where nothing was traced: of a training without a graph, or of none."""
    evidence = [Evidence(what="traced functions", expected="at least one", actual="none")]
    if (problem := never_trained(seen)) is not None and problem.decided:
        return failed(
            "nothing was traced, for nothing was trained",
            hint="Traces are counted while the notebook trains: let it train first.",
            evidence=evidence,
        )
    kept = seen.if_asked("training")
    updates = read_training(kept).updates if kept is not None and kept.is_answered else None
    cell = raised_training(seen)
    if cell is not None and not updates:
        return failed(
            f"nothing was traced to its end: {cell.place}, which trains, {why_unfinished(cell, seen)}",
            hint="Traces are counted while the notebook trains: let it train first.",
            evidence=evidence,
        )
    return failed(
        "nothing was traced: the model trains eagerly, step by step in Python",
        hint="Decorate the training step with @tf.function, or use model.compile and model.fit.",
        evidence=evidence,
    )


def _errors_in_graphs(seen: Seen) -> Iterator[tuple[Error, str]]:
    """What cell and layer raised inside of a tf.function."""
    step, layer = seen.if_asked("one_step"), layer_of(seen)
    if step is not None and step.is_answered and (error := read_one_step(step).graph_error):
        yield error, "the cell"
    if layer is not None and layer.graph_error:
        yield layer.graph_error, "the layer"
