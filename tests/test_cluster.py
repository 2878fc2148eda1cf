"""Runs on other machines: real schedulers and workers on loopback whose notebooks are made up. What needs
name spaces of the network, a full disk or much time stands in test_cluster_hosts.py."""

import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

pytest.importorskip(
    "distributed", reason="the extra `cluster` is not installed: NOTHING of the cluster is tested"
)

from grader.cluster.errand import MOST_TRIES
from grader.cluster.hands import Hands, unmet
from grader.cluster.keys import check_address, load_security, new_security, save_keys
from grader.cluster.link import Link
from grader.cluster.order import OrderEnd, Terms, order_bytes, read_order, read_reply
from grader.cluster.parcel import BrokenParcel, Parcel, is_inside, pack, unpack, write_files
from grader.cluster.workers import SeenWorker, Workers, unfit
from grader.errors import KernelUnavailable, UsageError
from grader.model import CellSource, Limits
from grader.run.host.fingerprint import engine_digest, installed
from grader.run.job import Folder, Job, Request
from tests.cluster_farm import ROOT, Class, Farm, wait_for
from tests.cluster_worker import Sleeper

TERMS = Terms(level="namespaces", engine=engine_digest(), versions=installed())


@pytest.fixture
def farm(tmp_path):
    """A scheduler, and processes that end with the test."""
    found = Farm(tmp_path)
    found.scheduler()
    yield found
    found.close()


# ── what travels
# ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_parcel_comes_back_as_it_went():
    parcel = Parcel(head={"a": [1, "ü"]}, files={"x/y.txt": b"", "z": bytes(range(256))})
    assert unpack(pack(parcel)) == parcel


@pytest.mark.parametrize("data", [b"", b"no parcel", pack(Parcel(head={}, files={"x": b"1" * 99}))[:-9]])
def test_what_is_no_parcel_is_refused(data):
    with pytest.raises(BrokenParcel, match="cannot be read"):
        unpack(data)


def test_a_parcel_beyond_the_limit_is_refused():
    with pytest.raises(BrokenParcel):
        unpack(pack(Parcel(head={}, files={"zeros": bytes(10_000_000)})), most=1_000_000)


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "", "c:\\x", "a\0b", "."])
def test_no_file_of_a_parcel_lies_elsewhere(name, tmp_path):
    assert not is_inside(name)
    with pytest.raises(BrokenParcel, match="elsewhere"):
        write_files(Parcel(head={}, files={name: b"x"}), tmp_path)


def a_job(folder: Path) -> tuple[Job, Folder, Path]:
    where, workspace = Folder(path=folder / "run"), folder / "files"
    for path in (where.questions, where.answers, workspace / "data"):
        path.mkdir(parents=True)
    (workspace / "data" / "x.csv").write_text("1,2")
    (where.questions / "answer.frame").write_bytes(b"the question")
    where.hidden("answer").write_bytes(b"HIDDEN")
    request = Request(name="answer", answered_by="names", needs=(), seconds=1, early=False)
    cells = (CellSource(number=1, text='answer = ["right"]'),)
    return Job(cells=cells, requests=(request,), limits=Limits()), where, workspace


def test_an_order_holds_questions_and_files_and_nothing_that_stays(tmp_path):
    job, where, workspace = a_job(tmp_path)
    found, terms, parcel = read_order(order_bytes(job, where, workspace, TERMS))
    assert (found, terms) == (job, TERMS)
    assert parcel.files == {"questions/answer.frame": b"the question", "files/data/x.csv": b"1,2"}


def test_a_worker_brings_back_what_was_asked_for_and_nothing_else(tmp_path):
    from grader.cluster.order import take_in

    job, where, workspace = a_job(tmp_path)
    hands = Hands(engine=Sleeper("namespaces", None))
    reply = read_reply(
        hands.do(order_bytes(job, where, workspace, TERMS), lambda event: None, threading.Event())
    )
    assert reply.answered is OrderEnd.RAN
    more = Parcel(
        head=reply.parcel.head, files={**reply.parcel.files, "run.json": b"{}", "answers/other.frame": b""}
    )
    went = take_in(read_reply(pack(more)), job, where)
    assert (went.level, went.result["outcome"]) == ("namespaces", "COMPLETED")
    assert sorted(path.name for path in where.path.rglob("*") if path.is_file()) == [
        "answer.frame", "answer.frame", "answer.hidden.frame", "outcome.json",
    ]  # fmt: skip


def test_an_answer_without_an_outcome_is_no_run(tmp_path):
    from grader.cluster.order import take_in

    job, where, _ = a_job(tmp_path)
    for head, files in [
        ({"level": "namespaces", "workspace": ""}, {}),
        ({"level": "best", "workspace": ""}, {"outcome.json": b"{}"}),
    ]:
        reply = read_reply(pack(Parcel(head={"answered": "ran", **head}, files=files)))
        with pytest.raises(BrokenParcel, match="without its outcome"):
            take_in(reply, job, where)


@pytest.mark.parametrize("said", [None, b"", b"x", pack(Parcel(head={"answered": "perhaps"}))])
def test_what_is_no_reply_is_a_failure_of_the_worker(said):
    assert read_reply(said).answered is OrderEnd.FAILED


# ── who may have a run
# ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_worker_refuses_what_it_cannot_keep():
    assert unmet(TERMS, "namespaces") == ""
    assert "landlock, and namespaces is asked" in unmet(TERMS, "landlock")
    # better than asked
    assert unmet(Terms(level="landlock", engine=TERMS.engine, versions=installed()), "namespaces") == ""
    assert "another version of the grader" in unmet(Terms(level="none", engine="x"), "namespaces")
    other = Terms(level="none", engine=TERMS.engine, versions={**installed(), "numpy": "1.0"})
    assert f"it has numpy {installed()['numpy']}, and here it is 1.0" in unmet(other, "none")
    lacking = Terms(level="none", engine=TERMS.engine, versions={"nosuchpackage": "3"})
    assert "nosuchpackage not at all" in unmet(lacking, "none")


def test_a_refusal_is_said_before_anything_runs(tmp_path):
    job, where, workspace = a_job(tmp_path)
    hands = Hands(engine=Sleeper("landlock", tmp_path / "log"))
    reply = read_reply(
        hands.do(order_bytes(job, where, workspace, TERMS), lambda event: None, threading.Event())
    )
    assert reply.answered is OrderEnd.REFUSED
    assert not (tmp_path / "log").exists()


def test_the_host_leaves_out_who_would_refuse():
    good = Hands(engine=Sleeper("namespaces", None)).describe()
    assert unfit(good, TERMS) == ""
    assert "not started by" in unfit(None, TERMS)
    assert "landlock" in unfit(good | {"level": "landlock"}, TERMS)
    assert "another version" in unfit(good | {"engine": "x"}, TERMS)
    assert "keras" in unfit(good | {"versions": {**installed(), "keras": "2.0"}}, TERMS)


def test_a_run_goes_to_somebody_else_first_and_to_the_same_where_there_is_nobody_else():
    now = time.monotonic()
    seen = {
        a: SeenWorker(
            address=a, name=a, slots=2, said=Hands(engine=Sleeper("none", None)).describe(), heard=now
        )
        for a in "abc"
    }
    workers = Workers(terms=Terms(level="none", engine=TERMS.engine), seen=lambda: seen)
    workers.look()
    assert workers.fit() == ["a", "b", "c"]
    assert workers.words(3) == "3 workers, 3 of 6 slots busy"
    workers.rest("b")
    assert workers.fit() == ["a", "c"]
    assert workers.fit(["a", "c"]) == ["b"]
    assert workers.fit(["a", "b", "c"]) == ["a", "b", "c"]
    workers.refuse("a", "no")
    seen["b"] = SeenWorker(address="b", name="b", slots=2, said=None, heard=now - 99)
    assert (workers.fit(), workers.slots()) == (["c"], 2)


# ── keys and addresses
# ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "address", ["tls://grader.example.org:8786", "tcp://127.0.0.1:8786", "tcp://localhost:1"]
)
def test_addresses_that_nobody_can_listen_to(address):
    check_address(address, no_tls=False)


def test_an_open_address_needs_a_word():
    with pytest.raises(UsageError, match="not encrypted"):
        check_address("tcp://10.0.0.1:8786", no_tls=False)
    check_address("tcp://10.0.0.1:8786", no_tls=True)
    for wrong in ("8786", "grader:8786", "tls://host", "http://host:80", "tls://host:port"):
        with pytest.raises(UsageError, match="no scheduler's address"):
            check_address(wrong, no_tls=True)


def test_keys_are_private_and_are_not_written_over(tmp_path):
    save_keys(new_security(), tmp_path / "keys")
    assert {
        path.name: oct(path.stat().st_mode & 0o777) for path in (tmp_path / "keys").iterdir()
    } == dict.fromkeys(("ca.pem", "cert.pem", "key.pem"), "0o600")
    assert load_security(tmp_path / "keys").require_encryption
    with pytest.raises(UsageError, match="holds keys already"):
        save_keys(new_security(), tmp_path / "keys")
    with pytest.raises(UsageError, match=r"has no ca\.pem"):
        load_security(tmp_path)


def test_no_dask_where_nobody_asked_for_a_cluster():
    seen = (
        "import sys, grader.cli.app, grader.cli.grade.work, grader.cli.worker.work; print({'dask',"
        " 'distributed'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "set()"


# ── a class
# ────────────────────────────────────────────────────────────────────────────────────────────────────────────

ONCE = "also = 1  # once {}/{} {}"


def test_a_class_is_graded_as_on_one_machine_whoever_dies(farm, tmp_path):
    """One worker is ended by force, a second one hangs, a third one comes meanwhile; two runs are caught by
    it."""
    farm.worker()
    farm.worker()
    students = {f"s{n:02}": (("right", "wrong", "half")[n % 3], "also = 1") for n in range(9)}
    students |= {
        "killed": ("right", ONCE.format(tmp_path, "k", "kill")),
        "hung": ("half", ONCE.format(tmp_path, "h", "hang")),
    }
    home = Class(tmp_path, students)
    with farm.cluster(workers=2) as cluster:
        farm.worker()
        summary = home.grade(cluster)
    assert (summary.faults, summary.unfinished, summary.trouble) == ({}, (), "")
    of = {name: found["right"] for name, found in home.statuses().items()}
    wanted = {"right": "PASSED", "wrong": "FAILED", "half": "PARTIAL"}
    assert of == {name: wanted[answers.split()[-1]] for name, (answers, _) in students.items()}
    # what a dying worker had not brought yet is made again
    assert len(students) + 2 <= len(farm.begun()) <= len(students) + 4
    assert any("is gone" in line for line in farm.told)


def test_what_ends_every_worker_is_an_error_and_no_grade(farm, tmp_path):
    for _ in range(MOST_TRIES + 1):
        farm.worker()
    home = Class(tmp_path, {"ada": ("right", "also = 1"), "poison": ("right", "also = 1  # kill")})
    with farm.cluster(workers=MOST_TRIES + 1) as cluster:
        summary = home.grade(cluster)
    assert list(summary.faults) in ([], ["poison"])
    assert home.statuses()["poison"]["right"] == home.statuses()["poison"]["ran"] == "ERROR"
    assert home.statuses()["ada"]["right"] == "PASSED"
    assert len(farm.begun()) == MOST_TRIES + 1


def test_a_restarted_scheduler_costs_no_grade_and_no_try(farm, tmp_path):
    scheduler = farm.processes[0]
    farm.worker("--slots", "2")
    home = Class(tmp_path, dict.fromkeys(("ada", "bob", "eve", "joe"), ("right", "also = 1  # sleep 1")))
    with farm.cluster(workers=1) as cluster:
        threading.Thread(
            target=lambda: (wait_for(farm.begun), scheduler.kill(), scheduler.wait(), farm.scheduler())
        ).start()
        summary = home.grade(cluster)
    assert (summary.faults, summary.trouble) == ({}, "")
    assert {found["right"] for found in home.statuses().values()} == {"PASSED"}


def test_without_a_worker_nobody_is_graded_and_it_is_said(farm, tmp_path):
    only = farm.worker()
    home = Class(tmp_path, {"ada": ("right", "also = 1  # sleep 60"), "bob": ("right", "also = 1")})
    with farm.cluster(workers=1, lonely=2.0) as cluster:
        threading.Thread(target=lambda: (wait_for(farm.begun), only.kill())).start()
        summary = home.grade(cluster)
    assert "no worker that may be used is left" in summary.trouble
    assert not home.statuses().get("ada", {})


def test_a_run_that_is_called_off_ends_at_the_worker(farm, tmp_path):
    farm.worker()
    home, stop = Class(tmp_path, {"ada": ("right", "also = 1  # sleep 60")}), threading.Event()
    with farm.cluster(workers=1) as cluster:
        session = threading.Thread(target=home.grade, args=(cluster,), kwargs={"stop": stop})
        session.start()
        wait_for(farm.begun)
        stop.set()
        session.join(20)
        assert not session.is_alive()
        wait_for(lambda: any(what == "stopped" for _, what, _ in farm.notes()))


def test_a_worker_of_another_version_gets_nothing(farm, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(ROOT / "grader", other / "grader", ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "grader" / "run" / "host" / "place.py").open("a") as file:
        file.write("# another version\n")
    farm.worker(env={"PYTHONPATH": f"{other}:{ROOT}"})
    farm.worker()
    home = Class(tmp_path, dict.fromkeys(("ada", "bob"), ("right", "also = 1")))
    with farm.cluster(workers=1) as cluster:
        wait_for(lambda: any("another version of the grader" in line for line in farm.told))
        assert home.grade(cluster).faults == {}
        assert cluster.words().startswith("1 worker, ")
    assert set(farm.begun()) == {farm.workers[1].pid}


def test_a_run_out_of_time_is_made_once_more_elsewhere_and_then_it_is_so(farm, tmp_path):
    farm.worker()
    farm.worker()
    home = Class(
        tmp_path,
        {"unlucky": ("right", ONCE.format(tmp_path, "l", "late")), "endless": ("half", "also = 1  # late")},
    )
    with farm.cluster(workers=2) as cluster:
        assert home.grade(cluster).faults == {}
    assert home.outcomes() == {"unlucky": "COMPLETED", "endless": "TIMED_OUT"}
    for which in ("right", "half"):
        assert len(set(farm.begun(which))) == 2


def test_nobody_answers_at_an_address(monkeypatch):
    monkeypatch.setattr("grader.cluster.link.CONNECT_SECONDS", 1.0)
    with pytest.raises(KernelUnavailable, match="no scheduler answers"), Link("tcp://127.0.0.1:9"):
        pass
