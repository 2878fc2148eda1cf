"""The process that judges: one line of JSON in, one line out, until its standard input ends. Its first line
says that it is ready.

{"sheet": folder, "digest": of the sheet, "folder": of the run, "unread": whether its answers are left aside}
{"conclusion": ...} or {"damaged": text} or {"over": "memory"} or {"fault": text, "note": traceback}
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import queue
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from grader.assignment import Assignment, load_sheet
from grader.errors import BrokenFrame, GradebookError
from grader.judging.conclusion import Conclusion, conclude_stored, conclude_unread
from grader.record.codec import to_json

LONGEST_NOTE = 4000
LONGEST_ANSWER = 16 << 20  # characters; a hundred verdicts are some 50,000


def main() -> None:
    """Judge until the host is gone."""
    answers = _standard_output()
    jobs: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=_read, args=(sys.stdin.buffer, jobs), daemon=True).start()
    limit_memory(int(sys.argv[1]))
    text = json.dumps({"ready": True})
    while True:
        answers.write(text.encode() + b"\n")
        answers.flush()
        text = json.dumps(answer_to(json.loads(jobs.get())))
        if len(text) > LONGEST_ANSWER:
            text = json.dumps({"over": "memory"})


def _standard_output() -> IO[bytes]:
    """Ours alone: what a sheet prints goes elsewhere."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _read(stream: IO[bytes], jobs: queue.Queue[bytes]) -> None:
    """Also while a job is at work: when the host has ended, nobody waits for the answer."""
    for line in stream:
        jobs.put(line)
    os._exit(0)


def limit_memory(megabytes: int) -> None:
    """At most so much more address space than now, where the system can limit it; elsewhere the host watches
    alone."""
    with contextlib.suppress(ImportError, OSError, ValueError):  # the host watches alone then
        import resource

        limit = _address_space() + (megabytes << 20)
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard < 0 else min(limit, hard), hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _address_space() -> int:
    """Of this process, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def answer_to(job: Mapping[str, Any]) -> dict[str, Any]:
    """One job done. Never raises: whatever happens is an answer."""
    judge: Callable[[Assignment, Path], Conclusion] = conclude_unread if job["unread"] else conclude_stored
    try:
        sheet = _sheet(Path(job["sheet"]), job["digest"])
    except Exception as problem:
        return _fault(problem)
    try:
        return {"conclusion": to_json(judge(sheet, Path(job["folder"])))}
    except MemoryError:
        return {"over": "memory"}
    except (GradebookError, BrokenFrame, OSError, ValueError, KeyError) as problem:
        return {"damaged": _words(problem), "note": traceback.format_exc()[-LONGEST_NOTE:]}
    except Exception as problem:
        return _fault(problem)


@functools.lru_cache(maxsize=4)
def _sheet(folder: Path, digest: str) -> Assignment:
    """The sheet in a folder, loaded anew when it has changed."""
    return load_sheet(folder)


def _fault(problem: Exception) -> dict[str, Any]:
    return {"fault": _words(problem), "note": traceback.format_exc()[-LONGEST_NOTE:]}


def _words(problem: Exception) -> str:
    return f"{type(problem).__name__}: {problem}"[:LONGEST_NOTE]


if __name__ == "__main__":
    main()
