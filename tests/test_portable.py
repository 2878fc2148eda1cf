"""`grade check` on systems that are not Linux: no call that only POSIX has stands on its path, and it runs
without them."""

from __future__ import annotations

import ast
import io
import json
import os
import queue
import socket
import subprocess
import sys
import threading
import types
from pathlib import Path

import psutil
import pytest
import yaml

from grader.collect.files import members
from grader.review.serve import listen
from grader.run.host import runners
from grader.run.runner import main
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


@pytest.mark.parametrize(
    ("name", "there", "here"),
    [
        ("Ada: LSTM?/homework.ipynb", ["Ada_ LSTM_", "homework.ipynb"], ["Ada: LSTM?", "homework.ipynb"]),
        ("hw1. /aux.py", ["hw1", "aux_.py"], ["hw1. ", "aux.py"]),
        ("con/COM1 .ipynb", ["con_", "COM1 _.ipynb"], ["con", "COM1 .ipynb"]),
        ("console/auxiliary.py", ["console", "auxiliary.py"], ["console", "auxiliary.py"]),
    ],
)
def test_an_archive_made_elsewhere_has_names_that_windows_takes(monkeypatch, name, there, here):
    assert members.parts_of(name) == (here, "")
    monkeypatch.setattr(members, "os", types.SimpleNamespace(name="nt"))
    assert members.parts_of(name) == (there, "")


def test_on_windows_a_port_is_ours_alone(monkeypatch):
    """There SO_REUSEADDR lets a second program listen where one does."""
    asked = []

    class Socket(socket.socket):
        def setsockopt(self, level, option, value):
            asked.append(option)

    monkeypatch.setattr(socket, "socket", Socket)
    monkeypatch.setattr(socket, "SO_EXCLUSIVEADDRUSE", -5, raising=False)
    listen().close()
    assert asked == [-5]


def texts_in_the_systems_encoding(path: Path) -> list[int]:
    """The lines of a module that read or write a whole file without saying in which encoding."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and len(node.args) < {"read_text": 1, "write_text": 2}.get(node.func.attr, 0)
        and "encoding" not in {word.arg for word in node.keywords}
        and "/proc/" not in ast.unparse(node.func)
    ]


def test_no_text_is_read_or_written_in_an_encoding_of_the_system():
    found = {path.name: texts_in_the_systems_encoding(path) for path in (ROOT / "grader").rglob("*.py")}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.skipif(os.name != "posix", reason="hears folders as this system spells them")
def test_a_runner_hears_of_any_folder_whatever_the_encoding_of_its_input(monkeypatch):
    """On Windows pipes are cp1252, and a temporary folder lies below the user's name."""
    folder = "/tmp/Jörg Nguyễn/1"
    pipe = io.TextIOWrapper(io.BytesIO(os.fsencode(folder) + b"\n"), encoding="cp1252")
    monkeypatch.setattr(main.sys, "stdin", pipe)
    ended = threading.Event()
    monkeypatch.setattr(main, "end_below", lambda: None)
    monkeypatch.setattr(main.os, "_exit", lambda code: ended.set())
    jobs: queue.SimpleQueue[str] = queue.SimpleQueue()
    main.listen(jobs)
    assert ended.wait(30)
    assert jobs.get(timeout=1) == folder


def test_a_runner_that_cannot_end_in_order_takes_its_kernel_along(monkeypatch):
    monkeypatch.setattr(runners, "ENDS_IN_ORDER", False)
    program = """if True:
        import os, signal, subprocess, sys, time
        signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
        kernel = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        print(kernel.pid, flush=True)
        time.sleep(600)
    """
    runner = runners.Runner.__new__(runners.Runner)
    runner.process = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert runner.process.stdout is not None
    with runner.process.stdout:
        kernel = psutil.Process(int(runner.process.stdout.readline()))
    runner.end()
    kernel.wait(timeout=30)


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


def test_a_table_that_is_open_in_another_program_is_told_so(tmp_path):
    """Windows lets nobody replace what Excel shows."""
    program = make_interpreter(tmp_path)
    (tmp_path / "grades.csv").write_text("old")
    code = """if True:
        import os, sys
        from pathlib import Path
        from grader.errors import GradebookError
        from grader.record import write_atomically

        def held(source, target):
            raise PermissionError(13, "Permission denied", target)

        os.replace = held
        try:
            write_atomically(Path(sys.argv[1]), "new")
        except GradebookError as problem:
            print(problem)
    """
    command = [str(program), "-c", code, str(tmp_path / "grades.csv")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "if another program has it open, close it there" in done.stdout, done.stderr
    assert (tmp_path / "grades.csv").read_text() == "old"
    assert not list(tmp_path.glob("*.part"))


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
