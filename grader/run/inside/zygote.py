"""The fork server: imports tensorflow once, then forks one kernel per connection, each shut into its box.

usage: python -I zygote.py LISTENER warm|cold MODULE...

LISTENER is the descriptor of a listening SOCK_SEQPACKET socket. One line of JSON on standard output says
{"warm", "reason", "seconds"}. It serves until standard input closes: whoever started it holds the other end.
`cold` imports nothing; then every kernel imports tensorflow itself, inside its box.

It holds no secrets, and it never reads an order: the child it forks does.
"""

from __future__ import annotations

import array
import contextlib
import gc
import importlib
import importlib.util
import json
import os
import select
import signal
import socket
import struct
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ORDER_BYTES = 1 << 17
# `files` may be left out
DESCRIPTORS = ("log", "questions", "answers", "shell", "iopub", "stdin", "control", "files")
ALWAYS = ("tensorflow", "numpy", "ipykernel.zmqshell", "IPython.core.completer")
KERAS_2, KERAS_3 = "tf_keras", "keras"
LOOK_SECONDS = 0.2


def load(name, folder, *modules):
    """A folder as a package of its own name, leaving nothing on sys.path."""
    spec = importlib.util.spec_from_file_location(
        name, os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules[name] = package
    spec.loader.exec_module(package)
    for module in modules:
        importlib.import_module(f"{name}.{module}")
    return package


def load_isolation():
    """What shuts kernels in."""
    return load(
        "_isolation",
        os.path.join(os.path.dirname(HERE), "isolation"),
        "box",
        "groups",
        "guard",
        "limits",
        "namespaces",
    )


def load_inside():
    """What runs in the kernel; imports tensorflow."""
    return load("_inside", HERE, "app", "serve")


def warm_up(modules):
    """Import what kernels will need."""
    wanted = [*ALWAYS, KERAS_2 if os.environ.get("TF_USE_LEGACY_KERAS") == "1" else KERAS_3, *modules]
    for name in wanted:
        if name.isidentifier() or "." in name:
            # a package that is not there is told by the run that needs it
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
    import tensorflow as tf

    for name in ("Model", "Layer", "Dense"):  # tf.keras loads itself when it is first looked at
        getattr(tf.keras.layers if name != "Model" else tf.keras, name)
    load_inside().modules.before_any_student()


@contextlib.contextmanager
def ending_with_input():
    """End when standard input closes, also during an import that takes seconds; later, answer_calls()
    notices."""

    def look(*_):
        if select.select([0], [], [], 0)[0]:  # nobody writes to it: it is readable at its end
            os._exit(1)

    signal.signal(signal.SIGALRM, look)
    signal.siginterrupt(signal.SIGALRM, False)  # an import's system calls go on
    signal.setitimer(signal.ITIMER_REAL, LOOK_SECONDS, LOOK_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)


def unfit():
    """Why this process must not be forked: a child of a process with threads, or with TensorFlow's context,
    hangs. "" if it may."""
    from tensorflow.python.eager import context

    if context._context is not None and context._context._initialized:
        return "TensorFlow's context is initialised"
    threads = (
        len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else threading.active_count()
    )
    return "" if threads == 1 else f"{threads} threads run"


def from_our_side(connection):
    """Whether whoever connected is the process that started us, or one that it started. A kernel may find our
    socket too, where it has no file system of its own, and would order another one without a box."""
    pid, user, _ = struct.unpack(
        "3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    )
    host = os.getppid()
    return user == os.geteuid() and (pid == host or parent_of(pid) == host)


def parent_of(pid):
    """The id of a process' parent; 0 when it is gone."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/stat", "rb") as file:  # it has ended
        return int(file.read().rpartition(b")")[2].split()[1])
    return 0


def receive(connection):
    """(order, descriptors by name) from whoever connected; None when they left."""
    message, extra, _, _ = connection.recvmsg(ORDER_BYTES, socket.CMSG_SPACE(4 * len(DESCRIPTORS)))
    if not message:
        return None
    numbers = array.array("i")
    for _, _, data in extra:
        numbers.frombytes(data[: len(data) - len(data) % numbers.itemsize])
    return json.loads(message), dict(zip(DESCRIPTORS, numbers, strict=False))


def keep_only(*descriptors):
    """Close everything else, so that nothing of ours is open in the kernel."""
    low = 3
    for number in sorted(descriptors):
        os.closerange(low, number)
        low = number + 1
    os.closerange(low, 1 << 16)


def one_kernel(connection):
    """In a process of its own: read the order, and guard the kernel it asks for. Never returns."""
    signal.set_wakeup_fd(-1)
    received = receive(connection)
    if received is None:
        os._exit(0)
    order, handles = received
    if "ping" in order:
        connection.send(b'{"pong": true}')
        os._exit(0)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number, handle in enumerate((nothing, handles["log"], handles["log"])):
        os.dup2(handle, number)
    kept = [handle for name, handle in handles.items() if name != "log"]
    keep_only(connection.fileno(), *kept)
    isolation = sys.modules["_isolation"]
    box = isolation.box.Box.from_json(order["box"])
    files = handles.get("files", -1)

    def main(folder):
        if files >= 0:
            os.close(files)
        inside = sys.modules.get("_inside") or load_inside()
        serve, app = inside.serve, inside.app
        app.fresh_process(order["environment"])
        kernel_class = serve.kernel_class(
            handles["questions"], handles["answers"], order["steps"], order["seed"], order["characters"],
            order["file"], order["package"],
        )  # fmt: skip
        app.serve(
            kernel_class,
            order["key"].encode(),
            [handles[name] for name in app.CHANNELS],
            network=box.level != "landlock",
        )

    isolation.guard.guard(box, connection, files, order["folder"], f"{os.getppid()}-{os.getpid()}", main)


def fork(connection):
    """The id of the new process, 0 in it; where the machine has none left, -1, and who asked is told: the
    server stays."""
    try:
        return os.fork()
    except OSError as problem:
        with contextlib.suppress(OSError):  # who asked may have gone
            connection.send(json.dumps({"error": f"no process could be made: {problem}"}).encode())
        return -1


def bury(groups):
    """Reap guards that have ended, and remove what they left."""
    with contextlib.suppress(ChildProcessError):  # no children
        while (pid := os.waitpid(-1, os.WNOHANG)[0]) > 0:
            groups.remove(groups.named(f"{os.getpid()}-{pid}"))


def answer_calls(listener):
    """Fork for every connection until standard input closes."""
    groups = sys.modules["_isolation"].groups
    wake, wakes = os.pipe()
    os.set_blocking(wake, False)
    os.set_blocking(wakes, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
    while True:
        ready, _, _ = select.select([listener, wake, 0], [], [])
        if 0 in ready:
            return
        if wake in ready:
            os.read(wake, 4096)
            bury(groups)
        if listener in ready:
            connection, _ = listener.accept()
            if from_our_side(connection) and fork(connection) == 0:
                become_a_kernel(connection)
            connection.close()


def become_a_kernel(connection):
    """The forked process: what went wrong is told to who asked, and it never comes back."""
    try:
        one_kernel(connection)
    except BaseException as problem:
        with contextlib.suppress(OSError):  # who asked may have gone
            connection.send(json.dumps({"error": f"{type(problem).__name__}: {problem}"}).encode())
    finally:
        os._exit(1)


def main():
    began = time.monotonic()
    listener, warm, modules = socket.socket(fileno=int(sys.argv[1])), sys.argv[2] == "warm", sys.argv[3:]
    isolation = load_isolation()
    if os.geteuid() == 0:
        isolation.groups.sweep()
        with contextlib.suppress(OSError):  # then the box is tried without, and says what it lacks
            isolation.namespaces.reachable((*isolation.box.python_paths(), HERE))
    if warm:
        with ending_with_input():
            warm_up(modules)
    reason = unfit() if warm else "asked not to import anything"
    gc.collect()
    gc.freeze()
    print(
        json.dumps({"warm": not reason, "reason": reason, "seconds": round(time.monotonic() - began, 3)}),
        flush=True,
    )
    if warm and reason:
        return 1
    answer_calls(listener)
    return 0


if __name__ == "__main__":
    os._exit(main())  # without the destructors of TensorFlow, which take a second
