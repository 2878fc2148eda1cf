"""The web application: which address shows what, and the three requests that write."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from grader.errors import GraderError, Overtaken, UsageError
from grader.record import Record, load_executed, run_path
from grader.report.neutral import visible
from grader.report.notebook_view import notebook_document
from grader.report.student_page import student_page as feedback_page
from grader.report.write import CurvesOf
from grader.review import pages
from grader.review.desk import Desk, View
from grader.review.guard import FRAME_POLICY, Guard, PagePass

STATIC = {"review.js": "text/javascript", "class.js": "text/javascript", "review.css": "text/css"}
MOST_POINTS = 1e6  # far above any sheet; NaN and infinity are not below it
NOT_HERE = "<!doctype html><html lang='en'><title>Nothing</title><p>There is nothing to show.</p></html>"


def make_app(
    desk: Desk, entrance: PagePass, curves: Callable[[Record], CurvesOf] = lambda record: {}
) -> Starlette:
    """The application. `curves` finds the learning curves that a student's page shows."""
    room = Room(desk, curves)
    return Starlette(
        routes=[
            Route("/", room.queue),
            Route("/class", room.whole_class),
            Route("/student", room.student),
            Route("/feedback", room.feedback),
            Route("/notebook", room.notebook),
            Route("/names", room.names),
            Route("/changes", room.changes),
            Route("/decide", room.decide, methods=["POST"]),
            Route("/withdraw", room.withdraw, methods=["POST"]),
            Route("/undo", room.undo, methods=["POST"]),
            Route("/static/{name}", room.static),
        ],
        middleware=[Middleware(Guard, entrance=entrance)],
        exception_handlers={GraderError: _trouble_response, HTTPException: _trouble_response},
    )


class Room:
    """The pages and the requests that write. What reads or writes the disk runs beside the event loop."""

    def __init__(self, desk: Desk, curves: Callable[[Record], CurvesOf]) -> None:
        self.desk, self.curves = desk, curves

    def queue(self, request: Request) -> Response:
        """The cards of one stack."""
        view = self.desk.look()
        asked = request.query_params.get("page", "1")
        page = int(asked) if asked.isdecimal() and len(asked) < 6 else 1
        place = pages.place_of(view, request.query_params.get("stack", ""), page)
        return HTMLResponse(pages.queue_page(view, self.desk.assignment, place, self.desk.person))

    def whole_class(self, request: Request) -> Response:
        """The class as a table and in pictures."""
        missing = self.desk.gradebook.missing()
        return HTMLResponse(
            pages.class_page(self.desk.look(), self.desk.assignment, self.desk.person, missing)
        )

    def student(self, request: Request) -> Response:
        """One student."""
        view, record = self._record(request)
        executed = self._executed(record) is not None
        return HTMLResponse(
            pages.student_page(
                view, self.desk.assignment, record.student, self.desk.person, executed=executed
            )
        )

    def feedback(self, request: Request) -> Response:
        """Exactly what the student will see, for a frame that may do nothing."""
        _, record = self._record(request)
        sessions = {session.id: session for session in self.desk.gradebook.sessions()}
        page = feedback_page(
            record,
            self.desk.assignment,
            session=sessions.get(record.session),
            curves=self.curves(record),
            executed=self._executed(record),
        )
        return _framed(page)

    def notebook(self, request: Request) -> Response:
        """The executed notebook, for a frame that may do nothing."""
        _, record = self._record(request)
        return _framed(notebook_document(self._executed(record)) or NOT_HERE)

    def names(self, request: Request) -> Response:
        """Who stands behind a card: only told when asked for."""
        view = self.desk.look()
        students = [student for student, _ in self.desk.abouts(request.query_params.get("key", ""))]
        return JSONResponse({"names": pages.names(view, students)})

    def changes(self, request: Request) -> Response:
        """What has been decided, by whomever, for the cards of a page."""
        return JSONResponse(self._state(self.desk.look(), request.query_params.getlist("key")))

    async def decide(self, request: Request) -> Response:
        """Give points: {"points": {key: number}, "reason", "seen", "mine"}, as `Desk.decide` has them."""
        data = await _data(request)
        points = data.get("points")
        if not isinstance(points, dict) or not points or not all(map(_is_number, points.values())):
            raise UsageError("say which points")
        return await run_in_threadpool(
            self._written, list(points), self.desk.decide, points, _reason(data), *_known(data)
        )

    async def withdraw(self, request: Request) -> Response:
        """Let the checks' own result count again: {"key", "reason", "seen", "mine"}."""
        data = await _data(request)
        key = data.get("key")
        if not isinstance(key, str):
            raise UsageError("say what is taken back")
        return await run_in_threadpool(
            self._written, [key], self.desk.withdraw, key, _reason(data), *_known(data)
        )

    async def undo(self, request: Request) -> Response:
        """Take back decisions: {"numbers": [...], "keys": [...]}, the keys only to say how these stand
        then."""
        data = await _data(request)
        numbers, keys = data.get("numbers"), data.get("keys")
        if not _is_whole_list(numbers) or not isinstance(keys, list):
            raise UsageError("say which decisions")
        return await run_in_threadpool(
            self._written, [key for key in keys if isinstance(key, str)], self.desk.undo, numbers
        )

    def static(self, request: Request) -> Response:
        """Our own scripts and styles."""
        name = request.path_params["name"]
        if name == "style.css":
            text = (resources.files("grader.report") / "templates" / "style.css").read_text("utf-8")
            return Response(text, media_type="text/css")
        if name not in STATIC:
            raise HTTPException(404, "there is nothing here")
        return Response(
            (resources.files("grader.review") / "static" / name).read_bytes(), media_type=STATIC[name]
        )

    def _written(self, keys: Sequence[str], write: Callable[..., list[int]], *arguments: Any) -> Response:
        numbers = write(*arguments)
        return JSONResponse({"numbers": numbers, **self._state(self.desk.look(), keys)})

    def _state(self, view: View, keys: Sequence[str]) -> dict[str, Any]:
        done, count = view.progress()
        audited = {card.key for stack in view.audits for card in stack.cards}
        known = {key: self.desk.abouts(key) for key in keys if self.desk.knows(key)}
        cards = {
            key: pages.state(view, abouts) | ({"open": True} if key in audited else {})
            for key, abouts in known.items()
        }
        waiting = {stack.key: view.open_cards(stack) for stack in view.places}
        sizes = {stack.key: len(stack.cards) for stack in view.places}
        return {
            "newest": view.newest,
            "done": done,
            "count": count,
            "cards": cards,
            "waiting": waiting,
            "sizes": sizes,
        }

    def _record(self, request: Request) -> tuple[View, Record]:
        view = self.desk.look()
        record = view.records.get(request.query_params.get("name", ""))
        if record is None:
            raise HTTPException(404, "there is no such student")
        return view, record

    def _executed(self, record: Record) -> Mapping[str, Any] | None:
        folder = self.desk.gradebook.folder
        return load_executed(run_path(folder, record.student, record.run_id)) if record.run_id else None


def _framed(page: str) -> Response:
    return HTMLResponse(page, headers={"Content-Security-Policy": FRAME_POLICY})


def _trouble_response(request: Request, problem: Exception) -> Response:
    """Troubles as one harmless line; the page shows it."""
    text = visible(
        problem.detail if isinstance(problem, HTTPException) else str(problem), newlines=False, limit=400
    )
    if isinstance(problem, HTTPException):
        return PlainTextResponse(text + "\n", problem.status_code)
    status = 409 if isinstance(problem, Overtaken) else 400 if isinstance(problem, UsageError) else 500
    return JSONResponse({"error": text}, status)


async def _data(request: Request) -> dict[str, Any]:
    try:
        data = json.loads(await request.body())
    except (ValueError, RecursionError) as problem:
        raise UsageError("this is no JSON") from problem
    if not isinstance(data, dict):
        raise UsageError("this is no object")
    return data


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= MOST_POINTS


def _reason(data: Mapping[str, Any]) -> str:
    reason = data.get("reason", "")
    if not isinstance(reason, str):
        raise UsageError("a reason is a text")
    return reason.encode("utf-8", "replace").decode()  # half a character cannot be stored


def _known(data: Mapping[str, Any]) -> tuple[int, list[int]]:
    """Which decisions the page had shown, and which later ones it has written."""
    seen, mine = data.get("seen"), data.get("mine", [])
    if type(seen) is not int or not _is_whole_list(mine):
        raise UsageError("seen is a whole number, and mine a list of such")
    return seen, mine


def _is_whole_list(value: Any) -> bool:
    return isinstance(value, list) and all(type(number) is int for number in value)
