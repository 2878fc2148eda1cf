"""A real browser opens the pages: no script of a student runs, nothing is fetched, and nothing is wider than
the window."""

from __future__ import annotations

import html
import http.server
import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_report_fakes import (
    ASSIGNMENT,
    HOSTILE,
    PAYLOADS,
    SESSION,
    hostile,
    make_executed,
    make_record,
    wrong_cell,
)

from grader.report.class_page import class_page
from grader.report.look.first import look_here_first
from grader.report.staff_page import staff_page
from grader.report.student_page import student_page

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None
)
FLAGS = (
    *(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
    ),
    *("--disable-component-update", "--disable-sync", "--hide-scrollbars"),
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="NO BROWSER: install chromium, or nobody has checked that pages are inert"
    ),
]


def pages(address: str) -> dict[str, str]:
    """Pages full of attacks, some of which would fetch from `address`."""
    fetching = (
        f"{HOSTILE}\n<img src='{address}/img'><link rel=stylesheet"
        f" href='{address}/css'>![x]({address}/md)<iframe src='{address}/f'>"
    )
    items = look_here_first([hostile()], ASSIGNMENT, missing=PAYLOADS)
    executed = make_executed(f"{fetching}<script>fetch('{address}/script')</script>")
    texts = {
        "student": student_page(
            hostile(), ASSIGNMENT, session=SESSION, curves={HOSTILE: [1.0, 2.0]}, executed=executed
        ),
        "class": class_page([hostile()], ASSIGNMENT, items, session=SESSION, missing=PAYLOADS),
        "staff": staff_page(hostile(), ASSIGNMENT, session=SESSION, history=[hostile()]),
    }
    return {
        name: text.replace("<details>", "<details open>").replace('loading="lazy"', "")
        for name, text in texts.items()
    }


def browse(tmp_path: Path, address: str, *flags: str) -> str:
    """What chromium prints about a page, with a fresh profile."""
    command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", *flags, address]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


@pytest.fixture(name="server")
def _server(tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    """A local server for the pages, and the list of what was asked of it."""
    asked: list[str] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(tmp_path))  # type: ignore[arg-type]

        def log_message(self, format: str, *arguments: object) -> None:
            asked.append(self.path)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("name", ["student", "class", "staff"])
def test_no_payload_runs_and_nothing_is_fetched(
    name: str, tmp_path: Path, server: tuple[str, list[str]]
) -> None:
    address, asked = server
    (tmp_path / f"{name}.html").write_text(pages(address)[name], "utf-8")
    dom = browse(tmp_path, f"{address}/{name}.html", "--dump-dom", "--virtual-time-budget=2000")
    title = re.search(r"<title>(.*?)</title>", dom, re.DOTALL)
    assert title is not None
    assert "Homework 7" in title[1]
    assert not re.search(r"</main>.*OWNED.*</body>", dom, re.DOTALL)
    assert set(asked) <= {f"/{name}.html", "/favicon.ico"}


def test_the_test_would_notice_a_script(tmp_path: Path, server: tuple[str, list[str]]) -> None:
    address, asked = server
    (tmp_path / "bad.html").write_text(f"<title>a</title>{PAYLOADS[1]}<img src='{address}/img'>", "utf-8")
    dom = browse(tmp_path, f"{address}/bad.html", "--dump-dom", "--virtual-time-budget=2000")
    assert "<title>owned</title>" in dom
    assert "/img" in asked


def test_the_policy_alone_stops_scripts(tmp_path: Path, server: tuple[str, list[str]]) -> None:
    """Should escaping ever fail, the second fence holds."""
    address, _ = server
    broken = pages(address)["class"].replace("</main>", f"{PAYLOADS[1]}{PAYLOADS[0]}</main>")
    (tmp_path / "broken.html").write_text(broken, "utf-8")
    dom = browse(tmp_path, f"{address}/broken.html", "--dump-dom", "--virtual-time-budget=2000")
    assert "<title>owned</title>" not in dom


MEASURE = """<script>onload = () => {
  const boxes = [...document.querySelectorAll(".scroll")].map(box => box.scrollWidth - box.clientWidth);
  document.title = "wide " + Math.max(document.documentElement.scrollWidth - innerWidth, ...boxes);
}</script></head>"""


@pytest.mark.parametrize("name", ["student", "class", "staff"])
def test_no_page_and_no_table_is_wider_than_a_telephone(name: str, tmp_path: Path) -> None:
    page = re.sub(
        r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", pages("http://127.0.0.1:9")[name], count=1
    )
    (tmp_path / "page.html").write_text(page.replace("</head>", MEASURE, 1), "utf-8")
    dom = browse(
        tmp_path,
        (tmp_path / "page.html").as_uri(),
        "--dump-dom",
        "--window-size=360,900",
        "--virtual-time-budget=2000",
    )
    title = re.search(r"<title>wide (-?\d+)</title>", dom)
    assert title is not None
    assert int(title[1]) <= 0


POLICY = re.compile(r"&lt;meta http-equiv=&#34;Content-Security-Policy&#34;.*?&gt;")


@pytest.mark.parametrize(("fences", "runs"), [("policy", False), ("sandbox", False), ("", True)])
def test_each_fence_of_the_frame_is_enough(fences: str, runs: bool, tmp_path: Path) -> None:
    """A script smuggled past the sanitiser; the page's own policy is taken away, too."""
    page = re.sub(
        r'<meta http-equiv="Content-Security-Policy"[^>]*>',
        "",
        pages("http://127.0.0.1:9")["student"],
        count=1,
    )
    page = page.replace(
        "&lt;/body&gt;", "&lt;script&gt;parent.document.title='owned'&lt;/script&gt;&lt;/body&gt;"
    )
    page = page if fences == "sandbox" else page.replace('sandbox=""', "")
    page = page if fences == "policy" else POLICY.sub("", page)
    (tmp_path / "page.html").write_text(page, "utf-8")
    dom = browse(tmp_path, (tmp_path / "page.html").as_uri(), "--dump-dom", "--virtual-time-budget=2000")
    assert ("<title>owned</title>" in dom) is runs


def test_a_dark_picture_of_the_page_can_be_taken(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(pages("http://127.0.0.1:9")["student"], "utf-8")
    dark = ("--window-size=360,900", "--blink-settings=preferredColorScheme=0")
    browse(tmp_path, (tmp_path / "page.html").as_uri(), f"--screenshot={tmp_path / 'page.png'}", *dark)
    assert (tmp_path / "page.png").stat().st_size > 20_000


DRIVER = """<script>
const said = [];
const names = () => [...document.querySelectorAll("#people tbody tr:not([hidden])")]\
.map((row) => row.cells[0].textContent);
const points = document.querySelectorAll("#people th button")[1];
points.click(); said.push(names()); points.click(); said.push(names());
const field = document.querySelector("input[type=search]");
field.value = "GRACE"; field.dispatchEvent(new Event("input")); said.push(names());
field.value = ""; field.dispatchEvent(new Event("input")); said.push(names());
document.title = JSON.stringify(said);
</script></body>"""


def test_the_class_page_can_be_searched_and_sorted(tmp_path: Path) -> None:
    records = [make_record("ada"), make_record("Grace H"), wrong_cell("bob")]
    page = class_page(records, ASSIGNMENT, [], session=SESSION, missing=("carl",))
    (tmp_path / "page.html").write_text(page, "utf-8")
    dom = browse(tmp_path, (tmp_path / "page.html").as_uri(), "--dump-dom", "--virtual-time-budget=2000")
    assert '<input type="search"' in dom  # the policy lets the page's own script run
    (tmp_path / "page.html").write_text(
        re.sub(r'<meta http-equiv="Content-Security-Policy".*?>', "", page).replace("</body>", DRIVER),
        "utf-8",
    )
    dom = browse(tmp_path, (tmp_path / "page.html").as_uri(), "--dump-dom", "--virtual-time-budget=2000")
    up, down, some, everybody = json.loads(html.unescape(re.search(r"<title>(.*?)</title>", dom)[1]))
    assert (up[0], up[1]) == ("carl", "bob")
    assert (down[-1], down[-2]) == ("carl", "bob")
    assert some == ["Grace H"]
    assert sorted(everybody) == sorted(["ada", "Grace H", "bob", "carl"])
