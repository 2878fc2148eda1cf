"""Students' names: safe on every platform, unique in a class, and still their own."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.collect.people.names import safe_name, unique_names
from grader.record.directory import squash


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Müller, Anna", "Müller_ Anna"),
        ("mu\u0308ller", "müller"),  # the same letters as macOS writes them
        ("李小龙", "李小龙"),
        ("../../etc/passwd", "_.._etc_passwd"),
        (".hidden", "hidden"),
        ("-rf", "rf"),
        ("con", "con_"),
        ("LPT1.txt", "LPT1.txt_"),
        ("ends with a dot. ", "ends with a dot"),
        ("two  spaces\tand a tab", "two spaces_and a tab"),
        ("", "unnamed"),
        ("...", "unnamed"),
        ("???", "unnamed"),
        ("broken \udcff byte", "broken _ byte"),
    ],
)
def test_a_name_becomes_a_file_name(text: str, name: str) -> None:
    assert safe_name(text) == name


@given(st.text(alphabet=st.characters(exclude_categories=[])))
@example("a" * 500)
@example("字" * 500)
@example("\u202eevil.exe")
def test_every_name_is_safe(text: str) -> None:
    name = safe_name(text)
    assert 0 < len(name) <= 81
    assert len(name.encode()) <= 201
    assert not name.startswith((".", "-", " "))
    assert not name.endswith((".", " "))
    assert all(c in " ._-" or unicodedata.category(c)[0] in "LNM" for c in name)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["anna", "Anna", "anna-2", "ANNA", "bo?", "bo!", ""]),
            st.sampled_from(["", "7", "8"]),
        )
    )
)
def test_names_of_a_class_differ_even_without_case(wanted: list[tuple[str, str]]) -> None:
    names = unique_names(wanted)
    assert len(names) == len(wanted)
    assert len({name.casefold() for name in names}) == len(names)


def test_namesakes_take_the_platforms_number_or_are_counted() -> None:
    assert unique_names([("Anna Li", "17"), ("anna li", "23"), ("Bo", "9")]) == [
        "Anna Li-17",
        "anna li-23",
        "Bo",
    ]
    assert unique_names([("anna", ""), ("anna", ""), ("anna-2", "")]) == ["anna", "anna-3", "anna-2"]


def test_a_suffix_does_not_make_a_name_too_long() -> None:
    names = unique_names([("a" * 100, ""), ("a" * 100, "")])
    assert [len(name) for name in names] == [80, 80]


def test_names_are_compared_without_case_marks_and_punctuation() -> None:
    assert squash("Müller, Anna") == squash("müller_ANNA") == squash("mu\u0308lleranna")
