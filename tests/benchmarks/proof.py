"""(g) What a full proof costs: the questions about cell, layer, model and gradients in a warm kernel, and all
of judging on the host.

OPENBLAS_NUM_THREADS=1 python -m tests.benchmarks.proof [--notebooks 5]

One notebook at a time, on a kernel with one thread: what a question takes is then its CPU time. The variable
gives NumPy one thread here, too, as the command `grade` does.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from grader.assignment import Assignment, Seen, load_sheet
from grader.judge.verdicts import judge_all
from grader.record import Gradebook, Record, load_measured, load_run, load_submission, run_path
from grader.run import load_observations
from tests.benchmarks.classes import ROOT, SHORT, a_class
from tests.benchmarks.throughput import graded, runs_in
from tests.benchmarks.timing import table

PROOF = {
    "one_step": "the cell",
    "start": "its start states",
    "layer": "the layer",
    "model": "the model",
    "gradients": "its gradients",
}


def judging_seconds(
    assignment: Assignment, out: Path, record: Record, measured: Mapping[str, dict[str, float]]
) -> float:
    """CPU seconds for all verdicts on one stored run, the search for its layout included. `measured`: what is
    not computed again."""
    folder = run_path(out, record.student, record.run_id or "")
    submission = load_submission(folder)
    run = replace(load_run(folder), observations=dict(load_observations(folder)))
    seen = Seen(assignment=assignment, submission=submission, run=run, measured=dict(measured))
    began = time.process_time()
    judge_all(seen)
    return time.process_time() - began


def measure(count: int) -> str:
    """The section of docs/benchmarks.md."""
    assignment = load_sheet(ROOT / "assignments" / "sum_sequence")
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        folder, out = a_class(Path(temporary) / "class", count, SHORT), Path(temporary) / "out"
        graded(folder, out, jobs=1)
        probes = [{name: run["observations"][name]["seconds"] for name in PROOF} for run in runs_in(out)]
        with Gradebook(out, create=False) as gradebook:
            records = list(gradebook.records())
        kept = [load_measured(run_path(out, record.student, record.run_id or "")) for record in records]
        judging = [
            judging_seconds(assignment, out, record, known)
            for record, known in zip(records, kept, strict=True)
        ]
        anew = [judging_seconds(assignment, out, record, {}) for record in records]
    medians = {words: statistics.median(probe[name] for probe in probes) for name, words in PROOF.items()}
    judged = statistics.median(judging)
    rows = [(words, f"{seconds:.2f} s") for words, seconds in medians.items()]
    rows += [("judging on the host, all checks, the search included", f"{judged:.2f} s")]
    rows += [("together", f"{sum(medians.values()) + judged:.2f} s")]
    accuracy = statistics.median(anew) - judged
    return (
        f"## (g) A full proof, median of {count}\n\n{table(('', 'time'), rows)}\n\n"
        f"The accuracy on 20,000 sequences, computed once for a run, takes {accuracy:.2f} s beside it.\n"
    )


def main() -> None:
    """Print the section."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--notebooks", type=int, default=5)
    print(measure(parser.parse_args().notebooks))


if __name__ == "__main__":
    main()
