"""All that touches student code: a runner process per notebook, a kernel below it, and the wire between."""

from grader.run.host.engine import Engine
from grader.run.host.fingerprint import fingerprint, probe_digests, reading_digest
from grader.run.host.launch import run_submission
from grader.run.host.levels import Offer, best_offer, offer
from grader.run.host.own_files import copy_files
from grader.run.host.so_far import run_so_far
from grader.run.host.wanted import Plan, Wanted, limits_of
from grader.run.runner.wire import load_observations

__all__ = [
    "Engine",
    "Offer",
    "Plan",
    "Wanted",
    "best_offer",
    "copy_files",
    "fingerprint",
    "limits_of",
    "load_observations",
    "offer",
    "probe_digests",
    "reading_digest",
    "run_so_far",
    "run_submission",
]
