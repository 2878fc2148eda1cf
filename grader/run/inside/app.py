"""A Jupyter kernel on sockets that the host opened: nothing in the file system leads to them, so nothing can
be put in their place. There is no connection file either."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import types

import zmq
from ipykernel import kernelapp
from ipykernel.iostream import IOPubThread
from ipykernel.kernelapp import IPKernelApp
from traitlets.config import Config

CHANNELS = ("shell", "iopub", "stdin", "control")


class SocketsGiven(IPKernelApp):
    """IPKernelApp whose sockets listen already: `listening` gives the descriptor for each port."""

    listening: dict[int, int] = {}

    def _try_bind_socket(self, s, port):
        s.setsockopt(zmq.USE_FD, self.listening[port])
        s.bind(f"ipc://socket-{port}")  # only a name: the descriptor is bound already
        return port

    def init_control(self, context):
        super().init_control(context)
        # made for a debugger, which would connect to the name above for ever
        self.debug_shell_socket.disconnect(self.shell_socket.getsockopt(zmq.LAST_ENDPOINT))

    def init_connection_file(self):
        """There is none."""

    def write_connection_file(self, **kwargs):
        """There is none."""

    def cleanup_connection_file(self):
        """There is none."""

    def init_heartbeat(self):
        """The host watches the process itself."""

    def log_connection_info(self):
        """Nobody else may connect."""


class NoPipe(IOPubThread):
    """Without the local TCP port through which child processes print: for boxes in which no such port may be
    opened."""

    def _setup_pipe_in(self):
        self._pipe_flag = False  # as the original does where it cannot bind


def fresh_process(environment):
    """Forget what the process was before it became a kernel."""
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = tempfile._name_sequence = None  # type: ignore[attr-defined]
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    sys.argv = ["ipykernel_launcher"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    for name in [name for name in sys.modules if name.partition(".")[0] in ("_inside", "_isolation")]:
        del sys.modules[name]
    prefixes = (sys.prefix, sys.base_prefix, os.path.realpath(sys.base_prefix), "/usr/")
    sys.path[:] = ["", *(path for path in sys.path if path.startswith(prefixes))]
    sys.meta_path[:] = [
        finder for finder in sys.meta_path if not getattr(finder, "__module__", "").startswith("__editable__")
    ]


def configuration(key):
    """Settings of the kernel; `key` signs its messages."""
    config = Config()
    config.Session.key = key
    config.HistoryManager.enabled = False
    config.IPKernelApp.transport = "ipc"
    config.IPKernelApp.ip = "socket"
    for port, channel in enumerate(CHANNELS, start=1):
        setattr(config.IPKernelApp, f"{channel}_port", port)
    return config


def serve(kernel_class, key, listening, *, network):
    """Be the kernel until the host ends it. `listening`: descriptors in the order of CHANNELS; `network`:
    whether internet sockets can be made."""
    if not network:
        kernelapp.IOPubThread = NoPipe
    SocketsGiven.listening = dict(enumerate(listening, start=1))
    app = SocketsGiven.instance(config=configuration(key), kernel_class=kernel_class)
    app.initialize([])
    app.start()
