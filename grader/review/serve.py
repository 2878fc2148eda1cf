"""The server: on 127.0.0.1 and nowhere else."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable

from starlette.types import ASGIApp

from grader.errors import UsageError

ADDRESS = "127.0.0.1"


def listen(port: int = 0) -> socket.socket:
    """A socket that listens on this machine only; port 0 is any free one.

    Raises:
        UsageError: the port is taken, or may not be used.
    """
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # on Windows SO_REUSEADDR lets two programs have one port
        only_ours = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)
        found.setsockopt(socket.SOL_SOCKET, only_ours, 1)
        found.bind((ADDRESS, port))
    except OSError as problem:
        found.close()
        why = (problem.strerror or str(problem)).lower()
        raise UsageError(
            f"port {port} cannot be used: {why}; without --port a free one is taken"
        ) from problem
    found.listen()
    return found


def serve(app: ASGIApp, opened: socket.socket, ready: Callable[[], None] = lambda: None) -> None:
    """Answer until Ctrl-C. `ready` is called just before the first request can be answered."""
    import uvicorn

    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=2,
    )
    ready()
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn ends in order, and then passes Ctrl-C on
        uvicorn.Server(config).run(sockets=[opened])
