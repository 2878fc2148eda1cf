"""The page's server without a browser: who may ask, what is refused, what is answered."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from review_class import SHEET, a_session, fill, reader

from grader.errors import UsageError
from grader.record import Gradebook
from grader.review import Desk, PagePass, listen, make_app
from grader.review.desk import single_key

PASS = PagePass(port=8765, token="the-token", session="the-session")
HERE = "http://127.0.0.1:8765"
OWN = {"host": "127.0.0.1:8765", "cookie": f"{PASS.cookie}={PASS.session}"}
WRITES = {**OWN, "origin": HERE, "content-type": "application/json"}


class Answer:
    """What the application answered."""

    def __init__(self) -> None:
        self.status, self.headers, self.body = 0, {}, b""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """Calls the application without a network."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(
        self, path: str, data: Any = None, headers: dict[str, str] = OWN, method: str = ""
    ) -> Answer:
        body = b"" if data is None else data if isinstance(data, bytes) else json.dumps(data).encode()
        sent = {"content-length": str(len(body)), **headers} if method or data is not None else headers
        path, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method or ("GET" if data is None else "POST"),
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in sent.items()],
            "server": ("127.0.0.1", 8765),
            "client": ("127.0.0.1", 5),
        }
        answer = Answer()

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.headers = {name.decode(): value.decode() for name, value in message["headers"]}
            else:
                answer.body += message.get("body", b"")

        asyncio.run(self.app(scope, receive, send))
        return answer


@pytest.fixture(name="book")
def _book(tmp_path: Path) -> Iterator[Gradebook]:
    fill(tmp_path / "out", 6)
    with Gradebook(tmp_path / "out") as book:
        yield book


@pytest.fixture(name="ask")
def _ask(book: Gradebook) -> Client:
    desk = Desk(book, SHEET, "Kim", reader)
    desk.look()
    return Client(make_app(desk, PASS))


KEY = single_key("group-0001", "explains_bptt")
DECIDE = {"points": {KEY: 3}, "reason": "fine", "seen": 0}
PAGES = (
    "/",
    "/class",
    "/student?name=group-0001",
    "/feedback?name=group-0001",
    "/notebook?name=group-0001",
    "/static/review.js",
)


def test_the_link_becomes_a_cookie_that_scripts_cannot_read(ask):
    answer = ask("/?token=the-token", headers={"host": OWN["host"]})
    assert (answer.status, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{PASS.cookie}=the-session;")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "the-token" not in cookie


@pytest.mark.parametrize(
    "path", [*PAGES, "/changes", "/names?key=x", "/?token=wrong", "/class?token=the-token"]
)
def test_nobody_reads_without_the_cookie(path, ask):
    answer = ask(path, headers={"host": OWN["host"]})
    assert answer.status == 403
    assert b"group" not in answer.body


@pytest.mark.parametrize(
    "cookie", ["", "x", f"{PASS.cookie}=", f"{PASS.cookie}=the-token", f"grade-review-1={PASS.session}"]
)
def test_another_cookie_opens_nothing(cookie, ask):
    assert ask("/", headers={"host": OWN["host"], "cookie": cookie}).status == 403


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1", "127.0.0.1:80", "evil.example:8765", "", "127.0.0.1:8765.evil.example"],
)
def test_another_name_for_this_machine_gets_nothing(host, ask):
    assert ask("/", headers={**OWN, "host": host}).status == 403


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:8765", "http://127.0.0.1:8766", ""]
)
def test_another_pages_origin_is_refused(origin, ask, book):
    assert ask("/decide", DECIDE, {**WRITES, "origin": origin}).status == 403
    assert ask("/", headers={**OWN, "origin": origin}).status == 403
    assert book.decisions() == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_page_started_is_refused(site, ask):
    assert ask("/", headers={**OWN, "sec-fetch-site": site}).status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {**OWN, "content-type": "application/json"},  # no origin
        {**WRITES, "content-type": "text/plain"},
        {**WRITES, "content-type": "application/x-www-form-urlencoded"},
        {name: value for name, value in WRITES.items() if name != "content-type"},
        {name: value for name, value in WRITES.items() if name != "cookie"},
    ],
)
def test_only_the_page_itself_writes(headers, ask, book):
    assert ask("/decide", DECIDE, headers).status == 403
    assert book.decisions() == []


@pytest.mark.parametrize("path", ["/decide", "/withdraw", "/undo"])
def test_nothing_changes_by_get(path, ask, book):
    assert ask(path).status == 405
    assert book.decisions() == []


@pytest.mark.parametrize("path", ["/", "/class", "/names", "/changes"])
def test_pages_are_only_read(path, ask):
    assert ask(path, {}, WRITES).status == 405


@pytest.mark.parametrize("length", ["1048577", "-1", "many", ""])
def test_a_request_has_a_length_and_an_end(length, ask):
    assert ask("/decide", DECIDE, {**WRITES, "content-length": length}).status == 413


@pytest.mark.parametrize("path", [*PAGES, "/nowhere", "/static/style.css"])
def test_every_answer_has_a_strict_policy(path, ask):
    answer = ask(path)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy or ("script-src" not in policy and policy.startswith("sandbox;"))
    for name in ("unsafe-eval", "http:", "https:", "*"):
        assert name not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"


def test_what_a_student_made_is_served_for_a_sandbox_only(ask):
    for path in ("/feedback?name=group-0001", "/notebook?name=group-0001"):
        assert ask(path).headers["content-security-policy"].startswith("sandbox;")


def test_no_page_names_an_address_outside(ask):
    for path in (*PAGES, "/static/class.js", "/static/review.css"):
        text = ask(path).body.decode()
        assert "https://" not in text.replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")


def test_a_decision_and_its_undo(ask, book):
    said = ask("/decide", DECIDE, WRITES).json
    assert said["cards"][KEY] == {"open": False, "said": "3 by Kim: fine", "points": "3"}
    assert (said["done"], said["count"]) == (1, 11)  # two of the twelve answers are the same
    back = ask("/undo", {"numbers": said["numbers"], "keys": [KEY]}, WRITES).json
    assert back["cards"][KEY]["open"]
    assert [word.withdrawn for word in book.decisions()] == [False, True]


def test_the_class_names_who_has_handed_in_nothing(ask, book):
    a_session(book, missing=["Carl"])
    page = ask("/class").body.decode()
    assert "1 person on the roster has no submission" in page
    assert "Carl" in page


def test_a_withdrawal(ask, book):
    ask("/decide", DECIDE, WRITES)
    said = ask("/withdraw", {"key": KEY, "reason": "mistaken", "seen": 1}, WRITES).json
    assert said["cards"][KEY]["open"]
    assert book.decisions()[-1].reason == "mistaken"


def test_who_is_overtaken_hears_by_whom(ask, book):
    ask("/decide", DECIDE, WRITES)
    answer = ask("/decide", DECIDE, WRITES)  # still says that it has seen nothing
    assert answer.status == 409
    assert answer.json == {"error": "Kim has decided about this meanwhile: look again"}
    assert len(book.decisions()) == 1


def test_nobody_is_overtaken_by_what_the_same_page_wrote(ask, book):
    numbers = ask("/decide", DECIDE, WRITES).json["numbers"]
    assert ask("/decide", {**DECIDE, "mine": numbers}, WRITES).status == 200
    assert len(book.decisions()) == 2


BAD = [
    b"",
    b"{",
    b"[]",
    b"[" * 100_000,
    b"\xff\xfe",
    {},
    {**DECIDE, "points": {}},
    {**DECIDE, "points": [KEY]},
    {**DECIDE, "points": {KEY: "3"}},
    {**DECIDE, "points": {KEY: True}},
    {**DECIDE, "points": {KEY: None}},
    {**DECIDE, "points": {KEY: 10**400}},
    b'{"points": {"%s": NaN}, "reason": "", "seen": 0}' % KEY.encode(),
    b'{"points": {"%s": 1e999}, "reason": "", "seen": 0}' % KEY.encode(),
    {**DECIDE, "points": {KEY: -1}},
    {**DECIDE, "points": {"nobody": 1}},
    {**DECIDE, "reason": 7},
    {**DECIDE, "reason": "x" * 3000},
    {**DECIDE, "seen": "0"},
    {**DECIDE, "seen": 0.5},
    {**DECIDE, "seen": True},
    {**DECIDE, "mine": "1"},
    {**DECIDE, "mine": [1.5]},
    {**DECIDE, "mine": {"1": 1}},
]


@pytest.mark.parametrize("data", BAD, ids=range(len(BAD)))
def test_nonsense_is_told_and_nothing_is_written(data, ask, book):
    answer = ask("/decide", data, WRITES)
    assert answer.status == 400
    assert answer.json["error"]
    assert book.decisions() == []


@pytest.mark.parametrize(
    "data", [{}, {"numbers": [], "keys": []}, {"numbers": ["1"], "keys": []}, {"numbers": [99], "keys": []}]
)
def test_nonsense_cannot_be_undone(data, ask):
    assert ask("/undo", data, WRITES).status == 400


def test_half_a_character_in_a_reason_is_stored_as_a_mark(ask, book):
    ask("/decide", b'{"points": {"%s": 3}, "reason": "a\\ud800b", "seen": 0}' % KEY.encode(), WRITES)
    assert book.decisions()[0].reason == "a?b"


def test_names_are_told_when_asked_for(ask):
    assert ask(f"/names?key={KEY}").json == {
        "names": [{"student": "group-0001", "shown": "group-0001 (Ada 1, Bob 1)", "path": ""}]
    }


@pytest.mark.parametrize(
    "path",
    ["/student", "/student?name=nobody", "/feedback?name=../x", "/static/app.py", "/static/..%2fapp.py"],
)
def test_what_is_not_there_is_not_found(path, ask):
    assert ask(path).status == 404


@pytest.mark.parametrize("page", ["0", "-1", "x", "999999", "9" * 5000, "%C2%B2"])
def test_any_page_number_shows_something(page, ask):
    assert ask(f"/?page={page}").status == 200


def test_a_queue_with_nothing_in_it_says_so(tmp_path):
    with Gradebook(tmp_path / "empty") as book:
        answer = Client(make_app(Desk(book, SHEET, "Kim"), PASS))("/")
    assert b"Nothing waits for a person" in answer.body


def test_the_server_listens_on_this_machine_only():
    with listen() as opened:
        host, port = opened.getsockname()
        assert host == "127.0.0.1"
        with pytest.raises(UsageError, match=f"port {port} cannot be used"):
            listen(port)
        assert opened.family == socket.AF_INET


def test_every_pass_is_new():
    one, two = PagePass(port=1), PagePass(port=1)
    assert len({one.token, one.session, two.token, two.session}) == 4
    assert one.link == f"http://127.0.0.1:1/?token={one.token}"
