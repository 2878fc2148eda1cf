"""Archives: nothing is written outside, nothing fills the disk, odd names survive."""

from __future__ import annotations

import os
import stat
import struct
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.collect.files.unpack import Cap, unpack
from grader.errors import UsageError


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def make(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "name",
    ["../evil", "a/../../evil", "/etc/evil", "\\evil", "..\\evil", "C:\\evil", "c:evil", "a/..", "//evil"],
)
def test_a_name_that_leads_outside_is_left_out(tmp_path: Path, name: str) -> None:
    archive = make(tmp_path / "a.zip", {name: b"x", "good.txt": b"y"})
    notices = unpack(archive, tmp_path / "in" / "deep", UTC)
    assert files_in(tmp_path) == ["a.zip", "in/deep/good.txt"]
    assert notices == ("1 file of the archive left out: the name leads out of the folder",)


NASTY = st.text(alphabet="./\\:ab\x00\x01é?*| ~", min_size=1, max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(names=st.lists(NASTY, max_size=6))
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_hostile_names_never_write_outside(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    base = tmp_path_factory.mktemp("hostile")
    with zipfile.ZipFile(base / "a.zip", "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), b"x")
    unpack(base / "a.zip", base / "in" / "target", UTC)
    assert all(name == "a.zip" or name.startswith("in/target/") for name in files_in(base))


@given(st.binary(max_size=400))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
def test_any_bytes_are_an_archive_or_a_clear_line(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    base = tmp_path_factory.mktemp("bytes")
    (base / "a.zip").write_bytes(data)
    with pytest.raises(UsageError, match=r"^a\.zip (cannot be opened|is an? \w+ archive)"):
        unpack(base / "a.zip", base / "out", UTC)


@given(position=st.integers(0, 10_000), byte=st.integers(0, 255))
@settings(deadline=None, max_examples=80)
def test_a_damaged_archive_gives_a_notice_or_a_clear_line(
    tmp_path_factory: pytest.TempPathFactory, position: int, byte: int
) -> None:
    base = tmp_path_factory.mktemp("damaged")
    data = bytearray(
        make(base / "a.zip", {"one.txt": b"1" * 300, "two/three.txt": bytes(range(200))}).read_bytes()
    )
    data[position % len(data)] = byte
    (base / "a.zip").write_bytes(data)
    said = ""
    try:
        unpack(base / "a.zip", base / "in" / "target", UTC)
    except UsageError as problem:
        said = str(problem)
    assert not said or said.startswith("a.zip ")
    assert all(name == "a.zip" or name.startswith("in/target/") for name in files_in(base))


def test_links_and_devices_are_left_out(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name, kind in (("link", stat.S_IFLNK), ("pipe", stat.S_IFIFO)):
            info = zipfile.ZipInfo(name)
            info.external_attr = (kind | 0o777) << 16
            archive.writestr(info, "/etc/passwd")
    assert unpack(tmp_path / "a.zip", tmp_path / "out", UTC) == (
        "2 files of the archive left out: it is a link or no regular file",
    )
    assert files_in(tmp_path) == ["a.zip"]


def test_what_nobody_hands_in_is_left_out_silently(tmp_path: Path) -> None:
    members = {
        "__MACOSX/._hw.ipynb": b"",
        ".git/config": b"",
        "a/.ipynb_checkpoints/hw.ipynb": b"",
        "a/hw.ipynb": b"{}",
    }
    assert unpack(make(tmp_path / "a.zip", members), tmp_path / "out", UTC) == ()
    assert files_in(tmp_path / "out") == ["a/hw.ipynb"]


def test_caps_on_files_size_and_ratio(tmp_path: Path) -> None:
    archive = make(tmp_path / "a.zip", {f"{n}.txt": b"0" * 100_000 for n in range(5)})
    for cap, reason in (
        (Cap(files=4), "5 files, at most 4 are"),
        (Cap(total_bytes=400_000), "at most 0 MB are"),
        (Cap(harmless=1000), "would become"),
    ):
        with pytest.raises(UsageError, match=reason):
            unpack(archive, tmp_path / "out", UTC, cap)
    assert not (tmp_path / "out").exists()


def test_an_archive_that_lies_about_its_size_is_stopped(tmp_path: Path) -> None:
    archive = make(tmp_path / "a.zip", {"a.txt": b"0" * 100_000})
    data = archive.read_bytes()
    archive.write_bytes(data.replace(struct.pack("<I", 100_000), struct.pack("<I", 10)))
    notices = unpack(archive, tmp_path / "out", UTC, Cap(total_bytes=20))
    assert "damaged" in notices[0]
    assert sum(path.stat().st_size for path in (tmp_path / "out").rglob("*")) <= 20


def test_names_in_old_and_undeclared_encodings_survive(tmp_path: Path) -> None:
    def renamed(placeholder: str, raw: bytes) -> str:
        archive = make(tmp_path / "a.zip", {placeholder: b"x"})
        archive.write_bytes(archive.read_bytes().replace(placeholder.encode(), raw))
        target = tmp_path / placeholder
        unpack(archive, target, UTC)
        return files_in(target)[0]

    # UTF-8 without the flag, as macOS writes it
    assert renamed("XXller.txt", "üller.txt".encode()) == "üller.txt"
    assert renamed("Xller.txt", "üller.txt".encode("cp437")) == "üller.txt"
    assert renamed("back!slash.txt", b"back\\slash.txt") == "back/slash.txt"


def test_a_name_too_long_or_used_as_a_folder_is_noted(tmp_path: Path) -> None:
    archive = make(tmp_path / "a.zip", {"x" * 300: b"", "a": b"file", "a/b": b"inside a file", "good": b""})
    notices = unpack(archive, tmp_path / "out", UTC)
    assert notices == ("2 files of the archive left out: the name is too long or used twice",)
    assert files_in(tmp_path / "out") == ["a", "good"]


def test_a_locked_member_is_noted(tmp_path: Path) -> None:
    archive = make(tmp_path / "a.zip", {"secret.txt": b"x", "open.txt": b"y"})
    data = bytearray(archive.read_bytes())
    header = data.index(b"PK\x01\x02")
    data[header + 8] |= 1  # the flag of encryption in the directory's first entry
    archive.write_bytes(data)
    assert unpack(archive, tmp_path / "out", UTC) == (
        "1 file of the archive left out: it is locked with a password",
    )


def test_times_are_those_of_the_archive_in_the_courses_zone(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("plain.txt", (2025, 1, 31, 12, 0, 0)), b"")
        archive.writestr(zipfile.ZipInfo("unknown.txt"), b"")
        exact = zipfile.ZipInfo("exact.txt", (2025, 1, 31, 12, 0, 0))
        exact.extra = struct.pack("<HHBi", 0x5455, 5, 1, 1_700_000_000)
        archive.writestr(exact, b"")
        nonsense = zipfile.ZipInfo("nonsense.txt", (2025, 13, 40, 12, 0, 0))
        archive.writestr(nonsense, b"")
    unpack(tmp_path / "a.zip", tmp_path / "out", ZoneInfo("Europe/Berlin"))
    times = {path.name: os.stat(path).st_mtime for path in (tmp_path / "out").iterdir()}
    assert times["plain.txt"] == datetime(2025, 1, 31, 11, tzinfo=UTC).timestamp()
    assert times["exact.txt"] == 1_700_000_000
    assert times["nonsense.txt"] == 0
    assert times["unknown.txt"] < datetime(1980, 1, 2, tzinfo=UTC).timestamp()
