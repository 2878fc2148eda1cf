"""JPlag, and whoever else compares programs: a folder of code for each submission, and the template as the
base."""

from __future__ import annotations

from collections.abc import Mapping

from grader.report.export.marks import Exported

BASE = "base"


def folders(code: Mapping[str, str], template: str) -> Exported:
    """`code`: submission -> all of its code; `template`: what everybody was given."""
    files = {
        f"submissions/{student}/homework.py": text.encode("utf-8", "replace")
        for student, text in code.items()
    }
    if template:
        files[f"{BASE}/homework.py"] = template.encode("utf-8", "replace")
    command = "java -jar jplag.jar -l python3 " + (f"-bc {BASE} " if template else "") + "submissions"
    return Exported(files=files, notes=(f"in that folder: {command}",))
