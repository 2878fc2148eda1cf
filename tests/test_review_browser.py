"""A real browser in front of `grade review`: a review by keyboard, two people at once, payloads,
accessibility, narrow and dark."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from http.client import HTTPException
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest
from review_class import RUN_ID, SHEET, a_record, a_session, fill
from review_payloads import EVERYTHING, NAMES, PAYLOADS
from test_report_fakes import make_executed

from grader.model import Answer, Evidence, Repair, Run
from grader.record import Gradebook, run_folder, safe_name, save_run
from grader.review import Desk
from grader.review.cards import key_of
from grader.review.desk import single_key
from tests.answers import SHEET as REAL_SHEET
from tests.answers import sheet
from tests.review_people import POINTS, Person, alike, fill_class
from tests.review_people import pages as pages_of

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None
)
AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
SERVER = Path(__file__).parent / "review_class.py"
SHEETS = REAL_SHEET.parent
needs_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="NO BROWSER: install chromium, or nobody has tried the review page"
)
pytestmark = pytest.mark.browser
KILLS = 11
PATIENCE = 60_000  # ms for what comes at once on a machine that has nothing else to do
SMUGGLED = """new Promise(resolve => {  // until the picture has failed, which is when the script in it \
would have run
  document.addEventListener('error', () => setTimeout(resolve), true);
  document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.OWNED=1">');
})"""
PROBLEMS = "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"


class Server:
    """`grade review` for a folder, in a process of its own."""

    def __init__(self, folder: Path, person: str = "Kim", command: Sequence[str] = (str(SERVER),)) -> None:
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
        words = [
            sys.executable,
            *command,
            str(folder),
            *([person] if command[0] == str(SERVER) else ["--person", person]),
        ]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment)
        assert self.process.stdout is not None
        self.link = self.process.stdout.readline().split()[-1]
        self.address = self.link.partition("/?")[0]

    def kill(self) -> None:
        """As `kill -9` does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture(name="serve")
def _serve() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(*arguments: Any) -> Server:
        servers.append(Server(*arguments))
        return servers[-1]

    yield start
    for server in servers:
        server.kill()


@pytest.fixture(name="chromium", scope="module")
def _chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def told(page: Any) -> str:
    """What the page says about the last thing that was done, as soon as it says anything."""
    page.locator("#told:not(:empty)").wait_for(timeout=PATIENCE)
    return str(page.locator("#told").inner_text())


def decided(folder: Path) -> dict[tuple[str, str], float]:
    """What the gradebook says: the last decision about each."""
    with Gradebook(folder, create=False) as book:
        return {(word.student, word.check_id): word.points for word in book.decisions()}


def settled(page: Any) -> None:
    """Wait until every card's decision is written."""
    from playwright.sync_api import expect

    expect(page.locator(".card:not(.decided)")).to_have_count(0, timeout=PATIENCE)


@needs_browser
def test_forty_groups_are_reviewed_by_keyboard_alone(
    tmp_path: Path, serve: Any, chromium: Any, capsys: Any
) -> None:
    fill(tmp_path / "out", 40)
    page = chromium.new_page()
    start = time.monotonic()
    page.goto(serve(tmp_path / "out").link)
    keys = 0
    for _ in range(12):
        cards = page.locator(".card").count()
        page.keyboard.press("j")
        for number in range(cards):
            page.keyboard.press(str(number % 3))
            keys += 1
        settled(page)
        if not page.locator("a[rel=next]").count():
            break
        before = page.url
        page.keyboard.press("n")
        page.wait_for_url(lambda url, before=before: url != before)
    with capsys.disabled():
        print(
            f"\n40 groups: {keys} decisions by {keys} keys and a few, {time.monotonic() - start:.1f} s in the"
            " browser"
        )
    assert page.locator("#progress-text").inner_text() == f"{keys} of {keys}"
    assert len(decided(tmp_path / "out")) == 80
    with Gradebook(tmp_path / "out") as book:
        assert {record.grade.points_pending for record in book.records()} == {0.0}


@needs_browser
def test_a_class_as_classes_are_is_reviewed_by_few_keys(
    tmp_path: Path, serve: Any, chromium: Any, capsys: Any
) -> None:
    """40 groups answer the real sheet, some of them alike; a person gives what the labels say, through the
    command itself."""
    folder = tmp_path / "out"
    person = Person(wrote=fill_class(folder, alike))
    with Gradebook(folder) as book:
        turns = [groups for stack in Desk(book, sheet(), "Lee").look().stacks for groups in pages_of(stack)]
    page = chromium.new_context().new_page()
    page.goto(serve(folder, "Kim", ("-m", "grader", "review", "--assignments", str(SHEETS))).link)
    keys = decisions = 0

    def press(key: str) -> None:
        nonlocal keys
        keys += 1
        page.keyboard.press(key)

    for number, groups in enumerate(turns):
        if number:
            before = page.url
            press("n")
            page.wait_for_url(lambda url, before=before: url != before, timeout=PATIENCE)
        for one in person.presses(groups):
            decisions += 1
            while one.keys != "a" and page.evaluate("document.activeElement.id") != f"card-{one.card.key}":
                press("j")
            for key in one.keys:
                press(key)
        settled(page)
    with capsys.disabled():
        print(f"\n40 groups, some alike: {decisions} decisions by {keys} keys")
    assert decisions <= 40
    with Gradebook(folder) as book:
        for record in book.records():
            assert not record.grade.points_pending
            for question, answer in person.wrote[record.student].items():
                assert answer is not None
                (check,) = [check for check in sheet().checks if check.question == question]
                (result,) = [result for result in record.grade.checks if result.id == check.id]
                assert result.points == POINTS[answer.label]


@needs_browser
def test_every_key_does_what_the_page_says(tmp_path: Path, serve: Any, chromium: Any) -> None:
    fill(tmp_path / "out", 10)
    page = chromium.new_page()
    server = serve(tmp_path / "out")
    page.goto(server.link)
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.keyboard.type("please 4 more precise u")  # no key acts while somebody writes
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    first = page.locator(".card").first
    first.locator(".state", has_text="4 by Kim: please 4 more precise u").wait_for()
    page.keyboard.press("9")
    page.locator("#told", has_text="There are only 4 points.").wait_for()
    page.keyboard.press("k")
    page.keyboard.press("h")
    first.locator(".names a", has_text="group-0000 (Ada 0, Bob 0)").wait_for()
    page.keyboard.press("u")
    page.locator("#told", has_text="Taken back.").wait_for()
    assert first.locator(".state").inner_text() == ""
    assert page.locator("[data-stack]").first.inner_text() == "10"
    page.goto(f"{server.address}/?stack={key_of('explains_kind', 'likely full')}")
    page.keyboard.press("a")
    page.locator("#told", has_text="1 suggestion accepted").wait_for()
    assert {
        points for (_, check), points in decided(tmp_path / "out").items() if check == "explains_kind"
    } == {2.0}
    page.keyboard.press("u")
    page.locator("#told", has_text="Taken back.").wait_for()
    page.keyboard.press("s")
    settled(page)
    page.goto(server.link.partition("?")[0])
    page.keyboard.press("g")
    assert page.locator("#scope").get_attribute("aria-pressed") == "true"
    page.keyboard.press("g")
    assert page.locator("#scope").get_attribute("aria-pressed") == "false"


@needs_browser
def test_two_people_at_once_lose_nothing_and_see_each_other(
    tmp_path: Path, serve: Any, chromium: Any
) -> None:
    fill(tmp_path / "out", 6)
    kim, lee = (chromium.new_context().new_page() for _ in range(2))
    links = [serve(tmp_path / "out", person).link for person in ("Kim", "Lee")]
    assert_one_wins_and_both_see_it(tmp_path / "out", {links[0]: kim, links[1]: lee})
    with Gradebook(tmp_path / "out") as book:
        assert len({word.person for word in book.decisions()}) == 2


@needs_browser
def test_two_windows_on_one_server_lose_nothing_and_see_each_other(
    tmp_path: Path, serve: Any, chromium: Any
) -> None:
    fill(tmp_path / "out", 6)
    context, server = chromium.new_context(), serve(tmp_path / "out")
    assert_one_wins_and_both_see_it(
        tmp_path / "out", {server.link: context.new_page(), server.address: context.new_page()}
    )


def assert_one_wins_and_both_see_it(folder: Path, pages: dict[str, Any]) -> None:
    """Both decide about the same answer without having heard of each other; then each about one of its own.
    `pages` by the address that they open, the first one first."""
    one, two = pages.values()
    for link, page in pages.items():
        # from the first moment: so nobody hears of the other between two keys, however slow the machine
        page.route("**/changes*", lambda route: route.abort())
        page.goto(link)
    for page, points in ((one, "1"), (two, "4")):
        page.keyboard.press("j")
        page.keyboard.press(points)
    lost = ["meanwhile" in told(page) for page in (one, two)]
    assert sorted(lost) == [False, True]
    points = "4" if lost[0] else "1"
    for page in (one, two):
        page.unroute("**/changes*")
    for page in (one, two):  # without a reload
        page.locator(".card").first.locator(".state", has_text=f"{points} by").wait_for(timeout=PATIENCE)
    assert list(decided(folder).values()) == [float(points)]
    for page, number in ((one, 2), (two, 3)):
        page.locator(".card").nth(number).focus()
        page.keyboard.press("2")
    for page, number in itertools.product((one, two), (2, 3)):
        page.locator(".card").nth(number).locator(".state", has_text="2 by").wait_for(timeout=PATIENCE)
    assert sorted(decided(folder).values()) == sorted([float(points), 2.0, 2.0])


@needs_browser
def test_a_decision_about_one_answer_hides_nobodys_about_another(
    tmp_path: Path, serve: Any, chromium: Any
) -> None:
    """Kim's page hears of Lee's decision by nothing but the reply to a decision of its own about another
    answer, which shows it of that answer alone."""
    fill(tmp_path / "out", 6)
    kim, lee = (chromium.new_context().new_page() for _ in range(2))
    kim.route("**/changes*", lambda route: route.abort())
    for page, person in ((kim, "Kim"), (lee, "Lee")):
        page.goto(serve(tmp_path / "out", person).link)
    lee.locator(".card").first.focus()
    lee.keyboard.press("4")
    told(lee)
    for number, words in ((1, "2 points"), (1, "3 points"), (0, "Lee has decided about this meanwhile")):
        kim.locator(".card").nth(number).focus()
        kim.keyboard.press("3" if words.startswith("3") else "2")
        kim.locator("#told", has_text=words).wait_for(timeout=PATIENCE)
    assert sorted(decided(tmp_path / "out").values()) == [3.0, 4.0]


@needs_browser
def test_an_answer_of_before_a_decision_does_not_show_it_as_open(
    tmp_path: Path, serve: Any, chromium: Any
) -> None:
    """What the page asked for before a decision arrives after it, and `a` is pressed then."""
    fill(tmp_path / "out", 6)
    page, held = chromium.new_page(), list[Any]()
    server = serve(tmp_path / "out")
    page.goto(server.link)
    page.route(
        "**/changes*", lambda route: held.append((route, route.fetch())) if not held else route.abort()
    )
    while not held:
        page.wait_for_timeout(50)
    card = page.locator(".card").first
    card.focus()
    page.keyboard.press("1")
    card.locator(".state", has_text="1 by Kim").wait_for(timeout=PATIENCE)
    ((route, answer),) = held
    with page.expect_response("**/changes*"):
        route.fulfill(response=answer)
    page.wait_for_timeout(200)
    assert card.locator(".state").inner_text() == "1 by Kim"


def hostile(folder: Path) -> None:
    """Payloads wherever a student's text can reach, in every name that may be a folder's, and in
    decisions."""
    with Gradebook(folder) as book:
        session, records = a_session(book), []
        names = [name for name in NAMES if is_safe(name)]
        for number, payload in enumerate(PAYLOADS):
            text = [
                Answer(question="bptt", text=payload, where=payload),
                Answer(question="kind", text=payload * 2, where="README.md"),
            ]
            evidence = [Evidence(what=payload, expected=payload, actual=payload, where=payload)]
            records.append(
                a_record(
                    names[number] if number < len(names) else f"group-{number}",
                    text if number % 7 else [],
                    session=session,
                    messages=(payload,) * 3,
                    evidence=evidence,
                    members=(payload, EVERYTHING),
                    files=(f"{payload}.ipynb",),
                    flags=(payload,),
                    repairs=(Repair.from_text(payload),),
                    notices=(payload,),
                )
            )
        book.save_all(records)
        executed = make_executed(EVERYTHING)
        save_run(run_folder(folder, records[1].student, RUN_ID), Run(run_id=RUN_ID, executed=executed))


def is_safe(name: str) -> bool:
    """Whether a folder can have this name."""
    try:
        return bool(safe_name(name))
    except Exception:
        return False


@needs_browser
def test_no_payload_executes_anything_anywhere(tmp_path: Path, serve: Any, chromium: Any) -> None:
    assert len(PAYLOADS) >= 50
    hostile(tmp_path / "out")
    server = serve(tmp_path / "out", EVERYTHING.replace("\0", "").encode("utf-8", "replace").decode())
    page = chromium.new_context().new_page()
    asked, dialogs = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(server.link)
    stacks = [link.get_attribute("href") for link in page.locator(".stacks a").all()]
    visited = 0
    for stack in stacks:
        for number in (1, 2):
            page.goto(f"{server.address}{stack}&page={number}")
            page.keyboard.press("j")
            page.keyboard.press("c")
            page.keyboard.insert_text(PAYLOADS[number])
            page.keyboard.press("Escape")
            page.keyboard.press("1")
            page.keyboard.press("k")
            page.keyboard.press("h")
            page.locator(".card .names a").first.wait_for()
            assert_nothing_ran(page)
            visited += 1
    page.goto(f"{server.address}/class")
    assert_nothing_ran(page)
    for link in [link.get_attribute("href") for link in page.locator("#people a").all()]:
        page.goto(f"{server.address}{link}", wait_until="load")
        assert_nothing_ran(page)
        visited += 1
    assert visited >= len(PAYLOADS)
    assert dialogs == []
    assert {url for url in asked if not url.startswith((server.address, "data:", "about:"))} == set()


def assert_nothing_ran(page: Any) -> None:
    """No mark in any frame of the page."""
    for frame in page.frames:
        assert not frame.evaluate("window.OWNED")
        assert frame.title() != "OWNED"
    assert page.title().endswith("Homework 7: the questions")


@needs_browser
def test_the_policy_stops_a_script_that_got_through(tmp_path: Path, serve: Any, chromium: Any) -> None:
    """Should escaping ever fail, the second fence holds; and without it the payload would run."""
    fill(tmp_path / "out", 1)
    page = chromium.new_context().new_page()
    page.goto(serve(tmp_path / "out").link)
    page.evaluate(SMUGGLED)
    assert not page.evaluate("window.OWNED")
    page.goto("about:blank")
    page.evaluate(SMUGGLED)
    assert page.evaluate("window.OWNED")


def addresses() -> list[str]:
    """One page of every kind, the queue with answers of every kind."""
    return [
        f"/?stack={key_of('explains_bptt', 'not read')}",
        f"/?stack={key_of('explains_kind', 'likely full')}",
        f"/?stack={key_of('explains_kind', 'no answer')}",
        "/class",
        "/student?name=group-0001",
    ]


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(scheme: str, tmp_path: Path, serve: Any, chromium: Any) -> None:
    folder = tmp_path / "out"
    fill(folder, 12)
    save_run(run_folder(folder, "group-0001", RUN_ID), Run(run_id=RUN_ID, executed=make_executed()))
    server = serve(folder)
    page = chromium.new_context(color_scheme=scheme).new_page()
    page.goto(server.link)
    page.keyboard.press("j")
    page.keyboard.press("3")
    page.keyboard.press("h")
    page.locator(".card .names a").first.wait_for()
    found = {address: problems(page, f"{server.address}{address}") for address in addresses()}
    assert {address: told for address, told in found.items() if told} == {}


@needs_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_suggestions_flags_and_mistakes_are_shown(
    scheme: str, tmp_path: Path, serve: Any, chromium: Any
) -> None:
    folder = tmp_path / "out"
    fill_class(folder, alike, groups=20)
    server = serve(folder, "Kim", ("-m", "grader", "review", "--assignments", str(SHEETS)))
    page = chromium.new_context(color_scheme=scheme).new_page()
    page.goto(server.link)
    assert page.locator(".hinted").count()
    assert page.locator(".flags").count()
    assert problems(page, f"{server.address}/") == []
    page.goto(f"{server.address}/class")
    assert page.locator(".mistakes tbody tr").count()
    assert problems(page, f"{server.address}/class") == []


def problems(page: Any, address: str) -> list[tuple[str, list[str]]]:
    """What axe-core finds on a page with all its parts unfolded."""
    page.goto(address)
    page.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
    page.evaluate(AXE.read_text("utf-8") + ";0")
    found = page.evaluate(PROBLEMS)["violations"]
    return [(entry["id"], [node["html"][:160] for node in entry["nodes"][:3]]) for entry in found]


@needs_browser
def test_no_page_is_wider_than_a_telephone(tmp_path: Path, serve: Any, chromium: Any) -> None:
    hostile(tmp_path / "out")
    server = serve(tmp_path / "out", "a-long-name-without-any-space-in-it" * 3)
    page = chromium.new_context(viewport={"width": 360, "height": 740}).new_page()
    page.goto(server.link)
    links = [link.get_attribute("href") for link in page.locator(".stacks a").all()]
    page.goto(f"{server.address}/class")
    links += ["/class", *[link.get_attribute("href") for link in page.locator("#people a").all()][:4]]
    wide = {}
    for link in links:
        page.goto(f"{server.address}{link}")
        wide[link] = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert all(extra <= 0 for extra in wide.values()), wide


@needs_browser
def test_the_class_is_sorted_filtered_and_searched(tmp_path: Path, serve: Any, chromium: Any) -> None:
    fill(tmp_path / "out", 12)
    server = serve(tmp_path / "out")
    page = chromium.new_context().new_page()
    page.goto(server.link)
    page.keyboard.press("j")
    page.keyboard.press("4")
    page.locator(".card.decided").first.wait_for()
    page.goto(f"{server.address}/class")
    shown = page.locator("#people tbody tr:not([hidden])")
    page.get_by_role("button", name="Points").press("Enter")
    page.get_by_role("button", name="Points").press("Enter")
    assert shown.first.inner_text().startswith("group-0000")
    page.fill("#search", "bob 11")
    assert shown.count() == 1
    page.fill("#search", "")
    page.select_option("#level", "OUTSTANDING")
    assert shown.count() == 0
    page.select_option("#level", "")
    page.check("#waiting")
    assert shown.count() == 12


@needs_browser
def test_a_check_is_overridden_with_a_reason_and_the_student_will_read_it(
    tmp_path: Path, serve: Any, chromium: Any
) -> None:
    fill(tmp_path / "out", 2)
    server = serve(tmp_path / "out")
    page = chromium.new_context().new_page()
    page.goto(server.link)
    page.goto(f"{server.address}/student?name=group-0001")
    card = page.locator(f"#card-{single_key('group-0001', 'learns')}")
    card.locator("summary", has_text="override").press("Enter")
    card.locator(".points-typed").fill("1.5")
    card.locator(".reason").fill("trained on the test data")
    card.locator(".set").press("Enter")
    card.locator(".state", has_text="1.5 by Kim: trained on the test data").wait_for()
    seen_by_the_student = page.frame_locator("iframe").first.get_by_text("trained on the test data")
    seen_by_the_student.wait_for(state="attached", timeout=PATIENCE)  # without a reload
    card.locator(".withdraw").press("Enter")
    page.locator("#told", has_text="The checks' own result counts again.").wait_for()
    with Gradebook(tmp_path / "out") as book:
        assert book.record_of("group-0001").grade.points == 3.0


def test_a_server_that_is_killed_loses_no_decision_it_confirmed(tmp_path: Path, serve: Any) -> None:
    """200 decisions from a client; the server is killed eleven times in between, each time at another moment
    of a decision."""
    folder = tmp_path / "out"
    fill(folder, 200)
    confirmed: dict[str, float] = {}
    pending = [f"group-{number:04}" for number in range(200)]
    apart = len(pending) // (KILLS + 1)
    killers: list[threading.Timer] = []
    killed: list[Server] = []
    while pending:
        server = serve(folder)
        writer = Writer(server)
        while pending:
            student, points = pending[0], float(len(pending) % 5)
            if len(killed) < KILLS and len(confirmed) >= apart * (len(killed) + 1):
                # by decisions, not by the clock: a fast machine is through before a timer; the delay falls
                # inside a decision
                killed.append(server)
                killers.append(threading.Timer(0.0007 * len(killed), server.kill))
                killers[-1].start()
            try:
                writer.decide(student, points)
            except (OSError, ValueError, HTTPException):
                break  # whether it was written is not known: it is decided again
            confirmed[student] = points
            pending.pop(0)
    for killer in killers:
        killer.join()
    found = decided(folder)
    assert [server.process.returncode for server in killed] == [-signal.SIGKILL] * KILLS
    assert {student: found[student, "explains_bptt"] for student in confirmed} == confirmed
    assert len(confirmed) == 200
    with Gradebook(folder) as book:
        assert sum(not check.pending for record in book.records() for check in record.grade.checks[:1]) == 200


class Writer:
    """Decides as the page does, without a browser."""

    def __init__(self, server: Server) -> None:
        self.server, self.seen = server, 1 << 40
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        try:
            self.opener.open(server.link, timeout=PATIENCE / 1000).close()
        except OSError:
            return  # killed before the first page

    def decide(self, student: str, points: float) -> None:
        """One decision, confirmed by the server."""
        data = {"points": {single_key(student, SHEET.checks[0].id): points}, "reason": "", "seen": self.seen}
        headers = {"Content-Type": "application/json", "Origin": self.server.address}
        request = urllib.request.Request(f"{self.server.address}/decide", json.dumps(data).encode(), headers)
        with self.opener.open(request, timeout=PATIENCE / 1000) as answer:
            assert json.load(answer)["numbers"]
