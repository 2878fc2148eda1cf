"""The zip that Gradescope runs: the public checks and the grader itself, set up and called by two scripts."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from grader.assignment import load_sheet
from grader.cli.handout import handout, tutors_files
from grader.cli.sheets import sheets_of_course
from grader.cli.wheel import Wheel, make_wheel
from grader.errors import UsageError
from grader.report.words import points_text

FOLDER = ".grader"
RUNNABLE = 0o755
SETUP = """#!/usr/bin/env bash
# Gradescope calls this once, when it builds the image.
set -euo pipefail
root="${AUTOGRADER:-/autograder}"
python3 -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || {
  echo "Python 3.11, 3.12 or 3.13 is needed: choose a newer base image" >&2
  exit 1
}
python3 -m venv "$root/venv"
cd "$root/source"
"$root/venv/bin/python" -m pip install --quiet -r .grader/requirements.txt
"""
RUN = """#!/usr/bin/env bash
# Gradescope calls this for every submission. It shows the public checks: students can read whatever lies \
in this image.
set -euo pipefail
root="${AUTOGRADER:-/autograder}"
mkdir -p "$root/results"
cd "$root/submission"
"$root/venv/bin/grade" ci . --assignments "$root/source/.grader" --results "$root/results/grader.json"
"$root/venv/bin/grade" export gradescope --results "$root/results/grader.json" --to "$root/results"
"""


def write_autograder(name: str, assignments: Path | None, to: Path | None) -> str:
    """Write autograder.zip for the sheet `name`, and say what is in it.

    Raises:
        GraderError: there is no such sheet, or nothing to hand out.
    """
    if not name:
        raise UsageError("which sheet? Give its name with --item NAME")
    sheet = sheets_of_course(assignments, name)
    files = autograder_files(sheet, make_wheel())
    target = (to or Path()) / "autograder.zip"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(as_zip(files))
    assignment = load_sheet(sheet)
    shown = sum(check.points for check in assignment.checks if not check.hidden)
    return (
        f"Written: {target}, with the public checks ({points_text(shown)} of"
        f" {points_text(assignment.points_max)} points)"
    )


def autograder_files(sheet: Path, wheel: Wheel | None) -> dict[str, bytes]:
    """What lies in the zip: the checks as students get them, the grader, and the two scripts."""
    files = handout(load_sheet(sheet), tutors_files(sheet, None), wheel)
    inside = {path: data for path, data in files.items() if path.startswith(f"{FOLDER}/")}
    return {"setup.sh": SETUP.encode(), "run_autograder": RUN.encode(), **inside}


def as_zip(files: dict[str, bytes]) -> bytes:
    """The files as a zip in which scripts can be run."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = (RUNNABLE if "/" not in name else 0o644) << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return data.getvalue()
