"""The parts of isolation that can be looked at without a kernel: tables, filters, lists of folders."""

import errno
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cli_fakes import a_class, a_sheet

from grader.run.host import levels
from grader.run.scratch import NAME, scratch, sweep

if sys.platform != "linux":
    pytest.skip("isolation is Linux only", allow_module_level=True)

from grader.run.isolation import landlock, limits, namespaces, numbers, seccomp
from grader.run.isolation.box import Box, below, outermost, python_paths, without

HEADERS = {"x86_64": "asm/unistd_64.h", "aarch64": "asm-generic/unistd.h"}
PLACES = ("/usr/include", "/usr/include/x86_64-linux-gnu")


def header(machine: str) -> str:
    found = next(
        (Path(place, HEADERS[machine]) for place in PLACES if Path(place, HEADERS[machine]).is_file()), None
    )
    if found is None:
        pytest.skip(f"no header with the system calls of {machine} on this machine")
    return found.read_text()


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_numbers_are_those_of_the_kernels_headers(machine):
    text = header(machine)
    tables = (
        numbers.DENIED,
        numbers.USED,
        numbers.OWN_ONLY,
        numbers.PRETENDED,
        numbers.REFUSED_WITHOUT_NAMESPACES,
    )
    for name, number in {name: number for table in tables for name, number in table[machine].items()}.items():
        found = re.search(rf"__NR(?:3264)?_{name}\s+(\d+)", text)
        assert found, name
        assert int(found[1]) == number, name


def test_both_machines_deny_the_same():
    for table in (numbers.DENIED, numbers.OWN_ONLY, numbers.REFUSED_WITHOUT_NAMESPACES):
        old = {"inotify_init"}  # aarch64 never had it
        assert set(table["x86_64"]) - old == set(table["aarch64"])


def decide(
    machine: str,
    call: int,
    first: int = 0,
    second: int = 0,
    *,
    sockets: bool = True,
    architecture: int | None = None,
) -> int:
    """What the filter answers: a small interpreter of the instructions it uses."""
    data = {
        seccomp.NUMBER: call,
        seccomp.ARCHITECTURE: numbers.AUDIT_ARCH[machine] if architecture is None else architecture,
        seccomp.FIRST_ARGUMENT: first & 0xFFFFFFFF,
        seccomp.SECOND_ARGUMENT: second & 0xFFFFFFFF,
    }
    lines, at, value = seccomp.program(machine, sockets=sockets), 0, 0
    while True:
        code, yes, no, operand = lines[at]
        if code == seccomp.RETURN:
            return operand
        if code == seccomp.LOAD:
            value, step = data[operand], 0
        elif code == seccomp.JUMP_EQUAL:
            step = yes if value == operand else no
        elif code == seccomp.JUMP_AT_LEAST:
            step = yes if value >= operand else no
        elif code == seccomp.ALU_AND:
            value, step = value & operand, 0
        else:
            step = yes if value & operand else no
        at += 1 + step


REFUSED, UNKNOWN = seccomp.ERROR | errno.EPERM, seccomp.ERROR | errno.ENOSYS
machines = st.sampled_from(["x86_64", "aarch64"])


small_or_any = st.integers(0, 20) | st.integers(0, 2**32 - 1)


@given(machines, st.integers(0, 600), small_or_any, small_or_any, st.booleans())
def test_the_filter_decides_every_call_as_the_table_says(machine, call, first, second, sockets):
    used = numbers.USED[machine]
    refused = (
        call in (*numbers.DENIED[machine].values(), numbers.MEMFD_SECRET),
        call == used["clone"] and first & seccomp.NEW_NAMESPACES,
        call == used["ioctl"] and second in (seccomp.TIOCSTI, seccomp.TIOCLINUX),
        call in numbers.OWN_ONLY[machine].values() and first != 0,
        sockets and call == used["socket"] and first not in seccomp.FAMILIES,
    )
    without = (
        call in numbers.REFUSED_WITHOUT_NAMESPACES[machine].values(),
        call in (numbers.FCHMODAT2, numbers.SETXATTRAT, numbers.REMOVEXATTRAT),
        call == used["socketpair"] and second & 0xF not in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET),
    )
    pretended = not sockets and call in numbers.PRETENDED[machine].values()
    wanted = UNKNOWN if call == used["clone3"] else seccomp.ERROR if pretended else seccomp.ALLOW
    if any(refused) or (not sockets and any(without)):
        wanted = REFUSED
    assert decide(machine, call, first, second, sockets=sockets) == wanted


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
@pytest.mark.parametrize("sockets", [True, False])
def test_every_call_of_the_tables_is_decided(machine, sockets):
    """The same with each call that means something, which a random number seldom hits."""
    tables = (
        numbers.DENIED,
        numbers.USED,
        numbers.OWN_ONLY,
        numbers.PRETENDED,
        numbers.REFUSED_WITHOUT_NAMESPACES,
    )
    check = test_the_filter_decides_every_call_as_the_table_says.hypothesis.inner_test
    for call in {number for table in tables for number in table[machine].values()} | {
        numbers.FCHMODAT2,
        numbers.MEMFD_SECRET,
    }:
        for first, second in ((0, 0), (1, 1), (2, 2), (40, 3), (1, 0x80001), (0x20000, seccomp.TIOCSTI)):
            check(machine, call, first, second, sockets)


@given(machines, st.integers(0, 600))
def test_another_architecture_is_killed_and_the_second_table_is_unknown(machine, call):
    assert decide(machine, call, architecture=0x40000003) == seccomp.KILL  # 32-bit code
    assert decide(machine, seccomp.X32 + call) == UNKNOWN


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_a_thread_shares_its_open_files(machine):
    """Those of its own would be counted by nobody. Flags: those of the C library, of fork, and of a thread
    without CLONE_FILES."""
    answers = [
        decide(machine, numbers.USED[machine]["clone"], flags) for flags in (0x3D0F00, 0x1200011, 0x10900)
    ]
    assert answers == [seccomp.ALLOW, seccomp.ALLOW, seccomp.ERROR | errno.EPERM]


def test_threads_may_be_started_and_terminals_read():
    used = numbers.USED["x86_64"]
    assert decide("x86_64", used["clone"], 0x3D0F00) == seccomp.ALLOW  # what pthread_create asks for
    assert decide("x86_64", used["ioctl"], 0, 0x5401) == seccomp.ALLOW  # TCGETS
    assert (
        decide("x86_64", used["socketpair"], socket.AF_UNIX, socket.SOCK_STREAM, sockets=False)
        == seccomp.ALLOW
    )
    assert decide("x86_64", numbers.OWN_ONLY["x86_64"]["prlimit64"], 0) == seccomp.ALLOW  # what getrlimit is


@pytest.mark.parametrize("path", ["/usr", "/home/ada/.venv", "/tmp/x/.venv", "/mnt"])
def test_the_new_root_covers_nothing_that_is_to_be_shown(path):
    place = namespaces.place_for_the_root([path])
    assert Path(place).is_dir()
    assert not below(path, place)


def test_without_a_place_for_the_root_it_is_said():
    with pytest.raises(FileNotFoundError, match="lies below each of"):
        namespaces.place_for_the_root(namespaces.ROOT_PLACES)


def test_who_is_counted_towards_a_limit_of_processes():
    assert limits.tasks_of_this_user() >= 1


def test_landlock_asks_only_for_what_a_version_knows():
    assert landlock.handled(1) == (0x1FFF, 0, 0)
    assert landlock.handled(3) == (0x7FFF, 0, 0)
    assert landlock.handled(4) == (0x7FFF, 3, 0)
    assert landlock.handled(6) == (0xFFFF, 3, 3)


def test_folders_below_others_are_said_once():
    assert outermost(["/usr/lib", "/usr", "/opt/x", "/opt/xy"]) == ("/opt/x", "/opt/xy", "/usr")
    assert below("/opt/x/y", "/opt/x")
    assert not below("/opt/xy", "/opt/x")


def test_a_hidden_folder_is_left_out_of_the_one_above(tmp_path):
    for name in (
        "lib/python/site-packages/grader/judge",
        "lib/python/site-packages/numpy",
        "lib/python/os",
        "bin",
    ):
        (tmp_path / name).mkdir(parents=True)
    top = str(tmp_path)
    found = without([top], [f"{top}/lib/python/site-packages/grader"])
    assert set(found) == {f"{top}/bin", f"{top}/lib/python/os", f"{top}/lib/python/site-packages/numpy"}
    assert without([top], ["/elsewhere"]) == (top,)
    inner = f"{top}/lib/python/site-packages/grader/judge"
    assert inner in without([top, inner], [f"{top}/lib"])  # asked for by itself


def test_a_box_survives_the_way_to_the_server():
    box = Box(level="landlock", show=("/usr",), hide=("/home",), user=61200, memory_mb=100)
    assert Box.from_json(box.to_json()) == box


def test_this_python_is_found():
    assert any(below(os.path.realpath(sys.executable), path) for path in (*python_paths(), "/usr"))


def test_only_linux_isolates(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not levels.offer("namespaces").works
    assert levels.best_offer().level == "none"


def test_every_level_says_what_it_does_not_cover():
    for level in levels.LEVELS:
        assert levels.Offer(level=level, works=True).not_covered
    old, new = (levels.Offer(level="landlock", works=True, landlock=version) for version in (1, 6))
    assert set(old.not_covered) > set(new.not_covered)


def test_a_trial_that_breaks_is_no_level(monkeypatch, tmp_path):
    (tmp_path / "dry_run.py").write_text("print('hello')")
    monkeypatch.setattr(levels, "ISOLATION", tmp_path)
    found = levels.offer("namespaces")
    assert not found.works
    assert "did not end well" in found.why


def test_folders_of_killed_processes_are_cleared_away(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    (tmp_path / f"gr-{ended.pid}-abc").mkdir()
    (tmp_path / "gr-other").mkdir()
    with scratch() as mine:
        assert NAME.match(mine.name)
        assert mine.stat().st_mode & 0o777 == 0o700
        sweep()
        assert mine.is_dir()
    assert [path.name for path in tmp_path.iterdir()] == ["gr-other"]


def test_sockets_have_room_below_a_long_tmpdir(tmp_path, monkeypatch):
    long = tmp_path / ("x" * 140)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    with scratch() as files, scratch(sockets=True) as short:
        assert files.parent == long  # whoever sets TMPDIR says where there is room
        with socket.socket(socket.AF_UNIX) as one:
            (short / "10").mkdir()
            one.bind(str(short / "10" / "k-4"))
    assert not short.exists()


@pytest.mark.parametrize(
    ("command", "step", "call"),
    [
        (
            "grade.work",
            "collect",
            "command.grade_class(command.GradeWish(source=Path('class'), assignments=Path('assignments')))",
        ),
        (
            "own_run",
            "Engine",
            "command.check_folder(Path('class/ada'), assignments=Path('assignments'), strict=True)",
        ),
    ],
)
def test_a_command_that_is_killed_at_once_is_cleared_away_by_the_next(tmp_path, command, step, call):
    a_sheet(tmp_path / "assignments")
    a_class(tmp_path / "class", ada="right")
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    kill = (
        "class Kill:\n    best = staticmethod(lambda: os.kill(os.getpid(), signal.SIGKILL))\n    __new__ ="
        " best\n"
    )
    program = (
        f"import os, signal\nfrom pathlib import Path\nimport grader.cli.{command} as"
        f" command\n{kill}command.{step} = Kill if {step == 'Engine'} else lambda *_, **__:"
        f" os.kill(os.getpid(), signal.SIGKILL)\n{call}\n"
    )
    again = "from grader.run.scratch import scratch\nwith scratch(): pass\n"
    environment = {**os.environ, "TMPDIR": str(temporary)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, timeout=100
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert len(list(temporary.iterdir())) == 1  # else this test shows nothing
    subprocess.run([sys.executable, "-c", again], env=environment, check=True, timeout=100)
    assert list(temporary.iterdir()) == []


def test_a_folder_is_cleared_whatever_lies_in_it():
    with scratch() as folder:
        home = os.getcwd()
        os.chdir(folder)
        for _ in range(2000):
            os.mkdir("d")
            os.chdir("d")
        os.chdir(home)
        (folder / "closed" / "inner").mkdir(parents=True)
        (folder / "closed").chmod(0)
    assert not folder.exists()
