"""Whether the data come from a generator through tf.data: read in the source."""

from __future__ import annotations

from grader import probes
from grader.assignment import Criterion, Function, Seen
from grader.assignment.spelling import folded
from grader.model import Basis, Evidence, Verdict
from grader.model.verdict import failed, passed
from grader.probes.data import read_data

EFFICIENT = ("prefetch", "cache", "interleave", "AUTOTUNE")


def generator_pipeline(task: Function, wrapped: Function | None = None) -> Criterion:
    """The data come from this generator, through tf.data."""
    return Criterion(
        id="generator_pipeline",
        title="The data come from a generator through an efficient pipeline.",
        judge=lambda seen: judge_pipeline(seen, task, wrapped),
        basis=Basis.READ,
        uses=(probes.data(task, wrapped),),
        forger_gains="one point, for naming functions that are not used",
    )


def judge_pipeline(seen: Seen, task: Function, wrapped: Function | None = None) -> Verdict:
    """The data come from a generator through tf.data, batched and prefetched."""
    uses, given = seen.source.uses, (wrapped or task).name
    makers = [task, *([wrapped] if wrapped is not None and _yields_none(seen) else [])]
    names = {folded(seen.own_name(maker.name)) for maker in makers}
    made_by = [f for f in seen.source.functions if folded(f.name.rpartition(".")[2]) in names]
    wanted = {
        f"a yield in {task.name} (which makes it a generator)": (
            any(f.is_generator for f in made_by) or _gives_one_by_one(seen)
        ),
        "tf.data.Dataset.from_generator": "from_generator" in uses,
        "prefetch(), cache() or tf.data.AUTOTUNE": any(name in uses for name in EFFICIENT),
    }
    evidence = [
        Evidence(what=what, expected="used", actual="used" if there else "not found")
        for what, there in wanted.items()
    ]
    lacking = [what for what, there in wanted.items() if not there]
    if not lacking:
        return passed("The data come from a generator through an efficient pipeline.", evidence=evidence)
    return failed(
        f"the data pipeline lacks {', '.join(lacking)}",
        hint=(
            f"tf.data.Dataset.from_generator({given},"
            " output_signature=...).batch(BATCH_SIZE).prefetch(tf.data.AUTOTUNE)"
        ),
        evidence=evidence,
    )


def _yields_none(seen: Seen) -> bool:
    """Whether the task makes a single sample, or returns what it should yield, which is charged by a check of
    its own: then the function around it is the generator."""
    task = seen.if_asked("data")
    samples = read_data(task) if task is not None and task.is_answered else None
    return samples is not None and (samples.takes is not None or samples.returned is not None)


def _gives_one_by_one(seen: Seen) -> bool:
    """Whether what the task returned was seen to be a generator: an expression (... for ...), a map, a
    zip."""
    task = seen.if_asked("data")
    calls = read_data(task).calls if task is not None and task.is_answered else ()
    return bool(calls) and all(call.is_generator for call in calls)
