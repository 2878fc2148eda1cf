"""Code that changes TensorFlow for good, each piece in a process of its own: forked from one that has
imported TensorFlow, as kernels are."""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

FORKS = """
import json, os, sys
import numpy, tensorflow
from grader.run.inside import modules, walk
from grader.run.inside.seen import governor
for name, code in json.load(sys.stdin).items():
    if not (child := os.fork()):
        sys.stdout.write(json.dumps(name) + " ")
        sys.stdout.flush()
        exec(code, globals())
        sys.stdout.flush()
        os._exit(0)
    os.waitpid(child, 0)
"""


def told_by(codes: Mapping[str, str]) -> dict[str, Any]:
    """Name of a case -> what its code printed last, one line of JSON."""
    ran = subprocess.run(
        [sys.executable, "-c", FORKS],
        input=json.dumps(dict(codes)),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    found, decoder = {}, json.JSONDecoder()
    for line in ran.stdout.splitlines():
        name, end = decoder.raw_decode(line)
        found[name] = json.loads(line[end:])
    assert found.keys() == codes.keys(), ran.stderr[-3000:]
    return found
