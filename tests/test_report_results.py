"""results.json keeps its schema, grades.csv its columns, whatever the class is like."""

from __future__ import annotations

import csv
import io
import json
from importlib import resources
from typing import Any

import jsonschema
import pytest
from test_report_fakes import ASSIGNMENT, SESSION, VERSIONS, hostile, make_checks, make_record, wrong_cell

from grader.model import Status, Versions
from grader.record import Record, to_json
from grader.report.results import grades_csv, results, results_text

NOTHING = make_record("zoe", outcome=None, run_id="", attempt=0, problem="homework.ipynb is empty")
CLASS = [make_record("ada"), wrong_cell(), hostile(), NOTHING]


def schema() -> Any:
    return json.loads((resources.files("grader.report") / "results.schema.json").read_text("utf-8"))


def load(records: list[Record]) -> Any:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(results_text(records, SESSION, ASSIGNMENT).encode(), parse_constant=refuse)


def test_the_schema_itself_is_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("records", [[], CLASS[:1], CLASS[:2], CLASS[3:]])
def test_results_follow_the_schema(records: list[Record]) -> None:
    jsonschema.validate(load(records), schema(), cls=jsonschema.Draft202012Validator)


def test_results_of_a_gradebook_without_a_session_follow_the_schema() -> None:
    data = json.loads(results_text([], None, ASSIGNMENT))
    jsonschema.validate(data, schema(), cls=jsonschema.Draft202012Validator)


def test_a_hostile_class_still_gives_strict_json() -> None:
    data = load(CLASS)
    assert [entry["student"] for entry in data["submissions"]] == [record.student for record in CLASS]


def test_readers_may_rely_on_what_the_design_lists() -> None:
    wanted = schema()
    data = load(CLASS[:2])
    del data["submissions"][0]["points"]
    with pytest.raises(jsonschema.ValidationError, match="'points' is a required property"):
        jsonschema.validate(data, wanted, cls=jsonschema.Draft202012Validator)


def test_unknown_keys_are_allowed() -> None:
    data = load(CLASS[:1]) | {"from_the_future": 1}
    data["submissions"][0]["checks"][0]["new"] = {}
    jsonschema.validate(data, schema(), cls=jsonschema.Draft202012Validator)


def test_the_content_is_that_of_the_gradebook() -> None:
    entry = results([wrong_cell()], SESSION, ASSIGNMENT)["submissions"][0]
    check = entry["checks"][2]
    assert (entry["points"], entry["points_pending"], entry["penalty"], entry["level"]) == (
        11.0,
        3,
        0.5,
        "PASSED",
    )
    assert (check["id"], check["status"], check["basis"], check["mistake"]["confidence"]) == (
        "computes_lstm",
        "FAILED",
        "proven",
        0.98,
    )
    assert check["evidence"][0]["expected"] == "0.41327"
    assert entry["cells"][-1]["error"]["name"] == "ValueError"
    assert "staff_note" not in json.dumps(entry)


def test_versions_that_the_session_does_not_know_come_from_the_runs() -> None:
    assert results([make_record("ada")], SESSION, ASSIGNMENT)["versions"] == to_json(VERSIONS)
    assert results([], None, ASSIGNMENT)["versions"] == to_json(Versions())


def test_points_are_free_of_rounding_noise() -> None:
    third = make_checks(learns={"status": Status.PARTIAL, "points": 0.1 + 0.2})
    assert load([make_record("ada", third)])["submissions"][0]["checks"][7]["points"] == 0.3


def rows(records: list[Record]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(grades_csv(records, ASSIGNMENT))))


def test_grades_csv_has_a_row_for_each_and_a_column_per_check() -> None:
    ada, grace = rows([make_record("ada"), wrong_cell()])
    assert list(ada)[:11] == [
        *(
            "student",
            "members",
            "points",
            "points_max",
            "points_pending",
            "points_suggested",
            "penalty",
            "level",
            "level_possible",
            "late",
            "outcome",
        ),
    ]
    assert list(ada)[11:] == [check.id for check in ASSIGNMENT.checks]
    assert (ada["points"], ada["level"], ada["level_possible"], ada["late"], ada["outcome"]) == (
        *("17", "PASSED", "OUTSTANDING", "no", "COMPLETED"),
    )
    assert (grace["points"], grace["computes_lstm"], grace["forget_bias"], grace["penalty"]) == (
        "11",
        "0",
        "0.5",
        "0.5",
    )


def test_pending_points_are_an_empty_cell_not_a_zero() -> None:
    assert rows([make_record("ada")])[0]["explains_bptt"] == ""


def test_what_did_not_run_has_no_outcome() -> None:
    assert rows([NOTHING])[0]["outcome"] == ""


def test_checks_of_an_older_sheet_keep_their_column() -> None:
    old = make_record("ada", tuple(check for check in make_checks(forget_bias={"id": "old_check"})))
    assert rows([old])[0]["old_check"] == "1"
    assert rows([old])[0]["forget_bias"] == ""


def test_a_hostile_student_writes_no_formula_and_no_second_row() -> None:
    text = grades_csv([make_record("=cmd|' /C calc'!A0", members=("=1+1", "x\n=2", "@SUM(A1)"))], ASSIGNMENT)
    parsed = list(csv.reader(io.StringIO(text)))
    assert len(parsed) == 2
    assert not [cell for cell in parsed[1] if cell.startswith(("=", "+", "-", "@"))]
    assert grades_csv([hostile()], ASSIGNMENT).encode()
