"""A kernel without its connections: cells in a fresh child of a process that has imported tensorflow, then
one question about the cell.

    python -m tests.small_kernel < cases.json      [{"name", "cells", "files", "counts"}] -> {name: {"ran",
    "executed", "error"}}; without `counts` every call is watched by a hook, as from Python 3.12 on

What runs inside is the same code as in a real kernel; there is no box, so only cells of this repository
belong here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 120


def run(cases: Sequence[Mapping[str, Any]], *, keras_two: bool = False) -> dict[str, dict[str, Any]]:
    """What is seen of each case, all in one process tree."""
    env = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONDONTWRITEBYTECODE": "1"} | (
        {"TF_USE_LEGACY_KERAS": "1"} if keras_two else {}
    )
    done = subprocess.run(
        [sys.executable, "-m", "tests.small_kernel"], input=json.dumps(list(cases)), cwd=ROOT, env=env,
        capture_output=True, text=True, check=False, timeout=SECONDS + 5 * len(cases),
    )  # fmt: skip
    if done.returncode:
        raise AssertionError(done.stderr[-3000:])
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _in_child(case: Mapping[str, Any]) -> dict[str, Any]:
    """One case in a process of its own."""
    out, into = os.pipe()
    if (child := os.fork()) == 0:
        try:
            os.close(out)
            found = _seen(case)
        except BaseException:
            found = {"ran": [], "executed": [], "error": traceback.format_exc()[-1500:]}
        with os.fdopen(into, "w") as pipe:
            json.dump(found, pipe)
        os._exit(0)
    os.close(into)
    with os.fdopen(out) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return json.loads(told) if told else {"ran": [], "executed": [], "error": "the process died"}


def _seen(case: Mapping[str, Any]) -> dict[str, Any]:
    import numpy as np
    from ipykernel.compiler import XCachingCompiler
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.io import capture_output

    from grader import probes
    from grader.run.inside import modules, walk
    from grader.run.inside.asked import of_cell
    from grader.run.inside.period import keras_two
    from grader.run.inside.seen import ran
    from tests.made_up_sheet import SHEET

    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for name, content in case.get("files", {}).items():
            Path(name).write_text(content)
        sys.path.insert(0, "")
        InteractiveShell.compiler_class = XCachingCompiler
        modules.prepare(folder)
        if keras_two.is_wanted():
            keras_two.install()
        walk.prepare()
        ran.CAN_COUNT = ran.CAN_COUNT and case.get("counts", True)
        ran.prepare(folder)
        ran.tell([[number, "", cell] for number, cell in enumerate(case["cells"], start=1)], True)
        shell = InteractiveShell.instance()
        sys.modules["__main__"] = shell.user_module
        errors = []
        with capture_output():
            for cell in case["cells"]:
                result = shell.run_cell(cell, store_history=True)
                if problem := result.error_before_exec or result.error_in_exec:
                    errors.append(f"{type(problem).__name__}: {problem}")
        question = dict(
            probes.one_step(SHEET.cell, draws=1).draw(np.random.default_rng(1), {"BATCH_SIZE": 16})
        )
        answer: dict[str, Any] = {"ran": []}
        try:
            answer = of_cell.one_step(
                modules.names_of(shell.user_ns, folder), question, {"cell": SHEET.cell.told()}
            )
        except Exception as problem:
            errors.append(f"asked: {type(problem).__name__}: {problem}")
        computed = "eager/0/0/0" in answer
        return {
            "ran": answer["ran"],
            "executed": ran.executed(),
            "error": "; ".join(errors)[:600],
            "computed": computed,
        }


def main() -> None:
    cases = json.load(sys.stdin)
    import keras  # noqa: F401
    import tensorflow as tf

    for name in ("Model", "Layer", "Dense"):
        getattr(tf.keras.layers if name != "Model" else tf.keras, name)
    import grader.run.inside.asked.of_cell
    import grader.run.inside.seen.ran  # noqa: F401

    print(json.dumps({case["name"]: _in_child(case) for case in cases}))


if __name__ == "__main__":
    main()
