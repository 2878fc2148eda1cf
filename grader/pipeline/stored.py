"""Runs that are made already: which of them may stand for a new one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from grader.model import Fingerprint, Outcome, Reply, Run
from grader.record import load_run, run_path, stored_runs
from grader.run import load_observations

ENDED_BY_LIMITS = (Outcome.TIMED_OUT, Outcome.OUT_OF_MEMORY)


def find_run(out: Path, student: str, wanted: Fingerprint) -> Run | None:
    """The latest stored run that would go the same way again, with its observations; None when there is
    none."""
    for run_id in stored_runs(out, student):
        try:
            run = load_run(run_path(out, student, run_id))
            if stands_for(run, wanted):
                stored = load_observations(run_path(out, student, run_id))
                if not any(stored.read(name).status is Reply.BROKEN for name in stored):  # one at a time
                    return replace(run, observations=stored)
        except Exception:  # whatever is damaged is made again
            continue
    return None


def stands_for(run: Run, wanted: Fingerprint) -> bool:
    """Whether making this run again could show nothing new.

    What failed by our fault is always tried again; what ran into a limit is, too, unless the limits are the
    same or tighter.
    """
    known = run.fingerprint
    if known is None or run.outcome is Outcome.UNAVAILABLE or run.missing_packages:
        return False
    if run.outcome in ENDED_BY_LIMITS and wanted.limits.within(known.limits):
        known = replace(known, limits=wanted.limits)
    return known == wanted
