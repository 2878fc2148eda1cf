"""Tables as spreadsheets and learning platforms write them: whatever their encoding, delimiter and line ends,
and written back alike."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError

LARGEST_TABLE = 20 * 2**20  # bytes; a class of 5,000 with long comments has two million
LONGEST_CELL = 200_000  # characters: the csv module's own bound is met by a comment on a long homework
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table with the line on which it ends."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as read, with all that is needed to write it back as it came."""

    rows: tuple[Row, ...]  # the first names the columns
    encoding: str = "utf-8"
    delimiter: str = ","
    line_end: str = "\n"

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns as written, without spaces around them."""
        return tuple(cell.strip() for cell in self.rows[0].cells) if self.rows else ()

    def as_bytes(self, rows: Sequence[Sequence[str]]) -> bytes:
        """Other rows in this table's encoding, delimiter and line ends. What the encoding lacks becomes
        "?"."""
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=self.delimiter, lineterminator=self.line_end).writerows(rows)
        return text.getvalue().encode(self.encoding, "replace")


def column(table: Table, names: Sequence[str]) -> int | None:
    """The first of these columns that a table has, whatever their case."""
    header = [name.casefold() for name in table.header]
    return next((header.index(name.casefold()) for name in names if name.casefold() in header), None)


def read_table(path: Path) -> Table:
    """Read a CSV file: UTF-8 with or without a mark, UTF-16, or the Windows encoding that older spreadsheets
    write.

    Raises:
        UsageError: there is no such file, or it holds no table.
    """
    try:
        if path.stat().st_size > LARGEST_TABLE:
            raise UsageError(f"{path.name} has more than {LARGEST_TABLE >> 20} MB: that is no list of people")
        return parse_table(path.read_bytes(), path.name)
    except OSError as problem:
        raise UsageError(f"{path} cannot be read: {problem.strerror or 'an error of the disk'}") from problem


def parse_table(data: bytes, name: str) -> Table:
    """The table in these bytes; `name` is what messages call the file.

    Raises:
        UsageError: they hold no table.
    """
    encoding = next((encoding for mark, encoding in MARKS.items() if data.startswith(mark)), "") or _guess(
        data
    )
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as problem:
        raise UsageError(f"{name} is neither UTF-8 nor UTF-16 text: save it as CSV (UTF-8)") from problem
    if "\0" in text:
        raise UsageError(f"{name} is no CSV file: it holds binary data; save it as CSV (UTF-8)")
    delimiter = max(DELIMITERS, key=_head(text).count)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        rows = tuple(Row(line=reader.line_num, cells=tuple(cells)) for cells in reader)
    except csv.Error as problem:
        raise UsageError(f"{name}, line {reader.line_num}: {problem}; save it as CSV (UTF-8)") from problem
    line_end = "\r\n" if "\r\n" in text else "\r" if "\r" in text and "\n" not in text else "\n"
    return Table(rows=rows, encoding=encoding, delimiter=delimiter, line_end=line_end)


def _guess(data: bytes) -> str:
    """Without a mark: UTF-8 where it is, else what Windows calls Western."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _head(text: str) -> str:
    """The first line, without what stands in quotes: a name may hold the delimiter."""
    line = text.lstrip("\r\n").replace("\r", "\n").partition("\n")[0]
    return "".join(line.split('"')[::2])
