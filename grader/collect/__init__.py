"""Submissions and groups, notebooks and repair, source facts, answers. Nothing here runs student code."""

from typing import TYPE_CHECKING

from grader.collect.candidate import Candidate
from grader.collect.prepare import prepare
from grader.collect.recognise import recognise
from grader.lazy import lazily

if TYPE_CHECKING:  # a class: its downloads, rosters and times
    from grader.collect.find import Found, find_candidates, find_class
    from grader.collect.nobodys import without_nobodys
    from grader.collect.people.course import Course, LatePolicy
    from grader.collect.people.course_file import load_course
    from grader.collect.versions import version_on_time
    from grader.record.directory import RosterEntry

__all__ = [
    "Candidate",
    "Course",
    "Found",
    "LatePolicy",
    "RosterEntry",
    "find_candidates",
    "find_class",
    "load_course",
    "prepare",
    "recognise",
    "version_on_time",
    "without_nobodys",
]

__getattr__ = lazily(__name__, __file__)
