"""Fork servers that have died, hang or lost their socket are replaced. The server here only pretends: it
imports nothing."""

import json
import os
import shutil
import signal
import socket
import tempfile
from pathlib import Path

import pytest

from grader.errors import KernelUnavailable
from grader.run.host import zygotes
from grader.run.host.zygotes import Zygotes

SERVER = """
import json, os, select, socket, sys
listener = socket.socket(fileno=int(sys.argv[1]))
print(json.dumps({"warm": sys.argv[2] == "warm"}), flush=True)
while True:
    ready, _, _ = select.select([listener, 0], [], [])
    if 0 in ready: break
    connection, _ = listener.accept()
    message = connection.recv(100)
    if message: connection.send(json.dumps({"pid": os.getpid()}).encode())
"""


def nothing(home, runtime):
    """An empty environment."""
    return {}


@pytest.fixture
def servers(tmp_path, monkeypatch):
    """Fork servers of two runtimes, and a temporary folder that may be deleted."""
    (tmp_path / "server.py").write_text(SERVER)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setattr(zygotes, "ANSWER_SECONDS", 0.5)
    with Zygotes(nothing, program=tmp_path / "server.py") as found:
        yield found


def ask(path):
    """The process that answers at a path."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as connection:
        connection.settimeout(5)
        connection.connect(path)
        connection.send(b"who")
        return json.loads(connection.recv(100))["pid"]


def test_a_server_is_reached_although_every_temporary_folder_is_gone(servers, tmp_path):
    server = servers.get("keras3")
    shutil.rmtree(tmp_path / "tmp")
    assert ask(server.path) == server.process.pid
    other = servers.get("keras2")  # and another one starts
    assert ask(other.path) == other.process.pid


def test_no_path_leads_to_a_server(servers, tmp_path):
    servers.get("keras3")
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_server_that_died_is_replaced_where_it_was(servers):
    first = servers.get("keras3")
    first.process.kill()
    first.process.wait()
    second = servers.get("keras3")
    assert second.process.pid != first.process.pid
    assert second.path == first.path  # who was told the old one finds the new one
    assert ask(first.path) == second.process.pid


def test_a_server_that_answers_is_not_replaced_by_doubt(servers):
    first = servers.get("keras3")
    servers.doubt("keras3")
    servers.doubt("keras2")  # was never started
    assert servers.get("keras3") is first


def test_a_server_that_hangs_is_set_aside_and_ended_in_the_end(servers):
    first = servers.get("keras3")
    os.kill(first.process.pid, signal.SIGSTOP)
    servers.doubt("keras3")
    second = servers.get("keras3")
    assert ask(second.path) == second.process.pid != first.process.pid
    assert first.process.poll() is not None  # it had no kernels


def test_what_a_server_that_hangs_has_forked_may_come_to_its_end(tmp_path, monkeypatch):
    (tmp_path / "server.py").write_text("import os, time\nif os.fork() == 0: time.sleep(600)\n" + SERVER)
    monkeypatch.setattr(zygotes, "ANSWER_SECONDS", 0.5)
    with Zygotes(nothing, program=tmp_path / "server.py") as servers:
        first = servers.get("keras3")
        os.kill(first.process.pid, signal.SIGSTOP)
        servers.doubt("keras3")
        assert servers.get("keras3") is not first
        assert first.process.poll() is None  # something still runs below it
    assert first.process.poll() is not None


def test_why_a_server_does_not_start_is_its_last_word(tmp_path):
    (tmp_path / "server.py").write_text("raise SystemExit('no tensorflow here')")
    why = "the fork server for keras3 does not start: no tensorflow here"
    with (
        Zygotes(nothing, program=tmp_path / "server.py") as servers,
        pytest.raises(KernelUnavailable, match=why),
    ):
        servers.get("keras3")


def test_what_a_server_writes_into_its_home_is_gone_once_it_has_started(tmp_path, monkeypatch):
    (tmp_path / "server.py").write_text(
        "import os, pathlib\npathlib.Path(os.environ['HOME'], '.cache').mkdir()\n" + SERVER
    )
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    homes = []

    def environment(home, runtime):
        homes.append(Path(home))
        return {"HOME": home}

    with Zygotes(environment, program=tmp_path / "server.py") as servers:
        servers.get("keras3")
        assert homes[0].parent == tmp_path / "tmp"
        assert not list((tmp_path / "tmp").iterdir())
