"""docs/cluster.md does what it says: keys, scheduler, workers and a class, typed as they stand there."""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

pytest.importorskip(
    "distributed", reason="the extra `cluster` is not installed: NOTHING of the cluster is tested"
)

from distributed.cli import dask_scheduler
from test_cli_fakes import a_notebook, a_sheet
from typer.main import get_command

from grader.cli.app import app
from tests.cluster_farm import Farm, wait_for

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "cluster.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL))
LINES = [line.partition("  # ")[0].strip() for line in BLOCKS["console"].splitlines()]
KEYS = ("--tls-ca-file", "keys/ca.pem", "--tls-cert", "keys/cert.pem", "--tls-key", "keys/key.pem")
INSTALL, NEW_KEYS, SCHEDULER, WORKER, GRADE = LINES


def words_of(line: str, address: str = "tls://HOST:8786") -> list[str]:
    return shlex.split(line.replace("tls://HOST:8786", address))


def extra_words() -> list[str]:
    """What the recipe for Slurm adds to the words of its workers."""
    keywords = [node for node in ast.walk(ast.parse(BLOCKS["python"])) if isinstance(node, ast.keyword)]
    (given,) = [each.value for each in keywords if each.arg == "worker_extra_args"]
    return list(ast.literal_eval(given))


def test_what_pods_are_told_are_commands_and_options_that_exist():
    spec = yaml.safe_load(BLOCKS["yaml"])["spec"]
    (scheduler,), (worker,) = (spec[who]["spec"]["containers"] for who in ("scheduler", "worker"))
    command, *words = worker["args"]
    assert (command, words[0]) == ("grade", "worker")
    get_command(app).commands["worker"].make_context("worker", words[1:], resilient_parsing=False)
    assert scheduler["args"][0] == "dask-scheduler"
    named = {option for each in dask_scheduler.main.params for option in each.opts}
    assert {word for word in scheduler["args"] if word.startswith("--")} <= named
    mounted = {mount["mountPath"] for who in (scheduler, worker) for mount in who["volumeMounts"]}
    assert mounted == {"/keys"}


@pytest.mark.real
def test_a_class_is_graded_by_the_words_of_the_page(tmp_path):
    """A worker of `grade worker`, and one as Slurm's recipe starts it."""
    a_sheet(tmp_path / "assignments")
    a_notebook(tmp_path / "submissions" / "anna" / "homework.ipynb", "right")
    farm = Farm(tmp_path)
    host, _, port = farm.address.removeprefix("tcp://").partition(":")
    address = f"tls://{host}:{port}"

    def run(line, *more):
        words = [sys.executable, "-m", "grader", *words_of(line, address)[1:], *more]
        return subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=300)

    def dask(program, *words):
        command = [sys.executable, "-m", f"distributed.cli.dask_{program}", *words]
        return farm.start(command, {}, cwd=tmp_path)

    try:
        assert run(NEW_KEYS).returncode == 0
        dask("scheduler", *words_of(SCHEDULER)[2:], "--host", host, "--port", port)
        farm.start([sys.executable, "-m", "grader", *words_of(WORKER, address)[1:]], {}, cwd=tmp_path)
        dask("worker", address, "--no-nanny", "--protocol", "tls://", *KEYS, *extra_words())
        wait_for(lambda: "at work for" in (tmp_path / "processes.log").read_text())
        done = run(GRADE)
    finally:
        farm.close()
    assert (done.returncode, done.stderr) == (1, ""), done  # its one proof no real kernel can give: our fault
    assert "2 workers" in done.stdout
    assert (tmp_path / "grades" / "small" / "feedback" / "anna.html").is_file()
