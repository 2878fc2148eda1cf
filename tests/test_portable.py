"""`grade check` on systems that are not Linux: no call that only POSIX has stands on its path, and it runs
without them."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.corpus import NOTEBOOK, write
from tests.sampling import ALL
from tests.without_posix import MODULES, NAMES, make_interpreter

ROOT = Path(__file__).resolve().parent.parent
CHECKED = [
    ("rnn_concepts", "shapes_units_first", {"output_shapes"}),  # trains nothing
    *([("sum_sequence", "no_output_tanh", {"computes_lstm"})] if ALL else []),
]
LINUX_ONLY = {  # reached from a fork server, which there is only on Linux
    *(path.relative_to(ROOT).as_posix() for path in (ROOT / "grader" / "run" / "isolation").glob("*.py")),
    *(
        f"grader/run/{name}.py"
        for name in (
            *("runner/forked_kernel", "provisioner", "sockets", "host/zygotes"),
            *("inside/app", "inside/zygote"),
        )
    ),
}
GUARDED = {  # behind os.name, hasattr, or an ImportError that is caught: the run below goes past each
    "grader/cli/places.py",
    "grader/cli/grade/account.py",
    "grader/cli/grade/pace.py",
    "grader/judging/worker.py",
    "grader/record/home.py",
    "grader/run/host/engine.py",
    "grader/run/inside/period/commands.py",
    "grader/run/inside/start.py",
    "grader/run/host/carry_out.py",
    "grader/run/inside/period/stand_ins.py",
    "grader/run/runner/main.py",
    "grader/run/scratch.py",
}


def posix_only(path: Path) -> list[str]:
    """The names in a module that other systems lack."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.attr in NAMES.get(node.value.id, ())
        ):
            found.append(f"{node.value.id}.{node.attr}")
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        found += [name for name in names if name in MODULES]
        found += [
            word.arg for word in getattr(node, "keywords", []) if word.arg in ("pass_fds", "preexec_fn")
        ]
    return found


@pytest.mark.parametrize(
    "path", sorted((ROOT / "grader").rglob("*.py")), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_a_module_calls_nothing_that_only_posix_has(path):
    name = path.relative_to(ROOT).as_posix()
    found = posix_only(path)
    if name in GUARDED:
        return
    assert name in LINUX_ONLY or not found, found


def type_in(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    program = make_interpreter(folder)
    command = [str(program), "-m", "grader", *words]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=600, stdin=subprocess.DEVNULL
    )


def test_the_interpreter_does_take_them_away(tmp_path):
    program = make_interpreter(tmp_path)
    code = (
        "import grader.cli.places as p; print(p.os.name, hasattr(p.os, 'fork'), hasattr(p.os,"
        " 'sched_getaffinity'))"
    )
    done = subprocess.run([str(program), "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["nt", "False", "False"], done.stderr


@pytest.mark.real
@pytest.mark.parametrize(("homework", "name", "failing"), CHECKED)
def test_check_runs_with_a_cold_kernel_and_without_posix(tmp_path, homework, name, failing):
    done = type_in(
        tmp_path,
        "check",
        "--json",
        str(write(name, tmp_path, homework) / NOTEBOOK),
        "--assignments",
        "assignments",
    )
    assert done.returncode == 1, done.stderr
    (submission,) = json.loads(done.stdout)["submissions"]
    assert submission["isolation"] == "none"
    assert failing <= {check["id"] for check in submission["checks"] if check["status"] == "FAILED"}
    assert not [check["id"] for check in submission["checks"] if check["status"] == "ERROR"]


@pytest.mark.parametrize(
    "words",
    ["grade check", "grade class", "grade report", "grade export", "test_review_app.py", "test_export.py"],
)
def test_other_systems_run_what_students_and_tutors_type(words):
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))
    job = workflow["jobs"]["other-systems"]
    assert set(job["strategy"]["matrix"]["system"]) == {"windows-latest", "macos-latest"}
    assert any(words in step.get("run", "") for step in job["steps"])


@pytest.mark.real
def test_the_doctor_says_what_it_is(tmp_path):
    done = type_in(tmp_path, "doctor")
    assert done.returncode == 1
    assert "only Linux has it" in done.stdout
    assert "`grade check` runs your own notebook as it is." in done.stdout


def test_the_kernel_listens_on_the_loopback_address_with_a_key(tmp_path):
    from grader.model import Limits
    from grader.run.job import Job
    from grader.run.runner.cold_kernel import ColdKernel

    job = Job(cells=(), requests=(), limits=Limits(), workspace=str(tmp_path))
    kernel = ColdKernel(job, tmp_path)
    assert (kernel.manager.transport, kernel.manager.ip) == ("tcp", "127.0.0.1")
    assert len(kernel.manager.session.key) >= 32
    assert kernel.manager.session.signature_scheme == "hmac-sha256"
    assert sys.executable in kernel.manager._kernel_spec.argv
    for handle in (kernel.questions, kernel.answers):
        os.close(handle)
