"""Notebooks of every format and state of repair become cells, or one clear line about what the file is
instead."""

from __future__ import annotations

import json
import re
import warnings
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.collect.reading.decode import LARGEST_NOTEBOOK
from grader.collect.reading.notebook import MOST_CELLS, Notebook, parse_notebook, read_notebook
from grader.collect.reading.runnable import make_runnable


def code(source: Any = "x = 1", **more: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": "a",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": source,
        **more,
    }


def raw(*cells: Any, minor: int = 5, **more: Any) -> dict[str, Any]:
    metadata = {"kernelspec": {"name": "python3", "display_name": "x"}}
    return {"nbformat": 4, "nbformat_minor": minor, "metadata": metadata, "cells": list(cells), **more}


def parse(value: Any) -> Notebook:
    return parse_notebook(json.dumps(value).encode(), "hw.ipynb")


def valid(notebook: Notebook) -> dict[str, Any]:
    """The runnable notebook, checked by nbformat itself."""
    made = dict(make_runnable(notebook).notebook)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        nbformat.validate(nbformat.from_dict(made), version=4, version_minor=5)
    json.dumps(made).encode()
    return made


def test_a_good_notebook_needs_no_repair() -> None:
    read = parse(
        raw(
            code("x = 1", metadata={"tags": ["parameters"]}),
            {"cell_type": "markdown", "id": "b", "metadata": {}, "source": "hi"},
        )
    )
    assert (read.repairs, read.notices, read.problem) == ((), (), "")
    assert [(cell.number, cell.kind, cell.text, cell.tags, cell.id) for cell in read.cells] == [
        (1, "code", "x = 1", ("parameters",), "a"),
        (2, "markdown", "hi", (), "b"),
    ]
    valid(read)


def test_stored_outputs_and_counts_are_no_evidence() -> None:
    outputs = [{"output_type": "stream", "name": "stdout", "text": "accuracy 1.0"}]
    made = valid(parse(raw(code(outputs=outputs, execution_count=7))))
    assert made["cells"][0]["outputs"] == []
    assert made["cells"][0]["execution_count"] is None


@pytest.mark.parametrize("minor", [0, 1, 2, 3, 4])
def test_older_formats_are_raised(minor: int) -> None:
    cell = code()
    del cell["id"]
    read = parse(raw(cell, minor=minor))
    assert tuple(one.text for one in read.repairs) == (f"notebook format 4.{minor} raised to 4.5",)
    assert read.cells[0].id == "cell-1"
    valid(read)


def test_format_3_with_worksheets_and_headings() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": "Title"},
        {
            "cell_type": "code",
            "input": ["a = 1\n", "b = 2"],
            "outputs": [],
            "prompt_number": 3,
            "metadata": {},
            "language": "python",
        },
        {"cell_type": "html", "source": "<b>x</b>", "metadata": {}},
    ]
    read = parse(
        {
            "nbformat": 3,
            "nbformat_minor": 0,
            "metadata": {"name": ""},
            "worksheets": [{"cells": cells}, {"cells": []}, 5],
        }
    )
    assert [(cell.kind, cell.text) for cell in read.cells] == [
        ("markdown", "## Title"),
        ("code", "a = 1\nb = 2"),
        ("markdown", "<b>x</b>"),
    ]
    assert "notebook format 3 turned into 4.5" in [one.text for one in read.repairs]
    valid(read)


def test_each_kind_of_repair_is_said_once_with_its_cells() -> None:
    read = parse(
        raw(
            code(id="same", source="a\r\nb"),
            code(id="same", source=["x = 1\n", "y = 2\r\n"]),
            code(id="not allowed!", source=None),
            {"cell_type": "code", "id": "d", "source": ["import os", "x = 1"]},
            {
                "cell_type": "code",
                "id": "e",
                "source": "half \ud800 \U0001f600",
                "metadata": {},
                "outputs": [],
            },
            "no cell",
            {"cell_type": "video", "source": "text", "metadata": {}},
        )
    )
    assert [cell.text for cell in read.cells] == [
        "a\nb",
        "x = 1\ny = 2\n",
        "",
        "import os\nx = 1",
        "half \ufffd \U0001f600",
        "",
        "text",
    ]
    assert [cell.id for cell in read.cells] == ["same", "cell-2", "cell-3", "d", "e", "cell-6", "cell-7"]
    assert {one.text for one in read.repairs} == {
        "cells 1 and 2: Windows line ends replaced",
        "cell 3: no source, read as empty",
        "cell 4: line ends were missing between the lines and put back",
        "cell 4: fields that the format asks for were missing and filled in",
        "cell 5: half characters, which no file can hold, replaced",
        "cell 6: not a cell, left empty",
        "cell 7: unknown kind of cell, kept as plain text",
        "cells 2, 3, 6 and 7: new cell ids: some were missing, repeated or not allowed",
    }
    valid(read)


def test_a_new_id_never_meets_one_that_is_there() -> None:
    read = parse(raw(code(id="cell-2"), code(id="cell-2"), code(id="cell-2-2")))
    assert [cell.id for cell in read.cells] == ["cell-2", "cell-2-3", "cell-2-2"]


def test_tags_and_pictures_that_the_format_allows_stay() -> None:
    picture = {
        "cell_type": "markdown",
        "id": "p",
        "metadata": {},
        "source": "",
        "attachments": {"a.png": {"image/png": "aGk="}, "b": 5},
    }
    read = parse(raw(code(metadata={"tags": ["a", "a", 5, "b,c", "", "raises-exception"]}), picture))
    assert read.cells[0].tags == ("a", "raises-exception")
    assert valid(read)["cells"][1]["attachments"] == {"a.png": {"image/png": "aGk="}}


@pytest.mark.parametrize(
    ("metadata", "repair"),
    [
        (
            {"kernelspec": {"name": "iannwtf"}},
            "the kernel 'iannwtf' is set aside: the grader's own Python is used",
        ),
        ({"kernelspec": {"name": 5}}, "the notebook names no kernel: the grader's own Python is used"),
        ({}, "the notebook names no kernel: the grader's own Python is used"),
        (None, "the notebook names no kernel: the grader's own Python is used"),
    ],
)
def test_the_kernel_is_set_aside(metadata: Any, repair: str) -> None:
    read = parse(raw(code(), metadata=metadata))
    assert tuple(one.text for one in read.repairs) == (repair,)
    assert "kernelspec" not in valid(read)["metadata"]


def test_another_language_is_a_notice() -> None:
    metadata = {"kernelspec": {"name": "ir", "language": "R"}, "language_info": {"name": "R"}}
    assert parse(raw(code(), metadata=metadata)).notices == (
        "the notebook says it is written in R; it is run as Python",
    )


@pytest.mark.parametrize(
    ("encoding", "mark", "repair"),
    [
        ("utf-8", b"", ""),
        ("utf-8", b"\xef\xbb\xbf", "the byte order mark at the start was removed"),
        ("utf-16", b"", "the byte order mark at the start was removed"),
        ("cp1252", b"", "read as Windows text (cp1252): the file is not UTF-8"),
    ],
)
def test_encodings(encoding: str, mark: bytes, repair: str) -> None:
    data = mark + json.dumps(raw(code("# Größe")), ensure_ascii=False).encode(encoding)
    read = parse_notebook(data, "hw.ipynb")
    assert read.cells[0].text == "# Größe"
    assert tuple(one.text for one in read.repairs) == ((repair,) if repair else ())


def test_bytes_that_are_not_even_cp1252() -> None:
    data = json.dumps(raw(code("# x"))).encode().replace(b"# x", b"# \x81\x9d")
    read = parse_notebook(data, "hw.ipynb")
    assert tuple(one.text for one in read.repairs) == ("read as Latin-1 text: the file is not UTF-8",)
    valid(read)


def test_text_after_the_end_is_ignored() -> None:
    read = parse_notebook(json.dumps(raw(code())).encode() + b"\n}}garbage", "hw.ipynb")
    assert (len(read.cells), tuple(one.text for one in read.repairs)) == (
        1,
        ("text after the end of the notebook was ignored (line 1 of the file)",),
    )


GOOD = json.dumps(raw(code("x = 1")), indent=1)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "the file is empty"),
        (b" \n\t ", "the file is empty"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n",
            "it is a Git LFS pointer",
        ),
        (b"\n<!DOCTYPE html>\n<html><body>GitHub</body></html>", "it is a web page"),
        (b"<head><html>", "it is a web page"),
        (b"PK\x03\x04rest", "it is a zip archive"),
        (b"%PDF-1.4", "it is a PDF file"),
        (b"abc\x00\x01\x02", "it is a binary file"),
        (b"import tensorflow as tf", "it is a Python program; its name should end with .py"),
        (b"My answers", "it is not JSON"),
        (b"[1, 2] and more", "it is not JSON"),
        (b"12", "it is JSON, but no notebook"),
        (b"{}", "it is JSON, but without cells"),
        (b'{"cells": 5}', "it is JSON, but without cells"),
        (GOOD[:-20].encode(), "it ends too early"),
        (GOOD[: GOOD.index("x = 1") + 2].encode(), "it ends too early"),
        (
            b"\n\n" + GOOD.replace('"outputs"', '"outputs";').encode(),
            "its JSON is damaged at line 17, near `",
        ),
        (GOOD.replace(",", ";", 1).encode(), r".*mend it in a text editor, or hand in another copy: "),
        (b"\0" * 500, "it is overwritten with zero bytes.*hand in another copy"),
        (GOOD.encode()[:40] + b"\0" * 500 + GOOD.encode()[40:], "it is overwritten with zero bytes"),
        (b"[" * 200_000, "it is not JSON|nested too deeply"),
        (b'{"cells": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "its JSON is nested too deeply"),
        (b'{"cells": [' + b"9" * 5000 + b"]}", "a number that cannot be read"),
        (
            GOOD.replace('"cells"', '\n<<<<<<< HEAD\n"cells"\n=======\n"cells"\n>>>>>>> main').encode(),
            "merge conflict markers",
        ),
        (GOOD.replace('"cells"', '\n=======\n"cells"').encode(), "merge conflict markers"),
        (b"x" * (LARGEST_NOTEBOOK + 1), "it has 50 MB, more than 50 MB"),
    ],
)
def test_what_is_no_notebook_is_said_in_one_clear_line(data: bytes, says: str) -> None:
    read = parse_notebook(data, "hw.ipynb")
    assert re.match(rf"hw\.ipynb is not a notebook: .*({says})", read.problem)
    assert "\n" not in read.problem
    assert read.cells == ()


def test_too_many_cells() -> None:
    data = b'{"nbformat": 4, "cells": [' + b",".join([b"{}"] * (MOST_CELLS + 1)) + b"]}"
    assert (
        parse_notebook(data, "hw.ipynb").problem
        == "hw.ipynb is not read: it has 5,001 cells, at most 5,000 are"
    )


def test_files_that_are_not_there_or_too_large(tmp_path: Path) -> None:
    assert read_notebook(tmp_path / "gone.ipynb", "gone.ipynb").problem.startswith(
        "gone.ipynb cannot be read: "
    )
    with (tmp_path / "big.ipynb").open("wb") as file:
        file.truncate(LARGEST_NOTEBOOK + 1)
    assert "more than 50 MB" in read_notebook(tmp_path / "big.ipynb", "big.ipynb").problem
    assert str(tmp_path) not in read_notebook(tmp_path, "folder.ipynb").problem


def test_a_name_with_line_ends_stays_on_one_line() -> None:
    assert (
        parse_notebook(b"", "a\n::error::b.ipynb").problem
        == "a ::error::b.ipynb is not a notebook: the file is empty"
    )


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=[]), max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw", "heading", "x"]) | JSON,
        "source": JSON | st.lists(st.text(st.characters(exclude_categories=[]), max_size=12), max_size=4),
        "input": JSON,
        "level": JSON,
        "id": JSON,
        "metadata": JSON | st.fixed_dictionaries({"tags": JSON}),
        "outputs": JSON,
        "attachments": JSON,
    },
)
NOTEBOOKS = st.fixed_dictionaries(
    {"cells": st.lists(FIELDS | JSON, max_size=5)},
    optional={
        "nbformat": st.integers(1, 6) | JSON,
        "nbformat_minor": st.integers(-1, 7) | JSON,
        "metadata": JSON,
        "worksheets": JSON,
    },
)


@given(NOTEBOOKS)
@settings(max_examples=200, deadline=None)
def test_any_json_with_cells_becomes_a_valid_notebook(value: Any) -> None:
    read = parse(value)
    assert read.problem == ""
    assert [cell.number for cell in read.cells] == list(range(1, len(value["cells"]) + 1))
    valid(read)


@given(JSON)
@settings(deadline=None)
def test_any_json_is_a_notebook_or_has_a_problem(value: Any) -> None:
    read = parse(value)
    assert read.problem or isinstance(value, dict)


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda tail: GOOD.encode()[:80] + tail))
@settings(deadline=None)
def test_any_bytes_are_a_notebook_or_have_a_problem(data: bytes) -> None:
    read = parse_notebook(data, "hw.ipynb")
    assert read.problem.startswith("hw.ipynb is not a notebook: ") or read.cells is not None
