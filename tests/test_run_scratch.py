"""Temporary folders: held while they are used, cleared away when their process has ended, however that
was."""

import os
import signal
import subprocess
import sys
import tempfile

import pytest

from grader.errors import GraderError
from grader.run.scratch import check_scratch, nameless_file, scratch, sweep

HOLD = (
    "import sys, time; from grader.run.scratch import scratch\nwith scratch() as f: print(f, flush=True);"
    " time.sleep(600)"
)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """The system's folder for temporary files."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr("grader.run.scratch.SHORT", ())
    return folder


def another(place, *command):
    """Another process that holds a folder."""
    process = subprocess.Popen(
        [*command, sys.executable, "-c", HOLD],
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(place)},
        text=True,
    )
    assert process.stdout.readline().startswith(str(place))
    return process


def test_what_another_process_holds_stays_until_it_is_killed(place):
    with another(place) as process:
        sweep()
        assert len(list(place.iterdir())) == 1
        process.send_signal(signal.SIGKILL)
    sweep()
    assert list(place.iterdir()) == []


def test_a_number_that_was_given_out_again_keeps_nothing(place):
    folder = place / f"gr-{os.getpid()}-abc"  # of a process that has ended; we have its number now
    folder.mkdir()
    sweep()
    assert folder.is_dir()  # it may be about to be locked
    os.utime(folder, times=(0, 0))
    sweep()
    assert list(place.iterdir()) == []


def test_a_holder_in_another_pid_name_space_is_seen(place):
    """Its number means nothing here, as in two containers that share a temporary folder."""
    command = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child"]
    if subprocess.run([*command, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no PID name spaces here")
    process = another(place, *command)
    try:
        sweep()
        assert len(list(place.iterdir())) == 1
    finally:
        process.kill()
        process.communicate()


def test_links_and_what_is_not_ours_stay(place, tmp_path):
    (tmp_path / "precious").mkdir()
    (place / "gr-1-link").symlink_to(tmp_path / "precious")
    (place / "gr-other").mkdir()
    (place / "gr-1-file").write_text("")
    sweep()
    assert {path.name for path in place.iterdir()} == {"gr-1-link", "gr-other", "gr-1-file"}
    assert (tmp_path / "precious").is_dir()


def test_a_temporary_folder_that_was_cleared_away_is_made_again(place):
    place.rmdir()
    with scratch() as folder:
        assert folder.parent == place
    place.rmdir()
    with nameless_file() as file:
        file.write(b"x")
    check_scratch()


def test_a_temporary_folder_that_cannot_be_written_is_told_in_one_line(tmp_path, monkeypatch):
    (tmp_path / "tmp").write_text("a file")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp" / "below"))
    with pytest.raises(GraderError, match=r"the temporary folder .* cannot be written: not a directory"):
        check_scratch()
    with pytest.raises(OSError, match="Not a directory"), scratch():
        pass
