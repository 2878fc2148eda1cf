"""Words by which people call the parts and versions of a homework, and no person."""

from __future__ import annotations

import re


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d_]+", name.casefold()))


VERSIONS = _words(
    "v version attempt versuch try old alt new neu final draft backup copy kopie latest"
    " corrected korrigiert revised fixed updated resubmission"
)
TASKS = _words(
    "task part teil aufgabe exercise ex hw homework week day step question q"
    " src code notebook notebooks script scripts model models report solution rnn lstm gru prep"
)
PIECES = _words(  # what lies beside a homework
    "data lib utils util helper helpers tools common config setup constants test tests training train results"
    " figures images plot plots plotting visualization docs demo example examples"
)
GIVEN = _words("template starter skeleton handout vorlage")  # what a course hands out
SOLVED = _words("solution solutions reference lösung lösungen loesung musterlösung musterloesung")
PARTS = VERSIONS | TASKS | PIECES


def is_a_part(name: str) -> bool:
    """ "v2", "attempt_3", "old data": every word of it is one of a part, or a number."""
    return _words(name) <= PARTS


def is_a_piece(name: str) -> bool:
    """ "plot", "test_utils": called like what lies beside a homework, and like no homework of its own."""
    words = _words(name)
    return words <= PARTS and bool(words & PIECES)


def is_given(name: str) -> bool:
    """ "template", "homework_starter": called like what a course hands out."""
    words = _words(name)
    return words <= PARTS | GIVEN and bool(words & GIVEN)


def is_solved(name: str) -> bool:
    """ "solution", "hw7_Musterlösung": called like what a course compares with."""
    words = _words(name)
    return words <= PARTS | SOLVED and bool(words & SOLVED)
