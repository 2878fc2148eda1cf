"""The picture of the README: a page of the sample class, with what failed opened and what passed left out.

    python docs/make_picture.py [CHROMIUM]

Grade the sample first (`make grade`).
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "grades" / "sample" / "feedback" / "alan.html"
CHROMIUM = "/usr/bin/chromium"
SHORTENED = """
for (const task of document.querySelectorAll("section.task"))
    if (task.getAttribute("aria-labelledby") !== "task-2") task.remove();
for (const more of document.querySelectorAll("section.task details"))
    more.open = more.parentElement.textContent.includes("not yet");
for (const rest of document.querySelectorAll("section.screen, section.receipt, footer"))
    rest.remove();
"""


def main() -> None:
    """Write docs/report.png."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=sys.argv[1] if len(sys.argv) > 1 else CHROMIUM, args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 780, "height": 1000})
        page.goto(PAGE.as_uri())
        page.evaluate(SHORTENED)
        page.screenshot(path=ROOT / "docs" / "report.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    main()
