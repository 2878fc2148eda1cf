"""Workers on machines of their own: name spaces of the network with addresses, where this test may make them;
else it says so and skips.

With GRADER_TEST_ALL: a partition, a slow line, a full disk, a host that is killed. `make test` has workers on
loopback (test_cluster.py).
"""

import os
import subprocess
import sys
import threading
import time
import uuid

import pytest

pytest.importorskip(
    "distributed", reason="the extra `cluster` is not installed: NOTHING of the cluster is tested"
)

from tests.cluster_farm import ROOT, Class, Farm, wait_for

HOST = "10.83.77.1"
RATE = "4mbit"
LOAD = 2_500_000  # bytes: what a run brings back

whole = pytest.mark.skipif("GRADER_TEST_ALL" not in os.environ, reason="whole only in make test-all")
pytestmark = [whole, pytest.mark.skipif(sys.platform != "linux", reason="only Linux has name spaces")]


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


class Hosts:
    """A bridge with our address, and name spaces that hang on it, each a host."""

    def __init__(self) -> None:
        self.tag = uuid.uuid4().hex[:6]
        self.bridge, self.names = f"gb{self.tag}", list[str]()

    def open(self) -> None:
        """Raises CalledProcessError, FileNotFoundError: we may not."""
        run("ip", "link", "add", self.bridge, "type", "bridge")
        run("ip", "addr", "add", f"{HOST}/24", "dev", self.bridge)
        run("ip", "link", "set", self.bridge, "up")

    def add(self) -> str:
        """A further host; its name."""
        number, name = len(self.names) + 2, f"gn{self.tag}{len(self.names)}"
        run("ip", "netns", "add", name)
        self.names.append(name)
        run("ip", "link", "add", f"v{name}", "type", "veth", "peer", "name", "eth0", "netns", name)
        run("ip", "link", "set", f"v{name}", "master", self.bridge, "up")
        for words in (
            ["addr", "add", f"10.83.77.{number}/24", "dev", "eth0"],
            ["link", "set", "eth0", "up"],
            ["link", "set", "lo", "up"],
        ):
            run("ip", "-n", name, *words)
        return name

    def cut(self, name: str) -> None:
        """Nothing reaches it, and nobody is told."""
        run("ip", "link", "set", f"v{name}", "down")

    def mend(self, name: str) -> None:
        """It is back."""
        run("ip", "link", "set", f"v{name}", "up")

    def close(self) -> None:
        """Leave nothing behind."""
        for name in self.names:
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)
        subprocess.run(["ip", "link", "del", self.bridge], check=False, capture_output=True)


@pytest.fixture
def hosts():
    found = Hosts()
    try:
        found.open()
        found.add(), found.add()
    except (subprocess.CalledProcessError, OSError) as problem:
        found.close()
        pytest.skip(f"NO HOSTS CAN BE MADE HERE, partition and slow line are NOT tested: {problem}")
    yield found
    found.close()


@pytest.fixture
def farm(tmp_path, hosts):
    found = Farm(tmp_path, HOST)
    found.scheduler()
    for name in hosts.names:
        found.worker(within=["ip", "netns", "exec", name])
    yield found
    found.close()


@pytest.fixture
def loopback(tmp_path):
    """A scheduler on this machine, and processes that end with the test."""
    found = Farm(tmp_path)
    found.scheduler()
    yield found
    found.close()


def a_class(folder, count=6, what="sleep 1", **more):
    return Class(folder, {f"s{n}": ("right", f"also = 1  # {what}") for n in range(count)} | more)


def check_all_passed(home, summary):
    assert (summary.faults, summary.unfinished, summary.trouble) == ({}, (), "")
    assert {found["right"] for found in home.statuses().values()} == {"PASSED"}


def test_a_partition_costs_no_grade_and_what_comes_late_is_thrown_away(farm, hosts, tmp_path):
    home = a_class(tmp_path, 8, "sleep 3")
    with farm.cluster(workers=2) as cluster:

        def cut() -> None:
            wait_for(lambda: len(farm.begun()) >= 3)
            hosts.cut(hosts.names[0])
            time.sleep(12)
            hosts.mend(hosts.names[0])

        threading.Thread(target=cut).start()
        began = time.monotonic()
        check_all_passed(home, home.grade(cluster))
        print(f"with a partition: {time.monotonic() - began:.1f} s")
    assert any("is gone" in line for line in farm.told)
    assert len(list((tmp_path / "out" / "runs").glob("*/*/run.json"))) == 8


def test_a_slow_line_costs_time_alone(farm, hosts, tmp_path):
    for name in hosts.names:
        try:
            run("ip", "netns", "exec", name, "tc", "qdisc", "add", "dev", "eth0", "root", "tbf",
                "rate", RATE, "burst", "32kbit", "latency", "400ms")  # fmt: skip
        except (subprocess.CalledProcessError, OSError) as problem:
            pytest.skip(f"NO SLOW LINE CAN BE MADE HERE: {problem}")
    home = a_class(tmp_path, 4, f"sleep 0.1 load {LOAD}")
    with farm.cluster(workers=2) as cluster:
        began = time.monotonic()
        check_all_passed(home, home.grade(cluster))
        took = time.monotonic() - began
    assert took > 2 * LOAD * 8 / 4e6 * 0.8  # two answers over each line
    assert len(farm.begun()) == 4  # nobody was given up


def test_a_full_disk_costs_that_worker_the_runs(loopback, tmp_path):
    found = loopback
    (tmp_path / "small").mkdir()
    mounted = f'mount -t tmpfs -o size=512k none {tmp_path}/small && exec "$@"'
    if os.geteuid() or subprocess.run(["unshare", "-m", "true"], check=False).returncode:
        pytest.skip("NO FULL DISK CAN BE MADE HERE: not root")
    full = found.worker(
        within=["unshare", "-m", "sh", "-c", mounted, "sh"], env={"TMPDIR": str(tmp_path / "small")}
    )
    found.worker()
    home = a_class(tmp_path, 6, "sleep 0.3")
    with found.cluster(workers=2) as cluster:
        check_all_passed(home, home.grade(cluster))
    assert full.pid not in found.begun()


def test_a_host_that_is_killed_goes_on(loopback, tmp_path):
    found = loopback
    found.worker()
    found.worker()
    home = a_class(tmp_path, 8, "sleep 1")
    program = (
        "import sys; from pathlib import Path; from tests.cluster_farm import *\n"
        "farm = Farm(Path(sys.argv[1])); farm.address = sys.argv[2]; home = Class(Path(sys.argv[1]), {})\n"
        "with farm.cluster(2) as cluster: home.grade(cluster)"
    )
    host = found.start(
        [sys.executable, "-c", program, str(tmp_path), found.address],
        {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
    )
    wait_for(lambda: sum(what == "ends" for _, what, _ in found.notes()) >= 4)
    time.sleep(0.5)
    host.kill()
    host.wait()
    wait_for(lambda: sum(what in ("ends", "stopped") for _, what, _ in found.notes()) == len(found.begun()))
    before, kept = len(found.begun()), len(home.statuses())
    with found.cluster(workers=2) as cluster:
        check_all_passed(home, home.grade(cluster))
    assert kept >= 2
    assert len(found.begun()) - before == 8 - kept
