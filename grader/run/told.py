"""What a student's code raised, without this machine: no path of it, no frame of ours, and none of the many
frames that TensorFlow lists above what went wrong in a graph."""

from __future__ import annotations

import re

# bounded everywhere: whoever raises may say anything
LISTED = re.compile(r'Detected at node .*\n[ \t]{0,8}File "[^\n]*\n{1,3}', re.DOTALL)
OURS = re.compile(
    r'^[ \t]{0,8}File "[^"\n]{0,300}/grader/run/[^"\n]{0,100}", line \d+, in [^\n]*\n{1,3}', re.MULTILINE
)
FOLDERS = re.compile(
    r"(?:/[^/\s\"':,()]{1,100}){1,30}/(?:"
    r"(?:site-packages|lib/python3\.\d+)/|"
    r"(?=grader/run/|ipykernel_\d+/\d+\.py|__autograph_generated_file))"
)
LONGEST_MESSAGE = 2000
LONGEST_TRACEBACK = 8000


def told(error: dict[str, str], hidden: tuple[str, ...] = ()) -> dict[str, str]:
    """The fields of an error as they are kept; `hidden`: folders of this run."""
    clean = {key: without_paths(str(value), hidden) for key, value in error.items()}
    return clean | {
        "message": clean.get("message", "")[:LONGEST_MESSAGE],
        "traceback": clean.get("traceback", "")[-LONGEST_TRACEBACK:],
    }


def without_paths(text: str, hidden: tuple[str, ...] = ()) -> str:
    """Text without the paths of this machine: the student's folder disappears, libraries keep their own
    part."""
    for folder in hidden:
        text = text.replace(folder.rstrip("/") + "/", "").replace(folder, ".")
    return FOLDERS.sub("", OURS.sub("", LISTED.sub("", text)))
