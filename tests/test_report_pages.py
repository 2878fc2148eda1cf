"""Pages are inert, accessible, and show each audience what it may see."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import itertools
import re
from importlib import resources
from typing import Any

import pytest
from bs4 import BeautifulSoup
from test_report_fakes import (
    ASSIGNMENT,
    CURVES,
    HOSTILE,
    PAYLOADS,
    SESSION,
    hostile,
    make_checks,
    make_executed,
    make_record,
    wrong_cell,
)

from grader.model import CellError, CellRun, Decision, Evidence, Mistake, Outcome, Status
from grader.model.runtime import ChosenBy
from grader.record import Record
from grader.report.class_page import class_page, time_text
from grader.report.look.first import look_here_first
from grader.report.notebook_plain import plain_notebook
from grader.report.notebook_view import notebook_document
from grader.report.staff_page import staff_page
from grader.report.student_page import student_page

NOTHING = make_record("zoe", outcome=None, run_id="", attempt=0, problem="homework.ipynb is empty")


def student(record: Record, **more: Any) -> str:
    return student_page(record, ASSIGNMENT, session=SESSION, **more)


def classroom(*records: Record, missing: tuple[str, ...] = ()) -> str:
    return class_page(
        records,
        ASSIGNMENT,
        look_here_first(records, ASSIGNMENT, missing=missing),
        session=SESSION,
        missing=missing,
    )


def staff(record: Record, **more: Any) -> str:
    return staff_page(record, ASSIGNMENT, session=SESSION, **more)


DECISION = Decision(
    student="x",
    check_id="explains_bptt",
    points=1,
    reason=HOSTILE,
    person="Kim",
    when="2026-01-19T10:00:00",
    digest="d",
)
PAGES = {
    "student": student(wrong_cell(), curves=CURVES, executed=make_executed()),
    "student who did all": student(make_record("ada")),
    "student without a run": student(NOTHING),
    "hostile student": student(
        hostile(), curves={HOSTILE: [1.0, 2.0], "loss": [float("nan")]}, executed=make_executed(HOSTILE)
    ),
    "class": classroom(make_record("ada"), wrong_cell(), NOTHING, missing=("carl",)),
    "hostile class": classroom(hostile(), missing=PAYLOADS),
    "empty class": classroom(),
    "staff": staff(wrong_cell(), history=[make_record("Grace Hopper")]),
    "hostile staff": staff(hostile(), decisions=[DECISION], history=[hostile(), make_record("mallory")]),
}
everywhere = pytest.mark.parametrize("name", PAGES)


def soup(name: str) -> BeautifulSoup:
    return BeautifulSoup(PAGES[name], "html.parser")


def frames(page: BeautifulSoup) -> list[BeautifulSoup]:
    return [BeautifulSoup(frame["srcdoc"], "html.parser") for frame in page.find_all("iframe")]


@everywhere
def test_nothing_in_a_page_can_act(name: str) -> None:
    page = soup(name)
    if "class" in name:  # its own script, to search and sort, and no other: the policy names it by its digest
        (script,) = page.find_all("script")
        digest = base64.b64encode(hashlib.sha256(script.extract().string.encode()).digest()).decode()
        policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
        assert policy["content"].count("script-src") == 1
        policy["content"] = policy["content"].replace(f"script-src 'sha256-{digest}'; ", "")
    for document in (page, *frames(page)):
        forbidden = ["script", "object", "embed", "form", "base", "link", "input", "button", "video", "audio"]
        assert not document.find_all(forbidden)
        for tag in document.find_all(True):
            assert not [attribute for attribute in tag.attrs if attribute.startswith("on")]
            assert re.match(
                r"#|(\.\./)?(feedback/|staff/|index)[^:]*\.html$|index\.html$|(grades\.csv|results\.json)$",
                tag.get("href", "#"),
            )
            assert tag.get("src", "data:image/").startswith("data:image/")
            assert "url(" not in tag.get("style", "")
        policy = document.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
    assert all(frame.has_attr("sandbox") and not frame["sandbox"] for frame in page.find_all("iframe"))


@everywhere
def test_the_policy_stands_before_anything_that_it_governs(name: str) -> None:
    head = [tag.name for tag in soup(name).head.find_all(True)]
    assert head[:2] == ["meta", "meta"]
    assert head.index("style") > 1


@everywhere
def test_pages_are_accessible(name: str) -> None:
    page = soup(name)
    assert page.html["lang"] == "en"
    assert page.title.get_text(strip=True)
    levels = [int(tag.name[1]) for tag in page.find_all(re.compile(r"^h[1-6]$"))]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert not [
        table for table in page.find_all("table") if not table.caption or not table.find("th", scope="col")
    ]
    assert not [cell for cell in page.find_all("th") if not cell.get("scope")]
    assert not [
        picture
        for picture in page.find_all("svg")
        if picture["role"] != "img" or not picture.title.get_text()
    ]
    assert not [frame for frame in page.find_all("iframe") if not frame["title"]]
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert not [
        tag for tag in page.find_all(attrs={"aria-labelledby": True}) if tag["aria-labelledby"] not in ids
    ]
    assert page.main


@everywhere
def test_no_control_or_reordering_characters_reach_a_page(name: str) -> None:
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", PAGES[name])


def text_of(page: str) -> str:
    document = BeautifulSoup(page, "html.parser")
    document.style.decompose()
    return " ".join(document.get_text(" ").split()) + " ".join(
        frame.get("srcdoc", "") for frame in document.find_all("iframe")
    )


def secretive() -> Record:
    """A record that has a word of its own in every place that only staff may see."""
    checks = make_checks(
        computes_lstm={
            "status": Status.FAILED,
            "message": "wrong",
            "mistake": Mistake(id="SECRET_mistake", confidence=0.123456, runner_up="SECRET_runner_up"),
            "staff_note": "SECRET_note",
        },
        every_length={
            "status": Status.FAILED,
            "evidence": (Evidence(what="SECRET_x", expected="SECRET_wanted", actual="SECRET_y"),),
        },
    )
    return make_record(
        "ada",
        checks,
        isolation="SECRET_isolation",
        runtime="SECRET_runtime",
        runtime_reason="SECRET_reason",
        flags=("SECRET_flag",),
    )


def test_students_never_see_what_is_for_staff() -> None:
    shown = text_of(student(secretive(), executed=make_executed()))
    assert "SECRET" not in shown
    assert "0.123" not in shown
    assert not re.search(r"\b(proven|observed|judged|basis|isolation|namespaces|seed)\b", shown)


def test_students_read_which_keras_their_notebook_was_written_for() -> None:
    chosen = make_record(
        "ada", runtime="keras2", runtime_by=ChosenBy.FIRST_TRY, runtime_reason="under Keras 3 SECRET"
    )
    assert "Your notebook was written for Keras 2; it ran there. This costs no points." in text_of(
        student(chosen)
    )
    assert "SECRET" not in text_of(student(chosen))
    assert "keras2 instead of keras3: under Keras 3 SECRET" in text_of(staff(chosen))
    asked = make_record("ada", runtime="keras2", runtime_by=ChosenBy.OPTION, runtime_reason="asked for")
    for record in (asked, make_record("ada", runtime="keras2"), make_record("ada")):
        assert "was written for" not in text_of(student(record))


def test_staff_see_all_of_it() -> None:
    shown = text_of(staff(secretive()))
    for word in ("mistake", "runner_up", "note", "isolation", "runtime", "reason", "flag", "wanted"):
        assert f"SECRET_{word}" in shown
    for word in ("proven", "reported", "judged", "the notebook's own word", "0.12"):
        assert word in shown


def test_students_never_see_folders_of_our_machine() -> None:
    error = CellError(
        name="E",
        message="/home/kim/out/x",
        traceback='File "/root/grader/.venv/lib/python3.12/site-packages/keras/a.py"',
    )
    record = make_record("ada", outcome=Outcome.RAISED, cells=(CellRun(number=9, seconds=1, error=error),))
    executed = make_executed()
    executed["cells"][8]["outputs"] = [
        {"output_type": "stream", "name": "stderr", "text": "see /home/kim/sandbox/homework.py"}
    ]
    shown = text_of(student(record, executed=executed))
    assert not re.search(r"/home/|/root/|site-packages|kim", shown)
    assert "keras/a.py" in shown
    assert "see …/homework.py" in shown


def test_a_student_reads_points_what_seen_wanted_and_the_hint() -> None:
    shown = text_of(PAGES["student"])
    for words in (
        "11 of 20 points",
        "3 points are still open. A person will read 2 parts of your homework.",
        "0.5 points were taken off because it was handed in late",
        "It behaves like a cell whose forget gate is multiplied with the hidden state",
        "new cell state, first unit 0.41327 -0.08812 cell 5",
        "Hint Look at the line that makes the new cell state",
        "Cell 9: ValueError",
        "`drive.mount`".strip("`"),
        "For this run, EPOCHS was set to 1.",
        "handed in 16 January 2026, 21:40",
        "5e5e5e5e5e5e",
        wrong_cell().digest,
    ):
        assert words in shown, words


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.NEEDS_REVIEW, "A person will read this. Until then its points are open, not lost."),
        (Status.ERROR, "This is our problem, not yours: no points are lost."),
        (Status.INCONCLUSIVE, "so it will be run again. Its points are open, not lost."),
        (Status.SKIPPED, "not reached"),
        (Status.PARTIAL, "partly"),
    ],
)
def test_every_status_has_kind_words(status: Status, words: str) -> None:
    assert words in text_of(student(make_record("ada", make_checks(computes_lstm={"status": status}))))


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.UNAVAILABLE, "our problem, not yours. No points are lost. The zygote died."),
        (Outcome.TIMED_OUT, "A cell was stopped; the cells after it ran and were judged"),
        (Outcome.OUT_OF_MEMORY, "ran out of memory"),
        (Outcome.DIED, "ended by itself"),
    ],
)
def test_how_a_run_ended_is_told(outcome: Outcome, words: str) -> None:
    assert words in text_of(student(make_record("ada", outcome=outcome, reason="the zygote died")))


def test_a_run_that_ended_at_a_cell_says_that_nothing_came_after_it() -> None:
    stopped = (CellRun(number=1, seconds=60.0, timed_out=True),)
    record = make_record("ada", outcome=Outcome.TIMED_OUT, cells=stopped)
    assert "ran out of time; what it had reached by then was judged" in text_of(student(record))


def test_who_did_all_of_it_is_told_so() -> None:
    done = make_checks(explains_bptt={"status": Status.PASSED}, explains_kind={"status": Status.PASSED})
    assert "All of it is right" in text_of(student(make_record("ada", done)))
    assert "Nothing to fix" in text_of(PAGES["student who did all"])
    assert "Your homework could not be run: homework.ipynb is empty" in text_of(
        PAGES["student without a run"]
    )
    ours = make_checks(**{check.id: {"status": Status.ERROR} for check in ASSIGNMENT.checks})
    assert "Not judged yet" in text_of(student(make_record("ada", ours)))


def test_a_cell_that_did_not_run_through_is_left_to_mend_where_every_check_passes() -> None:
    done = make_checks(explains_bptt={"status": Status.PASSED}, explains_kind={"status": Status.PASSED})
    error = CellError(name="ValueError", message="x and y differ", traceback="")
    raised = (CellRun(number=9, seconds=1.0, error=error),)
    words = text_of(student(make_record("ada", done, cells=raised, outcome=Outcome.RAISED)))
    assert "Every check passes. What is left to fix:" in words
    assert "which raised ValueError: x and y differ." in words
    stopped = (CellRun(number=9, seconds=60.0, timed_out=True),)
    words = text_of(student(make_record("ada", cells=stopped, outcome=Outcome.TIMED_OUT)))
    assert ("Nothing to fix" in words, "which was stopped after" in words) == (False, True)


def test_of_another_homework_nothing_is_said_to_be_right() -> None:
    other = make_checks(**{check.id: {"status": Status.NEEDS_REVIEW} for check in ASSIGNMENT.checks})
    error = CellError(name="ValueError", message="x and y differ", traceback="")
    raised = (CellRun(number=9, seconds=1.0, error=error),)
    words = text_of(student(make_record("ada", other, cells=raised, outcome=Outcome.RAISED)))
    assert ("What is left to mend" in words, "Not judged yet" in words) == (False, True)


def test_what_was_not_reached_is_not_called_right() -> None:
    late = make_checks(explains_kind={"status": Status.SKIPPED, "message": "not reached: it ended"})
    words = text_of(student(make_record("ada", late, outcome=Outcome.DIED)))
    assert ("Nothing to fix" in words, "Not all of it was reached" in words) == (False, True)


def test_the_code_of_a_failing_cell_is_shown_only_when_it_is_certain() -> None:
    assert "Code of cell 9" in PAGES["student"]
    moved = make_executed()
    moved["cells"].insert(0, {"cell_type": "markdown", "source": "moved"})
    assert "Code of cell 9" not in student(wrong_cell(), executed=moved)


def test_curves_of_one_quantity_share_a_picture() -> None:
    pictures = soup("student").select("figure svg")
    assert [picture.title.get_text() for picture in pictures] == [
        "loss during training",
        "accuracy during training",
    ]


def test_the_notebook_is_shown_with_its_pictures_tables_and_errors() -> None:
    (frame,) = frames(soup("student"))
    assert frame.h1.get_text().startswith("My homework")
    assert frame.find("img")["src"].startswith("data:image/png;base64,")
    assert frame.find("img")["alt"] == "a picture made by this cell"
    assert frame.table
    assert "ValueError: shapes" in frame.get_text()
    assert frame.find("span", class_="k") is not None  # highlighted
    assert "owned" not in str(frame)


@pytest.mark.parametrize(
    "cells",
    [
        None,
        {"a": 1},
        [None, 5, "x", {"cell_type": 7, "source": {"a": 1}}],
        [
            {
                "cell_type": "code",
                "source": 5,
                "outputs": [5, None, {"output_type": "error", "traceback": [1, "x"]}],
            }
        ],
        [
            {
                "cell_type": "code",
                "outputs": [{"output_type": "display_data", "data": {"image/png": '"><script>x</script>'}}],
            }
        ],
        [
            {
                "cell_type": "code",
                "outputs": [{"output_type": "display_data", "data": {"text/html": "<b>" * 3_000}}],
            }
        ],
        [{"cell_type": "raw", "source": "<script>document.title='owned'</script>"}],
        [{"cell_type": "markdown", "source": "[" * 5_000}],
        [
            {
                "cell_type": "markdown",
                "source": "![x](http://evil.example/x.png) [y](javascript:alert(1)) <a href='http://e'>z</a>",
            }
        ],
    ],
)
def test_a_malformed_notebook_never_breaks_a_page(cells: Any) -> None:
    page = BeautifulSoup(student(make_record("ada"), executed={"cells": cells}), "html.parser")
    for document in frames(page):
        assert not document.find_all(["script", "iframe"])
        assert not [tag for tag in document.find_all(True) if tag.get("href") or "http" in tag.get("src", "")]


def test_a_huge_notebook_is_cut_to_size() -> None:
    outputs = [{"output_type": "stream", "name": "stdout", "text": "x" * 100_000} for _ in range(40)]
    picture = {"output_type": "display_data", "data": {"image/png": "A" * 1_400_000}}
    executed = {
        "cells": [{"cell_type": "code", "source": "y" * 100_000, "outputs": [*outputs, *[picture] * 9]}] * 20
    }
    document = notebook_document(executed)
    assert len(document) < 6_000_000
    assert "characters left out" in document
    assert "outputs are left out of this page" in document
    assert len(plain_notebook({"cells": [{"cell_type": "code"}] * 10_000})["cells"]) <= 300


def test_the_class_page_opens_with_what_needs_a_person() -> None:
    sections = [tag.get_text() for tag in soup("class").find_all("h2")]
    assert sections == ["Look here first", "The class", "The checks", "Everybody"]
    assert "Nothing stands out" in text_of(PAGES["empty class"])


def test_the_class_page_leads_to_everybody() -> None:
    names = ["Müller, Jörg", "a#b", "50% ?", "=cmd", "O'Neil"]
    page = BeautifulSoup(classroom(*map(make_record, names), missing=("carl",)), "html.parser")
    links = {tag["href"] for tag in page.select("td.pages a")}
    assert "feedback/50%25%20%3F.html" in links
    assert "staff/a%23b.html" in links
    assert len(links) == 10
    assert "no submission" in page.get_text()


def test_pages_of_students_name_nobody_else() -> None:
    assert "Grace" not in text_of(student(make_record("ada")))
    assert not BeautifulSoup(student(make_record("ada")), "html.parser").find_all(
        "a", href=re.compile("html")
    )


def test_decisions_and_earlier_grades_are_on_the_staff_page() -> None:
    record = make_record(
        "ada", make_checks(explains_bptt={"status": Status.PASSED, "decided_by": "Kim", "points_auto": 0.0})
    )
    shown = text_of(
        staff(
            record,
            decisions=[dataclasses.replace(DECISION, reason="argued well")],
            history=[wrong_cell("ada"), record],
        )
    )
    assert "explains_bptt : 1 by Kim, 19 January 2026, 10:00 (about earlier files). argued well" in shown
    assert "by Kim, checks: 0" in shown
    assert shown.count("11 of 20") == 1


def test_times_are_for_people() -> None:
    assert [time_text(seconds) for seconds in (0.2, 31, 240, 4800, float("nan"))] == [
        "0 s",
        "31 s",
        "4 min",
        "1 h 20 min",
        "–",
    ]


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1])
def test_text_has_contrast_in_light_and_dark(scheme: int) -> None:
    """WCAG 2.2 AA: 4.5 to 1 for text."""
    css = (resources.files("grader.report") / "templates" / "style.css").read_text("utf-8")
    colours = dict(
        re.findall(r"--([\w-]+): (#[0-9a-f]{6});", re.findall(r":root \{(.*?)\}", css, re.DOTALL)[scheme])
    )
    tones = ("green", "red", "amber", "blue", "violet", "grey")
    pairs = [(text, ground) for text in ("ink", "muted", "link", *tones) for ground in ("paper", "card")]
    pairs += [(tone, f"{tone}-tint") for tone in tones] + [
        ("ink", "well"),
        ("ink", "amber-tint"),
        ("ink", "blue-tint"),
        ("red", "card"),
    ]
    poor = {pair: round(_contrast(colours[pair[0]], colours[pair[1]]), 2) for pair in pairs}
    assert not {pair: value for pair, value in poor.items() if value < 4.5}


def test_why_nothing_could_be_run_is_said_once() -> None:
    told = {
        check.id: {"status": Status.SKIPPED, "message": "not reached: it is empty"}
        for check in ASSIGNMENT.checks
    }
    record = make_record("zoe", make_checks(**told), outcome=None, run_id="", problem="it is empty")
    assert student(record).count("it is empty") == 1
