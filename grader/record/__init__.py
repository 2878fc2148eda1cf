"""The gradebook and the runs on disk: the only truth; every report is derived from them and may be deleted."""

from grader.record.codec import from_json, to_json
from grader.record.files import ensure_folder, safe_name, write_atomically
from grader.record.folders import load_executed, load_run, run_folder, run_path, save_run
from grader.record.gradebook import Gradebook
from grader.record.records import Record, Session

__all__ = [
    "Gradebook",
    "Record",
    "Session",
    "ensure_folder",
    "from_json",
    "load_executed",
    "load_run",
    "run_folder",
    "run_path",
    "safe_name",
    "save_run",
    "to_json",
    "write_atomically",
]
