"""The gradebook and the runs on disk: the only truth; every report is derived from them and may be
deleted."""

from grader.record.codec import from_json, to_json
from grader.record.files import ensure_folder, safe_name, write_atomically
from grader.record.folders import (
    load_executed,
    load_measured,
    load_run,
    load_submission,
    run_folder,
    run_path,
    save_measured,
    save_run,
    save_submission,
    stored_runs,
)
from grader.record.gradebook import Gradebook
from grader.record.home import only_grader
from grader.record.records import Record, Session, make_record, submission_of

__all__ = [
    "Gradebook",
    "Record",
    "Session",
    "ensure_folder",
    "from_json",
    "load_executed",
    "load_measured",
    "load_run",
    "load_submission",
    "make_record",
    "only_grader",
    "run_folder",
    "run_path",
    "safe_name",
    "save_measured",
    "save_run",
    "save_submission",
    "stored_runs",
    "submission_of",
    "to_json",
    "write_atomically",
]
