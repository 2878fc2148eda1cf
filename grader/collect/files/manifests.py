"""The lists that platforms put beside what they let one download: who handed in which folder, and when."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from grader.collect.files.downloads import BLACKBOARD, Sender, moment_of_name
from grader.errors import UsageError
from grader.record.tables import read_table

Entry = os.DirEntry[str]
GRADESCOPE = "submission_metadata.yml"
CLASSROOM = {"github_username", "student_repository_name", "submission_timestamp"}
LARGEST_MANIFEST = 50 * 2**20
# the first line of the text that Blackboard puts beside each attempt: "Name: Jane Doe (jdoe)"
RECEIPT = re.compile(r"\ufeff?[^:\n]{1,40}: *(?P<name>[^\n]*\S) +\((?P<login>[^()\s]+)\)\s*$", re.MULTILINE)
LONGEST_LINE = 500  # bytes of a receipt that are looked at


def senders_in_lists(files: Sequence[Entry]) -> tuple[dict[str, Sender], tuple[str, ...]]:
    """Folder or file -> who sent it, from the lists among these loose files, and the lists' own names."""
    known: dict[str, Sender] = {}
    lists: list[str] = []
    for file in files:
        found: dict[str, Sender] = {}
        if file.name == GRADESCOPE:
            found = dict(_gradescope(Path(file.path)))
            lists.append(file.name)
        elif file.name.lower().endswith(".csv") and (rows := _classroom(Path(file.path))):
            found = dict(_of_classroom(rows))
            lists.append(file.name)
        known |= found
    return known | dict(_blackboard(files)), tuple(lists)


def _blackboard(files: Sequence[Entry]) -> Iterator[tuple[str, Sender]]:
    """The files of each attempt that has its receipt: only that tells a login with "_" in it from the name of
    the homework before it."""
    for receipt in files:
        lead, ending = os.path.splitext(receipt.name)
        found = BLACKBOARD.fullmatch(receipt.name)
        if ending.lower() != ".txt" or found is None or found["file"]:
            continue
        told = RECEIPT.match(_start_of(Path(receipt.path)))
        if told is None or not lead.endswith(f"_{told['login']}_attempt_{found['time']}"):
            continue
        for file in files:
            if file.name == receipt.name or file.name.startswith(f"{lead}_"):
                yield (
                    file.name,
                    Sender(
                        name=told["login"],
                        login=told["login"],
                        names=(told["name"],),
                        file=file.name[len(lead) + 1 :] if file is not receipt else receipt.name,
                        when=moment_of_name(found["time"]),
                        is_named=True,
                    ),
                )


def _start_of(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(LONGEST_LINE).decode("utf-8", "replace")
    except OSError:
        return ""


def _gradescope(path: Path) -> Iterator[tuple[str, Sender]]:
    """One entry for each folder; its keys are Ruby's, with a colon in front."""
    try:
        import yaml

        if path.stat().st_size > LARGEST_MANIFEST:
            return
        data = yaml.load(
            path.read_bytes(), Loader=yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader
        )
    except Exception:  # without the list, or the package that reads it, folders keep their own names
        return
    for folder, entry in data.items() if isinstance(data, dict) else ():
        people = [each for each in _list(entry, ":submitters") if isinstance(each, Mapping)]
        names = tuple(str(each.get(":name") or "") for each in people)
        emails = tuple(str(each.get(":email") or "") for each in people)
        ident = str(people[0].get(":sid") or "") if people else ""
        when = entry.get(":created_at") if isinstance(entry, Mapping) else None
        name = " and ".join(filter(None, names)) or str(folder)
        yield (
            str(folder),
            Sender(
                name=name,
                ident=ident,
                emails=tuple(filter(None, emails)),
                names=names,
                when=_moment(when),
                is_named=bool(people),
            ),
        )


def _list(entry: Any, key: str) -> list[Any]:
    value = entry.get(key) if isinstance(entry, Mapping) else None
    return value if isinstance(value, list) else []


def _classroom(path: Path) -> list[dict[str, str]]:
    """The rows of the list that GitHub Classroom gave; nothing when it is another table."""
    try:
        table = read_table(path)
    except UsageError:
        return []
    header = [name.lower() for name in table.header]
    if not set(header) >= CLASSROOM:
        return []
    return [dict(zip(header, row.cells, strict=False)) for row in table.rows[1:]]


def _of_classroom(rows: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, Sender]]:
    for row in rows:
        login = row.get("github_username", "").strip()
        repository = row.get("student_repository_name", "").strip()
        name = row.get("group_name", "").strip() or row.get("roster_identifier", "").strip() or login
        if repository and name:
            yield (
                repository,
                Sender(name=name, login=login, when=_moment(row.get("submission_timestamp", ""))),
            )


def _moment(value: Any) -> datetime | None:
    """A moment as lists write it: ISO 8601, or with a space and a zone behind it."""
    if isinstance(value, datetime):
        return value
    text = str(value or "").strip().replace(" UTC", "+00:00").replace(" Z", "+00:00")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
