"""Who may ask. The page listens on this machine only, but every program and every open web page on it can
reach it too.

- The link that `grade review` prints holds a token, which becomes a cookie that scripts cannot read and other
  sites cannot send.
- Host must be our address, so that a name which somebody points at 127.0.0.1 gets nothing.
- What writes must come from our own page (Origin), and as JSON, which no form of another site can send.
- A strict policy: own scripts and styles only, and nothing that would leave this machine.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = ("GET", "HEAD")
MOST_BYTES = 1 << 20  # of a request
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
FRAME_POLICY = (  # of documents with a student's content: no scripts, no address, an origin of their own
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action"
    " 'none'; frame-ancestors 'self'"
)
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePass:
    """What opens the page: the port it listens on, and secrets that live as long as the server."""

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    session: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def hosts(self) -> tuple[str, str]:
        """The two ways to say where we are."""
        return (f"127.0.0.1:{self.port}", f"localhost:{self.port}")

    @property
    def link(self) -> str:
        """What a person opens."""
        return f"http://{self.hosts[0]}/?token={self.token}"

    @property
    def cookie(self) -> str:
        """The name of the cookie: ports share cookies, so it holds the port."""
        return f"grade-review-{self.port}"


class Guard:
    """Lets through whoever holds the pass, and adds the headers that every answer has."""

    def __init__(self, app: ASGIApp, entrance: PagePass) -> None:
        self.app, self.entrance = app, entrance

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        refused = self._refuse(scope)
        app = refused or self._enter(scope) or self.app

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in {**HEADERS, "Content-Security-Policy": POLICY}.items():
                    headers.setdefault(name, value)
            await send(message)

        await app(scope, receive, guarded)

    def _refuse(self, scope: Scope) -> ASGIApp | None:
        """The answer for a request that did not come from our own page on this machine; None when it may be
        heard."""
        headers, method = Headers(scope=scope), scope["method"]
        host, origin = headers.get("host", ""), headers.get("origin")
        if host not in self.entrance.hosts:
            return _no("this page is only reached by the link that `grade review` printed")
        if origin is not None and origin != f"http://{host}":
            return _no("another page asked for this")
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return _no("another page asked for this")
        if method not in SAFE:
            if origin is None or headers.get("content-type", "").partition(";")[0] != "application/json":
                return _no("only the page itself can write")
            if (
                not headers.get("content-length", "").isdecimal()
                or int(headers["content-length"]) > MOST_BYTES
            ):
                return _no("this is too long", 413)
        return None

    def _enter(self, scope: Scope) -> ASGIApp | None:
        """The answer for somebody without the cookie, or with a token; None for those who may go on."""
        token = self._token(scope)
        if token is not None and scope["path"] == "/" and scope["method"] == "GET":
            if not hmac.compare_digest(token.encode(), self.entrance.token.encode()):
                return _no("this link is of another time: take the one that `grade review` printed last")
            response = RedirectResponse("/", 303)
            response.set_cookie(self.entrance.cookie, self.entrance.session, httponly=True, samesite="strict")
            return response
        cookie = cookie_parser(Headers(scope=scope).get("cookie", "")).get(self.entrance.cookie, "")
        if not hmac.compare_digest(cookie.encode(), self.entrance.session.encode()):
            return _no("open the link that `grade review` printed")
        return None

    def _token(self, scope: Scope) -> str | None:
        tokens = parse_qs(str(scope["query_string"], "latin-1")).get("token", [])
        return tokens[0] if tokens else None


def _no(why: str, status: int = 403) -> ASGIApp:
    return PlainTextResponse(why + "\n", status)
