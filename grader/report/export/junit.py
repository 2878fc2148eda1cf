"""JUnit XML: a suite for each submission. It knows no part of a point, so points stand in the properties of
the suite."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from grader.model import CheckResult, Status
from grader.model.verdict import WRONG
from grader.record import Record
from grader.report.export.marks import Exported
from grader.report.neutral import hide_paths, visible
from grader.report.words import points_text


def suites(records: Sequence[Record], assignment: str) -> Exported:
    """All submissions in one file."""
    root = ET.Element("testsuites", name=assignment)
    for record in records:
        _suite(root, record, assignment)
    ET.indent(root)
    return Exported(
        files={
            "junit.xml": b'<?xml version="1.0" encoding="UTF-8"?>\n'
            + ET.tostring(root, encoding="utf-8")
            + b"\n"
        }
    )


def _suite(root: ET.Element, record: Record, assignment: str) -> None:
    checks = record.grade.checks
    count = {
        "tests": len(checks),
        "failures": sum(check.status in WRONG for check in checks),
        "errors": sum(check.status is Status.ERROR for check in checks),
        "skipped": sum(
            (check.pending and check.status is not Status.ERROR) or check.status is Status.SKIPPED
            for check in checks
        ),
    }
    numbers = {name: str(number) for name, number in count.items()}
    head = {"name": _for_xml(record.student), **numbers, "time": f"{max(0.0, record.seconds):.1f}"}
    suite = ET.SubElement(root, "testsuite", head)
    properties = ET.SubElement(suite, "properties")
    grade = record.grade
    for name, value in (
        ("points", points_text(grade.points)),
        ("points_max", points_text(grade.points_max)),
        ("points_pending", points_text(grade.points_pending)),
        ("level", grade.level.name),
        ("digest", record.digest),
    ):
        ET.SubElement(properties, "property", name=name, value=value)
    for check in checks:
        _case(suite, check, assignment)


def _case(suite: ET.Element, check: CheckResult, assignment: str) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        classname=f"{assignment}.{_for_xml(check.task)}",
        name=_for_xml(check.title),
        time="0",
    )
    message = _for_xml(check.message)
    if check.status in WRONG:
        failure = ET.SubElement(case, "failure", type=check.status.value, message=message)
        failure.text = _for_xml(
            f"{points_text(check.points)} of {points_text(check.points_max)} points. {check.hint}"
        )
    elif check.status is Status.ERROR:
        ET.SubElement(case, "error", type=check.status.value, message=message)
    elif check.pending or check.status is Status.SKIPPED:
        ET.SubElement(case, "skipped", message=message)


def _for_xml(text: str) -> str:
    """Only characters that XML may hold: what is left of controls are pictures of them."""
    return (
        visible(hide_paths(text), newlines=False, limit=1000)
        .replace("\ufffe", "\ufffd")
        .replace("\uffff", "\ufffd")
    )
